//! The terminal screens.

pub mod text;
pub mod theme;
