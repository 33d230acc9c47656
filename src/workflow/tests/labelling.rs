use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    domain::label::State,
    workflow::{Error, annotate::Change},
};

#[test]
fn a_unit_is_submitted_complete_and_taken_back_by_its_author() {
    let mut study = batch_of(2);
    let desk = study.desk("R1", "ANA").unwrap();
    assert_eq!(desk.rater, "ana".into());
    let matter = study.matter(desk.codebook.unit, &unit(1)).unwrap();
    let half = content(&study, json!({"symptom": ["S1"]}));
    let refused = study
        .submit(&desk, &matter, &half, 0.0)
        .unwrap_err()
        .to_string();
    assert_eq!(refused, "Cause: not answered yet");
    let whole = symptom(&study, "S1");
    study.submit(&desk, &matter, &whole, 0.0).unwrap();
    let again = study
        .edit(&desk, &unit(1), &half, Change::Key, 0.0)
        .unwrap_err();
    assert!(again.to_string().contains("take it back"), "{again}");
    study.take_back(&desk, &unit(1)).unwrap();
    study
        .edit(&desk, &unit(1), &half, Change::Key, 0.0)
        .unwrap();
    let label = study.annotation(&desk, &unit(1)).unwrap().unwrap();
    assert_eq!(
        (label.content.state, label.content.answers),
        (State::Draft, half.answers)
    );
}

#[test]
fn the_next_open_unit_is_the_next_in_the_own_order_and_what_is_put_off_comes_last() {
    let mut study = batch_of(4);
    let desk = study.desk("r1", "ana").unwrap();
    let order: Vec<UnitKey> = study
        .assigned_from(&desk, 1, 10)
        .unwrap()
        .into_iter()
        .map(|one| one.unit)
        .collect();
    assert_eq!(order.len(), 4);
    let skipped = Content {
        skipped: true,
        ..Content::default()
    };
    study.skip(&desk, &order[1], &skipped).unwrap();
    let matter = study.matter(desk.codebook.unit, &order[0]).unwrap();
    let whole = symptom(&study, "S1");
    study.submit(&desk, &matter, &whole, 0.0).unwrap();
    let next = |study: &Study, position| {
        study
            .next_open(&desk, position)
            .unwrap()
            .map(|one| one.unit)
    };
    assert_eq!(next(&study, 1), Some(order[2].clone()));
    assert_eq!(next(&study, 3), Some(order[3].clone()));
    assert_eq!(next(&study, 4), Some(order[2].clone()));
}

#[test]
fn one_undo_takes_back_what_was_typed_in_one_field() {
    let mut study = batch_of(1);
    let desk = study.desk("r1", "ana").unwrap();
    let note = |text: &str| Content {
        note: Some(text.into()),
        ..Content::default()
    };
    study
        .edit(
            &desk,
            &unit(1),
            &content(&study, json!({"symptom": ["S2"]})),
            Change::Key,
            0.0,
        )
        .unwrap();
    for text in ["s", "se", "see"] {
        study
            .edit(&desk, &unit(1), &note(text), Change::Typing("note"), 0.0)
            .unwrap();
    }
    study.undo(&desk).unwrap();
    let label = study.annotation(&desk, &unit(1)).unwrap().unwrap();
    assert_eq!(label.content.note, None);
    study.redo(&desk).unwrap();
    let label = study.annotation(&desk, &unit(1)).unwrap().unwrap();
    assert_eq!(label.content.note.as_deref(), Some("see"));
}

#[test]
fn a_session_of_a_batch_labelled_from_the_evidence_alone_stays_closed() {
    let mut study = study(3);
    let plan = Plan {
        name: "r1".into(),
        task: TASK.into(),
        annotators: vec!["ana".into()],
        evidence_only: true,
        units: Some(vec![unit(1)]),
        ..Plan::default()
    };
    study.sample(&plan).unwrap();
    let desk = study.desk("r1", "ana").unwrap();
    let session = study
        .matter(desk.codebook.unit, &unit(1))
        .unwrap()
        .session
        .unwrap();
    assert!(matches!(
        study.open_session(&session, Some((&desk, &unit(1)))),
        Err(Error::Refused(_))
    ));
    assert_eq!(study.open_session(&session, None).unwrap().len(), 1);
}

