//! Searching the rules. They are few, so no index is needed.

use super::{Hit, Place, snippet};
use crate::{
    domain::{
        codebook::{Axis, Code, Codebook},
        ids::TaskName,
        query::Query,
    },
    workflow::Study,
};

/// Texts of one thing with their names, the most telling first.
type Fields<'b> = Vec<(&'static str, &'b str)>;

impl Study {
    pub(super) fn in_codebooks(&self, query: &Query, limit: usize) -> (u64, Vec<Hit>) {
        let mut hits = Vec::new();
        for task in self.tasks() {
            each_part(&task.codebook, |axis, code, fields| {
                hits.extend(in_part(query, &task.name, axis, code, &fields));
            });
        }
        let count = hits.len() as u64;
        // The sort is stable: what is equally good stays in the order of the rules.
        hits.sort_by_key(|(rank, _)| *rank);
        let hits = hits.into_iter().take(limit).map(|(_, hit)| hit);
        (count, hits.collect())
    }
}

fn in_part(
    query: &Query,
    task: &TaskName,
    axis: Option<&Axis>,
    code: Option<&Code>,
    fields: &Fields,
) -> Option<(usize, Hit)> {
    if !query.admits(fields.iter().map(|(_, text)| *text)) {
        return None;
    }
    let found = fields
        .iter()
        .enumerate()
        .filter_map(|(rank, field)| Some((snippet::best(query, field.1)?, rank, field)));
    let (best, rank, (field, text)) = found.reduce(|best, next| {
        if next.0.phrases > best.0.phrases {
            next
        } else {
            best
        }
    })?;
    let place = Place::Codebook {
        task: task.clone(),
        axis: axis.map(|axis| axis.key.0.clone()),
        code: code.map(|code| code.key.0.clone()),
    };
    Some((rank, Hit::new(place, (*field).into(), text, best)))
}

fn each_part<'b>(
    book: &'b Codebook,
    mut each: impl FnMut(Option<&'b Axis>, Option<&'b Code>, Fields<'b>),
) {
    let mut fields: Fields = vec![("title", &book.title)];
    let texts = [
        ("about", &book.about),
        ("source", &book.source),
        ("guidance", &book.guidance),
        ("rule for notes", &book.note.prompt),
        ("advice to judges", &book.judge),
    ];
    fields.extend(
        texts
            .iter()
            .filter_map(|(name, text)| Some((*name, text.as_deref()?))),
    );
    each(None, None, fields);
    for axis in &book.axes {
        let mut fields: Fields = vec![
            ("title", &axis.title),
            ("key", &axis.key),
            ("question", &axis.question),
        ];
        fields.extend(axis.help.as_deref().map(|text| ("help", text)));
        for attribute in &axis.attributes {
            fields.push(("attribute", &attribute.title));
            fields.extend(
                attribute
                    .question
                    .as_deref()
                    .map(|text| ("attribute", text)),
            );
            for value in &attribute.values {
                fields.push(("value", &value.name));
                fields.push(("value", &value.definition));
            }
        }
        fields.extend(axis.judge.as_deref().map(|text| ("advice to judges", text)));
        each(Some(axis), None, fields);
        for code in &axis.codes {
            let mut fields: Fields = vec![
                ("name", &code.name),
                ("key", &code.key),
                ("definition", &code.definition),
            ];
            fields.extend(code.anchor.as_deref().map(|text| ("anchor", text)));
            fields.extend(code.include.iter().map(|text| ("include", text.as_str())));
            fields.extend(code.exclude.iter().map(|text| ("exclude", text.as_str())));
            fields.extend(code.example.as_deref().map(|text| ("example", text)));
            each(Some(axis), Some(code), fields);
        }
    }
}
