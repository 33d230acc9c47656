//! The worst cases end. The limits are those of an unoptimised build on a busy machine, many times
//! what is needed; without bounds these take minutes to days.

use std::time::{Duration, Instant};

use super::super::*;

fn is_found(quote: &str, text: &str, seconds: u64) -> bool {
    let started = Instant::now();
    let found = Text::new(text).find(&Text::new(quote)).is_some();
    let taken = started.elapsed();
    assert!(taken < Duration::from_secs(seconds), "{taken:?}");
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
    let text = long_text();
    let words = "the lexer wrote a tokens and the files ";
    for quote in [
        words.repeat(8),
        format!("{} … {}", words, "never said this"),
        format!("{} [REDACTED] {}", "the parser reads", "never said this"),
    ] {
        assert!(!is_found(&quote, &text, 30), "{quote}");
    }
}

#[test]
fn the_largest_quotes_end_too() {
    let text = long_text();
    assert!(!is_found(
        &"the lexer wrote a tokens and the files ".repeat(250_000),
        &text,
        30
    ));
    assert!(!is_found(&text, &text[..4 << 20], 30));
    assert!(is_found(
        &text[1 << 20..4 << 20].replace('\n', "  "),
        &text,
        30
    ));
    assert!(!is_found(
        &"the lexer wrote a tokens ".repeat(700),
        &text[..1 << 20],
        60
    ));
}

#[test]
fn texts_that_repeat_themselves_end() {
    let text = "aaaa aaaa \u{201c}ab ".repeat(60_000);
    assert!(!is_found(&"aaaa  bbbb".repeat(5_000), &text, 30));
    assert!(is_found("aaaa  \u{201c}ab", &text, 30));
    let masks = "aaaaaaaa **** aaaa [REDACTED] ".repeat(20_000);
    assert!(!is_found(&"aaaa **** aaaa bbbb".repeat(1_000), &masks, 60));
    assert!(!is_found(&"aaaaaaaa aaaaaaaa ".repeat(1_000), &masks, 60));
    assert!(!is_found(
        &format!("{}b", "a".repeat(100_000)),
        &"a".repeat(1 << 20),
        60
    ));
    assert!(!is_found(
        &format!("a …{}", " aaaa …".repeat(9_000)),
        &"aaaa ".repeat(9_000),
        60
    ));
}
