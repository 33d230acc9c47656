//! Parts that several screens draw.

pub mod bars;
pub mod heatmap;
pub mod input;
pub mod prose;
pub mod scroll;
pub mod table;
pub mod transcript;

#[cfg(test)]
pub mod screen;
