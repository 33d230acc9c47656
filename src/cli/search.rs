//! `tiebreak search`

use std::time::Instant;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{
    context::Context,
    failure::{Failure, Outcome},
    output::{Ticker, print, print_json, say},
};
use crate::{
    domain::query::Query,
    workflow::{
        Study,
        sample::Filter,
        search::{Found, Hit, Kind, Marks, Notes, Place},
        sight::Viewer,
    },
};

/// Bytes of text that one transaction takes into the index.
const STEP: u64 = 32 << 20;

/// Find words in sessions, episodes, codebooks and notes.
///
/// The words may stand in any order, in any case of letters, with or without accents. "a phrase" in
/// quotation marks keeps its order, word* finds words that begin so, and -word must not be there.
/// Everything else is taken as it stands, so that no query is wrong. Chinese, Japanese and Korean
/// words of any length are found, also within others. Of notes, flags and reasons only those are
/// found that whoever asks may see.
///
/// The first search builds an index in the study file. That can be interrupted, and goes on where it
/// stopped. After that, each search takes in first what is new.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak search leave the tests
  tiebreak search '\"leave the tests\" -agent'
  tiebreak search 整理 --in sessions
  tiebreak search refactor* --where modality=cli --where 'started_at>=2025-06' --json
  tiebreak search --as ana --flagged plan --in notes

