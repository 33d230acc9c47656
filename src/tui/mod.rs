//! The terminal screens.

pub mod text;
