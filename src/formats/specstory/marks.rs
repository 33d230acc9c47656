//! The lines of a SpecStory file that may divide it, and which role headers to believe.

use jiff::{SignedDuration, Timestamp};

use super::headers::RoleHeader;
use crate::domain::session::Role;

/// A line that may matter for the division.
pub struct Mark<'a> {
    /// Counted from 1.
    pub line: usize,
    /// Byte where the line begins.
    pub start: usize,
    /// Byte after the line's end.
    pub end: usize,
    pub what: What<'a>,
}

pub enum What<'a> {
    Header {
        header: RoleHeader<'a>,
        blank_before: bool,
        above: Above,
    },
    Rule,
    ToolOpens {
        closed: bool,
    },
    ToolCloses,
}

/// What the nearest line above that is not blank holds.
#[derive(Clone, Copy, PartialEq)]
pub enum Above {
    Rule,
    Header,
    Text,
}

/// Finds the marks of a file in one pass.
pub fn scan(text: &str) -> Vec<Mark<'_>> {
    let mut marks = Vec::new();
    let mut start = 0;
    let mut blank_before = true;
    let mut above = Above::Text;
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.len();
        let line = line.trim_end_matches('\n').trim_end_matches('\r');
        let blank = line.trim().is_empty();
        let what = if line.trim() == "---" {
            Some(What::Rule)
        } else if let Some(header) = RoleHeader::read(line) {
            Some(What::Header {
                header,
                blank_before,
                above,
            })
        } else if line.starts_with("<tool-use") {
            let closed = line.contains("</tool-use>");
            Some(What::ToolOpens { closed })
        } else if line.starts_with("</details></tool-use>") || line.starts_with("</tool-use>") {
            Some(What::ToolCloses)
        } else {
            None
        };
        if !blank {
            above = match what {
                Some(What::Rule) => Above::Rule,
                Some(What::Header { .. }) => Above::Header,
                _ => Above::Text,
            };
        }
        blank_before = blank;
        if let Some(what) = what {
            marks.push(Mark {
                line: i + 1,
                start,
                end,
                what,
            });
        }
        start = end;
    }
    marks
}

/// The role headers that begin a message, as places in `marks`, and how many others there are.
pub struct Believed {
    pub headers: Vec<usize>,
    /// Lines with headers that were taken as quoted text.
    pub quoted_lines: Vec<usize>,
}

/// Tells the headers of messages from those that a message quotes.
///
/// Logs quote other logs, and neither fences nor tool blocks can be trusted to be closed. So a
/// header needs a blank line and a rule above it, must not stand in a tool block that closes before
/// the next ruled header, and where these leave a doubt its time must agree.
pub fn believe(marks: &[Mark], from_command_line: bool) -> Believed {
    let in_closed_block = closes_before_next_border(marks);
    // Files of the command line, and those trimmed by hand, have headers without a rule above.
    let rules_are_optional = from_command_line || !marks.iter().any(is_ruled_header);
    let mut believed = Believed {
        headers: Vec::new(),
        quoted_lines: Vec::new(),
    };
    let mut role = None;
    let mut in_tool = false;
    let mut clock = Clock::default();
    for (i, mark) in marks.iter().enumerate() {
        match &mark.what {
            What::Rule => {}
            What::ToolOpens { closed } => in_tool = role.is_some() && !closed,
            What::ToolCloses => in_tool = false,
            What::Header {
                header,
                blank_before,
                above,
            } => {
                let bordered = role.is_none()
                    || *above != Above::Text
                    || rules_are_optional && (role == Some(header.role) || clock.agrees(header));
                let quoted_by_tool = in_tool && (in_closed_block[i] || !clock.agrees(header));
                if *blank_before && bordered && !quoted_by_tool {
                    believed.headers.push(i);
                    clock.advance(header);
                    role = Some(header.role);
                    in_tool = false;
                } else {
                    believed.quoted_lines.push(mark.line);
                }
            }
        }
    }
    believed
}

