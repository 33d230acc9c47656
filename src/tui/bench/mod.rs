//! What the labelling screens share: a unit on the desk, its form, and what keys go to.
//!
//! At the gold desk the same form makes gold out of the annotators' answers.

mod load;
mod masked;
mod place;
mod typing;
mod view;

pub use self::{
    masked::{columns_of, letters},
    view::{Panes, draw_lines, marks, rule, second_thought},
};

use std::rc::Rc;

use ratatui::layout::Rect;
use serde_json::Value;

use crate::{
    domain::{
        gold,
        label::{Content, State},
    },
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
        screens::Event,
        theme::Theme,
        widgets::input::Input,
    },
    workflow::{annotate::Desk, queue::Use},
};

pub struct Bench {
    pub desk: Rc<Desk>,
    pub sheet: Sheet,
    pub form: Form,
    pub evidence: Evidence,
    pub mode: Mode,
    /// Whether alignment goal and confidence are shown.
    pub revealed: bool,
    /// Where the reader is to open once the session is here.
    opening: ReaderPlace,
}

/// What keys go to.
pub enum Mode {
    Form,
    Note(Input),
    Flag(Input),
    /// Why gold is what it is.
    Reason(Input),
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

impl Bench {
    pub fn new(desk: Rc<Desk>, sheet: Sheet, saved: Value) -> Self {
        let mut screen = Self {
            evidence: evidence_of(&sheet),
            form: form_of(&desk, &sheet),
            desk,
            sheet,
            mode: Mode::Form,
            revealed: false,
            opening: ReaderPlace::default(),
        };
        screen.restore(saved);
        screen
    }

