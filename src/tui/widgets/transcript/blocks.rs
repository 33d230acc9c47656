//! Divides a turn into blocks that are wrapped one at a time, so that a turn of any size can be
//! entered anywhere at the cost of one block.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use super::folds::Fold;
use crate::tui::text;

/// Bytes of text that make a block. Blocks end with a line, so most are a little longer.
const BLOCK: usize = 16 * 1024;

/// Columns by which fenced code is indented.
pub const CODE_INDENT: u16 = 2;

/// How far back the beginning of a line is looked for.
const LONGEST_LINE: usize = 64 * 1024;

/// A row of a turn's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Bytes of the raw turn.
    pub range: Range<usize>,
    pub look: Look,
    /// Whether its line began on a row before.
    pub goes_on: bool,
    /// Whether it lies in something that can be folded away.
    pub inside: bool,
}

/// What kind of text a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Prose,
    /// Part of a fenced block of code.
    Code,
    /// Lines of a fenced diff.
    Added,
    Removed,
    /// Where in which file.
    Place,
}

impl Look {
    /// Columns by which it is indented.
    pub fn indent(self) -> u16 {
        if self == Look::Prose { 0 } else { CODE_INDENT }
    }
}

/// Fenced code with its fences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub range: Range<usize>,
    pub is_diff: bool,
}

/// A piece of a turn that is laid out at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Text {
        range: Range<usize>,
        inside: bool,
    },
    /// One row for a fold, by its index: for all of it, or above it where it is open.
    Fold {
        index: usize,
        range: Range<usize>,
        closed: bool,
    },
}

impl Block {
    fn start(&self) -> usize {
        match self {
            Block::Text { range, .. } | Block::Fold { range, .. } => range.start,
        }
    }
}

/// How a turn is divided, whatever the width of the screen.
#[derive(Default)]
pub struct Division {
    blocks: Vec<Block>,
}

impl Division {
    /// Divides a text with folds, of which `closed` tells the state. Blank lines before and after a
    /// stretch of text belong to no block, and a blank text has none.
    pub fn of(text: &str, folds: &[Fold], closed: impl Fn(usize) -> bool) -> Self {
        let mut division = Self::default();
        // Where the open folds end that reach beyond `at`.
        let mut ends: Vec<usize> = Vec::new();
        let mut at = 0;
        let mut index = 0;
        loop {
            let fold = folds.get(index);
            let to = fold.map_or(text.len(), |fold| fold.range.start);
            while let Some(end) = ends.pop_if(|end| *end <= to) {
                division.add(text, at..end, true);
                at = end;
            }
            division.add(text, at..to, !ends.is_empty());
            let Some(fold) = fold else { break };
            let closed = closed(index);
            division.blocks.push(Block::Fold {
                index,
                range: fold.range.clone(),
                closed,
            });
            if closed {
                (at, index) = (fold.range.end, fold.next);
            } else {
                ends.push(fold.range.end);
                (at, index) = (fold.range.start, index + 1);
            }
        }
        division
    }

    fn add(&mut self, text: &str, range: Range<usize>, inside: bool) {
        let text = &text[..range.end];
        let end = text.trim_end().len();
        if end <= range.start {
            return;
        }
        let ink = end - text[range.start..end].trim_start().len();
        let line = text[range.start..ink].rfind(['\n', '\r']);
        let mut at = range.start + line.map_or(0, |i| i + 1);
        while at < end {
            let next = next_cut(text, at, end, BLOCK);
            let range = at..next;
            self.blocks.push(Block::Text { range, inside });
            at = next;
        }
    }

    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The block that a byte is in, or the nearest one before. Of a fold that is open and the text
    /// in it, it is the text.
    pub fn holding(&self, byte: usize) -> usize {
        let after = self.blocks.partition_point(|block| block.start() <= byte);
        after.saturating_sub(1)
    }

    /// The block that is the row of a fold, unless it lies in one that is closed.
    pub fn fold(&self, wanted: usize) -> Option<usize> {
        let is = |block: &Block| matches!(block, Block::Fold { index, .. } if *index == wanted);
        self.blocks.iter().position(is)
    }
}

