//! Bad input ends in a clear error or a correct result: never a panic, a half import or a hang.
//! `tests/cli` tells what is said of the plainest cases.

#![allow(clippy::unwrap_used)]

mod support;

use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rusqlite::types::Value as Cell;
use serde_json::{Value, json};
use tempfile::TempDir;
use tiebreak::workflow::{SHIPPED, Study, system_clock};

const STUDY: &str = "study.tiebreak";
/// Nothing here may take longer, however loaded the machine.
const PATIENCE: Duration = Duration::from_secs(120);

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// A program under way, whose outputs go to files.
struct Running {
    child: Child,
    outputs: TempDir,
}

fn start(home: &Path, mut command: Command) -> Running {
    let outputs = tempfile::tempdir().unwrap();
    let file = |name: &str| File::create(outputs.path().join(name)).unwrap();
    command
        .current_dir(home)
        .env("HOME", home)
        .env_remove("TIEBREAK_STUDY")
        .stdin(Stdio::null())
        .stdout(file("out"))
        .stderr(file("err"));
    let child = command.spawn().unwrap();
    Running { child, outputs }
}

fn tiebreak(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiebreak"));
    command.args(args);
    command
}

impl Running {
    #[track_caller]
    fn end(mut self) -> Ran {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("it hangs");
            }
            thread::sleep(Duration::from_millis(3));
        };
        let text = |name: &str| {
            let bytes = fs::read(self.outputs.path().join(name)).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        let ran = Ran {
            code: status.code(),
            out: text("out"),
            err: text("err"),
        };
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        assert!(
            ran.code.is_some(),
            "ended by a signal: {status} {}",
            ran.err
        );
        ran
    }
}

#[track_caller]
fn run(home: &Path, args: &[&str]) -> Ran {
    start(home, tiebreak(args)).end()
}

#[track_caller]
fn succeed(home: &Path, args: &[&str]) -> String {
    let ran = run(home, args);
    assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.err);
    ran.out
}

/// Every row of every table but the log and the places of screens.
fn dump(study: &Path) -> Vec<String> {
    let connection = rusqlite::Connection::open(study).unwrap();
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut names = connection.prepare(names).unwrap();
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut rows = Vec::new();
    for name in names
        .iter()
        .filter(|name| !["event", "place"].contains(&name.as_str()))
    {
        let mut table = connection
            .prepare(&format!("SELECT * FROM \"{name}\""))
            .unwrap();
        let columns = table.column_count();
        let found = table.query_map([], |row| {
            let cells: Result<Vec<Cell>, _> = (0..columns).map(|column| row.get(column)).collect();
            Ok(format!("{name} {:?}", cells?))
        });
        rows.extend(found.unwrap().map(Result::unwrap));
    }
    rows
}

/// A study with a session, three episodes, a judge, an open and a locked batch.
fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    let codebooks = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
    drop(Study::create(&at.join(STUDY), &codebooks, system_clock).unwrap());
    for what in ["sessions", "episodes"] {
        fs::write(at.join("first.jsonl"), row(what, "s", "M1")).unwrap();
        succeed(at, &["import", what, "first.jsonl"]);
    }
    for id in ["M2", "M3"] {
        fs::write(at.join("first.jsonl"), row("episodes", "s", id)).unwrap();
        succeed(at, &["import", "episodes", "first.jsonl"]);
    }
    fs::write(at.join("keys.txt"), "s#M1\ns#M2\n").unwrap();
    let sample = [
        "sample",
        "r1",
        "--task",
        "misalignment",
        "--units",
        "keys.txt",
        "--annotators",
        "ana,ben",
    ];
    succeed(at, &sample);
    home
}

