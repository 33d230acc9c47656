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
    let toml = include_str!("../../../codebook/recall.toml").to_owned()
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
