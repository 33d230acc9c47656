//! A share as a bar with its interval, in text that needs no colour.

use ratatui::text::{Line, Span};

use crate::tui::theme::Theme;

/// A bar of `columns` cells from 0 to 1 and the figures behind it, such as `█████├─┼┤░░ 0.79 [0.70, 0.86]`.
///
/// The bar is full up to the interval, whose ends are `├` and `┤` and in which `┼` stands for the
/// value. A coefficient below 0 has an empty bar and keeps its figures. `None` is undefined.
pub fn share(
    value: Option<f64>,
    interval: Option<(f64, f64)>,
    columns: u16,
    theme: &Theme,
) -> Line<'static> {
    let columns = usize::from(columns);
    let Some(value) = value.filter(|value| value.is_finite()) else {
        let empty = Span::styled("·".repeat(columns), theme.muted);
        return Line::from(vec![empty, Span::styled(" undefined", theme.muted)]);
    };
    let interval = interval.filter(|(low, high)| low.is_finite() && high.is_finite());
    let at = |share: f64| (share.clamp(0.0, 1.0) * columns as f64).round() as usize;
    let (start, end) = match interval {
        // The whisker covers every cell that the interval reaches into.
        Some((low, high)) => {
            let low = (low.clamp(0.0, 1.0) * columns as f64).floor() as usize;
            let high = (high.clamp(0.0, 1.0) * columns as f64).ceil() as usize;
            let low = low.min(columns.saturating_sub(1));
            (low, high.clamp((low + 1).min(columns), columns))
        }
        None => (at(value), at(value)),
    };
    let point = (value.clamp(0.0, 1.0) * columns as f64) as usize;
    let whisker: String = (start..end)
        .map(|cell| match cell {
            _ if end - start == 1 => '┼',
            _ if cell == start => '├',
            _ if cell + 1 == end => '┤',
            _ if cell == point => '┼',
            _ => '─',
        })
        .collect();
    let figures = match interval {
        Some((low, high)) => format!(" {value:.2} [{low:.2}, {high:.2}]"),
        None => format!(" {value:.2}"),
    };
    Line::from(vec![
        Span::styled("█".repeat(start), theme.accent),
        Span::styled(whisker, theme.text),
        Span::styled("░".repeat(columns - end), theme.muted),
        Span::styled(figures, theme.text),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::text;

    fn bar(value: f64, interval: Option<(f64, f64)>, columns: u16) -> String {
        share(Some(value), interval, columns, &Theme::plain()).to_string()
    }

    #[test]
    fn a_share_is_a_bar_with_its_interval_and_figures() {
        for (value, interval, line) in [
            (
                0.79,
                Some((0.70, 0.86)),
                "██████████████├┼─┤░░ 0.79 [0.70, 0.86]",
            ),
            (0.5, None, "██████████░░░░░░░░░░ 0.50"),
            (
                0.0,
                Some((0.0, 0.0)),
                "┼░░░░░░░░░░░░░░░░░░░ 0.00 [0.00, 0.00]",
            ),
            (
                1.0,
                Some((0.96, 1.0)),
                "███████████████████┼ 1.00 [0.96, 1.00]",
            ),
            (
                -0.12,
                Some((-0.3, 0.2)),
                "├──┤░░░░░░░░░░░░░░░░ -0.12 [-0.30, 0.20]",
            ),
        ] {
            assert_eq!(bar(value, interval, 20), line);
        }
        let undefined = share(Some(f64::NAN), None, 3, &Theme::plain());
        assert_eq!(undefined.to_string(), "··· undefined");
    }

    #[test]
    fn a_bar_has_the_width_asked_for_whatever_the_figures() {
        for columns in 0..24 {
            for tenth in -3..14 {
                let low = f64::from(tenth) / 10.0;
                for interval in [
                    None,
                    Some((low, low + 0.25)),
                    Some((low, low)),
                    Some((low, -5.0)),
                ] {
                    let line = bar(0.4, interval, columns);
                    let bar = line.split(' ').next().unwrap();
                    assert_eq!(text::width(bar), usize::from(columns), "{line}");
                }
            }
        }
    }
}
