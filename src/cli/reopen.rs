//! `tiebreak reopen`

use clap::Args;

use super::{
    context::{Context, who},
    failure::Outcome,
    output::say,
};

/// Open a locked batch again, before anybody has adjudicated.
///
/// The annotators may have seen each other's labels by then, so say why; it is kept in the log. A
/// batch whose adjudication has begun stays locked.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak reopen round-1 --why \"locked by mistake, ben was not done\"")]
pub struct Reopen {
    batch: String,
    /// Why; it is kept in the log.
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// Who reopens [default: the name you are logged in with].
    #[arg(long = "as", value_name = "NAME")]
    who: Option<String>,
}

impl Reopen {
    pub fn run(self, context: &Context) -> Outcome {
        let mut study = context.open()?;
        let by = who(&study, self.who)?;
        study.reopen(&self.batch, &by, &self.why)?;
        say(format!("{} is open again.", self.batch));
        Ok(())
    }
}
