//! The similarity against its definition.

use proptest::{prelude::*, sample::Index};

use super::super::*;

/// The distance of a quote to the closest part of a text, by the table of Sellers (1980).
fn distance(quote: &str, text: &str) -> usize {
    let quote: Vec<char> = quote.chars().collect();
    let mut column: Vec<usize> = (0..=quote.len()).collect();
    let mut best = quote.len();
    for c in text.chars() {
        let mut diagonal = column[0];
        for row in 1..=quote.len() {
            let changed = diagonal + usize::from(quote[row - 1] != c);
            diagonal = column[row];
            column[row] = changed.min(diagonal + 1).min(column[row - 1] + 1);
        }
        best = best.min(column[quote.len()]);
    }
    best
}

fn fuzzy<'t>(quote: &str, text: &'t str) -> Option<(f64, &'t str)> {
    let (similarity, range) = super::super::fuzzy::find(&Text::new(quote), &Text::new(text))?;
    Some((similarity, &text[range]))
}

/// Changes one character, takes it out, or puts one in.
fn edit(text: &mut Vec<char>, (kind, at, c): &(u8, Index, char)) {
    let at = at.index(text.len());
    match kind {
        0 => text[at] = *c,
        1 => drop(text.remove(at)),
        _ => text.insert(at, *c),
    }
}

fn edits(most: usize) -> impl Strategy<Value = Vec<(u8, Index, char)>> {
    let one = (0..3u8, any::<Index>(), prop_oneof!["[a-d]", "[x-z你好]"]);
    let one = one.prop_map(|(kind, at, c)| (kind, at, c.chars().next().unwrap()));
    proptest::collection::vec(one, 0..=most)
}

#[test]
fn the_threshold_and_the_rule_are_the_same() {
    let text = "abcdefghij and what follows";
    assert_eq!(fuzzy("abXdefgXij", text), Some((SIMILAR, "abcdefghij")));
    assert_eq!(fuzzy("abXdeXgXij", text), None);
    assert_eq!(fuzzy("aXcd", text), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn it_is_found_just_where_the_definition_says_so(
        before in "[a-d ]{0,150}", quote in "[a-d]{5}([a-d ]{0,90}|[a-z你好 ]{0,90})[a-d]",
        after in "[a-d ]{0,150}", changes in edits(24),
    ) {
        let mut inside: Vec<char> = quote.chars().collect();
        for change in changes.iter().take(quote.chars().count() - 1) {
            edit(&mut inside, change);
        }
        let text = before + &inside.into_iter().collect::<String>() + &after;
        let (quote, text) = (normalise(&quote), normalise(&text));
        let length = quote.chars().count();
        let wanted = 1.0 - distance(&quote, &text) as f64 / length as f64;
        match fuzzy(&quote, &text) {
            Some((similarity, part)) => {
                prop_assert_eq!(similarity, wanted);
                prop_assert_eq!(1.0 - distance(&quote, part) as f64 / length as f64, wanted);
                prop_assert!(part.chars().count().abs_diff(length) <= length / 5);
            }
            None => prop_assert!(wanted < SIMILAR, "{wanted}"),
        }
    }

    #[test]
    fn few_edits_leave_a_quote_found_at_the_similarity_that_they_leave(
        before in "([a-z]{2,8} ){0,300}", quote in "[a-z,;]{20,300}",
        after in "( [a-z]{2,8}){0,300}", changes in edits(16),
    ) {
        let length = quote.chars().count();
        let mut changed: Vec<char> = quote.chars().collect();
        for change in &changes {
            edit(&mut changed, change);
        }
        let text = before + &quote + &after;
        let changed: String = changed.into_iter().collect();
        prop_assume!(changed.chars().count() * 4 >= length * 3);
        let at_least = 1.0 - changes.len() as f64 / changed.chars().count() as f64;
        match Text::new(text).find(&Text::new(changed)).map(|hit| hit.how) {
            Some(Match::Fuzzy(similarity)) => prop_assert!(similarity >= at_least && similarity >= SIMILAR),
            Some(Match::Exact | Match::Normalised) => {}
            other => prop_assert!(other.is_none() && at_least < SIMILAR, "{other:?} {at_least}"),
        }
    }

    #[test]
    fn a_random_text_is_not_found(quote in "[a-m ]{8}[a-m]{30,300}", text in "[n-z ]{0,300}[A-M 你好\n]{0,900}") {
        prop_assert_eq!(Text::new(text).find(&Text::new(quote)), None);
    }
}
