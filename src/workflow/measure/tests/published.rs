//! The fixtures of `agreement`, through a study instead of straight into `stats`.

use serde_json::{Map, Value};

use super::support::{BATCH, schema};
use crate::{
    stats::{self, ExactMatch, Reading, Stat, TwoByTwo},
    workflow::measure::{AxisFigures, Measured, Options},
};

const PAPER: Options = Options {
    applicability: None,
    paper: true,
    bootstrap: None,
};

fn assert_stat(what: &str, actual: Stat, expected: &Value) {
    match (actual, expected.as_f64()) {
        (Ok(actual), Some(expected)) => {
            assert!(
                (actual - expected).abs() < 1e-9,
                "{what}: {actual}, not {expected}"
            );
        }
        (Err(_), None) => assert!(expected.is_null(), "{what}"),
        (actual, _) => panic!("{what}: {actual:?}, not {expected}"),
    }
}

fn assert_exact(what: &str, actual: &ExactMatch, expected: &Value) {
    assert_eq!(Some(actual.n as u64), expected["n"].as_u64(), "{what}, n");
    assert_eq!(
        Some(actual.agreed as u64),
        expected["agreed"].as_u64(),
        "{what}, agreed"
    );
    assert_stat(what, actual.percent, &expected["percent"]);
    if let Some([low, high]) = expected
        .get("interval")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        let interval = actual.interval.unwrap();
        assert_stat(what, Ok(interval.low), low);
        assert_stat(what, Ok(interval.high), high);
    }
}

