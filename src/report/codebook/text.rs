//! The rules as people read them in a terminal.

use super::{
    super::prose::{reflow, wrap},
    sentences::{amount, condition, facts, how_to_answer, ladder, who_takes},
};
use crate::domain::codebook::{Attribute, Axis, Code, Codebook, UnitKind};

/// The whole codebook in lines of at most `width` columns.
pub fn rules(codebook: &Codebook, width: usize) -> String {
    let mut page = Page {
        text: String::new(),
        width: width.max(40),
    };
    page.line(0, &format!("{} ({})", codebook.title, codebook.name()));
    let unit = match codebook.unit {
        UnitKind::Episode => "Labels episodes",
        UnitKind::Session => "Labels whole sessions",
    };
    let questions: Vec<&str> = codebook.axes.iter().map(|axis| &*axis.title).collect();
    page.line(0, &format!("{unit}: {}.", questions.join(", ")));
    page.section("About", codebook.about.as_deref());
    page.section("Source", codebook.source.as_deref());
    page.section("In general", codebook.guidance.as_deref());
    for (place, axis) in codebook.axes.iter().enumerate() {
        page.gap();
        page.line(0, &format!("{}. {} [{}]", place + 1, axis.title, axis.key));
        page.axis(codebook, axis);
    }
    let note = &codebook.note;
    if note.prompt.is_some() || note.words.is_some() {
        let words = note.words.map(|words| {
            format!(
                "{}{}.",
                amount(words)[..1].to_uppercase(),
                &amount(words)[1..]
            )
        });
        let text = [note.prompt.clone(), words]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        page.section("Note", Some(&text));
    }
    page.section("For a judge", codebook.judge.as_deref());
    page.text
}

struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn gap(&mut self) {
        self.text.push('\n');
    }

    fn line(&mut self, indent: usize, text: &str) {
        let text = wrap(&reflow(text), self.width, &" ".repeat(indent));
        self.text.push_str(&text);
    }

    fn section(&mut self, title: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        self.gap();
        self.line(0, title);
        self.line(2, text);
    }

    fn axis(&mut self, codebook: &Codebook, axis: &Axis) {
        self.line(3, &axis.question);
        self.line(3, &how_to_answer(axis));
        if let Some(condition) = condition(codebook, axis) {
            self.line(3, &format!("Asked only where {condition}."));
        }
        if let Some(ladder) = ladder(axis) {
            self.line(3, &format!("From least to most: {ladder}."));
        }
        if let Some(help) = &axis.help {
            self.gap();
            self.line(3, help);
        }
        for code in &axis.codes {
            self.code(code);
        }
        for attribute in &axis.attributes {
            self.attribute(axis, attribute);
        }
        if let Some(judge) = &axis.judge {
            self.gap();
            self.line(3, &format!("For a judge: {judge}"));
        }
    }

    fn code(&mut self, code: &Code) {
        self.gap();
        let key = code
            .hotkey
            .map_or_else(String::new, |key| format!("  (key {key})"));
        if *code.key == code.name {
            self.line(3, &format!("{}{key}", code.key));
        } else {
            self.line(3, &format!("{}: {}{key}", code.key, code.name));
        }
        if let Some(anchor) = &code.anchor {
            self.line(6, &format!("In short: {anchor}."));
        }
        self.line(6, &code.definition);
        for text in &code.include {
            self.line(6, &format!("- yes: {text}"));
        }
        for text in &code.exclude {
            self.line(6, &format!("- no: {text}"));
        }
        if let Some(example) = &code.example {
            self.line(6, &format!("Example: {example}"));
        }
        for text in facts(code) {
            self.line(6, &text);
        }
    }

    fn attribute(&mut self, axis: &Axis, attribute: &Attribute) {
        self.gap();
        let title = format!("{} [{}]", attribute.title, attribute.key);
        self.line(3, &title);
        if let Some(question) = &attribute.question {
            self.line(6, question);
        }
        self.line(6, &who_takes(axis, attribute));
        for value in &attribute.values {
            let key = value
                .hotkey
                .map_or_else(String::new, |key| format!(" (key {key})"));
            let definition = if value.definition.is_empty() {
                String::new()
            } else {
                format!(". {}", value.definition)
            };
            self.line(
                6,
                &format!("- {}: {}{key}{definition}", value.key, value.name),
            );
        }
    }
}
