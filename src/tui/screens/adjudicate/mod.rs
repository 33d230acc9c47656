//! The adjudicate screen: the annotators' answers beside one another, and the gold made of them.
//!
//! A unit's annotators are masked by letters until its gold is saved; their names can be shown.

#[cfg(test)]
mod tests;
mod view;

use std::rc::Rc;

use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Event, Place};
use crate::{
    domain::label::State,
    tui::{
        app::Notice,
        bench::{Bench, Mode, columns_of},
        effects::{DeskAsk, Effect, Goto, Loaded, Sheet},
        form::{Column, Outcome},
        keymap::{Command, Context},
        theme::Theme,
    },
    workflow::annotate::Desk,
};

pub const NAME: &str = "adjudicate";

pub struct Adjudicate {
    bench: Bench,
    own: Own,
}

/// What this screen has besides the bench, and remembers with it.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Own {
    /// Whether names are shown on a unit that is not saved.
    names: bool,
    /// Whether the judges' labels are shown.
    judges: bool,
    /// Whether a letter is awaited, whose answers are to be taken as a whole.
    whole: bool,
    /// Whether the screen says that gold is complete.
    settled: bool,
}

impl Adjudicate {
    pub fn new(desk: Rc<Desk>, sheet: Sheet, saved: Value) -> Self {
        let complete = is_complete(&sheet);
        let own = match serde_json::from_value::<Own>(saved.clone()) {
            Ok(own) => Own {
                settled: own.settled && complete,
                ..own
            },
            Err(_) => Own {
                settled: complete,
                ..Own::default()
            },
        };
        let mut screen = Self {
            bench: Bench::new(desk, sheet, saved),
            own,
        };
        screen.dress();
        screen
    }

    pub fn contexts(&self) -> Vec<Context> {
        match &self.bench.mode {
            Mode::Form if self.own.settled => {
                vec![Context::Settled, Context::Screen, Context::Always]
            }
            Mode::Form if self.own.whole => vec![Context::Whole, Context::Screen, Context::Always],
            // The screen's own keys come first in the footer.
            Mode::Form if !self.bench.form.is_typing() => vec![
                Context::Adjudicate,
                Context::Labelling,
                Context::Screen,
                Context::Always,
            ],
            _ => self.bench.contexts(Context::Adjudicate),
        }
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let unit = self.bench.sheet.matter.unit.clone();
        let complete = is_complete(&self.bench.sheet);
        let whole = self.own.whole;
        if matches!(event, Event::Command(_) | Event::Key(_) | Event::Paste(_)) {
            self.own.whole = false;
        }
        let idle = matches!(self.bench.mode, Mode::Form) && !self.bench.form.is_typing();
        let effects = match event {
            Event::Command(command) if idle && self.own.settled => self.when_settled(command),
            Event::Command(Command::Take(column)) if whole => self.take(column, true),
            Event::Command(_) | Event::Key(_) if idle && whole => Vec::new(),
            Event::Command(command) if idle => self.command(command),
            Event::Loaded(Loaded::NoneAgreed) => vec![Effect::Say(Notice::good(
                "No other unit is agreed throughout; the rest is in dispute.",
            ))],
            event => self.bench.update(event),
        };
        if self.bench.sheet.matter.unit != unit {
            (self.own.names, self.own.judges) = (false, false);
        }
        let now = is_complete(&self.bench.sheet);
        self.own.settled = now && (self.own.settled || !complete);
        self.dress();
        effects
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        let bench = &mut self.bench;
        let position = bench.sheet.position;
        match command {
            Command::Take(column) => self.take(column, false),
            Command::TakeAll | Command::Reason if bench.frozen().is_some() => bench.say_frozen(),
            Command::TakeAll => {
                self.own.whole = true;
                Vec::new()
            }
            Command::Reason => bench.open_reason(),
            Command::TakeAgreed => self.take_agreed(),
            Command::NextDispute if is_complete(&bench.sheet) => {
                vec![Effect::Say(Notice::good("No unit waits for gold."))]
            }
            Command::NextDispute => vec![
                bench.leave(),
                bench.ask(DeskAsk::NextOpen { from: position }),
            ],
            Command::Names if bench.sheet.content.state == State::Submitted => {
                vec![Effect::Say(Notice::good(
                    "This unit is saved: its annotators are named.",
                ))]
            }
            Command::Names => {
                self.own.names = !self.own.names;
                Vec::new()
            }
            Command::Judges => self.show_judges(),
            command => bench.update(Event::Command(command)),
        }
    }

