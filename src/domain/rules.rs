//! The one judge of whether a set of answers is complete and valid, and if not, why.
//!
//! Screens, importers and readers of model replies all ask here.

use std::collections::HashSet;

use super::{
    answers::{Answer, Answers, Pick},
    codebook::{Axis, Codebook, Kind},
    ids::AxisKey,
};

/// Whether an axis is asked, given the answers to the axes that it hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    Yes,
    /// The answer to the parent rules it out.
    No,
    /// The parent is not answered, so nobody can say.
    Open,
}

/// What stands against a set of answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The axis concerned; `None` for the note.
    pub axis: Option<AxisKey>,
    pub kind: ProblemKind,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Something is not answered yet: a draft may have it.
    Missing,
    /// A rule is broken.
    Broken,
}

/// The verdict on a set of answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    pub problems: Vec<Problem>,
    /// Advice that stands against nothing: `(axis, sentence)`.
    pub hints: Vec<(AxisKey, String)>,
}

impl Review {
    /// Complete and valid.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The first problem of an axis.
    pub fn of_axis(&self, axis: &str) -> Option<&Problem> {
        self.problems
            .iter()
            .find(|problem| problem.axis.as_deref() == Some(axis))
    }

    pub fn is_broken(&self, axis: &str) -> bool {
        self.problems
            .iter()
            .any(|p| p.kind == ProblemKind::Broken && p.axis.as_deref() == Some(axis))
    }
}

/// Whether `axis` is asked under these answers. A condition reaches through its parent's own.
pub fn applies(codebook: &Codebook, axis: &Axis, answers: &Answers) -> Applies {
    let Some(condition) = &axis.applies_when else {
        return Applies::Yes;
    };
    let Some(parent) = codebook.axis(&condition.axis) else {
        return Applies::Open;
    };
    match applies(codebook, parent, answers) {
        Applies::Yes => {}
        other => return other,
    }
    let picks = answers.picks(&parent.key);
    if picks.is_empty() {
        return if parent.optional {
            Applies::No
        } else {
            Applies::Open
        };
    }
    let meets = |pick: &Pick| {
        parent
            .code(&pick.code)
            .is_some_and(|code| condition.is.contains(&code.key))
    };
    if picks.iter().any(meets) {
        Applies::Yes
    } else {
        Applies::No
    }
}

/// Judges the answers and the note of one unit with `quotes` quotes.
pub fn review(codebook: &Codebook, answers: &Answers, note: Option<&str>, quotes: usize) -> Review {
    let mut review = Review::default();
    for axis in &codebook.axes {
        let mut found = Findings {
            axis,
            review: &mut review,
        };
        let answer = answers.get(&axis.key);
        match (applies(codebook, axis, answers), answer) {
            (Applies::Yes, Some(answer)) => found.judge(answer, quotes),
            (Applies::Yes, None) if axis.optional || (axis.repeat && quotes == 0) => {}
            (Applies::Yes, None) => found.missing("not answered yet"),
            (Applies::No, Some(_)) => found.broken("does not apply here and must stay empty"),
            (Applies::Open, Some(_)) => found.broken("answered before the axis that it hangs on"),
            (Applies::No | Applies::Open, None) => {}
        }
    }
    if let (Some(note), Some(words)) = (note, codebook.note.words)
        && let Some(why) = words.problem(note)
    {
        review.problems.push(Problem {
            axis: None,
            kind: ProblemKind::Broken,
            why: format!("the note takes {why}"),
        });
    }
    review
}

/// Takes down what is found wrong with one axis.
struct Findings<'a> {
    axis: &'a Axis,
    review: &'a mut Review,
}

