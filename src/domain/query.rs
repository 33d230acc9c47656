//! What is searched for, and where a text has it.
//!
//! There is no wrong query. Words have to be there in any order; `"a phrase"` in this order; `word*`
//! is the beginning of a word, `-word` one that must not be there. Everything else is taken as it
//! stands, so that `src/main.rs` is the phrase of its three words.

use std::ops::Range;

use super::words::{Word, each_word};

/// Words that follow upon each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// As [`each_word`] cuts them; never empty.
    pub words: Vec<String>,
    /// Whether the last word is only the beginning of one.
    pub prefix: bool,
}

/// A query. It wants nothing, and finds nothing, if it says only what must not be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub wanted: Vec<Phrase>,
    pub unwanted: Vec<Phrase>,
}

/// A place where a text has a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The phrase, by its place among the wanted, and after them the unwanted.
    pub phrase: usize,
    /// Bytes of the text.
    pub range: Range<usize>,
}

impl Query {
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (unwanted, after) = match rest.strip_prefix('-') {
                Some(after) if !after.starts_with('-') => (true, after),
                _ => (false, rest),
            };
            let (mut piece, after) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => {
                    let end = after.find(char::is_whitespace).unwrap_or(after.len());
                    after.split_at(end)
                }
            };
            let mut tail = after;
            let prefix = match (piece.strip_suffix('*'), after.strip_prefix('*')) {
                (_, Some(after)) => {
                    tail = after;
                    true
                }
                (Some(begin), None) => {
                    piece = begin;
                    true
                }
                (None, None) => false,
            };
            if let Some(phrase) = Phrase::cut(piece, prefix) {
                let side = match unwanted {
                    true => &mut query.unwanted,
                    false => &mut query.wanted,
                };
                if !side.contains(&phrase) {
                    side.push(phrase);
                }
            }
            rest = tail.trim_start();
        }
        query
    }

    /// Whether it can find nothing.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Hands over the places of all phrases in the order of their ends, while `each` says go on.
    pub fn find(&self, text: &str, mut each: impl FnMut(Match) -> bool) {
        let phrases: Vec<&Phrase> = self.wanted.iter().chain(&self.unwanted).collect();
        // Phrases that have begun: which, how many of its words, and where.
        let mut begun: Vec<(usize, usize, usize)> = Vec::new();
        let mut still = Vec::new();
        let mut on = true;
        each_word(text, |word| {
            let fresh = (0..phrases.len()).map(|phrase| (phrase, 0, word.range.start));
            for (phrase, had, start) in begun.drain(..).chain(fresh) {
                let wanted = phrases[phrase];
                let last = had + 1 == wanted.words.len();
                if !wanted.takes(had, &word) || !on {
                    continue;
                }
                if last {
                    let end = wanted.end(&word);
                    let range = start..end;
                    on = each(Match { phrase, range });
                } else {
                    still.push((phrase, had + 1, start));
                }
            }
            std::mem::swap(&mut begun, &mut still);
            on
        });
    }

    /// Whether fields that belong together have every wanted phrase and no other.
    pub fn admits<'t>(&self, fields: impl IntoIterator<Item = &'t str>) -> bool {
        let mut there = vec![false; self.wanted.len()];
        let mut refused = false;
        for field in fields {
            self.find(field, |found| {
                match there.get_mut(found.phrase) {
                    Some(there) => *there = true,
                    None => refused = true,
                }
                !refused
            });
        }
        !refused && !self.is_empty() && there.into_iter().all(|there| there)
    }
}

impl Phrase {
    /// `None` where the text has no word.
    fn cut(text: &str, prefix: bool) -> Option<Self> {
        let mut words: Vec<String> = Vec::new();
        let mut prefix = prefix;
        let (mut before, mut lone) = (usize::MAX, false);
        each_word(text, |word| {
            // What a script without blanks ends with is no end of a word in the text.
            lone = word.head == word.range.end && word.range.end == before;
            before = word.range.end;
            words.push(word.text.to_owned());
            true
        });
        if lone {
            words.pop();
        } else if words.last().is_some_and(|word| stands_alone(word)) {
            prefix = true;
        }
        (!words.is_empty()).then_some(Self { words, prefix })
    }

    fn takes(&self, place: usize, word: &Word) -> bool {
        let wanted = &self.words[place];
        match self.prefix && place + 1 == self.words.len() {
            true => word.text.starts_with(wanted.as_str()),
            false => word.text == wanted,
        }
    }

