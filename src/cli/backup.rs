//! `tiebreak backup`

use std::path::PathBuf;

use clap::Args;

use super::{context::Context, failure::Outcome, output::say};

/// Copy the study, also while somebody works in it.
///
/// The copy is complete and consistent: it holds everything that was on the screen of anyone when
/// the command began. Like the study itself it can be read with any SQLite tool, labels of open
/// batches included, so keep it from annotators.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak backup study-2026-05-04.tiebreak
  tiebreak --study pilot.tiebreak backup /media/disk/pilot.tiebreak")]
pub struct Backup {
    /// The file to create; it must not exist yet.
    path: PathBuf,
}

impl Backup {
    pub fn run(self, context: &Context) -> Outcome {
        let study = context.open()?;
        study.backup(&self.path)?;
        say(format!(
            "Copied {} to {}.",
            context.path().display(),
            self.path.display()
        ));
        Ok(())
    }
}
