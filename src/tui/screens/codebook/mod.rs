//! The rules of labelling, to be read and searched. Everything on it comes from the codebook.

mod sections;
#[cfg(test)]
mod tests;
mod view;

use std::{ops::Range, sync::Arc};

use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::sections::{Look, Section, sections};
use super::{Event, Place};
use crate::{
    domain::codebook::Codebook,
    tui::{
        app::Notice,
        effects::Effect,
        keymap::{Command, Context},
        text,
        theme::Theme,
        widgets::{input::Input, transcript::find},
    },
};

pub const NAME: &str = "codebook";

pub struct Rules {
    books: Vec<Arc<Codebook>>,
    book: usize,
    sections: Vec<Section>,
    section: usize,
    /// The row at the top of the rules.
    first: usize,
    height: usize,
    /// Width for which the rows of the section were laid out.
    laid: Option<u16>,
    rows: Vec<Row>,
    searching: Option<Input>,
    needle: String,
    hits: Vec<Hit>,
    hit: Option<usize>,
    /// The block that is to stand at the top once the rows are laid out.
    wanted: Option<usize>,
}

/// A row of the section: bytes of one of its blocks.
struct Row {
    block: usize,
    bytes: Range<usize>,
}

/// Where the searched text stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hit {
    section: usize,
    block: usize,
    bytes: Range<usize>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Saved {
    book: String,
    section: usize,
}

impl Rules {
    /// Opens the codebook of a task, or the one that was read last.
    pub fn new(books: Vec<Arc<Codebook>>, task: Option<String>, saved: Value) -> Self {
        let saved: Saved = serde_json::from_value(saved).unwrap_or_default();
        let wanted = task.unwrap_or_else(|| saved.book.clone());
        let book = books.iter().position(|book| book.id == wanted).unwrap_or(0);
        let mut rules = Self {
            books,
            book: 0,
            sections: Vec::new(),
            section: 0,
            first: 0,
            height: 1,
            laid: None,
            rows: Vec::new(),
            searching: None,
            needle: String::new(),
            hits: Vec::new(),
            hit: None,
            wanted: None,
        };
        rules.open(book);
        if wanted == saved.book {
            rules.section = saved.section.min(rules.sections.len().saturating_sub(1));
        }
        rules
    }

    fn open(&mut self, book: usize) {
        self.book = book;
        self.sections = self
            .books
            .get(book)
            .map_or_else(Vec::new, |book| sections(book));
        self.search(String::new());
        self.go_to(0);
    }

    /// Goes to a question, and to one of its codes.
    pub fn show(&mut self, axis: Option<&str>, code: Option<&str>) {
        let Some(book) = self.books.get(self.book) else {
            return;
        };
        // The first section is about the whole.
        let section = axis.and_then(|axis| book.position(axis));
        self.go_to(section.map_or(0, |axis| axis + 1));
        if let (Some(code), Some(section)) = (code, self.sections.get(self.section)) {
            self.wanted = section.blocks.iter().position(|block| {
                let named = block.text.strip_prefix(code);
                block.look == Look::Heading
                    && named.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            });
        }
    }

    fn go_to(&mut self, section: usize) {
        self.section = section.min(self.sections.len().saturating_sub(1));
        (self.first, self.laid) = (0, None);
    }

