//! What became of an import, in words and as JSON.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    failure::Outcome,
    output::{print_json, say, table},
};
use crate::{
    domain::standing::Standing,
    workflow::import::{FileReport, Imported, Step},
};

/// Up to so many files each has a line of its own.
const FEW: usize = 20;

/// Lines of a kind that are shown of many.
const SHOWN: usize = 10;

/// A line about an import under way.
pub fn under_way(step: &Step, elapsed: Duration, path: &Path) -> String {
    let seconds = elapsed.as_secs_f64().max(0.001);
    let megabytes = step.bytes_done as f64 / 1e6;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let left = match step.bytes_done {
        0 => 0.0,
        done => seconds * (step.bytes.saturating_sub(done)) as f64 / done as f64,
    };
    format!(
        "{} of {} files, {} records, {:.0} MB/s, {}:{:02} left: {name}",
        step.done,
        step.files,
        step.records,
        megabytes / seconds,
        left as u64 / 60,
        left as u64 % 60,
    )
}

/// Tells what became of an import, short where there were many files.
pub fn tell(imported: &Imported, paths: &[PathBuf], verbose: bool, as_json: bool) -> Outcome {
    let files = &imported.files;
    let is_short = !verbose && files.len() > FEW;
    files.iter().for_each(problems);
    if is_short {
        notes(files);
    } else {
        files.iter().for_each(warnings);
    }
    if !as_json {
        if is_short {
            summary(files, paths);
        } else {
            for report in files {
                say(format!("{}: {}", report.path, fate(report)));
            }
        }
        moved(files, is_short);
        removed(imported, is_short);
        if files.len() > 1 {
            say(total(files));
        }
        return Ok(());
    }
    let removed = imported
        .removed
        .iter()
        .map(|gone| json!({"session": gone.session, "path": gone.path}));
    print_json(&json!({
        "files": files.iter().map(to_json).collect::<Vec<Value>>(),
        "removed": removed.collect::<Vec<Value>>(),
    }))
}

fn problems(report: &FileReport) {
    let path = &report.path;
    for problem in &report.problems {
        let line = match problem.line {
            0 => String::new(),
            line => format!(":{line}"),
        };
        let field = match problem.field.as_str() {
            "" => String::new(),
            field => format!("{field}: "),
        };
        say(format!("{path}{line}: {field}{}", problem.why));
    }
}

fn warnings(report: &FileReport) {
    for (warning, times) in &report.warnings {
        let times = match times {
            1 => String::new(),
            times => format!(" ({times} times)"),
        };
        say(format!("{}: warning: {warning}{times}", report.path));
    }
}

/// The warnings of many files, those that differ in numbers only as one.
fn notes(files: &[FileReport]) {
    let mut kinds: BTreeMap<String, (usize, &FileReport, &str)> = BTreeMap::new();
    for report in files {
        for (warning, _) in &report.warnings {
            let kind: String = warning.chars().filter(|c| !c.is_ascii_digit()).collect();
            kinds.entry(kind).or_insert((0, report, warning)).0 += 1;
        }
    }
    let mut kinds: Vec<_> = kinds.into_values().collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.0));
    for (times, report, warning) in kinds.iter().take(SHOWN) {
        let others = match times {
            1 => String::new(),
            times => format!(" (and {} like it)", times - 1),
        };
        say(format!("{}: warning: {warning}{others}", report.path));
    }
    if kinds.len() > SHOWN {
        let rest: usize = kinds[SHOWN..].iter().map(|kind| kind.0).sum();
        say(format!(
            "and {rest} other warnings; --verbose tells them all"
        ));
    }
}

