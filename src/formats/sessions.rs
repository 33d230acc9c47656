//! Sessions in the native format, JSON Lines.

use std::io;

use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;

use super::fields::{Build, Fields, Problem};
use crate::domain::{
    ids::SessionId,
    session::{Role, Session, Turn},
};

/// Whether a record has the shape of a session.
pub fn looks_like(object: &Map<String, Value>) -> bool {
    object.contains_key("session") && object.contains_key("turns")
}

/// What is known about a session without its turns; also read from episodes and maps.
pub fn metadata(fields: &mut Fields, id: SessionId) -> Session {
    Session {
        id,
        repository: fields.text("repository"),
        source: fields.text("source"),
        modality: fields.word("modality", "ide or cli", modality),
        agent: fields.text("agent"),
        started_at: fields.text("started_at"),
        license: fields.text("license"),
        aliases: Vec::new(),
        turns: Vec::new(),
        extra: Map::new(),
    }
}

/// The names of the fields that [`metadata`] takes.
pub const METADATA: [&str; 6] = [
    "repository",
    "source",
    "modality",
    "agent",
    "started_at",
    "license",
];

/// `ide` or `cli`, in any case.
pub fn modality(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    matches!(text.as_str(), "ide" | "cli").then_some(text)
}

/// A text in NFC, the form in which ids are kept and compared.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// A session's id in NFC.
pub fn session_id(text: &str) -> SessionId {
    SessionId(nfc(text))
}

/// Reads one session.
pub fn read(object: Map<String, Value>) -> Result<Session, Vec<Problem>> {
    let mut fields = Fields::new(object);
    let id = session_id(&fields.required("session"));
    let mut session = metadata(&mut fields, id);
    session.aliases = fields
        .texts("aliases")
        .iter()
        .map(|alias| session_id(alias))
        .collect();
    if !fields.contains("turns") {
        fields.problem(
            "turns",
            "is missing; a session without turns has an empty array",
        );
    }
    let mut problems = Vec::new();
    for (place, value) in fields.array("turns").into_iter().enumerate() {
        let path = format!("turns[{}]", place + 1);
        match value {
            Value::Object(object) => session.turns.push(turn(object, path, &mut problems)),
            _ => problems.push(Problem::new(path, "must be an object")),
        }
    }
    check_numbers(&session.turns, &mut problems);
    let (extra, found) = fields.rest();
    session.extra = extra;
    problems.splice(0..0, found);
    if problems.is_empty() {
        Ok(session)
    } else {
        Err(problems)
    }
}

fn turn(object: Map<String, Value>, path: String, problems: &mut Vec<Problem>) -> Turn {
    let mut fields = Fields::below(object, path);
    let number = fields
        .whole_number("turn")
        .and_then(|number| u32::try_from(number).ok())
        .filter(|number| *number > 0);
    if number.is_none() && fields.problems.is_empty() {
        fields.problem(
            "turn",
            "is missing or out of range; turns are numbered from 1",
        );
    }
    if !fields.has("role") {
        fields.problem("role", "is missing; it is user or agent");
    }
    let role = fields.word("role", "user or agent", Role::parse);
    let turn = Turn {
        number: number.unwrap_or(0),
        role: role.unwrap_or(Role::User),
        kind: fields.text("kind"),
        text: fields.text("text").unwrap_or_default(),
        at: fields.text("at"),
        tools: fields.array("tools"),
        extra: Map::new(),
    };
    let (extra, found) = fields.rest();
    problems.extend(found);
    Turn { extra, ..turn }
}

fn check_numbers(turns: &[Turn], problems: &mut Vec<Problem>) {
    for (place, pair) in turns.windows(2).enumerate() {
        if pair[1].number <= pair[0].number && problems.is_empty() {
            problems.push(Problem::new(
                format!("turns[{}].turn", place + 2),
                format!(
                    "is {} after {}; turns must be numbered upwards",
                    pair[1].number, pair[0].number
                ),
            ));
        }
    }
}

/// The session as one line of the native format.
pub fn write(session: &Session) -> String {
    let aliases: Vec<Value> = session
        .aliases
        .iter()
        .map(|alias| alias.0.clone().into())
        .collect();
    Build::default()
        .put("session", session.id.0.clone())
        .put_some("repository", session.repository.clone())
        .put_some("source", session.source.clone())
        .put_some("modality", session.modality.clone())
        .put_some("agent", session.agent.clone())
        .put_some("started_at", session.started_at.clone())
        .put_some("license", session.license.clone())
        .put_some("aliases", (!aliases.is_empty()).then_some(aliases))
        .put_all(&session.extra)
        .put(
            "turns",
            session.turns.iter().map(turn_value).collect::<Vec<Value>>(),
        )
        .line()
}

/// Writes the turns as the native format has them: the text by which two copies are compared.
pub fn write_turns(turns: &[Turn], mut to: impl io::Write) -> io::Result<()> {
    to.write_all(b"[")?;
    for (place, turn) in turns.iter().enumerate() {
        if place > 0 {
            to.write_all(b",")?;
        }
        serde_json::to_writer(&mut to, &turn_value(turn))?;
    }
    to.write_all(b"]")
}

fn turn_value(turn: &Turn) -> Value {
    let mut build = Build::default();
    build
        .put("turn", turn.number)
        .put("role", turn.role.as_str())
        .put_some("kind", turn.kind.clone())
        .put("text", turn.text.clone())
        .put("at", turn.at.clone())
        .put("tools", turn.tools.clone())
        .put_all(&turn.extra);
    Value::Object(build.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_that_is_wrong_with_a_session_is_told_at_once() {
        let told = |turns: Value| -> Vec<String> {
            let json = json!({"session": "s", "modality": "app", "turns": turns});
            let found = read(json.as_object().unwrap().clone()).unwrap_err();
            let told = found.iter().map(|p| format!("{}: {}", p.field, p.why));
            told.collect()
        };
        let modality = "modality: must be ide or cli, not \"app\"";
        assert_eq!(
            told(json!([
                {"turn": 0, "role": "user"},
                {"turn": 4294967296_u64, "role": "agent"},
                {"turn": 2.5, "role": "dog"},
                {"role": null, "tools": {}},
                "turn",
            ])),
            [
                modality,
                "turns[1].turn: is missing or out of range; turns are numbered from 1",
                "turns[2].turn: is missing or out of range; turns are numbered from 1",
                "turns[3].turn: must be a whole number of 0 or more, not 2.5",
                "turns[3].role: must be user or agent, not \"dog\"",
                "turns[4].turn: is missing or out of range; turns are numbered from 1",
                "turns[4].role: is missing; it is user or agent",
                "turns[4].tools: must be an array, not an object",
                "turns[5]: must be an object",
            ]
        );
        assert_eq!(
            told(json!([{"turn": 3, "role": "user"}, {"turn": 3, "role": "agent"}])),
            [
                modality,
                "turns[2].turn: is 3 after 3; turns must be numbered upwards"
            ]
        );
    }
}
