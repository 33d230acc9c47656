//! Shows text that anybody may have written, safely and in whole terminal columns.
//!
//! A text is read as [`Piece`]s. Everything else here (cleaning, measuring, wrapping, painting) goes
//! over the same pieces, so that they always agree about what is on the screen.

mod escape;
mod paint;
mod wrap;

use std::{borrow::Cow, ops::Range};

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

pub use paint::{expand, paint};
pub use wrap::{TAB, wrap};

/// Marks of one cluster beyond this many characters are not shown. The longest emoji in use have 11.
const MOST_MARKS: usize = 32;

/// One symbol for each control character, three bytes each: U+2400 to U+241F.
const CONTROL_SYMBOLS: &str = "␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟";

/// What a piece of text looks like on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown<'a> {
    /// A grapheme cluster, or the symbol that stands for a control character.
    Glyph(&'a str),
    /// White space at which a line may be broken.
    Blank(&'a str),
    Tab,
    LineEnd,
    /// Escape sequences, direction marks and other characters without width.
    Nothing,
}

/// The smallest stretch of a text that is shown, or not shown, as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Bytes of the text that the piece was read from.
    pub raw: Range<usize>,
    pub shown: Shown<'a>,
    /// Columns. 0 for a tab, whose width depends on where it stands.
    pub width: u16,
}

/// Divides a text into pieces. They lie end to end and cover the text.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (length, shown, width) = first_piece(&text[at..])?;
        let raw = at..at + length;
        at = raw.end;
        Some(Piece { raw, shown, width })
    })
}

fn first_piece(rest: &str) -> Option<(usize, Shown<'_>, u16)> {
    let bytes = rest.as_bytes();
    let first = *bytes.first()?;
    // No ASCII character joins the one before it, so this spares most text the cluster rules.
    let alone = bytes.get(1).is_none_or(u8::is_ascii);
    let piece = match first {
        b'!'..=b'~' if alone => (1, Shown::Glyph(&rest[..1]), 1),
        b' ' if alone => (1, Shown::Blank(&rest[..1]), 1),
        b'\t' => (1, Shown::Tab, 0),
        b'\r' if bytes.get(1) == Some(&b'\n') => (2, Shown::LineEnd, 0),
        // A lone carriage return is a progress bar being redrawn: one line per state reads best.
        b'\n' | b'\r' | 0x0b | 0x0c => (1, Shown::LineEnd, 0),
        0x1b => match escape::sequence_length(rest) {
            Some(length) => (length, Shown::Nothing, 0),
            None => (1, Shown::Glyph("␛"), 1),
        },
        0..=0x1f => {
            let symbol = usize::from(first) * 3;
            (1, Shown::Glyph(&CONTROL_SYMBOLS[symbol..symbol + 3]), 1)
        }
        0x7f => (1, Shown::Glyph("␡"), 1),
        _ => cluster(rest)?,
    };
    Some(piece)
}

fn cluster(rest: &str) -> Option<(usize, Shown<'_>, u16)> {
    let cluster = rest.graphemes(true).next()?;
    let first = cluster.chars().next()?;
    let single = cluster.len() == first.len_utf8();
    let piece = match first {
        '\u{85}' | '\u{2028}' | '\u{2029}' => (cluster.len(), Shown::LineEnd, 0),
        '\u{80}'..='\u{9f}' => match escape::sequence_length(rest) {
            Some(length) => (length, Shown::Nothing, 0),
            None => (cluster.len(), Shown::Glyph("\u{fffd}"), 1),
        },
        // No-break spaces are glyphs: they hold their line together.
        '\u{a0}' | '\u{2007}' | '\u{202f}' if single => (cluster.len(), Shown::Glyph(" "), 1),
        _ if single && first.is_whitespace() => {
            let width = cluster.cell_width();
            (cluster.len(), Shown::Blank(cluster), width)
        }
        _ => {
            let end = cluster.char_indices().nth(MOST_MARKS);
            let glyph = &cluster[..end.map_or(cluster.len(), |(i, _)| i)];
            match glyph.cell_width() {
                0 => (cluster.len(), Shown::Nothing, 0),
                width => (cluster.len(), Shown::Glyph(glyph), width),
            }
        }
    };
    Some(piece)
}

/// The text without anything that could steer a terminal: escape sequences, direction marks and
/// characters without width are left out, other control characters become symbols, and every kind
/// of line end becomes a line feed. Tabs stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|b| matches!(b, b' '..=b'~' | b'\n' | b'\t'))
    {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece.shown {
            Shown::Glyph(shown) | Shown::Blank(shown) => cleaned.push_str(shown),
            Shown::Tab => cleaned.push('\t'),
            Shown::LineEnd => cleaned.push('\n'),
            Shown::Nothing => {}
        }
    }
    Cow::Owned(cleaned)
}

/// Pieces as they stand in a text of one line, where tabs and line ends are single blanks.
fn in_one_line(text: &str) -> impl Iterator<Item = (&str, usize)> {
    pieces(text).map(|piece| match piece.shown {
        Shown::Glyph(shown) | Shown::Blank(shown) => (shown, usize::from(piece.width)),
        Shown::Tab | Shown::LineEnd => (" ", 1),
        Shown::Nothing => ("", 0),
    })
}

/// Columns that a text takes in one line. Tabs and line ends count as one blank.
pub fn width(text: &str) -> usize {
    in_one_line(text).map(|(_, width)| width).sum()
}

/// The cleaned text in one line of at most `columns`, ending in `…` where some of it is left out.
pub fn truncate(text: &str, columns: usize) -> String {
    let mut line = String::new();
    let mut column = 0;
    // Where the line would be cut if the rest turns out not to fit.
    let mut cut = 0;
    for (shown, width) in in_one_line(text) {
        if column < columns {
            cut = line.len();
        }
        column += width;
        if column > columns {
            line.truncate(cut);
            if columns > 0 {
                line.push('…');
            }
            return line;
        }
        line.push_str(shown);
    }
    line
}

/// [`truncate`], filled up with blanks on the right.
pub fn pad(text: &str, columns: usize) -> String {
    let mut line = truncate(text, columns);
    line.extend(std::iter::repeat_n(' ', columns - width(&line)));
    line
}

/// [`truncate`], filled up with blanks on the left, as numbers are set.
pub fn pad_left(text: &str, columns: usize) -> String {
    let line = truncate(text, columns);
    let mut padded = " ".repeat(columns - width(&line));
    padded.push_str(&line);
    padded
}

#[cfg(test)]
pub mod tests;
