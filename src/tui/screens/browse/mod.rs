//! All units of a task, a window at a time, with filters; and from each on to its quotes.

mod filters;
#[cfg(test)]
mod tests;
mod view;
mod window;

use std::{collections::VecDeque, sync::Arc};

use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::filters::{Filters, Outcome};
use super::{Event, Place};
use crate::{
    domain::{
        codebook::Codebook,
        ids::{RaterName, TaskName, UnitKey},
    },
    tui::{
        app::Notice,
        effects::{BrowseAsk, Effect, Goto, Loaded, ReadAsk},
        keymap::{Command, Context},
        parts::page::{Page, Wish},
        theme::Theme,
        widgets::{input::Input, scroll::keep_in_view},
    },
    workflow::{
        browse::{Begin, Line, Narrowing},
        sight::Viewer,
    },
};

pub const NAME: &str = "browse";

/// What the study has to offer.
pub struct Known {
    pub tasks: Vec<(TaskName, Arc<Codebook>)>,
    pub raters: Vec<RaterName>,
}

pub struct Browse {
    known: Known,
    task: usize,
    who: Option<String>,
    viewer: Viewer,
    narrowing: Narrowing,
    /// Units of the task in all.
    count: Option<u64>,
    rows: VecDeque<Line>,
    /// Whether the list begins, and ends, with the rows that are here.
    ends: (bool, bool),
    cursor: usize,
    first: usize,
    height: usize,
    /// Whether the unit under the cursor stands beside the list.
    beside: bool,
    page: Option<Page>,
    /// Whether the page has the screen to itself.
    reading: bool,
    filters: Option<Filters>,
    searching: Option<Input>,
    /// The unit to begin with, from the last time.
    left_at: Option<UnitKey>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Saved {
    task: Option<String>,
    narrowing: Narrowing,
    unit: Option<UnitKey>,
}

impl Browse {
    /// The screen before its first window.
    pub fn new(
        known: Known,
        task: Option<String>,
        who: Option<String>,
        viewer: Viewer,
        saved: Value,
    ) -> Self {
        let saved: Saved = serde_json::from_value(saved).unwrap_or_default();
        let wanted = task.or(saved.task);
        let place = known
            .tasks
            .iter()
            .position(|(name, _)| wanted.as_ref().is_some_and(|wanted| **name == **wanted));
        Self {
            task: place.unwrap_or(0),
            known,
            who,
            viewer,
            narrowing: saved.narrowing,
            count: None,
            rows: VecDeque::new(),
            ends: (true, true),
            cursor: 0,
            first: 0,
            height: 1,
            beside: true,
            page: None,
            reading: false,
            filters: None,
            searching: None,
            left_at: saved.unit,
        }
    }

    fn task(&self) -> String {
        let task = self.known.tasks.get(self.task);
        task.map_or_else(String::new, |(name, _)| name.0.clone())
    }

    fn codebook(&self) -> Option<&Codebook> {
        self.known
            .tasks
            .get(self.task)
            .map(|(_, codebook)| &**codebook)
    }

    pub fn contexts(&self) -> Vec<Context> {
        if self.searching.is_some() {
            return vec![Context::Text, Context::Always];
        }
        if self.filters.is_some() {
            return vec![Context::Values, Context::Always];
        }
        match &self.page {
            Some(page) if self.reading => page.contexts(),
            _ => vec![
                Context::Browse,
                Context::List,
                Context::Screen,
                Context::Always,
            ],
        }
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Opened => {
                let from = self.left_at.take().map_or(Begin::First, Begin::At);
                let task = self.task();
                vec![Effect::Browse(BrowseAsk::Count { task }), self.window(from)]
            }
            Event::Reload | Event::Changed => self.read(),
            Event::Command(command) => self.command(command),
            Event::Loaded(loaded) => self.loaded(loaded),
            Event::Key(key) => {
                if let Some(input) = &mut self.searching {
                    input.key(key);
                } else if let Some(filters) = &mut self.filters {
                    filters.key(key);
                } else if let Some(page) = &mut self.page {
                    page.key(key);
                }
                Vec::new()
            }
            Event::Paste(text) => {
                if let Some(input) = &mut self.searching {
                    input.paste(&text);
                } else if let Some(filters) = &mut self.filters {
                    filters.paste(&text);
                } else if let Some(page) = &mut self.page {
                    page.paste(&text);
                }
                Vec::new()
            }
            Event::Confirmed(_) | Event::Edited(_) => Vec::new(),
        }
    }

    /// Loads the unit under the cursor, where it is shown.
    fn read(&mut self) -> Vec<Effect> {
        if !self.beside && !self.reading {
            self.page = None;
            return Vec::new();
        }
        let unit = self.rows.get(self.cursor).map(|line| line.unit.clone());
        let read = unit.map(|unit| {
            Effect::Read(ReadAsk::Unit {
                viewer: self.viewer.clone(),
                task: self.task(),
                unit,
            })
        });
        read.into_iter().collect()
    }

