//! `tiebreak session read`

use clap::Args;

use super::{
    super::{context::Context, failure::Outcome},
    reader,
};
use crate::tui::Start;

/// Read a session on the screen.
///
/// All quotes of the session's episodes are marked. Tool calls, thinking and sub-agents are folded;
/// Enter unfolds one, Z all, and ? shows every key. Sessions of batches that are still being labelled
/// are opened under the rules of the labelling screens: it is logged, or refused where the evidence
/// alone is to be read.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak session read s-001
  tiebreak session read s-001 --turn 12
  tiebreak session read s-001 --as cho")]
pub struct Read {
    #[arg(value_name = "ID")]
    session: String,
    /// The turn to begin at [default: where it was left].
    #[arg(long, value_name = "NUMBER")]
    turn: Option<u32>,
    /// Who reads.
    #[arg(long = "as", value_name = "NAME")]
    who: Option<String>,
}

impl Read {
    pub fn run(self, context: &Context) -> Outcome {
        let study = context.open()?;
        let (who, _) = reader(&study, self.who.as_deref())?;
        let session = study.session(&self.session)?.session.id.0;
        let start = Start::Session {
            session,
            turn: self.turn,
            who,
        };
        context.screen(study, start).map(drop)
    }
}
