//! Data goes to standard output, talk to standard error. Neither panics when its reader has left.

use std::io::{self, IsTerminal, Write};

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::failure::Outcome;

/// Writes data. Control characters, which files may bring along, do not reach a terminal.
pub fn print(text: &str) -> Outcome {
    let mut output = io::stdout().lock();
    if output.is_terminal() {
        output.write_all(tame(text).as_bytes())?;
    } else {
        output.write_all(text.as_bytes())?;
    }
    Ok(output.flush()?)
}

pub fn print_json(value: &Value) -> Outcome {
    print(&format!("{value:#}\n"))
}

/// Says a sentence to the person at the terminal. That nobody listens is no error.
pub fn say(text: impl AsRef<str>) {
    writeln!(io::stderr().lock(), "{}", tame(text.as_ref())).ok();
}

/// The text without what could steer a terminal.
fn tame(text: &str) -> String {
    let harmless = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    text.chars()
        .map(|c| if harmless(c) { c } else { '\u{fffd}' })
        .collect()
}

/// A line on standard error that is written over and over while something long goes on. It appears
/// only on a terminal.
pub struct Ticker {
    on_terminal: bool,
    width: usize,
    last: Option<std::time::Instant>,
}

impl Ticker {
    pub fn new() -> Self {
        Self {
            on_terminal: io::stderr().is_terminal(),
            width: 0,
            last: None,
        }
    }

    /// Shows `text`, at most ten times a second.
    pub fn show(&mut self, text: impl FnOnce() -> String) {
        let soon = |last: std::time::Instant| last.elapsed().as_millis() < 100;
        if !self.on_terminal || self.last.is_some_and(soon) {
            return;
        }
        self.last = Some(std::time::Instant::now());
        self.write(&text());
    }

    fn write(&mut self, text: &str) {
        // Longer than this and the line would wrap, which cannot be written over.
        let text: String = tame(text).chars().take(70).collect();
        let rest = self.width.saturating_sub(text.width());
        write!(io::stderr().lock(), "\r{text}{}", " ".repeat(rest)).ok();
        self.width = text.width();
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if self.width > 0 {
            self.write("");
            write!(io::stderr().lock(), "\r").ok();
        }
    }
}

/// Rows below a head, in columns as wide as their widest cell. Numbers stand right.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widest = cells.map(|cell| cell.width()).max().unwrap_or(0);
        widest.max(head[column].width())
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let is_number = |column: usize| {
        rows.iter().all(|row| {
            row.get(column)
                .is_none_or(|cell| cell.parse::<f64>().is_ok())
        })
    };
    let numbers: Vec<bool> = (0..head.len()).map(is_number).collect();
    let line = |cells: Vec<&str>| {
        let mut line = String::new();
        for (column, cell) in cells.iter().enumerate() {
            let blank = " ".repeat(widths[column].saturating_sub(cell.width()));
            if column > 0 {
                line.push_str("  ");
            }
            if numbers[column] {
                line.push_str(&blank);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&blank);
            }
        }
        format!("{}\n", line.trim_end())
    };
    let mut text = line(head.to_vec());
    for row in rows {
        text.push_str(&line(row.iter().map(String::as_str).collect()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_show_and_numbers_stand_right() {
        let rows = [
            vec!["白鹭".to_owned(), "7".to_owned()],
            vec!["a".to_owned(), "120".to_owned()],
        ];
        assert_eq!(
            table(&["name", "units"], &rows),
            "name  units\n白鹭      7\na       120\n"
        );
    }

    #[test]
    fn nothing_that_steers_a_terminal_gets_through() {
        assert_eq!(
            tame("a\u{1b}[2Jb\u{9b}1mc\r\n\td"),
            "a\u{fffd}[2Jb\u{fffd}1mc\u{fffd}\n\td"
        );
    }
}
