//! What a corpus is made of: sources, agents, months.

use serde::Serialize;

use super::{
    layout::{Table, paragraph},
    numbers::count,
};

/// Sessions and the repositories that they come from.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// The collection; `None` where sessions do not say.
    pub source: Option<String>,
    pub sessions: usize,
    /// Different repositories, whatever the case of their letters.
    pub repositories: usize,
    pub without_repository: usize,
    /// The days of the first and the last session, in UTC.
    pub first: Option<String>,
    pub last: Option<String>,
}

/// Sessions of a modality and an agent. Either is `None` where sessions do not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Kind {
    pub modality: Option<String>,
    pub agent: Option<String>,
    #[serde(flatten)]
    pub turns: Turns,
}

/// How much people typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Turns {
    pub sessions: usize,
    /// Sessions whose turns are in the study; the median is theirs.
    pub with_turns: usize,
    /// Turns that a person typed; of an even number of sessions the mean of the middle two.
    pub median_user_turns: Option<f64>,
}

/// Sessions that began in a month, in UTC.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Month {
    /// `2026-01`.
    pub month: String,
    /// By modality, in the order of [`Corpus::modalities`].
    pub sessions: Vec<usize>,
}

/// Repositories that stand in several sources.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overlap {
    pub sources: Vec<Option<String>>,
    pub repositories: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Corpus {
    pub total: Share,
    pub sources: Vec<Share>,
    /// The modalities that occur, with all their agents.
    pub modalities: Vec<Kind>,
    /// The largest first within each modality.
    pub kinds: Vec<Kind>,
    pub all: Turns,
    pub months: Vec<Month>,
    pub without_start: usize,
    pub overlaps: Vec<Overlap>,
}

const UNSTATED: &str = "(not stated)";

fn named(name: Option<&String>) -> String {
    name.map_or(UNSTATED, String::as_str).to_owned()
}

/// The corpus in at most `columns`, if the numbers allow it.
pub fn text(corpus: &Corpus, columns: usize) -> String {
    if corpus.total.sessions == 0 {
        return "No sessions are in the study yet.\n".into();
    }
    let mut parts = vec![
        sources(corpus, columns),
        overlaps(corpus, columns),
        kinds(corpus, columns),
        months(corpus, columns),
    ];
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn sources(corpus: &Corpus, columns: usize) -> String {
    let mut table = Table::new(&["source", "sessions", "repositories", "first", "last"]);
    let mut row = |name: String, share: &Share| {
        table.row(vec![
            name,
            share.sessions.to_string(),
            share.repositories.to_string(),
            share.first.clone().unwrap_or_default(),
            share.last.clone().unwrap_or_default(),
        ]);
    };
    for share in &corpus.sources {
        row(named(share.source.as_ref()), share);
    }
    row("all".into(), &corpus.total);
    let mut text = table.text(columns);
    if corpus.total.without_repository > 0 {
        let sentence = format!(
            "{} {} no repository.",
            count(corpus.total.without_repository, "session"),
            if corpus.total.without_repository == 1 {
                "names"
            } else {
                "name"
            },
        );
        text += &paragraph("  ", &sentence, columns);
    }
    text
}

fn overlaps(corpus: &Corpus, columns: usize) -> String {
    if corpus.sources.len() < 2 {
        return String::new();
    }
    if corpus.overlaps.is_empty() {
        return "No repository is in more than one source.\n".into();
    }
    let mut text = String::new();
    for overlap in &corpus.overlaps {
        let sources: Vec<String> = overlap.sources.iter().map(|s| named(s.as_ref())).collect();
        let sentence = format!(
            "In {}: {}.",
            sources.join(" and "),
            overlap.repositories.join(", ")
        );
        text += &paragraph("! ", &sentence, columns);
    }
    text
}

fn kinds(corpus: &Corpus, columns: usize) -> String {
    let mut table = Table::new(&["modality, agent", "sessions", "share", "median user turns"]);
    let mut row = |name: String, turns: &Turns| {
        let share = turns.sessions as f64 / corpus.total.sessions.max(1) as f64;
        table.row(vec![
            name,
            turns.sessions.to_string(),
            format!("{share:.3}"),
            turns
                .median_user_turns
                .map_or_else(|| "-".into(), |median| median.to_string()),
        ]);
    };
    for modality in &corpus.modalities {
        row(named(modality.modality.as_ref()), &modality.turns);
        for kind in corpus
            .kinds
            .iter()
            .filter(|kind| kind.modality == modality.modality)
        {
            row(format!("  {}", named(kind.agent.as_ref())), &kind.turns);
        }
    }
    row("all".into(), &corpus.all);
    let mut text = table.text(columns);
    if corpus.all.with_turns < corpus.all.sessions {
        let sentence = format!(
            "The medians are of the {} whose turns are in the study.",
            count(corpus.all.with_turns, "session")
        );
        text += &paragraph("  ", &sentence, columns);
    }
    text
}

/// Columns of the longest bar.
const BAR: usize = 24;

fn months(corpus: &Corpus, columns: usize) -> String {
    if corpus.months.is_empty() {
        return String::new();
    }
    let names: Vec<String> = corpus
        .modalities
        .iter()
        .map(|kind| named(kind.modality.as_ref()))
        .collect();
    let mut titles = vec!["month"];
    titles.extend(names.iter().map(String::as_str));
    titles.push("");
    let longest = corpus
        .months
        .iter()
        .map(|month| month.sessions.iter().sum())
        .max();
    let mut table = Table::new(&titles);
    for month in &corpus.months {
        let mut cells = vec![month.month.clone()];
        cells.extend(month.sessions.iter().map(usize::to_string));
        // The table sets to the right; a bar begins at the left.
        cells.push(format!(
            "{:<BAR$}",
            bar(&month.sessions, longest.unwrap_or(1).max(1))
        ));
        table.row(cells);
    }
    let mut text = table.text(columns);
    let legend: Vec<String> = names
        .iter()
        .zip(MARKS)
        .map(|(name, mark)| format!("{mark} {name}"))
        .collect();
    text += &paragraph("  ", &format!("{}.", legend.join(", ")), columns);
    if corpus.without_start > 0 {
        let sentence = format!(
            "{} without a start.",
            count(corpus.without_start, "session")
        );
        text += &paragraph("  ", &sentence, columns);
    }
    text
}

/// Telling apart the modalities of a bar needs no colour.
const MARKS: [char; 3] = ['█', '░', '·'];

fn bar(sessions: &[usize], longest: usize) -> String {
    let mut bar = String::new();
    let (mut sum, mut drawn) = (0, 0);
    for (sessions, mark) in sessions.iter().zip(MARKS) {
        sum += sessions;
        // Rounding the sums keeps the whole bar true.
        let end = (sum * BAR).div_ceil(longest);
        bar.extend(std::iter::repeat_n(mark, end.saturating_sub(drawn)));
        drawn = drawn.max(end);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_bar_add_up() {
        assert_eq!(bar(&[12, 12], 24), "█".repeat(12) + &"░".repeat(12));
        assert_eq!(bar(&[0, 1], 100), "░");
        assert_eq!(bar(&[0, 0], 100), "");
    }
}
