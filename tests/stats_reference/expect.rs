//! Reading fixtures, and comparing results with what they expect.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value};
use tiebreak::stats::{
    self, CodeScore, Coefficients, CrossTable, ExactMatch, GoldComparison, Interval, MultiAxis,
    SingleAxis, Stat, TwoByTwo, Undefined, two_raters,
};

const TOLERANCE: f64 = 1e-9;

pub fn fixture(name: &str) -> Value {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/agreement");
    let path = folder.join(format!("{name}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The cases of a fixture by name, and a check that none went missing.
pub fn cases(name: &str, count: usize) -> Vec<(String, Value)> {
    let cases = list(&fixture(name)["cases"]).to_vec();
    assert_eq!(cases.len(), count, "cases in {name}.json");
    let named = |case: Value| (format!("{name}: {}", text(&case["name"])), case);
    cases.into_iter().map(named).collect()
}

pub fn list(value: &Value) -> &[Value] {
    value
        .as_array()
        .unwrap_or_else(|| panic!("not a list: {value}"))
}

pub fn object(value: &Value) -> &Map<String, Value> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("not an object: {value}"))
}

pub fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
}

pub fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("not a number: {value}"))
}

pub fn count(value: &Value) -> usize {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("not a count: {value}")) as usize
}

pub fn counts(value: &Value) -> Vec<usize> {
    list(value).iter().map(count).collect()
}

/// The number must be there and close, or be absent where null is expected.
pub fn assert_stat(what: &str, actual: Stat, expected: &Value) {
    match actual {
        Err(reason) => assert!(expected.is_null(), "{what}: {reason:?}, not {expected}"),
        Ok(actual) => {
            assert!(!expected.is_null(), "{what}: {actual}, not undefined");
            let expected = number(expected);
            let apart = (actual - expected).abs();
            assert!(apart < TOLERANCE, "{what}: {actual}, not {expected}");
        }
    }
}

pub fn assert_interval(what: &str, actual: Result<Interval, Undefined>, expected: &Value) {
    let end = |place: usize| match expected {
        Value::Null => &Value::Null,
        ends => &list(ends)[place],
    };
    assert_stat(
        &format!("{what}, lower end"),
        actual.map(|ends| ends.low),
        end(0),
    );
    assert_stat(
        &format!("{what}, upper end"),
        actual.map(|ends| ends.high),
        end(1),
    );
}

/// Each expected coefficient must be in the list under its name.
pub fn assert_coefficients(what: &str, actual: &Coefficients, expected: &Value) {
    assert!(!object(expected).is_empty(), "{what}: no coefficients");
    for (name, expected) in object(expected) {
        let actual = stats::coefficient(actual, name);
        let actual = actual.unwrap_or_else(|| panic!("{what}: no coefficient {name}"));
        assert_stat(&format!("{what}, {name}"), actual, expected);
    }
}

pub fn assert_exact(what: &str, actual: &ExactMatch, expected: &Value) {
    assert_eq!(actual.n, count(&expected["n"]), "{what}, n");
    assert_eq!(actual.agreed, count(&expected["agreed"]), "{what}, agreed");
    assert_stat(
        &format!("{what}, percent"),
        actual.percent,
        &expected["percent"],
    );
    assert_interval(what, actual.interval, &expected["interval"]);
}

pub fn assert_two_by_two(what: &str, actual: &TwoByTwo, expected: &Value) {
    let mut rest = object(expected).clone();
    for (name, actual) in [
        ("a", actual.a),
        ("b", actual.b),
        ("c", actual.c),
        ("d", actual.d),
    ] {
        let expected = rest.remove(name).unwrap_or_default();
        assert_eq!(actual, count(&expected), "{what}, {name}");
    }
    assert_coefficients(what, &actual.coefficients(), &Value::Object(rest));
}

pub fn assert_tables(what: &str, actual: &[TwoByTwo], expected: &Value) {
    assert_eq!(actual.len(), list(expected).len(), "{what}, codes");
    for (code, (actual, expected)) in actual.iter().zip(list(expected)).enumerate() {
        assert_two_by_two(&format!("{what}, code {code}"), actual, expected);
    }
}

pub fn assert_cross_table(what: &str, actual: &CrossTable, expected: &Value) {
    let actual: Vec<Vec<usize>> = actual.rows().map(<[usize]>::to_vec).collect();
    let expected: Vec<Vec<usize>> = list(expected).iter().map(counts).collect();
    assert_eq!(actual, expected, "{what}");
}

pub fn code_number(codes: &[&str], code: &str) -> usize {
    let place = codes.iter().position(|known| *known == code);
    place.unwrap_or_else(|| panic!("{code} is not among {codes:?}"))
}

