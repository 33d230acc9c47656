//! Results as text for a terminal of 80 columns.

use super::{
    layout::{Table, paragraph},
    measured::{AxisFigures, Measured, WeightedOverall},
    reading_in_words,
};
use crate::{
    domain::codebook::Kind,
    stats::{self, ExactMatch, Interval, Stat, Undefined},
};

/// How wide the tables are.
const COLUMNS: usize = 80;

/// Agreement, or accuracy where there is gold: the table of axes with what has to be known to read
/// it, then the codes of each axis.
pub fn agreement(measured: &Measured) -> String {
    let mut text = headline(measured);
    for note in &measured.notes {
        text.push_str(&paragraph("! ", note, COLUMNS));
    }
    text + "\n" + &pairs(measured) + &codes(measured)
}

/// The table of axes, with its footnotes.
pub fn headline(measured: &Measured) -> String {
    let raters: Vec<&str> = measured.raters.iter().map(|rater| &**rater).collect();
    let what = match measured.gold {
        None => format!("agreement of {}", raters.join(", ")),
        Some(_) => format!("accuracy of {} against gold", raters.join(", ")),
    };
    let title = format!(
        "{}: {what}. {} units, {}.",
        measured.batch, measured.units, measured.codebook
    );
    let mut text = paragraph("", &title, COLUMNS) + "\n";
    text.push_str(&axes_table(measured).text(COLUMNS));
    text.push('\n');
    for line in footnotes(measured) {
        text.push_str(&paragraph("  ", &line, COLUMNS));
    }
    text
}

fn axes_table(measured: &Measured) -> Table {
    let weighted = measured.weighted.is_some();
    let against_gold = measured.gold.is_some();
    let mut titles = vec!["axis", "agreed", "share", "95% interval"];
    titles.extend(weighted.then_some("weighted"));
    titles.extend(["AC1", "kappa"]);
    // With weights there is no room for both.
    titles.extend((!against_gold || !weighted).then_some("alpha"));
    titles.extend(against_gold.then_some("F1"));
    titles.push("miss");
    let mut table = Table::new(&titles);
    for axis in &measured.axes {
        let mark = if axis.conditional { " *" } else { "" };
        let mut row = exact_cells(format!("{}{mark}", axis.axis), &axis.exact);
        if weighted {
            row.push(
                axis.weighted
                    .map_or_else(String::new, |w| figure(w.percent)),
            );
        }
        row.push(coefficient(axis, &["ac1"]));
        row.push(coefficient(axis, &["kappa", "fleiss_kappa"]));
        if !against_gold || !weighted {
            row.push(match axis.kind {
                Kind::Multi => coefficient(axis, &["alpha_masi"]) + "m",
                _ => coefficient(axis, &["alpha_nominal"]),
            });
        }
        if let Some(gold) = &axis.against_gold {
            let f1 = stats::coefficient(&gold.coefficients, "macro_f1_seen");
            row.push(f1.map_or_else(String::new, figure));
        }
        let missing = axis.missing.iter().sum::<usize>() + axis.gold_missing.unwrap_or(0);
        row.push(missing.to_string());
        table.row(row);
        if let Some((names, exact)) = &axis.with_attributes {
            table.row(exact_cells(format!("  with {}", names.join(", ")), exact));
        }
    }
    let overall = &measured.overall;
    let axes = if overall.axes == 1 { "axis" } else { "axes" };
    let mut rows = vec![
        (
            "mean of axes",
            format!("{} {axes}", overall.axes),
            overall.mean,
        ),
        ("pooled", overall.decisions.to_string(), overall.pooled),
    ];
    for (title, n, value) in rows.drain(..) {
        let mut row = vec![title.to_owned(), n, figure(value)];
        if let Some(WeightedOverall {
            mean_of_axes,
            pooled,
        }) = measured.weighted
        {
            let value = if title == "pooled" {
                pooled
            } else {
                mean_of_axes
            };
            row.extend([String::new(), figure(value)]);
        }
        table.row(row);
    }
    table
}

fn exact_cells(title: String, exact: &ExactMatch) -> Vec<String> {
    vec![
        title,
        format!("{}/{}", exact.agreed, exact.n),
        figure(exact.percent),
        interval(exact.interval),
    ]
}

