//! The files of an import: which they are, how they begin, and how they are opened.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use super::What;

/// A file to read, and whether it was named or found in a folder.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub path: PathBuf,
    /// The folder that is imported, if it was found in one.
    pub folder: Option<PathBuf>,
}

/// How a file begins, read without taking anything from it.
pub(super) struct Start {
    /// The first byte that is neither white space nor a byte order mark.
    pub first: Option<u8>,
    /// Whether a field name of the wanted kind stands in what was looked at.
    pub has_mark: bool,
}

impl Start {
    pub fn of(input: &mut impl BufRead, what: What) -> io::Result<Self> {
        let head = input.fill_buf()?;
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let near = &head[..head.len().min(1 << 16)];
        let holds = |mark: &&str| near.windows(mark.len()).any(|part| part == mark.as_bytes());
        Ok(Self {
            first: head.iter().copied().find(|b| !b.is_ascii_whitespace()),
            has_mark: what.marks().iter().any(holds),
        })
    }
}

/// Opens a file to be read, `-` being standard input. What may keep its reader waiting is read to
/// its end first: the study is locked for others while an import runs.
pub(super) fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(Box::new(io::Cursor::new(bytes)));
    }
    let mut file = File::open(path)?;
    if file.metadata()?.is_file() {
        return Ok(Box::new(BufReader::with_capacity(1 << 20, file)));
    }
    file.read_to_end(&mut bytes)?;
    Ok(Box::new(io::Cursor::new(bytes)))
}

pub(super) fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// The files of a path: itself, or everything below a folder in the order of names.
pub(super) fn collect(path: &Path, candidates: &mut Vec<Candidate>) {
    if !path.is_dir() {
        candidates.push(Candidate {
            path: path.to_owned(),
            folder: None,
        });
        return;
    }
    let mut folders = vec![path.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        // Reading a folder that cannot be listed as a file fails with the reason.
        let Ok(entries) = std::fs::read_dir(&folder) else {
            files.push(folder);
            continue;
        };
        for entry in entries.flatten().map(|entry| entry.path()) {
            // A link to a folder above would never end.
            if entry.is_dir() && !entry.is_symlink() {
                folders.push(entry);
            } else if entry.is_file() {
                files.push(entry);
            }
        }
    }
    files.sort();
    candidates.extend(files.into_iter().map(|file| Candidate {
        path: file,
        folder: Some(path.to_owned()),
    }));
}
