//! `search`

use super::{demo, empty, tiebreak};

#[test]
fn a_search_builds_the_index_by_itself_and_tells_where_it_found_what() {
    let home = demo();
    let found = tiebreak(home.path(), &["search", "test", "--json", "--limit", "2"]).succeeds();
    let found = found.json();
    let groups = found["kinds"].as_array().unwrap();
    let kinds: Vec<&str> = groups
        .iter()
        .map(|group| group["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["episodes", "sessions", "codebooks", "notes"]);
    let sessions = &groups[1];
    assert!(sessions["count"].as_u64().unwrap() > 2);
    assert_eq!(sessions["hits"].as_array().unwrap().len(), 2);
    let hit = &sessions["hits"][0];
    assert!(hit["session"].as_str().unwrap().starts_with("demo-") && hit["turn"].is_u64());
    let snippet: Vec<char> = hit["snippet"].as_str().unwrap().chars().collect();
    let mark = |at: usize| hit["marks"][0][at].as_u64().unwrap() as usize;
    let marked: String = snippet[mark(0)..mark(1)].iter().collect();
    assert_eq!(marked.to_lowercase(), "test");

    let only = tiebreak(home.path(), &["search", "test", "--in", "codebooks"]).succeeds();
    assert!(
        only.out.starts_with("codebooks: ") && !only.out.contains("sessions"),
        "{only:?}"
    );
    let nothing = tiebreak(home.path(), &["search", "qqqq"]).succeeds();
    assert_eq!(nothing.out, "Nothing was found.\n");
}

#[test]
fn what_cannot_be_searched_for_is_said() {
    let home = demo();
    let run = |words: &[&str]| tiebreak(home.path(), &[&["search"], words].concat());
    run(&[]).fails(2, &["WORDS"]);
    run(&["..."]).fails(2, &["nothing to look for"]);
    run(&["--", "-test"]).fails(2, &["nothing to look for"]);
    run(&["test", "--flagged"]).fails(2, &["--as"]);
    run(&["test", "--as", "anna"]).fails(2, &["there is no rater anna", "ana"]);
    run(&["test", "--where", "colour=red"]).fails(2, &["colour is not a key"]);
    run(&["test", "--where", "symptom=S1@nobody"]).fails(2, &["nobody"]);
}

#[test]
fn the_index_is_no_part_of_an_export_and_can_go() {
    let home = demo();
    let export = || {
        tiebreak(home.path(), &["export", "sessions"])
            .succeeds()
            .out
    };
    let before = export();
    let index = tiebreak(home.path(), &["search", "--index"]).succeeds();
    assert!(index.err.contains("60 episodes"), "{index:?}");
    assert_eq!(export(), before);
    tiebreak(home.path(), &["search", "--drop-index"]).succeeds();
    let again = tiebreak(home.path(), &["search", "--index"]).succeeds();
    assert_eq!(again.err, index.err);
    tiebreak(home.path(), &["verify"]).succeeds();
    tiebreak(empty().path(), &["search", "word"]).succeeds();
}
