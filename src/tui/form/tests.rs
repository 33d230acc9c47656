use std::sync::Arc;

use crossterm::event::KeyCode;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Form, Outcome};
use crate::{
    domain::{
        answers::Answers,
        codebook::{Codebook, samples},
        rules::{Applies, ProblemKind, applies},
    },
    tui::{
        harness::key,
        keymap::{self, Context, Key},
    },
};

fn form(codebook: Codebook, quotes: usize) -> Form {
    Form::new(Arc::new(codebook), Answers::default(), quotes)
}

/// Sends a key the way a screen does.
fn press(form: &mut Form, key: Key) -> Outcome {
    let contexts = match form.typing() {
        Some(input) => input.contexts(),
        None => vec![Context::Labelling],
    };
    match keymap::command(&contexts, key) {
        Some(command) => form.command(command),
        None => form.key(key),
    }
}

fn keys(form: &mut Form, keys: &str) -> Outcome {
    keys.split_whitespace()
        .map(|word| press(form, key(word)))
        .last()
        .unwrap()
}

/// The answers that were given, without the axes that have none.
fn given(form: &Form) -> Value {
    let answers = form.answers().to_json(form.codebook());
    answers
        .into_iter()
        .filter(|(_, answer)| !answer.is_null())
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn single_choices_go_on_by_themselves_and_several_do_not() {
    let mut form = form(samples::misalignment(), 2);
    keys(&mut form, "1 5 Enter 7 Enter 2 3 1");
    assert_eq!(form.axis().map(|axis| &*axis.key), Some("resolver"));
    keys(&mut form, "2");
    assert_eq!(
        given(&form),
        json!({"symptom": ["S1", "S5"], "cause": ["C7"], "damage_severity": "DS2",
               "damage_locus": "DL3", "resolution_status": "RS1", "resolver": "RV2"})
    );
    assert_eq!(keys(&mut form, "Enter"), Outcome::Submit);
    assert_eq!(form.ready(None), Ok(()));
}

#[test]
fn a_tier_is_asked_after_its_code_and_changed_from_the_code_itself() {
    let mut form = form(samples::misalignment(), 0);
    keys(&mut form, "Enter 6 c");
    assert_eq!(
        given(&form)["cause"],
        json!([{"code": "C6", "evidence_tier": "contextual"}])
    );
    keys(&mut form, "s");
    assert_eq!(given(&form)["cause"][0]["evidence_tier"], "speculative");
    keys(&mut form, "j Right");
    assert_eq!(given(&form)["cause"][0]["evidence_tier"], "direct");
    keys(&mut form, "1 Enter");
    let (of_note, why) = form.ready(None).unwrap_err();
    assert!(!of_note && why.starts_with("Symptom"), "{why}");
    keys(&mut form, "4 Enter Enter 1 2");
    let (_, why) = form.ready(None).unwrap_err();
    assert_eq!(why, "Cause: C1 needs its evidence tier");
    // The cursor is where the tier is asked.
    keys(&mut form, "d");
    assert_eq!(form.ready(None), Ok(()));
    assert_eq!(form.ready(Some("word")), Ok(()));
}

#[test]
fn texts_labels_scales_and_answers_per_quote_are_typed_and_kept() {
    let mut form = form(samples::fieldnotes(), 2);
    keys(&mut form, "c x 1 i t 4 g r e y Enter i Enter");
    assert_eq!(
        given(&form),
        json!({"legibility": ["clear", "lost"],
               "slip": [{"code": "count", "weight": "minor", "way": "typed"},
                        {"code": "sp:grey", "weight": "minor"}]})
    );
    // The scale is tried out point by point and stays where it is.
    keys(&mut form, "Right Right Right Left");
    assert_eq!(given(&form)["trust"], json!(2));
    keys(
        &mut form,
        "Enter 1 3 7 Enter 2 a Space b Ctrl-J c Space d Enter",
    );
    let answers = given(&form);
    assert_eq!(answers["mender"], json!("hide:7"));
    assert_eq!(answers["proof"], json!("notebook"));
    assert_eq!(answers["gist"], json!("a b\nc d"));
    assert_eq!(form.axis().map(|axis| &*axis.key), Some("hint"));
    assert_eq!(form.ready(None), Ok(()));
    // Nobody mended it after all: two steps of conditions fold away in one edit.
    while form.axis().map(|axis| &*axis.key) != Some("repair") {
        keys(&mut form, "BackTab");
    }
    let outcome = keys(&mut form, "3");
    assert_eq!(outcome, Outcome::Edited { typing: None });
    let said = form.said().unwrap();
    assert!(
        said.starts_with("Mender and Proof do not apply any more"),
        "{said}"
    );
    assert_eq!(form.ready(None), Ok(()));
}

#[test]
fn a_catch_all_takes_its_text_at_once_and_then_goes_on() {
    let mut form = form(samples::misalignment(), 0);
    let outcome = keys(&mut form, "8 a n");
    assert!(matches!(outcome, Outcome::Edited { typing: Some(_) }));
    let review = form.review(None);
    assert!(review.is_broken("symptom"));
    keys(&mut form, "Space o d d Space p a t h Enter");
    assert_eq!(
        given(&form)["symptom"],
        json!([{"code": "S8", "text": "an odd path"}])
    );
    assert_eq!(form.axis().map(|axis| &*axis.key), Some("cause"));
    keys(&mut form, "BackTab 8");
    assert_eq!(form.answers().get("symptom"), None);
}

/// Any key that a form may meet.
fn any_key() -> impl Strategy<Value = Key> {
    let codes = [
        KeyCode::Enter,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Home,
        KeyCode::Esc,
    ];
    prop_oneof![
        4 => "[0-9a-z ]".prop_map(|c| Key::char(c.chars().next().unwrap())),
        3 => prop::sample::select(codes.to_vec()).prop_map(Key::of),
        1 => prop::sample::select(vec!['j', 'w', 'k', 'u', 'a', 'm', 'h']).prop_map(Key::ctrl),
        1 => any::<char>().prop_map(Key::char),
    ]
}

fn any_codebook() -> impl Strategy<Value = Codebook> {
    prop::sample::select(vec![
        samples::misalignment as fn() -> Codebook,
        samples::validity,
        samples::recall,
        samples::fieldnotes,
    ])
    .prop_map(|load| load())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_keys_break_a_form_or_hide_an_answer(
        codebook in any_codebook(), quotes in 0..4_usize, pressed in prop::collection::vec(any_key(), 0..60)
    ) {
        let mut form = form(codebook, quotes);
        for key in pressed {
            let before = form.answers().clone();
            let outcome = press(&mut form, key);
            let changed = *form.answers() != before;
            let edited = matches!(outcome, Outcome::Edited { .. });
            prop_assert!(!changed || edited, "{key} changed an answer and did not say so");
            for axis in &form.codebook().axes {
                let asked = applies(form.codebook(), axis, form.answers()) == Applies::Yes;
                prop_assert!(asked || form.answers().get(&axis.key).is_none());
            }
            // What stands on the form can be stored and read again.
            let native = form.answers().to_json(form.codebook());
            let read = Answers::from_json(form.codebook(), &native);
            prop_assert_eq!(&read.unwrap().answers, form.answers());
            // A form left here and restored does the same with the next key.
            let mut again = Form::new(form.codebook.clone(), form.answers().clone(), quotes);
            again.restore(form.place());
            prop_assert_eq!(again.place(), form.place());
        }
        // Every broken rule can be gone to, and is on a question that is asked.
        for problem in form.review(None).problems {
            prop_assert!(problem.kind == ProblemKind::Missing || problem.axis.is_some());
        }
        let ready = form.ready(None);
        prop_assert_eq!(ready.is_ok(), form.review(None).is_clean());
    }
}
