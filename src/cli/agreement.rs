//! `tiebreak agreement`

use clap::Args;

use super::{context::Context, failure::Outcome, measuring::Measuring};

/// Measure how well the annotators of a locked batch agree.
///
/// The figures come from the labels as they stood at the lock. For each axis: the share of units on
/// which the annotators agree exactly, with its Wilson interval, and agreement corrected for chance
/// (Gwet's AC1, Cohen's kappa, Krippendorff's alpha), then the same for each code.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak agreement round-1
  tiebreak agreement round-1 --json
  tiebreak agreement round-1 --preset paper
  tiebreak agreement round-1 --bootstrap 2000 --seed 1")]
pub struct Agreement {
    batch: String,
    #[command(flatten)]
    measuring: Measuring,
}

impl Agreement {
    pub fn run(self, context: &Context) -> Outcome {
        let options = self.measuring.options()?;
        let measured = context.open()?.agreement(&self.batch, &options)?;
        self.measuring.print(&measured)
    }
}
