//! The rules of the study, tried on a small study in memory.

mod adjudicating;
mod browsing;
mod labelling;
mod locking;
mod sampling;
mod searching;
mod seeing;

use serde_json::{Value, json};

use super::{SHIPPED, Study, annotate::Desk, sample::Plan};
use crate::{
    domain::{
        answers::Answers,
        episode::{Episode, Evidence, TurnLabel},
        ids::{SessionId, UnitKey},
        label::{Content, RaterKind},
        session::{Role, Session, Turn},
        standing::{Standing, TurnText},
    },
    store::{
        raters::RaterRow,
        revisions::{Action, NewRevision},
        sessions::SessionRow,
    },
};

const TASK: &str = "misalignment";

/// A study with one session of `episodes` episodes.
fn study(episodes: usize) -> Study {
    let shipped: Vec<(String, String)> = SHIPPED
        .iter()
        .map(|(name, toml)| (name.to_string(), toml.to_string()))
        .collect();
    let study = Study::in_memory(&shipped, || "2026-05-01T10:00:00Z".into()).unwrap();
    let session = Session {
        id: SessionId::from("s"),
        repository: Some("owner/name".into()),
        source: None,
        modality: Some("cli".into()),
        agent: None,
        started_at: Some("2025-06-04T00:56:00Z".into()),
        license: None,
        aliases: Vec::new(),
        turns: Vec::new(),
        extra: Default::default(),
    };
    let row = SessionRow {
        number: 0,
        session,
        imported: true,
        extracted: true,
        turns: 1,
        sha256: None,
    };
    let number = study.store.insert_session(&row).unwrap();
    let turn = Turn {
        number: 1,
        role: Role::User,
        kind: None,
        text: "No, not that file.".into(),
        at: None,
        tools: Vec::new(),
        extra: Default::default(),
    };
    study
        .store
        .set_turns(number, std::slice::from_ref(&turn))
        .unwrap();
    for place in 1..=episodes {
        let episode = Episode {
            session: SessionId::from("s"),
            id: format!("E{place:02}"),
            name: Some("An episode".into()),
            description: None,
            alignment_goal: None,
            confidence: Some(if place == episodes { "low" } else { "high" }.into()),
            evidence: vec![Evidence {
                turn: TurnLabel::parse("TURN 1 | USER"),
                quote: "not that file".into(),
                context: None,
                extra: Default::default(),
            }],
            extra: Default::default(),
        };
        let label = TurnLabel::parse("TURN 1 | USER");
        let turns = [TurnText::of(&turn)];
        let standing = Standing::among("not that file", &label, &turns);
        study
            .store
            .insert_episode(number, &episode, &[standing])
            .unwrap();
    }
    study
}

/// A study whose batch `r1` of the first `units` units is assigned to ana and ben.
fn batch_of(units: usize) -> Study {
    let mut study = study(units + 2);
    draw(
        &mut study,
        "r1",
        &(1..=units).collect::<Vec<_>>(),
        &["ana", "ben"],
    );
    study
}

fn draw(study: &mut Study, name: &str, units: &[usize], annotators: &[&str]) {
    let plan = Plan {
        name: name.into(),
        task: TASK.into(),
        seed: 7,
        annotators: annotators.iter().map(|name| name.to_string()).collect(),
        units: Some(units.iter().map(|place| unit(*place)).collect()),
        ..Plan::default()
    };
    study.sample(&plan).unwrap();
}

fn unit(place: usize) -> UnitKey {
    UnitKey(format!("s#E{place:02}"))
}

fn content(study: &Study, answers: Value) -> Content {
    let codebook = &study.task(TASK).unwrap().codebook;
    let answers = Answers::from_json(codebook, answers.as_object().unwrap())
        .unwrap()
        .answers;
    Content {
        answers,
        ..Content::default()
    }
}

/// A complete answer with one symptom.
fn symptom(study: &Study, code: &str) -> Content {
    let answers = json!({
        "symptom": [code],
        "cause": [{"code": "C6", "evidence_tier": "direct"}],
        "damage_severity": "DS1",
        "resolution_status": "RS2",
    });
    content(study, answers)
}

fn submit(study: &mut Study, desk: &Desk, place: usize, content: &Content) {
    let matter = study.matter(desk.codebook.unit, &unit(place)).unwrap();
    study.submit(desk, &matter, content, 1.0).unwrap();
}

/// Gives ana's and ben's answers to the units of `r1` in order and locks it.
fn locked(study: &mut Study, codes: &[(&str, &str)]) {
    for (place, (ana, ben)) in codes.iter().enumerate() {
        for (rater, code) in [("ana", ana), ("ben", ben)] {
            let desk = study.desk("r1", rater).unwrap();
            let content = symptom(study, code);
            submit(study, &desk, place + 1, &content);
        }
    }
    study.lock("r1", "ana", None).unwrap();
}

/// A judge's label on a unit.
fn judged(study: &mut Study, place: usize, content: &Content) {
    let judge = RaterRow {
        name: "judge".into(),
        kind: "judge".into(),
        about: String::new(),
    };
    study
        .store
        .set_rater(&judge, "2026-05-01T09:00:00Z")
        .unwrap();
    let task = study.task(TASK).unwrap().clone();
    let address = crate::domain::label::Address {
        task: task.name.clone(),
        codebook: task.codebook.name(),
        batch: None,
        unit: unit(place),
        rater: "judge".into(),
        kind: RaterKind::Judge,
    };
    let new = NewRevision {
        address: &address,
        content,
        action: Action::Import,
        step: None,
        target: None,
        field: None,
        by: None,
        version: Some(1),
        source: Some("judge.jsonl"),
        at: "2026-05-01T09:00:00Z",
    };
    study.store.append(&task.codebook, &new).unwrap();
}
