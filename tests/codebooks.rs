//! The codebooks that are shipped, the example of the manual, one of another shape with its data,
//! and files with every mistake that the reader knows.

#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

use tiebreak::{domain::codebook::Codebook, formats::codebook::read};

const SHIPPED: [(&str, &str); 3] = [
    (
        "misalignment",
        include_str!("../codebook/misalignment.toml"),
    ),
    ("validity", include_str!("../codebook/validity.toml")),
    ("recall", include_str!("../codebook/recall.toml")),
];
const MANUAL: &str = include_str!("../codebook/README.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn load(name: &str, toml: &str) -> Codebook {
    read(toml).unwrap_or_else(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{name}:\n{}", problems.join("\n"))
    })
}

/// The TOML example at the end of the manual.
fn example() -> &'static str {
    let (_, rest) = MANUAL.split_once("\n```toml\n").unwrap();
    rest.split_once("\n```").unwrap().0
}

#[test]
fn every_shipped_codebook_loads_under_its_own_name() {
    for (id, toml) in SHIPPED {
        let codebook = load(id, toml);
        assert_eq!(codebook.id, id);
        let hotkeys = codebook.axes.iter().flat_map(|axis| &axis.codes);
        assert!(hotkeys.into_iter().all(|code| code.hotkey.is_some()));
    }
    let files = fs::read_dir(root().join("codebook")).unwrap();
    let tomls = files.filter(|file| {
        let path = file.as_ref().unwrap().path();
        path.extension().is_some_and(|end| end == "toml")
    });
    assert_eq!(tomls.count(), SHIPPED.len());
}

#[test]
fn the_example_of_the_manual_loads_and_uses_every_key_of_the_format() {
    let toml = example();
    let codebook = load("codebook/README.md", toml);
    assert_eq!(codebook.rejecting().unwrap().1.key.0, "no_finding");
    let has_key = |key: &str| {
        toml.lines().any(|line| {
            let line = line.trim_start();
            line.strip_prefix(key)
                .is_some_and(|rest| rest.trim_start().starts_with('='))
                || line.contains(&format!("{{ {key} ="))
                || line.contains(&format!(", {key} ="))
        })
    };
    let rows = MANUAL.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut told = 0;
    for row in rows.filter(|row| !row.contains(".toml`")) {
        let names = row.split(" |").next().unwrap();
        // The table of patterns holds patterns, not keys.
        for key in names.trim_end_matches('`').split("`, `") {
            let is_key = |c: char| c.is_ascii_lowercase() || c == '_';
            if key.chars().all(is_key) {
                assert!(has_key(key), "the example lacks {key}");
                told += 1;
            }
        }
    }
    assert!(told > 35, "only {told} keys were found in the tables");
}

#[test]
fn the_points_of_a_scale_are_chosen_by_their_own_digits() {
    for (name, toml, axis) in [
        ("the manual's example", example(), "care"),
        ("fieldnotes", FIELDNOTES, "trust"),
    ] {
        let codebook = load(name, toml);
        for code in &codebook.axis(axis).unwrap().codes {
            let hotkey = code.hotkey.map(String::from);
            assert_eq!(hotkey.as_deref(), Some(&*code.key), "{name}");
        }
    }
}

const FIELDNOTES: &str = include_str!("fixtures/codebooks/valid/fieldnotes.toml");

#[test]
fn every_valid_fixture_loads() {
    for file in fs::read_dir(root().join("tests/fixtures/codebooks/valid")).unwrap() {
        let path = file.unwrap().path();
        load(
            &path.display().to_string(),
            &fs::read_to_string(&path).unwrap(),
        );
    }
}

#[test]
fn every_problem_of_an_invalid_codebook_is_told_at_once() {
    let mut names = Vec::new();
    for file in fs::read_dir(root().join("tests/fixtures/codebooks/invalid")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let problems = read(&fs::read_to_string(&path).unwrap()).expect_err(&name);
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(format!("invalid_{name}"), problems.join("\n"));
        names.push(name);
    }
    assert!(names.len() >= 8, "{names:?}");
}
