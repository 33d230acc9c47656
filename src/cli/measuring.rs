//! The options that `agreement` and `accuracy` share, and how their figures are printed.

use clap::{Args, ValueEnum};

use super::{
    failure::{Failure, Outcome},
    output::{print, print_json},
};
use crate::{
    report,
    workflow::measure::{Measured, Options, Reading, Resampling},
};

#[derive(Debug, Args)]
pub struct Measuring {
    /// On an axis that is asked only under a condition, which units count: both, gold,
    /// gold-and-both, either or all.
    #[arg(long, value_name = "READING", conflicts_with = "preset")]
    applicability: Option<String>,
    /// Compute as a publication does: "paper" lets gold say where an axis applies.
    #[arg(long, value_enum, value_name = "NAME")]
    preset: Option<Preset>,
    /// Give the coefficients intervals from this many bootstrap replicates.
    #[arg(long, value_name = "COUNT")]
    bootstrap: Option<usize>,
    /// The number from which the replicates follow.
    #[arg(long, value_name = "NUMBER", requires = "bootstrap")]
    seed: Option<u64>,
    /// How to print the figures.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The same as --format json.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Preset {
    Paper,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Measuring {
    pub fn options(&self) -> Outcome<Options> {
        let reading = |name: &String| {
            Reading::parse(name).ok_or_else(|| {
                Failure::Usage(format!(
                    "{name} is not a reading of --applicability; there are both, gold, gold-and-both, either and all"
                ))
            })
        };
        let usual = Resampling::default();
        Ok(Options {
            applicability: self.applicability.as_ref().map(reading).transpose()?,
            paper: self.preset == Some(Preset::Paper),
            bootstrap: self.bootstrap.map(|replicates| Resampling {
                replicates,
                seed: self.seed.unwrap_or(usual.seed),
            }),
        })
    }

    pub fn print(&self, measured: &Measured) -> Outcome {
        if self.json || self.format == Format::Json {
            print_json(&report::json::agreement(measured))
        } else {
            print(&report::text::agreement(measured))
        }
    }
}
