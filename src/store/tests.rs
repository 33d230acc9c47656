use std::{fs, path::PathBuf};

use super::*;
use crate::store::events::EventRow;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.tiebreak");
    (folder, path)
}

#[test]
fn a_study_is_created_once_and_opened_again() {
    let (_folder, path) = folder();
    Store::create(&path)
        .unwrap()
        .set_fact("note", "kept")
        .unwrap();
    assert!(matches!(Store::create(&path), Err(StoreError::Exists(_))));
    assert_eq!(
        Store::open(&path).unwrap().fact("note").unwrap().as_deref(),
        Some("kept")
    );
}

#[test]
fn what_is_no_study_is_named_as_what_it_is() {
    let (folder, path) = folder();
    assert!(matches!(Store::open(&path), Err(StoreError::Missing(_))));
    assert!(matches!(
        Store::open(folder.path()),
        Err(StoreError::Folder(_))
    ));
    for text in ["", "unit,label\n", "SQLite format 3\0 and no more"] {
        fs::write(&path, text).unwrap();
        assert!(
            matches!(Store::open(&path), Err(StoreError::Foreign(_))),
            "{text:?}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::remove_file(&path).unwrap();
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE label (x)")
        .unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::Foreign(_))));
    let lost = folder.path().join("nowhere/study.tiebreak");
    assert!(matches!(Store::create(&lost), Err(StoreError::Io(..))));
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let (_folder, path) = folder();
    Store::create(&path)
        .unwrap()
        .connection
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = fs::read(&path).unwrap();
    let error = Store::open(&path).unwrap_err().to_string();
    assert!(
        error.contains("newer tiebreak") && error.contains("99"),
        "{error}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn the_history_and_the_log_can_only_grow() {
    let store = Store::in_memory().unwrap();
    store
        .log(&EventRow {
            at: "now".into(),
            what: "lock".into(),
            ..EventRow::default()
        })
        .unwrap();
    store
        .connection
        .execute_batch(
            "INSERT INTO revision (task, codebook, unit, rater, kind, action, step, state, answers,
                                   flags, unsure, skipped, after_judge, at)
             VALUES ('t', 'c@1', 's#1', 'ana', 'annotator', 'edit', 1, 'draft', '{}', '[]', 0, 0, 0, 'now')",
        )
        .unwrap();
    for sql in [
        "UPDATE revision SET answers = '{\"a\":1}'",
        "DELETE FROM revision",
        "UPDATE event SET what = 'nothing'",
        "DELETE FROM event",
    ] {
        assert!(store.connection.execute_batch(sql).is_err(), "{sql}");
    }
}

#[test]
fn every_commit_reaches_the_disk_and_stays_in_the_one_file() {
    let (folder, path) = folder();
    let store = Store::create(&path).unwrap();
    let pragma = |name| -> String {
        let value = store
            .connection
            .pragma_query_value(None, name, |row| row.get(0))
            .unwrap();
        match value {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => format!("{other:?}"),
        }
    };
    assert_eq!(pragma("synchronous"), "2");
    assert_eq!(pragma("journal_mode"), "delete");
    assert_eq!(pragma("foreign_keys"), "1");
    store.set_fact("note", "kept").unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn on_a_full_disk_nothing_of_a_change_stays() {
    let (_folder, path) = folder();
    let store = Store::create(&path).unwrap();
    let pages: i64 = store
        .connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    store
        .connection
        .pragma_update(None, "max_page_count", pages)
        .unwrap();
    store.begin().unwrap();
    store.set_fact("first", "small").unwrap();
    let error = store
        .set_fact("second", &"large ".repeat(100_000))
        .unwrap_err();
    assert!(matches!(error, StoreError::Full), "{error}");
    store.rollback();
    assert_eq!(store.fact("first").unwrap(), None);
    store.set_fact("third", "small").unwrap();
}

#[test]
fn a_backup_is_a_study_of_its_own_and_overwrites_nothing() {
    let (folder, path) = folder();
    let store = Store::create(&path).unwrap();
    store.set_fact("note", "kept").unwrap();
    let copy = folder.path().join("copy.tiebreak");
    store.backup(&copy).unwrap();
    assert_eq!(
        Store::open(&copy).unwrap().fact("note").unwrap().as_deref(),
        Some("kept")
    );
    assert!(matches!(store.backup(&copy), Err(StoreError::Exists(_))));
}

#[test]
fn two_programs_take_turns() {
    let (_folder, path) = folder();
    let one = Store::create(&path).unwrap();
    let other = Store::open(&path).unwrap();
    let version = other.data_version().unwrap();
    one.begin().unwrap();
    one.set_fact("note", "one").unwrap();
    other
        .connection
        .busy_timeout(Duration::from_millis(10))
        .unwrap();
    assert!(matches!(
        other.set_fact("note", "other"),
        Err(StoreError::Busy)
    ));
    one.commit().unwrap();
    assert_ne!(other.data_version().unwrap(), version);
    other.set_fact("note", "other").unwrap();
    assert_eq!(one.fact("note").unwrap().as_deref(), Some("other"));
}

#[test]
fn queries_behind_a_key_press_use_an_index() {
    let store = Store::in_memory().unwrap();
    for sql in [
        "SELECT * FROM episode WHERE key = ''",
        "SELECT * FROM evidence WHERE episode = 1 ORDER BY position",
        "SELECT role FROM turn WHERE session = 1 AND number = 1",
        "SELECT id FROM revision WHERE batch = '' AND rater = '' ORDER BY id DESC",
        "SELECT max(id) FROM revision WHERE unit = '' AND rater = '' AND id < 9",
        "SELECT * FROM annotation WHERE unit = '' AND rater = '' AND batch = ''",
        "SELECT count(*) FROM annotation WHERE batch = '' AND rater = ''",
        "SELECT batch FROM batch_unit WHERE unit = ''",
        "SELECT unit FROM assignment WHERE batch = '' AND rater = '' AND position >= 3 ORDER BY position",
    ] {
        let mut statement = store
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let plan: Vec<String> = statement
            .query_map([], |row| row.get("detail"))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(
            plan.iter()
                .all(|step| !step.starts_with("SCAN") && !step.contains("TEMP B-TREE")),
            "{sql}: {plan:?}"
        );
    }
}
