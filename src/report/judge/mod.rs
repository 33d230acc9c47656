//! What a judge, a language model, is told and how it answers: both follow from the codebook.

pub mod prompt;
pub mod schema;

use crate::domain::codebook::{Axis, Code, Codebook, Kind};

/// What stands in one field of a judge's reply.
#[derive(Clone, Copy, Debug)]
pub enum Slot<'c> {
    /// Why, before the labels that follow from it.
    Reasoning,
    Answer(&'c Axis),
    /// The text of a code, beside the answer of its axis.
    Text(&'c Code),
    Note,
}

/// A place at the top level of the reply: an object of several fields, or one field.
#[derive(Clone, Debug)]
pub enum Place<'c> {
    Group(&'c str, Vec<(&'c str, Slot<'c>)>),
    Field(&'c str, Slot<'c>),
}

/// The reply to a codebook's questions: the nested shape that the importer of labels reads.
///
/// Each group has its reasoning. Questions without a group share the note, if there are any.
pub fn reply(codebook: &Codebook) -> Vec<Place<'_>> {
    let mut places: Vec<Place> = Vec::new();
    for axis in &codebook.axes {
        let mut slots = vec![(axis.field.as_str(), Slot::Answer(axis))];
        slots.extend(texts_beside(axis));
        let Some(group) = axis.group.as_deref() else {
            places.extend(
                slots
                    .into_iter()
                    .map(|(name, slot)| Place::Field(name, slot)),
            );
            continue;
        };
        let known = places.iter_mut().find_map(|place| match place {
            Place::Group(name, slots) if *name == group => Some(slots),
            _ => None,
        });
        match known {
            Some(known) => known.extend(slots),
            None => {
                slots.insert(0, ("reasoning", Slot::Reasoning));
                places.push(Place::Group(group, slots));
            }
        }
    }
    if codebook.axes.iter().any(|axis| axis.group.is_none()) {
        places.push(Place::Field("note", Slot::Note));
    }
    places
}

/// The texts of an axis's codes that have a field of their own. Where an axis is asked once per
/// quote, each answer holds its text itself.
fn texts_beside(axis: &Axis) -> impl Iterator<Item = (&str, Slot<'_>)> {
    let codes = axis.codes.iter().filter(|_| !axis.repeat);
    codes.filter_map(|code| Some((code.text.as_ref()?.field.as_str(), Slot::Text(code))))
}

/// Whether a chosen code is written as an object: because of attributes, or because its text
/// stands in it.
fn is_item(axis: &Axis) -> bool {
    !axis.attributes.is_empty() || has_inner_text(axis)
}

fn has_inner_text(axis: &Axis) -> bool {
    axis.repeat && axis.codes.iter().any(|code| code.text.is_some())
}

/// Whether an axis may stay without an answer.
fn may_be_null(axis: &Axis) -> bool {
    axis.optional || axis.applies_when.is_some() || axis.repeat
}

fn is_multi(axis: &Axis) -> bool {
    axis.kind == Kind::Multi
}
