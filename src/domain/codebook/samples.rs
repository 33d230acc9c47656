//! For tests: codebooks, answers written as JSON, and random valid answers to any codebook.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;

use super::{Axis, Code, Codebook, Kind, Words};
use crate::{
    domain::{
        answers::{Answer, Answers, Pick},
        rules::{Applies, applies},
    },
    formats,
};

pub fn misalignment() -> Codebook {
    load(include_str!("../../../codebook/misalignment.toml"))
}

pub fn validity() -> Codebook {
    load(include_str!("../../../codebook/validity.toml"))
}

pub fn recall() -> Codebook {
    load(include_str!("../../../codebook/recall.toml"))
}

/// A codebook of quite another shape than the shipped ones.
pub fn fieldnotes() -> Codebook {
    load(include_str!(
        "../../../tests/fixtures/codebooks/valid/fieldnotes.toml"
    ))
}

pub fn load(toml: &str) -> Codebook {
    formats::codebook::read(toml).unwrap()
}

/// Answers written in the native form.
pub fn answers(codebook: &Codebook, native: Value) -> Answers {
    let read = Answers::from_json(codebook, native.as_object().unwrap()).unwrap();
    assert_eq!(read.warnings, []);
    read.answers
}

/// `native` with some axes answered otherwise.
pub fn with(native: &Value, changes: Value) -> Value {
    let mut native = native.clone();
    for (axis, answer) in changes.as_object().unwrap() {
        native[axis] = answer.clone();
    }
    native
}

static ALL: LazyLock<[Codebook; 4]> =
    LazyLock::new(|| [misalignment(), validity(), recall(), fieldnotes()]);

/// One of the codebooks, a number of quotes, and answers that are complete and valid for them.
pub fn valid() -> impl Strategy<Value = (&'static Codebook, usize, Answers)> {
    let bytes = prop::collection::vec(any::<u8>(), 60);
    (0..ALL.len(), 1..4_usize, bytes).prop_map(|(which, quotes, bytes)| {
        let codebook = &ALL[which];
        let mut choices = Choices(bytes.into_iter());
        let mut answers = Answers::default();
        for axis in &codebook.axes {
            let asked = applies(codebook, axis, &answers) == Applies::Yes;
            if asked && !(axis.optional && choices.below(2) == 0) {
                let answer = if axis.repeat {
                    let items = (0..quotes).map(|_| Some(choices.answer(axis)));
                    Answer::Repeated(items.collect())
                } else {
                    choices.answer(axis)
                };
                answers.set(&axis.key, Some(answer));
            }
        }
        (codebook, quotes, answers)
    })
}

struct Choices(std::vec::IntoIter<u8>);

impl Choices {
    fn below(&mut self, count: usize) -> usize {
        usize::from(self.0.next().unwrap_or(0)) % count
    }

    fn answer(&mut self, axis: &Axis) -> Answer {
        if axis.kind == Kind::Text {
            return Answer::Text(self.text(axis.words));
        }
        let first = &axis.codes[self.below(axis.codes.len())];
        let mut picks = vec![self.pick(axis, first)];
        if axis.kind == Kind::Multi && !first.exclusive {
            for _ in 1..axis.max.unwrap_or(3) {
                let code = &axis.codes[self.below(axis.codes.len())];
                let pick = self.pick(axis, code);
                if !code.exclusive && picks.iter().all(|p| p.code != pick.code) {
                    picks.push(pick);
                }
            }
            picks.sort_by_key(|pick| axis.position(&pick.code));
        }
        Answer::Picks(picks)
    }

    fn pick(&mut self, axis: &Axis, code: &Code) -> Pick {
        let mut pick = Pick::new(&code.key);
        if let Some(pattern) = &code.pattern {
            let ends = ["plover", "a_b", "7", "42"].map(|end| format!("{}{end}", pattern.prefix()));
            let labels: Vec<&String> = ends.iter().filter(|end| pattern.matches(end)).collect();
            pick.code = labels[self.below(labels.len())].as_str().into();
        }
        pick.text = code.text.as_ref().map(|rule| self.text(rule.words));
        for attribute in axis.attributes.iter().filter(|a| a.asked_of(&code.key)) {
            let value = &attribute.values[self.below(attribute.values.len())].key;
            pick.attributes.push((attribute.key.clone(), value.clone()));
        }
        pick
    }

    fn text(&mut self, words: Option<Words>) -> String {
        const WORDS: [&str; 6] = ["one", "\"two\"", "naïve", "白鹭", "-", "{}"];
        let (least, most) = words.map_or((1, 6), |w| (w.least.max(1), w.most.min(w.least + 6)));
        let count = least + self.below(most - least + 1);
        let words: Vec<&str> = (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect();
        words.join(if self.below(4) == 0 { "\n" } else { " " })
    }
}
