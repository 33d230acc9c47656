//! Pairs of studies that differ in nothing but the answers that nobody may see yet.
//!
//! Every hidden text holds [`MARK`]; codes that are chosen from a list cannot, so the two studies
//! of a pair have other codes, too. What is the same in both is who did what, when, on which unit.

#![allow(dead_code, clippy::unwrap_used)]

use std::path::Path;

use serde_json::{Value, json};
use tiebreak::{
    domain::{answers::Answers, label::Content},
    workflow::{
        SHIPPED, Study,
        annotate::{Change, Desk},
        import::{Options, What},
        sample::{Filter, Plan},
    },
};

/// What stands in every hidden text, and nowhere else.
pub const MARK: &str = "zq7";
/// What only ben's hidden texts hold.
pub const BEN: &str = "zq7ben";
/// What only the judge's hidden texts hold.
pub const JUDGE: &str = "zq7judge";
/// What stands in ana's own note.
pub const ANA: &str = "ana's own thought";

/// Which of the two studies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    One,
    Other,
}

impl World {
    pub const BOTH: [World; 2] = [World::One, World::Other];

    fn pick<T>(self, one: T, other: T) -> T {
        match self {
            World::One => one,
            World::Other => other,
        }
    }

    /// A hidden text of a place, such as `zq7bennote of one` and `zq7bennote of the other`.
    fn text(self, who: &str, place: &str) -> String {
        self.pick(
            format!("{who}{place} of one"),
            format!("{who}{place} of the other"),
        )
    }
}

fn clock() -> String {
    "2026-05-01T10:00:00Z".into()
}

/// Builds a study with sessions `one` and `two` and episodes `one#E01` to `one#E14`, in which
///
/// - `open` (misalignment, E01 to E04), `checks` (validity, E01 to E03 and E07) and `reading`
///   (recall, both sessions) are open, with ana and ben at work in them;
/// - `shut` (misalignment, E05 and E06) is locked, E05 is unanimous, and E06 waits;
/// - `strata` and `picked` are open and were drawn by what the judge says of E09 to E12;
/// - the judge has answered everywhere, and is to be seen on E08, E13 and E14 only.
pub fn plant(path: &Path, world: World) -> Study {
    let codebooks = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
    let mut study = Study::create(path, &codebooks, clock).unwrap();
    furnish(&mut study, world);
    study
}

/// As [`plant`], in memory.
pub fn plant_in_memory(world: World) -> Study {
    let codebooks = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
    let mut study = Study::in_memory(&codebooks, clock).unwrap();
    furnish(&mut study, world);
    study
}

fn furnish(study: &mut Study, world: World) {
    let sessions = ["one", "two"].map(|id| {
        json!({"session": id, "modality": "cli", "turns": [
            {"turn": 1, "role": "user", "text": "No, not that file. Leave the tests alone."},
            {"turn": 2, "role": "agent", "text": "I changed the tests."},
        ]})
    });
    take(study, What::Sessions, &sessions, &Options::default());
    let episodes: Vec<Value> = (1..=14)
        .map(|place| {
            json!({"session": "one", "id": format!("E{place:02}"), "name": format!("Episode {place}"),
                "description": "The agent changed a file that was to stay.", "alignment_goal": "instruction",
                "evidence": [{"turn": "TURN 2 | AGENT", "quote": "I changed the tests."}], "confidence": "high"})
        })
        .collect();
    take(study, What::Episodes, &episodes, &Options::default());

    // What the judge says of E09 to E12 shapes two batches, so it comes first.
    judge_symptoms(study, world);
    draw(study, "open", "misalignment", &episode_keys(&[1, 2, 3, 4]));
    draw(study, "checks", "validity", &episode_keys(&[1, 2, 3, 7]));
    draw(study, "reading", "recall", &["one".into(), "two".into()]);
    draw(study, "shut", "misalignment", &episode_keys(&[5, 6]));
    draw_by_judge(study, world);

    lock_shut(study);
    label_open(study, world);
    label_checks(study, world);
    label_reading(study, world);
    judge_the_rest(study, world);
}

/// Imports rows, all of which have to land.
fn take(study: &mut Study, what: What, rows: &[Value], options: &Options) {
    let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let report = study
        .import_text(what, "planted.jsonl", &text, options)
        .unwrap();
    assert!(report.landed, "{:?}", report.problems);
}

fn key(place: usize) -> String {
    format!("one#E{place:02}")
}

fn episode_keys(places: &[usize]) -> Vec<String> {
    places.iter().map(|place| key(*place)).collect()
}

fn plan(name: &str, task: &str) -> Plan {
    Plan {
        name: name.into(),
        task: task.into(),
        seed: 7,
        annotators: vec!["ana".into(), "ben".into()],
        ..Plan::default()
    }
}