    /// What keys mean now; `own` has those of the screen.
    pub fn contexts(&self, own: Context) -> Vec<Context> {
        match &self.mode {
            Mode::Form => match self.form.typing() {
                Some(input) => input.contexts(),
                None => vec![Context::Labelling, own, Context::Screen, Context::Always],
            },
            Mode::Note(input) | Mode::Flag(input) | Mode::Reason(input) => input.contexts(),
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
            Event::Opened => {
                let mut effects = self.resume();
                let annotators = &self.desk.batch.annotators;
                let mut who = self.desk.who.split('+');
                if self.desk.is_gold()
                    && who.any(|name| annotators.iter().any(|own| **own == *name))
                {
                    let says = "You labelled this batch yourself: the figures say how much of the gold is settled like that.";
                    effects.push(Effect::Say(Notice::good(says)));
                }
                effects
            }
            Event::Reload | Event::Changed => {
                let mut asks = vec![self.ask(DeskAsk::Unit(self.sheet.matter.unit.clone()))];
                if let Mode::Units(units) = &self.mode {
                    asks.push(self.window(units, units.wanted()));
                }
                asks
            }
            Event::Loaded(loaded) => self.loaded(loaded),
            Event::Command(command) => match &mut self.mode {
                Mode::Form if self.form.is_typing() => self.in_text(command),
                Mode::Form => self.command(command),
                Mode::Note(_) | Mode::Flag(_) | Mode::Reason(_) => self.beside(command),
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

    pub fn ask(&self, ask: DeskAsk) -> Effect {
        Effect::Desk(self.desk.clone(), Box::new(ask))
    }

    /// Why no answer of this unit can be changed, if so.
    pub fn frozen(&self) -> Option<String> {
        if let Some(gold) = &self.sheet.gold {
            return match (&gold.withheld, &self.sheet.locked) {
                (Some(why), _) => Some(why.clone()),
                (None, None) => Some(format!(
                    "{} is open again; there is nothing to adjudicate",
                    self.desk.batch.name
                )),
                (None, Some(_)) if self.sheet.content.state == State::Submitted => {
                    Some("this unit is saved; b takes it back to change it".to_owned())
                }
                (None, Some(_)) => None,
            };
        }
        match (&self.sheet.locked, self.sheet.content.state) {
            (Some(by), _) => Some(format!(
                "{by} has locked {}; no label changes any more, but n notes a second thought",
                self.desk.batch.name
            )),
            (None, State::Submitted) => {
                Some("this unit is submitted; b takes it back to change it".to_owned())
            }
            (None, State::Draft) => None,
        }
    }

    /// Whether the annotator's labels are frozen for good.
    pub fn is_closed(&self) -> bool {
        self.sheet.gold.is_none() && self.sheet.locked.is_some()
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
                self.opening = match self.sheet.matter.quotes() {
                    // The session itself is the unit, and is read from its beginning.
                    0 => ReaderPlace::default(),
                    _ => ReaderPlace::at(self.form.quote().unwrap_or(0)),
                };
                vec![self.ask(DeskAsk::Session(Box::new(self.sheet.matter.clone())))]
            }
            Command::Units => {
                let units = Units::at(self.sheet.position, self.desk.is_gold());
                let effect = self.window(&units, units.wanted());
                self.mode = Mode::Units(units);
                vec![effect]
            }
            Command::EarlierUses => self.earlier_uses(),
            Command::Detail => {
                self.mode = Mode::Detail { first: 0 };
                Vec::new()
            }
            Command::TakeBack => {
                let done = if self.desk.is_gold() {
                    "saved"
                } else {
                    "submitted"
                };
                match self.sheet.content.state {
                    _ if self.is_closed() => self.say_frozen(),
                    State::Draft => {
                        let says = format!("This unit is not {done}.");
                        vec![Effect::Say(Notice::good(says))]
                    }
                    State::Submitted => vec![
                        self.ask(DeskAsk::TakeBack(unit())),
                        Effect::Say(Notice::good(format!(
                            "Taken back: it can be changed, and has to be {done} again."
                        ))),
                    ],
                }
            }
            Command::Note if self.is_closed() => self.open_note(),
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

    pub fn say_frozen(&self) -> Vec<Effect> {
        let why = self.frozen().unwrap_or_default();
        vec![Effect::Say(Notice::bad(why))]
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        match &mut self.mode {
            Mode::Form => self.on_form(|form| form.key(key)),
            Mode::Note(_) | Mode::Flag(_) | Mode::Reason(_) => {
                self.type_beside(|input| input.key(key))
            }
            Mode::Reader(reader) => {
                reader.key(key);
                Vec::new()
            }
            Mode::Units(_) | Mode::Uses { .. } | Mode::Detail { .. } => Vec::new(),
        }
    }

    /// Lets the form do something, and does what follows from it.
    pub fn on_form(&mut self, act: impl FnOnce(&mut Form) -> Outcome) -> Vec<Effect> {
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

    pub fn submit(&mut self) -> Vec<Effect> {
        let note = self.sheet.content.note.clone();
        match self.form.ready(note.as_deref()) {
            Ok(()) if self.owes_reason() => {
                let mut effects = self.open_reason();
                effects.push(Effect::Say(Notice::bad(
                    "Gold differs from every annotator here: say why, then save.",
                )));
                effects
            }
            Ok(()) => {
                let last = self.sheet.pace.submitted + 1 >= self.sheet.pace.size;
                let says = if self.desk.is_gold() {
                    "Saved. u takes it back."
                } else if last {
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

    /// Whether the unit can be submitted, or saved, as it is.
    pub fn is_ready(&self) -> bool {
        let note = self.sheet.content.note.as_deref();
        self.form.review(note).is_clean() && !self.owes_reason()
    }

    /// Whether gold is nobody's answer somewhere and no reason is written.
    fn owes_reason(&self) -> bool {
        let written = self.sheet.content.reason.as_deref().unwrap_or_default();
        self.form.columns().is_some_and(|columns| {
            let answers = self.form.answers();
            gold::owes_reason(self.form.codebook(), answers, &columns.answers())
        }) && written.trim().is_empty()
    }

    pub fn leave(&self) -> Effect {
        let leave = self.ask(DeskAsk::Leave(self.sheet.matter.unit.clone()));
        Effect::Later(Box::new(leave))
    }

    pub fn step(&self, back: bool) -> Vec<Effect> {
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

    /// Fits what is shown into the panes of the screen.
    pub fn prepare(&mut self, area: Rect, panes: &Panes, theme: &Theme) {
        match &mut self.mode {
            Mode::Reader(reader) => reader.prepare(area),
            Mode::Units(units) => units.prepare(area),
            _ => {
                let quote = self.form.quote();
                self.evidence
                    .prepare(panes.evidence, self.revealed, quote, theme);
                let note = self.sheet.content.note.as_deref();
                self.form.set_reasoned(self.sheet.content.reason.is_some());
                let (width, height) = (panes.form.width, panes.form.height);
                self.form.prepare(width, height, note, theme);
            }
        }
    }
}

/// The form of a unit; at the gold desk with the annotators beside it, on the first dispute.
fn form_of(desk: &Desk, sheet: &Sheet) -> Form {
    let mut form = Form::new(
        desk.codebook.clone(),
        sheet.content.answers.clone(),
        sheet.matter.quotes(),
    );
    if let Some(gold) = &sheet.gold {
        form.set_columns(columns_of(gold));
        form.go_to_dispute();
    }
    form
}

fn evidence_of(sheet: &Sheet) -> Evidence {
    Evidence::new(sheet.matter.clone(), sheet.turns.clone(), &sheet.extracted)
}
