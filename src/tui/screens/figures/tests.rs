use insta::assert_snapshot;

use crate::{
    tui::{effects::Goto, harness::Harness},
    workflow::{Study, demo},
};

fn open(batch: &str, who: Option<&str>, size: (u16, u16)) -> Harness {
    let goto = Goto::Figures {
        batch: batch.into(),
        who: who.map(str::to_owned),
    };
    Harness::new(Study::demo_in_memory().unwrap(), goto, size)
}

#[test]
fn every_level_is_drawn_at_80_and_at_120_columns() {
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40))] {
        let mut screen = open(demo::SETTLED, None, size);
        assert_snapshot!(format!("axes_{name}"), screen.screen());
        screen.keys("Tab Down Enter");
        assert_snapshot!(format!("matrix_{name}"), screen.screen());
        screen.keys("Enter");
        assert_snapshot!(format!("cell_{name}"), screen.screen());
        screen.keys("Enter");
        assert_snapshot!(format!("unit_{name}"), screen.screen());
    }
}

#[test]
fn it_is_three_keys_from_a_number_to_a_quote_and_one_more_to_the_session() {
    let mut screen = open(demo::SETTLED, None, (80, 24));
    screen.keys("Enter Enter Enter");
    let page = screen.screen();
    assert!(page.contains(" 1  turn ") && page.contains("│ "), "{page}");
    screen.keys("o");
    let session = screen.screen();
    assert!(session.contains("quote 1 exact (1 of "), "{session}");
    for level in ["turn ", " 1 of ", "share of the row", "mean of axes"] {
        screen.keys("Esc");
        let shown = screen.screen();
        assert!(shown.contains(level), "{level}\n{shown}");
    }
}

#[test]
fn an_open_batch_shows_nothing_but_what_is_needed() {
    let mut screen = open("round-3", Some("ana"), (80, 24));
    for keys in ["", "Enter", "d", "Tab Enter", "Tab d", "Tab Enter d"] {
        screen.keys(keys);
        let shown = screen.screen();
        assert!(shown.contains("Round-3 is still open"), "{keys}\n{shown}");
        assert!(!shown.contains("mean of axes") && !shown.contains("differs on"));
    }
}

#[test]
fn accuracy_says_that_gold_is_missing() {
    let mut screen = open("round-2", None, (80, 24));
    assert!(screen.screen().contains("mean of axes"));
    screen.keys("Tab");
    assert!(
        screen
            .screen()
            .contains("6 of 18 units of round-2 have gold")
    );
}

#[test]
fn an_annotator_goes_through_what_gold_saw_in_another_way_with_the_reason() {
    let mut screen = open(demo::SETTLED, Some("ana"), (120, 40));
    screen.keys("Tab Tab d");
    let first = screen.screen();
    assert!(
        first.contains("where gold went another way than ana"),
        "{first}"
    );
    assert!(first.contains("gold: adjudicated by cho"), "{first}");
    screen.keys("Enter ]");
    let second = screen.screen();
    assert!(second.contains("2 of "), "{second}");
    assert_ne!(first, second);
}

#[test]
fn the_judge_stays_behind_the_curtain_where_its_gold_is_not_complete() {
    let mut screen = open("round-2", Some("ana"), (120, 40));
    screen.keys("d");
    for _ in 0..20 {
        let shown = screen.screen();
        assert!(!shown.contains("demo-judge"), "{shown}");
        screen.keys("Down");
    }
}

#[test]
fn every_level_fits_any_size() {
    for size in [(60, 15), (61, 40), (200, 16)] {
        for keys in [
            "",
            "Enter",
            "Enter Enter",
            "Enter Enter Enter n G",
            "d G Enter o",
        ] {
            open(demo::SETTLED, None, size).keys(keys);
        }
    }
}

#[test]
fn the_comparison_and_the_axis_are_found_again() {
    let mut screen = open(demo::SETTLED, Some("ana"), (80, 24));
    screen.keys("Tab Down Down");
    let left = screen.screen();
    screen.kill(Goto::Figures {
        batch: demo::SETTLED.into(),
        who: Some("ana".into()),
    });
    assert_eq!(screen.screen(), left);
}
