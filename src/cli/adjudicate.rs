//! `tiebreak adjudicate`

use clap::Args;

use super::{context::Context, failure::Outcome};
use crate::tui::Start;

/// Settle the disagreements of a locked batch into gold.
///
/// The annotators stand side by side, masked as A and B. What they agree on is filled in; where gold
/// differs from both, a reason is asked for. Several people at one screen join their names by +.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak adjudicate --as cho          the first batch that waits for an adjudicator
  tiebreak adjudicate round-1 --as cho
  tiebreak adjudicate round-1 --as ana+ben")]
pub struct Adjudicate {
    batch: Option<String>,
    /// Who you are; names of several people are joined by +.
    #[arg(long = "as", value_name = "NAME")]
    who: String,
}

impl Adjudicate {
    pub fn run(self, context: &Context) -> Outcome {
        let mut study = context.open()?;
        if let Some(batch) = &self.batch {
            study.gold_desk(batch, &self.who)?;
        }
        let start = Start::Adjudicate {
            batch: self.batch,
            who: self.who,
        };
        context.screen(study, start).map(drop)
    }
}
