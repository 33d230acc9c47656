//! How a quote stands in its session.

use std::{convert::Infallible, ops::Range};

use super::{
    episode::TurnLabel,
    quote::{Hit, Match, Text, is_telling},
    session::{Role, Turn},
};

/// What became of looking for a quote: the rungs of a ladder, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Found {
    Exact,
    /// But for white space, quotation marks and the Unicode form.
    Normalised,
    /// All pieces around an ellipsis, in their order.
    Fragments,
    /// But for what was redacted on one of the two sides.
    Masked,
    /// Roughly.
    Fuzzy,
    /// Exact or normalised, in another turn than the one claimed, or said by the other side.
    OtherTurn,
    NotFound,
    /// The session's text is not in the study.
    NoSession,
}

impl Found {
    pub const ALL: [Found; 8] = [
        Found::Exact,
        Found::Normalised,
        Found::Fragments,
        Found::Masked,
        Found::Fuzzy,
        Found::OtherTurn,
        Found::NotFound,
        Found::NoSession,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Found::Exact => "exact",
            Found::Normalised => "normalised",
            Found::Fragments => "fragments",
            Found::Masked => "masked",
            Found::Fuzzy => "fuzzy",
            Found::OtherTurn => "other_turn",
            Found::NotFound => "not_found",
            Found::NoSession => "no_session",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|found| found.as_str() == text)
    }

    /// Whether the quote stands word for word where it says.
    pub fn is_verbatim(self) -> bool {
        matches!(self, Found::Exact | Found::Normalised)
    }
}

/// Where a quote was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of the turn.
    pub turn: u32,
    /// Bytes of the raw turn, in order and at least one range; several where the quote leaves
    /// something out.
    pub pieces: Vec<Range<usize>>,
}

impl Place {
    /// From the first byte that was found to the last.
    pub fn range(&self) -> Range<usize> {
        let start = self.pieces.first().map_or(0, |piece| piece.start);
        let end = self.pieces.last().map_or(0, |piece| piece.end);
        start..end
    }
}

/// The outcome: the rung, the place, and of a fuzzy match the similarity.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub found: Found,
    /// `None` where nothing was found.
    pub place: Option<Place>,
    /// From [`super::quote::SIMILAR`] to 1, as [`Match::Fuzzy`] defines it.
    pub similarity: Option<f64>,
}

impl Standing {
    pub const NO_SESSION: Standing = Standing {
        found: Found::NoSession,
        place: None,
        similarity: None,
    };
    const NOT_FOUND: Standing = Standing {
        found: Found::NotFound,
        ..Self::NO_SESSION
    };

    /// Looks for a quote among all turns of its session.
    pub fn among(quote: &str, label: &TurnLabel, turns: &[TurnText]) -> Self {
        let number = label.place.map(|(number, _)| number);
        let claimed = turns.iter().find(|turn| Some(turn.number) == number);
        match Self::seek(quote, label, claimed, || Ok::<_, Infallible>(turns)) {
            Ok(standing) => standing,
            Err(never) => match never {},
        }
    }

    /// Looks for a quote in the turn of the number that it claims, and on all rungs only if that is
    /// of the role that it claims, too; then, word for word, in all turns, which may take the
    /// trouble of fetching them.
    pub fn seek<'t, E>(
        quote: &str,
        label: &TurnLabel,
        claimed: Option<&TurnText>,
        all: impl FnOnce() -> Result<&'t [TurnText<'t>], E>,
    ) -> Result<Self, E> {
        let quote = Text::new(quote);
        let claimed = claimed.filter(|turn| label.place == Some((turn.number, turn.role)));
        if let Some(turn) = claimed
            && let Some(hit) = turn.text.find(&quote)
        {
            return Ok(Self::hit(turn.number, hit));
        }
        if !is_telling(&quote) {
            return Ok(Self::NOT_FOUND);
        }
        let number = label.place.map_or(0, |(number, _)| number);
        let mut others: Vec<&TurnText> = all()?.iter().collect();
        others.retain(|turn| claimed.is_none_or(|claimed| claimed.number != turn.number));
        others.sort_by_key(|turn| turn.number.abs_diff(number));
        let exact = |turn: &&TurnText| Some((turn.number, turn.text.exact(&quote)?));
        let normalised = |turn: &&TurnText| Some((turn.number, turn.text.normalised(&quote)?));
        let found = others.iter().find_map(exact);
        let found = found.or_else(|| others.iter().find_map(normalised));
        Ok(match found {
            Some((turn, hit)) => Self {
                found: Found::OtherTurn,
                ..Self::hit(turn, hit)
            },
            None => Self::NOT_FOUND,
        })
    }

    fn hit(turn: u32, Hit { how, pieces }: Hit) -> Self {
        let (found, similarity) = match how {
            Match::Exact => (Found::Exact, None),
            Match::Normalised => (Found::Normalised, None),
            Match::Fragments => (Found::Fragments, None),
            Match::Masked => (Found::Masked, None),
            Match::Fuzzy(similarity) => (Found::Fuzzy, Some(similarity)),
        };
        Self {
            found,
            place: Some(Place { turn, pieces }),
            similarity,
        }
    }
}

/// A turn as quotes are looked for in it. It is normalised once for all of them.
pub struct TurnText<'t> {
    pub number: u32,
    pub role: Role,
    pub text: Text<'t>,
}

impl<'t> TurnText<'t> {
    pub fn of(turn: &'t Turn) -> Self {
        Self {
            number: turn.number,
            role: turn.role,
            text: Text::new(turn.text.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns() -> Vec<TurnText<'static>> {
        let texts = [
            "Please keep the tests.",
            "I will keep the   tests.",
            "Please keep the tests, I said.",
            "Yes.",
        ];
        let roles = [Role::User, Role::Agent].into_iter().cycle();
        (1..)
            .zip(roles)
            .zip(texts)
            .map(|((number, role), text)| TurnText {
                number,
                role,
                text: Text::new(text),
            })
            .collect()
    }

    fn stands(quote: &str, label: &str) -> (Found, Option<u32>) {
        let standing = Standing::among(quote, &TurnLabel::parse(label), &turns());
        (standing.found, standing.place.map(|place| place.turn))
    }

    #[test]
    fn the_claimed_turn_comes_first_and_then_the_nearest_that_has_every_word() {
        use Found::*;
        let quote = "keep the tests";
        assert_eq!(stands(quote, "TURN 3 | USER"), (Exact, Some(3)));
        assert_eq!(stands(quote, "TURN 2 | AGENT"), (Normalised, Some(2)));
        // A turn is that of its number and its role.
        assert_eq!(stands("I will keep", "TURN 2 | USER"), (OtherTurn, Some(2)));
        assert_eq!(
            stands("I will keep", "TURN 4 | AGENT"),
            (OtherTurn, Some(2))
        );
        assert_eq!(stands(quote, "TURN 4 | AGENT"), (OtherTurn, Some(3)));
        assert_eq!(
            stands("will keep the tests", "TURN 99 | USER"),
            (OtherTurn, Some(2))
        );
        assert_eq!(stands(quote, "somewhere"), (OtherTurn, Some(1)));
        // The claimed turn counts more, be it only about right.
        assert_eq!(
            stands("please keep the tests.", "TURN 3 | USER"),
            (Fuzzy, Some(3))
        );
        assert_eq!(stands("Yes", "TURN 1 | USER"), (NotFound, None));
        assert_eq!(stands("never said", "TURN 1 | USER"), (NotFound, None));
    }
}
