//! Codex rollouts, with the envelope `{"timestamp","type","payload"}` and, of 2025, without.
//!
//! What user and agent say stands in them twice: as shown on the screen (`event_msg`) and as sent
//! to or from the model (`response_item`). The shown is taken, since it lacks what the program
//! added; the sent only where nothing was shown. Tools stand among the sent only.

mod entries;
#[cfg(test)]
mod tests;

use std::{collections::HashSet, path::Path};

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use self::entries::{Entry, Side, Who, kept};
use super::{
    Format, Log, Refusal, Source,
    lines::{self, Header, Notes, field, text_of},
    turns::{Call, Output, Part, Turns, arguments},
};
use crate::formats::program_text;

/// Rollouts of Codex.
pub struct Codex;

/// Sub-agents that start sub-agents are followed so deep; real ones stop far above.
const DEEPEST: usize = 8;

impl Format for Codex {
    fn name(&self) -> &'static str {
        "Codex rollout"
    }

    fn recognises(&self, source: &Source) -> bool {
        let mut bare_meta = false;
        lines::first_objects(source.text).any(|line| {
            let kind = field(&line, "type");
            let is_enveloped = line.get("payload").is_some_and(Value::is_object)
                && matches!(
                    kind,
                    Some(
                        "session_meta"
                            | "turn_context"
                            | "response_item"
                            | "event_msg"
                            | "compacted"
                            | "world_state"
                    )
                );
            let is_bare_item =
                bare_meta && (line.get("record_type").is_some() || kind.is_some_and(is_item));
            bare_meta |= kind.is_none()
                && line.get("timestamp").is_some()
                && line.get("id").is_some()
                && line.get("instructions").is_some();
            is_enveloped || is_bare_item
        })
    }

    fn read(&self, source: &Source) -> Result<Vec<Log>, Refusal> {
        let mut rollout = Rollout::read(source.text);
        if let Some(parent) = &rollout.parent {
            return Err(Refusal::Part(format!(
                "is a sub-agent's log of session {parent}"
            )));
        }
        let mut header = std::mem::take(&mut rollout.header);
        header.modality = Some(if rollout.in_editor { "ide" } else { "cli" });
        let mut gathered = HashSet::new();
        let (turns, notes) = rollout.turns(source, DEEPEST, &mut gathered);
        let log = header.log(turns, &notes);
        let log = log.ok_or_else(|| Refusal::Unreadable("holds no message".to_owned()))?;
        Ok(vec![log])
    }
}

fn is_item(kind: &str) -> bool {
    matches!(
        kind,
        "message" | "reasoning" | "function_call" | "function_call_output" | "local_shell_call"
    )
}

#[derive(Deserialize)]
struct Line<'l> {
    timestamp: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    record_type: Option<String>,
    #[serde(borrow)]
    payload: Option<&'l RawValue>,
}

#[derive(Deserialize)]
struct Meta {
    id: Option<String>,
    timestamp: Option<String>,
    originator: Option<String>,
    #[serde(default)]
    source: Value,
    parent_thread_id: Option<String>,
    #[serde(default)]
    git: Value,
}

/// A payload of any kind; each uses some of the fields.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    role: Option<String>,
    content: Value,
    summary: Value,
    name: Option<String>,
    arguments: Value,
    input: Value,
    action: Value,
    revised_prompt: Option<String>,
    call_id: Option<String>,
    output: Value,
    tools: Value,
    author: Option<String>,
    message: Value,
    text: Option<String>,
    reason: Option<String>,
    item: Value,
    new_thread_id: Option<String>,
    new_agent_nickname: Option<String>,
    agent_thread_id: Option<String>,
}

#[derive(Default)]
struct Rollout {
    header: Header,
    in_editor: bool,
    /// The session whose agent sent this one.
    parent: Option<String>,
    entries: Vec<(Entry, Option<String>)>,
    /// The sub-agents: call, thread and name.
    sent: Vec<(Option<String>, String, Option<String>)>,
    notes: Notes,
}

impl Rollout {
    fn read(text: &str) -> Self {
        let mut rollout = Self {
            header: Header::cli("codex", "Codex CLI"),
            ..Self::default()
        };
        let mut notes = Notes::default();
        lines::each(text, &mut notes, |line, notes| rollout.line(line, notes));
        rollout.notes = notes;
        rollout
    }

    fn line(&mut self, text: &str, notes: &mut Notes) -> lines::Reading {
        let line: Line = serde_json::from_str(text)?;
        let at = line.timestamp;
        let Some(payload) = line.payload else {
            match line.kind.as_deref() {
                Some(kind) if is_item(kind) || kind.ends_with("_call") => {
                    self.item(serde_json::from_str(text)?, at, notes);
                }
                Some(kind) => notes.unknown(kind),
                None if line.record_type.is_some() => {}
                None => self.meta(serde_json::from_str(text)?),
            }
            return Ok(());
        };
        match line.kind.as_deref() {
            Some("session_meta") => self.meta(serde_json::from_str(payload.get())?),
            Some("response_item") => self.item(serde_json::from_str(payload.get())?, at, notes),
            Some("event_msg") => self.event(serde_json::from_str(payload.get())?, at, notes),
            Some("compacted") => {
                let item: Item = serde_json::from_str(payload.get())?;
                let name = Some("compacted".to_owned());
                self.push(Entry::System(name, text_of(&item.message)), at);
            }
            Some("turn_context" | "world_state" | "inter_agent_communication_metadata") => {}
            kind => notes.unknown(kind.unwrap_or("none")),
        }
        Ok(())
    }

