//! What is known about all sessions, without their texts.

use super::{Result, Store};

/// What a session counts as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFacts {
    pub source: Option<String>,
    pub repository: Option<String>,
    pub modality: Option<String>,
    pub agent: Option<String>,
    pub started_at: Option<String>,
    /// Turns that a person typed; `None` for a session known only from its episodes.
    pub user_turns: Option<u32>,
}

impl Store {
    pub fn each_session_facts(&self, mut each: impl FnMut(SessionFacts)) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT source, repository, modality, agent, started_at, user_turns FROM session",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(SessionFacts {
                source: row.get(0)?,
                repository: row.get(1)?,
                modality: row.get(2)?,
                agent: row.get(3)?,
                started_at: row.get(4)?,
                user_turns: row.get(5)?,
            });
        }
        Ok(())
    }
}