/// A sound record of a kind.
fn row(what: &str, session: &str, id: &str) -> String {
    let row = match what {
        "sessions" => {
            json!({"session": session, "repository": "o/n", "modality": "cli", "started_at": "2025-06-04T00:56:00Z",
            "turns": [{"turn": 1, "role": "user", "text": "Stop.", "at": null, "tools": []}]})
        }
        "episodes" => {
            json!({"session": session, "id": id, "name": "It went on", "description": "Unasked.",
            "alignment_goal": "instruction", "evidence": [{"turn": "TURN 1 | USER", "quote": "Stop.", "context": "c"}], "confidence": "high"})
        }
        "labels" => {
            json!({"unit": format!("{session}#{id}"), "rater": "ana", "kind": "annotator", "task": "misalignment",
            "codebook": "misalignment@1.0.0", "batch": "r1", "state": "submitted",
            "answers": {"symptom": ["S3"], "cause": [{"code": "C6", "evidence_tier": "direct"}], "damage_severity": "DS1",
                "damage_locus": null, "resolution_status": "RS2", "resolver": null},
            "note": "n", "reasoning": {"symptom": "r"}, "flags": ["f"], "unsure": true, "at": "2026-05-01T10:00:00Z"})
        }
        "batches" => {
            json!({"batch": id, "task": "misalignment", "codebook": "misalignment@1.0.0", "purpose": "evaluation",
            "evidence_only": false, "seed": 7, "frame": {"size": 3, "sha256": "ab", "options": {}}, "annotators": ["ana", "ben"],
            "units": ["s#M3"], "created_at": "2026-05-01T10:00:00Z", "lock": null})
        }
        "released" => released(id),
        other => panic!("{other}"),
    };
    row.to_string()
}

fn released(id: &str) -> Value {
    json!({"source": "specstory", "repository_id": "o/n", "session_count_id": 1, "session_type": "CLI", "agent": "a",
        "session_timestamp": "2025-06-04 00:56:00", "license_type": "MIT", "user_turns": 3, "misalignment_id": id,
        "alignment_goal": "both", "confidence": "high"})
}

const KINDS: [&str; 5] = ["sessions", "episodes", "labels", "batches", "released"];
/// What a record of each kind is called by.
const KEYS: [(&str, &str); 4] = [
    ("sessions", "x"),
    ("episodes", "M9"),
    ("labels", "M1"),
    ("batches", "r9"),
];

fn sound(what: &str) -> String {
    let id = KEYS
        .iter()
        .find(|(kind, _)| *kind == what)
        .map_or("M1", |(_, id)| id);
    row(what, if what == "sessions" { "x" } else { "s" }, id)
}

fn nested(open: &str, close: &str) -> String {
    open.repeat(10_000) + "1" + &close.repeat(10_000)
}

/// The record with one more field, which is unknown.
fn with_field(row: &str, value: &str) -> String {
    format!("{}, \"zz\": {value}}}", row.strip_suffix('}').unwrap())
}

/// Files that no kind of import can take, with what has to be said besides the file's name.
fn spoilt(what: &str) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let row = sound(what);
    let cut = &row[..row.len() * 2 / 3];
    let mut latin = row.clone().into_bytes();
    latin.splice(2..2, *b"\xff\xfe");
    let mut nul = row.clone().into_bytes();
    nul.insert(1, 0);
    vec![
        ("cut.jsonl", cut.into(), ":1"),
        ("cut-array.json", format!("[{row},\n{cut}").into(), ":2"),
        ("second.jsonl", format!("{row}\n{cut}\n").into(), ":2"),
        ("latin.jsonl", latin, "UTF-8"),
        ("nul.jsonl", nul, ":1"),
        ("zeros.jsonl", vec![0; 4096], ""),
        ("number.json", b"17".to_vec(), ""),
        ("numbers.json", b"[1, 2]".to_vec(), ":1"),
        ("words.json", b"nothing of the kind".to_vec(), ""),
        (
            "deep.jsonl",
            with_field(&row, &nested("[", "]")).into(),
            ":1",
        ),
        (
            "deeper.jsonl",
            with_field(&row, &nested("{\"a\":", "}")).into(),
            ":1",
        ),
        ("deepest.json", nested("[", "]").into(), ":1"),
        ("twice.json", format!("{row} {row}]").into(), ":1"),
    ]
}

