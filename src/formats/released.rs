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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(changes: Value) -> Map<String, Value> {
        let mut row = json!({
            "count_id": 7, "source": "specstory", "repository_id": 12, "session_count_id": 3,
            "session_id": "session_003", "misalignment_id": "M002", "alignment_goal": "both",
            "confidence": "high", "session_type": "IDE", "session_timestamp": "2025-06-04 00:56:00",
            "num_commits": 10, "agent": "Unknown", "label": "VALID", "invalid_category": null,
        });
        for (key, value) in changes.as_object().unwrap() {
            row[key] = value.clone();
        }
        row.as_object().unwrap().clone()
    }

    #[test]
    fn a_published_row_is_taken_apart_into_session_episode_and_answers() {
        let Ok(found) = read(row(json!({"repository_id": "cafe\u{301}"}))) else {
            panic!()
        };
        let episode = found.episode.unwrap();
        assert_eq!(episode.key().0, "specstory/café/session_003#M002");
        assert_eq!(episode.alignment_goal.as_deref(), Some("both"));
        assert_eq!(found.session.modality.as_deref(), Some("ide"));
        assert_eq!(
            found.session.started_at.as_deref(),
            Some("2025-06-04T00:56:00Z")
        );
        assert_eq!(found.session.extra["num_commits"], 10);
        let answers = json!({"label": "VALID", "invalid_category": null});
        assert_eq!(Value::Object(found.answers), answers);

        let mut of_session = row(json!({}));
        for key in [
            "session_id",
            "misalignment_id",
            "alignment_goal",
            "confidence",
        ] {
            of_session.shift_remove(key);
        }
        let Ok(found) = read(of_session) else {
            panic!()
        };
        assert_eq!(&*found.session.id, "specstory/12/session_003");
        assert!(found.episode.is_none());
    }

    #[test]
    fn a_published_row_keeps_the_rules_of_episodes() {
        let wrong =
            row(json!({"misalignment_id": "M#2", "alignment_goal": "none", "confidence": "sure"}));
        let told: Vec<String> = read(wrong)
            .err()
            .unwrap()
            .iter()
            .map(|p| format!("{}: {}", p.field, p.why))
            .collect();
        assert_eq!(
            told,
            [
                "alignment_goal: must be instruction, intention or both, not \"none\"",
                "confidence: must be high, medium or low, not \"sure\"",
                "misalignment_id: holds a #, which divides session and episode",
            ]
        );
        let nameless = row(json!({"repository_id": null}));
        assert_eq!(read(nameless).err().unwrap()[0].field, "session_count_id");
    }
}
