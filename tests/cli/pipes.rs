//! A reader that leaves early is no error.

use std::{
    io,
    process::{Command, Stdio},
};

use super::*;

/// Runs a command whose standard output nobody reads.
fn unread(home: &Path, args: &[&str]) -> (Option<i32>, String) {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_tiebreak"))
        .args(args)
        .current_dir(home)
        .env("XDG_DATA_HOME", home.join("data"))
        .stdin(Stdio::null())
        .stdout(writer)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let home = demo();
    for args in [
        &["codebook", "show", "misalignment"][..],
        &["codebook", "schema", "misalignment"],
        &["status"],
        &["agreement", "round-1", "--json"],
        &["export", "sessions"],
        &["export", "labels"],
        &["verify", "--json"],
        &["demo"],
        &["--help"],
    ] {
        let (code, err) = unread(home.path(), args);
        assert_eq!(code, Some(0), "{args:?}: {err}");
        assert!(
            !err.contains("panicked") && !err.contains("error"),
            "{args:?}: {err}"
        );
    }
}

#[test]
fn an_error_that_nobody_hears_keeps_its_exit_code() {
    let home = demo();
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let status = Command::new(env!("CARGO_BIN_EXE_tiebreak"))
        .args(["lock", "round-3"])
        .current_dir(home.path())
        .stderr(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(3));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let home = demo();
    let full = std::fs::File::create("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_tiebreak"))
        .args(["codebook", "show", "misalignment"])
        .current_dir(home.path())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("cannot be written"), "{err}");
}
