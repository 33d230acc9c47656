//! Plain data and the rules that hold for it alone: no files, no clock, no store.

pub mod answers;
pub mod batch;
pub mod codebook;
pub mod episode;
pub mod event;
pub mod formatted;
pub mod gold;
pub mod ids;
pub mod label;
pub mod query;
pub mod quote;
pub mod redact;
pub mod rules;
pub mod session;
pub mod standing;
pub mod words;
