//! The rows of a whole session. Only turns that somebody looks at are wrapped, so rows have no
//! numbers: one is reached from its neighbour, or from the turn and byte that it shows.

use std::{collections::HashMap, ops::Range, rc::Rc};

use super::{
    blocks::{self, Block, Code, Division, Row, fenced},
    folds::{Fold, Folding, folds, overlaps},
};
use crate::domain::session::Turn;

/// Wrapped blocks that are kept before all are dropped: some megabytes, and far more than a screen.
const KEPT: usize = 128;

/// What a header weighs beside the bytes of a turn when the length of a session is estimated.
const HEADER_WEIGHT: usize = 100;

/// What a row shows, whatever the width of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Index of the turn.
    pub turn: usize,
    pub at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The blank row above a header.
    Gap,
    Header,
    /// The row of a fold, by its index, and the byte with which the fold begins.
    Fold(usize, usize),
    /// The row that shows this byte of the turn's text.
    Byte(usize),
}

impl Spot {
    pub fn byte(turn: usize, byte: usize) -> Self {
        Self {
            turn,
            at: At::Byte(byte),
        }
    }
}

impl At {
    /// The first byte of text in or after it.
    pub fn first_byte(self) -> usize {
        match self {
            At::Gap | At::Header => 0,
            At::Fold(_, byte) | At::Byte(byte) => byte,
        }
    }
}

/// A row at the present width. Block 0 of a turn is its header, with a gap above all but the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    pub turn: usize,
    block: usize,
    row: usize,
}

/// What is to be drawn for a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Gap,
    Header,
    /// A fold, by its index.
    Fold {
        index: usize,
        range: Range<usize>,
        closed: bool,
    },
    Text(Row),
}

impl Line {
    pub fn spot(&self, turn: usize) -> Spot {
        let at = match self {
            Line::Gap => At::Gap,
            Line::Header => At::Header,
            Line::Fold { index, range, .. } => At::Fold(*index, range.start),
            Line::Text(row) => At::Byte(row.range.start),
        };
        Spot { turn, at }
    }
}

pub struct Rows {
    pub turns: Vec<Turn>,
    width: u16,
    /// The weight of all turns before each one, and of all at the end.
    weights: Vec<usize>,
    pub folding: Folding,
    folds: HashMap<usize, Rc<[Fold]>>,
    fences: HashMap<usize, Vec<Code>>,
    divisions: HashMap<usize, Division>,
    wrapped: HashMap<(usize, usize), Vec<Row>>,
}

impl Rows {
    pub fn new(turns: Vec<Turn>, width: u16) -> Self {
        let mut weights = vec![0];
        for turn in &turns {
            weights.push(weights[weights.len() - 1] + HEADER_WEIGHT + turn.text.len());
        }
        Self {
            turns,
            width,
            weights,
            folding: Folding::default(),
            folds: HashMap::new(),
            fences: HashMap::new(),
            divisions: HashMap::new(),
            wrapped: HashMap::new(),
        }
    }

    /// Whether the width is new. Then nothing that was wrapped is of use.
    pub fn set_width(&mut self, width: u16) -> bool {
        let changed = self.width != width;
        if changed {
            self.width = width;
            self.wrapped.clear();
        }
        changed
    }

    /// The folds of a turn, closed or not.
    pub fn folds(&mut self, turn: usize) -> Rc<[Fold]> {
        let of = &self.turns[turn];
        let found = self.folds.entry(turn).or_insert_with(|| folds(of).into());
        found.clone()
    }

    /// The folds of a turn as they were looked at last, for drawing.
    pub fn fold(&self, turn: usize, index: usize) -> Option<&Fold> {
        self.folds.get(&turn)?.get(index)
    }

    /// Closes or opens a fold.
    pub fn set_fold(&mut self, turn: usize, index: usize, closed: bool) {
        self.folding.chosen.insert((turn, index), closed);
        self.forget(Some(turn));
    }

