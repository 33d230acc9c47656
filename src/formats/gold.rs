//! Gold as it is published: each label with its unit's text and the answers that it came from.

use serde_json::{Map, Value};

use super::{episodes, fields::Build, labels, sessions::METADATA};
use crate::domain::{
    answers::Answers, codebook::Codebook, episode::Episode, ids::RaterName, label::Label,
    session::Session,
};

/// The gold of one unit with all that belongs to it.
pub struct Settled<'a> {
    pub label: &'a Label,
    pub codebook: &'a Codebook,
    pub codebook_sha256: &'a str,
    pub episode: Option<&'a Episode>,
    /// What is known about the session; its turns are not published.
    pub session: Option<&'a Session>,
    /// The annotators of the batch with what they answered, if they did.
    pub annotators: &'a [(RaterName, Option<Answers>)],
}

/// The row as one line.
pub fn write(settled: &Settled) -> String {
    let mut build = Build(labels::to_json(settled.codebook, settled.label));
    build.put("codebook_sha256", settled.codebook_sha256);
    if let Some(session) = settled.session {
        build.put("session", about(session));
    }
    if let Some(episode) = settled.episode {
        let mut text = Build::default();
        episodes::put_text(&mut text, episode);
        build.put("episode", text.0);
    }
    let annotators: Map<String, Value> = settled
        .annotators
        .iter()
        .map(|(name, answers)| {
            let answers = answers
                .as_ref()
                .map(|answers| answers.to_json(settled.codebook));
            (name.0.clone(), answers.map_or(Value::Null, Value::Object))
        })
        .collect();
    build
        .put("annotators", annotators)
        .put("tiebreak", env!("CARGO_PKG_VERSION"))
        .line()
}

/// Where a unit comes from, by the names that the native format has for it.
fn about(session: &Session) -> Map<String, Value> {
    let values = [
        &session.repository,
        &session.source,
        &session.modality,
        &session.agent,
        &session.started_at,
        &session.license,
    ];
    let mut build = Build::default();
    build.put("id", session.id.0.clone());
    for (key, value) in METADATA.into_iter().zip(values) {
        build.put_some(key, value.clone());
    }
    build.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::sessions;

    #[test]
    fn what_is_known_of_a_session_goes_by_its_own_names() {
        let row = r#"{"session":"s","repository":"r","source":"o","modality":"ide","agent":"a","started_at":"t","license":"MIT","turns":[]}"#;
        let object: Map<String, Value> = serde_json::from_str(row).unwrap();
        let mut told = about(&sessions::read(object.clone()).unwrap());
        assert_eq!(told.shift_remove("id"), Some("s".into()));
        assert!(told.iter().all(|(key, value)| object[key] == *value));
        assert_eq!(told.len(), METADATA.len());
    }
}
