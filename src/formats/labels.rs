//! Labels: the native rows, and the foreign shapes that the codebook maps.

use serde_json::{Map, Value};

use super::{
    fields::{Build, Fields, Problem},
    nested, sessions,
};
use crate::domain::{
    answers::Answers,
    codebook::Codebook,
    ids::UnitKey,
    label::{Basis, Content, Label, RaterKind, State},
};

/// A row before it is known which codebook its answers belong to.
#[derive(Debug)]
pub struct Row {
    pub unit: UnitKey,
    pub rater: Option<String>,
    pub kind: Option<RaterKind>,
    pub task: Option<String>,
    pub codebook: Option<String>,
    pub batch: Option<String>,
    pub state: Option<State>,
    pub note: Option<String>,
    pub flags: Vec<String>,
    pub unsure: bool,
    pub at: Option<String>,
    pub basis: Option<Basis>,
    pub adjudicator: Option<String>,
    pub reason: Option<String>,
    pub after_judge: bool,
    /// The native answers with their reasons; `None` where the row has another shape.
    native: Option<(Map<String, Value>, Map<String, Value>)>,
    /// All other fields: answers of a foreign shape, and what tiebreak does not know.
    rest: Map<String, Value>,
}

/// Whether a record names a unit and holds something besides.
pub fn looks_like(object: &Map<String, Value>) -> bool {
    let names_unit = object.contains_key("unit")
        || (object.contains_key("session") && object.contains_key("id"));
    let other_shape = ["turns", "evidence", "description", "episodes", "units"]
        .iter()
        .any(|key| object.contains_key(*key));
    names_unit && !other_shape
}

/// Reads a row as far as that goes without its codebook.
pub fn read(object: Map<String, Value>) -> Result<Row, Vec<Problem>> {
    let mut fields = Fields::new(object);
    let unit = if fields.contains("unit") {
        unit_key(&fields.required("unit"))
    } else {
        let session = sessions::session_id(&fields.required("session"));
        match fields.text("id") {
            Some(id) => UnitKey::episode(&session, &id),
            None => UnitKey(session.0),
        }
    };
    let answers = fields
        .contains("answers")
        .then(|| fields.map("answers").unwrap_or_default());
    let native = answers.map(|answers| (answers, fields.map("reasoning").unwrap_or_default()));
    let row = Row {
        unit,
        rater: fields.text("rater"),
        kind: fields.word("kind", "annotator, judge or gold", RaterKind::parse),
        task: fields.text("task"),
        codebook: fields.text("codebook"),
        batch: fields.text("batch"),
        state: fields.word("state", "draft or submitted", State::parse),
        note: fields.text("note"),
        flags: fields.texts("flags"),
        unsure: fields.flag("unsure"),
        at: fields.text("at"),
        basis: fields.word("basis", "unanimous, adjudicated or imported", Basis::parse),
        adjudicator: fields.text("adjudicator"),
        reason: fields.text("reason"),
        after_judge: fields.flag("after_judge"),
        native,
        rest: Map::new(),
    };
    let (rest, problems) = fields.rest();
    if problems.is_empty() {
        Ok(Row { rest, ..row })
    } else {
        Err(problems)
    }
}

/// A unit's key with its session in NFC.
fn unit_key(text: &str) -> UnitKey {
    UnitKey(sessions::session_id(text).0)
}

/// What a row's answers turned out to be.
#[derive(Debug)]
pub struct Decoded {
    pub content: Content,
    /// What was read as something else, such as a foreign spelling.
    pub warnings: Vec<Problem>,
}

impl Row {
    /// Whether the answers can be read with this codebook.
    pub fn fits(&self, codebook: &Codebook) -> bool {
        match &self.native {
            Some((answers, _)) => {
                !answers.is_empty() && answers.keys().all(|key| codebook.axis(key).is_some())
            }
            None => nested::fits(codebook, &self.rest),
        }
    }

    /// Reads the answers. Only their shape is judged; the rules come after.
    pub fn decode(self, codebook: &Codebook) -> Result<Decoded, Vec<Problem>> {
        let mut rest = self.rest;
        let (answers, reasoning) = match self.native {
            Some(native) => native,
            None => {
                if !nested::fits(codebook, &rest) {
                    return Err(vec![Problem::new(
                        "answers",
                        format!(
                            "is missing, and no other field answers an axis of {}",
                            codebook.name()
                        ),
                    )]);
                }
                let taken = nested::take(codebook, &mut rest);
                if !taken.problems.is_empty() {
                    return Err(taken.problems);
                }
                (taken.answers, taken.reasoning)
            }
        };
        let read = Answers::from_json(codebook, &answers).map_err(|problems| {
            problems
                .into_iter()
                .map(|p| Problem::new(p.field, p.why))
                .collect::<Vec<_>>()
        })?;
        Ok(Decoded {
            content: Content {
                answers: read.answers,
                note: self.note,
                reasoning: (!reasoning.is_empty()).then_some(reasoning),
                flags: self.flags,
                unsure: self.unsure,
                skipped: false,
                state: self.state.unwrap_or_default(),
                basis: self.basis,
                reason: self.reason,
                after_judge: self.after_judge,
                extra: rest,
            },
            warnings: read
                .warnings
                .into_iter()
                .map(|p| Problem::new(p.field, p.why))
                .collect(),
        })
    }
}

/// A label as one object of the native form.
pub fn to_json(codebook: &Codebook, label: &Label) -> Map<String, Value> {
    let Label {
        address,
        content,
        by,
        at,
    } = label;
    let mut build = Build::default();
    build
        .put("unit", address.unit.0.clone())
        .put("rater", address.rater.0.clone())
        .put("kind", address.kind.as_str())
        .put("task", address.task.0.clone())
        .put("codebook", address.codebook.clone())
        .put("batch", address.batch.as_ref().map(|batch| batch.0.clone()))
        .put("state", content.state.as_str())
        .put("answers", content.answers.to_json(codebook))
        .put("note", content.note.clone())
        .put("reasoning", content.reasoning.clone())
        .put("flags", content.flags.clone());
    if content.unsure {
        build.put("unsure", true);
    }
    if let Some(basis) = content.basis {
        build
            .put("basis", basis.as_str())
            .put("adjudicator", by.clone())
            .put("reason", content.reason.clone());
        if content.after_judge {
            build.put("after_judge", true);
        }
    }
    build.put("at", at.clone()).put_all(&content.extra);
    build.0
}

/// The part of a label that a lock freezes, in a form that later versions will not change.
pub fn frozen_line(codebook: &Codebook, label: &Label) -> String {
    Build::default()
        .put("unit", label.address.unit.0.clone())
        .put("rater", label.address.rater.0.clone())
        .put("answers", label.content.answers.to_json(codebook))
        .put("note", label.content.note.clone())
        .put("flags", label.content.flags.clone())
        .put("unsure", label.content.unsure)
        .line()
}
