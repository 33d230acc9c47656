//! The built program on the command line: what it prints where, and its exit codes.

#![allow(clippy::unwrap_used)]

mod batches;
mod codebooks;
mod demo;
mod files;
mod help;
mod imports;
mod pipes;
mod searches;
mod sessions;
mod studies;
#[path = "../support/mod.rs"]
mod support;

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use tiebreak::workflow::{SHIPPED, Study, system_clock};

/// What a run came to.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts the exit code and that every piece stands on standard error.
    #[track_caller]
    fn fails(&self, code: i32, pieces: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        for piece in pieces {
            assert!(self.err.contains(piece), "{piece:?} is not in {}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }

    #[track_caller]
    fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

fn tiebreak(home: &Path, args: &[&str]) -> Ran {
    let output = support::tiebreak(home, args);
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with the demo as `study.tiebreak`: round-1 has its gold, round-2 waits for the
/// adjudicator, round-3 is open.
fn demo() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    Study::create_demo(&home.path().join("study.tiebreak"), system_clock).unwrap();
    home
}

/// A folder with an empty study.
fn empty() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let codebooks = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
    Study::create(
        &home.path().join("study.tiebreak"),
        &codebooks,
        system_clock,
    )
    .unwrap();
    home
}
