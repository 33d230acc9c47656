//! A codebook as people read it, as JSON, and how two of them differ.

pub mod difference;
pub mod json;
pub mod sentences;
pub mod text;
