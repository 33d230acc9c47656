//! One rater's answers for one unit, as a row that can be stored, exported and compared.

use serde_json::{Map, Value};

use super::{
    answers::Answers,
    ids::{BatchName, RaterName, TaskName, UnitKey},
};

/// What a rater is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RaterKind {
    /// A person.
    Annotator,
    /// A model with a prompt version.
    Judge,
    /// The settled answers.
    Gold,
}

impl RaterKind {
    pub fn as_str(self) -> &'static str {
        match self {
            RaterKind::Annotator => "annotator",
            RaterKind::Judge => "judge",
            RaterKind::Gold => "gold",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [RaterKind::Annotator, RaterKind::Judge, RaterKind::Gold]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// How far an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum State {
    #[default]
    Draft,
    Submitted,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Submitted => "submitted",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "draft" => Some(State::Draft),
            "submitted" => Some(State::Submitted),
            _ => None,
        }
    }
}

/// How a gold answer came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// All annotators agreed when the batch was locked.
    Unanimous,
    /// An adjudicator settled it.
    Adjudicated,
    /// It came from a file.
    Imported,
}

impl Basis {
    pub const ALL: [Basis; 3] = [Basis::Unanimous, Basis::Adjudicated, Basis::Imported];

    pub fn as_str(self) -> &'static str {
        match self {
            Basis::Unanimous => "unanimous",
            Basis::Adjudicated => "adjudicated",
            Basis::Imported => "imported",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == text)
    }
}

/// Which annotation: the rater, the unit, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    pub task: TaskName,
    /// `id@version`.
    pub codebook: String,
    /// A judge's labels belong to no batch.
    pub batch: Option<BatchName>,
    pub unit: UnitKey,
    pub rater: RaterName,
    pub kind: RaterKind,
}

/// What an annotation holds at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    pub answers: Answers,
    pub note: Option<String>,
    /// A model's reasons by axis, as they came.
    pub reasoning: Option<Map<String, Value>>,
    /// Marks for the adjudicator, such as "not a real episode".
    pub flags: Vec<String>,
    pub unsure: bool,
    /// Put off for later.
    pub skipped: bool,
    pub state: State,
    /// Gold only: how it came about, and why.
    pub basis: Option<Basis>,
    pub reason: Option<String>,
    /// Gold only: settled again after the judge's labels could be seen.
    pub after_judge: bool,
    /// Fields of an imported row that tiebreak does not know.
    pub extra: Map<String, Value>,
}

/// An annotation as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub address: Address,
    pub content: Content,
    /// Who made this revision: the rater, or for gold the adjudicator.
    pub by: Option<String>,
    /// When it was last changed, RFC 3339.
    pub at: String,
}
