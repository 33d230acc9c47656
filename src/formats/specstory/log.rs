//! SpecStory Markdown as one kind of log among others.

use serde_json::Map;

use super::{looks_like, parse_named};
use crate::{
    domain::{ids::SessionId, session::Session},
    formats::{
        logs::{Format, Log, Refusal, Source},
        sessions::session_id,
    },
};

/// Chats that SpecStory exported as Markdown.
pub struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "SpecStory Markdown"
    }

    fn recognises(&self, source: &Source) -> bool {
        looks_like(source.text)
    }

    fn read(&self, source: &Source) -> Result<Vec<Log>, Refusal> {
        let name = source.path.file_name().unwrap_or_default();
        let story = parse_named(source.text, &name.to_string_lossy());
        let mut extra = Map::new();
        if let Some(title) = story.title {
            extra.insert("title".to_owned(), title.into());
        }
        let session = Session {
            id: SessionId(String::new()),
            repository: None,
            source: Some("specstory".to_owned()),
            modality: Some(story.modality.to_owned()),
            agent: Some(story.agent),
            started_at: story.started_at,
            license: None,
            // Chats that differ have been exported with one id, so it is a name to check.
            aliases: story.session_id.iter().map(|id| session_id(id)).collect(),
            turns: story.turns,
            extra,
        };
        Ok(vec![Log {
            stated: None,
            session,
            notes: story.notes,
            is_partial: false,
        }])
    }
}
