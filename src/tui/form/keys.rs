//! What a key does on a form.

use super::{Form, Outcome, Row, Stop};
use crate::{
    domain::codebook::Kind,
    tui::keymap::{Command, Key},
};

impl Form {
    /// Does what a command asks.
    pub fn command(&mut self, command: Command) -> Outcome {
        self.said = None;
        if self.is_typing() {
            return self.command_in_text(command);
        }
        match command {
            Command::Up => self.step(false),
            Command::Down => self.step(true),
            Command::Next => match self.columns.is_some().then(|| self.next_open()).flatten() {
                Some(open) => self.go_to(open),
                None => self.next(),
            },
            Command::Previous => self.previous(),
            Command::Choose if self.columns.is_some() => match self.next_open() {
                Some(open) => self.go_to(open),
                None => return Outcome::Submit,
            },
            Command::Choose => {
                let stops = self.stops();
                let last = stops.iter().rev().nth(1).copied();
                if self.stop == Stop::End || Some(self.stop) == last {
                    return Outcome::Submit;
                }
                self.next();
            }
            Command::Toggle => return self.toggle(),
            Command::Left => return self.sideways(false),
            Command::Right => return self.sideways(true),
            _ => return Outcome::Unknown,
        }
        Outcome::Moved
    }

    fn command_in_text(&mut self, command: Command) -> Outcome {
        match command {
            Command::Newline => return self.type_in(|input| input.newline()),
            Command::Done => {
                self.stop_typing();
                self.after_text();
            }
            Command::Back => self.stop_typing(),
            Command::Next => {
                self.stop_typing();
                self.next();
            }
            Command::Previous => {
                self.stop_typing();
                self.previous();
            }
            _ => return Outcome::Unknown,
        }
        Outcome::Moved
    }

    fn stop_typing(&mut self) {
        self.typing = None;
        self.settle();
    }

    /// Where to go when a text is done: to what its code still asks for, else on.
    fn after_text(&mut self) {
        let Some(axis) = self.axis() else { return };
        let code = self.row.code();
        let owed = code.and_then(|code| self.owed(self.stop, code));
        let alone = code
            .and_then(|code| axis.codes.get(code))
            .is_none_or(|code| code.exclusive);
        let multi = axis.kind == Kind::Multi;
        match (owed, code) {
            // An empty text is left as it is; the form says that it is missing.
            (Some(row), _) if row != self.row => self.enter(row),
            (_, Some(code)) if multi && !alone => self.row = Row::Code(code),
            _ => self.go_on(),
        }
    }

    /// A key that is no command: a codebook's key, or typing.
    pub fn key(&mut self, key: Key) -> Outcome {
        self.said = None;
        if self.is_typing() {
            return self.type_in(|input| input.key(key));
        }
        match key.typed() {
            Some(hotkey) => self.hotkey(hotkey),
            None => Outcome::Unknown,
        }
    }

    pub fn paste(&mut self, text: &str) -> Outcome {
        self.said = None;
        self.type_in(|input| input.paste(text))
    }

    /// The text that came back from an editor.
    pub fn edited(&mut self, text: &str) -> Outcome {
        self.said = None;
        let Some(several) = self.typing.as_ref().map(|_| self.row == Row::Prose) else {
            return Outcome::Unknown;
        };
        self.type_in(|input| {
            *input = crate::tui::widgets::input::Input::new("", several);
            input.paste(text)
        })
    }

    fn hotkey(&mut self, hotkey: char) -> Outcome {
        let Some(axis) = self.axis() else {
            return Outcome::Unknown;
        };
        let value_of = |attribute: usize| {
            axis.attributes[attribute]
                .values
                .iter()
                .position(|value| value.hotkey == Some(hotkey))
        };
        if let Row::Attribute { code, attribute } = self.row
            && let Some(value) = value_of(attribute)
        {
            let outcome = self.set_attribute(code, attribute, Some(value));
            self.after_attribute(code);
            return outcome;
        }
        if let Some(code) = axis
            .codes
            .iter()
            .position(|code| code.hotkey == Some(hotkey))
        {
            return self.choose(code, false);
        }
        // On a chosen code its attributes' keys change them without a detour.
        let Some(code) = self.row.code() else {
            return Outcome::Unknown;
        };
        let found = self.rows(self.stop).into_iter().find_map(|row| match row {
            Row::Attribute {
                code: of,
                attribute,
            } if of == code => value_of(attribute).map(|value| (attribute, value)),
            _ => None,
        });
        match found {
            Some((attribute, value)) => self.set_attribute(code, attribute, Some(value)),
            None => Outcome::Unknown,
        }
    }

