//! Renders rules and results as text and JSON. Pure: values in, text out.

pub mod codebook;
pub mod judge;
pub mod prose;
