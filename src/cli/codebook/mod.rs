//! `tiebreak codebook`

mod add;
mod check;
mod diff;
mod list;
pub mod source;

use clap::{Args, Subcommand};

use super::{
    context::Context,
    failure::Outcome,
    output::{print, print_json},
};
use crate::report::{
    codebook::{json, text},
    judge::{prompt::prompt, schema::schema},
};

/// Columns of the rules as they are printed.
const WIDTH: usize = 100;

/// Read, check and compare the rules of labelling.
///
/// A codebook is a TOML file that holds the questions of a task, their answers, and what may stand
/// beside what. NAME is the codebook of a task of the study or one that comes with tiebreak, with or
/// without its version; PATH is a file of your own.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak codebook list
  tiebreak codebook show misalignment | less
  tiebreak codebook check my-rules.toml
  tiebreak codebook diff misalignment@1.0.0 my-rules.toml")]
pub struct Codebook {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(list::List),
    Show(Show),
    Check(check::Check),
    Add(add::Add),
    Diff(diff::Diff),
    Prompt(Prompt),
    Schema(Schema),
}

/// Print the rules of a codebook as people read them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak codebook show misalignment
  tiebreak codebook show my-rules.toml --json")]
struct Show {
    #[arg(value_name = "NAME|PATH")]
    codebook: String,
    /// Print it as JSON, under the names that the file uses.
    #[arg(long)]
    json: bool,
}

/// Print the instructions that a judge, a language model, gets for a codebook.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak codebook prompt misalignment > prompt.md")]
struct Prompt {
    #[arg(value_name = "NAME|PATH")]
    codebook: String,
}

/// Print the JSON schema of a judge's reply.
///
/// It says which labels there are and where they stand. Rules between answers, such as codes that
/// stand alone or limits of words, are checked when the reply is imported.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak codebook schema misalignment > schema.json")]
struct Schema {
    #[arg(value_name = "NAME|PATH")]
    codebook: String,
}

impl Codebook {
    pub fn run(self, context: &Context) -> Outcome {
        match self.action {
            Action::List(list) => list.run(context),
            Action::Check(check) => check.run(),
            Action::Add(add) => add.run(context),
            Action::Diff(diff) => diff.run(context),
            Action::Show(Show { codebook, json }) => {
                let codebook = named(context, &codebook)?;
                if json {
                    print_json(&json::codebook(&codebook))
                } else {
                    print(&text::rules(&codebook, WIDTH))
                }
            }
            Action::Prompt(Prompt { codebook }) => print(&prompt(&named(context, &codebook)?)),
            Action::Schema(Schema { codebook }) => print_json(&schema(&named(context, &codebook)?)),
        }
    }
}

fn named(context: &Context, name: &str) -> Outcome<crate::domain::codebook::Codebook> {
    source::codebook(name, source::study(context)?.as_ref())
}
