use super::*;
use crate::{
    domain::ids::RaterName,
    store::revisions::LabelFilter,
    workflow::{
        annotate::Change,
        sight::{Viewer, Wanted},
    },
};

fn person(name: &str) -> Viewer {
    Viewer::named(name)
}

/// Who is seen to have labelled which unit, and how many labels are withheld.
fn seen(study: &Study, viewer: &Viewer) -> (Vec<(String, String)>, usize) {
    let mut seen = Vec::new();
    let withheld = study
        .labels(viewer, Wanted::Labels(LabelFilter::default()), |label| {
            seen.push((label.address.unit.0, label.address.rater.0));
        })
        .unwrap();
    (seen, withheld)
}

fn pairs(expected: &[(usize, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(place, rater)| (unit(*place).0, rater.to_string()))
        .collect()
}

/// ana and ben have labelled unit 1 of the open batch, the judge units 1 and 2.
fn half_labelled() -> Study {
    let mut study = batch_of(1);
    let content = symptom(&study, "S1");
    for rater in ["ana", "ben"] {
        let desk = study.desk("r1", rater).unwrap();
        submit(&mut study, &desk, 1, &content);
    }
    judged(&mut study, 1, &content);
    judged(&mut study, 2, &content);
    study
}

#[test]
fn in_an_open_batch_each_annotator_sees_their_own_labels_and_no_judge() {
    let study = half_labelled();
    assert_eq!(
        seen(&study, &person("ana")),
        (pairs(&[(1, "ana"), (2, "judge")]), 2)
    );
    assert_eq!(seen(&study, &person("cho")), (pairs(&[(2, "judge")]), 3));
    assert_eq!(seen(&study, &Viewer::Anyone), (pairs(&[(2, "judge")]), 3));
    let joint = Viewer::Person(vec!["ana".into(), "ben".into()]);
    assert_eq!(
        seen(&study, &joint),
        (pairs(&[(1, "ana"), (1, "ben"), (2, "judge")]), 1)
    );
}

#[test]
fn the_lock_reveals_the_annotators_and_complete_gold_the_judge() {
    let mut study = half_labelled();
    let desk = study.desk("r1", "ben").unwrap();
    study.take_back(&desk, &unit(1)).unwrap();
    let other = symptom(&study, "S2");
    submit(&mut study, &desk, 1, &other);
    study.lock("r1", "ana", None).unwrap();
    assert_eq!(
        seen(&study, &person("ana")),
        (pairs(&[(1, "ana"), (1, "ben"), (2, "judge")]), 1)
    );
    let gold_desk = study.gold_desk("r1", "cho").unwrap();
    let matter = study.matter(gold_desk.codebook.unit, &unit(1)).unwrap();
    study.submit(&gold_desk, &matter, &other, 0.0).unwrap();
    let all = pairs(&[
        (1, "ana"),
        (1, "ben"),
        (1, "gold"),
        (1, "judge"),
        (2, "judge"),
    ]);
    let (mut shown, withheld) = seen(&study, &Viewer::Anyone);
    shown.sort();
    assert_eq!((shown, withheld), (all, 0));
}

#[test]
fn a_unit_that_is_to_be_labelled_again_hides_what_others_said_before() {
    let mut study = batch_of(1);
    locked(&mut study, &[("S1", "S2")]);
    draw(&mut study, "r2", &[1], &["dee"]);
    assert_eq!(seen(&study, &person("dee")), (vec![], 2));
    assert_eq!(
        seen(&study, &person("cho")).0,
        pairs(&[(1, "ana"), (1, "ben")])
    );
    assert_eq!(
        seen(&study, &person("ana")).0,
        pairs(&[(1, "ana"), (1, "ben")])
    );
}

#[test]
fn the_history_keeps_the_same_secrets() {
    let mut study = batch_of(1);
    for rater in ["ana", "ben"] {
        let desk = study.desk("r1", rater).unwrap();
        let content = symptom(&study, "S1");
        study
            .edit(&desk, &unit(1), &content, Change::Key, 0.0)
            .unwrap();
    }
    let mut authors = Vec::new();
    let withheld = study
        .history(&person("ben"), None, |row| {
            authors.push(row.label.address.rater)
        })
        .unwrap();
    assert_eq!((authors, withheld), (vec![RaterName::from("ben")], 1));
}
