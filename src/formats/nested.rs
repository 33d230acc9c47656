//! Foreign answer shapes, mapped to axes by what the codebook says: the nested shape that a model
//! is asked for, and the wide row in which each code of a multi axis is a column.
//!
//! Both are turned into the native form first, so that one reader judges all three.

use serde_json::{Map, Value};

use super::fields::Problem;
use crate::domain::{
    answers::kind_of,
    codebook::{Axis, Code, Codebook, Kind},
};

/// Answers in the native form, and the reasons that stood beside them, by axis.
#[derive(Debug, Default)]
pub struct Native {
    pub answers: Map<String, Value>,
    pub reasoning: Map<String, Value>,
    pub problems: Vec<Problem>,
}

/// Whether the answers of a row can be taken out of it by [`take_any`].
pub fn fits_any(codebook: &Codebook, row: &Map<String, Value>) -> bool {
    fits(codebook, row) || is_wide(codebook, row)
}

/// Takes the answers out of a row in either shape; other fields stay in it.
pub fn take_any(codebook: &Codebook, row: &mut Map<String, Value>) -> Native {
    // Without a multi axis a row can be in both shapes, and then means the same in both.
    let has_columns = codebook.axes.iter().any(|axis| axis.kind == Kind::Multi);
    if is_wide(codebook, row) && (has_columns || !fits(codebook, row)) {
        take_wide(codebook, row)
    } else {
        take(codebook, row)
    }
}

fn container<'m>(axis: &Axis, row: &'m Map<String, Value>) -> Option<&'m Map<String, Value>> {
    match &axis.group {
        Some(group) => row.get(group)?.as_object(),
        None => Some(row),
    }
}

/// Whether a row answers at least one axis in the nested shape.
pub fn fits(codebook: &Codebook, row: &Map<String, Value>) -> bool {
    codebook
        .axes
        .iter()
        .any(|axis| container(axis, row).is_some_and(|object| object.contains_key(&axis.field)))
}

/// Takes the answers out of a row in the nested shape; other fields stay in it.
pub fn take(codebook: &Codebook, row: &mut Map<String, Value>) -> Native {
    let mut native = Native::default();
    let mut groups: Vec<&str> = Vec::new();
    for axis in &codebook.axes {
        let Some(group) = axis.group.as_deref() else {
            take_axis(axis, row, &mut native);
            continue;
        };
        match row.get_mut(group) {
            Some(Value::Object(object)) => {
                take_axis(axis, object, &mut native);
                if matches!(
                    object.get("reasoning"),
                    Some(Value::String(_) | Value::Null)
                ) && let Some(reason @ Value::String(_)) = object.shift_remove("reasoning")
                {
                    native.reasoning.insert(axis.key.0.clone(), reason);
                }
            }
            Some(Value::Null) | None => {}
            Some(other) if !groups.contains(&group) => native.problems.push(Problem::new(
                group,
                format!("must be an object, not {}", kind_of(other)),
            )),
            Some(_) => {}
        }
        groups.push(group);
    }
    for group in groups {
        let empty = match row.get(group) {
            Some(Value::Object(object)) => object.is_empty(),
            Some(Value::Null) => true,
            _ => false,
        };
        if empty {
            row.shift_remove(group);
        }
    }
    take_reasons(codebook, row, &mut native);
    native
}

/// Takes one axis's answer, and the texts of its codes, out of the object that holds them.
fn take_axis(axis: &Axis, object: &mut Map<String, Value>, native: &mut Native) {
    let answer = object.shift_remove(&axis.field);
    let mut value = named_items(axis, answer.unwrap_or(Value::Null));
    for code in &axis.codes {
        let Some(rule) = &code.text else { continue };
        let text = object.shift_remove(&rule.field);
        let field = match &axis.group {
            Some(group) => format!("{group}.{}", rule.field),
            None => rule.field.clone(),
        };
        native
            .problems
            .extend(attach(axis, code, &mut value, text, &field));
    }
    if !value.is_null() {
        native.answers.insert(axis.key.0.clone(), value);
    }
}

/// A reason for the answers as a whole is kept with the first of them that has none of its own;
/// reasons by axis are kept as they are.
fn take_reasons(codebook: &Codebook, row: &mut Map<String, Value>, native: &mut Native) {
    match row.shift_remove("reasoning") {
        None | Some(Value::Null) => {}
        Some(reason @ Value::String(_)) => {
            let free = codebook
                .axes
                .iter()
                .filter(|axis| !native.reasoning.contains_key(&*axis.key));
            match free.min_by_key(|axis| !native.answers.contains_key(&*axis.key)) {
                Some(axis) => {
                    native.reasoning.insert(axis.key.0.clone(), reason);
                }
                None => native.problems.push(Problem::new(
                    "reasoning",
                    "stands beside a reason for every axis; one of them is too many",
                )),
            }
        }
        Some(Value::Object(reasons)) => {
            for (key, reason) in reasons {
                if native.reasoning.contains_key(&key) {
                    let why = "gives a second reason for what has one in its group";
                    native
                        .problems
                        .push(Problem::new(format!("reasoning.{key}"), why));
                } else {
                    native.reasoning.insert(key, reason);
                }
            }
        }
        Some(other) => native.problems.push(Problem::new(
            "reasoning",
            format!("must be a text, not {}", kind_of(&other)),
        )),
    }
}

