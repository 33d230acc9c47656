//! When raters disagree, and what gold follows by itself.

use std::collections::HashSet;

use super::{
    answers::{Answer, Answers, Pick},
    codebook::{Axis, Codebook},
    ids::AxisKey,
    rules::{Applies, applies},
};

/// The coded part of an answer: codes and attributes. Free text never makes a disagreement, and
/// the order of a set means nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Coded {
    Nothing,
    Set(Vec<(String, Vec<(String, String)>)>),
    Repeated(Vec<Coded>),
}

/// What two raters have to share to agree on an axis.
pub fn coded(answer: Option<&Answer>) -> Coded {
    match answer {
        None | Some(Answer::Text(_)) => Coded::Nothing,
        Some(Answer::Picks(picks)) if picks.is_empty() => Coded::Nothing,
        Some(Answer::Picks(picks)) => {
            let mut set: Vec<_> = picks
                .iter()
                .map(|pick: &Pick| {
                    let mut attributes = pick.attributes.clone();
                    attributes.sort();
                    (pick.code.to_string(), attributes)
                })
                .collect();
            set.sort();
            set.dedup();
            Coded::Set(set)
        }
        Some(Answer::Repeated(items)) => {
            let mut items: Vec<Coded> = items.iter().map(|item| coded(item.as_ref())).collect();
            while items.last() == Some(&Coded::Nothing) {
                items.pop();
            }
            if items.is_empty() {
                Coded::Nothing
            } else {
                Coded::Repeated(items)
            }
        }
    }
}

/// Whether all raters give the same codes and attributes on an axis.
pub fn agree_on(axis: &Axis, raters: &[&Answers]) -> bool {
    !axis.is_coded()
        || raters
            .iter()
            .map(|answers| coded(answers.get(&axis.key)))
            .collect::<HashSet<_>>()
            .len()
            <= 1
}

/// The axes on which the raters differ, in the codebook's order.
pub fn disputed<'c>(codebook: &'c Codebook, raters: &[&Answers]) -> Vec<&'c AxisKey> {
    codebook
        .axes
        .iter()
        .filter(|axis| !agree_on(axis, raters))
        .map(|axis| &axis.key)
        .collect()
}

/// The gold of a unit on which at least two raters agree throughout: the first rater's answers,
/// whose texts stand for all, and the texts that only later ones wrote. `None` where somebody
/// differs or where there is only one rater.
pub fn unanimous(codebook: &Codebook, raters: &[&Answers]) -> Option<Answers> {
    let [first, _, ..] = raters else { return None };
    if !disputed(codebook, raters).is_empty() {
        return None;
    }
    let mut gold = (*first).clone();
    fill_agreed(codebook, raters, &mut gold);
    Some(gold)
}

/// The gold to begin with: agreeing axes filled in, the others empty. A child axis on which the
/// raters agree is left out until its parent is settled so that it applies.
pub fn starting_point(codebook: &Codebook, raters: &[&Answers]) -> Answers {
    let mut gold = Answers::default();
    fill_agreed(codebook, raters, &mut gold);
    gold
}

/// Fills each agreeing axis that is empty and applies under `gold`, in the codebook's order, so
/// that a child follows a parent that was just settled. One rater alone agrees with nobody.
pub fn fill_agreed(codebook: &Codebook, raters: &[&Answers], gold: &mut Answers) {
    if raters.len() < 2 {
        return;
    }
    for axis in &codebook.axes {
        let empty = gold.get(&axis.key).is_none();
        if empty && applies(codebook, axis, gold) == Applies::Yes && agree_on(axis, raters) {
            let shared = raters.iter().find_map(|answers| answers.get(&axis.key));
            gold.set(&axis.key, shared.cloned());
        }
    }
}

