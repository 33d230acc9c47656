//! The rules of labelling as data: axes, their codes, the attributes of a code, conditions.
//!
//! Nothing here knows any particular codebook. `check` says what is wrong with one.

pub mod check;
pub mod hotkeys;
mod pattern;
#[cfg(test)]
pub mod samples;

pub use pattern::Pattern;

use super::ids::{AxisKey, CodeKey};

/// Letters that the labelling screens keep for themselves, so that no code may take them.
pub const RESERVED_HOTKEYS: &str = "befghjklmnoqruvz";

/// Names that a row of labels, or a record of another kind, keeps for itself at its top level, so
/// that no answer in the nested shape may stand there.
pub const RESERVED_FIELDS: [&str; 20] = [
    "unit",
    "session",
    "id",
    "rater",
    "kind",
    "task",
    "codebook",
    "batch",
    "state",
    "answers",
    "note",
    "reasoning",
    "flags",
    "unsure",
    "at",
    "basis",
    "turns",
    "evidence",
    "description",
    "episodes",
];

/// What a codebook's task labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitKind {
    Episode,
    Session,
}

impl UnitKind {
    pub fn as_str(self) -> &'static str {
        match self {
            UnitKind::Episode => "episode",
            UnitKind::Session => "session",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "episode" => Some(UnitKind::Episode),
            "session" => Some(UnitKind::Session),
            _ => None,
        }
    }
}

/// How an axis is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One code.
    Single,
    /// One or more codes.
    Multi,
    /// One integer of a range; its points are codes named by their number.
    Scale,
    /// Free text.
    Text,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Single => "single",
            Kind::Multi => "multi",
            Kind::Scale => "scale",
            Kind::Text => "text",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Kind::Single, Kind::Multi, Kind::Scale, Kind::Text]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// Least and most words of a text, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    pub least: usize,
    pub most: usize,
}

impl Words {
    /// Why `text` breaks the limits, or `None`.
    pub fn problem(self, text: &str) -> Option<String> {
        let count = text.split_whitespace().count();
        if (self.least..=self.most).contains(&count) {
            return None;
        }
        let wanted = match (self.least, self.most) {
            (0, most) => format!("at most {most} words"),
            (least, most) => format!("{least} to {most} words"),
        };
        Some(format!("{wanted}, not {count}"))
    }
}

/// A text that goes with a code, such as the description of a catch-all.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeText {
    pub title: String,
    pub prompt: Option<String>,
    pub words: Option<Words>,
    /// Its name in the nested answer shape.
    pub field: String,
}

/// An answer to an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    pub key: CodeKey,
    pub name: String,
    pub definition: String,
    pub anchor: Option<String>,
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    pub example: Option<String>,
    pub hotkey: Option<char>,
    pub class: Option<String>,
    /// Stands alone on a multi axis.
    pub exclusive: bool,
    pub catch_all: bool,
    /// Whoever gives it, judge or gold, says that the unit is not a real one. The default sampling
    /// frame leaves such units out.
    pub rejects: bool,
    pub text: Option<CodeText>,
    /// An open code: any label that matches the whole pattern.
    pub pattern: Option<Pattern>,
    /// Foreign spellings that are read as this code, with a warning.
    pub aliases: Vec<String>,
}

/// One value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeValue {
    pub key: String,
    pub name: String,
    pub definition: String,
    pub hotkey: Option<char>,
}

/// Something asked for each chosen code of an axis, such as how well it is evidenced.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub key: String,
    pub title: String,
    pub question: Option<String>,
    /// The codes that do not take it.
    pub without: Vec<CodeKey>,
    /// Foreign spellings of "no value", read with a warning.
    pub none: Vec<String>,
    pub values: Vec<AttributeValue>,
}

impl Attribute {
    pub fn asked_of(&self, code: &str) -> bool {
        !self.without.iter().any(|c| &**c == code)
    }

    pub fn value(&self, key: &str) -> Option<&AttributeValue> {
        self.values.iter().find(|value| value.key == key)
    }
}

/// An axis is asked only where another axis has one of these codes.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub axis: AxisKey,
    pub is: Vec<CodeKey>,
}

