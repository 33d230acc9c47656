//! The demo study: invented sessions, episodes and labels, brought in under the same rules as
//! anybody's. Its clock stands still, so that every demo begins as the same study.

use std::path::Path;

use super::{
    Error, Result, SHIPPED, Study,
    import::{Options, What},
    sample::Plan,
};
use crate::domain::{ids::UnitKey, label::RaterKind};

const SESSIONS: &str = include_str!("../../assets/demo/sessions.jsonl");
const EPISODES: &str = include_str!("../../assets/demo/episodes.jsonl");
const LABELS: [(&str, &str); 2] = [
    ("ana", include_str!("../../assets/demo/labels-ana.jsonl")),
    ("ben", include_str!("../../assets/demo/labels-ben.jsonl")),
];
const JUDGE: &str = include_str!("../../assets/demo/labels-judge.jsonl");
const GOLD: &str = include_str!("../../assets/demo/gold.jsonl");
/// A heading `# NAME` for each batch, and its units below.
const BATCHES: &str = include_str!("../../assets/demo/batches.txt");

/// The task of every batch.
const TASK: &str = SHIPPED[0].0;
const ADJUDICATOR: &str = "cho";
/// The batch with gold, which has something to measure.
pub const SETTLED: &str = "round-1";
/// The batch that waits for its adjudicator.
const WAITING: &str = "round-2";
pub const JUDGE_NAME: &str = "demo-judge";

const ABOUT: &str = "A demo: every session, episode, label and name in this study is invented.";

impl Study {
    /// Creates the demo study.
    pub fn create_demo(path: &Path, clock: fn() -> String) -> Result<Self> {
        let codebooks = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
        let mut study = Study::create(path, &codebooks, || "2026-04-10T09:00:00Z".into())?;
        let filled = study.atomically(Study::fill_demo);
        study.clock = clock;
        match filled {
            Ok(()) => Ok(study),
            Err(error) => {
                drop(study);
                std::fs::remove_file(path).ok();
                Err(error)
            }
        }
    }

    /// The demo study for as long as a test runs.
    #[cfg(test)]
    pub fn demo_in_memory() -> Result<Self> {
        let codebooks = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
        let mut study = Study::in_memory(&codebooks, || "2026-04-10T09:00:00Z".into())?;
        study.atomically(Study::fill_demo)?;
        Ok(study)
    }

    fn fill_demo(&mut self) -> Result<()> {
        self.store.set_fact("about", ABOUT)?;
        let usual = Options::default();
        self.take(What::Sessions, "sessions.jsonl", SESSIONS, &usual)?;
        self.take(What::Episodes, "episodes.jsonl", EPISODES, &usual)?;
        for (place, (name, units)) in batches().into_iter().enumerate() {
            self.sample(&Plan {
                name,
                task: TASK.into(),
                seed: place as u64 + 1,
                annotators: LABELS.iter().map(|(rater, _)| (*rater).into()).collect(),
                units: Some(units),
                ..Plan::default()
            })?;
        }
        self.clock = || "2026-04-17T16:00:00Z".into();
        for (rater, labels) in LABELS {
            self.take(
                What::Labels,
                &format!("labels-{rater}.jsonl"),
                labels,
                &usual,
            )?;
        }
        self.clock = || "2026-04-20T08:30:00Z".into();
        self.lock(SETTLED, ADJUDICATOR, None)?;
        self.take(What::Labels, "gold.jsonl", GOLD, &usual)?;
        self.clock = || "2026-04-24T08:30:00Z".into();
        self.lock(WAITING, ADJUDICATOR, None)?;
        self.clock = || "2026-05-04T02:10:00Z".into();
        let judge = Options {
            kind: Some(RaterKind::Judge),
            about: Some("invented for the demo".into()),
            ..Options::default()
        };
        self.take(What::Labels, "labels-judge.jsonl", JUDGE, &judge)
    }

    /// Imports one of the demo's files, of which every record has to land.
    fn take(&mut self, what: What, name: &str, text: &str, options: &Options) -> Result<()> {
        let report = self.import_text(what, &format!("demo/{name}"), text, options)?;
        match report.problems.first() {
            None => Ok(()),
            Some(problem) => Err(Error::Refused(format!(
                "the demo's own {name}:{}: {}: {}",
                problem.line, problem.field, problem.why
            ))),
        }
    }
}

/// Each batch with its units.
fn batches() -> Vec<(String, Vec<UnitKey>)> {
    let mut batches: Vec<(String, Vec<UnitKey>)> = Vec::new();
    for line in BATCHES.lines() {
        match (line.strip_prefix("# "), batches.last_mut()) {
            (Some(name), _) => batches.push((name.to_owned(), Vec::new())),
            (None, Some((_, units))) if !line.is_empty() => units.push(UnitKey::from(line)),
            (None, _) => {}
        }
    }
    batches
}
