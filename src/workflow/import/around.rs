//! The files around a log, for readers of formats, which touch no files themselves.

use std::{
    cell::RefCell,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    formats::logs::Around,
    workflow::{Digest256, sha256_hex},
};

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

/// The files around one, of which it is remembered which were looked at.
#[derive(Default)]
pub(super) struct Beside(RefCell<Vec<Looked>>);

pub(super) struct Looked {
    /// `text PATH` or `entries PATH`.
    line: String,
    found: String,
}

impl Beside {
    /// Looks again at what was looked at before.
    pub fn look(&self, line: &str) {
        match line.split_once(' ') {
            Some(("text", path)) => drop(self.text(Path::new(path))),
            Some((_, path)) => drop(self.entries(Path::new(path))),
            None => {}
        }
    }

    fn remember(&self, what: &str, path: &Path, content: Option<&[u8]>) {
        let line = format!("{what} {}", path.display());
        let mut looked = self.0.borrow_mut();
        if looked.iter().all(|known| known.line != line) {
            let found = content.map_or_else(String::new, sha256_hex);
            looked.push(Looked { line, found });
        }
    }

    pub fn lines(&self) -> Vec<String> {
        self.0
            .borrow()
            .iter()
            .map(|looked| looked.line.clone())
            .collect()
    }

    pub fn digest(&self, digest: &mut Digest256) -> io::Result<()> {
        for looked in self.0.borrow().iter() {
            io::Write::write_all(
                digest,
                format!("\0{}\0{}", looked.line, looked.found).as_bytes(),
            )?;
        }
        Ok(())
    }
}

impl Around for Beside {
    fn text(&self, path: &Path) -> Option<String> {
        let text = OnDisk.text(path);
        self.remember("text", path, text.as_deref().map(str::as_bytes));
        text
    }

    fn entries(&self, folder: &Path) -> Vec<PathBuf> {
        let entries = OnDisk.entries(folder);
        let names: Vec<_> = entries.iter().map(|path| path.to_string_lossy()).collect();
        self.remember("entries", folder, Some(names.join("\0").as_bytes()));
        entries
    }
}
