//! Events of Copilot CLI: `{"type","data","id","timestamp","parentId"}`, one a line.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    Format, Log, Refusal, Source,
    lines::{self, Header, Notes, field, text_of},
    turns::{Call, Output, Part, Turns, arguments},
};

/// Sessions of Copilot CLI.
pub struct Copilot;

impl Format for Copilot {
    fn name(&self) -> &'static str {
        "Copilot CLI session"
    }

    fn recognises(&self, source: &Source) -> bool {
        lines::first_objects(source.text).any(|line| {
            let is_event = line.get("data").is_some_and(Value::is_object)
                && line.get("timestamp").is_some_and(Value::is_string);
            let families = [
                "session.",
                "user.",
                "assistant.",
                "tool.",
                "hook.",
                "system.",
            ];
            let kind = field(&line, "type").unwrap_or_default();
            is_event && families.iter().any(|family| kind.starts_with(family))
        })
    }

    fn read(&self, source: &Source) -> Result<Vec<Log>, Refusal> {
        let mut notes = Notes::default();
        let mut events = Events {
            header: Header::cli("copilot", "Copilot CLI"),
            speakers: vec![Speaker::default()],
            ..Events::default()
        };
        lines::each(source.text, &mut notes, |line, notes| {
            events.line(line, notes)
        });
        let header = std::mem::take(&mut events.header);
        let log = header.log(events.fold(), &notes);
        let log = log.ok_or_else(|| Refusal::Unreadable("holds no message".to_owned()))?;
        Ok(vec![log])
    }
}

#[derive(Deserialize)]
struct Line<'l> {
    #[serde(rename = "type")]
    kind: String,
    timestamp: Option<String>,
    #[serde(borrow)]
    data: Option<&'l RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Data {
    session_id: Option<String>,
    start_time: Option<String>,
    context: Value,
    content: Value,
    message: Value,
    error_type: Option<String>,
    reasoning_text: Option<String>,
    tool_requests: Option<Vec<Request>>,
    tool_call_id: Option<String>,
    parent_tool_call_id: Option<String>,
    tool_name: Option<String>,
    arguments: Value,
    success: Option<bool>,
    result: Value,
    error: Value,
    agent_name: Option<String>,
    kind: Value,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Request {
    tool_call_id: Option<String>,
    name: Option<String>,
    arguments: Value,
}

/// The agent, first of all, or a sub-agent.
#[derive(Default)]
struct Speaker {
    /// The call that sent it.
    call: Option<String>,
    name: Option<String>,
    turns: Turns,
    last_thought: String,
}

#[derive(Default)]
struct Events {
    header: Header,
    speakers: Vec<Speaker>,
    /// The sub-agents by the calls that sent them.
    by_call: HashMap<String, usize>,
    /// Whose calls these are.
    callers: HashMap<String, usize>,
}

impl Events {
    fn line(&mut self, text: &str, notes: &mut Notes) -> lines::Reading {
        let line: Line = serde_json::from_str(text)?;
        if is_without_words(&line.kind) {
            return Ok(());
        }
        if line.kind == "system.message" {
            notes.left_out("system prompts");
            return Ok(());
        }
        let data: Data = match line.data {
            Some(data) => serde_json::from_str(data.get())?,
            None => Data::default(),
        };
        let at = line.timestamp.as_deref();
        let who = self.speaker(data.parent_tool_call_id.as_deref());
        let speaker = &mut self.speakers[who];
        match line.kind.as_str() {
            "session.start" | "session.resume" => self.start(data),
            // With what the program added, the message stands once more as `transformedContent`.
            "user.message" => speaker.turns.user(&text_of(&data.content), at),
            "abort" => speaker.turns.user("[Request interrupted by user]", at),
            "assistant.reasoning" => speaker.think(text_of(&data.content), at),
            "assistant.message" => {
                speaker.think(data.reasoning_text.unwrap_or_default(), at);
                speaker.turns.agent(Part::Said(text_of(&data.content)), at);
                for request in data.tool_requests.unwrap_or_default() {
                    self.call(who, request, at);
                }
            }
            "tool.execution_start" => {
                let request = Request {
                    tool_call_id: data.tool_call_id,
                    name: data.tool_name,
                    arguments: data.arguments,
                };
                self.call(who, request, at);
            }
            "tool.execution_complete" => {
                let failed = data.success == Some(false);
                let told = text_of(&data.result);
                let text = if told.is_empty() {
                    text_of(&data.error)
                } else {
                    told
                };
                let id = data.tool_call_id.as_deref();
                speaker.turns.output(id, Output { text, failed }, at);
            }
            "subagent.started" => {
                if let Some(call) = data.tool_call_id.as_deref() {
                    let who = self.speaker(Some(call));
                    self.speakers[who].name = data.agent_name;
                }
            }
            "system.notification" => {
                let name = field(&data.kind, "type").map(str::to_owned);
                let text = text_of(&data.content);
                speaker.turns.agent(Part::System { name, text }, at);
            }
            "session.error" | "session.warning" => {
                let name = data.error_type.or_else(|| Some("error".to_owned()));
                let text = text_of(&data.message);
                speaker.turns.agent(Part::System { name, text }, at);
            }
            kind => notes.unknown(kind),
        }
        Ok(())
    }

