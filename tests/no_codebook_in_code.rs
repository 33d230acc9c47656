//! tiebreak knows no questions of its own: no key of a shipped codebook stands in the program.

#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use tiebreak::formats::codebook::read;

/// Words that are a key of a shipped codebook by coincidence, with the file they may stand in.
/// Names of file fields (`label`, `status`, `alignment_goal`) are no keys and need no exemption.
const EXEMPT: [(&str, &str); 4] = [
    // What became of looking for a quote; the codebook asks people the same.
    ("src/domain/standing.rs", "not_found"),
    ("src/store/migrations/0001_study.sql", "not_found"),
    // The filter on the axis that has the rejecting code, whatever that axis is called.
    ("src/workflow/sample/filter.rs", "verdict"),
    ("src/workflow/sample/frame.rs", "verdict"),
];

/// The keys of all axes, codes, attributes and values. Points of a scale are left out: a number is
/// no name.
fn keys() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for toml in [
        include_str!("../codebook/misalignment.toml"),
        include_str!("../codebook/validity.toml"),
        include_str!("../codebook/recall.toml"),
    ] {
        for axis in read(toml).unwrap().axes {
            keys.insert(axis.key.0);
            keys.extend(axis.codes.into_iter().map(|code| code.key.0));
            for attribute in axis.attributes {
                keys.insert(attribute.key);
                keys.extend(attribute.values.into_iter().map(|value| value.key));
            }
        }
    }
    keys.retain(|key| key.parse::<i64>().is_err());
    keys
}

/// Whether a key can hardly be anything else, such as `DS2` or `damage_locus`. Other keys are words
/// of the language, which count only where a whole literal is such a word.
fn is_distinctive(key: &str) -> bool {
    key.contains(|c: char| c.is_uppercase() || c == '_')
}

/// A Rust file taken apart: its code with blanks for comments and texts, and its literals, each
/// with its place.
struct Source {
    code: String,
    literals: Vec<(usize, String)>,
}

impl Source {
    fn of(text: &str) -> Self {
        let mut source = Source {
            code: String::with_capacity(text.len()),
            literals: Vec::new(),
        };
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let (length, literal) = token(rest, text[..at].chars().next_back());
            match literal {
                None => source.code.push_str(&rest[..length]),
                Some(literal) => {
                    source.code.extend(std::iter::repeat_n(' ', length));
                    source.literals.push((at, literal));
                }
            }
            at += length;
        }
        source
    }

    /// The parts that only tests have, and the files of test modules that stand by themselves.
    fn test_parts(&self) -> (Vec<Range<usize>>, Vec<String>) {
        let (mut ranges, mut files) = (Vec::new(), Vec::new());
        for (start, mark) in self.code.match_indices("#[cfg(test)]") {
            let item = &self.code[start + mark.len()..];
            let Some(end) = item.find(['{', ';']) else {
                continue;
            };
            if item[end..].starts_with(';') {
                files.extend(
                    item[..end]
                        .split_whitespace()
                        .next_back()
                        .map(str::to_owned),
                );
                continue;
            }
            let mut depth = 0_usize;
            for (place, c) in item.char_indices() {
                depth = match c {
                    '{' => depth + 1,
                    '}' => depth - 1,
                    _ => depth,
                };
                if depth == 0 && place > end {
                    ranges.push(start..start + mark.len() + place);
                    break;
                }
            }
        }
        (ranges, files)
    }
}

/// The length of what stands at the beginning of `rest`, and the text of a comment (always empty)
/// or a literal.
fn token(rest: &str, before: Option<char>) -> (usize, Option<String>) {
    let first = rest.chars().next().unwrap();
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Some(String::new()));
    }
    if rest.starts_with("/*") {
        return (
            rest.find("*/").map_or(rest.len(), |end| end + 2),
            Some(String::new()),
        );
    }
    let raw = rest.trim_start_matches(['b', 'c']);
    if !in_word && let Some(hashes) = raw.strip_prefix('r') {
        let count = hashes.len() - hashes.trim_start_matches('#').len();
        if let Some(body) = hashes[count..].strip_prefix('"') {
            let close = format!("\"{}", "#".repeat(count));
            let end = body.find(&close).unwrap();
            let length = rest.len() - body.len() + end + close.len();
            return (length, Some(body[..end].to_owned()));
        }
    }
    match first {
        '"' => {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            let end = end.unwrap();
            (end + 2, Some(rest[1..=end].to_owned()))
        }
        '\'' => {
            let mut chars = rest.char_indices().skip(1);
            let inner = chars.next().map(|(_, c)| c);
            match (inner, chars.next()) {
                (Some('\\'), Some((place, c))) => {
                    let end = place + c.len_utf8();
                    let close = rest[end..].find('\'').unwrap();
                    (end + close + 1, Some(String::new()))
                }
                (Some(_), Some((place, '\''))) => (place + 1, Some(String::new())),
                // A lifetime.
                _ => (1, None),
            }
        }
        other => (other.len_utf8(), None),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}

