//! Draws the adjudicate screen.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Adjudicate, Mode};
use crate::{
    domain::label::{Basis, State},
    tui::{
        bench::{Panes, draw_lines, letters, marks, second_thought},
        form::{rater_style, said},
        screens::home::title_bar,
        text,
        theme::Theme,
        widgets::prose,
    },
};

/// Rows that the form keeps, whatever else there is to say.
const LEAST: u16 = 9;
/// Rows that the remarks of one person take at most.
const REMARK: usize = 3;

/// Where everything goes: the bench's panes, and around the form the names of the columns and what
/// the annotators wrote beside their answers.
pub(super) struct AllPanes {
    pub bench: Panes,
    heading: Option<Rect>,
    remarks: Rect,
}

impl Adjudicate {
    pub(super) fn panes(&self, area: Rect, theme: &Theme) -> AllPanes {
        let mut bench = Panes::of(area);
        let form = &mut bench.form;
        let heading = self.bench.form.heading(form.width, theme).map(|_| Rect {
            height: 1.min(form.height),
            ..*form
        });
        if heading.is_some() {
            form.y += 1.min(form.height);
            form.height = form.height.saturating_sub(1);
        }
        let rows = self.remarks(form.width, false, theme).len() as u16;
        let rows = rows.min(form.height.saturating_sub(LEAST));
        form.height -= rows;
        let remarks = Rect {
            y: form.bottom(),
            height: rows,
            ..*form
        };
        AllPanes {
            bench,
            heading,
            remarks,
        }
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        if self.bench.view_whole(frame, area, theme) {
            return;
        }
        self.draw_title(frame, area, theme);
        if self.own.settled && matches!(self.bench.mode, Mode::Form) {
            return self.draw_settled(frame, area, theme);
        }
        let panes = self.panes(area, theme);
        if let Some(heading) = panes.heading
            && let Some(line) = self.bench.form.heading(heading.width, theme)
        {
            draw_lines(frame, heading, &[line]);
        }
        let remarks = self.remarks(panes.remarks.width, false, theme);
        draw_lines(frame, panes.remarks, &remarks);
        let marks = marks(&self.bench.sheet.content).join(" · ");
        let mut more = self.remarks(72, true, theme);
        if !more.is_empty() {
            more.insert(0, Line::default());
        }
        self.bench
            .view(frame, area, &panes.bench, &marks, &more, theme);
    }

    fn draw_title(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let (desk, sheet) = (&self.bench.desk, &self.bench.sheet);
        let content = &sheet.content;
        let mut left = format!("{} · {}", desk.batch.name, desk.who);
        if !self.own.settled {
            left += match (content.state, content.basis, content.skipped) {
                (State::Submitted, Some(Basis::Unanimous), _) => " · unanimous",
                (State::Submitted, Some(Basis::Imported), _) => " · imported",
                (State::Submitted, ..) => " · saved",
                (State::Draft, _, true) => " · put off",
                (State::Draft, _, false) => "",
            };
            if content.state == State::Submitted && content.after_judge {
                left += " after the judge";
            }
        }
        let unanimous = sheet.gold.as_ref().map_or(0, |gold| gold.unanimous);
        let right = format!(
            "unit {} of {} · {} settled, {unanimous} unanimous",
            sheet.position, desk.size, sheet.pace.submitted
        );
        title_bar(frame, area, &left, &right, theme);
    }

