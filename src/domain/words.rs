//! The words of a text as a search sees them: in any case of letters, with or without accents.
//!
//! Scripts that are written without blanks, such as Chinese and Japanese, have no words to cut out.
//! There every two neighbouring characters make a word, and the last one of a run stands alone, so
//! that each character begins exactly one word and any stretch of two or more is found as a phrase.

use std::ops::Range;

use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

/// Bytes of a word that count; what comes after, in long hashes and encoded data, is passed over.
const LONGEST: usize = 64;

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'w> {
    pub text: &'w str,
    /// Bytes of the searched text.
    pub range: Range<usize>,
    /// Where its first character ends, in a script without blanks; else the end of the word.
    pub head: usize,
}

enum Class {
    /// Part of a word.
    Letter,
    /// A character of a script without blanks.
    RunOn,
    /// Belongs to the letter before and makes no difference.
    Accent,
    Between,
}

/// Hands over the words of a text in order, while `each` says go on.
pub fn each_word(text: &str, each: impl FnMut(Word) -> bool) {
    let mut cutter = Cutter {
        each,
        word: String::new(),
        begin: 0,
        held: None,
        pair: String::new(),
        on: true,
    };
    cutter.cut(text);
}

/// A character of a script without blanks that waits for the one after it.
struct Held {
    c: char,
    range: Range<usize>,
}

struct Cutter<F> {
    each: F,
    word: String,
    /// Where the word began.
    begin: usize,
    held: Option<Held>,
    pair: String,
    on: bool,
}

impl<F: FnMut(Word) -> bool> Cutter<F> {
    fn cut(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while self.on && at < bytes.len() {
            let byte = bytes[at];
            if byte.is_ascii_alphanumeric() {
                self.end_run();
                if self.word.is_empty() {
                    self.begin = at;
                }
                if self.word.len() < LONGEST {
                    self.word.push(char::from(byte.to_ascii_lowercase()));
                }
                at += 1;
            } else if byte.is_ascii() {
                self.end_word(at);
                self.end_run();
                at += 1;
            } else {
                let (c, length) = composed(&text[at..]);
                self.take(c, at..at + length);
                at += length;
            }
        }
        if self.on {
            self.end_word(text.len());
            self.end_run();
        }
    }

    fn take(&mut self, c: char, range: Range<usize>) {
        match class(c) {
            Class::Letter => {
                self.end_run();
                if self.word.is_empty() {
                    self.begin = range.start;
                }
                if self.word.len() < LONGEST {
                    fold(c, &mut self.word);
                }
            }
            Class::RunOn => {
                self.end_word(range.start);
                self.run_on(c, range);
            }
            Class::Accent => {}
            Class::Between => {
                self.end_word(range.start);
                self.end_run();
            }
        }
    }

    fn end_word(&mut self, end: usize) {
        if !self.word.is_empty() && self.on {
            self.on = (self.each)(Word {
                text: &self.word,
                range: self.begin..end,
                head: end,
            });
            self.word.clear();
        }
    }

    fn end_run(&mut self) {
        if let Some(held) = self.held.take()
            && self.on
        {
            self.pair.clear();
            self.pair.push(held.c);
            self.on = (self.each)(Word {
                text: &self.pair,
                head: held.range.end,
                range: held.range,
            });
        }
    }

    fn run_on(&mut self, c: char, range: Range<usize>) {
        let c = whole(c);
        let Some(before) = self.held.take() else {
            self.held = Some(Held { c, range });
            return;
        };
        self.pair.clear();
        self.pair.push(before.c);
        self.pair.push(c);
        self.on = self.on
            && (self.each)(Word {
                text: &self.pair,
                range: before.range.start..range.end,
                head: before.range.end,
            });
        self.held = Some(Held { c, range });
    }
}

/// The first character with what it is composed of in a text that keeps its parts, such as kana with
/// a sign after them, and the bytes of it all.
fn composed(text: &str) -> (char, usize) {
    let mut rest = text.chars();
    let Some(mut c) = rest.next() else {
        return (' ', 1);
    };
    let mut length = c.len_utf8();
    for next in rest {
        match compose(c, next).filter(|_| is_run_on(c.into())) {
            Some(both) => c = both,
            None => break,
        }
        length += next.len_utf8();
    }
    (c, length)
}