#[test]
fn an_empty_file_is_an_export_without_rows() {
    let home = home();
    let before = dump(&home.path().join(STUDY));
    for what in KINDS {
        for bytes in ["", "\n \n", "\u{feff}"] {
            fs::write(home.path().join("none.jsonl"), bytes).unwrap();
            let ran = run(home.path(), &["import", what, "none.jsonl"]);
            assert_eq!(ran.code, Some(0), "{what}: {}", ran.err);
            assert!(
                ran.err.contains("none.jsonl: skipped: it is empty"),
                "{}",
                ran.err
            );
        }
    }
    assert_eq!(dump(&home.path().join(STUDY)), before);
}

#[test]
fn a_spoilt_file_is_refused_with_its_name_and_nothing_of_it_lands() {
    let home = home();
    let before = dump(&home.path().join(STUDY));
    for what in KINDS {
        for (name, bytes, piece) in spoilt(what) {
            fs::write(home.path().join(name), bytes).unwrap();
            let ran = run(home.path(), &["import", what, name]);
            let said = &ran.err[..ran.err.len().min(2000)];
            assert_eq!(ran.code, Some(1), "{what} {name}: {said}");
            assert!(
                said.contains(name) && said.contains(piece),
                "{what} {name}: {said}"
            );
            assert_eq!(ran.out, "");
            assert!(
                dump(&home.path().join(STUDY)) == before,
                "{what} {name} left something"
            );
        }
        fs::create_dir_all(home.path().join("folder.jsonl")).unwrap();
        let ran = run(home.path(), &["import", what, "folder.jsonl"]);
        assert_eq!(ran.code, Some(1), "{what}: {}", ran.err);
        assert!(ran.err.contains("nothing to import"), "{what}: {}", ran.err);
    }
    assert!(dump(&home.path().join(STUDY)) == before);
}

#[test]
fn a_field_of_another_type_is_refused_or_kept_as_it_is() {
    let home = home();
    let study = home.path().join(STUDY);
    let (bytes, before) = (fs::read(&study).unwrap(), dump(&study));
    let wrong = [
        json!({"a": [1]}),
        json!([{"b": 1}]),
        json!("\u{0}"),
        json!(-1),
        json!(true),
        json!(null),
    ];
    let huge = ["1e999999".to_owned(), "9".repeat(400)];
    for what in KINDS {
        let sound: Value = serde_json::from_str(&sound(what)).unwrap();
        for field in sound.as_object().unwrap().keys() {
            // All wrong values of a field in one file: the sound ones of them land with --skip-refused.
            let values = wrong.iter().map(Value::to_string).chain(huge.clone());
            let lines: Vec<String> = values
                .map(|value| {
                    let mut row = sound.clone();
                    row[field] = json!("HERE");
                    row.to_string().replace("\"HERE\"", &value)
                })
                .collect();
            fs::write(home.path().join("wrong.jsonl"), lines.join("\n")).unwrap();
            let ran = run(home.path(), &["import", what, "wrong.jsonl"]);
            if ran.code == Some(1) {
                assert!(
                    ran.err.contains("wrong.jsonl:"),
                    "{what} {field}: {}",
                    ran.err
                );
                assert!(dump(&study) == before, "{what} {field} left something");
            }
            run(
                home.path(),
                &["import", what, "wrong.jsonl", "--skip-refused"],
            );
            let export = if what == "released" { "episodes" } else { what };
            succeed(home.path(), &["export", export]);
            let verified = run(home.path(), &["verify"]);
            assert!(
                verified.out.contains("File: ok"),
                "{what} {field}: {}{}",
                verified.out,
                verified.err
            );
            fs::write(&study, &bytes).unwrap();
        }
    }
}

