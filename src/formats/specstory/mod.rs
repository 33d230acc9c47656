//! Reads chat logs that SpecStory exported as Markdown, of every generation since January 2025.

mod events;
mod headers;
pub mod log;
mod marks;
mod times;

use jiff::Timestamp;
use serde_json::Map;

use self::{
    headers::{FileHeader, RoleHeader},
    marks::{Mark, What},
    times::Stated,
};
use super::program_text;
use crate::domain::{
    event::{self, Event, EventKind},
    session::{Role, Turn},
};

/// What a SpecStory file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct SpecStory {
    /// The chat's title. Files of the command line have a time instead, and no title.
    pub title: Option<String>,
    /// The id in the session comment, an opaque word.
    pub session_id: Option<String>,
    /// The agent's usual name; `Unknown` in early files, which do not say.
    pub agent: String,
    /// `ide` or `cli`.
    pub modality: &'static str,
    /// RFC 3339 in UTC: the session comment's or title's time, or that of the first user turn where
    /// it is earlier. A time without zone is taken as UTC.
    pub started_at: Option<String>,
    pub turns: Vec<Turn>,
    /// What could not be read or is doubtful, one sentence each.
    pub notes: Vec<String>,
}

/// Whether `text` is a SpecStory file, judged by the lines that its exporters put first.
pub fn looks_like(text: &str) -> bool {
    let is_message = |line: &str| RoleHeader::read(line).is_some();
    let mut lines = without_bom(text).lines().filter(|l| !l.trim().is_empty());
    let (first, second) = (lines.next().unwrap_or_default(), lines.next());
    match second {
        // The oldest files have no more than a heading that any Markdown file may have.
        _ if first.trim_end() == headers::OLDEST => second.is_none_or(headers::is_title),
        Some(second) if headers::is_title(first) => {
            headers::marks_a_file(second) || is_message(second)
        }
        _ => headers::marks_a_file(first) || is_message(first),
    }
}

/// Reads a SpecStory file. Any text can be read; what makes no sense ends up in the notes.
pub fn parse(text: &str) -> SpecStory {
    parse_named(text, "")
}

/// As [`parse`], with the file's name for a start that the text gives without a zone or not at all.
///
/// Early exports wrote local time into the title and UTC into the file's name.
pub fn parse_named(text: &str, file_name: &str) -> SpecStory {
    let text = without_bom(text);
    let marks = marks::scan(text);
    let first_header = marks.iter().find_map(|mark| match &mark.what {
        What::Header {
            blank_before: true, ..
        } => Some(mark.start),
        _ => None,
    });
    let header = FileHeader::read(&text[..first_header.unwrap_or(text.len())]);
    let believed = marks::believe(&marks, header.is_from_command_line());
    let messages = messages(text, &marks, &believed.headers);

    let mut notes = Vec::new();
    note_lines(
        &mut notes,
        &header.strange_lines,
        "above the first message was not understood and left out",
    );
    note_lines(
        &mut notes,
        &believed.quoted_lines,
        "looks like a role header inside other text and was read as text",
    );
    let unread: Vec<usize> = messages
        .iter()
        .filter(|m| m.header.unread)
        .map(|m| m.line)
        .collect();
    note_lines(
        &mut notes,
        &unread,
        "has a user header whose time cannot be read",
    );

    let first_user = messages
        .iter()
        .filter(|m| !m.body.is_empty())
        .find(|m| m.header.role == Role::User);
    let started = start(&header, file_name, first_user.and_then(|m| m.header.time));
    let turns = join(messages, &mut notes);
    if turns.is_empty() {
        notes.push("The file has no turns.".to_owned());
    }
    SpecStory {
        title: header.title.map(str::to_owned),
        session_id: header.session_id.map(str::to_owned),
        agent: header.agent().to_owned(),
        modality: header.modality(),
        started_at: started.map(|t| t.to_string()),
        turns,
        notes,
    }
}

fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn note_lines(notes: &mut Vec<String>, lines: &[usize], what: &str) {
    match lines {
        [] => {}
        [line] => notes.push(format!("Line {line} {what}.")),
        [line, more @ ..] => {
            notes.push(format!("Line {line} {what}, and {} more.", more.len()));
        }
    }
}

fn start(header: &FileHeader, file_name: &str, first_user: Option<Timestamp>) -> Option<Timestamp> {
    let stated = header.comment_time.or(header.title_time);
    let name = times::of_file_name(file_name);
    let stated = match (stated, name) {
        (Some(stated), Some(name)) => Some(times::with_zone_of(stated, name)),
        _ => stated.or(name),
    };
    let stated = stated.map(|Stated { utc, .. }| utc);
    stated.into_iter().chain(first_user).min()
}

/// What stands between one role header and the next.
struct Message<'a> {
    line: usize,
    header: RoleHeader<'a>,
    body: &'a str,
}