    fn start(&mut self, data: Data) {
        let header = &mut self.header;
        header.id = header.id.take().or(data.session_id);
        let started = data.start_time.as_deref().and_then(lines::rfc3339);
        header.started_at = header.started_at.take().or(started);
        let repository = field(&data.context, "repository").filter(|name| name.contains('/'));
        header.repository = header.repository.take().or(repository.map(str::to_owned));
    }

    fn speaker(&mut self, call: Option<&str>) -> usize {
        let Some(call) = call else { return 0 };
        if let Some(who) = self.by_call.get(call) {
            return *who;
        }
        self.speakers.push(Speaker {
            call: Some(call.to_owned()),
            ..Speaker::default()
        });
        let who = self.speakers.len() - 1;
        self.by_call.insert(call.to_owned(), who);
        who
    }

    /// Calls are told twice, as requested and as executed.
    fn call(&mut self, who: usize, request: Request, at: Option<&str>) {
        let id = request.tool_call_id.as_deref();
        if let Some(id) = id
            && self.callers.insert(id.to_owned(), who).is_some()
        {
            return;
        }
        let given = match &request.arguments {
            Value::String(text) => serde_json::from_str(text).ok().filter(Value::is_object),
            _ => None,
        };
        let call = Call {
            name: request.name,
            input: arguments(given.as_ref().unwrap_or(&request.arguments)),
            output: None,
        };
        self.speakers[who].turns.call(id, call, at);
    }

    /// The turns, with those of sub-agents behind the calls that sent them. The last comes first,
    /// since who sends is there before who is sent.
    fn fold(mut self) -> Turns {
        while let Some(last) = self.speakers.pop() {
            if self.speakers.is_empty() {
                return last.turns;
            }
            let call = last.call.as_deref();
            let caller = call.and_then(|id| self.callers.get(id)).copied();
            let caller = caller.filter(|who| *who < self.speakers.len()).unwrap_or(0);
            let parts = last.turns.into_parts();
            self.speakers[caller]
                .turns
                .sub_agent(call, last.name, parts);
        }
        Turns::default()
    }
}

impl Speaker {
    /// Thinking is told as an event of its own, with the message, or both.
    fn think(&mut self, text: String, at: Option<&str>) {
        if text != self.last_thought {
            self.last_thought.clone_from(&text);
            self.turns.agent(Part::Thought(text), at);
        }
    }
}

