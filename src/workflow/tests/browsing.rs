//! Windows over all units, and what their filters may not tell.

use super::*;
use crate::workflow::{
    browse::{AnswerIs, Begin, Narrowing},
    compare::Comparison,
    sight::Viewer,
};

fn units(study: &Study, viewer: &Viewer, narrowing: &Narrowing) -> Vec<String> {
    let window = study
        .browse(viewer, TASK, narrowing, &Begin::First, 100)
        .unwrap();
    assert!(!window.more);
    window.lines.into_iter().map(|line| line.unit.0).collect()
}

fn code(rater: &str, code: &str) -> Narrowing {
    Narrowing {
        answer: Some(AnswerIs {
            rater: rater.into(),
            axis: "symptom".into(),
            code: code.into(),
        }),
        ..Narrowing::default()
    }
}

#[test]
fn windows_in_both_directions_hold_every_unit_once() {
    let study = study(23);
    let all: Vec<String> = (1..=23).map(|place| unit(place).0).collect();
    for limit in [1, 7, 22, 23, 24] {
        for backward in [false, true] {
            let mut begin = if backward { Begin::Last } else { Begin::First };
            let mut seen: Vec<String> = Vec::new();
            loop {
                let window = study
                    .browse(&Viewer::Anyone, TASK, &Narrowing::default(), &begin, limit)
                    .unwrap();
                let keys: Vec<String> = window
                    .lines
                    .iter()
                    .map(|line| line.unit.0.clone())
                    .collect();
                assert!(keys.len() <= limit && keys.is_sorted());
                let Some(edge) = (if backward { keys.first() } else { keys.last() }) else {
                    break;
                };
                begin = begin.beyond(&UnitKey::from(edge.as_str()));
                match backward {
                    true => seen.splice(..0, keys).for_each(drop),
                    false => seen.extend(keys),
                }
                if !window.more {
                    break;
                }
            }
            assert_eq!(seen, all, "{limit} {backward}");
        }
    }
}

#[test]
fn filters_narrow_and_a_text_is_looked_for_as_it_stands() {
    let study = batch_of(3);
    let by = |narrowing: Narrowing| units(&study, &Viewer::Anyone, &narrowing).len();
    let some = |text: &str| Some(text.to_owned());
    let none = Narrowing::default;
    assert_eq!(
        by(Narrowing {
            repository: some("owner/name"),
            ..none()
        }),
        5
    );
    assert_eq!(
        by(Narrowing {
            modality: some("ide"),
            ..none()
        }),
        0
    );
    assert_eq!(
        by(Narrowing {
            confidence: some("low"),
            ..none()
        }),
        1
    );
    assert_eq!(
        by(Narrowing {
            batch: some("r1"),
            ..none()
        }),
        3
    );
    assert_eq!(
        by(Narrowing {
            words: some("an EPIS"),
            ..none()
        }),
        5
    );
    assert_eq!(
        by(Narrowing {
            words: some("%"),
            ..none()
        }),
        0
    );
    assert_eq!(
        by(Narrowing {
            words: some("n_epis"),
            ..none()
        }),
        0
    );
    let both = Narrowing {
        batch: some("r1"),
        confidence: some("low"),
        ..none()
    };
    assert_eq!(by(both), 0);
}

#[test]
fn no_filter_tells_what_is_hidden() {
    // Two studies that differ only in what may not be seen: ben's labels in an open batch, the
    // judge's before gold. Whatever one asks, they answer alike.
    let seen = |ben: &str, judge: &str, viewer: &Viewer| {
        let mut study = batch_of(2);
        for (rater, symptoms) in [("ana", "S1"), ("ben", ben)] {
            let desk = study.desk("r1", rater).unwrap();
            let label = symptom(&study, symptoms);
            submit(&mut study, &desk, 1, &label);
        }
        let label = symptom(&study, judge);
        judged(&mut study, 1, &label);
        let mut found = Vec::new();
        for rater in ["ana", "ben", "judge", "gold"] {
            for symptom in ["S1", "S2", "S3"] {
                found.push(units(&study, viewer, &code(rater, symptom)));
            }
        }
        for basis in ["unanimous", "adjudicated"] {
            let basis = Some(basis.to_owned());
            found.push(units(
                &study,
                viewer,
                &Narrowing {
                    basis,
                    ..Narrowing::default()
                },
            ));
        }
        let reading = study.reading(viewer, TASK, &unit(1)).unwrap();
        let labels: Vec<_> = reading
            .labels
            .iter()
            .map(|seen| seen.label.clone())
            .collect();
        (found, labels)
    };
    for viewer in [Viewer::Anyone, Viewer::named("ana"), Viewer::named("cho")] {
        assert_eq!(
            seen("S1", "S1", &viewer),
            seen("S2", "S3", &viewer),
            "{viewer:?}"
        );
    }
    let own = seen("S2", "S3", &Viewer::named("ana"));
    assert_eq!(own.0[0], ["s#E01"]);
    assert_eq!(own.1.len(), 1);
}

#[test]
fn a_revealed_label_can_be_filtered_by() {
    let mut study = batch_of(2);
    locked(&mut study, &[("S1", "S1"), ("S2", "S3")]);
    let found = |narrowing| units(&study, &Viewer::Anyone, &narrowing);
    assert_eq!(found(code("ben", "S3")), ["s#E02"]);
    assert_eq!(found(code("gold", "S1")), ["s#E01"]);
    let basis = Some("unanimous".to_owned());
    assert_eq!(
        found(Narrowing {
            basis,
            ..Narrowing::default()
        }),
        ["s#E01"]
    );
}

#[test]
fn differences_wait_for_the_lock_and_those_from_gold_for_all_gold() {
    let mut study = batch_of(2);
    let gold = Comparison::WithGold("ana".into());
    let differences = |study: &Study, comparison: &Comparison| {
        study.differences(&Viewer::Anyone, "r1", comparison)
    };
    assert!(differences(&study, &Comparison::Annotators).is_err());
    locked(&mut study, &[("S1", "S1"), ("S2", "S3")]);
    let found = differences(&study, &Comparison::Annotators).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&*found[0].unit, &*found[0].axes),
        ("s#E02", &["Symptom".to_owned()][..])
    );
    assert!(differences(&study, &gold).is_err());
    let desk = study.gold_desk("r1", "cho").unwrap();
    let label = symptom(&study, "S3");
    submit(&mut study, &desk, 2, &label);
    let found = differences(&study, &gold).unwrap();
    assert_eq!(
        found.iter().map(|one| &*one.unit).collect::<Vec<_>>(),
        ["s#E02"]
    );
    assert!(
        differences(&study, &Comparison::WithGold("ben".into()))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn the_session_of_a_unit_to_be_labelled_from_the_evidence_alone_stays_closed() {
    let mut study = study(3);
    let plan = Plan {
        name: "r1".into(),
        task: TASK.into(),
        seed: 7,
        annotators: vec!["ana".into(), "ben".into()],
        units: Some(vec![unit(1)]),
        evidence_only: true,
        ..Plan::default()
    };
    study.sample(&plan).unwrap();
    let kind = study.task(TASK).unwrap().codebook.unit;
    let labelled = study.matter(kind, &unit(1)).unwrap();
    let other = study.matter(kind, &unit(2)).unwrap();
    for viewer in [Viewer::Anyone, Viewer::named("ben")] {
        assert!(study.read_session(&viewer, &labelled).is_err());
        assert!(study.read_session(&viewer, &other).is_ok());
    }
    assert!(study.read_session(&Viewer::named("cho"), &labelled).is_ok());
}
