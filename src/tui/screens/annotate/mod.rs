//! The annotate screen: the evidence of a unit, the form, and what the cursor is on.

mod load;
mod place;
#[cfg(test)]
mod tests;
mod typing;
mod view;

use std::rc::Rc;

use ratatui::layout::Rect;
use serde_json::Value;

use super::{Event, Place};
use crate::{
    domain::label::{Content, State},
    tui::{
        app::Notice,
        effects::{DeskAsk, Effect, Sheet},
        form::{Form, Outcome},
        keymap::{Command, Context, Key},
        parts::{
            evidence::Evidence,
            reader::{Reader, ReaderPlace},
            units::{Units, WINDOW, Wish},
        },
        theme::Theme,
        widgets::input::Input,
    },
    workflow::{annotate::Desk, queue::Use},
};

pub const NAME: &str = "annotate";

pub struct Annotate {
    desk: Rc<Desk>,
    sheet: Sheet,
    form: Form,
    evidence: Evidence,
    mode: Mode,
    /// Whether alignment goal and confidence are shown.
    revealed: bool,
    /// Where the reader is to open once the session is here.
    opening: ReaderPlace,
}

/// What keys go to.
enum Mode {
    Form,
    Note(Input),
    Flag(Input),
    Reader(Box<Reader>),
    Units(Units),
    Uses {
        found: Vec<Use>,
        first: usize,
    },
    /// All of the codebook's words on the row under the cursor.
    Detail {
        first: u16,
    },
}

impl Annotate {
    pub fn new(desk: Rc<Desk>, sheet: Sheet, saved: Value) -> Self {
        let form = Form::new(
            desk.codebook.clone(),
            sheet.content.answers.clone(),
            sheet.matter.quotes(),
        );
        let mut screen = Self {
            desk,
            evidence: evidence_of(&sheet),
            form,
            sheet,
            mode: Mode::Form,
            revealed: false,
            opening: ReaderPlace::default(),
        };
        screen.restore(saved);
        screen
    }

