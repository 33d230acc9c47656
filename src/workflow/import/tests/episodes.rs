use serde_json::json;

use super::*;

fn episode(id: &str, name: &str) -> Value {
    json!({"session": "s", "id": id, "name": name, "confidence": "high", "odd": 1e3,
           "evidence": [{"turn": "TURN 2 | ASSISTANT", "quote": "Done"}, {"turn": "later", "quote": "Done"}]})
}

fn session(bench: &mut Bench) {
    let session = json!({"session": "s", "aliases": ["alias"], "turns": [
        {"turn": 1, "role": "user", "text": "Do it."}, {"turn": 2, "role": "agent", "text": "Done."}]});
    bench.land(What::Sessions, "s.jsonl", &[session]);
}

#[test]
fn an_array_belongs_to_the_session_of_its_file_name_and_lines_name_theirs() {
    let mut bench = Bench::new();
    session(&mut bench);
    let mut bare = episode("M1", "One");
    bare.as_object_mut().unwrap().shift_remove("session");
    bench.write("alias.json", format!("[{bare}]"));
    assert_eq!(
        fates(&bench.import(What::Episodes, "alias.json")),
        [1, 0, 0, 0]
    );
    assert_eq!(bench.standings("s#M1"), ["exact", "other_turn"]);
    assert_eq!(
        fates(&bench.land(What::Episodes, "e.jsonl", &[episode("M1", "One")])),
        [0, 1, 0, 0]
    );
    let report = bench.land(What::Episodes, "e.jsonl", std::slice::from_ref(&bare));
    assert_eq!(
        told(&report),
        ["1:session: is missing; JSON Lines name the session on each line"]
    );
    // An array whose records name their sessions says nothing by its own name.
    bench.write("alias.json", format!("[{},{bare}]", episode("M2", "Two")));
    let report = bench.import(What::Episodes, "alias.json");
    assert_eq!((fates(&report), report.landed), ([1, 0, 0, 1], false));
}

#[test]
fn an_empty_array_is_a_result_and_is_kept() {
    let mut bench = Bench::new();
    session(&mut bench);
    bench.write("many/s.json", "[]");
    bench.write("many/unknown.json", " [ ]\n");
    bench.write(
        "many/list.jsonl",
        "{\"session\":\"third\",\"episodes\":[]}\n",
    );
    let mut land = || -> Vec<[usize; 4]> {
        bench
            .import_all(What::Episodes, "many")
            .iter()
            .map(fates)
            .collect()
    };
    assert_eq!(land(), [[1, 0, 0, 0]; 3]);
    assert_eq!(land(), [[0, 1, 0, 0]; 3]);
    let extracted = |id: &str| {
        let row = bench.study.store.session(id).unwrap().unwrap();
        (row.imported, row.extracted)
    };
    assert_eq!(
        ["s", "unknown", "third"].map(extracted),
        [(true, true), (false, true), (false, true)]
    );
}

#[test]
fn a_changed_episode_is_revised_only_on_purpose_once_it_has_labels() {
    let mut bench = Bench::new();
    session(&mut bench);
    bench.land(
        What::Episodes,
        "e.jsonl",
        &[episode("M1", "One"), episode("M2", "Two")],
    );
    let label = json!({"unit": "s#M1", "rater": "judge", "kind": "judge", "task": "misalignment",
        "answers": {"symptom": ["S3"], "cause": [{"code": "C6", "evidence_tier": "direct"}],
                    "damage_severity": "DS1", "resolution_status": "RS2"}});
    assert_eq!(
        fates(&bench.land(What::Labels, "l.jsonl", &[label])),
        [1, 0, 0, 0]
    );
    let changed = [episode("M1", "Uno"), episode("M2", "Due")];
    let before = bench.dump();
    let report = bench.land(What::Episodes, "e2.jsonl", &changed);
    assert_eq!((fates(&report), report.landed), ([0, 0, 1, 1], false));
    assert!(
        told(&report)[0].starts_with("1:id: s#M1 has changed"),
        "{report:?}"
    );
    assert_eq!(bench.dump(), before);

    bench.options.revise = true;
    assert_eq!(
        fates(&bench.import(What::Episodes, "e2.jsonl")),
        [0, 0, 2, 0]
    );
    assert_eq!(
        fates(&bench.import(What::Episodes, "e2.jsonl")),
        [0, 2, 0, 0]
    );
    let row = bench.episode("s#M1");
    assert_eq!((row.version, row.episode.name.as_deref()), (2, Some("Uno")));
    let old = bench.dump();
    let old = old
        .lines()
        .find(|line| line.starts_with("past_episode") && line.contains("s#M1"));
    assert!(old.unwrap().contains("\\\"name\\\":\\\"One\\\""), "{old:?}");
}

#[test]
fn an_episode_that_stands_twice_in_a_file_must_say_the_same() {
    let mut bench = Bench::new();
    let one = episode("M1", "One");
    let report = bench.land(What::Episodes, "e.jsonl", &[one.clone(), one.clone()]);
    assert_eq!(fates(&report), [1, 1, 0, 0]);
    bench.options.revise = true;
    let report = bench.land(
        What::Episodes,
        "e.jsonl",
        &[one, episode("M2", "a"), episode("M2", "b")],
    );
    assert_eq!(
        told(&report),
        ["3:id: s#M2 stands on line 2 with other content; keep one of the two"]
    );
    assert!(bench.study.store.episode("s#M2").unwrap().is_none());
    bench.options.skip_refused = true;
    let report = bench.import(What::Episodes, "e.jsonl");
    assert_eq!((fates(&report), report.landed), ([1, 1, 0, 1], true));
    assert_eq!(bench.episode("s#M2").episode.name.as_deref(), Some("a"));
}

#[test]
fn what_an_episode_says_of_its_session_fills_gaps_until_the_session_is_here() {
    let mut bench = Bench::new();
    bench.options.map = SessionMap::default();
    bench.map(&json!([{"session": "s", "agent": "Mapped"}]));
    let mut first = episode("M1", "One");
    first["agent"] = "Told".into();
    let mut second = episode("M2", "Two");
    second["agent"] = "Late".into();
    second["repository"] = "o/r".into();
    bench.land(What::Episodes, "e.jsonl", &[first, second]);
    let row = bench.study.store.session("s").unwrap().unwrap();
    assert_eq!(row.session.agent.as_deref(), Some("Mapped"));
    assert_eq!(row.session.repository.as_deref(), Some("o/r"));
    assert_eq!(bench.episode("s#M2").episode.extra["agent"], "Late");
}
