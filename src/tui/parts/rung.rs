//! How a quote stands in its session, as a badge that needs no colour and little room, and as
//! words.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::{
    domain::{
        episode::TurnLabel,
        standing::{Found, Place, Standing},
    },
    tui::{theme::Theme, widgets::prose},
};

/// The badge beside a quote: a sign of its own for each rung, and a word.
pub fn badge(standing: Option<&Standing>, claimed: &TurnLabel, theme: &Theme) -> Span<'static> {
    let standing = standing.unwrap_or(&Standing::NO_SESSION);
    Span::styled(short(standing, claimed), style(standing.found, theme))
}

fn short(standing: &Standing, claimed: &TurnLabel) -> String {
    match standing.found {
        Found::Exact => "✓ exact".to_owned(),
        Found::Normalised => "≈ spacing".to_owned(),
        Found::Fragments => "… pieces".to_owned(),
        Found::Masked => "▒ masked".to_owned(),
        Found::Fuzzy => format!("~ {}", percent(standing.similarity)),
        Found::OtherTurn => format!("→ {}", other(standing.place.as_ref(), claimed)),
        Found::NotFound => "✗ not found".to_owned(),
        Found::NoSession => "? no session".to_owned(),
    }
}

/// What the signs mean, for the help.
pub fn legend(width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let title = Line::styled("Beside a quote: where it was found", theme.heading);
    let signs = SIGNS.into_iter().flat_map(|(sign, meaning)| {
        let sign = format!("  {sign}");
        prose::labelled(&sign, theme.key, meaning, width, 16, theme.text)
    });
    [Line::default(), title].into_iter().chain(signs).collect()
}

const SIGNS: [(&str, &str); Found::ALL.len()] = [
    ("✓ exact", "word for word in its turn"),
    (
        "≈ spacing",
        "the same but for spacing, quotation marks or the form of letters",
    ),
    ("… pieces", "all pieces around an ellipsis, in their order"),
    (
        "▒ masked",
        "the same but for what is masked in the quote or in the session",
    ),
    ("~ 0.87", "roughly, with this similarity of at most 1"),
    (
        "→ turn 7",
        "word for word, but in another turn, or said by the other side",
    ),
    (
        "✗ not found",
        "neither in its turn nor word for word in another",
    ),
    ("? no session", "its session is not in the study"),
];

/// What a reader of the session is told about a quote, such as `in pieces`.
pub fn words(standing: Option<&Standing>, claimed: &TurnLabel) -> String {
    let standing = standing.unwrap_or(&Standing::NO_SESSION);
    match standing.found {
        Found::Exact => "exact".to_owned(),
        Found::Normalised => "but for spacing".to_owned(),
        Found::Fragments => "in pieces".to_owned(),
        Found::Masked => "but for what is masked".to_owned(),
        Found::Fuzzy => format!("roughly, {}", percent(standing.similarity)),
        Found::OtherTurn => match claimed.place {
            Some((turn, role)) => format!("not in turn {turn} of the {role}"),
            None => "of no stated turn".to_owned(),
        },
        Found::NotFound => "not found".to_owned(),
        Found::NoSession => "without its session".to_owned(),
    }
}

fn style(found: Found, theme: &Theme) -> Style {
    match found {
        Found::Exact | Found::Normalised => theme.good,
        Found::Fragments | Found::Masked | Found::Fuzzy | Found::OtherTurn => theme.warn,
        Found::NotFound => theme.bad,
        Found::NoSession => theme.muted,
    }
}

/// Rounded down, so that 1.00 means the whole quote.
fn percent(similarity: Option<f64>) -> String {
    format!("{:.2}", (similarity.unwrap_or(0.0) * 100.0).floor() / 100.0)
}

fn other(place: Option<&Place>, claimed: &TurnLabel) -> String {
    let number = claimed.place.map(|(number, _)| number);
    match place {
        Some(place) if Some(place.turn) == number => "other role".to_owned(),
        Some(place) => format!("turn {}", place.turn),
        None => "another turn".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rung_has_a_sign_of_its_own_and_little_width() {
        let claimed = TurnLabel::parse("TURN 5 | USER");
        let at = |turn| {
            Some(Place {
                turn,
                pieces: vec![0..4, 7..9],
            })
        };
        let badges = Found::ALL.map(|found| {
            let standing = Standing {
                found,
                place: at(7),
                similarity: Some(0.879),
            };
            let badge = badge(Some(&standing), &claimed, &Theme::plain());
            assert!(badge.width() <= 12, "{badge}");
            badge.content.into_owned()
        });
        assert_eq!(badges, SIGNS.map(|(sign, _)| sign));
        let same = Standing {
            found: Found::OtherTurn,
            place: at(5),
            similarity: None,
        };
        assert_eq!(short(&same, &claimed), "→ other role");
    }
}
