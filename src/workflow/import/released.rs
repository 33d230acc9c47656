//! The rows in which a finished study publishes its sessions, verdicts and labels, without text.
//! They fill gaps and never take anything away.

use serde_json::{Map, Value};

use super::{
    Candidate, Fate, FileReport, Options, Trouble, episodes::unknown, labels, merge::fill,
};
use crate::{
    domain::{
        codebook::{Kind, UnitKind},
        episode::Episode,
        ids::UnitKey,
        label::RaterKind,
        session::Session,
    },
    formats::{
        fields::Build,
        nested,
        released::{self, Row},
    },
    store::sessions::SessionRow,
    workflow::{Result, Study},
};

/// Who gave the labels that are published with a column for each code.
const JUDGE: &str = "released-judge";
/// Who gave those that say whether an episode is one.
const VALIDATOR: &str = "released-validator";

/// Reads the rows of a file; what they answer lands as labels.
pub(super) struct Intake<'o> {
    labels: labels::Intake<'o>,
    /// The session of the row before, which is mostly that of the next.
    session: Option<SessionRow>,
}

impl<'o> Intake<'o> {
    pub(super) fn new(candidate: &Candidate, options: &'o Options) -> Self {
        Self {
            labels: labels::Intake::new(candidate, options),
            session: None,
        }
    }

    pub(super) fn take(
        &mut self,
        study: &mut Study,
        line: usize,
        object: Map<String, Value>,
        report: &mut FileReport,
    ) -> Result<()> {
        let row = match released::read(object) {
            Ok(row) => row,
            Err(problems) => {
                report.refuse(line, problems);
                return Ok(());
            }
        };
        let Row {
            session,
            episode,
            answers,
        } = row;
        let fate = match self.session(study, session, episode.is_some()) {
            Ok(fate) => fate,
            Err(trouble) => return report.book(line, Err(trouble)),
        };
        let Some(episode) = episode else {
            report.count(fate);
            return Ok(());
        };
        let (unit, fate) = match self.episode(study, episode) {
            Ok(done) => done,
            Err(trouble) => return report.book(line, Err(trouble)),
        };
        match label(study, &unit, answers) {
            // The label books what became of the row.
            Some(label) => self.labels.take(line, label, report),
            None => {
                report.count(fate);
                report.warn(
                    "a row answers no task of the study; its episode was taken in without a label"
                        .to_owned(),
                );
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, study: &mut Study, report: &mut FileReport) -> Result<()> {
        self.labels.finish(study, report)
    }

    /// Goes to the session of a row and tells the study what it does not know of it.
    fn session(
        &mut self,
        study: &Study,
        session: Session,
        has_episode: bool,
    ) -> Result<Fate, Trouble> {
        let before = self
            .session
            .take()
            .filter(|row| row.session.id == session.id);
        let known = match before {
            Some(row) => Some(row),
            None => study.store.session(&session.id)?,
        };
        let is_new = known.as_ref().is_none_or(|row| !row.imported);
        let mut row = known.unwrap_or_else(|| unknown(&session.id));
        let had = row.clone();
        fill(&mut row.session, &session);
        row.imported = true;
        row.extracted |= has_episode;
        let fate = match (is_new, row == had) {
            (true, _) => Fate::New,
            (false, true) => Fate::Unchanged,
            (false, false) => Fate::Changed,
        };
        if row.number == 0 {
            row.number = study.store.insert_session(&row)?;
        } else if row != had {
            study.store.update_session(&row)?;
        }
        self.session = Some(row);
        Ok(fate)
    }

    fn episode(&self, study: &Study, mut episode: Episode) -> Result<(UnitKey, Fate), Trouble> {
        if let Some(row) = &self.session {
            episode.session = row.session.id.clone();
        }
        let key = episode.key();
        let number = self.session.as_ref().map_or(0, |row| row.number);
        let fate = match study.store.episode(&key)? {
            None => {
                study.store.insert_episode(number, &episode, &[])?;
                Fate::New
            }
            Some(row) => {
                let had = &row.episode;
                let told = (had.alignment_goal.is_none() && episode.alignment_goal.is_some())
                    || (had.confidence.is_none() && episode.confidence.is_some());
                if told {
                    study.store.fill_episode(
                        row.number,
                        episode.alignment_goal.as_deref(),
                        episode.confidence.as_deref(),
                    )?;
                    Fate::Changed
                } else {
                    Fate::Unchanged
                }
            }
        };
        Ok((key, fate))
    }
}

/// The row's answers as a label of the task that they answer.
fn label(study: &Study, unit: &UnitKey, answers: Map<String, Value>) -> Option<Map<String, Value>> {
    let mut tasks = study
        .tasks()
        .iter()
        .filter(|task| task.codebook.unit == UnitKind::Episode);
    let task = tasks.find(|task| nested::fits_any(&task.codebook, &answers))?;
    let axes = &task.codebook.axes;
    let has_columns = axes.iter().any(|axis| axis.kind == Kind::Multi)
        && nested::is_wide(&task.codebook, &answers);
    let rater = if has_columns { JUDGE } else { VALIDATOR };
    let mut build = Build::default();
    build
        .put("unit", unit.0.clone())
        .put("rater", rater)
        .put("kind", RaterKind::Judge.as_str())
        .put("task", task.name.0.clone())
        .put_all(&answers);
    Some(build.0)
}