/// The code of an item with attributes has a name of its own in this shape.
fn named_items(axis: &Axis, value: Value) -> Value {
    match value {
        Value::Array(items) => items
            .into_iter()
            .map(|item| named_items(axis, item))
            .collect(),
        Value::Object(object) => object
            .into_iter()
            .map(|(key, value)| {
                let key = if key == axis.item { "code".into() } else { key };
                (key, value)
            })
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}

/// Puts the text of a code, which was found beside the answer at `field`, to the code itself.
fn attach(
    axis: &Axis,
    code: &Code,
    answer: &mut Value,
    text: Option<Value>,
    field: &str,
) -> Option<Problem> {
    let why = match text {
        None | Some(Value::Null) => return None,
        Some(Value::String(text)) if text.trim().is_empty() => return None,
        Some(Value::String(text)) => {
            if attach_text(axis, code, answer, &text) {
                return None;
            }
            format!("goes with {}, which is not chosen", code.key)
        }
        Some(other) => format!("must be a text, not {}", kind_of(&other)),
    };
    Some(Problem::new(field, why))
}

fn attach_text(axis: &Axis, code: &Code, answer: &mut Value, text: &str) -> bool {
    let is_meant = |label: &str| {
        let found = axis.code(label).or_else(|| axis.code_by_alias(label));
        found.is_some_and(|found| found.key == code.key)
    };
    match answer {
        Value::Array(items) => items
            .iter_mut()
            .any(|item| attach_text(axis, code, item, text)),
        Value::String(label) if is_meant(label) => {
            let mut object = Map::new();
            object.insert("code".into(), std::mem::take(label).into());
            object.insert("text".into(), text.into());
            *answer = Value::Object(object);
            true
        }
        Value::Object(object)
            if object
                .get("code")
                .and_then(Value::as_str)
                .is_some_and(is_meant) =>
        {
            object.insert("text".into(), text.into());
            true
        }
        _ => false,
    }
}

/// Whether a row has a column for every code of every multi axis, and a column for each other axis
/// that is not optional.
pub fn is_wide(codebook: &Codebook, row: &Map<String, Value>) -> bool {
    let columns = |axis: &Axis| match axis.kind {
        Kind::Multi => axis.codes.iter().all(|code| row.contains_key(&*code.key)),
        _ => row.contains_key(&*axis.key),
    };
    codebook.axes.iter().any(columns)
        && codebook
            .axes
            .iter()
            .all(|axis| columns(axis) || (axis.optional && axis.kind != Kind::Multi))
}

/// Takes the answers out of a wide row: a multi axis has a column per code, holding true or the
/// value of the code's attribute; any other axis has one column; a code's text has the column
/// `AXIS_FIELD`.
pub fn take_wide(codebook: &Codebook, row: &mut Map<String, Value>) -> Native {
    let mut native = Native::default();
    for axis in &codebook.axes {
        let mut value = match axis.kind {
            Kind::Multi => wide_set(axis, row, &mut native.problems),
            _ => row.shift_remove(&*axis.key).unwrap_or(Value::Null),
        };
        for code in &axis.codes {
            let Some(rule) = &code.text else { continue };
            let column = format!("{}_{}", axis.key, rule.field);
            let text = row.shift_remove(&column);
            native
                .problems
                .extend(attach(axis, code, &mut value, text, &column));
        }
        native.answers.insert(axis.key.0.clone(), value);
    }
    take_reasons(codebook, row, &mut native);
    native
}

fn wide_set(axis: &Axis, row: &mut Map<String, Value>, problems: &mut Vec<Problem>) -> Value {
    let mut items = Vec::new();
    for code in &axis.codes {
        match row.shift_remove(&*code.key) {
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(Value::Bool(true)) => items.push(code.key.0.clone().into()),
            Some(Value::String(value)) if !axis.attributes.is_empty() => {
                let mut object = Map::new();
                object.insert("code".into(), code.key.0.clone().into());
                object.insert(axis.attributes[0].key.clone(), value.into());
                items.push(Value::Object(object));
            }
            Some(other) => problems.push(Problem::new(
                code.key.to_string(),
                format!(
                    "must be true, false or a value of an attribute, not {}",
                    kind_of(&other)
                ),
            )),
        }
    }
    Value::Array(items)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::{
        answers::Answers,
        codebook::samples::{self, answers},
    };

    /// The answers as a judge would write them.
    fn nested(codebook: &Codebook, answers: &Answers) -> Map<String, Value> {
        let mut row = Map::new();
        for axis in &codebook.axes {
            let object = match &axis.group {
                None => &mut row,
                Some(group) => row
                    .entry(group)
                    .or_insert(json!({"reasoning": "Because."}))
                    .as_object_mut()
                    .unwrap(),
            };
            let mut value = answers.to_json(codebook)[&*axis.key].clone();
            for rule in axis.codes.iter().filter_map(|code| code.text.as_ref()) {
                object.insert(rule.field.clone(), Value::Null);
            }
            move_texts(axis, &mut value, object);
            object.insert(axis.field.clone(), value);
        }
        row
    }

    fn move_texts(axis: &Axis, value: &mut Value, beside: &mut Map<String, Value>) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|i| move_texts(axis, i, beside)),
            Value::Object(pick) => {
                let code = pick.shift_remove("code").unwrap();
                if let Some(text) = pick.shift_remove("text") {
                    let rule = axis.code(code.as_str().unwrap()).unwrap().text.as_ref();
                    beside.insert(rule.unwrap().field.clone(), text);
                }
                if pick.is_empty() {
                    *value = code;
                } else {
                    pick.shift_insert(0, axis.item.clone(), code);
                }
            }
            _ => {}
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_nested_and_the_native_form_of_one_answer_read_the_same((codebook, _, given) in samples::valid()) {
            let mut row = nested(codebook, &given);
            row.insert("temperature".into(), json!(0.25));
            prop_assert!(fits_any(codebook, &row));
            let native = take_any(codebook, &mut row);
            prop_assert_eq!(native.problems, vec![]);
            let back = Answers::from_json(codebook, &native.answers).unwrap();
            prop_assert_eq!(back.answers, given);
            prop_assert_eq!(Value::Object(row), json!({"temperature": 0.25}));
        }
    }

    fn take_from(codebook: &Codebook, row: Value) -> (Native, Value) {
        let Value::Object(mut row) = row else {
            panic!()
        };
        let native = take_any(codebook, &mut row);
        (native, Value::Object(row))
    }

    fn told(native: &Native) -> Vec<String> {
        native
            .problems
            .iter()
            .map(|p| format!("{}: {}", p.field, p.why))
            .collect()
    }

    fn judged() -> Value {
        json!({
            "symptom": {"reasoning": "It was said twice.", "labels": ["S8"], "other_descriptor": "reply in Dutch"},
            "cause": {"reasoning": "Nothing shows why.", "labels": [{"label": "C7", "evidence_tier": null}]},
            "outcome": {"reasoning": "A branch was lost.", "damage_severity": "DS3", "damage_locus": "DL2"},
            "resolution": {"reasoning": "No fix.", "status": "RS2", "resolver": null},
        })
    }

    #[test]
    fn a_judges_reply_is_read_with_its_reasons() {
        let codebook = samples::misalignment();
        let (native, rest) = take_from(&codebook, judged());
        assert_eq!(told(&native), [""; 0]);
        assert_eq!(
            Value::Object(native.answers),
            json!({
                "symptom": [{"code": "S8", "text": "reply in Dutch"}],
                "cause": [{"code": "C7", "evidence_tier": null}],
                "damage_severity": "DS3", "damage_locus": "DL2", "resolution_status": "RS2",
            })
        );
        assert_eq!(
            Value::Object(native.reasoning),
            json!({
                "symptom": "It was said twice.", "cause": "Nothing shows why.",
                "damage_severity": "A branch was lost.", "resolution_status": "No fix.",
            })
        );
        assert_eq!(rest, json!({}));
    }

    #[test]
    fn a_verdict_is_read_from_the_top_level_with_its_reason() {
        let (native, rest) = take_from(
            &samples::validity(),
            json!({"label": "INVALID", "invalid_category": "custom:wrong_log", "reasoning": "Other log.", "p": 1.0}),
        );
        let wanted = json!({"verdict": "INVALID", "invalid_category": "custom:wrong_log"});
        assert_eq!(Value::Object(native.answers), wanted);
        assert_eq!(
            Value::Object(native.reasoning),
            json!({"verdict": "Other log."})
        );
        assert_eq!(rest, json!({"p": 1.0}));
    }

    fn wide(changes: Value) -> Value {
        let mut row = json!({
            "session_id": "session_001",
            "S1": false, "S2": false, "S3": true, "S4": false, "S5": false, "S6": false, "S7": true, "S8": false,
            "symptom_other_descriptor": null,
            "C1": null, "C2": "direct", "C3": null, "C4": null, "C5": null, "C6": null, "C7": null,
            "damage_severity": "DS2", "damage_locus": "DL1", "resolution_status": "RS1", "resolver": "RV2",
        });
        for (column, value) in changes.as_object().unwrap() {
            row[column] = value.clone();
        }
        row
    }

    #[test]
    fn a_released_row_is_read_column_by_column() {
        let codebook = samples::misalignment();
        let read = |changes| {
            let (native, rest) = take_from(&codebook, wide(changes));
            assert_eq!(told(&native), [""; 0]);
            assert_eq!(rest, json!({"session_id": "session_001"}));
            Answers::from_json(&codebook, &native.answers).unwrap()
        };
        let ends = json!({
            "symptom": ["S3", "S7"], "cause": [{"code": "C2", "evidence_tier": "direct"}],
            "damage_severity": "DS2", "damage_locus": "DL1", "resolution_status": "RS1", "resolver": "RV2",
        });
        assert_eq!(read(json!({})).answers, answers(&codebook, ends.clone()));

        let found = read(json!({
            "S3": false, "S7": false, "S8": true, "symptom_other_descriptor": "reply in Dutch",
            "C2": null, "C7": "not_applicable",
        }));
        let other = json!({"symptom": [{"code": "S8", "text": "reply in Dutch"}], "cause": ["C7"]});
        assert_eq!(
            found.answers,
            answers(&codebook, samples::with(&ends, other))
        );
        assert_eq!(found.warnings.len(), 1);
    }

    #[test]
    fn a_text_without_its_code_is_refused_in_every_shape() {
        let codebook = samples::misalignment();
        let mut row = judged();
        row["symptom"]["labels"] = json!(["S3"]);
        let (native, _) = take_from(&codebook, row.clone());
        let why = "symptom.other_descriptor: goes with S8, which is not chosen";
        assert_eq!(told(&native), [why]);
        row["symptom"]
            .as_object_mut()
            .unwrap()
            .shift_remove("labels");
        assert_eq!(told(&take_from(&codebook, row.clone()).0), [why]);
        row["symptom"] = json!({"labels": ["S3"], "other_descriptor": " "});
        assert_eq!(told(&take_from(&codebook, row).0), [""; 0]);

        let (native, _) = take_from(
            &codebook,
            wide(json!({"symptom_other_descriptor": "reply in Dutch"})),
        );
        assert_eq!(
            told(&native),
            ["symptom_other_descriptor: goes with S8, which is not chosen"]
        );
        let (native, _) = take_from(
            &codebook,
            wide(json!({"symptom_other_descriptor": 8, "S1": 1})),
        );
        assert_eq!(
            told(&native),
            [
                "S1: must be true, false or a value of an attribute, not a number",
                "symptom_other_descriptor: must be a text, not a number"
            ]
        );
    }

    #[test]
    fn a_text_finds_its_code_under_an_alias() {
        let toml = include_str!("../../tests/fixtures/codebooks/valid/fieldnotes.toml")
            .replace("key = \"rest\"", "key = \"rest\"\naliases = [\"other\"]");
        let codebook = samples::load(&toml);
        let row = json!({"findings": {"kinds": ["other"], "sketch_of_rest": "a broken line"}});
        let (native, _) = take_from(&codebook, row);
        assert_eq!(told(&native), [""; 0]);
        assert_eq!(
            native.answers["slip"],
            json!([{"code": "other", "text": "a broken line"}])
        );
    }

    #[test]
    fn what_a_group_holds_besides_stays_in_the_row() {
        let codebook = samples::misalignment();
        let mut row = judged();
        row["outcome"]["euros"] = json!(12);
        row["cause"]["reasoning"] = json!(["a", "list"]);
        let (native, rest) = take_from(&codebook, row);
        assert_eq!(
            rest,
            json!({"cause": {"reasoning": ["a", "list"]}, "outcome": {"euros": 12}})
        );
        assert!(!native.reasoning.contains_key("cause"));
    }

    #[test]
    fn a_group_that_is_no_object_and_a_reason_given_twice_are_told() {
        let codebook = samples::misalignment();
        let mut row = judged();
        row["outcome"] = json!("DS3");
        row["reasoning"] = json!({"symptom": "Again.", "damage_severity": "It was lost."});
        let (native, _) = take_from(&codebook, row);
        assert_eq!(
            told(&native),
            [
                "outcome: must be an object, not a text",
                "reasoning.symptom: gives a second reason for what has one in its group"
            ]
        );
    }
}
