//! The session reader: a whole session as rows that scroll, with quotes marked and a search.
//!
//! The owner calls [`Transcript::prepare`] with the size of the pane before it draws, and
//! [`Transcript::update`] for what the user does. The view reads only what these two laid out.

mod blocks;
mod folds;
mod rows;
mod search;
#[cfg(test)]
mod tests;
mod view;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::domain::session::{Role, Turn};
pub use search::find;

use folds::Wanted;
use rows::{At, Line, RowId, Rows, Spot};
use search::Search;

/// Something in a session that the reader can jump to, such as a quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The number of the turn.
    pub turn: u32,
    /// Bytes of the raw turn, in order; none for a mark on the turn as a whole.
    pub ranges: Vec<Range<usize>>,
    /// What the reader calls it, such as `quote 2 exact`.
    pub label: String,
}

impl Mark {
    /// From the first marked byte to the last.
    fn span(&self) -> Option<Range<usize>> {
        let (first, last) = self.ranges.first().zip(self.ranges.last())?;
        Some(first.start..last.end)
    }
}

/// What a user can do in the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    LineUp,
    LineDown,
    PageUp,
    PageDown,
    Top,
    Bottom,
    NextTurn,
    PrevTurn,
    /// Goes to the next turn that the user typed.
    NextUser,
    PrevUser,
    NextMark,
    PrevMark,
    /// Goes to the turn of this number, or to the next one that the session has.
    ToTurn(u32),
    /// Finds a text in any case of letters and goes to the first hit from here on. An empty text
    /// ends the search.
    Search(String),
    NextHit,
    PrevHit,
    /// Takes the next fold into hand.
    NextFold,
    PrevFold,
    /// Opens the fold in hand, or closes it.
    Fold,
    /// Opens everything; closes everything that can be, where all is open.
    FoldAll,
}

/// Where a reader was left. It holds for any size of the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The number of the turn at the top.
    pub turn: u32,
    /// The byte of the raw turn with which the top row begins; `None` if that is the header.
    pub byte: Option<usize>,
    /// Whether it is the blank row above the header.
    #[serde(default)]
    pub gap: bool,
    /// The number of the turn that was jumped to.
    #[serde(default)]
    pub focus: Option<u32>,
    /// The hit of the search that was jumped to.
    #[serde(default)]
    pub hit: Option<usize>,
    /// The fold that the top row stands for, counted in its turn.
    #[serde(default)]
    pub fold: Option<usize>,
    /// What is folded as a rule, and the folds, by number of turn and place in it, that are not as
    /// the rule says.
    #[serde(default)]
    pub folded: Folded,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded {
    wanted: Wanted,
    chosen: Vec<(u32, usize, bool)>,
}

/// Columns left of the text: the speaker's bar, the mark, a blank.
const GUTTER: u16 = 3;

/// The state of the reader.
pub struct Transcript {
    rows: Rows,
    marks: Vec<Mark>,
    /// The mark that was jumped to.
    mark: Option<usize>,
    search: Option<Search>,
    anchor: Anchor,
    /// The turn that was jumped to, until the user scrolls. Near the end it need not be at the top.
    focus: Option<usize>,
    /// The fold that was taken into hand, by turn and place in it.
    held: Option<(usize, usize)>,
    /// Rows of text on the screen.
    height: usize,
    /// The rows on the screen, laid out after every change.
    screen: Vec<Shown>,
    /// Whether the session's last row is on the screen.
    at_end: bool,
}

/// A row on the screen.
struct Shown {
    id: RowId,
    line: Line,
}

/// What stays in place when the size of the screen changes.
#[derive(Clone, Copy)]
enum Anchor {
    Top(Spot),
    /// The rows from this spot to a byte of its turn stand in the middle.
    Centre(Spot, usize),
}

impl Transcript {
    /// Opens a session at its beginning. Marks are visited in the order given; one of whose ranges
    /// does not fit the turn marks the turn as a whole.
    pub fn new(turns: Vec<Turn>, mut marks: Vec<Mark>) -> Self {
        for mark in &mut marks {
            let turn = turns.iter().find(|turn| turn.number == mark.turn);
            let fits = |range: &Range<usize>| {
                turn.is_some_and(|turn| turn.text.get(range.clone()).is_some())
            };
            if !mark.ranges.iter().all(fits) {
                mark.ranges.clear();
            }
        }
        let mut transcript = Self {
            rows: Rows::new(turns, 80 - GUTTER - 1),
            marks,
            mark: None,
            search: None,
            anchor: Anchor::Top(Spot {
                turn: 0,
                at: At::Header,
            }),
            focus: None,
            held: None,
            height: 23,
            screen: Vec::new(),
            at_end: true,
        };
        for mark in &transcript.marks {
            if let Some(turn) = transcript.marked_turn(mark) {
                let kept = transcript.rows.folding.kept.entry(turn);
                kept.or_default().extend(mark.ranges.iter().cloned());
            }
        }
        transcript.lay_out();
        transcript
    }

