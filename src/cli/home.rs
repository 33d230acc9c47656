//! No command: the home screen, and the list of studies from which another can be opened.

use std::{
    env,
    path::{Path, PathBuf},
};

use directories::BaseDirs;

use super::{
    context::{Context, on_terminal},
    demo,
    failure::{Failure, Outcome},
    recent,
};
use crate::{
    tui::{
        Ending, Start,
        studies::{self, Entry, Studies},
    },
    workflow::{Study, command::DEFAULT, system_clock},
};

pub fn run(context: &Context) -> Outcome {
    let path = context.path();
    if context.is_chosen() || path.exists() || !on_terminal() {
        return stay(context, context.open()?);
    }
    let folder = env::current_dir().unwrap_or_default();
    let why = format!("There is no {DEFAULT} in {}.", tidy(&folder));
    match choose(Studies::new(entries(), Some(why), None))? {
        Some(study) => stay(context, study),
        None => Ok(()),
    }
}

/// Shows the home screen of a study, then those of the studies that are chosen there, until the
/// user leaves.
pub fn stay(context: &Context, mut study: Study) -> Outcome {
    loop {
        let here = study.path().map(Path::to_owned);
        if context.screen(study, Start::Home)? == Ending::Over {
            return Ok(());
        }
        match choose(Studies::new(entries(), None, here))? {
            Some(next) => study = next,
            None => return Ok(()),
        }
    }
}

fn choose(studies: Studies) -> Outcome<Option<Study>> {
    studies::choose(studies, |path| {
        open(path).map_err(|failure| failure.why().unwrap_or_default())
    })
    .map_err(|error| Failure::Failed(format!("{error:#}")))
}

fn open(path: &Path) -> Outcome<Study> {
    // The demo is offered before it was ever made.
    if !path.exists() && demo::place().is_ok_and(|demo| demo == path) {
        demo::build(path)?;
    }
    Ok(Study::open(path, system_clock)?)
}

/// The studies that were opened before, and the demo.
fn entries() -> Vec<Entry> {
    let demo = demo::place().ok();
    let canonical = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let demo = demo.as_ref().map(canonical);
    let mut entries: Vec<Entry> = recent::there()
        .into_iter()
        .map(|recent| entry(recent.path, Some(&recent.opened_at), demo.as_deref()))
        .collect();
    if let Some(demo) = demo
        && entries.iter().all(|entry| entry.path != demo)
    {
        entries.push(entry(demo.clone(), None, Some(&demo)));
    }
    entries
}

fn entry(path: PathBuf, opened_at: Option<&str>, demo: Option<&Path>) -> Entry {
    let opened = opened_at.and_then(|at| at.get(..16));
    let named = |part: Option<&std::ffi::OsStr>| {
        part.map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    let (name, about) = if demo == Some(&path) {
        (
            "The demo".to_owned(),
            "an invented study, to try everything on".to_owned(),
        )
    } else {
        (
            named(path.file_name()),
            path.parent().map(tidy).unwrap_or_default(),
        )
    };
    Entry {
        path,
        name,
        about,
        opened: opened.map(|at| at.replace('T', " ")),
    }
}

/// A folder as people write it.
fn tidy(folder: &Path) -> String {
    let home = BaseDirs::new();
    match home.and_then(|home| Some(folder.strip_prefix(home.home_dir()).ok()?.to_owned())) {
        Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
        Some(rest) => format!("~/{}", rest.display()),
        None => folder.display().to_string(),
    }
}