    pub fn contexts(&self) -> Vec<Context> {
        match self.searching {
            Some(_) => vec![Context::Text, Context::Always],
            None => vec![Context::Rules, Context::Screen, Context::Always],
        }
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Command(command) => self.command(command),
            Event::Key(key) => {
                if let Some(input) = &mut self.searching {
                    input.key(key);
                }
                Vec::new()
            }
            Event::Paste(text) => {
                if let Some(input) = &mut self.searching {
                    input.paste(&text);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        if let Some(input) = self.searching.take() {
            match command {
                Command::Done => return self.find(input.text().trim().to_owned()),
                Command::Back => {}
                _ => self.searching = Some(input),
            }
            return Vec::new();
        }
        let page = self.height.saturating_sub(2).max(1);
        match command {
            Command::Back if !self.needle.is_empty() => self.search(String::new()),
            Command::Back => return vec![Effect::Back],
            Command::Down => self.go_to(self.section + 1),
            Command::Up => self.go_to(self.section.saturating_sub(1)),
            Command::Right => self.first += 1,
            Command::Left => self.first = self.first.saturating_sub(1),
            Command::PageDown => self.first += page,
            Command::PageUp => self.first = self.first.saturating_sub(page),
            Command::Search => self.searching = Some(Input::new("", false)),
            Command::NextHit => self.step_hit(1),
            Command::PreviousHit => self.step_hit(self.hits.len().saturating_sub(1)),
            Command::Next | Command::Previous => {
                let count = self.books.len().max(1);
                let by = if command == Command::Next {
                    1
                } else {
                    count - 1
                };
                self.open((self.book + by) % count);
            }
            _ => {}
        }
        Vec::new()
    }

    fn search(&mut self, needle: String) {
        self.hits.clear();
        for (section, one) in self.sections.iter().enumerate() {
            for (block, one) in one.blocks.iter().enumerate() {
                let found = find(&needle, &one.text).into_iter();
                self.hits.extend(found.map(|bytes| Hit {
                    section,
                    block,
                    bytes,
                }));
            }
        }
        (self.needle, self.hit) = (needle, None);
    }

    /// Searches and goes to the first hit from this section on.
    fn find(&mut self, needle: String) -> Vec<Effect> {
        self.search(needle);
        if self.hits.is_empty() && !self.needle.is_empty() {
            let said = format!("\"{}\" is not in these rules.", self.needle);
            self.needle.clear();
            return vec![Effect::Say(Notice::bad(said))];
        }
        let here = self.hits.iter().position(|hit| hit.section >= self.section);
        if !self.hits.is_empty() {
            self.show_hit(here.unwrap_or(0));
        }
        Vec::new()
    }

    fn step_hit(&mut self, by: usize) {
        if !self.hits.is_empty() {
            let next = self.hit.map_or(0, |hit| (hit + by) % self.hits.len());
            self.show_hit(next);
        }
    }

    fn show_hit(&mut self, hit: usize) {
        self.hit = Some(hit);
        let Some(Hit {
            section,
            block,
            bytes,
        }) = self.hits.get(hit).cloned()
        else {
            return;
        };
        if section != self.section {
            let width = self.laid;
            self.go_to(section);
            if let Some(width) = width {
                self.lay_out(width);
            }
        }
        let row = self
            .rows
            .iter()
            .position(|row| row.block == block && row.bytes.end > bytes.start)
            .unwrap_or(0);
        let shown = self.first..self.first + self.height;
        if !shown.contains(&row) {
            self.first = row.saturating_sub(self.height / 3);
        }
    }

    fn lay_out(&mut self, width: u16) {
        self.laid = Some(width);
        self.rows.clear();
        let Some(section) = self.sections.get(self.section) else {
            return;
        };
        for (block, one) in section.blocks.iter().enumerate() {
            if one.text.is_empty() {
                self.rows.push(Row { block, bytes: 0..0 });
                continue;
            }
            let room = width.saturating_sub(one.indent).max(1);
            let rows = text::wrap(&one.text, room).into_iter();
            self.rows.extend(rows.map(|bytes| Row { block, bytes }));
        }
    }

    pub fn place(&self) -> Option<Place> {
        let saved = Saved {
            book: self.books.get(self.book)?.id.clone(),
            section: self.section,
        };
        Some(Place {
            screen: NAME,
            batch: String::new(),
            rater: String::new(),
            state: serde_json::to_value(saved).ok()?,
        })
    }

    pub fn prepare(&mut self, area: Rect, _: &Theme) {
        let [_, rules] = self.areas(area);
        self.height = usize::from(rules.height);
        let width = rules.width.saturating_sub(2);
        if self.laid != Some(width) {
            self.lay_out(width);
        }
        if let Some(block) = self.wanted.take() {
            let row = self.rows.iter().position(|row| row.block == block);
            self.first = row.unwrap_or(0);
        }
        let last = self.rows.len().saturating_sub(self.height);
        self.first = self.first.min(last);
    }
}