    /// Fits the reader into a pane of this size. To be called before each draw; it does nothing
    /// unless the size changed.
    pub fn prepare(&mut self, width: u16, height: u16) {
        let columns = width.saturating_sub(GUTTER + 1).max(1);
        let rows = usize::from(height.saturating_sub(1)).max(1);
        if self.rows.set_width(columns) || self.height != rows {
            self.height = rows;
            self.lay_out();
        }
    }

    /// Does what the user asked for.
    pub fn update(&mut self, command: Command) {
        if self.rows.turns.is_empty() {
            return;
        }
        let page = self.height.saturating_sub(1).max(1);
        match command {
            Command::LineUp => self.scroll(|rows, top| rows.up(top, 1)),
            Command::LineDown => self.scroll(|rows, top| rows.down(top, 1)),
            Command::PageUp => self.scroll(|rows, top| rows.up(top, page)),
            Command::PageDown => self.scroll(|rows, top| rows.down(top, page)),
            Command::Top => self.scroll(|rows, _| rows.first()),
            Command::Bottom => self.scroll(|rows, _| rows.last()),
            Command::NextTurn => self.go_to_turn(self.turn() + 1),
            Command::PrevTurn => self.previous_turn(),
            Command::NextUser => self.next_user(),
            Command::PrevUser => self.previous_user(),
            Command::NextMark => self.step_mark(|mark, count| (mark + 1) % count, 0),
            Command::PrevMark => {
                self.step_mark(|mark, count| (mark + count - 1) % count, usize::MAX)
            }
            Command::ToTurn(number) => self.go_to_turn(self.index_of(number)),
            Command::Search(needle) => self.search(needle),
            Command::NextHit => self.step_hit(|hit, count| (hit + 1) % count),
            Command::PrevHit => self.step_hit(|hit, count| (hit + count - 1) % count),
            Command::NextFold => self.step_fold(true),
            Command::PrevFold => self.step_fold(false),
            Command::Fold => self.fold(),
            Command::FoldAll => self.fold_all(),
        }
        self.lay_out();
    }

    /// Goes to a mark and puts it into the middle of the screen. Without such a turn in the session
    /// the reader stays where it is and its title says so.
    pub fn open_at(&mut self, mark: usize) {
        let Some(marked) = self.marks.get(mark) else {
            return;
        };
        self.mark = Some(mark);
        if let Some(turn) = self.marked_turn(marked) {
            self.centre(turn, marked.span());
        }
        self.lay_out();
    }

    /// Where the reader stands, to come back to with [`Transcript::restore`].
    pub fn place(&self) -> Option<Place> {
        let spot = self.screen.first()?.spot();
        Some(Place {
            turn: self.rows.turns[spot.turn].number,
            byte: match spot.at {
                At::Byte(byte) | At::Fold(_, byte) => Some(byte),
                At::Gap | At::Header => None,
            },
            fold: match spot.at {
                At::Fold(index, _) => Some(index),
                _ => None,
            },
            folded: self.folded(),
            gap: spot.at == At::Gap,
            focus: self.focus.map(|turn| self.rows.turns[turn].number),
            hit: self.search.as_ref().and_then(|search| search.here),
        })
    }

    pub fn restore(&mut self, place: Place) {
        if self.rows.turns.is_empty() {
            return;
        }
        let Folded { wanted, chosen } = place.folded;
        let chosen = chosen.into_iter();
        self.rows.folding.wanted = wanted;
        self.rows.folding.chosen = chosen
            .map(|(turn, fold, closed)| ((self.index_of(turn), fold), closed))
            .collect();
        self.rows.forget(None);
        self.focus = place.focus.map(|number| self.index_of(number));
        if let Some(search) = &mut self.search {
            search.here = place.hit.filter(|hit| *hit < search.len());
        }
        self.anchor = Anchor::Top(Spot {
            turn: self.index_of(place.turn),
            at: match place.byte {
                Some(byte) => place
                    .fold
                    .map_or(At::Byte(byte), |fold| At::Fold(fold, byte)),
                None if place.gap => At::Gap,
                None => At::Header,
            },
        });
        self.lay_out();
    }

    fn folded(&self) -> Folded {
        let folding = &self.rows.folding;
        let number = |turn: usize| self.rows.turns[turn].number;
        let chosen = folding.chosen.iter();
        let mut chosen: Vec<_> = chosen
            .map(|((turn, fold), closed)| (number(*turn), *fold, *closed))
            .collect();
        chosen.sort_unstable();
        Folded {
            wanted: folding.wanted,
            chosen,
        }
    }

