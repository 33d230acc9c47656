//! Results as text for a terminal of 80 columns.

use super::{
    footnotes,
    layout::{TIE, Table, paragraph},
    measured::{AxisFigures, Measured},
    numbers::{coefficient, count, figure, interval},
};
use crate::{
    domain::codebook::Kind,
    stats::{self, ExactMatch},
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
        "{}: {what}. {}, {}.",
        measured.batch,
        count(measured.units, "unit"),
        measured.codebook
    );
    let mut text = paragraph("", &title, COLUMNS) + "\n";
    text.push_str(&axes_table(measured).text(COLUMNS));
    text.push('\n');
    for line in footnotes::of(measured) {
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
    let (overall, weighted) = (&measured.overall, measured.weighted);
    let mean = (overall.mean, weighted.map(|all| all.mean_of_axes));
    let pooled = (overall.pooled, weighted.map(|all| all.pooled));
    let axes = if overall.axes == 1 { "axis" } else { "axes" };
    for (title, n, (plain, weighted)) in [
        ("mean of axes", format!("{} {axes}", overall.axes), mean),
        ("pooled", overall.decisions.to_string(), pooled),
    ] {
        let mut row = vec![title.to_owned(), n, figure(plain)];
        if let Some(weighted) = weighted {
            row.extend([String::new(), figure(weighted)]);
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
        let kappas = match measured.gold {
            Some(_) => "; kappa and AC1",
            None => ",",
        };
        let heading = format!(
            "{}: each code against the others{kappas} on {} with two answers",
            axis.axis,
            count(axis.coefficients_n, "item")
        );
        let mut text = paragraph("", &heading, COLUMNS);
        text.push_str(&codes_table(measured, axis).text(COLUMNS));
        let coefficients: Vec<String> = axis
            .coefficients
            .iter()
            .map(
                |(name, value)| match axis.intervals.iter().find(|(n, _)| n == name) {
                    Some((_, drawn)) => {
                        format!("{name}{TIE}{} {}", figure(*value), interval(drawn.interval))
                    }
                    None => format!("{name}{TIE}{}", figure(*value)),
                },
            )
            .collect();
        text.push_str(&paragraph("  ", &(coefficients.join("; ") + "."), COLUMNS));
        if let Some(n) = axis.n_ordinal {
            let line = format!(
                "Weighted kappas and ordinal alpha: {} with both codes on the ladder.",
                count(n, "item")
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
            "code", "TP", "FN", "FP", "prec.", "recall", "F1", "kappa", "AC1",
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
