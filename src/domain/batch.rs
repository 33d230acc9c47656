//! A named, frozen sample of units with the annotators assigned to it.

use super::ids::{BatchName, RaterName, TaskName, UnitKey};
use serde_json::{Map, Value};

/// What a batch is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Purpose {
    #[default]
    Evaluation,
    Development,
}

impl Purpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Evaluation => "evaluation",
            Purpose::Development => "development",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "evaluation" => Some(Purpose::Evaluation),
            "development" => Some(Purpose::Development),
            _ => None,
        }
    }
}

/// A unit's place in a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub unit: UnitKey,
    /// The chance with which it was drawn, where that differs between units.
    pub probability: Option<f64>,
    pub stratum: Option<String>,
}

/// How the frame from which a batch was drawn came about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Frame {
    pub size: usize,
    /// SHA-256 over the keys in order, each followed by a line feed.
    pub sha256: String,
    /// The options that shaped the frame and the draw.
    pub options: Map<String, Value>,
}

/// When, by whom and how a batch was locked.
#[derive(Clone, Debug, PartialEq)]
pub struct Lock {
    pub at: String,
    pub by: String,
    /// Locked before everything was submitted, for this reason.
    pub forced: Option<String>,
    /// SHA-256 of the snapshot, by which a copy knows that it has the same labels.
    pub sha256: String,
    /// Whether the snapshot is here. An imported batch waits for its labels.
    pub sealed: bool,
}

/// A batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub name: BatchName,
    pub task: TaskName,
    /// `id@version`.
    pub codebook: String,
    pub purpose: Purpose,
    /// Annotators cannot open the session.
    pub evidence_only: bool,
    pub seed: u64,
    pub frame: Frame,
    pub members: Vec<Member>,
    pub annotators: Vec<RaterName>,
    pub created_at: String,
    pub lock: Option<Lock>,
}

impl Batch {
    pub fn is_open(&self) -> bool {
        self.lock.is_none()
    }

    /// Locked, with its snapshot.
    pub fn is_revealed(&self) -> bool {
        self.lock.as_ref().is_some_and(|lock| lock.sealed)
    }

    /// Whether units had different chances of being drawn, so that figures need weights.
    pub fn is_weighted(&self) -> bool {
        self.members
            .iter()
            .any(|member| member.probability.is_some())
    }
}
