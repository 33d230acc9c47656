//! `tiebreak init`

use std::path::PathBuf;

use clap::Args;

use super::{codebook::source, context::Context, failure::Outcome, output::say};
use crate::workflow::{SHIPPED, Study, command::command_on, system_clock};

/// Create a study.
///
/// A study begins with a task for each codebook that comes with tiebreak, or for those that you
/// name: by their name, or as a file of your own.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak init study.tiebreak
  tiebreak init pilot.tiebreak --codebook misalignment
  tiebreak init notebooks.tiebreak --codebook my-rules.toml --codebook validity")]
pub struct Init {
    /// The file to create; by custom it ends in .tiebreak.
    file: PathBuf,
    /// A codebook by its name or as a TOML file; can be given several times.
    #[arg(long = "codebook", value_name = "NAME|PATH")]
    codebooks: Vec<String>,
}

impl Init {
    pub fn run(self, _: &Context) -> Outcome {
        let codebooks: Vec<(String, String)> = if self.codebooks.is_empty() {
            let shipped = SHIPPED.iter();
            shipped
                .map(|(name, toml)| ((*name).into(), (*toml).into()))
                .collect()
        } else {
            let named = self.codebooks.iter();
            named
                .map(|name| source::toml(name, None))
                .collect::<Outcome<_>>()?
        };
        let study = Study::create(&self.file, &codebooks, system_clock)?;
        let tasks: Vec<&str> = study.tasks().iter().map(|task| &*task.name).collect();
        say(format!(
            "Created {} with the tasks {}.\nNext: {}",
            self.file.display(),
            tasks.join(", "),
            command_on(&self.file, "import sessions PATH...")
        ));
        Ok(())
    }
}
