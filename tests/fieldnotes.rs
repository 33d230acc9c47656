//! A codebook of another shape with data in files: everything is read and judged by what the
//! codebook says, and the raters differ where the files were made to differ.

#![allow(clippy::unwrap_used)]

mod support;

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Map, Value};
use tiebreak::{
    domain::{
        answers::Answers,
        codebook::Codebook,
        episode::Episode,
        gold,
        ids::UnitKey,
        label::Content,
        rules,
        session::Session,
        standing::{Found, Standing, TurnText},
    },
    formats::{codebook, episodes, labels, records, sessions},
    workflow::adjudicate::swapped,
};

fn open(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn objects(name: &str) -> Vec<Map<String, Value>> {
    let mut found = Vec::new();
    let text = open(&format!("fieldnotes/{name}.jsonl"));
    records::read(text.as_bytes(), |record| {
        found.push(record.object.unwrap());
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    found
}

fn fieldnotes() -> Codebook {
    codebook::read(&open("codebooks/valid/fieldnotes.toml")).unwrap()
}

fn all_episodes() -> BTreeMap<String, Episode> {
    let read = |object| match episodes::read(object, None).unwrap().remove(0) {
        episodes::Item::Episode(found) => (found.episode.key().0, found.episode),
        episodes::Item::Empty(session) => panic!("{session}"),
    };
    objects("episodes").into_iter().map(read).collect()
}

/// A rater's labels by unit.
fn contents(name: &str) -> BTreeMap<String, Content> {
    let codebook = fieldnotes();
    objects(name)
        .into_iter()
        .map(|object| {
            assert!(labels::looks_like(&object));
            let row = labels::read(object).unwrap();
            assert!(row.fits(&codebook) && row.batch.is_none());
            let unit = row.unit.0.clone();
            let decoded = row.decode(&codebook).unwrap();
            assert_eq!(decoded.warnings, []);
            (unit, decoded.content)
        })
        .collect()
}

#[test]
fn every_quote_stands_in_its_turn() {
    let sessions: Vec<Session> = objects("sessions")
        .into_iter()
        .map(|object| sessions::read(object).unwrap())
        .collect();
    let episodes = all_episodes();
    assert_eq!((sessions.len(), episodes.len()), (3, 8));
    for (key, episode) in episodes {
        let session = sessions
            .iter()
            .find(|session| session.id == episode.session)
            .unwrap();
        assert!((1..=3).contains(&episode.evidence.len()));
        let turns: Vec<TurnText> = session.turns.iter().map(TurnText::of).collect();
        for evidence in &episode.evidence {
            let standing = Standing::among(&evidence.quote, &evidence.turn, &turns);
            assert_eq!(standing.found, Found::Exact, "{key}: {}", evidence.quote);
        }
    }
}

#[test]
fn every_label_is_complete_and_valid() {
    let codebook = fieldnotes();
    let episodes = all_episodes();
    for name in ["labels-kim", "labels-lee", "judge"] {
        let contents = contents(name);
        assert_eq!(contents.len(), 8);
        for (unit, content) in contents {
            let quotes = episodes[&unit].evidence.len();
            let review =
                rules::review(&codebook, &content.answers, content.note.as_deref(), quotes);
            assert_eq!(review.problems, [], "{name} {unit}");
            assert!(content.extra.is_empty(), "{name} {unit}");
            assert_eq!(content.reasoning.is_some(), name == "judge");
        }
    }
}

#[test]
fn the_raters_differ_on_an_axis_of_every_kind_and_agree_on_two_units() {
    let codebook = fieldnotes();
    let (kim, lee) = (contents("labels-kim"), contents("labels-lee"));
    let disputed = |unit: &str| -> Vec<&str> {
        let raters: [&Answers; 2] = [&kim[unit].answers, &lee[unit].answers];
        gold::disputed(&codebook, &raters)
            .into_iter()
            .map(|key| &**key)
            .collect()
    };
    for (unit, axes) in [
        ("tern-islet-0512#N1", &[][..]),
        ("tern-islet-0512#N2", &["slip"]),
        ("tern-islet-0512#N3", &["legibility"]),
        ("heron-pond#2#N1", &["trust"]),
        ("heron-pond#2#N2", &["slip"]),
        ("heron-pond#2#N3", &["repair", "mender"]),
        ("egret-白鹭-03#N1", &["slip", "mender"]),
        ("egret-白鹭-03#N2", &[]),
    ] {
        assert_eq!(disputed(unit), axes, "{unit}");
    }
    // The second heron differs in an attribute alone.
    let slips = [&kim, &lee].map(|rater| rater["heron-pond#2#N2"].answers.picks("slip")[0].clone());
    assert_eq!(slips[0].code, slips[1].code);
    assert_ne!(slips[0].attributes, slips[1].attributes);
}

/// Gold on the six units on which kim and lee differ: kim's answers, but lee's on the second heron
/// (`major`) and on the third (`left`, which has no mender).
fn gold_rows() -> String {
    let mut rows = objects("labels-kim");
    rows.retain(|row| {
        !["tern-islet-0512#N1", "egret-白鹭-03#N2"].contains(&row["unit"].as_str().unwrap())
    });
    let rows = rows.into_iter().map(|mut row| {
        for key in ["note", "flags", "unsure"] {
            row.remove(key);
        }
        row["rater"] = "gold".into();
        row["kind"] = "gold".into();
        match row["unit"].as_str().unwrap() {
            "heron-pond#2#N2" => row["answers"]["slip"][0]["weight"] = "major".into(),
            "heron-pond#2#N3" => {
                row["answers"]["repair"] = "left".into();
                row["answers"]["mender"] = Value::Null;
            }
            _ => {}
        }
        Value::Object(row).to_string() + "\n"
    });
    rows.collect()
}

/// Settles the six units at the screen, key by key: everything as kim says, but the second and the
/// third heron as lee says, which comes to the codes of [`gold_rows`].
fn adjudicate(home: &Path) {
    let size = (120, 40);
    let mut terminal = support::Terminal::start(home, &["adjudicate", "birds", "--as", "mo"], size);
    terminal.wait_for("2 settled, 2 unanimous");
    let units = contents("labels-kim");
    for settled in 3..=8 {
        let screen = terminal.settled();
        let unit = units.keys().find(|unit| screen.contains(*unit));
        let unit = UnitKey::from(unit.unwrap_or_else(|| panic!("{screen}")).as_str());
        let as_lee = unit.ends_with("#2#N2") || unit.ends_with("#2#N3");
        // A is kim, unless the columns are swapped.
        let letter = if as_lee == swapped(&unit) { "A" } else { "B" };
        terminal.keys(&format!("T{letter}"));
        let done = format!("{settled} settled");
        for _ in 0..12 {
            if terminal.settled().contains(&done) {
                break;
            }
            terminal.keys("<Enter>");
        }
        terminal.wait_for(&done);
    }
    terminal.wait_for("Gold of birds is complete");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

/// Asserts agreed and n of an axis, and its coefficients to twelve places.
#[track_caller]
fn assert_axis(figures: &Value, key: &str, counts: [u64; 2], coefficients: &[(&str, f64)]) {
    let axes = figures["axes"].as_array().unwrap();
    let axis = axes.iter().find(|axis| axis["axis"] == key).unwrap();
    assert_eq!(
        [&axis["agreed"], &axis["n"]],
        counts.map(Value::from).each_ref(),
        "{key}"
    );
    assert_eq!(
        axis["percent"].as_f64().unwrap(),
        counts[0] as f64 / counts[1] as f64,
        "{key}"
    );
    for (name, expected) in coefficients {
        let found = axis["coefficients"][name].as_f64().unwrap();
        assert!(
            (found - expected).abs() < 1e-12,
            "{key} {name}: {found}, not {expected}"
        );
    }
}

#[track_caller]
fn assert_attributes(figures: &Value, key: &str, agreed: u64) {
    let axes = figures["axes"].as_array().unwrap();
    let axis = axes.iter().find(|axis| axis["axis"] == key).unwrap();
    assert_eq!(axis["with_attributes"]["agreed"], agreed, "{axis}");
}

/// A study of the fixture's rules with its sessions and episodes, `birds` labelled by kim and lee
/// and by the judge, and everything but gold done.
fn locked_birds() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let fixture = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        folder.join(name).display().to_string()
    };
    let run = |line: &str, files: &[&str]| {
        let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        words.extend(files.iter().map(|name| fixture(name)));
        support::run(
            home.path(),
            &words.iter().map(String::as_str).collect::<Vec<_>>(),
        )
    };
    run(
        "init study.tiebreak --codebook",
        &["codebooks/valid/fieldnotes.toml"],
    );
    run("import sessions", &["fieldnotes/sessions.jsonl"]);
    run("import episodes", &["fieldnotes/episodes.jsonl"]);
    let verified: Value = serde_json::from_str(&run("verify --json", &[])).unwrap();
    assert_eq!(
        (&verified["quotes"]["total"], &verified["quotes"]["exact"]),
        (&19.into(), &19.into())
    );
    // The task is the only one, so it need not be named. Two episodes are of low confidence.
    run(
        "sample birds --n 8 --seed 7 --frame all --annotators kim,lee",
        &[],
    );
    let early = support::tiebreak(home.path(), &["lock", "birds"]);
    assert_eq!(early.status.code(), Some(3));
    run(
        "import labels --batch birds",
        &["fieldnotes/labels-kim.jsonl", "fieldnotes/labels-lee.jsonl"],
    );
    run("lock birds --as mo", &[]);
    run(
        "import labels --about model=invented,prompt=1",
        &["fieldnotes/judge.jsonl"],
    );
    home
}

#[test]
fn the_whole_story_runs_on_rules_of_another_shape() {
    let home = locked_birds();
    let run = |line: &str| support::run(home.path(), &line.split_whitespace().collect::<Vec<_>>());
    let json = |line: &str| -> Value { serde_json::from_str(&run(line)).unwrap() };

    // kim and lee, by hand from the fixture's rows. Under "both", which is the default, an axis
    // counts where it applies for both.
    let figures = json("agreement birds --json");
    assert_eq!(figures["units"], 8);
    // Asked once per quote: 3+3+2 and 2+3+1 and 3+2 quotes, and one is doubtful to kim, lost to lee.
    // kim: 16 clear, 3 doubtful; lee: 16 clear, 2 doubtful, 1 lost. Chance for kappa is
    // (16*16 + 3*2) / 19^2 = 262/361, so kappa = (342 - 262) / (361 - 262). For AC1 the mean shares
    // are 16, 2.5 and 0.5 of 19, chance is (16*3 + 2.5*16.5 + 0.5*18.5) / 361 / 2 = 49.25/361.
    let per_quote = [
        ("kappa", 80.0 / 99.0),
        ("ac1", (342.0 - 49.25) / (361.0 - 49.25)),
    ];
    assert_axis(&figures, "legibility", [18, 19], &per_quote);
    // sp:grey_plover is not sp:plover, and the first egret has one slip or two. With attributes the
    // second heron differs as well (minor, major). The sketches of "rest" count for nothing.
    assert_axis(&figures, "slip", [6, 8], &[]);
    assert_attributes(&figures, "slip", 5);
    // A scale; the first heron has 4 from kim and 5 from lee. kim: 2 four times, 3 twice, 4, 5;
    // lee: 2 four times, 3 twice, 5 twice. Chance is (16 + 4 + 2) / 64.
    assert_axis(&figures, "trust", [7, 8], &[("kappa", 34.0 / 42.0)]);
    // The third heron is struck to kim and left to lee. Chance is (5*5 + 1*2 + 1*1) / 64.
    assert_axis(&figures, "repair", [7, 8], &[("kappa", 28.0 / 36.0)]);
    // It applies for both on five, for kim alone on one, for neither on two; observer is not hide:4.
    assert_axis(&figures, "mender", [4, 5], &[]);
    let applicable = |key: &str| {
        let axes = figures["axes"].as_array().unwrap();
        let axis = axes.iter().find(|axis| axis["axis"] == key).unwrap();
        ["a", "b", "c", "d"].map(|cell| axis["applicable"][cell].as_u64().unwrap())
    };
    assert_eq!(applicable("mender"), [5, 1, 0, 2]);
    // The second step of the condition: kim's assistant on the third heron has no proof.
    assert_axis(&figures, "proof", [5, 5], &[]);
    assert_eq!(applicable("proof"), [5, 0, 0, 3]);
    // Free texts are no axes that can be agreed on.
    assert_eq!(figures["axes_in_mean"], 6);
    let mean = (18.0 / 19.0 + 6.0 / 8.0 + 7.0 / 8.0 + 7.0 / 8.0 + 4.0 / 5.0 + 1.0) / 6.0;
    assert!((figures["mean_of_axes"].as_f64().unwrap() - mean).abs() < 1e-12);
    assert_eq!(figures["pooled"].as_f64().unwrap(), 47.0 / 53.0);

    let early = support::tiebreak(
        home.path(),
        &["accuracy", "birds", "--rater", "sheet-judge-1"],
    );
    assert_eq!(early.status.code(), Some(3));
    adjudicate(home.path());

    // The judge against gold, where gold says what applies.
    let figures = json("accuracy birds --rater sheet-judge-1 --json");
    assert_eq!(
        figures["gold"],
        serde_json::json!({"units": 8, "unanimous": 2, "adjudicated": 6, "imported": 0, "after_judge": 0, "by_annotators": 0})
    );
    // The third line of the first egret is doubtful in gold and clear to the judge.
    assert_axis(&figures, "legibility", [18, 19], &[]);
    // All sets are gold's; the weights of two herons are not.
    assert_axis(&figures, "slip", [8, 8], &[]);
    assert_attributes(&figures, "slip", 6);
    // 1 for 2 on the first tern.
    assert_axis(&figures, "trust", [7, 8], &[]);
    for (axis, n) in [("repair", 8), ("mender", 5), ("proof", 5)] {
        assert_axis(&figures, axis, [n, n], &[]);
    }
    let mean = (18.0 / 19.0 + 1.0 + 7.0 / 8.0 + 3.0) / 6.0;
    assert!((figures["mean_of_axes"].as_f64().unwrap() - mean).abs() < 1e-12);

    let status = json("status --json");
    assert_eq!(
        (
            &status["batches"][0]["gold"],
            &status["batches"][0]["waiting"]
        ),
        (&8.into(), &0.into())
    );
    run("verify");
}

#[test]
fn gold_leaves_in_every_format_with_the_answers_of_every_kind() {
    let home = locked_birds();
    fs::write(home.path().join("gold.jsonl"), gold_rows()).unwrap();
    let run = |line: &str| support::run(home.path(), &line.split_whitespace().collect::<Vec<_>>());
    run("import labels gold.jsonl --batch birds");

    let lines = run("export gold --batch birds");
    let gold: BTreeMap<String, Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|row| (row["unit"].as_str().unwrap().to_owned(), row))
        .collect();
    assert_eq!(gold.len(), 8);
    let heron = &gold["heron-pond#2#N2"];
    assert_eq!(heron["basis"], "imported");
    assert_eq!(
        heron["answers"]["legibility"],
        serde_json::json!(["clear", "clear", "clear"])
    );
    assert_eq!(
        heron["answers"]["slip"],
        serde_json::json!([{"code": "count", "weight": "major", "way": "added"}])
    );
    assert_eq!(
        (&heron["answers"]["trust"], &heron["answers"]["mender"]),
        (&3.into(), &"hide:7".into())
    );
    assert_eq!(gold["tern-islet-0512#N1"]["basis"], "unanimous");
    assert_eq!(
        gold["tern-islet-0512#N2"]["answers"]["slip"][0]["code"],
        "sp:grey_plover"
    );

    let mut table = csv::Reader::from_reader(
        run("export gold --batch birds --format csv")
            .into_bytes()
            .leak() as &[u8],
    );
    let header = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 8);
    for axis in fieldnotes().axes {
        assert!(
            header.iter().any(|name| name == &*axis.key),
            "{}: {header:?}",
            axis.key
        );
    }

    run("export gold --batch birds --format dataset -o set");
    let rules = fs::read_to_string(home.path().join("set/codebook.toml")).unwrap();
    assert_eq!(rules, open("codebooks/valid/fieldnotes.toml"));
    assert_eq!(
        fs::read_to_string(home.path().join("set/data.jsonl"))
            .unwrap()
            .lines()
            .count(),
        8
    );
}

#[test]
fn the_study_comes_back_byte_for_byte_from_its_exports() {
    let home = locked_birds();
    fs::write(home.path().join("gold.jsonl"), gold_rows()).unwrap();
    support::run(
        home.path(),
        &["import", "labels", "gold.jsonl", "--batch", "birds"],
    );
    let exports = ["sessions", "episodes", "batches", "labels"];
    let rules = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/codebooks/valid/fieldnotes.toml"
    );
    support::run(
        home.path(),
        &["init", "again.tiebreak", "--codebook", rules],
    );
    for what in exports {
        let file = format!("{what}.jsonl");
        support::run(home.path(), &["export", what, "-o", &file]);
        support::run(
            home.path(),
            &["--study", "again.tiebreak", "import", what, &file],
        );
    }
    for what in exports {
        let again = support::run(home.path(), &["--study", "again.tiebreak", "export", what]);
        let first = fs::read_to_string(home.path().join(format!("{what}.jsonl"))).unwrap();
        assert!(
            !first.is_empty() && again == first,
            "{what}:\n{first}\n{again}"
        );
    }
    let gold = |study: &str| support::run(home.path(), &["--study", study, "export", "gold"]);
    assert_eq!(gold("again.tiebreak"), gold("study.tiebreak"));
}
