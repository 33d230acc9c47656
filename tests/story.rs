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

/// ben: two usual episodes.
const BEN: &str = "1<Enter>1c<Enter>12<Enter>1<Enter>1c<Enter>12<Enter>";

/// cho: a unit on which neither is right, for a reason; then one on which ana is.
const CHO: &str = "4<Enter>B<Enter>both overlook turn 2<Esc><Enter>TA<Enter>";

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

/// The same with the labels of both, locked.
fn locked() -> TempDir {
    let home = study();
    tell(&home, ["annotate", "ana"], ANA);
    tell(&home, ["annotate", "ben"], BEN);
    run(home.path(), &["lock", "round-1"]);
    home
}

fn open(home: &TempDir, [command, who]: [&str; 2]) -> Terminal {
    let terminal = Terminal::start(home.path(), &[command, "round-1", "--as", who], SIZE);
    terminal.wait_for(&format!("round-1 · {who}"));
    terminal
}

/// Types a story in one go through one program.
fn tell(home: &TempDir, screen: [&str; 2], keys: &str) {
    let mut terminal = open(home, screen);
    for key in split(keys) {
        terminal.keys(&key);
        // Esc and what follows must not arrive as one.
        if key == "<Esc>" {
            terminal.settled();
        }
    }
    terminal.settled();
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.is_restored());
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn labels_are_what_was_typed() {
    let home = study();
    tell(&home, ["annotate", "ana"], ANA);
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

#[test]
fn gold_is_what_was_settled() {
    let home = locked();
    tell(&home, ["adjudicate", "cho"], CHO);
    let gold = lines(&run(home.path(), &["export", "gold"]));
    let of = |place: usize, pointer: &str| gold[place].pointer(pointer).unwrap().clone();
    assert_eq!(gold.len(), 2, "{gold:#?}");
    let own = usize::from(of(0, "/answers/symptom/0") != "S4");
    let taken = 1 - own;
    assert_eq!(of(own, "/reason"), "both overlook turn 2");
    assert_eq!(of(own, "/answers/cause/0/code"), "C1");
    assert_eq!(of(own, "/answers/damage_severity"), "DS1");
    assert_eq!(
        of(taken, "/answers/symptom/0/text"),
        "asked the same thing twice"
    );
    assert_eq!(of(taken, "/reason"), Value::Null);
    for place in 0..2 {
        assert_eq!(of(place, "/basis"), "adjudicated");
        assert_eq!(of(place, "/adjudicator"), "cho");
    }
    let agreement: Value =
        serde_json::from_str(&run(home.path(), &["agreement", "round-1", "--json"])).unwrap();
    assert_eq!(agreement.pointer("/axes/0/agreed").unwrap(), 0);
    let accuracy = run(
        home.path(),
        &["accuracy", "round-1", "--rater", "ana", "--json"],
    );
    let accuracy: Value = serde_json::from_str(&accuracy).unwrap();
    assert_eq!(accuracy.pointer("/axes/0/agreed").unwrap(), 1);
}

/// Kills the program with a signal after every key and opens it again; a twin is left alone.
fn survives(signal: &str, [killed, whole]: [TempDir; 2], screen: [&str; 2], keys: &str) {
    let mut terminal = open(&killed, screen);
    let mut twin = open(&whole, screen);
    for (place, key) in split(keys).iter().enumerate() {
        terminal.keys(key);
        let before = terminal.settled();
        let cursor = terminal.cursor();
        terminal.kill(signal);
        terminal = open(&killed, screen);
        let after = terminal.settled();
        assert_eq!(after, before, "after {signal} and key {place}, {key}");
        assert_eq!(
            terminal.cursor(),
            cursor,
            "after {signal} and key {place}, {key}"
        );
        twin.keys(key);
        twin.settled();
    }
    assert_eq!(terminal.settled(), twin.settled());
    for key in ["u", "r"] {
        for step in 0..24 {
            for program in [&mut terminal, &mut twin] {
                program.keys(key);
            }
            assert_eq!(terminal.settled(), twin.settled(), "{key} {step}");
        }
    }
}

fn survives_all(signal: &str) {
    survives(signal, [study(), study()], ["annotate", "ana"], ANA);
    survives(signal, [locked(), locked()], ["adjudicate", "cho"], CHO);
}

#[test]
fn a_program_that_is_killed_after_any_key_opens_where_it_stood() {
    survives_all("KILL");
}

#[test]
fn a_program_that_is_ended_after_any_key_opens_where_it_stood() {
    survives_all("TERM");
}

#[test]
fn a_program_whose_line_drops_after_any_key_opens_where_it_stood() {
    survives_all("HUP");
}
