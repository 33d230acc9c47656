//! JSON records from a file, each with its line: an array, JSON Lines, or a single object.

use std::{
    fmt,
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::{Map, Value, value::RawValue};

use crate::{domain::answers::kind_of, json};

/// A record, or why there is none.
#[derive(Debug)]
pub struct Record {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    pub object: Result<Map<String, Value>, String>,
}

/// Reads the records of `input` and hands each to `each`, until it breaks off. Broken lines of JSON
/// Lines are handed over as errors one by one; an array ends at its first error. Returns how many
/// records were handed over, so that an empty array can be told from an empty file (`None`).
pub fn read(
    mut input: impl BufRead,
    mut each: impl FnMut(Record) -> ControlFlow<()>,
) -> io::Result<Option<usize>> {
    skip_bom(&mut input)?;
    let Some((first, mut line)) = first_byte(&mut input)? else {
        return Ok(None);
    };
    if first == b'[' {
        return read_array(input, line, each).map(Some);
    }
    let mut count = 0;
    let mut buffer = Vec::new();
    while read_line(&mut input, &mut buffer)? {
        if !buffer.trim_ascii().is_empty() {
            let object = parse_line(&buffer);
            if count == 0 && object.is_err() && first == b'{' {
                return read_stream(input, buffer, line, each).map(Some);
            }
            count += 1;
            if each(Record { line, object }).is_break() {
                break;
            }
        }
        line += 1;
        buffer.clear();
    }
    Ok(Some(count))
}

fn skip_bom(input: &mut impl BufRead) -> io::Result<()> {
    if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    Ok(())
}

/// The first byte that is not white space, and its line. It is left in `input`.
fn first_byte(input: &mut impl BufRead) -> io::Result<Option<(u8, usize)>> {
    let mut line = 1;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(None);
        }
        let blank = buffer
            .iter()
            .take_while(|b| b.is_ascii_whitespace())
            .count();
        line += buffer[..blank].iter().filter(|b| **b == b'\n').count();
        let found = buffer.get(blank).copied();
        input.consume(blank);
        if let Some(byte) = found {
            return Ok(Some((byte, line)));
        }
    }
}

fn read_line(input: &mut impl BufRead, buffer: &mut Vec<u8>) -> io::Result<bool> {
    Ok(input.read_until(b'\n', buffer)? > 0)
}

fn parse_line(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    let text = std::str::from_utf8(bytes).map_err(|e| not_utf8(e.valid_up_to()))?;
    object(text.trim_end_matches(['\n', '\r']))
}

fn not_utf8(at: usize) -> String {
    format!("is not UTF-8 text (byte {at}); save the file as UTF-8")
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    match json::parse(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(format!("is {}, not an object", kind_of(&other))),
        Err(error) => Err(syntax(&error)),
    }
}

fn syntax(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    if error.is_eof() {
        format!("is cut off: {what}")
    } else {
        format!("is not JSON: {what} (column {})", error.column())
    }
}

/// The whole text, or the error that says where it is none.
fn text_of(bytes: &[u8], first_line: usize) -> Result<&str, Record> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        Record {
            line: first_line + lines_in(&bytes[..at]),
            object: Err(not_utf8(at)),
        }
    })
}

fn lines_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count()
}

/// Hands records over with their lines and counts them.
struct Handing<'t, F> {
    text: &'t str,
    /// The line of the byte at `seen`.
    line: usize,
    seen: usize,
    count: usize,
    /// Cleared when no more records are wanted.
    wanted: bool,
    each: F,
}

impl<F: FnMut(Record) -> ControlFlow<()>> Handing<'_, F> {
    fn element(&mut self, element: &RawValue) {
        if !self.wanted {
            return;
        }
        let offset = element.get().as_ptr() as usize - self.text.as_ptr() as usize;
        self.line += lines_in(&self.text.as_bytes()[self.seen..offset]);
        self.seen = offset;
        self.hand_over(Record {
            line: self.line,
            object: object(element.get()),
        });
    }

    fn broken(&mut self, first_line: usize, error: &serde_json::Error) {
        if self.wanted {
            self.hand_over(Record {
                line: first_line + error.line().max(1) - 1,
                object: Err(syntax(error)),
            });
        }
    }

    fn hand_over(&mut self, record: Record) {
        self.count += 1;
        self.wanted = (self.each)(record).is_continue();
    }
}

/// The elements of an array, handed over as they are met.
struct Elements<'h, 't, F>(&'h mut Handing<'t, F>);

impl<'t, F: FnMut(Record) -> ControlFlow<()>> Visitor<'t> for Elements<'_, 't, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element()? {
            self.0.element(element);
        }
        Ok(())
    }
}

/// An array is read whole, but each element is parsed only when its turn comes.
fn read_array<F: FnMut(Record) -> ControlFlow<()>>(
    mut input: impl Read,
    first_line: usize,
    each: F,
) -> io::Result<usize> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    Ok(hand_out(&bytes, first_line, each, |handing| {
        let mut array = serde_json::Deserializer::from_str(handing.text);
        array.deserialize_seq(Elements(handing))?;
        array.end()
    }))
}