/// The rows of a block of text; no block is without.
pub fn wrap(
    text: &str,
    block: &Range<usize>,
    inside: bool,
    fences: &[Code],
    width: u16,
) -> Vec<Row> {
    let mut rows = Vec::new();
    let end = block.end;
    let mut at = block.start;
    while at < end {
        let next = fences.partition_point(|code| code.range.end <= at);
        let (code, stop) = match fences.get(next) {
            Some(code) if code.range.start <= at => (Some(code), code.range.end),
            Some(code) => (None, code.range.start),
            None => (None, end),
        };
        let part = at..stop.min(end);
        let indent = if code.is_some() { CODE_INDENT } else { 0 };
        let diff = code.filter(|code| code.is_diff);
        let mut look = if code.is_some() {
            Look::Code
        } else {
            Look::Prose
        };
        for row in text::wrap(&text[part.clone()], width.saturating_sub(indent)) {
            let range = at + row.start..at + row.end;
            let goes_on = !begins_line(text, range.start);
            if diff.is_some() && (!goes_on || rows.is_empty()) {
                look = look_in_diff(line_around(text, range.start));
            }
            rows.push(Row {
                range,
                look,
                goes_on,
                inside,
            });
        }
        at = part.end;
    }
    rows
}

fn begins_line(text: &str, byte: usize) -> bool {
    byte == 0 || matches!(text.as_bytes()[byte - 1], b'\n' | b'\r')
}

/// The line that a byte is in from its beginning, or from as far back as is worth looking.
fn line_around(text: &str, byte: usize) -> &str {
    let back = &text.as_bytes()[byte.saturating_sub(LONGEST_LINE)..byte];
    let start = match back.iter().rposition(|b| matches!(b, b'\n' | b'\r')) {
        Some(before) => byte - back.len() + before + 1,
        None if byte > LONGEST_LINE => byte,
        None => 0,
    };
    &text[start..]
}

/// How a line of a diff looks, from its beginning (the unified format of POSIX `diff -u`).
fn look_in_diff(line: &str) -> Look {
    let begins = |marks: &[&str]| marks.iter().any(|mark| line.starts_with(mark));
    if begins(&["+++ ", "--- ", "@@", "diff "]) {
        Look::Place
    } else if begins(&["+"]) {
        Look::Added
    } else if begins(&["-"]) {
        Look::Removed
    } else {
        Look::Code
    }
}

/// Where the block that begins at `at` ends: after a line if one ends soon enough, else between
/// words, else between characters.
pub fn next_cut(text: &str, at: usize, end: usize, size: usize) -> usize {
    if end - at <= 2 * size {
        return end;
    }
    let window = &text.as_bytes()[at + size..at + 2 * size];
    let pair = |wanted: fn(u8, u8) -> bool| window.windows(2).position(|w| wanted(w[0], w[1]));
    let inside = window
        .iter()
        .position(|b| *b == b'\n')
        .or_else(|| pair(|a, b| a == b' ' && b.is_ascii_graphic()))
        .or_else(|| pair(|a, b| a.is_ascii_graphic() && b.is_ascii_graphic()));
    if let Some(inside) = inside {
        return at + size + inside + 1;
    }
    let block = &text[at..end];
    let mut somewhere = size;
    while !block.is_char_boundary(somewhere) {
        somewhere += 1;
    }
    let boundary = GraphemeCursor::new(somewhere, block.len(), true).next_boundary(block, 0);
    boundary.ok().flatten().map_or(end, |inside| at + inside)
}

/// The fenced code in a text (CommonMark 0.31, part 4.5), at any indentation because answers put it
/// into lists. A fence that is never closed reaches to the end.
pub fn fenced(text: &str) -> Vec<Code> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, &str, bool)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((fence, info)) = fence(line) else {
            continue;
        };
        match open {
            None if !info.contains('`') => open = Some((start, fence, is_diff(info, &text[at..]))),
            Some((begin, opener, is_diff)) if fence.starts_with(opener) && info.is_empty() => {
                let range = begin..at;
                blocks.push(Code { range, is_diff });
                open = None;
            }
            _ => {}
        }
    }
    if let Some((begin, _, is_diff)) = open {
        let range = begin..text.trim_end().len();
        blocks.push(Code { range, is_diff });
    }
    blocks
}

