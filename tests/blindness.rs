//! What is blind stays blind: no command, option or file shows ana, or somebody without a name, an
//! answer of ben's in an open batch, or of the judge's before gold is complete. The screens are
//! walked in `src/tui/blindness.rs`, over the same studies.
//!
//! Every command, option and choice of clap's tree has to be used by one of [`RUNS`], or be in
//! [`APART`]. Add a line when this test meets one that it does not know.

#![allow(clippy::unwrap_used)]

#[path = "support/planted.rs"]
mod planted;
mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use clap::{ArgMatches, Command, CommandFactory};
use planted::{ANA, BEN, JUDGE, MARK, World, plant};
use tempfile::TempDir;
use tiebreak::cli::Cli;

/// What is run in both studies. Outputs and files have to be the same, byte for byte.
const RUNS: &[&str] = &[
    "",
    "status",
    "status --as ana",
    "status --as cho2 --json",
    "status --as ana --json",
    "verify",
    "verify --json",
    "export labels",
    "export labels --as ana",
    "export labels --as ana --batch open",
    "export labels --as ana --batch shut",
    "export labels --batch open",
    "export labels --batch shut",
    "export labels --batch strata -o labels.jsonl",
    "export labels -o labels.jsonl",
    "export history",
    "export history --as ana",
    "export history --batch open",
    "export history --batch shut",
    "export history --batch open --as ana",
    "export gold",
    "export gold --as ana",
    "export gold --batch open",
    "export gold --batch shut -o gold.jsonl",
    "export gold --batch shut --format jsonl",
    "export gold --batch shut --format csv",
    "export gold --batch checks --format csv",
    "export gold --batch shut --format dataset -o data-set",
    "export gold --format dataset -o data-set",
    "export gold --as ana --batch open --format dataset -o data-set",
    "export episodes --batch open",
    "export sessions",
    "export batches",
    "export batches --batch strata",
    "export batches --batch picked --as ana",
    "export gold --batch shut --redact",
    "export labels --redact",
    "export gold --batch shut --format dataset --no-redact -o data-set",
    "analyze corpus",
    "analyze corpus --json",
    "agreement open",
    "agreement shut",
    "agreement shut --format text --applicability all",
    "agreement shut --format json --bootstrap 20 --seed 3",
    "agreement shut --preset paper --json",
    "agreement checks --json",
    "accuracy open --rater judge",
    "accuracy open --rater ben --partial",
    "accuracy open --rater judge --partial --json",
    "accuracy shut --rater judge",
    "accuracy shut --rater judge --json",
    "accuracy shut --rater judge --partial --json",
    "accuracy shut --rater judge --partial --preset paper --format text",
    "accuracy shut --rater ben --partial --format json --applicability either --bootstrap 20 --seed 3",
    "accuracy checks --rater checker --partial",
    "sample probe --task misalignment --seed 1 --annotators dee --n 99",
    "sample probe --task misalignment --seed 1 --annotators dee --n 3 --json",
    "sample probe --task misalignment --seed 1 --annotators dee --n 2 --frame default --evidence-only --purpose evaluation --json",
    "sample probe --task misalignment --seed 1 --annotators dee --n 14 --frame all --purpose development --json",
    "sample probe --task misalignment --seed 1 --annotators dee --n 1 --frame all --where symptom=S3@judge --json",
    "sample probe --task misalignment --seed 1 --annotators dee --n 9 --frame all --where symptom=S3@judge",
    "sample probe --task misalignment --seed 1 --annotators dee --n 1 --frame all --where symptom!=S3@judge --json",
    "sample probe --task misalignment --seed 1 --annotators dee --n 9 --frame all --where symptom>=S1@ben",
    "sample probe --task misalignment --seed 1 --annotators ana --n 1 --frame all --where symptom=S3@ana --json",
    "sample probe --task misalignment --seed 1 --annotators dee --n 1 --frame all --where damage_severity=DS3@ben",
    "sample probe --task misalignment --seed 1 --annotators dee --n 1 --where verdict=INVALID --json",
    "sample probe --task misalignment --seed 1 --annotators dee --n 9 --frame all --where verdict!=INVALID",
    "sample probe --task misalignment --seed 1 --annotators dee --n 9 --frame all --where verdict=VALID@checker",
    "sample probe --task validity --seed 1 --annotators dee --n 99 --where invalid_category=custom@checker",
    "sample probe --task misalignment --seed 1 --annotators dee --frame all --per-code symptom=2 --strata-by judge --json",
    "sample probe --task misalignment --seed 1 --annotators dee --frame all --per-code symptom=2 --strata-by ben",
    "sample probe --task validity --seed 1 --annotators dee --frame all --per-code verdict=2 --strata-by checker --json",
    "sample probe --task recall --seed 1 --annotators dee --frame all --per-code completeness=2 --strata-by reader",
    "sample probe --task misalignment --annotators dee --units keys.txt --json",
    "session list --json",
    "session list --where modality=cli",
    "session show one --json",
    "session read one",
    "session read one --as ana --turn 2",
    "session format one",
    "session format one --as ana --bands bands.toml -o one.txt",
    "session format two --json",
    "annotate open --as ana",
    "annotate --as ana",
    "adjudicate open --as ana",
    "adjudicate shut --as ana",
    "adjudicate --as cho",
    "lock open",
    "lock open --as ana",
    "lock shut",
    "reopen open --why again",
    "reopen shut --why again --as ana",
    "import sessions s.jsonl --map map.json --json",
    "import sessions s.jsonl --repository o/r --source team --modality ide --agent one --license MIT --verbose",
    "import sessions s.jsonl --modality cli",
    "import episodes e.jsonl --json",
    "import episodes e.jsonl --revise --skip-refused",
    "import labels ana.jsonl --json",
    "import labels ana.jsonl --rater ana --kind annotator --batch open --task misalignment --codebook misalignment@1.0.0 --replace --keep-invalid",
    "import labels judge.jsonl --kind judge --about model=other",
    "import labels gold.jsonl --kind gold --batch open",
    "import labels gold.jsonl --kind gold --batch shut",
    "import batches b.jsonl --json",
    "import released s.jsonl",
    "search zq7bennotesubmitted",
    "search zq7*",
    "search zq7* --as ana --json",
    "search zq7* --in notes --as ana",
    "search own --as ana --in notes --json",
    "search --in episodes --in sessions --in codebooks --limit 20 -- episode -zq7bennote",
    "search episode --where symptom=S8@ben --json",
    "search episode --where symptom=S3@judge",
    "search episode --where symptom!=S3@judge --as ana --json",
    "search episode --where verdict=INVALID --json",
    "search episode --as ana --flagged",
    "search episode --as ana --unsure --json",
    "search --index",
    "search --drop-index",
    "codebook list --json",
    "codebook show misalignment --json",
    "codebook check rules.toml --json",
    "codebook add rules.toml",
    "codebook diff misalignment rules.toml --json",
    "codebook prompt misalignment",
    "codebook schema misalignment",
    "demo --fresh",
    "init new.tiebreak --codebook recall",
];