#[test]
fn what_does_not_fit_the_study_names_line_and_field() {
    let home = home();
    let study = home.path().join(STUDY);
    let before = dump(&study);
    let two = |a: &str, b: &str| format!("{a}\n{b}\n");
    let label = sound("labels");
    let with = |from: &str, to: &str| {
        two(
            &sound("labels").replace("M1", "M2"),
            &label.replace(from, to),
        )
    };
    let episode = sound("episodes");
    let session = sound("sessions");
    for (what, text, pieces) in [
        ("labels", with("S3", "S99"), [":2", "symptom", "S99"]),
        ("labels", with("DS1", "DS3"), [":2", "damage_locus", ""]),
        (
            "labels",
            with("\"C6\"", "\"c six\""),
            [":2", "cause", "c six"],
        ),
        (
            "labels",
            with("direct", "hearsay"),
            [":2", "evidence_tier", "hearsay"],
        ),
        ("labels", with("s#M1", "s#M8"), [":2", "unit", "s#M8"]),
        ("labels", with("\"ana\"", "\"dee\""), [":2", "rater", "dee"]),
        ("labels", with("\"r1\"", "\"r7\""), [":2", "batch", "r7"]),
        (
            "labels",
            with("@1.0.0", "@9.0.0"),
            [":2", "codebook", "9.0.0"],
        ),
        (
            "labels",
            two(&label, &label.replace("S3", "S4")),
            [":2", "unit", "line 1"],
        ),
        (
            "episodes",
            two(&episode, &episode.replace("Unasked", "Asked")),
            [":2", "M9", ""],
        ),
        (
            "episodes",
            two(&episode, &episode.replace("\"M9\"", "\"M#9\"")),
            [":2", "id", "#"],
        ),
        (
            "episodes",
            two(&episode, &episode.replace("\"high\"", "\"surely\"")),
            [":2", "confidence", "surely"],
        ),
        (
            "sessions",
            two(&session, &session.replace("\"user\"", "\"robot\"")),
            [":2", "role", "robot"],
        ),
        (
            "sessions",
            session.replace(
                r#""turns":["#,
                r#""turns":[{"turn":1,"role":"agent","text":"x"},"#,
            ),
            [":1", "turn", ""],
        ),
        (
            "batches",
            two(&sound("batches"), &sound("batches").replace("s#M3", "s#M8")),
            [":2", "units", "s#M8"],
        ),
        (
            "batches",
            two(
                &sound("batches"),
                &sound("batches").replace("\"seed\":7", "\"seed\":8"),
            ),
            [":2", "r9", ""],
        ),
    ] {
        fs::write(home.path().join("odd.jsonl"), &text).unwrap();
        let ran = run(home.path(), &["import", what, "odd.jsonl"]);
        assert_eq!(ran.code, Some(1), "{what} {pieces:?}: {}", ran.err);
        let named = format!("odd.jsonl{}", pieces[0]);
        assert!(ran.err.contains(&named), "{named}: {}", ran.err);
        for piece in &pieces[1..] {
            assert!(ran.err.contains(piece), "{piece}: {}", ran.err);
        }
        assert!(dump(&study) == before, "{what} {pieces:?} left something");
    }
}

#[test]
fn a_quote_of_ten_megabytes_is_found_kept_and_exported_again() {
    let home = home();
    let long: String = "Stop it at once, 停. ".repeat(500_000);
    assert!(long.len() > 10_000_000);
    let session = json!({"session": "long", "turns": [{"turn": 1, "role": "user", "text": format!("So: {long}!")}]});
    let quote = long.trim();
    let episode = json!({"session": "long", "id": "M1", "name": "n", "description": "d",
        "evidence": [{"turn": "TURN 1 | USER", "quote": quote}], "confidence": "high"});
    fs::write(home.path().join("s.jsonl"), session.to_string()).unwrap();
    fs::write(home.path().join("e.jsonl"), episode.to_string()).unwrap();
    succeed(home.path(), &["import", "sessions", "s.jsonl"]);
    succeed(home.path(), &["import", "episodes", "e.jsonl"]);
    let verified: Value =
        serde_json::from_str(&succeed(home.path(), &["verify", "--json"])).unwrap();
    assert_eq!(verified["quotes"]["exact"], 4);
    let out = succeed(home.path(), &["export", "episodes"]);
    let line = out.lines().find(|line| line.contains("\"long\"")).unwrap();
    let found: Value = serde_json::from_str(line).unwrap();
    assert!(found["evidence"][0]["quote"] == quote);
}

