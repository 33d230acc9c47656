//! `tiebreak import`

use std::{path::PathBuf, time::Instant};

use clap::{Args, ValueEnum};

use super::{
    context::Context,
    failure::{Failure, Outcome},
    import_report,
    output::Ticker,
};
use crate::{
    domain::label::RaterKind,
    workflow::import::{Defaults, FileReport, Options, SessionMap, What},
};

/// Bring files into the study: sessions, episodes, labels, batches or published rows.
///
/// A folder is walked; files in it that hold something else are skipped and named. A file lands as a
/// whole: if one of its records is refused, nothing of it lands and every problem is listed as
/// FILE:LINE: FIELD: why. Importing the same file twice changes nothing. JSON arrays and JSON Lines
/// are both read; - is standard input.
///
/// Session logs are known by what is in them, whatever they are called. The same session in several
/// files is kept once, the fullest; its other names stay. In a folder, a log that cannot be read is
/// reported and the others are imported. Importing a folder again reads what is new or changed,
/// looks the quotes of changed sessions up again, and tells which sessions are gone; those are kept.
/// An import that was broken off goes on where it stopped.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak import sessions logs/ --map sessions.json
  tiebreak import sessions ~/project --source team --license MIT
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
    /// Tell of every file, however many there are.
    #[arg(long)]
    verbose: bool,
    #[command(flatten)]
    sessions: SessionOptions,
    #[command(flatten)]
    labels: LabelOptions,
}

/// What the files do not say themselves. A map says more, and about each session of its own.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for sessions: what holds where the files do not say it")]
struct SessionOptions {
    /// The repository, as owner/name; else a clone's address or a folder called owner__name tells it.
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<String>,
    /// The collection that the sessions come from.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Where the developer worked: ide or cli.
    #[arg(long, value_name = "WHERE", value_parser = ["ide", "cli"])]
    modality: Option<String>,
    /// The agent program.
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
    /// The licence, as SPDX writes it; else a licence file in the project's folder tells it.
    #[arg(long, value_name = "SPDX")]
    license: Option<String>,
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
    /// Chats: logs of coding agents, or tiebreak's own JSON.
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
            defaults: Defaults {
                repository: self.sessions.repository,
                source: self.sessions.source,
                modality: self.sessions.modality,
                agent: self.sessions.agent,
                license: self.sessions.license,
            },
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
        let start = Instant::now();
        let imported = study.import(what, &self.paths, &options, &mut |step, path| {
            ticker.show(|| import_report::under_way(step, start.elapsed(), path));
        });
        ticker.clear();
        let imported = imported?;
        import_report::tell(&imported, &self.paths, self.verbose, self.json)?;
        let files = &imported.files;
        let is_empty = |report: &FileReport| report.skipped.as_deref() == Some("is empty");
        if files.iter().all(|report| report.skipped.is_some()) && !files.iter().any(is_empty) {
            return Err(Failure::Failed("there was nothing to import".into()));
        }
        if files.iter().any(FileReport::is_failure) {
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
        let sessions = &self.sessions;
        let of_sessions = [
            ("--repository", sessions.repository.is_some()),
            ("--source", sessions.source.is_some()),
            ("--modality", sessions.modality.is_some()),
            ("--agent", sessions.agent.is_some()),
            ("--license", sessions.license.is_some()),
        ];
        let misplaced = of_labels
            .into_iter()
            .map(|(option, given)| (option, given && self.what != Kind::Labels))
            .chain(
                of_sessions
                    .into_iter()
                    .map(|(option, given)| (option, given && self.what != Kind::Sessions)),
            )
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
