//! Imports public sessions and the episodes that were extracted from them, and checks them against
//! what their authors say. Without the data, which is not part of the project, there is nothing to
//! check.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use tiebreak::{
    domain::standing::Found,
    workflow::{
        SHIPPED, Study,
        import::{FileReport, Options, SessionMap, What},
    },
};

fn data() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let stated = std::env::var_os("TIEBREAK_DATA").map(PathBuf::from);
    let path = stated.unwrap_or_else(|| root.join("../shared/data"));
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: there are no shared sessions to check against");
    None
}

fn study() -> Study {
    let shipped = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
    Study::in_memory(&shipped, || "2026-05-01T10:00:00Z".into()).unwrap()
}

/// New, unchanged, changed and refused records of all files, and the files that landed.
fn sums(reports: &[FileReport]) -> ([usize; 4], usize) {
    let sum = |count: fn(&FileReport) -> usize| reports.iter().map(count).sum();
    for report in reports {
        assert!(report.problems.is_empty(), "{report:?}");
    }
    let counts = [
        sum(|r| r.new),
        sum(|r| r.unchanged),
        sum(|r| r.changed),
        sum(|r| r.refused),
    ];
    (counts, sum(|r| usize::from(r.landed)))
}

#[test]
fn episodes_find_their_quotes_in_the_sessions() {
    let Some(data) = data() else { return };
    let mut study = study();
    let options = Options {
        map: SessionMap::read(&data.join("episodes/sessions.json")).unwrap(),
        ..Options::default()
    };
    let mut import = |what, name: &str| {
        let path = data.join(name);
        study
            .import(what, &[path], &options, &mut |_, _| {})
            .unwrap()
            .files
    };
    let sessions = import(What::Sessions, "sessions/specstory");
    let (counts, landed) = sums(&sessions);
    assert_eq!((counts, landed), ([39, 0, 0, 0], 39));
    let (counts, landed) = sums(&import(What::Episodes, "episodes"));
    // Two of the 22 arrays are empty, which is a result, too.
    assert_eq!((counts, landed), ([54, 0, 0, 0], 22));
    for (what, name) in [
        (What::Sessions, "sessions/specstory"),
        (What::Episodes, "episodes"),
    ] {
        let (counts, _) = sums(&import(what, name));
        assert_eq!((counts[0], counts[2]), (0, 0), "{name}");
    }

    let found = study.verify().unwrap();
    assert!(found.is_sound());
    assert_eq!(found.quotes.total, 156);
    // The authors changed four quotes on purpose: they translated one, reworded another
    // and left something out of two. One session is of a kind that is not read yet.
    let changed = found.quotes.not_verbatim.iter();
    let changed: Vec<_> = changed
        .map(|one| (one.found, one.unit.0.as_str()))
        .collect();
    let wanted = [
        (Found::NotFound, "destyler__destyler__2025-09-12_14-04Z"),
        (Found::Fuzzy, "edobry__minsky__2025-04-28_18-53"),
        (
            Found::Fragments,
            "pichsy__download-manager__2025-09-28_01-18Z",
        ),
        (
            Found::Fragments,
            "specstoryai__getspecstory__2026-02-10_14-21-48Z",
        ),
    ];
    assert_eq!(changed.len(), wanted.len());
    for ((found, unit), (wanted, session)) in changed.into_iter().zip(wanted) {
        assert_eq!(found, wanted, "{unit}");
        assert!(unit.starts_with(session), "{unit}");
    }
    assert_eq!(found.quotes.episodes_without_session, 1);
}

#[test]
fn published_rows_land_once() {
    let Some(data) = data() else { return };
    let mut study = study();
    // Every row of the first file brings its session with it.
    for wanted in [[36, 9, 0, 0], [0, 45, 0, 0]] {
        let path = [data.join("released")];
        let reports = study
            .import(What::Released, &path, &Options::default(), &mut |_, _| {})
            .unwrap();
        assert_eq!(sums(&reports.files).0, wanted);
    }
    let found = study.verify().unwrap();
    assert_eq!((found.labels.total, found.labels.broken), (36, 0));
    assert!(found.is_sound());
}
