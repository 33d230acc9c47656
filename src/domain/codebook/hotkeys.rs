//! The key that chooses a code or a value on the labelling screens.

use std::collections::HashMap;

use super::{Codebook, RESERVED_HOTKEYS};

/// What stands against each hotkey of one choice, as `(key of the code, why)`.
pub fn problems<'a>(keys: impl Iterator<Item = (&'a str, Option<char>)>) -> Vec<(&'a str, String)> {
    let mut taken: HashMap<char, &str> = HashMap::new();
    let mut problems = Vec::new();
    for (key, hotkey) in keys {
        let Some(hotkey) = hotkey else { continue };
        if !hotkey.is_ascii_digit() && !letters().any(|letter| letter == hotkey) {
            let letters: String = letters().flat_map(|letter| [' ', letter]).collect();
            let why = format!("{hotkey} cannot be a hotkey; take a digit or one of{letters}");
            problems.push((key, why));
        } else if let Some(other) = taken.get(&hotkey) {
            problems.push((key, format!("{hotkey} is already the key of {other}")));
        } else {
            taken.insert(hotkey, key);
        }
    }
    problems
}

/// The letters that are no commands of the labelling screens.
fn letters() -> impl Iterator<Item = char> {
    ('a'..='z').filter(|c| !RESERVED_HOTKEYS.contains(*c))
}

/// Gives a free hotkey to each code and attribute value without one: digits first.
pub fn assign(codebook: &mut Codebook) {
    for axis in &mut codebook.axes {
        fill(axis.codes.iter_mut().map(|code| &mut code.hotkey).collect());
        for attribute in &mut axis.attributes {
            let values = attribute.values.iter_mut();
            fill(values.map(|value| &mut value.hotkey).collect());
        }
    }
}

fn fill(hotkeys: Vec<&mut Option<char>>) {
    let taken: Vec<char> = hotkeys.iter().filter_map(|key| **key).collect();
    let mut free = ('1'..='9')
        .chain(['0'])
        .chain(letters())
        .filter(|c| !taken.contains(c));
    for hotkey in hotkeys {
        if hotkey.is_none() {
            *hotkey = free.next();
        }
    }
}
