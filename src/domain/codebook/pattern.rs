//! The labels of an open code.

/// A regular expression that has to match a whole label.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    regex: regex::Regex,
}

impl Pattern {
    /// Compiles `source`; the error says what is wrong with it.
    pub fn new(source: &str) -> Result<Self, String> {
        // By itself first: "a)|(b" would be a pattern only between the brackets added here.
        let compile = |source: &str| regex::Regex::new(source).map_err(|error| brief(&error));
        compile(source)?;
        let regex = compile(&format!("^(?:{source})$"))?;
        Ok(Self {
            source: source.to_owned(),
            regex,
        })
    }

    pub fn matches(&self, label: &str) -> bool {
        self.regex.is_match(label)
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// The fixed text with which every matching label begins; empty where there is none.
    pub fn prefix(&self) -> &str {
        if has_alternatives(&self.source) {
            return "";
        }
        let end = self
            .source
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '/')))
            .unwrap_or(self.source.len());
        let (fixed, rest) = self.source.split_at(end);
        // The last character may be left out, so it is not fixed.
        match fixed.char_indices().next_back() {
            Some((last, _)) if rest.starts_with(['?', '*', '{']) => &fixed[..last],
            _ => fixed,
        }
    }
}

/// The sentence of an error that draws a picture above it.
fn brief(error: &regex::Error) -> String {
    let told = error.to_string();
    let last = told.lines().next_back().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

/// Whether a regular expression has a `|` outside brackets.
fn has_alternatives(source: &str) -> bool {
    let (mut depth, mut class) = (0_usize, false);
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => class = true,
            ']' => class = false,
            '(' if !class => depth += 1,
            ')' if !class => depth = depth.saturating_sub(1),
            '|' if !class && depth == 0 => return true,
            _ => {}
        }
    }
    false
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_labels_only() {
        let pattern = Pattern::new("a|team:[a-z]+").unwrap();
        assert!(pattern.matches("a") && pattern.matches("team:owls"));
        for label in ["", "ab", "team:", "team:owls\n", "xteam:owls", "team:Owls"] {
            assert!(!pattern.matches(label), "{label:?}");
        }
        assert!(Pattern::new("a)|(b").is_err());
    }

    #[test]
    fn the_prefix_of_a_pattern_begins_every_matching_label() {
        for (source, prefix) in [
            ("team:[a-z]+", "team:"),
            ("custom:[a-z]+(_[a-z]+)*", "custom:"),
            ("shelf-(1|2)", "shelf-"),
            ("fixed", "fixed"),
            ("ab?c", "a"),
            ("ab*", "a"),
            ("ab{2}", "a"),
            ("ab+", "ab"),
            ("a|b", ""),
            ("a[|]b", "a"),
            ("a\\|b", "a"),
            ("[ab]", ""),
        ] {
            assert_eq!(Pattern::new(source).unwrap().prefix(), prefix, "{source}");
        }
    }
}
