//! Drives the screens in tests as a user would: keys in, the screen out.

use std::time::{Duration, Instant};

use crossterm::event::KeyCode;
use ratatui::{Terminal, backend::TestBackend};

use super::{app::App, effects::Goto, keymap::Key, theme::Theme, widgets::screen};
use crate::workflow::Study;

const LOGIN: &str = "ana";

pub struct Harness {
    pub app: App,
    pub study: Study,
    now: Instant,
    pub size: (u16, u16),
}

impl Harness {
    pub fn new(study: Study, goto: Goto, size: (u16, u16)) -> Self {
        let mut harness = Self {
            app: App::new(Theme::plain(), LOGIN),
            study,
            now: Instant::now(),
            size,
        };
        harness.app.open(&mut harness.study, goto).unwrap();
        harness.screen();
        harness.catch_up();
        harness
    }

    /// Presses keys, written as in `3 Enter 6 d Tab Ctrl-J`, or a text in quotation marks.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for word in keys.split_whitespace() {
            self.press(key(word));
        }
        self
    }

    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.press(Key::char(c));
        }
        self
    }

    pub fn press(&mut self, key: Key) {
        self.now += Duration::from_secs(2);
        self.app.key(&mut self.study, key, self.now);
        self.screen();
        self.app.remember(&mut self.study);
        self.catch_up();
    }

    fn catch_up(&mut self) {
        while self.app.is_behind() {
            self.app.catch_up(&mut self.study);
            self.screen();
        }
    }

    pub fn resize(&mut self, size: (u16, u16)) -> &mut Self {
        self.size = size;
        self.screen();
        self
    }

    /// The program dies and is started again.
    pub fn kill(&mut self, goto: Goto) -> &mut Self {
        self.app = App::new(Theme::plain(), LOGIN);
        self.app.open(&mut self.study, goto).unwrap();
        self.catch_up();
        self
    }

    /// The program dies, and is started again without a command.
    pub fn restart(&mut self) -> &mut Self {
        self.app = App::new(Theme::plain(), LOGIN);
        self.app.resume(&mut self.study).unwrap();
        self
    }

    pub fn screen(&mut self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        let frame = terminal.draw(|frame| self.app.draw(frame)).unwrap();
        screen::text(frame.buffer)
    }
}

pub fn key(word: &str) -> Key {
    if let Some(letter) = word.strip_prefix("Ctrl-") {
        return Key::ctrl(letter.to_lowercase().chars().next().unwrap());
    }
    let code = match word {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "BackTab" => KeyCode::BackTab,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "PgUp" => KeyCode::PageUp,
        "PgDn" => KeyCode::PageDown,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "Backspace" => KeyCode::Backspace,
        "Space" => KeyCode::Char(' '),
        letter => {
            assert_eq!(letter.chars().count(), 1, "{letter}");
            KeyCode::Char(letter.chars().next().unwrap())
        }
    };
    Key::of(code)
}
