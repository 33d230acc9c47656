//! The rungs that count as verbatim.

use proptest::prelude::*;

use unicode_normalization::UnicodeNormalization;

use super::super::{
    fold::{joins_previous, straight},
    *,
};

fn locate(quote: &str, text: &str) -> Option<(Match, Range<usize>)> {
    let (quote, text) = (Text::new(quote), Text::new(text));
    let hit = text.exact(&quote).or_else(|| text.normalised(&quote))?;
    Some((hit.how, hit.pieces[0].clone()))
}

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

/// Text of words, blanks and characters that folding changes.
pub fn messy() -> impl Strategy<Value = String> {
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
