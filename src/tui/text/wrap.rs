//! Breaks text into rows that are byte ranges of the raw text, so that whatever was found in the
//! raw text can be painted on them.

use std::ops::Range;

use super::{Piece, Shown, pieces};

/// Columns from one tab stop to the next, counted from the beginning of the row.
pub const TAB: usize = 4;

/// Divides a text into rows of at most `width` columns (at least 1).
///
/// Every line of the text begins a row; an empty text has none, and a line end at the very end adds
/// none. Long lines break at white space, which then belongs to no row, next to wide characters, or
/// inside a word longer than a row. Only a single glyph wider than `width` makes a wider row. A row
/// can be wrapped or drawn by itself and gives the same pieces as inside its text.
pub fn wrap(text: &str, width: u16) -> Vec<Range<usize>> {
    let mut rows = Rows {
        width: usize::from(width.max(1)),
        done: Vec::new(),
        row: Row::default(),
    };
    let mut open = false;
    for piece in pieces(text) {
        open = piece.shown != Shown::LineEnd;
        match piece.shown {
            Shown::LineEnd => rows.end_line(piece.raw.end),
            Shown::Glyph(glyph) => rows.add(&piece, glyph),
            Shown::Blank(_) => rows.row.blank(usize::from(piece.width)),
            Shown::Tab => {
                let column = rows.row.column;
                rows.row.blank(TAB - column % TAB);
            }
            Shown::Nothing => {}
        }
    }
    if open {
        rows.end_line(text.len());
    }
    rows.done
}

struct Rows<'a> {
    width: usize,
    done: Vec<Range<usize>>,
    row: Row<'a>,
}

/// The row that is being filled.
#[derive(Default)]
struct Row<'a> {
    start: usize,
    /// After its last glyph.
    end: usize,
    /// Where the next piece goes.
    column: usize,
    has_glyph: bool,
    /// The last glyph, if the next piece follows it directly.
    last: Option<(&'a str, u16)>,
    /// The last place where the row may be broken.
    gap: Option<Gap>,
}

#[derive(Clone, Copy)]
struct Gap {
    /// The end of the row, should it be broken here.
    end: usize,
    /// The start of the next row, and the column where that text stands in this one.
    start: usize,
    column: usize,
}

impl<'a> Row<'a> {
    fn at(start: usize) -> Self {
        Self {
            start,
            end: start,
            ..Self::default()
        }
    }

    /// White space may hang over the end of the row, where nobody sees it.
    fn blank(&mut self, width: usize) {
        self.column += width;
        self.last = None;
    }

    /// Notes whether the row may be broken before a glyph. Indentation is no place to break.
    fn note_gap(&mut self, start: usize, glyph: &str, width: u16) {
        let may_break = match self.last {
            None => self.has_glyph,
            Some((last, last_width)) => {
                (width >= 2 || last_width >= 2) && !clings(glyph) && !opens(last)
            }
        };
        if may_break {
            self.gap = Some(Gap {
                end: self.end,
                start,
                column: self.column,
            });
        }
    }
}

impl<'a> Rows<'a> {
    fn end_line(&mut self, next: usize) {
        self.done.push(self.row.start..self.row.end);
        self.row = Row::at(next);
    }

    fn add(&mut self, piece: &Piece<'a>, glyph: &'a str) {
        let width = usize::from(piece.width);
        self.row.note_gap(piece.raw.start, glyph, piece.width);
        if self.row.column + width > self.width {
            self.make_room(piece.raw.start, width);
        }
        self.row.column += width;
        self.row.end = piece.raw.end;
        self.row.has_glyph = true;
        self.row.last = Some((glyph, piece.width));
    }

    fn make_room(&mut self, start: usize, width: usize) {
        if let Some(gap) = self.row.gap.take() {
            self.done.push(self.row.start..gap.end);
            self.row.start = gap.start;
            self.row.column -= gap.column;
            self.row.has_glyph = gap.start < start;
            if self.row.column + width <= self.width {
                return;
            }
        }
        if self.row.has_glyph {
            self.done.push(self.row.start..self.row.end);
        }
        // Without a glyph there is only indentation, too deep for this width.
        self.row = Row::at(start);
    }
}

/// Closing marks, which do not begin a row when wide text is broken.
fn clings(glyph: &str) -> bool {
    matches!(
        glyph.chars().next(),
        Some(
            '、' | '。'
                | '，'
                | '．'
                | '：'
                | '；'
                | '！'
                | '？'
                | '）'
                | '］'
                | '｝'
                | '〉'
                | '》'
                | '」'
                | '』'
                | '】'
                | '〕'
                | '・'
                | 'ー'
                | '々'
                | '…'
                | '”'
                | '’'
                | ','
                | '.'
                | ':'
                | ';'
                | '!'
                | '?'
                | ')'
                | ']'
                | '}'
                | '%'
        )
    )
}

/// Opening marks, which do not end a row.
fn opens(glyph: &str) -> bool {
    matches!(
        glyph,
        "（" | "［"
            | "｛"
            | "〈"
            | "《"
            | "「"
            | "『"
            | "【"
            | "〔"
            | "“"
            | "‘"
            | "("
            | "["
            | "{"
    )
}
