//! What is known about a session from several copies of it.

use super::settle::Arrival;
use crate::{domain::session::Session, store::sessions::SessionRow};

/// What the map says counts most. A session that states its name is believed in what it states
/// about the text that is kept. What was read off a log fills gaps, as every other copy does, unless
/// only episodes had told of the session, or only logs and this one is the fullest.
pub(super) fn merge_metadata(row: &mut SessionRow, arrival: &Arrival, is_believed: bool) {
    if is_believed {
        overlay(&mut row.session, &arrival.session);
    } else {
        fill(&mut row.session, &arrival.session);
    }
    if let Some(mapped) = arrival.mapped {
        overlay(&mut row.session, mapped);
    }
}

/// Takes over from `other` what it knows.
pub(super) fn overlay(session: &mut Session, other: &Session) {
    for (fact, told) in facts(session).into_iter().zip(facts(&mut bare(other))) {
        if told.is_some() {
            *fact = told.take();
        }
    }
    let known = std::mem::replace(&mut session.extra, other.extra.clone());
    for (key, value) in known {
        session.extra.entry(key).or_insert(value);
    }
}

/// Takes over from `other` what is not known yet.
pub(super) fn fill(session: &mut Session, other: &Session) {
    for (fact, told) in facts(session).into_iter().zip(facts(&mut bare(other))) {
        if fact.is_none() {
            *fact = told.take();
        }
    }
    for (key, value) in &other.extra {
        if !session.extra.contains_key(key) {
            session.extra.insert(key.clone(), value.clone());
        }
    }
}

fn facts(session: &mut Session) -> [&mut Option<String>; 6] {
    [
        &mut session.repository,
        &mut session.source,
        &mut session.modality,
        &mut session.agent,
        &mut session.started_at,
        &mut session.license,
    ]
}

/// What is known about a session, without what may be large.
fn bare(session: &Session) -> Session {
    Session {
        id: session.id.clone(),
        repository: session.repository.clone(),
        source: session.source.clone(),
        modality: session.modality.clone(),
        agent: session.agent.clone(),
        started_at: session.started_at.clone(),
        license: session.license.clone(),
        aliases: Vec::new(),
        turns: Vec::new(),
        extra: Default::default(),
    }
}