    /// Opens every fold that holds some of these bytes. Whether any had to be.
    pub fn reveal(&mut self, turn: usize, bytes: &Range<usize>) -> bool {
        let mut opened = false;
        for (index, fold) in self.folds(turn).iter().enumerate() {
            let hides = overlaps(&fold.range, bytes);
            if hides && self.folding.is_closed(turn, index, fold) {
                self.folding.chosen.insert((turn, index), false);
                opened = true;
            }
        }
        if opened {
            self.forget(Some(turn));
        }
        opened
    }

    /// Drops what was laid out under folds that have changed, of a turn or of all.
    pub fn forget(&mut self, turn: Option<usize>) {
        match turn {
            Some(turn) => {
                self.divisions.remove(&turn);
                self.wrapped.retain(|(of, _), _| *of != turn);
            }
            None => {
                self.divisions.clear();
                self.wrapped.clear();
            }
        }
    }

    fn division(&mut self, turn: usize) -> &Division {
        if !self.divisions.contains_key(&turn) {
            let folds = self.folds(turn);
            let closed = |index: usize| self.folding.is_closed(turn, index, &folds[index]);
            let division = Division::of(&self.turns[turn].text, &folds, closed);
            self.divisions.insert(turn, division);
        }
        &self.divisions[&turn]
    }

    fn blocks(&mut self, turn: usize) -> usize {
        self.division(turn).blocks().len()
    }

    /// The rows of a block of text; none of a fold.
    fn block(&mut self, turn: usize, block: usize) -> &[Row] {
        if !self.wrapped.contains_key(&(turn, block)) {
            let laid = match self.division(turn).blocks().get(block - 1) {
                Some(Block::Text { range, inside }) => Some((range.clone(), *inside)),
                _ => None,
            };
            let rows = laid.map_or_else(Vec::new, |(range, inside)| {
                let text = &self.turns[turn].text;
                let fences = self.fences.entry(turn).or_insert_with(|| fenced(text));
                blocks::wrap(text, &range, inside, fences, self.width)
            });
            if self.wrapped.len() >= KEPT {
                self.wrapped.clear();
            }
            self.wrapped.insert((turn, block), rows);
        }
        &self.wrapped[&(turn, block)]
    }

    fn rows_in(&mut self, turn: usize, block: usize) -> usize {
        match block {
            0 => header_row(turn) + 1,
            _ => self.block(turn, block).len().max(1),
        }
    }

    pub fn after(&mut self, id: RowId) -> Option<RowId> {
        let RowId { turn, block, row } = id;
        if row + 1 < self.rows_in(turn, block) {
            return Some(RowId { row: row + 1, ..id });
        }
        let (turn, block) = if block < self.blocks(turn) {
            (turn, block + 1)
        } else {
            (turn + 1, 0)
        };
        (turn < self.turns.len()).then_some(RowId {
            turn,
            block,
            row: 0,
        })
    }

    pub fn before(&mut self, id: RowId) -> Option<RowId> {
        let RowId { turn, block, row } = id;
        if row > 0 {
            return Some(RowId { row: row - 1, ..id });
        }
        let (turn, block) = match block {
            0 => {
                let turn = turn.checked_sub(1)?;
                (turn, self.blocks(turn))
            }
            _ => (turn, block - 1),
        };
        let row = self.rows_in(turn, block) - 1;
        Some(RowId { turn, block, row })
    }

    pub fn first(&self) -> RowId {
        RowId {
            turn: 0,
            block: 0,
            row: 0,
        }
    }

    /// The last row. The session must have turns.
    pub fn last(&mut self) -> RowId {
        let turn = self.turns.len() - 1;
        let block = self.blocks(turn);
        let row = self.rows_in(turn, block) - 1;
        RowId { turn, block, row }
    }

    /// The row `count` rows further down, or the last one.
    pub fn down(&mut self, mut id: RowId, count: usize) -> RowId {
        for _ in 0..count {
            let Some(next) = self.after(id) else { break };
            id = next;
        }
        id
    }