    pub fn turns(&self) -> &[Turn] {
        &self.rows.turns
    }

    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The mark that was jumped to.
    pub fn mark(&self) -> Option<usize> {
        self.mark
    }

    /// Index of the turn that the reader is at: the one jumped to, else the one at the top.
    fn turn(&self) -> usize {
        let top = self.screen.first().map_or(0, |shown| shown.id.turn);
        self.focus.unwrap_or(top)
    }

    /// Index of the turn of this number, else of the next one, else of the last.
    fn index_of(&self, number: u32) -> usize {
        let turns = &self.rows.turns;
        let found = turns.iter().position(|turn| turn.number >= number);
        found.unwrap_or(turns.len().saturating_sub(1))
    }

    fn marked_turn(&self, mark: &Mark) -> Option<usize> {
        let turns = &self.rows.turns;
        turns.iter().position(|turn| turn.number == mark.turn)
    }

    fn scroll(&mut self, move_top: impl FnOnce(&mut Rows, RowId) -> RowId) {
        if let Some(top) = self.screen.first().map(|shown| shown.id) {
            let top = move_top(&mut self.rows, top);
            self.anchor = Anchor::Top(self.rows.spot(top));
            self.focus = None;
        }
    }

    fn go_to_turn(&mut self, turn: usize) {
        let turn = turn.min(self.rows.turns.len() - 1);
        self.focus = Some(turn);
        self.anchor = Anchor::Top(Spot {
            turn,
            at: At::Header,
        });
    }

    /// Goes to the beginning of this turn first, as music players do.
    fn previous_turn(&mut self) {
        let inside = self.focus.is_none()
            && matches!(self.screen.first().map(|s| &s.line), Some(Line::Text(_)));
        let turn = self.turn();
        self.go_to_turn(if inside { turn } else { turn.saturating_sub(1) });
    }

    fn next_user(&mut self) {
        let turns = &self.rows.turns;
        let after = turns.iter().enumerate().skip(self.turn() + 1);
        if let Some((turn, _)) = after.into_iter().find(|(_, turn)| is_typed(turn)) {
            self.go_to_turn(turn);
        }
    }

    /// From inside such a turn it is the beginning of that one.
    fn previous_user(&mut self) {
        let inside = self.focus.is_none()
            && matches!(self.screen.first().map(|s| &s.line), Some(Line::Text(_)));
        let before = self.turn() + usize::from(inside);
        let turns = &self.rows.turns[..before.min(self.rows.turns.len())];
        if let Some(turn) = turns.iter().rposition(is_typed) {
            self.go_to_turn(turn);
        }
    }

    fn step_mark(&mut self, step: fn(usize, usize) -> usize, first: usize) {
        if let Some(last) = self.marks.len().checked_sub(1) {
            let mark = self.mark.map(|mark| step(mark, last + 1));
            self.open_at(mark.unwrap_or(first.min(last)));
        }
    }

    fn search(&mut self, needle: String) {
        if needle.is_empty() {
            self.search = None;
            return;
        }
        self.search = Some(Search::new(needle, &self.rows.turns));
        self.step_hit(|hit, _| hit);
    }

    /// Goes on from the hit jumped to, or starts with the first one on the screen or after it.
    fn step_hit(&mut self, step: fn(usize, usize) -> usize) {
        let from = self.screen.first().map(Shown::spot);
        let Some((search, from)) = self.search.as_mut().zip(from) else {
            return;
        };
        search.here = match search.here {
            Some(here) => Some(step(here, search.len())),
            None => search.from(from.turn, from.at.first_byte()),
        };
        if let Some((turn, range)) = search.here.and_then(|here| search.hit(here)) {
            let revealed = self.rows.reveal(turn, &range);
            let row = self.rows.find(Spot::byte(turn, range.start));
            if !revealed && self.screen.iter().any(|shown| shown.id == row) {
                self.focus = Some(turn);
            } else {
                self.centre(turn, Some(range));
            }
        }
    }

    fn centre(&mut self, turn: usize, range: Option<Range<usize>>) {
        self.focus = Some(turn);
        if let Some(range) = &range {
            self.rows.reveal(turn, range);
        }
        self.anchor = match range {
            Some(range) => {
                Anchor::Centre(Spot::byte(turn, range.start), range.end.saturating_sub(1))
            }
            None => Anchor::Top(Spot {
                turn,
                at: At::Header,
            }),
        };
    }

