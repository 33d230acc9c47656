//! The terminal screens.

pub mod text;
pub mod theme;
pub mod widgets;
