//! Masks what must not leave the machine: secrets, addresses, phone numbers, people's folder names.
//!
//! The same value gets the same mask everywhere in a study, so that it can still be seen that two
//! places tell of one thing; without the study's key nobody can test a guess against a mask.

mod patterns;

use std::{fmt::Write, ops::Range};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use patterns::{PATTERNS, mask_before};

/// How many bytes of the keyed hash a mask shows.
const SHOWN: usize = 4;

/// Fields that name things and hold no text of people. What else a record holds is masked, unknown
/// fields too.
const NAMES: [&str; 17] = [
    "unit",
    "session",
    "id",
    "aliases",
    "repository",
    "source",
    "rater",
    "batch",
    "task",
    "codebook",
    "codebook_sha256",
    "sha256",
    "tiebreak",
    "adjudicator",
    "at",
    "started_at",
    "turn",
];

/// Masks texts with the key of a study.
pub struct Redactor {
    key: Vec<u8>,
    masked: usize,
}

impl Redactor {
    /// `key` is random and stays in the study.
    pub fn new(key: &[u8]) -> Self {
        Self {
            key: key.to_vec(),
            masked: 0,
        }
    }

    /// How many places were masked so far.
    pub fn masked(&self) -> usize {
        self.masked
    }

    /// The text with masks of the form `[REDACTED:kind:1a2b3c4d]`. Masking it again changes nothing.
    pub fn text(&mut self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut done = 0;
        for (kind, range) in findings(text) {
            masked.push_str(&text[done..range.start]);
            masked.push_str(&self.mask(kind, &text[range.clone()]));
            done = range.end;
            self.masked += 1;
        }
        masked.push_str(&text[done..]);
        masked
    }

    /// Masks all texts of a record but those that name things.
    pub fn record(&mut self, record: &mut Value) {
        match record {
            Value::String(text) => {
                if !findings(text).is_empty() {
                    *text = self.text(text);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.record(item)),
            Value::Object(fields) => {
                for (key, value) in fields.iter_mut() {
                    let names = NAMES.contains(&key.as_str());
                    if !(names && is_name(value)) {
                        self.record(value);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// HMAC-SHA-256 (Krawczyk, Bellare and Canetti 1997), shortened.
    fn mask(&self, kind: &str, value: &str) -> String {
        let mut hmac =
            Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        hmac.update(value.as_bytes());
        let mut mask = format!("[REDACTED:{kind}:");
        for byte in &hmac.finalize().into_bytes()[..SHOWN] {
            // Writing to a text cannot fail.
            write!(mask, "{byte:02x}").ok();
        }
        mask.push(']');
        mask
    }
}

fn is_name(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(Value::is_string),
        other => !other.is_object(),
    }
}

/// What is to be masked, in the order of the text. Of overlapping findings the first in the table
/// of patterns stands.
fn findings(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut found: Vec<(&'static str, Range<usize>)> = mask_before(text);
    let earlier = found.len();
    for pattern in PATTERNS.iter() {
        for range in pattern.find(text) {
            let overlaps =
                |other: &Range<usize>| other.start < range.end && range.start < other.end;
            if !found.iter().any(|(_, other)| overlaps(other)) {
                found.push((pattern.kind, range));
            }
        }
    }
    found.drain(..earlier);
    found.sort_by_key(|(_, range)| range.start);
    found
}

#[cfg(test)]
mod tests;
