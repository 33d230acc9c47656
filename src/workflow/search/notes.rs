//! Searching what raters wrote: notes, flags, reasons, and answers in words.
//!
//! Labels are in no index, which would outlive the blindness of a batch. They are walked in
//! stretches, so that a screen can show what it has and go on.

use serde_json::Value;

use super::{Found, Hit, Kind, Narrow, Place, snippet};
use crate::{
    domain::{answers::Answer, ids::UnitKey, label::Label, query::Query},
    workflow::{Result, Study, sight::Viewer},
};

/// Labels in a stretch.
const STRETCH: usize = 1_000;

/// A search of labels that goes on from where it stands.
#[derive(Clone, Debug)]
pub struct Notes {
    query: Query,
    limit: usize,
    /// The annotation after which it goes on; nothing at the end.
    next: Option<i64>,
    /// How many of the query's phrases stand together in each hit.
    phrases: Vec<usize>,
    found: Found,
}

impl Notes {
    pub fn new(query: Query, limit: usize) -> Self {
        Self {
            next: (!query.is_empty()).then_some(0),
            query,
            limit,
            phrases: Vec::new(),
            found: Found {
                kind: Kind::Note,
                count: 0,
                hits: Vec::new(),
            },
        }
    }

    pub fn is_complete(&self) -> bool {
        self.next.is_none()
    }

    /// What was found so far.
    pub fn found(&self) -> &Found {
        &self.found
    }

    fn take(&mut self, label: &Label) {
        let fields = fields(label);
        if !self
            .query
            .admits(fields.iter().map(|(_, text)| text.as_str()))
        {
            return;
        }
        self.found.count += 1;
        let found = fields
            .iter()
            .filter_map(|field| Some((snippet::best(&self.query, &field.1)?, field)));
        let best = found.reduce(|best, next| {
            if next.0.phrases > best.0.phrases {
                next
            } else {
                best
            }
        });
        let Some((best, (field, text))) = best else {
            return;
        };
        // Where most words stand together comes first, then what was written first.
        let at = self
            .phrases
            .partition_point(|phrases| *phrases >= best.phrases);
        if at < self.limit {
            let address = &label.address;
            let place = Place::Note {
                task: address.task.clone(),
                unit: address.unit.clone(),
                batch: address.batch.clone(),
                rater: address.rater.clone(),
            };
            self.phrases.insert(at, best.phrases);
            self.found
                .hits
                .insert(at, Hit::new(place, field.clone(), text, best));
            self.phrases.truncate(self.limit);
            self.found.hits.truncate(self.limit);
        }
    }
}

impl Study {
    /// Goes on with a search of the labels that `viewer` may see.
    pub fn search_notes(&self, viewer: &Viewer, narrow: &Narrow, notes: &mut Notes) -> Result<()> {
        let Some(after) = notes.next else {
            return Ok(());
        };
        let mut found = Vec::new();
        notes.next = self.labels_after(viewer, after, STRETCH, |label| {
            let fields = fields(&label);
            if notes
                .query
                .admits(fields.iter().map(|(_, text)| text.as_str()))
            {
                found.push(label);
            }
        })?;
        for label in found {
            if narrow.is_open() || self.is_admitted(narrow, &label.address.unit)? {
                notes.take(&label);
            }
        }
        Ok(())
    }

    fn is_admitted(&self, narrow: &Narrow, unit: &UnitKey) -> Result<bool> {
        let row = match self.store.unit_number(false, unit)? {
            Some(number) => self.store.episode_unit(number)?,
            None => match self.store.unit_number(true, unit)? {
                Some(number) => self.store.session_unit(number)?,
                None => None,
            },
        };
        Ok(row.is_some_and(|row| narrow.admits(&row)))
    }
}

/// All that a label says in words.
fn fields(label: &Label) -> Vec<(String, String)> {
    let content = &label.content;
    let mut fields = Vec::new();
    let note = content
        .note
        .iter()
        .map(|text| ("note".to_owned(), text.clone()));
    fields.extend(note);
    let flags = content.flags.iter();
    fields.extend(flags.map(|text| ("flag".to_owned(), text.clone())));
    let reason = content.reason.iter();
    fields.extend(reason.map(|text| ("reason".to_owned(), text.clone())));
    for (axis, answer) in content.answers.iter() {
        texts(answer, &mut |text| {
            fields.push((format!("answer to {axis}"), text.to_owned()));
        });
    }
    for (axis, value) in content.reasoning.iter().flatten() {
        strings(value, &mut |text| {
            fields.push((format!("reasoning on {axis}"), text.to_owned()));
        });
    }
    fields
}

fn texts(answer: &Answer, each: &mut impl FnMut(&str)) {
    match answer {
        Answer::Text(text) => each(text),
        Answer::Picks(picks) => picks
            .iter()
            .filter_map(|pick| pick.text.as_deref())
            .for_each(each),
        Answer::Repeated(answers) => {
            for answer in answers.iter().flatten() {
                texts(answer, each);
            }
        }
    }
}

fn strings(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(values) => values.iter().for_each(|value| strings(value, each)),
        Value::Object(map) => map.values().for_each(|value| strings(value, each)),
        _ => {}
    }
}
