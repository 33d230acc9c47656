//! Gold with what belongs to it: the texts of its units and the answers that it came from.

use std::{collections::HashMap, sync::Arc};

use super::{Out, require_revealed};
use crate::{
    domain::{
        answers::Answers,
        batch::Batch,
        codebook::Codebook,
        episode::Episode,
        ids::{RaterName, UnitKey},
        label::{Label, RaterKind, State},
    },
    formats::{
        episodes,
        gold::{self, Settled},
        gold_table,
    },
    store::{episodes::EpisodeRow, revisions::LabelFilter},
    workflow::{
        Error, Result, Study,
        sight::{Viewer, Wanted},
    },
};

impl Study {
    pub(super) fn write_gold(
        &self,
        viewer: &Viewer,
        batch: Option<&Batch>,
        out: &mut Out,
    ) -> Result<()> {
        self.each_gold(viewer, batch, out, |settled, out| {
            out.record(&gold::write(settled));
            Ok(())
        })
    }

    pub(super) fn write_gold_table(
        &self,
        viewer: &Viewer,
        batch: Option<&Batch>,
        out: &mut Out,
    ) -> Result<()> {
        let Some(codebook) = self.codebook_of_gold(batch)? else {
            return Ok(());
        };
        out.row(gold_table::header(&codebook));
        out.done.written = 0;
        self.each_gold(viewer, batch, out, |settled, out| {
            out.row(gold_table::record(settled));
            Ok(())
        })
    }

    /// The batches whose gold is wanted: the one that is named, or all that are revealed.
    pub(super) fn batches_with_gold(&self, batch: Option<&Batch>) -> Result<Vec<Batch>> {
        if let Some(batch) = batch {
            require_revealed(batch)?;
        }
        let mut batches = self.batches_wanted(batch)?;
        batches.retain(Batch::is_revealed);
        Ok(batches)
    }

    /// The codebook of all gold that is wanted, which one table or data set has to share.
    pub(super) fn codebook_of_gold(&self, batch: Option<&Batch>) -> Result<Option<Arc<Codebook>>> {
        let batches = self.batches_with_gold(batch)?;
        let Some(first) = batches.first() else {
            return Ok(None);
        };
        if let Some(other) = batches
            .iter()
            .find(|batch| batch.codebook != first.codebook)
        {
            return Err(Error::Usage(format!(
                "{} is labelled by {} and {} by {}, which do not fit one table; name a batch with --batch",
                first.name, first.codebook, other.name, other.codebook
            )));
        }
        Ok(Some(self.codebook(&first.codebook)?.codebook.clone()))
    }

    /// Hands over the saved gold that the viewer may see, batch by batch in the order of units.
    pub(super) fn each_gold(
        &self,
        viewer: &Viewer,
        batch: Option<&Batch>,
        out: &mut Out,
        mut each: impl FnMut(&Settled, &mut Out) -> Result<()>,
    ) -> Result<()> {
        for batch in self.batches_with_gold(batch)? {
            let shelved = self.codebook(&batch.codebook)?;
            let mut answers = self.frozen_answers(viewer, &batch)?;
            let mut saved: Vec<Label> = Vec::new();
            let filter = LabelFilter {
                batch: Some(&batch.name),
                kind: Some(RaterKind::Gold),
                ..Default::default()
            };
            out.done.withheld += self.labels(viewer, Wanted::Labels(filter), |label| {
                if label.content.state == State::Submitted {
                    saved.push(label);
                }
            })?;
            let size = self.store.batch_size(&batch.name)? as usize;
            if saved.len() < size {
                out.done.warnings.push(format!(
                    "{}: {} of {size} units have gold so far",
                    batch.name,
                    saved.len()
                ));
            }
            for label in &saved {
                let unit = &label.address.unit;
                let matter = self.matter(shelved.codebook.unit, unit)?;
                let episode = match matter.episode {
                    Some(row) => Some(self.as_labelled(&batch, row)?),
                    None => None,
                };
                let mut given = answers.remove(unit).unwrap_or_default();
                let annotators: Vec<(RaterName, Option<Answers>)> = batch
                    .annotators
                    .iter()
                    .map(|name| (name.clone(), given.remove(name)))
                    .collect();
                let settled = Settled {
                    label,
                    codebook: &shelved.codebook,
                    codebook_sha256: &shelved.sha256,
                    episode: episode.as_ref(),
                    session: matter.session.as_ref().map(|row| &row.session),
                    annotators: &annotators,
                };
                each(&settled, out)?;
            }
        }
        Ok(())
    }

    /// The text that was in front of those who made the gold, where it was replaced since.
    fn as_labelled(&self, batch: &Batch, row: EpisodeRow) -> Result<Episode> {
        let key = row.episode.key();
        let seen = self.store.version_under_gold(&batch.name, &key)?;
        let Some(seen) = seen.filter(|seen| *seen != row.version) else {
            return Ok(row.episode);
        };
        let past = self.store.past_episode(&key, seen)?;
        Ok(past
            .and_then(|json| episodes::reread(&json))
            .unwrap_or(row.episode))
    }

    /// What the annotators had answered when the batch was locked, by unit.
    fn frozen_answers(
        &self,
        viewer: &Viewer,
        batch: &Batch,
    ) -> Result<HashMap<UnitKey, HashMap<RaterName, Answers>>> {
        let mut answers: HashMap<UnitKey, HashMap<RaterName, Answers>> = HashMap::new();
        self.labels(viewer, Wanted::Snapshot(&batch.name), |label| {
            let of_unit = answers.entry(label.address.unit).or_default();
            of_unit.insert(label.address.rater, label.content.answers);
        })?;
        Ok(answers)
    }
}
