//! tiebreak: from extracted episodes to an adjudicated gold standard. `docs/architecture.md` tells
//! which module may use which.

// Tests of the library share files with those in `tests`, which call it by its name.
#[cfg(test)]
extern crate self as tiebreak;

pub mod cli;
pub mod domain;
pub mod formats;
pub mod json;
pub mod report;
pub mod stats;
pub mod store;
pub mod tui;
pub mod workflow;
