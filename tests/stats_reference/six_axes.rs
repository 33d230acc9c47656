//! The misalignment codebook's six axes, four of which apply to every unit: two annotators against
//! each other and a judge against gold, under every reading of the other two.

use serde_json::Value;
use tiebreak::stats::{self, Applicability, Cell, ExactMatch, LabelSets, Labels, Ratings, Reading};

use crate::expect::*;

/// An axis of the misalignment codebook: its key and codes, and where it is conditional the parent
/// with the codes under which it applies.
struct Axis {
    key: &'static str,
    codes: &'static [&'static str],
    parent: Option<(&'static str, &'static [&'static str])>,
}

impl Axis {
    fn applies(&self, answers: &Value) -> bool {
        match self.parent {
            None => true,
            Some((parent, codes)) => codes.contains(&answers[parent].as_str().unwrap_or("")),
        }
    }

    /// One rater's cells, `value` giving the number of an answer that is there.
    fn cells(&self, rater: &Value, mut value: impl FnMut(&Value) -> usize) -> Vec<Cell> {
        let mut cell = |answers: &Value| match &answers[self.key] {
            _ if answers.is_null() => Cell::Missing,
            _ if !self.applies(answers) => Cell::NotApplicable,
            Value::Null => Cell::Missing,
            answer => Cell::Value(value(answer)),
        };
        list(rater).iter().map(&mut cell).collect()
    }
}

const AXES: [Axis; 6] = [
    Axis {
        key: "symptom",
        codes: &["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8"],
        parent: None,
    },
    Axis {
        key: "cause",
        codes: &["C1", "C2", "C3", "C4", "C5", "C6", "C7"],
        parent: None,
    },
    Axis {
        key: "damage_severity",
        codes: &["DS0", "DS1", "DS2", "DS3", "DS4"],
        parent: None,
    },
    Axis {
        key: "damage_locus",
        codes: &["DL1", "DL2", "DL3", "DL4"],
        parent: Some(("damage_severity", &["DS2", "DS3"])),
    },
    Axis {
        key: "resolution_status",
        codes: &["RS1", "RS2"],
        parent: None,
    },
    Axis {
        key: "resolver",
        codes: &["RV1", "RV2", "RV3"],
        parent: Some(("resolution_status", &["RS1"])),
    },
];

/// The rungs of damage severity; DS4, which cannot be observed, is off the ladder.
const LADDER: [usize; 4] = [0, 1, 2, 3];

/// A code as answers hold it: plain, or an object where it has a text or an attribute.
fn code(answer: &Value) -> &str {
    text(answer.get("code").unwrap_or(answer))
}

#[test]
fn six_axes_under_every_reading() {
    for name in [
        "schema_readings",
        "schema_table5_a",
        "schema_table5_b",
        "schema_nothing_applicable",
    ] {
        let fixture = fixture(name);
        for (column, raters) in [
            ("annotators", ["annotator_1", "annotator_2"]),
            ("judge", ["gold", "judge"]),
        ] {
            let expected = &fixture["expected"][column];
            assert_eq!(object(expected).len(), 7, "{name}, axes of {column}");
            let mut of_table = Vec::new();
            for axis in &AXES {
                let what = format!("{name}: {column}, {}", axis.key);
                let raters = raters.map(|rater| &fixture["raters"][rater]);
                let gold = list(&fixture["raters"]["gold"]).iter();
                let gold_applies: Vec<bool> = gold.map(|gold| axis.applies(gold)).collect();
                let expected = &expected[axis.key];
                of_table.push(if expected.get("co_assignment").is_some() {
                    check_multi(&what, axis, raters, expected)
                } else {
                    check_single(&what, axis, raters, &gold_applies, expected)
                });
            }
            assert_table(
                &format!("{name}: {column}"),
                &of_table,
                column,
                &fixture["expected"],
            );
            let raters = raters.map(|rater| &fixture["raters"][rater]);
            check_tiers(
                &format!("{name}: {column}"),
                raters,
                &expected["cause_with_tier"],
            );
        }
    }
}

/// The exact match that the axis has in the published layout, after all checks on it.
fn check_multi(what: &str, axis: &Axis, raters: [&Value; 2], expected: &Value) -> ExactMatch {
    let mut sets = LabelSets::new(axis.codes.len());
    let columns = raters.map(|rater| {
        axis.cells(rater, |answer| {
            let codes = list(answer)
                .iter()
                .map(|some| code_number(axis.codes, code(some)));
            sets.intern(codes)
        })
    });
    let ratings = Ratings::new(columns.to_vec());
    let result = stats::multi_axis(&ratings, &sets, Applicability::BY_BOTH);
    assert_exact(what, &result.exact, expected);
    assert_multi(what, &result, expected);
    if let Some(expected) = expected.get("against_gold") {
        let labels = Labels::Sets(&sets);
        let judged = stats::against_gold(&ratings, labels, Applicability::BY_BOTH);
        assert_against_gold(what, &judged, expected);
    }
    result.exact
}

fn check_single(
    what: &str,
    axis: &Axis,
    raters: [&Value; 2],
    gold_applies: &[bool],
    expected: &Value,
) -> ExactMatch {
    let cells = |rater| axis.cells(rater, |answer| code_number(axis.codes, code(answer)));
    let ratings = Ratings::new(raters.map(cells).to_vec());
    let ladder: &[usize] = if expected.get("n_ordinal").is_some() {
        &LADDER
    } else {
        &[]
    };
    // Unconditional axes apply to all units, so that the reading of gold is that of both.
    let by_gold = Applicability {
        reading: Reading::Gold,
        gold_applies,
    };
    let result = stats::single_axis(&ratings, axis.codes.len(), ladder, by_gold);
    assert_single(what, &result, expected);
    if let Some(readings) = expected.get("readings") {
        assert_eq!(
            object(readings).len(),
            Reading::EVERY.len(),
            "{what}, readings"
        );
        for reading in Reading::EVERY {
            let what = format!("{what}, {}", reading.code());
            let exact = stats::exact_match(&ratings, Applicability { reading, ..by_gold });
            assert_exact(&what, &exact, &readings[reading.code()]);
        }
        assert_eq!(
            result.coefficients_n,
            count(&expected["coefficients_n"]),
            "{what}"
        );
        assert_two_by_two(
            what,
            &result.pairs[0].applicability,
            &expected["applicability"],
        );
    } else {
        assert_exact(what, &result.exact, expected);
        assert_eq!(
            result.pairs[0].dropped,
            count(&expected["dropped"]),
            "{what}"
        );
    }
    if let Some(expected) = expected.get("against_gold") {
        let labels = Labels::Single(axis.codes.len());
        let judged = stats::against_gold(&ratings, labels, by_gold);
        assert_against_gold(what, &judged, expected);
    }
    result.exact
}

/// The published layout, six axes under the reading of gold, and its two overall figures.
fn assert_table(what: &str, axes: &[ExactMatch], column: &str, expected: &Value) {
    assert_eq!(list(&expected["table"]).len(), axes.len(), "{what}, rows");
    for (axis, row) in axes.iter().zip(list(&expected["table"])) {
        let what = format!("{what}, {}", row["axis"]);
        assert_eq!(axis.n, count(&row[format!("{column}_n")]), "{what}");
        assert_stat(&what, axis.percent, &row[column]);
    }
    let overall = stats::overall(axes);
    let expected = &expected["overall"][column];
    assert_stat(
        &format!("{what}, mean of axes"),
        overall.mean,
        &expected["mean"],
    );
    assert_eq!(
        overall.axes,
        count(&expected["axes"]),
        "{what}, axes in the mean"
    );
    assert_stat(
        &format!("{what}, pooled"),
        overall.pooled,
        &expected["pooled"],
    );
}

/// Causes with their evidence tiers: each pair of code and tier is a label of its own.
fn check_tiers(what: &str, raters: [&Value; 2], expected: &Value) {
    let causes = &AXES[1];
    let tiers = ["direct", "contextual", "speculative"];
    let mut sets = LabelSets::new(0);
    let columns = raters.map(|rater| {
        causes.cells(rater, |answer| {
            let labels = list(answer).iter().map(|some| {
                let tier = some.get("evidence_tier").map(text);
                let tier = tier.map_or(tiers.len(), |tier| code_number(&tiers, tier));
                code_number(causes.codes, code(some)) * (tiers.len() + 1) + tier
            });
            sets.intern(labels)
        })
    });
    let exact = stats::exact_match(&Ratings::new(columns.to_vec()), Applicability::BY_BOTH);
    assert_eq!(exact.n, count(&expected["n"]), "{what}, cause with tier");
    assert_eq!(
        exact.agreed,
        count(&expected["agreed"]),
        "{what}, cause with tier"
    );
    assert_stat(what, exact.percent, &expected["percent"]);
}