    /// The fold that the fold key is about: the one held, if it is on the screen, else the first one
    /// there of the turn that was jumped to or of those after it, else the first one there.
    fn in_hand(&self) -> Option<(RowId, usize)> {
        let mut shown = self.screen.iter().filter_map(|shown| match shown.line {
            Line::Fold { index, .. } => Some((shown.id, index)),
            _ => None,
        });
        let first = shown.clone().next();
        let held = |(id, index): &(RowId, usize)| self.held == Some((id.turn, *index));
        let focused = |(id, _): &(RowId, usize)| self.focus.is_some_and(|turn| id.turn >= turn);
        let found = shown.clone().find(held);
        found.or_else(|| shown.find(focused)).or(first)
    }

    /// Takes the next fold on the screen or beyond it. The first step takes the one in hand.
    fn step_fold(&mut self, down: bool) {
        let from = match (self.in_hand(), self.screen.first()) {
            (Some((id, index)), _) if self.held == Some((id.turn, index)) => id,
            (Some((id, index)), _) if down => {
                self.held = Some((id.turn, index));
                return;
            }
            (Some((id, _)), _) => id,
            (None, Some(top)) => top.id,
            (None, None) => return,
        };
        let Some(found) = self.rows.next_fold(from, down) else {
            return;
        };
        let Line::Fold { index, .. } = self.rows.line(found) else {
            return;
        };
        self.held = Some((found.turn, index));
        self.focus = Some(found.turn);
        if !self.screen.iter().any(|shown| shown.id == found) {
            let top = self.rows.up(found, self.height / 3);
            self.anchor = Anchor::Top(self.rows.spot(top));
        }
    }

    /// Closes or opens the fold in hand. Without one on the screen, what fills it is closed.
    fn fold(&mut self) {
        let (turn, index) = match (self.in_hand(), self.screen.first()) {
            (Some((id, index)), _) => (id.turn, index),
            (None, Some(top)) => {
                let spot = top.spot();
                let byte = spot.at.first_byte();
                let folds = self.rows.folds(spot.turn);
                let Some(around) = folds.iter().rposition(|fold| fold.range.contains(&byte)) else {
                    return;
                };
                (spot.turn, around)
            }
            (None, None) => return,
        };
        let folds = self.rows.folds(turn);
        let fold = &folds[index];
        let closes = !self.rows.folding.is_closed(turn, index, fold);
        self.rows.set_fold(turn, index, closes);
        self.held = Some((turn, index));
        // Where the fold began above the screen, its row comes to the top.
        let top = self.screen.first().map(Shown::spot);
        self.anchor = match top {
            Some(Spot {
                turn: of,
                at: At::Byte(byte),
            }) if closes && of == turn && fold.range.contains(&byte) => {
                let at = At::Fold(index, fold.range.start);
                Anchor::Top(Spot { turn, at })
            }
            Some(top) => Anchor::Top(top),
            None => self.anchor,
        };
    }

    fn fold_all(&mut self) {
        let is_closed = |rows: &mut Rows, turn: usize| {
            let folds = rows.folds(turn);
            let mut folds = folds.iter().enumerate();
            folds.any(|(index, fold)| rows.folding.is_closed(turn, index, fold))
        };
        let any = (0..self.rows.turns.len()).any(|turn| is_closed(&mut self.rows, turn));
        self.rows.folding.wanted = if any { Wanted::None } else { Wanted::All };
        self.rows.folding.chosen.clear();
        self.rows.forget(None);
        if let Some(top) = self.screen.first() {
            self.anchor = Anchor::Top(top.spot());
        }
        let here = self
            .search
            .as_ref()
            .and_then(|search| search.hit(search.here?));
        if let Some((turn, range)) = here {
            self.rows.reveal(turn, &range);
        }
    }

    /// Finds the rows that are on the screen.
    fn lay_out(&mut self) {
        self.screen.clear();
        if self.rows.turns.is_empty() {
            return;
        }
        let top = match self.anchor {
            Anchor::Top(spot) => self.rows.find(spot),
            Anchor::Centre(spot, end) => {
                let first = self.rows.find(spot);
                let last = self.rows.find(Spot::byte(spot.turn, end));
                let mut row = first;
                let mut tall = 1;
                while row < last && tall < self.height {
                    row = self.rows.down(row, 1);
                    tall += 1;
                }
                self.rows.up(first, (self.height - tall) / 2)
            }
        };
        // The last row stays at the bottom of the screen.
        let lowest = self.rows.last();
        let mut id = top.min(self.rows.up(lowest, self.height - 1));
        loop {
            let line = self.rows.line(id);
            self.screen.push(Shown { id, line });
            match self.rows.after(id) {
                Some(next) if self.screen.len() < self.height => id = next,
                _ => break,
            }
        }
        self.at_end = id == lowest;
    }
}

/// Whether a person wrote a turn under the user's name.
fn is_typed(turn: &Turn) -> bool {
    turn.role == Role::User && turn.kind.is_none()
}

impl Shown {
    fn spot(&self) -> Spot {
        self.line.spot(self.id.turn)
    }
}
