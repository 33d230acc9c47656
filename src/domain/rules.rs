//! The one judge of whether a set of answers is complete and valid, and if not, why.
//!
//! Screens, importers and readers of model replies all ask here.

use std::collections::HashSet;

use super::{
    answers::{Answer, Answers, Pick},
    codebook::{Axis, Codebook, Kind},
    ids::AxisKey,
};

/// Whether an axis is asked, given the answers to the axes that it hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    Yes,
    /// The answer to the parent rules it out.
    No,
    /// The parent is not answered, so nobody can say.
    Open,
}

/// What stands against a set of answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The axis concerned; `None` for the note.
    pub axis: Option<AxisKey>,
    pub kind: ProblemKind,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Something is not answered yet: a draft may have it.
    Missing,
    /// A rule is broken.
    Broken,
}

/// The verdict on a set of answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    pub problems: Vec<Problem>,
    /// Advice that stands against nothing: `(axis, sentence)`.
    pub hints: Vec<(AxisKey, String)>,
}

impl Review {
    /// Complete and valid.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The first problem of an axis.
    pub fn of_axis(&self, axis: &str) -> Option<&Problem> {
        self.problems
            .iter()
            .find(|problem| problem.axis.as_deref() == Some(axis))
    }

    pub fn is_broken(&self, axis: &str) -> bool {
        self.problems
            .iter()
            .any(|p| p.kind == ProblemKind::Broken && p.axis.as_deref() == Some(axis))
    }

    pub fn broken(&self) -> impl Iterator<Item = &Problem> {
        self.problems
            .iter()
            .filter(|p| p.kind == ProblemKind::Broken)
    }
}

/// Whether `axis` is asked under these answers. A condition reaches through its parent's own.
pub fn applies(codebook: &Codebook, axis: &Axis, answers: &Answers) -> Applies {
    let Some(condition) = &axis.applies_when else {
        return Applies::Yes;
    };
    let Some(parent) = codebook.axis(&condition.axis) else {
        return Applies::Open;
    };
    match applies(codebook, parent, answers) {
        Applies::Yes => {}
        other => return other,
    }
    let picks = answers.picks(&parent.key);
    if picks.is_empty() {
        return if parent.optional {
            Applies::No
        } else {
            Applies::Open
        };
    }
    let meets = |pick: &Pick| {
        parent
            .code(&pick.code)
            .is_some_and(|code| condition.is.contains(&code.key))
    };
    if picks.iter().any(meets) {
        Applies::Yes
    } else {
        Applies::No
    }
}

/// Judges the answers and the note of one unit with `quotes` quotes.
pub fn review(codebook: &Codebook, answers: &Answers, note: Option<&str>, quotes: usize) -> Review {
    let mut review = Review::default();
    for axis in &codebook.axes {
        let mut found = Findings {
            axis,
            review: &mut review,
        };
        let answer = answers.get(&axis.key);
        match (applies(codebook, axis, answers), answer) {
            (Applies::Yes, Some(answer)) => found.judge(answer, quotes),
            (Applies::Yes, None) if axis.optional || (axis.repeat && quotes == 0) => {}
            (Applies::Yes, None) => found.missing("not answered yet"),
            (Applies::No, Some(_)) => found.broken("does not apply here and must stay empty"),
            (Applies::Open, Some(_)) => found.broken("answered before the axis that it hangs on"),
            (Applies::No | Applies::Open, None) => {}
        }
    }
    if let (Some(note), Some(words)) = (note, codebook.note.words)
        && let Some(why) = words.problem(note)
    {
        review.problems.push(Problem {
            axis: None,
            kind: ProblemKind::Broken,
            why: format!("the note takes {why}"),
        });
    }
    review
}

/// Takes down what is found wrong with one axis.
struct Findings<'a> {
    axis: &'a Axis,
    review: &'a mut Review,
}

