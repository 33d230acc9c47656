//! Draws the annotate screen.

use ratatui::{Frame, layout::Rect};

use super::Annotate;
use crate::{
    domain::label::State,
    tui::{
        bench::{Panes, marks, second_thought},
        screens::home::title_bar,
        theme::Theme,
    },
};

impl Annotate {
    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        if self.bench.view_whole(frame, area, theme) {
            return;
        }
        self.draw_title(frame, area, theme);
        let mut marks = marks(&self.bench.sheet.content);
        marks.extend(self.bench.second_thought().map(second_thought));
        let marks = marks.join(" · ");
        self.bench
            .view(frame, area, &Panes::of(area), &marks, &[], theme);
    }

    fn draw_title(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let (desk, sheet) = (&self.bench.desk, &self.bench.sheet);
        let state = match (&sheet.locked, sheet.content.state, sheet.content.skipped) {
            (Some(_), ..) => " · locked",
            (None, State::Submitted, _) => " · submitted",
            (None, State::Draft, true) => " · put off",
            (None, State::Draft, false) => "",
        };
        let left = format!("{} · {}{state}", desk.batch.name, desk.rater);
        let mut right = format!(
            "unit {} of {} · {} submitted",
            sheet.position, desk.size, sheet.pace.submitted
        );
        if let Some(seconds) = sheet.pace.seconds_left().filter(|seconds| *seconds > 0.0) {
            right += &format!(" · {} left", duration(seconds));
        }
        title_bar(frame, area, &left, &right, theme);
    }
}

/// A stretch of time as a person would say it.
pub fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).ceil();
    match minutes {
        m if m < 90.0 => format!("about {m:.0} min"),
        m => format!("about {:.1} h", m / 60.0),
    }
}
