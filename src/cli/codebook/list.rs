//! `tiebreak codebook list`

use clap::Args;
use serde_json::{Value, json};

use super::{
    super::{
        context::Context,
        failure::Outcome,
        output::{print, print_json, table},
    },
    source,
};
use crate::{domain::codebook::Codebook, workflow::sha256_hex};

/// List the codebooks that come with tiebreak and those of the study.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak codebook list
  tiebreak codebook list --json")]
pub struct List {
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

/// A codebook and where it is.
struct Row {
    codebook: Codebook,
    sha256: String,
    shipped: bool,
    in_study: bool,
    /// The task that follows it.
    task: Option<String>,
}

impl List {
    pub fn run(self, context: &Context) -> Outcome {
        let rows = rows(context)?;
        if self.json {
            let codebooks: Vec<Value> = rows.iter().map(to_json).collect();
            return print_json(&json!({"codebooks": codebooks}));
        }
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let place = match (row.shipped, row.in_study) {
                    (true, true) => "shipped, study",
                    (true, false) => "shipped",
                    (false, _) => "study",
                };
                vec![
                    row.codebook.name(),
                    row.codebook.unit.as_str().to_owned(),
                    row.codebook.axes.len().to_string(),
                    place.to_owned(),
                    row.task.clone().unwrap_or_default(),
                    row.codebook.title.clone(),
                ]
            })
            .collect();
        let head = ["codebook", "unit", "axes", "from", "task", "title"];
        print(&table(&head, &cells))
    }
}

fn rows(context: &Context) -> Outcome<Vec<Row>> {
    let shipped = source::shipped()?.into_iter();
    let mut rows: Vec<Row> = shipped
        .map(|(codebook, toml)| Row {
            codebook,
            sha256: sha256_hex(toml.as_bytes()),
            shipped: true,
            in_study: false,
            task: None,
        })
        .collect();
    let Some(study) = source::study(context)? else {
        return Ok(rows);
    };
    for shelved in study.shelf() {
        let name = shelved.codebook.name();
        let task = study
            .tasks()
            .iter()
            .find(|task| task.codebook.name() == name);
        let task = task.map(|task| task.name.0.clone());
        let same = |row: &&mut Row| row.codebook.name() == name && row.sha256 == shelved.sha256;
        if let Some(row) = rows.iter_mut().find(same) {
            row.in_study = true;
            row.task = task;
        } else {
            rows.push(Row {
                codebook: (*shelved.codebook).clone(),
                sha256: shelved.sha256.clone(),
                shipped: false,
                in_study: true,
                task,
            });
        }
    }
    Ok(rows)
}

fn to_json(row: &Row) -> Value {
    let axes: Vec<&str> = row.codebook.axes.iter().map(|axis| &*axis.key).collect();
    json!({
        "codebook": row.codebook.name(),
        "title": row.codebook.title,
        "unit": row.codebook.unit.as_str(),
        "axes": axes,
        "sha256": row.sha256,
        "shipped": row.shipped,
        "in_study": row.in_study,
        "task": row.task,
    })
}
