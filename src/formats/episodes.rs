//! Episodes in the extraction schema.

use serde_json::{Map, Value};

use super::{
    fields::{Build, Fields, Problem},
    released, sessions,
};
use crate::domain::{
    episode::{Episode, Evidence, TurnLabel},
    ids::SessionId,
    session::Session,
};
use crate::json;

/// What a record of an episode file says.
pub enum Item {
    Episode(Box<Found>),
    /// A session that was read and in which nothing was found.
    Empty(SessionId),
}

/// An episode with what its record says about its session.
pub struct Found {
    pub episode: Episode,
    pub session: Session,
}

/// Whether a record has the shape of an episode or of a session's list of them.
pub fn looks_like(object: &Map<String, Value>) -> bool {
    ["evidence", "description", "alignment_goal", "episodes"]
        .iter()
        .any(|key| object.contains_key(*key))
        && !object.contains_key("turns")
}

/// Reads a record. `session` is the session of a file that holds one session's episodes.
pub fn read(
    object: Map<String, Value>,
    session: Option<&SessionId>,
) -> Result<Vec<Item>, Vec<Problem>> {
    let mut fields = Fields::new(object);
    let stated = fields
        .text("session")
        .map(|id| sessions::session_id(&id))
        .or_else(|| released::session_id(fields.object()))
        .or_else(|| session.cloned());
    let Some(id) = stated else {
        fields.problem(
            "session",
            "is missing; JSON Lines name the session on each line",
        );
        return Err(fields.problems);
    };
    if !fields.contains("episodes") {
        return episode(fields, id).map(|found| vec![Item::Episode(Box::new(found))]);
    }
    let episodes = fields.array("episodes");
    let (about, mut problems) = fields.rest();
    let mut items = Vec::with_capacity(episodes.len().max(1));
    for (place, value) in episodes.into_iter().enumerate() {
        let path = format!("episodes[{}]", place + 1);
        let Value::Object(mut object) = value else {
            problems.push(Problem::new(path, "must be an object"));
            continue;
        };
        for (key, value) in &about {
            if sessions::METADATA.contains(&key.as_str()) && !object.contains_key(key) {
                object.insert(key.clone(), value.clone());
            }
        }
        let mut fields = Fields::below(object, path);
        if fields
            .text("session")
            .is_some_and(|own| sessions::session_id(&own) != id)
        {
            fields.problem("session", format!("is not {id}, the session of the list"));
        }
        match episode(fields, id.clone()) {
            Ok(found) => items.push(Item::Episode(Box::new(found))),
            Err(found) => problems.extend(found),
        }
    }
    if items.is_empty() {
        items.push(Item::Empty(id));
    }
    if problems.is_empty() {
        Ok(items)
    } else {
        Err(problems)
    }
}