fn fate(report: &FileReport) -> String {
    if let Some(why) = &report.skipped {
        return format!("skipped: it {why}");
    }
    let refused = match report.refused {
        0 => String::new(),
        refused => format!(", {refused} refused"),
    };
    if !report.landed {
        let rest = match report.new + report.changed + report.unchanged {
            0 => "",
            _ => ", or take the rest with --skip-refused",
        };
        return format!("nothing landed{refused}; mend the file{rest}");
    }
    let read = match (report.kind, report.turns) {
        (Some(kind), (users, agents)) => {
            format!(" ({kind}, {users} user and {agents} agent turns)")
        }
        (None, _) => String::new(),
    };
    let part = match report.is_partial {
        true => ", read in part",
        false => "",
    };
    format!(
        "{} new, {} changed, {} unchanged{refused}{part}{read}",
        report.new, report.changed, report.unchanged
    )
}

/// What many files add up to, by kind of log, by folder and by why files were passed over.
fn summary(files: &[FileReport], paths: &[PathBuf]) {
    let mut kinds: BTreeMap<String, Sum> = BTreeMap::new();
    let mut folders: BTreeMap<String, Sum> = BTreeMap::new();
    let mut skipped: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for report in files {
        if let Some(why) = &report.skipped {
            skipped.entry(why).or_default().push(&report.path);
            continue;
        }
        let kind = match (report.kind, report.landed) {
            (_, false) => "not read",
            (Some(kind), _) => kind,
            (None, _) => "as they were",
        };
        kinds.entry(kind.to_owned()).or_default().add(report);
        folders
            .entry(folder_of(report, paths))
            .or_default()
            .add(report);
    }
    for (head, sums) in [("kind of file", &kinds), ("folder", &folders)] {
        if sums.len() > 1 || head != "folder" && sums.values().any(|sum| sum.turns > 0) {
            let head = [
                head,
                "files",
                "new",
                "changed",
                "unchanged",
                "in part",
                "user turns",
                "agent turns",
            ];
            let mut rows: Vec<Vec<String>> = sums.iter().take(2 * SHOWN).map(Sum::row).collect();
            let rest = sums.values().skip(2 * SHOWN);
            let rest = rest.fold(Sum::default(), |all, sum| all.and(sum));
            if rest.files > 0 {
                rows.push(Sum::row((
                    &format!("{} more", sums.len() - 2 * SHOWN),
                    &rest,
                )));
            }
            say(table(&head, &rows).trim_end());
        }
    }
    for (why, paths) in skipped {
        let shown = paths.len().min(SHOWN);
        for path in &paths[..shown] {
            say(format!("{path}: skipped: it {why}"));
        }
        if paths.len() > shown {
            let more = paths.len() - shown;
            say(format!(
                "and {more} more files, skipped because each {why}; --verbose names them"
            ));
        }
    }
}

/// The folder directly below the one that is imported in which a file lies.
fn folder_of(report: &FileReport, paths: &[PathBuf]) -> String {
    let path = Path::new(&report.path);
    let below = paths.iter().find_map(|root| {
        let rest = path.strip_prefix(root).ok()?;
        let first = rest.parent()?.components().next();
        Some(first.map_or(root.clone(), |first| root.join(first)))
    });
    let folder = below.or_else(|| path.parent().map(Path::to_owned));
    folder.unwrap_or_default().display().to_string()
}

#[derive(Default)]
struct Sum {
    files: usize,
    fates: [usize; 3],
    in_part: usize,
    turns: usize,
    agent_turns: usize,
}

impl Sum {
    fn add(&mut self, report: &FileReport) {
        self.files += 1;
        if report.landed {
            let fates = [report.new, report.changed, report.unchanged];
            (0..3).for_each(|fate| self.fates[fate] += fates[fate]);
            self.in_part += usize::from(report.is_partial);
            self.turns += report.turns.0;
            self.agent_turns += report.turns.1;
        }
    }

    fn and(mut self, other: &Self) -> Self {
        self.files += other.files;
        (0..3).for_each(|fate| self.fates[fate] += other.fates[fate]);
        self.in_part += other.in_part;
        self.turns += other.turns;
        self.agent_turns += other.agent_turns;
        self
    }

