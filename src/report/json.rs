//! Results as JSON for other programs: numbers unrounded, `null` for what is undefined, with the
//! reason's code under `undefined`.

use serde_json::{Map, Value, json};

use super::measured::{AxisFigures, CodeFigures, Measured, PairFigures};
use crate::stats::{Bootstrapped, ExactMatch, Interval, Stat, TwoByTwo, Undefined};

/// Agreement, or accuracy where there is gold.
pub fn agreement(measured: &Measured) -> Value {
    let mut object = Map::new();
    object.insert("batch".into(), json!(measured.batch));
    object.insert("task".into(), json!(measured.task));
    object.insert("codebook".into(), json!(measured.codebook));
    object.insert("raters".into(), json!(measured.raters));
    object.insert("units".into(), json!(measured.units));
    if let Some(gold) = measured.gold {
        object.insert("reference".into(), json!("gold"));
        object.insert(
            "gold".into(),
            json!({
                "units": gold.units,
                "unanimous": gold.unanimous,
                "adjudicated": gold.adjudicated,
                "imported": gold.imported,
                "after_judge": gold.after_judge,
                "by_annotators": gold.by_annotators,
            }),
        );
    }
    object.insert("applicability".into(), json!(measured.reading.code()));
    let bootstrap = measured
        .bootstrap
        .map(|plan| json!({"replicates": plan.replicates, "seed": plan.seed}));
    object.insert("bootstrap".into(), json!(bootstrap));
    let axes = measured.axes.iter().map(|axis| of_axis(measured, axis));
    object.insert("axes".into(), axes.collect());
    object.insert("axes_in_mean".into(), json!(measured.overall.axes));
    let mut undefined = Map::new();
    let mut figures = vec![
        ("mean_of_axes", measured.overall.mean),
        ("pooled", measured.overall.pooled),
    ];
    if let Some(weighted) = measured.weighted {
        figures.push(("weighted_mean_of_axes", weighted.mean_of_axes));
        figures.push(("weighted_pooled", weighted.pooled));
    }
    enter(&mut object, &mut undefined, figures);
    object.insert("undefined".into(), undefined.into());
    object.insert("notes".into(), json!(measured.notes));
    Value::Object(object)
}

fn of_axis(measured: &Measured, axis: &AxisFigures) -> Value {
    let mut object = Map::new();
    let mut undefined = Map::new();
    object.insert("axis".into(), json!(axis.axis));
    object.insert("kind".into(), json!(axis.kind.as_str()));
    object.insert("per_quote".into(), json!(axis.per_quote));
    enter_exact(&mut object, &mut undefined, &axis.exact);
    if let Some(weighted) = axis.weighted {
        let figure = [("weighted_percent", weighted.percent)];
        enter(&mut object, &mut undefined, figure);
    }
    if axis.conditional {
        object.insert("missed_by_na".into(), json!(axis.exact.missed_by_na));
    }
    let missing: Map<String, Value> = measured
        .raters
        .iter()
        .zip(&axis.missing)
        .map(|(rater, count)| (rater.to_string(), json!(count)))
        .collect();
    object.insert("missing".into(), missing.into());
    if let Some(missing) = axis.gold_missing {
        object.insert("gold_missing".into(), json!(missing));
    }
    let mut coefficients = Map::new();
    enter(&mut coefficients, &mut undefined, axis.coefficients.clone());
    object.insert("coefficients".into(), coefficients.into());
    object.insert("coefficients_n".into(), json!(axis.coefficients_n));
    if let Some(n) = axis.n_ordinal {
        object.insert("n_ordinal".into(), json!(n));
    }
    if measured.bootstrap.is_some() {
        let intervals: Map<String, Value> = axis
            .intervals
            .iter()
            .map(|(name, drawn)| ((*name).to_owned(), bootstrapped(drawn)))
            .collect();
        object.insert("coefficient_intervals".into(), intervals.into());
    }
    if let Some(gold) = &axis.against_gold {
        let mut scores = Map::new();
        let mut reasons = Map::new();
        enter(&mut scores, &mut reasons, gold.coefficients.clone());
        scores.insert("unseen_codes".into(), json!(gold.unseen_codes));
        scores.insert("undefined".into(), reasons.into());
        object.insert("against_gold".into(), scores.into());
    }
    object.insert("undefined".into(), undefined.into());
    object.insert("applicable".into(), json!(axis.applicable.map(applicable)));
    let with_attributes = axis.with_attributes.as_ref().map(|(names, exact)| {
        let mut object = Map::new();
        let mut undefined = Map::new();
        object.insert("attributes".into(), json!(names));
        enter_exact(&mut object, &mut undefined, exact);
        object.insert("undefined".into(), undefined.into());
        object
    });
    object.insert("with_attributes".into(), json!(with_attributes));
    object.insert("codes".into(), axis.codes.iter().map(of_code).collect());
    if !axis.pairs.is_empty() {
        let pairs = axis.pairs.iter().map(|pair| of_pair(measured, pair));
        object.insert("pairs".into(), pairs.collect());
    }
    Value::Object(object)
}

