use serde_json::json;

use super::*;

fn row(changes: Value) -> Value {
    let mut row = json!({
        "source": "specstory", "repository_id": 12, "session_count_id": 3, "session_id": "session_003",
        "num_commits": 10, "license_type": "MIT", "session_timestamp": "2025-06-04 00:56:00",
        "session_type": "IDE", "agent": "Unknown", "user_turns": 4, "agent_turns": 4,
    });
    for (key, value) in changes.as_object().unwrap() {
        row[key] = value.clone();
    }
    row
}

fn wide(id: &str) -> Value {
    row(json!({
        "misalignment_id": id, "alignment_goal": "both", "confidence": "high",
        "S1": false, "S2": false, "S3": true, "S4": false, "S5": false, "S6": false, "S7": false, "S8": false,
        "symptom_other_descriptor": null, "C1": null, "C2": null, "C3": "direct", "C4": null, "C5": null,
        "C6": null, "C7": null, "damage_severity": "DS1", "damage_locus": null,
        "resolution_status": "RS2", "resolver": null,
    }))
}

fn verdict(id: &str) -> Value {
    row(
        json!({"misalignment_id": id, "alignment_goal": "both", "confidence": "high", "count_id": 7,
               "label": "VALID", "invalid_category": null}),
    )
}

const KEY: &str = "specstory/12/session_003";

#[test]
fn published_rows_become_sessions_episodes_and_labels_and_land_once() {
    let mut bench = Bench::new();
    let mut of_session = row(json!({}));
    of_session
        .as_object_mut()
        .unwrap()
        .shift_remove("session_id");
    let files = [
        ("sessions.json", vec![of_session]),
        ("verdicts.json", vec![verdict("M1"), verdict("M2")]),
        ("labels.json", vec![wide("M1"), wide("M2")]),
    ];
    for (name, rows) in &files {
        let report = bench.land(What::Released, name, rows);
        assert_eq!(fates(&report), [rows.len(), 0, 0, 0], "{report:?}");
    }
    let found = bench.study.store.session(KEY).unwrap().unwrap();
    assert_eq!(
        (found.imported, found.extracted, found.turns),
        (true, true, 0)
    );
    assert_eq!(found.session.license.as_deref(), Some("MIT"));
    let mut raters: Vec<String> = bench
        .study
        .raters()
        .unwrap()
        .into_iter()
        .map(|r| r.name.0)
        .collect();
    raters.sort();
    assert_eq!(raters, ["gold", "released-judge", "released-validator"]);

    let before = bench.dump();
    for (name, rows) in &files {
        let report = bench.land(What::Released, name, rows);
        assert_eq!(fates(&report), [0, rows.len(), 0, 0], "{report:?}");
    }
    assert_eq!(bench.dump(), before);
    assert_eq!(bench.study.verify().unwrap().labels.total, 4);
}

#[test]
fn rows_fill_gaps_and_take_nothing_away_and_the_text_may_come_before_or_after() {
    let text = json!({"session": KEY, "id": "M1", "name": "One", "confidence": "low",
                      "evidence": [{"turn": "TURN 1 | USER", "quote": "that"}]});
    let session = json!({"session": KEY, "agent": "Cursor",
                         "turns": [{"turn": 1, "role": "user", "text": "Not that."}]});
    for text_first in [true, false] {
        let mut bench = Bench::new();
        if !text_first {
            bench.land(What::Released, "r.json", &[wide("M1")]);
        }
        bench.land(What::Sessions, "s.jsonl", std::slice::from_ref(&session));
        let report = bench.land(What::Episodes, "e.jsonl", std::slice::from_ref(&text));
        assert_eq!(fates(&report)[3], 0, "{report:?}");
        let report = bench.land(What::Released, "r.json", &[wide("M1")]);
        assert_eq!(
            fates(&report),
            [usize::from(text_first), usize::from(!text_first), 0, 0]
        );
        let row = bench.episode(&format!("{KEY}#M1"));
        assert_eq!(row.episode.name.as_deref(), Some("One"));
        assert_eq!(row.episode.confidence.as_deref(), Some("low"));
        assert_eq!(row.episode.alignment_goal.as_deref(), Some("both"));
        assert_eq!(bench.standings(&format!("{KEY}#M1")), ["exact"]);
        let found = bench.study.store.session(KEY).unwrap().unwrap();
        assert_eq!(found.session.agent.as_deref(), Some("Cursor"));
        assert_eq!(found.session.extra["num_commits"], 10);
        // A bare record, as an export of the rows alone has it, does not wipe the text either.
        let bare = json!({"session": KEY, "id": "M1", "evidence": []});
        assert_eq!(
            fates(&bench.land(What::Episodes, "b.jsonl", &[bare])),
            [0, 1, 0, 0]
        );
    }
}
