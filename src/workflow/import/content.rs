//! What a file holds: in memory where it is small, on the disk where it is not.

use std::{
    borrow::Cow,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use super::Candidate;

/// Files up to this size are read whole; larger ones piece by piece where their kind allows it.
pub(super) const WHOLE: u64 = 64 << 20;

/// What a file is judged by before it is read.
const HEAD: u64 = 1 << 16;

/// A file's content, or that it is too large to be held.
pub(super) enum Content {
    Whole(Vec<u8>),
    OnDisk,
}

impl Content {
    pub fn of(candidate: &Candidate) -> io::Result<Self> {
        let path = &candidate.path;
        let mut bytes = Vec::new();
        if let Some(text) = &candidate.held {
            bytes.extend_from_slice(text.as_bytes());
        } else if path.as_os_str() == "-" {
            io::stdin().lock().read_to_end(&mut bytes)?;
        } else {
            let mut file = File::open(path)?;
            let known = file.metadata()?;
            if known.is_file() && known.len() > WHOLE {
                return Ok(Content::OnDisk);
            }
            bytes.reserve_exact(known.len() as usize);
            file.read_to_end(&mut bytes)?;
        }
        Ok(Content::Whole(bytes))
    }

    pub fn reader<'c>(&'c self, path: &Path) -> io::Result<Box<dyn BufRead + 'c>> {
        Ok(match self {
            Content::Whole(bytes) => Box::new(&bytes[..]),
            Content::OnDisk => Box::new(BufReader::with_capacity(1 << 20, File::open(path)?)),
        })
    }

    pub fn head(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.reader(path)?.take(HEAD).read_to_end(&mut head)?;
        Ok(head)
    }

    /// The whole text; what is not UTF-8 is replaced.
    pub fn text(&self, path: &Path) -> io::Result<Cow<'_, str>> {
        let without_bom = |bytes: &[u8]| bytes.starts_with(b"\xef\xbb\xbf").then_some(3);
        Ok(match self {
            Content::Whole(bytes) => {
                let start = without_bom(bytes).unwrap_or(0);
                String::from_utf8_lossy(&bytes[start..])
            }
            Content::OnDisk => {
                let mut bytes = fs::read(path)?;
                bytes.drain(..without_bom(&bytes).unwrap_or(0));
                Cow::Owned(match String::from_utf8(bytes) {
                    Ok(text) => text,
                    Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
                })
            }
        })
    }

    /// Whether nothing of its text has to be replaced.
    pub fn is_utf8(&self, path: &Path) -> io::Result<bool> {
        Ok(match self {
            Content::Whole(bytes) => std::str::from_utf8(bytes).is_ok(),
            Content::OnDisk => std::str::from_utf8(&fs::read(path)?).is_ok(),
        })
    }
}
