//! The codebook commands.

use std::fs;

use super::*;

const FIELDNOTES: &str = include_str!("../fixtures/codebooks/valid/fieldnotes.toml");

#[test]
fn check_lists_every_problem_of_a_broken_codebook() {
    let home = tempfile::tempdir().unwrap();
    let broken = FIELDNOTES
        .replace("id = \"fieldnotes\"", "id = \"Field notes\"")
        .replace("kind = \"scale\"", "kind = \"ladder\"")
        .replace(
            "axis = \"repair\", is = [\"mended\"",
            "axis = \"repair\", is = [\"glued\"",
        )
        .replace("hotkey = \"c\"", "hotkey = \"cc\"");
    fs::write(home.path().join("rules.toml"), broken).unwrap();
    let ran = tiebreak(home.path(), &["codebook", "check", "rules.toml"]);
    ran.fails(
        1,
        &[
            "rules.toml: id: ",
            "rules.toml: axis.trust.kind: ",
            "rules.toml: axis.mender.applies_when.is: repair has no code glued",
            "rules.toml: axis.legibility.code.clear.hotkey: ",
        ],
    );
    assert_eq!(ran.out, "");
    let json = tiebreak(home.path(), &["codebook", "check", "rules.toml", "--json"]);
    assert_eq!(json.code, 1);
    let problems = json.json()["problems"].as_array().unwrap().clone();
    assert_eq!(problems.len(), ran.err.lines().count());
    assert!(
        problems
            .iter()
            .all(|p| p["path"].is_string() && p["why"].is_string())
    );

    fs::write(home.path().join("rules.toml"), FIELDNOTES).unwrap();
    let ran = tiebreak(home.path(), &["codebook", "check", "rules.toml"]).succeeds();
    assert!(ran.err.contains("no problems"), "{}", ran.err);
    tiebreak(home.path(), &["codebook", "check", "absent.toml"]).fails(1, &["absent.toml"]);
}

#[test]
fn a_codebook_is_found_by_name_version_or_file() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("mine.toml"), FIELDNOTES).unwrap();
    for name in ["misalignment", "misalignment@1.0.0", "mine.toml"] {
        let text = tiebreak(home.path(), &["codebook", "show", name])
            .succeeds()
            .out;
        let json = tiebreak(home.path(), &["codebook", "show", name, "--json"])
            .succeeds()
            .json();
        for axis in json["axis"].as_array().unwrap() {
            assert!(text.contains(axis["question"].as_str().unwrap()), "{axis}");
        }
    }
    tiebreak(home.path(), &["codebook", "show", "misalignmnt"])
        .fails(2, &["did you mean misalignment?", ".toml"]);
    let missing = ["--study", "absent.tiebreak", "codebook", "list"];
    tiebreak(home.path(), &missing).fails(1, &["absent.tiebreak does not exist"]);
    let shipped = tiebreak(home.path(), &["codebook", "list", "--json"])
        .succeeds()
        .json();
    assert_eq!(
        shipped["codebooks"].as_array().unwrap().len(),
        SHIPPED.len()
    );
}

#[test]
fn prompt_and_schema_are_made_for_any_codebook() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("mine.toml"), FIELDNOTES).unwrap();
    for name in ["misalignment", "validity", "recall", "mine.toml"] {
        let prompt = tiebreak(home.path(), &["codebook", "prompt", name])
            .succeeds()
            .out;
        let schema = tiebreak(home.path(), &["codebook", "schema", name])
            .succeeds()
            .json();
        assert_eq!(schema["type"], "object");
        for field in schema["required"].as_array().unwrap() {
            assert!(prompt.contains(&field.to_string()), "{name}: {field}");
        }
    }
}

#[test]
fn a_new_version_is_compared_and_added() {
    let home = demo();
    let shipped = SHIPPED[0].1;
    let changed = shipped.replace("Inaccurate Self-Reporting", "False Self-Report");
    fs::write(home.path().join("same.toml"), &changed).unwrap();
    let newer = changed.replace("version = \"1.0.0\"", "version = \"1.1.0\"");
    fs::write(home.path().join("newer.toml"), &newer).unwrap();

    let diff = ["codebook", "diff", "misalignment", "newer.toml"];
    let text = tiebreak(home.path(), &diff).succeeds().out;
    assert!(text.contains("~ axis.symptom.code.S7.name"), "{text}");
    let json = tiebreak(home.path(), &[&diff[..], &["--json"]].concat())
        .succeeds()
        .json();
    let differences = json["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 2);
    assert_eq!(differences[1]["new"], "False Self-Report");

    tiebreak(home.path(), &["codebook", "add", "same.toml"]).fails(1, &["raise the version"]);
    tiebreak(home.path(), &["codebook", "add", "newer.toml"]).succeeds();
    let shown = tiebreak(home.path(), &["codebook", "show", "misalignment"])
        .succeeds()
        .out;
    assert!(shown.contains("misalignment@1.1.0"), "{shown}");
    let old = tiebreak(home.path(), &["codebook", "show", "misalignment@1.0.0"])
        .succeeds()
        .out;
    assert!(old.contains("Inaccurate Self-Reporting"), "{old}");
    tiebreak(home.path(), &["agreement", "round-1"]).succeeds();
}
