//! What the figures look like, as JSON and as text.

use insta::assert_snapshot;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::support::{BATCH, Field, codebook, plain, schema};
use crate::{report, stats::Resampling, workflow::measure::Options};

/// One axis of each sort, small enough to print.
const POTTERY: &str = r#"
format = 1
id = "pottery"
version = "1.0.0"
title = "Sherds"
unit = "episode"

[[axis]]
key = "paint"
title = "Paint"
question = "Which colours?"
kind = "multi"
max = 2

[[axis.attribute]]
key = "sure"
title = "Sureness"

[[axis.attribute.value]]
key = "yes"
name = "Sure"

[[axis.attribute.value]]
key = "no"
name = "Not sure"

[[axis.code]]
key = "red"
name = "Red"
definition = "Red paint."

[[axis.code]]
key = "black"
name = "Black"
definition = "Black paint."

[[axis]]
key = "wear"
title = "Wear"
question = "How worn?"
kind = "single"
ordered = ["none", "some"]

[[axis.code]]
key = "none"
name = "None"
definition = "As new."

[[axis.code]]
key = "some"
name = "Some"
definition = "Worn."

[[axis]]
key = "edge"
title = "Edge"
question = "Where is it worn?"
kind = "single"
applies_when = { axis = "wear", is = ["some"] }

[[axis.code]]
key = "rim"
name = "Rim"
definition = "At the rim."

[[axis.code]]
key = "base"
name = "Base"
definition = "At the base."
"#;

fn pottery() -> Field {
    let mut field = Field::new(POTTERY, 3, &["ana", "ben"]);
    let red = |sure: &str| json!([{"code": "red", "sure": sure}]);
    let answers =
        |paint, wear: &str, edge: Option<&str>| json!({"paint": paint, "wear": wear, "edge": edge});
    field.submit("ana", 1, &answers(red("yes"), "some", Some("rim")));
    field.submit("ben", 1, &answers(red("no"), "some", Some("rim")));
    field.submit("ana", 2, &answers(red("yes"), "none", None));
    field.submit(
        "ben",
        2,
        &answers(
            json!([{"code": "red", "sure": "yes"}, {"code": "black", "sure": "yes"}]),
            "some",
            Some("base"),
        ),
    );
    field.submit("ana", 3, &answers(red("yes"), "none", None));
    field.submit("ben", 3, &answers(red("yes"), "none", None));
    field.lock();
    field
}

#[test]
fn json_has_every_number_unrounded_and_a_reason_for_every_null() {
    let field = pottery();
    let measured = field.study.agreement(BATCH, &Options::default()).unwrap();
    let json = serde_json::to_string_pretty(&report::json::agreement(&measured)).unwrap();
    assert_snapshot!("agreement_json", json);
}

#[test]
fn accuracy_adds_the_reference_and_the_scores() {
    let mut field = pottery();
    let gold = json!({"paint": [{"code": "red", "sure": "yes"}], "wear": "some", "edge": "base"});
    field.gold(1, &gold, crate::domain::label::Basis::Adjudicated);
    field.gold(2, &gold, crate::domain::label::Basis::Adjudicated);
    field.judge("gpt", 1, &gold);
    let measured = field
        .study
        .accuracy(BATCH, "gpt", false, &Options::default())
        .unwrap();
    let json = report::json::agreement(&measured);
    assert_eq!(json["reference"], "gold");
    assert_eq!(json["gold"]["adjudicated"], 2);
    assert_eq!(json["raters"], json!(["gpt"]));
    assert_eq!(json["applicability"], "gold");
    assert_eq!(json["axes"][0]["missing"], json!({"gpt": 2}));
    assert_eq!(json["axes"][2]["against_gold"]["macro_f1_seen"], 1.0);
    assert_eq!(
        json["axes"][2]["codes"][0]["undefined"]["recall"],
        "zero_support"
    );
}

fn assert_fits(text: &str) {
    let widest = text.lines().max_by_key(|line| line.width()).unwrap();
    assert!(widest.width() <= 80, "{widest}");
}

#[test]
fn weights_and_many_raters_with_long_names_fit_too() {
    let raters = ["maximiliane.von-und-zu-hohenstein", "評価者その二", "cho"];
    let chances: Vec<_> = (1..=40).map(|unit| Some(1.0 / f64::from(unit))).collect();
    let toml = codebook("codebook/misalignment.toml");
    let mut field = Field::with_chances(&toml, &chances, &raters);
    for number in 1..=40 {
        for (place, rater) in raters.iter().enumerate() {
            let severity = format!("DS{}", (number + place) % 2);
            field.submit(rater, number, &plain(json!({"damage_severity": severity})));
        }
    }
    field.lock_by_force();
    let drawn = Options {
        bootstrap: Some(Resampling {
            replicates: 20,
            seed: 1,
        }),
        ..Options::default()
    };
    let measured = field.study.agreement(BATCH, &drawn).unwrap();
    let text = report::text::agreement(&measured);
    assert_fits(&text);
    assert!(text.contains("weighted") && text.contains("kappa: Fleiss"));
    for number in 1..=40 {
        field.gold(
            number,
            &plain(json!({})),
            crate::domain::label::Basis::Imported,
        );
        field.judge("a-judge-with-quite-a-name", number, &plain(json!({})));
    }
    let judge = field
        .study
        .accuracy(BATCH, "a-judge-with-quite-a-name", false, &drawn)
        .unwrap();
    assert_fits(&report::text::agreement(&judge));
}

#[test]
fn the_text_fits_80_columns() {
    let (field, _) = schema("schema_table5_a");
    let options = Options {
        paper: true,
        ..Options::default()
    };
    let drawn = Options {
        bootstrap: Some(Resampling {
            replicates: 50,
            seed: 1,
        }),
        ..Options::default()
    };
    let texts = [
        (
            "agreement_text",
            field.study.agreement(BATCH, &options).unwrap(),
        ),
        (
            "accuracy_text",
            field.study.accuracy(BATCH, "judge", false, &drawn).unwrap(),
        ),
        (
            "pottery_text",
            pottery()
                .study
                .agreement(BATCH, &Options::default())
                .unwrap(),
        ),
    ];
    for (name, measured) in texts {
        let text = report::text::agreement(&measured);
        assert_fits(&text);
        assert_snapshot!(name, text);
    }
}
