//! Units as files name them.

use crate::{
    domain::{codebook::UnitKind, ids::UnitKey},
    workflow::{Result, Study},
};

/// A unit as the study knows it.
pub(super) struct NamedUnit {
    pub key: UnitKey,
    /// The version of an episode's text.
    pub version: Option<u32>,
    pub quotes: usize,
}

impl Study {
    /// The unit of a key, whose session may go by another of its names.
    pub(super) fn unit_named(&self, kind: UnitKind, key: &UnitKey) -> Result<Option<NamedUnit>> {
        if kind == UnitKind::Session {
            let found = self.store.session(key)?;
            return Ok(found.map(|row| NamedUnit {
                key: UnitKey(row.session.id.0),
                version: None,
                quotes: 0,
            }));
        }
        let sized = |key: UnitKey| -> Result<Option<NamedUnit>> {
            let size = self.store.episode_size(&key)?;
            Ok(size.map(|(version, quotes)| NamedUnit {
                key,
                version: Some(version),
                quotes,
            }))
        };
        if let Some(found) = sized(key.clone())? {
            return Ok(Some(found));
        }
        let Some((session, episode)) = key.split() else {
            return Ok(None);
        };
        match self.store.session(session)? {
            Some(row) => sized(UnitKey::episode(&row.session.id, episode)),
            None => Ok(None),
        }
    }
}
