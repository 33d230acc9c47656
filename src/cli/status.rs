//! `tiebreak status`

use clap::Args;
use serde_json::{Value, json};

use super::{
    context::Context,
    failure::Outcome,
    output::{print, print_json, table},
};
use crate::workflow::status::{BatchStatus, Status as Found};

/// Show the batches, who has done how much, and what to do next.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak status
  tiebreak status --as ana              what ana can do next
  tiebreak status --json")]
pub struct Status {
    /// Who asks.
    #[arg(long = "as", value_name = "NAME")]
    who: Option<String>,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

impl Status {
    pub fn run(self, context: &Context) -> Outcome {
        let study = context.open()?;
        let who = match &self.who {
            Some(name) => Some(study.rater(name)?.name.0),
            None => None,
        };
        let status = study.status(who.as_deref())?;
        if self.json {
            return print_json(&to_json(context, &status));
        }
        print(&text(context, &status))
    }
}

fn text(context: &Context, status: &Found) -> String {
    let mut text = format!(
        "{}: {} sessions, {} episodes\n",
        context.path().display(),
        status.sessions,
        status.episodes
    );
    if let Some(about) = &status.about {
        text.push_str(&format!("{about}\n"));
    }
    if !status.batches.is_empty() {
        let rows: Vec<Vec<String>> = status.batches.iter().map(row).collect();
        let head = ["batch", "task", "units", "state", "submitted", "gold"];
        text.push_str(&format!("\n{}", table(&head, &rows)));
    }
    if !status.steps.is_empty() {
        text.push_str("\nNext:\n");
    }
    for step in &status.steps {
        let command = context.command(&step.command());
        text.push_str(&format!("  {step}\n    {command}\n"));
    }
    text
}

fn state(batch: &BatchStatus) -> &'static str {
    match &batch.batch.lock {
        None => "open",
        Some(lock) if !lock.sealed => "waiting for labels",
        Some(_) => "locked",
    }
}

fn row(status: &BatchStatus) -> Vec<String> {
    let raters: Vec<String> = status
        .progress
        .iter()
        .map(|one| {
            let mut text = format!("{} {}", one.rater, one.submitted);
            let beside = [(one.begun, "begun"), (one.put_off, "put off")];
            let beside = beside.iter().filter(|(count, _)| *count > 0);
            let beside: Vec<String> = beside
                .map(|(count, word)| format!("{count} {word}"))
                .collect();
            if !beside.is_empty() {
                text.push_str(&format!(" ({})", beside.join(", ")));
            }
            text
        })
        .collect();
    vec![
        status.batch.name.to_string(),
        status.batch.task.to_string(),
        status.size.to_string(),
        state(status).into(),
        raters.join(", "),
        status.gold.to_string(),
    ]
}

fn to_json(context: &Context, status: &Found) -> Value {
    let batches = status.batches.iter().map(|status| {
        let batch = &status.batch;
        let lock = batch.lock.as_ref().map(|lock| {
            json!({"at": lock.at, "by": lock.by, "forced": lock.forced, "sha256": lock.sha256})
        });
        json!({
            "batch": *batch.name,
            "task": *batch.task,
            "codebook": batch.codebook,
            "purpose": batch.purpose.as_str(),
            "state": state(status),
            "units": status.size,
            "annotators": status.progress,
            "gold": status.gold,
            "waiting": status.waiting(),
            "lock": lock,
        })
    });
    let next = status
        .steps
        .iter()
        .map(|step| json!({"what": step.to_string(), "command": context.command(&step.command())}));
    let recent = status.recent.iter().map(|event| {
        json!({
            "at": event.at, "who": event.who, "what": event.what,
            "batch": event.batch, "unit": event.unit, "detail": event.detail,
        })
    });
    json!({
        "study": context.path().display().to_string(),
        "about": status.about,
        "sessions": status.sessions,
        "episodes": status.episodes,
        "batches": batches.collect::<Vec<_>>(),
        "next": next.collect::<Vec<_>>(),
        "recent": recent.collect::<Vec<_>>(),
    })
}
