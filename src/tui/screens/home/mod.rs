//! The home screen: what is there, what comes next, and the way to everything else.

mod asking;
#[cfg(test)]
mod tests;
mod view;

use std::mem::{Discriminant, discriminant};

use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::asking::{Asking, Then};
pub use self::view::{progress_bar, title_bar};
use super::{Event, Place};
use crate::{
    domain::ids::{BatchName, RaterName},
    tui::{
        app::Notice,
        effects::{Effect, Goto, HomeAsk, Loaded},
        keymap::{Command, Context},
        theme::Theme,
        widgets::{
            input::{Caret, Input},
            scroll::keep_in_view,
        },
    },
    workflow::status::{BatchStatus, Status, Step},
};

pub const NAME: &str = "home";

/// Steps that are shown; the others belong to batches, which are all there.
const STEPS: usize = 6;

pub struct Home {
    /// The study's file.
    title: String,
    /// How the program is called on this study.
    program: String,
    who: Option<String>,
    status: Status,
    cursor: usize,
    first: usize,
    asking: Option<Asking>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Saved {
    cursor: usize,
    who: Option<String>,
    asking: Option<(Then, usize, String, Caret)>,
}

/// Something that the cursor can be on.
enum Item<'a> {
    Step(&'a Step),
    Batch(&'a BatchStatus),
}

impl Item<'_> {
    /// What it is about, without how far that is.
    fn about(
        &self,
    ) -> (
        Option<Discriminant<Step>>,
        Option<BatchName>,
        Option<RaterName>,
    ) {
        match self {
            Item::Batch(status) => (None, Some(status.batch.name.clone()), None),
            Item::Step(step) => {
                let rater = match step {
                    Step::Label { rater, .. } => Some(rater.clone()),
                    _ => None,
                };
                (Some(discriminant(step)), self.batch().cloned(), rater)
            }
        }
    }

    /// The batch that it is, or that it is about.
    fn batch(&self) -> Option<&BatchName> {
        match self {
            Item::Batch(status) => Some(&status.batch.name),
            Item::Step(
                Step::Label { batch, .. }
                | Step::Lock { batch }
                | Step::ImportLabels { batch }
                | Step::Adjudicate { batch, .. }
                | Step::ReadResults { batch },
            ) => Some(batch),
            Item::Step(_) => None,
        }
    }
}

impl Home {
    pub fn new(
        title: String,
        program: String,
        who: Option<String>,
        status: Status,
        saved: Value,
    ) -> Self {
        let saved: Saved = serde_json::from_value(saved).unwrap_or_default();
        let mut home = Self {
            title,
            program,
            who,
            status,
            cursor: saved.cursor,
            first: 0,
            asking: None,
        };
        home.cursor = home.cursor.min(home.items().len().saturating_sub(1));
        if let Some((then, cursor, typed, caret)) = saved.asking {
            home.ask(then);
            if let Some(asking) = &mut home.asking {
                asking.cursor = cursor.min(asking.names.len());
                asking.typed = Input::new(&typed, false);
                asking.typed.set_caret(caret);
            }
        }
        home
    }

    /// Who sat here when the screen was left.
    pub fn who_was_here(saved: &Value) -> Option<String> {
        saved.get("who")?.as_str().map(str::to_owned)
    }

    fn items(&self) -> Vec<Item<'_>> {
        let steps = self.status.steps.iter().take(STEPS).map(Item::Step);
        steps
            .chain(self.status.batches.iter().map(Item::Batch))
            .collect()
    }

    pub fn contexts(&self) -> Vec<Context> {
        match &self.asking {
            Some(asking) => asking.typed.contexts(),
            None => vec![
                Context::List,
                Context::Home,
                Context::Screen,
                Context::Always,
            ],
        }
    }

