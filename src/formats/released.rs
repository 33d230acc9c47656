//! The rows in which a finished study publishes its sessions, verdicts and labels, without text.

use serde_json::{Map, Value};

use super::{
    episodes,
    fields::{Fields, Problem},
    sessions,
};
use crate::domain::{episode::Episode, ids::SessionId, session::Session};

/// One published row.
pub struct Row {
    pub session: Session,
    /// The episode that the row is about; `None` in the table of sessions.
    pub episode: Option<Episode>,
    /// What is left: the answers, in whatever shape.
    pub answers: Map<String, Value>,
}

/// Whether a record has the shape of a published row.
pub fn looks_like(object: &Map<String, Value>) -> bool {
    ["source", "repository_id", "session_count_id"]
        .iter()
        .all(|key| object.contains_key(*key))
}

/// `SOURCE/REPOSITORY/SESSION`, by which published rows name a session.
pub fn session_id(object: &Map<String, Value>) -> Option<SessionId> {
    let source = object.get("source")?.as_str()?;
    let repository = plain(object.get("repository_id")?)?;
    let session = match object.get("session_id") {
        Some(Value::String(id)) => id.clone(),
        _ => format!("session_{:03}", object.get("session_count_id")?.as_u64()?),
    };
    Some(sessions::session_id(&format!(
        "{source}/{repository}/{session}"
    )))
}

/// Repositories are numbers in one source and texts in another.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads a published row.
pub fn read(object: Map<String, Value>) -> Result<Row, Vec<Problem>> {
    let id = session_id(&object);
    let repository = object.get("repository_id").and_then(plain);
    let mut fields = Fields::new(object);
    let Some(id) = id else {
        fields.problem("session_count_id", "source, repository_id and session_count_id name the session; one is missing or of the wrong type");
        return Err(fields.problems);
    };
    for key in ["repository_id", "session_id", "count_id"] {
        fields.take(key);
    }
    let mut session = Session {
        id: id.clone(),
        repository,
        source: fields.text("source"),
        modality: fields.word("session_type", "IDE or CLI", sessions::modality),
        agent: fields.text("agent"),
        started_at: fields
            .text("session_timestamp")
            .map(|time| time.replacen(' ', "T", 1) + "Z"),
        license: fields.text("license_type"),
        aliases: Vec::new(),
        turns: Vec::new(),
        extra: Map::new(),
    };
    for key in [
        "num_commits",
        "session_sha",
        "session_count_id",
        "user_turns",
        "agent_turns",
    ] {
        if let Some(value) = fields.take(key) {
            session.extra.insert(key.to_owned(), value);
        }
    }
    let episode = fields.contains("misalignment_id").then(|| Episode {
        session: id,
        id: sessions::nfc(&fields.required("misalignment_id")),
        name: None,
        description: None,
        alignment_goal: episodes::alignment_goal(&mut fields),
        confidence: episodes::confidence(&mut fields),
        evidence: Vec::new(),
        extra: Map::new(),
    });
    if episode.as_ref().is_some_and(|e| e.id.contains('#')) {
        fields.problem(
            "misalignment_id",
            "holds a #, which divides session and episode",
        );
    }
    let (answers, problems) = fields.rest();
    if problems.is_empty() {
        Ok(Row {
            session,
            episode,
            answers,
        })
    } else {
        Err(problems)
    }
}
