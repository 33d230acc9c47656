//! Chat logs that other programs wrote, each kind read by one file behind one trait.

pub mod claude;
pub mod codex;
pub mod copilot;
pub mod cursor;
mod entire;
pub mod gemini;
#[cfg(test)]
mod harness;
pub mod lines;
pub mod opencode;
pub mod swe_chat;
pub mod turns;

use std::path::{Path, PathBuf};

use crate::{
    domain::{ids::SessionId, session::Session},
    formats::specstory,
};

/// Every kind of log that is read. A file is read by the first that recognises it.
pub const FORMATS: &[&dyn Format] = &[
    &specstory::log::Markdown,
    &claude::Claude,
    &codex::Codex,
    &copilot::Copilot,
    &gemini::Gemini,
    &cursor::Cursor,
    &opencode::OpenCode,
    &swe_chat::SweChat,
];

/// The kind of log that a file is, if it is one.
pub fn recognise(source: &Source) -> Option<&'static dyn Format> {
    let mut formats = FORMATS.iter().copied();
    formats.find(|format| format.recognises(source))
}

/// The sessions of a file of this kind, with what a checkpoint that it lies in says about them.
pub fn read(format: &dyn Format, source: &Source) -> Result<Vec<Log>, Refusal> {
    let mut logs = format.read(source)?;
    if let Some(about) = entire::about(source) {
        logs.iter_mut().for_each(|log| about.complete(log));
    }
    Ok(logs)
}

/// A file that may hold a log.
pub struct Source<'s> {
    pub path: &'s Path,
    /// The whole text, without a byte order mark; invalid UTF-8 is replaced.
    pub text: &'s str,
    /// The files around it: some programs spread a session over several.
    pub around: &'s dyn Around,
}

/// Reads the files around a log for a reader, which itself touches none.
pub trait Around {
    /// The text of a file, invalid UTF-8 replaced, or nothing if it cannot be read.
    fn text(&self, path: &Path) -> Option<String>;

    /// The paths of what a folder holds, in the order of their names; none if it cannot be listed.
    fn entries(&self, folder: &Path) -> Vec<PathBuf>;
}

/// Nothing around: for a text that lies in no folder, such as standard input.
pub struct Nothing;

impl Around for Nothing {
    fn text(&self, _: &Path) -> Option<String> {
        None
    }

    fn entries(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// Why a file of a kind gives no session, in words for people that follow its name.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// It belongs to a session that another file begins: `is a sub-agent's log of session S`.
    Part(String),
    /// It cannot be read: `holds no message`.
    Unreadable(String),
}

/// A session as a log tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// The session's id as the log states it, if it does.
    pub stated: Option<SessionId>,
    /// What was understood. Its id is empty: who imports the log names it.
    pub session: Session,
    /// What was left out, could not be read or is doubtful, one sentence each.
    pub notes: Vec<String>,
    /// Whether only a part of the file could be read.
    pub is_partial: bool,
}

/// A kind of log.
pub trait Format: Sync {
    /// What people call it, such as `Claude Code transcript`.
    fn name(&self) -> &'static str;

    /// Whether a file is of this kind, judged by its content.
    fn recognises(&self, source: &Source) -> bool;

    /// Reads the sessions of a file, or says why it gives none.
    fn read(&self, source: &Source) -> Result<Vec<Log>, Refusal>;
}

#[cfg(test)]
mod tests;