/// What an axis with one code per unit has beside the exact match.
pub fn assert_single(what: &str, axis: &SingleAxis, expected: &Value) {
    let pair = &axis.pairs[0];
    assert_coefficients(what, &axis.coefficients, &expected["coefficients"]);
    assert_eq!(
        pair.coefficients, axis.coefficients,
        "{what}, the only pair"
    );
    assert_cross_table(what, &pair.confusion, &expected["confusion"]);
    assert_eq!(
        pair.confusion.total(),
        axis.coefficients_n,
        "{what}, coefficients_n"
    );
    let chance = &expected["chance"];
    assert_stat(
        what,
        two_raters::pe_kappa(&pair.confusion),
        &chance["pe_kappa"],
    );
    assert_stat(what, two_raters::pe_pi(&pair.confusion), &chance["pe_pi"]);
    assert_stat(what, two_raters::pe_ac1(&pair.confusion), &chance["pe_ac1"]);
    if let Some(n_ordinal) = expected.get("n_ordinal") {
        assert_eq!(pair.n_ordinal, count(n_ordinal), "{what}, n_ordinal");
    }
    if let Some(specific) = expected.get("specific_agreement") {
        assert_eq!(list(specific).len(), pair.per_code.len(), "{what}, codes");
        for (code, expected) in list(specific).iter().enumerate() {
            let what = format!("{what}, agreement on code {code}");
            assert_stat(&what, pair.confusion.specific_agreement(code), expected);
            assert_stat(&what, pair.per_code[code].psa(), expected);
        }
    }
    if let Some(first_code) = expected.get("first_code") {
        assert_coefficients(what, &pair.per_code[0].coefficients(), first_code);
    }
}

/// What an axis with several codes per unit has beside the exact match.
pub fn assert_multi(what: &str, axis: &MultiAxis, expected: &Value) {
    let pair = &axis.pairs[0];
    assert_coefficients(what, &pair.coefficients, &expected["coefficients"]);
    assert_coefficients(what, &axis.coefficients, &expected["alphas"]);
    assert_tables(what, &pair.per_code, &expected["per_code"]);
    assert_cross_table(
        what,
        &pair.co_assignment.together,
        &expected["co_assignment"],
    );
}

pub fn assert_against_gold(what: &str, actual: &GoldComparison, expected: &Value) {
    assert_eq!(actual.exact.n, count(&expected["n"]), "{what}, n");
    assert_stat(what, actual.exact.percent, &expected["percent"]);
    assert_coefficients(what, &actual.coefficients, &expected["coefficients"]);
    assert_eq!(
        actual.per_code.len(),
        list(&expected["per_code"]).len(),
        "{what}"
    );
    let mut unseen = 0;
    for (score, expected) in actual.per_code.iter().zip(list(&expected["per_code"])) {
        let CodeScore {
            true_positives,
            false_positives,
            false_negatives,
        } = *score;
        assert_eq!(true_positives, count(&expected["tp"]), "{what}, tp");
        assert_eq!(false_positives, count(&expected["fp"]), "{what}, fp");
        assert_eq!(false_negatives, count(&expected["fn"]), "{what}, fn");
        assert_eq!(
            score.support(),
            count(&expected["support"]),
            "{what}, support"
        );
        assert_stat(
            &format!("{what}, precision"),
            score.precision(),
            &expected["precision"],
        );
        assert_stat(
            &format!("{what}, recall"),
            score.recall(),
            &expected["recall"],
        );
        assert_stat(&format!("{what}, f1"), score.f1(), &expected["f1"]);
        unseen += usize::from(expected["f1"].is_null());
    }
    assert_eq!(
        actual.unseen_codes, unseen,
        "{what}, codes left out of macro F1"
    );
}

/// What a paper printed must come out when rounded as there.
pub fn assert_published(what: &str, axis: &SingleAxis, published: &Map<String, Value>) {
    for (name, printed) in published {
        let [printed, decimals] = [0, 1].map(|place| number(&list(printed)[place]));
        let actual = match name.as_str() {
            "po" => axis.exact.percent,
            "pe_kappa" => two_raters::pe_kappa(&axis.pairs[0].confusion),
            name => match stats::coefficient(&axis.coefficients, name) {
                Some(value) => value,
                None => continue,
            },
        };
        let half_a_digit = 0.5 / 10f64.powf(decimals) + TOLERANCE;
        let close = actual.is_ok_and(|actual| (actual - printed).abs() <= half_a_digit);
        assert!(close, "{what}, {name}: {actual:?}, printed as {printed}");
    }
}
