//! Counts what the study's sessions are: their sources, repositories, agents and months.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::{Result, Study};
use crate::{
    report::corpus::{Corpus, Kind, Month, Overlap, Share, Turns},
    store::corpus::SessionFacts,
};

type Name = Option<String>;

/// What is counted while the sessions go by.
#[derive(Default)]
struct Counting {
    sources: BTreeMap<Name, Collection>,
    /// The sources in which each repository stands, by its name in small letters, with the name as
    /// it was met first.
    repositories: HashMap<String, (String, BTreeSet<Name>)>,
    kinds: HashMap<(Name, Name), Group>,
    months: BTreeMap<String, HashMap<Name, usize>>,
    without_start: usize,
}

#[derive(Default)]
struct Collection {
    sessions: usize,
    repositories: usize,
    without_repository: usize,
    days: Option<(String, String)>,
}

/// The user turns of the sessions of which they are known.
#[derive(Clone, Default)]
struct Group {
    sessions: usize,
    user_turns: Vec<u32>,
}

impl Study {
    /// The corpus: every session that is known, from its turns or only from its episodes.
    pub fn corpus(&self) -> Result<Corpus> {
        let mut counting = Counting::default();
        self.store
            .each_session_facts(|facts| counting.count(facts))?;
        Ok(counting.finish())
    }
}

impl Counting {
    fn count(&mut self, facts: SessionFacts) {
        let collection = self.sources.entry(facts.source.clone()).or_default();
        collection.sessions += 1;
        match facts.repository {
            None => collection.without_repository += 1,
            Some(name) => {
                let met = self.repositories.entry(name.to_lowercase());
                let (_, sources) = met.or_insert_with(|| (name, BTreeSet::new()));
                collection.repositories += usize::from(sources.insert(facts.source.clone()));
            }
        }
        match facts.started_at.as_deref().and_then(day) {
            None => self.without_start += 1,
            Some(day) => {
                let month = self.months.entry(day[..7].to_owned()).or_default();
                *month.entry(facts.modality.clone()).or_default() += 1;
                collection.days = Some(match collection.days.take() {
                    None => (day.clone(), day),
                    Some((first, last)) => (first.min(day.clone()), last.max(day)),
                });
            }
        }
        let group = self.kinds.entry((facts.modality, facts.agent)).or_default();
        group.sessions += 1;
        group.user_turns.extend(facts.user_turns);
    }

    fn finish(self) -> Corpus {
        let mut sources: Vec<Share> = self
            .sources
            .into_iter()
            .map(|(source, found)| {
                let (first, last) = found.days.unzip();
                Share {
                    source,
                    sessions: found.sessions,
                    repositories: found.repositories,
                    without_repository: found.without_repository,
                    first,
                    last,
                }
            })
            .collect();
        sources.sort_by_key(|share| share.source.is_none());
        let total = Share {
            source: None,
            sessions: sources.iter().map(|share| share.sessions).sum(),
            repositories: self.repositories.len(),
            without_repository: sources.iter().map(|share| share.without_repository).sum(),
            first: sources.iter().filter_map(|share| share.first.clone()).min(),
            last: sources.iter().filter_map(|share| share.last.clone()).max(),
        };
        let mut of_modality: HashMap<Name, Group> = HashMap::new();
        let mut all = Group::default();
        for ((modality, _), group) in &self.kinds {
            of_modality.entry(modality.clone()).or_default().add(group);
            all.add(group);
        }
        let modalities = kinds(
            of_modality
                .into_iter()
                .map(|(name, group)| ((name, None), group)),
        );
        let months = self.months.into_iter().map(|(month, counts)| Month {
            month,
            sessions: modalities
                .iter()
                .map(|kind| counts.get(&kind.modality).copied().unwrap_or(0))
                .collect(),
        });
        Corpus {
            total,
            months: months.collect(),
            without_start: self.without_start,
            overlaps: overlaps(self.repositories.into_values()),
            kinds: kinds(self.kinds.into_iter()),
            all: all.turns(),
            sources,
            modalities,
        }
    }
}

impl Group {
    fn add(&mut self, other: &Group) {
        self.sessions += other.sessions;
        self.user_turns.extend(&other.user_turns);
    }

    fn turns(mut self) -> Turns {
        self.user_turns.sort_unstable();
        let count = self.user_turns.len();
        let middle = |place: usize| self.user_turns.get(place).map(|turns| f64::from(*turns));
        let median = match count {
            0 => None,
            _ => middle((count - 1) / 2).zip(middle(count / 2)),
        };
        Turns {
            sessions: self.sessions,
            with_turns: count,
            median_user_turns: median.map(|(low, high)| (low + high) / 2.0),
        }
    }
}

