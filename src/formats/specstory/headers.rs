//! The lines that head a SpecStory file and those that head its messages.

use jiff::Timestamp;

use super::times::{self, Stated};
use crate::domain::session::Role;

/// A line such as `_**Agent (model 2026-02-10 14:21:50Z)**_`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoleHeader<'a> {
    /// A subagent's messages count as the agent's, whoever they were written by.
    pub role: Role,
    pub is_sidechain: bool,
    /// The time as it is written.
    pub at: Option<&'a str>,
    pub time: Option<Timestamp>,
    /// Whether a user's header says something that is not a time.
    pub unread: bool,
}

impl<'a> RoleHeader<'a> {
    pub fn read(line: &'a str) -> Option<Self> {
        let inner = line
            .strip_prefix("_**")?
            .trim_end_matches(['\r', ' ', '\t'])
            .strip_suffix("**_")?;
        let (speaker, rest) = [
            ("User", Role::User),
            ("Assistant", Role::Agent),
            ("Agent", Role::Agent),
        ]
        .into_iter()
        .find_map(|(word, role)| Some((role, inner.strip_prefix(word)?)))?;
        let (role, is_sidechain, rest) = match rest.strip_prefix(" - sidechain") {
            Some(rest) => (Role::Agent, true, rest),
            None => (speaker, false, rest),
        };
        // Names of models hold parentheses, so the annotation ends with the line's last one.
        let annotation = match rest {
            "" => None,
            _ => Some(rest.strip_prefix(" (")?.strip_suffix(')')?),
        };
        let stated = annotation.and_then(|text| {
            let (start, stated) = times::trailing(text)?;
            Some((&text[start..], stated.utc))
        });
        Some(RoleHeader {
            role,
            is_sidechain,
            at: stated.map(|s| s.0),
            time: stated.map(|s| s.1),
            unread: role == Role::User && annotation.is_some() && stated.is_none(),
        })
    }
}

/// What the lines above the first message say.
#[derive(Debug, Default, PartialEq)]
pub struct FileHeader<'a> {
    pub title: Option<&'a str>,
    pub title_time: Option<Stated>,
    /// The program that was recorded, as the session comment names it.
    pub program: Option<&'a str>,
    pub session_id: Option<&'a str>,
    pub comment_time: Option<Stated>,
    /// Lines that say something else, counted from 1.
    pub strange_lines: Vec<usize>,
}

impl<'a> FileHeader<'a> {
    pub fn read(head: &'a str) -> Self {
        let mut header = FileHeader::default();
        for (i, line) in head.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line == "---" || is_generator_line(line) {
                continue;
            }
            if let (None, Some(comment)) = (header.program, SessionComment::read(line)) {
                header.program = Some(comment.program);
                header.session_id = Some(comment.id);
                header.comment_time = times::read(comment.time);
            } else if let (None, None, Some(title)) = (header.title, header.title_time, title(line))
            {
                (header.title, header.title_time) = split_title(title);
            } else {
                header.strange_lines.push(i + 1);
            }
        }
        header
    }

    /// `ide` or `cli`; a file that does not name its program comes from an editor extension.
    pub fn modality(&self) -> &'static str {
        match self.program {
            None | Some("cursor" | "vscode" | "Cursor IDE") => "ide",
            Some(_) => "cli",
        }
    }

    /// The agent's usual name.
    pub fn agent(&self) -> &'a str {
        match self.program {
            None => "Unknown",
            Some("cursor" | "Cursor IDE") => "Cursor",
            Some("vscode") => "GitHub Copilot",
            Some(program) => program,
        }
    }

    /// Whether the command line program wrote the file, which may name an editor all the same.
    pub fn is_from_command_line(&self) -> bool {
        !matches!(self.program, None | Some("cursor" | "vscode"))
    }
}

/// `<!-- NAME Session ID (TIME) -->`
struct SessionComment<'a> {
    program: &'a str,
    id: &'a str,
    time: &'a str,
}

impl<'a> SessionComment<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let inner = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
        let (program, rest) = inner.split_once(" Session ")?;
        let (id, time) = rest.split_once(" (")?;
        Some(SessionComment {
            program,
            id,
            time: time.strip_suffix(')')?,
        })
        .filter(|c| !c.program.is_empty() && !c.id.is_empty() && !c.id.contains(' '))
    }
}

/// What files of January 2025 begin with, and all that an empty chat of that time holds.
pub const OLDEST: &str = "## SpecStory";

/// Whether a line is one that only SpecStory's exporters put above the first message.
pub fn marks_a_file(line: &str) -> bool {
    let line = line.trim_end();
    is_generator_line(line) || SessionComment::read(line).is_some()
}

/// Whether a line reads as a title, of any Markdown file.
pub fn is_title(line: &str) -> bool {
    title(line).is_some()
}

fn is_generator_line(line: &str) -> bool {
    line == OLDEST || line.starts_with("<!-- Generated by SpecStory")
}

fn title(line: &str) -> Option<&str> {
    line.strip_prefix("# ").or(line.strip_prefix("## "))
}

/// The command line's titles are a time alone; the extension's end with one in parentheses.
fn split_title(title: &str) -> (Option<&str>, Option<Stated>) {
    let title = title.trim();
    if let Some(time) = times::read(title) {
        return (None, Some(time));
    }
    let timed = title.strip_suffix(')').and_then(|inner| {
        let (name, time) = inner.rsplit_once('(')?;
        Some((name.trim_end(), times::read(time)?))
    });
    match timed {
        Some((name, time)) => (Some(name).filter(|n| !n.is_empty()), Some(time)),
        None => (Some(title).filter(|t| !t.is_empty()), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotation_runs_to_the_last_parenthesis() {
        let line = "_**Agent (Modelo 3 (Medium) 2026-05-26 21:31:14Z)**_ \t\r";
        let header = RoleHeader::read(line).unwrap();
        assert_eq!(header.role, Role::Agent);
        assert_eq!(header.at, Some("2026-05-26 21:31:14Z"));
    }

    #[test]
    fn only_lines_of_their_own_are_role_headers() {
        for line in [
            "_**User**_ said",
            " _**User**_",
            "_**Users**_",
            "_**User(2026-01-01 10:00Z)**_",
            "_**User (2026-01-01 10:00Z**_",
            "_**Tool**_",
            "_**User",
            "_**_",
        ] {
            assert_eq!(RoleHeader::read(line), None, "{line}");
        }
    }

    #[test]
    fn a_subagent_speaks_as_the_agent() {
        for line in ["_**User - sidechain**_", "_**Agent - sidechain (x)**_"] {
            assert_eq!(RoleHeader::read(line).unwrap().role, Role::Agent);
        }
    }

    #[test]
    fn only_the_first_session_comment_is_the_files_own() {
        let header = FileHeader::read(
            "# 2026-01-02 03:04:05Z\n\n<!-- Codex CLI Session chat-ws-17-ab (2026-01-02 03:04:05Z) -->\n\
             <!-- cursor Session other (2026-01-01 01:01Z) -->\n",
        );
        assert_eq!(header.session_id, Some("chat-ws-17-ab"));
        assert_eq!((header.agent(), header.modality()), ("Codex CLI", "cli"));
        assert_eq!(header.title, None);
        assert_eq!(header.strange_lines, [4]);
    }
}
