//! `tiebreak sample`

use std::{io::Read, path::PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{
    context::Context,
    failure::{Failure, Outcome},
    output::{print_json, say},
};
use crate::{
    domain::{batch::Purpose, ids::UnitKey},
    formats::sessions::nfc,
    workflow::{
        Study,
        sample::{Drawn, Filter, Plan},
    },
};

/// Draw a batch of units and assign annotators to it.
///
/// The draw is random and can be repeated: the same study, options and --seed give the same batch.
/// Left out are episodes of low confidence, those that were called invalid, units that already are
/// in a batch of the task, and units without text; the command says how many. --frame all leaves
/// nothing out. Labels that are still hidden choose nothing. Each annotator gets the units in an order of their own.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak sample round-1 --task misalignment --n 100 --seed 7 --annotators ana,ben
  tiebreak sample cli-only --task misalignment --n 50 --seed 1 --annotators ana,ben \\
      --where modality=cli --where 'started_at>=2025-06'
  tiebreak sample rare --task misalignment --per-code symptom=10 --strata-by judge-1 \\
      --seed 3 --annotators ana,ben
  tiebreak sample fixed --task misalignment --units keys.txt --annotators ana,ben

Keys of --where: repository, modality, agent, source, confidence, session, started_at, verdict, and
AXIS=CODE@RATER for a label that a rater gave. Several --where must all hold.")]
pub struct Sample {
    /// The name of the batch.
    name: String,
    /// What is asked about each unit [default: the study's only task].
    #[arg(long, value_name = "TASK")]
    task: Option<String>,
    /// How many units to draw.
    #[arg(long, value_name = "COUNT", required_unless_present_any = ["units", "per_code"], conflicts_with = "per_code")]
    n: Option<usize>,
    /// The number from which the draw and each annotator's order follow; needed unless --units is
    /// given, where 1 is the default.
    #[arg(long, value_name = "NUMBER", required_unless_present = "units")]
    seed: Option<u64>,
    /// Who labels, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', required = true)]
    annotators: Vec<String>,
    /// Only units for which this holds: key=value, !=, >= or <=.
    #[arg(long = "where", value_name = "FILTER", conflicts_with = "units")]
    filters: Vec<String>,
    /// From which units to draw.
    #[arg(long, value_enum, default_value_t = Frame::Default)]
    frame: Frame,
    /// Draw this many units for each code of an axis.
    #[arg(
        long,
        value_name = "AXIS=COUNT",
        requires = "strata_by",
        conflicts_with = "units"
    )]
    per_code: Option<String>,
    /// The rater whose labels say which code a unit has.
    #[arg(long, value_name = "RATER", requires = "per_code")]
    strata_by: Option<String>,
    /// Take the units that this file names, one key per line, as they stand.
    #[arg(long, value_name = "FILE")]
    units: Option<PathBuf>,
    /// Annotators judge by the quotes alone and cannot open the session.
    #[arg(long)]
    evidence_only: bool,
    /// What the batch is for. Figures that are to be published come from an evaluation batch, which
    /// no codebook or prompt was tuned on.
    #[arg(long, value_enum, default_value_t = For::Evaluation)]
    purpose: For,
    /// Print the batch as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Frame {
    /// All but those named above.
    Default,
    /// All units.
    All,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum For {
    Evaluation,
    Development,
}

impl Sample {
    pub fn run(self, context: &Context) -> Outcome {
        let mut study = context.open()?;
        let json = self.json;
        let drawn = study.sample(&self.plan(&study)?)?;
        if json {
            return print_json(&to_json(&drawn));
        }
        let batch = &drawn.batch;
        let of_frame = match batch.frame.options.get("units") {
            Some(_) => String::new(),
            None => format!(" of {}", batch.frame.size),
        };
        say(format!(
            "{}: {}{of_frame} units for {}, seed {}.",
            batch.name,
            batch.members.len(),
            batch
                .annotators
                .iter()
                .map(|name| &**name)
                .collect::<Vec<_>>()
                .join(", "),
            batch.seed
        ));
        let left_out = drawn.left_out.iter();
        let left_out: Vec<String> = left_out
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        if !left_out.is_empty() {
            say(format!("Left out: {}.", left_out.join(", ")));
        }
        if drawn.hidden > 0 {
            say(format!(
                "{} verdicts stay hidden until the gold of their batches is complete, so units that they call invalid may be among these.",
                drawn.hidden
            ));
        }
        for rater in &batch.annotators {
            let command = format!("annotate {} --as {rater}", batch.name);
            say(format!("Next: {}", context.command(&command)));
        }
        Ok(())
    }

