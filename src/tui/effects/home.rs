//! What the home screen asks of the study.

use std::path::Path;

use super::{Loaded, Result, Study};
use crate::{tui::screens::home::Home, workflow::command};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HomeAsk {
    /// How far everything is, with the steps of somebody first.
    Status {
        who: Option<String>,
    },
    Lock {
        batch: String,
        by: String,
    },
}

impl HomeAsk {
    pub fn writes(&self) -> bool {
        matches!(self, HomeAsk::Lock { .. })
    }
}

pub fn open(study: &Study, who: Option<String>, saved: serde_json::Value) -> Result<Home> {
    let title = study
        .path()
        .map_or_else(|| "in memory".to_owned(), |path| path.display().to_string());
    let who = who.or_else(|| Home::who_was_here(&saved));
    let status = study.status(who.as_deref())?;
    let path = study.path().unwrap_or(Path::new(command::DEFAULT));
    let program = command::command_on(path, "").trim_end().to_owned();
    Ok(Home::new(title, program, who, status, saved))
}

pub fn perform(study: &mut Study, ask: HomeAsk) -> Result<Option<Loaded>> {
    let who = match ask {
        HomeAsk::Status { who } => who,
        HomeAsk::Lock { batch, by } => {
            study.lock(&batch, &by, None)?;
            Some(by)
        }
    };
    let status = study.status(who.as_deref())?;
    Ok(Some(Loaded::Status(Box::new(status))))
}
