//! Running text: the paragraphs of a codebook, enumerations, and lines of a given width.

use unicode_width::UnicodeWidthStr;

/// Joins the lines of each paragraph. In a codebook a line break inside counts as a space, an empty
/// line begins a paragraph, and a line that begins with `- ` an item.
pub fn reflow(text: &str) -> String {
    let mut joined = String::new();
    let mut blank = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            blank = !joined.is_empty();
            continue;
        }
        if !joined.is_empty() {
            joined.push_str(match () {
                () if blank => "\n\n",
                () if line.starts_with("- ") => "\n",
                () => " ",
            });
        }
        joined.push_str(line);
        blank = false;
    }
    joined
}

/// Breaks text that was joined by [`reflow`] into lines of at most `width` columns, each after
/// `indent`; the lines of an item stand below its first word. A longer word keeps its own line.
pub fn wrap(text: &str, width: usize, indent: &str) -> String {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let hanging = if paragraph.starts_with("- ") {
            format!("{indent}  ")
        } else {
            indent.to_owned()
        };
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let begins = line.is_empty();
            if !begins && line.width() + 1 + word.width() > width {
                lines.push(std::mem::replace(&mut line, format!("{hanging}{word}")));
            } else if begins {
                line = format!("{indent}{word}");
            } else {
                line.push(' ');
                line.push_str(word);
            }
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// `a`, `a or b`, `a, b or c`.
pub fn alternatives<S: AsRef<str>>(items: &[S]) -> String {
    joined(items, "or")
}

/// `a`, `a and b`, `a, b and c`.
pub fn enumeration<S: AsRef<str>>(items: &[S]) -> String {
    joined(items, "and")
}

fn joined<S: AsRef<str>>(items: &[S], last: &str) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., end] => format!("{} {last} {end}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_joined_and_items_stay_apart() {
        let text = "\none\ntwo\n\n- first\nitem\n- second\n\n\nlast\n";
        assert_eq!(reflow(text), "one two\n\n- first item\n- second\n\nlast");
        assert_eq!(reflow(" \n"), "");
    }

    #[test]
    fn lines_are_measured_in_columns_and_items_hang() {
        assert_eq!(
            wrap("aa bb cc\n\n- dd ee ff", 7, ">"),
            ">aa bb\n>cc\n\n>- dd\n>  ee\n>  ff"
        );
        assert_eq!(wrap("白鹭 白鹭", 8, ""), "白鹭\n白鹭");
        assert_eq!(wrap("unbreakable", 4, ""), "unbreakable");
    }
}
