//! Choosing what narrows the list: first by what, then the value.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    domain::{
        codebook::{Codebook, UnitKind},
        ids::RaterName,
        label::Basis,
    },
    tui::{
        keymap::{Command, Key},
        overlays::pane,
        text,
        theme::Theme,
        widgets::{input::Input, scroll, scroll::keep_in_view, transcript},
    },
    workflow::browse::{AnswerIs, Facet, Narrowing},
};

/// What is being chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    What,
    Value(Facet),
    Basis,
    Rater,
    Axis { rater: String },
    Code { rater: String, axis: String },
}

/// Something that can be chosen.
struct Entry {
    /// What it stands for; `None` takes the filter away.
    value: Option<String>,
    label: String,
    /// What is chosen now, or what a code means.
    note: String,
}

pub struct Filters {
    step: Step,
    entries: Vec<Entry>,
    cursor: usize,
    typed: Input,
}

/// What came of a key.
pub enum Outcome {
    Stay,
    Close,
    /// The values of a facet are wanted.
    Load(Facet),
    Changed,
}

const BASIS: &str = "gold";
const CODE: &str = "code";

const FACETS: [(&str, Facet); 5] = [
    ("repository", Facet::Repository),
    ("modality", Facet::Modality),
    ("agent", Facet::Agent),
    ("confidence", Facet::Confidence),
    ("batch", Facet::Batch),
];

/// Whether the units are whole sessions, which have no name and no confidence.
pub fn labels_sessions(codebook: &Codebook) -> bool {
    codebook.unit == UnitKind::Session
}

fn value_of(narrowing: &mut Narrowing, facet: Facet) -> &mut Option<String> {
    match facet {
        Facet::Repository => &mut narrowing.repository,
        Facet::Modality => &mut narrowing.modality,
        Facet::Agent => &mut narrowing.agent,
        Facet::Confidence => &mut narrowing.confidence,
        Facet::Batch => &mut narrowing.batch,
    }
}

/// The filters that are on, each with its value.
pub fn in_words(narrowing: &Narrowing) -> Vec<(&'static str, String)> {
    let mut narrowing = narrowing.clone();
    let mut said = Vec::new();
    for (name, facet) in FACETS {
        said.extend(
            value_of(&mut narrowing, facet)
                .take()
                .map(|value| (name, value)),
        );
    }
    said.extend(narrowing.basis.map(|basis| (BASIS, basis)));
    said.extend(narrowing.answer.map(|answer| {
        let AnswerIs { rater, code, .. } = answer;
        (CODE, format!("{code} by {rater}"))
    }));
    said.extend(narrowing.words.map(|words| ("text", words)));
    said
}

impl Filters {
    pub fn new(narrowing: &Narrowing, sessions: bool) -> Self {
        let on = in_words(narrowing);
        let names = FACETS.iter().map(|(name, _)| *name).chain([BASIS, CODE]);
        let entries = names
            .filter(|name| !sessions || *name != "confidence")
            .map(|name| {
                let value = on.iter().find(|(one, _)| *one == name);
                Entry {
                    value: Some(name.to_owned()),
                    label: match name {
                        BASIS => "gold: how it came about".to_owned(),
                        CODE => "code that somebody gave".to_owned(),
                        name => name.to_owned(),
                    },
                    note: value.map_or_else(String::new, |(_, value)| value.clone()),
                }
            });
        Self {
            step: Step::What,
            entries: entries.collect(),
            cursor: 0,
            typed: Input::new("", false),
        }
    }

    fn go_to(&mut self, step: Step, entries: Vec<Entry>) {
        (self.step, self.entries, self.cursor) = (step, entries, 0);
        self.typed = Input::new("", false);
    }

    /// The values of the facet have been loaded.
    pub fn values(&mut self, values: Vec<String>) {
        let step = self.step.clone();
        let values = values.iter().map(|value| plain(value));
        self.go_to(step, std::iter::once(any()).chain(values).collect());
    }

    /// The entries that hold what was typed.
    fn shown(&self) -> Vec<&Entry> {
        let typed = self.typed.text();
        let holds = |said: &str| !transcript::find(&typed, said).is_empty();
        self.entries
            .iter()
            .filter(|entry| typed.is_empty() || holds(&entry.label) || holds(&entry.note))
            .collect()
    }

    pub fn key(&mut self, key: Key) {
        if self.typed.key(key) {
            self.cursor = 0;
        }
    }

    pub fn paste(&mut self, pasted: &str) {
        self.typed.paste(pasted);
        self.cursor = 0;
    }

    pub fn command(
        &mut self,
        command: Command,
        codebook: &Codebook,
        raters: &[RaterName],
        narrowing: &mut Narrowing,
    ) -> Outcome {
        let last = self.shown().len().saturating_sub(1);
        match command {
            Command::Next => self.cursor = (self.cursor + 1).min(last),
            Command::Previous => self.cursor = self.cursor.saturating_sub(1),
            Command::Back => return Outcome::Close,
            Command::Done => {
                let chosen = self
                    .shown()
                    .get(self.cursor)
                    .map(|entry| entry.value.clone());
                if let Some(value) = chosen {
                    return self.choose(value, codebook, raters, narrowing);
                }
            }
            _ => {}
        }
        Outcome::Stay
    }

