use proptest::prelude::*;

use super::*;
use crate::{
    domain::{
        answers::{Answer, Answers, Pick},
        codebook::samples,
    },
    formats::nested,
};

/// Whether a value fits a schema, for the keywords that are used here and no others.
fn fits(schema: &Value, value: &Value) -> bool {
    schema
        .as_object()
        .unwrap()
        .iter()
        .all(|(keyword, rule)| match keyword.as_str() {
            "type" => match rule {
                Value::Array(types) => types.iter().any(|t| is_a(t.as_str().unwrap(), value)),
                one => is_a(one.as_str().unwrap(), value),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "pattern" => {
                let regex = regex::Regex::new(rule.as_str().unwrap()).unwrap();
                value.as_str().is_some_and(|text| regex.is_match(text))
            }
            "anyOf" => rule.as_array().unwrap().iter().any(|way| fits(way, value)),
            "items" => value
                .as_array()
                .is_none_or(|items| items.iter().all(|item| fits(rule, item))),
            "required" => value.as_object().is_none_or(|fields| {
                rule.as_array()
                    .unwrap()
                    .iter()
                    .all(|key| fields.contains_key(key.as_str().unwrap()))
            }),
            "properties" => value.as_object().is_none_or(|fields| {
                fields
                    .iter()
                    .all(|(key, value)| rule.get(key).is_some_and(|rule| fits(rule, value)))
            }),
            "additionalProperties" => *rule == Value::Bool(false),
            other => panic!("{other} is not a keyword that every server knows"),
        })
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    }
}

/// The reply that gives these answers, written by the plan of the reply.
fn written(codebook: &Codebook, answers: &Answers) -> Value {
    let value = |slot: &Slot| match slot {
        Slot::Reasoning => json!("The second quote says so."),
        Slot::Note => Value::Null,
        Slot::Text(code) => {
            let text = codebook.axes.iter().find_map(|axis| {
                let pick = answers
                    .picks(&axis.key)
                    .iter()
                    .find(|p| p.code == code.key)?;
                pick.text.clone()
            });
            text.map_or(Value::Null, Value::from)
        }
        Slot::Answer(axis) => match answers.get(&axis.key) {
            None => Value::Null,
            Some(Answer::Repeated(items)) => items
                .iter()
                .map(|item| item.as_ref().map_or(Value::Null, |a| one(axis, a)))
                .collect(),
            Some(answer) => one(axis, answer),
        },
    };
    let places = reply(codebook);
    let fields = places.iter().map(|place| match place {
        Place::Field(name, slot) => ((*name).to_owned(), value(slot)),
        Place::Group(name, slots) => {
            let fields = slots
                .iter()
                .map(|(name, slot)| ((*name).to_owned(), value(slot)));
            ((*name).to_owned(), Value::Object(fields.collect()))
        }
    });
    Value::Object(fields.collect())
}

fn one(axis: &Axis, answer: &Answer) -> Value {
    match answer {
        Answer::Text(text) => text.as_str().into(),
        Answer::Picks(picks) if is_multi(axis) => picks.iter().map(|p| item_of(axis, p)).collect(),
        Answer::Picks(picks) => item_of(axis, &picks[0]),
        Answer::Repeated(_) => unreachable!(),
    }
}

fn item_of(axis: &Axis, pick: &Pick) -> Value {
    let code = match pick.code.parse::<i64>() {
        Ok(number) if axis.kind == Kind::Scale => number.into(),
        _ => Value::from(&*pick.code),
    };
    if !is_item(axis) {
        return code;
    }
    let mut item = Map::from_iter([(axis.item.clone(), code)]);
    for attribute in &axis.attributes {
        let value = pick.attribute(&attribute.key);
        item.insert(
            attribute.key.clone(),
            value.map_or(Value::Null, Value::from),
        );
    }
    Value::Object(item)
}

/// Every place at which a reply can be spoilt, each by a value that fits nowhere.
fn spoilt(reply: &Value) -> Vec<Value> {
    let mut found = vec![json!(["spoilt"])];
    match reply {
        Value::Object(fields) => {
            for (key, value) in fields {
                let mut without = fields.clone();
                without.shift_remove(key);
                found.push(Value::Object(without));
                for bad in spoilt(value) {
                    let mut with = fields.clone();
                    with.insert(key.clone(), bad);
                    found.push(Value::Object(with));
                }
            }
            let mut more = fields.clone();
            more.insert("invented".into(), Value::Null);
            found.push(Value::Object(more));
        }
        Value::Array(items) => {
            for (place, value) in items.iter().enumerate() {
                for bad in spoilt(value) {
                    let mut with = items.clone();
                    with[place] = bad;
                    found.push(Value::Array(with));
                }
            }
        }
        _ => found.push(json!(true)),
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_valid_answer_fits_and_is_read_back_from_the_reply((codebook, _, answers) in samples::valid()) {
        let reply = written(codebook, &answers);
        let schema = schema(codebook);
        prop_assert!(fits(&schema, &reply), "{reply:#}\n{schema:#}");
        let mut row = reply.as_object().unwrap().clone();
        let native = nested::take(codebook, &mut row);
        prop_assert_eq!(&native.problems, &vec![]);
        let read = Answers::from_json(codebook, &native.answers).unwrap();
        prop_assert_eq!(read.answers, answers);
    }

    #[test]
    fn a_reply_that_is_spoilt_anywhere_does_not_fit((codebook, _, answers) in samples::valid()) {
        let schema = schema(codebook);
        for bad in spoilt(&written(codebook, &answers)) {
            prop_assert!(!fits(&schema, &bad), "{bad:#}");
        }
    }
}

#[test]
fn only_labels_and_values_of_the_codebook_fit() {
    let schema = schema(&samples::misalignment());
    let reply = |label: &str, cause: &str, tier: Value| {
        json!({
            "symptom": {"reasoning": "", "labels": [label], "other_descriptor": null},
            "cause": {"reasoning": "", "labels": [{"label": cause, "evidence_tier": tier}]},
            "outcome": {"reasoning": "", "damage_severity": "DS1", "damage_locus": null},
            "resolution": {"reasoning": "", "status": "RS2", "resolver": null},
        })
    };
    assert!(fits(&schema, &reply("S3", "C6", json!("direct"))));
    assert!(fits(&schema, &reply("S3", "C7", Value::Null)));
    assert!(!fits(&schema, &reply("S9", "C6", json!("direct"))));
    assert!(!fits(&schema, &reply("S3", "C8", json!("direct"))));
    assert!(!fits(&schema, &reply("S3", "C6", json!("not_applicable"))));
}

#[test]
fn an_open_code_fits_by_its_pattern_and_not_by_its_key() {
    let schema = schema(&samples::validity());
    let reply = |category: Value| json!({"quote_found": null, "label": "INVALID", "invalid_category": category, "note": "Turn 3."});
    for good in [
        json!("truncation"),
        json!("custom:wrong_session"),
        Value::Null,
    ] {
        assert!(fits(&schema, &reply(good)));
    }
    for bad in ["custom", "custom:Wrong", "xcustom:a", "Truncation"] {
        assert!(!fits(&schema, &reply(bad.into())), "{bad}");
    }
}
