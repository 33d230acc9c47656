//! In the nested shape every answer, and every text of a code, needs a place of its own.

use std::collections::HashMap;

use super::{Problems, named};
use crate::domain::codebook::{Codebook, RESERVED_FIELDS};

/// Checks groups and fields against each other and against the names that rows use.
pub fn check(codebook: &Codebook, problems: &mut Problems) {
    // The groups and the fields without a group share the top level.
    let mut taken: HashMap<(Option<&str>, &str), String> = HashMap::new();
    for axis in &codebook.axes {
        if let Some(group) = axis.group.as_deref() {
            taken.insert((None, group), format!("the group {group}"));
            if RESERVED_FIELDS.contains(&group) {
                problems.add(
                    format!("axis.{}.group", axis.key),
                    format!(
                        "\"{group}\" is a name that rows of labels use themselves; give another"
                    ),
                );
            }
        }
    }
    for (place, axis) in codebook.axes.iter().enumerate() {
        let group = axis.group.as_deref();
        let at = format!("axis.{}", named(&axis.key, place));
        let texts = axis.codes.iter().filter_map(|code| {
            let rule = code.text.as_ref()?;
            let path = format!("{at}.code.{}.text.field", code.key);
            Some((
                path,
                rule.field.as_str(),
                format!("the text of {}", code.key),
            ))
        });
        let own = (
            format!("{at}.field"),
            axis.field.as_str(),
            axis.key.0.clone(),
        );
        for (path, field, what) in std::iter::once(own).chain(texts) {
            if group.is_none() && RESERVED_FIELDS.contains(&field) {
                problems.add(
                    path,
                    format!("\"{field}\" is a name that rows of labels use themselves; give another, or a group"),
                );
            } else if group.is_some() && field == "reasoning" {
                problems.add(path, "\"reasoning\" is where a group keeps its reasons");
            } else if let Some(other) = taken.insert((group, field), what.clone())
                // A key that stands twice, or none, has been told.
                && other != what
            {
                problems.add(path, format!("\"{field}\" is already the place of {other}"));
            }
        }
    }
}
