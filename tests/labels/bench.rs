//! A study with little in it, and rows to try on it.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use tiebreak::{
    domain::ids::UnitKey,
    workflow::{
        SHIPPED, Study,
        export::{Export, Exported, Scope},
        import::{FileReport, Options, What},
        sample::Plan,
        sight::Viewer,
    },
};

fn clock() -> String {
    "2026-05-01T10:00:00Z".into()
}

/// A study in a file, so that a test can see that not a byte of it has changed.
pub struct Bench {
    pub study: Study,
    pub path: PathBuf,
    _home: TempDir,
}

impl Bench {
    pub fn with(codebooks: &[(String, String)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("study.tiebreak");
        let study = Study::create(&path, codebooks, clock).unwrap();
        Self {
            study,
            path,
            _home: home,
        }
    }

    /// The shipped codebooks and four episodes.
    pub fn new() -> Self {
        let shipped = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
        let mut bench = Self::with(&shipped);
        let episodes: Vec<Value> = (1..=4)
            .map(|number| {
                json!({
                    "session": "s", "id": format!("M{number}"), "name": "It went on", "description": "Unasked.",
                    "evidence": [{"turn": "TURN 1 | USER", "quote": "Stop."}], "confidence": "high",
                })
            })
            .collect();
        assert!(bench.take(What::Episodes, &episodes).landed);
        bench
    }

    pub fn take(&mut self, what: What, rows: &[Value]) -> FileReport {
        self.take_with(what, rows, &Options::default())
    }

    pub fn take_with(&mut self, what: What, rows: &[Value], options: &Options) -> FileReport {
        let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
        self.study
            .import_text(what, "in/rows.jsonl", &text, options)
            .unwrap()
    }

    /// Imports labels that have to land.
    pub fn land(&mut self, rows: &[Value]) -> FileReport {
        let report = self.take(What::Labels, rows);
        assert!(report.landed, "{:?}", report.problems);
        report
    }

    pub fn sample(&mut self, name: &str, task: &str, units: &[&str], annotators: &[&str]) {
        let plan = Plan {
            name: name.into(),
            task: task.into(),
            annotators: annotators.iter().map(|name| (*name).to_owned()).collect(),
            units: Some(units.iter().map(|unit| UnitKey::from(*unit)).collect()),
            ..Plan::default()
        };
        self.study.sample(&plan).unwrap();
    }

    /// A batch of M1 and M2 for ana and ben.
    pub fn with_round() -> Self {
        let mut bench = Self::new();
        bench.sample("round", "misalignment", &["s#M1", "s#M2"], &["ana", "ben"]);
        bench
    }

    /// The same, labelled, locked and with gold on M1, where both agree.
    pub fn with_locked_round() -> Self {
        let mut bench = Self::with_round();
        bench.land(&all_labels());
        bench.study.lock("round", "ana", None).unwrap();
        bench
    }

    /// The file, without SQLite's counts of its transactions.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = fs::read(&self.path).unwrap();
        bytes[24..28].fill(0);
        bytes[92..96].fill(0);
        bytes
    }

    pub fn export_as(
        &self,
        what: Export,
        viewer: &Viewer,
        batch: Option<&str>,
    ) -> (String, Exported) {
        let mut text = Vec::new();
        let done = self
            .study
            .export(
                what,
                &Scope {
                    viewer,
                    batch,
                    redact: false,
                },
                &mut text,
            )
            .unwrap();
        (String::from_utf8(text).unwrap(), done)
    }

    pub fn export(&self, what: Export) -> (String, Exported) {
        self.export_as(what, &Viewer::Anyone, None)
    }
}

pub fn with(base: &Value, changes: Value) -> Value {
    let mut row = base.clone();
    for (key, value) in changes.as_object().unwrap() {
        row[key] = value.clone();
    }
    row
}

pub fn answers(changes: Value) -> Value {
    with(
        &json!({
            "symptom": ["S3"], "cause": [{"code": "C6", "evidence_tier": "direct"}], "damage_severity": "DS1",
            "damage_locus": null, "resolution_status": "RS2", "resolver": null,
        }),
        changes,
    )
}

pub fn label(unit: &str, rater: &str, changes: Value) -> Value {
    json!({"unit": unit, "rater": rater, "kind": "annotator", "batch": "round", "answers": answers(changes)})
}

pub fn all_labels() -> [Value; 4] {
    [
        label("s#M1", "ana", json!({})),
        label("s#M2", "ana", json!({})),
        label("s#M1", "ben", json!({})),
        label("s#M2", "ben", json!({"symptom": ["S4"]})),
    ]
}

pub fn gold(unit: &str, changes: Value) -> Value {
    json!({"unit": unit, "kind": "gold", "batch": "round", "answers": answers(changes), "adjudicator": "cho"})
}

pub fn judged(unit: &str, changes: Value) -> Value {
    json!({"unit": unit, "rater": "m-1", "kind": "judge", "answers": answers(changes)})
}

pub fn counts(report: &FileReport) -> (usize, usize, usize, usize) {
    (report.new, report.unchanged, report.changed, report.refused)
}

/// The problems of a refused file, of which nothing may have landed.
pub fn refused(bench: &mut Bench, rows: &[Value], options: &Options) -> Vec<String> {
    let before = bench.bytes();
    let report = bench.take_with(What::Labels, rows, options);
    assert!(!report.landed);
    assert_eq!(bench.bytes(), before);
    let told = report.problems.iter();
    told.map(|p| format!("{}: {}: {}", p.line, p.field, p.why))
        .collect()
}

pub fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// An export of one batch, with all that stands in it.
pub fn of(batch: &str) -> Scope<'_> {
    Scope {
        viewer: &Viewer::Anyone,
        batch: Some(batch),
        redact: false,
    }
}