#[test]
fn a_number_of_any_size_in_an_unknown_field_comes_out_as_it_went_in() {
    let home = home();
    let odd = format!("[1e999999, {}, -0.10, 1E+2]", "9".repeat(400));
    fs::write(
        home.path().join("e.jsonl"),
        with_field(&sound("episodes"), &odd),
    )
    .unwrap();
    succeed(home.path(), &["import", "episodes", "e.jsonl"]);
    let out = succeed(home.path(), &["export", "episodes"]);
    assert!(out.contains(&odd.replace(", ", ",")), "{out}");
}

#[test]
fn other_files_that_are_read_are_judged_the_same_way() {
    let home = home();
    let before = dump(&home.path().join(STUDY));
    let bytes: [(&str, Vec<u8>); 6] = [
        ("empty", Vec::new()),
        ("latin", b"\xff\xfe\xfd".to_vec()),
        ("nul", b"\0\0\0".to_vec()),
        ("cut", b"[{\"file\": \"a".to_vec()),
        ("deep", nested("[", "]").into()),
        ("deep-toml", format!("a = {}", nested("[", "]")).into()),
    ];
    fs::create_dir(home.path().join("folder")).unwrap();
    fs::write(home.path().join("s.jsonl"), sound("sessions")).unwrap();
    for (name, bytes) in bytes {
        fs::write(home.path().join(name), bytes).unwrap();
    }
    for name in [
        "empty",
        "latin",
        "nul",
        "cut",
        "deep",
        "deep-toml",
        "folder",
        "absent",
    ] {
        for args in [
            &["import", "sessions", "s.jsonl", "--map", name][..],
            &[
                "sample",
                "r9",
                "--task",
                "misalignment",
                "--annotators",
                "ana",
                "--units",
                name,
            ],
            &["codebook", "check", name],
            &["codebook", "add", name],
            &["codebook", "diff", "misalignment", name],
            &["init", "new.tiebreak", "--codebook", name],
            &["--study", name, "status"],
        ] {
            // An empty map maps nothing, which is fine.
            if (name, args.get(3)) == ("empty", Some(&"--map")) {
                continue;
            }
            let ran = run(home.path(), args);
            assert!(
                matches!(ran.code, Some(1 | 2)),
                "{args:?}: {:?} {}",
                ran.code,
                ran.err
            );
            assert!(
                ran.err.len() > 10 && ran.err.lines().count() < 40,
                "{args:?}: {}",
                ran.err
            );
            assert!(!home.path().join("new.tiebreak").exists(), "{args:?}");
        }
    }
    assert!(dump(&home.path().join(STUDY)) == before);
}

#[test]
fn a_damaged_study_is_told_and_never_written_to_by_halves() {
    let home = home();
    let study = home.path().join(STUDY);
    let whole = fs::read(&study).unwrap();
    fs::write(home.path().join("s.jsonl"), sound("sessions")).unwrap();
    let mut damaged: Vec<Vec<u8>> = (1..8)
        .map(|part| whole[..whole.len() * part / 8].to_vec())
        .collect();
    for page in 1..whole.len() / 4096 {
        if page % 5 == 1 {
            let mut other = whole.clone();
            other[page * 4096..page * 4096 + 64].fill(0xa5);
            damaged.push(other);
        }
    }
    for bytes in damaged {
        fs::write(&study, bytes).unwrap();
        for args in [
            &["status"][..],
            &["verify"],
            &["export", "episodes"],
            &["import", "sessions", "s.jsonl"],
        ] {
            let ran = run(home.path(), args);
            if ran.code != Some(0) {
                assert!(ran.err.len() + ran.out.len() > 10, "{args:?} says nothing");
            }
        }
    }
}

