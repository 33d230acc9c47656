//! Checks what the study holds against itself: quotes against sessions, labels against their
//! codebook, locks against what they froze, and the file against its own structure.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    Error, Result, Study,
    lock::snapshot_sha256,
    sight::{Viewer, Wanted},
};
use crate::{
    domain::{
        ids::{RaterName, TaskName, UnitKey},
        label::{Label, State},
        rules,
        standing::{Found, Standing, TurnText},
    },
    store::{StoreError, episodes::QuoteRow, revisions::LabelFilter, sessions::SessionRow},
    workflow::turns_sha256,
};

/// How many units of each other kind of finding are listed; all are counted.
const LISTED: usize = 50;
/// How much of a quote is shown, in characters.
const SHOWN: usize = 200;

/// What was found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verification {
    pub quotes: Quotes,
    pub labels: Labels,
    pub locks: Vec<LockCheck>,
    /// What is wrong with the file itself; written as `"ok"` where nothing is.
    #[serde(serialize_with = "ok_or_list")]
    pub file: Vec<String>,
}

impl Verification {
    /// Whether labels, locks and the file are as they should be. Quotes that are not verbatim are
    /// a finding about the data, not a fault of the study.
    pub fn is_sound(&self) -> bool {
        self.file.is_empty()
            && self.labels.broken == 0
            && self.quotes.outdated == 0
            && self.locks.iter().all(|lock| lock.holds != Some(false))
    }
}

/// How the quotes stand in their sessions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Quotes {
    pub total: u64,
    #[serde(flatten)]
    pub standings: Standings,
    /// Quotes whose standing in the file is not the one that was found now.
    pub outdated: u64,
    /// Every quote that does not stand word for word where it says, its session being there.
    pub not_verbatim: Vec<NotVerbatim>,
    /// Episodes with a text whose session's turns are not in the study.
    pub episodes_without_session: u64,
    /// The first of these.
    pub without_session: Vec<UnitKey>,
}

/// How many quotes stand in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standings([u64; Found::ALL.len()]);

impl Standings {
    pub fn of(&self, found: Found) -> u64 {
        Found::ALL
            .iter()
            .zip(self.0)
            .find_map(|(known, count)| (*known == found).then_some(count))
            .unwrap_or(0)
    }

    fn count(&mut self, found: Found) {
        for (known, count) in Found::ALL.iter().zip(&mut self.0) {
            *count += u64::from(*known == found);
        }
    }
}

impl Serialize for Standings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Found::ALL.len()))?;
        for found in Found::ALL {
            map.serialize_entry(found.as_str(), &self.of(found))?;
        }
        map.end()
    }
}

/// A quote that does not stand word for word where it says.
#[derive(Clone, Debug, Serialize)]
pub struct NotVerbatim {
    pub unit: UnitKey,
    /// Its place among the quotes of its episode, from 1.
    pub position: u32,
    /// The turn that it claims.
    pub turn: String,
    /// The rung, in the words of the counts.
    #[serde(rename = "match", serialize_with = "as_word")]
    pub found: Found,
    /// Of a fuzzy match.
    pub similarity: Option<f64>,
    /// Where it was found.
    pub place: Option<FoundAt>,
    /// The beginning of the quote.
    pub quote: String,
}

/// A place in a session.
#[derive(Clone, Debug, Serialize)]
pub struct FoundAt {
    /// The number of the turn.
    pub turn: u32,
    /// Bytes of its raw text, from the first that was found to the last.
    pub start: usize,
    pub stop: usize,
}

fn as_word<S: Serializer>(found: &Found, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(found.as_str())
}

/// Whether the labels keep the rules of their codebooks. Says of whom and how many, never what.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Labels {
    pub total: u64,
    /// Submitted labels that break a rule or are not complete.
    pub broken: u64,
    pub by_rater: Vec<RaterCheck>,
}

/// The labels of one rater of a task.
#[derive(Clone, Debug, Serialize)]
pub struct RaterCheck {
    pub task: TaskName,
    pub rater: RaterName,
    pub total: u64,
    pub broken: u64,
    /// The first units with a broken label that anybody may see.
    pub units: Vec<UnitKey>,
}

/// Whether a batch's snapshot still has the hash that its lock gave it.
#[derive(Clone, Debug, Serialize)]
pub struct LockCheck {
    pub batch: String,
    /// `None` for an imported lock whose labels are not all here yet.
    pub holds: Option<bool>,
}

fn ok_or_list<S: Serializer>(problems: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    match problems {
        [] => serializer.serialize_str("ok"),
        some => some.serialize(serializer),
    }
}

impl Study {
    /// Looks at everything, changes nothing.
    pub fn verify(&self) -> Result<Verification> {
        let mut file = self.store.integrity()?;
        let quotes = self.verify_quotes(&mut file)?;
        let labels = spared(self.verify_labels(), &mut file)?;
        let locks = spared(self.verify_locks(), &mut file)?;
        Ok(Verification {
            quotes,
            labels,
            locks,
            file,
        })
    }

    fn verify_quotes(&self, file: &mut Vec<String>) -> Result<Quotes> {
        let mut quotes = Quotes::default();
        self.store.each_session(|row| {
            for quote in self.verify_session(&row, file)? {
                quotes.add(quote.0, &quote.1);
            }
            Ok::<_, Error>(())
        })?;
        (quotes.episodes_without_session, quotes.without_session) =
            self.store.episodes_without_session(LISTED)?;
        Ok(quotes)
    }

