//! `tiebreak codebook add`

use clap::Args;

use super::{
    super::{context::Context, failure::Outcome, output::say},
    source,
};

/// Add a codebook to the study: for a new task, or as a new version of a task's rules.
///
/// Batches keep the codebook under which they were drawn; new ones follow the newest. A codebook
/// that was changed needs a new version.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak codebook add my-rules.toml
  tiebreak codebook add recall")]
pub struct Add {
    #[arg(value_name = "NAME|PATH")]
    codebook: String,
}

impl Add {
    pub fn run(self, context: &Context) -> Outcome {
        let mut study = context.open()?;
        let (from, toml) = source::toml(&self.codebook, None)?;
        let codebook = source::parse(&from, &toml)?;
        let task = study.tasks().iter().find(|task| *task.name == codebook.id);
        let before = task.map(|task| task.codebook.name());
        study.add_task(&from, &toml)?;
        match before {
            Some(before) if before != codebook.name() => say(format!(
                "New batches of {} follow {}; those drawn before keep {before}.",
                codebook.id,
                codebook.name()
            )),
            Some(before) => say(format!("{} already follows {before}.", codebook.id)),
            None => say(format!(
                "The study has the new task {}, which follows {}.",
                codebook.id,
                codebook.name()
            )),
        }
        Ok(())
    }
}
