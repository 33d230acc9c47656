//! Batches as JSON Lines, each with its sample and its lock.

use serde_json::{Map, Value};

use super::{
    fields::{Build, Fields, Problem},
    labels,
};
use crate::domain::{
    batch::{Batch, Frame, Lock, Member, Purpose},
    ids::{BatchName, RaterName},
};

/// Whether a record has the shape of a batch.
pub fn looks_like(object: &Map<String, Value>) -> bool {
    object.contains_key("units") && object.contains_key("annotators")
}

/// Reads one batch. A locked one comes unsealed: its labels are still to come.
pub fn read(object: Map<String, Value>) -> Result<Batch, Vec<Problem>> {
    let mut fields = Fields::new(object);
    let mut problems = Vec::new();
    let name = BatchName(fields.required("batch"));
    let task = fields.required("task").into();
    let codebook = fields.required("codebook");
    let mut members = Vec::new();
    for (place, value) in fields.array("units").into_iter().enumerate() {
        members.extend(member(
            value,
            format!("units[{}]", place + 1),
            &mut problems,
        ));
    }
    let mut annotators = Vec::new();
    for name in fields.texts("annotators") {
        if RaterName::is_valid(&name) {
            annotators.push(RaterName(name));
        } else {
            problems.push(Problem::new(
                "annotators",
                format!("\"{name}\" cannot name a rater"),
            ));
        }
    }
    let mut frame = Frame::default();
    if let Some(object) = fields.map("frame") {
        let mut inner = Fields::below(object, "frame".into());
        frame.size = inner.whole_number("size").unwrap_or(0) as usize;
        frame.sha256 = inner.text("sha256").unwrap_or_default();
        frame.options = inner.map("options").unwrap_or_default();
        problems.extend(leftover(inner));
    }
    let lock = fields.map("lock").map(|object| {
        let mut inner = Fields::below(object, "lock".into());
        let lock = Lock {
            at: inner.required("at"),
            by: inner.required("by"),
            forced: inner.text("forced"),
            sha256: inner.required("sha256"),
            sealed: false,
        };
        problems.extend(leftover(inner));
        lock
    });
    let batch = Batch {
        name,
        task,
        codebook,
        purpose: fields
            .word("purpose", "evaluation or development", Purpose::parse)
            .unwrap_or_default(),
        evidence_only: fields.flag("evidence_only"),
        seed: fields.whole_number("seed").unwrap_or(0),
        frame,
        members,
        annotators,
        created_at: fields.required("created_at"),
        lock,
    };
    problems.splice(0..0, leftover(fields));
    if problems.is_empty() {
        Ok(batch)
    } else {
        Err(problems)
    }
}

/// What was wrong with an object, and its fields that a batch does not have.
fn leftover(mut fields: Fields) -> Vec<Problem> {
    let unknown: Vec<String> = fields.object().keys().cloned().collect();
    for key in unknown {
        fields.problem(&key, "is not a field of a batch");
    }
    fields.problems
}

fn member(value: Value, path: String, problems: &mut Vec<Problem>) -> Option<Member> {
    let object = match value {
        Value::String(unit) => {
            return Some(Member {
                unit: labels::unit_key(&unit),
                probability: None,
                stratum: None,
            });
        }
        Value::Object(object) => object,
        _ => {
            problems.push(Problem::new(
                path,
                "must be a unit's key, or an object with unit, probability and stratum",
            ));
            return None;
        }
    };
    let mut fields = Fields::below(object, path);
    let member = Member {
        unit: labels::unit_key(&fields.required("unit")),
        probability: fields.number("probability"),
        stratum: fields.text("stratum"),
    };
    if member.probability.is_some_and(|p| !(p > 0.0 && p <= 1.0)) {
        fields.problem("probability", "must be above 0 and at most 1");
    }
    problems.extend(leftover(fields));
    Some(member)
}

/// The batch as one line.
pub fn write(batch: &Batch) -> String {
    let mut frame = Build::default();
    frame
        .put("size", batch.frame.size)
        .put("sha256", batch.frame.sha256.clone())
        .put("options", batch.frame.options.clone());
    let lock = batch.lock.as_ref().map(|lock| {
        let mut build = Build::default();
        build
            .put("at", lock.at.clone())
            .put("by", lock.by.clone())
            .put("forced", lock.forced.clone())
            .put("sha256", lock.sha256.clone());
        Value::Object(build.0)
    });
    let annotators: Vec<Value> = batch
        .annotators
        .iter()
        .map(|name| name.0.clone().into())
        .collect();
    Build::default()
        .put("batch", batch.name.0.clone())
        .put("task", batch.task.0.clone())
        .put("codebook", batch.codebook.clone())
        .put("purpose", batch.purpose.as_str())
        .put("evidence_only", batch.evidence_only)
        .put("seed", batch.seed)
        .put("frame", Value::Object(frame.0))
        .put("annotators", annotators)
        .put(
            "units",
            batch
                .members
                .iter()
                .map(member_value)
                .collect::<Vec<Value>>(),
        )
        .put("created_at", batch.created_at.clone())
        .put("lock", lock)
        .line()
}

fn member_value(member: &Member) -> Value {
    if member.probability.is_none() && member.stratum.is_none() {
        return member.unit.0.clone().into();
    }
    let mut build = Build::default();
    build
        .put("unit", member.unit.0.clone())
        .put_some("probability", member.probability)
        .put_some("stratum", member.stratum.clone());
    Value::Object(build.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_batch_has_no_unknown_fields_at_any_depth_and_no_impossible_chances() {
        let wrong = json!({
            "batch": "b", "task": "t", "codebook": "t@1.0.0", "created_at": "2026", "seed": 1.0, "colour": "red",
            "annotators": ["ana", "no blanks"],
            "units": ["s#M1", {"unit": "s#M2", "probability": 0, "weight": 2}, {"probability": "half"}, 7],
            "frame": {"size": -1, "shape": "round"},
            "lock": {"at": "2026", "by": "jo", "sha256": "ab", "key": 1},
        });
        let told: Vec<String> = read(wrong.as_object().unwrap().clone())
            .unwrap_err()
            .iter()
            .map(|p| format!("{}: {}", p.field, p.why))
            .collect();
        assert_eq!(
            told,
            [
                "seed: must be a whole number of 0 or more, not 1.0",
                "colour: is not a field of a batch",
                "units[2].probability: must be above 0 and at most 1",
                "units[2].weight: is not a field of a batch",
                "units[3].unit: is missing or empty",
                "units[3].probability: must be a number, not a text",
                "units[4]: must be a unit's key, or an object with unit, probability and stratum",
                "annotators: \"no blanks\" cannot name a rater",
                "frame.size: must be a whole number of 0 or more, not -1",
                "frame.shape: is not a field of a batch",
                "lock.key: is not a field of a batch",
            ]
        );
    }

    #[test]
    fn units_are_named_in_nfc() {
        let batch = json!({
            "batch": "b", "task": "t", "codebook": "t@1.0.0", "created_at": "2026", "annotators": [],
            "units": ["cafe\u{301}#M1", {"unit": "cafe\u{301}#M2", "probability": 1}],
        });
        let members = read(batch.as_object().unwrap().clone()).unwrap().members;
        let keys: Vec<&str> = members.iter().map(|member| &*member.unit).collect();
        assert_eq!(keys, ["café#M1", "café#M2"]);
    }
}
