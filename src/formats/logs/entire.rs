//! Checkpoints of the Entire CLI: a transcript of any agent, with what is known about its session
//! in a file beside it.

use serde::Deserialize;
use serde_json::Value;

use super::{Log, Source};
use crate::formats::sessions::session_id;

/// What the checkpoint says of a transcript.
#[derive(Debug, Deserialize)]
pub struct About {
    checkpoint_id: String,
    session_id: String,
    branch: Option<String>,
    strategy: Option<String>,
}

/// What lies beside a transcript of a checkpoint; `None` elsewhere.
pub fn about(source: &Source) -> Option<About> {
    let folder = source.path.parent()?;
    // The sessions of a checkpoint are counted from 0.
    folder.file_name()?.to_str()?.parse::<u32>().ok()?;
    let beside = folder.join("metadata.json");
    serde_json::from_str(&source.around.text(&beside)?).ok()
}

impl About {
    /// The agent's own id of the session: old checkpoints put the day before it.
    fn session(&self) -> &str {
        let id = &self.session_id;
        let is_day = |day: &str| {
            day.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 | 10 => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
        };
        match id.get(..11) {
            Some(day) if is_day(day) && id.len() > 11 => &id[11..],
            _ => id,
        }
    }

    /// Adds to a log what the checkpoint knows. The agent is left as the transcript shows it, since
    /// the checkpoint can be wrong about it.
    pub fn complete(&self, log: &mut Log) {
        log.stated.get_or_insert_with(|| session_id(self.session()));
        log.session.source = Some("entire".to_owned());
        let known = [
            ("checkpoint", Some(&self.checkpoint_id)),
            ("branch", self.branch.as_ref()),
            ("strategy", self.strategy.as_ref()),
        ];
        for (key, value) in known {
            if let Some(value) = value {
                let value = Value::String(value.clone());
                log.session.extra.insert(key.to_owned(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::formats::logs::{Around, read, recognise};

    struct Beside(&'static str);

    impl Around for Beside {
        fn text(&self, path: &Path) -> Option<String> {
            (path == Path::new("/o__r/ab/cdef012345/0/metadata.json")).then(|| self.0.to_owned())
        }

        fn entries(&self, _: &Path) -> Vec<PathBuf> {
            Vec::new()
        }
    }

    #[test]
    fn a_transcript_is_read_by_its_shape_and_its_checkpoint_says_the_rest() {
        let text = r#"{"type":"user","uuid":"1","message":{"role":"user","content":"Hello"}}"#;
        for (about, stated) in [
            (
                r#"{"checkpoint_id":"abcdef012345","session_id":"2026-01-19-7f3e-11","agent":"Gemini CLI","branch":"main"}"#,
                "7f3e-11",
            ),
            (
                r#"{"checkpoint_id":"abcdef012345","session_id":"7f3e-12"}"#,
                "7f3e-12",
            ),
        ] {
            let around = Beside(about);
            let source = Source {
                path: Path::new("/o__r/ab/cdef012345/0/full.jsonl"),
                text,
                around: &around,
            };
            let log = read(recognise(&source).unwrap(), &source)
                .unwrap()
                .remove(0);
            assert_eq!(log.stated.as_deref(), Some(stated));
            assert_eq!(log.session.source.as_deref(), Some("entire"));
            assert_eq!(log.session.agent.as_deref(), Some("Claude Code"));
            assert_eq!(log.session.extra["checkpoint"], "abcdef012345");
        }
    }
}
