//! Reads a codebook's TOML. The format is documented in `codebook/README.md`.
//!
//! The file is walked by hand instead of derived, so that all its mistakes are told at once.

mod table;

use toml::{Table, Value};

use self::table::Fields;
use crate::domain::codebook::{
    Attribute, AttributeValue, Axis, Code, CodeText, Codebook, Condition, Kind, NoteRule, Pattern,
    UnitKind,
    check::{Problem, check},
    hotkeys,
};

/// The only format that this version reads.
const FORMAT: i64 = 1;
/// More points than this and a scale no longer fits a form.
const MOST_POINTS: i64 = 21;

/// Reads and checks a codebook. On failure all problems are given, each with its path.
pub fn read(text: &str) -> Result<Codebook, Vec<Problem>> {
    let table: Table = text
        .parse()
        .map_err(|e: toml::de::Error| vec![syntax_problem(text, &e)])?;
    let mut problems = Vec::new();
    let mut codebook = codebook(Fields::new(table, "", &mut problems));
    let told = problems.len();
    for problem in check(&codebook) {
        // What could not be read at a place is not also wrong there.
        if problems[..told].iter().all(|p| p.path != problem.path) {
            problems.push(problem);
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    hotkeys::assign(&mut codebook);
    Ok(codebook)
}

fn syntax_problem(text: &str, error: &toml::de::Error) -> Problem {
    let line = error
        .span()
        .and_then(|span| text.get(..span.start))
        .map_or(1, |before| before.matches('\n').count() + 1);
    Problem {
        path: format!("line {line}"),
        why: error.message().to_owned(),
    }
}

fn codebook(mut fields: Fields) -> Codebook {
    if !fields.table.contains_key("format") {
        fields.problem("format", format!("is missing; write format = {FORMAT}"));
    }
    if let Some(other) = fields.number("format").filter(|found| *found != FORMAT) {
        let why = format!("is {other}; this version of tiebreak reads {FORMAT}");
        fields.problem("format", why);
    }
    let note = fields
        .table("note")
        .map_or_else(NoteRule::default, |mut note| {
            let rule = NoteRule {
                prompt: note.text("prompt"),
                words: note.words("words"),
            };
            note.finish();
            rule
        });
    let codebook = Codebook {
        id: fields.required("id"),
        version: fields.required("version"),
        title: fields.required("title"),
        unit: fields
            .one_of("unit", "\"episode\" or \"session\"", UnitKind::parse)
            .unwrap_or(UnitKind::Episode),
        about: fields.text("about"),
        source: fields.text("source"),
        guidance: fields.text("guidance"),
        judge: fields.text("judge"),
        note,
        axes: fields.each("axis", axis),
    };
    fields.finish();
    codebook
}

fn axis(mut fields: Fields) -> Axis {
    let key = fields.required("key");
    let kind = fields
        .one_of("kind", "single, multi, scale or text", Kind::parse)
        .unwrap_or_else(|| likely_kind(&fields.table));
    let repeat = fields.text("repeat");
    if let Some(other) = repeat.as_deref().filter(|over| *over != "evidence") {
        let why = format!("must be \"evidence\", not \"{other}\"");
        fields.problem("repeat", why);
    }
    let applies_when = fields.table("applies_when").map(|mut when| {
        let condition = Condition {
            axis: when.required("axis").into(),
            is: when.texts("is").into_iter().map(Into::into).collect(),
        };
        when.finish();
        condition
    });
    let mut codes = fields.each("code", code);
    let mut ordered: Vec<_> = fields
        .texts("ordered")
        .into_iter()
        .map(Into::into)
        .collect();
    let range = (fields.number("from"), fields.number("to"));
    if kind == Kind::Scale {
        if !ordered.is_empty() {
            fields.problem("ordered", "is for single axes; a scale has its order");
        }
        codes = scale_codes(range, codes, &mut fields);
        ordered = codes.iter().map(|code| code.key.clone()).collect();
    } else if range != (None, None) {
        fields.problem("from", "\"from\" and \"to\" are for scales");
    }
    let attributes = fields.each("attribute", |attribute_fields| {
        attribute(attribute_fields, &codes)
    });
    let axis = Axis {
        title: fields.required("title"),
        question: fields.required("question"),
        kind,
        group: fields.text("group"),
        field: fields.text("field").unwrap_or_else(|| key.clone()),
        item: fields.text("item").unwrap_or_else(|| "code".into()),
        optional: fields.flag("optional"),
        max: fields.count("max"),
        prefer: fields.count("prefer"),
        words: fields.words("words"),
        ordered,
        applies_when,
        repeat: repeat.is_some(),
        help: fields.text("help"),
        judge: fields.text("judge"),
        attributes,
        codes,
        key: key.into(),
    };
    fields.finish();
    axis
}

/// The kind that an axis seems to have whose kind cannot be read, so that one mistake does not
/// bring up others.
fn likely_kind(axis: &Table) -> Kind {
    let has = |key| axis.contains_key(key);
    let exclusive = axis
        .get("code")
        .and_then(Value::as_array)
        .is_some_and(|codes| codes.iter().any(|code| code.get("exclusive").is_some()));
    if has("from") || has("to") {
        Kind::Scale
    } else if has("max") || has("prefer") || exclusive {
        Kind::Multi
    } else if has("code") {
        Kind::Single
    } else {
        Kind::Text
    }
}

/// A code for every point of a scale; the file may describe some of them.
fn scale_codes(
    range: (Option<i64>, Option<i64>),
    mut anchors: Vec<Code>,
    fields: &mut Fields,
) -> Vec<Code> {
    let (Some(from), Some(to)) = range else {
        return Vec::new();
    };
    if from >= to || to.saturating_sub(from) >= MOST_POINTS {
        return Vec::new();
    }
    let taken: Vec<char> = anchors.iter().filter_map(|code| code.hotkey).collect();
    let points = (from..=to)
        .map(|point| {
            let key = point.to_string();
            let mut code = match anchors.iter().position(|code| *code.key == key) {
                Some(place) => anchors.swap_remove(place),
                None => bare_point(&key),
            };
            // A point is chosen by its own digit, unless the file has it otherwise.
            code.hotkey = code.hotkey.or_else(|| {
                char::from_digit(u32::try_from(point).ok()?, 10).filter(|c| !taken.contains(c))
            });
            code
        })
        .collect();
    for code in anchors {
        let path = format!("code.{}", code.key);
        fields.problem(&path, "is not a point of the scale, or stands twice");
    }
    points
}

/// A point of a scale that the file does not describe.
fn bare_point(key: &str) -> Code {
    Code {
        key: key.into(),
        name: key.to_owned(),
        definition: String::new(),
        anchor: None,
        include: Vec::new(),
        exclude: Vec::new(),
        example: None,
        hotkey: None,
        class: None,
        exclusive: false,
        catch_all: false,
        rejects: false,
        text: None,
        pattern: None,
        aliases: Vec::new(),
    }
}

fn attribute(mut fields: Fields, codes: &[Code]) -> Attribute {
    let except = fields.texts("except");
    let only = fields.texts("only");
    if !except.is_empty() && !only.is_empty() {
        fields.problem("only", "stands beside \"except\"; one of the two is enough");
    }
    let without = if only.is_empty() {
        except.into_iter().map(Into::into).collect()
    } else {
        for key in only
            .iter()
            .filter(|key| !codes.iter().any(|code| *code.key == **key))
        {
            fields.problem("only", format!("there is no code {key}"));
        }
        codes
            .iter()
            .filter(|code| !only.iter().any(|key| *key == *code.key))
            .map(|code| code.key.clone())
            .collect()
    };
    let attribute = Attribute {
        key: fields.required("key"),
        title: fields.required("title"),
        question: fields.text("question"),
        without,
        none: fields.texts("none"),
        values: fields.each("value", |mut value| {
            let read = AttributeValue {
                key: value.required("key"),
                name: value.required("name"),
                definition: value.text("definition").unwrap_or_default(),
                hotkey: value.hotkey(),
            };
            value.finish();
            read
        }),
    };
    fields.finish();
    attribute
}

fn code(mut fields: Fields) -> Code {
    let text = fields.table("text").map(|mut text| {
        let rule = CodeText {
            title: text.text("title").unwrap_or_else(|| "Text".into()),
            prompt: text.text("prompt"),
            words: text.words("words"),
            field: text.text("field").unwrap_or_else(|| "text".into()),
        };
        text.finish();
        rule
    });
    let pattern = fields.text("pattern").and_then(|source| {
        Pattern::new(&source)
            .map_err(|why| fields.problem("pattern", format!("is not a pattern: {why}")))
            .ok()
    });
    let code = Code {
        key: fields.required("key").into(),
        name: fields.required("name"),
        definition: fields.required("definition"),
        anchor: fields.text("anchor"),
        include: fields.texts("include"),
        exclude: fields.texts("exclude"),
        example: fields.text("example"),
        hotkey: fields.hotkey(),
        class: fields.text("class"),
        exclusive: fields.flag("exclusive"),
        catch_all: fields.flag("catch_all"),
        rejects: fields.flag("rejects"),
        text,
        pattern,
        aliases: fields.texts("aliases"),
    };
    fields.finish();
    code
}
