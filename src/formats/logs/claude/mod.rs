//! Claude Code's transcripts: a record per line.
//!
//! The whole file is read in its order, branches that were left included, since they hold what the
//! user objected to. Records that no one spoke are folded into the agent's turn or counted.

mod records;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::value::RawValue;

use self::records::{Block, Record, blocks, result_text};
use super::{
    Format, Log, Refusal, Source,
    turns::{Call, Output, Part, Turns, arguments},
};
use crate::{domain::session::Session, formats::sessions::session_id};

pub struct Claude;

impl Format for Claude {
    fn name(&self) -> &'static str {
        "Claude Code transcript"
    }

    fn recognises(&self, source: &Source) -> bool {
        let lines = source.text.lines().filter(|line| !line.trim().is_empty());
        lines.take(50).any(|line| {
            line.trim_start().starts_with('{')
                && serde_json::from_str::<Record>(line).is_ok_and(|record| {
                    let spoken = matches!(record.kind.as_deref(), Some("user" | "assistant"));
                    let named = record.uuid.is_some() || record.session_id.is_some();
                    spoken && named && record.message.is_some()
                })
        })
    }

    fn read(&self, source: &Source) -> Result<Vec<Log>, Refusal> {
        let mut reading = Reading::default();
        reading.file(source.text, None);
        if let Some(session) = reading.only_sidechains() {
            return Err(Refusal::Part(format!(
                "is a sub-agent's log of the session {session}"
            )));
        }
        reading.sub_agents(source);
        Ok(vec![reading.finish()])
    }
}

/// Somebody's messages in order: those of the agent that the user speaks to, or of one that it
/// sent.
#[derive(Default)]
struct Thread {
    turns: Turns,
    agent_id: Option<String>,
    /// What kind of agent it is.
    name: Option<String>,
    /// What it was told to do.
    prompt: Option<String>,
    /// The thread and the call that sent it, once known.
    sent_by: Option<(usize, String)>,
}

#[derive(Default)]
struct Reading {
    /// The first is the user's.
    threads: Vec<Thread>,
    /// The sidechain that goes on where a record of one names no agent.
    sidechain: Option<usize>,
    /// The calls that sent an agent, by what they told it.
    errands: HashMap<String, (usize, String)>,
    /// The calls from which an agent of this id came back.
    returned: HashMap<String, (usize, String)>,
    session: Option<String>,
    started_at: Option<String>,
    seen: HashSet<String>,
    /// Kinds of records that were left out, with how many there were.
    left_out: BTreeMap<String, usize>,
    broken: usize,
    is_torn: bool,
    spoken: usize,
    in_sidechains: usize,
}

impl Reading {
    /// Reads the lines of a file: the session's own, or that of the agent of a thread.
    fn file(&mut self, text: &str, thread: Option<usize>) {
        if self.threads.is_empty() {
            self.threads.push(Thread::default());
        }
        let mut is_torn = false;
        for line in text.split('\n').filter(|line| !line.trim().is_empty()) {
            self.broken += usize::from(std::mem::take(&mut is_torn));
            match serde_json::from_str::<Record>(line) {
                Ok(record) => self.record(record, thread),
                Err(_) => is_torn = true,
            }
        }
        self.is_torn |= is_torn;
    }

    fn record(&mut self, record: Record, thread: Option<usize>) {
        let repeats = |uuid: &str| !self.seen.insert(uuid.to_owned());
        if record.uuid.as_deref().is_some_and(repeats) {
            self.leave_out("repeated");
            return;
        }
        if thread.is_none() && self.session.is_none() {
            self.session = record.session_id.as_deref().map(str::to_owned);
        }
        let kind = record.kind.as_deref().unwrap_or("nameless");
        let at = record.timestamp.as_deref();
        match (kind, &record.message) {
            ("user" | "assistant", Some(message)) => {
                let Some(content) = message.content else {
                    return self.leave_out("empty");
                };
                self.spoken += 1;
                if self.started_at.is_none() {
                    self.started_at = at.map(str::to_owned);
                }
                let is_side = record.is_sidechain == Some(true);
                self.in_sidechains += usize::from(is_side && thread.is_none());
                let thread = match thread {
                    Some(thread) => thread,
                    None if is_side => self.sidechain(&record),
                    None => 0,
                };
                let told = record.is_meta == Some(true) || record.is_compact_summary == Some(true);
                let is_model = message.model.as_deref() != Some("<synthetic>");
                match kind {
                    "user" if told => self.aside(thread, "added", content, at),
                    "user" => self.user(thread, content, record.tool_use_result, at),
                    _ if is_model => self.assistant(thread, content, at),
                    _ => self.synthetic(thread, content, at),
                }
            }
            ("system", _) => match (record.content, record.subtype.as_deref()) {
                (Some(content), Some(subtype)) => {
                    self.aside(thread.unwrap_or(0), subtype, content, at);
                }
                (_, subtype) => {
                    let kind = subtype.unwrap_or("system").to_owned();
                    self.leave_out(&kind);
                }
            },
            ("queue-operation", _) => match (record.content, record.operation.as_deref()) {
                (Some(content), operation) => {
                    let name = format!("queue {}", operation.unwrap_or_default());
                    self.aside(thread.unwrap_or(0), name.trim(), content, at);
                }
                (None, _) => self.leave_out(kind),
            },
            _ => self.leave_out(kind),
        }
    }

