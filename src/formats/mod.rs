//! Readers of the formats in which sessions come.

pub mod program_text;
pub mod specstory;
