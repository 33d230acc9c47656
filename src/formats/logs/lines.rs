//! Lines of JSON as programs leave them behind, torn at the end and with halves of characters, and
//! what a reader has to say about them.

use std::{borrow::Cow, collections::BTreeMap, fmt::Write};

use serde_json::Value;

use super::{Log, turns::Turns};
use crate::domain::{ids::SessionId, session::Session};

/// What could not be read or was left out of a log.
#[derive(Default)]
pub struct Notes {
    sentences: Vec<String>,
    unknown: BTreeMap<String, usize>,
    left_out: BTreeMap<&'static str, usize>,
    /// How many lines could not be read, and the number of the first.
    broken: Option<(usize, usize)>,
    is_torn: bool,
}

impl Notes {
    pub fn say(&mut self, sentence: String) {
        self.sentences.push(sentence);
    }

    /// A record of a type that the reader does not know.
    pub fn unknown(&mut self, kind: &str) {
        let kind: String = kind.chars().filter(|c| !c.is_control()).take(40).collect();
        *self.unknown.entry(kind).or_default() += 1;
    }

    /// Something left out on purpose, in the plural.
    pub fn left_out(&mut self, what: &'static str) {
        *self.left_out.entry(what).or_default() += 1;
    }

    /// A line that cannot be read, by its number.
    pub fn broken(&mut self, line: usize) {
        let (count, _) = self.broken.get_or_insert((0, line));
        *count += 1;
    }

    pub fn is_partial(&self) -> bool {
        self.is_torn || self.broken.is_some()
    }

    /// One sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let mut told = self.sentences.clone();
        match self.broken {
            Some((1, line)) => told.push(format!("Line {line} cannot be read and was left out.")),
            Some((count, line)) => told.push(format!(
                "{count} lines cannot be read and were left out, the first is line {line}."
            )),
            None => {}
        }
        if self.is_torn {
            told.push("The last line is cut off.".to_owned());
        }
        if !self.left_out.is_empty() {
            told.push(listed("Left out", &self.left_out));
        }
        if !self.unknown.is_empty() {
            told.push(listed("Left out records of unknown type", &self.unknown));
        }
        told
    }
}

fn listed<K: AsRef<str>>(opening: &str, counts: &BTreeMap<K, usize>) -> String {
    const SHOWN: usize = 8;
    let mut told = format!("{opening}: ");
    for (place, (what, count)) in counts.iter().take(SHOWN).enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        // Writing to a text cannot fail.
        let _ = write!(told, "{comma}{} ({count})", what.as_ref());
    }
    if counts.len() > SHOWN {
        let _ = write!(told, " and {} more", counts.len() - SHOWN);
    }
    told + "."
}

/// What a log says about its session.
#[derive(Default)]
pub struct Header {
    pub id: Option<String>,
    pub repository: Option<String>,
    /// A short word for the kind of log.
    pub source: &'static str,
    pub modality: Option<&'static str>,
    pub agent: Option<String>,
    pub started_at: Option<String>,
}

impl Header {
    /// Of a program that runs in a terminal.
    pub fn cli(source: &'static str, agent: &str) -> Self {
        Self {
            source,
            modality: Some("cli"),
            agent: Some(agent.to_owned()),
            ..Self::default()
        }
    }

    /// The log, unless nobody speaks in it.
    pub fn log(self, turns: Turns, notes: &Notes) -> Option<Log> {
        let turns = turns.finish();
        (!turns.is_empty()).then(|| Log {
            stated: self
                .id
                .filter(|id| !id.trim().is_empty())
                .map(|id| SessionId(id.trim().to_owned())),
            notes: notes.sentences(),
            is_partial: notes.is_partial(),
            session: Session {
                id: SessionId(String::new()),
                repository: self.repository,
                source: Some(self.source.to_owned()),
                modality: self.modality.map(str::to_owned),
                agent: self.agent,
                started_at: self.started_at.or_else(|| {
                    let mut times = turns.iter().filter_map(|turn| turn.at.as_deref());
                    times.find_map(rfc3339)
                }),
                license: None,
                aliases: Vec::new(),
                extra: serde_json::Map::new(),
                turns,
            },
        })
    }
}

