//! Plain data and the rules that hold for it alone: no files, no clock, no store.

pub mod ids;
pub mod quote;
pub mod session;
