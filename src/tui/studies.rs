//! The list of studies to open: shown where no study is named, and from the home screen. It stands
//! outside [`super::app`], which always has a study.

use std::{ops::ControlFlow, path::PathBuf};

use ratatui::{Frame, layout::Rect, text::Line};

use super::{
    Input, PATIENCE,
    app::{LEAST, Notice},
    keymap::{self, Command, Context, Key},
    overlays::{self, Overlay},
    screens::home::title_bar,
    terminal::Guard,
    text, theme,
    theme::Theme,
    widgets::scroll,
};

const CONTEXTS: [Context; 3] = [Context::List, Context::Screen, Context::Always];

/// Rows of an entry: its name, and what is to be said about it.
const ROWS: usize = 2;

/// A study that can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub path: PathBuf,
    pub name: String,
    /// Where it is, or what it is.
    pub about: String,
    /// When it was opened last.
    pub opened: Option<String>,
}

/// The list on the screen.
pub struct Studies {
    /// Why it is shown, where nobody asked for it.
    why: Option<String>,
    /// The study that is gone back to with Esc.
    back: Option<PathBuf>,
    entries: Vec<Entry>,
    cursor: usize,
    first: usize,
    help: Option<Overlay>,
    notice: Option<Notice>,
}

/// What a key leads to, where it leads away.
#[derive(Debug, PartialEq, Eq)]
pub enum Choice {
    Open(PathBuf),
    Leave,
    Suspend,
    Redraw,
}

impl Studies {
    pub fn new(entries: Vec<Entry>, why: Option<String>, back: Option<PathBuf>) -> Self {
        Self {
            why,
            back,
            entries,
            cursor: 0,
            first: 0,
            help: None,
            notice: None,
        }
    }

    fn contexts(&self) -> &[Context] {
        self.help.as_ref().map_or(&CONTEXTS, Overlay::contexts)
    }

    pub fn key(&mut self, key: Key) -> ControlFlow<Choice> {
        self.notice = None;
        let Some(command) = keymap::command(self.contexts(), key) else {
            return ControlFlow::Continue(());
        };
        match command {
            Command::Quit => return ControlFlow::Break(Choice::Leave),
            Command::Suspend => return ControlFlow::Break(Choice::Suspend),
            Command::Redraw => return ControlFlow::Break(Choice::Redraw),
            _ => {}
        }
        if let Some(Overlay::Help { first }) = &mut self.help {
            match command {
                Command::Down => *first = first.saturating_add(1),
                Command::Up => *first = first.saturating_sub(1),
                Command::PageDown => *first = first.saturating_add(10),
                Command::PageUp => *first = first.saturating_sub(10),
                _ => self.help = None,
            }
            return ControlFlow::Continue(());
        }
        let last = self.entries.len().saturating_sub(1);
        match command {
            Command::Up => self.cursor = self.cursor.saturating_sub(1),
            Command::Down => self.cursor = (self.cursor + 1).min(last),
            Command::PageUp | Command::Top => self.cursor = 0,
            Command::PageDown | Command::Bottom => self.cursor = last,
            Command::Help => self.help = Some(Overlay::Help { first: 0 }),
            Command::Choose => {
                if let Some(entry) = self.entries.get(self.cursor) {
                    return ControlFlow::Break(Choice::Open(entry.path.clone()));
                }
            }
            Command::Back => match self.back.clone() {
                Some(study) => return ControlFlow::Break(Choice::Open(study)),
                None => {
                    self.notice = Some(Notice::good("This is the first screen; q leaves."));
                }
            },
            _ => {}
        }
        ControlFlow::Continue(())
    }

    pub fn draw(&mut self, frame: &mut Frame, theme: &Theme) {
        let area = frame.area();
        if area.width < LEAST.0 || area.height < LEAST.1 {
            overlays::too_small(frame, LEAST);
            return;
        }
        let (body, foot) = (
            Rect::new(area.x, area.y, area.width, area.height - 1),
            Rect::new(area.x, area.bottom() - 1, area.width, 1),
        );
        title_bar(frame, body, "tiebreak   studies", "", theme);
        let mut above: Vec<Line> = Vec::new();
        if let Some(why) = &self.why {
            let why = text::clean(why);
            for row in text::wrap(&why, body.width - 4) {
                above.push(Line::styled(format!("  {}", &why[row]), theme.text));
            }
            above.push(Line::default());
        }
        above.push(Line::styled(" Open", theme.heading));
        let below = [
            Line::styled(" Begin your own", theme.heading),
            Line::styled("  Leave with q, then type:", theme.text),
            Line::styled("    tiebreak init study.tiebreak", theme.key),
        ];
        let top = body.y + 2;
        for (y, line) in (top..body.bottom()).zip(&above) {
            frame.buffer_mut().set_line(body.x, y, line, body.width);
        }
        let top = top + above.len() as u16;
        let room = body.bottom().saturating_sub(top + below.len() as u16 + 1);
        let shown = self.list(frame, Rect::new(body.x, top, body.width, room), theme);
        for (y, line) in (top + shown + 1..body.bottom()).zip(&below) {
            frame.buffer_mut().set_line(body.x, y, line, body.width);
        }
        if let Some(help) = &self.help {
            help.view(frame, body, &CONTEXTS, theme);
        }
        let notice = self.notice.as_ref();
        overlays::footer(frame, foot, self.contexts(), notice, theme);
    }

