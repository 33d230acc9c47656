//! What has to be known to read the table of axes.

use super::{
    measured::{AxisFigures, Measured},
    numbers::{coefficient, count, figure},
};
use crate::{
    domain::codebook::Kind,
    stats::{Reading, Undefined},
};

/// The footnotes, as sentences.
pub fn of(measured: &Measured) -> Vec<String> {
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
            "Gold of {}: {} unanimous, {} adjudicated, {} imported. F1: mean over the codes in use.",
            count(gold.units, "unit"),
            gold.unanimous,
            gold.adjudicated,
            gold.imported
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

/// Which items count on a conditional axis, and what N/A means there, in words.
fn reading_in_words(reading: Reading) -> &'static str {
    match reading {
        Reading::Both => "an item counts where both raters find that the axis applies",
        Reading::Gold => "an item counts where the axis applies under gold; N/A is a miss",
        Reading::GoldAndBoth => {
            "an item counts where the axis applies under gold and for both raters"
        }
        Reading::Either => {
            "an item counts where either rater finds that the axis applies; N/A against a code is a miss"
        }
        Reading::All => "every item counts, N/A being an answer like any other",
    }
}
