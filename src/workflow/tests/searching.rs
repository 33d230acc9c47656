//! What is found, and that the index follows the texts.

use serde_json::json;

use super::{Plan, SHIPPED, Study, TASK};
use crate::{
    domain::query::Query,
    workflow::{
        import::{Options, What},
        search::{Behind, Found, Kind, Marks, Narrow, Notes, Place, narrowing},
        sight::Viewer,
        system_clock,
    },
};

fn take(study: &mut Study, what: What, row: serde_json::Value) {
    let options = Options {
        revise: true,
        ..Options::default()
    };
    let report = study.import_text(what, "rows.jsonl", &row.to_string(), &options);
    assert!(report.unwrap().landed);
}

fn session(study: &mut Study, id: &str, texts: &[&str]) {
    let turns = texts.iter().enumerate();
    let turns: Vec<_> = turns
        .map(|(at, text)| json!({"turn": at + 1, "role": "user", "text": text}))
        .collect();
    take(
        study,
        What::Sessions,
        json!({"session": id, "modality": "cli", "turns": turns}),
    );
}

fn episode(study: &mut Study, name: &str) {
    let row = json!({"session": "s", "id": "E1", "name": name, "description": "It was late.",
        "evidence": [{"turn": "TURN 1 | USER", "quote": "Leave the tests", "context": "alone"}]});
    take(study, What::Episodes, row);
}

fn empty() -> Study {
    let codebooks = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
    Study::in_memory(&codebooks, system_clock).unwrap()
}

/// As a screen builds it: in steps as small as can be.
fn index(study: &mut Study) -> usize {
    let mut steps = 0;
    while !study.index_more(1).unwrap().complete {
        steps += 1;
    }
    assert_eq!(study.index_behind().unwrap(), Behind::default());
    steps
}

fn find(study: &Study, kind: Kind, words: &str) -> Found {
    let narrow = Narrow::default();
    study
        .search(&Query::parse(words), &narrow, kind, 10)
        .unwrap()
}

fn turns(found: &Found) -> Vec<(String, u32)> {
    let turn = |place: &Place| match place {
        Place::Turn { session, turn, .. } => (session.0.clone(), *turn),
        other => panic!("{other:?}"),
    };
    found.hits.iter().map(|hit| turn(&hit.place)).collect()
}

#[test]
fn the_index_follows_new_changed_and_lost_texts() {
    let mut study = empty();
    session(&mut study, "s", &["one fish", "two fish", "red"]);
    episode(&mut study, "Fish");
    assert_eq!(
        study.index_behind().unwrap(),
        Behind {
            sessions: 1,
            episodes: 1
        }
    );
    assert!(index(&mut study) > 3, "a session takes several steps");
    let found = find(&study, Kind::Session, "fish");
    assert_eq!((found.count, turns(&found).len()), (2, 2));
    assert_eq!(find(&study, Kind::Episode, "fish").count, 1);

    // The same again is nothing new; a fuller session takes the place of the old one.
    session(&mut study, "s", &["one fish", "two fish", "red"]);
    episode(&mut study, "Fish");
    assert_eq!(study.index_behind().unwrap(), Behind::default());
    session(
        &mut study,
        "s",
        &["one bird", "two fish", "red", "blue bird"],
    );
    episode(&mut study, "Bird");
    index(&mut study);
    assert_eq!(turns(&find(&study, Kind::Session, "bird")).len(), 2);
    assert_eq!(
        turns(&find(&study, Kind::Session, "fish")),
        [("s".into(), 2)]
    );
    assert_eq!(find(&study, Kind::Episode, "fish").count, 0);
    assert_eq!(find(&study, Kind::Episode, "bird").count, 1);

    study.drop_index().unwrap();
    assert_eq!(find(&study, Kind::Session, "bird").count, 0);
    index(&mut study);
    assert_eq!(find(&study, Kind::Session, "bird").count, 2);
}

