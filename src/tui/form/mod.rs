//! The form of a codebook.
