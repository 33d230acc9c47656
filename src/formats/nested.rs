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
mod tests;
