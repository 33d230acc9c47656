//! Everything that is wrong with a codebook, at once.

mod places;

use std::{collections::HashSet, fmt};

use super::{Attribute, Axis, Code, Codebook, Kind, UnitKind, hotkeys};

/// Something wrong with a codebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a path into the file: `axis.weather.code.rain.hotkey`. What has no key is named
    /// by its place, counted from 1.
    pub path: String,
    pub why: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.why)
    }
}

/// Checks the codebook as a whole. An empty list means that it can be used.
pub fn check(codebook: &Codebook) -> Vec<Problem> {
    let mut problems = Problems::default();
    if !is_key(&codebook.id, true) {
        problems.add(
            "id",
            "takes lower-case letters, digits, _ and -, beginning with a letter",
        );
    }
    if !is_version(&codebook.version) {
        problems.add("version", "must be three numbers, such as 1.0.0");
    }
    if codebook.axes.is_empty() {
        problems.add("axis", "a codebook needs at least one axis");
    }
    let mut keys = HashSet::new();
    for (place, axis) in codebook.axes.iter().enumerate() {
        let at = format!("axis.{}", named(&axis.key, place));
        if !is_key(&axis.key, false) {
            problems.add(
                format!("{at}.key"),
                "takes lower-case letters, digits and _, beginning with a letter",
            );
        } else if !keys.insert(&axis.key) {
            problems.add(format!("{at}.key"), "stands twice");
        }
        check_kind(codebook, axis, &at, &mut problems);
        check_condition(codebook, axis, place, &at, &mut problems);
        check_codes(axis, &at, &mut problems);
        check_attributes(axis, &at, &mut problems);
    }
    places::check(codebook, &mut problems);
    problems.0
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, path: impl Into<String>, why: impl Into<String>) {
        let problem = Problem {
            path: path.into(),
            why: why.into(),
        };
        // A key that stands twice would have everything else told twice as well.
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }
}

/// How a path names one of a list.
fn named(key: &str, place: usize) -> String {
    if key.is_empty() {
        (place + 1).to_string()
    } else {
        key.to_owned()
    }
}

fn is_key(text: &str, hyphen: bool) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || (hyphen && c == '-')
        })
}

