//! The screens on top of one another, with what lies over them: help, a question, a message.

mod places;

pub use places::Saved;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use ratatui::{Frame, layout::Rect};
use serde::{Deserialize, Serialize};

use super::{
    Ending,
    effects::{self, Effect, Goto},
    keymap::{self, Command, Context, Key},
    overlays::{self, Overlay},
    screens::{Event, Screen},
    theme::Theme,
};
use crate::workflow::{self, Study};

/// The least that a screen needs.
pub const LEAST: (u16, u16) = (60, 15);

/// A longer pause between two keys counts as this much work.
const LONGEST_GAP: Duration = Duration::from_secs(60);

/// A sentence at the bottom of the screen, until the next key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub text: String,
    pub bad: bool,
}

impl Notice {
    pub fn good(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            bad: false,
        }
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            bad: true,
        }
    }
}

/// Something that only the owner of the terminal can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    Suspend,
    Redraw,
    /// Let the user change this text in an editor.
    Editor(String),
}

pub struct App {
    theme: Theme,
    /// The user's name on this machine, under which places are kept that belong to no rater.
    login: String,
    screens: Vec<Screen>,
    /// How each screen was reached.
    reached: Vec<Goto>,
    overlay: Option<Overlay>,
    notice: Option<Notice>,
    errand: Option<Errand>,
    ending: Option<Ending>,
    /// When the last key was pressed, and the seconds of work that no edit has taken yet.
    last_key: Option<Instant>,
    seconds: f64,
    /// What is to be written once the frame is drawn, with the seconds of work that it takes.
    later: Vec<(Effect, f64)>,
    /// What the screen on top wants done when no key waits.
    soon: Option<Effect>,
    /// The place as it was saved last, to save it only when it changed.
    saved: String,
    saved_stack: String,
}

impl App {
    pub fn new(theme: Theme, login: &str) -> Self {
        Self {
            theme,
            login: login.to_owned(),
            screens: Vec::new(),
            reached: Vec::new(),
            overlay: None,
            notice: None,
            errand: None,
            ending: None,
            last_key: None,
            seconds: 0.0,
            later: Vec::new(),
            soon: None,
            saved: String::new(),
            saved_stack: String::new(),
        }
    }

    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    pub fn errand(&mut self) -> Option<Errand> {
        self.errand.take()
    }

    /// Puts a screen on top, as it was left.
    pub fn open(&mut self, study: &mut Study, goto: Goto) -> workflow::Result<()> {
        let notice = self.put(study, goto)?;
        // What was said when the program was ended is still news; from another screen it is not.
        if self.screens.len() == 1 && notice.is_some() {
            self.notice = notice;
        }
        Ok(())
    }

    /// Gives what was said on the screen when it was left.
    fn put(&mut self, study: &mut Study, goto: Goto) -> workflow::Result<Option<Notice>> {
        let (screen, saved) = effects::open(study, goto.clone(), &self.login)?;
        self.screens.push(screen);
        self.reached.push(goto);
        self.overlay = saved.overlay;
        self.saved = String::new();
        let effects = self.update(Event::Opened);
        self.run(study, effects)?;
        Ok(saved.notice)
    }

    /// What keys mean now, the innermost meaning first.
    fn contexts(&self) -> Vec<Context> {
        match (&self.overlay, self.screens.last()) {
            (Some(overlay), _) => overlay.contexts().to_vec(),
            (None, Some(screen)) => screen.contexts(),
            (None, None) => vec![Context::Screen, Context::Always],
        }
    }

    pub fn key(&mut self, study: &mut Study, key: Key, now: Instant) {
        self.note_time(now);
        self.notice = None;
        let event = match keymap::command(&self.contexts(), key) {
            Some(Command::Quit) => {
                self.ending = Some(Ending::Over);
                return;
            }
            Some(Command::Suspend) => {
                self.errand = Some(Errand::Suspend);
                return;
            }
            Some(Command::Redraw) => {
                self.errand = Some(Errand::Redraw);
                return;
            }
            Some(command) => Event::Command(command),
            None => Event::Key(key),
        };
        self.event(study, event);
    }

    pub fn paste(&mut self, study: &mut Study, text: String, now: Instant) {
        self.note_time(now);
        self.notice = None;
        if self.overlay.is_none() {
            self.event(study, Event::Paste(text));
        }
    }

    /// Whether something is to be done when no key waits.
    pub fn is_behind(&self) -> bool {
        self.soon.is_some()
    }

    /// Does what could wait until no key waits, or a part of it.
    pub fn catch_up(&mut self, study: &mut Study) {
        if let Some(effect) = self.soon.take() {
            self.perform(study, vec![effect]);
        }
    }

    /// Somebody else has changed the study.
    pub fn others_wrote(&mut self, study: &mut Study) {
        let effects = self.update(Event::Changed);
        self.perform(study, effects);
    }

