//! The rows of a whole session. Only turns that somebody looks at are wrapped, so rows have no
//! numbers: one is reached from its neighbour, or from the turn and byte that it shows.

use std::collections::HashMap;

use super::blocks::{Division, Row};
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
            At::Byte(byte) => byte,
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
    Text(Row),
}

impl Line {
    pub fn spot(&self, turn: usize) -> Spot {
        let at = match self {
            Line::Gap => At::Gap,
            Line::Header => At::Header,
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

    fn division(&mut self, turn: usize) -> &Division {
        let text = &self.turns[turn].text;
        self.divisions
            .entry(turn)
            .or_insert_with(|| Division::of(text))
    }

    fn block(&mut self, turn: usize, block: usize) -> &[Row] {
        if !self.wrapped.contains_key(&(turn, block)) && self.wrapped.len() >= KEPT {
            self.wrapped.clear();
        }
        let text = &self.turns[turn].text;
        let division = self
            .divisions
            .entry(turn)
            .or_insert_with(|| Division::of(text));
        let width = self.width;
        self.wrapped
            .entry((turn, block))
            .or_insert_with(|| division.wrap(text, block - 1, width))
    }

    fn rows_in(&mut self, turn: usize, block: usize) -> usize {
        match block {
            0 => header_row(turn) + 1,
            _ => self.block(turn, block).len(),
        }
    }

    pub fn after(&mut self, id: RowId) -> Option<RowId> {
        let RowId { turn, block, row } = id;
        if row + 1 < self.rows_in(turn, block) {
            return Some(RowId { row: row + 1, ..id });
        }
        let (turn, block) = if block < self.division(turn).blocks() {
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
                (turn, self.division(turn).blocks())
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
        let block = self.division(turn).blocks();
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
            At::Byte(_) if self.division(turn).blocks() == 0 => header,
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
            _ => Line::Text(self.block(id.turn, id.block)[id.row].clone()),
        }
    }

    pub fn spot(&mut self, id: RowId) -> Spot {
        self.line(id).spot(id.turn)
    }

    /// About how far into the session a spot is; the length of the session is `total_weight`.
    pub fn weight_before(&self, spot: Spot) -> usize {
        match spot.at {
            At::Gap | At::Header => self.weights[spot.turn],
            At::Byte(byte) => self.weights[spot.turn] + HEADER_WEIGHT + byte,
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
