//! What a user does, each rule of the study once. [`Study`] owns the store and is the only handle
//! that screens and commands hold, so that none of them can get round a rule.

pub mod adjudicate;
pub mod anchor;
pub mod annotate;
pub mod browse;
pub mod command;
pub mod compare;
pub mod corpus;
pub mod demo;
pub mod export;
pub mod import;
pub mod lock;
pub mod measure;
pub mod queue;
pub mod read;
pub mod sample;
#[cfg(test)]
pub mod samples;
pub mod search;
mod second_thoughts;
pub mod sessions;
pub mod sight;
pub mod status;
mod suggestion;
mod undo;
pub mod verify;

#[cfg(test)]
mod tests;

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest, Sha256};

use crate::{
    domain::{
        batch::Batch,
        codebook::Codebook,
        ids::{RaterName, TaskName},
        session::Turn,
    },
    formats,
    store::{
        Store, StoreError,
        codebooks::{CodebookRow, TaskRow},
        events::EventRow,
        raters::RaterRow,
    },
};

use suggestion::near_miss;
pub use suggestion::suggestion;

/// The codebooks that come with tiebreak, as `(name, TOML)`.
pub const SHIPPED: [(&str, &str); 3] = [
    (
        "misalignment",
        include_str!("../../codebook/misalignment.toml"),
    ),
    ("validity", include_str!("../../codebook/validity.toml")),
    ("recall", include_str!("../../codebook/recall.toml")),
];

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be done as asked.
    #[error("{0}")]
    Refused(String),
    /// The call itself is wrong: a name that does not exist, options that do not go together.
    #[error("{0}")]
    Usage(String),
    /// The study is not yet in the state that this needs.
    #[error("{0}")]
    NotReady(String),
    #[error("{path}: {1}", path = .0.display())]
    Io(PathBuf, std::io::Error),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A codebook that the study knows.
#[derive(Clone, Debug)]
pub struct Shelved {
    pub codebook: Arc<Codebook>,
    pub sha256: String,
    pub toml: String,
}

/// A task with its codebook.
#[derive(Clone, Debug)]
pub struct Task {
    pub name: TaskName,
    pub codebook: Arc<Codebook>,
    /// When it got this codebook.
    pub changed_at: String,
}

/// An open study.
#[derive(Debug)]
pub struct Study {
    store: Store,
    shelf: Vec<Shelved>,
    tasks: Vec<Task>,
    clock: fn() -> String,
}

/// The time now, RFC 3339 in UTC, to the second.
pub fn system_clock() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second())
        .unwrap_or(now)
        .to_string()
}

/// SHA-256 in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a session's turns; `None` where it has none.
fn turns_sha256(turns: &[Turn]) -> Option<String> {
    let mut digest = BufWriter::new(Digest256::default());
    let written = formats::sessions::write_turns(turns, &mut digest);
    let whole = written.and_then(|()| digest.into_inner().map_err(Into::into));
    // A digest takes everything that is written to it.
    let whole = whole.ok().filter(|_| !turns.is_empty())?;
    Some(whole.hex())
}

/// A SHA-256 that is written to piece by piece.
#[derive(Clone, Default)]
struct Digest256(Sha256);

impl Digest256 {
    fn hex(self) -> String {
        hexadecimal(&self.0.finalize())
    }
}

impl Write for Digest256 {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Study {
    /// Creates a study file with a task for each codebook, given as `(where from, TOML)`.
    pub fn create(
        path: &Path,
        codebooks: &[(String, String)],
        clock: fn() -> String,
    ) -> Result<Self> {
        for (from, toml) in codebooks {
            parse_codebook(from, toml)?;
        }
        let store = Store::create(path)?;
        Self::furnish(store, codebooks, clock).inspect_err(|_| {
            std::fs::remove_file(path).ok();
        })
    }

    /// A study in memory with the given codebooks.
    pub fn in_memory(codebooks: &[(String, String)], clock: fn() -> String) -> Result<Self> {
        Self::furnish(Store::in_memory()?, codebooks, clock)
    }

    fn furnish(
        store: Store,
        codebooks: &[(String, String)],
        clock: fn() -> String,
    ) -> Result<Self> {
        let mut study = Self {
            store,
            shelf: Vec::new(),
            tasks: Vec::new(),
            clock,
        };
        study.atomically(|study| {
            let now = study.now();
            study.store.set_fact("created_at", &now)?;
            study.store.set_fact(
                "created_by",
                concat!("tiebreak ", env!("CARGO_PKG_VERSION")),
            )?;
            let gold = RaterRow {
                name: RaterName::GOLD.into(),
                kind: "gold".into(),
                about: String::new(),
            };
            study.store.set_rater(&gold, &now)?;
            for (from, toml) in codebooks {
                study.add_task(from, toml)?;
            }
            Ok(())
        })?;
        Ok(study)
    }

