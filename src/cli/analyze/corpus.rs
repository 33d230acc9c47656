//! `tiebreak analyze corpus`

use clap::Args;

use crate::{
    cli::{
        context::Context,
        failure::{Failure, Outcome},
        output::{print, print_json},
    },
    report::corpus,
};

/// Sessions and repositories per source, user turns per agent, sessions per month.
///
/// Every session counts that the study knows, from its turns or only from its episodes. User turns
/// are those that a person typed; what a program wrote under the user's name is left out.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak analyze corpus
  tiebreak analyze corpus --json")]
pub struct Corpus {
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

impl Corpus {
    pub fn run(self, context: &Context) -> Outcome {
        let found = context.open()?.corpus()?;
        if self.json {
            let value =
                serde_json::to_value(&found).map_err(|error| Failure::Failed(error.to_string()))?;
            return print_json(&value);
        }
        print(&corpus::text(&found, 80))
    }
}
