//! The files of an import: which they are, how they begin, and how they are opened.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

/// A file to read, and whether it was named or found in a folder.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub path: PathBuf,
    /// The folder that is imported, if it was found in one.
    pub folder: Option<Arc<Folder>>,
    /// Its size when it was found; 0 where that is not known.
    pub bytes: u64,
    /// Why it is not to be read.
    pub shut: Option<Shut>,
    /// Its content, if it is not on the disk.
    pub held: Option<Arc<str>>,
}

/// A folder that is imported.
#[derive(Debug)]
pub(super) struct Folder {
    /// As it was named.
    pub path: PathBuf,
    /// Absolute and without links.
    pub real: PathBuf,
}

/// Why something is not read that was found in a folder.
#[derive(Clone, Debug)]
pub(super) enum Shut {
    /// It is not meant to be read.
    Passed(&'static str),
    /// It should have been.
    Failed(String),
}

impl Candidate {
    pub fn named(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            folder: None,
            bytes: fs::metadata(path).map_or(0, |known| known.len()),
            shut: None,
            held: None,
        }
    }

    /// A text that goes under the name of a file.
    pub fn held(name: &str, text: &str) -> Self {
        Self {
            path: name.into(),
            folder: None,
            bytes: text.len() as u64,
            shut: None,
            held: Some(text.into()),
        }
    }

    /// Its absolute path, links in the folder it was found in or named by resolved. Standard input
    /// has none.
    pub fn real_path(&self) -> Option<PathBuf> {
        if self.held.is_some() {
            return None;
        }
        if let Some(folder) = &self.folder {
            return Some(folder.real.join(self.path.strip_prefix(&folder.path).ok()?));
        }
        let name = self.path.file_name().filter(|name| *name != "-")?;
        let parent = self.path.parent().filter(|p| !p.as_os_str().is_empty());
        let parent = fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()?;
        Some(parent.join(name))
    }
}

/// How a file begins, read without taking anything from it.
pub(super) struct Start {
    /// The first byte that is neither white space nor a byte order mark.
    pub first: Option<u8>,
    /// Whether a field name of the wanted kind stands in what was looked at.
    pub has_mark: bool,
}

impl Start {
    pub fn of(input: &mut impl BufRead, marks: &[&str]) -> io::Result<Self> {
        let head = input.fill_buf()?;
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let near = &head[..head.len().min(1 << 16)];
        let holds = |mark: &&str| near.windows(mark.len()).any(|part| part == mark.as_bytes());
        Ok(Self {
            first: head.iter().copied().find(|b| !b.is_ascii_whitespace()),
            has_mark: marks.iter().any(holds),
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

/// The files of a path: itself, or everything below a folder in the order of names. Links to files
/// are followed, links to folders are not: they may lead in circles.
pub(super) fn collect(path: &Path, candidates: &mut Vec<Candidate>) {
    if !path.is_dir() {
        candidates.push(Candidate::named(path));
        return;
    }
    let root = Arc::new(Folder {
        path: path.to_owned(),
        real: fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
    });
    let first = candidates.len();
    let mut add = |path: PathBuf, bytes, shut| {
        candidates.push(Candidate {
            path,
            folder: Some(root.clone()),
            bytes,
            shut,
            held: None,
        });
    };
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                let why = format!("is a folder that cannot be listed: {error}");
                add(folder, 0, Some(Shut::Failed(why)));
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_symlink() {
                match fs::metadata(&path) {
                    Ok(meant) if meant.is_file() => add(path, meant.len(), None),
                    Ok(meant) if meant.is_dir() => {
                        let why = "is a link to a folder; to import that, name it";
                        add(path, 0, Some(Shut::Passed(why)));
                    }
                    Ok(_) => {}
                    Err(_) => add(path, 0, Some(Shut::Passed("is a link that leads nowhere"))),
                }
            } else if kind.is_file() {
                add(path, entry.metadata().map_or(0, |known| known.len()), None);
            }
        }
    }
    candidates[first..].sort_by(|a, b| a.path.cmp(&b.path));
}
