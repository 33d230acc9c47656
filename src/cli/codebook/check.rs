//! `tiebreak codebook check`

use clap::Args;
use serde_json::{Value, json};

use super::{
    super::{
        failure::{Failure, Outcome},
        output::{print_json, say},
    },
    source,
};
use crate::formats;

/// Check a codebook file and list everything that is wrong with it.
///
/// Each problem stands on a line with its place in the file, such as
/// rules.toml: axis.weather.code.rain.hotkey: why. The exit code is 1 if there is any.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak codebook check my-rules.toml
  tiebreak codebook check my-rules.toml --json")]
pub struct Check {
    /// The TOML file; - for standard input.
    file: String,
    /// Print the problems as JSON.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub fn run(self) -> Outcome {
        let (from, toml) = source::read(&self.file)?;
        let read = formats::codebook::read(&toml);
        let problems = read.as_ref().err().map_or(&[][..], Vec::as_slice);
        for problem in problems {
            say(format!("{from}: {problem}"));
        }
        if self.json {
            let problems: Vec<Value> = problems
                .iter()
                .map(|problem| json!({"path": problem.path, "why": problem.why}))
                .collect();
            let name = read.as_ref().ok().map(|codebook| codebook.name());
            print_json(&json!({"file": from, "codebook": name, "problems": problems}))?;
        }
        match read {
            Ok(codebook) => {
                let codes: usize = codebook.axes.iter().map(|axis| axis.codes.len()).sum();
                say(format!(
                    "{from}: {} has {} axes and {codes} codes, and no problems",
                    codebook.name(),
                    codebook.axes.len()
                ));
                Ok(())
            }
            Err(_) => Err(Failure::Told),
        }
    }
}
