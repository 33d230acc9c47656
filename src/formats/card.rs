//! The card of a published data set: what it is, how it was made, and what may be done with it.

use std::{collections::BTreeMap, fmt::Write};

use crate::domain::{
    batch::{Batch, Purpose},
    codebook::{Codebook, Kind, UnitKind},
};

/// What the card tells.
pub struct About<'a> {
    pub name: &'a str,
    pub codebook: &'a Codebook,
    pub codebook_sha256: &'a str,
    /// Each with the number of its units.
    pub batches: &'a [(Batch, usize)],
    /// Units with gold.
    pub units: usize,
    /// Units by the way in which their gold came about.
    pub bases: &'a BTreeMap<&'static str, usize>,
    /// Units whose gold was settled again after a judge's labels could be seen.
    pub after_judge: usize,
    /// Places in which something private was masked; `None` where nothing was to be.
    pub masked: Option<usize>,
    /// Sessions by licence; `None` where it is not known.
    pub licenses: &'a BTreeMap<Option<String>, usize>,
}

/// The card in Markdown, with the heading that hosts of data sets read.
pub fn write(about: &About) -> String {
    let mut card = String::new();
    // Writing to a String cannot fail.
    compose(about, &mut card).ok();
    card
}

fn compose(about: &About, card: &mut String) -> std::fmt::Result {
    let codebook = about.codebook;
    let unit = match codebook.unit {
        UnitKind::Episode => "episodes",
        UnitKind::Session => "sessions",
    };
    let drawn: usize = about.batches.iter().map(|(_, size)| size).sum();
    head(about, card)?;
    writeln!(card, "# {}\n", about.name)?;
    writeln!(
        card,
        "A gold standard of {} {unit} of chat sessions between developers and coding agents. Each was \
         labelled by several raters who did not see each other's answers, and every disagreement was \
         settled. The questions and their answers are those of the codebook {} ({}).\n",
        about.units,
        codebook.name(),
        codebook.title
    )?;
    writeln!(card, "## How it was made\n")?;
    writeln!(
        card,
        "| batch | units | drawn from | seed | purpose | annotators | locked |"
    )?;
    writeln!(card, "|---|---|---|---|---|---|---|")?;
    for (batch, size) in about.batches {
        let annotators: Vec<&str> = batch.annotators.iter().map(|name| &**name).collect();
        writeln!(
            card,
            "| {} | {size} | {} units, SHA-256 `{}` | {} | {} | {} | {} |",
            cell(&batch.name),
            batch.frame.size,
            batch.frame.sha256,
            batch.seed,
            Purpose::as_str(batch.purpose),
            cell(&annotators.join(", ")),
            batch.lock.as_ref().map_or("", |lock| &lock.at),
        )?;
    }
    writeln!(card)?;
    for (batch, _) in about.batches {
        let lock = batch.lock.as_ref();
        if let Some(why) = lock.and_then(|lock| lock.forced.as_deref()) {
            writeln!(
                card,
                "{} was locked before every label was there: {why}\n",
                batch.name
            )?;
        }
        if batch.is_weighted() || batch.frame.options.contains_key("per_code") {
            writeln!(
                card,
                "The units of {} had different chances of being drawn; weigh them before you generalise.\n",
                batch.name
            )?;
        }
    }
    writeln!(
        card,
        "{} of {drawn} units have gold. It came about in these ways:\n",
        about.units
    )?;
    writeln!(card, "| basis | units | meaning |\n|---|---|---|")?;
    for (basis, meaning) in [
        ("unanimous", "all annotators gave the same codes"),
        ("adjudicated", "an adjudicator settled the unit"),
        ("imported", "taken from a file"),
    ] {
        let units = about.bases.get(basis).copied().unwrap_or(0);
        writeln!(card, "| {basis} | {units} | {meaning} |")?;
    }
    if about.after_judge > 0 {
        writeln!(
            card,
            "\n{} units were settled again after the labels of a model could be seen.",
            about.after_judge
        )?;
    }
    writeln!(
        card,
        "\n## Files\n\n\
         - `data.jsonl`: a unit per line. `answers` is the gold, `basis`, `adjudicator` and `reason` tell how it \
         came about, `annotators` has what each annotator answered, `episode` the text that was labelled with \
         its quotes, `session` where it comes from. `null` is no answer: the question did not apply, or nobody \
         answered it.\n\
         - `codebook.toml`: the rules of labelling, SHA-256 `{}`.\n\
         - `SHA256SUMS`: check the files with `sha256sum -c SHA256SUMS`.\n",
        about.codebook_sha256
    )?;
    privacy(about, card)?;
    questions(codebook, card)?;
    licences(about, card)?;
    writeln!(card, "\nMade with tiebreak {}.", env!("CARGO_PKG_VERSION"))
}

