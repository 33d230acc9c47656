//! What in a turn can be folded away: tool calls, thinking and other events, and the middle of a
//! long turn of an agent.

use std::{collections::HashMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::blocks::next_cut;
use crate::domain::{
    event::{Event, EventKind, events},
    session::{Role, Turn},
};

/// Bytes of its own words from which on a turn of an agent has a middle that can be folded.
const LONG: usize = 6_000;

/// About how many bytes of such a turn stay at either end.
const END: usize = 1_000;

/// Bytes of an event in which something to call it by is looked for.
const GLIMPSE: usize = 600;

/// A part of a turn that can be folded away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Bytes of the turn's text.
    pub range: Range<usize>,
    /// Whether it is folded as long as nobody asked for anything.
    pub usual: bool,
    /// What it is, and how much.
    pub label: String,
    /// How many folds it lies in.
    pub depth: usize,
    /// The index of the first fold that does not lie in it.
    pub next: usize,
}

/// The folds of a turn in the order of their beginnings, the outer before the inner. They lie within
/// each other or apart.
pub fn folds(turn: &Turn) -> Vec<Fold> {
    let found = events(turn);
    let mut parts: Vec<(Range<usize>, Option<&Event>)> = Vec::new();
    if let Some(middle) = middle(turn, &found) {
        parts.push((middle, None));
    }
    parts.extend(found.iter().map(|event| (event.range.clone(), Some(event))));
    parts.sort_by_key(|(range, event)| (range.start, usize::MAX - range.end, event.is_some()));
    let mut folds: Vec<Fold> = Vec::with_capacity(parts.len());
    let mut around: Vec<usize> = Vec::new();
    for (mut range, event) in parts {
        while let Some(outer) = around.pop_if(|outer| folds[*outer].range.end <= range.start) {
            folds[outer].next = folds.len();
        }
        if let Some(outer) = around.last() {
            // An event that reaches out of the one it begins in ends with it.
            range.end = range.end.min(folds[*outer].range.end);
        }
        around.push(folds.len());
        folds.push(Fold {
            usual: event.is_some(),
            label: label(&turn.text[range.clone()], event),
            depth: around.len() - 1,
            next: 0,
            range,
        });
    }
    for outer in around {
        folds[outer].next = folds.len();
    }
    folds
}

/// The part of a long turn between its two ends. Events at its ends stay outside.
fn middle(turn: &Turn, events: &[Event]) -> Option<Range<usize>> {
    let text = &turn.text;
    let mut own = text.len();
    let mut outermost: Vec<&Range<usize>> = Vec::new();
    for Event { range, .. } in events {
        if outermost.last().is_none_or(|last| last.end <= range.start) {
            own = own.saturating_sub(range.len());
            outermost.push(range);
        }
    }
    if turn.role != Role::Agent || own < LONG {
        return None;
    }
    let around = |byte| {
        outermost
            .iter()
            .find(|range| range.start < byte && byte < range.end)
    };
    let start = next_cut(text, 0, text.len(), END / 2);
    let start = around(start).map_or(start, |event| event.end);
    let mut tail = text.trim_end().len().saturating_sub(END).max(start);
    while !text.is_char_boundary(tail) {
        tail += 1;
    }
    let end = next_cut(text, tail, text.len(), END / 4);
    let end = around(end).map_or(end, |event| event.start);
    (start + END < end).then_some(start..end)
}

fn label(text: &str, event: Option<&Event>) -> String {
    let Some(event) = event else {
        return format!("{} of this turn", size(text));
    };
    let what = match event.kind {
        EventKind::Tool => "tool",
        EventKind::Thinking => "thinking",
        EventKind::SubAgent => "sub-agent",
        EventKind::System => "system",
    };
    let mut label = what.to_owned();
    if let Some(name) = event.name.as_ref().filter(|name| !name.is_empty()) {
        label += &format!(" {name}");
    }
    if let Some(class) = &event.class {
        label += &format!(" ({class})");
    }
    label += &format!(" · {}", size(text));
    if let Some(glimpse) = glimpse(text) {
        label += &format!(" · {glimpse}");
    }
    label
}