    /// What the annotators wrote beside their answers, what the judges say, and what else is to be
    /// known of the unit; `whole` or as much as the pane has room for.
    fn remarks(&self, width: u16, whole: bool, theme: &Theme) -> Vec<Line<'static>> {
        let Some(gold) = &self.bench.sheet.gold else {
            return Vec::new();
        };
        let mut lines = Vec::new();
        let mut remark = |label: String, style, words: &str| {
            let rows = prose::labelled(&label, style, words, width, 2, theme.text);
            let most = match width {
                _ if whole => usize::MAX,
                0..50 => 1,
                _ => REMARK,
            };
            let cut = rows.len() > most;
            lines.extend(rows.into_iter().take(most));
            if cut && let Some(line) = lines.last_mut() {
                let words = line.to_string();
                let words = words.strip_prefix(&label).unwrap_or(&words).trim_end();
                let room = usize::from(width).saturating_sub(text::width(&label));
                // Two columns more than there are, so that the cut is marked in any case.
                let words = match text::width(words) + 2 <= room {
                    true => format!("{words} …"),
                    false => text::truncate(&format!("{words}  "), room),
                };
                *line = Line::from(vec![
                    Span::styled(label, style),
                    Span::styled(words, theme.text),
                ]);
            }
        };
        if let Some(why) = &gold.withheld {
            remark("! ".into(), theme.bad, why);
        }
        let thoughts = &self.bench.sheet.second_thoughts;
        for (place, ((rater, label), letter)) in gold.columns.iter().zip(letters()).enumerate() {
            let style = rater_style(place, theme);
            match label {
                None => remark(format!("{letter}  "), style, "has no label on this unit"),
                Some(label) => {
                    let mut marks = marks(&label.content);
                    let again = thoughts.iter().find(|(name, _)| name == rater);
                    marks.extend(again.map(|(_, text)| second_thought(text)));
                    if !marks.is_empty() {
                        remark(format!("{letter}  "), style, &marks.join(" · "));
                    }
                }
            }
        }
        let columns = self.bench.form.columns();
        for judge in columns.into_iter().flat_map(|columns| &columns.judges) {
            let answers = judge.answers.clone().unwrap_or_default();
            let axes = self.bench.desk.codebook.axes.iter();
            let says: Vec<String> = axes
                .filter_map(|axis| {
                    answers
                        .get(&axis.key)
                        .map(|answer| said(axis, Some(answer)))
                })
                .collect();
            remark(
                format!("{}  ", judge.named()),
                theme.muted,
                &says.join(" · "),
            );
        }
        let draft = self.bench.sheet.content.state == State::Draft;
        if gold.judge_seen && draft && gold.withheld.is_none() {
            let says = "Will be marked: the judge was in sight.";
            remark("~ ".into(), theme.warn, says);
        }
        lines
    }

    /// The screen that says that nothing is left to do, and what can be read now.
    fn draw_settled(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let (desk, sheet) = (&self.bench.desk, &self.bench.sheet);
        let batch = &desk.batch.name;
        let gold = sheet.gold.as_ref();
        let unanimous = gold.map_or(0, |gold| gold.unanimous);
        let judge = gold.and_then(|gold| gold.judges.first());
        let judge = judge.map_or("JUDGE", |label| &label.address.rater);
        let how = format!(
            "{} units: {unanimous} on which the annotators agreed, {} settled by hand or imported.",
            desk.size,
            desk.size.saturating_sub(unanimous)
        );
        let command = |does: &str, command: String| {
            Line::from(vec![
                Span::styled(text::pad(does, 31), theme.muted),
                Span::styled(command, theme.text),
            ])
        };
        let key = |key: &str, does: &str| {
            Line::from(vec![
                Span::styled(text::pad(key, 5), theme.key),
                Span::styled(does.to_owned(), theme.text),
            ])
        };
        let lines = vec![
            Line::styled(format!("Gold of {batch} is complete."), theme.heading),
            Line::default(),
            Line::styled(how, theme.text),
            Line::styled(
                "Judges can be seen now; gold that changes from here on is marked.",
                theme.text,
            ),
            Line::default(),
            command(
                "how far the annotators agree",
                format!("tiebreak agreement {batch}"),
            ),
            command(
                "how good a judge is",
                format!("tiebreak accuracy {batch} --rater {judge}"),
            ),
            command(
                "the gold itself",
                format!("tiebreak export gold --batch {batch}"),
            ),
            Line::default(),
            key("f", "agreement and accuracy on the screen"),
            key("h", "home"),
            key("g", "the list of units"),
            key("u", "take back the last save"),
            key("Esc", "look at the units again"),
        ];
        let width = area.width.saturating_sub(2).min(90);
        let height = lines.len() as u16;
        let body = Rect {
            x: area.x + (area.width - width) / 2,
            y: area.y + 1 + area.height.saturating_sub(height + 1) / 3,
            width,
            height: height.min(area.height.saturating_sub(2)),
        };
        draw_lines(frame, body, &lines);
    }
}
