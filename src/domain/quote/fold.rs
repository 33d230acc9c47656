//! What copying a text tends to change, folded away, with the way back to the raw text.

use std::{borrow::Cow, ops::Range};

use unicode_normalization::{
    IsNormalized, UnicodeNormalization,
    char::{canonical_combining_class, decompose_canonical},
    is_nfc_quick,
};

/// A normalised text that knows where each part of it stands in the raw one.
pub struct Folded {
    text: String,
    steps: Vec<Step>,
}

/// A stretch of the folded text and the raw one. It ends where the next one begins.
struct Step {
    folded: usize,
    raw: usize,
    /// Whether byte follows byte in both. Else the stretch can only be taken as a whole.
    even: bool,
}

impl Folded {
    pub fn of(raw: &str) -> Self {
        let mut text = String::with_capacity(raw.len());
        let mut steps: Vec<Step> = Vec::new();
        let mut end = 0;
        for piece in pieces(raw) {
            let even = piece.raw.len() == piece.folded.len()
                && (piece.raw.len() == 1 || raw[piece.raw.clone()] == *piece.folded);
            if !even || steps.last().is_none_or(|step| !step.even) {
                steps.push(Step {
                    folded: text.len(),
                    raw: piece.raw.start,
                    even,
                });
            }
            text.push_str(&piece.folded);
            end = piece.raw.end;
        }
        steps.push(Step {
            folded: text.len(),
            raw: end,
            even: false,
        });
        text.truncate(text.trim_end_matches(' ').len());
        Self { text, steps }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where in the raw text a range of the folded text comes from. Of a stretch that was changed,
    /// all is taken. The range must not be empty.
    pub fn raw(&self, range: Range<usize>) -> Range<usize> {
        let (first, start) = self.step(range.start);
        let (last, end) = self.step(range.end - 1);
        let start = first.raw + if first.even { start } else { 0 };
        let end = match last.even {
            true => last.raw + end + 1,
            false => self.after(range.end - 1).raw,
        };
        start..end
    }

    /// Whether a range takes no stretch in part that was changed as a whole.
    pub fn is_whole(&self, range: &Range<usize>) -> bool {
        let cuts = |at| {
            let (step, inside) = self.step(at);
            !step.even && inside > 0
        };
        !cuts(range.start) && !cuts(range.end)
    }

    /// The stretch that holds a place, and how far into it the place is.
    fn step(&self, at: usize) -> (&Step, usize) {
        let next = self.steps.partition_point(|step| step.folded <= at);
        let step = &self.steps[next.saturating_sub(1)];
        (step, at.saturating_sub(step.folded))
    }

    /// The stretch after the one that holds a place.
    fn after(&self, at: usize) -> &Step {
        let next = self.steps.partition_point(|step| step.folded <= at);
        &self.steps[next.min(self.steps.len() - 1)]
    }

    /// Places of a folded text in this one, first to last. A place that breaks a letter from its
    /// marks is none; what overlaps such a place is passed over, which keeps the search linear.
    pub fn places<'s>(
        &'s self,
        wanted: &'s str,
        from: usize,
    ) -> impl Iterator<Item = Range<usize>> {
        let fits = !wanted.chars().next().is_none_or(joins_previous);
        let text = self.text.get(from..).filter(|_| fits).unwrap_or_default();
        let places = text.match_indices(wanted).map(move |(at, _)| from + at);
        places
            .map(move |at| at..at + wanted.len())
            .filter(|range| self.ends_whole(range))
    }

    /// The last place that ends at `until` or before.
    pub fn last_place(&self, wanted: &str, until: usize) -> Option<Range<usize>> {
        let text = self.text.get(..until)?;
        let places = text.rmatch_indices(wanted).map(|(at, _)| at);
        places
            .map(|at| at..at + wanted.len())
            .find(|range| self.ends_whole(range))
    }

