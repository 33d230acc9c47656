//! The terminal screens: state, `update` and `view` as three functions.
//!
//! Screens hold plain values. What they want from the study they return as [`effects::Effect`]s;
//! `effects` alone holds the [`Study`] and hands back what it found. Answers and the place of the
//! screen are on disk before the next frame is drawn.

pub mod app;
pub mod bench;
pub mod effects;
pub mod form;
pub mod keymap;
pub mod overlays;
pub mod parts;
pub mod screens;
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
}

/// Runs the screens until the user leaves. Errors before the first frame, such as a batch that does
/// not exist, leave the terminal as it was.
pub fn run(mut study: Study, start: Start) -> anyhow::Result<()> {
    let mut app = App::new(theme());
    let goto = Goto::from_start(&mut study, start)?;
    app.open(&mut study, goto)?;
    let mut terminal = Guard::enter()?;
    let mut version = study.data_version()?;
    let mut stale = true;
    while !app.is_over() {
        if stale {
            terminal.draw(|frame| app.draw(frame))?;
            stale = false;
        }
        // Where somebody types faster than the disk turns, the place can wait for a pause.
        if !terminal.is_pending() {
            app.remember(&mut study);
        }
        match terminal.next(PATIENCE) {
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
    Ok(())
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

mod editor {
    //! A text written in the user's own editor.

    use std::{env, fs, io, process::Command};

    /// What the editor made of the text. A file that cannot be read again changes nothing.
    pub fn edit(text: &str) -> io::Result<String> {
        let program = ["VISUAL", "EDITOR"]
            .into_iter()
            .find_map(|name| env::var(name).ok().filter(|value| !value.trim().is_empty()))
            .unwrap_or_else(|| "vi".to_owned());
        let path = env::temp_dir().join(format!("tiebreak-{}.txt", std::process::id()));
        fs::write(&path, text)?;
        // The variable may hold arguments, as in "code --wait".
        let mut words = program.split_whitespace();
        let status = Command::new(words.next().unwrap_or("vi"))
            .args(words)
            .arg(&path)
            .status();
        let written = fs::read_to_string(&path);
        fs::remove_file(&path).ok();
        let status = status.map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("{program} could not be started: {error}"),
            )
        })?;
        if !status.success() {
            return Err(io::Error::other(format!("{program} ended with {status}")));
        }
        Ok(written?.trim_end_matches('\n').to_owned())
    }
}
