//! A codebook as JSON, under the names that its file uses.

use serde_json::{Map, Number, Value, json};

use super::super::prose::reflow;
use crate::domain::codebook::{Attribute, Axis, Code, Codebook, Kind, Words};

/// Everything that a codebook says. What is not there is left out; paragraphs are joined, and
/// hotkeys that the file leaves to the program are filled in.
pub fn codebook(codebook: &Codebook) -> Value {
    let mut object = Fields::default();
    object.put("format", 1.into());
    object.text("id", &codebook.id);
    object.text("version", &codebook.version);
    object.text("title", &codebook.title);
    object.text("unit", codebook.unit.as_str());
    object.maybe("about", codebook.about.as_deref());
    object.maybe("source", codebook.source.as_deref());
    object.maybe("guidance", codebook.guidance.as_deref());
    object.maybe("judge", codebook.judge.as_deref());
    let mut note = Fields::default();
    note.maybe("prompt", codebook.note.prompt.as_deref());
    note.words(codebook.note.words);
    if !note.0.is_empty() {
        object.put("note", Value::Object(note.0));
    }
    object.put("axis", codebook.axes.iter().map(axis).collect());
    Value::Object(object.0)
}

fn axis(axis: &Axis) -> Value {
    let mut object = Fields::default();
    object.text("key", &axis.key);
    object.text("title", &axis.title);
    object.text("question", &axis.question);
    object.text("kind", axis.kind.as_str());
    object.maybe("group", axis.group.as_deref());
    object.text("field", &axis.field);
    if !axis.attributes.is_empty() {
        object.text("item", &axis.item);
    }
    object.flag("optional", axis.optional);
    object.count("max", axis.max);
    object.count("prefer", axis.prefer);
    object.words(axis.words);
    if axis.kind == Kind::Scale {
        for (key, point) in [("from", axis.codes.first()), ("to", axis.codes.last())] {
            if let Some(number) = point.and_then(|code| code.key.parse::<i64>().ok()) {
                object.put(key, Value::Number(Number::from(number)));
            }
        }
    } else {
        object.texts("ordered", axis.ordered.iter().map(|code| &**code));
    }
    if let Some(condition) = &axis.applies_when {
        let codes: Vec<&str> = condition.is.iter().map(|code| &**code).collect();
        object.put(
            "applies_when",
            json!({"axis": *condition.axis, "is": codes}),
        );
    }
    if axis.repeat {
        object.text("repeat", "evidence");
    }
    object.maybe("help", axis.help.as_deref());
    object.maybe("judge", axis.judge.as_deref());
    if !axis.attributes.is_empty() {
        object.put("attribute", axis.attributes.iter().map(attribute).collect());
    }
    let described: Vec<Value> = axis
        .codes
        .iter()
        .filter(|code| !is_bare_point(axis, code))
        .map(code)
        .collect();
    if !described.is_empty() {
        object.put("code", Value::Array(described));
    }
    Value::Object(object.0)
}

/// A point of a scale that the file does not describe.
fn is_bare_point(axis: &Axis, code: &Code) -> bool {
    axis.kind == Kind::Scale && code.definition.is_empty()
}

fn attribute(attribute: &Attribute) -> Value {
    let mut object = Fields::default();
    object.text("key", &attribute.key);
    object.text("title", &attribute.title);
    object.maybe("question", attribute.question.as_deref());
    object.texts("except", attribute.without.iter().map(|code| &**code));
    object.texts("none", attribute.none.iter().map(String::as_str));
    let values = attribute.values.iter().map(|value| {
        let mut object = Fields::default();
        object.text("key", &value.key);
        object.text("name", &value.name);
        object.maybe(
            "definition",
            Some(&*value.definition).filter(|text| !text.is_empty()),
        );
        object.hotkey(value.hotkey);
        Value::Object(object.0)
    });
    object.put("value", values.collect());
    Value::Object(object.0)
}

fn code(code: &Code) -> Value {
    let mut object = Fields::default();
    object.text("key", &code.key);
    object.text("name", &code.name);
    object.text("definition", &code.definition);
    object.maybe("anchor", code.anchor.as_deref());
    object.texts("include", code.include.iter().map(String::as_str));
    object.texts("exclude", code.exclude.iter().map(String::as_str));
    object.maybe("example", code.example.as_deref());
    object.hotkey(code.hotkey);
    object.maybe("class", code.class.as_deref());
    object.flag("exclusive", code.exclusive);
    object.flag("catch_all", code.catch_all);
    object.flag("rejects", code.rejects);
    object.maybe("pattern", code.pattern.as_ref().map(|p| p.source()));
    if let Some(rule) = &code.text {
        let mut text = Fields::default();
        text.text("title", &rule.title);
        text.words(rule.words);
        text.text("field", &rule.field);
        text.maybe("prompt", rule.prompt.as_deref());
        object.put("text", Value::Object(text.0));
    }
    object.texts("aliases", code.aliases.iter().map(String::as_str));
    Value::Object(object.0)
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, key: &str, value: Value) {
        self.0.insert(key.to_owned(), value);
    }

    fn text(&mut self, key: &str, text: &str) {
        self.put(key, reflow(text).into());
    }

    fn maybe(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    fn texts<'a>(&mut self, key: &str, texts: impl Iterator<Item = &'a str>) {
        let texts: Vec<Value> = texts.map(Value::from).collect();
        if !texts.is_empty() {
            self.put(key, Value::Array(texts));
        }
    }

    fn flag(&mut self, key: &str, flag: bool) {
        if flag {
            self.put(key, true.into());
        }
    }

    fn count(&mut self, key: &str, count: Option<usize>) {
        if let Some(count) = count {
            self.put(key, count.into());
        }
    }

    fn words(&mut self, words: Option<Words>) {
        if let Some(Words { least, most }) = words {
            self.put("words", json!([least, most]));
        }
    }

    fn hotkey(&mut self, hotkey: Option<char>) {
        if let Some(hotkey) = hotkey {
            self.put("hotkey", hotkey.to_string().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codebook::samples;

    /// JSON as the TOML that it stands for.
    fn toml(value: &Value) -> toml::Value {
        match value {
            Value::Null => panic!("TOML has no null"),
            Value::Bool(flag) => (*flag).into(),
            Value::Number(number) => number.as_i64().unwrap().into(),
            Value::String(text) => text.as_str().into(),
            Value::Array(items) => items.iter().map(toml).collect::<Vec<_>>().into(),
            Value::Object(fields) => {
                let table: toml::Table = fields.iter().map(|(k, v)| (k.clone(), toml(v))).collect();
                table.into()
            }
        }
    }

    #[test]
    fn the_json_of_a_codebook_says_all_that_its_file_says() {
        for codebook in [
            samples::misalignment(),
            samples::validity(),
            samples::recall(),
            samples::fieldnotes(),
        ] {
            let json = super::codebook(&codebook);
            let again = samples::load(&toml::to_string(&toml(&json)).unwrap());
            assert_eq!(super::codebook(&again), json);
            // Line breaks inside a paragraph are all that may be lost.
            assert_eq!(format!("{again:?}"), format!("{:?}", reflowed(codebook)),);
        }
    }

    fn reflowed(mut codebook: Codebook) -> Codebook {
        let flow = |text: &mut Option<String>| *text = text.as_deref().map(reflow);
        flow(&mut codebook.about);
        flow(&mut codebook.source);
        flow(&mut codebook.guidance);
        flow(&mut codebook.judge);
        for axis in &mut codebook.axes {
            flow(&mut axis.help);
            flow(&mut axis.judge);
        }
        codebook
    }
}
