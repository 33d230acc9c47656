//! Chats of Gemini CLI: one JSON object, or JSON Lines in which later lines change earlier ones.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    Format, Log, Refusal, Source,
    lines::{self, Header, Notes, text_of},
    turns::{Call, Output, Part, Turns, arguments},
};

/// Chats of Gemini CLI.
pub struct Gemini;

impl Format for Gemini {
    fn name(&self) -> &'static str {
        "Gemini CLI chat"
    }

    fn recognises(&self, source: &Source) -> bool {
        let keys = lines::opening_keys(source.text);
        let has = |key: &str| keys.contains(&key);
        has("sessionId")
            && has("startTime")
            && (has("projectHash") || has("messages"))
            && !has("uuid")
    }

    fn read(&self, source: &Source) -> Result<Vec<Log>, Refusal> {
        let mut chat = Chat::default();
        let is_document = lines::opening_keys(source.text).contains(&"messages")
            || serde_json::from_str::<&RawValue>(source.text).is_ok();
        let mut notes = Notes::default();
        if is_document {
            lines::whole(source.text, |text| chat.line(text, &mut notes)).map_err(|problem| {
                Refusal::Unreadable(format!("is cut off or damaged: {problem}"))
            })?;
        } else {
            lines::each(source.text, &mut notes, |line, notes| {
                chat.line(line, notes)
            });
        }
        if chat.kind.as_deref() == Some("subagent") {
            return Err(Refusal::Part("is a sub-agent's log".to_owned()));
        }
        if chat.unreadable > 0 {
            notes.say(format!(
                "Left out messages that cannot be read: {}.",
                chat.unreadable
            ));
        }
        if chat.rewinds > 0 {
            notes.say(format!(
                "The user went back in the chat ({}); what was taken back is there too.",
                chat.rewinds
            ));
        }
        let is_partial = chat.unreadable > 0;
        let header = Header {
            id: chat.id.take(),
            started_at: chat.started_at.as_deref().and_then(lines::rfc3339),
            ..Header::cli("gemini", "Gemini CLI")
        };
        let turns = chat.turns(&mut notes);
        let log = header.log(turns, &notes);
        let mut log = log.ok_or_else(|| Refusal::Unreadable("holds no message".to_owned()))?;
        log.is_partial |= is_partial;
        Ok(vec![log])
    }
}

