//! `tiebreak session show`

use clap::Args;
use serde_json::{Value, json};

use super::{
    super::{
        context::Context,
        failure::Outcome,
        output::{print, print_json, table},
    },
    list::metadata,
};
use crate::domain::{
    event::{EventKind, events},
    session::{Role, Session, Turn},
};

/// Show what is known about a session, and its turns with their kinds and lengths.
///
/// Lengths are in characters. A turn with a kind stands under the user's name and was written by a
/// program; statistics leave it out.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tiebreak session show s-001
  tiebreak session show s-001 --json")]
pub struct Show {
    #[arg(value_name = "ID")]
    session: String,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

/// A turn as it is told here.
struct Told<'s> {
    turn: &'s Turn,
    characters: usize,
    /// Events of each kind that the turn has.
    events: Vec<(EventKind, usize)>,
}

impl Show {
    pub fn run(self, context: &Context) -> Outcome {
        let study = context.open()?;
        let row = study.session(&self.session)?;
        let session = study.session_outline(&row)?;
        let told: Vec<Told> = session.turns.iter().map(Told::of).collect();
        if self.json {
            let mut value = metadata(&session);
            let aliases: Vec<&str> = session.aliases.iter().map(|alias| &**alias).collect();
            value["aliases"] = aliases.into();
            value["sha256"] = row.sha256.into();
            value["turns"] = told.iter().map(Told::json).collect();
            return print_json(&value);
        }
        print(&text(&session, &told))
    }
}

impl<'s> Told<'s> {
    fn of(turn: &'s Turn) -> Self {
        let found = events(turn);
        let count = |kind| found.iter().filter(|event| event.kind == kind).count();
        Self {
            turn,
            characters: turn.text.chars().count(),
            events: EventKind::ALL
                .into_iter()
                .map(|kind| (kind, count(kind)))
                .filter(|(_, count)| *count > 0)
                .collect(),
        }
    }

    fn json(&self) -> Value {
        let events: serde_json::Map<String, Value> = self
            .events
            .iter()
            .map(|(kind, count)| (kind.as_str().to_owned(), (*count).into()))
            .collect();
        json!({
            "turn": self.turn.number,
            "role": self.turn.role.as_str(),
            "kind": self.turn.kind,
            "at": self.turn.at,
            "characters": self.characters,
            "events": events,
        })
    }

    fn row(&self) -> Vec<String> {
        let events: Vec<String> = self
            .events
            .iter()
            .map(|(kind, count)| format!("{count} {}", kind.as_str().replace('_', "-")))
            .collect();
        vec![
            self.turn.number.to_string(),
            self.turn.role.to_string(),
            self.characters.to_string(),
            self.turn.kind.clone().unwrap_or_default(),
            self.turn.at.clone().unwrap_or_default(),
            events.join(", "),
        ]
    }
}

fn text(session: &Session, told: &[Told]) -> String {
    let rows = [
        ("Repository", &session.repository),
        ("Source", &session.source),
        ("Modality", &session.modality),
        ("Agent", &session.agent),
        ("Started", &session.started_at),
        ("License", &session.license),
    ];
    let mut text = format!("Session:    {}\n", session.id);
    for (name, value) in rows {
        if let Some(value) = value {
            text.push_str(&format!("{:<12}{value}\n", format!("{name}:")));
        }
    }
    if !session.aliases.is_empty() {
        let names: Vec<&str> = session.aliases.iter().map(|alias| &**alias).collect();
        text.push_str(&format!("Also named: {}\n", names.join(", ")));
    }
    let of = |role| told.iter().filter(move |told| told.turn.role == role);
    let programs = of(Role::User)
        .filter(|told| told.turn.kind.is_some())
        .count();
    let by_programs = match programs {
        0 => String::new(),
        programs => format!(", {programs} by programs under the user's name"),
    };
    text.push_str(&format!(
        "Turns:      {} ({} user, {} agent{by_programs})\n",
        told.len(),
        of(Role::User).count() - programs,
        of(Role::Agent).count()
    ));
    if !told.is_empty() {
        let rows: Vec<Vec<String>> = told.iter().map(Told::row).collect();
        let head = ["turn", "role", "characters", "kind", "at", "events"];
        text.push_str(&format!("\n{}", table(&head, &rows)));
    }
    text
}