fn is_version(text: &str) -> bool {
    let numbers: Vec<&str> = text.split('.').collect();
    numbers.len() == 3
        && numbers
            .iter()
            .all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

fn check_kind(codebook: &Codebook, axis: &Axis, at: &str, problems: &mut Problems) {
    let coded = axis.is_coded();
    if axis.kind == Kind::Scale && axis.codes.is_empty() {
        problems.add(
            format!("{at}.from"),
            "a scale needs two whole numbers, \"from\" and a greater \"to\", at most 20 apart",
        );
    } else if coded && axis.codes.is_empty() {
        problems.add(
            format!("{at}.code"),
            "an axis of this kind needs at least one code",
        );
    }
    if !coded && !axis.codes.is_empty() {
        problems.add(format!("{at}.code"), "a text axis has no codes");
    }
    for (key, limit) in [("max", axis.max), ("prefer", axis.prefer)] {
        if limit.is_some() && axis.kind != Kind::Multi {
            problems.add(format!("{at}.{key}"), "is for multi axes");
        } else if limit == Some(0) {
            problems.add(format!("{at}.{key}"), "must be 1 or more");
        }
    }
    if coded && axis.words.is_some() {
        problems.add(
            format!("{at}.words"),
            "is for text axes; a code's own text has its limits under \"text\"",
        );
    }
    if !coded && !axis.attributes.is_empty() {
        problems.add(format!("{at}.attribute"), "a text axis has no attributes");
    }
    if axis.repeat && codebook.unit != UnitKind::Episode {
        problems.add(
            format!("{at}.repeat"),
            "only episodes have quotes to repeat an axis over",
        );
    }
    if !axis.ordered.is_empty() && !matches!(axis.kind, Kind::Single | Kind::Scale) {
        problems.add(format!("{at}.ordered"), "is for single axes");
        return;
    }
    for code in &axis.ordered {
        require_code(axis, code, format!("{at}.ordered"), problems);
    }
    check_unique(
        axis.ordered.iter().map(|c| &**c),
        &format!("{at}.ordered"),
        problems,
    );
}

fn check_condition(
    codebook: &Codebook,
    axis: &Axis,
    own_place: usize,
    at: &str,
    problems: &mut Problems,
) {
    let Some(condition) = &axis.applies_when else {
        return;
    };
    let path = format!("{at}.applies_when");
    if condition.axis.is_empty() {
        problems.add(format!("{path}.axis"), "names no axis");
        return;
    }
    let Some(place) = codebook.position(&condition.axis) else {
        problems.add(path, format!("there is no axis \"{}\"", condition.axis));
        return;
    };
    let parent = &codebook.axes[place];
    // Asking for an earlier axis also rules out circles.
    if place >= own_place {
        problems.add(
            path,
            format!("the axis {} must stand before this one", condition.axis),
        );
        return;
    }
    if !parent.is_coded() {
        problems.add(
            path.clone(),
            format!("{} is a text; a condition needs codes", parent.key),
        );
    }
    if parent.repeat {
        problems.add(
            path.clone(),
            format!("{} is asked per quote; nothing can hang on it", parent.key),
        );
    }
    if condition.is.is_empty() {
        problems.add(format!("{path}.is"), "names no code");
    }
    if parent.is_coded() {
        for code in &condition.is {
            require_code(parent, code, format!("{path}.is"), problems);
        }
    }
}

fn check_codes(axis: &Axis, at: &str, problems: &mut Problems) {
    check_unique(
        axis.codes.iter().map(|c| &*c.key),
        &format!("{at}.code"),
        problems,
    );
    let choice = axis.codes.iter().map(|code| (&*code.key, code.hotkey));
    for (key, why) in hotkeys::problems(choice) {
        problems.add(format!("{at}.code.{key}.hotkey"), why);
    }
    let mut spellings: HashSet<&str> = axis.codes.iter().map(|code| &*code.key).collect();
    for (place, code) in axis.codes.iter().enumerate() {
        let at = format!("{at}.code.{}", named(&code.key, place));
        if code.key.is_empty() || code.key.contains(char::is_whitespace) {
            problems.add(format!("{at}.key"), "must be a word without blanks");
        }
        if code.name.trim().is_empty() {
            problems.add(format!("{at}.name"), "is empty");
        }
        if code.exclusive && axis.kind != Kind::Multi {
            problems.add(format!("{at}.exclusive"), "is for multi axes");
        }
        for alias in &code.aliases {
            if !spellings.insert(alias) {
                problems.add(
                    format!("{at}.aliases"),
                    format!("{alias} already stands for something"),
                );
            }
        }
        check_open(axis, code, &at, problems);
    }
}

fn check_open(axis: &Axis, code: &Code, at: &str, problems: &mut Problems) {
    let Some(pattern) = &code.pattern else {
        return;
    };
    let mut add = |why: String| problems.add(format!("{at}.pattern"), why);
    if axis.kind == Kind::Scale {
        add("is for single and multi axes".into());
    }
    if pattern.matches(&code.key) {
        add(format!(
            "also matches {}, which is only the heading of the labels",
            code.key
        ));
    }
    for other in axis.codes.iter().filter(|other| other.key != code.key) {
        if other.pattern.is_none() && pattern.matches(&other.key) {
            add(format!("also matches the code {}", other.key));
        }
    }
    for alias in axis.codes.iter().flat_map(|other| &other.aliases) {
        if pattern.matches(alias) {
            add(format!("also matches {alias}, which is an alias"));
        }
    }
    if pattern.matches("") {
        add("also matches an empty label".into());
    }
}

fn check_attributes(axis: &Axis, at: &str, problems: &mut Problems) {
    for (place, attribute) in axis.attributes.iter().enumerate() {
        let at = format!("{at}.attribute.{}", named(&attribute.key, place));
        if !is_key(&attribute.key, false) || matches!(attribute.key.as_str(), "code" | "text") {
            problems.add(
                format!("{at}.key"),
                "takes lower-case letters, digits and _, and not \"code\" or \"text\"",
            );
        }
        if attribute.values.is_empty() {
            problems.add(
                format!("{at}.value"),
                "an attribute needs at least one value",
            );
        }
        for code in &attribute.without {
            require_code(axis, code, format!("{at}.except"), problems);
        }
        check_values(attribute, &at, problems);
    }
    check_unique(
        axis.attributes.iter().map(|a| a.key.as_str()),
        &format!("{at}.attribute"),
        problems,
    );
    let taken = |name: &str| name == "text" || axis.attribute(name).is_some();
    if !axis.attributes.is_empty() && taken(&axis.item) {
        problems.add(
            format!("{at}.item"),
            format!("\"{}\" already names something else in an item", axis.item),
        );
    }
}

fn check_values(attribute: &Attribute, at: &str, problems: &mut Problems) {
    for (place, value) in attribute.values.iter().enumerate() {
        let at = format!("{at}.value.{}", named(&value.key, place));
        if value.key.is_empty() || value.key.contains(char::is_whitespace) {
            problems.add(format!("{at}.key"), "must be a word without blanks");
        }
        if attribute.none.contains(&value.key) {
            problems.add(
                format!("{at}.key"),
                "also stands under \"none\", the spellings of no value",
            );
        }
    }
    check_unique(
        attribute.values.iter().map(|v| v.key.as_str()),
        &format!("{at}.value"),
        problems,
    );
    let choice = attribute.values.iter().map(|v| (v.key.as_str(), v.hotkey));
    for (key, why) in hotkeys::problems(choice) {
        problems.add(format!("{at}.value.{key}.hotkey"), why);
    }
}

fn require_code(axis: &Axis, code: &str, path: String, problems: &mut Problems) {
    if !axis.codes.iter().any(|c| &*c.key == code) {
        problems.add(path, format!("{} has no code {code}", axis.key));
    }
}

/// Empty keys are told as such where they stand.
fn check_unique<'a>(keys: impl Iterator<Item = &'a str>, path: &str, problems: &mut Problems) {
    let mut seen = HashSet::new();
    for key in keys {
        if !key.is_empty() && !seen.insert(key) {
            problems.add(format!("{path}.{key}"), "stands twice");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codebook::{RESERVED_HOTKEYS, samples};

    fn told(codebook: &Codebook) -> Vec<String> {
        check(codebook).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_codebook_that_was_read_is_clean_until_something_is_taken_from_it() {
        let clean = samples::fieldnotes();
        assert_eq!(told(&clean), [""; 0]);
        let without = |change: fn(&mut Codebook)| {
            let mut codebook = clean.clone();
            change(&mut codebook);
            told(&codebook)
        };
        assert_eq!(
            without(|c| c.axes[1].codes[0].name.clear()),
            ["axis.slip.code.count.name: is empty"]
        );
        // What hangs on an axis notices that it is gone, and nothing else does.
        assert_eq!(
            without(|c| c.axes.retain(|axis| &*axis.key != "mender")),
            ["axis.proof.applies_when: there is no axis \"mender\""]
        );
        assert_eq!(
            without(|c| c.axes.swap(3, 4)),
            ["axis.mender.applies_when: the axis repair must stand before this one"]
        );
        assert_eq!(
            without(|c| c.axes[1].attributes[1].values.clear()),
            ["axis.slip.attribute.way.value: an attribute needs at least one value"]
        );
    }

    #[test]
    fn every_hotkey_is_free_and_stands_once_in_its_choice() {
        for codebook in [
            samples::misalignment(),
            samples::validity(),
            samples::fieldnotes(),
        ] {
            for axis in &codebook.axes {
                let of_codes = axis.codes.iter().map(|code| code.hotkey);
                let mut choices = vec![of_codes.collect::<Vec<_>>()];
                choices.extend(
                    axis.attributes
                        .iter()
                        .map(|a| a.values.iter().map(|value| value.hotkey).collect()),
                );
                for keys in choices {
                    let keys: Vec<char> = keys.into_iter().map(Option::unwrap).collect();
                    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
                    assert!(!keys.iter().any(|key| RESERVED_HOTKEYS.contains(*key)));
                }
            }
        }
    }
}