/// Whether a fenced block is a diff: it says so, or it begins like one.
fn is_diff(info: &str, code: &str) -> bool {
    let says = info.split(|c: char| !c.is_alphanumeric()).next();
    match says.filter(|word| !word.is_empty()) {
        Some(word) => matches!(word, "diff" | "patch"),
        None => {
            let mut first = code
                .lines()
                .take(6)
                .take_while(|line| fence(line).is_none());
            first.any(|line| line.starts_with("@@ -") || line.starts_with("diff --git "))
        }
    }
}

/// The run of three or more backticks or tildes that begins a line, and what follows it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let first = line.bytes().find(|byte| !byte.is_ascii_whitespace())?;
    if !matches!(first, b'`' | b'~' | 0x80..) {
        return None;
    }
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
                .map(|code| text[code.range].replace('\n', "/"))
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
            let division = Division::of(&text, &[], |_| false);
            let ranges: Vec<Range<usize>> = division
                .blocks()
                .iter()
                .map(|block| match block {
                    Block::Text { range, .. } => range.clone(),
                    Block::Fold { .. } => panic!("there are no folds"),
                })
                .collect();
            assert_eq!(ranges[0].start, 3);
            assert_eq!(ranges[ranges.len() - 1].end, text.trim_end().len());
            assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
            if part != "\u{301}" {
                assert!(
                    ranges.iter().all(|range| range.len() <= 2 * BLOCK),
                    "{part}"
                );
            }
            for (block, range) in ranges.iter().enumerate() {
                let rows = wrap(&text, range, false, &[], 60);
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
            let division = Division::of(text, &[], |_| false);
            assert_eq!((division.blocks().len(), division.holding(7)), (0, 0));
        }
    }
    #[test]
    fn lines_of_a_diff_are_known_also_where_they_go_on() {
        let text = "```diff\n@@ -1 +1 @@\n-one two three\n+four five six\n seven\n```\n- a list\n";
        let fences = fenced(text);
        let rows = wrap(text, &(0..text.len()), false, &fences, 12);
        let looks: Vec<(Look, bool)> = rows.iter().map(|row| (row.look, row.goes_on)).collect();
        assert_eq!(
            looks,
            [
                (Look::Code, false),
                (Look::Place, false),
                (Look::Place, true),
                (Look::Removed, false),
                (Look::Removed, true),
                (Look::Added, false),
                (Look::Added, true),
                (Look::Code, false),
                (Look::Code, false),
                (Look::Prose, false),
            ]
        );
        assert!(fenced("```\n@@ -1 +1 @@\n```")[0].is_diff);
        assert!(!fenced("```sh\n- x\n```\n\ndiff --git a b")[0].is_diff);
    }

    #[test]
    fn a_closed_fold_is_one_block_and_an_open_one_stands_above_its_text() {
        let fold = |range, depth, next| Fold {
            range,
            usual: true,
            label: String::new(),
            depth,
            next,
        };
        let text = "one\n\n<a\nbb\nb>\n\n<c>\nend";
        let folds = [fold(5..13, 0, 2), fold(8..10, 1, 2), fold(15..18, 0, 3)];
        let shape = |open: &[usize]| -> Vec<String> {
            Division::of(text, &folds, |index| !open.contains(&index))
                .blocks()
                .iter()
                .map(|block| match block {
                    Block::Text { range, inside } => {
                        let mark = if *inside { "|" } else { "" };
                        format!("{mark}{}", text[range.clone()].replace('\n', "/"))
                    }
                    Block::Fold { index, closed, .. } => {
                        format!("{}{index}", if *closed { "▸" } else { "▾" })
                    }
                })
                .collect()
        };
        assert_eq!(shape(&[]), ["one", "▸0", "▸2", "end"]);
        assert_eq!(shape(&[0]), ["one", "▾0", "|<a", "▸1", "|b>", "▸2", "end"]);
        assert_eq!(
            shape(&[0, 1, 2]),
            ["one", "▾0", "|<a", "▾1", "|bb", "|b>", "▾2", "|<c>", "end"]
        );
        assert_eq!(shape(&[1]), ["one", "▸0", "▸2", "end"]);
    }
}
