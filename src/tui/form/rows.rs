//! Draws the rows of a question: codes, attributes and texts.

use ratatui::text::{Line, Span};

use super::{
    Form, Row, Stop,
    view::{INDENT, Sheet},
};
use crate::{
    domain::{
        answers::Answer,
        codebook::{Attribute, Axis, Kind},
    },
    tui::{text, theme::Theme, widgets::prose},
};

impl Form {
    pub(super) fn row_lines(
        &self,
        sheet: &mut Sheet,
        stop: Stop,
        axis: &Axis,
        width: u16,
        theme: &Theme,
    ) {
        for row in self.rows(stop) {
            let here = row == self.row && stop == self.stop;
            if here {
                sheet.cursor = sheet.lines.len();
            }
            match row {
                Row::Code(code) => {
                    let line = self.code_line(stop, axis, code, here, width, theme);
                    sheet.lines.push(line);
                }
                Row::Attribute { code, attribute } => {
                    let line = self.attribute_line(stop, axis, code, attribute, here, width, theme);
                    sheet.lines.push(line);
                }
                Row::Text(_) | Row::Label(_) | Row::Prose => {
                    self.text_lines(sheet, stop, axis, row, here, width, theme);
                }
            }
        }
    }

    fn code_line(
        &self,
        stop: Stop,
        axis: &Axis,
        code: usize,
        here: bool,
        width: u16,
        theme: &Theme,
    ) -> Line<'static> {
        let rules = &axis.codes[code];
        let chosen = self.pick_of(stop, code).is_some();
        let check = match (axis.kind == Kind::Multi, chosen) {
            (true, true) => "■",
            (true, false) => "□",
            (false, true) => "●",
            (false, false) => "○",
        };
        let key = rules.hotkey.map_or(" ".to_owned(), |key| key.to_string());
        let keys = axis.codes.iter().map(|code| text::width(&code.key));
        // Long keys would leave no room for the names.
        let key_width = Some(keys.max().unwrap_or(0)).filter(|width| *width <= 6);
        let named = match key_width {
            Some(width) => format!("{}  {}", text::pad(&rules.key, width), rules.name),
            None => rules.name.clone(),
        };
        let letters = self.letters(stop, |pick| Self::owner(axis, pick) == Some(code));
        let aside = match letters.is_empty() {
            true => 0,
            false => text::width(&letters) + 2,
        };
        let room = usize::from(width).saturating_sub(8 + aside);
        let style = if chosen { theme.accent } else { theme.text };
        Line::from(vec![
            Span::styled(if here { "  > " } else { "    " }, theme.text),
            Span::styled(key, theme.key),
            Span::styled(format!(" {check} "), style),
            Span::styled(text::pad(&named, room), style),
            Span::styled(text::pad_left(&letters, aside), theme.text),
        ])
    }

    #[allow(clippy::too_many_arguments)]
    fn attribute_line(
        &self,
        stop: Stop,
        axis: &Axis,
        code: usize,
        attribute: usize,
        here: bool,
        width: u16,
        theme: &Theme,
    ) -> Line<'static> {
        let rules = &axis.attributes[attribute];
        let value = self
            .pick_of(stop, code)
            .and_then(|pick| pick.attribute(&rules.key))
            .map(str::to_owned);
        let mark = if here { "    > " } else { "      " };
        let room = usize::from(width).saturating_sub(6);
        let letters: Vec<String> = rules
            .values
            .iter()
            .map(|known| {
                self.letters(stop, |pick| {
                    Self::owner(axis, pick) == Some(code)
                        && pick.attribute(&rules.key) == Some(&known.key)
                })
            })
            .collect();
        let named = letters.iter().filter(|letters| !letters.is_empty());
        let aside: usize = named.map(|letters| text::width(letters) + 1).sum();
        let (names, wide) = fit(rules, room.saturating_sub(aside));
        let mut spans = vec![Span::styled(mark, theme.text)];
        for ((known, name), letters) in rules.values.iter().zip(names).zip(letters) {
            let chosen = value.as_deref() == Some(&known.key);
            let style = if chosen { theme.accent } else { theme.text };
            let check = if chosen { "●" } else { "○" };
            let gap = if wide { " " } else { "" };
            if let Some(key) = known.hotkey {
                spans.push(Span::styled(key.to_string(), theme.key));
            }
            spans.push(Span::styled(format!("{gap}{check}{gap}{name}"), style));
            if !letters.is_empty() {
                spans.push(Span::styled(format!(" {letters}"), theme.text));
            }
            spans.push(Span::styled(if wide { "   " } else { " " }, theme.text));
        }
        Line::from(spans)
    }

    #[allow(clippy::too_many_arguments)]
    fn text_lines(
        &self,
        sheet: &mut Sheet,
        stop: Stop,
        axis: &Axis,
        row: Row,
        here: bool,
        width: u16,
        theme: &Theme,
    ) {
        let indent = INDENT + 2;
        if here && let Some(typing) = &self.typing {
            let start = sheet.lines.len();
            sheet.typing = Some(start);
            let rows = typing.height(width.saturating_sub(indent));
            sheet.lines.extend((0..rows).map(|_| Line::default()));
            sheet.lines[start] = Line::styled("    » ", theme.accent);
            return;
        }
        let (words, hint) = match row {
            Row::Text(code) => {
                let title = axis.codes[code]
                    .text
                    .as_ref()
                    .map(|text| text.title.as_str());
                let written = self.pick_of(stop, code).and_then(|pick| pick.text.clone());
                (written, title.unwrap_or("text").to_lowercase())
            }
            Row::Label(code) => {
                let written = self
                    .pick_of(stop, code)
                    .map(|pick| pick.code.0.clone())
                    .filter(|label| *label != axis.codes[code].key.0);
                (written, "own label".to_owned())
            }
            _ => {
                let written = match self.answer(stop) {
                    Some(Answer::Text(text)) => Some(text.clone()),
                    _ => None,
                };
                (written, "text".to_owned())
            }
        };
        let mark = if here { "    > " } else { "      " };
        match words.filter(|words| !words.is_empty()) {
            Some(words) => sheet.lines.extend(prose::labelled(
                mark,
                theme.text,
                &words,
                width,
                indent,
                theme.accent,
            )),
            None => sheet.lines.push(Line::styled(
                format!("{mark}({hint}: Space to write)"),
                theme.muted,
            )),
        }
    }
}

/// The names of an attribute's values so that all stand in one row: with blanks if there is room,
/// else without, and then the longest give way.
fn fit(attribute: &Attribute, room: usize) -> (Vec<String>, bool) {
    let widths: Vec<usize> = attribute
        .values
        .iter()
        .map(|value| text::width(&value.name))
        .collect();
    let names = |widths: &[usize]| {
        let cut = attribute.values.iter().zip(widths);
        cut.map(|(value, width)| text::truncate(&value.name, *width))
            .collect()
    };
    let total: usize = widths.iter().sum();
    if total + widths.len() * 7 <= room {
        return (names(&widths), true);
    }
    let mut widths = widths;
    while widths.iter().sum::<usize>() + widths.len() * 3 > room {
        match widths.iter_mut().max() {
            Some(widest) if *widest > 1 => *widest -= 1,
            _ => break,
        }
    }
    (names(&widths), false)
}
