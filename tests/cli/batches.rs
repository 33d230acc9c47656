//! From a sample to gold and out again.

use std::fs;

use super::*;

fn sample(home: &Path, name: &str, more: &[&str]) -> Ran {
    let mut args = vec![
        "sample",
        name,
        "--task",
        "misalignment",
        "--annotators",
        "ana,ben",
    ];
    args.extend(more);
    tiebreak(home, &args)
}

#[test]
fn a_sample_follows_from_its_seed_and_says_what_it_left_out() {
    let home = demo();
    let other = demo();
    let frame = ["--frame", "all", "--n", "12", "--json", "--seed"];
    let drawn = |home: &Path, seed: &str| {
        let ran = sample(home, &format!("s{seed}"), &[&frame[..], &[seed]].concat());
        ran.succeeds().json()
    };
    let batch = drawn(home.path(), "7");
    assert_eq!(batch["units"], drawn(other.path(), "7")["units"]);
    assert_ne!(batch["units"], drawn(home.path(), "8")["units"]);
    assert_eq!(
        (batch["batch"].as_str(), batch["n"].as_u64()),
        (Some("s7"), Some(12))
    );
    assert_eq!(
        (batch["seed"].as_u64(), batch["frame"]["size"].as_u64()),
        (Some(7), Some(60))
    );
    assert_eq!(batch["frame"]["sha256"].as_str().unwrap().len(), 64);

    let args = [
        "sample",
        "few",
        "--task",
        "validity",
        "--annotators",
        "ana,ben",
        "--seed",
        "1",
    ];
    let args = [&args[..], &["--n", "1", "--where", "modality=cli"]].concat();
    let ran = tiebreak(home.path(), &args).succeeds();
    assert!(ran.err.contains("not asked for by --where"), "{ran:?}");
    assert!(
        ran.err.contains("tiebreak annotate few --as ben"),
        "{ran:?}"
    );
}

#[test]
fn a_list_of_units_is_frozen_as_it_stands() {
    let home = demo();
    let keys = ["demo-museum-map#M003", "demo-choir-bell#M001"];
    fs::write(home.path().join("keys.txt"), keys.join("\r\n") + "\n\n").unwrap();
    let batch = sample(home.path(), "fixed", &["--units", "keys.txt", "--json"]).succeeds();
    assert_eq!(batch.json()["units"], Value::from(keys.to_vec()));

    fs::write(home.path().join("wrong.txt"), "demo-choir-bell#M999").unwrap();
    let wrong = sample(home.path(), "wrong", &["--units", "wrong.txt"]);
    wrong.fails(1, &["demo-choir-bell#M999"]);
    let odd = sample(home.path(), "odd", &["--units", "keys.txt", "--n", "3"]);
    odd.fails(2, &["2 units", "3"]);
}

#[test]
fn slips_in_a_sample_are_usage_errors() {
    let home = demo();
    let n = ["--n", "3", "--seed", "1"];
    sample(home.path(), "a", &["--n", "3"]).fails(2, &["--seed"]);
    sample(home.path(), "a", &["--seed", "1"]).fails(2, &["--n"]);
    sample(
        home.path(),
        "a",
        &[&n[..], &["--where", "colour=red"]].concat(),
    )
    .fails(2, &["colour", "modality"]);
    sample(
        home.path(),
        "a",
        &[
            "--seed",
            "1",
            "--per-code",
            "symptom",
            "--strata-by",
            "demo-judge",
        ],
    )
    .fails(2, &["AXIS=COUNT"]);
    let no_task = [
        "sample",
        "a",
        "--annotators",
        "ana",
        "--n",
        "3",
        "--seed",
        "1",
    ];
    tiebreak(home.path(), &no_task).fails(2, &["--task", "misalignment, validity, recall"]);
    let strata = [&n[..], &["--strata-by", "demo-judge"]].concat();
    sample(home.path(), "a", &strata).fails(2, &["--per-code"]);
    let many = ["--n", "99", "--seed", "1"];
    sample(home.path(), "a", &many).fails(1, &["fewer than the 99", "already in a batch"]);
    sample(home.path(), "round-1", &n).fails(1, &["already a batch round-1"]);
}

#[test]
fn what_is_not_ready_is_exit_code_3() {
    let home = demo();
    for args in [
        &["lock", "round-3"][..],
        &["agreement", "round-3"],
        &["accuracy", "round-2", "--rater", "demo-judge"],
        &["adjudicate", "round-3", "--as", "cho"],
        &["export", "labels", "--batch", "round-3"],
        &["reopen", "round-1", "--why", "too late"],
        &["reopen", "round-3", "--why", "is open"],
    ] {
        let ran = tiebreak(home.path(), args);
        ran.fails(3, &["error: "]);
        assert_eq!(ran.out, "", "{args:?}");
    }
}

