//! The JSON schema of a judge's reply, in the part of the language that model servers share: closed
//! objects, every property required, "no answer" as null.
//!
//! It knows which labels and values there are and where they stand. What hangs on other answers
//! (codes that stand alone, conditions, limits of number and words) is for `domain::rules`.

use serde_json::{Map, Value, json};

use super::{Place, Slot, has_inner_text, is_item, is_multi, may_be_null, reply};
use crate::domain::codebook::{Axis, Codebook, Kind};

/// The schema of the reply to a codebook's questions.
pub fn schema(codebook: &Codebook) -> Value {
    let places = reply(codebook);
    object(places.iter().map(|place| match place {
        Place::Field(name, slot) => (*name, of_slot(*slot)),
        Place::Group(name, slots) => {
            let fields = slots.iter().map(|(name, slot)| (*name, of_slot(*slot)));
            (*name, object(fields))
        }
    }))
}

fn object<'n>(fields: impl Iterator<Item = (&'n str, Value)>) -> Value {
    let properties: Map<String, Value> = fields.map(|(key, v)| (key.to_owned(), v)).collect();
    let required: Vec<&String> = properties.keys().collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

fn of_slot(slot: Slot) -> Value {
    match slot {
        Slot::Reasoning => json!({"type": "string"}),
        Slot::Text(_) | Slot::Note => json!({"type": ["string", "null"]}),
        Slot::Answer(axis) => {
            let mut schema = one_answer(axis);
            if axis.repeat {
                schema = json!({"type": "array", "items": nullable(schema)});
            }
            if may_be_null(axis) {
                schema = nullable(schema);
            }
            schema
        }
    }
}

fn one_answer(axis: &Axis) -> Value {
    if axis.kind == Kind::Text {
        return json!({"type": "string"});
    }
    let mut schema = codes(axis);
    if is_item(axis) {
        schema = item(axis, schema);
    }
    if is_multi(axis) {
        schema = json!({"type": "array", "items": schema});
    }
    schema
}

fn item(axis: &Axis, code: Value) -> Value {
    let mut fields = vec![(axis.item.as_str(), code)];
    if has_inner_text(axis) {
        fields.push(("text", json!({"type": ["string", "null"]})));
    }
    for attribute in &axis.attributes {
        let mut values: Vec<Value> = Vec::new();
        values.extend(attribute.values.iter().map(|v| Value::from(v.key.as_str())));
        let mut schema = json!({"type": "string", "enum": values});
        if !attribute.without.is_empty() {
            schema = nullable(schema);
        }
        fields.push((&attribute.key, schema));
    }
    object(fields.into_iter())
}

/// The labels of an axis: the keys of its codes, and whatever fits the pattern of an open one.
fn codes(axis: &Axis) -> Value {
    let closed = axis.codes.iter().filter(|code| code.pattern.is_none());
    if axis.kind == Kind::Scale {
        let points: Vec<i64> = closed.filter_map(|code| code.key.parse().ok()).collect();
        return json!({"type": "integer", "enum": points});
    }
    let keys: Vec<&str> = closed.map(|code| &*code.key).collect();
    let patterns = axis.codes.iter().filter_map(|code| code.pattern.as_ref());
    let mut ways: Vec<Value> = Vec::new();
    if !keys.is_empty() {
        ways.push(json!({"type": "string", "enum": keys}));
    }
    ways.extend(
        patterns.map(|p| json!({"type": "string", "pattern": format!("^(?:{})$", p.source())})),
    );
    match ways.len() {
        1 => ways.remove(0),
        _ => json!({"anyOf": ways}),
    }
}

/// The same, or null. Servers want null both among the types and among the values.
fn nullable(mut schema: Value) -> Value {
    let plain = schema
        .get("type")
        .and_then(Value::as_str)
        .map(str::to_owned);
    match plain.as_deref() {
        Some(kind @ ("string" | "integer")) if schema.get("pattern").is_none() => {
            schema["type"] = json!([kind, "null"]);
            if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                values.push(Value::Null);
            }
            schema
        }
        _ => match schema.get_mut("anyOf").and_then(Value::as_array_mut) {
            Some(ways) => {
                ways.push(json!({"type": "null"}));
                schema
            }
            None => json!({"anyOf": [schema, {"type": "null"}]}),
        },
    }
}

#[cfg(test)]
mod tests;
