//! The records of a transcript, as far as they are read.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

/// One line.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record<'r> {
    #[serde(borrow, rename = "type")]
    pub kind: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub uuid: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub parent_uuid: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub session_id: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub agent_id: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub timestamp: Option<Cow<'r, str>>,
    #[serde(default)]
    pub is_sidechain: Option<bool>,
    #[serde(default)]
    pub is_meta: Option<bool>,
    #[serde(default)]
    pub is_compact_summary: Option<bool>,
    #[serde(borrow)]
    pub subtype: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub operation: Option<Cow<'r, str>>,
    /// What a `system` or `queue-operation` record says.
    #[serde(borrow)]
    pub content: Option<&'r RawValue>,
    #[serde(borrow)]
    pub message: Option<Message<'r>>,
    #[serde(borrow)]
    pub tool_use_result: Option<&'r RawValue>,
}

#[derive(Deserialize)]
pub struct Message<'r> {
    #[serde(borrow)]
    pub model: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub content: Option<&'r RawValue>,
}

/// A part of a message's content.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Block<'r> {
    #[serde(borrow, rename = "type")]
    pub kind: Cow<'r, str>,
    #[serde(borrow)]
    pub text: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub thinking: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub id: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub name: Option<Cow<'r, str>>,
    pub input: Option<Value>,
    #[serde(borrow)]
    pub tool_use_id: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub content: Option<&'r RawValue>,
    pub is_error: Option<bool>,
}

/// The blocks of a content that is a text, or a list of blocks and bare texts. What is none of
/// these is left out.
pub fn blocks(content: &RawValue) -> Vec<Block<'_>> {
    let json = content.get();
    match json.as_bytes().first() {
        Some(b'"') => text_of(json).map(said).into_iter().collect(),
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
            items
                .into_iter()
                .filter_map(|item| block(item.get()))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn block(json: &str) -> Option<Block<'_>> {
    match json.as_bytes().first() {
        Some(b'"') => text_of(json).map(said),
        _ => serde_json::from_str(json).ok(),
    }
}

/// A JSON text, borrowed where nothing in it is escaped.
fn text_of(json: &str) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Text<'t>(#[serde(borrow)] Cow<'t, str>);
    serde_json::from_str::<Text>(json).ok().map(|text| text.0)
}

fn said(text: Cow<'_, str>) -> Block<'_> {
    Block {
        kind: "text".into(),
        text: Some(text),
        ..Block::default()
    }
}

/// The text of a tool's result, with marks where something else stood.
pub fn result_text(content: Option<&RawValue>) -> String {
    let Some(content) = content else {
        return String::new();
    };
    let blocks = blocks(content);
    if blocks.is_empty() && !matches!(content.get(), "null" | "[]" | "\"\"") {
        return content.get().to_owned();
    }
    let texts = blocks.into_iter().map(|block| match block.text {
        Some(text) => text,
        None => format!("[{}]", block.kind).into(),
    });
    texts.collect::<Vec<_>>().join("\n")
}
