//! A hit that was opened over the list.

use ratatui::{Frame, layout::Rect};

use crate::{
    domain::{query::Query, session::Turn},
    tui::{
        keymap::{Command, Context, Key},
        parts::{
            page::{self, Page},
            reader::{Reader, ReaderPlace},
        },
        theme::Theme,
        widgets::transcript::Mark,
    },
    workflow::{
        read::Reading,
        search::{Hit, Place, places},
        sight::Viewer,
    },
};

pub use page::Wish;

/// Places that are marked in a session, so that a common word does not mark all of it.
const MARKED: usize = 2_000;

pub enum Opened {
    Page(Box<Page>),
    Session(Box<Reader>),
}

/// The quote that a hit is in.
pub fn quote(hit: &Hit) -> Option<usize> {
    match hit.place {
        Place::Episode { quote, .. } => quote,
        _ => None,
    }
}

impl Opened {
    pub fn page(reading: Reading, viewer: Viewer, quote: Option<usize>) -> Self {
        let mut page = Page::new(reading, viewer, None, false, quote.unwrap_or(0));
        if quote.is_some() {
            page.show_quote();
        }
        Opened::Page(Box::new(page))
    }

    /// The session of a hit, at the hit. What else is found in it can be stepped through.
    pub fn session_at(turns: Vec<Turn>, hit: &Hit, query: &Query) -> Self {
        let at = match hit.place {
            Place::Turn { turn, .. } => turn,
            _ => 1,
        };
        let mut marks = Vec::new();
        // The turn itself first, so that its marks are there however many others have.
        let near = turns.iter().filter(|turn| turn.number >= at);
        let before = turns.iter().filter(|turn| turn.number < at);
        for turn in near.chain(before) {
            for place in places(query, &turn.text) {
                if marks.len() >= MARKED {
                    break;
                }
                marks.push((turn.number, place.range));
            }
        }
        marks.sort_by_key(|(turn, range)| (*turn, range.start, range.end));
        marks.dedup();
        let wanted = (at, hit.range.clone());
        let place = marks.iter().position(|mark| *mark == wanted).unwrap_or(0);
        let marks = marks.into_iter().map(|(turn, range)| Mark {
            turn,
            ranges: vec![range],
            label: "hit".into(),
        });
        let reader = Reader::new(turns, marks.collect(), ReaderPlace::at(place));
        Opened::Session(Box::new(reader))
    }

    pub fn contexts(&self) -> Vec<Context> {
        match self {
            Opened::Page(page) => page.contexts(),
            Opened::Session(reader) => reader.contexts(),
        }
    }

    pub fn command(&mut self, command: Command) -> Wish {
        match self {
            Opened::Page(page) => page.command(command),
            Opened::Session(reader) => match reader.command(command) {
                true => Wish::Nothing,
                false => Wish::Close,
            },
        }
    }

    /// The turns of the session of the page.
    pub fn session(&mut self, turns: Vec<Turn>) {
        if let Opened::Page(page) = self {
            page.opened(turns);
        }
    }

    pub fn key(&mut self, key: Key) {
        match self {
            Opened::Page(page) => page.key(key),
            Opened::Session(reader) => reader.key(key),
        }
    }

    pub fn paste(&mut self, text: &str) {
        match self {
            Opened::Page(page) => page.paste(text),
            Opened::Session(reader) => reader.paste(text),
        }
    }

    pub fn prepare(&mut self, area: Rect, theme: &Theme) {
        match self {
            Opened::Page(page) => page.prepare(inner(page, area), false, theme),
            Opened::Session(reader) => reader.prepare(area),
        }
    }

    /// Draws it, and tells whether it needs a title above it.
    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) -> bool {
        match self {
            Opened::Page(page) => {
                page.view(frame, inner(page, area), theme);
                !page.reads_session()
            }
            Opened::Session(reader) => {
                reader.view(frame, area, theme);
                false
            }
        }
    }
}

/// Below the title, unless the session covers all.
fn inner(page: &Page, area: Rect) -> Rect {
    match page.reads_session() {
        true => area,
        false => Rect {
            x: area.x + 1,
            y: area.y + 2,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(2),
        },
    }
}
