//! Studies in memory with labels as JSON, and the fixtures of agreement.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::{Value, json};

use crate::{
    domain::{
        answers::Answers,
        batch::{Batch, Frame, Member, Purpose},
        codebook::Codebook,
        episode::{Episode, Evidence, TurnLabel},
        ids::{RaterName, UnitKey},
        label::{Address, Basis, Content, RaterKind, State},
        session::Session,
        standing::Standing,
    },
    store::{
        revisions::{Action, NewRevision},
        sessions::SessionRow,
    },
    workflow::Study,
};

pub const BATCH: &str = "round-1";

/// A clock that never stands still.
fn clock() -> String {
    static TICKS: AtomicU64 = AtomicU64::new(0);
    let ticks = TICKS.fetch_add(1, Ordering::Relaxed);
    format!(
        "2026-05-{:02}T{:02}:{:02}:{:02}Z",
        1 + ticks / 86_400,
        ticks / 3600 % 24,
        ticks / 60 % 60,
        ticks % 60
    )
}

pub fn codebook(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(folder.join(name)).unwrap()
}

pub fn fixture(name: &str) -> Value {
    let text = codebook(&format!("tests/fixtures/agreement/{name}.json"));
    serde_json::from_str(&text).unwrap()
}

/// A study with one batch under way.
pub struct Field {
    pub study: Study,
    pub codebook: Arc<Codebook>,
    batch: Batch,
}

impl Field {
    /// An open batch of units `u-1#e`, `u-2#e` and so on.
    pub fn new(toml: &str, units: usize, annotators: &[&str]) -> Self {
        Self::with_chances(toml, &vec![None; units], annotators)
    }

    /// The same, each unit drawn with its own chance.
    pub fn with_chances(toml: &str, chances: &[Option<f64>], annotators: &[&str]) -> Self {
        let books = [("test".to_owned(), toml.to_owned())];
        let mut study = Study::in_memory(&books, clock).unwrap();
        let task = study.tasks()[0].clone();
        for name in annotators {
            study.make_rater(name, "annotator").unwrap();
        }
        let batch = Batch {
            name: BATCH.into(),
            task: task.name,
            codebook: task.codebook.name(),
            purpose: Purpose::Evaluation,
            evidence_only: false,
            seed: 1,
            frame: Frame::default(),
            members: (1..)
                .zip(chances)
                .map(|(number, chance)| Member {
                    unit: unit(number),
                    probability: *chance,
                    stratum: None,
                })
                .collect(),
            annotators: annotators.iter().map(|name| (*name).into()).collect(),
            created_at: clock(),
            lock: None,
        };
        study.atomically(|study| study.add_batch(&batch)).unwrap();
        Self {
            codebook: task.codebook,
            study,
            batch,
        }
    }

    fn append(&mut self, address: Address, content: Content, action: Action) {
        let at = clock();
        let new = NewRevision {
            address: &address,
            content: &content,
            action,
            step: None,
            target: None,
            field: None,
            by: None,
            version: None,
            source: None,
            at: &at,
        };
        self.study.store.append(&self.codebook, &new).unwrap();
    }

    fn address(&self, rater: &str, kind: RaterKind, number: usize) -> Address {
        Address {
            task: self.batch.task.clone(),
            codebook: self.batch.codebook.clone(),
            batch: (kind != RaterKind::Judge).then(|| self.batch.name.clone()),
            unit: unit(number),
            rater: rater.into(),
            kind,
        }
    }

    fn content(&self, answers: &Value) -> Content {
        let read = Answers::from_json(&self.codebook, answers.as_object().unwrap()).unwrap();
        Content {
            answers: read.answers,
            state: State::Submitted,
            ..Content::default()
        }
    }

    /// Appends an annotator's submitted answers straight to the store.
    pub fn submit(&mut self, rater: &str, number: usize, answers: &Value) {
        let address = self.address(rater, RaterKind::Annotator, number);
        self.append(address, self.content(answers), Action::Submit);
    }

    pub fn gold(&mut self, number: usize, answers: &Value, basis: Basis) {
        let content = Content {
            basis: Some(basis),
            ..self.content(answers)
        };
        let address = self.address(RaterName::GOLD, RaterKind::Gold, number);
        self.append(address, content, Action::Import);
    }

