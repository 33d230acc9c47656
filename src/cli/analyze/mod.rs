//! `tiebreak analyze`

mod corpus;

use clap::{Args, Subcommand};

use super::{context::Context, failure::Outcome};

/// Count and compare: what the corpus is made of.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak analyze corpus
  tiebreak analyze corpus --json")]
pub struct Analyze {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Corpus(corpus::Corpus),
}

impl Analyze {
    pub fn run(self, context: &Context) -> Outcome {
        match self.what {
            What::Corpus(command) => command.run(context),
        }
    }
}
