//! Makes numbered turns out of the messages of a log.
//!
//! Neighbouring messages of one role are one turn, divided by blank lines; messages without text
//! make none. What an agent did besides speaking stands in the text of its turn, and as an event
//! among the turn's tools. Turns are made at the end, since the result of a call may come late.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    domain::{
        event::{self, Event, EventKind},
        session::{Role, Turn},
    },
    formats::program_text,
};

/// A part of an agent's turn.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Said(String),
    Thought(String),
    /// What the agent's program told the agent.
    System {
        name: Option<String>,
        text: String,
    },
    Call(Call),
    /// What another agent did that this one had sent.
    SubAgent {
        name: Option<String>,
        parts: Vec<Part>,
    },
}

/// A call of a tool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    pub name: Option<String>,
    /// What it was called with, as [`arguments`] writes it.
    pub input: String,
    pub output: Option<Output>,
}

/// What came of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    pub text: String,
    pub failed: bool,
}

impl Part {
    fn is_empty(&self) -> bool {
        match self {
            Part::Said(text) | Part::Thought(text) | Part::System { text, .. } => {
                text.trim().is_empty()
            }
            Part::Call(_) => false,
            Part::SubAgent { parts, .. } => parts.iter().all(Part::is_empty),
        }
    }
}

/// Arguments as lines `key: value`; a text of several lines stands below its key.
pub fn arguments(input: &Value) -> String {
    let Value::Object(fields) = input else {
        return match input {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
    };
    let lines = fields.iter().map(|(key, value)| match value {
        Value::String(text) if text.contains('\n') => format!("{key}:\n{text}"),
        Value::String(text) => format!("{key}: {text}"),
        other => format!("{key}: {other}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What is being said, in the order of the log.
#[derive(Default)]
pub struct Turns {
    runs: Vec<Run>,
    /// Where the calls stand whose results may still come: the run, and the place in it.
    calls: HashMap<String, (usize, usize)>,
    /// What waits for the agent's next turn.
    waiting: Vec<Part>,
}

/// Messages of one role without one of the other between them.
enum Run {
    User {
        at: Option<String>,
        messages: Vec<String>,
    },
    Agent {
        at: Option<String>,
        parts: Vec<Part>,
    },
}

impl Turns {
    /// A message under the user's name, typed or written by a program.
    pub fn user(&mut self, text: &str, at: Option<&str>) {
        if text.trim().is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(Run::User { messages, .. }) => messages.push(text.to_owned()),
            _ => self.runs.push(Run::User {
                at: at.map(str::to_owned),
                messages: vec![text.to_owned()],
            }),
        }
    }

    /// A part of what the agent says and does.
    pub fn agent(&mut self, part: Part, at: Option<&str>) {
        if part.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(Run::Agent { parts, .. }) => parts.push(part),
            _ => {
                let mut parts = std::mem::take(&mut self.waiting);
                parts.push(part);
                let at = at.map(str::to_owned);
                self.runs.push(Run::Agent { at, parts });
            }
        }
    }

    /// A part that makes no turn of its own: it goes into the agent's turn that is under way, or
    /// into the next.
    pub fn aside(&mut self, part: Part, at: Option<&str>) {
        match self.runs.last() {
            Some(Run::Agent { .. }) => self.agent(part, at),
            _ if part.is_empty() => {}
            _ => self.waiting.push(part),
        }
    }

    /// Parts that no turn of the agent has taken so far.
    pub fn unplaced(&self) -> usize {
        self.waiting.len()
    }

    /// A call whose output may come later under its id.
    pub fn call(&mut self, id: Option<&str>, call: Call, at: Option<&str>) {
        self.agent(Part::Call(call), at);
        if let (Some(id), Some(Run::Agent { parts, .. })) = (id, self.runs.last()) {
            let place = (self.runs.len() - 1, parts.len() - 1);
            self.calls.insert(id.to_owned(), place);
        }
    }

    /// The output of the call of this id, or of none that is known.
    pub fn output(&mut self, id: Option<&str>, output: Output, at: Option<&str>) {
        let known = id.and_then(|id| self.calls.get(id)).copied();
        if let Some((run, part)) = known
            && let Some(Run::Agent { parts, .. }) = self.runs.get_mut(run)
            && let Some(Part::Call(call)) = parts.get_mut(part)
        {
            match &mut call.output {
                Some(earlier) => {
                    earlier.text.push('\n');
                    earlier.text.push_str(&output.text);
                    earlier.failed |= output.failed;
                }
                none => *none = Some(output),
            }
            return;
        }
        let call = Call {
            output: Some(output),
            ..Call::default()
        };
        self.agent(Part::Call(call), at);
    }

    /// Puts the parts of another agent behind the call that sent it; where that is not known, at
    /// the end.
    pub fn sub_agent(&mut self, call: Option<&str>, name: Option<String>, parts: Vec<Part>) {
        let part = Part::SubAgent { name, parts };
        if part.is_empty() {
            return;
        }
        let known = call.and_then(|id| self.calls.get(id)).copied();
        match known {
            Some((run, place)) => {
                if let Some(Run::Agent { parts, .. }) = self.runs.get_mut(run) {
                    parts.insert(place + 1, part);
                    for (other, at) in self.calls.values_mut() {
                        *at += usize::from(*other == run && *at > place);
                    }
                }
            }
            None => self.agent(part, None),
        }
    }

    /// The parts of the agent, where nobody else speaks: the log of a sub-agent. What is under the
    /// user's name in it was written by the agent that sent it.
    pub fn into_parts(self) -> Vec<Part> {
        let parts = self.runs.into_iter().flat_map(|run| match run {
            Run::User { messages, .. } => messages.into_iter().map(Part::Said).collect(),
            Run::Agent { parts, .. } => parts,
        });
        parts.collect()
    }

    /// The turns, numbered from 1 over both roles.
    pub fn finish(self) -> Vec<Turn> {
        let runs = (1..).zip(self.runs);
        runs.map(|(number, run)| match run {
            Run::User { at, messages } => Turn {
                number,
                role: Role::User,
                kind: program_text::kind_of_all(messages.iter().map(String::as_str))
                    .map(str::to_owned),
                text: messages.join("\n\n"),
                at,
                tools: Vec::new(),
                extra: Map::new(),
            },
            Run::Agent { at, parts } => {
                let mut written = Written::default();
                written.parts(&parts);
                Turn {
                    number,
                    role: Role::Agent,
                    kind: None,
                    tools: event::write(&written.text, &written.events),
                    text: written.text,
                    at,
                    extra: Map::new(),
                }
            }
        })
        .collect()
    }
}

/// The text of an agent's turn with its events, in the order of their beginnings.
#[derive(Default)]
struct Written {
    text: String,
    events: Vec<Event>,
}

impl Written {
    fn parts(&mut self, parts: &[Part]) {
        for part in parts.iter().filter(|part| !part.is_empty()) {
            if !self.text.is_empty() {
                self.text.push_str("\n\n");
            }
            self.part(part);
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Said(text) => self.text.push_str(text),
            Part::Thought(text) => self.event(EventKind::Thinking, None, |to| {
                to.heading("thinking", None);
                to.text.push_str(text);
            }),
            Part::System { name, text } => self.event(EventKind::System, name.as_deref(), |to| {
                to.heading("system", name.as_deref());
                to.text.push_str(text);
            }),
            Part::Call(call) => self.event(EventKind::Tool, call.name.as_deref(), |to| {
                to.heading("tool", call.name.as_deref());
                to.text.push_str(call.input.trim_end_matches('\n'));
                if let Some(output) = &call.output {
                    let title = if output.failed { "error" } else { "result" };
                    to.next_line();
                    to.heading(title, None);
                    to.text.push_str(output.text.trim_end_matches('\n'));
                }
            }),
            Part::SubAgent { name, parts } => {
                self.event(EventKind::SubAgent, name.as_deref(), |to| {
                    to.heading("sub-agent", name.as_deref());
                    let mut inner = Written::default();
                    inner.parts(parts);
                    let offset = to.text.len();
                    to.text.push_str(&inner.text);
                    to.events
                        .extend(inner.events.into_iter().map(|event| Event {
                            range: event.range.start + offset..event.range.end + offset,
                            ..event
                        }));
                    to.next_line();
                    to.text.push_str("[end of sub-agent]");
                });
            }
        }
    }

    fn event(&mut self, kind: EventKind, name: Option<&str>, write: impl FnOnce(&mut Self)) {
        let place = self.events.len();
        let start = self.text.len();
        self.events.push(Event {
            kind,
            name: name.map(str::to_owned),
            class: None,
            range: start..start,
        });
        write(self);
        self.text.truncate(self.text.trim_end_matches('\n').len());
        self.events[place].range.end = self.text.len();
    }

    fn heading(&mut self, what: &str, name: Option<&str>) {
        self.text.push('[');
        self.text.push_str(what);
        if let Some(name) = name {
            self.text.push_str(": ");
            self.text.push_str(name);
        }
        self.text.push_str("]\n");
    }

    fn next_line(&mut self) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::event::events;

    fn said(text: &str) -> Part {
        Part::Said(text.into())
    }

    fn call(name: &str, input: Value) -> Call {
        Call {
            name: Some(name.into()),
            input: arguments(&input),
            output: None,
        }
    }

    #[test]
    fn messages_of_one_role_are_one_turn_and_empty_ones_none() {
        let mut turns = Turns::default();
        turns.user("[Request interrupted by user]", Some("t1"));
        turns.user("\n ", None);
        turns.user("go on", None);
        turns.agent(said(" "), None);
        turns.user("please", None);
        turns.agent(said("I do."), Some("t2"));
        turns.agent(said("Done."), Some("t3"));
        turns.user("<command-name>/exit</command-name>", None);
        let turns = turns.finish();
        let told: Vec<_> = turns
            .iter()
            .map(|t| {
                (
                    t.number,
                    t.role,
                    t.kind.as_deref(),
                    t.text.as_str(),
                    t.at.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (
                    1,
                    Role::User,
                    None,
                    "[Request interrupted by user]\n\ngo on\n\nplease",
                    Some("t1")
                ),
                (2, Role::Agent, None, "I do.\n\nDone.", Some("t2")),
                (
                    3,
                    Role::User,
                    Some("command"),
                    "<command-name>/exit</command-name>",
                    None
                ),
            ]
        );
    }

    #[test]
    fn results_find_their_calls_and_sub_agents_theirs_at_any_depth() {
        let mut turns = Turns::default();
        turns.call(
            Some("1"),
            call("Task", json!({"prompt": "look\ninto"})),
            None,
        );
        turns.call(
            Some("2"),
            call("Bash", json!({"command": "ls", "n": 2})),
            None,
        );
        turns.user("wait", None);
        let output = |text: &str, failed| Output {
            text: text.into(),
            failed,
        };
        turns.output(Some("2"), output("a\nb\n", false), None);
        turns.output(Some("9"), output("lost", true), None);
        let deepest = Part::SubAgent {
            name: None,
            parts: vec![Part::Thought("hm".into())],
        };
        turns.sub_agent(
            Some("1"),
            Some("scout".into()),
            vec![said("found"), deepest],
        );
        turns.output(Some("1"), output("report", false), None);
        turns.output(Some("2"), output("c", false), None);
        let turns = turns.finish();
        assert_eq!(
            turns[0].text,
            "[tool: Task]\nprompt:\nlook\ninto\n[result]\nreport\n\n\
             [sub-agent: scout]\nfound\n\n[sub-agent]\n[thinking]\nhm\n[end of sub-agent]\n[end of sub-agent]\n\n\
             [tool: Bash]\ncommand: ls\nn: 2\n[result]\na\nb\n\nc"
        );
        assert_eq!(turns[2].text, "[tool]\n[error]\nlost");
        let found = events(&turns[0]);
        let told: Vec<_> = found
            .iter()
            .map(|event| (event.kind, &turns[0].text[event.range.clone()][..9]))
            .collect();
        assert_eq!(
            told,
            [
                (EventKind::Tool, "[tool: Ta"),
                (EventKind::SubAgent, "[sub-agen"),
                (EventKind::SubAgent, "[sub-agen"),
                (EventKind::Thinking, "[thinking"),
                (EventKind::Tool, "[tool: Ba"),
            ]
        );
        assert!(turns[0].text[found[2].range.clone()].ends_with("[end of sub-agent]"));
    }
}
