use serde_json::json;

use super::*;
use crate::{
    domain::{
        batch::Lock,
        label::{Basis, State},
    },
    store::revisions::LabelFilter,
    workflow::{
        Error,
        annotate::Change,
        sight::{Viewer, Wanted},
    },
};

fn gold(study: &Study) -> Vec<(String, Option<Basis>, State)> {
    let mut found = Vec::new();
    let filter = LabelFilter {
        kind: Some(RaterKind::Gold),
        ..Default::default()
    };
    study
        .labels(&Viewer::Program, Wanted::Labels(filter), |label| {
            found.push((
                label.address.unit.0,
                label.content.basis,
                label.content.state,
            ));
        })
        .unwrap();
    found
}

#[test]
fn a_batch_locks_only_when_everybody_has_submitted_everything() {
    let mut study = batch_of(2);
    let desk = study.desk("r1", "ana").unwrap();
    let whole = symptom(&study, "S1");
    submit(&mut study, &desk, 1, &whole);
    let early = study.lock("r1", "ana", None).unwrap_err();
    assert!(matches!(early, Error::NotReady(_)));
    assert!(
        early
            .to_string()
            .contains("ana has 1 to submit, ben has 2 to submit"),
        "{early}"
    );
    let forced = study.lock("r1", "ana", Some("ben is away")).unwrap();
    assert_eq!(
        (
            forced.frozen,
            forced.missing,
            forced.unanimous,
            forced.disputed
        ),
        (1, 3, 0, 2)
    );
    assert!(
        study
            .lock("r1", "ana", None)
            .unwrap_err()
            .to_string()
            .contains("already locked by ana")
    );
}

#[test]
fn after_the_lock_no_annotator_label_changes_by_any_road() {
    let mut study = batch_of(1);
    locked(&mut study, &[("S1", "S2")]);
    let desk = study.desk("r1", "ana").unwrap();
    let other = symptom(&study, "S3");
    let matter = study.matter(desk.codebook.unit, &unit(1)).unwrap();
    for refused in [
        study.edit(&desk, &unit(1), &other, Change::Key, 0.0),
        study.submit(&desk, &matter, &other, 0.0),
        study.take_back(&desk, &unit(1)),
        study.skip(&desk, &unit(1), &other),
        study.undo(&desk).map(|_| ()),
        study.redo(&desk).map(|_| ()),
    ] {
        assert!(refused.unwrap_err().to_string().contains("locked by ana"));
    }
}

#[test]
fn units_on_which_all_agree_become_gold_and_no_other_does() {
    let mut study = batch_of(3);
    locked(&mut study, &[("S1", "S1"), ("S1", "S2"), ("S3", "S3")]);
    let unanimous = Some(Basis::Unanimous);
    assert_eq!(
        gold(&study),
        [
            ("s#E01".into(), unanimous, State::Submitted),
            ("s#E03".into(), unanimous, State::Submitted)
        ]
    );
}

#[test]
fn a_unit_with_one_rater_is_never_gold_by_itself() {
    let mut study = batch_of(1);
    let desk = study.desk("r1", "ana").unwrap();
    let whole = symptom(&study, "S1");
    submit(&mut study, &desk, 1, &whole);
    study.lock("r1", "ana", Some("one is enough")).unwrap();
    assert_eq!(gold(&study), []);

    let mut alone = super::study(3);
    draw(&mut alone, "r1", &[1], &["ana"]);
    let desk = alone.desk("r1", "ana").unwrap();
    submit(&mut alone, &desk, 1, &whole);
    assert_eq!(alone.lock("r1", "ana", None).unwrap().disputed, 1);
    assert_eq!(gold(&alone), []);
}

#[test]
fn two_annotators_who_differ_only_in_an_evidence_tier_stand_in_the_queue() {
    let mut study = batch_of(1);
    for (rater, tier) in [("ana", "direct"), ("ben", "contextual")] {
        let desk = study.desk("r1", rater).unwrap();
        let answers = json!({
            "symptom": ["S1"],
            "cause": [{"code": "C6", "evidence_tier": tier}],
            "damage_severity": "DS1",
            "resolution_status": "RS2",
        });
        let content = content(&study, answers);
        submit(&mut study, &desk, 1, &content);
    }
    assert_eq!(study.lock("r1", "ana", None).unwrap().disputed, 1);
    let desk = study.gold_desk("r1", "cho").unwrap();
    let cases = study.cases(&desk).unwrap();
    assert_eq!(cases.len(), 1);
    assert_eq!(
        (cases[0].disputed.clone(), cases[0].saved),
        (vec!["Cause".to_owned()], None)
    );
}

#[test]
fn a_batch_is_opened_again_only_before_adjudication_and_its_gold_goes_with_the_lock() {
    let mut study = batch_of(2);
    locked(&mut study, &[("S1", "S1"), ("S1", "S2")]);
    study.reopen("r1", "ana", "ben had the old guide").unwrap();
    assert_eq!(gold(&study), [("s#E01".into(), None, State::Draft)]);
    let desk = study.desk("r1", "ben").unwrap();
    study.take_back(&desk, &unit(2)).unwrap();
    let agreed = symptom(&study, "S1");
    submit(&mut study, &desk, 2, &agreed);
    assert_eq!(study.lock("r1", "ana", None).unwrap().unanimous, 2);
    study.reopen("r1", "ana", "once more").unwrap();

    let mut study = batch_of(1);
    locked(&mut study, &[("S1", "S2")]);
    let desk = study.gold_desk("r1", "cho").unwrap();
    let draft = content(&study, json!({"symptom": ["S1"]}));
    study
        .edit(&desk, &unit(1), &draft, Change::Key, 0.0)
        .unwrap();
    let late = study.reopen("r1", "ana", "second thoughts").unwrap_err();
    assert!(matches!(late, Error::NotReady(_)), "{late}");
}

#[test]
fn the_hash_of_a_lock_is_that_of_the_labels_it_froze() {
    let mut study = batch_of(2);
    locked(&mut study, &[("S1", "S1"), ("S1", "S2")]);
    let batch = study.batch("r1").unwrap();
    let codebook = study.codebook(&batch.codebook).unwrap().codebook.clone();
    let mut frozen = Vec::new();
    study
        .labels(&Viewer::Program, Wanted::Snapshot("r1"), |label| {
            frozen.push(label)
        })
        .unwrap();
    frozen.reverse();
    let Lock { sha256, .. } = batch.lock.unwrap();
    assert_eq!(
        crate::workflow::lock::snapshot_sha256(&codebook, &frozen),
        sha256
    );
    frozen[0].content.note = Some("changed".into());
    assert_ne!(
        crate::workflow::lock::snapshot_sha256(&codebook, &frozen),
        sha256
    );
}
