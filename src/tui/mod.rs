//! The terminal screens.

pub mod text;
pub mod theme;
pub mod widgets;

use crate::workflow::Study;

/// Where to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    Home,
    Annotate {
        batch: Option<String>,
        rater: String,
    },
    Adjudicate {
        batch: Option<String>,
        who: String,
    },
}

/// Runs the screens until the user leaves.
pub fn run(_study: Study, _start: Start) -> anyhow::Result<()> {
    anyhow::bail!("there is no screen yet")
}
