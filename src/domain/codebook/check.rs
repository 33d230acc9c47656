//! Everything that is wrong with a codebook, at once.

use std::{collections::HashSet, fmt};

use super::{Axis, Code, Codebook, Kind, RESERVED_HOTKEYS, UnitKind};

/// Something wrong with a codebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a path into the file: `axis.symptom.code.S8.hotkey`.
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
    if codebook.version.is_empty() || codebook.version.contains(char::is_whitespace) {
        problems.add("version", "must be a version such as 1.0.0");
    }
    if codebook.axes.is_empty() {
        problems.add("axis", "a codebook needs at least one axis");
    }
    let mut keys = HashSet::new();
    for axis in &codebook.axes {
        let at = format!("axis.{}", axis.key);
        if !is_key(&axis.key, false) {
            problems.add(
                format!("{at}.key"),
                "takes lower-case letters, digits and _, beginning with a letter",
            );
        }
        if !keys.insert(&axis.key) {
            problems.add(format!("{at}.key"), "stands twice");
        }
        check_axis(codebook, axis, &at, &mut problems);
    }
    problems.0
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, path: impl Into<String>, why: impl Into<String>) {
        self.0.push(Problem {
            path: path.into(),
            why: why.into(),
        });
    }
}

fn is_key(text: &str, hyphen: bool) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || (hyphen && c == '-')
        })
}

fn check_axis(codebook: &Codebook, axis: &Axis, at: &str, problems: &mut Problems) {
    check_kind(codebook, axis, at, problems);
    check_condition(codebook, axis, at, problems);
    check_codes(axis, at, problems);
    for attribute in &axis.attributes {
        let at = format!("{at}.attribute.{}", attribute.key);
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
        check_unique(
            attribute.values.iter().map(|v| v.key.as_str()),
            &format!("{at}.value"),
            problems,
        );
        let hotkeys = attribute.values.iter().map(|v| (v.key.as_str(), v.hotkey));
        check_hotkeys(hotkeys, &format!("{at}.value"), problems);
    }
}

fn check_kind(codebook: &Codebook, axis: &Axis, at: &str, problems: &mut Problems) {
    let coded = axis.is_coded();
    if axis.kind == Kind::Scale && axis.codes.is_empty() {
        problems.add(
            format!("{at}.from"),
            "a scale needs whole numbers \"from\" and \"to\", at most 20 apart",
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
    if axis.kind != Kind::Multi {
        if axis.max.is_some() || axis.prefer.is_some() {
            problems.add(
                format!("{at}.max"),
                "\"max\" and \"prefer\" are for multi axes",
            );
        }
        for code in axis.codes.iter().filter(|code| code.exclusive) {
            problems.add(
                format!("{at}.code.{}.exclusive", code.key),
                "is for multi axes",
            );
        }
    }
    if axis.max == Some(0) {
        problems.add(format!("{at}.max"), "must be 1 or more");
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
    for code in &axis.ordered {
        require_code(axis, code, format!("{at}.ordered"), problems);
    }
    check_unique(
        axis.ordered.iter().map(|c| &**c),
        &format!("{at}.ordered"),
        problems,
    );
}

fn check_condition(codebook: &Codebook, axis: &Axis, at: &str, problems: &mut Problems) {
    let Some(condition) = &axis.applies_when else {
        return;
    };
    let path = format!("{at}.applies_when");
    let Some(place) = codebook.position(&condition.axis) else {
        problems.add(path, format!("there is no axis {}", condition.axis));
        return;
    };
    let parent = &codebook.axes[place];
    // Asking for an earlier axis also rules out circles.
    if codebook.position(&axis.key).is_none_or(|own| place >= own) {
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
    for code in &condition.is {
        require_code(parent, code, format!("{path}.is"), problems);
    }
}

fn check_codes(axis: &Axis, at: &str, problems: &mut Problems) {
    check_unique(
        axis.codes.iter().map(|c| &*c.key),
        &format!("{at}.code"),
        problems,
    );
    let hotkeys = axis.codes.iter().map(|code| (&*code.key, code.hotkey));
    check_hotkeys(hotkeys, &format!("{at}.code"), problems);
    let mut spellings: HashSet<&str> = axis.codes.iter().map(|code| &*code.key).collect();
    for code in &axis.codes {
        let at = format!("{at}.code.{}", code.key);
        if code.key.is_empty() || code.key.contains(char::is_whitespace) {
            problems.add(format!("{at}.key"), "must be a word without blanks");
        }
        if code.name.trim().is_empty() {
            problems.add(format!("{at}.name"), "is empty");
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
    for other in axis.codes.iter().filter(|other| other.key != code.key) {
        if other.pattern.is_none() && pattern.matches(&other.key) {
            problems.add(
                format!("{at}.pattern"),
                format!("also matches the code {}", other.key),
            );
        }
    }
    if pattern.matches("") {
        problems.add(format!("{at}.pattern"), "also matches an empty label");
    }
}

fn require_code(axis: &Axis, code: &str, path: String, problems: &mut Problems) {
    if !axis.codes.iter().any(|c| &*c.key == code) {
        problems.add(path, format!("{} has no code {code}", axis.key));
    }
}

fn check_unique<'a>(keys: impl Iterator<Item = &'a str>, path: &str, problems: &mut Problems) {
    let mut seen = HashSet::new();
    for key in keys {
        if !seen.insert(key) {
            problems.add(format!("{path}.{key}"), "stands twice");
        }
    }
}

fn check_hotkeys<'a>(
    keys: impl Iterator<Item = (&'a str, Option<char>)>,
    path: &str,
    problems: &mut Problems,
) {
    let mut taken: Vec<(char, &str)> = Vec::new();
    for (key, hotkey) in keys {
        let Some(hotkey) = hotkey else { continue };
        let at = format!("{path}.{key}.hotkey");
        if !hotkey.is_ascii_digit() && !hotkey.is_ascii_lowercase() {
            problems.add(
                at,
                format!("{hotkey} is not a digit or a lower-case letter"),
            );
        } else if RESERVED_HOTKEYS.contains(hotkey) {
            problems.add(at, format!("{hotkey} is a command of the labelling screen"));
        } else if let Some((_, other)) = taken.iter().find(|(c, _)| *c == hotkey) {
            problems.add(at, format!("{hotkey} is already the key of {other}"));
        } else {
            taken.push((hotkey, key));
        }
    }
}

/// Gives a free hotkey to each code and attribute value without one: digits first.
pub fn assign_hotkeys(codebook: &mut Codebook) {
    for axis in &mut codebook.axes {
        assign(axis.codes.iter_mut().map(|code| &mut code.hotkey).collect());
        for attribute in &mut axis.attributes {
            assign(
                attribute
                    .values
                    .iter_mut()
                    .map(|value| &mut value.hotkey)
                    .collect(),
            );
        }
    }
}

fn assign(hotkeys: Vec<&mut Option<char>>) {
    let taken: Vec<char> = hotkeys.iter().filter_map(|key| **key).collect();
    let mut free = ('1'..='9')
        .chain(['0'])
        .chain(('a'..='z').filter(|c| !RESERVED_HOTKEYS.contains(*c)))
        .filter(|c| !taken.contains(c));
    for hotkey in hotkeys {
        if hotkey.is_none() {
            *hotkey = free.next();
        }
    }
}
