//! JSON whose numbers keep the text that they came with.
//!
//! serde_json keeps every digit, but it spells exponents in its own way: `1E5` becomes `1e+5`.
//! Fields that tiebreak does not know have to leave a study as they came.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Number, Value, value::RawValue};

/// Parses one JSON value.
pub fn parse(text: &str) -> serde_json::Result<Value> {
    let value = serde_json::from_str(text)?;
    if has_odd_number(text) {
        exact(text)
    } else {
        Ok(value)
    }
}

/// Whether valid JSON holds a number that serde_json might spell otherwise: one with an exponent,
/// or the integer `-0`.
fn has_odd_number(text: &str) -> bool {
    let (mut in_text, mut before) = (false, [0_u8; 2]);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_text = !in_text,
            b'\\' if in_text => {
                bytes.next();
            }
            b'e' | b'E' if !in_text && before[1].is_ascii_digit() => return true,
            _ if !in_text && before == *b"-0" && byte != b'.' => return true,
            _ => {}
        }
        before = [before[1], if in_text { 0 } else { byte }];
    }
    before == *b"-0"
}

/// Parses what is known to be valid, each number by itself.
fn exact(text: &str) -> serde_json::Result<Value> {
    let text = text.trim_ascii();
    Ok(match text.as_bytes().first() {
        Some(b'{') => {
            let Fields(fields) = serde_json::from_str(text)?;
            let fields = fields
                .into_iter()
                .map(|(key, raw)| Ok((key, exact(raw.get())?)));
            Value::Object(fields.collect::<serde_json::Result<_>>()?)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            let items = items.into_iter().map(|raw| exact(raw.get()));
            Value::Array(items.collect::<serde_json::Result<_>>()?)
        }
        // The one way to set a number's text. It is not checked, but the text was just parsed.
        Some(b'-' | b'0'..=b'9') => Value::Number(Number::from_string_unchecked(text.to_owned())),
        _ => serde_json::from_str(text)?,
    })
}

/// The fields of an object, in their order, not yet parsed.
struct Fields<'de>(Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_keeps_its_text() {
        for text in [
            r#"{"b":[1E5,{"a":-0}],"a":"1E5, \" -0","c":{},"d":[],"e":1.50}"#,
            "[1e400,1e-05,1E+5,-0.0,-0,0e0,12345678901234567890123,true,false,null,-0]",
            "-0",
            "1E5",
            r#"{"text":"a 1e5 and a \\","n":-0}"#,
        ] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn only_odd_numbers_are_parsed_one_by_one() {
        for (text, odd) in [
            (
                r#"{"a 1e5":"-0","b":"\"1e5","c":-0.5,"d":true,"e":10}"#,
                false,
            ),
            ("[1e5]", true),
            ("[-0]", true),
            ("-0", true),
        ] {
            assert_eq!(has_odd_number(text), odd, "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_and_a_key_that_stands_twice_has_its_last_value() {
        for text in ["", "[1e5", "{\"a\":1e}", "[01e5]", "nul"] {
            assert!(parse(text).is_err(), "{text}");
        }
        let odd = parse(r#"{"a":1E5,"b":2,"a":3E5}"#).unwrap();
        assert_eq!(odd.to_string(), r#"{"a":3E5,"b":2}"#);
    }
}
