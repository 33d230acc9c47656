//! A codebook as sections of text: one about the whole, one for each axis.

use crate::{
    domain::codebook::{Attribute, Axis, Code, Codebook},
    report::{
        codebook::sentences::{amount, condition, facts, how_to_answer, ladder, who_takes},
        prose::reflow,
    },
};

/// What a block is, which decides on its look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Heading,
    Plain,
    Muted,
}

/// A paragraph.
pub struct Block {
    pub look: Look,
    pub indent: u16,
    pub text: String,
}

pub struct Section {
    pub title: String,
    pub blocks: Vec<Block>,
}

/// The sections of a codebook in its own order.
pub fn sections(codebook: &Codebook) -> Vec<Section> {
    let whole = std::iter::once(overview(codebook));
    let axes = codebook.axes.iter().map(|axis| section(codebook, axis));
    whole.chain(axes).collect()
}

struct Writer(Vec<Block>);

impl Writer {
    fn add(&mut self, look: Look, indent: u16, text: &str) {
        self.0.push(Block {
            look,
            indent,
            text: reflow(text),
        });
    }

    fn gap(&mut self) {
        self.add(Look::Plain, 0, "");
    }

    fn part(&mut self, title: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.gap();
            self.add(Look::Heading, 0, title);
            self.add(Look::Plain, 0, text);
        }
    }
}

fn overview(codebook: &Codebook) -> Section {
    let mut page = Writer(Vec::new());
    page.add(Look::Heading, 0, &codebook.title);
    let unit = codebook.unit.as_str();
    page.add(
        Look::Muted,
        0,
        &format!("{}, labels one {unit} at a time", codebook.name()),
    );
    page.part("About", codebook.about.as_deref());
    page.part("Source", codebook.source.as_deref());
    page.part("In general", codebook.guidance.as_deref());
    let note = &codebook.note;
    let words = note.words.map(amount);
    let rule: Vec<String> = [note.prompt.clone(), words].into_iter().flatten().collect();
    page.part(
        "Note",
        Some(rule.join(" ").as_str()).filter(|rule| !rule.is_empty()),
    );
    page.part("For a judge", codebook.judge.as_deref());
    Section {
        title: "About".into(),
        blocks: page.0,
    }
}

fn section(codebook: &Codebook, axis: &Axis) -> Section {
    let mut page = Writer(Vec::new());
    page.add(Look::Heading, 0, &axis.title);
    page.add(Look::Plain, 0, &axis.question);
    let mut how = how_to_answer(axis);
    if let Some(condition) = condition(codebook, axis) {
        how.push_str(&format!(" Asked only where {condition}."));
    }
    if let Some(ladder) = ladder(axis) {
        how.push_str(&format!(" From least to most: {ladder}."));
    }
    page.add(Look::Muted, 0, &how);
    if let Some(help) = &axis.help {
        page.gap();
        page.add(Look::Plain, 0, help);
    }
    for one in &axis.codes {
        code(&mut page, one);
    }
    for one in &axis.attributes {
        attribute(&mut page, axis, one);
    }
    page.part("For a judge", axis.judge.as_deref());
    Section {
        title: axis.title.clone(),
        blocks: page.0,
    }
}

fn code(page: &mut Writer, code: &Code) {
    page.gap();
    let mut head = code.key.0.clone();
    if code.name != *code.key {
        head.push_str(&format!("  {}", code.name));
    }
    if let Some(key) = code.hotkey {
        head.push_str(&format!("   [key {key}]"));
    }
    page.add(Look::Heading, 0, &head);
    if let Some(anchor) = &code.anchor {
        page.add(Look::Muted, 2, anchor);
    }
    page.add(Look::Plain, 2, &code.definition);
    for rule in &code.include {
        page.add(Look::Plain, 2, &format!("+ {rule}"));
    }
    for rule in &code.exclude {
        page.add(Look::Plain, 2, &format!("\u{2212} not: {rule}"));
    }
    if let Some(example) = &code.example {
        page.add(Look::Muted, 2, &format!("Example: {example}"));
    }
    let facts = facts(code);
    if !facts.is_empty() {
        page.add(Look::Muted, 2, &facts.join(" "));
    }
}

fn attribute(page: &mut Writer, axis: &Axis, attribute: &Attribute) {
    page.gap();
    page.add(Look::Heading, 0, &attribute.title);
    if let Some(question) = &attribute.question {
        page.add(Look::Plain, 2, question);
    }
    page.add(Look::Muted, 2, &who_takes(axis, attribute));
    for value in &attribute.values {
        let mut line = value.key.clone();
        if value.name != value.key {
            line.push_str(&format!("  {}", value.name));
        }
        if let Some(key) = value.hotkey {
            line.push_str(&format!("   [key {key}]"));
        }
        if !value.definition.is_empty() {
            line.push_str(&format!(": {}", value.definition));
        }
        page.add(Look::Plain, 2, &line);
    }
}
