//! Results as text to read and as data for other programs. Knows no screens and reads no study:
//! whoever calls hands over the result.

mod footnotes;
pub mod json;
mod layout;
pub mod measured;
mod numbers;
pub mod text;