    fn leave_out(&mut self, kind: &str) {
        *self.left_out.entry(kind.to_owned()).or_default() += 1;
    }

    /// The thread of a record of a sidechain. One that names no agent goes on with the last, unless
    /// it begins a chain.
    fn sidechain(&mut self, record: &Record) -> usize {
        let agent_id = record.agent_id.as_deref();
        let known = match agent_id {
            Some(id) => self
                .threads
                .iter()
                .position(|thread| thread.agent_id.as_deref() == Some(id)),
            None if record.parent_uuid.is_none() => None,
            None => self.sidechain,
        };
        let thread = known.unwrap_or_else(|| {
            self.threads.push(Thread {
                agent_id: agent_id.map(str::to_owned),
                ..Thread::default()
            });
            self.threads.len() - 1
        });
        self.sidechain = Some(thread);
        thread
    }

    fn user(
        &mut self,
        thread: usize,
        content: &RawValue,
        result: Option<&RawValue>,
        at: Option<&str>,
    ) {
        let mut images = 0;
        let mut spoke = false;
        for block in blocks(content) {
            match (&*block.kind, &block.text) {
                ("text", Some(text)) => {
                    spoke = true;
                    let to = &mut self.threads[thread];
                    if thread > 0 && to.prompt.is_none() {
                        to.prompt = Some(text.clone().into_owned());
                    }
                    to.turns.user(text, at);
                }
                ("tool_result", _) => self.output(thread, &block, result, at),
                ("image", _) => images += 1,
                (other, _) => {
                    let kind = format!("{other} block");
                    self.leave_out(&kind);
                }
            }
        }
        for _ in 0..images {
            // An image alone makes no turn.
            match spoke {
                true => self.threads[thread].turns.user("[Image]", at),
                false => self.leave_out("image"),
            }
        }
    }

    fn output(
        &mut self,
        thread: usize,
        block: &Block,
        result: Option<&RawValue>,
        at: Option<&str>,
    ) {
        let id = block.tool_use_id.as_deref();
        let output = Output {
            text: result_text(block.content),
            failed: block.is_error == Some(true),
        };
        self.threads[thread].turns.output(id, output, at);
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Returned {
            agent_id: String,
        }
        let returned = result.and_then(|raw| serde_json::from_str::<Returned>(raw.get()).ok());
        if let (Some(returned), Some(id)) = (returned, id) {
            let call = (thread, id.to_owned());
            self.returned.insert(returned.agent_id, call);
        }
    }

    fn assistant(&mut self, thread: usize, content: &RawValue, at: Option<&str>) {
        for block in blocks(content) {
            let turns = &mut self.threads[thread].turns;
            match &*block.kind {
                "text" => turns.agent(Part::Said(owned(block.text)), at),
                "thinking" => turns.agent(Part::Thought(owned(block.thinking)), at),
                "tool_use" | "server_tool_use" | "mcp_tool_use" => {
                    let input = block.input.unwrap_or_default();
                    let call = Call {
                        name: block.name.map(Into::into),
                        input: arguments(&input),
                        output: None,
                    };
                    turns.call(block.id.as_deref(), call, at);
                    let prompt = input.get("prompt").and_then(|prompt| prompt.as_str());
                    if let (Some(prompt), Some(id)) = (prompt, &block.id) {
                        let call = (thread, id.clone().into_owned());
                        self.errands.insert(prompt.to_owned(), call);
                    }
                }
                kind if kind.ends_with("tool_result") => self.output(thread, &block, None, at),
                kind => {
                    let kind = format!("{kind} block");
                    self.leave_out(&kind);
                }
            }
        }
    }

    /// What the program says in the agent's place, such as that it could not be reached.
    fn synthetic(&mut self, thread: usize, content: &RawValue, at: Option<&str>) {
        for block in blocks(content) {
            let part = Part::System {
                name: Some("synthetic".to_owned()),
                text: owned(block.text),
            };
            self.threads[thread].turns.agent(part, at);
        }
    }

