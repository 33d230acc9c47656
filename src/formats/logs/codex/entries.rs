//! What a rollout tells in its order, and which of the speech that stands in it twice is kept.

use std::collections::{HashMap, HashSet};

use crate::formats::logs::turns::{Call, Output};

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    User,
    Agent,
    Thinking,
}

/// Where a speech stands: as it was shown, or as it was sent to or came from the model.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Shown,
    Sent,
}

pub enum Entry {
    Speech { who: Who, side: Side, text: String },
    System(Option<String>, String),
    Call(Option<String>, Call),
    Output(Option<String>, Output),
}

/// Which entries stay, since speech stands twice. Of one stretch of the log in which the same side
/// speaks, the better half is taken, and nothing of the other whose text the better one has
/// anywhere: the halves may be written at different moments.
pub fn kept(entries: &[(Entry, Option<String>)]) -> Vec<bool> {
    let better = |who| match who {
        Who::User | Who::Agent => Side::Shown,
        Who::Thinking => Side::Sent,
    };
    let mut stretches = Vec::with_capacity(entries.len());
    let (mut stretch, mut by_user) = (0_usize, true);
    let (mut has_better, mut texts) = (HashSet::new(), HashSet::new());
    for (entry, _) in entries {
        let is_user = matches!(entry, Entry::Speech { who: Who::User, .. });
        stretch += usize::from(is_user != by_user);
        by_user = is_user;
        stretches.push(stretch);
        if let Entry::Speech { who, side, text } = entry
            && *side == better(*who)
        {
            has_better.insert((*who, stretch));
            texts.insert((*who, text.trim()));
        }
    }
    // A message may be shown by two kinds of event in turn.
    let mut last: HashMap<Who, (usize, &str)> = HashMap::new();
    let places = entries.iter().zip(stretches);
    places
        .map(|((entry, _), stretch)| {
            let Entry::Speech { who, side, text } = entry else {
                return true;
            };
            if *side == better(*who) {
                let this = (stretch, text.trim());
                last.insert(*who, this) != Some(this)
            } else {
                !has_better.contains(&(*who, stretch)) && !texts.contains(&(*who, text.trim()))
            }
        })
        .collect()
}
