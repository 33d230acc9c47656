//! Finds text in the turns of a session, in any case of letters.

use std::ops::Range;

use crate::domain::session::Turn;

/// A search and all that it found.
pub struct Search {
    pub needle: String,
    hits: Vec<Hit>,
    /// The hit that was jumped to.
    pub here: Option<usize>,
}

/// Small, because one letter is found a million times in a long session. No turn is as long as 4 GiB.
struct Hit {
    turn: u32,
    start: u32,
    end: u32,
}

impl Search {
    /// Searches all turns. Hits do not overlap.
    pub fn new(needle: String, turns: &[Turn]) -> Self {
        let folded = fold(&needle);
        let mut hits = Vec::new();
        if let [first, rest @ ..] = folded.as_slice() {
            for (turn, Turn { text, .. }) in turns.iter().enumerate() {
                find_all(text, *first, rest, |hit| {
                    hits.push(Hit {
                        turn: turn as u32,
                        start: hit.start as u32,
                        end: hit.end as u32,
                    });
                });
            }
        }
        Self {
            needle,
            hits,
            here: None,
        }
    }

    pub fn len(&self) -> usize {
        self.hits.len()
    }

    /// The turn and bytes of a hit.
    pub fn hit(&self, index: usize) -> Option<(usize, Range<usize>)> {
        let hit = self.hits.get(index)?;
        Some((hit.turn as usize, hit.start as usize..hit.end as usize))
    }

    /// The first hit that begins at this byte of a turn or later, else the first of all.
    pub fn from(&self, turn: usize, byte: usize) -> Option<usize> {
        let before = self
            .hits
            .partition_point(|hit| (hit.turn as usize, hit.start as usize) < (turn, byte));
        let first = if before < self.hits.len() { before } else { 0 };
        (!self.hits.is_empty()).then_some(first)
    }

    /// How many hits begin in some bytes of a turn.
    pub fn count(&self, turn: usize, bytes: Range<usize>) -> usize {
        let before = |byte: usize| {
            self.hits
                .partition_point(|hit| (hit.turn as usize, hit.start as usize) < (turn, byte))
        };
        before(bytes.end) - before(bytes.start)
    }

    /// The hits that touch some bytes of a turn, with their numbers.
    pub fn touching(
        &self,
        turn: usize,
        bytes: Range<usize>,
    ) -> impl Iterator<Item = (usize, Range<usize>)> {
        let first = self
            .hits
            .partition_point(|hit| (hit.turn as usize, hit.end as usize) <= (turn, bytes.start));
        (first..self.hits.len())
            .map_while(|index| Some((index, self.hit(index)?)))
            .take_while(move |(_, (in_turn, hit))| *in_turn == turn && hit.start < bytes.end)
            .map(|(index, (_, hit))| (index, hit))
    }
}

/// Every place of a text in another, in any case of letters. They do not overlap.
pub fn find(needle: &str, text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if let [first, rest @ ..] = fold(needle).as_slice() {
        find_all(text, *first, rest, |hit| found.push(hit));
    }
    found
}

fn fold(needle: &str) -> Vec<char> {
    needle.chars().flat_map(char::to_lowercase).collect()
}

fn find_all(text: &str, first: char, rest: &[char], mut found: impl FnMut(Range<usize>)) {
    let mut at = 0;
    while let Some(start) = candidate(text, at, first, rest) {
        let Some(c) = text[start..].chars().next() else {
            return;
        };
        let mut folded = c.to_lowercase();
        let after = start + c.len_utf8();
        let end = match folded.next() == Some(first) {
            true => match_rest(folded, rest, text, after),
            false => None,
        };
        at = match end {
            Some(end) => {
                found(start..end);
                end
            }
            None => after,
        };
    }
}

/// The next character from `at` on that a match may begin with. Most text is passed over byte by
/// byte, which is what makes a search of some megabytes go unnoticed.
fn candidate(text: &str, at: usize, first: char, rest: &[char]) -> Option<usize> {
    let bytes = text.as_bytes();
    let found = if first.is_ascii() {
        let (lower, upper) = (first as u8, first.to_ascii_uppercase() as u8);
        let second = rest.first().filter(|c| c.is_ascii()).map(|c| *c as u8);
        let goes_on = |at: usize| match (second, bytes.get(at + 1)) {
            (Some(second), Some(next)) => next.to_ascii_lowercase() == second || *next >= 0x80,
            (Some(_), None) => false,
            (None, _) => true,
        };
        // İ and the Kelvin sign are the characters beyond ASCII whose lower case begins in it.
        (at..bytes.len()).find(|at| match bytes[*at] {
            byte if byte == lower || byte == upper => goes_on(*at),
            0xc4 => first == 'i',
            0xe2 => first == 'k',
            _ => false,
        })?
    } else if first.is_lowercase() || first.is_uppercase() {
        // The lower case of ASCII is ASCII.
        at + bytes[at..].iter().position(|byte| *byte >= 0xc0)?
    } else {
        at + text[at..].find(first)?
    };
    Some(found)
}

/// Where the match ends, if what is left of the first character's lower case and then the text from
/// `at` spell `wanted`. A match ends with a whole character.
fn match_rest(
    folded: impl Iterator<Item = char>,
    wanted: &[char],
    text: &str,
    mut at: usize,
) -> Option<usize> {
    let mut wanted = wanted.iter();
    for c in folded {
        (wanted.next() == Some(&c)).then_some(())?;
    }
    for c in text[at..].chars() {
        if wanted.len() == 0 {
            break;
        }
        for c in c.to_lowercase() {
            (wanted.next() == Some(&c)).then_some(())?;
        }
        at += c.len_utf8();
    }
    (wanted.len() == 0).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(needle: &str, text: &'a str) -> Vec<&'a str> {
        let folded: Vec<char> = needle.chars().flat_map(char::to_lowercase).collect();
        let mut hits = Vec::new();
        find_all(text, folded[0], &folded[1..], |hit| hits.push(&text[hit]));
        hits
    }

    #[test]
    fn case_does_not_matter_in_any_script() {
        assert_eq!(
            found("error", "Error: ERROR, terror"),
            ["Error", "ERROR", "error"]
        );
        assert_eq!(found("ÉTÉ", "l'été"), ["été"]);
        assert_eq!(found("привет", "ПРИВЕТ"), ["ПРИВЕТ"]);
        assert_eq!(found("整理", "整理接入整理"), ["整理", "整理"]);
        assert_eq!(found("aa", "aaaaa"), ["aa", "aa"]);
    }

    #[test]
    fn every_character_is_found_by_its_lower_case() {
        for c in (0..=0x1ffff).filter_map(char::from_u32) {
            let folded: String = c.to_lowercase().collect();
            let text = format!("{c}{c}{c}{folded}");
            assert_eq!(found(&folded, &text).len(), 4, "{c:?}");
        }
        assert_eq!(found("k", "\u{212a}").len(), 1);
    }

    #[test]
    fn a_hit_never_ends_inside_a_character() {
        // The lower case of İ has two characters.
        assert_eq!(found("i", "İ"), [""; 0]);
        assert_eq!(found("İ", "xİi\u{307}"), ["İ", "i\u{307}"]);
        assert_eq!(found("xi", "xİ"), [""; 0]);
    }
}
