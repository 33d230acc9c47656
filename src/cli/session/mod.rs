//! `tiebreak session`

mod format;
mod list;
mod read;
mod show;

use clap::{Args, Subcommand};

use super::{context::Context, failure::Outcome};
use crate::workflow::{Study, sight::Viewer};

/// List sessions, read them, and put them into one text.
///
/// ID is the id of a session or any other name under which it was found.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak session list --where modality=cli
  tiebreak session show s-001
  tiebreak session read s-001 --turn 12
  tiebreak session format s-001 -o s-001.txt")]
pub struct Session {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(list::List),
    Show(show::Show),
    Read(read::Read),
    Format(format::Format),
}

impl Session {
    pub fn run(self, context: &Context) -> Outcome {
        match self.action {
            Action::List(list) => list.run(context),
            Action::Show(show) => show.run(context),
            Action::Read(read) => read.run(context),
            Action::Format(format) => format.run(context),
        }
    }
}

/// Who reads: somebody whom the study knows, else anyone.
fn reader(study: &Study, who: Option<&str>) -> Outcome<(Option<String>, Viewer)> {
    Ok(match who {
        None => (None, Viewer::Anyone),
        Some(name) => {
            let name = study.rater(name)?.name;
            (Some(name.0.clone()), Viewer::named(&name))
        }
    })
}
