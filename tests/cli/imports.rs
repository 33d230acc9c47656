//! Imports: what is refused and how it is told.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use super::*;

fn session(id: &str) -> String {
    format!(r#"{{"session":"{id}","turns":[{{"turn":1,"role":"user","text":"Stop."}}]}}"#)
}

fn counted(home: &Path) -> u64 {
    let ran = tiebreak(home, &["status", "--json"]).succeeds();
    ran.json()["sessions"].as_u64().unwrap()
}

#[test]
fn a_refused_file_lists_every_problem_and_lands_nothing() {
    let home = empty();
    let mut lines: Vec<String> = (0..3).map(|n| session(&format!("good-{n}"))).collect();
    lines.extend((0..300).map(|n| format!(r#"{{"session":"bad-{n}","turns":"none"}}"#)));
    fs::write(home.path().join("mixed.jsonl"), lines.join("\n")).unwrap();
    fs::write(home.path().join("fine.jsonl"), session("fine")).unwrap();

    let ran = tiebreak(
        home.path(),
        &["import", "sessions", "mixed.jsonl", "fine.jsonl"],
    );
    ran.fails(
        1,
        &[
            "mixed.jsonl:4: turns: ",
            "mixed.jsonl:303: turns: ",
            "300 refused",
        ],
    );
    assert_eq!(ran.err.matches("mixed.jsonl:").count(), 301, "{}", ran.err);
    assert!(ran.err.contains("fine.jsonl: 1 new"), "{}", ran.err);
    assert_eq!(ran.out, "");
    assert_eq!(counted(home.path()), 1);

    let ran = tiebreak(
        home.path(),
        &["import", "sessions", "mixed.jsonl", "--skip-refused"],
    );
    ran.succeeds();
    assert_eq!(counted(home.path()), 4);
}

#[test]
fn the_json_of_an_import_has_the_agreed_shape() {
    let home = empty();
    let text = format!("{}\n{{\"session\":\"\",\"turns\":[]}}\n", session("one"));
    fs::write(home.path().join("two.jsonl"), text).unwrap();
    let ran = tiebreak(home.path(), &["import", "sessions", "two.jsonl", "--json"]);
    assert_eq!(ran.code, 1);
    let file = &ran.json()["files"][0];
    assert_eq!(file["path"], "two.jsonl");
    assert_eq!(file["landed"], false);
    assert_eq!(file["refused"], 1);
    let problem = file["problems"][0].as_object().unwrap();
    assert_eq!(problem["line"], 2);
    assert_eq!(problem.keys().collect::<Vec<_>>(), ["line", "field", "why"]);
    assert!(ran.err.contains("two.jsonl:2: "), "{}", ran.err);

    fs::write(home.path().join("one.jsonl"), session("one")).unwrap();
    let again = |expected: [u64; 2]| {
        let ran = tiebreak(home.path(), &["import", "sessions", "one.jsonl", "--json"]).succeeds();
        let file = ran.json()["files"][0].clone();
        assert_eq!(
            [&file["new"], &file["unchanged"]],
            expected.map(Value::from).each_ref()
        );
        assert_eq!(
            (file["landed"].as_bool(), file["changed"].as_u64()),
            (Some(true), Some(0))
        );
    };
    again([1, 0]);
    again([0, 1]);
}

#[test]
fn a_folder_is_walked_and_what_it_holds_besides_is_named() {
    let home = empty();
    let folder = home.path().join("logs/inner");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("a.jsonl"), session("a")).unwrap();
    fs::write(folder.join("notes.json"), r#"{"shopping": ["milk"]}"#).unwrap();
    let ran = tiebreak(home.path(), &["import", "sessions", "logs"]).succeeds();
    assert!(ran.err.contains("notes.json: skipped"), "{}", ran.err);
    assert_eq!(counted(home.path()), 1);

    fs::create_dir(home.path().join("nothing")).unwrap();
    tiebreak(home.path(), &["import", "sessions", "nothing"]).fails(1, &["nothing to import"]);
    tiebreak(home.path(), &["import", "sessions", "absent.jsonl"]).fails(1, &["absent.jsonl: "]);
}

#[test]
fn standard_input_is_a_file_like_others() {
    let home = empty();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tiebreak"))
        .args(["import", "sessions", "-"])
        .current_dir(home.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let text = session("piped");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(counted(home.path()), 1);
}

#[test]
fn bad_bytes_are_refused_without_a_panic() {
    let home = empty();
    let files: [(&str, &[u8]); 4] = [
        (
            "truncated.jsonl",
            b"{\"session\":\"a\",\"turns\":[{\"turn\":1",
        ),
        ("array.json", b"[1, 2, 3]"),
        ("bytes.jsonl", b"{\"session\":\"\xff\xfe\",\"turns\":[]}"),
        (
            "steering.jsonl",
            b"{\"session\":\"a\\u001b[2J\",\"turns\":\"\\u001b[2J\"}",
        ),
    ];
    for (name, bytes) in files {
        fs::write(home.path().join(name), bytes).unwrap();
        let ran = tiebreak(home.path(), &["import", "sessions", name]);
        ran.fails(1, &[name]);
        assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
    }
    assert_eq!(counted(home.path()), 0);
}

#[test]
fn an_option_that_means_nothing_is_a_slip() {
    let home = empty();
    let args = ["import", "sessions", "a.jsonl", "--rater", "ana"];
    tiebreak(home.path(), &args).fails(2, &["--rater", "sessions"]);
    let args = ["import", "labels", "a.jsonl", "--revise"];
    tiebreak(home.path(), &args).fails(2, &["--revise", "labels"]);
    let args = ["import", "labels", "a.jsonl", "--kind", "robot"];
    tiebreak(home.path(), &args).fails(2, &["annotator, judge, gold"]);
}