    fn ends_whole(&self, range: &Range<usize>) -> bool {
        let next = self.text[range.end..].chars().next();
        !next.is_some_and(joins_previous) && self.is_whole(range)
    }
}

/// Folds what copying a text tends to change: Unicode form C (UAX #15), curly quotation marks to
/// straight ones, any run of white space and zero-width characters to one blank, none at the ends.
/// Full-width characters stay as they are.
pub fn normalise(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for piece in pieces(text) {
        folded.push_str(&piece.folded);
    }
    folded.truncate(folded.trim_end_matches(' ').len());
    folded
}

/// A stretch of the raw text and what it folds to. Pieces can be folded one by one.
struct Piece<'a> {
    raw: Range<usize>,
    folded: Cow<'a, str>,
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = text.find(|c| !is_blank(c)).unwrap_or(text.len());
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let (length, folded) = if is_blank(first) {
            let length = rest.find(|c| !is_blank(c)).unwrap_or(rest.len());
            (length, Cow::Borrowed(" "))
        } else if let Some(mark) = straight(first) {
            (first.len_utf8(), Cow::Borrowed(mark))
        } else {
            match unchanged_run(rest) {
                0 => cluster(rest),
                length => (length, Cow::Borrowed(&rest[..length])),
            }
        };
        let raw = at..at + length;
        at = raw.end;
        Some(Piece { raw, folded })
    })
}

/// The length of the text at the front that folds to itself whatever follows it.
fn unchanged_run(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    let mut last = 0;
    loop {
        // Most text is ASCII words with single blanks between; the rest is decoded.
        while let Some(byte) = bytes.get(end) {
            let word = byte.is_ascii_graphic();
            let blank = *byte == b' ' && bytes.get(end + 1).is_some_and(u8::is_ascii_graphic);
            if !word && !blank {
                break;
            }
            last = end;
            end += 1;
        }
        match text[end..].chars().next() {
            Some(c) if is_stable(c) => {
                last = end;
                end += c.len_utf8();
            }
            // The last character may belong to the cluster that begins here.
            Some(c) if joins_previous(c) => return last,
            _ => return end,
        }
    }
}

/// One character with all that joins it, in form C.
fn cluster(text: &str) -> (usize, Cow<'_, str>) {
    let mut chars = text.char_indices().skip(1);
    let length = chars
        .find(|(_, c)| is_blank(*c) || !joins_previous(*c))
        .map_or(text.len(), |(i, _)| i);
    let raw = &text[..length];
    if is_nfc_quick(raw.chars()) == IsNormalized::Yes {
        return (length, Cow::Borrowed(raw));
    }
    let composed: String = raw.nfc().collect();
    if composed == raw {
        (length, Cow::Borrowed(raw))
    } else {
        (length, Cow::Owned(composed))
    }
}

/// White space, and characters without width that nobody sees or copies.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

pub(super) fn straight(c: char) -> Option<&'static str> {
    match c {
        '\u{2018}'..='\u{201b}' => Some("'"),
        '\u{201c}'..='\u{201f}' => Some("\""),
        _ => None,
    }
}

/// Characters of the commonest blocks that no folding changes and that do not join what is before.
fn is_stable(c: char) -> bool {
    match c {
        '\u{0}'..='\u{2ff}' | '\u{400}'..='\u{481}' => !c.is_whitespace(),
        '\u{3001}'..='\u{3029}' | '\u{4e00}'..='\u{9fff}' => true,
        _ => false,
    }
}

/// Whether form C may compose or reorder a character with the one before it.
pub(super) fn joins_previous(c: char) -> bool {
    if c < '\u{300}' {
        return false;
    }
    let mut first = None;
    decompose_canonical(c, |part| {
        first.get_or_insert(part);
    });
    first.is_some_and(|c| {
        canonical_combining_class(c) != 0 || is_nfc_quick([c].into_iter()) == IsNormalized::Maybe
    })
}
