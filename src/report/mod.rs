//! Results and rules as text to read and as data for other programs. Knows no screens and reads no
//! study: whoever calls hands over what is to be rendered.

pub mod codebook;
pub mod corpus;
mod footnotes;
pub mod json;
pub mod judge;
mod layout;
pub mod measured;
mod numbers;
pub mod prose;
pub mod text;