fn class(c: char) -> Class {
    match u32::from(c) {
        0xad | 0x300..=0x36f | 0x591..=0x5c7 | 0x64b..=0x65f | 0x670 => Class::Accent,
        0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe20..=0xfe2f => Class::Accent,
        code if is_run_on(code) && (c.is_alphanumeric() || is_combining_mark(c)) => Class::RunOn,
        _ if c.is_alphanumeric() || is_combining_mark(c) => Class::Letter,
        _ => Class::Between,
    }
}

/// Han, kana, bopomofo, hangul, Thai, Lao, Burmese and Khmer.
fn is_run_on(code: u32) -> bool {
    matches!(code,
        0xe00..=0xeff | 0x1000..=0x109f | 0x1100..=0x11ff | 0x1780..=0x17ff
        | 0x2e80..=0x2fdf | 0x3005..=0x3007 | 0x3021..=0x30ff | 0x3100..=0x318f
        | 0x31a0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xa960..=0xa97f
        | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0xff66..=0xff9f | 0xffa0..=0xffdc
        | 0x1aff0..=0x1b16f | 0x20000..=0x323af)
}

/// The usual character for a compatible one, such as a kana of half width.
fn whole(c: char) -> char {
    if !matches!(u32::from(c), 0xf900..=0xfaff | 0xff66..=0xffdc) {
        return c;
    }
    let mut first = None;
    decompose_compatible(c, |part| {
        first.get_or_insert(part);
    });
    first.unwrap_or(c)
}

/// Appends a letter in lower case and without accents.
fn fold(c: char, word: &mut String) {
    decompose_compatible(c, |part| {
        if !matches!(class(part), Class::Accent | Class::Between) {
            let lower = part.to_lowercase();
            word.extend(lower.filter(|part| !matches!(class(*part), Class::Accent)));
        }
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_word(text, |word| {
            found.push(word.text.to_owned());
            true
        });
        found
    }

    #[test]
    fn case_accents_and_width_make_no_difference() {
        assert_eq!(words("Déjà_vu: CAFÉ!"), ["deja", "vu", "cafe"]);
        assert_eq!(
            words("e\u{301}te\u{301} İstanbul ﬁne"),
            ["ete", "istanbul", "fine"]
        );
        assert_eq!(words("ＡＰＩ ПРИВЕТ ёлка"), ["api", "привет", "елка"]);
        assert_eq!(
            words("src/main.rs don't"),
            ["src", "main", "rs", "don", "t"]
        );
        assert_eq!(words(" -- 🦀 …"), [""; 0]);
    }

    #[test]
    fn every_character_of_a_script_without_blanks_begins_one_word() {
        assert_eq!(words("整理文档"), ["整理", "理文", "文档", "档"]);
        assert_eq!(words("用API文档。"), ["用", "api", "文档", "档"]);
        assert_eq!(words("ｶﾅ がか\u{3099}"), ["カナ", "ナ", "がが", "が"]);
        assert_eq!(words("문서를"), ["문서", "서를", "를"]);
        // Hangul in pieces, as some file systems have it.
        assert_eq!(
            words("\u{1106}\u{116e}\u{11ab}\u{1109}\u{1165}"),
            ["문서", "서"]
        );
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "Xé, 整理";
        let mut found = Vec::new();
        each_word(text, |word| {
            found.push((
                &text[word.range.clone()],
                &text[word.range.start..word.head],
            ));
            true
        });
        assert_eq!(found, [("Xé", "Xé"), ("整理", "整"), ("理", "理")]);
    }

    proptest! {
        #[test]
        fn ranges_lie_in_order_on_characters_and_words_hold_no_blank(text in "\\PC{0,30}") {
            let mut last = 0;
            each_word(&text, |word| {
                assert!(text.get(word.range.clone()).is_some());
                assert!(word.range.contains(&(word.head - 1)) && word.range.start >= last);
                assert!(!word.text.is_empty());
                assert!(word.text.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric()));
                last = word.range.start;
                true
            });
        }
    }
}
