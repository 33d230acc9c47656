//! What in an agent's message is a tool's or a thought, in every way that exporters wrote it.

use std::borrow::Cow;

use crate::domain::event::{Event, EventKind};

/// How the summaries of tools begin in files that do not name the tool.
const UNNAMED: [&str; 6] = [
    "Searched codebase",
    "Listed directory",
    "Read file",
    "Edit file",
    "MCP tool call",
    "Grepped",
];

/// Finds the events of a message, in order and side by side.
///
/// What a tool prints is not escaped, so a block ends at the first line that closes one. A block
/// that nothing closes ends where the next begins, else with the message.
pub fn find(body: &str) -> Vec<Event> {
    let mut finder = Finder {
        body,
        events: Vec::new(),
        thoughts_close: true,
        details_close: true,
    };
    let mut at = 0;
    while at < body.len() {
        at = match body.as_bytes()[at] {
            b'<' | b'T' => finder.line(at).unwrap_or_else(|| next_line(body, at)),
            _ => next_line(body, at),
        };
    }
    finder.events
}

fn next_line(body: &str, at: usize) -> usize {
    body[at..].find('\n').map_or(body.len(), |end| at + end + 1)
}

struct Finder<'b> {
    body: &'b str,
    events: Vec<Event>,
    /// Whether the rest may still close what is open; asked once, so that no file costs more than
    /// its length.
    thoughts_close: bool,
    details_close: bool,
}

impl Finder<'_> {
    /// Takes the event that begins with the line at a place, and says where to go on.
    fn line(&mut self, at: usize) -> Option<usize> {
        let rest = &self.body[at..];
        let line = &self.body[at..next_line(self.body, at)];
        if line.starts_with("<tool-use") {
            let name = attribute(line, "data-tool-name=\"");
            let class = attribute(line, "data-tool-type=\"");
            let end = self.end_of_tool(at);
            return Some(self.push(EventKind::Tool, name, class, at, end));
        }
        if rest.starts_with("<think>") && self.thoughts_close {
            let Some(end) = rest.find("</think>") else {
                self.thoughts_close = false;
                return None;
            };
            let end = at + end + "</think>".len();
            return Some(self.push(EventKind::Thinking, None, None, at, end));
        }
        if let Some(name) = named(line) {
            let end = self
                .lines_from(at)
                .skip(1)
                .find(|(_, line)| line.trim() == "---");
            let end = end.map_or(self.body.len(), |(start, _)| start);
            return Some(self.push(EventKind::Tool, Some(name), None, at, end));
        }
        if line.starts_with("<details>") && self.details_close {
            let (kind, name) = summary(rest)?;
            let closes = |line: &str| line.trim_end().ends_with("</details>");
            let Some((start, line)) = self.lines_from(at).find(|(_, line)| closes(line)) else {
                self.details_close = false;
                return None;
            };
            let end = start + line.trim_end().len();
            return Some(self.push(kind, name, None, at, end));
        }
        None
    }

    fn lines_from(&self, at: usize) -> impl Iterator<Item = (usize, &str)> {
        let mut start = at;
        self.body[at..].split_inclusive('\n').map(move |line| {
            start += line.len();
            (start - line.len(), line)
        })
    }

    fn end_of_tool(&self, at: usize) -> usize {
        const CLOSE: &str = "</tool-use>";
        for (start, line) in self.lines_from(at) {
            let is_first = start == at;
            if is_first || line.starts_with("</details></tool-use>") || line.starts_with(CLOSE) {
                if let Some(place) = line.find(CLOSE) {
                    return start + place + CLOSE.len();
                }
            } else if line.starts_with("<tool-use") {
                return start;
            }
        }
        self.body.len()
    }

    /// Keeps an event without the white space at its end, and returns the end.
    fn push(
        &mut self,
        kind: EventKind,
        name: Option<Cow<str>>,
        class: Option<Cow<str>>,
        start: usize,
        end: usize,
    ) -> usize {
        let kept = self.body[start..end].trim_end().len();
        self.events.push(Event {
            kind,
            name: name.map(Cow::into_owned),
            class: class.map(Cow::into_owned),
            range: start..start + kept,
        });
        // The rest of the line belongs to it, too, or nothing does.
        if self.body[..end].ends_with('\n') {
            end
        } else {
            next_line(self.body, end)
        }
    }
}

