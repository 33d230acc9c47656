//! What one rater answered for one unit, and its JSON form.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::{
    codebook::{Axis, Code, Codebook, Kind},
    ids::{AxisKey, CodeKey},
    rules::{self, ProblemKind},
};

/// A chosen code with what goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pick {
    /// The label: a code's key, or any text that an open code's pattern matches.
    pub code: CodeKey,
    pub text: Option<String>,
    /// Attribute and value, in the codebook's order.
    pub attributes: Vec<(String, String)>,
}

impl Pick {
    pub fn new(code: &str) -> Self {
        Self {
            code: code.into(),
            text: None,
            attributes: Vec::new(),
        }
    }

    pub fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// Sets or clears an attribute, keeping the codebook's order.
    pub fn set_attribute(&mut self, axis: &Axis, key: &str, value: Option<&str>) {
        self.attributes.retain(|(name, _)| name != key);
        if let Some(value) = value {
            self.attributes.push((key.to_owned(), value.to_owned()));
            let place = |name: &str| axis.attributes.iter().position(|a| a.key == name);
            self.attributes.sort_by_key(|(name, _)| place(name));
        }
    }
}

/// The answer to one axis. `Picks` has one element on single and scale axes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    Picks(Vec<Pick>),
    Text(String),
    /// One answer per quote; `None` where a quote has none yet.
    Repeated(Vec<Option<Answer>>),
}

impl Answer {
    /// The chosen codes; none for a text.
    pub fn picks(&self) -> &[Pick] {
        match self {
            Answer::Picks(picks) => picks,
            _ => &[],
        }
    }

    /// Whether a code is chosen, for any quote where it is asked per quote.
    pub fn uses(&self, code: &str) -> bool {
        match self {
            Answer::Picks(picks) => picks.iter().any(|pick| *pick.code == *code),
            Answer::Text(_) => false,
            Answer::Repeated(items) => items.iter().flatten().any(|answer| answer.uses(code)),
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Answer::Picks(picks) => picks.is_empty(),
            Answer::Text(text) => text.trim().is_empty(),
            Answer::Repeated(items) => items.iter().flatten().all(Answer::is_empty),
        }
    }
}

/// The answers to a codebook's axes. An axis without an entry is not answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Answers(BTreeMap<AxisKey, Answer>);

impl Answers {
    /// Every answer with its axis.
    pub fn iter(&self) -> impl Iterator<Item = (&AxisKey, &Answer)> {
        self.0.iter()
    }

    pub fn get(&self, axis: &str) -> Option<&Answer> {
        self.0.get(axis)
    }

    /// The chosen codes of an axis that is not asked per quote.
    pub fn picks(&self, axis: &str) -> &[Pick] {
        self.get(axis).map_or(&[], Answer::picks)
    }

