//! Everybody's answers as a table.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::{
    domain::{
        answers::{Answer, Pick},
        codebook::Axis,
        gold,
        label::{RaterKind, State},
    },
    tui::{text, theme::Theme},
    workflow::read::{Reading, Seen},
};

/// A row per axis, a column per rater; where that is too wide, a row for each answer with those who
/// gave it. An axis on which they differ is marked.
pub fn table(
    reading: &Reading,
    axes: &[&Axis],
    from: Option<&str>,
    width: u16,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let labels = &reading.labels;
    let width = usize::from(width);
    let axes: Vec<&Axis> = axes
        .iter()
        .copied()
        .filter(|axis| axis.is_coded())
        .collect();
    let widest = axes.iter().map(|axis| text::width(&axis.title)).max();
    let first = widest.unwrap_or(0).min(width * 2 / 5).max(8);
    let room = width.saturating_sub(first + 2);
    let titles: Vec<String> = labels.iter().map(title).collect();
    let answers = |seen: &Seen, axis: &Axis| {
        let answer = seen.label.content.answers.get(&axis.key);
        answer.map_or_else(|| "-".to_owned(), codes_of)
    };
    let needed = axes
        .iter()
        .flat_map(|axis| labels.iter().map(|seen| text::width(&answers(seen, axis))));
    let answer = needed.max().unwrap_or(0);
    let widest = titles.iter().map(|title| text::width(title)).max();
    let beside = (answer.max(widest.unwrap_or(0)) + 2) * labels.len() <= room;
    let column = match beside {
        true => answer.max(widest.unwrap_or(0)) + 2,
        false => answer + 2,
    };
    let mut head = vec![Span::styled(
        format!("  {}", text::pad("Answers", first)),
        theme.heading,
    )];
    if beside {
        head.extend(labels.iter().zip(&titles).map(|(seen, title)| {
            let style = match seen.label.address.kind {
                RaterKind::Gold => theme.gold,
                _ => theme.heading,
            };
            Span::styled(format!("  {}", text::pad(title, column - 2)), style)
        }));
    }
    let mut lines = vec![Line::from(head)];
    for axis in axes {
        let differs = differs(labels, axis);
        let here = from.is_some_and(|from| *axis.key == *from);
        let style = if here { theme.heading } else { theme.text };
        let mark = if differs { "≠ " } else { "  " };
        let name = [
            Span::styled(mark, theme.accent),
            Span::styled(text::pad(&axis.title, first), style),
        ];
        let said: Vec<String> = labels.iter().map(|seen| answers(seen, axis)).collect();
        if beside {
            let cells = said.iter().map(|said| {
                let style = if said == "-" { theme.muted } else { style };
                Span::styled(format!("  {}", text::pad(said, column - 2)), style)
            });
            lines.push(Line::from_iter(name.into_iter().chain(cells)));
            continue;
        }
        let column = (column - 2).min(room / 2);
        lines.extend(grouped(
            name,
            &said,
            &titles,
            (first, column, room),
            (style, theme),
        ));
    }
    lines
}

/// An axis as a row for each answer, with those who gave it.
fn grouped(
    name: [Span<'static>; 2],
    said: &[String],
    raters: &[String],
    (first, column, room): (usize, usize, usize),
    (style, theme): (Style, &Theme),
) -> Vec<Line<'static>> {
    let mut answers: Vec<&String> = Vec::new();
    for one in said {
        if !answers.contains(&one) {
            answers.push(one);
        }
    }
    let mut name = Some(name);
    answers
        .iter()
        .map(|answer| {
            let given = said.iter().zip(raters).filter(|(one, _)| one == answer);
            let who: Vec<&str> = given.map(|(_, rater)| rater.as_str()).collect();
            let who = match answers.len() {
                1 if raters.len() > 1 => "all".to_owned(),
                _ => who.join(", "),
            };
            let blank = || [Span::raw("  "), Span::raw(" ".repeat(first))];
            let style = if *answer == "-" { theme.muted } else { style };
            let cells = [
                Span::styled(format!("  {}", text::pad(answer, column)), style),
                Span::styled(
                    format!(
                        "  {}",
                        text::truncate(&who, room.saturating_sub(column + 4))
                    ),
                    theme.muted,
                ),
            ];
            Line::from_iter(name.take().unwrap_or_else(blank).into_iter().chain(cells))
        })
        .collect()
}

fn title(seen: &Seen) -> String {
    let label = &seen.label;
    match label.content.state {
        State::Submitted => label.address.rater.0.clone(),
        State::Draft => format!("{} (draft)", label.address.rater),
    }
}

/// Whether the saved answers differ on an axis. Drafts are nobody's last word.
fn differs(labels: &[Seen], axis: &Axis) -> bool {
    let mut saved = labels
        .iter()
        .filter(|seen| seen.label.content.state == State::Submitted)
        .map(|seen| gold::coded(seen.label.content.answers.get(&axis.key)));
    let first = saved.next();
    saved.any(|answer| Some(&answer) != first.as_ref())
}

/// Codes with their attributes: `S1, S3`, `C6 direct`; per quote, one after the other.
fn codes_of(answer: &Answer) -> String {
    let pick = |pick: &Pick| {
        let mut said = pick.code.0.clone();
        for (_, value) in &pick.attributes {
            said.push(' ');
            said.push_str(value);
        }
        said
    };
    match answer {
        Answer::Text(_) => String::new(),
        Answer::Picks(picks) => picks.iter().map(pick).collect::<Vec<_>>().join(", "),
        Answer::Repeated(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| item.as_ref().map_or_else(|| "-".into(), codes_of))
                .collect();
            items.join(" | ")
        }
    }
}
