//! Data files in and out: text to domain values and back. Knows no store.

pub mod bands;
pub mod batches;
pub mod card;
pub mod codebook;
pub mod episodes;
pub mod fields;
#[cfg(test)]
mod fixpoints;
pub mod gold;
pub mod gold_table;
pub mod labels;
pub mod logs;
pub mod nested;
pub mod program_text;
pub mod records;
pub mod released;
pub mod sessions;
pub mod specstory;
