//! `tiebreak codebook diff`

use clap::Args;
use serde_json::{Value, json};

use super::{
    super::{
        context::Context,
        failure::Outcome,
        output::{print, print_json},
    },
    source,
};
use crate::report::codebook::difference::{Difference, differences};

/// Show how one codebook differs from another.
///
/// Axes, codes, attributes and values are told apart by their keys; a difference is named by its
/// place in the file. Line breaks inside a paragraph make none.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak codebook diff misalignment my-rules.toml
  tiebreak codebook diff rules@1.0.0 rules@1.1.0 --json")]
pub struct Diff {
    #[arg(value_name = "OLD")]
    old: String,
    #[arg(value_name = "NEW")]
    new: String,
    /// Print the differences as JSON.
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub fn run(self, context: &Context) -> Outcome {
        let study = source::study(context)?;
        let old = source::codebook(&self.old, study.as_ref())?;
        let new = source::codebook(&self.new, study.as_ref())?;
        let found = differences(&old, &new);
        if self.json {
            let found: Vec<Value> = found.iter().map(Difference::to_json).collect();
            return print_json(
                &json!({"old": old.name(), "new": new.name(), "differences": found}),
            );
        }
        let mut text = format!("{} -> {}\n", old.name(), new.name());
        for difference in &found {
            text.push_str(&format!("{difference}\n"));
        }
        if found.is_empty() {
            text.push_str("no difference\n");
        }
        print(&text)
    }
}