    /// Gold that was settled again when the judge's labels could be seen.
    pub fn gold_after_judge(&mut self, number: usize, answers: &Value) {
        let content = Content {
            basis: Some(Basis::Adjudicated),
            after_judge: true,
            ..self.content(answers)
        };
        let address = self.address(RaterName::GOLD, RaterKind::Gold, number);
        self.append(address, content, Action::Submit);
    }

    pub fn judge(&mut self, rater: &str, number: usize, answers: &Value) {
        self.study.make_rater(rater, "judge").unwrap();
        let address = self.address(rater, RaterKind::Judge, number);
        self.append(address, self.content(answers), Action::Import);
    }

    /// A judge's label under a codebook that the batch does not have.
    pub fn judge_under(&mut self, codebook: &str, rater: &str, number: usize, answers: &Value) {
        self.study.make_rater(rater, "judge").unwrap();
        let address = Address {
            codebook: codebook.into(),
            ..self.address(rater, RaterKind::Judge, number)
        };
        self.append(address, self.content(answers), Action::Import);
    }

    pub fn lock(&mut self) {
        self.study.lock(BATCH, "cho", None).unwrap();
    }

    pub fn lock_by_force(&mut self) {
        self.study.lock(BATCH, "cho", Some("time is up")).unwrap();
    }

    /// Gives a unit an episode with so many quotes.
    pub fn quotes(&mut self, number: usize, quotes: usize) {
        let evidence = |place: usize| Evidence {
            turn: TurnLabel::parse(&format!("TURN {} | USER", place + 1)),
            quote: "a quote".into(),
            context: None,
            extra: Default::default(),
        };
        let key = unit(number);
        let (session, id) = key.split().unwrap();
        let episode = Episode {
            session: session.into(),
            id: id.into(),
            name: Some("An episode".into()),
            description: None,
            alignment_goal: None,
            confidence: None,
            evidence: (0..quotes).map(evidence).collect(),
            extra: Default::default(),
        };
        let row = SessionRow {
            number: 0,
            session: Session {
                id: session.into(),
                repository: None,
                source: None,
                modality: None,
                agent: None,
                started_at: None,
                license: None,
                aliases: Vec::new(),
                turns: Vec::new(),
                extra: Default::default(),
            },
            imported: false,
            extracted: true,
            turns: 0,
            sha256: None,
        };
        let at = self.study.store.insert_session(&row).unwrap();
        let standings = vec![Standing::NO_SESSION; quotes];
        self.study
            .store
            .insert_episode(at, &episode, &standings)
            .unwrap();
    }
}

pub fn unit(number: usize) -> UnitKey {
    UnitKey::episode(&format!("u-{number}"), "e")
}

/// A locked study from a fixture, with gold and a judge. Units that a rater left out are missing.
pub fn schema(name: &str) -> (Field, Value) {
    let fixture = fixture(name);
    let raters = &fixture["raters"];
    let units = fixture["units"].as_array().unwrap().len();
    let toml = codebook("codebook/misalignment.toml");
    let mut field = Field::new(&toml, units, &["annotator_1", "annotator_2"]);
    let labels = |rater: &str| {
        let labels = (1..).zip(raters[rater].as_array().unwrap());
        labels.filter(|(_, answers)| !answers.is_null())
    };
    for rater in ["annotator_1", "annotator_2"] {
        for (number, answers) in labels(rater) {
            field.submit(rater, number, answers);
        }
    }
    field.lock_by_force();
    for (number, answers) in labels("gold") {
        field.gold(number, answers, Basis::Imported);
    }
    for (number, answers) in labels("judge") {
        field.judge("judge", number, answers);
    }
    (field, fixture["expected"].clone())
}

/// Plain answers to the misalignment codebook, some of them changed.
pub fn plain(changes: Value) -> Value {
    let mut answers = json!({
        "symptom": ["S3"], "cause": [{"code": "C6", "evidence_tier": "direct"}],
        "damage_severity": "DS1", "damage_locus": null,
        "resolution_status": "RS2", "resolver": null,
    });
    for (axis, answer) in changes.as_object().unwrap() {
        answers[axis] = answer.clone();
    }
    answers
}