/// Whether gold differs from every rater on some axis, so that a reason is owed.
pub fn owes_reason(codebook: &Codebook, gold: &Answers, raters: &[&Answers]) -> bool {
    codebook
        .axes
        .iter()
        .filter(|axis| axis.is_coded())
        .any(|axis| {
            let settled = coded(gold.get(&axis.key));
            raters
                .iter()
                .all(|answers| coded(answers.get(&axis.key)) != settled)
        })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::codebook::samples::{self, answers, with};

    fn base() -> Value {
        json!({
            "legibility": ["clear", "clear"],
            "slip": [{"code": "count", "weight": "minor", "way": "heard"}, {"code": "species", "weight": "minor"}],
            "trust": 3, "repair": "mended", "mender": "hide:7", "proof": "photo",
            "gist": "Seven became eleven.", "hint": null,
        })
    }

    /// The axes on which `base` and its changed copy differ.
    fn differing(changes: Value) -> Vec<String> {
        let codebook = samples::fieldnotes();
        let one = answers(&codebook, base());
        let other = answers(&codebook, with(&base(), changes));
        let there: Vec<String> = disputed(&codebook, &[&one, &other])
            .into_iter()
            .map(|k| k.0.clone())
            .collect();
        let back: Vec<String> = disputed(&codebook, &[&other, &one])
            .into_iter()
            .map(|k| k.0.clone())
            .collect();
        assert_eq!(there, back);
        there
    }

    #[test]
    fn codes_and_attributes_make_a_disagreement_and_texts_and_order_do_not() {
        let slip = |way: &str| {
            json!({"slip": [
                {"code": "species", "weight": "minor"}, {"code": "count", "way": way, "weight": "minor"},
            ]})
        };
        let none: [&str; 0] = [];
        assert_eq!(
            differing(json!({"gist": "Quite another sentence.", "hint": "Listen."})),
            none
        );
        assert_eq!(differing(slip("heard")), none);
        assert_eq!(differing(slip("typed")), ["slip"]);
        assert_eq!(
            differing(json!({"legibility": ["clear", "lost"]})),
            ["legibility"]
        );
        assert_eq!(differing(json!({"legibility": ["clear"]})), ["legibility"]);
        assert_eq!(
            differing(json!({"legibility": ["clear", "clear", null]})),
            none
        );
        assert_eq!(differing(json!({"trust": 4})), ["trust"]);
        assert_eq!(differing(json!({"mender": "hide:8"})), ["mender"]);
        assert_eq!(
            differing(json!({"repair": "left", "mender": null, "proof": null})),
            ["repair", "mender", "proof"]
        );
    }

    #[test]
    fn the_text_of_a_code_makes_no_disagreement() {
        let codebook = samples::misalignment();
        let [one, other] = ["reply in Dutch", "answers nobody can read"].map(|text| {
            answers(
                &codebook,
                json!({"symptom": [{"code": "S8", "text": text}]}),
            )
        });
        assert!(disputed(&codebook, &[&one, &other]).is_empty());
    }

    #[test]
    fn unanimous_gold_takes_two_raters_and_every_text_that_somebody_wrote() {
        let codebook = samples::fieldnotes();
        let one = answers(&codebook, base());
        let texts = json!({"gist": "Quite another sentence.", "hint": "Listen."});
        let same = answers(&codebook, with(&base(), texts));
        let other = answers(&codebook, with(&base(), json!({"trust": 4})));
        assert_eq!(unanimous(&codebook, &[]), None);
        assert_eq!(unanimous(&codebook, &[&one]), None);
        assert_eq!(unanimous(&codebook, &[&one, &same, &other]), None);
        let gold = unanimous(&codebook, &[&one, &same]).unwrap();
        assert_eq!(
            gold,
            answers(&codebook, with(&base(), json!({"hint": "Listen."})))
        );
    }

    #[test]
    fn an_agreed_child_waits_until_its_parent_is_settled_so_that_it_applies() {
        let codebook = samples::fieldnotes();
        let one = answers(&codebook, base());
        let other = answers(&codebook, with(&base(), json!({"repair": "struck"})));
        let raters = [&one, &other];
        let mut gold = starting_point(&codebook, &raters);
        let open = json!({"repair": null, "mender": null, "proof": null});
        assert_eq!(gold, answers(&codebook, with(&base(), open)));

        let repair = |code| {
            answers(&codebook, json!({"repair": code}))
                .get("repair")
                .cloned()
        };
        let key = AxisKey::from("repair");
        gold.set(&key, repair("left"));
        fill_agreed(&codebook, &raters, &mut gold);
        assert_eq!((gold.get("mender"), gold.get("proof")), (None, None));

        gold.set(&key, repair("struck"));
        fill_agreed(&codebook, &raters, &mut gold);
        assert_eq!(gold, other);

        assert!(starting_point(&codebook, &[&one]).is_empty());
        let mut alone = Answers::default();
        fill_agreed(&codebook, &[&one], &mut alone);
        assert!(alone.is_empty());
    }

    #[test]
    fn an_answer_that_was_settled_is_not_filled_over() {
        let codebook = samples::fieldnotes();
        let one = answers(&codebook, base());
        let settled = with(&base(), json!({"trust": 1}));
        let mut gold = answers(&codebook, settled.clone());
        fill_agreed(&codebook, &[&one, &one], &mut gold);
        assert_eq!(gold, answers(&codebook, settled));
    }

    #[test]
    fn a_reason_is_owed_where_gold_is_nobodys_answer() {
        let codebook = samples::fieldnotes();
        let one = answers(&codebook, base());
        let other = answers(
            &codebook,
            with(&base(), json!({"trust": 4, "repair": "struck"})),
        );
        let owes = |changes| {
            let gold = answers(&codebook, with(&base(), changes));
            owes_reason(&codebook, &gold, &[&one, &other])
        };
        // One answer from each rater is somebody's answer on every axis.
        assert!(!owes(json!({"trust": 4})));
        assert!(!owes(json!({"gist": "Nobody wrote this sentence."})));
        assert!(owes(json!({"trust": 5})));
        assert!(owes(json!({"proof": "memory"})));
        assert!(owes(
            json!({"slip": [{"code": "species", "weight": "minor"}]})
        ));
    }
}
