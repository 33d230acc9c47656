//! Takes the known fields out of a JSON object; what is left over is kept as it came.

use serde_json::{Map, Value};

use crate::domain::answers::kind_of;

/// What is wrong with a field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field's path, such as `evidence[2].quote`; empty for the record as a whole.
    pub field: String,
    pub why: String,
}

impl Problem {
    pub fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            why: why.into(),
        }
    }
}

/// An object whose fields are taken one by one. `null` counts as absent.
pub struct Fields {
    object: Map<String, Value>,
    path: String,
    pub problems: Vec<Problem>,
}

impl Fields {
    pub fn new(object: Map<String, Value>) -> Self {
        Self::below(object, String::new())
    }

    /// The fields of an object inside a record, whose path goes before each field's name.
    pub fn below(object: Map<String, Value>, path: String) -> Self {
        Self {
            object,
            path,
            problems: Vec::new(),
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.object.get(key).is_some_and(|value| !value.is_null())
    }

    pub fn contains(&self, key: &str) -> bool {
        self.object.contains_key(key)
    }

    pub fn object(&self) -> &Map<String, Value> {
        &self.object
    }

    /// The path of a field, which is that of the object where `key` is empty.
    pub fn at(&self, key: &str) -> String {
        match (self.path.as_str(), key) {
            ("", key) => key.to_owned(),
            (path, "") => path.to_owned(),
            (path, key) => format!("{path}.{key}"),
        }
    }

    pub fn problem(&mut self, key: &str, why: impl Into<String>) {
        self.problems.push(Problem::new(self.at(key), why));
    }

    pub fn take(&mut self, key: &str) -> Option<Value> {
        self.object
            .shift_remove(key)
            .filter(|value| !value.is_null())
    }

    fn take_as<T>(
        &mut self,
        key: &str,
        wanted: &str,
        read: impl FnOnce(Value) -> Result<T, Value>,
    ) -> Option<T> {
        match read(self.take(key)?) {
            Ok(found) => Some(found),
            Err(value) => {
                self.problem(key, format!("must be {wanted}, not {}", shown(&value)));
                None
            }
        }
    }

    pub fn text(&mut self, key: &str) -> Option<String> {
        self.take_as(key, "a text", |value| match value {
            Value::String(text) => Ok(text),
            other => Err(other),
        })
    }

    /// A text that must be there and not be blank.
    pub fn required(&mut self, key: &str) -> String {
        let wrong = self.problems.len();
        match self.text(key) {
            Some(text) if !text.trim().is_empty() => text,
            _ => {
                if self.problems.len() == wrong {
                    self.problem(key, "is missing or empty");
                }
                String::new()
            }
        }
    }

    pub fn flag(&mut self, key: &str) -> bool {
        self.take_as(key, "true or false", |value| value.as_bool().ok_or(value))
            .unwrap_or(false)
    }

    pub fn whole_number(&mut self, key: &str) -> Option<u64> {
        self.take_as(key, "a whole number of 0 or more", |value| {
            value.as_u64().ok_or(value)
        })
    }

    pub fn number(&mut self, key: &str) -> Option<f64> {
        self.take_as(key, "a number", |value| value.as_f64().ok_or(value))
    }

    pub fn array(&mut self, key: &str) -> Vec<Value> {
        self.take_as(key, "an array", |value| match value {
            Value::Array(items) => Ok(items),
            other => Err(other),
        })
        .unwrap_or_default()
    }

    pub fn map(&mut self, key: &str) -> Option<Map<String, Value>> {
        self.take_as(key, "an object", |value| match value {
            Value::Object(object) => Ok(object),
            other => Err(other),
        })
    }

    pub fn texts(&mut self, key: &str) -> Vec<String> {
        self.array(key)
            .into_iter()
            .filter_map(|item| match item {
                Value::String(text) => Some(text),
                other => {
                    self.problem(key, format!("must hold texts, not {}", kind_of(&other)));
                    None
                }
            })
            .collect()
    }

    /// One of a closed set of words.
    pub fn word<T>(
        &mut self,
        key: &str,
        wanted: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key)?;
        let found = read(&text);
        if found.is_none() {
            self.problem(key, format!("must be {wanted}, not \"{text}\""));
        }
        found
    }

    /// What was not taken, in its own order.
    pub fn rest(self) -> (Map<String, Value>, Vec<Problem>) {
        (self.object, self.problems)
    }
}

/// A value as an error names it: numbers by themselves, since not every number will do.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        other => kind_of(other).to_owned(),
    }
}

/// Builds an object field by field, leaving out what is absent.
#[derive(Default)]
pub struct Build(pub Map<String, Value>);

impl Build {
    pub fn put(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    pub fn put_some(&mut self, key: &str, value: Option<impl Into<Value>>) -> &mut Self {
        if let Some(value) = value {
            self.put(key, value);
        }
        self
    }

    pub fn put_all(&mut self, extra: &Map<String, Value>) -> &mut Self {
        for (key, value) in extra {
            self.0.insert(key.clone(), value.clone());
        }
        self
    }

    pub fn line(&mut self) -> String {
        Value::Object(std::mem::take(&mut self.0)).to_string()
    }
}