    /// The row `count` rows further up, or the first one.
    pub fn up(&mut self, mut id: RowId, count: usize) -> RowId {
        for _ in 0..count {
            let Some(previous) = self.before(id) else {
                break;
            };
            id = previous;
        }
        id
    }

    /// The row that shows a spot. The session must have the turn.
    pub fn find(&mut self, spot: Spot) -> RowId {
        let Spot { turn, at } = spot;
        let header = RowId {
            turn,
            block: 0,
            row: header_row(turn),
        };
        match at {
            At::Gap => RowId { row: 0, ..header },
            At::Header => header,
            At::Byte(_) | At::Fold(..) if self.blocks(turn) == 0 => header,
            At::Fold(index, byte) => match self.division(turn).fold(index) {
                Some(block) => RowId {
                    turn,
                    block: block + 1,
                    row: 0,
                },
                None => self.find(Spot::byte(turn, byte)),
            },
            At::Byte(byte) => {
                let block = self.division(turn).holding(byte) + 1;
                let rows = self.block(turn, block);
                let after = rows.partition_point(|row| row.range.start <= byte);
                let row = after.saturating_sub(1);
                RowId { turn, block, row }
            }
        }
    }

    pub fn line(&mut self, id: RowId) -> Line {
        match id.block {
            0 if id.row < header_row(id.turn) => Line::Gap,
            0 => Line::Header,
            _ => match &self.division(id.turn).blocks()[id.block - 1] {
                Block::Text { .. } => Line::Text(self.block(id.turn, id.block)[id.row].clone()),
                Block::Fold {
                    index,
                    range,
                    closed,
                } => Line::Fold {
                    index: *index,
                    range: range.clone(),
                    closed: *closed,
                },
            },
        }
    }

    /// The next row of a fold beyond one, downwards or upwards, wherever in the session it is.
    pub fn next_fold(&mut self, from: RowId, down: bool) -> Option<RowId> {
        let mut turn = from.turn;
        loop {
            // Most turns have none, and dividing them would be for nothing.
            if !self.folds(turn).is_empty() {
                let here = turn == from.turn;
                let beyond = |block: usize| match down {
                    true => !here || block > from.block,
                    false => !here || block < from.block,
                };
                let mut blocks = self.division(turn).blocks().iter().enumerate();
                let mut is_fold = |(place, block): (usize, &Block)| {
                    let fold = matches!(block, Block::Fold { .. }) && beyond(place + 1);
                    fold.then_some(place + 1)
                };
                let found = match down {
                    true => blocks.find_map(&mut is_fold),
                    false => blocks.rev().find_map(&mut is_fold),
                };
                if let Some(block) = found {
                    return Some(RowId {
                        turn,
                        block,
                        row: 0,
                    });
                }
            }
            turn = match down {
                true => turn + 1,
                false => turn.checked_sub(1)?,
            };
            if turn >= self.turns.len() {
                return None;
            }
        }
    }

    pub fn spot(&mut self, id: RowId) -> Spot {
        self.line(id).spot(id.turn)
    }

    /// About how far into the session a spot is; the length of the session is `total_weight`.
    pub fn weight_before(&self, spot: Spot) -> usize {
        match spot.at {
            At::Gap | At::Header => self.weights[spot.turn],
            At::Fold(_, byte) | At::Byte(byte) => self.weights[spot.turn] + HEADER_WEIGHT + byte,
        }
    }

    pub fn total_weight(&self) -> usize {
        self.weights[self.turns.len()]
    }

    /// Turns of which some text is wrapped at present, and blocks wrapped.
    #[cfg(test)]
    pub fn wrapped(&self) -> (usize, usize) {
        let turns: std::collections::HashSet<_> = self.wrapped.keys().map(|key| key.0).collect();
        (turns.len(), self.wrapped.len())
    }
}

fn header_row(turn: usize) -> usize {
    usize::from(turn > 0)
}
