//! Data files in and out: text to domain values and back. Knows no store.

pub mod codebook;