    fn when_settled(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Home => vec![Effect::Go(Goto::Home {
                who: Some(self.bench.desk.who.clone()),
            })],
            Command::Figures => vec![Effect::Go(Goto::Figures {
                batch: self.bench.desk.batch.name.0.clone(),
                who: Some(self.bench.desk.who.clone()),
            })],
            Command::Back => {
                self.own.settled = false;
                Vec::new()
            }
            command => self.bench.update(Event::Command(command)),
        }
    }

    /// Takes the answer of a column to the question under the cursor, or all of its answers.
    fn take(&mut self, column: u8, whole: bool) -> Vec<Effect> {
        if self.bench.frozen().is_some() {
            return self.bench.say_frozen();
        }
        let column = usize::from(column);
        let mut refused = None;
        let mut effects = self.bench.on_form(|form| {
            let taken = match whole {
                true => form.take_all(column),
                false => form.take(column),
            };
            taken.unwrap_or_else(|why| {
                refused = Some(why);
                Outcome::Moved
            })
        });
        if let Some(why) = refused {
            effects.push(Effect::Say(Notice::bad(why)));
        }
        effects
    }

    /// Fills in what the annotators agree on. Where that is there already and nothing else is open,
    /// the unit is saved; and then comes the next unit that needs no more than that.
    fn take_agreed(&mut self) -> Vec<Effect> {
        let bench = &mut self.bench;
        let next = bench.ask(DeskAsk::NextAgreed {
            from: bench.sheet.position,
        });
        if bench.frozen().is_some() {
            return vec![bench.leave(), next];
        }
        let mut effects = bench.on_form(|form| form.take_agreed());
        if !effects.is_empty() {
            effects.push(Effect::Say(Notice::good(
                "Filled in what the annotators agree on.",
            )));
            return effects;
        }
        if bench.form.is_in_dispute() || !bench.is_ready() {
            return vec![bench.leave(), next];
        }
        let mut effects = bench.submit();
        if bench.sheet.pace.submitted + 1 < bench.sheet.pace.size {
            effects.push(next);
        }
        effects
    }

    fn show_judges(&mut self) -> Vec<Effect> {
        let sheet = &self.bench.sheet;
        let judges = sheet.gold.as_ref().map_or(0, |gold| gold.judges.len());
        let says = match (is_complete(sheet), judges) {
            (false, _) => "The judges' labels stay hidden until the batch's gold is complete.",
            (true, 0) => "No judge has labelled this unit.",
            (true, _) => {
                self.own.judges = !self.own.judges;
                return Vec::new();
            }
        };
        vec![Effect::Say(Notice::good(says))]
    }

    /// Whether the annotators' names are shown on this unit.
    fn is_unmasked(&self) -> bool {
        self.own.names || self.bench.sheet.content.state == State::Submitted
    }

    /// Puts names and judges beside the form, as far as they are shown.
    fn dress(&mut self) {
        let Some(gold) = &self.bench.sheet.gold else {
            return;
        };
        let mut columns = columns_of(gold);
        if self.is_unmasked() {
            for (column, (name, _)) in columns.raters.iter_mut().zip(&gold.columns) {
                column.name = Some(name.0.clone());
            }
        }
        if self.own.judges {
            columns.judges = gold
                .judges
                .iter()
                .map(|label| Column {
                    letter: 'J',
                    name: Some(label.address.rater.0.clone()),
                    answers: Some(label.content.answers.clone()),
                })
                .collect();
        }
        self.bench.form.set_columns(columns);
    }

    pub fn place(&self) -> Option<Place> {
        let mut state = serde_json::to_value(self.bench.saved()).ok()?;
        if let (Value::Object(state), Ok(Value::Object(own))) =
            (&mut state, serde_json::to_value(self.own))
        {
            state.extend(own);
        }
        Some(Place {
            screen: NAME,
            batch: self.bench.desk.batch.name.0.clone(),
            rater: self.bench.desk.who.clone(),
            state,
        })
    }

    pub fn prepare(&mut self, area: Rect, theme: &Theme) {
        let panes = self.panes(area, theme);
        self.bench.prepare(area, &panes.bench, theme);
    }
}

/// Whether every unit of the batch has gold.
fn is_complete(sheet: &Sheet) -> bool {
    sheet.pace.submitted >= sheet.pace.size
}