    pub fn contexts(&self) -> Vec<Context> {
        match &self.mode {
            Mode::Form => match self.form.typing() {
                Some(input) => input.contexts(),
                None => vec![
                    Context::Labelling,
                    Context::Annotate,
                    Context::Screen,
                    Context::Always,
                ],
            },
            Mode::Note(input) | Mode::Flag(input) => input.contexts(),
            Mode::Reader(reader) => reader.contexts(),
            Mode::Units(_) => vec![
                Context::Units,
                Context::List,
                Context::Screen,
                Context::Always,
            ],
            Mode::Uses { .. } | Mode::Detail { .. } => {
                vec![Context::List, Context::Screen, Context::Always]
            }
        }
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Opened => self.resume(),
            Event::Reload | Event::Changed => {
                vec![self.ask(DeskAsk::Unit(self.sheet.matter.unit.clone()))]
            }
            Event::Loaded(loaded) => self.loaded(loaded),
            Event::Command(command) => match &mut self.mode {
                Mode::Form if self.form.is_typing() => self.in_text(command),
                Mode::Form => self.command(command),
                Mode::Note(_) | Mode::Flag(_) => self.beside(command),
                Mode::Reader(reader) => {
                    if !reader.command(command) {
                        self.mode = Mode::Form;
                    }
                    Vec::new()
                }
                Mode::Units(_) => self.in_list(command),
                Mode::Uses { found, first } => {
                    match command {
                        Command::Down => *first = (*first + 1).min(found.len().saturating_sub(1)),
                        Command::Up => *first = first.saturating_sub(1),
                        Command::Back | Command::Choose => self.mode = Mode::Form,
                        _ => {}
                    }
                    Vec::new()
                }
                Mode::Detail { first } => {
                    match command {
                        Command::Down => *first = first.saturating_add(1),
                        Command::Up => *first = first.saturating_sub(1),
                        Command::PageDown => *first = first.saturating_add(10),
                        Command::PageUp => *first = first.saturating_sub(10),
                        Command::Back | Command::Choose => self.mode = Mode::Form,
                        _ => {}
                    }
                    Vec::new()
                }
            },
            Event::Key(key) => self.key(key),
            Event::Paste(text) => self.paste(&text),
            Event::Edited(text) => self.edited(&text),
            Event::Confirmed(_) => Vec::new(),
        }
    }

    fn ask(&self, ask: DeskAsk) -> Effect {
        Effect::Desk(self.desk.clone(), Box::new(ask))
    }

    /// Why no answer of this unit can be changed, if so.
    fn frozen(&self) -> Option<String> {
        match (&self.sheet.locked, self.sheet.content.state) {
            (Some(by), _) => Some(format!(
                "{by} has locked {}; no label changes any more",
                self.desk.batch.name
            )),
            (None, State::Submitted) => {
                Some("this unit is submitted; b takes it back to change it".to_owned())
            }
            (None, State::Draft) => None,
        }
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        let unit = || self.sheet.matter.unit.clone();
        match command {
            Command::Back => vec![self.leave(), Effect::Back],
            Command::Undo => vec![self.ask(DeskAsk::Undo { here: unit() })],
            Command::Redo => vec![self.ask(DeskAsk::Redo { here: unit() })],
            Command::PreviousUnit => self.step(true),
            Command::NextUnit => self.step(false),
            Command::PageUp | Command::PageDown => {
                self.evidence.page(command == Command::PageDown);
                Vec::new()
            }
            Command::Reveal => {
                self.revealed = !self.revealed;
                Vec::new()
            }
            Command::OpenSession => {
                self.opening = ReaderPlace::at(self.form.quote().unwrap_or(0));
                vec![self.ask(DeskAsk::Session(Box::new(self.sheet.matter.clone())))]
            }
            Command::Units => {
                let units = Units::at(self.sheet.position);
                let effect = self.window(&units, units.wanted());
                self.mode = Mode::Units(units);
                vec![effect]
            }
            Command::EarlierUses => self.earlier_uses(),
            Command::Detail => {
                self.mode = Mode::Detail { first: 0 };
                Vec::new()
            }
            Command::TakeBack => match (&self.sheet.locked, self.sheet.content.state) {
                (None, State::Submitted) => vec![
                    self.ask(DeskAsk::TakeBack(unit())),
                    Effect::Say(Notice::good(
                        "Taken back: it can be changed, and has to be submitted again.",
                    )),
                ],
                (None, State::Draft) => {
                    vec![Effect::Say(Notice::good("This unit is not submitted."))]
                }
                (Some(_), _) => self.say_frozen(),
            },
            Command::Note | Command::Flag | Command::Unsure | Command::Skip
                if self.frozen().is_some() =>
            {
                self.say_frozen()
            }
            Command::Note => self.open_note(),
            Command::Flag => self.open_flag(),
            Command::Unsure => {
                self.sheet.content.unsure = !self.sheet.content.unsure;
                vec![self.edit(None)]
            }
            Command::Skip => {
                let content = Content {
                    skipped: !self.sheet.content.skipped,
                    ..self.sheet.content.clone()
                };
                let says = if content.skipped {
                    "Put off: it comes back when the others are done."
                } else {
                    "Taken up again."
                };
                vec![
                    self.ask(DeskAsk::Skip {
                        unit: unit(),
                        content: Box::new(content),
                        position: self.sheet.position,
                    }),
                    Effect::Say(Notice::good(says)),
                ]
            }
            _ => self.on_form(|form| form.command(command)),
        }
    }

    fn say_frozen(&self) -> Vec<Effect> {
        let why = self.frozen().unwrap_or_default();
        vec![Effect::Say(Notice::bad(why))]
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        match &mut self.mode {
            Mode::Form => self.on_form(|form| form.key(key)),
            Mode::Note(_) | Mode::Flag(_) => self.type_beside(|input| input.key(key)),
            Mode::Reader(reader) => {
                reader.key(key);
                Vec::new()
            }
            Mode::Units(_) | Mode::Uses { .. } | Mode::Detail { .. } => Vec::new(),
        }
    }

    /// Lets the form do something, and does what follows from it.
    fn on_form(&mut self, act: impl FnOnce(&mut Form) -> Outcome) -> Vec<Effect> {
        let before = self.frozen().map(|_| self.form.clone());
        let outcome = act(&mut self.form);
        if let Some(before) = before
            && (outcome != Outcome::Moved || self.form.is_typing())
        {
            self.form = before;
            return match outcome {
                Outcome::Unknown => Vec::new(),
                _ => self.say_frozen(),
            };
        }
        match outcome {
            Outcome::Moved => Vec::new(),
            Outcome::Edited { typing } => {
                self.sheet.content.answers = self.form.answers().clone();
                vec![self.edit(typing)]
            }
            Outcome::Submit => self.submit(),
            Outcome::Unknown if self.form.is_typing() => Vec::new(),
            Outcome::Unknown => vec![Effect::Say(Notice::good(
                "This key does nothing here; ? shows the keys.",
            ))],
        }
    }

    /// What brings the changed unit to the disk.
    fn edit(&mut self, typing: Option<String>) -> Effect {
        self.sheet.content.skipped = false;
        self.ask(DeskAsk::Edit {
            unit: self.sheet.matter.unit.clone(),
            content: Box::new(self.sheet.content.clone()),
            typing,
        })
    }

    fn submit(&mut self) -> Vec<Effect> {
        let note = self.sheet.content.note.clone();
        match self.form.ready(note.as_deref()) {
            Ok(()) => {
                let last = self.sheet.pace.submitted + 1 >= self.sheet.pace.size;
                let says = if last {
                    "Submitted. That was the last one: all units are submitted."
                } else {
                    "Submitted. u takes it back."
                };
                vec![
                    self.ask(DeskAsk::Submit {
                        matter: Box::new(self.sheet.matter.clone()),
                        content: Box::new(self.sheet.content.clone()),
                        position: self.sheet.position,
                    }),
                    Effect::Say(Notice::good(says)),
                ]
            }
            Err((of_note, why)) => {
                let mut effects = if of_note {
                    self.open_note()
                } else {
                    Vec::new()
                };
                effects.push(Effect::Say(Notice::bad(why)));
                effects
            }
        }
    }

    fn leave(&self) -> Effect {
        let leave = self.ask(DeskAsk::Leave(self.sheet.matter.unit.clone()));
        Effect::Later(Box::new(leave))
    }

    fn step(&self, back: bool) -> Vec<Effect> {
        let at_end = if back {
            self.sheet.position <= 1
        } else {
            self.sheet.position >= self.desk.size
        };
        if at_end {
            let which = if back { "first" } else { "last" };
            return vec![Effect::Say(Notice::good(format!(
                "This is the {which} unit."
            )))];
        }
        let from = self.sheet.position;
        vec![self.leave(), self.ask(DeskAsk::Step { from, back })]
    }

    fn earlier_uses(&self) -> Vec<Effect> {
        match self.form.code() {
            Some((axis, label)) => vec![self.ask(DeskAsk::Uses {
                axis: axis.key.0.clone(),
                code: label,
                except: self.sheet.matter.unit.clone(),
            })],
            None => vec![Effect::Say(Notice::good("Put the cursor on a code first."))],
        }
    }

    fn window(&self, units: &Units, first: u32) -> Effect {
        self.ask(DeskAsk::Units {
            filter: units.filter(),
            first,
            limit: WINDOW,
        })
    }

    fn in_list(&mut self, command: Command) -> Vec<Effect> {
        let Mode::Units(units) = &mut self.mode else {
            return Vec::new();
        };
        match units.command(command) {
            Wish::Nothing => Vec::new(),
            Wish::Load(first) => match &self.mode {
                Mode::Units(units) => vec![self.window(units, first)],
                _ => Vec::new(),
            },
            Wish::Open(unit) => {
                self.mode = Mode::Form;
                vec![self.leave(), self.ask(DeskAsk::Unit(unit))]
            }
            Wish::Close => {
                self.mode = Mode::Form;
                Vec::new()
            }
        }
    }

    pub fn place(&self) -> Option<Place> {
        Some(Place {
            screen: NAME,
            batch: self.desk.batch.name.0.clone(),
            rater: self.desk.rater.0.clone(),
            state: serde_json::to_value(self.saved()).ok()?,
        })
    }

    pub fn prepare(&mut self, area: Rect, theme: &Theme) {
        let panes = view::Panes::of(area);
        match &mut self.mode {
            Mode::Reader(reader) => reader.prepare(area),
            Mode::Units(units) => units.prepare(area),
            _ => {
                let quote = self.form.quote();
                self.evidence
                    .prepare(panes.evidence, self.revealed, quote, theme);
                let note = self.sheet.content.note.as_deref();
                let (width, height) = (panes.form.width, panes.form.height);
                self.form.prepare(width, height, note, theme);
            }
        }
    }
}

fn evidence_of(sheet: &Sheet) -> Evidence {
    Evidence::new(sheet.matter.clone(), sheet.turns.clone(), &sheet.extracted)
}
