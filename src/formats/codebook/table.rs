//! A TOML table that is walked key by key, so that all its mistakes are told at once.

use toml::{Table, Value};

use crate::domain::codebook::{Words, check::Problem};

/// A table whose keys are taken one by one; what is left over is unknown.
pub struct Fields<'p> {
    pub table: Table,
    path: String,
    problems: &'p mut Vec<Problem>,
}

impl<'p> Fields<'p> {
    pub fn new(table: Table, path: &str, problems: &'p mut Vec<Problem>) -> Self {
        Self {
            table,
            path: path.to_owned(),
            problems,
        }
    }

    fn at(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    pub fn problem(&mut self, key: &str, why: impl Into<String>) {
        let path = self.at(key);
        self.problems.push(Problem {
            path,
            why: why.into(),
        });
    }

    fn take<T>(
        &mut self,
        key: &str,
        wanted: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.table.remove(key)?;
        let found = read(&value);
        if found.is_none() {
            self.problem(key, format!("must be {wanted}, not {}", shown(&value)));
        }
        found
    }

    /// A text; an empty one counts as left out.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.take(key, "a text", |v| v.as_str().map(|s| s.trim().to_owned()))
            .filter(|text| !text.is_empty())
    }

    pub fn required(&mut self, key: &str) -> String {
        match self.table.get(key) {
            None => self.problem(key, "is missing"),
            Some(Value::String(text)) if text.trim().is_empty() => self.problem(key, "is empty"),
            Some(_) => {}
        }
        self.text(key).unwrap_or_default()
    }

    pub fn flag(&mut self, key: &str) -> bool {
        self.take(key, "true or false", Value::as_bool)
            .unwrap_or(false)
    }

    pub fn number(&mut self, key: &str) -> Option<i64> {
        self.take(key, "a whole number", Value::as_integer)
    }

    pub fn count(&mut self, key: &str) -> Option<usize> {
        self.take(key, "a whole number of 0 or more", |v| {
            v.as_integer().and_then(|n| usize::try_from(n).ok())
        })
    }

    pub fn texts(&mut self, key: &str) -> Vec<String> {
        self.take(key, "a list of texts", |v| {
            v.as_array()?
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect()
        })
        .unwrap_or_default()
    }

    pub fn words(&mut self, key: &str) -> Option<Words> {
        self.take(
            key,
            "two whole numbers, least and most, such as [3, 8]",
            |v| {
                let [least, most] = v.as_array()?.as_slice() else {
                    return None;
                };
                let least = usize::try_from(least.as_integer()?).ok()?;
                let most = usize::try_from(most.as_integer()?).ok()?;
                (least <= most).then_some(Words { least, most })
            },
        )
    }

    pub fn hotkey(&mut self) -> Option<char> {
        self.take("hotkey", "one character", |v| {
            let mut chars = v.as_str()?.chars();
            chars.next().filter(|_| chars.next().is_none())
        })
    }

    pub fn one_of<T>(
        &mut self,
        key: &str,
        wanted: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.required(key);
        let found = read(&text);
        if found.is_none() && !text.is_empty() {
            self.problem(key, format!("must be {wanted}, not \"{text}\""));
        }
        found
    }

    pub fn table(&mut self, key: &str) -> Option<Fields<'_>> {
        let table = self.take(key, "a table", |v| v.as_table().cloned())?;
        let path = self.at(key);
        Some(Fields::new(table, &path, self.problems))
    }

    /// Reads each table of a list. Its path names it by its key where it has one.
    pub fn each<T>(&mut self, key: &str, read: impl Fn(Fields) -> T) -> Vec<T> {
        let tables = self
            .take(
                key,
                "a list of tables, each headed by double brackets",
                |v| {
                    v.as_array()?
                        .iter()
                        .map(|item| item.as_table().cloned())
                        .collect::<Option<Vec<_>>>()
                },
            )
            .unwrap_or_default();
        let mut found = Vec::with_capacity(tables.len());
        for (place, table) in tables.into_iter().enumerate() {
            let name = match table.get("key").and_then(Value::as_str).map(str::trim) {
                None | Some("") => (place + 1).to_string(),
                Some(name) => name.to_owned(),
            };
            let path = format!("{}.{name}", self.at(key));
            found.push(read(Fields::new(table, &path, self.problems)));
        }
        found
    }

    pub fn finish(mut self) {
        let unknown: Vec<String> = self.table.keys().cloned().collect();
        for key in unknown {
            self.problem(&key, "is not a key of the format; see codebook/README.md");
        }
    }
}

/// A value as an error shows it: itself where it is short.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 40 && !text.contains('\n') {
        return text;
    }
    match value {
        Value::Array(_) => "a list".into(),
        Value::Table(_) => "a table".into(),
        _ => "a text".into(),
    }
}
