pub mod domain;
pub mod formats;
pub mod stats;
pub mod store;
