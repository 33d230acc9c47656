//! Which rows land, by themselves and beside what is there.

use serde_json::{Value, json};
use tiebreak::{
    domain::{
        ids::UnitKey,
        label::{Content, RaterKind},
    },
    workflow::{
        annotate::Change,
        export::Export,
        import::{Options, What},
        sight::Viewer,
    },
};

use crate::bench::*;

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