    /// Draws the entries; gives the rows that they take.
    fn list(&mut self, frame: &mut Frame, area: Rect, theme: &Theme) -> u16 {
        let height = usize::from(area.height) / ROWS;
        let len = self.entries.len();
        self.first = scroll::keep_in_view(self.first, self.cursor, height, len);
        let width = area.width.saturating_sub(2);
        let buffer = frame.buffer_mut();
        let shown = self.entries.iter().enumerate().skip(self.first);
        for (row, (index, entry)) in shown.take(height).enumerate() {
            let y = area.y + (row * ROWS) as u16;
            let here = index == self.cursor;
            let opened = match &entry.opened {
                Some(opened) => format!("opened {opened}"),
                None => String::new(),
            };
            let room = usize::from(width).saturating_sub(text::width(&opened) + 5);
            let name = text::pad(&entry.name, room);
            let mark = if here { ">" } else { " " };
            let line = format!(" {mark} {name}  {opened}");
            let style = if here { theme.selected } else { theme.text };
            buffer.set_stringn(area.x, y, line, usize::from(width), style);
            let about = text::truncate(&entry.about, usize::from(width).saturating_sub(5));
            buffer.set_stringn(area.x + 5, y + 1, about, usize::from(width), theme.muted);
        }
        let track = Rect {
            x: area.right() - 1,
            width: 1,
            ..area
        };
        scroll::indicator(buffer, track, self.first, height, len, theme);
        (len.min(height) * ROWS) as u16
    }
}

/// Shows the list until a study opens; `None` if the user leaves without one. Where `open` fails,
/// its words are shown and another can be chosen.
pub fn choose<T>(
    mut studies: Studies,
    mut open: impl FnMut(&PathBuf) -> Result<T, String>,
) -> anyhow::Result<Option<T>> {
    let theme = theme();
    let mut terminal = Guard::enter()?;
    let mut stale = true;
    loop {
        if stale {
            terminal.draw(|frame| studies.draw(frame, &theme))?;
        }
        let input = terminal.next(PATIENCE);
        stale = !matches!(input, Input::Idle);
        let key = match input {
            Input::Key(key) => key,
            Input::End => return Ok(None),
            _ => continue,
        };
        match studies.key(key.into()) {
            ControlFlow::Continue(()) => {}
            ControlFlow::Break(Choice::Leave) => return Ok(None),
            ControlFlow::Break(Choice::Suspend) => terminal.suspend()?,
            ControlFlow::Break(Choice::Redraw) => terminal.forget()?,
            ControlFlow::Break(Choice::Open(path)) => match open(&path) {
                Ok(study) => return Ok(Some(study)),
                Err(why) => studies.notice = Some(Notice::bad(why)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::{
        harness::key,
        widgets::screen::{draw, text},
    };

    fn entry(name: &str) -> Entry {
        Entry {
            path: name.into(),
            name: name.to_owned(),
            about: format!("/home/ana/{name}"),
            opened: Some("2026-05-01 10:00".to_owned()),
        }
    }

    fn shown(studies: &mut Studies, rows: u16) -> String {
        text(&draw(80, rows, |frame| {
            studies.draw(frame, &Theme::plain())
        }))
    }

    #[test]
    fn a_study_is_chosen_and_esc_goes_back_where_there_is_a_way_back() {
        let list = || vec![entry("thesis.tiebreak"), entry("年度.tiebreak")];
        let why = "There is no study.tiebreak in /home/ana.".to_owned();
        let mut studies = Studies::new(list(), Some(why), None);
        insta::assert_snapshot!("studies", shown(&mut studies, 24));
        assert!(studies.key(key("j")).is_continue());
        assert!(studies.key(key("Esc")).is_continue());
        assert!(shown(&mut studies, 24).contains("q leaves"));
        let open = |path: &str| ControlFlow::Break(Choice::Open(path.into()));
        assert_eq!(studies.key(key("Enter")), open("年度.tiebreak"));
        assert_eq!(studies.key(key("q")), ControlFlow::Break(Choice::Leave));

        let mut studies = Studies::new(list(), None, Some("here".into()));
        assert!(studies.key(key("?")).is_continue());
        assert!(shown(&mut studies, 24).contains("open what is under the cursor"));
        assert!(studies.key(key("Esc")).is_continue());
        assert_eq!(studies.key(key("Esc")), open("here"));
    }

    #[test]
    fn the_way_to_begin_is_shown_below_a_list_of_any_length_and_on_any_screen() {
        for count in 0..30 {
            let entries = (0..count).map(|n| entry(&format!("{n}.tiebreak")));
            let mut studies = Studies::new(entries.collect(), None, None);
            for rows in [1, 14, 15, 24, 60] {
                for name in ["Down", "PgDn"] {
                    assert!(studies.key(key(name)).is_continue());
                    let screen = shown(&mut studies, rows);
                    if rows < LEAST.1 {
                        continue;
                    }
                    assert!(screen.contains("tiebreak init study.tiebreak"), "{screen}");
                    assert!(count == 0 || screen.contains(" > "), "{screen}");
                }
            }
        }
    }
}