/// Objects that are spread over several lines.
fn read_stream<F: FnMut(Record) -> ControlFlow<()>>(
    mut input: impl Read,
    mut bytes: Vec<u8>,
    first_line: usize,
    each: F,
) -> io::Result<usize> {
    input.read_to_end(&mut bytes)?;
    Ok(hand_out(&bytes, first_line, each, |handing| {
        let objects = serde_json::Deserializer::from_str(handing.text);
        for object in objects.into_iter::<&RawValue>() {
            handing.element(object?);
        }
        Ok(())
    }))
}

/// Hands out the records that `walk` meets, and its error as the last. Returns how many.
fn hand_out<F: FnMut(Record) -> ControlFlow<()>>(
    bytes: &[u8],
    first_line: usize,
    mut each: F,
    walk: impl FnOnce(&mut Handing<F>) -> serde_json::Result<()>,
) -> usize {
    let text = match text_of(bytes, first_line) {
        Ok(text) => text,
        Err(record) => {
            let _ = each(record);
            return 1;
        }
    };
    let mut handing = Handing {
        text,
        line: first_line,
        seen: 0,
        count: 0,
        wanted: true,
        each,
    };
    if let Err(error) = walk(&mut handing) {
        handing.broken(first_line, &error);
    }
    handing.count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<(usize, Result<String, String>)> {
        let mut found = Vec::new();
        read(text, |record| {
            let object = record
                .object
                .map(|object| Value::Object(object).to_string());
            found.push((record.line, object));
            ControlFlow::Continue(())
        })
        .unwrap();
        found
    }

    #[test]
    fn lines_arrays_and_spread_objects_give_the_same_records() {
        let wanted = vec![r#"{"a":1.50}"#, r#"{"b":[]}"#];
        for text in [
            "{\"a\":1.50}\n\n{\"b\":[]}\n",
            "\u{feff}[{\"a\":1.50},\n{\"b\":[]}]",
            "{\r\n\"a\":1.50}{\"b\":\n[]}",
        ] {
            let found: Vec<String> = all(text.as_bytes())
                .into_iter()
                .map(|(_, object)| object.unwrap())
                .collect();
            assert_eq!(found, wanted, "{text:?}");
        }
    }

    #[test]
    fn a_record_knows_its_line() {
        let lines: Vec<usize> = all(b"\n[\n {},\n\n {}\n]")
            .into_iter()
            .map(|(line, _)| line)
            .collect();
        assert_eq!(lines, [3, 5]);
        let lines: Vec<usize> = all(b"\n{}\n\n{}\n")
            .into_iter()
            .map(|(line, _)| line)
            .collect();
        assert_eq!(lines, [2, 4]);
    }

    #[test]
    fn each_broken_line_is_told_and_the_others_are_read() {
        let found = all(b"{\"a\":1}\n{\"a\":\nnope\n7\n{\"a\":\"\xff\"}\n{\"a\":2}\n");
        let errors: Vec<(usize, &str)> = found
            .iter()
            .filter_map(|(line, object)| object.as_ref().err().map(|why| (*line, why.as_str())))
            .collect();
        assert_eq!(errors.len(), 4, "{errors:?}");
        assert_eq!((errors[0].0, &errors[0].1[..10]), (2, "is cut off"));
        assert_eq!((errors[1].0, &errors[1].1[..11]), (3, "is not JSON"));
        assert_eq!(errors[2], (4, "is a number, not an object"));
        assert!(errors[3].1.contains("UTF-8"), "{errors:?}");
        assert!(found[5].1.is_ok());
    }

    #[test]
    fn an_array_is_read_up_to_its_first_error() {
        for (text, why) in [
            (&b"[{\"a\":1},\n{\"a\""[..], "cut off"),
            (b"[{\"a\":1},\nnope]", "not JSON"),
            (b"[{\"a\":1}\n] {}", "not JSON"),
        ] {
            let found = all(text);
            assert_eq!(found[0].1.as_deref(), Ok(r#"{"a":1}"#));
            assert_eq!((found.len(), found[1].0), (2, 2));
            let told = found[1].1.as_ref().unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }

    #[test]
    fn nothing_is_handed_over_once_no_more_is_wanted() {
        for text in ["[{},{},{}]", "{}\n{}\n{}", "{\n}{}{}"] {
            let mut count = 0;
            let each = |_| {
                count += 1;
                ControlFlow::Break(())
            };
            read(text.as_bytes(), each).unwrap();
            assert_eq!(count, 1, "{text}");
        }
    }

    #[test]
    fn an_empty_array_is_not_an_empty_file() {
        let each = |_| ControlFlow::Continue(());
        assert_eq!(read(&b"[]"[..], each).unwrap(), Some(0));
        assert_eq!(read(&b" \n"[..], each).unwrap(), None);
    }
}
