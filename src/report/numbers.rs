//! Figures as they are printed: two decimals, `-` for what is undefined.

use super::{layout::TIE, measured::AxisFigures};
use crate::stats::{Interval, Stat, Undefined};

/// The first of the coefficients that the axis has.
pub fn coefficient(axis: &AxisFigures, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| axis.coefficient(name));
    found.map_or_else(String::new, figure)
}

/// A number of things in words.
pub fn count(n: usize, thing: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {thing}{plural}")
}

/// Two decimals, from the unrounded number; `-` for undefined.
pub fn figure(value: Stat) -> String {
    match value {
        // "-0.00" would look like a finding.
        Ok(value) if value.abs() < 0.005 => "0.00".into(),
        Ok(value) => format!("{value:.2}"),
        Err(_) => "-".into(),
    }
}

/// The two ends, in brackets.
pub fn interval(interval: Result<Interval, Undefined>) -> String {
    match interval {
        Ok(Interval { low, high }) => format!("[{},{TIE}{}]", figure(Ok(low)), figure(Ok(high))),
        Err(_) => "-".into(),
    }
}
