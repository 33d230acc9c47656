//! The piece of a text in which a search found something, in one line.

use std::{collections::HashSet, ops::Range};

use crate::domain::query::{Match, Query};

/// Characters before the first match and after it.
const BEFORE: usize = 40;
const AFTER: usize = 200;

/// Matches that are looked at in one text, so that a common word in a long text costs no more.
const LOOKED_AT: usize = 1_000;

/// A piece of a text in one line, with what was found marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    pub text: String,
    /// Bytes of `text`.
    pub marks: Vec<Range<usize>>,
}

/// The best place of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    /// How many of the wanted phrases stand near each other there.
    pub phrases: usize,
    /// The first of them, in bytes of the text.
    pub range: Range<usize>,
    pub snippet: Snippet,
}

/// Where the wanted phrases stand in a text, the first `LOOKED_AT` of them.
pub fn places(query: &Query, text: &str) -> Vec<Match> {
    let mut found = Vec::new();
    query.find(text, |place| {
        if place.phrase < query.wanted.len() {
            found.push(place);
        }
        found.len() < LOOKED_AT
    });
    found.sort_by_key(|place| (place.range.start, place.range.end));
    found
}

/// The place of a text at which most of the wanted phrases stand near each other.
pub fn best(query: &Query, text: &str) -> Option<Best> {
    let found = places(query, text);
    let near = |first: usize| {
        let end = found[first].range.start + AFTER;
        let window = found[first..].iter();
        let phrases: HashSet<usize> = window
            .take_while(|place| place.range.start < end)
            .map(|place| place.phrase)
            .collect();
        phrases.len()
    };
    let all = query.wanted.len();
    let mut best = (0, 0);
    for first in 0..found.len() {
        let phrases = near(first);
        if phrases > best.1 {
            best = (first, phrases);
        }
        if phrases == all {
            break;
        }
    }
    let range = found.get(best.0)?.range.clone();
    Some(Best {
        phrases: best.1,
        snippet: cut(text, &range, &found),
        range,
    })
}

fn cut(text: &str, at: &Range<usize>, found: &[Match]) -> Snippet {
    let before = text[..at.start].char_indices().rev().take(BEFORE);
    let mut begin = before.last().map_or(at.start, |(byte, _)| byte);
    if begin > 0
        && let Some(blank) = text[begin..at.start].find(char::is_whitespace)
    {
        begin += blank;
    }
    let rest = &text[at.start..];
    let end = rest
        .char_indices()
        .nth(AFTER)
        .map_or(text.len(), |(byte, _)| at.start + byte)
        .max(at.end);
    let mut snippet = Snippet::default();
    if begin > 0 {
        snippet.text.push('…');
    }
    let mut marks = found
        .iter()
        .map(|place| &place.range)
        .filter(|range| range.start >= begin && range.end <= end)
        .peekable();
    let mut open: Option<(usize, usize)> = None;
    let mut blank = true;
    for (byte, c) in text[begin..end].char_indices() {
        let byte = begin + byte;
        if let Some((start, _)) = open.filter(|(_, end)| byte >= *end) {
            snippet.marks.push(start..snippet.text.len());
            open = None;
        }
        while let Some(range) = marks.next_if(|range| range.start <= byte) {
            match &mut open {
                Some((_, end)) => *end = range.end.max(*end),
                None if range.start == byte => open = Some((snippet.text.len(), range.end)),
                None => {}
            }
        }
        let is_blank = c.is_whitespace() || c.is_control();
        match (is_blank, blank) {
            (true, true) => {}
            (true, false) => snippet.text.push(' '),
            (false, _) => snippet.text.push(c),
        }
        blank = is_blank;
    }
    if let Some((start, _)) = open {
        snippet.marks.push(start..snippet.text.len());
    }
    if end < text.len() {
        snippet.text.push('…');
    }
    snippet
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked(query: &str, text: &str) -> (String, Vec<String>) {
        let best = best(&Query::parse(query), text).unwrap();
        let snippet = best.snippet;
        let marks = snippet
            .marks
            .iter()
            .map(|range| snippet.text[range.clone()].to_owned());
        let marks = marks.collect();
        (snippet.text, marks)
    }

    #[test]
    fn the_snippet_is_cut_where_most_words_stand_together() {
        let far = "x ".repeat(400);
        let text = format!("tests here {far} and leave\n\n the  tests alone {far}");
        let (text, marks) = marked("leave tests", &text);
        assert!(text.starts_with("…x") && text.ends_with('…'), "{text}");
        assert!(text.contains("and leave the tests alone"), "{text}");
        assert_eq!(marks, ["leave", "tests"]);
    }

    #[test]
    fn matches_that_overlap_are_one_mark() {
        let (text, marks) = marked("整理文 理文档 \"a b\" \"b a\"", "请整理文档。a b a");
        assert_eq!(text, "请整理文档。a b a");
        assert_eq!(marks, ["整理文档", "a b a"]);
    }

    proptest! {
        #[test]
        fn marks_lie_on_characters_in_order(text in "[a整 \n\té]{1,400}") {
            if let Some(best) = best(&Query::parse("a 整 é*"), &text) {
                let mut last = 0;
                for mark in &best.snippet.marks {
                    prop_assert!(best.snippet.text.get(mark.clone()).is_some_and(|m| !m.is_empty()));
                    prop_assert!(mark.start >= last);
                    last = mark.end;
                }
                prop_assert!(!best.snippet.marks.is_empty());
            }
        }
    }
}