/// What has to be known to read the table.
fn footnotes(measured: &Measured) -> Vec<String> {
    let mut lines = Vec::new();
    let conditional: Vec<&AxisFigures> = measured.axes.iter().filter(|a| a.conditional).collect();
    if !conditional.is_empty() {
        lines.push(format!(
            "* reading \"{}\": {}. AC1, kappa and alpha are on items with two codes.",
            measured.reading.code(),
            reading_in_words(measured.reading)
        ));
    }
    for axis in conditional {
        lines.extend(on_applicability(axis));
    }
    if measured.axes.iter().any(|axis| axis.kind == Kind::Multi) {
        let jaccard: Vec<String> = measured
            .axes
            .iter()
            .filter(|axis| axis.kind == Kind::Multi)
            .map(|axis| format!("{} {}", axis.axis, coefficient(axis, &["mean_jaccard"])))
            .collect();
        lines.push(format!(
            "m: Krippendorff's alpha with MASI distance. Mean Jaccard: {}.",
            jaccard.join(", ")
        ));
    }
    if measured.gold.is_none() && measured.raters.len() > 2 {
        lines.push(
            "agreed: all raters alike. share: agreeing pairs of raters. kappa: Fleiss.".into(),
        );
    }
    if let Some(gold) = measured.gold {
        lines.push(format!(
            "Gold of {} units: {} unanimous, {} adjudicated, {} imported. F1: mean over the codes in use.",
            gold.units, gold.unanimous, gold.adjudicated, gold.imported
        ));
    }
    let quotes: Vec<&str> = measured
        .axes
        .iter()
        .filter(|axis| axis.per_quote)
        .map(|axis| &*axis.axis)
        .collect();
    if !quotes.is_empty() {
        lines.push(format!("Counted per quote: {}.", quotes.join(", ")));
    }
    lines.extend(on_missing(measured));
    lines.extend(on_undefined(measured));
    if let Some(plan) = measured.bootstrap {
        lines.push(format!(
            "Bootstrap intervals below: {} replicates, seed {}.",
            plan.replicates, plan.seed
        ));
    }
    lines
}

fn on_applicability(axis: &AxisFigures) -> Option<String> {
    let table = axis.applicable?;
    let (both, one) = (table.a, table.b + table.c);
    let mut line = format!(
        "{}: applies for both on {both}, for one on {one}, for none on {}; agreement on that {}, kappa {}, \
         AC1 {}, positive {}.",
        axis.axis,
        table.d,
        figure(table.po()),
        figure(table.kappa()),
        figure(table.ac1()),
        figure(table.psa())
    );
    if axis.exact.missed_by_na > 0 {
        line.push_str(&format!(
            " Of {} misses {} are N/A.",
            axis.exact.n - axis.exact.agreed,
            axis.exact.missed_by_na
        ));
    }
    Some(line)
}

fn on_missing(measured: &Measured) -> Option<String> {
    let raters = measured.raters.iter().enumerate();
    let mut parts: Vec<String> = raters
        .flat_map(|(place, rater)| {
            measured.axes.iter().filter_map(move |axis| {
                let count = axis.missing[place];
                (count > 0).then(|| format!("{rater} {} {count}", axis.axis))
            })
        })
        .collect();
    for axis in &measured.axes {
        let count = axis.gold_missing.filter(|count| *count > 0);
        parts.extend(count.map(|count| format!("gold {} {count}", axis.axis)));
    }
    (!parts.is_empty()).then(|| format!("miss: not compared: {}.", parts.join(", ")))
}

/// The figures of the table that do not exist, with the reason.
fn on_undefined(measured: &Measured) -> Option<String> {
    let shown = [
        "ac1",
        "kappa",
        "fleiss_kappa",
        "alpha_nominal",
        "alpha_masi",
    ];
    let mut parts = Vec::new();
    for axis in &measured.axes {
        let mut by_reason: Vec<(Undefined, Vec<&str>)> = Vec::new();
        let figures = axis.coefficients.iter().copied();
        let figures = figures.filter(|(name, _)| shown.contains(name));
        for (name, value) in std::iter::once(("share", axis.exact.percent)).chain(figures) {
            let Err(reason) = value else { continue };
            match by_reason.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, names)) => names.push(name),
                None => by_reason.push((reason, vec![name])),
            }
        }
        for (reason, names) in by_reason {
            let names = names.join(", ");
            parts.push(format!("{} {names} ({})", axis.axis, in_words(reason)));
        }
    }
    (!parts.is_empty()).then(|| format!("- undefined: {}.", parts.join("; ")))
}

