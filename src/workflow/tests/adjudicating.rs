use serde_json::json;

use super::*;
use crate::{
    domain::label::{Basis, State},
    workflow::{Error, annotate::Change},
};

#[test]
fn every_unit_stands_in_the_queue_once_disputed_or_not() {
    let mut study = batch_of(4);
    locked(
        &mut study,
        &[("S1", "S1"), ("S1", "S2"), ("S3", "S3"), ("S4", "S5")],
    );
    let desk = study.gold_desk("r1", "cho").unwrap();
    let cases = study.cases(&desk).unwrap();
    let seen: Vec<(&str, usize, Option<Basis>)> = cases
        .iter()
        .map(|case| (&*case.unit, case.disputed.len(), case.saved))
        .collect();
    let unanimous = Some(Basis::Unanimous);
    assert_eq!(
        seen,
        [
            ("s#E01", 0, unanimous),
            ("s#E02", 1, None),
            ("s#E03", 0, unanimous),
            ("s#E04", 1, None)
        ]
    );
}

#[test]
fn gold_needs_a_reason_only_where_it_differs_from_everyone() {
    let mut study = batch_of(2);
    locked(&mut study, &[("S1", "S2"), ("S1", "S2")]);
    let desk = study.gold_desk("r1", "cho").unwrap();
    let matter = study.matter(desk.codebook.unit, &unit(1)).unwrap();
    let draft = study.gold_draft(&desk, &unit(1)).unwrap();
    assert!(draft.answers.picks("symptom").is_empty());
    assert_eq!(draft.answers.picks("cause").len(), 1);

    let third = symptom(&study, "S3");
    let refused = study.submit(&desk, &matter, &third, 0.0).unwrap_err();
    assert!(refused.to_string().contains("reason"), "{refused}");
    let reasoned = Content {
        reason: Some(" both miss turn 9 ".into()),
        ..third
    };
    study.submit(&desk, &matter, &reasoned, 0.0).unwrap();
    let saved = study.annotation(&desk, &unit(1)).unwrap().unwrap();
    assert_eq!(saved.content.reason.as_deref(), Some("both miss turn 9"));
    assert_eq!(saved.content.basis, Some(Basis::Adjudicated));
    assert_eq!(saved.by.as_deref(), Some("cho"));

    let second = study.matter(desk.codebook.unit, &unit(2)).unwrap();
    let taken = symptom(&study, "S2");
    study.submit(&desk, &second, &taken, 0.0).unwrap();
}

#[test]
fn gold_that_changes_after_the_judge_could_be_seen_is_marked() {
    let mut study = batch_of(2);
    locked(&mut study, &[("S1", "S1"), ("S1", "S2")]);
    let judge_says = symptom(&study, "S7");
    judged(&mut study, 2, &judge_says);
    let desk = study.gold_desk("r1", "cho").unwrap();
    assert_eq!(study.judges_of(&desk, &unit(2)).unwrap(), []);
    let matter = study.matter(desk.codebook.unit, &unit(2)).unwrap();
    let first = symptom(&study, "S1");
    study.submit(&desk, &matter, &first, 0.0).unwrap();
    assert!(
        !study
            .annotation(&desk, &unit(2))
            .unwrap()
            .unwrap()
            .content
            .after_judge
    );
    assert_eq!(study.judges_of(&desk, &unit(2)).unwrap().len(), 1);

    study.take_back(&desk, &unit(2)).unwrap();
    let swayed = Content {
        reason: Some("the judge is right".into()),
        ..judge_says
    };
    study.submit(&desk, &matter, &swayed, 0.0).unwrap();
    assert!(
        study
            .annotation(&desk, &unit(2))
            .unwrap()
            .unwrap()
            .content
            .after_judge
    );
}

#[test]
fn an_open_batch_has_no_gold_desk_and_gold_is_not_written_into_it() {
    let mut study = batch_of(1);
    let early = study.gold_desk("r1", "cho").unwrap_err();
    assert!(matches!(early, Error::NotReady(_)), "{early}");
    locked(&mut study, &[("S1", "S2")]);
    let desk = study.gold_desk("r1", "cho").unwrap();
    study.reopen("r1", "ana", "too early").unwrap();
    let draft = content(&study, json!({"symptom": ["S1"]}));
    assert!(
        study
            .edit(&desk, &unit(1), &draft, Change::Key, 0.0)
            .is_err()
    );
    let matter = study.matter(desk.codebook.unit, &unit(1)).unwrap();
    let whole = symptom(&study, "S1");
    assert!(study.submit(&desk, &matter, &whole, 0.0).is_err());
}

#[test]
fn an_undone_save_makes_the_gold_a_draft_again() {
    let mut study = batch_of(1);
    locked(&mut study, &[("S1", "S2")]);
    let desk = study.gold_desk("r1", "cho").unwrap();
    let matter = study.matter(desk.codebook.unit, &unit(1)).unwrap();
    let whole = symptom(&study, "S1");
    study
        .edit(&desk, &unit(1), &whole, Change::Key, 0.0)
        .unwrap();
    study.submit(&desk, &matter, &whole, 0.0).unwrap();
    study.undo(&desk).unwrap();
    let label = study.annotation(&desk, &unit(1)).unwrap().unwrap();
    assert_eq!(
        (label.content.state, label.content.answers),
        (State::Draft, whole.answers)
    );
}

#[test]
fn an_undo_takes_nothing_back_that_somebody_else_has_typed() {
    let mut study = batch_of(1);
    locked(&mut study, &[("S1", "S2")]);
    for (who, text) in [("dan", "DAN"), ("dan", "DANS"), ("cho", "DANSx")] {
        let desk = study.gold_desk("r1", who).unwrap();
        let content = Content {
            note: Some(text.into()),
            ..study.gold_draft(&desk, &unit(1)).unwrap()
        };
        let typing = Change::Typing("note");
        study.edit(&desk, &unit(1), &content, typing, 0.0).unwrap();
    }
    let desk = study.gold_desk("r1", "cho").unwrap();
    study.undo(&desk).unwrap();
    let note = |study: &Study| study.gold_draft(&desk, &unit(1)).unwrap().note;
    assert_eq!(note(&study).as_deref(), Some("DANS"));
    study.undo(&desk).unwrap();
    assert_eq!(note(&study), None);
}
