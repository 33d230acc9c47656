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
pub(super) struct Beside {
    /// The file's own folder.
    folder: PathBuf,
    looked: RefCell<Vec<Looked>>,
}

struct Looked {
    /// `text PATH` or `entries PATH`, the path being relative to the folder.
    line: String,
    found: String,
}

impl Beside {
    pub fn of(path: &Path) -> Self {
        Self {
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            looked: RefCell::default(),
        }
    }

    /// Looks again at what was looked at before.
    pub fn look(&self, line: &str) {
        let Some((what, path)) = line.split_once(' ') else {
            return;
        };
        let path = self.folder.join(path);
        match what {
            "text" => self.remember(line.to_owned(), text_hash(OnDisk.text(&path).as_deref())),
            _ => self.remember(line.to_owned(), names_hash(&OnDisk.entries(&path))),
        }
    }

    /// A path as seen from the folder, so that it means the same wherever the tree is moved.
    fn line(&self, what: &str, path: &Path) -> String {
        let above = self.folder.ancestors().enumerate();
        let seen = above.filter_map(|(up, above)| Some((up, path.strip_prefix(above).ok()?)));
        match seen.min_by_key(|(up, _)| *up) {
            Some((up, rest)) => format!("{what} {}{}", "../".repeat(up), rest.display()),
            None => format!("{what} {}", path.display()),
        }
    }

    fn remember(&self, line: String, found: String) {
        let mut looked = self.looked.borrow_mut();
        if looked.iter().all(|known| known.line != line) {
            looked.push(Looked { line, found });
        }
    }

    pub fn lines(&self) -> Vec<String> {
        let looked = self.looked.borrow();
        looked.iter().map(|looked| looked.line.clone()).collect()
    }

    pub fn digest(&self, digest: &mut Digest256) -> io::Result<()> {
        for Looked { line, found } in self.looked.borrow().iter() {
            io::Write::write_all(digest, format!("\0{line}\0{found}").as_bytes())?;
        }
        Ok(())
    }
}

fn text_hash(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| sha256_hex(text.as_bytes()))
}

fn names_hash(entries: &[PathBuf]) -> String {
    let names = entries.iter().filter_map(|path| path.file_name());
    let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
    sha256_hex(names.join("\0").as_bytes())
}

impl Around for Beside {
    fn text(&self, path: &Path) -> Option<String> {
        let text = OnDisk.text(path);
        self.remember(self.line("text", path), text_hash(text.as_deref()));
        text
    }

    fn entries(&self, folder: &Path) -> Vec<PathBuf> {
        let entries = OnDisk.entries(folder);
        self.remember(self.line("entries", folder), names_hash(&entries));
        entries
    }
}
