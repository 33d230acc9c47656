//! Where a quote stands in the text of a turn.

use std::{borrow::Cow, ops::Range};

use unicode_normalization::{
    IsNormalized, UnicodeNormalization,
    char::{canonical_combining_class, decompose_canonical},
    is_nfc_quick,
};

/// How closely a quote agrees with the text it was found in, closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// Byte for byte.
    Exact,
    /// After [`normalise`].
    Normalised,
}

/// Finds the first place of `quote` in `text`, as a byte range of `text` on char boundaries.
///
/// A quote without visible characters is found nowhere. Takes time in proportion to both lengths.
pub fn locate(quote: &str, text: &str) -> Option<(Match, Range<usize>)> {
    if quote.chars().all(is_blank) {
        return None;
    }
    if let Some(start) = text.find(quote) {
        return Some((Match::Exact, start..start + quote.len()));
    }
    let wanted = normalise(quote);
    if wanted.chars().next().is_none_or(joins_previous) {
        return None;
    }
    let folded = normalise(text);
    // Matches that overlap a refused one are passed over, which keeps the search linear.
    let start = folded.match_indices(&wanted).map(|(at, _)| at).find(|at| {
        let next = folded[at + wanted.len()..].chars().next();
        !next.is_some_and(joins_previous)
    })?;
    let range = raw_range(text, start..start + wanted.len())?;
    Some((Match::Normalised, range))
}

/// Folds what copying a text tends to change: Unicode form C (UAX #15), curly quotation marks to
/// straight ones, any run of white space and zero-width characters to one blank, none at the ends.
/// Full-width characters stay as they are.
pub fn normalise(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for piece in pieces(text) {
        folded.push_str(&piece.folded);
    }
    folded.truncate(folded.trim_end_matches(' ').len());
    folded
}

/// A stretch of the raw text and what it folds to. Pieces can be folded one by one.
struct Piece<'a> {
    raw: Range<usize>,
    folded: Cow<'a, str>,
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = text.find(|c| !is_blank(c)).unwrap_or(text.len());
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let (length, folded) = if is_blank(first) {
            let length = rest.find(|c| !is_blank(c)).unwrap_or(rest.len());
            (length, Cow::Borrowed(" "))
        } else if let Some(mark) = straight(first) {
            (first.len_utf8(), Cow::Borrowed(mark))
        } else {
            match unchanged_run(rest) {
                0 => cluster(rest),
                length => (length, Cow::Borrowed(&rest[..length])),
            }
        };
        let raw = at..at + length;
        at = raw.end;
        Some(Piece { raw, folded })
    })
}

/// The length of the text at the front that folds to itself whatever follows it.
fn unchanged_run(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    let mut last = 0;
    loop {
        // Most text is ASCII words with single blanks between; the rest is decoded.
        while let Some(byte) = bytes.get(end) {
            let word = byte.is_ascii_graphic();
            let blank = *byte == b' ' && bytes.get(end + 1).is_some_and(u8::is_ascii_graphic);
            if !word && !blank {
                break;
            }
            last = end;
            end += 1;
        }
        match text[end..].chars().next() {
            Some(c) if is_stable(c) => {
                last = end;
                end += c.len_utf8();
            }
            // The last character may belong to the cluster that begins here.
            Some(c) if joins_previous(c) => return last,
            _ => return end,
        }
    }
}

/// One character with all that joins it, in form C.
fn cluster(text: &str) -> (usize, Cow<'_, str>) {
    let mut chars = text.char_indices().skip(1);
    let length = chars
        .find(|(_, c)| is_blank(*c) || !joins_previous(*c))
        .map_or(text.len(), |(i, _)| i);
    let raw = &text[..length];
    if is_nfc_quick(raw.chars()) == IsNormalized::Yes {
        return (length, Cow::Borrowed(raw));
    }
    let composed: String = raw.nfc().collect();
    if composed == raw {
        (length, Cow::Borrowed(raw))
    } else {
        (length, Cow::Owned(composed))
    }
}

