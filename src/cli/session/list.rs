//! `tiebreak session list`

use clap::Args;
use serde_json::{Value, json};

use super::super::{
    context::Context,
    failure::{Failure, Outcome},
    output::{print, print_json, table},
};
use crate::{domain::session::Session, workflow::sample::Filter};

/// List the sessions of the study.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak session list
  tiebreak session list --where modality=cli --where 'started_at>=2025-06'
  tiebreak session list --where agent!=Cursor --json

Keys of --where: repository, modality, agent, source, session and started_at. Several --where must
all hold.")]
pub struct List {
    /// Only sessions for which this holds: key=value, !=, >= or <=.
    #[arg(long = "where", value_name = "FILTER")]
    filters: Vec<String>,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

impl List {
    pub fn run(self, context: &Context) -> Outcome {
        let filters = self.filters.iter().map(|text| Filter::parse(text));
        let filters = filters
            .collect::<Result<Vec<_>, _>>()
            .map_err(Failure::Usage)?;
        let study = context.open()?;
        let found = study.sessions(&filters)?;
        if self.json {
            let sessions: Vec<Value> = found
                .iter()
                .map(|row| {
                    let mut value = metadata(&row.session);
                    value["turns"] = row.turns.into();
                    value
                })
                .collect();
            return print_json(&json!({"sessions": sessions}));
        }
        let rows: Vec<Vec<String>> = found
            .iter()
            .map(|row| {
                let session = &row.session;
                let known = |field: &Option<String>| field.clone().unwrap_or_default();
                vec![
                    session.id.0.clone(),
                    row.turns.to_string(),
                    known(&session.modality),
                    known(&session.agent),
                    known(&session.started_at).chars().take(10).collect(),
                    known(&session.source),
                    known(&session.repository),
                ]
            })
            .collect();
        let head = [
            "session",
            "turns",
            "modality",
            "agent",
            "started",
            "source",
            "repository",
        ];
        print(&table(&head, &rows))
    }
}

/// What is known about a session beside its turns.
pub fn metadata(session: &Session) -> Value {
    json!({
        "session": *session.id,
        "repository": session.repository,
        "source": session.source,
        "modality": session.modality,
        "agent": session.agent,
        "started_at": session.started_at,
        "license": session.license,
    })
}
