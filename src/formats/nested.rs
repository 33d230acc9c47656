//! Foreign answer shapes, mapped to axes by what the codebook says: the nested shape that a model
//! is asked for, and the wide row in which each code of a multi axis is a column.
//!
//! Both are turned into the native form first, so that one reader judges all three.

use serde_json::{Map, Value};

use super::fields::Problem;
use crate::domain::{
    answers::kind_of,
    codebook::{Axis, Codebook, Kind},
};

/// Answers in the native form, and the reasons that stood beside them, by axis.
#[derive(Debug, Default)]
pub struct Native {
    pub answers: Map<String, Value>,
    pub reasoning: Map<String, Value>,
    pub problems: Vec<Problem>,
}

/// Where an axis stands in the nested shape: `group.field` or `field`.
fn path(axis: &Axis) -> String {
    match &axis.group {
        Some(group) => format!("{group}.{}", axis.field),
        None => axis.field.clone(),
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
    for axis in &codebook.axes {
        let Some(object) = container(axis, row) else {
            continue;
        };
        if let Some(reason) = object.get("reasoning").filter(|reason| reason.is_string()) {
            let told = codebook.axes.iter().any(|other| {
                other.group == axis.group && native.reasoning.contains_key(&*other.key)
            });
            if !told {
                native
                    .reasoning
                    .insert(axis.key.to_string(), reason.clone());
            }
        }
        if let Some(value) = object.get(&axis.field) {
            let value = named_items(axis, value);
            let value = with_text(axis, value, object, &mut native.problems);
            native.answers.insert(axis.key.to_string(), value);
        }
    }
    for axis in &codebook.axes {
        row.shift_remove(axis.group.as_deref().unwrap_or(&axis.field));
        if axis.group.is_none() {
            for code in &axis.codes {
                if let Some(text) = &code.text {
                    row.shift_remove(&text.field);
                }
            }
            row.shift_remove("reasoning");
        }
    }
    native
}

/// The code of an item with attributes has a name of its own in this shape.
fn named_items(axis: &Axis, value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| named_items(axis, item)).collect(),
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| {
                let key = if *key == axis.item { "code" } else { key };
                (key.to_owned(), value.clone())
            })
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// The text of a code stands beside the labels in this shape.
fn with_text(
    axis: &Axis,
    value: Value,
    beside: &Map<String, Value>,
    problems: &mut Vec<Problem>,
) -> Value {
    let mut value = value;
    for code in &axis.codes {
        let Some(rule) = &code.text else { continue };
        let field = match &axis.group {
            Some(group) => format!("{group}.{}", rule.field),
            None => rule.field.clone(),
        };
        let text = match beside.get(&rule.field) {
            None | Some(Value::Null) => continue,
            Some(Value::String(text)) => text,
            Some(other) => {
                problems.push(Problem::new(
                    field,
                    format!("must be a text, not {}", kind_of(other)),
                ));
                continue;
            }
        };
        if !attach(&mut value, &code.key, text) {
            problems.push(Problem::new(
                field,
                format!("goes with {}, which is not among {}", code.key, path(axis)),
            ));
        }
    }
    value
}

fn attach(value: &mut Value, code: &str, text: &str) -> bool {
    match value {
        Value::Array(items) => items.iter_mut().any(|item| attach(item, code, text)),
        Value::String(label) if label == code => {
            let mut object = Map::new();
            object.insert("code".into(), code.into());
            object.insert("text".into(), text.into());
            *value = Value::Object(object);
            true
        }
        Value::Object(object) if object.get("code").and_then(Value::as_str) == Some(code) => {
            object.insert("text".into(), text.into());
            true
        }
        _ => false,
    }
}

/// Whether a row has a column for every code of every multi axis, and a column for each other axis.
pub fn is_wide(codebook: &Codebook, row: &Map<String, Value>) -> bool {
    codebook.axes.iter().all(|axis| match axis.kind {
        Kind::Multi => axis.codes.iter().all(|code| row.contains_key(&*code.key)),
        _ => axis.optional || row.contains_key(&*axis.key),
    })
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
            if let Some(Value::String(text)) =
                row.shift_remove(&format!("{}_{}", axis.key, rule.field))
            {
                attach(&mut value, &code.key, &text);
            }
        }
        native.answers.insert(axis.key.to_string(), value);
    }
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
