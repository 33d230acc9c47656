//! The files around a log, for readers of formats, which touch no files themselves.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::formats::logs::Around;

/// What stands on the disk.
pub struct OnDisk;

impl Around for OnDisk {
    fn text(&self, path: &Path) -> Option<String> {
        let bytes = fs::read(path).ok()?;
        Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    fn entries(&self, folder: &Path) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(folder) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        paths
    }
}
