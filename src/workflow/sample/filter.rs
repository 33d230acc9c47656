//! What `--where` says: which units are wanted.

use std::fmt;

use crate::store::batches::UnitRow;

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

    pub(super) fn admits_any(&self, found: &[&str]) -> bool {
        match self.compare {
            Compare::IsNot => found.iter().all(|code| *code != self.value),
            _ => found.iter().any(|code| self.admits(Some(code))),
        }
    }
}

/// What a unit has under a key.
pub(super) fn field<'r>(row: &'r UnitRow, key: &str) -> Option<&'r str> {
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
