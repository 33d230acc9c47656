//! The terminal is given back however the program ends, and nothing that happens to it is lost.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "support/mod.rs"]
mod support;

use std::{env, fs, os::unix::fs::PermissionsExt, path::Path};

use portable_pty::CommandBuilder;
use support::{Terminal, run};
use tempfile::TempDir;
use tiebreak::tui::terminal::Guard;

const SIZE: (u16, u16) = (100, 30);

/// The home screen of the demo.
fn demo(home: &TempDir) -> Terminal {
    run(home.path(), &["demo"]);
    let terminal = Terminal::start(home.path(), &["demo"], SIZE);
    terminal.wait_for("Batches");
    terminal
}

/// From there to ana's form in the open batch.
fn label(terminal: &mut Terminal) {
    terminal.keys("j<Enter>");
    terminal.wait_for("round-3 · ana");
}

/// Run by the next test in a pseudo-terminal: takes the terminal and fails.
#[test]
#[ignore = "takes the terminal and panics"]
fn panicking() {
    let mut terminal = Guard::enter().unwrap();
    terminal.draw(|_| ()).unwrap();
    panic!("this went wrong");
}

#[test]
fn a_panic_gives_the_terminal_back_and_can_be_read() {
    let home = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(env::current_exe().unwrap());
    command.args(["--exact", "panicking", "--ignored", "--nocapture"]);
    command.env("RUST_BACKTRACE", "0");
    let mut terminal = Terminal::run(home.path(), command, SIZE);
    assert_ne!(terminal.ended(), 0);
    assert!(terminal.is_restored());
    // Told on the main screen, and not written over by giving the terminal back twice.
    let screen = terminal.screen();
    assert!(screen.contains("this went wrong"), "{screen}");
    let at = |text: &str| {
        screen
            .find(text)
            .unwrap_or_else(|| panic!("{text}: {screen}"))
    };
    assert!(at("running 1 test") < at("this went wrong"));
    assert!(at("this went wrong") < at("FAILED"));
}

#[test]
fn a_signal_gives_the_terminal_back_and_the_next_start_the_screen() {
    for signal in ["TERM", "HUP", "INT", "KILL"] {
        let home = tempfile::tempdir().unwrap();
        let mut terminal = demo(&home);
        label(&mut terminal);
        terminal.keys("3");
        let before = terminal.settled();
        terminal.kill(signal);
        assert_eq!(terminal.is_restored(), signal != "KILL", "{signal}");
        let mut terminal = Terminal::start(home.path(), &["demo"], SIZE);
        terminal.wait_for("round-3 · ana");
        assert_eq!(terminal.settled(), before, "{signal}");
        terminal.keys("<Esc>");
        terminal.wait_for("Batches");
        terminal.keys("q");
        assert_eq!(terminal.ended(), 0);
    }
}

#[test]
fn a_program_that_was_put_to_sleep_wakes_with_its_screen() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = demo(&home);
    let before = terminal.settled();
    for _ in 0..2 {
        terminal.keys("<C-z>");
        terminal.wait_until("asleep", Terminal::is_restored);
        terminal.signal("CONT");
        terminal.wait_for("Batches");
        assert!(!terminal.is_restored());
        assert_eq!(terminal.settled(), before);
    }
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert!(terminal.is_restored());
}

#[test]
fn a_screen_of_any_size_is_survived() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = demo(&home);
    label(&mut terminal);
    for keys in ["", "n", "<Enter>o", "<Esc>g", "<Esc>?"] {
        terminal.keys(keys);
        let before = terminal.settled();
        for size in [(20, 5), (1, 1), (60, 15), (200, 60), (59, 50), (300, 3)] {
            terminal.resize(size);
            if size.0 == 20 {
                terminal.wait_for("tiebreak needs");
            }
        }
        terminal.resize(SIZE);
        terminal.wait_until("drawn again", |terminal| terminal.screen() == before);
    }
    terminal.keys("<Esc>q");
    terminal.resize((20, 5));
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

/// An editor that is a script.
fn editor(home: &Path, script: &str) -> String {
    let path = home.join("editor");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_note_is_written_in_the_editor_of_the_user() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["demo"]);
    let start = |script: &str| {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tiebreak"));
        command.arg("demo");
        command.env("VISUAL", format!("{} --wait", editor(home.path(), script)));
        command.env("EDITOR", "false");
        command.env("TMPDIR", home.path());
        Terminal::run(home.path(), command, SIZE)
    };
    // An interrupt from the keyboard is for the editor, and reaches tiebreak as well.
    let mut terminal = start(
        r#"test "$1" = --wait || exit 1
ls -l "$2" | cut -c1-10 >permissions
trap : INT; kill -s INT $PPID
printf ' and\nélsewhere\n\n' >>"$2""#,
    );
    terminal.wait_for("Batches");
    label(&mut terminal);
    terminal.keys("n");
    terminal.wait_for("new line");
    terminal.keys("here");
    terminal.settled();
    terminal.keys("<C-e>");
    terminal.wait_for("élsewhere");
    terminal.keys("!");
    let screen = terminal.wait_for("élsewhere!");
    assert!(screen.contains("here and"), "{screen}");
    let permissions = fs::read_to_string(home.path().join("permissions")).unwrap();
    assert_eq!(permissions.trim(), "-rw-------");
    terminal.kill("KILL");

    // It was saved, and an editor that fails changes nothing.
    let mut terminal = start("echo lost >\"$2\"; exit 3");
    terminal.wait_for("élsewhere!");
    terminal.keys("<C-e>");
    let screen = terminal.wait_for("exit status: 3");
    assert!(screen.contains("élsewhere!"), "{screen}");
    assert!(!screen.contains("lost"), "{screen}");
    let left = fs::read_dir(home.path()).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("tiebreak-")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn a_program_whose_terminal_is_gone_ends() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = demo(&home);
    label(&mut terminal);
    terminal.hang_up();
    terminal.ended();
}

#[test]
fn a_search_finds_while_it_is_typed_and_comes_back_after_a_kill() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = demo(&home);
    terminal.keys("/");
    terminal.wait_for("words:");
    terminal.keys("checkout");
    terminal.wait_for("Sessions");
    terminal.keys("<Enter>");
    terminal.wait_for("alignment goal");
    terminal.keys("<Esc>");
    terminal.wait_for("words:");
    let before = terminal.settled();
    terminal.kill("KILL");
    let mut terminal = Terminal::start(home.path(), &["demo"], SIZE);
    terminal.wait_for("Sessions");
    assert_eq!(terminal.settled(), before);
    terminal.keys("<Esc>");
    terminal.wait_for("Batches");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}
