//! `tiebreak accuracy`

use clap::Args;

use super::{context::Context, failure::Outcome, measuring::Measuring};

/// Score a judge, or an annotator, against the gold of a batch.
///
/// Every unit of the batch needs its gold; with --partial the units that have it are enough, and the
/// figures say what their gold rests on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak accuracy round-1 --rater judge-1
  tiebreak accuracy round-1 --rater judge-1 --json
  tiebreak accuracy round-1 --rater ana --partial")]
pub struct Accuracy {
    batch: String,
    /// Whose labels are scored.
    #[arg(long, value_name = "NAME")]
    rater: String,
    /// Score on the units that have gold already.
    #[arg(long)]
    partial: bool,
    #[command(flatten)]
    measuring: Measuring,
}

impl Accuracy {
    pub fn run(self, context: &Context) -> Outcome {
        let options = self.measuring.options()?;
        let study = context.open()?;
        let measured = study.accuracy(&self.batch, &self.rater, self.partial, &options)?;
        self.measuring.print(&measured)
    }
}
