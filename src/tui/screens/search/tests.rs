use insta::assert_snapshot;
use serde_json::json;

use crate::{
    tui::{effects::Goto, harness::Harness},
    workflow::{
        SHIPPED, Study,
        import::{Options, What},
    },
};

fn open(who: Option<&str>, size: (u16, u16)) -> Harness {
    let who = who.map(str::to_owned);
    Harness::new(Study::demo_in_memory().unwrap(), Goto::Search { who }, size)
}

#[test]
fn hits_come_as_one_types_at_80_and_at_120_columns() {
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40))] {
        let mut screen = open(Some("ana"), size);
        assert_snapshot!(format!("empty_{name}"), screen.screen());
        screen.type_text("test");
        assert_snapshot!(format!("hits_{name}"), screen.screen());
        screen.keys("Enter");
        assert_snapshot!(format!("episode_{name}"), screen.screen());
        screen
            .keys("Esc Tab")
            .type_text("modality=cli flagged nonsense");
        assert_snapshot!(format!("filters_{name}"), screen.screen());
    }
}

/// The name under the cursor, and the text below it.
fn here(screen: &str) -> String {
    let mut lines = screen.lines().skip_while(|line| !line.starts_with(" > "));
    lines.by_ref().take(2).collect()
}

#[test]
fn a_session_opens_at_the_hit_and_esc_goes_back_to_where_one_was() {
    let mut screen = open(None, (100, 30));
    screen.type_text("checkout");
    while !here(&screen.screen()).contains("TURN") {
        screen.keys("Down");
    }
    screen.keys("Down");
    let left = screen.screen();
    screen.keys("Enter");
    let session = screen.screen();
    assert!(session.to_lowercase().contains("checkout"), "{session}");
    assert!(
        session.contains("hit ") && session.contains(" of "),
        "{session}"
    );
    screen.keys("n n j Esc");
    assert_eq!(screen.screen(), left);
}

#[test]
fn a_rule_opens_at_the_code_and_the_words_survive() {
    let mut screen = open(None, (100, 30));
    screen.type_text("\"wrong folder\"");
    while !here(&screen.screen()).contains("misalignment ·") {
        let before = here(&screen.screen());
        screen.keys("Down");
        assert_ne!(here(&screen.screen()), before);
    }
    let left = screen.screen();
    let code = here(&left);
    let code = code
        .split(" · ")
        .nth(2)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    screen.keys("Enter");
    let rules = screen.screen();
    assert!(rules.contains(&format!("{code}  ")), "{code}\n{rules}");
    screen.keys("Esc");
    assert_eq!(screen.screen(), left);
    screen.kill(Goto::Search { who: None });
    assert_eq!(screen.screen(), left);
}

#[test]
fn words_without_blanks_between_them_are_found_and_marked() {
    let codebooks = SHIPPED.map(|(name, toml)| (name.to_owned(), toml.to_owned()));
    let mut study = Study::in_memory(&codebooks, || "2026-05-01T10:00:00Z".into()).unwrap();
    let row = json!({"session": "s", "turns": [
        {"turn": 1, "role": "user", "text": "请整理接入文档，并用テストで確かめて。"},
    ]});
    study
        .import_text(
            What::Sessions,
            "s.jsonl",
            &row.to_string(),
            &Options::default(),
        )
        .unwrap();
    let mut screen = Harness::new(study, Goto::Search { who: None }, (80, 24));
    for words in ["整理", "テスト", "文", "用テスト"] {
        screen.type_text(words);
        let shown = screen.screen();
        assert!(shown.contains("1 in sessions"), "{words}\n{shown}");
        for _ in words.chars() {
            screen.keys("Backspace");
        }
    }
}

#[test]
fn every_state_fits_any_size() {
    for size in [(60, 15), (61, 40), (200, 16)] {
        for keys in [
            "",
            "Tab",
            "Enter",
            "End Down Down Enter",
            "PgDn PgDn PgDn PgDn Enter",
            "Enter o",
        ] {
            let mut screen = open(None, size);
            screen.type_text("the");
            screen.keys(keys);
        }
    }
}
