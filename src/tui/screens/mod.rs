//! One module per screen: its state, what it does with an event, what it draws.
//!
//! A new screen is a module here, a variant of [`Screen`] and of [`super::effects::Goto`], and its
//! keys in `keymap`.

pub mod adjudicate;
pub mod annotate;
pub mod browse;
pub mod codebook;
pub mod corpus;
pub mod figures;
pub mod home;
pub mod search;
pub mod session;

use ratatui::{Frame, layout::Rect};

use super::{
    effects::{Effect, Loaded},
    keymap::{Command, Context, Key},
    theme::Theme,
};

/// What a screen hears.
#[derive(Debug)]
pub enum Event {
    /// The screen was just put on top.
    Opened,
    Command(Command),
    /// A question was answered with yes: do what it was about.
    Confirmed(Command),
    /// A key that is no command here: a codebook's key, or typing.
    Key(Key),
    Paste(String),
    /// The text that came back from an editor.
    Edited(String),
    /// What an effect found.
    Loaded(Loaded),
    /// Something failed, or the screen is on top again: read anew what is on disk.
    Reload,
    /// Another program has changed the study.
    Changed,
}

/// Where a screen stands, to be found there again.
pub struct Place {
    pub screen: &'static str,
    pub batch: String,
    pub rater: String,
    pub state: serde_json::Value,
}

pub enum Screen {
    Home(Box<home::Home>),
    Annotate(Box<annotate::Annotate>),
    Adjudicate(Box<adjudicate::Adjudicate>),
    Figures(Box<figures::Figures>),
    Browse(Box<browse::Browse>),
    Codebook(Box<codebook::Rules>),
    Corpus(Box<corpus::Corpus>),
    Search(Box<search::Search>),
    Session(Box<session::Session>),
}

/// The same call on whichever screen it is.
macro_rules! each {
    ($self:ident, $screen:ident => $call:expr) => {
        match $self {
            Screen::Home($screen) => $call,
            Screen::Annotate($screen) => $call,
            Screen::Adjudicate($screen) => $call,
            Screen::Figures($screen) => $call,
            Screen::Browse($screen) => $call,
            Screen::Codebook($screen) => $call,
            Screen::Corpus($screen) => $call,
            Screen::Search($screen) => $call,
            Screen::Session($screen) => $call,
        }
    };
}

impl Screen {
    /// What keys mean on this screen now, the innermost meaning first.
    pub fn contexts(&self) -> Vec<Context> {
        each!(self, screen => screen.contexts())
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        each!(self, screen => screen.update(event))
    }

    /// Fits the screen's contents into an area, before each drawing.
    pub fn prepare(&mut self, area: Rect, theme: &Theme) {
        each!(self, screen => screen.prepare(area, theme))
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        each!(self, screen => screen.view(frame, area, theme))
    }

    pub fn place(&self) -> Option<Place> {
        each!(self, screen => screen.place())
    }
}
