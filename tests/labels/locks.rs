//! What a lock, made here or elsewhere, lets in.

use serde_json::{Value, json};
use tiebreak::workflow::{
    export::{Export, Exported},
    import::{Options, What},
};

use crate::bench::*;

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
