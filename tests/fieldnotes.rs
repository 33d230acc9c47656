//! A codebook of another shape with data in files: everything is read and judged by what the
//! codebook says, and the raters differ where the files were made to differ.

#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Map, Value};
use tiebreak::{
    domain::{
        answers::Answers,
        codebook::Codebook,
        episode::Episode,
        gold,
        label::Content,
        rules,
        session::Session,
        standing::{Found, Standing},
    },
    formats::{codebook, episodes, labels, records, sessions},
};

fn open(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn objects(name: &str) -> Vec<Map<String, Value>> {
    let mut found = Vec::new();
    let text = open(&format!("fieldnotes/{name}.jsonl"));
    records::read(text.as_bytes(), |record| {
        found.push(record.object.unwrap());
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    found
}

fn fieldnotes() -> Codebook {
    codebook::read(&open("codebooks/valid/fieldnotes.toml")).unwrap()
}

fn all_episodes() -> BTreeMap<String, Episode> {
    let read = |object| match episodes::read(object, None).unwrap().remove(0) {
        episodes::Item::Episode(found) => (found.episode.key().0, found.episode),
        episodes::Item::Empty(session) => panic!("{session}"),
    };
    objects("episodes").into_iter().map(read).collect()
}

/// A rater's labels by unit.
fn contents(name: &str) -> BTreeMap<String, Content> {
    let codebook = fieldnotes();
    objects(name)
        .into_iter()
        .map(|object| {
            assert!(labels::looks_like(&object));
            let row = labels::read(object).unwrap();
            assert!(row.fits(&codebook) && row.batch.is_none());
            let unit = row.unit.0.clone();
            let decoded = row.decode(&codebook).unwrap();
            assert_eq!(decoded.warnings, []);
            (unit, decoded.content)
        })
        .collect()
}

#[test]
fn every_quote_stands_in_its_turn() {
    let sessions: Vec<Session> = objects("sessions")
        .into_iter()
        .map(|object| sessions::read(object).unwrap())
        .collect();
    let episodes = all_episodes();
    assert_eq!((sessions.len(), episodes.len()), (3, 8));
    for (key, episode) in episodes {
        let session = sessions
            .iter()
            .find(|session| session.id == episode.session)
            .unwrap();
        assert!((1..=3).contains(&episode.evidence.len()));
        for evidence in &episode.evidence {
            let (number, role) = evidence.turn.place.unwrap();
            let turn = session
                .turns
                .iter()
                .find(|t| (t.number, t.role) == (number, role));
            let standing = Standing::of(&evidence.quote, turn.map(|turn| turn.text.as_str()));
            assert_eq!(standing.found, Found::Exact, "{key}: {}", evidence.quote);
        }
    }
}

#[test]
fn every_label_is_complete_and_valid() {
    let codebook = fieldnotes();
    let episodes = all_episodes();
    for name in ["labels-kim", "labels-lee", "judge"] {
        let contents = contents(name);
        assert_eq!(contents.len(), 8);
        for (unit, content) in contents {
            let quotes = episodes[&unit].evidence.len();
            let review =
                rules::review(&codebook, &content.answers, content.note.as_deref(), quotes);
            assert_eq!(review.problems, [], "{name} {unit}");
            assert!(content.extra.is_empty(), "{name} {unit}");
            assert_eq!(content.reasoning.is_some(), name == "judge");
        }
    }
}

#[test]
fn the_raters_differ_on_an_axis_of_every_kind_and_agree_on_two_units() {
    let codebook = fieldnotes();
    let (kim, lee) = (contents("labels-kim"), contents("labels-lee"));
    let disputed = |unit: &str| -> Vec<&str> {
        let raters: [&Answers; 2] = [&kim[unit].answers, &lee[unit].answers];
        gold::disputed(&codebook, &raters)
            .into_iter()
            .map(|key| &**key)
            .collect()
    };
    for (unit, axes) in [
        ("tern-islet-0512#N1", &[][..]),
        ("tern-islet-0512#N2", &["slip"]),
        ("tern-islet-0512#N3", &["legibility"]),
        ("heron-pond#2#N1", &["trust"]),
        ("heron-pond#2#N2", &["slip"]),
        ("heron-pond#2#N3", &["repair", "mender"]),
        ("egret-白鹭-03#N1", &["slip", "mender"]),
        ("egret-白鹭-03#N2", &[]),
    ] {
        assert_eq!(disputed(unit), axes, "{unit}");
    }
    // The second heron differs in an attribute alone.
    let slips = [&kim, &lee].map(|rater| rater["heron-pond#2#N2"].answers.picks("slip")[0].clone());
    assert_eq!(slips[0].code, slips[1].code);
    assert_ne!(slips[0].attributes, slips[1].attributes);
}
