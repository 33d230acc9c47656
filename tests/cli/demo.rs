//! The demo without a terminal.

use super::*;

#[test]
fn without_a_terminal_the_demo_prints_the_figures_of_its_settled_batch() {
    let home = tempfile::tempdir().unwrap();
    let ran = tiebreak(home.path(), &["demo"]).succeeds();
    assert!(ran.err.contains("invented"), "{}", ran.err);
    for piece in [
        "agreement of ana, ben",
        "accuracy of demo-judge against gold",
        "mean of axes",
    ] {
        assert!(ran.out.contains(piece), "{}", ran.out);
    }
}

#[test]
fn the_demo_keeps_what_was_done_until_it_is_wanted_fresh() {
    let home = tempfile::tempdir().unwrap();
    tiebreak(home.path(), &["demo"]).succeeds();
    let study = home.path().join("data/tiebreak/demo.tiebreak");
    let study = study.to_str().unwrap();
    let is_open = || {
        let ran = tiebreak(home.path(), &["--study", study, "status", "--json"]).succeeds();
        ran.json()["batches"][2]["state"] == "open"
    };
    let forced = [
        "--study", study, "lock", "round-3", "--force", "--why", "to see",
    ];
    tiebreak(home.path(), &forced).succeeds();
    tiebreak(home.path(), &["demo"]).succeeds();
    assert!(!is_open());
    tiebreak(home.path(), &["demo", "--fresh"]).succeeds();
    assert!(is_open());
}

#[test]
fn the_demo_has_enough_units_on_each_conditional_axis() {
    let home = demo();
    let value = tiebreak(home.path(), &["agreement", "round-1", "--json"]).json();
    let conditional = value["axes"].as_array().unwrap().iter();
    let sizes: Vec<u64> = conditional
        .filter(|axis| !axis["applicable"].is_null())
        .map(|axis| axis["n"].as_u64().unwrap())
        .collect();
    assert!(
        sizes.len() == 2 && sizes.iter().all(|n| *n >= 10),
        "{sizes:?}"
    );
}

#[test]
fn on_a_terminal_the_demo_opens_its_home_screen_and_every_screen_can_be_left() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = support::Terminal::start(home.path(), &["demo"], (100, 30));
    let screen = terminal.wait_for("round-2");
    assert!(screen.contains("invented"), "{screen}");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);

    let study = home.path().join("data/tiebreak/demo.tiebreak");
    let study = study.to_str().unwrap();
    let args = ["--study", study, "annotate", "--as", "ben"];
    let mut terminal = support::Terminal::start(home.path(), &args, (100, 30));
    terminal.wait_for("Symptom");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.is_restored());
}

#[test]
fn a_terminal_shows_how_far_an_import_is_and_keeps_none_of_it() {
    let home = empty();
    let logs = home.path().join("logs");
    std::fs::create_dir(&logs).unwrap();
    for n in 0..3 {
        let text =
            format!(r#"{{"session":"s{n}","turns":[{{"turn":1,"role":"user","text":"a"}}]}}"#);
        std::fs::write(logs.join(format!("s{n}.jsonl")), text).unwrap();
    }
    let args = ["import", "sessions", "logs"];
    let mut terminal = support::Terminal::start(home.path(), &args, (100, 30));
    assert_eq!(terminal.ended(), 0);
    let screen = terminal.settled();
    assert!(screen.contains("3 files landed"), "{screen}");
    assert!(!screen.contains("0 of 3 files"), "{screen}");
}
