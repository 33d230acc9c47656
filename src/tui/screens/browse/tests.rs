use insta::assert_snapshot;

use crate::{
    tui::{effects::Goto, harness::Harness},
    workflow::Study,
};

fn open(who: Option<&str>, size: (u16, u16)) -> Harness {
    let goto = Goto::Browse {
        task: None,
        who: who.map(str::to_owned),
    };
    Harness::new(Study::demo_in_memory().unwrap(), goto, size)
}

#[test]
fn the_list_and_its_filters_are_drawn_at_80_and_at_120_columns() {
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40))] {
        let mut screen = open(None, size);
        assert_snapshot!(format!("list_{name}"), screen.screen());
        screen.keys("f");
        assert_snapshot!(format!("filters_{name}"), screen.screen());
        screen.type_text("gold").keys("Enter Down Down Enter");
        assert_snapshot!(format!("filtered_{name}"), screen.screen());
        screen.keys("Enter");
        assert_snapshot!(format!("unit_{name}"), screen.screen());
    }
}

#[test]
fn a_text_is_found_in_names_and_descriptions_and_filters_go_away() {
    let mut screen = open(None, (80, 24));
    screen.keys("/").type_text("accountant").keys("Enter");
    let found = screen.screen();
    assert!(
        found.contains("found") && found.contains("demo-bakery-checkout#M001"),
        "{found}"
    );
    screen.keys("x");
    assert!(screen.screen().contains("60 episodes"));
}

#[test]
fn a_unit_of_an_open_batch_shows_nobody_but_oneself() {
    for (who, own) in [(None, false), (Some("ana"), true)] {
        let mut screen = open(who, (120, 40));
        screen.keys("f").type_text("batch").keys("Enter");
        screen.type_text("round-3").keys("Enter Enter");
        for _ in 0..10 {
            let shown = screen.screen();
            assert!(
                !shown.contains("demo-judge") && !shown.contains("ben · "),
                "{shown}"
            );
            assert!(shown.contains("round-3 is open"), "{shown}");
            let heading = shown.lines().find(|line| line.contains("Answers")).unwrap();
            assert!(!heading.contains("ben"), "{shown}");
            assert!(own || !heading.contains("ana"), "{shown}");
            screen.keys("]");
        }
    }
}

#[test]
fn the_place_and_the_filters_are_found_again() {
    let mut screen = open(Some("ana"), (120, 40));
    screen
        .keys("f")
        .type_text("batch")
        .keys("Enter Down Enter Down Down");
    let here = |screen: &str| {
        let line = screen.lines().find(|line| line.starts_with(" > ")).unwrap();
        line[..40].to_owned()
    };
    let left = here(&screen.screen());
    screen.kill(Goto::Browse {
        task: None,
        who: Some("ana".into()),
    });
    let again = screen.screen();
    assert_eq!(here(&again), left);
    assert!(again.contains("batch: round-1"), "{again}");
}

#[test]
fn every_state_fits_any_size() {
    for size in [(60, 15), (61, 40), (200, 16)] {
        for keys in [
            "",
            "f",
            "f Enter",
            "/",
            "End",
            "Enter",
            "Enter o",
            "Tab Tab Enter",
        ] {
            open(None, size).keys(keys);
        }
    }
}

#[test]
fn a_session_without_episodes_is_read_from_the_list_of_sessions() {
    let mut study = Study::demo_in_memory().unwrap();
    let alone =
        r#"{"session":"a-alone","turns":[{"turn":1,"role":"user","text":"Nobody looked here."}]}"#;
    let usual = crate::workflow::import::Options::default();
    let what = crate::workflow::import::What::Sessions;
    study
        .import_text(what, "alone.jsonl", alone, &usual)
        .unwrap();
    let goto = Goto::Browse {
        task: Some("recall".into()),
        who: None,
    };
    let mut screen = Harness::new(study, goto, (80, 24));
    screen.keys("Home Enter o");
    let read = screen.screen();
    assert!(
        read.contains("Nobody looked here.") && read.contains("turn 1 of 1"),
        "{read}"
    );
    assert!(
        !screen
            .keys("Esc Esc")
            .screen()
            .contains("Nobody looked here.")
    );
}
