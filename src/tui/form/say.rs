//! Answers in one line.

use crate::domain::{
    answers::{Answer, Pick},
    codebook::Axis,
};

/// What an answer says, in one line.
pub fn said(axis: &Axis, answer: Option<&Answer>) -> String {
    match answer {
        None => String::new(),
        Some(Answer::Text(text)) => text.clone(),
        Some(Answer::Repeated(items)) => {
            let items: Vec<String> = items.iter().map(|item| said(axis, item.as_ref())).collect();
            items.join(" | ")
        }
        Some(Answer::Picks(picks)) => {
            let names = picks.len() == 1;
            let picks: Vec<String> = picks
                .iter()
                .map(|pick| say_pick(axis, pick, names))
                .collect();
            picks.join(", ")
        }
    }
}

fn say_pick(axis: &Axis, pick: &Pick, name: bool) -> String {
    let mut says = pick.code.0.clone();
    for (_, value) in &pick.attributes {
        says += &format!(" {value}");
    }
    if let Some(text) = &pick.text {
        says += &format!(" \"{text}\"");
    } else if name && let Some(code) = axis.code(&pick.code).filter(|code| code.pattern.is_none()) {
        says += &format!("  {}", code.name);
    }
    says
}
