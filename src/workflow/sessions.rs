//! Sessions by their own names: listed, found, read as a whole, and put into one text.

use std::path::Path;

use super::{
    Error, Result, Study, sample::Filter, sha256_hex, sight::Viewer, suggestion::suggestion,
};
use crate::{
    domain::{
        formatted::{self, Bands, Formatted},
        session::Session,
    },
    formats,
    store::sessions::SessionRow,
};

/// The budgets of agents' turns that come with tiebreak, TOML.
const BANDS: &str = include_str!("../../assets/bands.toml");

/// Names of sessions that are listed where none is like the wanted one.
const FEW: usize = 10;

/// The keys of `--where` that sessions have.
const KEYS: [&str; 6] = [
    "repository",
    "modality",
    "agent",
    "source",
    "session",
    "started_at",
];

/// The budgets of agents' turns: those of a file, else the shipped ones.
pub fn bands(file: Option<&Path>) -> Result<Bands> {
    let (name, text) = match file {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|error| Error::Io(path.to_owned(), error))?;
            (path.display().to_string(), text)
        }
        None => ("the shipped bands".to_owned(), BANDS.to_owned()),
    };
    let read = |name: &str, text: &str| {
        formats::bands::read(text).map_err(|why| Error::Refused(format!("{name}: {why}")))
    };
    let bands = read(&name, &text)?;
    let shipped = read("the shipped bands", BANDS)?;
    if bands.version == shipped.version && bands != shipped {
        return Err(Error::Refused(format!(
            "{name}: version {} belongs to the bands that come with tiebreak, and these are others; \
             give them a version of their own",
            bands.version
        )));
    }
    Ok(bands)
}

/// A session in one text, with the SHA-256 by which the text is known again.
pub fn format(session: &Session, bands: &Bands) -> (Formatted, String) {
    let formatted = formatted::format(session, bands);
    let sha256 = sha256_hex(formatted.text.as_bytes());
    (formatted, sha256)
}

impl Study {
    /// The imported sessions that all filters admit, in the order of their ids and without turns.
    pub fn sessions(&self, filters: &[Filter]) -> Result<Vec<SessionRow>> {
        for filter in filters {
            if !KEYS.contains(&filter.key.as_str()) {
                return Err(Error::Usage(format!(
                    "sessions cannot be filtered by {}; there are {}",
                    filter.key,
                    KEYS.join(", ")
                )));
            }
        }
        let mut found = Vec::new();
        self.store.each_session(|row| {
            let admits = |filter: &Filter| filter.admits(field(&row.session, &filter.key));
            if row.imported && filters.iter().all(admits) {
                found.push(row);
            }
            Ok::<_, Error>(())
        })?;
        Ok(found)
    }

    /// A session by its id or another name of it, without turns.
    pub fn session(&self, name: &str) -> Result<SessionRow> {
        let wanted = formats::sessions::nfc(name);
        if let Some(row) = self.store.session(&wanted)? {
            return Ok(row);
        }
        let names = self.store.session_names()?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let hint = match suggestion(name, &names) {
            hint if names.len() > FEW && !hint.starts_with("; did") => {
                "; list them with: tiebreak session list".to_owned()
            }
            hint => hint,
        };
        Err(Error::Usage(format!("there is no session {name}{hint}")))
    }

    /// A session with its turns and without who may read them being asked: for what shows no text.
    pub fn session_outline(&self, row: &SessionRow) -> Result<Session> {
        let mut session = row.session.clone();
        session.turns = self.store.turns(row.number)?;
        Ok(session)
    }

    /// A whole session for somebody to read. The rules of all open batches that hold it or one of
    /// its episodes are kept: it is logged, or refused where the evidence alone is to be read.
    pub fn read_whole(&mut self, viewer: &Viewer, row: &SessionRow) -> Result<Session> {
        for unit in self.store.sampled_units(row)? {
            self.admit_to_session(viewer, &unit)?;
        }
        self.session_outline(row)
    }
}

fn field<'s>(session: &'s Session, key: &str) -> Option<&'s str> {
    match key {
        "repository" => session.repository.as_deref(),
        "modality" => session.modality.as_deref(),
        "agent" => session.agent.as_deref(),
        "source" => session.source.as_deref(),
        "session" => Some(&session.id),
        "started_at" => session.started_at.as_deref(),
        _ => None,
    }
}
