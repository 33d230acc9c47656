//! Commands as they can be typed, for what is said to come next.

use std::path::Path;

/// The study in the present folder, which needs no name.
pub const DEFAULT: &str = "study.tiebreak";

/// A command on the study in `path`, which is left out where it is the default.
pub fn command_on(path: &Path, rest: &str) -> String {
    if path == Path::new(DEFAULT) {
        return format!("tiebreak {rest}");
    }
    format!(
        "tiebreak --study {} {rest}",
        quoted(&path.display().to_string())
    )
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./+@:,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let on = |path: &str| command_on(Path::new(path), "status");
        assert_eq!(on("study.tiebreak"), "tiebreak status");
        assert_eq!(on("a/b.tiebreak"), "tiebreak --study a/b.tiebreak status");
        assert_eq!(
            on("Ann's study"),
            r"tiebreak --study 'Ann'\''s study' status"
        );
    }
}
