//! The studies that were opened before, kept in a small file of the user's data folder. It is a
//! convenience: whatever goes wrong with it is silent.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::context::data_folder;
use crate::workflow::system_clock;

/// How many are kept.
const KEPT: usize = 20;

/// A study that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    pub path: PathBuf,
    /// When it was opened last, RFC 3339 in UTC.
    pub opened_at: String,
}

/// Those that are still where they were, the newest first.
pub fn there() -> Vec<Recent> {
    let mut list = file().map(|file| read(&file)).unwrap_or_default();
    list.retain(|recent| recent.path.is_file());
    list
}

/// Puts a study first.
pub fn remember(study: &Path) {
    if let Some(file) = file() {
        put_first(&file, study, system_clock()).ok();
    }
}

fn file() -> Option<PathBuf> {
    Some(data_folder()?.join("recent.json"))
}

fn read(file: &Path) -> Vec<Recent> {
    fs::read(file)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

fn put_first(file: &Path, study: &Path, opened_at: String) -> io::Result<()> {
    let path = study.canonicalize()?;
    let mut list = read(file);
    list.retain(|recent| recent.path != path);
    list.insert(0, Recent { path, opened_at });
    list.truncate(KEPT);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // Moved into place, so that nobody reads half of it.
    let beside = file.with_extension(format!("{}.part", std::process::id()));
    fs::write(&beside, serde_json::to_string_pretty(&list)?)?;
    fs::rename(&beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_twenty_are_kept_each_once_and_the_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/recent.json");
        let study = |n: usize| {
            let path = folder.path().join(format!("{n}.tiebreak"));
            fs::write(&path, "").unwrap();
            path
        };
        for n in (0..25).chain([7, 24]) {
            put_first(&file, &study(n), format!("{n}")).unwrap();
        }
        let names: Vec<String> = read(&file).into_iter().map(|one| one.opened_at).collect();
        assert_eq!(names.len(), KEPT);
        assert_eq!(names[..4], ["24", "7", "23", "22"]);
        assert_eq!(names.iter().filter(|name| *name == "7").count(), 1);
    }

    #[test]
    fn a_list_that_cannot_be_read_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("recent.json");
        fs::write(&file, "[{").unwrap();
        put_first(&file, folder.path(), String::new()).unwrap();
        assert_eq!(read(&file).len(), 1);
        assert!(put_first(&file, &folder.path().join("gone"), String::new()).is_err());
    }
}