/// The bytes that a file may have, as a disk that is full. SIGXFSZ is ignored, so that the write
/// fails as it does there.
fn with_full_disk(blocks: usize, args: &[&str]) -> Command {
    let mut command = Command::new("bash");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    command
        .args(["-c", &script, "bash", env!("CARGO_BIN_EXE_tiebreak")])
        .args(args);
    command
}

fn many_sessions(from: usize, count: usize, size: usize) -> String {
    let text = "Stop it. ".repeat(size / 9);
    let line = |number| {
        format!(
            r#"{{"session":"n{number:05}","turns":[{{"turn":1,"role":"user","text":"{text}"}}]}}"#
        )
    };
    (from..from + count)
        .map(|number| line(number) + "\n")
        .collect()
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_study_and_exports_as_they_were() {
    let home = home();
    let study = home.path().join(STUDY);
    fs::write(home.path().join("many.jsonl"), many_sessions(0, 400, 9000)).unwrap();
    let before = dump(&study);
    // In units of 1 KiB: less than the study has, a little more, and half of what the import takes.
    let size = fs::metadata(&study).unwrap().len() as usize / 1024;
    for blocks in [size / 2, size + 8, size + 1800] {
        let ran = start(
            home.path(),
            with_full_disk(blocks, &["import", "sessions", "many.jsonl"]),
        )
        .end();
        assert_eq!(ran.code, Some(1), "{blocks}: {}", ran.err);
        assert!(
            ran.err.contains("error: ") && ran.err.contains("full"),
            "{blocks}: {}",
            ran.err
        );
        assert!(dump(&study) == before, "{blocks} blocks left something");
    }
    succeed(home.path(), &["import", "sessions", "many.jsonl"]);
    let ran = start(
        home.path(),
        with_full_disk(64, &["export", "sessions", "-o", "out.jsonl"]),
    )
    .end();
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("out.jsonl"), "{}", ran.err);
    let left = fs::read_dir(home.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let left: Vec<String> = left
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.contains("out"))
        .collect();
    assert_eq!(left, [] as [&str; 0]);
    let ran = start(
        home.path(),
        with_full_disk(64, &["backup", "copy.tiebreak"]),
    )
    .end();
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(
        !home.path().join("copy.tiebreak").exists(),
        "half a backup is left"
    );
    let ran = start(home.path(), with_full_disk(16, &["init", "new.tiebreak"])).end();
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(
        !home.path().join("new.tiebreak").exists(),
        "half a study is left"
    );

    if Path::new("/dev/full").exists() {
        for args in [
            &["export", "sessions"][..],
            &["status"],
            &["codebook", "list"],
        ] {
            let mut running = tiebreak(args);
            let output = running
                .current_dir(home.path())
                .stdout(File::options().write(true).open("/dev/full").unwrap())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
            assert!(
                said.contains("error: ") && !said.contains("panicked"),
                "{args:?}: {said}"
            );
        }
    }
}

