pub mod domain;
pub mod formats;
pub mod json;
pub mod stats;
pub mod store;
pub mod tui;