#[test]
fn an_unknown_name_is_exit_code_2_with_a_suggestion() {
    let home = demo();
    for (args, hint) in [
        (&["agreement", "round-11"][..], "did you mean round-1?"),
        (&["lock", "runde-3"], "did you mean round-3?"),
        (&["annotate", "--as", "anna"], "did you mean ana?"),
        (&["annotate", "round-3", "--as", "demo-judge"], "ana, ben"),
        (
            &["accuracy", "round-1", "--rater", "demo-juge"],
            "did you mean demo-judge?",
        ),
        (&["export", "labels", "--as", "bem"], "did you mean ben?"),
        (&["status", "--as", "bem"], "did you mean ben?"),
        (
            &["agreement", "round-1", "--applicability", "most"],
            "gold-and-both",
        ),
    ] {
        tiebreak(home.path(), args).fails(2, &[hint]);
    }
}

#[test]
fn a_screen_without_a_terminal_says_so() {
    let home = demo();
    for args in [
        &[][..],
        &["annotate", "round-3", "--as", "ANA"],
        &["adjudicate", "round-2", "--as", "cho"],
    ] {
        tiebreak(home.path(), args).fails(1, &["needs a terminal"]);
    }
}

#[test]
fn a_batch_is_locked_measured_and_opened_again() {
    let home = demo();
    let why = ["lock", "round-3", "--why", "they left"];
    tiebreak(home.path(), &why).fails(2, &["--force"]);
    tiebreak(home.path(), &["lock", "round-3", "--force"]).fails(2, &["--why"]);
    let forced = [
        "lock",
        "round-3",
        "--force",
        "--why",
        "they left",
        "--as",
        "cho",
    ];
    let locked = tiebreak(home.path(), &forced).succeeds();
    assert!(locked.err.contains("9 missing"), "{}", locked.err);
    assert!(
        locked.err.contains("tiebreak adjudicate round-3"),
        "{}",
        locked.err
    );
    let status = tiebreak(home.path(), &["status", "--json"]).json();
    let lock = &status["batches"][2]["lock"];
    assert_eq!(
        (&lock["by"], &lock["forced"]),
        (&"cho".into(), &"they left".into())
    );
    tiebreak(home.path(), &["agreement", "round-3"]).succeeds();

    tiebreak(home.path(), &["lock", "round-3"]).fails(3, &["already locked"]);
    tiebreak(
        home.path(),
        &["reopen", "round-3", "--why", "they are back"],
    )
    .succeeds();
    tiebreak(home.path(), &["agreement", "round-3"]).fails(3, &["round-3"]);
    tiebreak(home.path(), &["lock", "round-3", "--force", "--why", " "]).fails(2, &["--why"]);
    tiebreak(home.path(), &["lock", "round-3", "--as", "anna"]).fails(2, &["did you mean ana?"]);
}

#[test]
fn the_json_of_figures_has_the_agreed_names() {
    let home = demo();
    let agreement = tiebreak(home.path(), &["agreement", "round-1", "--json"]).succeeds();
    let same = tiebreak(home.path(), &["agreement", "round-1", "--format", "json"]);
    assert_eq!(agreement.out, same.out);
    let value = agreement.json();
    for key in [
        "batch",
        "task",
        "codebook",
        "raters",
        "units",
        "applicability",
        "axes",
    ] {
        assert!(!value[key].is_null(), "{key}");
    }
    assert_eq!(value["applicability"], "both");
    assert_eq!(value["axes_in_mean"], 6);
    assert!(value["mean_of_axes"].is_f64() && value["pooled"].is_f64());
    let axis = &value["axes"][0];
    for key in [
        "axis", "kind", "n", "agreed", "percent", "interval", "missing", "codes",
    ] {
        assert!(!axis[key].is_null(), "{key}");
    }
    let paper = tiebreak(
        home.path(),
        &["agreement", "round-1", "--preset", "paper", "--json"],
    );
    assert_eq!(paper.json()["applicability"], "gold");

    let accuracy = ["accuracy", "round-1", "--rater", "demo-judge", "--json"];
    let value = tiebreak(home.path(), &accuracy).succeeds().json();
    assert_eq!(
        (&value["reference"], &value["applicability"]),
        (&"gold".into(), &"gold".into())
    );
    assert_eq!(value["gold"]["units"], 30);
    assert_eq!(value["raters"], Value::from(vec!["demo-judge"]));
    let partial = [
        "accuracy",
        "round-2",
        "--rater",
        "demo-judge",
        "--partial",
        "--json",
    ];
    assert_eq!(
        tiebreak(home.path(), &partial).succeeds().json()["gold"]["units"],
        6
    );
}

