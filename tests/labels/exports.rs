//! What is written for whom, and the forms of gold.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tiebreak::workflow::{
    Error, Study,
    export::{Export, Scope},
    import::{Options, What},
    sample::Plan,
    sight::Viewer,
};

use crate::bench::*;

#[test]
fn nobody_else_sees_labels_before_the_lock_nor_a_judge_before_the_gold() {
    let mut bench = Bench::with_round();
    let note = |row: &Value| with(row, json!({"note": "MARK", "unsure": true}));
    let labels = all_labels();
    let labels: Vec<Value> = labels.iter().map(note).collect();
    bench.land(&labels);
    bench.land(&[judged("s#M1", json!({})), judged("s#M3", json!({}))]);

    let (text, done) = bench.export(Export::Labels);
    assert_eq!((done.written, done.withheld), (1, 5));
    assert!(text.contains("s#M3") && !text.contains("MARK"));
    let (text, done) = bench.export(Export::History);
    assert_eq!((done.written, done.withheld), (1, 5));
    assert!(!text.contains("MARK"));
    let mut sink = Vec::new();
    for what in [
        Export::Labels,
        Export::History,
        Export::Gold,
        Export::GoldTable,
    ] {
        let named = bench.study.export(what, &of("round"), &mut sink);
        assert!(matches!(named, Err(Error::NotReady(_))), "{what:?}");
    }
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("set");
    let set = bench.study.export_dataset(
        &Scope {
            batch: None,
            ..of("")
        },
        &folder,
    );
    assert!(matches!(set, Err(Error::NotReady(_))) && !folder.exists());
    assert!(sink.is_empty());
    let (own, done) = bench.export_as(Export::Labels, &Viewer::named("ben"), Some("round"));
    assert_eq!((done.written, done.withheld), (2, 0));
    assert!(!own.contains("\"ana\"") && own.contains("MARK"));

    bench.study.lock("round", "ana", None).unwrap();
    let (_, done) = bench.export(Export::Labels);
    assert_eq!((done.written, done.withheld), (4 + 1 + 1, 1));
    bench.land(&[gold("s#M2", json!({}))]);
    let (_, done) = bench.export(Export::Labels);
    assert_eq!((done.written, done.withheld), (4 + 2 + 2, 0));
}

#[test]
fn a_stratum_is_not_told_before_the_gold_is_complete() {
    let mut bench = Bench::new();
    bench.land(&[
        judged("s#M1", json!({})),
        judged("s#M2", json!({"symptom": ["S4"]})),
    ]);
    let plan = Plan {
        name: "round".into(),
        task: "misalignment".into(),
        n: 1,
        annotators: vec!["ana".into(), "ben".into()],
        per_code: Some(("symptom".into(), "m-1".into())),
        ..Plan::default()
    };
    bench.study.sample(&plan).unwrap();
    let (hidden, _) = bench.export(Export::Batches);
    // Units of one stratum have one chance, so that a chance tells of the stratum.
    assert!(!hidden.contains("probability") && !hidden.contains("stratum"));
    bench.land(&all_labels());
    bench.study.lock("round", "ana", None).unwrap();
    bench.land(&[gold("s#M2", json!({}))]);
    let (told, _) = bench.export(Export::Batches);
    assert!(told.contains("\"probability\":1.0,\"stratum\":\"S4\""));
    let without = with(&lines(&hidden)[0], json!({}));
    assert_eq!(counts(&bench.take(What::Batches, &[without])), (0, 1, 0, 0));

    // A copy that was made before learns the chances from the later export.
    let mut copy = Bench::new();
    copy.land(&[
        judged("s#M1", json!({})),
        judged("s#M2", json!({"symptom": ["S4"]})),
    ]);
    copy.take(What::Batches, &lines(&hidden));
    assert_eq!(counts(&copy.take(What::Batches, &lines(&told))).2, 1);
    let again = counts(&copy.take(What::Batches, &lines(&told)));
    assert_eq!(again, (0, 1, 0, 0));
    copy.land(&all_labels());
    copy.study.lock("round", "ana", None).unwrap();
    copy.land(&[gold("s#M2", json!({}))]);
    assert_eq!(copy.export(Export::Batches).0, told);
}

