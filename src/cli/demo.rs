//! `tiebreak demo`

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    context::{Context, data_folder, on_terminal},
    failure::{Failure, Outcome},
    home,
    output::{print, say},
};
use crate::{
    report,
    workflow::{
        Error, Study,
        demo::{JUDGE_NAME, SETTLED},
        measure::Options,
        system_clock,
    },
};
use clap::Args;

/// Try everything on an invented study.
///
/// The demo study holds 15 sessions and 60 episodes that were written for it, with one batch that is
/// settled, one that waits for its adjudicator, and one that is half labelled. It lies in your data
/// folder, so what you do in it is kept. Where there is no terminal, the figures of the settled
/// batch are printed instead.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak demo
  tiebreak demo --fresh                 begin again
  tiebreak demo | less                  only the figures")]
pub struct Demo {
    /// Forget what was done in the demo and begin again.
    #[arg(long)]
    fresh: bool,
}

impl Demo {
    pub fn run(self, context: &Context) -> Outcome {
        if context.is_named() {
            let why = "the demo is a study of its own; leave --study away";
            return Err(Failure::Usage(why.into()));
        }
        let path = place()?;
        if self.fresh || !path.exists() {
            build(&path)?;
        }
        let study = Study::open(&path, system_clock).inspect_err(|_| {
            say("The demo cannot be opened; `tiebreak demo --fresh` makes it anew.");
        })?;
        if on_terminal() {
            return home::stay(context, study);
        }
        if let Some(about) = study.about()? {
            say(about);
        }
        say(format!("It lies in {}", path.display()));
        let options = Options::default();
        let agreement = study.agreement(SETTLED, &options)?;
        let accuracy = study.accuracy(SETTLED, JUDGE_NAME, false, &options)?;
        print(&format!(
            "{}\n{}",
            report::text::headline(&agreement),
            report::text::headline(&accuracy)
        ))
    }
}

pub fn place() -> Outcome<PathBuf> {
    let folder = data_folder().ok_or_else(|| {
        Failure::Failed("there is no home folder to keep the demo in; set HOME".into())
    })?;
    Ok(folder.join("demo.tiebreak"))
}

/// Builds the demo beside its place and moves it there, so that it is never there by halves.
pub fn build(path: &Path) -> Outcome {
    let failed = |error| Failure::Study(Error::Io(path.to_owned(), error));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let beside = path.with_extension(format!("{}.part", std::process::id()));
    drop(Study::create_demo(&beside, system_clock)?);
    fs::rename(&beside, path).map_err(failed)
}
