//! Which codebook is meant: a file, one of the study's, or one that comes with tiebreak.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use super::super::{
    context::Context,
    failure::{Failure, Outcome},
};
use crate::{
    domain::codebook::Codebook,
    formats,
    workflow::{Error, SHIPPED, Study, suggestion},
};

/// The study's shelf, where there is a study. Only one that was named has to be there.
pub fn study(context: &Context) -> Outcome<Option<Study>> {
    if context.is_chosen() || context.path().exists() {
        context.open().map(Some)
    } else {
        Ok(None)
    }
}

/// The TOML of a codebook with a name for it. A file goes by its path; a name means the study's
/// codebook, else the one that comes with tiebreak. Without a version it is the one in use.
pub fn toml(named: &str, study: Option<&Study>) -> Outcome<(String, String)> {
    if named == "-" || is_path(named) {
        return read(named);
    }
    if let Some(toml) = study.and_then(|study| in_study(named, study)) {
        return Ok((named.to_owned(), toml));
    }
    let shipped = shipped()?;
    let wanted = shipped
        .iter()
        .find(|(codebook, _)| codebook.id == named || codebook.name() == named);
    if let Some((codebook, toml)) = wanted {
        return Ok((codebook.name(), (*toml).to_owned()));
    }
    if Path::new(named).exists() {
        return read(named);
    }
    let mut known: Vec<String> = shipped
        .iter()
        .map(|(codebook, _)| codebook.id.clone())
        .collect();
    let shelf = study.map_or(&[][..], Study::shelf);
    known.extend(shelf.iter().map(|shelved| shelved.codebook.name()));
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    Err(Failure::Usage(format!(
        "there is no codebook {named}{}; a file of your own ends in .toml",
        suggestion(named, &known)
    )))
}

/// The codebook itself; what is wrong with it is told in full.
pub fn codebook(named: &str, study: Option<&Study>) -> Outcome<Codebook> {
    let (from, toml) = toml(named, study)?;
    parse(&from, &toml)
}

pub fn parse(from: &str, toml: &str) -> Outcome<Codebook> {
    formats::codebook::read(toml).map_err(|problems| {
        let lines = problems.iter().map(|problem| format!("{from}: {problem}"));
        Error::Refused(lines.collect::<Vec<_>>().join("\n")).into()
    })
}

/// The codebooks that come with tiebreak, with their TOML.
pub fn shipped() -> Outcome<Vec<(Codebook, &'static str)>> {
    SHIPPED
        .iter()
        .map(|(name, toml)| {
            let read = formats::codebook::read(toml);
            let codebook = read
                .map_err(|_| Failure::Failed(format!("the shipped codebook {name} is broken")))?;
            Ok((codebook, *toml))
        })
        .collect()
}

fn is_path(named: &str) -> bool {
    let path = Path::new(named);
    path.extension().is_some_and(|end| end == "toml") || path.components().count() > 1
}

fn in_study(named: &str, study: &Study) -> Option<String> {
    let of_task = || {
        let task = study.tasks().iter().find(|task| *task.name == *named)?;
        Some(task.codebook.name())
    };
    let name = of_task().unwrap_or_else(|| named.to_owned());
    let shelved = study
        .shelf()
        .iter()
        .find(|one| one.codebook.name() == name)?;
    Some(shelved.toml.clone())
}

/// A file, with its path as its name.
pub fn read(path: &str) -> Outcome<(String, String)> {
    let mut bytes = Vec::new();
    let read = if path == "-" {
        io::stdin().lock().read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::Failed(format!("{path} cannot be read: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Failed(format!("{path} is not UTF-8 text")))?;
    Ok((
        path.to_owned(),
        text.trim_start_matches('\u{feff}').to_owned(),
    ))
}