/// A line, or the whole chat: it has fields of both.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Line<'l> {
    session_id: Option<String>,
    start_time: Option<String>,
    kind: Option<String>,
    #[serde(borrow)]
    messages: Option<Vec<&'l RawValue>>,
    id: Option<String>,
    #[serde(rename = "type")]
    message_type: Option<String>,
    #[serde(rename = "$set", borrow)]
    set: Option<&'l RawValue>,
    #[serde(rename = "$rewindTo", borrow)]
    rewind_to: Option<&'l RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Message {
    id: Option<String>,
    timestamp: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    content: Value,
    display_content: Value,
    thoughts: Option<Vec<Thought>>,
    tool_calls: Option<Vec<ToolCall>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Thought {
    subject: Option<String>,
    description: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ToolCall {
    name: Option<String>,
    args: Value,
    result: Value,
    result_display: Value,
    status: Option<String>,
}

#[derive(Default)]
struct Chat {
    id: Option<String>,
    started_at: Option<String>,
    kind: Option<String>,
    messages: Vec<Message>,
    /// Where messages stand that a later line may tell anew.
    places: HashMap<String, usize>,
    unreadable: usize,
    rewinds: usize,
}

impl Chat {
    fn line(&mut self, text: &str, notes: &mut Notes) -> lines::Reading {
        let line: Line = serde_json::from_str(text)?;
        if line.rewind_to.is_some() {
            self.rewinds += 1;
        } else if let Some(set) = line.set {
            self.state(serde_json::from_str(set.get())?);
        } else if line.message_type.is_some() && line.id.is_some() {
            self.message(serde_json::from_str(text)?);
        } else if line.session_id.is_some() || line.messages.is_some() {
            self.state(line);
        } else {
            notes.unknown(line.message_type.as_deref().unwrap_or("none"));
        }
        Ok(())
    }

    /// What holds for the chat as a whole; an update gives new messages or none.
    fn state(&mut self, line: Line) {
        self.id = self.id.take().or(line.session_id);
        self.started_at = self.started_at.take().or(line.start_time);
        self.kind = self.kind.take().or(line.kind);
        for message in line.messages.unwrap_or_default() {
            match serde_json::from_str(message.get()) {
                Ok(message) => self.message(message),
                Err(_) => self.unreadable += 1,
            }
        }
    }

    fn message(&mut self, message: Message) {
        let known = message.id.as_ref().and_then(|id| self.places.get(id));
        match known.and_then(|place| self.messages.get_mut(*place)) {
            Some(earlier) => *earlier = message,
            None => {
                if let Some(id) = &message.id {
                    self.places.insert(id.clone(), self.messages.len());
                }
                self.messages.push(message);
            }
        }
    }

    fn turns(self, notes: &mut Notes) -> Turns {
        let mut turns = Turns::default();
        for message in self.messages {
            let at = message.timestamp.as_deref();
            let text = text_of(&message.content);
            match message.kind.as_str() {
                "user" => {
                    let typed = text_of(&message.display_content);
                    if !typed.is_empty() && typed != text {
                        notes.left_out("texts that the program put into a message");
                    }
                    turns.user(if typed.is_empty() { &text } else { &typed }, at);
                }
                "gemini" => {
                    for thought in message.thoughts.unwrap_or_default() {
                        let lines = [thought.subject, thought.description];
                        let lines: Vec<String> = lines.into_iter().flatten().collect();
                        turns.agent(Part::Thought(lines.join("\n")), at);
                    }
                    turns.agent(Part::Said(text), at);
                    for call in message.tool_calls.unwrap_or_default() {
                        turns.agent(Part::Call(call.read()), at);
                    }
                }
                "info" | "warning" | "error" => {
                    let name = Some(message.kind.clone());
                    turns.agent(Part::System { name, text }, at);
                }
                kind => notes.unknown(kind),
            }
        }
        turns
    }
}

impl ToolCall {
    fn read(self) -> Call {
        let results = self
            .result
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let responses = results
            .iter()
            .filter_map(|result| result.pointer("/functionResponse/response"));
        let texts: Vec<String> = responses
            .map(text_of)
            .filter(|text| !text.is_empty())
            .collect();
        let text = if texts.is_empty() {
            text_of(&self.result_display)
        } else {
            texts.join("\n")
        };
        let failed = matches!(self.status.as_deref(), Some("error" | "cancelled"));
        Call {
            name: self.name,
            input: arguments(&self.args),
            output: (failed || !text.is_empty()).then_some(Output { text, failed }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        domain::session::Role,
        formats::logs::{
            Nothing,
            harness::{mutilated, sample},
        },
    };

    const OBJECT: &str = r#"{
  "sessionId": "g-1",
  "projectHash": "ab",
  "startTime": "2026-01-16T18:34:00.000Z",
  "messages": [
    {"id": "1", "timestamp": "2026-01-16T18:34:01.000Z", "type": "user",
     "content": "see @a.txt\n--- a.txt ---\nlong", "displayContent": "see @a.txt"},
    {"id": "2", "timestamp": "2026-01-16T18:34:02.000Z", "type": "gemini", "content": "Seen.",
     "thoughts": [{"subject": "Reading", "description": "The file."}],
     "toolCalls": [{"id": "t", "name": "read_file", "args": {"path": "b.txt"}, "status": "error",
       "result": [{"functionResponse": {"id": "t", "response": {"error": "no such file"}}}]}]},
    {"id": "3", "timestamp": "2026-01-16T18:34:03.000Z", "type": "info", "content": "Request cancelled."},
    {"id": "4", "type": 5},
    {"id": "5", "type": "dance"}
  ]
}"#;

    const LINES: &str = r#"{"sessionId":"g-2","projectHash":"ab","startTime":"2026-04-29T21:39:22.319Z","kind":"main"}
{"id":"1","timestamp":"2026-04-29T21:39:33.155Z","type":"user","content":[{"text":"hello"},{"text":"you"}]}
{"$set":{"lastUpdated":"2026-04-29T21:39:33.156Z"}}
{"id":"2","timestamp":"2026-04-29T21:39:35.000Z","type":"gemini","content":"I"}
{"id":"2","timestamp":"2026-04-29T21:39:35.000Z","type":"gemini","content":"I list.","toolCalls":[{"id":"t","name":"ls","args":{},"status":"success","result":[],"resultDisplay":"a"}]}
{"$rewindTo":"1"}
{"id":"3","timestamp":"2026-04-29T21:39:36.000Z","type":"user","content":"hello again"}
{"id":"4","timest"#;

    fn read(text: &str) -> Result<Log, Refusal> {
        let source = Source {
            path: Path::new("chat"),
            text,
            around: &Nothing,
        };
        Gemini.recognises(&source);
        Gemini.read(&source).map(|mut logs| logs.remove(0))
    }

    #[test]
    fn a_chat_in_one_object_is_read() {
        let log = read(OBJECT).unwrap();
        let told: Vec<_> = log
            .session
            .turns
            .iter()
            .map(|turn| (turn.role, turn.text.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (Role::User, "see @a.txt"),
                (
                    Role::Agent,
                    "[thinking]\nReading\nThe file.\n\nSeen.\n\n[tool: read_file]\npath: b.txt\n\
                     [error]\nno such file\n\n[system: info]\nRequest cancelled."
                ),
            ]
        );
        assert_eq!(
            log.notes,
            [
                "Left out messages that cannot be read: 1.",
                "Left out: texts that the program put into a message (1).",
                "Left out records of unknown type: dance (1).",
            ]
        );
        assert!(log.is_partial);
        assert!(matches!(read(&OBJECT[..300]), Err(Refusal::Unreadable(_))));
    }

    #[test]
    fn later_lines_change_earlier_ones() {
        let log = read(LINES).unwrap();
        let texts: Vec<_> = log.session.turns.iter().map(|turn| &turn.text).collect();
        assert_eq!(
            texts,
            [
                "hello\nyou",
                "I list.\n\n[tool: ls]\n[result]\na",
                "hello again"
            ]
        );
        assert_eq!(log.stated.unwrap().0, "g-2");
        assert_eq!(
            log.session.started_at.as_deref(),
            Some("2026-04-29T21:39:22.319Z")
        );
        assert!(log.is_partial);
        assert_eq!(log.notes.len(), 2, "{:?}", log.notes);
    }

    #[test]
    fn only_chats_are_recognised() {
        for (text, is_ours) in [
            (OBJECT, true),
            (LINES, true),
            (
                r#"{"type":"user","uuid":"u","sessionId":"s","message":{}}"#,
                false,
            ),
            (
                r#"{"info":{"sessionId":"s","startTime":1},"messages":[]}"#,
                false,
            ),
            (r#"{"session":"s","turns":[]}"#, false),
        ] {
            let source = Source {
                path: Path::new("x"),
                text,
                around: &Nothing,
            };
            assert_eq!(Gemini.recognises(&source), is_ours, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn damaged_chats_never_panic(object in mutilated(OBJECT), lines in mutilated(LINES)) {
            let _ = read(&object);
            let _ = read(&lines);
        }
    }

    #[test]
    fn real_chats_are_read() {
        for (name, said) in [
            ("gemini/small.json", "Hi!"),
            ("gemini/jsonl_v040.jsonl", "README.md"),
        ] {
            let Some((_, text)) = sample(name) else {
                return;
            };
            let log = read(&text).unwrap();
            assert!(log.session.turns[1].text.contains(said), "{name}");
            assert_eq!(log.notes, Vec::<String>::new());
        }
    }
}
