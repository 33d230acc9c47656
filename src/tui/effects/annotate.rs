//! What the labelling screens ask of the study.

use std::rc::Rc;

use serde_json::Value;

use super::{Goto, Loaded, Result, Study};
use crate::{
    domain::{
        codebook::UnitKind,
        ids::{RaterName, UnitKey},
        label::Content,
        session::Turn,
    },
    tui::screens::annotate::Annotate,
    workflow::{
        Error,
        adjudicate::Settling,
        annotate::{Change, Desk, Matter},
        queue::{Filter, Pace},
    },
};

/// Something about a unit at a desk.
#[derive(Clone, Debug)]
pub enum DeskAsk {
    /// The unit as it is on disk.
    Unit(UnitKey),
    /// The unit before or after a position of the rater's order.
    Step {
        from: u32,
        back: bool,
    },
    /// The next unit after a position that is not submitted.
    NextOpen {
        from: u32,
    },
    /// The next unit after a position that the annotators agree on and that is not saved.
    NextAgreed {
        from: u32,
    },
    /// A changed answer, flag or mark; `typing` names the text that is being typed.
    Edit {
        unit: UnitKey,
        content: Box<Content>,
        typing: Option<String>,
    },
    Submit {
        matter: Box<Matter>,
        content: Box<Content>,
        position: u32,
    },
    /// Puts the unit off, or takes it up again.
    Skip {
        unit: UnitKey,
        content: Box<Content>,
        position: u32,
    },
    TakeBack(UnitKey),
    /// A note after the lock.
    ThinkAgain {
        unit: UnitKey,
        text: String,
    },
    Undo {
        here: UnitKey,
    },
    Redo {
        here: UnitKey,
    },
    /// Seconds of reading that no edit has taken.
    Leave(UnitKey),
    /// The turns of the unit's session; logged unless the session is the unit itself.
    Session(Box<Matter>),
    Units {
        filter: Filter,
        first: u32,
        limit: u32,
    },
    Uses {
        axis: String,
        code: String,
        except: UnitKey,
    },
}

impl DeskAsk {
    pub fn writes(&self) -> bool {
        !matches!(
            self,
            DeskAsk::Unit(_)
                | DeskAsk::Step { .. }
                | DeskAsk::NextOpen { .. }
                | DeskAsk::NextAgreed { .. }
                | DeskAsk::Units { .. }
                | DeskAsk::Uses { .. }
        )
    }
}

/// A unit on the desk.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub position: u32,
    pub matter: Matter,
    pub content: Content,
    pub pace: Pace,
    /// The turns, where the unit is a session.
    pub turns: Vec<Turn>,
    /// The episodes that the session has, where the unit is a session.
    pub extracted: Vec<Matter>,
    /// Who locked the batch, if it is locked by now.
    pub locked: Option<String>,
    /// What annotators noted after the lock.
    pub second_thoughts: Vec<(RaterName, String)>,
    /// What gold is made of, at the gold desk.
    pub gold: Option<Settling>,
}

/// Where to begin when no batch is named: the first open one in which something is left to do.
pub fn find(study: &Study, batch: Option<String>, rater: &str) -> Result<Goto> {
    let rater = study.rater(rater)?.name;
    if let Some(batch) = batch {
        let desk = study.desk(&batch, &rater)?;
        return Ok(Goto::Annotate {
            batch: desk.batch.name.0,
            rater: rater.0,
        });
    }
    let mut found = None;
    for batch in study.batches()? {
        if batch.is_open() && batch.annotators.contains(&rater) {
            let desk = study.desk(&batch.name, &rater)?;
            if study.next_open(&desk, 0)?.is_some() {
                found = Some(batch.name);
                break;
            }
            found = found.or(Some(batch.name));
        }
    }
    match found {
        Some(batch) => Ok(Goto::Annotate {
            batch: batch.0,
            rater: rater.0,
        }),
        None => Err(Error::NotReady(format!(
            "no open batch is assigned to {rater}; see: tiebreak status"
        ))),
    }
}

/// The screen as it was left; at first, on the first unit that is not submitted.
pub fn open(study: &mut Study, desk: Desk, saved: Value) -> Result<Annotate> {
    let sheet = first(study, &desk, &saved)?;
    Ok(Annotate::new(Rc::new(desk), sheet, saved))
}

/// The unit on which a screen was left, else the first that waits, else the first.
pub fn first(study: &mut Study, desk: &Desk, saved: &Value) -> Result<Sheet> {
    let left: Option<UnitKey> = saved.get("unit").and_then(Value::as_str).map(UnitKey::from);
    let at = match left {
        Some(unit) => study.assigned_unit(desk, &unit)?,
        None => None,
    };
    let at = match at {
        Some(at) => Some(at),
        None => match study.next_open(desk, 0)? {
            Some(open) => Some(open),
            None => study.assigned_at(desk, 1)?,
        },
    };
    let Some(at) = at else {
        return Err(Error::NotReady(format!("{} has no units", desk.batch.name)));
    };
    sheet(study, desk, at.position, &at.unit)
}

