//! `tiebreak export`

use std::{
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use super::{
    context::Context,
    failure::{Failure, Outcome},
    files::to_file,
    output::say,
};
use crate::workflow::{
    export::{Export as What, Exported, Scope},
    sight::Viewer,
};

/// Write gold, labels, episodes, sessions, batches or the history of the labels.
///
/// Labels of open batches are withheld, and how many is said; --as gives you your own. So is what a
/// batch tells of the labels it was drawn by, until its gold is complete. Sessions,
/// episodes, batches and labels, imported in this order into an empty study, make the same study
/// again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak export gold --batch round-1 -o gold.jsonl
  tiebreak export gold --batch round-1 --format csv -o gold.csv
  tiebreak export gold --format dataset -o published/
  tiebreak export sessions --redact -o sessions.jsonl
  tiebreak export labels > labels.jsonl
  tiebreak export labels --as ana --batch round-2")]
pub struct Export {
    /// What to write.
    #[arg(value_enum)]
    what: Kind,
    /// Only what belongs to this batch.
    #[arg(long, value_name = "BATCH")]
    batch: Option<String>,
    /// Your own labels, those of open batches too.
    #[arg(long = "as", value_name = "NAME")]
    who: Option<String>,
    /// The form: JSON Lines; for gold also a table with a row per unit, or a folder that is ready to
    /// be published.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Mask keys, passwords, addresses, phone numbers and the names of people's folders. A data set
    /// is always masked unless --no-redact is given. Nothing is masked in the study
    #[arg(long)]
    redact: bool,
    /// Publish a data set with all that stands in it.
    #[arg(long, conflicts_with = "redact")]
    no_redact: bool,
    /// Where to write; - is standard output.
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Gold,
    Labels,
    Episodes,
    Sessions,
    Batches,
    History,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Jsonl,
    Csv,
    Dataset,
}

impl Export {
    pub fn run(self, context: &Context) -> Outcome {
        let what = self.what()?;
        let study = context.open()?;
        let viewer = match &self.who {
            Some(name) => Viewer::named(&study.rater(name)?.name),
            None => Viewer::Anyone,
        };
        let scope = Scope {
            viewer: &viewer,
            batch: self.batch.as_deref(),
            redact: self.redact || self.format == Format::Dataset && !self.no_redact,
        };
        let file = self
            .output
            .as_deref()
            .filter(|path| *path != Path::new("-"));
        let done = match (self.format, file) {
            (Format::Dataset, Some(folder)) => study.export_dataset(&scope, folder)?,
            (Format::Dataset, None) => {
                let why = "a data set is a folder; say with -o where to put it";
                return Err(Failure::Usage(why.into()));
            }
            (_, Some(path)) => to_file(path, &study, |sink| study.export(what, &scope, sink))?,
            (_, None) => {
                let mut sink = BufWriter::new(io::stdout().lock());
                study.export(what, &scope, &mut sink)?
            }
        };
        tell(&done, file);
        Ok(())
    }

    fn what(&self) -> Outcome<What> {
        Ok(match (self.what, self.format) {
            (Kind::Gold, Format::Csv) => What::GoldTable,
            (Kind::Gold, _) => What::Gold,
            (_, Format::Csv | Format::Dataset) => {
                let why = "csv and dataset are forms of gold; everything else is written as jsonl";
                return Err(Failure::Usage(why.into()));
            }
            (Kind::Labels, _) => What::Labels,
            (Kind::Episodes, _) => What::Episodes,
            (Kind::Sessions, _) => What::Sessions,
            (Kind::Batches, _) => What::Batches,
            (Kind::History, _) => What::History,
        })
    }
}

fn tell(done: &Exported, file: Option<&Path>) {
    if let Some(path) = file {
        say(format!("{}: {} rows", path.display(), done.written));
    }
    if let Some(masked) = done.masked {
        say(format!("{masked} places are masked"));
    }
    if done.withheld > 0 {
        say(format!(
            "{} labels are withheld: those of open batches until the lock, those of judges until the gold is complete",
            done.withheld
        ));
    }
    for warning in &done.warnings {
        say(format!("warning: {warning}"));
    }
}
