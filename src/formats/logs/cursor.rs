//! Transcripts of Cursor CLI: `{"role","message":{"content":[..]}}`, one a line, without times and
//! without results of tools.

use serde::Deserialize;
use serde_json::Value;

use super::{
    Format, Log, Refusal, Source,
    lines::{self, Header, Notes, field, text_of},
    turns::{Call, Output, Part, Turns, arguments},
};

/// Transcripts of Cursor CLI.
pub struct Cursor;

impl Format for Cursor {
    fn name(&self) -> &'static str {
        "Cursor CLI transcript"
    }

    fn recognises(&self, source: &Source) -> bool {
        lines::first_objects(source.text).any(|line| {
            let has = |key: &str| line.get(key).is_some();
            let content = line.pointer("/message/content");
            // Other programs write such messages too, with ids and times around them.
            matches!(field(&line, "role"), Some("user" | "assistant"))
                && content.is_some_and(|content| content.is_array() || content.is_string())
                && !["type", "uuid", "sessionId", "id", "timestamp"]
                    .into_iter()
                    .any(has)
        })
    }

    fn read(&self, source: &Source) -> Result<Vec<Log>, Refusal> {
        let (mut turns, mut notes) = (Turns::default(), Notes::default());
        lines::each(source.text, &mut notes, |line, notes| {
            read(serde_json::from_str(line)?, &mut turns, notes);
            Ok(())
        });
        let log = Header::cli("cursor", "Cursor CLI").log(turns, &notes);
        let log = log.ok_or_else(|| Refusal::Unreadable("holds no message".to_owned()))?;
        Ok(vec![log])
    }
}

#[derive(Deserialize)]
struct Line {
    role: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    status: Option<String>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    content: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Piece {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
    thinking: Option<String>,
    id: Option<String>,
    tool_use_id: Option<String>,
    name: Option<String>,
    input: Value,
    content: Value,
    is_error: bool,
}

fn read(line: Line, turns: &mut Turns, notes: &mut Notes) {
    let Some(message) = line.message else {
        match line.kind.as_deref() {
            Some("turn_ended") => {
                let status = line.status.unwrap_or_default();
                if matches!(status.as_str(), "aborted" | "cancelled" | "interrupted") {
                    turns.user("[Request interrupted by user]", None);
                }
            }
            kind => notes.unknown(kind.unwrap_or("none")),
        }
        return;
    };
    let is_user = match line.role.as_deref() {
        Some("user") => true,
        Some("assistant") => false,
        Some("system") => return notes.left_out("system prompts"),
        role => return notes.unknown(role.unwrap_or("none")),
    };
    let pieces = match message.content {
        Value::Array(pieces) => pieces,
        other => vec![other],
    };
    for piece in pieces {
        let piece = match piece {
            Value::String(text) => Piece {
                kind: "text".to_owned(),
                text: Some(text),
                ..Piece::default()
            },
            other => serde_json::from_value(other).unwrap_or_default(),
        };
        match piece.kind.as_str() {
            "text" if is_user => {
                let text = piece.text.unwrap_or_default();
                let (typed, rest) = query(&text);
                if !rest.trim().is_empty() {
                    notes.left_out("contexts that the program put around a message");
                }
                turns.user(typed, None);
            }
            "text" => turns.agent(Part::Said(piece.text.unwrap_or_default()), None),
            "thinking" | "reasoning" => {
                let text = piece.thinking.or(piece.text).unwrap_or_default();
                turns.agent(Part::Thought(text), None);
            }
            "tool_use" => {
                let call = Call {
                    name: piece.name,
                    input: arguments(&piece.input),
                    output: None,
                };
                turns.call(piece.id.as_deref(), call, None);
            }
            "tool_result" => {
                let output = Output {
                    text: text_of(&piece.content),
                    failed: piece.is_error,
                };
                turns.output(piece.tool_use_id.as_deref(), output, None);
            }
            kind => notes.unknown(kind),
        }
    }
}

/// What the user typed, without the element that the program puts around it, and what stands
/// before that.
fn query(text: &str) -> (&str, &str) {
    let whole = text.trim();
    let inner = whole
        .strip_suffix("</user_query>")
        .and_then(|text| text.split_once("<user_query>"));
    match inner {
        Some((before, typed)) => (typed.trim_matches(['\n', '\r']), before),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::formats::logs::{
        Nothing,
        harness::{mutilated, sample},
    };

    const LOG: &str = r#"{"role":"user","message":{"content":[{"type":"text","text":"<open_files>\na.rs\n</open_files>\n<user_query>\nrename  a\n</user_query>"}]}}
{"role":"assistant","message":{"content":[{"type":"text","text":"I rename it."},{"type":"tool_use","name":"Bash","input":{"command":"mv a b"}}]}}
{"type":"turn_ended","status":"success"}
{"role":"user","message":{"content":"why <user_query>?"}}
{"role":"assistant","message":{"content":[{"type":"dance"},{"type":"text","text":"You asked."}]}}
{"type":"turn_ended","status":"aborted"}
"#;

    fn source(text: &str) -> Source<'_> {
        Source {
            path: Path::new("a.jsonl"),
            text,
            around: &Nothing,
        }
    }

    #[test]
    fn the_query_is_taken_out_of_its_wrapping() {
        assert!(Cursor.recognises(&source(LOG)));
        let log = Cursor.read(&source(LOG)).unwrap().remove(0);
        let texts: Vec<_> = log.session.turns.iter().map(|turn| &turn.text).collect();
        assert_eq!(
            texts,
            [
                "rename  a",
                "I rename it.\n\n[tool: Bash]\ncommand: mv a b",
                "why <user_query>?",
                "You asked.",
                "[Request interrupted by user]",
            ]
        );
        assert_eq!((log.stated, log.session.started_at), (None, None));
        assert_eq!(
            log.notes,
            [
                "Left out: contexts that the program put around a message (1).",
                "Left out records of unknown type: dance (1).",
            ]
        );
    }

    #[test]
    fn messages_with_ids_are_another_programs() {
        for text in [
            r#"{"type":"user","uuid":"u","sessionId":"s","message":{"role":"user","content":"x"}}"#,
            r#"{"role":"user","uuid":"u","message":{"content":"x"}}"#,
            r#"{"session":"s","turns":[]}"#,
        ] {
            assert!(!Cursor.recognises(&source(text)), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn damaged_logs_never_panic(text in mutilated(LOG)) {
            let _ = Cursor.recognises(&source(&text));
            let _ = Cursor.read(&source(&text));
        }
    }

    #[test]
    fn a_real_log_is_read() {
        let Some((_, text)) = sample("cursor/small.jsonl") else {
            return;
        };
        let log = Cursor.read(&source(&text)).unwrap().remove(0);
        let turns = &log.session.turns;
        assert_eq!((turns.len(), turns[2].text.as_str()), (4, "Run ls."));
        assert_eq!(log.notes, Vec::<String>::new());
    }
}