impl Findings<'_> {
    fn add(&mut self, kind: ProblemKind, why: impl Into<String>) {
        self.review.problems.push(Problem {
            axis: Some(self.axis.key.clone()),
            kind,
            why: why.into(),
        });
    }

    fn missing(&mut self, why: impl Into<String>) {
        self.add(ProblemKind::Missing, why);
    }

    fn broken(&mut self, why: impl Into<String>) {
        self.add(ProblemKind::Broken, why);
    }

    fn judge(&mut self, answer: &Answer, quotes: usize) {
        match (self.axis.repeat, answer) {
            (false, Answer::Repeated(_)) => self.broken("takes one answer, not one per quote"),
            (false, answer) => self.judge_one(answer),
            (true, Answer::Repeated(items)) => {
                if items.len() > quotes {
                    self.broken(format!("has {} answers for {quotes} quotes", items.len()));
                }
                let given = items.iter().flatten().filter(|a| !a.is_empty()).count();
                if given < quotes && !self.axis.optional {
                    self.missing(format!("{given} of {quotes} quotes answered"));
                }
                for item in items.iter().flatten() {
                    self.judge_one(item);
                }
            }
            (true, _) => self.broken("takes one answer per quote"),
        }
    }

    fn judge_one(&mut self, answer: &Answer) {
        match answer {
            Answer::Text(text) => {
                if self.axis.kind != Kind::Text {
                    self.broken("takes a code, not a text");
                } else if let Some(why) = self.axis.words.and_then(|words| words.problem(text)) {
                    self.broken(format!("takes {why}"));
                }
            }
            Answer::Picks(picks) => self.judge_picks(picks),
            Answer::Repeated(_) => self.broken("answers per quote cannot be nested"),
        }
    }

    fn judge_picks(&mut self, picks: &[Pick]) {
        let axis = self.axis;
        let mut seen = HashSet::new();
        for pick in picks {
            if !seen.insert(&pick.code) {
                self.broken(format!("{} is given twice", pick.code));
            }
            self.judge_pick(pick);
        }
        if axis.kind != Kind::Multi {
            if picks.len() > 1 {
                self.broken("takes one code");
            }
            return;
        }
        let alone = picks
            .iter()
            .find(|pick| axis.code(&pick.code).is_some_and(|code| code.exclusive));
        if let Some(pick) = alone
            && picks.len() > 1
        {
            self.broken(format!(
                "{} stands alone: take it or the others away",
                pick.code
            ));
        }
        if let Some(max) = axis.max
            && picks.len() > max
        {
            self.broken(format!("takes at most {max} codes, not {}", picks.len()));
        } else if let Some(prefer) = axis.prefer
            && picks.len() > prefer
        {
            let codes = if prefer == 1 {
                "one code is"
            } else {
                "fewer codes are"
            };
            self.review.hints.push((
                axis.key.clone(),
                format!(
                    "{codes} preferred: does each of the {} add something?",
                    picks.len()
                ),
            ));
        }
    }

    fn judge_pick(&mut self, pick: &Pick) {
        let axis = self.axis;
        let Some(code) = axis.code(&pick.code) else {
            if axis.codes.iter().any(|code| code.key == pick.code) {
                self.missing(format!("{} needs its own label", pick.code));
            } else {
                self.broken(format!("{} is not a code of this axis", pick.code));
            }
            return;
        };
        match (&code.text, pick.text.as_deref().map(str::trim)) {
            (Some(text), None | Some("")) => {
                self.missing(format!(
                    "{} needs its {}",
                    pick.code,
                    text.title.to_lowercase()
                ));
            }
            (Some(rule), Some(text)) => {
                if let Some(why) = rule.words.and_then(|words| words.problem(text)) {
                    self.broken(format!(
                        "the {} of {} takes {why}",
                        rule.title.to_lowercase(),
                        pick.code
                    ));
                }
            }
            (None, Some(_)) => self.broken(format!("{} takes no text", pick.code)),
            (None, None) => {}
        }
        for attribute in &axis.attributes {
            let title = attribute.title.to_lowercase();
            match (
                attribute.asked_of(&code.key),
                pick.attribute(&attribute.key),
            ) {
                (true, None) => self.missing(format!("{} needs its {title}", pick.code)),
                (true, Some(value)) if attribute.value(value).is_none() => {
                    self.broken(format!("{value} is not a value of {}", attribute.key));
                }
                (false, Some(_)) => self.broken(format!("{} takes no {title}", pick.code)),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::codebook::samples::{self, answers, with};

    /// What stands against the answers, as `axis kind: why`.
    fn told(codebook: &Codebook, native: Value, quotes: usize) -> Vec<String> {
        review(codebook, &answers(codebook, native), None, quotes)
            .problems
            .iter()
            .map(|problem| {
                let axis = problem.axis.as_deref().unwrap_or("note");
                format!("{axis} {:?}: {}", problem.kind, problem.why)
            })
            .collect()
    }

    fn misaligned() -> Value {
        json!({
            "symptom": ["S3"],
            "cause": [{"code": "C6", "evidence_tier": "direct"}],
            "damage_severity": "DS1", "damage_locus": null,
            "resolution_status": "RS2", "resolver": null,
        })
    }

    #[test]
    fn the_rules_of_the_misalignment_codebook_hold() {
        let codebook = samples::misalignment();
        let s8 = |text: &str| json!({"symptom": [{"code": "S8", "text": text}]});
        let tier = |code: &str| json!({"code": code, "evidence_tier": "contextual"});
        for right in [
            json!({}),
            json!({"symptom": ["S1", "S2", "S3", "S4"]}),
            s8("reply in Dutch"),
            s8("one two three four five six seven eight"),
            json!({"cause": [tier("C1"), tier("C2")]}),
            json!({"cause": ["C7"]}),
            json!({"damage_severity": "DS2", "damage_locus": "DL1"}),
            json!({"damage_severity": "DS3", "damage_locus": "DL4"}),
            json!({"resolution_status": "RS1", "resolver": "RV3"}),
        ] {
            assert_eq!(told(&codebook, with(&misaligned(), right), 2), [""; 0]);
        }
        for (wrong, why) in [
            (
                json!({"symptom": null}),
                "symptom Missing: not answered yet",
            ),
            (
                json!({"symptom": ["S9"]}),
                "symptom Broken: S9 is not a code of this axis",
            ),
            (
                json!({"symptom": ["S3", {"code": "S8", "text": "reply in Dutch"}]}),
                "symptom Broken: S8 stands alone: take it or the others away",
            ),
            (
                json!({"symptom": ["S8"]}),
                "symptom Missing: S8 needs its descriptor",
            ),
            (s8("  "), "symptom Missing: S8 needs its descriptor"),
            (
                s8("in Dutch"),
                "symptom Broken: the descriptor of S8 takes 3 to 8 words, not 2",
            ),
            (
                s8("one two three four five six seven eight nine"),
                "symptom Broken: the descriptor of S8 takes 3 to 8 words, not 9",
            ),
            (
                json!({"symptom": [{"code": "S3", "text": "reply in Dutch"}]}),
                "symptom Broken: S3 takes no text",
            ),
            (
                json!({"cause": [tier("C1"), tier("C2"), tier("C3")]}),
                "cause Broken: takes at most 2 codes, not 3",
            ),
            (
                json!({"cause": [tier("C1"), "C7"]}),
                "cause Broken: C7 stands alone: take it or the others away",
            ),
            (
                json!({"cause": [tier("C7")]}),
                "cause Broken: C7 takes no evidence tier",
            ),
            (
                json!({"cause": ["C1"]}),
                "cause Missing: C1 needs its evidence tier",
            ),
            (
                json!({"cause": [{"code": "C1", "evidence_tier": "firm"}]}),
                "cause Broken: firm is not a value of evidence_tier",
            ),
            (
                json!({"cause": [tier("C1"), {"code": "C1", "evidence_tier": "direct"}]}),
                "cause Broken: C1 is given twice",
            ),
            (
                json!({"damage_severity": "DS2"}),
                "damage_locus Missing: not answered yet",
            ),
            (
                json!({"damage_locus": "DL1"}),
                "damage_locus Broken: does not apply here and must stay empty",
            ),
            (
                json!({"damage_severity": "DS4", "damage_locus": "DL1"}),
                "damage_locus Broken: does not apply here and must stay empty",
            ),
            (
                json!({"resolution_status": "RS1"}),
                "resolver Missing: not answered yet",
            ),
            (
                json!({"resolver": "RV1"}),
                "resolver Broken: does not apply here and must stay empty",
            ),
        ] {
            assert_eq!(told(&codebook, with(&misaligned(), wrong), 2), [why]);
        }
        assert_eq!(
            told(
                &codebook,
                with(
                    &misaligned(),
                    json!({"damage_severity": null, "damage_locus": "DL1"})
                ),
                2
            ),
            [
                "damage_severity Missing: not answered yet",
                "damage_locus Broken: answered before the axis that it hangs on",
            ]
        );
    }

    fn noted() -> Value {
        json!({
            "legibility": ["clear", "doubtful"],
            "slip": [{"code": "species", "weight": "minor"}],
            "trust": 3, "repair": "mended", "mender": "observer", "proof": "photo",
            "gist": "A plover was lost.", "hint": null,
        })
    }

    #[test]
    fn a_codebook_of_another_shape_is_judged_by_its_own_rules() {
        let codebook = samples::fieldnotes();
        let minor = |code: &str| json!({"code": code, "weight": "minor"});
        for right in [
            json!({}),
            json!({"slip": [
                {"code": "count", "weight": "major", "way": "heard"}, minor("sp:plover"), minor("sp:grey_plover")
            ]}),
            json!({"trust": 1}),
            json!({"trust": 5}),
            json!({"mender": "hide:7", "proof": "memory"}),
            json!({"mender": "assistant", "proof": null}),
            json!({"repair": "left", "mender": null, "proof": null}),
            json!({"hint": "Listen."}),
        ] {
            assert_eq!(told(&codebook, with(&noted(), right), 2), [""; 0]);
        }
        for (wrong, why) in [
            (
                json!({"trust": 0}),
                "trust Broken: 0 is not a code of this axis",
            ),
            (
                json!({"trust": 6}),
                "trust Broken: 6 is not a code of this axis",
            ),
            (
                json!({"mender": "hide"}),
                "mender Missing: hide needs its own label",
            ),
            (
                json!({"mender": "hide:x", "proof": null}),
                "mender Broken: hide:x is not a code of this axis",
            ),
            (
                json!({"slip": [{"code": "count", "weight": "major"}]}),
                "slip Missing: count needs its way in",
            ),
            (
                json!({"slip": [{"code": "order", "weight": "major", "way": "heard"}]}),
                "slip Broken: order takes no way in",
            ),
            (
                json!({"slip": [minor("sp:a"), minor("sp:b"), minor("sp:c"), minor("sp:d")]}),
                "slip Broken: takes at most 3 codes, not 4",
            ),
            (
                json!({"gist": "Two words"}),
                "gist Broken: takes 3 to 25 words, not 2",
            ),
            (json!({"gist": null}), "gist Missing: not answered yet"),
            (
                json!({"legibility": null}),
                "legibility Missing: not answered yet",
            ),
            (
                json!({"legibility": [null, "clear"]}),
                "legibility Missing: 1 of 2 quotes answered",
            ),
            (
                json!({"legibility": ["clear"]}),
                "legibility Missing: 1 of 2 quotes answered",
            ),
            (
                json!({"legibility": ["clear", "clear", "lost"]}),
                "legibility Broken: has 3 answers for 2 quotes",
            ),
            (
                json!({"legibility": ["clear", "faint"]}),
                "legibility Broken: faint is not a code of this axis",
            ),
            (
                json!({"mender": "assistant"}),
                "proof Broken: does not apply here and must stay empty",
            ),
            // The middle does not apply, so what hangs on its leftover answer does not either.
            (
                json!({"repair": "left", "mender": "observer", "proof": null}),
                "mender Broken: does not apply here and must stay empty",
            ),
            (json!({"proof": null}), "proof Missing: not answered yet"),
        ] {
            // A label that is not understood does not meet a condition.
            let wrong = match wrong["mender"].as_str() {
                Some("hide") => with(&wrong, json!({"proof": null})),
                _ => wrong,
            };
            let found = told(&codebook, with(&noted(), wrong), 2);
            assert!(found.iter().any(|p| p == why), "{why}: {found:?}");
            assert!(found.len() <= 2, "{found:?}");
        }
    }

    #[test]
    fn a_condition_reaches_through_a_middle_that_does_not_apply() {
        let codebook = samples::fieldnotes();
        let proof = codebook.axis("proof").unwrap();
        for (repair, mender, wanted) in [
            (json!("mended"), json!("observer"), Applies::Yes),
            (json!("mended"), json!("assistant"), Applies::No),
            (json!("mended"), json!(null), Applies::Open),
            (json!("left"), json!("observer"), Applies::No),
            (json!("left"), json!(null), Applies::No),
            (json!(null), json!("observer"), Applies::Open),
        ] {
            let given = json!({"repair": repair, "mender": mender});
            let given = answers(&codebook, with(&noted(), given));
            assert_eq!(applies(&codebook, proof, &given), wanted);
        }
    }

    #[test]
    fn an_optional_parent_that_stays_empty_leaves_its_child_unasked() {
        let toml = include_str!("../../codebook/recall.toml").to_owned()
            + "[[axis]]\nkey = \"why\"\ntitle = \"Why\"\nquestion = \"Why?\"\nkind = \"text\"\n\
               applies_when = { axis = \"completeness\", is = [\"0\"] }\n";
        let optional = toml.replacen("kind = \"scale\"", "kind = \"scale\"\noptional = true", 1);
        assert_eq!(told(&samples::load(&optional), json!({}), 0), [""; 0]);
        assert_eq!(
            told(&samples::load(&toml), json!({}), 0),
            ["completeness Missing: not answered yet"]
        );
    }

    #[test]
    fn an_empty_answer_for_a_quote_is_none() {
        let codebook = samples::fieldnotes();
        let mut given = answers(&codebook, noted());
        let axis = codebook.axis("legibility").unwrap();
        let empty = Answer::Repeated(vec![
            Some(Answer::Picks(vec![Pick::new("clear")])),
            Some(Answer::Picks(Vec::new())),
        ]);
        given.set(&axis.key, Some(empty));
        let found = review(&codebook, &given, None, 2);
        assert_eq!(found.problems[0].why, "1 of 2 quotes answered");
    }

    #[test]
    fn more_codes_than_preferred_bring_a_hint_and_nothing_else() {
        let codebook = samples::misalignment();
        let two = answers(
            &codebook,
            with(&misaligned(), json!({"symptom": ["S3", "S7"]})),
        );
        let found = review(&codebook, &two, None, 0);
        assert!(found.is_clean());
        assert_eq!(found.hints.len(), 1);
        assert_eq!(&*found.hints[0].0, "symptom");
    }

    #[test]
    fn a_note_beyond_its_limit_is_told_without_an_axis() {
        let codebook = samples::fieldnotes();
        let given = answers(&codebook, noted());
        let note = "word ".repeat(31);
        let found = review(&codebook, &given, Some(&note), 2);
        assert_eq!(found.problems.len(), 1);
        assert_eq!(found.problems[0].axis, None);
        assert_eq!(
            found.problems[0].why,
            "the note takes at most 30 words, not 31"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn valid_answers_are_clean_and_lose_that_with_any_required_axis(
            (codebook, quotes, given) in samples::valid(),
        ) {
            prop_assert_eq!(review(codebook, &given, None, quotes).problems, vec![]);
            for key in given.axes() {
                let axis = codebook.axis(key).unwrap();
                let mut less = given.clone();
                less.set(&axis.key, None);
                prop_assert_eq!(review(codebook, &less, None, quotes).is_clean(), axis.optional);
            }
        }
    }
}
