//! Parts that several screens draw.

pub mod scroll;
pub mod transcript;

#[cfg(test)]
mod screen;
