//! Chat logs that other programs wrote, each kind read by one file behind one trait.

use std::path::Path;

use crate::domain::{ids::SessionId, session::Session};

/// A file that may hold a log.
pub struct Source<'s> {
    pub path: &'s Path,
    /// The whole text, without a byte order mark; invalid UTF-8 is replaced.
    pub text: &'s str,
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

    /// Reads the sessions of a file, or says in words for people why it holds none.
    fn read(&self, source: &Source) -> Result<Vec<Log>, String>;
}