    /// What is told to the agent and is no turn of anybody.
    fn aside(&mut self, thread: usize, name: &str, content: &RawValue, at: Option<&str>) {
        for block in blocks(content) {
            let part = Part::System {
                name: Some(name.to_owned()),
                text: owned(block.text),
            };
            self.threads[thread].turns.aside(part, at);
        }
    }

    /// The session that all messages belong to, if each is a sub-agent's.
    fn only_sidechains(&self) -> Option<&str> {
        let all = self.spoken > 0 && self.in_sidechains == self.spoken;
        let named = self.threads.iter().any(|thread| thread.agent_id.is_some());
        self.session.as_deref().filter(|_| all && named)
    }

    /// Reads the logs of sub-agents that lie beside the session's own.
    fn sub_agents(&mut self, source: &Source) {
        let folder = source.path.with_extension("").join("subagents");
        for path in source.around.entries(&folder) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let Some(id) = name
                .strip_suffix(".jsonl")
                .and_then(|name| name.strip_prefix("agent-"))
            else {
                continue;
            };
            let Some(text) = source.around.text(&path) else {
                continue;
            };
            #[derive(serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            struct About {
                agent_type: Option<String>,
            }
            let about = source.around.text(&path.with_extension("meta.json"));
            let about = about.and_then(|about| serde_json::from_str::<About>(&about).ok());
            self.threads.push(Thread {
                agent_id: Some(id.to_owned()),
                name: about.and_then(|about| about.agent_type),
                ..Thread::default()
            });
            self.file(&text, Some(self.threads.len() - 1));
        }
    }

    fn finish(mut self) -> Log {
        for thread in self.threads.iter_mut().skip(1) {
            let returned = thread
                .agent_id
                .as_ref()
                .and_then(|id| self.returned.get(id));
            let told = thread.prompt.as_ref().and_then(|p| self.errands.get(p));
            thread.sent_by = returned.or(told).cloned();
        }
        self.fold();
        let mut notes = Vec::new();
        if self.broken > 0 {
            notes.push(format!("{} lines could not be read.", self.broken));
        }
        if self.is_torn {
            notes.push("The last line is cut off.".to_owned());
        }
        let unplaced = self.threads[0].turns.unplaced();
        if unplaced > 0 {
            self.left_out.insert(
                "system message without a turn of the agent".into(),
                unplaced,
            );
        }
        if !self.left_out.is_empty() {
            let kinds = self
                .left_out
                .iter()
                .map(|(kind, count)| format!("{count} {kind}"));
            notes.push(format!(
                "Records left out: {}.",
                kinds.collect::<Vec<_>>().join(", ")
            ));
        }
        let turns = self.threads.swap_remove(0).turns.finish();
        Log {
            stated: self.session.as_deref().map(session_id),
            session: Session {
                source: Some("claude-code".to_owned()),
                modality: Some("cli".to_owned()),
                agent: Some("Claude Code".to_owned()),
                started_at: self.started_at,
                turns,
                ..Session::default()
            },
            notes,
            is_partial: self.is_torn || self.broken > 0,
        }
    }

    /// Puts each sub-agent into the turn of the agent that sent it, the last sent first, so that
    /// one that sends others has them when its own turn comes. Where two claim to have sent each
    /// other, the user's agent has sent both.
    fn fold(&mut self) {
        let mut depths: Vec<usize> = Vec::with_capacity(self.threads.len());
        for first in 0..self.threads.len() {
            let mut depth = 0;
            let mut thread = first;
            while let Some((above, _)) = &self.threads[thread].sent_by {
                thread = *above;
                depth += 1;
                if depth > self.threads.len() {
                    depth = 1;
                    self.threads[first].sent_by = None;
                    break;
                }
            }
            depths.push(depth);
        }
        let mut order: Vec<usize> = (1..self.threads.len()).collect();
        order.sort_by_key(|thread| std::cmp::Reverse(depths[*thread]));
        for place in order {
            let thread = std::mem::take(&mut self.threads[place]);
            let (above, call) = match thread.sent_by {
                Some((above, call)) => (above, Some(call)),
                None => (0, None),
            };
            let parts = thread.turns.into_parts();
            let above = &mut self.threads[above].turns;
            above.sub_agent(call.as_deref(), thread.name, parts);
        }
    }
}

fn owned(text: Option<std::borrow::Cow<str>>) -> String {
    text.map(Into::into).unwrap_or_default()
}