    /// Sets the answer to an axis; an empty answer clears it.
    pub fn set(&mut self, axis: &AxisKey, answer: Option<Answer>) {
        match answer.filter(|answer| !answer.is_empty()) {
            Some(answer) => self.0.insert(axis.clone(), answer),
            None => self.0.remove(axis),
        };
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Answered axes, in no particular order.
    pub fn axes(&self) -> impl Iterator<Item = &AxisKey> {
        self.0.keys()
    }

    /// The native form: every axis in the codebook's order, `null` where there is no answer.
    pub fn to_json(&self, codebook: &Codebook) -> Map<String, Value> {
        codebook
            .axes
            .iter()
            .map(|axis| {
                let value = self
                    .get(&axis.key)
                    .map_or(Value::Null, |a| answer_to_json(axis, a));
                (axis.key.to_string(), value)
            })
            .collect()
    }

    /// Reads the native form. Only the shape is judged here, each problem with its axis; whether
    /// the answers keep the codebook's rules is for `rules::review`. Aliases are resolved, each
    /// with a warning.
    pub fn from_json(
        codebook: &Codebook,
        object: &Map<String, Value>,
    ) -> Result<Read, Vec<ShapeProblem>> {
        let mut read = Read::default();
        let mut problems = Vec::new();
        for (key, value) in object {
            let Some(axis) = codebook.axis(key) else {
                problems.push(ShapeProblem {
                    field: key.clone(),
                    why: format!("{} has no axis of this name", codebook.name()),
                });
                continue;
            };
            match answer_from_json(axis, value, &mut read.warnings) {
                Ok(answer) => read.answers.set(&axis.key, answer),
                Err(why) => problems.push(ShapeProblem {
                    field: key.clone(),
                    why,
                }),
            }
        }
        if problems.is_empty() {
            return Ok(read);
        }
        // What is wrong with the others is told with them.
        let misread = |axis: &str| problems.iter().any(|problem| problem.field == axis);
        let broken = rules::review(codebook, &read.answers, None, 0).problems;
        let others = broken.into_iter().filter_map(|problem| {
            let axis = codebook.axis(problem.axis.as_deref()?)?;
            let parent = axis.applies_when.as_ref();
            let is_told = problem.kind == ProblemKind::Broken
                && !axis.repeat
                && !misread(&axis.key)
                && !parent.is_some_and(|when| misread(&when.axis));
            is_told.then(|| ShapeProblem {
                field: axis.key.to_string(),
                why: problem.why,
            })
        });
        let others: Vec<ShapeProblem> = others.collect();
        problems.extend(others);
        Err(problems)
    }
}

/// Answers that were read, and what was changed on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    pub answers: Answers,
    pub warnings: Vec<ShapeProblem>,
}

/// What is wrong with the JSON of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeProblem {
    pub field: String,
    pub why: String,
}

fn answer_to_json(axis: &Axis, answer: &Answer) -> Value {
    match answer {
        Answer::Text(text) => Value::String(text.clone()),
        Answer::Repeated(items) => items
            .iter()
            .map(|item| {
                item.as_ref()
                    .map_or(Value::Null, |a| answer_to_json(axis, a))
            })
            .collect(),
        Answer::Picks(picks) if axis.kind == Kind::Multi => {
            let mut picks: Vec<&Pick> = picks.iter().collect();
            // Unknown codes, which only a kept invalid import has, go last in their own order.
            picks.sort_by_key(|pick| axis.position(&pick.code).unwrap_or(usize::MAX));
            picks
                .into_iter()
                .map(|pick| pick_to_json(axis, pick))
                .collect()
        }
        Answer::Picks(picks) => picks
            .first()
            .map_or(Value::Null, |pick| pick_to_json(axis, pick)),
    }
}

fn pick_to_json(axis: &Axis, pick: &Pick) -> Value {
    let code = code_to_json(axis, &pick.code);
    if pick.text.is_none() && pick.attributes.is_empty() {
        return code;
    }
    let mut object = Map::new();
    object.insert("code".into(), code);
    if let Some(text) = &pick.text {
        object.insert("text".into(), Value::String(text.clone()));
    }
    for (key, value) in &pick.attributes {
        object.insert(key.clone(), Value::String(value.clone()));
    }
    Value::Object(object)
}

/// A point of a scale is a number; a label that only looks like one stays a text.
fn code_to_json(axis: &Axis, code: &CodeKey) -> Value {
    if axis.kind == Kind::Scale
        && axis.code(code).is_some()
        && let Ok(number) = code.parse::<i64>()
    {
        return Value::Number(Number::from(number));
    }
    Value::String(code.to_string())
}

