//! What screens ask of the study, and what they get. Nothing else in `tui` holds a [`Study`].

mod annotate;
mod home;

pub use annotate::{DeskAsk, Sheet};
pub use home::{HomeAsk, login};

use std::rc::Rc;

use super::{
    Start,
    app::{Notice, Saved},
    keymap::Command,
    screens::{self, Screen},
};
use crate::{
    domain::session::Turn,
    workflow::{Error, Result, Study, annotate::Desk, queue::Use, queue::Waiting, status::Status},
};

/// A screen that can be gone to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goto {
    /// `who` is whoever sits here, if it is known.
    Home {
        who: Option<String>,
    },
    Annotate {
        batch: String,
        rater: String,
    },
}

/// Something that a screen wants done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Puts a screen on top.
    Go(Goto),
    /// Takes this screen away.
    Back,
    Say(Notice),
    /// Asks; a yes comes back as `Event::Confirmed(yes)`.
    Confirm {
        question: String,
        yes: Command,
    },
    /// Lets the user change a text in an editor; it comes back as `Event::Edited`.
    Editor(String),
    /// Written once the frame is drawn, with the seconds of work so far.
    Later(Box<Effect>),
    Home(HomeAsk),
    /// Something about the unit under the hands of a rater.
    Desk(Rc<Desk>, Box<DeskAsk>),
}

impl Effect {
    /// Whether it changes the study. Then all effects of one event land together, or none.
    pub fn writes(&self) -> bool {
        match self {
            Effect::Desk(_, ask) => ask.writes(),
            Effect::Home(ask) => ask.writes(),
            _ => false,
        }
    }
}

/// What an effect found.
#[derive(Debug)]
pub enum Loaded {
    Status(Box<Status>),
    Sheet(Box<Sheet>),
    /// The turns of the session of the unit.
    Session(Vec<Turn>),
    /// A window of the list of units, and how many there are.
    Units {
        first: u32,
        rows: Vec<Waiting>,
        total: u32,
    },
    /// Where the rater used a code before.
    Uses(Vec<Use>),
    /// The unit on which something was undone or done again; `None` if there was nothing.
    Restored(Option<Box<Sheet>>),
}

impl Goto {
    pub fn from_start(study: &Study, start: Start) -> Result<Self> {
        match start {
            Start::Home => Ok(Goto::Home { who: None }),
            Start::Annotate { batch, rater } => annotate::find(study, batch, &rater),
            Start::Adjudicate { .. } => Err(Error::NotReady(
                "the adjudicate screen is not there yet".into(),
            )),
        }
    }
}

/// Makes a screen, standing where it was left, and gives what lay over it.
pub fn open(study: &mut Study, goto: Goto) -> Result<(Screen, Saved)> {
    match goto {
        Goto::Home { who } => {
            let mut saved = saved(study, screens::home::NAME, "", &login());
            let home = home::open(study, who, saved.screen.take())?;
            Ok((Screen::Home(Box::new(home)), saved))
        }
        Goto::Annotate { batch, rater } => {
            let desk = study.desk(&batch, &rater)?;
            let mut saved = saved(
                study,
                screens::annotate::NAME,
                &desk.batch.name,
                &desk.rater,
            );
            let screen = annotate::open(study, desk, saved.screen.take())?;
            Ok((Screen::Annotate(Box::new(screen)), saved))
        }
    }
}

/// How a screen was left; as new where that cannot be read.
fn saved(study: &Study, screen: &str, batch: &str, rater: &str) -> Saved {
    study
        .place(screen, batch, rater)
        .and_then(|state| serde_json::from_str(&state).ok())
        .unwrap_or_default()
}

/// Does what a screen asks. Edits take the seconds of work that have gathered.
pub fn perform(study: &mut Study, effect: Effect, seconds: &mut f64) -> Result<Option<Loaded>> {
    match effect {
        Effect::Home(ask) => home::perform(study, ask),
        Effect::Desk(desk, ask) => annotate::perform(study, &desk, *ask, seconds),
        // The app has done these itself.
        Effect::Go(_)
        | Effect::Back
        | Effect::Say(_)
        | Effect::Confirm { .. }
        | Effect::Later(_)
        | Effect::Editor(_) => Ok(None),
    }
}
