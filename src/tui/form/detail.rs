//! What the codebook says about the row under the cursor.

use ratatui::text::{Line, Span};

use super::{Form, Row};
use crate::{
    domain::codebook::{Axis, Code, Words},
    tui::{text, theme::Theme, widgets::prose},
};

/// The definition of the code under the cursor with its limits, or what else the cursor is on.
pub fn detail(form: &Form, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let Some(axis) = form.axis() else {
        return prose::lines(
            match form.columns() {
                Some(_) => "The end of the form. Enter saves the gold; k or Shift-Tab goes back.",
                None => "The end of the form. Enter submits; k or Shift-Tab goes back.",
            },
            width,
            0,
            theme.muted,
        );
    };
    match form.row() {
        Row::Code(code) => match axis.codes.get(code) {
            Some(code) => of_code(code, width, theme),
            None => Vec::new(),
        },
        Row::Attribute { attribute, .. } => of_attribute(axis, attribute, width, theme),
        Row::Text(code) => of_text(axis, code, width, theme),
        Row::Label(code) => match axis.codes.get(code) {
            Some(code) => of_label(code, width, theme),
            None => Vec::new(),
        },
        Row::Prose => {
            let mut lines = prose::lines(&axis.question, width, 0, theme.heading);
            lines.extend(limits(axis.words, width, theme));
            if let Some(help) = &axis.help {
                lines.extend(prose::lines(help, width, 0, theme.text));
            }
            lines
        }
    }
}

fn of_code(code: &Code, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![head(
        &code.key,
        &code.name,
        code.anchor.as_deref(),
        width,
        theme,
    )];
    lines.extend(prose::lines(&code.definition, width, 0, theme.text));
    let mut part = |label: &str, words: &str| {
        lines.extend(prose::labelled(
            label,
            theme.muted,
            words,
            width,
            9,
            theme.text,
        ));
    };
    if !code.include.is_empty() {
        part("take for", &code.include.join("; "));
    }
    if !code.exclude.is_empty() {
        part("not for", &code.exclude.join("; "));
    }
    if let Some(example) = &code.example {
        part("example", example);
    }
    lines
}

fn head(key: &str, name: &str, anchor: Option<&str>, width: u16, theme: &Theme) -> Line<'static> {
    let columns = usize::from(width);
    let title = text::truncate(&format!("{key}  {name}"), columns);
    let left = columns - text::width(&title);
    let mut spans = vec![Span::styled(title, theme.heading)];
    if let Some(anchor) = anchor.filter(|anchor| text::width(anchor) + 3 <= left) {
        spans.push(Span::styled(
            format!("   {}", text::clean(anchor)),
            theme.muted,
        ));
    }
    Line::from(spans)
}

fn of_attribute(axis: &Axis, attribute: usize, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let Some(attribute) = axis.attributes.get(attribute) else {
        return Vec::new();
    };
    let question = attribute.question.as_ref().unwrap_or(&attribute.title);
    let mut lines = prose::lines(question, width, 0, theme.heading);
    let widest = attribute
        .values
        .iter()
        .map(|value| text::width(&value.name))
        .max()
        .unwrap_or(0);
    for value in &attribute.values {
        let key = value.hotkey.unwrap_or(' ');
        let label = format!("{key} {}", value.name);
        lines.extend(prose::labelled(
            &label,
            theme.key,
            &value.definition,
            width,
            widest as u16 + 4,
            theme.text,
        ));
    }
    lines
}

fn of_text(axis: &Axis, code: usize, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let Some(code) = axis.codes.get(code) else {
        return Vec::new();
    };
    let Some(rule) = &code.text else {
        return Vec::new();
    };
    let title = format!("{} of {}", rule.title, code.key);
    let mut lines = prose::lines(&title, width, 0, theme.heading);
    if let Some(prompt) = &rule.prompt {
        lines.extend(prose::lines(prompt, width, 0, theme.text));
    }
    lines.extend(limits(rule.words, width, theme));
    lines.extend(of_code(code, width, theme));
    lines
}

fn of_label(code: &Code, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = of_code(code, width, theme);
    if let Some(pattern) = &code.pattern {
        lines.extend(prose::labelled(
            "pattern",
            theme.muted,
            pattern.source(),
            width,
            9,
            theme.text,
        ));
    }
    lines
}

fn limits(words: Option<Words>, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let Some(Words { least, most }) = words else {
        return Vec::new();
    };
    let says = match least {
        0 => format!("at most {most} words"),
        least => format!("{least} to {most} words"),
    };
    prose::lines(&says, width, 0, theme.muted)
}
