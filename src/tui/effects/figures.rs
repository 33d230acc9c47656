//! What the figures screen asks of the study. Figures are the program's; whatever stands behind
//! them goes through the viewer's eyes.

use serde_json::Value;

use super::{Loaded, Result, Study, read::viewer};
use crate::{
    report::measured::Measured,
    tui::screens::figures::Figures,
    workflow::{Error, compare::Comparison, measure::Options, sight::Viewer},
};

#[derive(Clone, Debug)]
pub enum FiguresAsk {
    Measure {
        batch: String,
        comparison: Comparison,
    },
    /// The items behind the figures of a coded axis.
    Items {
        viewer: Viewer,
        batch: String,
        comparison: Comparison,
        axis: String,
    },
    /// What was written on an axis of free text.
    Written {
        viewer: Viewer,
        batch: String,
        comparison: Comparison,
        axis: String,
    },
    /// The units on which they differ on any axis.
    Differences {
        viewer: Viewer,
        batch: String,
        comparison: Comparison,
    },
}

pub fn open(study: &mut Study, batch: &str, who: Option<String>, saved: Value) -> Result<Figures> {
    let batch = study.batch(batch)?;
    let comparisons = study.comparisons(&batch)?;
    let codebook = study.codebook(&batch.codebook)?.codebook.clone();
    let viewer = viewer(who.as_deref());
    let mut screen = Figures::new(batch, codebook, comparisons, who, viewer, saved);
    screen.measured = measured(study, &screen.batch.name, screen.comparison())?;
    Ok(screen)
}

pub fn perform(study: &mut Study, ask: FiguresAsk) -> Result<Option<Loaded>> {
    Ok(Some(match ask {
        FiguresAsk::Measure { batch, comparison } => {
            Loaded::Measured(Box::new(measured(study, &batch, &comparison)?))
        }
        FiguresAsk::Items {
            viewer,
            batch,
            comparison,
            axis,
        } => {
            let usual = Options::default();
            let items = study.items(&viewer, &batch, comparison.compared(), &axis, &usual)?;
            Loaded::Items(Box::new(items))
        }
        FiguresAsk::Written {
            viewer,
            batch,
            comparison,
            axis,
        } => {
            let (raters, written) = study.written(&viewer, &batch, &comparison, &axis)?;
            Loaded::Written(raters, written)
        }
        FiguresAsk::Differences {
            viewer,
            batch,
            comparison,
        } => Loaded::Differences(study.differences(&viewer, &batch, &comparison)?),
    }))
}

/// The figures, or the sentence that says what is needed first.
fn measured(
    study: &Study,
    batch: &str,
    comparison: &Comparison,
) -> Result<std::result::Result<Measured, String>> {
    match study.compare(batch, comparison) {
        Ok(measured) => Ok(Ok(measured)),
        Err(Error::NotReady(why)) => Ok(Err(why)),
        Err(error) => Err(error),
    }
}
