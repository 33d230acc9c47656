//! Names of things, each of its own type so that one cannot stand in for another.

use std::{borrow::Borrow, fmt, ops::Deref};

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    )*};
}

text_id! {
    /// A session: any non-empty text, in NFC.
    SessionId;
    /// What a task labels: `SESSION#EPISODE` for an episode, the session's id for a session.
    UnitKey;
    /// The key of an axis in its codebook, such as a question's short name.
    AxisKey;
    /// The key of a code in its axis.
    CodeKey;
    /// Who labels: an annotator, a judge, or `gold`.
    RaterName;
    /// A batch of units.
    BatchName;
    /// A task: a codebook applied to a kind of unit.
    TaskName;
}

impl UnitKey {
    /// The key of an episode.
    pub fn episode(session: &str, episode: &str) -> Self {
        Self(format!("{session}#{episode}"))
    }

    /// The session and episode of an episode's key, which is split at its last `#`.
    pub fn split(&self) -> Option<(&str, &str)> {
        self.0.rsplit_once('#')
    }
}

impl RaterName {
    /// The reserved rater that holds the settled answers.
    pub const GOLD: &str = "gold";

    /// Whether `name` may name a rater: 1 to 64 word characters, dots, pluses and hyphens.
    pub fn is_valid(name: &str) -> bool {
        let length = name.chars().count();
        (1..=64).contains(&length)
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '+' | '-'))
    }

    pub fn is_gold(&self) -> bool {
        self.0 == Self::GOLD
    }
}