/// A question.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub key: AxisKey,
    pub title: String,
    pub question: String,
    pub kind: Kind,
    /// The object that holds the axis in the nested answer shape, if it is not the top level.
    pub group: Option<String>,
    /// The axis's name in that object.
    pub field: String,
    /// The name of the code in an item with attributes, in the nested shape.
    pub item: String,
    pub optional: bool,
    /// Most codes on a multi axis.
    pub max: Option<usize>,
    /// Above this many codes the form shows a hint.
    pub prefer: Option<usize>,
    /// Limits of a text axis.
    pub words: Option<Words>,
    /// Codes from least to most; the others are off the ladder.
    pub ordered: Vec<CodeKey>,
    pub applies_when: Option<Condition>,
    /// Asked once per quote of the episode.
    pub repeat: bool,
    pub help: Option<String>,
    pub judge: Option<String>,
    pub attributes: Vec<Attribute>,
    pub codes: Vec<Code>,
}

impl Axis {
    /// The code that a label stands for: by its key, else an open code that it matches.
    pub fn code(&self, label: &str) -> Option<&Code> {
        self.codes
            .iter()
            .find(|code| &*code.key == label && code.pattern.is_none())
            .or_else(|| {
                self.codes
                    .iter()
                    .find(|code| code.pattern.as_ref().is_some_and(|p| p.matches(label)))
            })
    }

    /// The code of which `label` is a foreign spelling.
    pub fn code_by_alias(&self, label: &str) -> Option<&Code> {
        self.codes
            .iter()
            .find(|code| code.aliases.iter().any(|alias| alias == label))
    }

    /// The place of a label among the codes; labels of an open code share one place.
    pub fn position(&self, label: &str) -> Option<usize> {
        let code = self.code(label)?;
        self.codes.iter().position(|c| c.key == code.key)
    }

    pub fn attribute(&self, key: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.key == key)
    }

    /// Whether answers can be compared: everything but free text.
    pub fn is_coded(&self) -> bool {
        self.kind != Kind::Text
    }
}

/// What the note on an annotation is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NoteRule {
    pub prompt: Option<String>,
    pub words: Option<Words>,
}

/// A codebook.
#[derive(Clone, Debug, PartialEq)]
pub struct Codebook {
    pub id: String,
    pub version: String,
    pub title: String,
    pub unit: UnitKind,
    pub about: Option<String>,
    pub source: Option<String>,
    pub guidance: Option<String>,
    pub judge: Option<String>,
    pub note: NoteRule,
    pub axes: Vec<Axis>,
}

impl Codebook {
    pub fn axis(&self, key: &str) -> Option<&Axis> {
        self.axes.iter().find(|axis| &*axis.key == key)
    }

    pub fn position(&self, key: &str) -> Option<usize> {
        self.axes.iter().position(|axis| &*axis.key == key)
    }

    /// The first code that rejects the unit, with its axis.
    pub fn rejecting(&self) -> Option<(&Axis, &Code)> {
        self.axes
            .iter()
            .find_map(|axis| Some((axis, axis.codes.iter().find(|code| code.rejects)?)))
    }

    /// `id@version`, by which labels and batches name it.
    pub fn name(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_code_goes_before_any_pattern_and_an_open_key_is_no_answer() {
        let codebook = samples::fieldnotes();
        let axis = codebook.axis("mender").unwrap();
        assert_eq!(axis.code("hide:12").map(|code| &*code.key), Some("hide"));
        assert_eq!(axis.code("hide"), None);
        assert_eq!(axis.position("hide:1"), axis.position("hide:2"));
    }

    #[test]
    fn the_code_that_rejects_a_unit_is_found_with_its_axis() {
        let found = |codebook: &Codebook| {
            let (axis, code) = codebook.rejecting()?;
            Some((axis.key.0.clone(), code.key.0.clone()))
        };
        let pair = |axis: &str, code: &str| Some((axis.to_owned(), code.to_owned()));
        assert_eq!(found(&samples::validity()), pair("verdict", "INVALID"));
        assert_eq!(found(&samples::fieldnotes()), pair("repair", "no_slip"));
        assert_eq!(found(&samples::misalignment()), None);
    }
}
