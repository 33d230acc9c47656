//! Labels: the native rows, and the foreign shapes that the codebook maps.

use serde_json::{Map, Value};

use super::{
    fields::{Build, Fields, Problem},
    nested, sessions,
};
use crate::domain::{
    answers::Answers,
    codebook::Codebook,
    ids::{RaterName, UnitKey},
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
    let unit = unit(&mut fields);
    let native = fields.map("answers");
    let native = native.map(|answers| (answers, fields.map("reasoning").unwrap_or_default()));
    let rater = fields.text("rater");
    let kind = fields.word("kind", "annotator, judge or gold", RaterKind::parse);
    let basis = fields.word("basis", "unanimous, adjudicated or imported", Basis::parse);
    // An axis may be called "reason". In a row of another shape it is the answer to that axis.
    let is_gold = kind == Some(RaterKind::Gold) || rater.as_deref() == Some(RaterName::GOLD);
    let (adjudicator, reason, after_judge) = if basis.is_some() || (is_gold && native.is_some()) {
        (
            fields.text("adjudicator"),
            fields.text("reason"),
            fields.flag("after_judge"),
        )
    } else {
        (None, None, false)
    };
    let row = Row {
        unit,
        rater,
        kind,
        task: fields.text("task"),
        codebook: fields.text("codebook"),
        batch: fields.text("batch"),
        state: fields.word("state", "draft or submitted", State::parse),
        note: fields.text("note"),
        flags: fields.texts("flags"),
        unsure: fields.flag("unsure"),
        at: fields.text("at"),
        basis,
        adjudicator,
        reason,
        after_judge,
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

/// A unit's key in NFC.
pub fn unit_key(text: &str) -> UnitKey {
    UnitKey(sessions::nfc(text))
}

/// The unit, named by its key or by session and episode.
fn unit(fields: &mut Fields) -> UnitKey {
    if fields.has("unit") {
        let unit = unit_key(&fields.required("unit"));
        let text = |key: &str| fields.object().get(key).and_then(Value::as_str);
        if let (Some(session), Some(id)) = (text("session"), text("id"))
            && unit_key(&UnitKey::episode(session, id)) != unit
        {
            let why = format!("is {unit}, but session and id name {session}#{id}");
            fields.problem("unit", why);
        }
        return unit;
    }
    fields.take("unit");
    if !fields.has("session") {
        fields.problem(
            "unit",
            "is missing; a label names its unit, or session and id",
        );
        return unit_key("");
    }
    let session = fields.required("session");
    let Some(id) = fields.text("id") else {
        return unit_key(&session);
    };
    if id.contains('#') {
        fields.problem("id", "holds a #, which divides session and episode");
    }
    unit_key(&UnitKey::episode(&session, &id))
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
            None => nested::fits_any(codebook, &self.rest),
        }
    }

    /// Reads the answers. Only their shape is judged; the rules come after.
    pub fn decode(self, codebook: &Codebook) -> Result<Decoded, Vec<Problem>> {
        let mut rest = self.rest;
        let (answers, reasoning) = match self.native {
            Some(native) => native,
            None => {
                if !nested::fits_any(codebook, &rest) {
                    return Err(vec![Problem::new(
                        "answers",
                        format!(
                            "is missing, and no other field answers an axis of {}",
                            codebook.name()
                        ),
                    )]);
                }
                let taken = nested::take_any(codebook, &mut rest);
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::codebook::{RESERVED_FIELDS, samples};

    fn row(json: Value) -> Result<Row, Vec<Problem>> {
        read(json.as_object().unwrap().clone())
    }

    fn told(problems: Vec<Problem>) -> Vec<String> {
        let told = problems.iter().map(|p| format!("{}: {}", p.field, p.why));
        told.collect()
    }

    #[test]
    fn every_shape_of_one_answer_gives_the_same_content() {
        let codebook = samples::misalignment();
        let head = json!({"unit": "s#M1", "rater": "jo", "note": "Unsure.", "model": {"t": 1.0}});
        let shapes = [
            json!({"answers": {
                "symptom": ["S3"], "cause": ["C8"], "damage_severity": "DS0", "damage_locus": null,
                "resolution_status": "RS2", "resolver": null,
            }}),
            json!({
                "symptom": {"labels": ["S3"], "other_descriptor": null},
                "cause": {"labels": [{"label": "C8", "evidence_tier": null}]},
                "outcome": {"damage_severity": "DS0", "damage_locus": null},
                "resolution": {"status": "RS2", "resolver": null},
            }),
            json!({
                "S1": false, "S2": false, "S3": true, "S4": false, "S5": false, "S6": false, "S7": false, "S8": false,
                "C1": null, "C2": null, "C3": null, "C4": null, "C5": null, "C6": null, "C7": true,
                "damage_severity": "DS0", "damage_locus": null, "resolution_status": "RS2", "resolver": null,
            }),
        ];
        let contents = shapes.map(|shape| {
            let row = row(samples::with(&head, shape)).unwrap();
            assert!(row.fits(&codebook) && !row.fits(&samples::validity()));
            assert_eq!((&*row.unit, row.rater.as_deref()), ("s#M1", Some("jo")));
            row.decode(&codebook).unwrap().content
        });
        assert_eq!(contents[0].answers.axes().count(), 4);
        assert_eq!(contents[0].extra["model"], json!({"t": 1.0}));
        assert!(contents.iter().all(|content| *content == contents[0]));
    }

    #[test]
    fn session_and_id_name_a_unit_in_nfc() {
        let key = |json| row(json).unwrap().unit;
        assert_eq!(
            key(json!({"session": "cafe\u{301}#1", "id": "e\u{301}"})).0,
            "café#1#é"
        );
        assert_eq!(key(json!({"unit": "cafe\u{301}#1#e\u{301}"})).0, "café#1#é");
        assert_eq!(
            key(json!({"unit": null, "session": "s", "id": null})).0,
            "s"
        );
        for (wrong, why) in [
            (
                json!({"session": "s", "id": "a#b"}),
                "id: holds a #, which divides session and episode",
            ),
            (
                json!({"id": "a"}),
                "unit: is missing; a label names its unit, or session and id",
            ),
            (json!({"unit": " "}), "unit: is missing or empty"),
        ] {
            assert_eq!(told(row(wrong).unwrap_err()), [why]);
        }
    }

    #[test]
    fn an_axis_may_be_called_reason_where_no_gold_is_told() {
        let toml =
            include_str!("../../codebook/recall.toml").replace("\"completeness\"", "\"reason\"");
        let codebook = samples::load(&toml);
        let content = |json| row(json).unwrap().decode(&codebook).unwrap().content;
        let judged = content(json!({"unit": "s", "reason": 2}));
        assert_eq!((judged.answers.axes().count(), judged.reason), (1, None));
        let settled = json!({
            "unit": "s", "kind": "gold", "answers": {"reason": 2}, "reason": "Both are right.", "adjudicator": "jo",
        });
        assert_eq!(content(settled).reason.as_deref(), Some("Both are right."));
    }

    #[test]
    fn a_row_that_answers_nothing_is_refused() {
        let codebook = samples::recall();
        for json in [
            json!({"unit": "s", "answers": null}),
            json!({"unit": "s", "x": 1}),
        ] {
            let row = row(json).unwrap();
            assert!(!row.fits(&codebook));
            let found = row.decode(&codebook).unwrap_err();
            assert_eq!(
                told(found),
                ["answers: is missing, and no other field answers an axis of recall@1.0.0"]
            );
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_row_is_told_at_once() {
        let wrong = json!({
            "unit": 3, "answers": [], "kind": "human", "basis": "vote", "flags": ["a", 1], "unsure": 0, "at": 2026,
        });
        assert_eq!(
            told(row(wrong).unwrap_err()),
            [
                "unit: must be a text, not 3",
                "answers: must be an object, not an array",
                "kind: must be annotator, judge or gold, not \"human\"",
                "basis: must be unanimous, adjudicated or imported, not \"vote\"",
                "flags: must hold texts, not a number",
                "unsure: must be true or false, not 0",
                "at: must be a text, not 2026",
            ]
        );
    }

    #[test]
    fn no_codebook_may_use_a_name_that_a_row_takes_or_that_marks_another_record() {
        for field in RESERVED_FIELDS {
            let json = json!({"unit": "s", "answers": {}, field: {"x": 1}});
            let taken = row(json.clone()).map_or(true, |row| !row.rest.contains_key(field));
            let other = !looks_like(json.as_object().unwrap());
            let names_unit = matches!(field, "session" | "id");
            assert!(taken || other || names_unit, "{field}");
        }
        let mut all = json!({"unit": "s", "reasoning": {}});
        for field in [
            "rater", "task", "codebook", "batch", "state", "note", "flags", "unsure", "at", "kind",
        ] {
            assert!(RESERVED_FIELDS.contains(&field), "{field}");
            all[field] = Value::Null;
        }
        assert!(row(all).is_ok_and(|row| row.rest.len() == 1));
    }
}