    /// The text came back from the editor.
    pub fn edited(&mut self, study: &mut Study, text: std::io::Result<String>) {
        match text {
            Ok(text) => self.event(study, Event::Edited(text)),
            Err(error) => self.notice = Some(Notice::bad(error.to_string())),
        }
    }

    fn note_time(&mut self, now: Instant) {
        if let Some(last) = self.last_key {
            let gap = now.saturating_duration_since(last).min(LONGEST_GAP);
            self.seconds += gap.as_secs_f64();
        }
        self.last_key = Some(now);
    }

    fn event(&mut self, study: &mut Study, event: Event) {
        let event = match self.over_overlay(event) {
            Some(event) => event,
            None => return,
        };
        let effects = match event {
            Event::Command(Command::Help) => {
                self.overlay = Some(Overlay::Help { first: 0 });
                return;
            }
            event => self.update(event),
        };
        self.perform(study, effects);
    }

    /// What is left of an event when the overlay has had it.
    fn over_overlay(&mut self, event: Event) -> Option<Event> {
        let Some(overlay) = &mut self.overlay else {
            return Some(event);
        };
        match (overlay, event) {
            (Overlay::Confirm { yes, .. }, Event::Command(Command::Yes)) => {
                let command = *yes;
                self.overlay = None;
                Some(Event::Confirmed(command))
            }
            (Overlay::Help { first }, Event::Command(command)) => {
                match command {
                    Command::Down => *first = first.saturating_add(1),
                    Command::Up => *first = first.saturating_sub(1),
                    Command::PageDown => *first = first.saturating_add(10),
                    Command::PageUp => *first = first.saturating_sub(10),
                    _ => self.overlay = None,
                }
                None
            }
            (Overlay::Confirm { .. }, Event::Command(Command::No)) => {
                self.overlay = None;
                None
            }
            _ => None,
        }
    }

    fn update(&mut self, event: Event) -> Vec<Effect> {
        match self.screens.last_mut() {
            Some(screen) => screen.update(event),
            None => Vec::new(),
        }
    }

    /// Does what the screen wants, in one transaction with the place if anything is written.
    fn perform(&mut self, study: &mut Study, effects: Vec<Effect>) {
        if effects.is_empty() {
            return;
        }
        let seconds = self.seconds;
        let done = if effects.iter().any(Effect::writes) {
            study.atomically(|study| {
                self.run(study, effects)?;
                self.remember(study);
                Ok(())
            })
        } else {
            self.run(study, effects)
        };
        if let Err(error) = done {
            self.seconds = seconds;
            self.saved.clear();
            // The screen may show what is not on disk: let it read again what is.
            let again = self.update(Event::Reload);
            self.run(study, again).ok();
            self.notice = Some(Notice::bad(error.to_string()));
        }
    }

    fn run(&mut self, study: &mut Study, effects: Vec<Effect>) -> workflow::Result<()> {
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            match effect {
                Effect::Go(goto) => {
                    self.remember(study);
                    self.soon = None;
                    self.open(study, goto)?;
                }
                Effect::Back if self.screens.len() > 1 => {
                    self.soon = None;
                    self.screens.pop();
                    self.reached.pop();
                    self.saved.clear();
                    queue.extend(self.update(Event::Reload));
                }
                Effect::Back => {
                    self.notice = Some(Notice::good("This is the first screen; q leaves."));
                }
                Effect::Studies => self.ending = Some(Ending::Studies),
                Effect::Say(notice) => self.notice = Some(notice),
                Effect::Confirm { question, yes } => {
                    self.overlay = Some(Overlay::Confirm { question, yes });
                }
                Effect::Later(effect) => {
                    let seconds = std::mem::take(&mut self.seconds);
                    self.later.push((*effect, seconds));
                }
                Effect::Soon(effect) => self.soon = effect.map(|effect| *effect),
                Effect::Editor(text) => self.errand = Some(Errand::Editor(text)),
                asked => {
                    if let Some(loaded) = effects::perform(study, asked, &mut self.seconds)? {
                        queue.extend(self.update(Event::Loaded(loaded)));
                    }
                }
            }
        }
        Ok(())
    }

    pub fn draw(&mut self, frame: &mut Frame) {
        let area = frame.area();
        if area.width < LEAST.0 || area.height < LEAST.1 {
            overlays::too_small(frame, LEAST);
            return;
        }
        let body = Rect {
            height: area.height - 1,
            ..area
        };
        let foot = Rect {
            y: area.bottom() - 1,
            height: 1,
            ..area
        };
        if let Some(screen) = self.screens.last_mut() {
            screen.prepare(body, &self.theme);
            screen.view(frame, body, &self.theme);
        }
        if let Some(overlay) = &self.overlay {
            let under = self
                .screens
                .last()
                .map(Screen::contexts)
                .unwrap_or_default();
            overlay.view(frame, body, &under, &self.theme);
        }
        overlays::footer(
            frame,
            foot,
            &self.contexts(),
            self.notice.as_ref(),
            &self.theme,
        );
    }

    #[cfg(test)]
    pub fn top(&self) -> &Screen {
        self.screens.last().unwrap()
    }
}
