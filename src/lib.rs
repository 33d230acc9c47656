pub mod domain;
pub mod formats;
pub mod store;
pub mod tui;
