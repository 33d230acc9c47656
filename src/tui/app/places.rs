//! Where everything stands, kept so that a program that was killed comes back to it.

use serde::{Deserialize, Serialize};

use super::{App, Notice};
use crate::{
    tui::{
        effects::{self, Goto},
        overlays::Overlay,
        screens::Screen,
    },
    workflow::{self, Study},
};

/// The name under which the screens above the home screen are remembered.
const STACK: &str = "stack";

/// What of a screen outlives the program.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Saved {
    #[serde(default)]
    pub overlay: Option<Overlay>,
    #[serde(default)]
    pub notice: Option<Notice>,
    #[serde(default)]
    pub screen: serde_json::Value,
}

impl App {
    /// Opens the home screen, and on it what was open when the program was killed.
    pub fn resume(&mut self, study: &mut Study) -> workflow::Result<()> {
        self.saved_stack = study.place(STACK, "", &self.login).unwrap_or_default();
        let left: Vec<Goto> = serde_json::from_str(&self.saved_stack).unwrap_or_default();
        let mut notice = self.put(study, Goto::Home { who: None })?;
        for goto in left {
            // What has gone since then, such as a batch, is no reason not to begin.
            match self.put(study, goto) {
                Ok(said) => notice = said,
                Err(_) => break,
            }
        }
        if notice.is_some() {
            self.notice = notice;
        }
        Ok(())
    }

    /// Saves where the screen on top stands, if that changed, and what could wait.
    pub fn remember(&mut self, study: &mut Study) {
        for (effect, mut seconds) in std::mem::take(&mut self.later) {
            // Only time that was spent; losing some costs nobody a label.
            effects::perform(study, effect, &mut seconds).ok();
        }
        let Some(place) = self.screens.last().and_then(Screen::place) else {
            return;
        };
        let saved = Saved {
            overlay: self.overlay.clone(),
            notice: self.notice.clone(),
            screen: place.state,
        };
        let Ok(state) = serde_json::to_string(&saved) else {
            return;
        };
        let stack = self.stack();
        if state == self.saved && stack == self.saved_stack {
            return;
        }
        let rater = effects::place_of(&place.rater, &self.login);
        let remembered = study.atomically(|study| {
            if stack != self.saved_stack {
                study.remember_place(STACK, "", &self.login, &stack);
            }
            study.remember_place(place.screen, &place.batch, rater, &state);
            Ok(())
        });
        // Losing the place costs nobody a label.
        remembered.ok();
        (self.saved, self.saved_stack) = (state, stack);
    }

    /// The screens to come back to after being killed. Whoever leaves begins at home, and screens
    /// that were opened without the home screen below them leave what is remembered as it is.
    fn stack(&self) -> String {
        let above = match self.reached.as_slice() {
            [Goto::Home { .. }, above @ ..] => above,
            _ => return self.saved_stack.clone(),
        };
        let above = if self.ending.is_some() { &[] } else { above };
        serde_json::to_string(above).unwrap_or_default()
    }
}