impl Findings<'_> {
    fn add(&mut self, kind: ProblemKind, why: impl Into<String>) {
        self.review.problems.push(Problem {
            axis: Some(self.axis.key.clone()),
            kind,
            why: why.into(),
        });
    }

    fn missing(&mut self, why: impl Into<String>) {
        self.add(ProblemKind::Missing, why);
    }

    fn broken(&mut self, why: impl Into<String>) {
        self.add(ProblemKind::Broken, why);
    }

    fn judge(&mut self, answer: &Answer, quotes: usize) {
        match (self.axis.repeat, answer) {
            (false, Answer::Repeated(_)) => self.broken("takes one answer, not one per quote"),
            (false, answer) => self.judge_one(answer),
            (true, Answer::Repeated(items)) => {
                if items.len() > quotes {
                    self.broken(format!("has {} answers for {quotes} quotes", items.len()));
                }
                let given = items.iter().flatten().filter(|a| !a.is_empty()).count();
                if given < quotes && !self.axis.optional {
                    self.missing(format!("{given} of {quotes} quotes answered"));
                }
                for item in items.iter().flatten() {
                    self.judge_one(item);
                }
            }
            (true, _) => self.broken("takes one answer per quote"),
        }
    }

    fn judge_one(&mut self, answer: &Answer) {
        match answer {
            Answer::Text(text) => {
                if self.axis.kind != Kind::Text {
                    self.broken("takes a code, not a text");
                } else if let Some(why) = self.axis.words.and_then(|words| words.problem(text)) {
                    self.broken(format!("takes {why}"));
                }
            }
            Answer::Picks(picks) => self.judge_picks(picks),
            Answer::Repeated(_) => self.broken("answers per quote cannot be nested"),
        }
    }

    fn judge_picks(&mut self, picks: &[Pick]) {
        let axis = self.axis;
        let mut seen = HashSet::new();
        for pick in picks {
            if !seen.insert(&pick.code) {
                self.broken(format!("{} is given twice", pick.code));
            }
            self.judge_pick(pick);
        }
        if axis.kind != Kind::Multi {
            if picks.len() > 1 {
                self.broken("takes one code");
            }
            return;
        }
        let alone = picks
            .iter()
            .find(|pick| axis.code(&pick.code).is_some_and(|code| code.exclusive));
        if let Some(pick) = alone
            && picks.len() > 1
        {
            self.broken(format!(
                "{} stands alone: take it or the others away",
                pick.code
            ));
        }
        if let Some(max) = axis.max
            && picks.len() > max
        {
            self.broken(format!("takes at most {max} codes, not {}", picks.len()));
        } else if let Some(prefer) = axis.prefer
            && picks.len() > prefer
        {
            let codes = if prefer == 1 {
                "one code is"
            } else {
                "fewer codes are"
            };
            self.review.hints.push((
                axis.key.clone(),
                format!(
                    "{codes} preferred: does each of the {} add something?",
                    picks.len()
                ),
            ));
        }
    }

    fn judge_pick(&mut self, pick: &Pick) {
        let axis = self.axis;
        let Some(code) = axis.code(&pick.code) else {
            if axis.codes.iter().any(|code| code.key == pick.code) {
                self.missing(format!("{} needs its own label", pick.code));
            } else {
                self.broken(format!("{} is not a code of this axis", pick.code));
            }
            return;
        };
        match (&code.text, pick.text.as_deref().map(str::trim)) {
            (Some(text), None | Some("")) => {
                self.missing(format!(
                    "{} needs its {}",
                    pick.code,
                    text.title.to_lowercase()
                ));
            }
            (Some(rule), Some(text)) => {
                if let Some(why) = rule.words.and_then(|words| words.problem(text)) {
                    self.broken(format!(
                        "the {} of {} takes {why}",
                        rule.title.to_lowercase(),
                        pick.code
                    ));
                }
            }
            (None, Some(_)) => self.broken(format!("{} takes no text", pick.code)),
            (None, None) => {}
        }
        for attribute in &axis.attributes {
            let title = attribute.title.to_lowercase();
            match (
                attribute.asked_of(&code.key),
                pick.attribute(&attribute.key),
            ) {
                (true, None) => self.missing(format!("{} needs its {title}", pick.code)),
                (true, Some(value)) if attribute.value(value).is_none() => {
                    self.broken(format!("{value} is not a value of {}", attribute.key));
                }
                (false, Some(_)) => self.broken(format!("{} takes no {title}", pick.code)),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