fn assert_named(what: &str, actual: &[(&'static str, Stat)], expected: &Map<String, Value>) {
    assert!(!expected.is_empty(), "{what}");
    for (name, expected) in expected {
        let value = stats::coefficient(actual, name);
        assert_stat(&format!("{what}, {name}"), value.unwrap(), expected);
    }
}

fn assert_table(what: &str, actual: TwoByTwo, expected: &Value) {
    let counts = [actual.a, actual.b, actual.c, actual.d];
    for (name, count) in ["a", "b", "c", "d"].into_iter().zip(counts) {
        assert_eq!(
            Some(count as u64),
            expected[name].as_u64(),
            "{what}, {name}"
        );
    }
}

fn assert_axis(what: &str, axis: &AxisFigures, expected: &Value) {
    let n = expected["coefficients_n"].as_u64();
    if let Some(n) = n.or(expected["n"].as_u64()) {
        assert_eq!(axis.coefficients_n as u64, n, "{what}");
    }
    for list in ["coefficients", "alphas"] {
        if let Some(expected) = expected.get(list).and_then(Value::as_object) {
            assert_named(what, &axis.coefficients, expected);
        }
    }
    if let Some(expected) = expected.get("per_code").and_then(Value::as_array) {
        assert_eq!(axis.codes.len(), expected.len(), "{what}");
        for (code, expected) in axis.codes.iter().zip(expected) {
            assert_table(&format!("{what}, {}", code.code), code.table, expected);
        }
    }
    if let Some(expected) = expected.get("specific_agreement").and_then(Value::as_array) {
        assert_eq!(axis.codes.len(), expected.len(), "{what}");
        for (code, expected) in axis.codes.iter().zip(expected) {
            assert_stat(
                &format!("{what}, {}", code.code),
                code.table.psa(),
                expected,
            );
        }
    }
    if let Some(expected) = expected.get("applicability") {
        assert_table(
            &format!("{what}, applies"),
            axis.applicable.unwrap(),
            expected,
        );
    }
    if let Some(n) = expected.get("n_ordinal") {
        assert_eq!(axis.n_ordinal.map(|n| n as u64), n.as_u64(), "{what}");
    }
    let scored = expected.get("against_gold");
    assert_eq!(scored.is_some(), axis.against_gold.is_some(), "{what}");
    if let (Some(expected), Some(actual)) = (scored, &axis.against_gold) {
        assert_named(
            what,
            &actual.coefficients,
            expected["coefficients"].as_object().unwrap(),
        );
        for (code, expected) in axis
            .codes
            .iter()
            .zip(expected["per_code"].as_array().unwrap())
        {
            let what = format!("{what}, {}", code.code);
            let score = code.score.unwrap();
            assert_eq!(
                Some(score.support() as u64),
                expected["support"].as_u64(),
                "{what}"
            );
            assert_stat(&what, score.precision(), &expected["precision"]);
            assert_stat(&what, score.recall(), &expected["recall"]);
            assert_stat(&what, score.f1(), &expected["f1"]);
        }
    }
}

/// Both columns of the published layout: annotators with each other, judge with gold.
fn columns(name: &str, options: &Options) -> ([(&'static str, Measured); 2], Value) {
    let (field, expected) = schema(name);
    let annotators = field.study.agreement(BATCH, options).unwrap();
    let judge = field
        .study
        .accuracy(BATCH, "judge", false, options)
        .unwrap();
    ([("annotators", annotators), ("judge", judge)], expected)
}

#[test]
fn the_published_table_comes_out_under_the_paper_preset() {
    for name in ["schema_table5_a", "schema_table5_b", "schema_readings"] {
        let (columns, expected) = columns(name, &PAPER);
        for (column, measured) in columns {
            let table = expected["table"].as_array().unwrap();
            assert_eq!(measured.axes.len(), table.len());
            for (axis, row) in measured.axes.iter().zip(table) {
                let what = format!("{name}, {column}, {}", axis.axis);
                assert_eq!(*axis.axis, *row["axis"].as_str().unwrap());
                assert_eq!(
                    Some(axis.exact.n as u64),
                    row[format!("{column}_n")].as_u64(),
                    "{what}"
                );
                assert_stat(&what, axis.exact.percent, &row[column]);
            }
            let overall = &expected["overall"][column];
            assert_stat(name, measured.overall.mean, &overall["mean"]);
            assert_stat(name, measured.overall.pooled, &overall["pooled"]);
            assert_eq!(Some(measured.overall.axes as u64), overall["axes"].as_u64());
        }
    }
}

#[test]
fn the_published_table_has_the_printed_figures() {
    let (columns, _) = columns("schema_table5_a", &PAPER);
    let printed = columns.map(|(_, measured)| {
        let axes = measured.axes.iter().map(|axis| axis.exact.percent);
        let all = axes.chain([measured.overall.mean, measured.overall.pooled]);
        all.map(|value| format!("{:.2}", value.unwrap()))
            .collect::<Vec<_>>()
    });
    assert_eq!(
        printed[0],
        [
            "0.79", "0.65", "0.71", "1.00", "0.92", "0.93", "0.83", "0.78"
        ]
    );
    assert_eq!(
        printed[1],
        [
            "0.84", "0.72", "0.64", "0.89", "0.96", "0.79", "0.81", "0.79"
        ]
    );
}

#[test]
fn every_reading_counts_its_own_items_and_leaves_the_coefficients_alone() {
    let (field, expected) = schema("schema_readings");
    let mut seen = std::collections::HashSet::new();
    for reading in Reading::EVERY {
        let options = Options {
            applicability: Some(reading),
            ..Options::default()
        };
        let annotators = field.study.agreement(BATCH, &options).unwrap();
        let judge = field
            .study
            .accuracy(BATCH, "judge", false, &options)
            .unwrap();
        for (column, measured) in [("annotators", &annotators), ("judge", &judge)] {
            for axis in &measured.axes {
                let tiers = &expected[column]["cause_with_tier"];
                let expected = &expected[column][&*axis.axis];
                let what = format!("{column}, {}, {}", axis.axis, reading.code());
                let exact = match expected.get("readings") {
                    Some(readings) => &readings[reading.code()],
                    None => expected,
                };
                assert_exact(&what, &axis.exact, exact);
                if reading == Reading::Gold || !axis.conditional {
                    assert_axis(&what, axis, expected);
                }
                if let Some((_, exact)) = &axis.with_attributes {
                    assert_exact(&what, exact, tiers);
                }
            }
        }
        let conditional = [&annotators, &judge]
            .map(|m| [&m.axes[3], &m.axes[5]].map(|a| (a.exact.n, a.exact.agreed)));
        seen.insert(conditional);
    }
    assert_eq!(seen.len(), 5, "the readings differ in what they count");
}
