//! The worst cases end. The limits are those of an unoptimised build on a busy machine, many times
//! what is needed; without bounds these take minutes to days.

use std::time::{Duration, Instant};

use super::super::*;

fn is_found(quote: &str, text: &Text) -> bool {
    let started = Instant::now();
    let found = text.find(&Text::new(quote)).is_some();
    let taken = started.elapsed();
    assert!(taken < Duration::from_secs(60), "{taken:?}");
    found
}

/// About five megabytes of varied words.
fn long_text() -> String {
    let mut state = 1u64;
    let mut text = String::new();
    while text.len() < 5 << 20 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let word = [
            "the", "parser", "reads", "a", "token", "and", "你好", "file",
        ][(state >> 61) as usize];
        text.push_str(word);
        text.push(if state & 0xf00_0000 == 0 { '\n' } else { ' ' });
    }
    text
}

#[test]
fn a_quote_that_is_not_in_a_long_turn_is_given_up_in_time() {
    let text = Text::new(long_text());
    for quote in [
        "the lexer wrote a tokens and the files ".repeat(8),
        "the parser reads … never said this".to_owned(),
        "the parser reads [REDACTED] never said this".to_owned(),
    ] {
        assert!(!is_found(&quote, &text), "{quote}");
    }
}

#[test]
fn the_largest_quotes_end_too() {
    let text = long_text();
    let start = Text::new(&text[..1 << 20]);
    let words = "the lexer wrote a tokens and the files ";
    assert!(!is_found(&words.repeat(250_000), &start));
    assert!(!is_found(&text, &start));
    assert!(is_found(
        &text[1 << 10..3 << 18].replace('\n', "  "),
        &start
    ));
    assert!(!is_found(&words.repeat(100), &start));
}

#[test]
fn texts_that_repeat_themselves_end() {
    let text = Text::new("aaaa aaaa \u{201c}ab ".repeat(30_000));
    assert!(!is_found(&"aaaa  bbbb".repeat(5_000), &text));
    assert!(is_found("aaaa  \u{201c}ab", &text));
    let masks = Text::new("aaaaaaaa **** aaaa [REDACTED] ".repeat(5_000));
    assert!(!is_found(&"aaaa **** aaaa bbbb".repeat(100), &masks));
    assert!(!is_found(&"aaaaaaaa aaaaaaaa ".repeat(100), &masks));
    let letters = Text::new("a".repeat(1 << 19));
    assert!(!is_found(&format!("{}b", "a".repeat(100_000)), &letters));
    let words = Text::new("aaaa ".repeat(9_000));
    assert!(!is_found(
        &format!("a …{}", " aaaa …".repeat(9_000)),
        &words
    ));
}
