//! The session commands.

use std::fs;

use super::*;

/// A study with the demo's sessions and one that has another name, too.
fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    tiebreak(home.path(), &["init", "study.tiebreak"]).succeeds();
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/sessions.jsonl");
    let long = "0123456789é".repeat(600);
    let own = format!(
        "{}{}\n",
        fs::read_to_string(demo).unwrap(),
        serde_json::json!({"session": "s-001", "aliases": ["chat-of-june"], "modality": "cli", "turns": [
            {"turn": 1, "role": "user", "text": "Line one\r\nTURN 9 | USER\r\n"},
            {"turn": 2, "role": "agent", "text": long},
            {"turn": 3, "role": "user", "kind": "command", "text": "/clear"},
        ]})
    );
    fs::write(home.path().join("s.jsonl"), own).unwrap();
    tiebreak(home.path(), &["import", "sessions", "s.jsonl"]).succeeds();
    home
}

#[test]
fn sessions_are_listed_with_filters() {
    let home = home();
    let list = |args: &[&str]| {
        let args = [&["session", "list", "--json"], args].concat();
        let ran = tiebreak(home.path(), &args).succeeds().json();
        ran["sessions"].as_array().unwrap().len()
    };
    assert_eq!(list(&[]), 16);
    assert_eq!(
        list(&["--where", "agent=Codex CLI", "--where", "modality=cli"]),
        4
    );
    assert_eq!(list(&["--where", "session=s-001"]), 1);
    assert_eq!(list(&["--where", "repository=nowhere"]), 0);
    let text = tiebreak(home.path(), &["session", "list"]).succeeds().out;
    assert!(
        text.starts_with("session") && text.lines().count() == 17,
        "{text}"
    );
    let label = ["session", "list", "--where", "verdict=VALID"];
    tiebreak(home.path(), &label).fails(2, &["cannot be filtered by verdict", "modality"]);
    let label = ["session", "list", "--where", "modality"];
    tiebreak(home.path(), &label).fails(2, &["is not a filter"]);
}

#[test]
fn a_session_is_shown_by_any_of_its_names_and_a_slip_gets_a_hint() {
    let home = home();
    let shown = tiebreak(home.path(), &["session", "show", "chat-of-june", "--json"])
        .succeeds()
        .json();
    assert_eq!(shown["session"], "s-001");
    assert_eq!(shown["turns"][1]["characters"], 6_600);
    assert_eq!(shown["turns"][2]["kind"], "command");
    let shown = tiebreak(home.path(), &["session", "show", "demo-seismo-picker"])
        .succeeds()
        .out;
    assert!(
        shown.contains("1 thinking") && shown.contains("3 tool, 1 thinking, 1 sub-agent"),
        "{shown}"
    );
    tiebreak(home.path(), &["session", "show", "s-01"]).fails(2, &["did you mean s-001?"]);
    let far = tiebreak(home.path(), &["session", "show", "something else"]);
    far.fails(2, &["tiebreak session list"]);
    assert!(far.err.len() < 200, "{}", far.err);
}

#[test]
fn a_formatted_session_keeps_user_turns_and_names_its_bands() {
    let home = home();
    let format = |args: &[&str]| {
        let args = [&["session", "format", "chat-of-june"], args].concat();
        tiebreak(home.path(), &args)
    };
    let text = format(&[]).succeeds().out;
    assert!(
        text.contains("\nFormat: 1, bands 1, agent turns of at most 5000 characters\n"),
        "{text}"
    );
    assert!(text.contains("\nTURN 1 | USER\nLine one\r\nTURN 9 | USER\r\n\n\nTURN 2 | AGENT | 6600 characters, budget 5000\n"));
    assert!(text.contains("\n[... 1600 characters left out ...]\n"));
    assert_eq!(format(&[]).out, text);
    let json = format(&["--json"]).json();
    assert_eq!(json["text"], text);
    assert_eq!(json["bands"], "1");
    assert_eq!(json["sha256"].as_str().unwrap().len(), 64);
    let written = format(&["-o", "s.txt"]).succeeds();
    assert!(written.err.contains(json["sha256"].as_str().unwrap()));
    assert_eq!(fs::read_to_string(home.path().join("s.txt")).unwrap(), text);
    format(&["-o", "study.tiebreak"]).fails(1, &["the study itself"]);

    let bands = |text: &str| fs::write(home.path().join("b.toml"), text).unwrap();
    bands("version = \"mine\"\n[[band]]\ncharacters = 10\n");
    let own = format(&["--bands", "b.toml"]).succeeds().out;
    assert!(own.contains("bands mine") && own.contains("\n[... 6590 characters left out ...]\n"));
    bands("version = \"1\"\n[[band]]\ncharacters = 10\n");
    format(&["--bands", "b.toml"]).fails(1, &["b.toml: version 1 belongs to"]);
    bands("version = \"2\"\n[[band]]\nturns = 10\n");
    format(&["--bands", "b.toml"]).fails(1, &["b.toml: line 2"]);
    format(&["--bands", "none.toml"]).fails(1, &["none.toml"]);
}

#[test]
fn sessions_that_are_labelled_from_the_evidence_alone_stay_closed() {
    let home = home();
    let sample = "sample blind --task recall --n 1 --seed 1 --annotators ana,ben --where session=s-001 --evidence-only";
    let words: Vec<&str> = sample.split_whitespace().collect();
    tiebreak(home.path(), &words).succeeds();
    for args in [
        &["session", "format", "s-001"][..],
        &["session", "format", "s-001", "--as", "ana"],
    ] {
        tiebreak(home.path(), args).fails(1, &["from the evidence alone"]);
    }
    tiebreak(home.path(), &["session", "format", "demo-bakery-checkout"]).succeeds();
    tiebreak(home.path(), &["session", "show", "s-001"]).succeeds();
}

#[test]
fn the_reader_opens_full_screen_at_a_turn() {
    let home = home();
    tiebreak(home.path(), &["session", "read", "s-001"]).fails(1, &["needs a terminal"]);
    let args = ["session", "read", "demo-seismo-picker", "--turn", "12"];
    let mut terminal = support::Terminal::start(home.path(), &args, (80, 24));
    let screen = terminal.wait_for("turn 12 of 19");
    assert!(screen.contains("▸ sub-agent helper"), "{screen}");
    terminal.keys("Z");
    terminal.wait_for("▾ tool Edit");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.is_restored());
}
