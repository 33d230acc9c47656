//! Which study is opened where none is named.

use std::fs;

use super::*;
use support::Terminal;

const SIZE: (u16, u16) = (80, 24);

#[test]
fn without_a_terminal_a_study_that_is_not_there_is_an_error() {
    let home = tempfile::tempdir().unwrap();
    tiebreak(home.path(), &[]).fails(1, &["study.tiebreak", "tiebreak init"]);
    let mut named = Terminal::start(home.path(), &["--study", "gone.tiebreak"], SIZE);
    assert_eq!(named.ended(), 1);
    assert!(named.screen().contains("gone.tiebreak"));
}

#[test]
fn a_newcomer_is_offered_the_demo_and_later_what_was_opened_before() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(home.path(), &[], SIZE);
    let screen = terminal.wait_for("tiebreak init study.tiebreak");
    assert!(screen.contains("There is no study.tiebreak"), "{screen}");
    terminal.keys("<Enter>");
    terminal.wait_for("Batches");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.is_restored());

    // A study of their own, and from it back to the demo.
    fs::create_dir(home.path().join("thesis")).unwrap();
    tiebreak(home.path(), &["init", "thesis/mine.tiebreak"]).succeeds();
    let mine = ["--study", "thesis/mine.tiebreak"];
    let mut terminal = Terminal::start(home.path(), &mine, SIZE);
    terminal.wait_for("Import the chat sessions");
    terminal.keys("s");
    let screen = terminal.wait_for("The demo");
    assert!(screen.contains("> mine.tiebreak"), "{screen}");
    assert!(screen.contains("~/thesis"), "{screen}");
    terminal.keys("j<Enter>");
    terminal.wait_for("Batches");
    terminal.keys("s");
    terminal.wait_for("> The demo");
    terminal.keys("<Esc>");
    terminal.wait_for("Batches");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);

    // What cannot be opened is said, and what is gone is not offered.
    fs::write(home.path().join("thesis/mine.tiebreak"), "no study").unwrap();
    let mut terminal = Terminal::start(home.path(), &[], SIZE);
    terminal.wait_for("> The demo");
    terminal.keys("j<Enter>");
    let screen = terminal.wait_for("! ");
    assert!(screen.contains("> mine.tiebreak"), "{screen}");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    fs::remove_file(home.path().join("thesis/mine.tiebreak")).unwrap();
    let terminal = Terminal::start(home.path(), &[], SIZE);
    let screen = terminal.wait_for("> The demo");
    assert!(!screen.contains("mine.tiebreak"), "{screen}");
}
