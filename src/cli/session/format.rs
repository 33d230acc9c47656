//! `tiebreak session format`

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;

use super::{
    super::{
        context::Context,
        failure::Outcome,
        files::to_file,
        output::{print, print_json, say},
    },
    reader,
};
use crate::{
    domain::formatted::LAYOUT,
    workflow::{
        Error,
        sessions::{bands, format},
    },
};

/// Print a session as one text, as models and people read it.
///
/// Turns of users are whole. A turn of the agent that is longer than its budget keeps its beginning
/// and its end in equal parts, with a line between that says how many characters were left out. The
/// budget falls as sessions grow; the bands are data, and their version stands at the head of the
/// text. The same session and bands always give the same text.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak session format s-001 | less
  tiebreak session format s-001 --bands my-bands.toml -o s-001.txt
  tiebreak session format s-001 --json      with its SHA-256

A file for --bands:
  version = \"2\"
  [[band]]
  turns = 20            # sessions of up to 20 turns
  characters = 4000     # of each turn of the agent
  [[band]]
  characters = 800      # all longer sessions")]
pub struct Format {
    #[arg(value_name = "ID")]
    session: String,
    /// Take the budgets from this TOML file.
    #[arg(long, value_name = "FILE")]
    bands: Option<PathBuf>,
    /// Where to write; - is standard output.
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Who reads.
    #[arg(long = "as", value_name = "NAME")]
    who: Option<String>,
    /// Print it as JSON, with versions and hash.
    #[arg(long, conflicts_with = "output")]
    json: bool,
}

impl Format {
    pub fn run(self, context: &Context) -> Outcome {
        let bands = bands(self.bands.as_deref())?;
        let mut study = context.open()?;
        let (_, viewer) = reader(&study, self.who.as_deref())?;
        let row = study.session(&self.session)?;
        let session = study.read_whole(&viewer, &row)?;
        let (formatted, sha256) = format(&session, &bands);
        if self.json {
            return print_json(&json!({
                "session": *session.id,
                "layout": LAYOUT,
                "bands": bands.version,
                "budget": formatted.budget,
                "sha256": sha256,
                "text": formatted.text,
            }));
        }
        let Some(path) = self.output.filter(|path| path != Path::new("-")) else {
            return print(&formatted.text);
        };
        to_file(&path, &study, |sink| {
            let written = sink.write_all(formatted.text.as_bytes());
            written
                .and_then(|()| sink.flush())
                .map_err(|error| Error::Io(path.clone(), error))
        })?;
        say(format!(
            "{}: {} turns, SHA-256 {sha256}",
            path.display(),
            formatted.turns.len()
        ));
        Ok(())
    }
}
