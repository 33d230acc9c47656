use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::codebook::samples::{self, answers};

fn read(codebook: &Codebook, native: Value) -> Result<Read, Vec<ShapeProblem>> {
    Answers::from_json(codebook, native.as_object().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn answers_come_back_from_json_as_they_were((codebook, _, given) in samples::valid()) {
        let json = given.to_json(codebook);
        prop_assert_eq!(json.len(), codebook.axes.len());
        let back = Answers::from_json(codebook, &json).unwrap();
        prop_assert_eq!(&back.answers, &given);
        prop_assert_eq!(back.warnings, vec![]);
        prop_assert_eq!(back.answers.to_json(codebook), json);
    }
}

#[test]
fn the_order_in_which_axes_were_answered_makes_no_difference() {
    let codebook = samples::misalignment();
    let (severity, locus) = (
        AxisKey::from("damage_severity"),
        AxisKey::from("damage_locus"),
    );
    let pick = |code| Some(Answer::Picks(vec![Pick::new(code)]));
    let mut one = Answers::default();
    one.set(&severity, pick("DS1"));
    one.set(&locus, pick("DL1"));
    one.set(&severity, pick("DS2"));
    let wanted = json!({"damage_severity": "DS2", "damage_locus": "DL1"});
    assert_eq!(one, answers(&codebook, wanted));
    one.set(&locus, Some(Answer::Text(" ".into())));
    assert_eq!(one, answers(&codebook, json!({"damage_severity": "DS2"})));
}

#[test]
fn sets_are_written_in_codebook_order_and_without_doubles() {
    let codebook = samples::misalignment();
    let given = answers(&codebook, json!({"symptom": ["S7", "S9", "S3", "S7"]}));
    assert_eq!(
        given.to_json(&codebook)["symptom"],
        json!(["S3", "S7", "S9"])
    );
}

#[test]
fn foreign_spellings_are_read_with_a_warning() {
    let codebook = samples::misalignment();
    let tierless = json!({"cause": [{"code": "C8", "evidence_tier": "not_applicable"}]});
    let found = read(&codebook, tierless).unwrap();
    assert_eq!(found.answers, answers(&codebook, json!({"cause": ["C7"]})));
    let told: Vec<&str> = found.warnings.iter().map(|w| w.why.as_str()).collect();
    assert_eq!(
        told,
        [
            "C8 was read as C7",
            "evidence_tier not_applicable of C8 was read as no value"
        ]
    );
}

#[test]
fn points_of_a_scale_are_numbers_and_nothing_else_becomes_one() {
    let codebook = samples::fieldnotes();
    let trust = |native: &str| {
        let native = crate::json::parse(&format!("{{\"trust\": {native}}}")).unwrap();
        let found = read(&codebook, native).unwrap();
        (
            found.answers.to_json(&codebook)["trust"].to_string(),
            found.warnings.len(),
        )
    };
    assert_eq!(trust("3"), ("3".into(), 0));
    assert_eq!(trust("\"3\""), ("3".into(), 0));
    assert_eq!(trust("{\"code\": 3}"), ("3".into(), 0));
    assert_eq!(trust("3.0"), ("3".into(), 1));
    assert_eq!(trust("30e-1"), ("3".into(), 1));
    // No points: they stay recognisable for whoever has to correct them.
    assert_eq!(trust("3.5"), ("\"3.5\"".into(), 0));
    assert_eq!(trust("-0"), ("\"-0\"".into(), 0));
    assert_eq!(trust("1e400"), ("\"1e400\"".into(), 0));
    assert_eq!(trust("\"007\""), ("\"007\"".into(), 0));
}

#[test]
fn a_point_of_a_scale_keeps_its_attribute() {
    let toml = "format = 1\nid = \"a\"\nversion = \"1.0.0\"\ntitle = \"A\"\nunit = \"session\"\n\
        [[axis]]\nkey = \"how_much\"\ntitle = \"T\"\nquestion = \"Q\"\nkind = \"scale\"\nfrom = -1\nto = 1\n\
        [[axis.attribute]]\nkey = \"sure\"\ntitle = \"S\"\n\
        [[axis.attribute.value]]\nkey = \"yes\"\nname = \"Yes\"\n";
    let codebook = samples::load(toml);
    let native = json!({"how_much": {"code": -1, "sure": "yes"}});
    assert_eq!(
        answers(&codebook, native.clone()).to_json(&codebook),
        *native.as_object().unwrap()
    );
}

#[test]
fn an_empty_set_for_a_quote_is_no_answer() {
    let codebook = samples::fieldnotes();
    let given = answers(
        &codebook,
        json!({"legibility": [null, "clear"], "slip": []}),
    );
    assert_eq!(given.axes().count(), 1);
    assert_eq!(
        given.to_json(&codebook)["legibility"],
        json!([null, "clear"])
    );
    assert!(answers(&codebook, json!({"legibility": [null, null]})).is_empty());
}

#[test]
fn every_misshapen_axis_is_told_at_once() {
    let codebook = samples::fieldnotes();
    let wrong = json!({
        "legibility": "clear",
        "slip": ["count", 7],
        "trust": [3],
        "repair": {"label": "left"},
        "mender": true,
        "gist": ["a"],
        "hint": {"code": "a"},
        "plumage": "grey",
    });
    let told: Vec<String> = read(&codebook, wrong)
        .unwrap_err()
        .into_iter()
        .map(|p| format!("{}: {}", p.field, p.why))
        .collect();
    assert_eq!(
        told,
        [
            "legibility: an array with one answer per quote is needed",
            "slip: a code is needed, not a number",
            "trust: one code is needed, not an array",
            "repair: an object needs its code as a text under \"code\"",
            "mender: a code is needed, not true or false",
            "gist: a text is needed",
            "hint: a text is needed",
            "plumage: fieldnotes@0.3.0 has no axis of this name",
        ]
    );
    for (wrong, why) in [
        (
            json!({"code": "count", "size": "big"}),
            "count has no field size",
        ),
        (
            json!({"code": "count", "way": 3}),
            "way of count must be a text, not a number",
        ),
    ] {
        let told = read(&codebook, json!({"slip": [wrong]})).unwrap_err();
        assert_eq!(told[0].why, why);
    }
}
