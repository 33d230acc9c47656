//! How one codebook differs from another: what was added, removed, changed or put in another order.

use serde_json::{Map, Value, json};

use super::json;
use crate::domain::codebook::Codebook;

#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Added(Value),
    Removed(Value),
    Changed(Value, Value),
    /// The same items in another order.
    Reordered,
}

/// One difference, with its place as a path into the file: `axis.weather.code.rain.name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub path: String,
    pub change: Change,
}

/// Every difference, in the order of the old file. Line breaks inside a paragraph make none.
pub fn differences(old: &Codebook, new: &Codebook) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", &json::codebook(old), &json::codebook(new), &mut found);
    found
}

fn compare(path: &str, old: &Value, new: &Value, found: &mut Vec<Difference>) {
    if old == new {
        return;
    }
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => compare_fields(path, old, new, found),
        (Value::Array(before), Value::Array(after)) => match (by_key(before), by_key(after)) {
            (Some(before), Some(after)) => compare_lists(path, &before, &after, found),
            _ => add(found, path, Change::Changed(old.clone(), new.clone())),
        },
        _ => add(found, path, Change::Changed(old.clone(), new.clone())),
    }
}

fn compare_fields(
    path: &str,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    for (key, before) in old {
        let path = below(path, key);
        match (new.get(key), by_key_of(before)) {
            (Some(after), _) => compare(&path, before, after, found),
            (None, Some(items)) => compare_lists(&path, &items, &[], found),
            (None, None) => add(found, &path, Change::Removed(before.clone())),
        }
    }
    for (key, after) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        let path = below(path, key);
        match by_key_of(after) {
            Some(items) => compare_lists(&path, &[], &items, found),
            None => add(found, &path, Change::Added(after.clone())),
        }
    }
}

type Keyed<'v> = (&'v str, &'v Value);

fn compare_lists(path: &str, old: &[Keyed], new: &[Keyed], found: &mut Vec<Difference>) {
    let of = |list: &[Keyed], key: &str| list.iter().any(|(other, _)| *other == key);
    for (key, before) in old {
        let path = below(path, key);
        match new.iter().find(|(other, _)| other == key) {
            Some((_, after)) => compare(&path, before, after, found),
            None => add(found, &path, Change::Removed((*before).clone())),
        }
    }
    for (key, after) in new.iter().filter(|(key, _)| !of(old, key)) {
        add(found, &below(path, key), Change::Added((*after).clone()));
    }
    let kept = |list: &[Keyed], other: &[Keyed]| -> Vec<String> {
        let keys = list.iter().map(|(key, _)| *key);
        keys.filter(|key| of(other, key)).map(Into::into).collect()
    };
    if kept(old, new) != kept(new, old) {
        add(found, path, Change::Reordered);
    }
}

/// The items of a list in which each has a key: axes, codes, attributes and values.
fn by_key(items: &[Value]) -> Option<Vec<Keyed<'_>>> {
    items
        .iter()
        .map(|item| Some((item.get("key")?.as_str()?, item)))
        .collect()
}

fn by_key_of(value: &Value) -> Option<Vec<Keyed<'_>>> {
    by_key(value.as_array()?).filter(|items| !items.is_empty())
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn add(found: &mut Vec<Difference>, path: &str, change: Change) {
    found.push(Difference {
        path: path.to_owned(),
        change,
    });
}

impl Difference {
    /// `{"path", "change", "old", "new"}`; what there is not is null.
    pub fn to_json(&self) -> Value {
        let (change, old, new) = match &self.change {
            Change::Added(new) => ("added", &Value::Null, new),
            Change::Removed(old) => ("removed", old, &Value::Null),
            Change::Changed(old, new) => ("changed", old, new),
            Change::Reordered => ("reordered", &Value::Null, &Value::Null),
        };
        json!({"path": self.path, "change": change, "old": old, "new": new})
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let path = &self.path;
        match &self.change {
            Change::Added(value) => write!(f, "+ {path}: {}", brief(value)),
            Change::Removed(value) => write!(f, "- {path}: {}", brief(value)),
            Change::Changed(old, new) => {
                write!(f, "~ {path}\n    - {}\n    + {}", brief(old), brief(new))
            }
            Change::Reordered => write!(f, "~ {path}: in another order"),
        }
    }
}

/// A value on one line; of a code or an axis, its name.
fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace('\n', " "),
        Value::Object(fields) => fields
            .get("name")
            .or_else(|| fields.get("title"))
            .and_then(Value::as_str)
            .map_or_else(|| value.to_string(), str::to_owned),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codebook::samples;

    fn told(change: impl Fn(&str) -> String) -> Vec<String> {
        let toml = include_str!("../../../tests/fixtures/codebooks/valid/fieldnotes.toml");
        let old = samples::load(toml);
        let new = samples::load(&change(toml));
        differences(&old, &new)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn every_change_is_named_by_its_place() {
        assert_eq!(told(str::to_owned), [""; 0]);
        assert_eq!(
            told(|toml| toml.replace(
                "Go by the quoted lines. What",
                "Go by the quoted\nlines. What"
            )),
            [""; 0]
        );
        assert_eq!(
            told(|toml| toml.replace("The wind has eaten it.", "Nothing can be heard.")),
            [
                "~ axis.legibility.code.lost.definition\n    - The wind has eaten it.\n    + Nothing can be heard."
            ]
        );
        assert_eq!(
            told(|toml| toml.replace("except = [\"rest\"]\n", "")),
            ["- axis.slip.attribute.weight.except: [\"rest\"]"]
        );
        assert_eq!(
            told(|toml| toml.replace("max = 3\nprefer = 1", "prefer = 2")),
            ["- axis.slip.max: 3", "~ axis.slip.prefer\n    - 1\n    + 2"]
        );
    }

    #[test]
    fn a_code_that_comes_goes_or_moves_is_one_difference() {
        let code = "[[axis.code]]\nkey = \"notebook\"\nname = \"Notebook\"\ndefinition = \"The line refers to something written down.\"\nhotkey = \"w\"\n\n";
        let with_key = |toml: &str| toml.replace(&code.replace("hotkey = \"w\"\n", ""), code);
        let keyed = with_key(include_str!(
            "../../../tests/fixtures/codebooks/valid/fieldnotes.toml"
        ));
        let without = keyed
            .replace(code, "")
            .replace("\"notebook\", \"photo\"]", "\"photo\"]");
        let moved = keyed.replace(code, "").replace(
            "[[axis.code]]\nkey = \"unsaid\"",
            &format!("{code}[[axis.code]]\nkey = \"unsaid\""),
        );
        let old = samples::load(&keyed);
        let tell = |new: &str| {
            let found = differences(&old, &samples::load(new));
            let path = |d: &Difference| (d.path.clone(), d.to_json()["change"].clone());
            found
                .iter()
                .map(path)
                .filter(|(path, _)| !path.ends_with(".hotkey"))
                .collect::<Vec<_>>()
        };
        let pair = |path: &str, change: &str| (path.to_owned(), Value::from(change));
        assert_eq!(
            tell(&without),
            [
                pair("axis.proof.ordered", "changed"),
                pair("axis.proof.code.notebook", "removed"),
            ]
        );
        assert_eq!(tell(&moved), [pair("axis.proof.code", "reordered")]);
    }
}