#[test]
fn gold_stands_beside_the_text_that_was_labelled() {
    let mut bench = Bench::with_round();
    bench.land(&all_labels());
    bench.study.lock("round", "ana", None).unwrap();
    let before = bench.export(Export::Gold).0;
    assert!(!before.is_empty());
    let options = Options {
        revise: true,
        ..Options::default()
    };
    for place in 1..=2 {
        let row = json!({"session": "s", "id": format!("M{place}"), "name": "another text"});
        let report =
            bench
                .study
                .import_text(What::Episodes, "new.jsonl", &row.to_string(), &options);
        assert_eq!(report.unwrap().changed, 1);
    }
    assert_eq!(bench.export(Export::Gold).0, before);
    assert!(bench.export(Export::Episodes).0.contains("another text"));
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Another codebook with two annotators and a judge whose answers are nested.
fn fieldnotes() -> Bench {
    let toml = fixture("codebooks/valid/fieldnotes.toml");
    let mut bench = Bench::with(&[("fieldnotes".into(), toml)]);
    let mut take = |what, name: &str, options: &Options| {
        let text = fixture(&format!("fieldnotes/{name}.jsonl"));
        let report = bench.study.import_text(what, name, &text, options).unwrap();
        assert!(report.landed, "{:?}", report.problems);
        report
    };
    take(What::Sessions, "sessions", &Options::default());
    take(What::Episodes, "episodes", &Options::default());
    let judge = take(What::Labels, "judge", &Options::default());
    assert_eq!((counts(&judge), judge.warnings), ((8, 0, 0, 0), vec![]));
    let plan = Plan {
        name: "hides".into(),
        task: "fieldnotes".into(),
        n: 8,
        seed: 7,
        annotators: vec!["kim".into(), "lee".into()],
        whole_frame: true,
        ..Plan::default()
    };
    bench.study.sample(&plan).unwrap();
    for name in ["labels-kim", "labels-lee"] {
        let text = fixture(&format!("fieldnotes/{name}.jsonl"));
        let options = Options {
            batch: Some("hides".into()),
            ..Options::default()
        };
        let report = bench
            .study
            .import_text(What::Labels, name, &text, &options)
            .unwrap();
        assert_eq!(counts(&report), (8, 0, 0, 0), "{:?}", report.problems);
    }
    let locked = bench.study.lock("hides", "kim", None).unwrap();
    assert_eq!(
        (locked.frozen, locked.unanimous, locked.disputed),
        (16, 2, 6)
    );
    bench
}

#[test]
fn a_table_of_gold_has_a_column_for_each_axis_and_code() {
    let bench = fieldnotes();
    let (table, done) = bench.export(Export::GoldTable);
    assert_eq!(done.written, 2);
    assert_eq!(done.warnings, ["hides: 2 of 8 units have gold so far"]);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, column: &str| {
        let place = header.iter().position(|name| name == column).unwrap();
        rows[row][place].to_owned()
    };
    assert_eq!(cell(1, "unit"), "tern-islet-0512#N1");
    for (column, wanted) in [
        ("session", "tern-islet-0512"),
        ("repository", "station/tern-islet"),
        ("name", "Thirteen became thirty"),
        ("basis", "unanimous"),
        ("legibility", "clear | clear | clear"),
        ("legibility.clear", "1"),
        ("legibility.lost", "0"),
        ("slip", "count"),
        ("slip.count", "1"),
        ("slip.species", "0"),
        ("slip.count.weight", "major"),
        ("slip.count.way", "heard"),
        ("slip.rest.text", ""),
        ("trust", "2"),
        ("trust.2", "1"),
        ("mender", "observer"),
        ("gist", "Thirteen terns were typed as thirty."),
    ] {
        assert_eq!(cell(1, column), wanted, "{column}");
    }
    assert!(!header.iter().any(|name| name == "slip.species.way"));
    // Where the axis was not asked, no code says 0.
    assert!(cell(0, "unit").starts_with("egret") && cell(0, "proof") == cell(0, "proof.photo"));
}

#[test]
fn what_is_private_is_masked_in_exports_alike_and_stays_in_the_study() {
    let mut bench = Bench::with_round();
    let mail = "ana.fox@mail.de";
    let row = json!({"session": "s", "id": "M9", "name": format!("From {mail}"), "evidence": [
        {"turn": "TURN 1 | USER", "quote": format!("write to {mail}, /home/anafox/x")},
    ], "unknown": [mail]});
    let report = bench.study.import_text(
        What::Episodes,
        "more.jsonl",
        &row.to_string(),
        &Options::default(),
    );
    assert!(report.unwrap().landed);
    let masked = |study: &Study, redact| {
        let mut text = Vec::new();
        let scope = Scope {
            batch: None,
            redact,
            ..of("")
        };
        let done = study.export(Export::Episodes, &scope, &mut text).unwrap();
        (String::from_utf8(text).unwrap(), done.masked)
    };
    let (plain, none) = masked(&bench.study, false);
    assert_eq!((plain.matches(mail).count(), none), (3, None));
    let (text, places) = masked(&bench.study, true);
    assert_eq!((text.matches(mail).count(), places), (0, Some(4)));
    let mask = text
        .split("From ")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert!(mask.starts_with("[REDACTED:email:"), "{mask}");
    assert_eq!(text.matches(mask).count(), 3);
    assert!(text.contains("/home/[REDACTED:user:"));
    assert_eq!(masked(&bench.study, true).0, text);
    assert_eq!(masked(&bench.study, false).0, plain);
}

#[test]
fn a_data_set_is_a_folder_that_checks_itself() {
    let bench = fieldnotes();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("bird-slips");
    let done = bench.study.export_dataset(&of("hides"), &folder).unwrap();
    assert_eq!((done.written, done.warnings.len()), (2, 1));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let sums = read("SHA256SUMS");
    assert_eq!(sums.lines().count(), 3);
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        assert_eq!(sum, tiebreak::workflow::sha256_hex(read(name).as_bytes()));
    }
    let shelved = &bench.study.shelf()[0];
    assert_eq!(read("codebook.toml"), shelved.toml);
    let rows = lines(&read("data.jsonl"));
    let row = &rows[1];
    assert_eq!(row["codebook_sha256"], shelved.sha256);
    assert_eq!(row["episode"]["evidence"].as_array().unwrap().len(), 3);
    assert_eq!(row["session"]["agent"], "Sheet Typist");
    assert_eq!(row["annotators"]["lee"]["trust"], 2);
    assert_eq!(row["tiebreak"], env!("CARGO_PKG_VERSION"));
    let card = read("README.md");
    for part in [
        "# bird-slips",
        "2 of 8 units have gold",
        "| unanimous | 2 |",
        "| hides | 8 | 8 units",
        "kim, lee",
        "### Legibility (`legibility`)",
        "Find them out before you publish",
        "Nothing was masked.",
    ] {
        assert!(card.contains(part), "{part} is not in\n{card}");
    }
    let again = bench.study.export_dataset(&of("hides"), &folder);
    assert!(matches!(again, Err(Error::Refused(_))));
}