Quote the whole query for the shell where it has quotation marks, a star or a word to leave out.
Hits come in groups: episodes, sessions, codebooks, notes; in each the best first (BM25). Of more than
10,000 matches of a kind only that many are ranked. A range in JSON counts characters of the text.")]
pub struct Search {
    /// What to look for.
    #[arg(value_name = "WORDS", required_unless_present_any = ["index", "drop_index"])]
    words: Vec<String>,
    /// Who looks: finds in your own labels, too.
    #[arg(long = "as", value_name = "NAME")]
    who: Option<String>,
    /// Only what has this, such as modality=cli or AXIS=CODE@RATER; may be repeated. Keys and
    /// operators are those of sample.
    #[arg(long = "where", value_name = "KEY=VALUE")]
    filters: Vec<String>,
    /// Only units that you have flagged.
    #[arg(long, requires = "who")]
    flagged: bool,
    /// Only units that you have marked as unsure.
    #[arg(long, requires = "who")]
    unsure: bool,
    /// Where to look; may be repeated [default: everywhere].
    #[arg(long = "in", value_enum, value_name = "KIND")]
    kinds: Vec<In>,
    /// How many hits of each kind to show.
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Print what was found as JSON.
    #[arg(long)]
    json: bool,
    /// Build the index, or bring it up to date; without words, do no more than that.
    #[arg(long)]
    index: bool,
    /// Empty the index. The next search builds it anew.
    #[arg(long, conflicts_with_all = ["index", "words"])]
    drop_index: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum In {
    Episodes,
    Sessions,
    Codebooks,
    Notes,
}

impl In {
    fn kind(self) -> Kind {
        match self {
            In::Episodes => Kind::Episode,
            In::Sessions => Kind::Session,
            In::Codebooks => Kind::Codebook,
            In::Notes => Kind::Note,
        }
    }
}

impl Search {
    pub fn run(self, context: &Context) -> Outcome {
        let mut study = context.open()?;
        if self.drop_index {
            study.drop_index()?;
            say("The index is empty; the next search builds it anew.");
            return Ok(());
        }
        let query = Query::parse(&self.words.join(" "));
        if query.is_empty() && !self.words.is_empty() {
            return Err(Failure::Usage(
                "there is nothing to look for: give a word with letters or digits that is to be there"
                    .into(),
            ));
        }
        let viewer = match &self.who {
            Some(who) => {
                for name in who.split('+') {
                    study.rater(name)?;
                }
                Viewer::named(who)
            }
            None => Viewer::Anyone,
        };
        let kinds: Vec<Kind> = Kind::ALL
            .into_iter()
            .filter(|kind| self.kinds.is_empty() || self.kinds.iter().any(|k| k.kind() == *kind))
            .collect();
        let filters = self.filters.iter().map(|text| Filter::parse(text));
        let filters = filters
            .collect::<Result<Vec<_>, _>>()
            .map_err(Failure::Usage)?;
        let marks = Marks {
            flagged: self.flagged,
            unsure: self.unsure,
        };
        let indexed = kinds
            .iter()
            .any(|kind| matches!(kind, Kind::Episode | Kind::Session));
        if self.index || indexed {
            catch_up(&mut study, self.index)?;
        }
        if query.is_empty() {
            return Ok(());
        }
        let narrow = study.narrow(&viewer, &filters, marks)?;
        if narrow.closed() > 0 && kinds.contains(&Kind::Session) {
            say(format!(
                "{} sessions are not searched: a batch of theirs is open and labelled from the evidence alone.",
                narrow.closed()
            ));
        }
        let mut found = Vec::new();
        for kind in kinds {
            found.push(match kind {
                Kind::Note => {
                    let mut notes = Notes::new(query.clone(), self.limit);
                    while !notes.is_complete() {
                        study.search_notes(&viewer, &narrow, &mut notes)?;
                    }
                    notes.found().clone()
                }
                kind => study.search(&query, &narrow, kind, self.limit)?,
            });
        }
        match self.json {
            true => print_json(&json!({
                "kinds": found.iter().map(to_json).collect::<Vec<_>>(),
            })),
            false => print(&text(&found)),
        }
    }
}

/// Takes into the index what is new. `told` says also that there was nothing.
fn catch_up(study: &mut Study, told: bool) -> Outcome {
    let behind = study.index_behind()?;
    let began = Instant::now();
    let mut ticker = Ticker::new();
    let (mut sessions, mut episodes, mut bytes) = (0, 0, 0);
    loop {
        let step = study.index_more(STEP)?;
        sessions += step.sessions;
        episodes += step.episodes;
        bytes += step.bytes;
        if step.complete {
            break;
        }
        ticker.show(|| {
            format!(
                "indexing: {sessions} of {} sessions, {episodes} of {} episodes, {}",
                behind.sessions,
                behind.episodes,
                speed(bytes, began)
            )
        });
    }
    ticker.clear();
    if told {
        let took = match bytes > 1_000_000 {
            true => format!(", {}", speed(bytes, began)),
            false => String::new(),
        };
        say(format!(
            "The index is up to date: {sessions} sessions and {episodes} episodes taken in{took}."
        ));
    }
    Ok(())
}

fn speed(bytes: u64, began: Instant) -> String {
    let mega = bytes as f64 / 1e6;
    let seconds = began.elapsed().as_secs_f64();
    format!(
        "{mega:.0} MB in {seconds:.0} s ({:.0} MB/s)",
        mega / seconds.max(0.001)
    )
}

fn text(found: &[Found]) -> String {
    let mut lines = Vec::new();
    for group in found.iter().filter(|group| group.count > 0) {
        let name = group.kind.as_str();
        let (count, shown) = (group.count, group.hits.len());
        lines.push(match count > shown as u64 {
            true => format!("{name}: {count}, the best {shown} of them"),
            false => format!("{name}: {count}"),
        });
        for hit in &group.hits {
            lines.push(format!("  {}", place(hit)));
            lines.push(format!("    {}", hit.snippet.text));
        }
    }
    if lines.is_empty() {
        lines.push("Nothing was found.".into());
    }
    lines.join("\n") + "\n"
}

/// Where a hit is, in a line.
fn place(hit: &Hit) -> String {
    let field = &hit.field;
    match &hit.place {
        Place::Turn {
            session,
            turn,
            role,
        } => format!("{session}  TURN {turn} | {role}"),
        Place::Episode { unit, .. } => format!("{unit}  {field}"),
        Place::Codebook { task, axis, code } => {
            let parts = [Some(task.0.as_str()), axis.as_deref(), code.as_deref()];
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            format!("{}  {field}", parts.join(" "))
        }
        Place::Note { unit, rater, .. } => format!("{unit}  {field} of {rater}"),
    }
}

fn to_json(found: &Found) -> Value {
    json!({
        "kind": found.kind.as_str(),
        "count": found.count,
        "hits": found.hits.iter().map(hit_json).collect::<Vec<_>>(),
    })
}

fn hit_json(hit: &Hit) -> Value {
    let snippet = &hit.snippet;
    let characters = |byte: usize| snippet.text[..byte].chars().count();
    let marks = snippet.marks.iter();
    let marks: Vec<[usize; 2]> = marks
        .map(|mark| [characters(mark.start), characters(mark.end)])
        .collect();
    let mut value = match &hit.place {
        Place::Turn {
            session,
            turn,
            role,
        } => json!({"session": session, "turn": turn, "role": role.as_str()}),
        Place::Episode { unit, name, quote } => {
            let session = unit.split().map(|(session, _)| session);
            json!({"unit": unit, "session": session, "name": name, "quote": quote.map(|at| at + 1)})
        }
        Place::Codebook { task, axis, code } => json!({"task": task, "axis": axis, "code": code}),
        Place::Note {
            task,
            unit,
            batch,
            rater,
        } => json!({"unit": unit, "task": task, "batch": batch, "rater": rater}),
    };
    value["field"] = hit.field.clone().into();
    value["range"] = json!([hit.characters.start, hit.characters.end]);
    value["snippet"] = snippet.text.clone().into();
    value["marks"] = json!(marks);
    value
}
