//! Labels and batches from files: what lands, what is refused, and what a lock lets in. Exports
//! show nobody what they may not see yet.

#![allow(clippy::unwrap_used)]

mod bench;
mod exports;
mod locks;
mod rows;
