//! `tiebreak annotate`

use clap::Args;

use super::{context::Context, failure::Outcome};
use crate::tui::Start;

/// Label the units of a batch on the annotate screen.
///
/// You see your own labels and nobody else's until the batch is locked. Every key that changes an
/// answer is on disk before the screen shows it, so you can stop at any time and go on later.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak annotate --as ana            the first batch in which ana has something to do
  tiebreak annotate round-1 --as ana")]
pub struct Annotate {
    batch: Option<String>,
    /// Who you are.
    #[arg(long = "as", value_name = "NAME")]
    rater: String,
}

impl Annotate {
    pub fn run(self, context: &Context) -> Outcome {
        let study = context.open()?;
        // Names are judged before the terminal is touched.
        let rater = study.rater(&self.rater)?.name.0;
        if let Some(batch) = &self.batch {
            study.desk(batch, &rater)?;
        }
        let start = Start::Annotate {
            batch: self.batch,
            rater,
        };
        context.screen(study, start).map(drop)
    }
}