fn sheet(study: &mut Study, desk: &Desk, position: u32, unit: &UnitKey) -> Result<Sheet> {
    let matter = study.matter(desk.codebook.unit, unit)?;
    let turns = match (&matter.session, desk.codebook.unit) {
        (Some(session), UnitKind::Session) => study.open_session(session, None)?,
        _ => Vec::new(),
    };
    let extracted = match (&matter.session, desk.codebook.unit) {
        (Some(session), UnitKind::Session) => study.extracted(session)?,
        _ => Vec::new(),
    };
    let gold = desk
        .is_gold()
        .then(|| study.settling(desk, unit))
        .transpose()?;
    let content = match &gold {
        Some(gold) if gold.withheld.is_some() => Content::default(),
        Some(_) => study.gold_draft(desk, unit)?,
        None => study
            .annotation(desk, unit)?
            .map(|label| label.content)
            .unwrap_or_default(),
    };
    let locked = study.batch(&desk.batch.name)?.lock.map(|lock| lock.by);
    Ok(Sheet {
        position,
        matter,
        content,
        pace: study.pace(desk, unit)?,
        turns,
        extracted,
        locked,
        second_thoughts: match &gold {
            Some(Settling {
                withheld: Some(_), ..
            }) => Vec::new(),
            _ => study.second_thoughts(desk, unit)?,
        },
        gold,
    })
}

pub fn perform(
    study: &mut Study,
    desk: &Desk,
    ask: DeskAsk,
    seconds: &mut f64,
) -> Result<Option<Loaded>> {
    let at = match ask {
        DeskAsk::Unit(unit) => study.assigned_unit(desk, &unit)?,
        DeskAsk::Step { from, back } => {
            let to = if back {
                from.saturating_sub(1)
            } else {
                from + 1
            };
            study.assigned_at(desk, to)?
        }
        DeskAsk::NextOpen { from } => study.next_open(desk, from)?,
        DeskAsk::NextAgreed { from } => match study.next_agreed(desk, from)? {
            Some(unit) => study.assigned_unit(desk, &unit)?,
            None => return Ok(Some(Loaded::NoneAgreed)),
        },
        DeskAsk::Edit {
            unit,
            content,
            typing,
        } => {
            let change = match &typing {
                Some(field) => Change::Typing(field),
                None => Change::Key,
            };
            study.edit(desk, &unit, &content, change, std::mem::take(seconds))?;
            return Ok(None);
        }
        DeskAsk::Submit {
            matter,
            content,
            position,
        } => {
            study.submit(desk, &matter, &content, std::mem::take(seconds))?;
            match study.next_open(desk, position)? {
                Some(next) => Some(next),
                None => study.assigned_at(desk, position)?,
            }
        }
        DeskAsk::Skip {
            unit,
            content,
            position,
        } => {
            study.skip(desk, &unit, &content)?;
            study.spend_reading(desk, &unit, std::mem::take(seconds))?;
            match content.skipped {
                true => study.next_open(desk, position)?,
                false => study.assigned_unit(desk, &unit)?,
            }
        }
        DeskAsk::TakeBack(unit) => {
            study.take_back(desk, &unit)?;
            study.assigned_unit(desk, &unit)?
        }
        DeskAsk::ThinkAgain { unit, text } => {
            study.think_again(desk, &unit, &text)?;
            study.assigned_unit(desk, &unit)?
        }
        DeskAsk::Undo { here } => return restored(study, desk, here, Study::undo),
        DeskAsk::Redo { here } => return restored(study, desk, here, Study::redo),
        DeskAsk::Leave(unit) => {
            study.spend_reading(desk, &unit, std::mem::take(seconds))?;
            return Ok(None);
        }
        DeskAsk::Session(matter) => {
            let Some(session) = &matter.session else {
                return Err(Error::Refused("the session is not in the study".into()));
            };
            let turns = study.open_session(session, Some((desk, &matter.unit)))?;
            return Ok(Some(Loaded::Session(turns)));
        }
        DeskAsk::Units {
            filter,
            first,
            limit,
        } => {
            let (rows, total) = study.waiting(desk, filter, first, limit)?;
            return Ok(Some(Loaded::Units { first, rows, total }));
        }
        DeskAsk::Uses { axis, code, except } => {
            return Ok(Some(Loaded::Uses(study.uses(desk, &axis, &code, &except)?)));
        }
    };
    match at {
        Some(at) => Ok(Some(Loaded::Sheet(Box::new(sheet(
            study,
            desk,
            at.position,
            &at.unit,
        )?)))),
        None => Ok(None),
    }
}

/// Undoes or redoes, and shows the unit on which that was.
fn restored(
    study: &mut Study,
    desk: &Desk,
    here: UnitKey,
    step: fn(&mut Study, &Desk) -> Result<Option<UnitKey>>,
) -> Result<Option<Loaded>> {
    let unit = step(study, desk)?;
    let moved = unit.is_some();
    let at = study.assigned_unit(desk, &unit.unwrap_or(here))?;
    match at {
        Some(at) if moved => Ok(Some(Loaded::Restored(Some(Box::new(sheet(
            study,
            desk,
            at.position,
            &at.unit,
        )?))))),
        _ => Ok(Some(Loaded::Restored(None))),
    }
}