    /// The quotes from a session, each with how it stands there now.
    fn verify_session(
        &self,
        row: &SessionRow,
        file: &mut Vec<String>,
    ) -> Result<Vec<(QuoteRow, Standing)>> {
        let turns = self.store.turns(row.number)?;
        let hash = turns_sha256(&turns);
        let is_other = row.sha256.is_some() && hash != row.sha256;
        if is_other || turns.len() != row.turns as usize {
            file.push(format!(
                "the turns of {} are not those that were imported",
                row.session.id
            ));
        }
        let quotes = self.store.quotes_of_session(row.number)?;
        let turns: Vec<TurnText> = turns.iter().map(TurnText::of).collect();
        let standing = |quote: &QuoteRow| match turns.as_slice() {
            [] => Standing::NO_SESSION,
            turns => Standing::among(&quote.quote, &quote.turn, turns),
        };
        Ok(quotes
            .into_iter()
            .map(|quote| {
                let standing = standing(&quote);
                (quote, standing)
            })
            .collect())
    }

    /// All labels are counted. The units are those of labels that anybody may see: that a hidden
    /// label breaks a rule says something of what it is.
    fn verify_labels(&self) -> Result<Labels> {
        let mut found = self.checked_labels(&Viewer::Program)?;
        let mut open = self.checked_labels(&Viewer::Anyone)?;
        for (of, check) in &mut found {
            check.units = open.remove(of).map(|open| open.units).unwrap_or_default();
        }
        let by_rater: Vec<RaterCheck> = found.into_values().collect();
        Ok(Labels {
            total: by_rater.iter().map(|check| check.total).sum(),
            broken: by_rater.iter().map(|check| check.broken).sum(),
            by_rater,
        })
    }

    fn checked_labels(
        &self,
        viewer: &Viewer,
    ) -> Result<BTreeMap<(TaskName, RaterName), RaterCheck>> {
        let mut found: BTreeMap<(TaskName, RaterName), RaterCheck> = BTreeMap::new();
        let mut failed = None;
        let wanted = Wanted::Labels(LabelFilter::default());
        self.labels(viewer, wanted, |label| {
            let is_broken = match self.breaks_a_rule(&label) {
                Ok(is_broken) => is_broken,
                Err(error) => return failed = Some(error),
            };
            let address = label.address;
            let check = found
                .entry((address.task.clone(), address.rater.clone()))
                .or_insert_with(|| RaterCheck {
                    task: address.task,
                    rater: address.rater,
                    total: 0,
                    broken: 0,
                    units: Vec::new(),
                });
            check.total += 1;
            if is_broken {
                check.broken += 1;
                if check.units.len() < LISTED {
                    check.units.push(address.unit);
                }
            }
        })?;
        match failed {
            Some(error) => Err(error),
            None => Ok(found),
        }
    }

    /// A draft is somebody's work under way, and the form says what stands against it.
    fn breaks_a_rule(&self, label: &Label) -> Result<bool> {
        if label.content.state == State::Draft {
            return Ok(false);
        }
        let codebook = &self.codebook(&label.address.codebook)?.codebook;
        let repeats = codebook.axes.iter().any(|axis| axis.repeat);
        let size = match repeats {
            true => self.store.episode_size(&label.address.unit)?,
            false => None,
        };
        let quotes = size.map_or(0, |(_, quotes)| quotes);
        let content = &label.content;
        let review = rules::review(codebook, &content.answers, content.note.as_deref(), quotes);
        Ok(!review.is_clean())
    }

    fn verify_locks(&self) -> Result<Vec<LockCheck>> {
        let mut checks = Vec::new();
        for batch in self.batches()? {
            let Some(lock) = &batch.lock else { continue };
            let holds = if lock.sealed {
                let mut labels = Vec::new();
                self.labels(&Viewer::Program, Wanted::Snapshot(&batch.name), |label| {
                    labels.push(label);
                })?;
                let codebook = &self.codebook(&batch.codebook)?.codebook;
                Some(snapshot_sha256(codebook, &labels) == lock.sha256)
            } else {
                None
            };
            checks.push(LockCheck {
                batch: batch.name.0,
                holds,
            });
        }
        Ok(checks)
    }
}

impl Quotes {
    fn add(&mut self, quote: QuoteRow, standing: &Standing) {
        self.total += 1;
        self.standings.count(standing.found);
        self.outdated += u64::from(*standing != quote.standing);
        if standing.found.is_verbatim() || standing.found == Found::NoSession {
            return;
        }
        let place = standing.place.as_ref();
        self.not_verbatim.push(NotVerbatim {
            unit: quote.unit,
            position: quote.position,
            turn: quote.turn.text,
            found: standing.found,
            similarity: standing.similarity,
            place: place.map(|place| FoundAt {
                turn: place.turn,
                start: place.range().start,
                stop: place.range().end,
            }),
            quote: quote.quote.chars().take(SHOWN).collect(),
        });
    }
}

/// What cannot be read is a finding about the file, not the end of the check.
fn spared<T: Default>(checked: Result<T>, file: &mut Vec<String>) -> Result<T> {
    match checked {
        Err(Error::Store(StoreError::Content(why))) => {
            file.push(why);
            Ok(T::default())
        }
        other => other,
    }
}
