//! The terminal screens: state, `update` and `view` as three functions.
//!
//! Screens hold plain values. What they want from the study they return as [`effects::Effect`]s;
//! `effects` alone holds the [`Study`] and hands back what it found. Answers and the place of the
//! screen are on disk before the next frame is drawn.

pub mod app;
pub mod bench;
mod editor;
pub mod effects;
pub mod form;
pub mod keymap;
pub mod overlays;
pub mod parts;
pub mod screens;
pub mod studies;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod widgets;

#[cfg(test)]
pub mod harness;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use crate::workflow::Study;
use app::App;
use effects::Goto;
use terminal::{Guard, Input};
use theme::Theme;

/// How long to wait for a key before looking for other people's work.
const PATIENCE: Duration = Duration::from_millis(500);

/// Where to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    Home,
    Annotate {
        /// Without one, the first open batch in which the rater has something to do.
        batch: Option<String>,
        rater: String,
    },
    Adjudicate {
        batch: Option<String>,
        /// One name, or several joined by `+`.
        who: String,
    },
    Session {
        session: String,
        /// Without one, where it was left.
        turn: Option<u32>,
        who: Option<String>,
    },
}

/// How the screens were left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Over,
    /// For the list of studies.
    Studies,
}

/// Runs the screens until the user, known to the machine as `login`, leaves. Errors before the first
/// frame, such as a batch that does not exist, leave the terminal as it was.
pub fn run(mut study: Study, start: Start, login: &str) -> anyhow::Result<Ending> {
    let mut app = App::new(theme(), login);
    match start {
        Start::Home => app.resume(&mut study)?,
        start => {
            let goto = Goto::from_start(&mut study, start)?;
            app.open(&mut study, goto)?;
        }
    }
    let mut terminal = Guard::enter()?;
    let mut version = study.data_version()?;
    let mut stale = true;
    while app.ending().is_none() {
        if stale {
            terminal.draw(|frame| app.draw(frame))?;
            stale = false;
        }
        // Where somebody types faster than the disk turns, the place can wait for a pause.
        if !terminal.is_pending() {
            app.remember(&mut study);
            if app.is_behind() {
                app.catch_up(&mut study);
                stale = true;
            }
        }
        let patience = if stale { Duration::ZERO } else { PATIENCE };
        match terminal.next(patience) {
            Input::Key(key) => {
                app.key(&mut study, key.into(), Instant::now());
                stale = true;
            }
            Input::Paste(text) => {
                app.paste(&mut study, text, Instant::now());
                stale = true;
            }
            Input::Redraw => stale = true,
            Input::Idle => {
                let now = study.data_version()?;
                if now != version {
                    version = now;
                    app.others_wrote(&mut study);
                    stale = true;
                }
            }
            Input::End => break,
        }
        match app.errand() {
            Some(app::Errand::Suspend) => terminal.suspend()?,
            Some(app::Errand::Redraw) => terminal.forget()?,
            Some(app::Errand::Editor(text)) => {
                let edited = terminal.outside(|| editor::edit(&text));
                app.edited(&mut study, edited);
            }
            None => {}
        }
    }
    app.remember(&mut study);
    Ok(app.ending().unwrap_or(Ending::Over))
}

/// Colours, unless the user or the terminal wants none.
fn theme() -> Theme {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let dumb = set("TERM").is_some_and(|term| term == "dumb" || term == "vt100");
    if set("NO_COLOR").is_some() || dumb {
        Theme::plain()
    } else {
        Theme::colour()
    }
}
