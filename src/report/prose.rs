//! Running text: the paragraphs of a codebook, enumerations, and lines of a given width.

use super::layout::paragraph;

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
/// `indent`; the lines of an item stand below its first word.
pub fn wrap(text: &str, width: usize, indent: &str) -> String {
    let lines = text.lines().map(|line| match line.strip_prefix("- ") {
        Some(item) => paragraph(&format!("{indent}- "), item, width),
        None => paragraph(indent, line, width),
    });
    lines.collect()
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
            wrap("aa bb cc\n\n- dd ee ff", 8, "  "),
            "  aa bb\n  cc\n\n  - dd\n    ee\n    ff\n"
        );
        assert_eq!(wrap("白鹭 白鹭", 8, ""), "白鹭\n白鹭\n");
    }
}