    fn choose(
        &mut self,
        value: Option<String>,
        codebook: &Codebook,
        raters: &[RaterName],
        narrowing: &mut Narrowing,
    ) -> Outcome {
        match self.step.clone() {
            Step::What => return self.begin(&value.unwrap_or_default(), raters),
            Step::Value(facet) => *value_of(narrowing, facet) = value,
            Step::Basis => narrowing.basis = value,
            Step::Rater => {
                let Some(rater) = value else {
                    narrowing.answer = None;
                    return Outcome::Changed;
                };
                let axes = codebook.axes.iter().filter(|axis| axis.is_coded());
                let entries = axes.map(|axis| Entry {
                    value: Some(axis.key.0.clone()),
                    label: axis.title.clone(),
                    note: String::new(),
                });
                self.go_to(Step::Axis { rater }, entries.collect());
                return Outcome::Stay;
            }
            Step::Axis { rater } => {
                let axis = value.unwrap_or_default();
                let codes = codebook.axis(&axis).map_or(&[][..], |axis| &axis.codes);
                let entries = codes.iter().map(|code| Entry {
                    value: Some(code.key.0.clone()),
                    label: code.key.0.clone(),
                    note: Some(code.name.clone())
                        .filter(|name| *name != *code.key)
                        .unwrap_or_default(),
                });
                self.go_to(Step::Code { rater, axis }, entries.collect());
                return Outcome::Stay;
            }
            Step::Code { rater, axis } => {
                narrowing.answer = value.map(|code| AnswerIs { rater, axis, code });
            }
        }
        Outcome::Changed
    }

    fn begin(&mut self, what: &str, raters: &[RaterName]) -> Outcome {
        if let Some((_, facet)) = FACETS.iter().find(|(name, _)| *name == what) {
            self.go_to(Step::Value(*facet), Vec::new());
            return Outcome::Load(*facet);
        }
        let (step, values): (Step, Vec<&str>) = match what {
            BASIS => (Step::Basis, Basis::ALL.map(Basis::as_str).to_vec()),
            _ => (Step::Rater, raters.iter().map(|rater| &**rater).collect()),
        };
        let values = values.into_iter().map(plain);
        self.go_to(step, std::iter::once(any()).chain(values).collect());
        Outcome::Stay
    }

    fn title(&self) -> String {
        match &self.step {
            Step::What => "Filter by".to_owned(),
            Step::Value(facet) => {
                let name = FACETS.iter().find(|(_, one)| one == facet);
                format!("Filter by {}", name.map_or("", |(name, _)| name))
            }
            Step::Basis => "Filter by how gold came about".to_owned(),
            Step::Rater => "Whose code?".to_owned(),
            Step::Axis { rater } => format!("On which question did {rater} give it?"),
            Step::Code { rater, .. } => format!("Which code did {rater} give?"),
        }
    }

    pub fn view(&self, frame: &mut Frame, area: Rect, theme: &Theme) {
        let shown = self.shown();
        let height = self.entries.len().clamp(3, 16) as u16 + 2;
        let inner = pane(frame, area, (56, height), &self.title(), theme);
        if inner.height < 3 {
            return;
        }
        let label = Line::styled("type to narrow: ", theme.muted);
        frame
            .buffer_mut()
            .set_line(inner.x, inner.y, &label, inner.width);
        let used = (label.width() as u16).min(inner.width);
        let typing = Rect {
            x: inner.x + used,
            width: inner.width - used,
            height: 1,
            ..inner
        };
        self.typed.view(frame, typing, theme);
        let list = Rect {
            y: inner.y + 2,
            height: inner.height - 2,
            ..inner
        };
        let rows = usize::from(list.height);
        let first = keep_in_view(0, self.cursor, rows, shown.len());
        let buffer = frame.buffer_mut();
        let width = usize::from(list.width).saturating_sub(2);
        for (y, (index, entry)) in
            (list.top()..list.bottom()).zip(shown.iter().enumerate().skip(first))
        {
            let here = index == self.cursor;
            let mark = if here { "> " } else { "  " };
            let label = text::truncate(&entry.label, width.saturating_sub(2));
            let room = width.saturating_sub(4 + text::width(&label));
            let line = Line::from(vec![
                Span::styled(format!("{mark}{label}"), theme.text),
                Span::styled(
                    format!("  {}", text::truncate(&entry.note, room)),
                    theme.muted,
                ),
            ]);
            buffer.set_line(list.x, y, &line, list.width.saturating_sub(1));
            if here {
                let row = Rect::new(list.x, y, list.width.saturating_sub(1), 1);
                buffer.set_style(row, theme.selected);
            }
        }
        let track = Rect {
            x: list.right().saturating_sub(1),
            width: 1,
            ..list
        };
        scroll::indicator(buffer, track, first, rows, shown.len(), theme);
    }
}

fn any() -> Entry {
    Entry {
        value: None,
        label: "any".into(),
        note: "takes this filter away".into(),
    }
}

fn plain(value: &str) -> Entry {
    Entry {
        value: Some(value.to_owned()),
        label: value.to_owned(),
        note: String::new(),
    }
}