    fn plan(self, study: &Study) -> Outcome<Plan> {
        let units = self.units.as_ref().map(read_units).transpose()?;
        if let (Some(units), Some(n)) = (&units, self.n)
            && units.len() != n
        {
            return Err(Failure::Usage(format!(
                "--units lists {} units and --n says {n}; leave --n away",
                units.len()
            )));
        }
        let (per_code, n) = match (&self.per_code, self.strata_by) {
            (Some(text), Some(rater)) => {
                let (axis, n) = per_code(text)?;
                (Some((axis, rater)), n)
            }
            (None, Some(_)) => {
                let why = "--strata-by goes with --per-code AXIS=COUNT";
                return Err(Failure::Usage(why.into()));
            }
            _ => (None, self.n.unwrap_or(0)),
        };
        let filters = self.filters.iter().map(|text| Filter::parse(text));
        Ok(Plan {
            task: match self.task {
                Some(task) => task,
                None => only_task(study)?,
            },
            name: self.name,
            n,
            seed: self.seed.unwrap_or(1),
            annotators: self.annotators,
            purpose: match self.purpose {
                For::Evaluation => Purpose::Evaluation,
                For::Development => Purpose::Development,
            },
            evidence_only: self.evidence_only,
            whole_frame: self.frame == Frame::All,
            filters: filters.collect::<Result<_, _>>().map_err(Failure::Usage)?,
            per_code,
            units,
        })
    }
}

fn only_task(study: &Study) -> Outcome<String> {
    match study.tasks() {
        [task] => Ok(task.name.0.clone()),
        tasks => {
            let names: Vec<&str> = tasks.iter().map(|task| &*task.name).collect();
            Err(Failure::Usage(format!(
                "say with --task what is asked: {}",
                names.join(", ")
            )))
        }
    }
}

fn per_code(text: &str) -> Outcome<(String, usize)> {
    let read = text
        .split_once('=')
        .and_then(|(axis, count)| Some((axis.trim().to_owned(), count.trim().parse().ok()?)));
    read.filter(|(_, count)| *count > 0).ok_or_else(|| {
        Failure::Usage(format!(
            "\"{text}\" is not AXIS=COUNT; write --per-code axis=10 with the key of an axis"
        ))
    })
}

/// One key per line; empty lines count for nothing.
fn read_units(path: &PathBuf) -> Outcome<Vec<UnitKey>> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    let name = path.display();
    read.map_err(|error| Failure::Failed(format!("{name} cannot be read: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Failed(format!("{name} is not UTF-8 text")))?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    Ok(lines
        .filter(|line| !line.is_empty())
        .map(|line| UnitKey(nfc(line)))
        .collect())
}

fn to_json(drawn: &Drawn) -> Value {
    let batch = &drawn.batch;
    let units: Vec<&str> = batch.members.iter().map(|member| &*member.unit).collect();
    let left_out = drawn
        .left_out
        .iter()
        .map(|(reason, count)| json!({"reason": reason, "units": count}));
    // Strata and probabilities tell of hidden labels: they stay in the study.
    json!({
        "batch": *batch.name,
        "task": *batch.task,
        "codebook": batch.codebook,
        "purpose": batch.purpose.as_str(),
        "annotators": batch.annotators.iter().map(|name| &**name).collect::<Vec<&str>>(),
        "seed": batch.seed,
        "n": units.len(),
        "frame": {"size": batch.frame.size, "sha256": batch.frame.sha256},
        "left_out": left_out.collect::<Vec<_>>(),
        "hidden_verdicts": drawn.hidden,
        "units": units,
    })
}