#[test]
fn the_index_finds_what_the_query_finds_in_the_text() {
    let mut study = empty();
    let texts = [
        "Please leave the tests alone",
        "tests: leave the, alone",
        "请整理接入文档",
        "API文档 と テスト",
        "Déjà vu",
        "the the te",
    ];
    session(&mut study, "s", &texts);
    index(&mut study);
    for words in [
        "tests leave",
        "\"leave the\"",
        "\"the te\"*",
        "te*",
        "the -tests",
        "文档",
        "文",
        "API文档",
        "整理接入",
        "テスト",
        "deja",
        "DÉJÀ",
        "\"the the\"",
        "alone -\"leave the\" -te*",
        "理文",
        "t*",
    ] {
        let query = Query::parse(words);
        let wanted: Vec<u32> = (1..)
            .zip(texts)
            .filter(|(_, text)| query.admits([*text]))
            .map(|(turn, _)| turn)
            .collect();
        let found = find(&study, Kind::Session, words);
        let mut numbers: Vec<u32> = turns(&found).into_iter().map(|(_, turn)| turn).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, wanted, "{words}");
        for hit in &found.hits {
            assert!(!hit.snippet.marks.is_empty(), "{words}");
        }
    }
}

#[test]
fn no_phrase_goes_from_one_quote_to_the_next() {
    let mut study = empty();
    episode(&mut study, "A name");
    index(&mut study);
    assert_eq!(find(&study, Kind::Episode, "tests alone").count, 1);
    assert_eq!(find(&study, Kind::Episode, "\"tests alone\"").count, 0);
    assert_eq!(find(&study, Kind::Episode, "\"name it\"").count, 0);
    let hit = &find(&study, Kind::Episode, "alone").hits[0];
    assert_eq!(hit.field, "context of quote 1");
}

#[test]
fn filters_and_own_marks_narrow_all_kinds_but_the_rules() {
    let mut study = Study::demo_in_memory().unwrap();
    index(&mut study);
    let ana = Viewer::named("ana");
    let counts = |text: &str| {
        let (filters, marks) = narrowing(text).unwrap();
        let narrow = study.narrow(&ana, &filters, marks).unwrap();
        let query = Query::parse("the");
        let mut notes = Notes::new(query.clone(), 5);
        while !notes.is_complete() {
            study.search_notes(&ana, &narrow, &mut notes).unwrap();
        }
        [Kind::Episode, Kind::Session, Kind::Codebook]
            .map(|kind| study.search(&query, &narrow, kind, 5).unwrap().count)
            .into_iter()
            .chain([notes.found().count])
            .collect::<Vec<u64>>()
    };
    let [all, cli, ide] = ["", "modality=cli", "modality!=cli"].map(counts);
    for kind in [0, 1, 3] {
        assert_eq!(all[kind], cli[kind] + ide[kind], "{all:?} {cli:?} {ide:?}");
        assert!(cli[kind] > 0 && ide[kind] > 0);
    }
    assert!(all[2] > 0 && cli[2] == 0);
    let of_session = counts("session=demo-bakery-checkout");
    assert!(of_session[0] > 0 && of_session[0] < all[0]);
    assert_eq!(counts("started_at>=2100"), [0, 0, 0, 0]);
    let flagged = counts("flagged");
    assert!(flagged[0] < all[0] && flagged[1] == 0);

    let nobody = study.narrow(
        &Viewer::Anyone,
        &[],
        Marks {
            flagged: true,
            unsure: false,
        },
    );
    assert!(nobody.is_err());
    assert!(narrowing("colour=red").is_err());
    let (filters, _) = narrowing("agent=\"Claude Code\" unsure").unwrap();
    assert_eq!(filters[0].value, "Claude Code");
}

#[test]
fn sessions_of_those_who_label_from_the_evidence_alone_stay_closed() {
    let mut study = empty();
    session(&mut study, "s", &["Leave the tests"]);
    session(&mut study, "other", &["Leave the tests"]);
    episode(&mut study, "A name");
    index(&mut study);
    let plan = Plan {
        name: "b".into(),
        task: TASK.into(),
        n: 1,
        annotators: vec!["ana".into()],
        evidence_only: true,
        ..Plan::default()
    };
    study.sample(&plan).unwrap();
    let query = Query::parse("tests");
    for (viewer, closed) in [
        (Viewer::named("ana"), 1),
        (Viewer::Anyone, 1),
        (Viewer::named("cho"), 0),
    ] {
        let narrow = study.narrow(&viewer, &[], Marks::default()).unwrap();
        assert_eq!(narrow.closed(), closed);
        let found = study.search(&query, &narrow, Kind::Session, 5).unwrap();
        assert_eq!(found.count, 2 - closed as u64);
        for (id, closed) in [("s", closed == 1), ("other", false)] {
            let row = study.session(id).unwrap();
            assert_eq!(study.read_whole(&viewer, &row).is_err(), closed);
        }
    }
}