fn answer_from_json(
    axis: &Axis,
    value: &Value,
    warnings: &mut Vec<ShapeProblem>,
) -> Result<Option<Answer>, String> {
    if value.is_null() {
        return Ok(None);
    }
    if !axis.repeat {
        return one_from_json(axis, value, warnings);
    }
    let Value::Array(items) = value else {
        return Err("an array with one answer per quote is needed".into());
    };
    let items: Result<Vec<_>, _> = items
        .iter()
        .map(|item| {
            if item.is_null() {
                return Ok(None);
            }
            // An empty set or text is no answer, for a quote as for the whole.
            one_from_json(axis, item, warnings).map(|one| one.filter(|a| !a.is_empty()))
        })
        .collect();
    Ok(Some(Answer::Repeated(items?)))
}

fn one_from_json(
    axis: &Axis,
    value: &Value,
    warnings: &mut Vec<ShapeProblem>,
) -> Result<Option<Answer>, String> {
    match (axis.kind, value) {
        (Kind::Text, Value::String(text)) => Ok(Some(Answer::Text(text.clone()))),
        (Kind::Text, _) => Err("a text is needed".into()),
        (Kind::Multi, Value::Array(items)) => {
            let mut picks: Vec<Pick> = Vec::with_capacity(items.len());
            for item in items {
                let pick = pick_from_json(axis, item, warnings)?;
                if !picks.contains(&pick) {
                    picks.push(pick);
                }
            }
            picks.sort_by_key(|pick| axis.position(&pick.code).unwrap_or(usize::MAX));
            Ok(Some(Answer::Picks(picks)))
        }
        (Kind::Multi, _) => Err("an array of codes is needed".into()),
        (_, Value::Array(_)) => Err("one code is needed, not an array".into()),
        _ => Ok(Some(Answer::Picks(vec![pick_from_json(
            axis, value, warnings,
        )?]))),
    }
}

fn pick_from_json(
    axis: &Axis,
    value: &Value,
    warnings: &mut Vec<ShapeProblem>,
) -> Result<Pick, String> {
    let (label, object) = match value {
        Value::String(label) => (label.clone(), None),
        Value::Number(number) if axis.kind == Kind::Scale => (number.to_string(), None),
        Value::Object(object) => match object.get("code") {
            Some(Value::String(label)) => (label.clone(), Some(object)),
            Some(Value::Number(number)) if axis.kind == Kind::Scale => {
                (number.to_string(), Some(object))
            }
            _ => return Err("an object needs its code as a text under \"code\"".into()),
        },
        _ => return Err(format!("a code is needed, not {}", kind_of(value))),
    };
    let mut pick = Pick::new(&label);
    if axis.code(&label).is_none()
        && let Some(code) = axis.code_by_alias(&label).or_else(|| point(axis, &label))
    {
        warnings.push(ShapeProblem {
            field: axis.key.to_string(),
            why: format!("{label} was read as {}", code.key),
        });
        pick.code = code.key.clone();
    }
    for (key, value) in object.into_iter().flatten() {
        match (key.as_str(), value) {
            ("code", _) | (_, Value::Null) => {}
            ("text", Value::String(text)) => pick.text = Some(text.clone()),
            (_, Value::String(value)) => {
                let Some(attribute) = axis.attribute(key) else {
                    return Err(format!("{label} has no field {key}"));
                };
                if attribute.none.contains(value) && attribute.value(value).is_none() {
                    warnings.push(ShapeProblem {
                        field: axis.key.to_string(),
                        why: format!("{key} {value} of {label} was read as no value"),
                    });
                } else {
                    pick.set_attribute(axis, key, Some(value));
                }
            }
            _ => {
                return Err(format!(
                    "{key} of {label} must be a text, not {}",
                    kind_of(value)
                ));
            }
        }
    }
    Ok(pick)
}

/// The point of a scale that is written in another way, such as `2.0`.
fn point<'a>(axis: &'a Axis, label: &str) -> Option<&'a Code> {
    let number: f64 = label.parse().ok()?;
    axis.codes
        .iter()
        .find(|code| axis.kind == Kind::Scale && code.key.parse() == Ok(number))
}

/// What a JSON value is, in words for an error.
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
