//! Finding words in everything: a line to type in, the hits below it, and from each on to what it is.

mod list;
mod opened;
#[cfg(test)]
mod tests;
mod view;

use std::rc::Rc;

use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::{list::Row, opened::Opened};
use super::{Event, Place};
use crate::{
    domain::{ids::TaskName, query::Query},
    tui::{
        effects::{Effect, Loaded, SearchAsk},
        keymap::{Command, Context},
        theme::Theme,
        widgets::input::Input,
    },
    workflow::{
        search::{Behind, Found, Hit, Kind, Narrow, Notes, narrowing},
        sight::Viewer,
    },
};

pub const NAME: &str = "search";

pub struct Search {
    who: Option<String>,
    viewer: Viewer,
    /// The task whose answers stand beside an episode.
    task: Option<TaskName>,
    words: Input,
    filters: Input,
    /// Whether the filters are typed, and not the words.
    on_filters: bool,
    query: Query,
    narrow: Rc<Narrow>,
    /// Why the filters mean nothing.
    problem: Option<String>,
    /// What was found, by kind; what is being looked for stays as it was found before.
    found: Vec<Found>,
    /// What is to be done next, one at a time.
    next: Next,
    behind: Behind,
    cursor: usize,
    first: usize,
    height: usize,
    opened: Option<Opened>,
    /// Whether another screen is on top.
    away: bool,
    /// The hit whose session is being loaded.
    opening: Option<Hit>,
}

/// What is to be done when no key waits.
#[derive(Clone, Debug)]
enum Next {
    Narrow,
    Find(Kind),
    Notes(Box<Notes>),
    /// The index goes on, once something is found with what it has.
    Index,
    Nothing,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Saved {
    words: String,
    filters: String,
    on_filters: bool,
    cursor: usize,
}

impl Search {
    pub fn new(who: Option<String>, viewer: Viewer, task: Option<TaskName>, saved: Value) -> Self {
        let saved: Saved = serde_json::from_value(saved).unwrap_or_default();
        Self {
            who,
            viewer,
            task,
            query: Query::parse(&saved.words),
            words: Input::new(&saved.words, false),
            filters: Input::new(&saved.filters, false),
            on_filters: saved.on_filters,
            narrow: Rc::default(),
            problem: None,
            found: Vec::new(),
            next: Next::Narrow,
            behind: Behind::default(),
            cursor: saved.cursor,
            first: 0,
            height: 1,
            opened: None,
            away: false,
            opening: None,
        }
    }

    pub fn contexts(&self) -> Vec<Context> {
        match &self.opened {
            Some(opened) => opened.contexts(),
            None => vec![Context::Find, Context::Always],
        }
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            // What is new may be little enough to be found at once.
            Event::Opened => vec![Effect::Search(SearchAsk::Index), self.soon()],
            Event::Reload => {
                // What failed would fail again.
                if !std::mem::take(&mut self.away) {
                    self.next = Next::Nothing;
                }
                vec![self.soon()]
            }
            Event::Changed => {
                self.next = Next::Narrow;
                vec![self.soon()]
            }
            Event::Command(command) => self.command(command),
            Event::Key(key) => {
                if let Some(opened) = &mut self.opened {
                    opened.key(key);
                } else if self.typing().key(key) {
                    return self.typed();
                }
                Vec::new()
            }
            Event::Paste(text) => {
                if let Some(opened) = &mut self.opened {
                    opened.paste(&text);
                } else if self.typing().paste(&text) {
                    return self.typed();
                }
                Vec::new()
            }
            Event::Loaded(loaded) => self.loaded(loaded),
            Event::Confirmed(_) | Event::Edited(_) => Vec::new(),
        }
    }

    fn typing(&mut self) -> &mut Input {
        match self.on_filters {
            true => &mut self.filters,
            false => &mut self.words,
        }
    }

    /// Searches anew, if the text means something else now.
    fn typed(&mut self) -> Vec<Effect> {
        let query = Query::parse(&self.words.text());
        if self.on_filters {
            self.next = Next::Narrow;
        } else if query == self.query {
            return Vec::new();
        } else {
            self.next = match self.problem {
                Some(_) => Next::Nothing,
                None => Next::Find(Kind::ALL[0]),
            };
        }
        self.query = query;
        (self.cursor, self.first) = (0, 0);
        if self.query.is_empty() {
            self.found.clear();
        }
        vec![self.soon()]
    }

