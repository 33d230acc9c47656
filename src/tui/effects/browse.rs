//! What the browse screen asks of the study.

use serde_json::Value;

use super::{Loaded, Result, Study, read::viewer};
use crate::{
    domain::ids::RaterName,
    tui::screens::browse::{Browse, Known},
    workflow::{
        browse::{Begin, Facet, Narrowing},
        sight::Viewer,
    },
};

/// Units that are loaded at a time.
pub const WINDOW: usize = 100;

/// Units that are counted; a longer list is not worth the time.
pub const COUNTED: u64 = 100_000;

/// Values that one can choose from; typing narrows them.
const VALUES: usize = 2_000;

#[derive(Clone, Debug)]
pub enum BrowseAsk {
    Window {
        viewer: Viewer,
        task: String,
        narrowing: Box<Narrowing>,
        from: Begin,
    },
    Values {
        task: String,
        facet: Facet,
    },
    Count {
        task: String,
    },
}

pub fn open(
    study: &mut Study,
    task: Option<String>,
    who: Option<String>,
    saved: Value,
) -> Result<Browse> {
    let raters = study.raters()?;
    let known = Known {
        tasks: study
            .tasks()
            .iter()
            .map(|task| (task.name.clone(), task.codebook.clone()))
            .collect(),
        raters: raters
            .into_iter()
            .filter(|rater| rater.kind != "adjudicator")
            .map(|rater| rater.name)
            .collect::<Vec<RaterName>>(),
    };
    let viewer = viewer(who.as_deref());
    Ok(Browse::new(known, task, who, viewer, saved))
}

pub fn perform(study: &mut Study, ask: BrowseAsk) -> Result<Option<Loaded>> {
    Ok(Some(match ask {
        BrowseAsk::Window {
            viewer,
            task,
            narrowing,
            from,
        } => {
            let window = study.browse(&viewer, &task, &narrowing, &from, WINDOW)?;
            Loaded::Lines(from, window)
        }
        BrowseAsk::Values { task, facet } => {
            Loaded::Values(study.facet_values(&task, facet, VALUES)?)
        }
        BrowseAsk::Count { task } => Loaded::Count(study.unit_count(&task, COUNTED)?),
    }))
}
