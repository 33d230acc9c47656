//! What `--where` says: which units are wanted.

use std::{collections::HashSet, fmt};

use crate::{
    domain::{codebook::Codebook, ids::UnitKey, label::RaterKind},
    store::{batches::UnitRow, revisions::LabelFilter},
    workflow::{
        Error, Result, Study,
        sight::{Viewer, Wanted},
    },
};

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Is,
    IsNot,
    AtLeast,
    AtMost,
}

/// One `--where KEY=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub key: String,
    pub compare: Compare,
    pub value: String,
    /// The rater of an `AXIS=CODE@RATER`.
    pub rater: Option<String>,
}

const KEYS: [&str; 8] = [
    "repository",
    "modality",
    "agent",
    "source",
    "confidence",
    "session",
    "started_at",
    "verdict",
];

impl Filter {
    /// Reads `key=value`, `key!=value`, `key>=value`, `key<=value` or `AXIS=CODE@RATER`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let operators = [
            ("!=", Compare::IsNot),
            (">=", Compare::AtLeast),
            ("<=", Compare::AtMost),
            ("=", Compare::Is),
        ];
        let found = operators
            .iter()
            .filter_map(|(operator, compare)| {
                text.find(operator).map(|at| (at, *operator, *compare))
            })
            .min_by_key(|(at, operator, _)| (*at, 2 - operator.len()));
        let Some((at, operator, compare)) = found else {
            return Err(format!(
                "\"{text}\" is not a filter; write key=value, such as modality=cli"
            ));
        };
        let key = text[..at].trim().to_owned();
        let value = text[at + operator.len()..].trim();
        let by_rater = (!KEYS.contains(&key.as_str()))
            .then(|| value.rsplit_once('@'))
            .flatten();
        if !KEYS.contains(&key.as_str()) && by_rater.is_none() {
            return Err(format!(
                "{key} is not a key to filter by; there are {}, and AXIS=CODE@RATER",
                KEYS.join(", ")
            ));
        }
        let (value, rater) = by_rater.map_or((value, None), |(value, rater)| {
            (value, Some(rater.to_owned()))
        });
        Ok(Self {
            key,
            compare,
            value: value.to_owned(),
            rater,
        })
    }

    pub(in crate::workflow) fn admits(&self, found: Option<&str>) -> bool {
        // Times and numbers of equal width sort as texts; a shorter time is a prefix of a day.
        match self.compare {
            Compare::Is => found == Some(&self.value),
            Compare::IsNot => found != Some(&self.value),
            Compare::AtLeast => found.is_some_and(|found| found >= self.value.as_str()),
            Compare::AtMost => found.is_some_and(|found| {
                found <= self.value.as_str() || found.starts_with(&self.value)
            }),
        }
    }

    fn admits_any(&self, found: &[&str]) -> bool {
        match self.compare {
            Compare::IsNot => found.iter().all(|code| *code != self.value),
            _ => found.iter().any(|code| self.admits(Some(code))),
        }
    }
}

/// What a unit has under a key.
fn field<'r>(row: &'r UnitRow, key: &str) -> Option<&'r str> {
    match key {
        "repository" => row.repository.as_deref(),
        "modality" => row.modality.as_deref(),
        "agent" => row.agent.as_deref(),
        "source" => row.source.as_deref(),
        "confidence" => row.confidence.as_deref(),
        "session" => Some(&row.session),
        "started_at" => row.started_at.as_deref(),
        _ => None,
    }
}

/// Filters with what they have to know of labels.
#[derive(Clone, Debug, Default)]
pub(in crate::workflow) struct Filters(Vec<(Filter, Option<HashSet<UnitKey>>)>);

impl Filters {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn admit(&self, row: &UnitRow) -> bool {
        self.0.iter().all(|(filter, units)| match units {
            Some(units) => units.contains(&row.key),
            None => filter.admits(field(row, &filter.key)),
        })
    }
}

impl Study {
    /// Looks up which units have the labels that filters ask for, as far as `viewer` may see them.
    pub(in crate::workflow) fn look_up(
        &self,
        viewer: &Viewer,
        filters: &[Filter],
    ) -> Result<Filters> {
        let looked_up = filters
            .iter()
            .map(|filter| Ok((filter.clone(), self.units_by_label(viewer, filter)?)));
        looked_up.collect::<Result<_>>().map(Filters)
    }

    /// The units that a filter on labels admits; `None` for a filter on what the unit is.
    fn units_by_label(&self, viewer: &Viewer, filter: &Filter) -> Result<Option<HashSet<UnitKey>>> {
        let wanted_axis = |codebook: &Codebook| match filter.key.as_str() {
            "verdict" => codebook.rejecting().map(|(axis, _)| axis.key.clone()),
            key => codebook.axis(key).map(|axis| axis.key.clone()),
        };
        if filter.key != "verdict" && filter.rater.is_none() {
            return Ok(None);
        }
        let rater = match &filter.rater {
            Some(name) => Some(self.rater(name)?.name),
            None => None,
        };
        if !self
            .tasks
            .iter()
            .any(|task| wanted_axis(&task.codebook).is_some())
        {
            return Err(Error::Usage(format!(
                "no task of the study has an axis {}",
                filter.key
            )));
        }
        let mut admitted = HashSet::new();
        for task in &self.tasks {
            let Some(axis) = wanted_axis(&task.codebook) else {
                continue;
            };
            let by = LabelFilter {
                task: Some(&task.name),
                rater: rater.as_deref(),
                ..Default::default()
            };
            self.labels(viewer, Wanted::Labels(by), |label| {
                let person = label.address.kind == RaterKind::Annotator && rater.is_none();
                let codes: Vec<&str> = label
                    .content
                    .answers
                    .picks(&axis)
                    .iter()
                    .map(|pick| &*pick.code)
                    .collect();
                if !person && filter.admits_any(&codes) {
                    admitted.insert(label.address.unit);
                }
            })?;
        }
        Ok(Some(admitted))
    }
}

/// A filter on a rater's labels with the code hidden, such as `axis=?@rater`; `None` for others.
pub(in crate::workflow) fn without_code(filter: &str) -> Option<String> {
    let filter = Filter::parse(filter).ok()?;
    filter.rater.is_some().then(|| {
        let value = "?".to_owned();
        Filter { value, ..filter }.to_string()
    })
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let operator = match self.compare {
            Compare::Is => "=",
            Compare::IsNot => "!=",
            Compare::AtLeast => ">=",
            Compare::AtMost => "<=",
        };
        write!(f, "{}{operator}{}", self.key, self.value)?;
        self.rater
            .iter()
            .try_for_each(|rater| write!(f, "@{rater}"))
    }
}