/// Hands out the lines of a file. A line that `take` refuses is mended if it can be, tried once
/// more and noted if that fails too; `take` must do nothing before it knows that it can read all.
pub fn each(text: &str, notes: &mut Notes, mut take: impl FnMut(&str, &mut Notes) -> Reading) {
    let last = text.lines().count();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_matches(['\0', ' ', '\t', '\r']);
        if line.is_empty() || take(line, notes).is_ok() {
            continue;
        }
        if let Cow::Owned(line) = mended(line)
            && take(&line, notes).is_ok()
        {
            continue;
        }
        let is_torn =
            number == last && serde_json::from_str::<serde::de::IgnoredAny>(line).is_err();
        if is_torn {
            notes.is_torn = true;
        } else {
            notes.broken(number);
        }
    }
}

pub type Reading = serde_json::Result<()>;

/// Hands out a whole document, mended if it is refused as it stands.
pub fn whole(text: &str, mut take: impl FnMut(&str) -> Reading) -> Reading {
    take(text).or_else(|problem| match mended(text) {
        Cow::Owned(text) => take(&text),
        Cow::Borrowed(_) => Err(problem),
    })
}

/// The first lines of a file as JSON objects, as far as they are such; enough to tell its kind.
pub fn first_objects(text: &str) -> impl Iterator<Item = Value> {
    /// A longer line is a document rather than a record.
    const LONGEST: usize = 1 << 20;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.take(8);
    lines
        .filter(|line| line.starts_with('{') && line.len() <= LONGEST)
        .filter_map(|line| {
            let line = mended(line);
            serde_json::from_str(&line).ok().filter(Value::is_object)
        })
}

/// The keys with which a JSON object opens, without reading far into a large one.
pub fn opening_keys(text: &str) -> Vec<&str> {
    const FAR: usize = 1 << 16;
    let (mut keys, mut depth, mut text_start) = (Vec::new(), 0_usize, None);
    let mut last_text = "";
    let mut bytes = text.bytes().enumerate().take(FAR);
    while let Some((at, byte)) = bytes.next() {
        match (byte, text_start) {
            (b'"', Some(start)) => {
                last_text = &text[start..at];
                text_start = None;
            }
            (b'\\', Some(_)) => {
                bytes.next();
            }
            (_, Some(_)) => {}
            (b'"', None) => text_start = Some(at + 1),
            (b'{' | b'[', None) => depth += 1,
            (b'}' | b']', None) => match depth {
                0 | 1 => break,
                _ => depth -= 1,
            },
            (b':', None) if depth == 1 => keys.push(last_text),
            _ => {}
        }
    }
    keys
}

/// JSON in which halves of surrogate pairs are replaced and control characters escaped; programs
/// that cut texts by UTF-16 units, or copy bytes of a terminal, write such.
fn mended(line: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut kept, mut in_text, mut at) = (0, false, 0);
    let bytes = line.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => in_text = !in_text,
            b'\\' if in_text => match surrogate(bytes, at) {
                Some(0xD800..0xDC00)
                    if matches!(surrogate(bytes, at + 6), Some(0xDC00..0xE000)) =>
                {
                    at += 12;
                    continue;
                }
                Some(_) => {
                    out.push_str(&line[kept..at]);
                    out.push_str("\\ufffd");
                    at += 6;
                    kept = at;
                    continue;
                }
                None => at += 1,
            },
            0..0x20 if in_text => {
                out.push_str(&line[kept..at]);
                let _ = write!(out, "\\u{byte:04x}");
                kept = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    if kept == 0 {
        return Cow::Borrowed(line);
    }
    out.push_str(&line[kept..]);
    Cow::Owned(out)
}