fn privacy(about: &About, card: &mut String) -> std::fmt::Result {
    writeln!(card, "## Private data\n")?;
    match about.masked {
        Some(places) => writeln!(
            card,
            "Keys, passwords, mail addresses, phone numbers and the names of people's folders were masked by \
             patterns, in {places} places. A mask, such as `[REDACTED:email:1a2b3c4d]`, is the same wherever the \
             same text stood. Patterns do not find the names of people in running text.\n"
        ),
        None => writeln!(card, "Nothing was masked.\n"),
    }
}

fn head(about: &About, card: &mut String) -> std::fmt::Result {
    let quoted = serde_json::Value::from(about.name).to_string();
    writeln!(card, "---\npretty_name: {quoted}")?;
    if let Some(license) = one_license(about) {
        let license = serde_json::Value::from(license.to_lowercase()).to_string();
        writeln!(card, "license: {license}")?;
    }
    writeln!(
        card,
        "configs:\n- config_name: default\n  data_files: data.jsonl\n---\n"
    )
}

/// The licence, if all sessions share it.
fn one_license<'a>(about: &About<'a>) -> Option<&'a String> {
    let mut found = about.licenses.keys();
    match (found.next(), found.next()) {
        (Some(Some(license)), None) => Some(license),
        _ => None,
    }
}

fn questions(codebook: &Codebook, card: &mut String) -> std::fmt::Result {
    writeln!(card, "## Codebook\n")?;
    if let Some(text) = &codebook.about {
        writeln!(card, "{}\n", text.trim())?;
    }
    if let Some(source) = &codebook.source {
        writeln!(card, "Source: {}\n", source.trim())?;
    }
    for axis in &codebook.axes {
        let kind = match axis.kind {
            Kind::Single => "one answer",
            Kind::Multi => "one or more answers",
            Kind::Scale => "a scale",
            Kind::Text => "a text",
        };
        let per_quote = if axis.repeat { ", for each quote" } else { "" };
        writeln!(
            card,
            "### {} (`{}`)\n\n{} ({kind}{per_quote})\n",
            axis.title,
            axis.key,
            axis.question.trim()
        )?;
        if !axis.codes.is_empty() {
            writeln!(card, "| code | name | definition |\n|---|---|---|")?;
        }
        for code in &axis.codes {
            writeln!(
                card,
                "| `{}` | {} | {} |",
                code.key,
                cell(&code.name),
                cell(&code.definition)
            )?;
        }
        writeln!(card)?;
        for attribute in &axis.attributes {
            let values: Vec<String> = attribute
                .values
                .iter()
                .map(|value| format!("`{}` ({})", value.key, value.name))
                .collect();
            writeln!(
                card,
                "Each code comes with its {} (`{}`): {}.\n",
                attribute.title.to_lowercase(),
                attribute.key,
                values.join(", ")
            )?;
        }
    }
    Ok(())
}

fn licences(about: &About, card: &mut String) -> std::fmt::Result {
    writeln!(card, "## Licence\n")?;
    if about.licenses.keys().all(Option::is_none) {
        return writeln!(
            card,
            "The licences of the sessions are not known. Find them out before you publish this."
        );
    }
    writeln!(
        card,
        "The quotes come from sessions under these licences:\n\n| licence | sessions |\n|---|---|"
    )?;
    for (license, sessions) in about.licenses {
        let license = license.as_deref().unwrap_or("not known");
        writeln!(card, "| {} | {sessions} |", cell(license))?;
    }
    Ok(())
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}
