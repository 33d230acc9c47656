//! Tying quotes to their places in a session that the study has.

use std::collections::{HashMap, hash_map::Entry};

use super::Result;
use crate::{
    domain::{
        episode::TurnLabel,
        ids::UnitKey,
        quote::Text,
        session::Role,
        standing::{Standing, TurnText},
    },
    store::{Store, sessions::SessionRow},
};

/// A quote that stands otherwise since its session changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    pub unit: UnitKey,
    /// Its place among the quotes of its episode, from 1.
    pub position: u32,
    /// Its beginning.
    pub quote: String,
    pub before: Standing,
    pub now: Standing,
}

/// A session's turns, fetched and normalised once, when a quote asks for them.
pub(super) struct Source {
    session: i64,
    /// Whether there are any.
    has_text: bool,
    claimed: HashMap<u32, Option<TurnText<'static>>>,
    all: Option<Vec<TurnText<'static>>>,
}

impl Source {
    pub fn of(row: &SessionRow) -> Self {
        Self {
            session: row.number,
            has_text: row.turns > 0,
            claimed: HashMap::new(),
            all: None,
        }
    }

    /// How a quote stands in the session.
    pub fn standing(&mut self, store: &Store, quote: &str, label: &TurnLabel) -> Result<Standing> {
        if !self.has_text {
            return Ok(Standing::NO_SESSION);
        }
        if let Some(turns) = &self.all {
            return Ok(Standing::among(quote, label, turns));
        }
        let claimed = match label.place {
            None => None,
            Some((number, _)) => match self.claimed.entry(number) {
                Entry::Occupied(known) => known.into_mut().as_ref(),
                Entry::Vacant(free) => {
                    let turn = store.turn_text(self.session, number)?;
                    let turn = turn.map(|(role, text)| turn_text(number, role, text));
                    free.insert(turn).as_ref()
                }
            },
        };
        let all = &mut self.all;
        Standing::seek(quote, label, claimed, || {
            let turns = store.turn_texts(self.session)?.into_iter();
            let turns = turns.map(|(number, role, text)| turn_text(number, role, text));
            Ok(all.insert(turns.collect()).as_slice())
        })
    }
}

fn turn_text(number: u32, role: Role, text: String) -> TurnText<'static> {
    TurnText {
        number,
        role,
        text: Text::new(text),
    }
}