    pub fn place(&self) -> Option<Place> {
        let saved = Saved {
            cursor: self.cursor,
            who: self.who.clone(),
            asking: self.asking.as_ref().map(|asking| {
                let typed = &asking.typed;
                (
                    asking.then.clone(),
                    asking.cursor,
                    typed.text(),
                    typed.caret(),
                )
            }),
        };
        Some(Place {
            screen: NAME,
            batch: String::new(),
            rater: String::new(),
            state: serde_json::to_value(saved).ok()?,
        })
    }

    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        if self.asking.is_some() {
            return self.answer(event);
        }
        match event {
            Event::Loaded(Loaded::Status(status)) => {
                self.show(*status);
                Vec::new()
            }
            Event::Reload | Event::Changed => vec![self.look()],
            Event::Confirmed(Command::Lock) => match (self.batch(), &self.who) {
                (Some(batch), Some(who)) => {
                    let said =
                        format!("{batch} is locked; agreement can be read and gold be made.");
                    vec![
                        Effect::Home(HomeAsk::Lock {
                            batch,
                            by: who.clone(),
                        }),
                        Effect::Say(Notice::good(said)),
                    ]
                }
                _ => Vec::new(),
            },
            Event::Command(command) => self.command(command),
            _ => Vec::new(),
        }
    }

    fn look(&self) -> Effect {
        Effect::Home(HomeAsk::Status {
            who: self.who.clone(),
        })
    }

    /// Takes a newer status, and keeps the cursor on what it is on if that is still there.
    fn show(&mut self, status: Status) {
        let about = |home: &Self, row| home.items().get(row).map(Item::about);
        let here = about(self, self.cursor);
        self.status = status;
        let again = (0..self.items().len()).find(|row| about(self, *row) == here);
        self.move_to(again.unwrap_or(self.cursor));
    }

    fn move_to(&mut self, row: usize) {
        self.cursor = row.min(self.items().len().saturating_sub(1));
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Up => self.move_to(self.cursor.saturating_sub(1)),
            Command::Down => self.move_to(self.cursor + 1),
            Command::Top | Command::PageUp => self.move_to(0),
            Command::Bottom | Command::PageDown => self.move_to(usize::MAX),
            Command::Choose => return self.choose(),
            Command::Lock => {
                return match self.batch() {
                    Some(batch) => self.with_name(Then::Lock(batch)),
                    None => vec![Effect::Say(Notice::good(
                        "A lock belongs to a batch: put the cursor on one.",
                    ))],
                };
            }
            Command::Figures => {
                return match self.batch() {
                    Some(batch) => self.figures(batch),
                    None => vec![Effect::Say(Notice::good(
                        "Figures belong to a batch: put the cursor on one.",
                    ))],
                };
            }
            Command::Browse => {
                let who = self.who.clone();
                return vec![Effect::Go(Goto::Browse { task: None, who })];
            }
            Command::Find => {
                let who = self.who.clone();
                return vec![Effect::Go(Goto::Search { who })];
            }
            Command::Codebook => {
                let task = self.task();
                return vec![Effect::Go(Goto::Codebook { task })];
            }
            Command::Corpus => return vec![Effect::Go(Goto::Corpus)],
            Command::Who => return self.ask(Then::Nothing),
            Command::Studies => return vec![Effect::Studies],
            Command::Back => return vec![Effect::Back],
            _ => {}
        }
        Vec::new()
    }

    /// The batch that the cursor is on, or that the step under it is about.
    fn batch(&self) -> Option<String> {
        let items = self.items();
        let batch = items.get(self.cursor)?.batch()?;
        Some(batch.0.clone())
    }

    fn figures(&self, batch: String) -> Vec<Effect> {
        let who = self.who.clone();
        vec![Effect::Go(Goto::Figures { batch, who })]
    }

    /// The task of the batch that the cursor is on.
    fn task(&self) -> Option<String> {
        let status = self.status_of(&self.batch()?)?;
        Some(status.batch.task.0.clone())
    }

    fn status_of(&self, batch: &str) -> Option<&BatchStatus> {
        self.status
            .batches
            .iter()
            .find(|status| *status.batch.name == *batch)
    }

    fn choose(&mut self) -> Vec<Effect> {
        let then = match self.items().get(self.cursor) {
            Some(Item::Step(Step::Label { batch, rater, .. })) => {
                let goto = Goto::Annotate {
                    batch: batch.0.clone(),
                    rater: rater.0.clone(),
                };
                self.who = Some(rater.0.clone());
                // The steps are theirs now, also where only the cursor among them is remembered.
                return vec![self.look(), Effect::Go(goto)];
            }
            Some(Item::Step(Step::Lock { batch })) => Then::Lock(batch.0.clone()),
            Some(Item::Step(Step::Adjudicate { batch, .. })) => Then::Adjudicate(batch.0.clone()),
            Some(Item::Step(Step::ReadResults { batch })) => {
                return self.figures(batch.0.clone());
            }
            Some(Item::Step(step)) if has_no_screen(step) => {
                return vec![Effect::Say(Notice::good(
                    "Leave with q, then type the command that stands below it.",
                ))];
            }
            Some(Item::Step(_)) => return Vec::new(),
            Some(Item::Batch(status)) if status.batch.is_open() => {
                Then::Annotate(status.batch.name.0.clone())
            }
            Some(Item::Batch(status)) if status.batch.is_revealed() && status.waiting() == 0 => {
                return self.figures(status.batch.name.0.clone());
            }
            Some(Item::Batch(status)) => Then::Adjudicate(status.batch.name.0.clone()),
            None => return Vec::new(),
        };
        self.with_name(then)
    }

    /// Goes on, if it is known who sits here and the name will do; else asks.
    fn with_name(&mut self, then: Then) -> Vec<Effect> {
        let known = match (&self.who, &then) {
            (Some(who), Then::Annotate(batch)) => self
                .status_of(batch)
                .is_some_and(|status| status.batch.annotators.iter().any(|name| **name == **who)),
            (who, _) => who.is_some(),
        };
        if known { self.go(then) } else { self.ask(then) }
    }

    fn go(&mut self, then: Then) -> Vec<Effect> {
        let Some(who) = self.who.clone() else {
            return Vec::new();
        };
        match then {
            Then::Nothing => vec![self.look()],
            Then::Annotate(batch) => {
                vec![
                    self.look(),
                    Effect::Go(Goto::Annotate { batch, rater: who }),
                ]
            }
            Then::Adjudicate(batch) => {
                vec![self.look(), Effect::Go(Goto::Adjudicate { batch, who })]
            }
            Then::Lock(batch) => {
                let Some(status) = self.status_of(&batch) else {
                    return Vec::new();
                };
                if !status.batch.is_open() {
                    return vec![Effect::Say(Notice::bad(format!(
                        "{batch} is locked already"
                    )))];
                }
                if !status.is_labelled() {
                    return vec![Effect::Say(Notice::bad(format!(
                        "not everybody has submitted everything; to freeze it all the same: tiebreak lock {batch} --force --why REASON"
                    )))];
                }
                vec![Effect::Confirm {
                    question: format!(
                        "Lock {batch}? Its labels are frozen for good and revealed to everybody."
                    ),
                    yes: Command::Lock,
                }]
            }
        }
    }

    pub fn prepare(&mut self, area: Rect, _: &Theme) {
        let (rows, cursor) = self.rows();
        let height = usize::from(area.height.saturating_sub(2));
        self.first = keep_in_view(self.first, cursor, height, rows.len());
        // The heading above the first item belongs to it.
        if self.cursor == 0 {
            self.first = 0;
        }
    }
}

/// Whether it is taken on the command line.
fn has_no_screen(step: &Step) -> bool {
    matches!(
        step,
        Step::ImportSessions
            | Step::ImportEpisodes
            | Step::Sample { .. }
            | Step::ImportLabels { .. }
    )
}