/// What shows something that it is there to show, and why that is no leak.
const APART: &[(&str, &str)] = &[
    (
        "backup",
        "a copy of the file, which any SQLite tool can read; its help says so",
    ),
    ("backup path", "see backup"),
    (
        "lock --force",
        "locking is what reveals; told by the_lock_reveals_the_annotators",
    ),
    ("lock --why", "only beside --force"),
    ("--study", "says which file, not what of it"),
];

/// A study and some files in a folder of their own.
fn home(world: World) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    drop(plant(&home.path().join("study.tiebreak"), world));
    let label = |rater: &str, kind: &str, unit: &str, code: &str| {
        format!(
            r#"{{"unit":"{unit}","rater":"{rater}","kind":"{kind}","task":"misalignment","answers":{{"symptom":["{code}"],"cause":[{{"code":"C6","evidence_tier":"direct"}}],"damage_severity":"DS1","resolution_status":"RS2"}}}}"#
        )
    };
    let ana = ["one#E01", "one#E03"].map(|unit| label("ana", "annotator", unit, "S2"));
    let ana = ana.map(|row| row.replace("\"task\"", "\"batch\":\"open\",\"task\""));
    for (name, text) in [
        ("ana.jsonl", ana.join("\n")),
        ("judge.jsonl", label("judge-2", "judge", "one#E01", "S1")),
        ("gold.jsonl", label("gold", "gold", "one#E06", "S1")),
        ("keys.txt", "one#E13\n".into()),
        ("map.json", "[]".into()),
        ("bands.toml", "version = \"2\"\n[[band]]\ncharacters = 9\n".into()),
        ("s.jsonl", r#"{"session":"three","turns":[{"turn":1,"role":"user","text":"No."}]}"#.into()),
        ("e.jsonl", r#"{"session":"one","id":"E01","name":"Another name","evidence":[]}"#.into()),
        ("b.jsonl", r#"{"batch":"more","task":"misalignment","codebook":"misalignment@1.0.0","seed":1,"annotators":["ana"],"units":["one#E13"],"created_at":"2026-05-01T10:00:00Z"}"#.into()),
        ("rules.toml", include_str!("../codebook/misalignment.toml").replace("version = \"1.0.0\"", "version = \"1.0.1\"")),
    ] {
        fs::write(home.path().join(name), text).unwrap();
    }
    home
}

/// All that a run gives: code, outputs, and the files that it wrote, other studies apart.
fn seen(home: &Path, run: &str) -> String {
    let study = home.join("study.tiebreak");
    let bytes = fs::read(&study).unwrap();
    let before = files(home);
    let words: Vec<&str> = run.split_whitespace().collect();
    let output = support::tiebreak(home, &words);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut seen = format!(
        "exit code {:?}\n{}\n---\n{}",
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr)
    );
    for (name, content) in files(home) {
        if before.get(&name) != Some(&content) {
            seen.push_str(&format!("\n--- {name}\n{}", text(&content)));
            fs::remove_file(home.join(&name)).unwrap();
        }
    }
    fs::write(&study, bytes).unwrap();
    // The folder is all that differs by itself.
    seen.replace(&home.display().to_string(), "HOME")
}

/// The files of a folder that are no studies.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|end| end != "tiebreak") {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn no_command_shows_or_depends_on_what_is_hidden() {
    let homes = World::BOTH.map(home);
    let mut leaks = Vec::new();
    for run in RUNS {
        let [one, other] = [0, 1].map(|world| seen(homes[world].path(), run));
        let shown = [&one, &other]
            .into_iter()
            .any(|text| text.to_lowercase().contains(MARK));
        assert!(!one.contains("panicked"), "tiebreak {run}:\n{one}");
        if shown || one != other {
            leaks.push(format!(
                "===== tiebreak {run}\n{one}\n===== and in the other study\n{other}"
            ));
        }
    }
    assert!(
        leaks.is_empty(),
        "{} leaks\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}

/// That the studies hold what the test looks for, and that it would see it.
#[test]
fn the_planted_marks_are_in_the_study_and_show_where_they_may() {
    let home = home(World::One);
    let connection = rusqlite::Connection::open(home.path().join("study.tiebreak")).unwrap();
    let mut planted = connection
        .prepare("SELECT rater, state, action, ifnull(note, '') || flags || answers || ifnull(reasoning, '') FROM revision")
        .unwrap();
    let rows = planted.query_map([], |row| {
        Ok([
            row.get::<_, String>(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
        ])
    });
    let rows: Vec<[String; 4]> = rows.unwrap().map(Result::unwrap).collect();
    for [rater, state, action, piece] in [
        ["ben", "draft", "edit", "zq7bentextundone"],
        ["ben", "draft", "edit", "zq7bentextbegun"],
        ["ben", "draft", "edit", "zq7bentextskipped"],
        ["ben", "draft", "take_back", "zq7bennotefirst"],
        ["ben", "submitted", "submit", "zq7benflagsubmitted"],
        ["ben", "submitted", "submit", "custom:zq7ben_code"],
        ["ben", "submitted", "submit", "zq7benmissed"],
        ["judge", "submitted", "import", "zq7judgetext"],
        ["judge", "submitted", "import", "zq7judgereason"],
        ["checker", "submitted", "import", "custom:zq7judge_code"],
        ["reader", "submitted", "import", "zq7judgemissed"],
    ] {
        let is_there = rows.iter().any(|row| {
            [rater, state, action] == [&*row[0], &*row[1], &*row[2]] && row[3].contains(piece)
        });
        assert!(is_there, "{rater} {state} {action} {piece}");
    }
    let own = seen(home.path(), "export labels --as ana --batch open");
    assert!(own.contains(ANA), "{own}");
    let bens = seen(home.path(), "export history --as ben");
    assert!(bens.contains("zq7bentextundone"), "{bens}");
}

#[test]
fn a_search_finds_ones_own_note_at_once_and_another_ones_after_the_lock() {
    let home = home(World::One);
    let finds = |run: &str, text: &str| {
        let seen = seen(home.path(), run);
        assert_eq!(
            seen.contains("Nothing was found"),
            !seen.contains("notes: "),
            "{seen}"
        );
        seen.to_lowercase().contains(text)
    };
    assert!(finds("search own thought --in notes --as ana", ANA));
    assert!(!finds("search own thought --in notes", ANA));
    assert!(!finds("search own thought --in notes --as ben", ANA));
    assert!(finds("search zq7ben* --in notes --as ben", BEN));
    assert!(!finds("search zq7ben* --in notes --as ana", BEN));
    support::run(home.path(), &["lock", "open", "--force", "--why", "enough"]);
    assert!(finds("search zq7ben* --in notes --as ana", BEN));
    assert!(!finds("search zq7judge* --in notes --as ana", JUDGE));
    // Nothing of a label is in the index.
    support::run(home.path(), &["search", "--index"]);
    let connection = rusqlite::Connection::open(home.path().join("study.tiebreak")).unwrap();
    for table in ["search_turn", "search_episode"] {
        let count: u32 = connection
            .query_row(
                &format!("SELECT count(*) FROM {table} WHERE {table} MATCH 'zq7*'"),
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(count, 0);
    }
}

#[test]
fn the_lock_reveals_the_annotators_and_complete_gold_the_judge() {
    let home = home(World::One);
    let shown = |run: &str| {
        let text = seen(home.path(), run);
        [BEN, JUDGE].map(|mark| text.contains(mark))
    };
    let done = |run: &str| {
        support::run(home.path(), &run.split_whitespace().collect::<Vec<_>>());
    };
    let all = [
        "export labels",
        "export history --batch open",
        "export history",
    ];
    assert_eq!(all.map(shown), [[false, false]; 3]);

    done("lock open --force --why enough");
    assert_eq!(all.map(shown), [[true, false]; 3]);
    let history = seen(home.path(), "export history --batch open");
    assert!(history.contains("zq7bentextundone"));
    // The other batches are still open.
    assert!(!seen(home.path(), "export history").contains("custom:zq7ben_code"));

    let rows = (1..=4).map(|place| {
        format!(
            r#"{{"unit":"one#E{place:02}","rater":"gold","kind":"gold","batch":"open","task":"misalignment","answers":{{"symptom":["S3"],"cause":[{{"code":"C6","evidence_tier":"direct"}}],"damage_severity":"DS1","resolution_status":"RS2"}}}}"#
        )
    });
    let rows: Vec<String> = rows.collect();
    for (gold, judge) in [(&rows[..3], false), (&rows[3..], true)] {
        fs::write(home.path().join("gold.jsonl"), gold.join("\n")).unwrap();
        done("import labels gold.jsonl");
        assert_eq!(shown("export labels"), [true, judge]);
    }
    let labels = seen(home.path(), "export labels");
    assert!(labels.contains("zq7judgetext") && labels.contains("zq7judgereason"));
    assert!(!labels.contains("custom:zq7judge_code"));
}

#[test]
fn every_command_option_and_choice_is_known_to_this_test() {
    let command = Cli::command();
    let mut points = BTreeSet::new();
    all_points(&command, "", &mut points);
    assert!(points.len() > 100, "{}", points.len());
    let mut known: BTreeSet<String> = APART.iter().map(|(point, _)| point.to_string()).collect();
    for run in RUNS {
        let words = std::iter::once("tiebreak").chain(run.split_whitespace());
        let matches = command.clone().try_get_matches_from(words);
        let matches = matches.unwrap_or_else(|error| panic!("tiebreak {run}: {error}"));
        used_points(&command, &matches, "", &mut known);
    }
    let unknown: Vec<&String> = points.difference(&known).collect();
    assert!(
        unknown.is_empty(),
        "add runs to tests/blindness.rs that use: {unknown:?}"
    );
    let stale: Vec<&str> = APART
        .iter()
        .map(|(point, _)| *point)
        .filter(|point| !points.contains(*point))
        .collect();
    assert!(stale.is_empty(), "are no more: {stale:?}");
}

/// `sample`, `sample --where`, `export what=gold`, `export --format=csv`, ...
fn all_points(command: &Command, path: &str, points: &mut BTreeSet<String>) {
    let inner: Vec<&Command> = command
        .get_subcommands()
        .filter(|c| c.get_name() != "help")
        .collect();
    if inner.is_empty() {
        points.insert(path.to_owned());
    }
    for arg in command
        .get_arguments()
        .filter(|arg| !["help", "version"].contains(&arg.get_id().as_str()))
    {
        let point = point(path, arg);
        let choices = arg.get_possible_values();
        if arg.get_action().takes_values() && !choices.is_empty() {
            points.extend(
                choices
                    .iter()
                    .map(|choice| format!("{point}={}", choice.get_name())),
            );
        } else {
            points.insert(point);
        }
    }
    for command in inner {
        all_points(
            command,
            format!("{path} {}", command.get_name()).trim(),
            points,
        );
    }
}

fn used_points(command: &Command, matches: &ArgMatches, path: &str, known: &mut BTreeSet<String>) {
    known.insert(path.to_owned());
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        let is_given = matches!(matches.try_contains_id(id), Ok(true))
            && matches.value_source(id) == Some(clap::parser::ValueSource::CommandLine);
        if !is_given {
            continue;
        }
        let point = point(path, arg);
        for value in matches.get_raw(id).into_iter().flatten() {
            known.insert(format!("{point}={}", value.display()));
        }
        known.insert(point);
    }
    if let Some((name, inner)) = matches.subcommand() {
        let command = command.find_subcommand(name).unwrap();
        used_points(command, inner, format!("{path} {name}").trim(), known);
    }
}

fn point(path: &str, arg: &clap::Arg) -> String {
    let name = match arg.get_long() {
        Some(long) => format!("--{long}"),
        None => arg.get_id().to_string(),
    };
    format!("{path} {name}").trim().to_owned()
}