/// The name in a line such as `Tool use: **read_file**`.
fn named(line: &str) -> Option<Cow<'_, str>> {
    let (name, _) = line.strip_prefix("Tool use: **")?.split_once("**")?;
    (!name.is_empty()).then(|| name.into())
}

/// What the summary of a `<details>` block says, if it is a tool's or a thought's.
fn summary(block: &str) -> Option<(EventKind, Option<Cow<'_, str>>)> {
    let after = block.strip_prefix("<details>")?.trim_start();
    let line = after.strip_prefix("<summary>")?.lines().next()?;
    let text = line.split("</summary>").next()?.trim();
    if text == "Thought Process" {
        return Some((EventKind::Thinking, None));
    }
    let unnamed = || UNNAMED.iter().find(|name| text.starts_with(**name));
    let name = named(text).or_else(|| unnamed().map(|name| (*name).into()))?;
    Some((EventKind::Tool, Some(name)))
}

fn attribute<'l>(line: &'l str, opening: &str) -> Option<Cow<'l, str>> {
    let (_, value) = line.split_once(opening)?;
    let (value, _) = value.split_once('"')?;
    Some(unescape(value))
}

fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return value.into();
    }
    let value = value.replace("&quot;", "\"").replace("&#34;", "\"");
    let value = value.replace("&lt;", "<").replace("&gt;", ">");
    value.replace("&#39;", "'").replace("&amp;", "&").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind, name and text of each event.
    fn told(body: &str) -> Vec<(&'static str, String, &str)> {
        find(body)
            .into_iter()
            .map(|event| {
                let name = event.name.unwrap_or_default();
                (event.kind.as_str(), name, &body[event.range])
            })
            .collect()
    }

    #[test]
    fn a_tool_block_ends_with_the_line_that_closes_it() {
        let bash = "<tool-use data-tool-type=\"shell\" data-tool-name=\"a &amp; b\"><details>\r\n\
                    <summary>Tool use: **Bash**</summary>\r\n\r\n---\r\n\r\n</details></tool-use>";
        let cut = "<tool-use data-tool-name=\"Read\">\n<details>\n\nnever closed";
        let one = "<tool-use data-tool-name=\"One\"><details></details></tool-use>";
        let body =
            format!("prose\n\n{bash}\r\n\r\nmore  <tool-use\n\n{cut}\n\n{one}\n<tool-use>\nx");
        let found = told(&body);
        let expected = [
            ("tool", "a & b".to_owned(), bash),
            ("tool", "Read".to_owned(), cut),
            ("tool", "One".to_owned(), one),
            ("tool", String::new(), "<tool-use>\nx"),
        ];
        assert_eq!(found, expected);
        assert_eq!(find(&body)[0].class.as_deref(), Some("shell"));
    }

    #[test]
    fn thoughts_and_tools_of_older_generations_are_events_where_they_can_be_told() {
        let thought = "<think><details><summary>Thought Process</summary>\nso\n</details></think>";
        let search = "<details>\n            <summary>Searched codebase \"x\" • **2** results</summary>\n\n| a |\n\n</details>";
        let edit = "<details><summary>Edit file: a.rs</summary>\n\n**Chunk 1**\n\n</details>";
        let named = "Tool use: **todo_write**\n\n## List\n\n- [ ] a";
        let prose = "<details>\n<summary>My own notes</summary>\n\nx\n\n</details>";
        let body = [thought, search, "---", "so far", named, "---", edit, prose].join("\n\n");
        let found = told(&body);
        let expected = [
            ("thinking", String::new(), thought),
            ("tool", "Searched codebase".to_owned(), search),
            ("tool", "todo_write".to_owned(), named),
            ("tool", "Edit file".to_owned(), edit),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_message_of_many_openings_is_read_in_linear_time() {
        let started = std::time::Instant::now();
        for unit in [
            "<think>\n",
            "<details>\n<summary>Read file</summary>\n",
            "<tool-use\n",
            "Tool use: **a**\n",
        ] {
            find(&unit.repeat(100_000));
        }
        assert!(started.elapsed().as_secs() < 10);
    }
}