/// Groups in order: the largest first within a modality, what is not stated last.
fn kinds(groups: impl Iterator<Item = ((Name, Name), Group)>) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = groups
        .map(|((modality, agent), group)| Kind {
            modality,
            agent,
            turns: group.turns(),
        })
        .collect();
    kinds.sort_by(|a, b| {
        let place = |kind: &Kind| {
            (
                kind.modality.is_none(),
                std::cmp::Reverse(kind.modality.clone()),
            )
        };
        place(a)
            .cmp(&place(b))
            .then(b.turns.sessions.cmp(&a.turns.sessions))
            .then(a.agent.cmp(&b.agent))
    });
    kinds
}

fn overlaps(repositories: impl Iterator<Item = (String, BTreeSet<Name>)>) -> Vec<Overlap> {
    let mut shared: BTreeMap<Vec<Name>, Vec<String>> = BTreeMap::new();
    for (name, sources) in repositories.filter(|(_, sources)| sources.len() > 1) {
        shared
            .entry(sources.into_iter().collect())
            .or_default()
            .push(name);
    }
    shared
        .into_iter()
        .map(|(sources, mut repositories)| {
            repositories.sort();
            Overlap {
                sources,
                repositories,
            }
        })
        .collect()
}

/// The day in UTC, or the day as it is written where no zone is given.
fn day(start: &str) -> Option<String> {
    let told = match start.parse::<Timestamp>() {
        Ok(time) => time.to_string(),
        Err(_) => start.to_owned(),
    };
    let day = told.get(..10)?;
    let is_day = day.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    is_day.then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(
        source: &str,
        repository: &str,
        kind: (&str, &str),
        at: &str,
        turns: Option<u32>,
    ) -> SessionFacts {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        SessionFacts {
            source: some(source),
            repository: some(repository),
            modality: some(kind.0),
            agent: some(kind.1),
            started_at: some(at),
            user_turns: turns,
        }
    }

    #[test]
    fn every_session_is_counted_once_wherever_it_lacks_something() {
        let mut counting = Counting::default();
        let ide = ("ide", "Cursor");
        for one in [
            facts(
                "specstory",
                "o/A",
                ide,
                "2025-06-30T23:30:00-02:00",
                Some(4),
            ),
            facts("specstory", "o/a", ide, "2025-06-04T00:00:00Z", Some(7)),
            facts("specstory", "o/b", ("ide", "Unknown"), "2025-06", Some(1)),
            facts(
                "entire",
                "O/a",
                ("cli", "Claude Code"),
                "2025-07-02 10:00",
                None,
            ),
            facts("entire", "", ("cli", "Claude Code"), "", Some(2)),
            facts("", "o/c", ("", ""), "2025-08-01", Some(0)),
        ] {
            counting.count(one);
        }
        let corpus = counting.finish();
        assert_eq!((corpus.total.sessions, corpus.total.repositories), (6, 3));
        assert_eq!(corpus.total.without_repository, 1);
        assert_eq!(corpus.total.first.as_deref(), Some("2025-06-04"));
        let shares: Vec<_> = corpus
            .sources
            .iter()
            .map(|s| (s.source.as_deref(), s.sessions, s.repositories))
            .collect();
        assert_eq!(
            shares,
            [
                (Some("entire"), 2, 1),
                (Some("specstory"), 3, 2),
                (None, 1, 1),
            ]
        );
        assert_eq!(corpus.overlaps.len(), 1);
        assert_eq!(corpus.overlaps[0].repositories, ["o/A"]);
        let medians: Vec<_> = corpus
            .kinds
            .iter()
            .map(|k| {
                (
                    k.agent.as_deref(),
                    k.turns.sessions,
                    k.turns.with_turns,
                    k.turns.median_user_turns,
                )
            })
            .collect();
        assert_eq!(
            medians,
            [
                (Some("Cursor"), 2, 2, Some(5.5)),
                (Some("Unknown"), 1, 1, Some(1.0)),
                (Some("Claude Code"), 2, 1, Some(2.0)),
                (None, 1, 1, Some(0.0)),
            ]
        );
        assert_eq!(corpus.all.median_user_turns, Some(2.0));
        // The evening of June in another zone is July in UTC; a month alone is no day.
        let months: Vec<_> = corpus
            .months
            .iter()
            .map(|m| (m.month.as_str(), m.sessions.clone()))
            .collect();
        assert_eq!(
            months,
            [
                ("2025-06", vec![1, 0, 0]),
                ("2025-07", vec![1, 1, 0]),
                ("2025-08", vec![0, 0, 1])
            ]
        );
        assert_eq!(corpus.without_start, 2);
    }
}
