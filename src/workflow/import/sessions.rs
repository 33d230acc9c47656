//! Sessions: native records, and the Markdown that SpecStory exports.

use std::{
    collections::HashSet,
    fs, io,
    path::{Component, Path},
};

use serde_json::{Map, Value};

use super::{Candidate, FileReport, Options, What, settle::Arrival, unreadable};
use crate::{
    domain::{ids::SessionId, session::Session},
    formats::{self, specstory},
    workflow::{Result, Study},
};

/// Reads the native records of a file.
pub(super) struct Intake<'o> {
    options: &'o Options,
    /// Sessions of this file.
    seen: HashSet<SessionId>,
}

impl<'o> Intake<'o> {
    pub(super) fn new(options: &'o Options) -> Self {
        Self {
            options,
            seen: HashSet::new(),
        }
    }

    pub(super) fn take(
        &mut self,
        study: &mut Study,
        line: usize,
        object: Map<String, Value>,
        report: &mut FileReport,
    ) -> Result<()> {
        let session = match formats::sessions::read(object) {
            Ok(session) => session,
            Err(problems) => {
                report.refuse(line, problems);
                return Ok(());
            }
        };
        let map = &self.options.map;
        let mut names = std::iter::once(&session.id).chain(&session.aliases);
        let arrival = Arrival {
            mapped: names.find_map(|name| map.of_session(name)),
            is_nameless: false,
            is_repeated: !self.seen.insert(session.id.clone()),
            session,
        };
        let done = study.settle(arrival, report);
        report.book(line, done)
    }
}

pub(super) fn is_markdown(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("md") || e.eq_ignore_ascii_case("markdown"))
}

impl Study {
    /// Imports a chat that SpecStory exported.
    pub(super) fn import_markdown(
        &mut self,
        candidate: &Candidate,
        options: &Options,
    ) -> Result<FileReport> {
        let path = &candidate.path;
        let (text, is_repaired) = match read_text(path) {
            Ok(read) => read,
            Err(error) => return Ok(FileReport::refused(path, unreadable(&error))),
        };
        if !specstory::looks_like(&text) {
            let why = if text.trim().is_empty() {
                "is empty"
            } else {
                "is Markdown, but not a chat that SpecStory exported"
            };
            return Ok(match candidate.folder {
                Some(_) => FileReport::skipped(path, why),
                None => FileReport::refused(path, why),
            });
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let story = specstory::parse_named(&text, &name);
        let notes = story.notes.clone();
        let mapped = options.map.of_file(candidate);
        self.landing(What::Sessions, options, |study| {
            let mut report = FileReport::new(path);
            if is_repaired {
                report.warn("some of it is not UTF-8 and was replaced by \u{fffd}".to_owned());
            }
            for note in notes {
                report.warn(note);
            }
            let arrival = Arrival {
                session: session_of(story, own_name(path)),
                mapped,
                is_nameless: true,
                is_repeated: false,
            };
            let done = study.settle(arrival, &mut report);
            report.book(0, done)?;
            Ok(report)
        })
    }
}

fn session_of(story: specstory::SpecStory, id: SessionId) -> Session {
    let mut extra = Map::new();
    if let Some(title) = story.title {
        extra.insert("title".to_owned(), title.into());
    }
    let stated = story.session_id.iter();
    Session {
        id,
        repository: None,
        source: Some("specstory".to_owned()),
        modality: Some(story.modality.to_owned()),
        agent: Some(story.agent),
        started_at: story.started_at,
        license: None,
        aliases: stated.map(|id| formats::sessions::session_id(id)).collect(),
        turns: story.turns,
        extra,
    }
}

/// The name that a Markdown file gives its chat: that of the project's folder, which holds
/// `.specstory`, or of its own folder, and its own.
fn own_name(path: &Path) -> SessionId {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let parent = fs::canonicalize(parent).unwrap_or_else(|_| parent.to_owned());
    let export = parent
        .ancestors()
        .find(|folder| folder.ends_with(".specstory"));
    let project = match export {
        Some(export) => export.parent(),
        None => Some(parent.as_path()),
    };
    let folder = project.and_then(|folder| match folder.components().next_back() {
        Some(Component::Normal(name)) => Some(name.to_string_lossy()),
        _ => None,
    });
    let name = match folder {
        Some(folder) => format!("{folder}__{stem}"),
        None => stem.into_owned(),
    };
    formats::sessions::session_id(&name)
}

/// Reads a whole text file; invalid UTF-8 is replaced, and told.
fn read_text(path: &Path) -> io::Result<(String, bool)> {
    let bytes = fs::read(path)?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), true),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_is_named_after_its_project_and_file_in_nfc() {
        let home = tempfile::tempdir().unwrap();
        let history = home.path().join("cafe\u{301}/.specstory/history/old");
        fs::create_dir_all(&history).unwrap();
        let name = |folder: &Path, file| own_name(&folder.join(file)).0;
        assert_eq!(name(&history, "2025-01-01_a.b.md"), "café__2025-01-01_a.b");
        let plain = home.path().join("cafe\u{301}");
        assert_eq!(name(&plain, "x y.md"), "café__x y");
        assert_eq!(own_name(Path::new("/x.md")).0, "x");
    }
}
