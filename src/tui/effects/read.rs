//! What reading a unit asks of the study.

use super::{Loaded, Result, Study};
use crate::{
    domain::ids::UnitKey,
    workflow::{annotate::Matter, sight::Viewer},
};

#[derive(Clone, Debug)]
pub enum ReadAsk {
    /// A unit with the labels that the viewer may see.
    Unit {
        viewer: Viewer,
        task: String,
        unit: UnitKey,
    },
    /// The turns of its session. Opening those of a unit that is still to be labelled is logged.
    Session {
        viewer: Viewer,
        matter: Box<Matter>,
    },
    Names(Vec<UnitKey>),
}

impl ReadAsk {
    pub fn writes(&self) -> bool {
        matches!(self, ReadAsk::Session { .. })
    }
}

pub fn perform(study: &mut Study, ask: ReadAsk) -> Result<Option<Loaded>> {
    Ok(Some(match ask {
        ReadAsk::Unit { viewer, task, unit } => {
            Loaded::Reading(Box::new(study.reading(&viewer, &task, &unit)?))
        }
        ReadAsk::Session { viewer, matter } => {
            Loaded::Session(study.read_session(&viewer, &matter)?)
        }
        ReadAsk::Names(units) => Loaded::Names(study.names_of(&units)?),
    }))
}

/// Who looks: somebody who said so, else anyone.
pub fn viewer(who: Option<&str>) -> Viewer {
    who.map_or(Viewer::Anyone, Viewer::named)
}
