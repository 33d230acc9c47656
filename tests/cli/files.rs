//! The study file: which is meant, and what is said where it is none.

use std::fs;

use super::*;

#[test]
fn a_study_that_is_not_there_names_the_ways_to_one() {
    let home = tempfile::tempdir().unwrap();
    for args in [&["status"][..], &[], &["agreement", "round-1"]] {
        tiebreak(home.path(), args).fails(
            1,
            &[
                "study.tiebreak does not exist",
                "tiebreak init",
                "tiebreak demo",
            ],
        );
    }
    let named = tiebreak(home.path(), &["--study", "other.tiebreak", "status"]);
    named.fails(1, &["other.tiebreak does not exist"]);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn the_study_is_the_named_one_else_the_environments_else_the_folders() {
    let home = demo();
    let other = empty();
    let other = other.path().join("study.tiebreak");
    let sessions = |args: &[&str], env: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tiebreak"));
        command.current_dir(home.path()).env("TIEBREAK_STUDY", env);
        let output = command
            .args(args)
            .args(["status", "--json"])
            .output()
            .unwrap();
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        value["sessions"].as_u64().unwrap()
    };
    assert_eq!(sessions(&[], ""), 15);
    assert_eq!(sessions(&[], other.to_str().unwrap()), 0);
    assert_eq!(
        sessions(&["--study", "study.tiebreak"], other.to_str().unwrap()),
        15
    );
}

#[test]
fn what_is_no_study_is_told_apart() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    fs::write(
        at("text"),
        "A text that is longer than the head of a database.",
    )
    .unwrap();
    fs::write(at("empty"), "").unwrap();
    fs::create_dir(at("folder")).unwrap();
    let study = empty();
    let bytes = fs::read(study.path().join("study.tiebreak")).unwrap();
    // The file's header: user_version at 60, application_id at 68, both big-endian.
    let mut newer = bytes.clone();
    newer[60..64].copy_from_slice(&9999_i32.to_be_bytes());
    fs::write(at("newer"), &newer).unwrap();
    let mut foreign = bytes.clone();
    foreign[68..72].copy_from_slice(&1_i32.to_be_bytes());
    fs::write(at("foreign"), &foreign).unwrap();
    fs::write(at("cut"), &bytes[..bytes.len() / 2]).unwrap();

    for (name, why) in [
        ("text", "is not a tiebreak study"),
        ("empty", "is not a tiebreak study"),
        ("foreign", "is not a tiebreak study"),
        ("folder", "is a folder"),
        ("newer", "newer tiebreak"),
        ("cut", "damaged"),
    ] {
        let ran = tiebreak(home.path(), &["--study", name, "status"]);
        ran.fails(1, &["error: ", name, why]);
        assert_eq!(ran.out, "");
    }
    assert_eq!(fs::read(at("newer")).unwrap(), newer);
}

#[test]
fn a_read_only_study_can_be_read_and_says_why_it_cannot_be_changed() {
    let home = demo();
    let path = home.path().join("study.tiebreak");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    if fs::File::options().append(true).open(&path).is_ok() {
        eprintln!("skipped: nothing is read-only for this user");
        return;
    }
    tiebreak(home.path(), &["agreement", "round-1"]).succeeds();
    tiebreak(home.path(), &["lock", "round-3", "--force", "--why", "x"]).fails(1, &["read-only"]);
}

#[test]
fn init_makes_the_wanted_tasks_and_spares_what_is_there() {
    let home = tempfile::tempdir().unwrap();
    let rules = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/codebooks/valid/fieldnotes.toml"
    );
    let ran = tiebreak(home.path(), &["init", "a.tiebreak"]).succeeds();
    assert!(
        ran.err
            .contains("tiebreak --study a.tiebreak import sessions"),
        "{}",
        ran.err
    );
    tiebreak(
        home.path(),
        &[
            "init",
            "b.tiebreak",
            "--codebook",
            rules,
            "--codebook",
            "recall",
        ],
    )
    .succeeds();
    let listed = tiebreak(
        home.path(),
        &["--study", "b.tiebreak", "codebook", "list", "--json"],
    );
    let tasks: Vec<Value> = listed.json()["codebooks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["task"].clone())
        .filter(|task| !task.is_null())
        .collect();
    assert_eq!(tasks, ["recall", "fieldnotes"]);

    tiebreak(home.path(), &["init", "a.tiebreak"]).fails(1, &["already exists"]);
    let unknown = tiebreak(home.path(), &["init", "c.tiebreak", "--codebook", "recal"]);
    unknown.fails(2, &["did you mean recall?"]);
    assert!(!home.path().join("c.tiebreak").exists());
    tiebreak(home.path(), &["init", "no/such/folder.tiebreak"]).fails(1, &["no/such"]);
}

#[test]
fn a_backup_is_a_study_and_never_writes_over_one() {
    let home = demo();
    tiebreak(home.path(), &["backup", "copy.tiebreak"]).succeeds();
    let status = |study: &str| {
        let ran = tiebreak(home.path(), &["--study", study, "status", "--json"]).succeeds();
        ran.json()["batches"].clone()
    };
    assert_eq!(status("copy.tiebreak"), status("study.tiebreak"));
    tiebreak(home.path(), &["backup", "copy.tiebreak"]).fails(1, &["already exists"]);
}
