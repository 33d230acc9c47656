//! tiebreak: from extracted episodes to an adjudicated gold standard. `docs/architecture.md` tells
//! which module may use which.

pub mod cli;
pub mod domain;
pub mod formats;
pub mod json;
pub mod report;
pub mod stats;
pub mod store;
pub mod tui;
pub mod workflow;
