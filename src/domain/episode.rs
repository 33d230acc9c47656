//! An extracted record of something that went wrong, with the quotes that support it.

use std::fmt;

use serde_json::{Map, Value};

use super::{
    ids::{SessionId, UnitKey},
    session::Role,
};

/// The turn that a quote claims to come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnLabel {
    /// As the file has it.
    pub text: String,
    /// The number and role that were understood.
    pub place: Option<(u32, Role)>,
}

impl TurnLabel {
    /// Reads `TURN 3 | USER`, also with more behind another bar, as headings of formatted sessions
    /// have it. Other texts are kept without a place.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split('|');
        let place = parts.next().zip(parts.next()).and_then(|(turn, role)| {
            let number = turn.trim().strip_prefix("TURN")?.trim().parse().ok()?;
            Some((number, Role::parse(role)?))
        });
        Self {
            text: text.to_owned(),
            place,
        }
    }
}

impl fmt::Display for TurnLabel {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.place {
            Some((number, role)) => f.pad(&format!("TURN {number} | {role}")),
            None => f.pad(&self.text),
        }
    }
}

/// A quote from a session, bound to its turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    pub turn: TurnLabel,
    pub quote: String,
    pub context: Option<String>,
    pub extra: Map<String, Value>,
}

/// An episode as the extraction gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Episode {
    pub session: SessionId,
    pub id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    /// `instruction`, `intention` or `both`.
    pub alignment_goal: Option<String>,
    /// `high`, `medium` or `low`.
    pub confidence: Option<String>,
    pub evidence: Vec<Evidence>,
    /// Fields that tiebreak does not know, as they came.
    pub extra: Map<String, Value>,
}

impl Episode {
    pub fn key(&self) -> UnitKey {
        UnitKey::episode(&self.session, &self.id)
    }

    /// Whether there is anything to read, and so to label.
    pub fn has_text(&self) -> bool {
        self.name.is_some() || self.description.is_some() || !self.evidence.is_empty()
    }
}
