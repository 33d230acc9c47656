//! `tiebreak lock`

use clap::Args;

use super::{
    context::{Context, who},
    failure::Outcome,
    output::say,
};

/// Freeze the labels of a batch and reveal them.
///
/// A batch can be locked once every annotator has submitted every unit. From then on its labels no
/// longer change, everybody may see them, and units on which all agree have their gold. With
/// --force, what is submitted is frozen as it stands, and the rest counts as missing.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak lock round-1
  tiebreak lock round-1 --as cho
  tiebreak lock round-1 --force --why \"ben has left the project\"")]
pub struct Lock {
    batch: String,
    /// Lock although labels are missing.
    #[arg(long, requires = "why")]
    force: bool,
    /// Why the batch is locked before it is complete; it is kept with the lock.
    #[arg(long, value_name = "TEXT", requires = "force")]
    why: Option<String>,
    /// Who locks [default: the name you are logged in with].
    #[arg(long = "as", value_name = "NAME")]
    who: Option<String>,
}

impl Lock {
    pub fn run(self, context: &Context) -> Outcome {
        let mut study = context.open()?;
        let by = who(&study, self.who)?;
        let done = study.lock(&self.batch, &by, self.why.as_deref())?;
        let missing = match done.missing {
            0 => String::new(),
            missing => format!(", {missing} missing"),
        };
        say(format!(
            "{} is locked: {} labels are frozen{missing}. {} units are unanimous, {} wait for the adjudicator.",
            self.batch, done.frozen, done.unanimous, done.disputed
        ));
        let next = if done.disputed > 0 {
            format!("adjudicate {} --as NAME", self.batch)
        } else {
            format!("agreement {}", self.batch)
        };
        say(format!("Next: {}", context.command(&next)));
        Ok(())
    }
}
