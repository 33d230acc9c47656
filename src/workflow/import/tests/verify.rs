//! What `verify` finds in a study that was filled by imports and then meddled with.

use serde_json::json;

use super::*;
use crate::{domain::standing::Found, workflow::sample::Plan};

fn label(unit: &str, rater: &str, kind: &str, symptom: &str) -> Value {
    let batch = (kind == "annotator").then_some("r1");
    json!({"unit": unit, "rater": rater, "kind": kind, "task": "misalignment", "batch": batch,
           "state": "submitted", "note": "A MARK",
           "answers": {"symptom": [symptom], "cause": [{"code": "C6", "evidence_tier": "direct"}],
                       "damage_severity": "DS1", "resolution_status": "RS2"}})
}

/// A study with a locked batch of one unit.
fn bench() -> Bench {
    let mut bench = Bench::new();
    let session =
        json!({"session": "s", "turns": [{"turn": 1, "role": "user", "text": "Not that."}]});
    bench.land(What::Sessions, "s.jsonl", &[session]);
    let episode = |session: &str| {
        json!({"session": session, "id": "M1", "name": "One",
               "evidence": [{"turn": "TURN 1 | USER", "quote": "that"}]})
    };
    bench.land(What::Episodes, "e.jsonl", &[episode("s"), episode("lost")]);
    let plan = Plan {
        name: "r1".into(),
        task: "misalignment".into(),
        annotators: vec!["ana".into(), "ben".into()],
        units: Some(vec!["s#M1".into()]),
        ..Plan::default()
    };
    bench.study.sample(&plan).unwrap();
    let labels = ["ana", "ben"].map(|rater| label("s#M1", rater, "annotator", "S3"));
    assert_eq!(
        fates(&bench.land(What::Labels, "l.jsonl", &labels)),
        [2, 0, 0, 0]
    );
    bench.study.lock("r1", "ana", None).unwrap();
    bench
}

#[test]
fn a_sound_study_is_found_sound() {
    let bench = bench();
    let found = bench.study.verify().unwrap();
    assert!(found.is_sound(), "{found:?}");
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["file"], "ok");
    let quotes = json["quotes"].as_object().unwrap();
    let count = |key: &str| quotes[key].as_u64().unwrap();
    assert_eq!(
        ["total", "exact", "normalised", "not_found", "no_session"].map(count),
        [2, 1, 0, 0, 1]
    );
    assert_eq!(json["quotes"]["without_session"], json!(["lost#M1"]));
    assert_eq!(json["locks"], json!([{"batch": "r1", "holds": true}]));
    // Both annotators' and the gold that followed from the lock.
    assert_eq!(json["labels"]["total"], 3);
}

#[test]
fn every_rung_is_kept_counted_and_listed_with_its_place() {
    let mut bench = Bench::new();
    let session = json!({"session": "s", "turns": [
        {"turn": 1, "role": "user", "text": "Mail jane@example.org and keep\nthe old tests, all of them."},
        {"turn": 2, "role": "agent", "text": "I rewrote the parser."},
        {"turn": 3, "role": "user", "text": "Why? I said \u{201c}keep them\u{201d}."}]});
    let quotes = [
        ("TURN 1 | USER", "the old tests"),
        ("TURN 1 | USER", "keep the old tests"),
        ("TURN 1 | USER", "and keep [...] all of them"),
        ("TURN 1 | USER", "Mail <EMAIL> and keep"),
        ("TURN 1 | USER", "keep the older tests, all of them."),
        ("TURN 1 | USER", "I said \"keep them\""),
        ("TURN 1 | USER", "gardez les anciens tests"),
    ];
    let evidence = quotes.map(|(turn, quote)| json!({"turn": turn, "quote": quote}));
    let episode = json!({"session": "s", "id": "M1", "name": "One", "evidence": evidence});
    let lost = json!({"session": "lost", "id": "M1", "name": "One", "evidence": evidence[..1]});
    bench.land(What::Sessions, "s.jsonl", &[session]);
    let report = bench.land(What::Episodes, "e.jsonl", &[episode, lost]);
    assert_eq!(report.warnings.len(), 4, "{:?}", report.warnings);

    let found = bench.study.verify().unwrap();
    assert!(found.is_sound(), "{found:?}");
    assert_eq!(found.quotes.outdated, 0);
    for rung in Found::ALL {
        assert_eq!(found.quotes.standings.of(rung), 1, "{rung:?}");
    }
    let json = serde_json::to_value(&found.quotes).unwrap();
    let rungs = [
        "exact",
        "normalised",
        "fragments",
        "masked",
        "fuzzy",
        "other_turn",
        "not_found",
        "no_session",
    ];
    assert!(rungs.iter().all(|rung| json[rung] == 1), "{json}");
    assert_eq!(bench.standings("s#M1"), rungs[..quotes.len()]);
    let place = bench.episode("s#M1").standings[2].place.clone().unwrap();
    assert_eq!(place.pieces, [22..30, 46..57]);
    let listed = serde_json::to_value(&found.quotes.not_verbatim).unwrap();
    let told = |at: usize| {
        (
            &listed[at]["match"],
            &listed[at]["place"]["turn"],
            &listed[at]["similarity"],
        )
    };
    let none = Value::Null;
    assert_eq!(told(0), (&json!("fragments"), &json!(1), &none));
    assert_eq!(
        listed[0]["place"],
        json!({"turn": 1, "start": 22, "stop": 57})
    );
    assert_eq!(
        told(2),
        (&json!("fuzzy"), &json!(1), &json!(1.0 - 2.0 / 34.0))
    );
    assert_eq!(told(3), (&json!("other_turn"), &json!(3), &none));
    assert_eq!(told(4), (&json!("not_found"), &none, &none));
}

#[test]
fn whatever_was_changed_behind_its_back_is_told_and_no_label_is_shown() {
    let mut bench = bench();
    bench.options.keep_invalid = true;
    let mut invalid = label("lost#M1", "judge", "judge", "S3");
    invalid["answers"]["resolver"] = "RV1".into();
    assert_eq!(
        fates(&bench.land(What::Labels, "j.jsonl", &[invalid])),
        [1, 0, 0, 0]
    );
    let connection = Connection::open(bench.study.path().unwrap()).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER revision_is_never_changed;
             UPDATE revision SET note = 'another' WHERE rater = 'ben';
             UPDATE turn SET text = 'Not this.';
             DELETE FROM session_alias;
             PRAGMA foreign_keys = OFF;
             UPDATE episode SET session = 99 WHERE key = 'lost#M1';",
        )
        .unwrap();
    let found = bench.study.verify().unwrap();
    assert!(!found.is_sound());
    assert_eq!(found.locks[0].holds, Some(false));
    assert_eq!(found.quotes.standings.of(Found::NotFound), 1);
    assert_eq!(found.quotes.outdated, 1);
    assert_eq!(found.quotes.not_verbatim[0].unit.0, "s#M1");
    let broken = |rater: &str| {
        let mut checks = found.labels.by_rater.iter();
        checks.find(|check| *check.rater == *rater).unwrap().broken
    };
    assert_eq!(["ana", "ben", "gold", "judge"].map(broken), [0, 0, 0, 1]);
    let file = found.file.join("; ");
    assert!(file.contains("the turns of s are not"), "{file}");
    assert!(
        file.contains("refers to a row of session that is gone"),
        "{file}"
    );
    let shown = serde_json::to_string(&found).unwrap();
    for hidden in ["S3", "C6", "DS1", "A MARK", "another", "RV1"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}