    fn row((name, sum): (&String, &Self)) -> Vec<String> {
        let [new, changed, unchanged] = sum.fates;
        let numbers = [
            sum.files,
            new,
            changed,
            unchanged,
            sum.in_part,
            sum.turns,
            sum.agent_turns,
        ];
        let numbers = numbers.iter().map(usize::to_string);
        std::iter::once(name.clone()).chain(numbers).collect()
    }
}

/// The quotes that stand otherwise than before.
fn moved(files: &[FileReport], is_short: bool) {
    let all = files.iter().filter(|report| report.landed);
    let all: Vec<_> = all.flat_map(|report| &report.moved).collect();
    let shown = match is_short {
        true => all.len().min(2 * SHOWN),
        false => all.len(),
    };
    for one in &all[..shown] {
        say(format!(
            "{} quote {}: was {}, is {}: {}",
            one.unit,
            one.position,
            place(&one.before),
            place(&one.now),
            one.quote
                .chars()
                .take(60)
                .collect::<String>()
                .replace('\n', " ")
        ));
    }
    if all.len() > shown {
        let more = all.len() - shown;
        say(format!(
            "and {more} more quotes that moved; --verbose tells them all"
        ));
    }
}

/// How and where a quote stands, in words.
fn place(standing: &Standing) -> String {
    let found = standing.found.as_str().replace('_', " ");
    match &standing.place {
        Some(place) => {
            let range = place.range();
            format!(
                "{found} in turn {}, bytes {}-{}",
                place.turn, range.start, range.end
            )
        }
        None => found,
    }
}

fn standing_json(standing: &Standing) -> Value {
    let place = standing.place.as_ref();
    let range = place.map(|place| [place.range().start, place.range().end]);
    json!({"match": standing.found.as_str(), "turn": place.map(|place| place.turn), "bytes": range})
}

fn removed(imported: &Imported, is_short: bool) {
    let gone = &imported.removed;
    let shown = match is_short {
        true => gone.len().min(SHOWN),
        false => gone.len(),
    };
    for one in &gone[..shown] {
        say(format!(
            "{}: removed: {} came from it and is kept",
            one.path, one.session
        ));
    }
    if gone.len() > shown {
        let more = gone.len() - shown;
        say(format!(
            "and {more} more sessions whose files are gone; they are kept"
        ));
    }
}

/// What became of all files together.
fn total(reports: &[FileReport]) -> String {
    let landed: Vec<&FileReport> = reports.iter().filter(|report| report.landed).collect();
    let sum = |count: fn(&FileReport) -> usize| landed.iter().copied().map(count).sum::<usize>();
    let skipped = reports.iter().filter(|report| report.skipped.is_some());
    let skipped = skipped.count();
    format!(
        "{} files landed, {skipped} skipped, {} refused: {} new, {} changed, {} unchanged",
        landed.len(),
        reports.len() - landed.len() - skipped,
        sum(|report| report.new),
        sum(|report| report.changed),
        sum(|report| report.unchanged)
    )
}

fn to_json(report: &FileReport) -> Value {
    let problems = report
        .problems
        .iter()
        .map(|problem| json!({"line": problem.line, "field": problem.field, "why": problem.why}));
    let warnings = report
        .warnings
        .iter()
        .map(|(what, times)| json!({"what": what, "times": times}));
    let moved = report.moved.iter().map(|one| {
        json!({"unit": one.unit.0, "position": one.position, "quote": one.quote,
               "from": standing_json(&one.before), "to": standing_json(&one.now)})
    });
    let turns = report
        .kind
        .map(|_| json!({"user": report.turns.0, "agent": report.turns.1}));
    json!({
        "path": report.path,
        "landed": report.landed,
        "skipped": report.skipped,
        "kind": report.kind,
        "new": report.new,
        "unchanged": report.unchanged,
        "changed": report.changed,
        "refused": report.refused,
        "turns": turns,
        "partial": report.is_partial,
        "problems": problems.collect::<Vec<_>>(),
        "warnings": warnings.collect::<Vec<_>>(),
        "moved": moved.collect::<Vec<_>>(),
    })
}
