//! A chat between a developer and an agent, as numbered turns.

use std::fmt;

use serde_json::{Map, Value};

use super::ids::SessionId;

/// Who speaks in a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    User,
    Agent,
}

impl Role {
    /// The role as files and the study name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::User => "user",
            Role::Agent => "agent",
        }
    }

    /// Reads a role in any case; `assistant` is an older word for `agent`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "user" => Some(Role::User),
            "agent" | "assistant" => Some(Role::Agent),
            _ => None,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(match self {
            Role::User => "USER",
            Role::Agent => "AGENT",
        })
    }
}

/// One turn. Neighbouring messages of one role are one turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// Counted from 1 over both roles.
    pub number: u32,
    pub role: Role,
    /// What a program wrote under a user header (`command`, `interruption`, ...); such turns keep
    /// their number and are left out of statistics only. `None` where a person spoke.
    pub kind: Option<String>,
    /// The text as the source has it.
    pub text: String,
    /// When, as the source writes it.
    pub at: Option<String>,
    /// Tool calls, as the source describes them.
    pub tools: Vec<Value>,
    /// Fields of the native format that tiebreak does not know.
    pub extra: Map<String, Value>,
}

/// A session and what is known about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    pub id: SessionId,
    pub repository: Option<String>,
    /// The collection that it came from, such as `specstory`.
    pub source: Option<String>,
    /// `ide` or `cli`.
    pub modality: Option<String>,
    pub agent: Option<String>,
    pub started_at: Option<String>,
    pub license: Option<String>,
    /// Other names under which the same session was found.
    pub aliases: Vec<SessionId>,
    pub turns: Vec<Turn>,
    pub extra: Map<String, Value>,
}