/// Where in the raw text a range of the folded text comes from. `None` if an end lies inside a
/// piece that was changed, which a range of whole clusters never does.
fn raw_range(text: &str, wanted: Range<usize>) -> Option<Range<usize>> {
    let mut start = None;
    let mut done = 0;
    for Piece { raw, folded } in pieces(text) {
        let end = done + folded.len();
        let unchanged = text[raw.clone()] == *folded;
        if start.is_none() && wanted.start < end {
            match wanted.start - done {
                0 => start = Some(raw.start),
                inside if unchanged => start = Some(raw.start + inside),
                _ => return None,
            }
        }
        if wanted.end == end {
            return Some(start?..raw.end);
        }
        if wanted.end < end {
            return unchanged.then_some(start?..raw.start + (wanted.end - done));
        }
        done = end;
    }
    None
}

/// White space, and characters without width that nobody sees or copies.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn straight(c: char) -> Option<&'static str> {
    match c {
        '\u{2018}'..='\u{201b}' => Some("'"),
        '\u{201c}'..='\u{201f}' => Some("\""),
        _ => None,
    }
}

/// Characters of the commonest blocks that no folding changes and that do not join what is before.
fn is_stable(c: char) -> bool {
    match c {
        '\u{0}'..='\u{2ff}' | '\u{400}'..='\u{481}' => !c.is_whitespace(),
        '\u{3001}'..='\u{3029}' | '\u{4e00}'..='\u{9fff}' => true,
        _ => false,
    }
}

