//! What screens ask of the study, and what they get. Nothing else in `tui` holds a [`Study`].

mod adjudicate;
mod annotate;
mod browse;
mod figures;
mod home;
mod read;
pub mod search;
mod session;

pub use annotate::{DeskAsk, Sheet};
pub use browse::{BrowseAsk, COUNTED};
pub use figures::FiguresAsk;
pub use home::HomeAsk;
pub use read::ReadAsk;
pub use search::SearchAsk;

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{
    Start,
    app::{Notice, Saved},
    keymap::Command,
    screens::{self, Screen},
};
use crate::{
    domain::{ids::RaterName, session::Turn},
    report::measured::Measured,
    workflow::{
        Result, Study,
        annotate::Desk,
        browse::{Begin, Window},
        compare::{Difference, Written},
        measure::Items,
        queue::Use,
        queue::Waiting,
        read::Reading,
        search::{Behind, Found, Narrow, Notes},
        status::Status,
    },
};

/// A screen that can be gone to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Goto {
    /// `who` is whoever sits here, if it is known.
    Home {
        who: Option<String>,
    },
    Annotate {
        batch: String,
        rater: String,
    },
    /// `who` is one name, or several joined by `+`.
    Adjudicate {
        batch: String,
        who: String,
    },
    /// Agreement and accuracy of a batch, as `who` may see what is behind them.
    Figures {
        batch: String,
        who: Option<String>,
    },
    /// All units of a task; without one, of the first.
    Browse {
        task: Option<String>,
        who: Option<String>,
    },
    /// The rules of a task; without one, of the first.
    Codebook {
        task: Option<String>,
    },
    /// The rules of a task at a question, and at one of its codes.
    Rule {
        task: String,
        axis: Option<String>,
        code: Option<String>,
    },
    /// The search of everything, as `who` may see it.
    Search {
        who: Option<String>,
    },
    /// What the sessions are.
    Corpus,
    /// A session by one of its names, at a turn or where it was left.
    Session {
        session: String,
        turn: Option<u32>,
        who: Option<String>,
    },
}

/// Something that a screen wants done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Puts a screen on top.
    Go(Goto),
    /// Takes this screen away.
    Back,
    /// Leaves the study for the list of studies.
    Studies,
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
    /// Done when no key waits to be read. A later one takes its place; without one, nothing is left
    /// to be done.
    Soon(Option<Box<Effect>>),
    Home(HomeAsk),
    /// Something about the unit under the hands of a rater.
    Desk(Rc<Desk>, Box<DeskAsk>),
    Figures(FiguresAsk),
    Browse(BrowseAsk),
    Read(ReadAsk),
    Search(SearchAsk),
}

