//! The study file: one SQLite database. The only place that knows SQL.
//!
//! Functions here move rows; they hold no rule about who may see or do what. Those live in
//! `workflow`, which owns the one `Store`.

pub mod batches;
pub mod browse;
pub mod codebooks;
mod convert;
pub mod corpus;
pub mod episodes;
pub mod events;
pub mod migrations;
mod mounts;
pub mod queue;
pub mod raters;
pub mod revisions;
pub mod search;
pub mod session_files;
pub mod sessions;
#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

/// How long to wait for another program that is writing.
const BUSY: Duration = Duration::from_secs(10);

/// What can go wrong with the file itself.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "{0} does not exist; create a study with: tiebreak init {0}, or look at the demo with: tiebreak demo"
    )]
    Missing(PathBuf),
    #[error("{0} already exists; choose another name, or open it with --study {0}")]
    Exists(PathBuf),
    #[error("{0} is a folder, not a study file")]
    Folder(PathBuf),
    #[error("{0} is not a tiebreak study")]
    Foreign(PathBuf),
    #[error(
        "{path} was written by a newer tiebreak (shape {found}; this one knows {known}); update tiebreak"
    )]
    Newer {
        path: PathBuf,
        found: i32,
        known: i32,
    },
    #[error("{0} is damaged: {1}; restore a backup")]
    Damaged(PathBuf, String),
    #[error("the study is in use by another program that has not finished in {} seconds; try again", BUSY.as_secs())]
    Busy,
    #[error("the study file cannot be written: it or its folder is read-only")]
    ReadOnly,
    #[error("the disk is full: nothing was changed; free some space and try again")]
    Full,
    #[error(
        "the disk fails to read or write the study ({0}): nothing was changed; see whether it is full or damaged"
    )]
    Disk(rusqlite::Error),
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    #[error("the study holds something unexpected: {0}")]
    Content(String),
    #[error("the study file: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::ReadOnly) => StoreError::ReadOnly,
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::SystemIoFailure) => StoreError::Disk(error),
            _ => StoreError::Sqlite(error),
        }
    }
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// An open study file.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: Option<PathBuf>,
}

impl Store {
    /// Creates a study file that must not exist yet.
    pub fn create(path: &Path) -> Result<Self> {
        if path.exists() {
            return Err(StoreError::Exists(path.to_owned()));
        }
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            && !folder.is_dir()
        {
            return Err(StoreError::Io(
                folder.to_owned(),
                std::io::ErrorKind::NotFound.into(),
            ));
        }
        let store = Self::prepare(Connection::open(path)?, Some(path.to_owned()))?;
        let mut store = store;
        migrations::migrate(&mut store.connection, 0).inspect_err(|_| {
            fs::remove_file(path).ok();
        })?;
        Ok(store)
    }

    /// Opens an existing study. An older file is copied, then brought to the present shape.
    pub fn open(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        if path.is_dir() {
            return Err(StoreError::Folder(path.to_owned()));
        }
        check_header(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        let mut store =
            Self::prepare(connection, Some(path.to_owned())).map_err(|e| e.about(path))?;
        let pragma = |name| {
            store
                .connection
                .pragma_query_value(None, name, |row| row.get::<_, i32>(0))
        };
        let application = pragma("application_id").map_err(|e| StoreError::from(e).about(path))?;
        if application != migrations::APPLICATION_ID {
            return Err(StoreError::Foreign(path.to_owned()));
        }
        let shape = pragma("user_version")?;
        if shape > migrations::NEWEST {
            return Err(StoreError::Newer {
                path: path.to_owned(),
                found: shape,
                known: migrations::NEWEST,
            });
        }
        if shape < migrations::NEWEST {
            let mut copy = path.as_os_str().to_owned();
            copy.push(format!(".shape-{shape}"));
            store.backup(Path::new(&copy))?;
            migrations::migrate(&mut store.connection, shape)?;
        }
        Ok(store)
    }

    /// A study that lives only as long as the program, for tests.
    pub fn in_memory() -> Result<Self> {
        let mut store = Self::prepare(Connection::open_in_memory()?, None)?;
        migrations::migrate(&mut store.connection, 0)?;
        Ok(store)
    }

    fn prepare(connection: Connection, path: Option<PathBuf>) -> Result<Self> {
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(128);
        // Without it SQLite compiles a cached statement anew whenever a parameter changes.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // A rollback journal keeps everything committed in the one file, so that a copy of it
        // never misses a label; see docs/study-file.md for the price.
        connection.pragma_update(None, "journal_mode", "DELETE")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "cache_size", -16_000)?;
        Ok(Self { connection, path })
    }

    /// Where the file is; `None` for one in memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The kind of network drive that the file lies on, if it is known to.
    pub fn network_drive(&self) -> Option<String> {
        mounts::network_drive(self.path.as_deref()?)
    }

