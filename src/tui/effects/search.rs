//! What the search screen asks of the study.

use std::rc::Rc;

use serde_json::Value;

use super::{Loaded, Result, Study, read::viewer};
use crate::{
    domain::{
        codebook::UnitKind,
        ids::{SessionId, TaskName},
        query::Query,
    },
    tui::screens::search::Search,
    workflow::{
        sample::Filter,
        search::{Kind, Marks, Narrow, Notes},
        sight::Viewer,
    },
};

/// Hits of a kind that are loaded.
pub const SHOWN: usize = 100;

/// Bytes of text that are taken into the index between two looks for a key.
const STEP: u64 = 2 << 20;

#[derive(Clone, Debug)]
pub enum SearchAsk {
    /// Takes some of what is new into the index.
    Index,
    /// Looks up what filters mean.
    Narrow {
        viewer: Viewer,
        filters: Vec<Filter>,
        marks: Marks,
    },
    Find {
        query: Query,
        narrow: Rc<Narrow>,
        kind: Kind,
    },
    /// Goes on with a search of the notes.
    Notes {
        viewer: Viewer,
        narrow: Rc<Narrow>,
        notes: Box<Notes>,
    },
    /// The turns of a session. Opening it is logged where its units are still to be labelled.
    Session { viewer: Viewer, session: SessionId },
}

impl SearchAsk {
    pub fn writes(&self) -> bool {
        matches!(self, SearchAsk::Index | SearchAsk::Session { .. })
    }
}

pub fn open(study: &Study, who: Option<String>, saved: Value) -> Search {
    let viewer = viewer(who.as_deref());
    let task = study.tasks().iter();
    let task: Option<TaskName> = task
        .filter(|task| task.codebook.unit == UnitKind::Episode)
        .map(|task| task.name.clone())
        .next();
    Search::new(who, viewer, task, saved)
}

pub fn perform(study: &mut Study, ask: SearchAsk) -> Result<Option<Loaded>> {
    Ok(Some(match ask {
        SearchAsk::Index => {
            study.index_more(STEP)?;
            Loaded::Indexed(study.index_behind()?)
        }
        SearchAsk::Narrow {
            viewer,
            filters,
            marks,
        } => {
            let narrow = study.narrow(&viewer, &filters, marks);
            Loaded::Narrowed(narrow.map(Rc::new).map_err(|error| error.to_string()))
        }
        SearchAsk::Find {
            query,
            narrow,
            kind,
        } => Loaded::Found(study.search(&query, &narrow, kind, SHOWN)?),
        SearchAsk::Notes {
            viewer,
            narrow,
            mut notes,
        } => {
            study.search_notes(&viewer, &narrow, &mut notes)?;
            Loaded::Notes(notes)
        }
        SearchAsk::Session { viewer, session } => {
            let row = study.session(&session)?;
            Loaded::Session(study.read_whole(&viewer, &row)?.turns)
        }
    }))
}