    fn loaded(&mut self, loaded: Loaded) -> Vec<Effect> {
        match loaded {
            Loaded::Lines(from, window) => return self.take(from, window),
            Loaded::Count(count) => self.count = Some(count),
            Loaded::Values(values) => {
                if let Some(filters) = &mut self.filters {
                    filters.values(values);
                }
            }
            Loaded::Reading(reading) => {
                let answer = self.narrowing.answer.as_ref();
                let axis = answer.map(|answer| answer.axis.clone());
                // Who asks for an answer wants to see it; who does not, the episode.
                let answers_first = answer.is_some();
                let viewer = self.viewer.clone();
                self.page = Some(Page::new(*reading, viewer, axis, answers_first, 0));
            }
            Loaded::Session(turns) => {
                if let Some(page) = &mut self.page {
                    page.opened(turns);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        if self.searching.is_some() {
            return self.in_search(command);
        }
        if self.filters.is_some() {
            return self.in_filters(command);
        }
        if self.reading
            && let Some(page) = &mut self.page
        {
            return match page.command(command) {
                Wish::Nothing => Vec::new(),
                Wish::Do(effect) => vec![effect],
                Wish::Close => {
                    self.reading = false;
                    Vec::new()
                }
                Wish::Step { back } => self.step(back),
            };
        }
        let page = self.height.saturating_sub(1).max(1);
        match command {
            Command::Back => return vec![Effect::Back],
            Command::Down => return self.move_to(self.cursor + 1),
            Command::Up => return self.move_to(self.cursor.saturating_sub(1)),
            Command::PageDown => return self.move_to(self.cursor + page),
            Command::PageUp => return self.move_to(self.cursor.saturating_sub(page)),
            Command::Top if self.ends.0 => return self.move_to(0),
            Command::Top => return vec![self.window(Begin::First)],
            Command::Bottom if self.ends.1 => return self.move_to(usize::MAX),
            Command::Bottom => return vec![self.window(Begin::Last)],
            Command::Choose if !self.rows.is_empty() => {
                self.reading = true;
                return self.read();
            }
            Command::Filter => {
                let sessions = self.codebook().is_some_and(filters::labels_sessions);
                self.filters = Some(Filters::new(&self.narrowing, sessions));
            }
            Command::Search => {
                let words = self.narrowing.words.clone().unwrap_or_default();
                self.searching = Some(Input::new(&words, false));
            }
            Command::Clear => {
                self.narrowing = Narrowing::default();
                return self.again();
            }
            Command::Next | Command::Previous => {
                let count = self.known.tasks.len().max(1);
                let by = if command == Command::Next {
                    1
                } else {
                    count - 1
                };
                self.task = (self.task + by) % count;
                // Codes and gold belong to the task before.
                self.narrowing.answer = None;
                self.narrowing.basis = None;
                self.narrowing.batch = None;
                let task = self.task();
                let mut effects = vec![Effect::Browse(BrowseAsk::Count { task })];
                effects.extend(self.again());
                return effects;
            }
            Command::Find => {
                let who = self.who.clone();
                return vec![Effect::Go(Goto::Search { who })];
            }
            Command::Codebook => {
                let task = Some(self.task());
                return vec![Effect::Go(Goto::Codebook { task })];
            }
            _ => {}
        }
        Vec::new()
    }

    fn step(&mut self, back: bool) -> Vec<Effect> {
        let at_end = match back {
            true => self.cursor == 0,
            false => self.cursor + 1 >= self.rows.len(),
        };
        if at_end {
            let which = if back { "first" } else { "last" };
            let said = format!("This is the {which} unit of the list.");
            return vec![Effect::Say(Notice::good(said))];
        }
        self.move_to(if back {
            self.cursor - 1
        } else {
            self.cursor + 1
        })
    }

    fn in_search(&mut self, command: Command) -> Vec<Effect> {
        match (command, self.searching.take()) {
            (Command::Done, Some(input)) => {
                let words = input.text().trim().to_owned();
                self.narrowing.words = Some(words).filter(|words| !words.is_empty());
                self.again()
            }
            (Command::Back, _) => Vec::new(),
            (_, input) => {
                self.searching = input;
                Vec::new()
            }
        }
    }

    fn in_filters(&mut self, command: Command) -> Vec<Effect> {
        let (task, codebook) = match self.known.tasks.get(self.task) {
            Some((name, codebook)) => (name.0.clone(), codebook.clone()),
            None => return Vec::new(),
        };
        let Some(filters) = &mut self.filters else {
            return Vec::new();
        };
        match filters.command(command, &codebook, &self.known.raters, &mut self.narrowing) {
            Outcome::Stay => Vec::new(),
            Outcome::Close => {
                self.filters = None;
                Vec::new()
            }
            Outcome::Load(facet) => vec![Effect::Browse(BrowseAsk::Values { task, facet })],
            Outcome::Changed => {
                self.filters = None;
                self.again()
            }
        }
    }

    pub fn place(&self) -> Option<Place> {
        let line = self.rows.get(self.cursor);
        let saved = Saved {
            task: Some(self.task()),
            narrowing: self.narrowing.clone(),
            unit: line.map(|line| line.unit.clone()),
        };
        Some(Place {
            screen: NAME,
            batch: String::new(),
            rater: self.who.clone().unwrap_or_default(),
            state: serde_json::to_value(saved).ok()?,
        })
    }

    pub fn prepare(&mut self, area: Rect, theme: &Theme) {
        let [list, unit] = self.areas(area);
        self.beside = area.width >= view::WIDE;
        self.height = usize::from(list.height.saturating_sub(1)).max(1);
        self.first = keep_in_view(self.first, self.cursor, self.height, self.rows.len());
        let reading = self.reading;
        if let Some(page) = &mut self.page {
            let unit = if page.reads_session() { area } else { unit };
            page.prepare(unit, !reading, theme);
        }
    }
}
