//! What in a turn is not somebody's words: tool calls, thinking, sub-agents, system callbacks.
//!
//! A turn keeps its events as objects among its `tools`, as files have them:
//! `{"event":"tool","name":"Bash","type":"shell","at":[12,340]}`, where `at` counts characters of
//! the turn's text from 0, the second being the first one after the event. Objects without `event`
//! or `at` are kept and mean nothing here.

use std::ops::Range;

use serde_json::{Map, Value};

use super::session::Turn;

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A tool call with its result.
    Tool,
    Thinking,
    /// What an agent said and did that another agent had sent.
    SubAgent,
    /// What the agent's program told the agent, such as a hook or a reminder.
    System,
}

impl EventKind {
    pub const ALL: [EventKind; 4] = [
        EventKind::Tool,
        EventKind::Thinking,
        EventKind::SubAgent,
        EventKind::System,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::Tool => "tool",
            EventKind::Thinking => "thinking",
            EventKind::SubAgent => "sub_agent",
            EventKind::System => "system",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// An event and where it stands. Events may lie within each other, as the tools of a sub-agent do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub kind: EventKind,
    /// The tool's own name, or the sub-agent's.
    pub name: Option<String>,
    /// What the tool does, in the source's word, such as `shell` or `read`.
    pub class: Option<String>,
    /// Bytes of the turn's text.
    pub range: Range<usize>,
}

/// The events of a turn in the order of their beginnings, the outer before the inner.
pub fn events(turn: &Turn) -> Vec<Event> {
    let mut found: Vec<Event> = Vec::new();
    let mut ruler = Ruler::new(&turn.text);
    for tool in &turn.tools {
        found.extend(read(tool, &mut ruler));
    }
    found.sort_by_key(|event| (event.range.start, usize::MAX - event.range.end));
    found
}

fn read(tool: &Value, ruler: &mut Ruler) -> Option<Event> {
    let text = |key: &str| tool.get(key).and_then(Value::as_str);
    let kind = EventKind::parse(text("event")?)?;
    let [start, end] = tool.get("at")?.as_array()?.as_slice() else {
        return None;
    };
    let start = ruler.byte(usize::try_from(start.as_u64()?).ok()?)?;
    let end = ruler.byte(usize::try_from(end.as_u64()?).ok()?)?;
    (start < end).then(|| Event {
        kind,
        name: text("name").map(str::to_owned),
        class: text("type").map(str::to_owned),
        range: start..end,
    })
}

/// Events as they stand among a turn's `tools`, given in the order of their beginnings.
pub fn write(text: &str, events: &[Event]) -> Vec<Value> {
    let mut ruler = Ruler::new(text);
    events
        .iter()
        .map(|event| {
            let mut tool = Map::new();
            tool.insert("event".to_owned(), event.kind.as_str().into());
            let names = [("name", &event.name), ("type", &event.class)];
            for (key, value) in names {
                if let Some(value) = value {
                    tool.insert(key.to_owned(), value.clone().into());
                }
            }
            let at = [event.range.start, event.range.end].map(|byte| ruler.character(byte));
            tool.insert("at".to_owned(), at.to_vec().into());
            Value::Object(tool)
        })
        .collect()
}

/// Turns places in characters into bytes and back, walking from the latest place.
struct Ruler<'t> {
    text: &'t str,
    bytes: usize,
    characters: usize,
}

impl<'t> Ruler<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            bytes: 0,
            characters: 0,
        }
    }

    fn byte(&mut self, character: usize) -> Option<usize> {
        let (before, rest) = self.text.split_at(self.bytes);
        if let Some(back) = self
            .characters
            .checked_sub(character)
            .filter(|back| *back > 0)
        {
            // What lies within an event begins a little before its end.
            let (bytes, _) = before.char_indices().nth_back(back - 1)?;
            (self.bytes, self.characters) = (bytes, character);
            return Some(bytes);
        }
        let wanted = character - self.characters;
        let (bytes, walked) = match rest.char_indices().nth(wanted) {
            Some((bytes, _)) => (bytes, wanted),
            None => (rest.len(), rest.chars().count()),
        };
        self.bytes += bytes;
        self.characters += walked;
        (walked == wanted).then_some(self.bytes)
    }

    fn character(&mut self, byte: usize) -> usize {
        if byte < self.bytes {
            self.characters -= self.text[byte..self.bytes].chars().count();
        } else {
            self.characters += self.text[self.bytes..byte].chars().count();
        }
        self.bytes = byte;
        self.characters
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::session::Role;

    fn turn(text: &str, tools: Vec<Value>) -> Turn {
        Turn {
            number: 1,
            role: Role::Agent,
            kind: None,
            text: text.into(),
            at: None,
            tools,
            extra: Map::new(),
        }
    }

    #[test]
    fn what_makes_no_sense_is_no_event() {
        let tools = vec![
            json!({"name": "Bash"}),
            json!({"event": "dance", "at": [0, 1]}),
            json!({"event": "tool", "at": [1, 1]}),
            json!({"event": "tool", "at": [0, 4]}),
            json!({"event": "tool", "at": [2, 1]}),
            json!({"event": "tool", "at": [-1, 2]}),
            json!("tool"),
            json!({"event": "thinking", "at": [1, 3]}),
        ];
        let found = events(&turn("aé语", tools));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].range, 1..6);
    }

    proptest! {
        #[test]
        fn events_are_read_as_they_were_written(
            text in ".{1,40}",
            places in proptest::collection::vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>(), 0..4usize), 0..6),
        ) {
            let cuts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let mut made: Vec<Event> = places
                .iter()
                .map(|(a, b, kind)| (*a.get(&cuts), *b.get(&cuts), *kind))
                .filter(|(a, b, _)| a != b)
                .map(|(a, b, kind)| Event {
                    kind: EventKind::ALL[kind],
                    name: (kind == 0).then(|| "Bash".to_owned()),
                    class: None,
                    range: a.min(b)..a.max(b),
                })
                .collect();
            made.sort_by_key(|event| (event.range.start, usize::MAX - event.range.end));
            let tools = write(&text, &made);
            prop_assert_eq!(events(&turn(&text, tools)), made);
        }
    }
}