    /// Begins a transaction, unless one is under way. Tells whether it began one.
    ///
    /// Taking the write lock at the start avoids a deadlock between two readers that both want
    /// to write.
    pub fn begin(&self) -> Result<bool> {
        if !self.connection.is_autocommit() {
            return Ok(false);
        }
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        Ok(true)
    }

    /// Ends the transaction. If that fails nothing of it stays.
    pub fn commit(&self) -> Result<()> {
        self.connection.execute_batch("COMMIT").map_err(|error| {
            self.rollback();
            StoreError::from(error)
        })
    }

    pub fn rollback(&self) {
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK").ok();
        }
    }

    /// Begins a part of the transaction that can be undone by itself. Parts do not nest.
    pub fn begin_part(&self) -> Result<()> {
        Ok(self
            .connection
            .prepare_cached("SAVEPOINT part")?
            .execute([])
            .map(drop)?)
    }

    pub fn keep_part(&self) -> Result<()> {
        Ok(self
            .connection
            .prepare_cached("RELEASE part")?
            .execute([])
            .map(drop)?)
    }

    /// Undoes the part. After some errors SQLite has undone the whole transaction already.
    pub fn drop_part(&self) -> Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        Ok(self
            .connection
            .execute_batch("ROLLBACK TO part; RELEASE part")?)
    }

    /// Whether a transaction is under way.
    pub fn is_writing(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// Writes a consistent copy to a file that must not exist, also while others write.
    pub fn backup(&self, to: &Path) -> Result<()> {
        if to.exists() {
            return Err(StoreError::Exists(to.to_owned()));
        }
        let name = to.to_str().ok_or_else(|| {
            StoreError::Io(to.to_owned(), std::io::ErrorKind::InvalidFilename.into())
        })?;
        self.connection
            .execute("VACUUM INTO ?1", [name])
            .inspect_err(|_| {
                fs::remove_file(to).ok();
            })?;
        Ok(())
    }

    /// What SQLite finds wrong with the file and its references; empty if nothing.
    pub fn integrity(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let mut statement = self.connection.prepare("PRAGMA integrity_check(20)")?;
        for row in statement.query_map([], |row| row.get::<_, String>(0))? {
            found.extend(Some(row?).filter(|text| text != "ok"));
        }
        let mut statement = self.connection.prepare("PRAGMA foreign_key_check")?;
        let broken = statement.query_map([], |row| {
            Ok(format!(
                "a row of {} refers to a row of {} that is gone",
                row.get::<_, String>(0)?,
                row.get::<_, String>(2)?
            ))
        })?;
        for row in broken {
            found.push(row?);
        }
        Ok(found)
    }

    /// A number that changes whenever another program has changed the file.
    pub fn data_version(&self) -> Result<i64> {
        Ok(self
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// A fact about the study itself, such as when it was made.
    pub fn fact(&self, key: &str) -> Result<Option<String>> {
        convert::optional(self.connection.query_row(
            "SELECT value FROM study WHERE key = ?1",
            [key],
            |row| row.get(0),
        ))
    }

    /// The random key of this study's masks, made when it is first asked for.
    pub fn redaction_key(&self) -> Result<String> {
        const NAME: &str = "redaction_key";
        if let Some(key) = self.fact(NAME)? {
            return Ok(key);
        }
        // Another program may be first.
        self.connection.execute(
            "INSERT OR IGNORE INTO study (key, value) VALUES (?1, hex(randomblob(32)))",
            [NAME],
        )?;
        Ok(self.fact(NAME)?.unwrap_or_default())
    }

    pub fn set_fact(&self, key: &str, value: &str) -> Result<()> {
        self.connection.execute(
            "INSERT INTO study (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [key, value],
        )?;
        Ok(())
    }
}

impl StoreError {
    /// The same, with the file's name where SQLite could not make sense of it.
    fn about(self, path: &Path) -> Self {
        match self {
            StoreError::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase) => StoreError::Foreign(path.to_owned()),
                Some(ErrorCode::DatabaseCorrupt) => {
                    StoreError::Damaged(path.to_owned(), error.to_string())
                }
                _ => StoreError::Sqlite(error),
            },
            other => other,
        }
    }
}

/// Looks before SQLite does, which would take an empty file for a new database.
fn check_header(path: &Path) -> Result<()> {
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| {
        use std::io::Read;
        file.take(16).read_to_end(&mut head)
    });
    match read {
        Err(error) => Err(StoreError::Io(path.to_owned(), error)),
        Ok(_) if head != b"SQLite format 3\0" => Err(StoreError::Foreign(path.to_owned())),
        Ok(_) => Ok(()),
    }
}
