//! Agreement and accuracy of a batch: from a number to the table behind it, to the units in a cell,
//! to the quotes, to the session. Each level lies on the one before, and Esc goes back.

mod axes;
mod list;
mod matrix;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ratatui::{Frame, layout::Rect};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::{list::List, matrix::Matrix};
use super::{Event, Place};
use crate::{
    domain::{
        batch::Batch,
        codebook::{Axis, Codebook},
    },
    report::measured::{AxisFigures, Measured},
    tui::{
        app::Notice,
        effects::{Effect, FiguresAsk, Goto, Loaded},
        keymap::{Command, Context},
        theme::Theme,
    },
    workflow::{
        compare::{Comparison, Difference, Written},
        sight::Viewer,
    },
};

pub const NAME: &str = "figures";

pub struct Figures {
    /// Without its members.
    pub batch: Batch,
    codebook: Arc<Codebook>,
    comparisons: Vec<Comparison>,
    chosen: usize,
    who: Option<String>,
    viewer: Viewer,
    /// The figures of the chosen comparison, or what is needed before there are any.
    pub measured: Result<Measured, String>,
    /// The axis under the cursor, by its place in the codebook.
    cursor: usize,
    first: usize,
    matrix: Option<Matrix>,
    list: Option<List>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Saved {
    chosen: usize,
    cursor: usize,
}

impl Figures {
    /// The screen before its first figures.
    pub fn new(
        batch: Batch,
        codebook: Arc<Codebook>,
        comparisons: Vec<Comparison>,
        who: Option<String>,
        viewer: Viewer,
        saved: Value,
    ) -> Self {
        let saved: Saved = serde_json::from_value(saved).unwrap_or_default();
        Self {
            chosen: saved.chosen.min(comparisons.len().saturating_sub(1)),
            cursor: saved.cursor.min(codebook.axes.len().saturating_sub(1)),
            batch,
            codebook,
            comparisons,
            who,
            viewer,
            measured: Err(String::new()),
            first: 0,
            matrix: None,
            list: None,
        }
    }

    /// What is compared. There is always something: the annotators.
    pub fn comparison(&self) -> &Comparison {
        self.comparisons
            .get(self.chosen)
            .unwrap_or(&Comparison::Annotators)
    }

    fn axis(&self) -> Option<&Axis> {
        self.codebook.axes.get(self.cursor)
    }

    fn figures_of(&self, axis: &Axis) -> Option<&AxisFigures> {
        let measured = self.measured.as_ref().ok()?;
        measured
            .axes
            .iter()
            .find(|figures| figures.axis == axis.key)
    }

    pub fn contexts(&self) -> Vec<Context> {
        let inner = match (&self.list, &self.matrix) {
            (Some(list), _) => return list.contexts(),
            (None, Some(_)) => Context::Matrix,
            (None, None) => Context::Figures,
        };
        vec![inner, Context::List, Context::Screen, Context::Always]
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Command(command) => self.command(command),
            Event::Loaded(loaded) => self.loaded(loaded),
            Event::Reload | Event::Changed => vec![self.measure()],
            Event::Key(key) => {
                if let Some(list) = &mut self.list {
                    list.key(key);
                }
                Vec::new()
            }
            Event::Paste(text) => {
                if let Some(list) = &mut self.list {
                    list.paste(&text);
                }
                Vec::new()
            }
            Event::Opened | Event::Confirmed(_) | Event::Edited(_) => Vec::new(),
        }
    }

    fn measure(&self) -> Effect {
        Effect::Figures(FiguresAsk::Measure {
            batch: self.batch.name.0.clone(),
            comparison: self.comparison().clone(),
        })
    }

    fn loaded(&mut self, loaded: Loaded) -> Vec<Effect> {
        match loaded {
            Loaded::Measured(measured) => {
                self.measured = *measured;
                if self.measured.is_err() {
                    (self.matrix, self.list) = (None, None);
                }
            }
            Loaded::Items(items) => {
                if let Some(axis) = self.axis() {
                    self.matrix = Some(Matrix::new(axis, *items));
                }
            }
            Loaded::Differences(found) => return self.show_differences(found),
            Loaded::Written(raters, written) => {
                let Some(axis) = self.axis() else {
                    return Vec::new();
                };
                let title = axis.title.clone();
                let columns = raters.into_iter().map(|rater| rater.0).collect();
                let rows = written.into_iter().map(|Written { unit, texts }| {
                    let cells = texts.into_iter().map(|text| text.unwrap_or_default());
                    list::Row {
                        unit,
                        quote: None,
                        cells: cells.collect(),
                    }
                });
                let axis = Some(axis.key.0.clone());
                let list = self.list_of(title, columns, rows.collect(), axis);
                return self.show(list, "Nobody wrote anything there.");
            }
            other => {
                if let Some(list) = &mut self.list {
                    return list.loaded(other);
                }
            }
        }
        Vec::new()
    }