    fn push(&mut self, entry: Entry, at: Option<String>) {
        self.entries.push((entry, at));
    }

    fn speech(&mut self, who: Who, side: Side, text: String, at: Option<String>) {
        if !text.trim().is_empty() {
            self.push(Entry::Speech { who, side, text }, at);
        }
    }

    /// Only the first counts: a fork carries those of the sessions before it.
    fn meta(&mut self, meta: Meta) {
        if self.header.id.is_some() {
            return;
        }
        self.header.id = meta.id;
        self.header.started_at = meta.timestamp.as_deref().and_then(lines::rfc3339);
        let url = field(&meta.git, "repository_url");
        self.header.repository = url.and_then(lines::repository);
        let originator = meta.originator.unwrap_or_default();
        self.in_editor =
            meta.source.as_str() == Some("vscode") || originator.to_lowercase().contains("vscode");
        if let Some(sub_agent) = meta.source.get("subagent") {
            let spawned = sub_agent.get("thread_spawn");
            let parent = spawned.and_then(|spawn| field(spawn, "parent_thread_id"));
            let parent = parent.map(str::to_owned).or(meta.parent_thread_id);
            self.parent = Some(parent.unwrap_or_else(|| "unknown".to_owned()));
        }
    }

    fn item(&mut self, item: Item, at: Option<String>, notes: &mut Notes) {
        let call_id = item.call_id.clone();
        match item.kind.as_str() {
            "message" => {
                let text = text_of(&item.content);
                match item.role.as_deref() {
                    Some("user") if program_text::kind_of(&text) == Some("preamble") => {
                        notes.left_out("preambles of the program");
                    }
                    Some("user") => self.speech(Who::User, Side::Sent, text, at),
                    Some("assistant") => self.speech(Who::Agent, Side::Sent, text, at),
                    Some("developer" | "system") => notes.left_out("system prompts"),
                    role => notes.unknown(role.unwrap_or("message")),
                }
            }
            "reasoning" => {
                let summary = text_of(&item.summary);
                let text = if summary.is_empty() {
                    text_of(&item.content)
                } else {
                    summary
                };
                self.speech(Who::Thinking, Side::Sent, text, at);
            }
            "agent_message" => {
                self.push(Entry::System(item.author, text_of(&item.content)), at);
            }
            "function_call_output" | "custom_tool_call_output" | "local_shell_call_output" => {
                self.push(Entry::Output(call_id, output(&item.output)), at);
            }
            "tool_search_output" => {
                let found = Output {
                    text: arguments(&item.tools),
                    failed: false,
                };
                self.push(Entry::Output(call_id, found), at);
            }
            "ghost_snapshot" => {}
            kind if kind.ends_with("_call") => {
                let name = item
                    .name
                    .unwrap_or_else(|| kind.trim_end_matches("_call").to_owned());
                let given = [&item.arguments, &item.input, &item.action];
                let given = given.into_iter().find(|value| !value.is_null());
                let call = Call {
                    name: Some(name),
                    input: match given {
                        Some(given) => input(given),
                        None => item.revised_prompt.unwrap_or_default(),
                    },
                    output: None,
                };
                self.push(Entry::Call(call_id, call), at);
            }
            kind => notes.unknown(kind),
        }
    }

    fn event(&mut self, event: Item, at: Option<String>, notes: &mut Notes) {
        match event.kind.as_str() {
            "user_message" => {
                let text = text_of(&event.message);
                if program_text::kind_of(&text) == Some("preamble") {
                    notes.left_out("preambles of the program");
                } else {
                    self.speech(Who::User, Side::Shown, text, at);
                }
            }
            "agent_message" => {
                self.speech(Who::Agent, Side::Shown, text_of(&event.message), at);
            }
            "agent_reasoning" => {
                let text = event.text.unwrap_or_default();
                self.speech(Who::Thinking, Side::Shown, text, at);
            }
            "item_completed" => {
                let text = event.item.get("content").map(text_of).unwrap_or_default();
                match field(&event.item, "type") {
                    Some("UserMessage") => self.speech(Who::User, Side::Shown, text, at),
                    Some("AgentMessage") => self.speech(Who::Agent, Side::Shown, text, at),
                    _ => {}
                }
            }
            "turn_aborted" if event.reason.as_deref() == Some("interrupted") => {
                let text = "[Request interrupted by user]".to_owned();
                self.speech(Who::User, Side::Shown, text, at);
            }
            "error" | "stream_error" => {
                let name = Some("error".to_owned());
                self.push(Entry::System(name, text_of(&event.message)), at);
            }
            "collab_agent_spawn_end" => {
                if let Some(thread) = event.new_thread_id {
                    let sent = (event.call_id, thread, event.new_agent_nickname);
                    self.sent.push(sent);
                }
            }
            "sub_agent_activity" => {
                let thread = event.agent_thread_id.unwrap_or_default();
                let is_known = self.sent.iter().any(|(_, known, _)| *known == thread);
                if !is_known && !thread.is_empty() {
                    self.sent.push((None, thread, None));
                }
            }
            kind if says_nothing_new(kind) => {}
            kind => notes.unknown(kind),
        }
    }

