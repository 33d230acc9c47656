//! A session as one text, for people and for models: users' turns whole, long turns of agents cut.
//!
//! The same session and bands give the same text, byte for byte, in every version of tiebreak that
//! has the same [`LAYOUT`].

use std::{fmt::Write, ops::Range};

use super::session::{Role, Session, Turn};

/// The version of everything in the text that the bands do not decide.
pub const LAYOUT: u32 = 1;

/// How long an agent's turn may be, by the length of its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bands {
    /// Names these numbers; other numbers have another version.
    pub version: String,
    /// Rising; the last one is without an end.
    bands: Vec<Band>,
}

/// The budget of an agent's turn in sessions up to some length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// The most turns of a session that falls into it; `None` in the last band.
    pub turns: Option<usize>,
    /// Unicode scalar values of a turn that are kept.
    pub characters: usize,
}

impl Bands {
    /// Bands in rising order, or what is wrong with them.
    pub fn new(version: String, bands: Vec<Band>) -> Result<Self, String> {
        if version.trim().is_empty() || version.contains(['\n', '\r']) {
            return Err("the version must be a name on one line, such as \"2\"".into());
        }
        let Some((last, before)) = bands.split_last() else {
            return Err("there is no band; write at least one, without turns".into());
        };
        if last.turns.is_some() {
            return Err(
                "the last band must not say turns, because it takes all longer sessions".into(),
            );
        }
        let mut least = 0;
        for (place, band) in before.iter().enumerate() {
            match band.turns {
                Some(turns) if turns > least => least = turns,
                Some(turns) => {
                    return Err(format!(
                        "band {} ends at {turns} turns and must end above {least}",
                        place + 1
                    ));
                }
                None => {
                    return Err(format!(
                        "band {} says no turns; only the last band may leave them out",
                        place + 1
                    ));
                }
            }
        }
        Ok(Self { version, bands })
    }

    /// The budget of an agent's turn in a session of so many turns.
    pub fn budget(&self, turns: usize) -> usize {
        let fits = |band: &&Band| band.turns.is_none_or(|most| turns <= most);
        self.bands.iter().find(fits).map_or(0, |b| b.characters)
    }
}

/// A formatted session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formatted {
    pub text: String,
    /// Where the turns stand in it, for whoever must not rely on their headings: a turn may say
    /// anything, also what looks like a heading or a marker.
    pub turns: Vec<Placed>,
    /// Characters of an agent's turn that were kept at most.
    pub budget: usize,
}

/// Where a turn stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub number: u32,
    pub heading: Range<usize>,
    pub body: Range<usize>,
    /// Characters that were left out.
    pub left_out: usize,
}

/// Puts a session into one text.
pub fn format(session: &Session, bands: &Bands) -> Formatted {
    let budget = bands.budget(session.turns.len());
    let mut text = head(session, bands, budget);
    let mut turns = Vec::with_capacity(session.turns.len());
    for turn in &session.turns {
        text.push('\n');
        let cut = match turn.role {
            Role::User => None,
            Role::Agent => Cut::of(&turn.text, budget),
        };
        let start = text.len();
        text.push_str(&heading(turn, cut.as_ref(), budget));
        let heading = start..text.len();
        text.push('\n');
        let start = text.len();
        match &cut {
            None => text.push_str(&turn.text),
            Some(cut) => text.push_str(&cut.text(&turn.text)),
        }
        turns.push(Placed {
            number: turn.number,
            heading,
            body: start..text.len(),
            left_out: cut.map_or(0, |cut| cut.left_out),
        });
        text.push('\n');
    }
    Formatted {
        text,
        turns,
        budget,
    }
}

fn head(session: &Session, bands: &Bands, budget: usize) -> String {
    let of = |role| session.turns.iter().filter(move |turn| turn.role == role);
    let typed = of(Role::User).filter(|turn| turn.kind.is_none()).count();
    let programs = of(Role::User).count() - typed;
    let mut counts = format!(
        "{} ({typed} user, {} agent",
        session.turns.len(),
        of(Role::Agent).count()
    );
    if programs > 0 {
        // Writing to a text cannot fail.
        write!(counts, ", {programs} written by a program as the user").ok();
    }
    counts.push(')');
    let known = |field: &Option<String>| field.clone().unwrap_or_else(|| "unknown".to_owned());
    let rows = [
        ("Session", session.id.0.clone()),
        ("Repository", known(&session.repository)),
        ("Agent", known(&session.agent)),
        ("Modality", known(&session.modality)),
        ("Started", known(&session.started_at)),
        ("Turns", counts),
        (
            "Format",
            format!(
                "{LAYOUT}, bands {}, agent turns of at most {budget} characters",
                bands.version
            ),
        ),
    ];
    rows.iter()
        .map(|(name, value)| format!("{name}: {}\n", in_one_line(value)))
        .collect()
}

/// A field that brings line ends along must not look like a turn.
fn in_one_line(value: &str) -> String {
    value.split(['\n', '\r']).collect::<Vec<_>>().join(" ")
}

fn heading(turn: &Turn, cut: Option<&Cut>, budget: usize) -> String {
    let mut heading = format!("TURN {} | {}", turn.number, turn.role);
    if let Some(kind) = &turn.kind {
        write!(heading, " | written by a program: {}", in_one_line(kind)).ok();
    }
    if let Some(cut) = cut {
        write!(heading, " | {} characters, budget {budget}", cut.length).ok();
    }
    heading
}

/// What of a turn is kept.
struct Cut {
    /// Bytes at the beginning, and where the bytes at the end begin.
    head: usize,
    tail: usize,
    /// Characters of the whole turn.
    length: usize,
    left_out: usize,
}

impl Cut {
    /// `None` where the turn fits into the budget.
    fn of(text: &str, budget: usize) -> Option<Self> {
        // No text has more characters than bytes.
        if text.len() <= budget {
            return None;
        }
        let length = text.chars().count();
        let left_out = length.checked_sub(budget).filter(|count| *count > 0)?;
        let at = |character| {
            let place = text.char_indices().nth(character);
            place.map_or(text.len(), |(byte, _)| byte)
        };
        let head = budget / 2;
        Some(Self {
            head: at(head),
            tail: at(head + left_out),
            length,
            left_out,
        })
    }

    fn text(&self, whole: &str) -> String {
        format!(
            "{}\n{}\n{}",
            &whole[..self.head],
            marker(self.left_out),
            &whole[self.tail..]
        )
    }
}

/// The line that stands for what was left out.
pub fn marker(left_out: usize) -> String {
    format!("[... {left_out} characters left out ...]")
}

#[cfg(test)]
mod tests;