/// How much there is to unfold.
fn size(text: &str) -> String {
    match text
        .trim_end()
        .bytes()
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
    {
        1 => format!("{} characters", text.chars().count()),
        lines => format!("{lines} lines"),
    }
}

/// The first words of a text that are not markup.
fn glimpse(text: &str) -> Option<String> {
    let mut end = text.len().min(GLIMPSE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].lines().find_map(|line| {
        let mut words = String::new();
        let mut rest = line;
        while let Some((before, tag)) = rest.split_once('<') {
            words += before;
            rest = tag.split_once('>').map_or("", |(_, after)| after);
        }
        words += rest;
        let words = words.trim();
        let says = words.chars().any(char::is_alphanumeric) && !words.starts_with("```");
        says.then(|| words.to_owned())
    })
}

/// What the user wants to see folded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// Events, and nothing else.
    #[default]
    Usual,
    All,
    None,
}

/// Which folds are closed.
#[derive(Default)]
pub struct Folding {
    pub wanted: Wanted,
    /// What was decided about single folds, by turn and fold.
    pub chosen: HashMap<(usize, usize), bool>,
    /// What always shows unless it is folded by hand, by turn: quotes.
    pub kept: HashMap<usize, Vec<Range<usize>>>,
}

impl Folding {
    pub fn is_closed(&self, turn: usize, index: usize, fold: &Fold) -> bool {
        if let Some(closed) = self.chosen.get(&(turn, index)) {
            return *closed;
        }
        let holds = |part: &Range<usize>| overlaps(&fold.range, part);
        if self
            .kept
            .get(&turn)
            .is_some_and(|kept| kept.iter().any(holds))
        {
            return false;
        }
        match self.wanted {
            Wanted::Usual => fold.usual,
            Wanted::All => true,
            Wanted::None => false,
        }
    }
}

pub fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    fn turn(text: &str, tools: Vec<Value>) -> Turn {
        Turn {
            number: 2,
            role: Role::Agent,
            kind: None,
            text: text.into(),
            at: None,
            tools,
            extra: Map::new(),
        }
    }

    #[test]
    fn events_lie_within_each_other_whatever_a_file_says() {
        let tools = vec![
            json!({"event": "sub_agent", "name": "Explore", "at": [2, 30]}),
            json!({"event": "tool", "name": "Bash", "type": "shell", "at": [5, 40]}),
            json!({"event": "thinking", "at": [5, 9]}),
            json!({"event": "system", "at": [45, 50]}),
        ];
        let found = folds(&turn(&"0123456789".repeat(6), tools));
        let shape: Vec<_> = found
            .iter()
            .map(|fold| (fold.range.clone(), fold.depth, fold.next))
            .collect();
        assert_eq!(
            shape,
            [(2..30, 0, 3), (5..30, 1, 3), (5..9, 2, 3), (45..50, 0, 4)]
        );
        assert!(
            found[1]
                .label
                .starts_with("tool Bash (shell) · 25 characters")
        );
    }

    #[test]
    fn the_label_of_an_event_shows_its_first_words_without_markup() {
        let text = "<tool-use data-tool-type=\"shell\"><details>\n  <summary>Tool use: **Bash** • ls \
                    -l</summary>\n\n```\nx\n```\n</details></tool-use>\n";
        let tools = vec![json!({"event": "tool", "at": [0, text.chars().count()]})];
        let found = folds(&turn(text, tools));
        assert_eq!(
            found[0].label,
            "tool · 7 lines · Tool use: **Bash** • ls -l"
        );
    }

    #[test]
    fn only_the_middle_of_a_long_turn_of_an_agent_folds() {
        for part in ["words and words.\n", "QUJD", "改为", "🇩🇪"] {
            let mut long = turn(&part.repeat(30_000 / part.len()), Vec::new());
            let found = folds(&long);
            assert_eq!(found.len(), 1, "{part}");
            let ends = long.text.len() - found[0].range.len();
            assert!((500..3_000).contains(&ends), "{part}: {ends}");
            assert!(!found[0].usual);
            long.role = Role::User;
            assert_eq!(folds(&long), []);
        }
        let events = vec![json!({"event": "tool", "at": [10, 29_000]})];
        assert_eq!(folds(&turn(&"abc ".repeat(7_500), events)).len(), 1);
    }
}
