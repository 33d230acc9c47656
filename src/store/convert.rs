//! Conversions between rows and domain values.

use rusqlite::{
    Row,
    types::{FromSql, FromSqlError},
};
use serde_json::{Map, Value};

use super::{Result, StoreError};
use crate::json;

/// A row that may be missing.
pub fn optional<T>(found: rusqlite::Result<T>) -> Result<Option<T>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Unknown fields as text; nothing where there are none.
pub fn map_text(map: &Map<String, Value>) -> Option<String> {
    (!map.is_empty()).then(|| serde_json::to_string(map).unwrap_or_default())
}

pub fn map_from(text: Option<String>) -> Result<Map<String, Value>> {
    match text {
        None => Ok(Map::new()),
        Some(text) => match parsed(&text)? {
            Value::Object(map) => Ok(map),
            _ => Err(StoreError::Content(
                "a column holds something else than an object".into(),
            )),
        },
    }
}

/// Numbers keep the text that they came with.
fn parsed(text: &str) -> Result<Value> {
    json::parse(text).map_err(|e| StoreError::Content(e.to_string()))
}

pub fn list_text(items: &[Value]) -> Option<String> {
    (!items.is_empty()).then(|| serde_json::to_string(items).unwrap_or_default())
}

pub fn list_from(text: Option<String>) -> Result<Vec<Value>> {
    match text {
        None => Ok(Vec::new()),
        Some(text) => match parsed(&text)? {
            Value::Array(items) => Ok(items),
            _ => Err(StoreError::Content(
                "a column holds something else than an array".into(),
            )),
        },
    }
}

/// A column that holds a word of a closed set.
pub fn word<T>(row: &Row, column: &str, read: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    read(&text).ok_or_else(|| bad(row, column, text))
}

pub fn optional_word<T>(
    row: &Row,
    column: &str,
    read: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| read(&text).ok_or_else(|| bad(row, column, text)))
        .transpose()
}

fn bad(row: &Row, column: &str, text: String) -> rusqlite::Error {
    let index = row.as_ref().column_index(column).unwrap_or(0);
    rusqlite::Error::FromSqlConversionFailure(
        index,
        rusqlite::types::Type::Text,
        Box::new(FromSqlError::Other(format!("unknown word {text}").into())),
    )
}

/// A text column as one of the id types.
pub fn id<T: From<String>>(row: &Row, column: &str) -> rusqlite::Result<T> {
    row.get::<_, String>(column).map(T::from)
}

pub fn optional_id<T: From<String>>(row: &Row, column: &str) -> rusqlite::Result<Option<T>> {
    row.get::<_, Option<String>>(column)
        .map(|text| text.map(T::from))
}

/// A value of any SQL type, for short queries.
pub fn first<T: FromSql>(row: &Row) -> rusqlite::Result<T> {
    row.get(0)
}