#[test]
fn open_labels_are_withheld_and_counted_and_ones_own_are_given() {
    let home = demo();
    let labels = tiebreak(home.path(), &["export", "labels"]).succeeds();
    assert!(!labels.out.contains("\"round-3\""));
    assert!(labels.err.contains("labels are withheld"), "{}", labels.err);
    let own = ["export", "labels", "--batch", "round-3", "--as", "ana"];
    let own = tiebreak(home.path(), &own).succeeds().out;
    assert!(own.lines().count() > 5);
    for line in own.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        assert_eq!(row["rater"], "ana");
    }
}

#[test]
fn an_export_is_written_whole_and_never_over_the_study() {
    let home = demo();
    let out = home.path().join("gold.jsonl");
    fs::write(&out, "what was there").unwrap();
    let args = ["export", "labels", "--batch", "round-3", "-o", "gold.jsonl"];
    tiebreak(home.path(), &args).fails(3, &["round-3"]);
    assert_eq!(fs::read_to_string(&out).unwrap(), "what was there");
    let args = ["export", "gold", "--batch", "round-1", "-o", "gold.jsonl"];
    let ran = tiebreak(home.path(), &args).succeeds();
    assert!(
        ran.out.is_empty() && ran.err.contains("gold.jsonl: 30 rows"),
        "{ran:?}"
    );
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 30);

    let over = ["export", "gold", "-o", "./study.tiebreak"];
    tiebreak(home.path(), &over).fails(1, &["is the study itself"]);
    tiebreak(home.path(), &["status"]).succeeds();
    tiebreak(home.path(), &["export", "labels", "--format", "csv"]).fails(2, &["gold"]);
    tiebreak(home.path(), &["export", "gold", "--format", "dataset"]).fails(2, &["-o"]);
    let dataset = [
        "export", "gold", "--batch", "round-1", "--format", "dataset", "-o", "set",
    ];
    tiebreak(home.path(), &dataset).succeeds();
    for file in ["data.jsonl", "README.md", "codebook.toml"] {
        assert!(home.path().join("set").join(file).is_file(), "{file}");
    }
    let left = fs::read_dir(home.path()).unwrap();
    let names: Vec<String> = left
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        !names.iter().any(|name| name.ends_with(".part")),
        "{names:?}"
    );
}

#[test]
fn what_is_exported_makes_the_same_study_again() {
    let home = demo();
    let second = empty();
    tiebreak(
        home.path(),
        &["lock", "round-3", "--force", "--why", "for the test"],
    )
    .succeeds();
    let kinds = ["sessions", "episodes", "batches", "labels"];
    for kind in kinds {
        let file = second.path().join(format!("{kind}.jsonl"));
        fs::write(
            &file,
            tiebreak(home.path(), &["export", kind]).succeeds().out,
        )
        .unwrap();
    }
    for kind in kinds {
        let file = format!("{kind}.jsonl");
        tiebreak(second.path(), &["import", kind, &file]).succeeds();
    }
    for kind in kinds {
        let again = tiebreak(second.path(), &["export", kind]).succeeds().out;
        let file = second.path().join(format!("{kind}.jsonl"));
        assert_eq!(again, fs::read_to_string(file).unwrap(), "{kind}");
    }
}

#[test]
fn a_sound_study_verifies_and_its_json_has_the_agreed_names() {
    let home = demo();
    let found = tiebreak(home.path(), &["verify", "--json"])
        .succeeds()
        .json();
    for key in ["total", "exact", "normalised", "not_found", "no_session"] {
        assert!(found["quotes"][key].is_u64(), "{key}");
    }
    assert_eq!(found["file"], "ok");
    let text = tiebreak(home.path(), &["verify"]).succeeds().out;
    assert!(
        text.contains("Quotes: 224 in all") && text.contains("File: ok"),
        "{text}"
    );
}

#[test]
fn the_status_names_the_next_commands_and_they_work() {
    let home = demo();
    let status = tiebreak(home.path(), &["status", "--json"]).json();
    let commands: Vec<String> = status["next"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["command"].as_str().unwrap().to_owned())
        .collect();
    let text = tiebreak(home.path(), &["status"]).succeeds().out;
    for command in &commands {
        assert!(text.contains(command), "{command}");
    }
    assert!(commands.contains(&"tiebreak annotate round-3 --as ana".to_owned()));
    assert!(text.contains("invented"), "{text}");
    let of_ben = tiebreak(home.path(), &["status", "--as", "ben"])
        .succeeds()
        .out;
    assert!(
        !of_ben.contains("--as ana") && of_ben.contains("--as ben"),
        "{of_ben}"
    );
}