    fn list_of(
        &self,
        title: String,
        columns: Vec<String>,
        rows: Vec<list::Row>,
        axis: Option<String>,
    ) -> List {
        let task = self.batch.task.0.clone();
        List::new(title, columns, rows, task, self.viewer.clone(), axis)
    }

    fn show(&mut self, list: List, empty: &str) -> Vec<Effect> {
        if list.is_empty() {
            return vec![Effect::Say(Notice::good(empty))];
        }
        let effects = list.opened();
        self.list = Some(list);
        effects
    }

    fn show_differences(&mut self, found: Vec<Difference>) -> Vec<Effect> {
        let title = match self.comparison() {
            Comparison::Annotators => "where the annotators differ".to_owned(),
            Comparison::WithGold(rater) => format!("where gold went another way than {rater}"),
        };
        let rows = found
            .into_iter()
            .map(|Difference { unit, axes }| list::Row {
                unit,
                quote: None,
                cells: vec![axes.join(", ")],
            });
        let columns = vec!["differs on".to_owned()];
        let list = self.list_of(title, columns, rows.collect(), None);
        self.show(list, "They differ nowhere that you may see.")
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        if let Some(list) = &mut self.list {
            return match list.command(command) {
                Some(effects) => effects,
                None => {
                    self.list = None;
                    Vec::new()
                }
            };
        }
        if self.matrix.is_some() {
            return self.in_matrix(command);
        }
        let last = self.codebook.axes.len().saturating_sub(1);
        match command {
            Command::Back => return vec![Effect::Back],
            Command::Down => self.cursor = (self.cursor + 1).min(last),
            Command::Up => self.cursor = self.cursor.saturating_sub(1),
            Command::Top | Command::PageUp => self.cursor = 0,
            Command::Bottom | Command::PageDown => self.cursor = last,
            Command::Next | Command::Previous => {
                let count = self.comparisons.len().max(1);
                let by = if command == Command::Next {
                    1
                } else {
                    count - 1
                };
                self.chosen = (self.chosen + by) % count;
                return vec![self.measure()];
            }
            Command::Codebook => {
                let task = Some(self.batch.task.0.clone());
                return vec![Effect::Go(Goto::Codebook { task })];
            }
            Command::Differences => {
                return vec![Effect::Figures(FiguresAsk::Differences {
                    viewer: self.viewer.clone(),
                    batch: self.batch.name.0.clone(),
                    comparison: self.comparison().clone(),
                })];
            }
            Command::Choose => return self.enter_axis(),
            _ => {}
        }
        Vec::new()
    }

    fn enter_axis(&self) -> Vec<Effect> {
        let (Ok(_), Some(axis)) = (&self.measured, self.axis()) else {
            return Vec::new();
        };
        let (viewer, batch) = (self.viewer.clone(), self.batch.name.0.clone());
        let (comparison, key) = (self.comparison().clone(), axis.key.0.clone());
        vec![Effect::Figures(match axis.is_coded() {
            true => FiguresAsk::Items {
                viewer,
                batch,
                comparison,
                axis: key,
            },
            false => FiguresAsk::Written {
                viewer,
                batch,
                comparison,
                axis: key,
            },
        })]
    }

    fn in_matrix(&mut self, command: Command) -> Vec<Effect> {
        let Some(matrix) = &mut self.matrix else {
            return Vec::new();
        };
        let chosen = match command {
            Command::Back => {
                self.matrix = None;
                return Vec::new();
            }
            Command::Choose => matrix.cell(),
            Command::Differences => matrix.disputed(),
            command => {
                matrix.command(command);
                return Vec::new();
            }
        };
        let (title, columns, rows) = chosen;
        let axis = Some(matrix.axis.key.0.clone());
        let list = self.list_of(title, columns, rows, axis);
        self.show(list, "Nothing is in this cell.")
    }

    pub fn place(&self) -> Option<Place> {
        let saved = Saved {
            chosen: self.chosen,
            cursor: self.cursor,
        };
        Some(Place {
            screen: NAME,
            batch: self.batch.name.0.clone(),
            rater: self.who.clone().unwrap_or_default(),
            state: serde_json::to_value(saved).ok()?,
        })
    }

    pub fn prepare(&mut self, area: Rect, theme: &Theme) {
        if let Some(list) = &mut self.list {
            list.prepare(area, theme);
        } else if self.matrix.is_none() {
            self.prepare_axes(area);
        }
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let who = match self.comparison() {
            Comparison::Annotators => "agreement".to_owned(),
            Comparison::WithGold(rater) => format!("accuracy of {rater}"),
        };
        let left = format!("{}   {who}", self.batch.name);
        match (&self.list, &self.matrix) {
            (Some(list), _) => list.view(frame, area, &left, theme),
            (None, Some(matrix)) => {
                let figures = self.figures_of(&matrix.axis);
                matrix.view(frame, area, &left, figures, theme);
            }
            (None, None) => self.view_axes(frame, area, theme),
        }
    }
}
