//! Where a quote stands in the text of a turn: a ladder that begins with byte for byte and ends
//! with about the same words. Every rung takes time in about proportion to the lengths.

mod fold;
mod fragments;
mod fuzzy;
mod masks;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, ops::Range, sync::OnceLock};

pub use fold::normalise;
use fold::{Folded, is_blank};
pub use fuzzy::SIMILAR;

/// How closely a quote agrees with the text it was found in, closest first.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Match {
    /// Byte for byte.
    Exact,
    /// After [`normalise`].
    Normalised,
    /// All pieces between its ellipses, in their order, each after [`normalise`].
    Fragments,
    /// But for what a redaction mask in the quote or in the text stands for.
    Masked,
    /// Roughly, with a similarity of [`SIMILAR`] to 1.
    ///
    /// The similarity is 1 - d / m: d is the smallest Levenshtein distance (1966) between the
    /// normalised quote and any part of the normalised text (Sellers 1980), m the length of the
    /// normalised quote, both in characters.
    Fuzzy(f64),
}

/// A place where a quote was found: one or more ranges of bytes of the raw text, in order, on char
/// boundaries.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub how: Match,
    pub pieces: Vec<Range<usize>>,
}

impl Hit {
    fn one(how: Match, range: Range<usize>) -> Self {
        let pieces = vec![range];
        Self { how, pieces }
    }
}

/// A text in which quotes are looked for, or a quote. It is normalised once, when that is needed.
pub struct Text<'t> {
    raw: Cow<'t, str>,
    folded: OnceLock<Folded>,
}

impl<'t> Text<'t> {
    pub fn new(raw: impl Into<Cow<'t, str>>) -> Self {
        Self {
            raw: raw.into(),
            folded: OnceLock::new(),
        }
    }

    fn folded(&self) -> &Folded {
        self.folded.get_or_init(|| Folded::of(&self.raw))
    }

    /// Looks for a quote on every rung. A quote without visible characters is found nowhere.
    pub fn find(&self, quote: &Text) -> Option<Hit> {
        self.exact(quote)
            .or_else(|| self.normalised(quote))
            .or_else(|| {
                let pieces = fragments::find(quote, self)?;
                let how = Match::Fragments;
                Some(Hit { how, pieces })
            })
            .or_else(|| Some(Hit::one(Match::Masked, masks::find(quote, self)?)))
            .or_else(|| {
                let (similarity, range) = fuzzy::find(quote, self)?;
                Some(Hit::one(Match::Fuzzy(similarity), range))
            })
    }

    /// The first place of a quote, byte for byte.
    pub fn exact(&self, quote: &Text) -> Option<Hit> {
        if quote.raw.chars().all(is_blank) {
            return None;
        }
        let start = self.raw.find(&*quote.raw)?;
        Some(Hit::one(Match::Exact, start..start + quote.raw.len()))
    }

    /// The first place of a quote after [`normalise`].
    pub fn normalised(&self, quote: &Text) -> Option<Hit> {
        let place = self
            .folded()
            .places(quote.folded().as_str(), 0)
            .next()
            .filter(|place| !place.is_empty())?;
        Some(Hit::one(Match::Normalised, self.folded().raw(place)))
    }
}

/// The letters and digits of a text, as a measure of how much it tells. One of a script without
/// spaces between words counts for two.
fn weight(text: &str) -> usize {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| if c < '\u{2e80}' { 1 } else { 2 })
        .sum()
}

/// A piece of a quote that weighs less would be found in nearly every text.
const LIGHTEST: usize = 4;

/// Whether a quote is long enough for its place to tell something where nobody said it should be.
pub fn is_telling(quote: &Text) -> bool {
    weight(&quote.raw) >= LIGHTEST
}
