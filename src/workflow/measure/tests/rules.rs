//! What counts, what is missing, and who may ask.

use serde_json::json;

use super::support::{BATCH, Field, codebook, plain, schema, unit};
use crate::{
    domain::label::Basis,
    report,
    stats::{Reading, Undefined},
    workflow::{
        Error,
        measure::{AxisFigures, Compared, Given, Measured, Options},
        sight::Viewer,
    },
};

const USUAL: Options = Options {
    applicability: None,
    paper: false,
    bootstrap: None,
};

fn misalignment(units: usize, annotators: &[&str]) -> Field {
    Field::new(&codebook("codebook/misalignment.toml"), units, annotators)
}

fn axis<'m>(measured: &'m Measured, key: &str) -> &'m AxisFigures {
    measured
        .axes
        .iter()
        .find(|axis| *axis.axis == *key)
        .unwrap()
}

/// Agreed and compared items of an axis.
fn exact(measured: &Measured, key: &str) -> (usize, usize) {
    let exact = axis(measured, key).exact;
    (exact.agreed, exact.n)
}

fn not_ready<T: std::fmt::Debug>(result: crate::workflow::Result<T>) -> String {
    match result.unwrap_err() {
        Error::NotReady(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_open_batch_has_no_figures() {
    let mut field = misalignment(1, &["ana", "ben"]);
    field.submit("ana", 1, &plain(json!({})));
    let why = not_ready(field.study.agreement(BATCH, &USUAL));
    assert!(why.contains("tiebreak lock round-1"), "{why}");
    not_ready(field.study.accuracy(BATCH, "ana", true, &USUAL));
    let viewer = Viewer::named("ana");
    not_ready(
        field
            .study
            .items(&viewer, BATCH, Compared::Annotators, "symptom", &USUAL),
    );
}

#[test]
fn a_revision_behind_the_lock_moves_no_figure() {
    let (mut field, _) = schema("schema_table5_a");
    let figures = |field: &Field| {
        let agreement = field.study.agreement(BATCH, &USUAL).unwrap();
        let own = field
            .study
            .accuracy(BATCH, "annotator_1", false, &USUAL)
            .unwrap();
        [agreement, own].map(|measured| report::json::agreement(&measured).to_string())
    };
    let before = figures(&field);
    for number in 1..=100 {
        for rater in ["annotator_1", "annotator_2"] {
            field.submit(rater, number, &plain(json!({"damage_severity": "DS0"})));
        }
    }
    assert_eq!(figures(&field), before);
}

#[test]
fn answers_that_break_the_rules_are_missing_and_so_is_what_hangs_on_them() {
    let mut field = misalignment(6, &["ana", "ben"]);
    let harm = json!({"damage_severity": "DS2", "damage_locus": "DL1"});
    let broken = [
        json!({"symptom": ["S1", {"code": "S8", "text": "answers in quite another tongue"}]}),
        json!({"cause": ["C6"]}),
        json!({"damage_locus": "DL1"}),
        json!({"damage_severity": "DS9"}),
        json!({"damage_severity": "DS2", "damage_locus": null}),
        json!({"symptom": ["S1", "S1", "S2"]}),
    ];
    for (number, ana) in (1..).zip(broken) {
        field.submit("ana", number, &plain(ana));
        field.submit(
            "ben",
            number,
            &plain(if number == 6 { json!({}) } else { harm.clone() }),
        );
    }
    field.lock();
    let either = Options {
        applicability: Some(Reading::Either),
        ..USUAL
    };
    let measured = field.study.agreement(BATCH, &either).unwrap();
    let missing = |key: &str| axis(&measured, key).missing.clone();
    assert_eq!(missing("symptom"), [1, 0]);
    assert_eq!(missing("cause"), [1, 0]);
    assert_eq!(missing("damage_severity"), [1, 0]);
    // Under DS1 the answer should not be there, under DS9 nobody can say, under DS2 it is open.
    assert_eq!(missing("damage_locus"), [3, 0]);
    assert_eq!(exact(&measured, "symptom"), (4, 5));
    assert_eq!(exact(&measured, "damage_severity"), (2, 5));
    assert_eq!(exact(&measured, "damage_locus"), (0, 2));
    let applies = axis(&measured, "damage_locus").applicable.unwrap();
    assert_eq!((applies.a, applies.b, applies.c, applies.d), (0, 0, 2, 1));
    let note = "ana cause 1, ana damage_locus 1, ana damage_severity 1, ana symptom 1";
    assert!(
        measured.notes.iter().any(|n| n.contains(note)),
        "{:?}",
        measured.notes
    );
}

#[test]
fn a_forced_lock_leaves_units_out_and_says_so() {
    let mut field = misalignment(3, &["ana", "ben"]);
    for number in 1..=3 {
        field.submit("ana", number, &plain(json!({})));
    }
    field.submit(
        "ben",
        1,
        &plain(json!({"resolution_status": "RS1", "resolver": "RV2"})),
    );
    field.lock_by_force();
    let measured = field.study.agreement(BATCH, &USUAL).unwrap();
    assert_eq!(exact(&measured, "symptom"), (1, 1));
    assert_eq!(exact(&measured, "resolution_status"), (0, 1));
    assert_eq!(axis(&measured, "resolver").missing, [0, 2]);
    assert_eq!(
        axis(&measured, "resolver").exact.percent,
        Err(Undefined::NoItems)
    );
    assert_eq!(measured.overall.axes, 4);
    let note = measured
        .notes
        .iter()
        .find(|note| note.contains("ben has none for 2"));
    assert!(
        note.is_some_and(|note| note.contains("time is up")),
        "{:?}",
        measured.notes
    );
}

#[test]
fn an_axis_asked_per_quote_has_quotes_for_items() {
    let mut field = Field::new(&codebook("codebook/validity.toml"), 3, &["ana", "ben"]);
    for (number, quotes) in [(1, 2), (2, 3), (3, 1)] {
        field.quotes(number, quotes);
    }
    let answers = |quotes: serde_json::Value| json!({"quote_found": quotes, "verdict": "VALID"});
    let [yes, no] = ["found", "not_found"];
    field.submit("ana", 1, &answers(json!([yes, no])));
    field.submit("ben", 1, &answers(json!([yes, yes])));
    field.submit("ana", 2, &answers(json!([yes, null, no])));
    field.submit("ben", 2, &answers(json!([yes, no, no])));
    // Two answers for one quote: nobody knows which belongs to it.
    field.submit("ana", 3, &answers(json!([yes, yes])));
    field.submit("ben", 3, &answers(json!([yes])));
    field.lock();
    let measured = field.study.agreement(BATCH, &USUAL).unwrap();
    assert!(axis(&measured, "quote_found").per_quote);
    assert_eq!(exact(&measured, "quote_found"), (3, 4));
    assert_eq!(axis(&measured, "quote_found").missing, [2, 0]);
    assert_eq!(exact(&measured, "verdict"), (3, 3));

    let viewer = Viewer::named("cho");
    let compared = Compared::Annotators;
    let items = field
        .study
        .items(&viewer, BATCH, compared, "quote_found", &USUAL)
        .unwrap();
    let quotes: Vec<_> = items
        .items
        .iter()
        .map(|i| (i.unit.clone(), i.quote))
        .collect();
    assert_eq!(
        quotes[1..4],
        [(unit(1), Some(1)), (unit(2), Some(0)), (unit(2), Some(1))]
    );
    let disputed: Vec<_> = items
        .disputed()
        .map(|item| (&item.unit, item.quote))
        .collect();
    assert_eq!(disputed, [(&unit(1), Some(1))]);
    assert_eq!(items.items[3].given[0], Given::Missing);
}

#[test]
fn labels_of_an_open_code_agree_only_if_they_are_the_same() {
    let mut field = Field::new(&codebook("codebook/validity.toml"), 3, &["ana", "ben"]);
    let invalid = |label: &str| json!({"verdict": "INVALID", "invalid_category": label});
    for (number, [ana, ben]) in (1..).zip([
        ["custom:joke", "custom:joke"],
        ["custom:joke", "custom:test_chat"],
        ["truncation", "custom:joke"],
    ]) {
        field.submit("ana", number, &invalid(ana));
        field.submit("ben", number, &invalid(ben));
    }
    field.lock();
    let measured = field.study.agreement(BATCH, &USUAL).unwrap();
    assert_eq!(exact(&measured, "invalid_category"), (1, 3));
    let codes = &axis(&measured, "invalid_category").codes;
    let last: Vec<&str> = codes[codes.len() - 3..].iter().map(|c| &*c.code).collect();
    assert_eq!(last, ["truncation", "custom:joke", "custom:test_chat"]);
}

#[test]
fn accuracy_waits_for_gold_and_a_partial_one_says_what_it_rests_on() {
    let mut field = misalignment(3, &["ana", "ben"]);
    for number in 1..=3 {
        field.submit("ana", number, &plain(json!({})));
        let symptom = if number == 1 { ["S3"] } else { ["S2"] };
        field.submit("ben", number, &plain(json!({"symptom": symptom})));
        field.judge("gpt", number, &plain(json!({"symptom": ["S2"]})));
    }
    field.lock();
    field.gold(2, &plain(json!({"symptom": ["S2"]})), Basis::Adjudicated);
    let why = not_ready(field.study.accuracy(BATCH, "gpt", false, &USUAL));
    assert!(
        why.contains("2 of 3 units") && why.contains("--partial"),
        "{why}"
    );
    not_ready(field.study.agreement(
        BATCH,
        &Options {
            paper: true,
            ..USUAL
        },
    ));

    let measured = field.study.accuracy(BATCH, "GPT", true, &USUAL).unwrap();
    assert_eq!(measured.raters, ["gpt".into()]);
    assert_eq!(exact(&measured, "symptom"), (1, 2));
    assert_eq!(axis(&measured, "symptom").gold_missing, Some(1));
    let gold = measured.gold.unwrap();
    assert_eq!((gold.units, gold.unanimous, gold.adjudicated), (2, 1, 1));
    let note = "Only 2 of 3 units have gold (1 unanimous, 1 adjudicated, 0 imported)";
    assert!(
        measured.notes.iter().any(|n| n.contains(note)),
        "{:?}",
        measured.notes
    );

    // The judge's answers stay hidden from people until gold is complete.
    let viewer = Viewer::named("cho");
    let compared = Compared::WithGold("gpt");
    let items = field
        .study
        .items(&viewer, BATCH, compared, "symptom", &USUAL)
        .unwrap();
    assert_eq!(items.withheld, 3);
    assert!(
        items
            .items
            .iter()
            .all(|item| item.given[1] == Given::Missing)
    );
    field.gold(3, &plain(json!({})), Basis::Imported);
    let items = field
        .study
        .items(&viewer, BATCH, compared, "symptom", &USUAL)
        .unwrap();
    assert_eq!(items.withheld, 0);
    assert_eq!(items.disputed().count(), 2);
    assert_eq!(
        exact(
            &field.study.accuracy(BATCH, "gpt", false, &USUAL).unwrap(),
            "symptom"
        ),
        (1, 3)
    );

    field.gold_after_judge(3, &plain(json!({"symptom": ["S2"]})));
    let measured = field.study.accuracy(BATCH, "gpt", false, &USUAL).unwrap();
    assert_eq!(exact(&measured, "symptom"), (2, 3));
    assert_eq!(measured.gold.unwrap().after_judge, 1);
    let note = "1 of the gold answers was changed after";
    assert!(
        measured.notes.iter().any(|n| n.contains(note)),
        "{:?}",
        measured.notes
    );
}

#[test]
fn a_judge_gains_nothing_by_saying_that_an_axis_does_not_apply() {
    let mut field = misalignment(3, &["ana", "ben"]);
    let harm = |locus: &str| plain(json!({"damage_severity": "DS2", "damage_locus": locus}));
    for number in 1..=3 {
        field.submit("ana", number, &harm("DL1"));
        field.submit("ben", number, &harm("DL1"));
        field.judge(
            "bold",
            number,
            &harm(if number == 3 { "DL2" } else { "DL1" }),
        );
        let shy = if number == 1 {
            harm("DL1")
        } else {
            plain(json!({}))
        };
        field.judge("shy", number, &shy);
    }
    field.lock();
    let score = |rater: &str, options: &Options| {
        let measured = field.study.accuracy(BATCH, rater, false, options).unwrap();
        let exact = axis(&measured, "damage_locus").exact;
        (exact.agreed, exact.n, exact.missed_by_na)
    };
    assert_eq!(score("bold", &USUAL), (2, 3, 0));
    assert_eq!(score("shy", &USUAL), (1, 3, 2));
    let both = Options {
        applicability: Some(Reading::Both),
        ..USUAL
    };
    assert_eq!(
        score("shy", &both),
        (1, 1, 0),
        "what the default guards against"
    );
}

#[test]
fn a_judge_is_read_under_the_codebook_of_the_batch_and_missing_units_count_as_missing() {
    let mut field = misalignment(2, &["ana", "ben"]);
    for rater in ["ana", "ben"] {
        for number in 1..=2 {
            field.submit(rater, number, &plain(json!({})));
        }
    }
    let newer = codebook("codebook/misalignment.toml").replacen("version = \"", "version = \"9", 1);
    field.lock();
    field.study.add_task("newer", &newer).unwrap();
    let name = field.study.tasks()[0].codebook.name();
    field.judge("old", 1, &plain(json!({})));
    field.judge_under(&name, "old", 2, &plain(json!({})));
    field.judge("new", 1, &plain(json!({})));
    let measured = field.study.accuracy(BATCH, "new", false, &USUAL).unwrap();
    assert_eq!(exact(&measured, "cause"), (1, 1));
    assert_eq!(axis(&measured, "cause").missing, [1]);
    let notes = measured.notes.join("\n");
    assert!(
        notes.contains(&format!("changed to {name} after round-1 was revealed")),
        "{notes}"
    );
    assert!(
        notes.contains("new was brought in after round-1 was revealed"),
        "{notes}"
    );
    let notes = field
        .study
        .accuracy(BATCH, "old", false, &USUAL)
        .unwrap()
        .notes
        .join("\n");
    assert!(
        notes.contains("old has labels under another codebook"),
        "{notes}"
    );
    assert!(!notes.contains("brought in"), "{notes}");

    for (rater, kind) in [("gold", "gold"), ("zoe", "adjudicator")] {
        if kind == "adjudicator" {
            field.study.make_rater(rater, kind).unwrap();
        }
        let error = field
            .study
            .accuracy(BATCH, rater, false, &USUAL)
            .unwrap_err();
        assert!(matches!(error, Error::Usage(_)), "{error}");
    }
}

#[test]
fn weights_undo_the_oversampling_of_a_stratum() {
    // Two units stand for one each, two for ten each; agreement on 1, 0, 1, 1 of them.
    let chances = [Some(1.0), Some(1.0), Some(0.1), Some(0.1)];
    let toml = codebook("codebook/misalignment.toml");
    let mut field = Field::with_chances(&toml, &chances, &["ana", "ben"]);
    let fixed = json!({"resolution_status": "RS1", "resolver": "RV1"});
    for number in 1..=4 {
        let changes = if number > 2 { fixed.clone() } else { json!({}) };
        field.submit("ana", number, &plain(changes.clone()));
        let mut other = plain(changes);
        if number == 2 {
            other["symptom"] = json!(["S1"]);
        }
        if number == 4 {
            other["resolver"] = json!("RV2");
        }
        field.submit("ben", number, &other);
    }
    field.lock();
    let measured = field.study.agreement(BATCH, &USUAL).unwrap();
    let weighted = |key: &str| axis(&measured, key).weighted.unwrap().percent.unwrap();
    let close = |one: f64, other: f64| assert!((one - other).abs() < 1e-12, "{one}, not {other}");
    assert_eq!(axis(&measured, "symptom").exact.percent, Ok(0.75));
    close(weighted("symptom"), 21.0 / 22.0);
    close(weighted("resolver"), 0.5);
    let overall = measured.weighted.unwrap();
    // Locus has no items: five axes.
    close(
        overall.mean_of_axes.unwrap(),
        (21.0 / 22.0 + 3.0 + 0.5) / 5.0,
    );
    close(
        overall.pooled.unwrap(),
        (21.0 + 3.0 * 22.0 + 10.0) / (4.0 * 22.0 + 20.0),
    );
    assert!(report::text::agreement(&measured).contains("weighted"));
}

#[test]
fn three_annotators_are_compared_pair_by_pair() {
    let mut field = misalignment(2, &["ana", "ben", "cho"]);
    for (rater, symptoms) in [
        ("ana", [["S1"], ["S2"]]),
        ("ben", [["S1"], ["S2"]]),
        ("cho", [["S1"], ["S4"]]),
    ] {
        for (number, symptom) in (1..).zip(symptoms) {
            field.submit(rater, number, &plain(json!({"symptom": symptom})));
        }
    }
    field.lock();
    let measured = field.study.agreement(BATCH, &USUAL).unwrap();
    let symptom = axis(&measured, "symptom");
    assert_eq!(exact(&measured, "symptom"), (1, 2));
    assert_eq!(symptom.exact.percent, Ok((1.0 + 1.0 / 3.0) / 2.0));
    let pairs: Vec<_> = symptom
        .pairs
        .iter()
        .map(|p| (p.raters, p.exact.agreed))
        .collect();
    assert_eq!(pairs, [((0, 1), 2), ((0, 2), 1), ((1, 2), 1)]);
    // S2: ana and ben agree; cho differs from both.
    let table = symptom.codes[1].table;
    assert_eq!((table.a, table.b + table.c, table.d), (1, 2, 3));
    assert!(
        axis(&measured, "resolution_status")
            .coefficient("fleiss_kappa")
            .is_some()
    );
}

#[test]
fn from_a_cell_of_the_table_one_gets_to_its_units() {
    let (field, expected) = schema("schema_table5_a");
    let viewer = Viewer::named("zoe");
    let paper = Options {
        paper: true,
        ..USUAL
    };
    let items = |compared, axis| {
        field
            .study
            .items(&viewer, BATCH, compared, axis, &paper)
            .unwrap()
    };
    for (compared, column) in [
        (Compared::Annotators, "annotators"),
        (Compared::WithGold("judge"), "judge"),
    ] {
        for (axis, table) in [
            ("symptom", "co_assignment"),
            ("damage_severity", "confusion"),
            ("damage_locus", "confusion"),
        ] {
            let items = items(compared, axis);
            let cross = items.cross_table(0, 1);
            let expected = expected[column][axis][table].as_array().unwrap();
            for (row, expected) in expected.iter().enumerate() {
                for (place, count) in expected.as_array().unwrap().iter().enumerate() {
                    let cell = items.cell(0, 1, row, place);
                    assert_eq!(
                        Some(cross.counts[row][place]),
                        count.as_u64(),
                        "{column} {axis}"
                    );
                    assert_eq!(cell.len() as u64, cross.counts[row][place]);
                }
            }
        }
    }
    let locus = items(Compared::Annotators, "damage_locus");
    let cross = locus.cross_table(0, 1);
    assert_eq!(cross.labels.last().map(String::as_str), Some("n/a"));
    let one_sided: u64 = cross.counts[4][..4].iter().sum::<u64>()
        + cross.counts[..4].iter().map(|row| row[4]).sum::<u64>();
    assert_eq!(
        one_sided, 13,
        "units on which one of the two says that there is a locus"
    );
    assert_eq!(cross.counts[4][4], 0);
    let error = field
        .study
        .items(&viewer, BATCH, Compared::Annotators, "colour", &paper);
    assert!(matches!(error.unwrap_err(), Error::Usage(_)));
}