/// Whether form C may compose or reorder a character with the one before it.
fn joins_previous(c: char) -> bool {
    if c < '\u{300}' {
        return false;
    }
    let mut first = None;
    decompose_canonical(c, |part| {
        first.get_or_insert(part);
    });
    first.is_some_and(|c| {
        canonical_combining_class(c) != 0 || is_nfc_quick([c].into_iter()) == IsNormalized::Maybe
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found<'a>(quote: &str, text: &'a str) -> Option<(Match, &'a str)> {
        locate(quote, text).map(|(how, range)| (how, &text[range]))
    }

    #[test]
    fn white_space_and_quotation_marks_may_differ() {
        use Match::*;
        let text = "He said:\r\n  \u{201c}don\u{2019}t\u{a0}touch\u{200b}  it\u{201d}\n";
        assert_eq!(found("He said:", text), Some((Exact, "He said:")));
        assert_eq!(
            found(" \"don't touch it\"\n", text),
            Some((
                Normalised,
                "\u{201c}don\u{2019}t\u{a0}touch\u{200b}  it\u{201d}"
            ))
        );
        assert_eq!(
            found("said: \u{201e}don", text),
            Some((Normalised, "said:\r\n  \u{201c}don"))
        );
        assert_eq!(found("dont touch", text), None);
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        let text = "a cafe\u{301} in Se\u{301}oul";
        assert_eq!(found("caf\u{e9} in", text).unwrap().1, "cafe\u{301} in");
        assert_eq!(found("cafe  in", text), None);
        assert_eq!(
            found("\u{212b}ngstrom x", "\u{c5}ngstrom  x").unwrap().1,
            "\u{c5}ngstrom  x"
        );
        assert_eq!(
            found("\u{1112}\u{1161}\u{11ab} x", "\u{d55c}  x")
                .unwrap()
                .1,
            "\u{d55c}  x"
        );
    }

    #[test]
    fn full_width_characters_are_not_folded() {
        assert_eq!(found("\u{ff21}", "A"), None);
        assert_eq!(
            found("不是 这个", "不是\n这个"),
            Some((Match::Normalised, "不是\n这个"))
        );
    }

    #[test]
    fn a_blank_quote_is_never_found() {
        for quote in ["", " ", "\r\n\t", "\u{200b}\u{feff}"] {
            assert_eq!(locate(quote, "a  b \u{200b}\u{feff}\r\n\t"), None);
        }
    }

    #[test]
    fn letters_that_composition_excludes_are_found_whole() {
        let text = "x \u{958}  y \u{344} z";
        assert_eq!(found("\u{915}\u{93c} y", text).unwrap().1, "\u{958}  y");
        assert_eq!(found("\u{915} y", text), None);
    }

    #[test]
    fn a_long_turn_is_searched_in_linear_time() {
        let text = "aaaa aaaa \u{201c}ab ".repeat(100_000);
        let started = std::time::Instant::now();
        assert_eq!(locate(&"aaaa  aaaa".repeat(5_000), &text), None);
        assert!(locate("aaaa  \u{201c}ab", &text).is_some());
        assert!(started.elapsed().as_secs() < 5);
    }

    /// Text of words, blanks and characters that folding changes.
    fn messy() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[a-e ]{1,3}",
            "[\u{e9}\u{212b}\u{958}\u{344}\u{f73}\u{ac00}\u{d55c}\u{4f60}\u{1f600}]",
            "[\u{300}-\u{308}\u{323}\u{327}\u{1161}\u{11a8}\u{9be}\u{113c2}]",
            "[\u{200b}\u{200d}\u{feff}\u{a0}\u{3000}\r\n\t]{1,2}",
            "[\u{2018}-\u{201f}'\"]",
            any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
    }

    /// Some characters of a text, cut only before those that `may_begin` accepts.
    fn part_of(text: &str, at: usize, length: usize, may_begin: fn(char) -> bool) -> &str {
        let mut cuts: Vec<usize> = text
            .char_indices()
            .filter(|(_, c)| may_begin(*c))
            .map(|(i, _)| i)
            .collect();
        cuts.push(text.len());
        let start = at % cuts.len();
        &text[cuts[start]..cuts[(start + length).min(cuts.len() - 1)]]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn any_visible_part_of_a_text_is_found_exactly(text in messy(), at: usize, length in 1..9usize) {
            let quote = part_of(&text, at, length, |_| true);
            prop_assume!(!quote.chars().all(is_blank));
            let (how, range) = locate(quote, &text).unwrap();
            prop_assert_eq!(how, Match::Exact);
            prop_assert_eq!(&text[range], quote);
        }

        #[test]
        fn what_is_found_normalises_to_the_normalised_quote(
            text in messy(), quote in messy(), at: usize, length in 1..9usize
        ) {
            let folded = normalise(&text);
            for quote in [&quote, part_of(&folded, at, length, |_| true), part_of(&text, at, length, |_| true)] {
                if let Some((_, range)) = locate(quote, &text) {
                    prop_assert_eq!(normalise(&text[range]), normalise(quote));
                }
            }
        }

        #[test]
        fn whole_clusters_of_the_folded_text_are_always_found(
            text in messy(), at: usize, length in 1..9usize
        ) {
            let folded = normalise(&text);
            let quote = part_of(&folded, at, length, |c| !joins_previous(c));
            prop_assume!(normalise(quote).chars().next().is_some_and(|c| !joins_previous(c)));
            prop_assert!(locate(quote, &text).is_some(), "{quote:?} in {text:?}");
        }

        #[test]
        fn added_white_space_keeps_a_quote_found(
            words in proptest::collection::vec("[a-c\u{e9}\u{4f60}]{1,3}", 1..8),
            blanks in proptest::collection::vec("[ \r\n\t\u{a0}\u{200b}]{1,4}", 16),
            take in 1..8usize,
        ) {
            let quote = words[..take.min(words.len())].join(" ");
            let mut text = blanks[0].clone();
            for (word, blank) in words.iter().zip(&blanks[1..]) {
                text.push_str(word);
                text.push_str(blank);
            }
            let (_, range) = locate(&quote, &text).unwrap();
            prop_assert_eq!(normalise(&text[range]), quote);
        }

        #[test]
        fn normalising_twice_changes_nothing_more(text in messy()) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn without_blanks_and_quotation_marks_it_is_form_c(mut text in any::<String>()) {
            text.retain(|c| !is_blank(c) && straight(c).is_none());
            prop_assert_eq!(normalise(&text), text.nfc().collect::<String>());
        }
    }
}