fn messages<'a>(text: &'a str, marks: &[Mark<'a>], headers: &[usize]) -> Vec<Message<'a>> {
    let ends = headers.iter().skip(1).copied().chain([marks.len()]);
    let mut messages = Vec::with_capacity(headers.len());
    for (&first, next) in headers.iter().zip(ends) {
        let mark = &marks[first];
        let What::Header { header, .. } = mark.what else {
            continue;
        };
        let end = marks.get(next).map_or(text.len(), |m| m.start);
        messages.push(Message {
            line: mark.line,
            header,
            body: body(&text[mark.end..end]),
        });
    }
    messages
}

/// A message's own text: without the blank lines around it, the rules below it and the exporter's
/// comment above it.
fn body(mut text: &str) -> &str {
    let split_first = |text: &str| text.find('\n').map_or(text.len(), |i| i + 1);
    loop {
        let end = split_first(text);
        let line = text[..end].trim();
        let is_id = line.starts_with("<!-- message-id: ") && line.ends_with("-->");
        if text.is_empty() || !(line.is_empty() || is_id) {
            break;
        }
        text = &text[end..];
    }
    loop {
        let kept = text.strip_suffix('\n').unwrap_or(text);
        let kept = kept.strip_suffix('\r').unwrap_or(kept);
        let start = kept.rfind('\n').map_or(0, |i| i + 1);
        let line = kept[start..].trim();
        if text.is_empty() || !(line.is_empty() || line == "---") {
            return kept;
        }
        text = &text[..start];
    }
}

/// Makes one turn of each run of messages of one role. Messages without text count for nothing.
fn join(messages: Vec<Message>, notes: &mut Vec<String>) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut latest: Option<Timestamp> = None;
    let mut backwards = Vec::new();
    let spoken: Vec<Message> = messages
        .into_iter()
        .filter(|m| !m.body.is_empty())
        .collect();
    for run in spoken.chunk_by(|a, b| a.header.role == b.header.role) {
        let number = u32::try_from(turns.len() + 1).unwrap_or(u32::MAX);
        let role = run[0].header.role;
        let bodies: Vec<&str> = run.iter().map(|m| m.body).collect();
        if let Some(time) = run[0].header.time {
            let hour = 3600;
            if latest.is_some_and(|l| l.duration_since(time).as_secs() > hour) {
                backwards.push(run[0].line);
            }
            latest = Some(time);
        }
        let text = bodies.join("\n\n");
        let tools = match role {
            Role::User => Vec::new(),
            Role::Agent => event::write(&text, &events_of(run)),
        };
        turns.push(Turn {
            number,
            role,
            kind: match role {
                Role::User => program_text::kind_of_all(bodies.iter().copied()),
                Role::Agent => None,
            }
            .map(str::to_owned),
            text,
            at: run[0].header.at.map(str::to_owned),
            tools,
            extra: Map::new(),
        });
    }
    note_lines(
        notes,
        &backwards,
        "begins a turn more than an hour earlier than the turn before it, so it may be quoted text",
    );
    turns
}

/// The events of a run of the agent's messages, by their places in the joined text. Neighbouring
/// messages of sub-agents are one event around their own.
fn events_of(run: &[Message]) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut start = 0;
    let mut sub_agent: Option<usize> = None;
    for message in run {
        let end = start + message.body.len();
        match (message.header.is_sidechain, sub_agent) {
            (true, Some(place)) => events[place].range.end = end,
            (true, None) => {
                sub_agent = Some(events.len());
                events.push(Event {
                    kind: EventKind::SubAgent,
                    name: None,
                    class: None,
                    range: start..end,
                });
            }
            (false, _) => sub_agent = None,
        }
        events.extend(events::find(message.body).into_iter().map(|event| Event {
            range: event.range.start + start..event.range.end + start,
            ..event
        }));
        start = end + "\n\n".len();
    }
    events
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINES: [&str; 18] = [
        "_**User**_",
        "_**User (2026-02-10 14:21:48-0700)**_",
        "_**Agent (model (x) 2026-02-10 14:21:50Z)**_",
        "_**Agent - sidechain (2026-13-99 99:99Z)**_\r",
        "_**Assistant**_",
        "_**User (",
        "---",
        " ---\t",
        "",
        "\r",
        "<tool-use data-tool-type=\"a\" data-tool-name=\"b\">",
        "<tool-use data-tool-name=\"",
        "</details></tool-use>",
        "<!-- cursor Session x (2026-02-10 14:21Z) -->",
        "<!-- message-id: 1 -->",
        "# Title (1/20/2025, 10:28:43 AM)",
        "\0 <command-args>",
        "[Image",
    ];

    fn spliced() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            3 => proptest::sample::select(&LINES[..]).prop_map(String::from),
            1 => any::<String>(),
        ];
        proptest::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_text_gives_alternating_turns_made_of_its_lines(text in spliced(), name: String) {
            looks_like(&text);
            let story = parse_named(&text, &name);
            for (i, turn) in story.turns.iter().enumerate() {
                prop_assert_eq!(turn.number as usize, i + 1);
                prop_assert!(i == 0 || story.turns[i - 1].role != turn.role);
                prop_assert!(!turn.text.trim().is_empty());
                for line in turn.text.lines() {
                    prop_assert!(text.contains(line));
                }
            }
        }
    }

    #[test]
    fn a_file_of_many_marks_is_read_in_linear_time() {
        let started = std::time::Instant::now();
        for unit in [
            "<tool-use\n\n_**User**_\n",
            "_**User**_\n\n---\n\n",
            "---\n",
            "_**User (",
        ] {
            parse(&unit.repeat(50_000));
        }
        assert!(started.elapsed().as_secs() < 10);
    }
}