fn is_ruled_header(mark: &Mark) -> bool {
    matches!(
        &mark.what,
        What::Header {
            above: Above::Rule,
            ..
        }
    )
}

/// For each mark, whether a tool block closes below it before a rule that a header follows.
fn closes_before_next_border(marks: &[Mark]) -> Vec<bool> {
    let mut closes = vec![false; marks.len()];
    let mut next_closes = false;
    for i in (0..marks.len()).rev() {
        match &marks[i].what {
            What::ToolCloses => next_closes = true,
            What::Rule if marks.get(i + 1).is_some_and(is_ruled_header) => next_closes = false,
            _ => {}
        }
        closes[i] = next_closes;
    }
    closes
}

/// What the times of the headers so far let one expect of the next.
#[derive(Default)]
struct Clock {
    latest: Option<Timestamp>,
    users_are_timed: bool,
}

impl Clock {
    fn agrees(&self, header: &RoleHeader) -> bool {
        match (header.time, self.latest) {
            // Some times have whole minutes only.
            (Some(time), Some(latest)) => {
                latest.duration_since(time) < SignedDuration::from_secs(60)
            }
            (None, _) => header.role == Role::Agent || !self.users_are_timed,
            (Some(_), None) => true,
        }
    }

    fn advance(&mut self, header: &RoleHeader) {
        self.latest = header.time.or(self.latest);
        self.users_are_timed |= header.role == Role::User && header.time.is_some();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn believed_lines(text: &str, from_command_line: bool) -> Vec<usize> {
        let marks = scan(text);
        let believed = believe(&marks, from_command_line);
        believed.headers.iter().map(|i| marks[*i].line).collect()
    }

    #[test]
    fn a_header_inside_a_tool_block_is_quoted_text() {
        let text = "_**User**_\n\na\n\n---\n\n_**Agent**_\n\n<tool-use data-tool-name=\"Bash\">\n\
                    ```\n\n---\n\n_**User**_\n\nold\n```\n</details></tool-use>\n\n---\n\n_**User**_\n\nb\n";
        assert_eq!(believed_lines(text, false), [1, 7, 22]);
    }

    #[test]
    fn a_tool_block_that_never_closes_does_not_swallow_the_rest() {
        let text = "_**User**_\n\na\n\n---\n\n_**Agent**_\n\n<tool-use>\n```\ncut off\n\n---\n\n_**User**_\n\nb\n\n\
                    ---\n\n_**Agent**_\n\n<tool-use>\n</details></tool-use>\n";
        assert_eq!(believed_lines(text, false), [1, 7, 15, 21]);
    }

    #[test]
    fn the_time_tells_a_quoted_log_from_the_next_message() {
        let text = "_**User (2026-02-10 10:00:00Z)**_\n\na\n\n---\n\n_**Agent (m 2026-02-10 10:00:05Z)**_\n\n\
                    <tool-use>\n```\n\n---\n\n_**User (2026-01-01 09:00:00Z)**_\n\nold\n\n---\n\n\
                    _**Agent (m 2026-01-01 09:00:00Z)**_\n\nold\n```\n</details></tool-use>\n\n---\n\n\
                    _**User (2026-02-10 10:05:00Z)**_\n\nb\n";
        assert_eq!(believed_lines(text, true), [1, 7, 28]);
    }

    #[test]
    fn an_untimed_user_without_a_rule_is_quoted_where_users_are_timed() {
        let text = "_**User (2026-02-10 10:00:00Z)**_\n\na\n\n---\n\n_**Agent (2026-02-10 10:00:05Z)**_\n\n\
                    ```\n\n_**User**_\n\nexample\n```\n\n_**Agent (2026-02-10 10:00:06Z)**_\n\ndone\n";
        assert_eq!(believed_lines(text, true), [1, 7, 16]);
    }
}