fn is_without_words(kind: &str) -> bool {
    kind.starts_with("hook.")
        || (kind.starts_with("session.")
            && !matches!(
                kind,
                "session.start" | "session.resume" | "session.error" | "session.warning"
            ))
        || matches!(
            kind,
            "assistant.turn_start"
                | "assistant.turn_end"
                | "assistant.usage"
                | "subagent.completed"
                | "subagent.failed"
                | "subagent.selected"
                | "tool.execution_progress"
                | "tool.execution_partial_result"
        )
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

    const LOG: &str = r#"{"type":"session.start","data":{"sessionId":"c-1","startTime":"2026-01-05T09:00:00.000Z","context":{"repository":"anna/shop"}},"id":"1","timestamp":"2026-01-05T09:00:00.000Z","parentId":null}
{"type":"system.message","data":{"content":"You are Copilot."},"id":"2","timestamp":"2026-01-05T09:00:01.000Z","parentId":"1"}
{"type":"user.message","data":{"content":"why is it slow?","transformedContent":"<now>9</now> why is it slow?"},"id":"3","timestamp":"2026-01-05T09:00:02.000Z","parentId":"2"}
{"type":"assistant.reasoning","data":{"content":"Measure."},"id":"4","timestamp":"2026-01-05T09:00:03.000Z","parentId":"3"}
{"type":"assistant.message","data":{"content":"I ask around.","reasoningText":"Measure.","toolRequests":[{"toolCallId":"t1","name":"task","arguments":{"prompt":"look"}}]},"id":"5","timestamp":"2026-01-05T09:00:03.000Z","parentId":"4"}
{"type":"subagent.started","data":{"toolCallId":"t1","agentName":"explore"},"id":"6","timestamp":"2026-01-05T09:00:04.000Z","parentId":"5"}
{"type":"assistant.message","data":{"parentToolCallId":"t1","content":"","toolRequests":[{"toolCallId":"t2","name":"shell","arguments":"{\"command\":\"time make\"}"}]},"id":"7","timestamp":"2026-01-05T09:00:05.000Z","parentId":"6"}
{"type":"tool.execution_start","data":{"parentToolCallId":"t1","toolCallId":"t2","toolName":"shell","arguments":{"command":"time make"}},"id":"8","timestamp":"2026-01-05T09:00:05.000Z","parentId":"7"}
{"type":"tool.execution_complete","data":{"parentToolCallId":"t1","toolCallId":"t2","success":false,"result":{"content":"no rule\n","detailedContent":null}},"id":"9","timestamp":"2026-01-05T09:00:06.000Z","parentId":"8"}
{"type":"tool.execution_complete","data":{"toolCallId":"t1","success":true,"result":{"content":"It does not build."}},"id":"10","timestamp":"2026-01-05T09:00:07.000Z","parentId":"9"}
{"type":"abort","data":{"reason":"user initiated"},"id":"11","timestamp":"2026-01-05T09:00:08.000Z","parentId":"10"}
{"type":"dance","data":{},"id":"12","timestamp":"2026-01-05T09:00:08.000Z","parentId":"11"}
{"type":"session.shutdown","data":{"shutdownType":"routine"},"id":"13","timestamp":"2026-01-05T09:00:09.000Z","parentId":"12"}"#;

    fn source(text: &str) -> Source<'_> {
        Source {
            path: Path::new("events.jsonl"),
            text,
            around: &Nothing,
        }
    }

    #[test]
    fn messages_calls_and_sub_agents_make_turns() {
        assert!(Copilot.recognises(&source(LOG)));
        let log = Copilot.read(&source(LOG)).unwrap().remove(0);
        let told: Vec<_> = log
            .session
            .turns
            .iter()
            .map(|turn| (turn.role, turn.kind.as_deref(), turn.text.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (Role::User, None, "why is it slow?"),
                (
                    Role::Agent,
                    None,
                    "[thinking]\nMeasure.\n\nI ask around.\n\n[tool: task]\nprompt: look\n[result]\nIt does not build.\n\n\
                     [sub-agent: explore]\n[tool: shell]\ncommand: time make\n[error]\nno rule\n[end of sub-agent]"
                ),
                (
                    Role::User,
                    Some("interruption"),
                    "[Request interrupted by user]"
                ),
            ]
        );
        assert_eq!(log.stated.unwrap().0, "c-1");
        assert_eq!(log.session.repository.as_deref(), Some("anna/shop"));
        assert_eq!(
            log.session.started_at.as_deref(),
            Some("2026-01-05T09:00:00.000Z")
        );
        assert_eq!(
            log.notes,
            [
                "Left out: system prompts (1).",
                "Left out records of unknown type: dance (1).",
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn damaged_logs_never_panic(text in mutilated(LOG)) {
            let _ = Copilot.recognises(&source(&text));
            let _ = Copilot.read(&source(&text));
        }
    }

    #[test]
    fn a_real_log_is_read() {
        let Some((_, text)) = sample("copilot/small.jsonl") else {
            return;
        };
        let log = Copilot.read(&source(&text)).unwrap().remove(0);
        assert_eq!(log.session.turns[1].text, "List the files");
        assert!(log.session.turns[2].text.contains("a.txt\nb.txt"));
        assert!(!log.is_partial, "{:?}", log.notes);
    }
}