fn draw(study: &mut Study, name: &str, task: &str, units: &[String]) {
    let units = units.iter().map(|unit| unit.as_str().into()).collect();
    let plan = Plan {
        units: Some(units),
        ..plan(name, task)
    };
    study.sample(&plan).unwrap();
}

/// Batches whose units are the same in both studies, for reasons that are not.
fn draw_by_judge(study: &mut Study, world: World) {
    let only = |session: &str| Filter::parse(session).unwrap();
    let strata = Plan {
        n: 2,
        filters: vec![
            only("symptom!=S8@judge"),
            only(world.pick("cause=C6@judge", "cause=C5@judge")),
        ],
        per_code: Some(("symptom".into(), "judge".into())),
        ..plan("strata", "misalignment")
    };
    let drawn = study.sample(&strata).unwrap();
    assert_eq!(drawn.batch.members.len(), 2, "E09 and E10");
    let picked = Plan {
        n: 2,
        filters: vec![only(world.pick("symptom=S6@judge", "symptom=S7@judge"))],
        ..plan("picked", "misalignment")
    };
    study.sample(&picked).unwrap();
}

fn symptom(symptom: &str) -> Value {
    json!({"symptom": [symptom], "cause": [{"code": "C6", "evidence_tier": "direct"}],
        "damage_severity": "DS1", "damage_locus": null, "resolution_status": "RS2", "resolver": null})
}

/// A descriptor of three words in the way of S8.
fn described(text: &str) -> Value {
    json!({"symptom": [{"code": "S8", "text": text}], "cause": [{"code": "C5", "evidence_tier": "contextual"}],
        "damage_severity": "DS3", "damage_locus": "DL2", "resolution_status": "RS1", "resolver": "RV3"})
}

fn content(desk: &Desk, answers: Value) -> Content {
    let read = Answers::from_json(&desk.codebook, answers.as_object().unwrap());
    Content {
        answers: read.unwrap().answers,
        ..Content::default()
    }
}

fn edit(study: &mut Study, desk: &Desk, unit: &str, content: &Content) {
    study
        .edit(desk, &unit.into(), content, Change::Key, 1.0)
        .unwrap();
}

fn submit(study: &mut Study, desk: &Desk, unit: &str, content: &Content) {
    let matter = study.matter(desk.codebook.unit, &unit.into()).unwrap();
    study.submit(desk, &matter, content, 1.0).unwrap();
}

/// E05 is unanimous, on E06 they differ: the same in both studies, for after the lock it is no secret.
fn lock_shut(study: &mut Study) {
    for (rater, second) in [("ana", "S1"), ("ben", "S2")] {
        let desk = study.desk("shut", rater).unwrap();
        let first = content(&desk, symptom("S3"));
        submit(study, &desk, &key(5), &first);
        let second = content(&desk, symptom(second));
        submit(study, &desk, &key(6), &second);
    }
    study.lock("shut", "cho", None).unwrap();
}

/// ana has submitted E01 and begun E02; ben has submitted E01 and E04, taken E04 back once, begun
/// E02, put E03 off, and undone what he first said of E01 and E02.
fn label_open(study: &mut Study, world: World) {
    let ana = study.desk("open", "ana").unwrap();
    let own = Content {
        note: Some(ANA.into()),
        ..content(&ana, symptom("S3"))
    };
    submit(study, &ana, &key(1), &own);
    let begun = content(&ana, json!({"symptom": ["S4"]}));
    edit(study, &ana, &key(2), &begun);

    let ben = study.desk("open", "ben").unwrap();
    let hidden = |place: &str| Content {
        note: Some(world.text(BEN, &format!("note{place}"))),
        flags: vec![world.text(BEN, &format!("flag{place}"))],
        unsure: world.pick(true, false),
        ..content(&ben, described(&world.text(BEN, &format!("text{place}"))))
    };
    for place in [1, 2] {
        edit(study, &ben, &key(place), &hidden("undone"));
        study.undo(&ben).unwrap();
    }
    submit(study, &ben, &key(1), &hidden("submitted"));
    edit(study, &ben, &key(2), &hidden("begun"));
    let skipped = Content {
        skipped: true,
        ..hidden("skipped")
    };
    study.skip(&ben, &key(3).as_str().into(), &skipped).unwrap();
    submit(study, &ben, &key(4), &hidden("first"));
    study.take_back(&ben, &key(4).as_str().into()).unwrap();
    let codes = content(&ben, world.pick(symptom("S1"), symptom("S4")));
    submit(study, &ben, &key(4), &codes);
}