#[test]
fn opening_a_session_is_logged_with_who_and_where() {
    let mut study = batch_of(1);
    let desk = study.desk("r1", "ben").unwrap();
    let session = study
        .matter(desk.codebook.unit, &unit(1))
        .unwrap()
        .session
        .unwrap();
    study
        .open_session(&session, Some((&desk, &unit(1))))
        .unwrap();
    let event = &study.store.events(None, 1).unwrap()[0];
    assert_eq!(
        (
            event.what.as_str(),
            event.who.as_deref(),
            event.unit.as_deref()
        ),
        ("open_session", Some("ben"), Some("s#E01"))
    );
}

/// A unit with what it was before and after.
type Step = (usize, Content, Content);

/// What somebody does at a desk with three units.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Set(usize, u8),
    Type(usize, u8),
    Submit(usize),
    TakeBack(usize),
    Undo,
    Redo,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (1..=3_usize, 1..=7_u8).prop_map(|(unit, code)| Deed::Set(unit, code)),
        2 => (1..=3_usize, 0..3_u8).prop_map(|(unit, text)| Deed::Type(unit, text)),
        1 => (1..=3_usize).prop_map(Deed::Submit),
        1 => (1..=3_usize).prop_map(Deed::TakeBack),
        3 => Just(Deed::Undo),
        2 => Just(Deed::Redo),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The history gives the same undo and redo as two stacks in memory would.
    #[test]
    fn undo_and_redo_are_two_stacks_that_outlive_the_program(deeds in prop::collection::vec(deed(), 1..24)) {
        let mut study = batch_of(3);
        let desk = study.desk("r1", "ana").unwrap();
        let mut now = [Content::default(), Content::default(), Content::default()];
        let (mut done, mut undone): (Vec<Step>, Vec<Step>) = Default::default();
        let mut typing = None;
        for deed in deeds {
            let before = now.clone();
            let mut changed = None;
            let mut still_typing = None;
            match deed {
                Deed::Set(place, code) => {
                    let content = Content { note: before[place - 1].note.clone(), ..symptom(&study, &format!("S{code}")) };
                    if study.edit(&desk, &unit(place), &content, Change::Key, 0.0).is_ok() {
                        now[place - 1] = content;
                        changed = Some(place);
                    }
                }
                Deed::Type(place, text) => {
                    let content = Content { note: Some(format!("note {text}")), ..before[place - 1].clone() };
                    if study.edit(&desk, &unit(place), &content, Change::Typing("note"), 0.0).is_ok() {
                        now[place - 1] = content;
                        still_typing = Some(place);
                        if typing == Some(place) {
                            done.last_mut().unwrap().2 = now[place - 1].clone();
                        } else {
                            changed = Some(place);
                        }
                    }
                }
                Deed::Submit(place) => {
                    let matter = study.matter(desk.codebook.unit, &unit(place)).unwrap();
                    if study.submit(&desk, &matter, &before[place - 1], 0.0).is_ok() {
                        now[place - 1].state = State::Submitted;
                        changed = Some(place);
                    }
                }
                Deed::TakeBack(place) => {
                    if study.take_back(&desk, &unit(place)).is_ok() {
                        now[place - 1].state = State::Draft;
                        changed = Some(place);
                    }
                }
                Deed::Undo => {
                    let step = done.pop();
                    let unit_of = study.undo(&desk).unwrap();
                    prop_assert_eq!(unit_of, step.as_ref().map(|(place, _, _)| unit(*place)));
                    if let Some((place, old, new)) = step {
                        now[place - 1] = old.clone();
                        undone.push((place, old, new));
                    } else {
                        still_typing = typing;
                    }
                }
                Deed::Redo => {
                    let step = undone.pop();
                    let unit_of = study.redo(&desk).unwrap();
                    prop_assert_eq!(unit_of, step.as_ref().map(|(place, _, _)| unit(*place)));
                    if let Some((place, old, new)) = step {
                        now[place - 1] = new.clone();
                        done.push((place, old, new));
                    } else {
                        still_typing = typing;
                    }
                }
            }
            if let Some(place) = changed {
                done.push((place, before[place - 1].clone(), now[place - 1].clone()));
                undone.clear();
            }
            if matches!(deed, Deed::Undo | Deed::Redo) || changed.is_some() || still_typing.is_some() {
                typing = still_typing;
            }
            for place in 1..=3 {
                let stored = study.annotation(&desk, &unit(place)).unwrap().map(|label| label.content);
                prop_assert_eq!(&stored.unwrap_or_default(), &now[place - 1]);
            }
        }
    }
}
