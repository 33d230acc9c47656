//! Each rung by examples, and what holds of all of them.

use proptest::{prelude::*, sample::Index};

use super::super::*;

/// The rung and what was found.
fn find<'t>(quote: &str, text: &'t str) -> Option<(Match, Vec<&'t str>)> {
    let hit = Text::new(text).find(&Text::new(quote))?;
    let pieces = hit.pieces.into_iter().map(|range| &text[range]).collect();
    Some((hit.how, pieces))
}

fn fragments<'t>(quote: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let (how, pieces) = find(quote, text)?;
    (how == Match::Fragments).then_some(pieces)
}

fn masked<'t>(quote: &str, text: &'t str) -> Option<&'t str> {
    let (how, pieces) = find(quote, text)?;
    (how == Match::Masked).then(|| pieces[0])
}

const TEXT: &str = "No, stop. I told you twice:\n- leave the tests alone... really\n- use the old   \
                    parser, not \u{201c}your\u{201d} new one\nSo revert it now.";

#[test]
fn pieces_around_an_ellipsis_are_found_in_their_order() {
    for quote in [
        "I told you twice ... leave the tests [...] revert it",
        "…I told you twice: … leave the tests (…) revert it...",
        "I told you twice [ ... ] leave the tests … … revert it",
    ] {
        let mut pieces = fragments(quote, TEXT).unwrap();
        assert_eq!(pieces.pop(), Some("revert it"));
        assert_eq!(pieces.pop(), Some("leave the tests"));
        assert!(pieces.pop().unwrap().starts_with("I told you twice"));
    }
    assert_eq!(fragments("revert it … leave the tests", TEXT), None);
    // Each piece may differ in white space and marks.
    assert_eq!(
        fragments("the old parser, not \"your\" … revert", TEXT),
        Some(vec!["the old   parser, not \u{201c}your\u{201d}", "revert"])
    );
}

#[test]
fn dots_of_the_source_stay_where_the_writers_own_are_bracketed() {
    assert_eq!(
        fragments("tests alone... really [...] So revert", TEXT),
        Some(vec!["tests alone... really", "So revert"])
    );
}

#[test]
fn slight_pieces_prove_nothing() {
    assert_eq!(find("stop … it", TEXT), None);
    assert_eq!(find("...", TEXT), Some((Match::Exact, vec!["..."])));
    assert_eq!(find("[…]", TEXT), None);
    // Two signs of Chinese tell as much as a short word.
    assert_eq!(fragments("不……测试", "请不要再改那些测试了"), None);
    assert_eq!(
        fragments("不要……测试", "请不要再改那些测试了"),
        Some(vec!["不要", "测试"])
    );
}

#[test]
fn pieces_are_taken_close_together() {
    let text = "the parser. Then much else. Use the parser, and so revert it.";
    let hit = Text::new(text)
        .find(&Text::new("the parser [...] revert"))
        .unwrap();
    assert_eq!(hit.pieces[0].start, text.rfind("the parser").unwrap());
}

#[test]
fn a_mask_in_the_quote_stands_for_what_the_session_still_has() {
    let text = "Log in as jane.doe@example.org with\npassword hunter2 and run it.";
    for mask in [
        "[REDACTED]",
        "REDACTED",
        "[REDACTED:email:ab12cd34]",
        "<EMAIL>",
        "****",
    ] {
        let quote = format!("Log in as {mask} with password");
        assert_eq!(
            masked(&quote, text),
            Some("Log in as jane.doe@example.org with\npassword"),
            "{mask}"
        );
    }
    assert_eq!(
        masked("in as [REDACTED] with password <PASSWORD> and run", text),
        Some("in as jane.doe@example.org with\npassword hunter2 and run")
    );
    // At its ends a mask says nothing that could be found.
    assert_eq!(
        masked("<EMAIL>   with password [REDACTED]", text),
        Some("with\npassword")
    );
    // It never stands for a line.
    assert_eq!(
        masked("Log in as [REDACTED] hunter2 and run it", text),
        None
    );
}

#[test]
fn a_mask_in_the_session_stands_for_what_the_quote_has() {
    let text = "Log in as [REDACTED] with\npassword=**** and run it.";
    for (quote, wanted) in [
        (
            "Log in as jane.doe@example.org with",
            "Log in as [REDACTED] with",
        ),
        (
            "jane.doe@example.org with password=hunter2",
            "[REDACTED] with\npassword=****",
        ),
        (
            "as Jane with password=REDACTED and run",
            "as [REDACTED] with\npassword=**** and run",
        ),
        (
            "with password=hunter2 and run it.",
            "with\npassword=**** and run it.",
        ),
    ] {
        assert_eq!(masked(quote, text), Some(wanted), "{quote}");
    }
    // A third of it has to be there.
    assert_eq!(find("in as somebody whom nobody knows", text), None);
    assert_eq!(find("something else entirely", "[REDACTED]"), None);
}