/// The keys that a file names outside its tests.
fn named(text: &str, keys: &BTreeSet<String>) -> Vec<String> {
    let source = Source::of(text);
    let (tests, _) = source.test_parts();
    let in_tests = |at: usize| tests.iter().any(|range| range.contains(&at));
    let mut found = Vec::new();
    for (at, literal) in source.literals.iter().filter(|(at, _)| !in_tests(*at)) {
        let line = text[..*at].matches('\n').count() + 1;
        let meant = |key: &&String| {
            *literal == ***key || (is_distinctive(key) && words(literal).any(|word| word == **key))
        };
        found.extend(
            keys.iter()
                .filter(meant)
                .map(|key| format!("{line}: {key}")),
        );
    }
    for word in words(&source.code) {
        let at = word.as_ptr() as usize - source.code.as_ptr() as usize;
        if !in_tests(at) && is_distinctive(word) && keys.contains(word) {
            let line = text[..at].matches('\n').count() + 1;
            found.push(format!("{line}: {word}"));
        }
    }
    found
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn no_key_of_a_shipped_codebook_stands_in_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    files(&root.join("src"), &mut paths);
    let ends = |path: &Path, end: &str| path.extension().is_some_and(|e| e == end);
    let mut of_tests = HashSet::new();
    for path in paths.iter().filter(|path| ends(path, "rs")) {
        let (_, modules) = Source::of(&fs::read_to_string(path).unwrap()).test_parts();
        let stem = path.file_stem().unwrap();
        let own = ["mod", "lib", "main"].iter().any(|name| stem == *name);
        let folder = if own {
            path.parent().unwrap().to_owned()
        } else {
            path.with_extension("")
        };
        for name in modules {
            of_tests.insert(folder.join(&name).with_extension("rs"));
            of_tests.insert(folder.join(name));
        }
    }
    // A module of tests may be a folder, and what tests compare with is no code.
    let of_tests = |path: &PathBuf| {
        let snapshot = path.extension().is_some_and(|e| e == "snap");
        snapshot || path.ancestors().any(|part| of_tests.contains(part))
    };
    let keys = keys();
    let mut told = Vec::new();
    let mut seen = 0;
    for path in paths.iter().filter(|path| !of_tests(path)) {
        let text = fs::read_to_string(path).unwrap();
        let name = path
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        let found = if ends(path, "rs") {
            named(&text, &keys)
        } else {
            // SQL: its texts stand in single quotes.
            let quoted = text.split('\'').skip(1).step_by(2);
            let quoted = quoted.filter(|word| keys.contains(*word));
            let named = words(&text).filter(|word| is_distinctive(word) && keys.contains(*word));
            quoted.chain(named).map(str::to_owned).collect()
        };
        seen += 1;
        told.extend(
            found
                .into_iter()
                .filter(|key| {
                    !EXEMPT
                        .iter()
                        .any(|(file, word)| *file == name && key.ends_with(word))
                })
                .map(|key| format!("{name}:{key}")),
        );
    }
    assert!(seen > 30, "only {seen} files were read");
    assert!(
        told.is_empty(),
        "keys of shipped codebooks:\n{}",
        told.join("\n")
    );
}

#[test]
fn keys_are_found_in_code_and_not_in_comments_and_tests() {
    let keys = keys();
    for (text, lines) in [
        ("let a = \"cause\";", vec!["1: cause"]),
        ("// \"cause\"\nlet a = \"the cause of it\";", vec![]),
        (
            "\n let sql = \"x IN ('DS2', 'DS3')\";",
            vec!["2: DS2", "2: DS3"],
        ),
        ("let a = r#\"say \"S3\" \"#;", vec!["1: S3"]),
        (
            "let damage_locus = '\"'; let b = \"S4\";",
            vec!["1: S4", "1: damage_locus"],
        ),
        (
            "fn a<'s>(s: &'s str) { /* \"S3\" */ b('\\'', \"S5\") }",
            vec!["1: S5"],
        ),
        (
            "#[cfg(test)]\nmod tests { fn a() { \"S3\"; \"}\"; } }\nlet b = \"S3\";",
            vec!["3: S3"],
        ),
        (
            "#[cfg(test)]\nmod samples;\nlet a = \"VALID\";",
            vec!["3: VALID"],
        ),
        ("let a = (S33, \"DS22\", \"valid\");", vec![]),
    ] {
        assert_eq!(named(text, &keys), lines, "{text}");
    }
}