#[test]
fn two_programs_that_write_at_once_both_end_well_and_lose_nothing() {
    let home = home();
    let files: Vec<String> = (0..4).map(|part| format!("part{part}.jsonl")).collect();
    for (part, file) in files.iter().enumerate() {
        fs::write(
            home.path().join(file),
            many_sessions(part * 1000, 1000, 900),
        )
        .unwrap();
    }
    let imports: Vec<Running> = files
        .iter()
        .map(|file| start(home.path(), tiebreak(&["import", "sessions", file])))
        .collect();
    // Meanwhile the study can be read and labelled.
    fs::write(home.path().join("labels.jsonl"), sound("labels")).unwrap();
    let label = start(home.path(), tiebreak(&["import", "labels", "labels.jsonl"]));
    succeed(home.path(), &["status"]);
    for running in imports.into_iter().chain([label]) {
        let ran = running.end();
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    let status: Value = serde_json::from_str(&succeed(home.path(), &["status", "--json"])).unwrap();
    assert_eq!(status["sessions"], 4001);
    assert_eq!(status["batches"][0]["annotators"][0]["submitted"], 1);
    succeed(home.path(), &["verify"]);
}

#[test]
fn an_import_that_is_killed_leaves_the_study_as_it_was() {
    let home = home();
    let study = home.path().join(STUDY);
    fs::write(home.path().join("many.jsonl"), many_sessions(0, 3000, 9000)).unwrap();
    let before = dump(&study);
    let size = fs::metadata(&study).unwrap().len();
    let mut interrupted = 0;
    for wait in [5, 40, 120, 250, 400] {
        let mut running = start(home.path(), tiebreak(&["import", "sessions", "many.jsonl"]));
        thread::sleep(Duration::from_millis(wait));
        // From the third on, only once pages of the import are in the file or beside it.
        let begun = || {
            let beside = ["-journal", "-wal"].map(|end| home.path().join(format!("{STUDY}{end}")));
            let grown = fs::metadata(&study).unwrap().len() > size;
            grown
                || beside
                    .iter()
                    .any(|path| fs::metadata(path).is_ok_and(|file| file.len() > 4096))
        };
        let start = Instant::now();
        while wait > 100 && !begun() && start.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_millis(1));
        }
        running.child.kill().unwrap();
        let status = running.child.wait().unwrap();
        if status.code().is_some() {
            break; // It was done before it could be killed.
        }
        interrupted += 1;
        succeed(home.path(), &["status"]);
        assert!(dump(&study) == before, "after {wait} ms something was left");
    }
    assert!(interrupted > 0, "the import was too fast to be interrupted");
    succeed(home.path(), &["import", "sessions", "many.jsonl"]);
    succeed(home.path(), &["verify"]);
}

#[test]
fn an_import_that_was_killed_goes_on_where_it_stopped() {
    let chats = tempfile::tempdir().unwrap();
    for n in 0..3000 {
        let text = format!(
            "<!-- Generated by SpecStory -->\n\n# Chat {n} (2025-07-25 05:48Z)\n\n_**User**_\n\n{}\n\n---\n\n_**Assistant**_\n\nDone.\n",
            format!("Task {n}. ").repeat(500)
        );
        fs::write(chats.path().join(format!("{n}.md")), text).unwrap();
    }
    let folder = chats.path().to_str().unwrap();
    let import = ["import", "sessions", folder];
    let whole = home();
    succeed(whole.path(), &import);
    // The studies were made at different times and places, which is told, too.
    let sessions = |path: &Path| -> Vec<String> {
        let home = path.parent().unwrap().canonicalize().unwrap();
        let home = home.to_str().unwrap();
        let mut rows = dump(path);
        rows.iter_mut().for_each(|row| *row = row.replace(home, ""));
        rows.retain(|row| row.starts_with("session") || row.starts_with("turn"));
        rows
    };
    let wanted = sessions(&whole.path().join(STUDY));
    assert!(wanted.len() > 12_000);

    let torn = home();
    let path = torn.path().join(STUDY);
    let count = |path: &Path| -> i64 {
        let study = rusqlite::Connection::open(path).unwrap();
        study.busy_timeout(PATIENCE).unwrap();
        study
            .query_row("SELECT count(*) FROM session", [], |row| row.get(0))
            .unwrap()
    };
    let mut kept = Vec::new();
    for _ in 0..3 {
        let before = count(&path);
        let mut running = start(torn.path(), tiebreak(&import));
        while count(&path) == before && running.child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        running.child.kill().unwrap();
        running.child.wait().unwrap();
        kept.push(count(&path));
    }
    assert!(kept.is_sorted() && kept[0] > 1, "{kept:?}");
    succeed(torn.path(), &import);
    let found = sessions(&path);
    let other = found.iter().zip(&wanted).find(|(a, b)| a != b);
    assert!(found.len() == wanted.len() && other.is_none(), "{other:?}");
}