#[test]
fn a_rewording_is_found_as_what_it_is_and_a_translation_not_at_all() {
    let text = "you should not have changed the config file, please put it back";
    let (how, pieces) = find("You shouldn't have changed the config file", text).unwrap();
    let Match::Fuzzy(similarity) = how else {
        panic!("{how:?}");
    };
    // Y for y, and two edits for the contraction.
    assert_eq!(similarity, 1.0 - 3.0 / 42.0);
    assert_eq!(pieces, ["ou should not have changed the config file"]);
    assert_eq!(find("你不应该修改配置文件，请改回来", text), None);
    assert_eq!(
        find("the settings were altered against my wish", text),
        None
    );
}

/// Words that no other of a text resembles.
fn words() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[a-z\u{e9}\u{436}]{5,9}|[\u{4e00}-\u{5000}]{4,6}", 9..30).prop_map(
        |words| {
            words
                .iter()
                .zip(100..)
                .map(|(w, n)| format!("{n}{w}"))
                .collect()
        },
    )
}

/// Four numbers in order within a length, with some room between.
fn cuts(length: usize, at: [Index; 2]) -> (usize, usize) {
    let one = 2 + at[0].index(length - 4);
    (one, one + 1 + at[1].index(length - one - 2))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn leaving_out_the_middle_gives_fragments(
        words in words(), at: [Index; 2], sign in "\\.\\.\\.|…|\\[\\.\\.\\.\\]|\\[…\\]", blank in " ?"
    ) {
        let (from, to) = cuts(words.len(), at);
        let quote = [words[..from].join(" "), words[to..].join(" ")];
        let quote = quote.join(&format!("{blank}{sign}{blank}"));
        let text = words.join("\n");
        let pieces = fragments(&quote, &text).unwrap();
        prop_assert_eq!(pieces, [words[..from].join("\n"), words[to..].join("\n")]);
    }

    #[test]
    fn masking_a_word_gives_masked(
        words in words(), at: Index, mask in "\\[REDACTED\\]|REDACTED|<EMAIL>|\\*{4,9}|\\[REDACTED:[a-z]{1,9}\\]"
    ) {
        let text = words.join(" ");
        let mut changed = words.clone();
        changed[1 + at.index(words.len() - 2)] = mask;
        let changed = changed.join(" ");
        prop_assert_eq!(masked(&changed, &text), Some(&*text));
        prop_assert_eq!(masked(&text, &changed), Some(&*changed));
    }

    #[test]
    fn a_quote_that_is_damaged_further_stands_no_better(words in words(), at: [Index; 2], to: Index) {
        let text = format!("{}\n", words.join(" "));
        let (from, end) = cuts(words.len(), at);
        let exact = words[..end].join(" ");
        let spaced = words[..end].join("  ");
        let mut with_gap = words[..end].to_vec();
        with_gap.splice(from..end.min(from + 2), ["…".to_owned()]);
        with_gap.push(words[end].clone());
        let with_gap = with_gap.join("  ");
        let mut with_mask = words[..end].to_vec();
        with_mask[1 + to.index(end - 2)] = "[REDACTED]".to_owned();
        let with_mask = with_mask.join("  ");
        let mistyped = spaced.replace('1', "%");
        let steps = [exact, spaced, with_gap, with_mask, mistyped];
        let rungs = steps.map(|quote| find(&quote, &text).map_or(9, |(how, _)| match how {
            Match::Exact => 0,
            Match::Normalised => 1,
            Match::Fragments => 2,
            Match::Masked => 3,
            Match::Fuzzy(_) => 4,
        }));
        prop_assert!(rungs.is_sorted(), "{rungs:?}");
        prop_assert_eq!(&rungs[..4], [0, 1, 2, 3]);
    }

    #[test]
    fn whatever_is_found_stands_on_char_boundaries_in_order(
        text in super::verbatim::messy(), quote in super::verbatim::messy(), again in super::verbatim::messy()
    ) {
        for quote in [quote.clone(), format!("{quote}…{again}"), format!("{quote}****{again}"), again] {
            for text in [text.clone(), format!("{text}****{quote}"), format!("{quote}{text} <ID>{text}")] {
                let Some(hit) = Text::new(&*text).find(&Text::new(&*quote)) else { continue };
                let mut end = 0;
                prop_assert!(!hit.pieces.is_empty());
                for piece in hit.pieces {
                    prop_assert!(end <= piece.start && piece.start < piece.end);
                    prop_assert!(text.get(piece.clone()).is_some());
                    end = piece.end;
                }
            }
        }
    }
}