    /// Opens an existing study.
    pub fn open(path: &Path, clock: fn() -> String) -> Result<Self> {
        let mut study = Self {
            store: Store::open(path)?,
            shelf: Vec::new(),
            tasks: Vec::new(),
            clock,
        };
        study.read_shelf()?;
        Ok(study)
    }

    fn read_shelf(&mut self) -> Result<()> {
        self.shelf = self
            .store
            .codebooks()?
            .into_iter()
            .map(|row| {
                let codebook = parse_codebook(&format!("the study's {}", row.name), &row.toml)?;
                Ok(Shelved {
                    codebook: Arc::new(codebook),
                    sha256: row.sha256,
                    toml: row.toml,
                })
            })
            .collect::<Result<_>>()?;
        self.tasks = self
            .store
            .tasks()?
            .into_iter()
            .map(|row| {
                let codebook = self.codebook(&row.codebook)?.codebook.clone();
                Ok(Task {
                    name: row.name,
                    codebook,
                    changed_at: row.changed_at,
                })
            })
            .collect::<Result<_>>()?;
        Ok(())
    }

    /// Puts a codebook on the shelf and makes it the rules of the task of its name.
    pub fn add_task(&mut self, from: &str, toml: &str) -> Result<()> {
        let codebook = parse_codebook(from, toml)?;
        let name = codebook.name();
        let sha256 = sha256_hex(toml.as_bytes());
        let shipped = SHIPPED.iter().find(|(id, _)| *id == codebook.id);
        if let Some((_, shipped)) = shipped
            && *shipped != toml
            && parse_codebook(from, shipped)?.name() == name
        {
            return Err(Error::Refused(format!(
                "{from}: {name} is a codebook that comes with tiebreak, and this one differs; raise the version or give it an id of its own"
            )));
        }
        match self
            .shelf
            .iter()
            .find(|shelved| shelved.codebook.name() == name)
        {
            Some(known) if known.sha256 != sha256 => {
                return Err(Error::Refused(format!(
                    "{from}: the study already has another {name}; raise the version and try again"
                )));
            }
            Some(_) => {}
            None => {
                let row = CodebookRow {
                    name: name.clone(),
                    sha256,
                    toml: toml.to_owned(),
                };
                self.store.add_codebook(&row, &self.now())?;
            }
        }
        let current = self.tasks.iter().find(|task| *task.name == codebook.id);
        if current.is_none_or(|task| task.codebook.name() != name) {
            self.store.set_task(&TaskRow {
                name: codebook.id.clone().into(),
                codebook: name,
                unit: codebook.unit,
                changed_at: self.now(),
            })?;
        }
        self.read_shelf()
    }

    /// Runs `work` in one transaction: all of it lands, or nothing.
    pub fn atomically<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outermost = self.store.begin()?;
        let done = work(self);
        if !outermost {
            return done;
        }
        match done {
            Ok(value) => {
                self.store.commit()?;
                Ok(value)
            }
            Err(error) => {
                self.store.rollback();
                Err(error)
            }
        }
    }

