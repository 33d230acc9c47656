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
    let toml = include_str!("../../../tests/fixtures/codebooks/valid/fieldnotes.toml")
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