/// Half of a surrogate pair that is escaped at a place.
fn surrogate(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    let unit = u16::from_str_radix(digits, 16).ok()?;
    (0xD800..0xE000).contains(&unit).then_some(unit)
}

/// The text in what programs put where text may stand: a text, a part that holds one, or a list of
/// such.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let texts = items.iter().map(text_of).filter(|text| !text.is_empty());
            texts.collect::<Vec<_>>().join("\n")
        }
        Value::Object(fields) => ["text", "content", "output", "error", "message"]
            .iter()
            .filter_map(|key| fields.get(*key))
            .find(|value| !value.is_null())
            .map(text_of)
            .unwrap_or_default(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A text field of an object.
pub fn field<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// A time as RFC 3339 writes it, if it is one; with its offset where it has a `T` already.
pub fn rfc3339(text: &str) -> Option<String> {
    let time: jiff::Timestamp = text.parse().ok()?;
    let is_strict = text.as_bytes().get(10) == Some(&b'T') && text.is_ascii();
    Some(if is_strict {
        text.to_owned()
    } else {
        time.to_string()
    })
}

/// A time of so many milliseconds since 1970, as RFC 3339 writes it.
pub fn from_milliseconds(value: &Value) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(value.as_i64()?).ok()?;
    Some(time.to_string())
}

/// The repository behind the URL of a git remote: `git@host:owner/name.git` is `owner/name`.
pub fn repository(url: &str) -> Option<String> {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => url.split_once(':')?.1,
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let is_plain = path.split('/').all(|part| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "?#\\".contains(c))
    });
    (is_plain && path.contains('/')).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_mended_where_that_helps_and_else_counted() {
        let text = "{\"a\":\"half \\ud83d\"}\n\n{\"a\":\"nul \u{0}, pair \\ud83d\\ude00 \\\\ud83d\"}\n\
                    {broken}\n{\"a\":5}\n\0{\"a\":\"fine\"}\n{\"a\":\"to";
        #[derive(serde::Deserialize)]
        struct Line {
            a: String,
        }
        let mut notes = Notes::default();
        let mut read = Vec::new();
        each(text, &mut notes, |line, _| {
            read.push(serde_json::from_str::<Line>(line)?.a);
            Ok(())
        });
        assert_eq!(read, ["half \u{fffd}", "nul \0, pair 😀 \\ud83d", "fine"]);
        notes.left_out("hooks");
        notes.unknown("dance");
        assert!(notes.is_partial());
        assert_eq!(
            notes.sentences(),
            [
                "2 lines cannot be read and were left out, the first is line 4.",
                "The last line is cut off.",
                "Left out: hooks (1).",
                "Left out records of unknown type: dance (1).",
            ]
        );
    }

    #[test]
    fn times_are_told_as_rfc_3339_writes_them() {
        for (text, told) in [
            (
                "2026-01-05T09:00:00.5+01:00",
                Some("2026-01-05T09:00:00.5+01:00"),
            ),
            ("2026-01-05 09:00:00+01:00", Some("2026-01-05T08:00:00Z")),
            ("2026-01-05", None),
            ("[trimmed]", None),
        ] {
            assert_eq!(rfc3339(text).as_deref(), told, "{text}");
        }
    }

    #[test]
    fn a_remote_is_the_repository_that_it_names() {
        for (url, name) in [
            ("https://github.com/anna/shop.git", Some("anna/shop")),
            ("https://token@github.com/anna/shop/", Some("anna/shop")),
            ("git@github.com:anna/shop.git", Some("anna/shop")),
            ("ssh://git@host:22/group/sub/shop", Some("group/sub/shop")),
            ("https://example.org/shop.git", None),
            ("/srv/git/shop.git", None),
            ("C:\\git\\shop", None),
            ("", None),
        ] {
            assert_eq!(repository(url).as_deref(), name, "{url}");
        }
    }
}
