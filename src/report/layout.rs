//! Tables and paragraphs of plain text in a given number of terminal columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Blanks between columns.
const BETWEEN: usize = 2;

/// Lines text up in columns: the first is set to the left and gives way where the rest needs the
/// room, down to `LEAST`; the others are set to the right.
pub struct Table {
    rows: Vec<Vec<String>>,
}

/// What is left of the first column in the tightest table.
const LEAST: usize = 10;

impl Table {
    pub fn new(titles: &[&str]) -> Self {
        let titles = titles.iter().map(|title| (*title).to_owned()).collect();
        Self { rows: vec![titles] }
    }

    /// Adds a row. Cells that it lacks are empty.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The lines, each ending in a line feed, at most `columns` wide if the numbers allow it.
    pub fn text(&self, columns: usize) -> String {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..count)
            .map(|place| {
                let cells = self.rows.iter().filter_map(|row| row.get(place));
                cells.map(|cell| cell.width()).max().unwrap_or(0)
            })
            .collect();
        let rest: usize = widths.iter().skip(1).map(|width| width + BETWEEN).sum();
        if let Some(first) = widths.first_mut() {
            *first = (*first).min(columns.saturating_sub(rest).max(LEAST));
        }
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (place, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let cell = truncated(cell, *width);
                let blanks = " ".repeat(width - cell.width());
                if place == 0 {
                    line = cell + &blanks;
                } else {
                    line.push_str(&" ".repeat(BETWEEN));
                    line.push_str(&blanks);
                    line.push_str(&cell);
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.replace(TIE, " ")
    }
}

/// The text, or as much of it as fits and `…`.
fn truncated(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    for cluster in text.graphemes(true) {
        if cut.width() + cluster.width() >= columns {
            break;
        }
        cut.push_str(cluster);
    }
    cut + "…"
}

/// A blank at which no line is broken.
pub const TIE: char = '\u{a0}';

/// Breaks a sentence into lines of at most `columns`, further lines indented under the first, which
/// begins with `mark`. A word that is longer than a line keeps its line to itself.
pub fn paragraph(mark: &str, sentence: &str, columns: usize) -> String {
    let indent = " ".repeat(mark.width());
    let mut text = String::new();
    let mut line = mark.to_owned();
    let mut empty = true;
    for word in sentence.split([' ', '\n']).filter(|word| !word.is_empty()) {
        if !empty && line.width() + 1 + word.width() > columns {
            text.push_str(line.trim_end());
            text.push('\n');
            line = indent.clone();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    text.push_str(line.trim_end());
    text.push('\n');
    text.replace(TIE, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_column_gives_way_and_wide_letters_count_twice() {
        let mut table = Table::new(&["axis", "n", "agree"]);
        table.row(vec!["a_rather_long_name_of_an_axis".into(), "7".into()]);
        table.row(vec!["症状の名前です".into(), "100".into(), "0.79".into()]);
        let lines = [
            "axis           n  agree\n",
            "a_rather_l…    7\n",
            "症状の名前…  100   0.79\n",
        ];
        assert_eq!(table.text(23), lines.concat());
    }

    #[test]
    fn a_paragraph_hangs_under_its_mark() {
        let text = paragraph("- ", "one two three extraordinarily four five\u{a0}6", 12);
        assert_eq!(
            text,
            "- one two\n  three\n  extraordinarily\n  four\n  five 6\n"
        );
    }
}
