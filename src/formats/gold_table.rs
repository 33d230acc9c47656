//! Gold as a table for statistics programs: a row per unit, a column per axis, and for each code
//! 1, 0, or nothing where the axis was not asked.

use super::gold::Settled;
use crate::domain::{
    answers::{Answer, Pick},
    codebook::{Axis, Code, Codebook, Kind},
    label::Basis,
};

/// The columns before the axes.
const FIXED: [&str; 15] = [
    "unit",
    "session",
    "repository",
    "name",
    "description",
    "batch",
    "codebook",
    "basis",
    "adjudicator",
    "reason",
    "after_judge",
    "note",
    "flags",
    "unsure",
    "at",
];

/// Between the codes of a set, and between the answers per quote.
const AND: &str = "; ";
const NEXT: &str = " | ";

/// A column of an axis.
enum Column<'c> {
    /// The codes or the text.
    Answer,
    /// Whether a code was given.
    Code(&'c Code),
    /// The text that goes with a code.
    Text(&'c Code),
    /// An attribute of a code.
    Attribute(&'c Code, &'c str),
}

impl Column<'_> {
    fn name(&self, axis: &Axis) -> String {
        let key = &axis.key;
        match self {
            Column::Answer if FIXED.contains(&&**key) => format!("answers.{key}"),
            Column::Answer => key.to_string(),
            Column::Code(code) => format!("{key}.{}", code.key),
            Column::Text(code) => format!("{key}.{}.text", code.key),
            Column::Attribute(code, attribute) => format!("{key}.{}.{attribute}", code.key),
        }
    }

    fn cell(&self, axis: &Axis, answer: Option<&Answer>) -> String {
        let Some(answer) = answer else {
            return String::new();
        };
        let is = |pick: &Pick, code: &Code| {
            axis.code(&pick.code)
                .is_some_and(|found| found.key == code.key)
        };
        match self {
            Column::Answer => each(answer, |one| match one {
                Answer::Text(text) => text.clone(),
                other => joined(other.picks().iter().map(|pick| Some(&*pick.code))),
            }),
            Column::Code(code) => {
                let mut given = false;
                each(answer, |one| {
                    given |= one.picks().iter().any(|pick| is(pick, code));
                    String::new()
                });
                u8::from(given).to_string()
            }
            Column::Text(code) => each(answer, |one| {
                let picks = one.picks().iter().filter(|pick| is(pick, code));
                joined(picks.map(|pick| pick.text.as_deref()))
            }),
            Column::Attribute(code, attribute) => each(answer, |one| {
                let picks = one.picks().iter().filter(|pick| is(pick, code));
                joined(picks.map(|pick| pick.attribute(attribute)))
            }),
        }
    }
}

/// What `cell` makes of an answer, or of each of the answers per quote.
fn each(answer: &Answer, mut cell: impl FnMut(&Answer) -> String) -> String {
    match answer {
        Answer::Repeated(items) => {
            let cells: Vec<String> = items
                .iter()
                .map(|item| item.as_ref().map_or_else(String::new, &mut cell))
                .collect();
            if cells.iter().all(String::is_empty) {
                String::new()
            } else {
                cells.join(NEXT)
            }
        }
        one => cell(one),
    }
}

fn joined<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> String {
    texts.flatten().collect::<Vec<_>>().join(AND)
}

fn columns(axis: &Axis) -> Vec<Column<'_>> {
    let mut columns = vec![Column::Answer];
    if axis.kind == Kind::Text {
        return columns;
    }
    for code in &axis.codes {
        columns.push(Column::Code(code));
        if code.text.is_some() {
            columns.push(Column::Text(code));
        }
        let asked = axis
            .attributes
            .iter()
            .filter(|attribute| attribute.asked_of(&code.key));
        columns.extend(asked.map(|attribute| Column::Attribute(code, &attribute.key)));
    }
    columns
}

/// The names of all columns.
pub fn header(codebook: &Codebook) -> Vec<String> {
    let fixed = FIXED.iter().map(|name| (*name).to_owned());
    let of_axes = codebook.axes.iter().flat_map(|axis| {
        let columns = columns(axis).into_iter();
        columns.map(move |column| column.name(axis))
    });
    fixed.chain(of_axes).collect()
}

/// The cells of one unit, in the order of [`header`].
pub fn record(settled: &Settled) -> Vec<String> {
    let (address, content) = (&settled.label.address, &settled.label.content);
    let or_nothing = |text: Option<&String>| text.cloned().unwrap_or_default();
    let (session, episode) = (settled.session, settled.episode);
    let in_key = address
        .unit
        .split()
        .filter(|_| episode.is_some())
        .map_or(address.unit.0.as_str(), |(session, _)| session);
    let mut cells = vec![
        address.unit.0.clone(),
        session.map_or(in_key, |session| &session.id).to_owned(),
        or_nothing(session.and_then(|session| session.repository.as_ref())),
        or_nothing(episode.and_then(|episode| episode.name.as_ref())),
        or_nothing(episode.and_then(|episode| episode.description.as_ref())),
        address
            .batch
            .as_ref()
            .map_or_else(String::new, |batch| batch.0.clone()),
        address.codebook.clone(),
        content.basis.map_or("", Basis::as_str).to_owned(),
        or_nothing(settled.label.by.as_ref()),
        or_nothing(content.reason.as_ref()),
        u8::from(content.after_judge).to_string(),
        or_nothing(content.note.as_ref()),
        content.flags.join(AND),
        u8::from(content.unsure).to_string(),
        settled.label.at.clone(),
    ];
    for axis in &settled.codebook.axes {
        let answer = content.answers.get(&axis.key);
        cells.extend(columns(axis).iter().map(|column| column.cell(axis, answer)));
    }
    cells
}

/// Cells as one line of CSV, without its line feed.
pub fn line(cells: &[String]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells)?;
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes)
        .trim_end_matches('\n')
        .to_owned())
}
