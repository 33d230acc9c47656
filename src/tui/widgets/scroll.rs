//! Where a window stands in something longer.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::tui::theme::Theme;

/// Draws a thumb on a track in the first column of `area`, or nothing where all is shown. `at`,
/// `shown` and `total` are in any one unit; estimates will do.
pub fn indicator(
    buffer: &mut Buffer,
    area: Rect,
    at: usize,
    shown: usize,
    total: usize,
    theme: &Theme,
) {
    let area = area.intersection(buffer.area);
    let height = usize::from(area.height);
    if shown >= total || area.is_empty() {
        return;
    }
    let thumb = (shown * height / total).max(1);
    let free = height - thumb;
    let hidden = total - shown;
    // Only at the very end does the thumb touch the end of the track.
    let top = match at.min(hidden) {
        0 => 0,
        at if at == hidden => free,
        at => (at * free / hidden).max(1).min(free.saturating_sub(1)),
    };
    for row in 0..height {
        let (symbol, style) = if (top..top + thumb).contains(&row) {
            ("█", theme.text)
        } else {
            ("│", theme.border)
        };
        buffer.set_stringn(area.x, area.y + row as u16, symbol, 1, style);
    }
}

/// The first of `len` rows to show so that the selected one is on a screen of `height`, moving as
/// little as possible from `first`.
pub fn keep_in_view(first: usize, selected: usize, height: usize, len: usize) -> usize {
    let height = height.max(1);
    let lowest = (selected + 1).saturating_sub(height);
    first
        .clamp(lowest, selected.max(lowest))
        .min(len.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(at: usize, shown: usize, total: usize) -> String {
        let area = Rect::new(0, 0, 1, 5);
        let mut buffer = Buffer::empty(area);
        indicator(&mut buffer, area, at, shown, total, &Theme::plain());
        buffer.content.iter().map(|cell| cell.symbol()).collect()
    }

    #[test]
    fn the_thumb_touches_an_end_only_there() {
        assert_eq!(drawn(0, 10, 10), "     ");
        assert_eq!(drawn(0, 10, 100), "█││││");
        assert_eq!(drawn(1, 10, 100), "│█│││");
        assert_eq!(drawn(89, 10, 100), "│││█│");
        assert_eq!(drawn(90, 10, 100), "││││█");
        assert_eq!(drawn(900, 10, 100), "││││█");
        assert_eq!(drawn(20, 60, 100), "│███│");
    }

    #[test]
    fn the_selected_row_stays_on_the_screen_with_little_movement() {
        assert_eq!(keep_in_view(0, 3, 5, 20), 0);
        assert_eq!(keep_in_view(0, 5, 5, 20), 1);
        assert_eq!(keep_in_view(9, 5, 5, 20), 5);
        assert_eq!(keep_in_view(18, 19, 5, 20), 15);
        assert_eq!(keep_in_view(7, 2, 5, 3), 0);
        assert_eq!(keep_in_view(0, 4, 0, 20), 4);
    }
}
