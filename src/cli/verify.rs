//! `tiebreak verify`

use clap::Args;

use super::{
    context::Context,
    failure::{Failure, Outcome},
    output::{print, print_json},
};
use crate::{
    domain::standing::Found,
    workflow::{Error, verify::Verification},
};

/// Check the study: quotes against sessions, labels against their codebook, the file against itself.
///
/// A quote that does not stand in its session word for word is a finding about the data. The exit
/// code is 1 only if labels break the rules, a locked batch has changed, or the file is damaged.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak verify
  tiebreak verify --json")]
pub struct Verify {
    /// Print what was found as JSON.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub fn run(self, context: &Context) -> Outcome {
        let found = match context.open()?.verify() {
            // What keeps the file from being read is a finding, too.
            Err(Error::Store(error)) => Verification {
                file: vec![error.to_string()],
                ..Verification::default()
            },
            other => other?,
        };
        if self.json {
            let value =
                serde_json::to_value(&found).map_err(|error| Failure::Failed(error.to_string()))?;
            print_json(&value)?;
        } else {
            print(&text(&found))?;
        }
        if found.is_sound() {
            Ok(())
        } else {
            Err(Failure::Told)
        }
    }
}

fn text(found: &Verification) -> String {
    let quotes = &found.quotes;
    let count = |kind| quotes.standings.of(kind);
    let mut lines = vec![format!(
        "Quotes: {} in all, {} exact, {} but for spacing or typography, {} not found, {} without a session",
        quotes.total,
        count(Found::Exact),
        count(Found::Normalised),
        count(Found::NotFound),
        count(Found::NoSession)
    )];
    if quotes.outdated > 0 {
        lines.push(format!(
            "  {} are marked otherwise in the file: import their sessions again",
            quotes.outdated
        ));
    }
    for quote in &quotes.missing {
        let text = quote.quote.replace('\n', " ");
        lines.push(format!(
            "  {} quote {}, {}: \"{text}\"",
            quote.unit, quote.position, quote.turn
        ));
    }
    lines.extend(more(count(Found::NotFound), quotes.missing.len()));
    if quotes.episodes_without_session > 0 {
        lines.push(format!(
            "Episodes whose session is not in the study: {}",
            quotes.episodes_without_session
        ));
        lines.extend(
            quotes
                .without_session
                .iter()
                .map(|unit| format!("  {unit}")),
        );
        lines.extend(more(
            quotes.episodes_without_session,
            quotes.without_session.len(),
        ));
    }
    let labels = &found.labels;
    lines.push(format!(
        "Labels: {} in all, {} break a rule or are not complete",
        labels.total, labels.broken
    ));
    for rater in labels.by_rater.iter().filter(|rater| rater.broken > 0) {
        lines.push(format!(
            "  {} ({}): {} of {}",
            rater.rater, rater.task, rater.broken, rater.total
        ));
        lines.extend(rater.units.iter().map(|unit| format!("    {unit}")));
    }
    for lock in &found.locks {
        let state = match lock.holds {
            Some(true) => "as it was locked",
            Some(false) => "NOT as it was locked",
            None => "waits for its labels",
        };
        lines.push(format!("Batch {}: {state}", lock.batch));
    }
    match found.file.as_slice() {
        [] => lines.push("File: ok".into()),
        problems => {
            lines.push("File:".into());
            lines.extend(problems.iter().map(|problem| format!("  {problem}")));
        }
    }
    lines.join("\n") + "\n"
}

/// That there are more than are listed.
fn more(all: u64, listed: usize) -> Option<String> {
    let rest = all.saturating_sub(listed as u64);
    (rest > 0).then(|| format!("  and {rest} more"))
}
