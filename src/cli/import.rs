//! `tiebreak import`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{
    context::Context,
    failure::{Failure, Outcome},
    output::{Ticker, print_json, say},
};
use crate::{
    domain::label::RaterKind,
    workflow::import::{FileReport, Options, SessionMap, What},
};

/// Bring files into the study: sessions, episodes, labels, batches or published rows.
///
/// A folder is walked; files in it that hold something else are skipped and named. A file lands as a
/// whole: if one of its records is refused, nothing of it lands and every problem is listed as
/// FILE:LINE: FIELD: why. Importing the same file twice changes nothing. JSON arrays and JSON Lines
/// are both read; - is standard input.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak import sessions logs/ --map sessions.json
  tiebreak import episodes episodes/
  tiebreak import labels ana.jsonl
  tiebreak import labels answers.jsonl --rater ana --kind annotator --batch round-1
  tiebreak import labels judge.jsonl --rater judge-1 --kind judge --about model=m-2026-03,prompt=v2
  tiebreak import batches batches.jsonl
  tiebreak import released misalignments.jsonl")]
pub struct Import {
    /// What the files hold.
    #[arg(value_enum)]
    what: Kind,
    /// Files and folders; - for standard input.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// JSON rows that say which file is which session, and what is known about it.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Land the other records of a file in which some are refused.
    #[arg(long)]
    skip_refused: bool,
    /// Print what became of each file as JSON.
    #[arg(long)]
    json: bool,
    /// Keep the old text of annotated episodes beside their new one.
    #[arg(long, help_heading = "Options for episodes")]
    revise: bool,
    #[command(flatten)]
    labels: LabelOptions,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Options for labels")]
struct LabelOptions {
    /// Who labelled, where the rows do not say it.
    #[arg(long, value_name = "NAME")]
    rater: Option<String>,
    /// What the rater is.
    #[arg(long, value_enum)]
    kind: Option<Rater>,
    /// The batch that the labels belong to.
    #[arg(long, value_name = "BATCH")]
    batch: Option<String>,
    /// The task that the labels answer.
    #[arg(long, value_name = "TASK")]
    task: Option<String>,
    /// The codebook that the labels follow, as id@version.
    #[arg(long, value_name = "CODEBOOK")]
    codebook: Option<String>,
    /// What is known about a judge, such as model=...,prompt=...
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
    /// Replace labels that are there already; the old ones stay in the history.
    #[arg(long)]
    replace: bool,
    /// Keep labels that break the rules; each broken axis counts as missing.
    #[arg(long)]
    keep_invalid: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Chats: tiebreak's own JSON, or SpecStory Markdown.
    Sessions,
    /// Extracted episodes with their quotes.
    Episodes,
    /// Answers of annotators, judges or gold.
    Labels,
    /// Batches that another study exported.
    Batches,
    /// Published rows with text and labels in one.
    Released,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Rater {
    Annotator,
    Judge,
    Gold,
}

impl Import {
    pub fn run(self, context: &Context) -> Outcome {
        self.check()?;
        let map = match &self.map {
            Some(path) => SessionMap::read(path)?,
            None => SessionMap::default(),
        };
        let options = Options {
            map,
            skip_refused: self.skip_refused,
            replace: self.labels.replace,
            revise: self.revise,
            keep_invalid: self.labels.keep_invalid,
            rater: self.labels.rater,
            kind: self.labels.kind.map(|kind| match kind {
                Rater::Annotator => RaterKind::Annotator,
                Rater::Judge => RaterKind::Judge,
                Rater::Gold => RaterKind::Gold,
            }),
            batch: self.labels.batch,
            task: self.labels.task,
            codebook: self.labels.codebook,
            about: self.labels.about,
        };
        let what = match self.what {
            Kind::Sessions => What::Sessions,
            Kind::Episodes => What::Episodes,
            Kind::Labels => What::Labels,
            Kind::Batches => What::Batches,
            Kind::Released => What::Released,
        };
        let mut study = context.open()?;
        let mut ticker = Ticker::new();
        let reports = study.import(what, &self.paths, &options, &mut |done, all, path| {
            ticker.show(|| format!("{done} of {all} files: {}", path.display()));
        });
        ticker.clear();
        let reports = reports?;
        for report in &reports {
            tell(report, !self.json);
        }
        if !self.json && reports.len() > 1 {
            say(total(&reports));
        }
        if self.json {
            let files: Vec<Value> = reports.iter().map(to_json).collect();
            print_json(&json!({"files": files}))?;
        }
        if reports.iter().all(|report| report.skipped.is_some()) {
            return Err(Failure::Failed("there was nothing to import".into()));
        }
        if reports
            .iter()
            .any(|report| !report.landed && report.skipped.is_none())
        {
            return Err(Failure::Told);
        }
        Ok(())
    }

    /// Options that mean nothing for what is imported are a slip, not to be passed over.
    fn check(&self) -> Outcome {
        let labels = &self.labels;
        let of_labels = [
            ("--rater", labels.rater.is_some()),
            ("--kind", labels.kind.is_some()),
            ("--batch", labels.batch.is_some()),
            ("--task", labels.task.is_some()),
            ("--codebook", labels.codebook.is_some()),
            ("--about", labels.about.is_some()),
            ("--replace", labels.replace),
        ];
        let has_labels = matches!(self.what, Kind::Labels | Kind::Released);
        let misplaced = of_labels
            .into_iter()
            .map(|(option, given)| (option, given && self.what != Kind::Labels))
            .chain([
                ("--keep-invalid", labels.keep_invalid && !has_labels),
                ("--revise", self.revise && self.what != Kind::Episodes),
            ])
            .find(|(_, misplaced)| *misplaced);
        let Some((option, _)) = misplaced else {
            return Ok(());
        };
        let name = self.what.to_possible_value();
        let name = name
            .as_ref()
            .map_or("these files", |value| value.get_name());
        Err(Failure::Usage(format!("{option} means nothing for {name}")))
    }
}

/// Lists the problems of a file, then says in one line what became of it.
fn tell(report: &FileReport, summary: bool) {
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
    for (warning, times) in &report.warnings {
        let times = match times {
            1 => String::new(),
            times => format!(" ({times} times)"),
        };
        say(format!("{path}: warning: {warning}{times}"));
    }
    if summary {
        say(format!("{path}: {}", fate(report)));
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
    if report.landed {
        format!(
            "{} new, {} changed, {} unchanged{refused}",
            report.new, report.changed, report.unchanged
        )
    } else {
        let rest = match report.new + report.changed + report.unchanged {
            0 => "",
            _ => ", or take the rest with --skip-refused",
        };
        format!("nothing landed{refused}; mend the file{rest}")
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
    json!({
        "path": report.path,
        "landed": report.landed,
        "skipped": report.skipped,
        "new": report.new,
        "unchanged": report.unchanged,
        "changed": report.changed,
        "refused": report.refused,
        "problems": problems.collect::<Vec<_>>(),
        "warnings": warnings.collect::<Vec<_>>(),
    })
}
