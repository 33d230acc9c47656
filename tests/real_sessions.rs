//! Checks the SpecStory reader against public sessions whose turns and quotes were counted apart.
//! Without the data, which is not part of the project, there is nothing to check.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tiebreak::{
    domain::{
        quote::{Match, Text},
        session::Role,
    },
    formats::specstory::{self, SpecStory},
};

/// Quotes that the authors of the data changed on purpose: session, episode, turn.
const CHANGED: [(&str, &str, usize); 4] = [
    ("edobry__minsky__2025-04-28_18-53", "M002", 12),
    ("destyler__destyler__2025-09-12_14-04Z", "M002", 5),
    ("pichsy__download-manager__2025-09-28_01-18Z", "M004", 39),
    ("specstoryai__getspecstory__2026-02-10_14-21-48Z", "M001", 5),
];

fn data() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: there are no shared sessions to check against");
    None
}

fn json(path: PathBuf) -> Vec<Value> {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn read(path: &Path) -> SpecStory {
    let text = fs::read_to_string(path).unwrap();
    assert!(specstory::looks_like(&text), "{}", path.display());
    specstory::parse_named(&text, path.file_name().unwrap().to_str().unwrap())
}

#[test]
fn listed_sessions_have_the_stated_turns_and_origin() {
    let Some(data) = data() else { return };
    let mut checked = 0;
    for row in json(data.join("episodes/sessions.json")) {
        let file = row["file"].as_str().unwrap();
        if !file.ends_with(".md") {
            continue;
        }
        let story = read(&data.join("sessions").join(file));
        let count = |role| story.turns.iter().filter(|t| t.role == role).count() as u64;
        assert_eq!(
            row["user_turns"].as_u64(),
            Some(count(Role::User)),
            "{file}"
        );
        assert_eq!(
            row["agent_turns"].as_u64(),
            Some(count(Role::Agent)),
            "{file}"
        );
        assert_eq!(row["agent"], story.agent, "{file}");
        assert_eq!(row["modality"], story.modality, "{file}");
        assert_eq!(
            row["started_at"].as_str(),
            story.started_at.as_deref(),
            "{file}"
        );
        checked += 1;
    }
    assert!(checked > 0, "no session was listed");
}

#[test]
fn quotes_stand_in_the_turns_they_name() {
    let Some(data) = data() else { return };
    let (mut exact, mut normalised, mut missing) = (0, 0, Vec::new());
    for row in json(data.join("episodes/sessions.json")) {
        let file = row["file"].as_str().unwrap();
        if !file.ends_with(".md") {
            continue;
        }
        let session = row["session"].as_str().unwrap();
        let story = read(&data.join("sessions").join(file));
        for episode in json(data.join(format!("episodes/{session}.json"))) {
            for evidence in episode["evidence"].as_array().unwrap() {
                let (number, role) = evidence["turn"]
                    .as_str()
                    .unwrap()
                    .split_once(" | ")
                    .unwrap();
                let number: usize = number.strip_prefix("TURN ").unwrap().parse().unwrap();
                let turn = &story.turns[number - 1];
                assert_eq!(
                    Some(turn.role),
                    Role::parse(role),
                    "{session} turn {number}"
                );
                let text = Text::new(turn.text.as_str());
                let quote = Text::new(evidence["quote"].as_str().unwrap());
                match text.find(&quote).map(|hit| hit.how) {
                    Some(Match::Exact) => exact += 1,
                    Some(Match::Normalised) => normalised += 1,
                    _ => missing.push((
                        session.to_owned(),
                        episode["id"].as_str().unwrap().to_owned(),
                        number,
                    )),
                }
            }
        }
    }
    println!("{exact} exact, {normalised} normalised");
    assert!(exact > 0);
    missing.retain(|(session, id, number)| {
        !CHANGED
            .iter()
            .any(|(s, i, n)| session.starts_with(s) && id == i && number == n)
    });
    assert!(missing.is_empty(), "not found: {missing:#?}");
}

#[test]
fn every_file_gives_alternating_turns_with_text_of_the_file() {
    let Some(data) = data() else { return };
    for folder in fs::read_dir(data.join("sessions/specstory")).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|e| e != "md") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let story = read(&path);
            println!("{}", summary(&path, &story));
            for (i, turn) in story.turns.iter().enumerate() {
                assert_eq!(turn.number as usize, i + 1);
                assert!(
                    i == 0 || story.turns[i - 1].role != turn.role,
                    "{}",
                    path.display()
                );
                let parts = turn.text.split("\n\n").filter(|part| !part.is_empty());
                assert!(parts.into_iter().all(|part| text.contains(part)));
            }
        }
    }
}

fn summary(path: &Path, story: &SpecStory) -> String {
    let count = |role| story.turns.iter().filter(|t| t.role == role).count();
    let tools: usize = story.turns.iter().map(|t| t.tools.len()).sum();
    let kinds: Vec<&str> = story
        .turns
        .iter()
        .filter_map(|t| t.kind.as_deref())
        .collect();
    format!(
        "{}: {} user, {} agent, {tools} tools, {} {} {:?}, kinds {kinds:?}, notes {:?}",
        path.file_name().unwrap_or_default().to_string_lossy(),
        count(Role::User),
        count(Role::Agent),
        story.modality,
        story.agent,
        story.started_at,
        story.notes,
    )
}