/// The open code of validity can hold a mark itself.
fn label_checks(study: &mut Study, world: World) {
    let ana = study.desk("checks", "ana").unwrap();
    let valid = content(
        &ana,
        json!({"quote_found": ["found"], "verdict": "VALID", "invalid_category": null}),
    );
    submit(study, &ana, &key(1), &valid);
    let ben = study.desk("checks", "ben").unwrap();
    let open = format!("custom:{BEN}_{}", world.pick("code", "other_code"));
    let invalid =
        json!({"quote_found": ["not_found"], "verdict": "INVALID", "invalid_category": open});
    let both = [
        content(&ben, invalid),
        content(&ben, json!({"quote_found": ["found"], "verdict": "VALID"})),
    ];
    let [first, second] = world.pick(both.clone(), [both[1].clone(), both[0].clone()]);
    submit(study, &ben, &key(1), &first);
    submit(study, &ben, &key(2), &second);
    // A draft breaks a rule in one study only: a category without INVALID.
    let broken = json!({"quote_found": ["found"], "verdict": "VALID", "invalid_category": world.pick(Some("truncation"), None)});
    let broken = Content {
        note: Some(world.text(BEN, "broken")),
        ..content(&ben, broken)
    };
    edit(study, &ben, &key(7), &broken);
}

fn label_reading(study: &mut Study, world: World) {
    let ben = study.desk("reading", "ben").unwrap();
    let missed = world.text(BEN, "missed");
    let answers = json!({"completeness": world.pick(1, 0), "missed": missed});
    let answers = Content {
        note: Some(world.text(BEN, "reading")),
        ..content(&ben, answers)
    };
    submit(study, &ben, "one", &answers);
}

fn judged(task: &str, unit: &str, answers: Value, world: World) -> Value {
    json!({"unit": unit, "rater": "judge", "kind": "judge", "task": task, "state": "submitted", "answers": answers,
        "note": world.text(JUDGE, "note"), "unsure": world.pick(true, false),
        "flags": [world.text(JUDGE, "flag")],
        "reasoning": {"overall": world.text(JUDGE, "reason")}})
}

fn judge() -> Options {
    Options {
        about: Some("model=invented,prompt=1".into()),
        ..Options::default()
    }
}

/// E09 and E10 share the cause of `strata` in both studies, E11 and E12 the symptom of `picked`;
/// E13 and E14 are in no batch, and the same in both.
fn judge_symptoms(study: &mut Study, world: World) {
    let mut rows = Vec::new();
    for place in [9, 10] {
        let mut answers = symptom(world.pick(["S3", "S4"], ["S1", "S2"])[place - 9]);
        answers["cause"][0]["code"] = world.pick("C6", "C5").into();
        rows.push(judged("misalignment", &key(place), answers, world));
    }
    for place in [11, 12] {
        let mut answers = symptom(world.pick("S6", "S7"));
        answers["cause"][0]["code"] = "C1".into();
        rows.push(judged("misalignment", &key(place), answers, world));
    }
    for (place, code) in [(13, "S3"), (14, "S4")] {
        let mut answers = symptom(code);
        answers["cause"][0]["code"] = "C2".into();
        let row = json!({"unit": key(place), "rater": "judge", "kind": "judge", "task": "misalignment", "answers": answers});
        rows.push(row);
    }
    take(study, What::Labels, &rows, &judge());
}

fn judge_the_rest(study: &mut Study, world: World) {
    let mut rows = Vec::new();
    for place in 1..=4 {
        let answers = match place {
            1 => described(&world.text(JUDGE, "text")),
            _ => symptom(world.pick("S3", "S5")),
        };
        rows.push(judged("misalignment", &key(place), answers, world));
    }
    // E05 has gold, which the judge may be scored against with --partial; its texts stay hidden.
    rows.push(judged("misalignment", &key(5), symptom("S3"), world));
    rows.push(judged(
        "misalignment",
        &key(6),
        symptom(world.pick("S1", "S7")),
        world,
    ));
    let invalid = format!("custom:{JUDGE}_{}", world.pick("code", "other_code"));
    for place in [1, 2, 3, 7] {
        let answers = match world.pick(place % 2 == 1, place % 2 == 0) {
            true => {
                json!({"quote_found": ["found"], "verdict": "INVALID", "invalid_category": invalid})
            }
            false => {
                json!({"quote_found": ["found"], "verdict": "VALID", "invalid_category": null})
            }
        };
        let mut row = judged("validity", &key(place), answers, world);
        row["rater"] = "checker".into();
        rows.push(row);
    }
    // No batch of validity holds E08, so that everybody knows of this one.
    rows.push(json!({"unit": key(8), "rater": "checker", "kind": "judge", "task": "validity",
        "answers": {"quote_found": ["found"], "verdict": "INVALID", "invalid_category": "truncation"}}));
    for session in ["one", "two"] {
        let answers =
            json!({"completeness": world.pick(2, 0), "missed": world.text(JUDGE, "missed")});
        let mut row = judged("recall", session, answers, world);
        row["rater"] = "reader".into();
        rows.push(row);
    }
    take(study, What::Labels, &rows, &Options::default());
}
