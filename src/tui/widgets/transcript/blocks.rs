//! Divides a turn into blocks that are wrapped one at a time, so that a turn of any size can be
//! entered anywhere at the cost of one block.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use crate::tui::text;

/// Bytes of text that make a block. Blocks end with a line, so most are a little longer.
const BLOCK: usize = 16 * 1024;

/// Columns by which fenced code is indented.
pub const CODE_INDENT: u16 = 2;

/// A row of a turn's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Bytes of the raw turn.
    pub range: Range<usize>,
    /// Whether it is part of a fenced block of code.
    pub code: bool,
}

/// How a turn is divided, whatever the width of the screen.
pub struct Division {
    /// Where each block begins, and where the last one ends.
    cuts: Vec<usize>,
    /// Fenced code with its fences.
    code: Vec<Range<usize>>,
}

impl Division {
    /// Divides a text. Blank lines before and after it belong to no block, and a blank text has none.
    pub fn of(text: &str) -> Self {
        let end = text.trim_end().len();
        let ink = end - text[..end].trim_start().len();
        let mut at = text[..ink].rfind(['\n', '\r']).map_or(0, |i| i + 1);
        let mut cuts = vec![at];
        while at < end {
            at = next_cut(text, at, end);
            cuts.push(at);
        }
        Self {
            cuts,
            code: fenced(&text[..end]),
        }
    }

    pub fn blocks(&self) -> usize {
        self.cuts.len() - 1
    }

    /// The block that a byte is in, or the nearest one.
    pub fn holding(&self, byte: usize) -> usize {
        let after = self.cuts.partition_point(|cut| *cut <= byte);
        after.saturating_sub(1).min(self.blocks().saturating_sub(1))
    }

    /// The rows of one block; no block is without.
    pub fn wrap(&self, text: &str, block: usize, width: u16) -> Vec<Row> {
        let mut rows = Vec::new();
        let end = self.cuts[block + 1];
        let mut at = self.cuts[block];
        while at < end {
            let next = self.code.partition_point(|code| code.end <= at);
            let (code, stop) = match self.code.get(next) {
                Some(code) if code.start <= at => (true, code.end),
                Some(code) => (false, code.start),
                None => (false, end),
            };
            let part = at..stop.min(end);
            let indent = if code { CODE_INDENT } else { 0 };
            let wrapped = text::wrap(&text[part.clone()], width.saturating_sub(indent));
            rows.extend(wrapped.into_iter().map(|row| Row {
                range: at + row.start..at + row.end,
                code,
            }));
            at = part.end;
        }
        rows
    }
}

/// Where the block that begins at `at` ends: after a line if one ends soon enough, else between
/// words, else between characters.
fn next_cut(text: &str, at: usize, end: usize) -> usize {
    if end - at <= 2 * BLOCK {
        return end;
    }
    let window = &text.as_bytes()[at + BLOCK..at + 2 * BLOCK];
    let pair = |wanted: fn(u8, u8) -> bool| window.windows(2).position(|w| wanted(w[0], w[1]));
    let inside = window
        .iter()
        .position(|b| *b == b'\n')
        .or_else(|| pair(|a, b| a == b' ' && b.is_ascii_graphic()))
        .or_else(|| pair(|a, b| a.is_ascii_graphic() && b.is_ascii_graphic()));
    if let Some(inside) = inside {
        return at + BLOCK + inside + 1;
    }
    let block = &text[at..end];
    let mut somewhere = BLOCK;
    while !block.is_char_boundary(somewhere) {
        somewhere += 1;
    }
    let boundary = GraphemeCursor::new(somewhere, block.len(), true).next_boundary(block, 0);
    boundary.ok().flatten().map_or(end, |inside| at + inside)
}

/// The fenced code in a text (CommonMark 0.31, part 4.5), at any indentation because answers put it
/// into lists. A fence that is never closed reaches to the end.
fn fenced(text: &str) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((fence, info)) = fence(line) else {
            continue;
        };
        match open {
            None if !info.contains('`') => open = Some((start, fence)),
            Some((begin, opener)) if fence.starts_with(opener) && info.is_empty() => {
                blocks.push(begin..at);
                open = None;
            }
            _ => {}
        }
    }
    if let Some((begin, _)) = open {
        blocks.push(begin..text.len());
    }
    blocks
}

/// The run of three or more backticks or tildes that begins a line, and what follows it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    (length >= 3).then(|| (&line[..length], line[length..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_close_with_their_own_mark_only() {
        let found = |text: &str| -> Vec<String> {
            fenced(text)
                .into_iter()
                .map(|code| text[code].replace('\n', "/"))
                .collect()
        };
        assert_eq!(found("a\n```rust\nx\n```\nb\n"), ["```rust/x/```/"]);
        assert_eq!(found("````\n```\nx\n````\nb"), ["````/```/x/````/"]);
        assert_eq!(
            found("~~~\n```\n~~~ no\n~~~~\r\nb"),
            ["~~~/```/~~~ no/~~~~\r/"]
        );
        assert_eq!(found("```inline``` code\n"), [""; 0]);
        assert_eq!(found("- a\n\t ```\n\t x"), ["\t ```/\t x"]);
    }

    #[test]
    fn blocks_of_a_turn_are_short_and_cover_it() {
        for part in [
            "a line of words\r\n",
            "word ",
            "QUJD",
            "改为",
            "🇩🇪",
            "a\u{301}",
            "\u{301}",
        ] {
            let text = format!("\n \n{}\n\n", part.repeat(200_000 / part.len()));
            let division = Division::of(&text);
            assert_eq!(division.cuts.first(), Some(&3));
            assert_eq!(division.cuts.last(), Some(&text.trim_end().len()));
            if part != "\u{301}" {
                let short = division
                    .cuts
                    .windows(2)
                    .all(|cut| cut[1] - cut[0] <= 2 * BLOCK);
                assert!(short, "{part}: {:?}", division.cuts);
            }
            for block in 0..division.blocks() {
                let rows = division.wrap(&text, block, 60);
                assert!(
                    rows.iter()
                        .all(|row| division.holding(row.range.start) == block)
                );
            }
        }
    }

    #[test]
    fn a_blank_turn_has_no_blocks() {
        for text in ["", " \r\n\t\n"] {
            let division = Division::of(text);
            assert_eq!((division.blocks(), division.holding(7)), (0, 0));
        }
    }
}