fn episode(mut fields: Fields, session: SessionId) -> Result<Found, Vec<Problem>> {
    // Read from a copy: these fields stay with the episode and are exported with it.
    let mut about = Fields::new(
        fields
            .object()
            .iter()
            .filter(|(key, _)| sessions::METADATA.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    );
    let about_session = sessions::metadata(&mut about, session.clone());
    fields.problems.append(&mut about.problems);

    let id = sessions::nfc(&fields.required("id"));
    if id.contains('#') {
        fields.problem("id", "holds a #, which divides session and episode");
    }
    let mut episode = Episode {
        session,
        id,
        name: fields.text("name"),
        description: fields.text("description"),
        alignment_goal: alignment_goal(&mut fields),
        confidence: confidence(&mut fields),
        evidence: Vec::new(),
        extra: Map::new(),
    };
    // An episode that was published without its text has the field, though it is empty.
    let may_be_bare = fields.contains("evidence");
    let mut problems = Vec::new();
    for (place, value) in fields.array("evidence").into_iter().enumerate() {
        let path = fields.at(&format!("evidence[{}]", place + 1));
        match value {
            Value::Object(object) => episode.evidence.push(evidence(object, path, &mut problems)),
            _ => problems.push(Problem::new(
                path,
                "must be an object with turn, quote and context",
            )),
        }
    }
    if !episode.has_text() && !may_be_bare && fields.problems.is_empty() && problems.is_empty() {
        fields.problem("", "has neither a name, a description nor evidence");
    }
    let (extra, found) = fields.rest();
    episode.extra = extra;
    problems.splice(0..0, found);
    if problems.is_empty() {
        Ok(Found {
            episode,
            session: about_session,
        })
    } else {
        Err(problems)
    }
}

/// The kind of wish that the extraction saw disregarded.
pub fn alignment_goal(fields: &mut Fields) -> Option<String> {
    fields.word("alignment_goal", "instruction, intention or both", |word| {
        matches!(word, "instruction" | "intention" | "both").then(|| word.to_owned())
    })
}

/// How sure the extraction was.
pub fn confidence(fields: &mut Fields) -> Option<String> {
    fields.word("confidence", "high, medium or low", |word| {
        matches!(word, "high" | "medium" | "low").then(|| word.to_owned())
    })
}

fn evidence(object: Map<String, Value>, path: String, problems: &mut Vec<Problem>) -> Evidence {
    let mut fields = Fields::below(object, path);
    let turn = TurnLabel::parse(&fields.required("turn"));
    let quote = fields.required("quote");
    let context = fields.text("context");
    let (extra, found) = fields.rest();
    problems.extend(found);
    Evidence {
        turn,
        quote,
        context,
        extra,
    }
}

/// The episode as one line of JSON Lines, with its session.
pub fn write(episode: &Episode) -> String {
    let mut build = Build::default();
    build.put("session", episode.session.0.clone());
    put_text(&mut build, episode);
    build.put_all(&episode.extra).line()
}

/// An episode out of the line that [`write`] made of it.
pub fn reread(line: &str) -> Option<Episode> {
    let Ok(Value::Object(object)) = json::parse(line) else {
        return None;
    };
    read(object, None)
        .ok()?
        .into_iter()
        .find_map(|item| match item {
            Item::Episode(found) => Some(found.episode),
            Item::Empty(_) => None,
        })
}

/// Puts the fields of the extraction schema.
pub fn put_text(build: &mut Build, episode: &Episode) {
    build
        .put("id", episode.id.clone())
        .put_some("name", episode.name.clone())
        .put_some("description", episode.description.clone())
        .put_some("alignment_goal", episode.alignment_goal.clone())
        .put(
            "evidence",
            episode
                .evidence
                .iter()
                .map(evidence_value)
                .collect::<Vec<Value>>(),
        )
        .put_some("confidence", episode.confidence.clone());
}

/// The line that says that a session was read and nothing was found.
pub fn write_empty(session: &SessionId) -> String {
    Build::default()
        .put("session", session.0.clone())
        .put("episodes", Vec::<Value>::new())
        .line()
}

fn evidence_value(evidence: &Evidence) -> Value {
    let mut build = Build::default();
    build
        .put("turn", evidence.turn.text.clone())
        .put("quote", evidence.quote.clone())
        .put_some("context", evidence.context.clone())
        .put_all(&evidence.extra);
    Value::Object(build.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_json(json: Value) -> Result<Vec<Item>, Vec<Problem>> {
        read(json.as_object().unwrap().clone(), None)
    }

    #[test]
    fn a_list_tells_the_session_for_each_of_its_episodes() {
        let items = read_json(json!({
            "session": "cafe\u{301}", "repository": "o/r", "modality": "IDE",
            "episodes": [
                {"id": "M1", "name": "One", "session": "café"},
                {"id": "M2", "name": "Two", "repository": "o/fork"},
            ],
        }));
        let found: Vec<_> = items
            .unwrap()
            .into_iter()
            .map(|item| match item {
                Item::Episode(found) => (found.episode.key().0, found.session.repository),
                Item::Empty(session) => panic!("{session} is not empty"),
            })
            .collect();
        let of = |key: &str, repository: &str| (key.to_owned(), Some(repository.to_owned()));
        assert_eq!(found, [of("café#M1", "o/r"), of("café#M2", "o/fork")]);
    }

    #[test]
    fn all_that_is_wrong_with_a_list_is_told_at_once() {
        let wrong = json!({"session": "s", "episodes": [
            {"id": "M1", "name": "One", "session": "t"},
            {"id": "M#2", "alignment_goal": "none", "evidence": [{"turn": "TURN 1 | USER"}, 4]},
            7,
            {"id": "M3"},
        ]});
        let told: Vec<String> = read_json(wrong)
            .err()
            .unwrap()
            .iter()
            .map(|p| format!("{}: {}", p.field, p.why))
            .collect();
        assert_eq!(
            told,
            [
                "episodes[1].session: is not s, the session of the list",
                "episodes[2].id: holds a #, which divides session and episode",
                "episodes[2].alignment_goal: must be instruction, intention or both, not \"none\"",
                "episodes[2].evidence[1].quote: is missing or empty",
                "episodes[2].evidence[2]: must be an object with turn, quote and context",
                "episodes[3]: must be an object",
                "episodes[4]: has neither a name, a description nor evidence",
            ]
        );
    }
}
