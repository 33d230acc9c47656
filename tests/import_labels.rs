//! Labels and batches from files: what lands, what is refused, and what a lock lets in. Exports
//! show nobody what they may not see yet.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tiebreak::{
    domain::{
        batch::Purpose,
        ids::UnitKey,
        label::{Content, RaterKind},
    },
    workflow::{
        Error, SHIPPED, Study,
        annotate::Change,
        export::{Export, Exported},
        import::{FileReport, Options, What},
        sample::Plan,
        sight::Viewer,
    },
};

fn clock() -> String {
    "2026-05-01T10:00:00Z".into()
}

/// A study in a file, so that a test can see that not a byte of it has changed.
struct Bench {
    study: Study,
    path: PathBuf,
    _home: TempDir,
}

impl Bench {
    fn with(codebooks: &[(String, String)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("study.tiebreak");
        let study = Study::create(&path, codebooks, clock).unwrap();
        Self {
            study,
            path,
            _home: home,
        }
    }

    /// The shipped codebooks and four episodes.
    fn new() -> Self {
        let shipped = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
        let mut bench = Self::with(&shipped);
        let episodes: Vec<Value> = (1..=4)
            .map(|number| {
                json!({
                    "session": "s", "id": format!("M{number}"), "name": "It went on", "description": "Unasked.",
                    "evidence": [{"turn": "TURN 1 | USER", "quote": "Stop."}], "confidence": "high",
                })
            })
            .collect();
        assert!(bench.take(What::Episodes, &episodes).landed);
        bench
    }

    fn take(&mut self, what: What, rows: &[Value]) -> FileReport {
        self.take_with(what, rows, &Options::default())
    }

    fn take_with(&mut self, what: What, rows: &[Value], options: &Options) -> FileReport {
        let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
        self.study
            .import_text(what, "in/rows.jsonl", &text, options)
            .unwrap()
    }

    /// Imports labels that have to land.
    fn land(&mut self, rows: &[Value]) -> FileReport {
        let report = self.take(What::Labels, rows);
        assert!(report.landed, "{:?}", report.problems);
        report
    }

    fn sample(&mut self, name: &str, task: &str, units: &[&str], annotators: &[&str]) {
        let plan = Plan {
            name: name.into(),
            task: task.into(),
            annotators: annotators.iter().map(|name| (*name).to_owned()).collect(),
            units: Some(units.iter().map(|unit| UnitKey::from(*unit)).collect()),
            purpose: Purpose::Evaluation,
            ..Plan::default()
        };
        self.study.sample(&plan).unwrap();
    }

    /// A batch of M1 and M2 for ana and ben.
    fn with_round() -> Self {
        let mut bench = Self::new();
        bench.sample("round", "misalignment", &["s#M1", "s#M2"], &["ana", "ben"]);
        bench
    }

    /// The same, labelled, locked and with gold on M1, where both agree.
    fn with_locked_round() -> Self {
        let mut bench = Self::with_round();
        bench.land(&all_labels());
        bench.study.lock("round", "ana", None).unwrap();
        bench
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(&self.path).unwrap()
    }

    fn export_as(&self, what: Export, viewer: &Viewer, batch: Option<&str>) -> (String, Exported) {
        let mut text = Vec::new();
        let done = self.study.export(what, viewer, batch, &mut text).unwrap();
        (String::from_utf8(text).unwrap(), done)
    }

    fn export(&self, what: Export) -> (String, Exported) {
        self.export_as(what, &Viewer::Anyone, None)
    }
}

fn with(base: &Value, changes: Value) -> Value {
    let mut row = base.clone();
    for (key, value) in changes.as_object().unwrap() {
        row[key] = value.clone();
    }
    row
}

fn answers(changes: Value) -> Value {
    with(
        &json!({
            "symptom": ["S3"], "cause": [{"code": "C6", "evidence_tier": "direct"}], "damage_severity": "DS1",
            "damage_locus": null, "resolution_status": "RS2", "resolver": null,
        }),
        changes,
    )
}

fn label(unit: &str, rater: &str, changes: Value) -> Value {
    json!({"unit": unit, "rater": rater, "kind": "annotator", "batch": "round", "answers": answers(changes)})
}

fn all_labels() -> [Value; 4] {
    [
        label("s#M1", "ana", json!({})),
        label("s#M2", "ana", json!({})),
        label("s#M1", "ben", json!({})),
        label("s#M2", "ben", json!({"symptom": ["S4"]})),
    ]
}

fn gold(unit: &str, changes: Value) -> Value {
    json!({"unit": unit, "kind": "gold", "batch": "round", "answers": answers(changes), "adjudicator": "cho"})
}

fn judged(unit: &str, changes: Value) -> Value {
    json!({"unit": unit, "rater": "m-1", "kind": "judge", "answers": answers(changes)})
}

fn counts(report: &FileReport) -> (usize, usize, usize, usize) {
    (report.new, report.unchanged, report.changed, report.refused)
}

/// The problems of a refused file, of which nothing may have landed.
fn refused(bench: &mut Bench, rows: &[Value], options: &Options) -> Vec<String> {
    let before = bench.bytes();
    let report = bench.take_with(What::Labels, rows, options);
    assert!(!report.landed);
    assert_eq!(bench.bytes(), before);
    let told = report.problems.iter();
    told.map(|p| format!("{}: {}: {}", p.line, p.field, p.why))
        .collect()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_row_that_cannot_stand_is_refused_with_its_field_and_leaves_no_trace() {
    let mut bench = Bench::with_round();
    let ana = label("s#M1", "ana", json!({}));
    let cases: Vec<(Value, &str)> = vec![
        (
            with(&ana, json!({"unit": "s#M9"})),
            "unit: there is no episode s#M9",
        ),
        (
            with(&ana, json!({"unit": "s#M3"})),
            "unit: s#M3 is not in the batch round",
        ),
        (
            with(&ana, json!({"rater": "cy"})),
            "rater: cy does not label round; its annotators are ana, ben",
        ),
        (
            with(&ana, json!({"rater": "a b"})),
            "rater: \"a b\" cannot name a rater",
        ),
        (with(&ana, json!({"rater": null})), "rater: is missing"),
        (
            with(&ana, json!({"rater": "gold"})),
            "kind: is annotator, but gold is known as gold",
        ),
        (
            with(&ana, json!({"kind": "judge"})),
            "kind: is judge, but ana is known as annotator",
        ),
        (
            with(&ana, json!({"kind": null, "rater": "m-1"})),
            "kind: is missing, and nobody here is called m-1",
        ),
        (
            with(&ana, json!({"batch": "rond"})),
            "batch: there is no batch rond; did you mean round?",
        ),
        (
            with(&ana, json!({"batch": null})),
            "batch: is missing: an annotator's labels belong to a batch",
        ),
        (
            with(&ana, json!({"task": "recall"})),
            "task: is recall, but round is of misalignment",
        ),
        (
            with(&ana, json!({"task": "recal"})),
            "task: the study has no task recal; it has misalignment, validity, recall",
        ),
        (
            with(&ana, json!({"codebook": "misalignment@9.0.0"})),
            "codebook: the study has no codebook misalignment@9.0.0",
        ),
        (
            with(&ana, json!({"codebook": "recall@1.0.0"})),
            "codebook: is recall@1.0.0, but round is labelled by misalignment",
        ),
        (
            with(&ana, json!({"answers": {"colour": "red"}})),
            "colour: ",
        ),
        (
            with(&ana, json!({"basis": "unanimous"})),
            "basis: is unanimous, but only gold has a basis",
        ),
        (
            label("s#M1", "ana", json!({"symptom": ["S99"]})),
            "symptom: S99 is not a code of this axis",
        ),
        (
            label("s#M1", "ana", json!({"damage_locus": "DL1"})),
            "damage_locus: does not apply here",
        ),
        (
            with(
                &label("s#M1", "ana", json!({"symptom": []})),
                json!({"state": "submitted"}),
            ),
            "symptom: not answered yet",
        ),
        (
            gold("s#M1", json!({})),
            "batch: round is still open; lock it before its gold is imported",
        ),
        (
            with(&gold("s#M1", json!({})), json!({"rater": "cho"})),
            "rater: is cho, but the rater of gold is called gold",
        ),
        (
            with(&gold("s#M1", json!({})), json!({"state": "draft"})),
            "state: is draft, but only an annotator's",
        ),
        (
            judged("s#M1", json!({"symptom": null})),
            "symptom: not answered yet",
        ),
        (
            json!({"unit": "s#M1", "rater": "m-1", "kind": "judge", "answers": {"red": 1}}),
            "task: is missing, and the answers have the shape of no task",
        ),
    ];
    for (row, why) in cases {
        let told = refused(&mut bench, &[ana.clone(), row.clone()], &Options::default());
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with(&format!("2: {why}")),
            "{row} gives {told:?}"
        );
    }
}

#[test]
fn options_fill_what_a_row_leaves_open_and_may_not_contradict_it() {
    let mut bench = Bench::with_round();
    let options = Options {
        rater: Some("ana".into()),
        kind: Some(RaterKind::Annotator),
        batch: Some("round".into()),
        task: Some("misalignment".into()),
        ..Options::default()
    };
    let bare = json!({"unit": "s#M1", "answers": answers(json!({}))});
    let row = with(
        &bare,
        json!({"rater": "ben", "kind": "judge", "batch": "other", "task": "recall"}),
    );
    let told = refused(&mut bench, &[row], &options);
    assert_eq!(
        told,
        [
            "1: rater: is ben, but --rater says ana",
            "1: kind: is judge, but --kind says annotator",
            "1: batch: is other, but --batch says round",
            "1: task: is recall, but --task says misalignment",
        ]
    );
    let report = bench.take_with(What::Labels, &[bare], &options);
    assert_eq!(counts(&report), (1, 0, 0, 0));
    let judge = Options {
        kind: Some(RaterKind::Judge),
        batch: Some("round".into()),
        ..Options::default()
    };
    let told = refused(&mut bench, &[judged("s#M1", json!({}))], &judge);
    assert_eq!(
        told,
        ["1: batch: a judge's labels belong to no batch; leave --batch out"]
    );
}

#[test]
fn two_rows_for_one_label_may_only_say_the_same() {
    let mut bench = Bench::with_round();
    let [one, ..] = all_labels();
    let other = label("s#M1", "Ana", json!({"symptom": ["S4"]}));
    let told = refused(&mut bench, &[one.clone(), other], &Options::default());
    assert_eq!(
        told,
        ["2: unit: ana labels this unit on line 1 and, differently, on line 2; keep one of them"]
    );
    let report = bench.land(&[one.clone(), one]);
    assert_eq!(counts(&report), (1, 1, 0, 0));
}

#[test]
fn a_label_is_submitted_when_it_is_whole_and_a_draft_when_it_says_so_or_is_not() {
    let mut bench = Bench::with_round();
    let [one, two, three, _] = all_labels();
    bench.land(&[
        one,
        with(&two, json!({"state": "draft"})),
        with(&three, json!({"answers": {"symptom": ["S3"]}})),
    ]);
    let batch = bench.study.batch("round").unwrap();
    let left: Vec<u32> = bench
        .study
        .outstanding(&batch)
        .unwrap()
        .into_iter()
        .map(|(_, left)| left)
        .collect();
    assert_eq!(left, [1, 2]);
    let (own, _) = bench.export_as(Export::Labels, &Viewer::named("ana"), None);
    let states: Vec<Value> = lines(&own).iter().map(|row| row["state"].clone()).collect();
    assert_eq!(states, ["submitted", "draft"]);
}

#[test]
fn broken_rules_are_kept_and_told_only_when_that_is_asked_for() {
    let mut bench = Bench::with_round();
    let broken = label(
        "s#M1",
        "ana",
        json!({"cause": [{"code": "C8", "evidence_tier": "not_applicable"}], "resolver": "RV1"}),
    );
    let told = refused(
        &mut bench,
        std::slice::from_ref(&broken),
        &Options::default(),
    );
    assert_eq!(told.len(), 1, "{told:?}");
    let options = Options {
        keep_invalid: true,
        ..Options::default()
    };
    let report = bench.take_with(What::Labels, &[broken], &options);
    assert_eq!(counts(&report), (1, 0, 0, 0));
    let warned: Vec<&str> = report.warnings.iter().map(|(what, _)| &**what).collect();
    assert_eq!(
        warned,
        [
            "resolver: does not apply here and must stay empty; kept, and counts as missing",
            "cause: C8 was read as C7",
            "cause: evidence_tier not_applicable of C8 was read as no value",
        ]
    );
}

#[test]
fn what_was_labelled_in_the_screen_is_replaced_only_on_demand_and_stays_in_the_history() {
    let mut bench = Bench::with_round();
    bench.land(&[label("s#M1", "ana", json!({}))]);
    let unit = UnitKey::from("s#M1");
    let desk = bench.study.desk("round", "ana").unwrap();
    let mine = bench.study.annotation(&desk, &unit).unwrap().unwrap();
    bench.study.take_back(&desk, &unit).unwrap();
    let content = Content {
        note: Some("Second thoughts.".into()),
        ..mine.content
    };
    bench
        .study
        .edit(&desk, &unit, &content, Change::Key, 0.0)
        .unwrap();

    let row = label("s#M1", "ana", json!({"symptom": ["S4"]}));
    let told = refused(&mut bench, std::slice::from_ref(&row), &Options::default());
    assert_eq!(
        told,
        [
            "1: answers: ana has labelled this unit otherwise; --replace appends this label as a revision"
        ]
    );
    let options = Options {
        replace: true,
        ..Options::default()
    };
    let report = bench.take_with(What::Labels, std::slice::from_ref(&row), &options);
    assert_eq!(counts(&report), (0, 0, 1, 0));
    assert_eq!(counts(&bench.land(&[row])), (0, 1, 0, 0));

    let (history, _) = bench.export_as(Export::History, &Viewer::named("ana"), None);
    let told: Vec<(Value, Value, Value)> = lines(&history)
        .iter()
        .map(|row| {
            (
                row["action"].clone(),
                row["source"].clone(),
                row["label"]["note"].clone(),
            )
        })
        .collect();
    let note = json!("Second thoughts.");
    let file = json!("rows.jsonl");
    assert_eq!(
        told,
        [
            (json!("import"), file.clone(), Value::Null),
            (json!("take_back"), Value::Null, Value::Null),
            (json!("edit"), Value::Null, note),
            (json!("import"), file, Value::Null),
        ]
    );
}

#[test]
fn after_the_lock_the_same_labels_change_nothing_and_others_are_refused() {
    let mut bench = Bench::with_locked_round();
    assert_eq!(counts(&bench.land(&all_labels())), (0, 4, 0, 0));
    let options = Options {
        replace: true,
        ..Options::default()
    };
    let other = label("s#M1", "ana", json!({"symptom": ["S5"]}));
    assert_eq!(
        refused(&mut bench, &[other], &options),
        ["1: batch: round was locked by ana on 2026-05-01T10:00:00Z; no label changes any more"]
    );
}

#[test]
fn an_imported_lock_waits_for_exactly_the_labels_that_it_froze() {
    let source = Bench::with_locked_round();
    let batches = lines(&source.export(Export::Batches).0);
    let mut copy = Bench::new();
    assert_eq!(counts(&copy.take(What::Batches, &batches)), (1, 0, 0, 0));
    assert_eq!(counts(&copy.take(What::Batches, &batches)), (0, 1, 0, 0));
    assert_eq!(copy.export(Export::Batches), source.export(Export::Batches));

    let [one, two, three, four] = all_labels();
    let early = refused(&mut copy, &[gold("s#M2", json!({}))], &Options::default());
    assert_eq!(
        early,
        [
            "1: batch: round is locked, but its annotators' labels are not all here yet; import them first"
        ]
    );
    let wrong = label("s#M2", "ben", json!({"symptom": ["S5"]}));
    let report = copy.land(&[one, two, three, wrong]);
    assert_eq!(
        report.warnings,
        [(
            "round is locked and has 4 of its annotators' labels now, which are not yet those that its lock froze; import the others"
                .to_owned(),
            1
        )]
    );
    assert!(!copy.study.batch("round").unwrap().is_revealed());
    assert_eq!(
        copy.export(Export::Labels),
        (
            String::new(),
            Exported {
                withheld: 4,
                ..Exported::default()
            }
        )
    );

    let options = Options {
        replace: true,
        ..Options::default()
    };
    let report = copy.take_with(
        What::Labels,
        &[gold("s#M2", json!({"symptom": ["S4"]})), four],
        &options,
    );
    assert_eq!((counts(&report), report.warnings), ((1, 0, 1, 0), vec![]));
    let batch = copy.study.batch("round").unwrap();
    assert!(batch.is_revealed() && copy.study.gold_is_complete(&batch).unwrap());
    let bases: Vec<Value> = lines(&copy.export(Export::Gold).0)
        .iter()
        .map(|row| row["basis"].clone())
        .collect();
    assert_eq!(bases, ["unanimous", "imported"]);
}

#[test]
fn a_batch_that_does_not_fit_the_study_is_refused_whole() {
    let source = Bench::with_locked_round();
    let batch = lines(&source.export(Export::Batches).0).remove(0);
    let mut copy = Bench::new();
    let wrong = with(
        &batch,
        json!({
            "batch": "round two", "task": "misalign", "annotators": ["ana", "Ana", "gold"],
            "frame": {"size": 99999999999_u64},
        }),
    );
    let unknown = with(&batch, json!({"units": ["s#M1", "s#M1", "s#M9"]}));
    let before = copy.bytes();
    let report = copy.take(What::Batches, &[wrong, unknown]);
    assert_eq!(copy.bytes(), before);
    let told: Vec<String> = report
        .problems
        .iter()
        .map(|p| format!("{}: {}: {}", p.line, p.field, p.why))
        .collect();
    assert_eq!(
        told,
        [
            "1: task: the study has no task misalign; it has misalignment, validity, recall",
            "1: annotators: Ana is named twice",
            "1: annotators: gold is known as a gold",
            "1: frame.size: is more than any frame can hold",
            "1: batch: a batch needs a name without blanks",
            "2: units[2]: s#M1 is in the batch twice",
            "2: units[3]: there is no episode s#M9 in the study; import it first",
        ]
    );
    assert!(
        copy.take(What::Batches, std::slice::from_ref(&batch))
            .landed
    );
    let other = with(&batch, json!({"seed": 8, "lock": null}));
    let report = copy.take(What::Batches, &[other]);
    assert_eq!(
        report.problems[0].why,
        "there is another batch round in the study; give this one another name"
    );
    assert_eq!(
        counts(&copy.take(What::Batches, &[with(&batch, json!({"lock": null}))])),
        (0, 1, 0, 0)
    );
}

#[test]
fn a_judge_answers_a_unit_once() {
    let mut bench = Bench::new();
    let rows = [judged("s#M1", json!({})), judged("s#M2", json!({}))];
    let with_about = |about: &str| Options {
        about: Some(about.into()),
        ..Options::default()
    };
    let report = bench.take_with(What::Labels, &rows, &with_about("model=m,prompt=1"));
    assert_eq!(counts(&report), (2, 0, 0, 0));
    assert_eq!(counts(&bench.land(&rows)), (0, 2, 0, 0));
    let rater = bench.study.rater("M-1").unwrap();
    assert_eq!((&*rater.kind, &*rater.about), ("judge", "model=m,prompt=1"));

    let other = judged("s#M2", json!({"symptom": ["S4"]}));
    for options in [
        Options::default(),
        Options {
            replace: true,
            ..Options::default()
        },
    ] {
        let told = refused(&mut bench, std::slice::from_ref(&other), &options);
        assert_eq!(
            told,
            [
                "1: answers: m-1 has answered otherwise on this unit; a new model or prompt is a new rater: give it another name"
            ]
        );
    }
    let told = refused(&mut bench, &rows[..1], &with_about("model=n"));
    assert!(told[0].starts_with("1: about: says model=n, but m-1 is known as model=m"));
    let report = bench.land(&[with(&other, json!({"rater": "m-2", "batch": "round"}))]);
    assert_eq!(
        report.warnings,
        [(
            "batch: left out, because a judge's labels belong to no batch".to_owned(),
            1
        )]
    );
}

#[test]
fn gold_from_a_file_is_kept_where_it_is_new_and_marked_once_the_judge_could_be_seen() {
    let mut bench = Bench::with_locked_round();
    let same = bench.land(&[gold("s#M1", json!({})), gold("s#M2", json!({}))]);
    assert_eq!(counts(&same), (1, 1, 0, 0));
    let other = gold("s#M1", json!({"symptom": ["S5"]}));
    let told = refused(
        &mut bench,
        std::slice::from_ref(&other),
        &Options::default(),
    );
    assert_eq!(
        told,
        [
            "1: answers: differs from the gold that this unit has; --replace appends it as a revision"
        ]
    );
    let options = Options {
        replace: true,
        ..Options::default()
    };
    let report = bench.take_with(What::Labels, &[other], &options);
    assert_eq!(counts(&report), (0, 0, 1, 0));
    let rows = lines(&bench.export(Export::Gold).0);
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                &row["basis"],
                row["after_judge"] == true,
                &row["adjudicator"],
            )
        })
        .collect();
    let (imported, cho) = (json!("imported"), json!("cho"));
    assert_eq!(told, [(&imported, true, &cho), (&imported, false, &cho)]);
}

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
        let named = bench
            .study
            .export(what, &Viewer::Anyone, Some("round"), &mut sink);
        assert!(matches!(named, Err(Error::NotReady(_))), "{what:?}");
    }
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("set");
    let set = bench.study.export_dataset(&Viewer::Anyone, None, &folder);
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
    assert!(hidden.contains("\"probability\":1.0") && !hidden.contains("stratum"));
    bench.land(&all_labels());
    bench.study.lock("round", "ana", None).unwrap();
    bench.land(&[gold("s#M2", json!({}))]);
    let (told, _) = bench.export(Export::Batches);
    assert!(told.contains("\"stratum\":\"S4\""));
    let without = with(&lines(&hidden)[0], json!({}));
    assert_eq!(counts(&bench.take(What::Batches, &[without])), (0, 1, 0, 0));
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
fn a_data_set_is_a_folder_that_checks_itself() {
    let bench = fieldnotes();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("bird-slips");
    let done = bench
        .study
        .export_dataset(&Viewer::Anyone, Some("hides"), &folder)
        .unwrap();
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
    ] {
        assert!(card.contains(part), "{part} is not in\n{card}");
    }
    let again = bench
        .study
        .export_dataset(&Viewer::Anyone, Some("hides"), &folder);
    assert!(matches!(again, Err(Error::Refused(_))));
}
