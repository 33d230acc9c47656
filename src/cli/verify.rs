//! `tiebreak verify`

use clap::Args;

use super::{
    context::Context,
    failure::{Failure, Outcome},
    output::{print, print_json},
};
use crate::{
    domain::standing::Found,
    workflow::{
        Error,
        verify::{Quotes, Verification},
    },
};

/// How many quotes of a kind are listed.
const LISTED: usize = 50;

/// Check the study: quotes against sessions, labels against their codebook, the file against itself.
///
/// Each quote is looked for in the turn that it names: byte for byte; but for spacing, quotation
/// marks and the Unicode form; in pieces around an ellipsis; but for what is masked on one side;
/// roughly, with a similarity of 0.8 or more (1 - edits / characters of the quote, Levenshtein 1966);
/// and then word for word in the other turns. Only the first two count as verbatim; what is not is
/// listed with the place where it was found.
///
/// Such a quote is a finding about the data. The exit code is 1 only if labels break the rules, a locked batch has changed, or the file is damaged.
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
    let mut lines = vec![format!("Quotes: {} in all", quotes.total)];
    for found in Found::ALL {
        lines.extend(rung(quotes, found));
    }
    if quotes.outdated > 0 {
        lines.push(format!(
            "  {} are marked otherwise in the file: import their sessions again",
            quotes.outdated
        ));
    }
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

/// How many quotes stand on a rung, and which, if they are not verbatim.
fn rung(quotes: &Quotes, found: Found) -> Vec<String> {
    let count = quotes.standings.of(found);
    let mut lines = vec![format!("  {count:>6}  {}", meaning(found))];
    let on_it = quotes.not_verbatim.iter().filter(|one| one.found == found);
    for quote in on_it.take(LISTED) {
        let text = quote.quote.split_whitespace().collect::<Vec<_>>().join(" ");
        let place = match &quote.place {
            Some(place) => format!(
                " -> turn {}, bytes {} to {}",
                place.turn, place.start, place.stop
            ),
            None => String::new(),
        };
        let similarity = quote.similarity.map(|how| format!(", {how:.3}"));
        lines.push(format!(
            "          {} quote {}, {}{place}{}: \"{text}\"",
            quote.unit,
            quote.position,
            quote.turn,
            similarity.unwrap_or_default(),
        ));
    }
    let listed = quotes.not_verbatim.iter().any(|one| one.found == found);
    let rest = count.saturating_sub(LISTED as u64);
    if listed && rest > 0 {
        lines.push(format!("          and {rest} more; --json lists them all"));
    }
    lines
}

fn meaning(found: Found) -> &'static str {
    match found {
        Found::Exact => "exact",
        Found::Normalised => "exact but for spacing, quotation marks or the form of letters",
        Found::Fragments => "in pieces around an ellipsis",
        Found::Masked => "exact but for what is masked",
        Found::Fuzzy => "roughly, with a similarity of 0.8 or more",
        Found::OtherTurn => "in another turn, or said by the other side",
        Found::NotFound => "not found",
        Found::NoSession => "without a session",
    }
}

/// That there are more than are listed.
fn more(all: u64, listed: usize) -> Option<String> {
    let rest = all.saturating_sub(listed as u64);
    (rest > 0).then(|| format!("  and {rest} more"))
}