    /// Where the match ends in its last word.
    fn end(&self, word: &Word) -> usize {
        match self.prefix && self.words.last().is_some_and(|last| stands_alone(last)) {
            true => word.head,
            false => word.range.end,
        }
    }
}

/// Whether a word is a single character that a run of others may go on from.
fn stands_alone(word: &str) -> bool {
    let mut run_on = false;
    let twice = format!("{word}{word}");
    each_word(&twice, |cut| {
        run_on = cut.head < cut.range.end;
        false
    });
    run_on && word.chars().count() == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found<'t>(query: &str, text: &'t str) -> Vec<&'t str> {
        let mut places = Vec::new();
        Query::parse(query).find(text, |place| {
            places.push(&text[place.range]);
            true
        });
        places
    }

    fn admits(query: &str, text: &str) -> bool {
        Query::parse(query).admits([text])
    }

    #[test]
    fn words_are_whole_in_any_order_and_without_regard_to_case_or_accents() {
        assert!(admits("tests leave", "Leave the TESTS alone"));
        assert!(!admits("test", "Leave the tests alone"));
        assert!(admits("cafe", "le Café"));
        assert!(admits("café", "LE CAFE"));
        assert!(admits("main.rs", "see src/main.rs:12"));
        assert!(admits("parse_line", "fn parse_line()"));
    }

    #[test]
    fn a_phrase_keeps_its_order_and_a_star_stands_for_the_rest_of_a_word() {
        assert!(admits("\"leave the tests\"", "Leave the tests"));
        assert!(!admits("\"tests leave\"", "leave the tests"));
        assert!(admits("\"the te\"*", "leave the tests"));
        assert!(admits("\"the te*\"", "leave the tests"));
        assert_eq!(found("te*", "test tea toe"), ["test", "tea"]);
        assert_eq!(found("\"aa aa\"", "aa aa aa"), ["aa aa", "aa aa"]);
    }

    #[test]
    fn what_must_not_be_there_is_not_enough_by_itself() {
        assert!(admits("leave -agent", "leave the tests"));
        assert!(!admits("leave -\"the tests\"", "leave the tests"));
        assert!(!admits("-agent", "leave the tests"));
        assert!(Query::parse("-agent").is_empty());
    }

    #[test]
    fn anything_else_is_taken_as_it_stands() {
        assert_eq!(Query::parse("--where"), Query::parse("where"));
        assert_eq!(Query::parse("(AND) OR*").wanted.len(), 2);
        assert_eq!(Query::parse("\"a b"), Query::parse("\"a b\""));
        for nothing in [
            "", " ", "\"", "\"\"", "*", "-", "--", "-\"", "-*", "…", "\"*",
        ] {
            assert!(Query::parse(nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn words_of_scripts_without_blanks_are_found_wherever_they_stand() {
        let text = "请整理接入文档，并形成API文档。";
        assert_eq!(found("文档", text), ["文档", "文档"]);
        assert_eq!(found("整理接入", text), ["整理接入"]);
        assert_eq!(found("接", text), ["接"]);
        assert_eq!(found("档", text), ["档", "档"]);
        assert_eq!(found("API文档", text), ["API文档"]);
        assert_eq!(found("\"文档，并形\"", text), ["文档，并形"]);
        assert_eq!(found("形成 api", text), ["形成", "API"]);
        assert!(!admits("理文", text));
        assert_eq!(found("テスト", "単体テストを直す"), ["テスト"]);
        assert_eq!(found("문서", "문서를 고쳐"), ["문서"]);
    }

    proptest! {
        #[test]
        fn any_stretch_of_a_text_without_blanks_is_found_in_it(
            text in "[整理文档并かなテ]{1,12}", a in any::<proptest::sample::Index>(), b in any::<proptest::sample::Index>(),
        ) {
            let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (a, b) = (*a.get(&cuts), *b.get(&cuts));
            let piece = &text[a.min(b)..a.max(b)];
            if !piece.is_empty() {
                let places = found(piece, &text);
                prop_assert!(!places.is_empty() && places.iter().all(|place| *place == piece));
            }
        }

        #[test]
        fn no_query_is_wrong(query in "[\"*\\-a整 é]{0,12}", text in "[\"*\\-a整 é]{0,20}") {
            let query = Query::parse(&query);
            query.find(&text, |place| text.get(place.range).is_some());
        }
    }
}