    /// The turns, with those of sub-agents whose logs lie in the same folder.
    fn turns(
        mut self,
        source: &Source,
        depth: usize,
        gathered: &mut HashSet<String>,
    ) -> (Turns, Notes) {
        let kept = kept(&self.entries);
        let mut turns = Turns::default();
        for ((entry, at), kept) in self.entries.into_iter().zip(kept) {
            let at = at.as_deref();
            match entry {
                Entry::Speech { .. } if !kept => {}
                Entry::Speech { who, text, .. } => match who {
                    Who::User => turns.user(&text, at),
                    Who::Agent => turns.agent(Part::Said(text), at),
                    Who::Thinking => turns.agent(Part::Thought(text), at),
                },
                Entry::System(name, text) => turns.agent(Part::System { name, text }, at),
                Entry::Call(id, call) => turns.call(id.as_deref(), call, at),
                Entry::Output(id, output) => turns.output(id.as_deref(), output, at),
            }
        }
        for (call, thread, name) in self.sent {
            // An agent may send the same sub-agent again; its log holds all.
            if !gathered.insert(thread.clone()) {
                continue;
            }
            match sub_agent(source, &thread, depth, gathered) {
                Some(parts) => turns.sub_agent(call.as_deref(), name, parts),
                None => self.notes.left_out("sub-agents whose logs were not found"),
            }
        }
        (turns, self.notes)
    }
}

/// Events that tell again what items tell, or nothing that was said or done.
fn says_nothing_new(kind: &str) -> bool {
    kind.ends_with("_end")
        || kind.ends_with("_begin")
        || kind.ends_with("_delta")
        || kind.starts_with("thread_")
        || kind.starts_with("dynamic_tool_call_")
        || matches!(
            kind,
            "agent_reasoning_raw_content"
                | "agent_reasoning_section_break"
                | "background_event"
                | "context_compacted"
                | "entered_review_mode"
                | "exited_review_mode"
                | "guardian_assessment"
                | "item_started"
                | "plan_update"
                | "task_complete"
                | "task_started"
                | "token_count"
                | "turn_aborted"
                | "turn_diff"
                | "undo_completed"
                | "view_image_tool_call"
        )
}

/// What a sub-agent said and did, from the rollout in the same folder that its thread names.
fn sub_agent(
    source: &Source,
    thread: &str,
    depth: usize,
    gathered: &mut HashSet<String>,
) -> Option<Vec<Part>> {
    let depth = depth.checked_sub(1)?;
    let is_its = |path: &Path| {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        path != source.path && stem.is_some_and(|stem| stem.ends_with(thread))
    };
    let entries = source.around.entries(source.path.parent()?);
    let path = entries.into_iter().find(|path| is_its(path))?;
    let text = source.around.text(&path)?;
    let source = Source {
        path: &path,
        text: &text,
        around: source.around,
    };
    let (turns, _) = Rollout::read(&text).turns(&source, depth, gathered);
    Some(turns.into_parts())
}

/// Arguments, which mostly are JSON within a text.
fn input(given: &Value) -> String {
    match given {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(object @ Value::Object(_)) => arguments(&object),
            _ => text.clone(),
        },
        other => arguments(other),
    }
}

/// What came of a call: text, or JSON within a text that gives the exit code too.
fn output(given: &Value) -> Output {
    let parsed = given.as_str().filter(|text| text.starts_with('{'));
    let parsed: Option<Value> = parsed.and_then(|text| serde_json::from_str(text).ok());
    let whole = parsed
        .as_ref()
        .filter(|object| object.get("output").is_some())
        .unwrap_or(given);
    let text = text_of(whole);
    let code = whole.pointer("/metadata/exit_code").and_then(Value::as_i64);
    let code = code.or_else(|| {
        let mut first = text.lines().take(6);
        let stated = first.find_map(|line| {
            line.strip_prefix("Exit code: ")
                .or_else(|| line.strip_prefix("Process exited with code "))
        });
        stated?.trim().parse().ok()
    });
    let failed = code.is_some_and(|code| code != 0)
        || whole.get("success").and_then(Value::as_bool) == Some(false);
    Output { text, failed }
}
