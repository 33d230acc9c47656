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
                .map(|pick: &Pick| (pick.code.to_string(), pick.attributes.clone()))
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
/// whose texts stand for all. `None` where somebody differs or where there is only one rater.
pub fn unanimous(codebook: &Codebook, raters: &[&Answers]) -> Option<Answers> {
    let [first, _, ..] = raters else { return None };
    disputed(codebook, raters)
        .is_empty()
        .then(|| (*first).clone())
}

/// The gold to begin with: agreeing axes filled in, the others empty. A child axis on which the
/// raters agree is left out until its parent is settled so that it applies.
pub fn starting_point(codebook: &Codebook, raters: &[&Answers]) -> Answers {
    let mut gold = Answers::default();
    if raters.len() >= 2 {
        fill_agreed(codebook, raters, &mut gold);
    }
    gold
}

/// Fills each agreeing axis that is empty and applies under `gold`, in the codebook's order, so
/// that a child follows a parent that was just settled.
pub fn fill_agreed(codebook: &Codebook, raters: &[&Answers], gold: &mut Answers) {
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
