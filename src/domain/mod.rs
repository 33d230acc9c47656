//! Plain data and the rules that hold for it alone: no files, no clock, no store.

pub mod answers;
pub mod codebook;
pub mod ids;
pub mod rules;
pub mod session;
