//! The lines of a page beside its evidence: where the unit comes from, and who answered what.

use std::sync::Arc;

use ratatui::{style::Style, text::Line};

use super::table::table;

use crate::{
    domain::{
        answers::{Answer, Pick},
        codebook::{Axis, Codebook},
        label::RaterKind,
    },
    tui::{
        text,
        theme::Theme,
        widgets::prose::{self, labelled},
    },
    workflow::read::{Reading, Seen},
};

/// The session of the unit in one line.
pub fn head(reading: &Reading, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if reading.matter.episode.is_none() {
        lines.extend(prose::lines(&reading.matter.unit, width, 0, theme.heading));
    }
    let Some(row) = &reading.matter.session else {
        let said = "The session is not in the study.";
        lines.extend(prose::lines(said, width, 0, theme.muted));
        return lines;
    };
    let session = &row.session;
    let day = session
        .started_at
        .as_ref()
        .map(|at| at.get(..10).unwrap_or(at).to_owned());
    let parts: Vec<String> = [
        session.repository.clone(),
        session.agent.clone(),
        session.modality.clone(),
        day,
        Some(format!("{} turns", row.turns)).filter(|_| row.turns > 0),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !parts.is_empty() {
        lines.extend(prose::lines(&parts.join(" · "), width, 0, theme.muted));
    }
    if reading.matter.episode.is_none() {
        lines.push(Line::default());
        lines.extend(prose::lines("o opens the session.", width, 0, theme.text));
    }
    lines
}

/// Everybody's answers side by side, then gold's reason, notes and reasoning. The axis that the
/// reader came from goes before the others.
pub fn answers(
    reading: &Reading,
    axis: Option<&str>,
    width: u16,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if reading.labels.is_empty() {
        lines.push(Line::styled("Answers", theme.heading));
        let none = match reading.open.first() {
            Some(batch) => format!("{batch} is open: what others answer shows once it is locked."),
            None => "Nobody has given any that can be shown.".to_owned(),
        };
        lines.extend(prose::lines(&none, width, 0, theme.muted));
        return lines;
    }
    let mut axes: Vec<&Axis> = reading.codebook.axes.iter().collect();
    axes.sort_by_key(|one| axis.is_some_and(|axis| *one.key != *axis));
    lines.extend(table(reading, &axes, axis, width, theme));
    lines.extend(names(reading, &axes, width, theme));
    for seen in &reading.labels {
        lines.extend(texts(seen, &axes, width, theme));
    }
    lines.extend(settled(reading, width, theme));
    for seen in &reading.labels {
        lines.extend(remarks(seen, width, theme));
    }
    for seen in &reading.labels {
        lines.extend(reasons(seen, &axes, width, theme));
    }
    if let Some(batch) = reading.open.first() {
        lines.push(Line::default());
        let note = format!("{batch} is open: what others answer shows once it is locked.");
        lines.extend(prose::lines(&note, width, 0, theme.muted));
    }
    lines
}

/// What the codes in the table mean, each once.
fn names(reading: &Reading, axes: &[&Axis], width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut known: Vec<(String, String)> = Vec::new();
    let mut learn = |codebook: &Arc<Codebook>, axis: &Axis, answer: &Answer| {
        let Some(axis) = codebook.axis(&axis.key) else {
            return;
        };
        each_pick(answer, &mut |pick| {
            let code = axis.code(&pick.code).filter(|code| code.pattern.is_none());
            if let Some(code) = code.filter(|code| *code.name != *code.key) {
                let entry = (code.key.0.clone(), code.name.clone());
                if !known.contains(&entry) {
                    known.push(entry);
                }
            }
        });
    };
    for axis in axes {
        for seen in &reading.labels {
            if let Some(answer) = seen.label.content.answers.get(&axis.key) {
                learn(&seen.codebook, axis, answer);
            }
        }
    }
    let said: Vec<String> = known
        .into_iter()
        .map(|(key, name)| format!("{key} {name}"))
        .collect();
    match said.is_empty() {
        true => Vec::new(),
        false => prose::lines(&said.join(" · "), width, 2, theme.muted),
    }
}

fn each_pick(answer: &Answer, each: &mut impl FnMut(&Pick)) {
    match answer {
        Answer::Text(_) => {}
        Answer::Picks(picks) => picks.iter().for_each(each),
        Answer::Repeated(items) => {
            for item in items.iter().flatten() {
                each_pick(item, each);
            }
        }
    }
}

/// Texts that a rater wrote: on axes of text, and with codes.
fn texts(seen: &Seen, axes: &[&Axis], width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let rater = &seen.label.address.rater;
    for axis in axes {
        let Some(answer) = seen.label.content.answers.get(&axis.key) else {
            continue;
        };
        let mut say = |about: &str, said: &str| {
            let label = format!("{rater} · {about}: ");
            lines.extend(block(&label, said, width, theme.heading, theme));
        };
        if let Answer::Text(written) = answer {
            say(&axis.title, written);
        }
        each_pick(answer, &mut |pick| {
            if let Some(written) = &pick.text {
                say(&pick.code, written);
            }
        });
    }
    lines
}

/// How gold came about, by whom, and why.
fn settled(reading: &Reading, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for seen in &reading.labels {
        let (label, content) = (&seen.label, &seen.label.content);
        let Some(basis) = content.basis else { continue };
        if label.address.kind != RaterKind::Gold {
            continue;
        }
        let mut how = basis.as_str().to_owned();
        if let Some(by) = &label.by {
            how.push_str(&format!(" by {by}"));
        }
        how.push_str(&format!(", {}", label.at.get(..10).unwrap_or(&label.at)));
        if content.after_judge {
            how.push_str(", after the judge could be seen");
        }
        let batch = label.address.batch.as_ref();
        if let Some(batch) = batch {
            how.push_str(&format!(" ({batch})"));
        }
        lines.extend(block("gold: ", &how, width, theme.gold, theme));
        if let Some(reason) = &content.reason {
            lines.extend(prose::lines(reason, width, 2, theme.text));
        }
    }
    lines
}

/// A rater's note and marks.
fn remarks(seen: &Seen, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let (rater, content) = (&seen.label.address.rater, &seen.label.content);
    let mut lines = Vec::new();
    if let Some(note) = &content.note {
        let label = format!("{rater} · note: ");
        lines.extend(block(&label, note, width, theme.heading, theme));
    }
    let mut marks = content.flags.clone();
    marks.extend(content.unsure.then(|| "unsure".to_owned()));
    if !marks.is_empty() {
        let label = format!("{rater} · flag: ");
        lines.extend(block(
            &label,
            &marks.join(", "),
            width,
            theme.heading,
            theme,
        ));
    }
    lines
}

/// A judge's reasoning, the axis that the reader came from first.
fn reasons(seen: &Seen, axes: &[&Axis], width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let Some(reasoning) = &seen.label.content.reasoning else {
        return Vec::new();
    };
    let place = |key: &str| axes.iter().position(|axis| *axis.key == *key);
    let mut given: Vec<(&String, String)> = reasoning
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| {
            let said = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (key, said)
        })
        .collect();
    given.sort_by_key(|(key, _)| place(key).unwrap_or(usize::MAX));
    let rater = &seen.label.address.rater;
    given
        .into_iter()
        .flat_map(|(key, said)| {
            let about = place(key).map_or(key.as_str(), |place| &axes[place].title);
            let label = format!("{rater} · {about}: ");
            block(&label, &said, width, theme.heading, theme)
        })
        .collect()
}

/// A blank line, then a label with its text, which goes on below the label.
fn block(label: &str, said: &str, width: u16, style: Style, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    let label = text::truncate(label, usize::from(width));
    match text::width(&label) + text::width(said) <= usize::from(width) {
        true => lines.extend(labelled(&label, style, said, width, 2, theme.text)),
        false => {
            lines.push(Line::styled(label, style));
            lines.extend(prose::lines(said, width, 2, theme.text));
        }
    }
    lines
}