    /// Runs `work` as a part of the transaction under way that stands or falls by itself.
    fn in_part<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.store.begin_part()?;
        let done = work(self);
        match &done {
            Ok(_) => self.store.keep_part()?,
            Err(_) => self.store.drop_part()?,
        }
        done
    }

    fn now(&self) -> String {
        (self.clock)()
    }

    fn log(
        &self,
        who: Option<&str>,
        what: &str,
        batch: Option<&str>,
        unit: Option<&str>,
        detail: Option<String>,
    ) -> Result<()> {
        Ok(self.store.log(&EventRow {
            at: self.now(),
            who: who.map(Into::into),
            what: what.into(),
            batch: batch.map(Into::into),
            unit: unit.map(Into::into),
            detail,
        })?)
    }

    /// Where the file is; `None` for a study in memory.
    pub fn path(&self) -> Option<&Path> {
        self.store.path()
    }

    /// What to know about where the file lies, if it does not lie well.
    pub fn warning(&self) -> Option<String> {
        let kind = self.store.network_drive()?;
        Some(format!(
            "the study lies on a network drive ({kind}), where two people who write at once can \
             damage it; keep it on a local disk and share copies"
        ))
    }

    /// Writes a consistent copy of the study to a new file.
    pub fn backup(&self, to: &Path) -> Result<()> {
        Ok(self.store.backup(to)?)
    }

    /// Whether another program has changed the file since this was last asked with the same answer.
    pub fn data_version(&self) -> Result<i64> {
        Ok(self.store.data_version()?)
    }

    /// What is to be known about the study as a whole, such as that it is invented.
    pub fn about(&self) -> Result<Option<String>> {
        Ok(self.store.fact("about")?)
    }

    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    pub fn shelf(&self) -> &[Shelved] {
        &self.shelf
    }

    /// A codebook by `id@version`.
    pub fn codebook(&self, name: &str) -> Result<&Shelved> {
        self.shelf
            .iter()
            .find(|shelved| shelved.codebook.name() == name)
            .ok_or_else(|| {
                let known: Vec<String> = self.shelf.iter().map(|s| s.codebook.name()).collect();
                Error::Usage(format!(
                    "the study has no codebook {name}; it has {}",
                    known.join(", ")
                ))
            })
    }

    /// A task by its name.
    pub fn task(&self, name: &str) -> Result<&Task> {
        self.tasks
            .iter()
            .find(|task| *task.name == *name)
            .ok_or_else(|| {
                let known: Vec<&str> = self.tasks.iter().map(|task| &*task.name).collect();
                Error::Usage(format!(
                    "the study has no task {name}; it has {}",
                    known.join(", ")
                ))
            })
    }

    /// Everything about a batch but its members.
    pub fn batch(&self, name: &str) -> Result<Batch> {
        let found = self.store.batch_head(name)?;
        found.ok_or_else(|| no_batch(name, &self.store.batch_names().unwrap_or_default()))
    }

    /// Every batch, without members, in the order in which they were made.
    pub fn batches(&self) -> Result<Vec<Batch>> {
        self.store
            .batch_names()?
            .iter()
            .map(|name| self.batch(name))
            .collect()
    }

    pub fn raters(&self) -> Result<Vec<RaterRow>> {
        Ok(self.store.raters()?)
    }

    /// A rater by a name in any case; an unknown one is an error with a suggestion.
    pub fn rater(&self, name: &str) -> Result<RaterRow> {
        let raters = self.store.raters()?;
        let wanted = name.to_lowercase();
        if let Some(rater) = raters
            .iter()
            .find(|rater| rater.name.to_lowercase() == wanted)
        {
            return Ok(rater.clone());
        }
        let names: Vec<&str> = raters
            .iter()
            .map(|rater| &*rater.name)
            .filter(|n| *n != RaterName::GOLD)
            .collect();
        Err(Error::Usage(format!(
            "there is no rater {name}{}",
            suggestion(name, &names)
        )))
    }

    /// The name of a person who acts without being an annotator. Somebody new may come, but not
    /// under a name that is nearly somebody else's, which will be a slip.
    pub fn person(&self, name: &str) -> Result<String> {
        let raters = self.store.raters()?;
        let names: Vec<&str> = raters
            .iter()
            .map(|rater| &*rater.name)
            .filter(|known| *known != RaterName::GOLD)
            .collect();
        let lower = name.to_lowercase();
        if let Some(known) = names.iter().find(|known| known.to_lowercase() == lower) {
            return Ok((*known).to_owned());
        }
        if !RaterName::is_valid(name) || lower == RaterName::GOLD {
            return Err(Error::Usage(format!(
                "\"{name}\" cannot name a person: take up to 64 letters, digits, _ . + or -"
            )));
        }
        match near_miss(name, &names) {
            Some(known) => Err(Error::Usage(format!(
                "there is no rater {name}; did you mean {known}? Somebody new needs a name that differs more"
            ))),
            None => Ok(name.to_owned()),
        }
    }

    /// The place of a screen as it was left.
    pub fn place(&self, screen: &str, batch: &str, rater: &str) -> Option<String> {
        self.store.place(screen, batch, rater).ok().flatten()
    }

    /// Remembers where a screen stands. Failing at it costs nobody a label, so it is silent.
    pub fn remember_place(&mut self, screen: &str, batch: &str, rater: &str, state: &str) {
        self.store.set_place(screen, batch, rater, state).ok();
    }

    /// Codebooks by name, for reading answers.
    fn shelf_of<'s>(&'s self) -> impl Fn(&str) -> Option<&'s Codebook> + 's {
        |name| {
            self.shelf
                .iter()
                .find(|shelved| shelved.codebook.name() == name)
                .map(|shelved| &*shelved.codebook)
        }
    }
}

fn parse_codebook(from: &str, toml: &str) -> Result<Codebook> {
    formats::codebook::read(toml).map_err(|problems| {
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| format!("{from}: {problem}"))
            .collect();
        Error::Refused(lines.join("\n"))
    })
}

fn no_batch(name: &str, known: &[String]) -> Error {
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let hint = if names.is_empty() {
        "; draw one with: tiebreak sample".to_owned()
    } else {
        suggestion(name, &names)
    };
    Error::Usage(format!("there is no batch {name}{hint}"))
}