    fn after_attribute(&mut self, code: usize) {
        let multi = self.axis().is_some_and(|axis| axis.kind == Kind::Multi);
        match self.owed(self.stop, code) {
            Some(row) => self.enter(row),
            None if multi => self.row = Row::Code(code),
            None => self.go_on(),
        }
    }

    fn toggle(&mut self) -> Outcome {
        match self.row {
            _ if self.stop == Stop::End => Outcome::Unknown,
            Row::Code(code) => self.choose(code, true),
            Row::Attribute { .. } => self.sideways(true),
            Row::Text(_) | Row::Label(_) | Row::Prose => {
                self.begin_typing();
                Outcome::Moved
            }
        }
    }

    /// The next value of an attribute or a scale, or the one before; elsewhere another question.
    fn sideways(&mut self, right: bool) -> Outcome {
        let Some(axis) = self.axis() else {
            return self.sidestep(right);
        };
        let moved = |now: Option<usize>, len: usize| match (now, right) {
            (None, true) => 0,
            (None, false) => len.saturating_sub(1),
            (Some(now), true) => (now + 1) % len.max(1),
            (Some(now), false) => (now + len.max(1) - 1) % len.max(1),
        };
        if let Row::Attribute { code, attribute } = self.row {
            let rules = &axis.attributes[attribute];
            let now = self
                .pick_of(self.stop, code)
                .and_then(|pick| pick.attribute(&rules.key))
                .and_then(|value| rules.values.iter().position(|known| known.key == value));
            let value = moved(now, rules.values.len());
            return self.set_attribute(code, attribute, Some(value));
        }
        if axis.kind == Kind::Scale {
            let now = (0..axis.codes.len()).find(|code| self.pick_of(self.stop, *code).is_some());
            let last = axis.codes.len().saturating_sub(1);
            let to = match (now, right) {
                (None, _) => self.row.code().unwrap_or_default(),
                (Some(now), true) => (now + 1).min(last),
                (Some(now), false) => now.saturating_sub(1),
            };
            let stop = self.stop;
            let outcome = self.choose(to, false);
            // A scale is tried out point by point, so this does not go on by itself.
            if self.stop != stop {
                self.go_to(stop);
            }
            return outcome;
        }
        self.sidestep(right)
    }

    fn sidestep(&mut self, right: bool) -> Outcome {
        if right {
            self.next();
        } else {
            self.previous();
        }
        Outcome::Moved
    }

    /// One row up or down, over the whole form.
    fn step(&mut self, down: bool) {
        let rows = self.rows(self.stop);
        let at = rows.iter().position(|row| *row == self.row).unwrap_or(0);
        let to = if down {
            at.checked_add(1)
        } else {
            at.checked_sub(1)
        };
        if let Some(row) = to.and_then(|to| rows.get(to)) {
            self.row = *row;
            return;
        }
        let stops = self.stops();
        let here = stops
            .iter()
            .position(|stop| *stop == self.stop)
            .unwrap_or(0);
        let to = if down {
            here.checked_add(1)
        } else {
            here.checked_sub(1)
        };
        if let Some(stop) = to.and_then(|to| stops.get(to)) {
            self.stop = *stop;
            let rows = self.rows(*stop);
            let row = if down { rows.first() } else { rows.last() };
            self.row = row.copied().unwrap_or(Row::Prose);
        }
    }

    /// The next question. A text that has to be written is typed at once.
    pub(super) fn next(&mut self) {
        let stops = self.stops();
        let after = stops
            .into_iter()
            .find(|stop| stop.order() > self.stop.order());
        if let Some(stop) = after {
            self.go_to(stop);
            let wanted = self
                .axis()
                .is_some_and(|axis| axis.kind == Kind::Text && !axis.optional);
            if wanted && self.answer(stop).is_none() {
                self.begin_typing();
            }
        }
    }

    fn previous(&mut self) {
        let stops = self.stops();
        let before = stops
            .into_iter()
            .rev()
            .find(|stop| stop.order() < self.stop.order());
        if let Some(stop) = before {
            self.go_to(stop);
        }
    }
}
