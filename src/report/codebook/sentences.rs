//! The rules of a codebook in sentences, which people and judges get alike.

use super::super::prose::{alternatives, enumeration};
use crate::domain::codebook::{Attribute, Axis, Code, Codebook, Kind, Words};

/// How many answers an axis takes, and of what kind.
pub fn how_to_answer(axis: &Axis) -> String {
    let mut sentence = match axis.kind {
        Kind::Single => "One code.".to_owned(),
        Kind::Multi => one_or_more(axis),
        Kind::Scale => match (axis.codes.first(), axis.codes.last()) {
            (Some(from), Some(to)) => format!("A whole number from {} to {}.", from.key, to.key),
            _ => "A whole number.".into(),
        },
        Kind::Text => axis.words.map_or_else(
            || "A text.".into(),
            |words| format!("A text of {}.", amount(words)),
        ),
    };
    if axis.repeat {
        sentence.push_str(" Asked once for each quote, in the order of the quotes.");
    }
    if axis.optional {
        sentence.push_str(" May stay unanswered.");
    }
    sentence
}

fn one_or_more(axis: &Axis) -> String {
    let mut sentence = match axis.max {
        None => "One or more codes".to_owned(),
        Some(1) => "One code".to_owned(),
        Some(max) => format!("1 to {max} codes"),
    };
    match axis.prefer {
        Some(1) if axis.max != Some(1) => sentence.push_str("; one is normal"),
        Some(prefer) if prefer > 1 => sentence.push_str(&format!("; seldom more than {prefer}")),
        _ => {}
    }
    sentence.push('.');
    sentence
}

/// `3 to 8 words`, `at most 25 words`.
pub fn amount(words: Words) -> String {
    match words.least {
        0 => format!("at most {} words", words.most),
        least if least == words.most => format!("{least} words"),
        least => format!("{least} to {} words", words.most),
    }
}

/// The condition of an axis, if it has one: `damage is A or B`, by the titles of axes.
pub fn condition(codebook: &Codebook, axis: &Axis) -> Option<String> {
    let condition = axis.applies_when.as_ref()?;
    let parent = codebook.axis(&condition.axis)?;
    let codes: Vec<&str> = condition.is.iter().map(|code| &**code).collect();
    let verb = if parent.kind == Kind::Multi {
        "holds"
    } else {
        "is"
    };
    Some(format!("{} {verb} {}", parent.title, alternatives(&codes)))
}

/// The codes from least to most, for a ladder that is not a plain scale.
pub fn ladder(axis: &Axis) -> Option<String> {
    let rungs: Vec<&str> = axis.ordered.iter().map(|code| &**code).collect();
    (axis.kind != Kind::Scale && !rungs.is_empty()).then(|| rungs.join(" < "))
}

/// What chosen codes have to bring along: `Every code but A and B takes one.`
pub fn who_takes(axis: &Axis, attribute: &Attribute) -> String {
    let (with, without): (Vec<&Code>, Vec<&Code>) = axis
        .codes
        .iter()
        .partition(|code| attribute.asked_of(&code.key));
    let keys = |codes: &[&Code]| {
        let keys: Vec<&str> = codes.iter().map(|code| &*code.key).collect();
        enumeration(&keys)
    };
    if without.is_empty() {
        "Every code takes one.".into()
    } else if with.len() < without.len() {
        let verb = if with.len() == 1 { "takes" } else { "take" };
        format!("Only {} {verb} one.", keys(&with))
    } else {
        format!("Every code but {} takes one.", keys(&without))
    }
}

/// The text that goes with a code: `Needs its descriptor of 3 to 8 words. A noun phrase.`
pub fn text_of(code: &Code) -> Option<String> {
    let rule = code.text.as_ref()?;
    let mut sentence = format!("Needs its {}", rule.title.to_lowercase());
    if let Some(words) = rule.words {
        sentence.push_str(&format!(" of {}", amount(words)));
    }
    if let Some(prompt) = &rule.prompt {
        sentence.push_str(&format!(". {}", prompt.trim_end_matches('.')));
    }
    sentence.push('.');
    Some(sentence)
}

/// What a code is besides its meaning.
pub fn facts(code: &Code) -> Vec<String> {
    let mut facts: Vec<String> = text_of(code).into_iter().collect();
    if let Some(pattern) = &code.pattern {
        facts.push(format!(
            "Open: any label that matches {} is an answer.",
            pattern.source()
        ));
    }
    if code.exclusive {
        facts.push("Stands alone.".into());
    }
    if code.catch_all {
        facts.push("For what fits no other code.".into());
    }
    if code.rejects {
        facts.push("Says that the unit is not a real one.".into());
    }
    if let Some(class) = &code.class {
        facts.push(format!("Class: {class}."));
    }
    if !code.aliases.is_empty() {
        facts.push(format!("Also read: {}.", code.aliases.join(", ")));
    }
    facts
}