fn in_words(reason: Undefined) -> &'static str {
    match reason {
        Undefined::NoItems => "no items",
        Undefined::NoVariation => "one code throughout",
        Undefined::NoPairs => "no item with two codes",
        Undefined::ZeroSupport => "code not in use",
    }
}

/// Each pair of raters, where there are more than two; else nothing.
pub fn pairs(measured: &Measured) -> String {
    if measured.axes.iter().all(|axis| axis.pairs.is_empty()) {
        return String::new();
    }
    let titles = [
        "raters, axis",
        "agreed",
        "share",
        "95% interval",
        "AC1",
        "kappa",
    ];
    let mut table = Table::new(&titles);
    for axis in &measured.axes {
        for pair in &axis.pairs {
            let (first, second) = pair.raters;
            let raters = format!("{}, {}", measured.raters[first], measured.raters[second]);
            let mut row = exact_cells(format!("{raters}: {}", axis.axis), &pair.exact);
            for name in ["ac1", "kappa"] {
                let value = stats::coefficient(&pair.coefficients, name);
                row.push(value.map_or_else(String::new, figure));
            }
            table.row(row);
        }
    }
    table.text(COLUMNS) + "\n"
}

/// For each axis, its codes one by one and, if they were asked for, the intervals of its
/// coefficients.
pub fn codes(measured: &Measured) -> String {
    let tables = measured.axes.iter().map(|axis| {
        let heading = format!(
            "{}: each code against the others, on {} items with two answers",
            axis.axis, axis.coefficients_n
        );
        let mut text = paragraph("", &heading, COLUMNS);
        text.push_str(&codes_table(measured, axis).text(COLUMNS));
        let coefficients: Vec<String> = axis
            .coefficients
            .iter()
            .map(
                |(name, value)| match axis.intervals.iter().find(|(n, _)| n == name) {
                    Some((_, drawn)) => {
                        format!("{name} {} {}", figure(*value), interval(drawn.interval))
                    }
                    None => format!("{name} {}", figure(*value)),
                },
            )
            .collect();
        text.push_str(&paragraph("  ", &(coefficients.join("; ") + "."), COLUMNS));
        if let Some(n) = axis.n_ordinal {
            let line = format!(
                "Weighted kappas and ordinal alpha: {n} items with both codes on the ladder."
            );
            text.push_str(&paragraph("  ", &line, COLUMNS));
        }
        text
    });
    tables.collect::<Vec<_>>().join("\n")
}

fn codes_table(measured: &Measured, axis: &AxisFigures) -> Table {
    let titles = if measured.gold.is_some() {
        [
            "code", "both", "missed", "extra", "prec.", "recall", "F1", "kappa", "AC1",
        ]
    } else {
        [
            "code", "both", "one", "none", "po", "kappa", "AC1", "pos.", "neg.",
        ]
    };
    let mut table = Table::new(&titles);
    for code in &axis.codes {
        let counts = &code.table;
        let mut row = vec![format!("{}  {}", code.code, code.name)];
        match code.score {
            Some(score) => {
                row.extend([
                    score.true_positives.to_string(),
                    score.false_negatives.to_string(),
                    score.false_positives.to_string(),
                ]);
                row.extend([score.precision(), score.recall(), score.f1()].map(figure));
                row.extend([counts.kappa(), counts.ac1()].map(figure));
            }
            None => {
                let numbers = [counts.a, counts.b + counts.c, counts.d];
                row.extend(numbers.map(|count| count.to_string()));
                row.extend([counts.po(), counts.kappa(), counts.ac1()].map(figure));
                row.extend([counts.psa(), counts.nsa()].map(figure));
            }
        }
        table.row(row);
    }
    table
}

/// The first of the coefficients that the axis has.
fn coefficient(axis: &AxisFigures, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| axis.coefficient(name));
    found.map_or_else(String::new, figure)
}

/// Two decimals, from the unrounded number; `-` for undefined.
fn figure(value: Stat) -> String {
    match value {
        // "-0.00" would look like a finding.
        Ok(value) if value.abs() < 0.005 => "0.00".into(),
        Ok(value) => format!("{value:.2}"),
        Err(_) => "-".into(),
    }
}

fn interval(interval: Result<Interval, Undefined>) -> String {
    match interval {
        Ok(Interval { low, high }) => format!("[{}, {}]", figure(Ok(low)), figure(Ok(high))),
        Err(_) => "-".into(),
    }
}
