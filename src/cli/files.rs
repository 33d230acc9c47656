//! Files that a command writes.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use super::failure::{Failure, Outcome};
use crate::workflow::{Error, Study};

/// Writes a file that appears whole or not at all.
pub fn to_file<T>(
    path: &Path,
    study: &Study,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T, Error>,
) -> Outcome<T> {
    let same = |study: &Path| {
        let real = |path: &Path| path.canonicalize().ok();
        real(path).is_some_and(|target| real(study) == Some(target))
    };
    if study.path().is_some_and(same) {
        let why = format!(
            "{} is the study itself; choose another name",
            path.display()
        );
        return Err(Failure::Failed(why));
    }
    let failed = |error: io::Error| Error::Io(path.to_owned(), error);
    // A device or a pipe cannot be put in place at the end.
    if path.exists() && !path.is_file() {
        let mut sink = BufWriter::new(File::create(path).map_err(failed)?);
        return Ok(write(&mut sink)?);
    }
    let mut beside = OsString::from(path);
    beside.push(format!(".{}.part", std::process::id()));
    let beside = PathBuf::from(beside);
    let mut sink = BufWriter::new(File::create_new(&beside).map_err(failed)?);
    let written = write(&mut sink)
        .and_then(|done| {
            drop(sink);
            fs::rename(&beside, path).map_err(failed)?;
            Ok(done)
        })
        .map_err(|error| {
            fs::remove_file(&beside).ok();
            match error {
                Error::Io(_, why) => Error::Io(path.to_owned(), why),
                other => other,
            }
        });
    Ok(written?)
}
