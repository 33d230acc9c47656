//! No command: the home screen.

use super::{context::Context, failure::Outcome};
use crate::tui::Start;

pub fn run(context: &Context) -> Outcome {
    let study = context.open()?;
    context.screen(study, Start::Home)
}
