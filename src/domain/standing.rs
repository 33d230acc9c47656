//! How a quote stands in its session.

use std::ops::Range;

use super::{
    episode::TurnLabel,
    quote::{Match, locate},
    session::Role,
};

/// What became of looking for a quote in the turn that it claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Found {
    Exact,
    Normalised,
    NotFound,
    /// The session's text is not in the study.
    NoSession,
}

impl Found {
    pub const ALL: [Found; 4] = [
        Found::Exact,
        Found::Normalised,
        Found::NotFound,
        Found::NoSession,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Found::Exact => "exact",
            Found::Normalised => "normalised",
            Found::NotFound => "not_found",
            Found::NoSession => "no_session",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|found| found.as_str() == text)
    }
}

/// The outcome, with the bytes of the raw turn where the quote was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub found: Found,
    pub range: Option<Range<usize>>,
}

impl Standing {
    pub const NO_SESSION: Standing = Standing {
        found: Found::NoSession,
        range: None,
    };

    /// Looks for a quote in the turn of the number that it claims, which has to be of the role that
    /// it claims, too.
    pub fn claimed(quote: &str, label: &TurnLabel, turn: Option<(Role, &str)>) -> Self {
        let meant = |role| label.place.is_some_and(|(_, claimed)| claimed == role);
        Self::of(
            quote,
            turn.filter(|(role, _)| meant(*role)).map(|(_, text)| text),
        )
    }

    /// Looks for a quote in the text of its turn; `None` where there is no such turn.
    pub fn of(quote: &str, turn: Option<&str>) -> Self {
        match turn.and_then(|text| locate(quote, text)) {
            Some((Match::Exact, range)) => Self {
                found: Found::Exact,
                range: Some(range),
            },
            Some((Match::Normalised, range)) => Self {
                found: Found::Normalised,
                range: Some(range),
            },
            None => Self {
                found: Found::NotFound,
                range: None,
            },
        }
    }
}
