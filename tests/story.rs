//! One story from an empty folder to exported gold, key by key on the screens, and the same story
//! with the program killed after every single key.

#![allow(clippy::unwrap_used)]

#[path = "support/mod.rs"]
mod support;

use std::{fs, path::Path};

use serde_json::Value;
use support::{Terminal, run, split};
use tempfile::TempDir;

const SIZE: (u16, u16) = (100, 32);

/// ana: a usual episode; then one whose symptom is described in her own words, with a change of
/// mind that clears an answer, a note, a flag and an unsure mark.
const ANA: &str = "3<Enter>6d<Enter>12<Enter>\
    8asked the same thing twice<Enter>7<Enter>21<Up><Up>1noddly put<Esc>fno real episode<Enter>m12<Enter>";

/// A folder with a study of two units for ana and ben.
fn study() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let file = |name: &str| demo.join(name).to_str().unwrap().to_owned();
    let units = home.path().join("units.txt");
    fs::write(&units, "demo-choir-bell#M001\ndemo-tidetable-cli#M001\n").unwrap();
    run(home.path(), &["init", "study.tiebreak"]);
    run(
        home.path(),
        &["import", "sessions", &file("sessions.jsonl")],
    );
    run(
        home.path(),
        &["import", "episodes", &file("episodes.jsonl")],
    );
    let sample = [
        "sample",
        "round-1",
        "--task",
        "misalignment",
        "--units",
        "units.txt",
        "--annotators",
        "ana,ben",
        "--seed",
        "7",
    ];
    run(home.path(), &sample);
    home
}

fn annotate(home: &TempDir, who: &str) -> Terminal {
    let terminal = Terminal::start(home.path(), &["annotate", "round-1", "--as", who], SIZE);
    terminal.wait_for(&format!("round-1 · {who}"));
    terminal
}

/// Types a story in one go through one program.
fn tell(home: &TempDir, who: &str, keys: &str) -> String {
    let mut terminal = annotate(home, who);
    for key in split(keys) {
        terminal.keys(&key);
        // Esc and what follows must not arrive as one.
        if key == "<Esc>" {
            terminal.settled();
        }
    }
    let screen = terminal.settled();
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.is_restored());
    screen
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn labels_are_what_was_typed() {
    let home = study();
    tell(&home, "ana", ANA);
    let labels = lines(&run(home.path(), &["export", "labels", "--as", "ana"]));
    let of = |place: usize, pointer: &str| labels[place].pointer(pointer).unwrap().clone();
    assert_eq!(labels.len(), 2, "{labels:#?}");
    let usual = usize::from(of(0, "/answers/symptom/0") != "S3");
    let odd = 1 - usual;
    assert_eq!(of(usual, "/answers/cause/0/code"), "C6");
    assert_eq!(of(usual, "/answers/cause/0/evidence_tier"), "direct");
    assert_eq!(of(usual, "/answers/damage_locus"), Value::Null);
    assert_eq!(
        of(odd, "/answers/symptom/0/text"),
        "asked the same thing twice"
    );
    assert_eq!(of(odd, "/note"), "oddly put");
    assert_eq!(of(odd, "/flags/0"), "no real episode");
    assert_eq!(of(odd, "/unsure"), true);
    assert!(
        labels.iter().all(|label| label["state"] == "submitted"),
        "{labels:#?}"
    );
}

/// Kills the program with a signal after every key and opens it again, and tells where the screen
/// was another one than before.
fn survives(signal: &str) {
    let (killed, whole) = (study(), study());
    let mut terminal = annotate(&killed, "ana");
    let mut twin = annotate(&whole, "ana");
    for (place, key) in split(ANA).iter().enumerate() {
        terminal.keys(key);
        let before = terminal.settled();
        let cursor = terminal.cursor();
        terminal.kill(signal);
        terminal = annotate(&killed, "ana");
        let after = terminal.settled();
        assert_eq!(after, before, "after {signal} and key {place}, {key}");
        assert_eq!(
            terminal.cursor(),
            cursor,
            "after {signal} and key {place}, {key}"
        );
        twin.keys(key);
        if key == "<Esc>" {
            twin.settled();
        }
    }
    assert_eq!(terminal.settled(), twin.settled());
    for step in 0..24 {
        for program in [&mut terminal, &mut twin] {
            program.keys("u");
        }
        assert_eq!(terminal.settled(), twin.settled(), "undo {step}");
    }
    for step in 0..24 {
        for program in [&mut terminal, &mut twin] {
            program.keys("r");
        }
        assert_eq!(terminal.settled(), twin.settled(), "redo {step}");
    }
}

#[test]
fn a_program_that_is_killed_after_any_key_opens_where_it_stood() {
    survives("KILL");
}

#[test]
fn a_program_that_is_ended_after_any_key_opens_where_it_stood() {
    survives("TERM");
}

#[test]
fn a_program_whose_line_drops_after_any_key_opens_where_it_stood() {
    survives("HUP");
}