fn of_code(code: &CodeFigures) -> Value {
    let mut object = Map::new();
    let mut undefined = Map::new();
    object.insert("code".into(), json!(code.code));
    enter_table(&mut object, &mut undefined, &code.table);
    if let Some(score) = code.score {
        object.insert("tp".into(), json!(score.true_positives));
        object.insert("fp".into(), json!(score.false_positives));
        object.insert("fn".into(), json!(score.false_negatives));
        object.insert("support".into(), json!(score.support()));
        let figures = [
            ("precision", score.precision()),
            ("recall", score.recall()),
            ("f1", score.f1()),
        ];
        enter(&mut object, &mut undefined, figures);
    }
    object.insert("undefined".into(), undefined.into());
    Value::Object(object)
}

fn of_pair(measured: &Measured, pair: &PairFigures) -> Value {
    let (first, second) = pair.raters;
    let mut object = Map::new();
    let mut undefined = Map::new();
    let raters = [&measured.raters[first], &measured.raters[second]];
    object.insert("raters".into(), json!(raters));
    enter_exact(&mut object, &mut undefined, &pair.exact);
    let mut coefficients = Map::new();
    enter(&mut coefficients, &mut undefined, pair.coefficients.clone());
    object.insert("coefficients".into(), coefficients.into());
    object.insert("applicable".into(), json!(pair.applicable.map(applicable)));
    object.insert("undefined".into(), undefined.into());
    Value::Object(object)
}

fn applicable(table: TwoByTwo) -> Map<String, Value> {
    let mut object = Map::new();
    let mut undefined = Map::new();
    for (name, count) in [
        ("a", table.a),
        ("b", table.b),
        ("c", table.c),
        ("d", table.d),
    ] {
        object.insert(name.into(), json!(count));
    }
    enter_table(&mut object, &mut undefined, &table);
    object.insert("undefined".into(), undefined.into());
    object
}

fn enter_table(
    object: &mut Map<String, Value>,
    undefined: &mut Map<String, Value>,
    table: &TwoByTwo,
) {
    let figures = [
        ("po", table.po()),
        ("kappa", table.kappa()),
        ("ac1", table.ac1()),
        ("psa", table.psa()),
        ("nsa", table.nsa()),
    ];
    enter(object, undefined, figures);
}

fn enter_exact(
    object: &mut Map<String, Value>,
    undefined: &mut Map<String, Value>,
    exact: &ExactMatch,
) {
    object.insert("n".into(), json!(exact.n));
    object.insert("agreed".into(), json!(exact.agreed));
    enter(object, undefined, [("percent", exact.percent)]);
    object.insert("interval".into(), interval(exact.interval));
}

/// Enters statistics by name, and the reasons of those that are undefined.
fn enter(
    object: &mut Map<String, Value>,
    undefined: &mut Map<String, Value>,
    figures: impl IntoIterator<Item = (&'static str, Stat)>,
) {
    for (name, figure) in figures {
        object.insert(name.into(), json!(figure.ok()));
        if let Err(reason) = figure {
            undefined.insert(name.into(), json!(reason.code()));
        }
    }
}

fn interval(interval: Result<Interval, Undefined>) -> Value {
    json!(interval.ok().map(|ends| [ends.low, ends.high]))
}

fn bootstrapped(drawn: &Bootstrapped) -> Value {
    json!({
        "interval": interval(drawn.interval),
        "replicates": drawn.replicates,
        "undefined": drawn.undefined,
    })
}
