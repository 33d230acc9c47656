//! What the session screen needs of the study.

use super::{Result, Study, read::viewer};
use crate::tui::{
    parts::evidence::marks,
    screens::session::{Session, Subject},
};

/// Opens a session with the quotes of all its episodes marked.
pub fn open(
    study: &mut Study,
    name: &str,
    turn: Option<u32>,
    who: Option<String>,
    saved: serde_json::Value,
) -> Result<Session> {
    let row = study.session(name)?;
    let session = study.read_whole(&viewer(who.as_deref()), &row)?;
    let episodes = study.extracted(&row)?;
    let subject = Subject {
        marks: episodes.iter().flat_map(marks).collect(),
        session,
        who,
    };
    Ok(Session::new(subject, turn, saved))
}
