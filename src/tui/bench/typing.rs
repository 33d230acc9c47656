//! Texts on a bench: those of the form, and note, flag and reason beside it.

use super::{Bench, Mode};
use crate::tui::{
    app::Notice,
    effects::{DeskAsk, Effect},
    keymap::Command,
    widgets::input::Input,
};

impl Bench {
    /// A command while a text of the form is typed.
    pub(super) fn in_text(&mut self, command: Command) -> Vec<Effect> {
        if command == Command::Editor {
            let text = self.form.typing().map(Input::text);
            return text.map(Effect::Editor).into_iter().collect();
        }
        self.on_form(|form| form.command(command))
    }

    pub(super) fn open_note(&mut self) -> Vec<Effect> {
        self.mode = Mode::Note(Input::new(self.note(), true));
        Vec::new()
    }

    /// The note that can be written now: after the lock it is a second thought.
    fn note(&self) -> &str {
        let note = match self.is_closed() {
            true => self.second_thought(),
            false => self.sheet.content.note.as_deref(),
        };
        note.unwrap_or_default()
    }

    pub fn second_thought(&self) -> Option<&str> {
        let mut found = self.sheet.second_thoughts.iter();
        let own = found.find(|(rater, _)| *rater == self.desk.rater)?;
        Some(&own.1)
    }

    pub(super) fn open_flag(&mut self) -> Vec<Effect> {
        self.mode = Mode::Flag(Input::new(&self.sheet.content.flags.join("; "), false));
        Vec::new()
    }

    pub fn open_reason(&mut self) -> Vec<Effect> {
        let reason = self.sheet.content.reason.as_deref().unwrap_or_default();
        self.mode = Mode::Reason(Input::new(reason, true));
        Vec::new()
    }

    /// A command while the note or a flag's reason is typed.
    pub(super) fn beside(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Newline => self.type_beside(|input| input.newline()),
            Command::Editor => match &self.mode {
                Mode::Note(input) | Mode::Flag(input) | Mode::Reason(input) => {
                    vec![Effect::Editor(input.text())]
                }
                _ => Vec::new(),
            },
            Command::Done | Command::Back | Command::Next | Command::Previous => {
                let mode = std::mem::replace(&mut self.mode, Mode::Form);
                if let Mode::Note(input) = mode
                    && self.is_closed()
                {
                    return match input.text() {
                        text if text.trim() == self.note().trim() => Vec::new(),
                        text => vec![self.ask(DeskAsk::ThinkAgain {
                            unit: self.sheet.matter.unit.clone(),
                            text,
                        })],
                    };
                }
                let note = self.sheet.content.note.as_deref();
                let review = self.form.review(note);
                match review
                    .problems
                    .iter()
                    .find(|problem| problem.axis.is_none())
                {
                    Some(problem) => vec![Effect::Say(Notice::bad(problem.why.clone()))],
                    None => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        match &mut self.mode {
            Mode::Form if self.form.is_typing() => self.on_form(|form| form.paste(text)),
            Mode::Note(_) | Mode::Flag(_) | Mode::Reason(_) => {
                self.type_beside(|input| input.paste(text))
            }
            Mode::Reader(reader) => {
                reader.paste(text);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// A text came back from the editor.
    pub(super) fn edited(&mut self, text: &str) -> Vec<Effect> {
        match &self.mode {
            Mode::Form => self.on_form(|form| form.edited(text)),
            Mode::Note(_) | Mode::Flag(_) | Mode::Reason(_) => {
                let lines = !matches!(self.mode, Mode::Flag(_));
                self.type_beside(|input| {
                    *input = Input::new("", lines);
                    input.paste(text)
                })
            }
            _ => Vec::new(),
        }
    }

    /// Changes the note or the flag, whichever is typed, and brings it to the disk.
    pub(super) fn type_beside(&mut self, change: impl FnOnce(&mut Input) -> bool) -> Vec<Effect> {
        let closed = self.is_closed();
        let (Mode::Note(input) | Mode::Flag(input) | Mode::Reason(input)) = &mut self.mode else {
            return Vec::new();
        };
        let before = input.text();
        change(input);
        let now = input.text();
        // A second thought is noted once it is written.
        if now == before || closed {
            return Vec::new();
        }
        let written = Some(now).filter(|text| !text.trim().is_empty());
        let field = match self.mode {
            Mode::Note(_) => {
                self.sheet.content.note = written;
                "note"
            }
            Mode::Reason(_) => {
                self.sheet.content.reason = written;
                "reason"
            }
            _ => {
                self.sheet.content.flags = written.into_iter().collect();
                "flag"
            }
        };
        vec![self.edit(Some(field.to_owned()))]
    }

    /// Shows what is on disk where a text is typed that an undo or another program has changed.
    pub(super) fn refresh_beside(&mut self) {
        if self.is_closed() {
            return;
        }
        let content = &self.sheet.content;
        let (input, disk, lines) = match &mut self.mode {
            Mode::Note(input) => (input, content.note.clone().unwrap_or_default(), true),
            Mode::Reason(input) => (input, content.reason.clone().unwrap_or_default(), true),
            Mode::Flag(input) => (input, content.flags.join("; "), false),
            _ => return,
        };
        if input.text().trim() != disk.trim() {
            *input = Input::new(&disk, lines);
        }
    }
}