    /// What is next, for when no key waits.
    fn soon(&mut self) -> Effect {
        let ask = loop {
            let narrow = self.narrow.clone();
            match &self.next {
                Next::Narrow => match narrowing(&self.filters.text()) {
                    Ok((filters, marks)) => {
                        break Some(SearchAsk::Narrow {
                            viewer: self.viewer.clone(),
                            filters,
                            marks,
                        });
                    }
                    Err(problem) => self.refuse(problem),
                },
                Next::Find(_) | Next::Notes(_) if self.query.is_empty() => self.next = Next::Index,
                Next::Find(Kind::Note) => {
                    let notes = Notes::new(self.query.clone(), crate::tui::effects::search::SHOWN);
                    self.next = Next::Notes(Box::new(notes));
                }
                Next::Find(kind) => {
                    break Some(SearchAsk::Find {
                        query: self.query.clone(),
                        narrow,
                        kind: *kind,
                    });
                }
                Next::Notes(notes) => {
                    break Some(SearchAsk::Notes {
                        viewer: self.viewer.clone(),
                        narrow,
                        notes: notes.clone(),
                    });
                }
                Next::Index if self.behind != Behind::default() => break Some(SearchAsk::Index),
                Next::Index => self.next = Next::Nothing,
                Next::Nothing => break None,
            }
        };
        Effect::Soon(ask.map(|ask| Box::new(Effect::Search(ask))))
    }

    fn refuse(&mut self, problem: String) {
        self.problem = Some(problem);
        self.found.clear();
        self.next = Next::Index;
    }

    fn loaded(&mut self, loaded: Loaded) -> Vec<Effect> {
        match loaded {
            Loaded::Narrowed(Ok(narrow)) => {
                (self.narrow, self.problem) = (narrow, None);
                self.next = Next::Find(Kind::ALL[0]);
            }
            Loaded::Narrowed(Err(problem)) => self.refuse(problem),
            Loaded::Found(found) => {
                let kind = found.kind;
                self.take(found);
                let place = Kind::ALL.iter().position(|known| *known == kind);
                let next = place.and_then(|place| Kind::ALL.get(place + 1));
                self.next = next.map_or(Next::Index, |next| Next::Find(*next));
            }
            Loaded::Notes(notes) => {
                let complete = notes.is_complete();
                if complete || notes.found().count > 0 {
                    self.take(notes.found().clone());
                }
                self.next = match complete {
                    true => Next::Index,
                    false => Next::Notes(notes),
                };
            }
            Loaded::Indexed(behind) => {
                let finished = behind == Behind::default() && self.behind != behind;
                self.behind = behind;
                if finished && matches!(self.next, Next::Index) {
                    self.next = Next::Find(Kind::ALL[0]);
                }
                // At the beginning something else is under way already.
                if !matches!(self.next, Next::Index | Next::Find(_)) {
                    return Vec::new();
                }
            }
            Loaded::Session(turns) => {
                match (&mut self.opened, self.opening.take()) {
                    (Some(opened), _) => opened.session(turns),
                    (None, Some(hit)) => {
                        self.opened = Some(Opened::session_at(turns, &hit, &self.query));
                    }
                    (None, None) => {}
                }
                return Vec::new();
            }
            Loaded::Reading(reading) => {
                let quote = self.opening.take().and_then(|hit| opened::quote(&hit));
                self.opened = Some(Opened::page(*reading, self.viewer.clone(), quote));
                return Vec::new();
            }
            _ => return Vec::new(),
        }
        vec![self.soon()]
    }

    fn take(&mut self, found: Found) {
        let place = |kind| Kind::ALL.iter().position(|known| *known == kind);
        let at = self
            .found
            .partition_point(|before| place(before.kind) < place(found.kind));
        match self
            .found
            .get_mut(at)
            .filter(|known| known.kind == found.kind)
        {
            Some(known) => *known = found,
            None => self.found.insert(at, found),
        }
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        if let Some(opened) = &mut self.opened {
            return match opened.command(command) {
                opened::Wish::Nothing => Vec::new(),
                opened::Wish::Do(effect) => vec![effect],
                opened::Wish::Close => {
                    self.opened = None;
                    Vec::new()
                }
                opened::Wish::Step { back } => self.step(back),
            };
        }
        let page = (self.height / 2).max(1);
        match command {
            Command::Back => return vec![Effect::Back],
            Command::Down => self.move_to(self.cursor() + 1),
            Command::Up => self.move_to(self.cursor().saturating_sub(1)),
            Command::PageDown => self.move_to(self.cursor() + page),
            Command::PageUp => self.move_to(self.cursor().saturating_sub(page)),
            Command::Filter => self.on_filters = !self.on_filters,
            Command::Choose => return self.open(),
            _ => {}
        }
        Vec::new()
    }

    pub fn place(&self) -> Option<Place> {
        let saved = Saved {
            words: self.words.text(),
            filters: self.filters.text(),
            on_filters: self.on_filters,
            cursor: self.cursor,
        };
        Some(Place {
            screen: NAME,
            batch: String::new(),
            rater: self.who.clone().unwrap_or_default(),
            state: serde_json::to_value(saved).ok()?,
        })
    }

    pub fn prepare(&mut self, area: Rect, theme: &Theme) {
        self.height = usize::from(area.height.saturating_sub(view::HEAD)).max(1);
        self.keep_in_view();
        if let Some(opened) = &mut self.opened {
            opened.prepare(area, theme);
        }
    }
}