impl Effect {
    /// Whether it changes the study. Then all effects of one event land together, or none.
    pub fn writes(&self) -> bool {
        match self {
            Effect::Desk(_, ask) => ask.writes(),
            Effect::Home(ask) => ask.writes(),
            Effect::Read(ask) => ask.writes(),
            Effect::Search(ask) => ask.writes(),
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
    /// No unit is left that needs nothing more than saving.
    NoneAgreed,
    /// The figures, or what is needed before there are any.
    Measured(Box<std::result::Result<Measured, String>>),
    Items(Box<Items>),
    Differences(Vec<Difference>),
    /// The raters, and what they wrote.
    Written(Vec<RaterName>, Vec<Written>),
    /// The names of the units that were asked for.
    Names(Vec<Option<String>>),
    Reading(Box<Reading>),
    /// A stretch of the list of all units, and where it was to begin.
    Lines(Begin, Window),
    /// What a facet can be.
    Values(Vec<String>),
    /// How many units there are in all, counted up to [`COUNTED`].
    Count(u64),
    /// What filters mean now, or why they mean nothing.
    Narrowed(std::result::Result<Rc<Narrow>, String>),
    Found(Found),
    Notes(Box<Notes>),
    /// What the index still lacks.
    Indexed(Behind),
}

impl Goto {
    pub fn from_start(study: &mut Study, start: Start) -> Result<Self> {
        match start {
            Start::Home => Ok(Goto::Home { who: None }),
            Start::Annotate { batch, rater } => annotate::find(study, batch, &rater),
            Start::Adjudicate { batch, who } => adjudicate::find(study, batch, who),
            Start::Session { session, turn, who } => Ok(Goto::Session { session, turn, who }),
        }
    }
}

/// Makes a screen, standing where it was left, and gives what lay over it. Places that belong to no
/// rater are kept for each user of the machine, by `login`.
pub fn open(study: &mut Study, goto: Goto, login: &str) -> Result<(Screen, Saved)> {
    let saved = |study: &Study, screen: &str, batch: &str, rater: &str| {
        saved(study, screen, batch, place_of(rater, login))
    };
    match goto {
        Goto::Home { who } => {
            let mut saved = saved(study, screens::home::NAME, "", "");
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
        Goto::Adjudicate { batch, who } => {
            let desk = study.gold_desk(&batch, &who)?;
            let name = screens::adjudicate::NAME;
            let mut saved = saved(study, name, &desk.batch.name, &desk.who);
            let screen = adjudicate::open(study, desk, saved.screen.take())?;
            Ok((Screen::Adjudicate(Box::new(screen)), saved))
        }
        Goto::Figures { batch, who } => {
            let name = who.as_deref().unwrap_or_default();
            let mut saved = saved(study, screens::figures::NAME, &batch, name);
            let screen = figures::open(study, &batch, who, saved.screen.take())?;
            Ok((Screen::Figures(Box::new(screen)), saved))
        }
        Goto::Browse { task, who } => {
            let name = who.as_deref().unwrap_or_default();
            let mut saved = saved(study, screens::browse::NAME, "", name);
            let screen = browse::open(study, task, who, saved.screen.take())?;
            Ok((Screen::Browse(Box::new(screen)), saved))
        }
        Goto::Codebook { task } => {
            let mut saved = saved(study, screens::codebook::NAME, "", "");
            let rules = study.tasks().iter().map(|task| task.codebook.clone());
            let screen = screens::codebook::Rules::new(rules.collect(), task, saved.screen.take());
            Ok((Screen::Codebook(Box::new(screen)), saved))
        }
        Goto::Rule { task, axis, code } => {
            let mut saved = saved(study, screens::codebook::NAME, "", "");
            let rules = study.tasks().iter().map(|task| task.codebook.clone());
            let mut screen =
                screens::codebook::Rules::new(rules.collect(), Some(task), saved.screen.take());
            screen.show(axis.as_deref(), code.as_deref());
            Ok((Screen::Codebook(Box::new(screen)), saved))
        }
        Goto::Search { who } => {
            let name = who.as_deref().unwrap_or_default();
            let mut saved = saved(study, screens::search::NAME, "", name);
            let screen = search::open(study, who, saved.screen.take());
            Ok((Screen::Search(Box::new(screen)), saved))
        }
        Goto::Corpus => {
            let saved = saved(study, screens::corpus::NAME, "", "");
            let screen = screens::corpus::Corpus::new(study.corpus()?, &saved.screen);
            Ok((Screen::Corpus(Box::new(screen)), saved))
        }
        Goto::Session { session, turn, who } => {
            let name = who.as_deref().unwrap_or_default();
            let id = study.session(&session)?.session.id.0;
            let mut saved = saved(study, screens::session::NAME, &id, name);
            let screen = session::open(study, &id, turn, who, saved.screen.take())?;
            Ok((Screen::Session(Box::new(screen)), saved))
        }
    }
}

/// Whose a place is.
pub fn place_of<'a>(rater: &'a str, login: &'a str) -> &'a str {
    if rater.is_empty() { login } else { rater }
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
        Effect::Figures(ask) => figures::perform(study, ask),
        Effect::Browse(ask) => browse::perform(study, ask),
        Effect::Read(ask) => read::perform(study, ask),
        Effect::Search(ask) => search::perform(study, ask),
        // The app has done these itself.
        Effect::Go(_)
        | Effect::Back
        | Effect::Studies
        | Effect::Say(_)
        | Effect::Confirm { .. }
        | Effect::Later(_)
        | Effect::Soon(_)
        | Effect::Editor(_) => Ok(None),
    }
}
