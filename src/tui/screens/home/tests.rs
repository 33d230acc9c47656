use insta::assert_snapshot;

use crate::{
    domain::batch::Lock,
    tui::{Ending, app::App, effects::Goto, harness::Harness, theme::Theme},
    workflow::samples,
};

fn home(size: (u16, u16)) -> Harness {
    Harness::new(samples::study(), Goto::Home { who: None }, size)
}

#[test]
fn the_home_screen() {
    for (name, size) in [("80", (80, 24)), ("120", (120, 40))] {
        let mut harness = home(size);
        harness.study.lock("checks", "cho", Some("test")).unwrap();
        harness.app.others_wrote(&mut harness.study);
        assert_snapshot!(format!("home_{name}"), harness.screen());
        harness.keys("w");
        assert_snapshot!(format!("who_{name}"), harness.screen());
    }
    let mut empty = Harness::new(samples::empty(), Goto::Home { who: None }, (80, 24));
    assert_snapshot!("nothing_yet", empty.screen());
}

#[test]
fn a_step_leads_to_its_screen_and_esc_back_home() {
    let mut harness = home((80, 24));
    harness.keys("Enter");
    assert!(harness.screen().contains("unit 1 of 5"));
    harness.keys("3 Esc");
    assert!(harness.screen().contains("1 begun"), "{}", harness.screen());
}

#[test]
fn a_batch_is_locked_only_when_all_is_submitted_and_after_a_yes() {
    let mut harness = home((80, 24));
    let locked =
        |harness: &Harness| -> Option<Lock> { harness.study.batch("round-1").unwrap().lock };
    // Who locks is asked once.
    harness.keys("l Tab Tab");
    harness.type_text("cho");
    let asked = harness.screen();
    harness.kill(Goto::Home { who: None });
    assert_eq!(harness.screen(), asked);
    harness.keys("Enter");
    assert!(
        harness.screen().contains("not everybody has submitted"),
        "{}",
        harness.screen()
    );
    for rater in ["ana", "ben"] {
        harness.kill(Goto::Annotate {
            batch: "round-1".to_owned(),
            rater: rater.to_owned(),
        });
        for _ in 0..5 {
            harness.keys("3 Enter 7 Enter 1 2 Enter");
        }
        assert!(
            harness.screen().contains("5 submitted"),
            "{}",
            harness.screen()
        );
    }
    harness.kill(Goto::Home {
        who: Some("cho".to_owned()),
    });
    while !harness.screen().contains("> Lock round-1") {
        harness.keys("k");
    }
    harness.keys("Enter");
    assert!(
        harness.screen().contains("Lock round-1? "),
        "{}",
        harness.screen()
    );
    harness.keys("n");
    assert!(locked(&harness).is_none());
    harness.keys("Enter y");
    assert_eq!(locked(&harness).map(|lock| lock.by).as_deref(), Some("cho"));
}

#[test]
fn a_killed_program_comes_back_to_its_screen_with_home_below_it() {
    let mut harness = home((80, 24));
    harness.keys("j");
    let below = harness.screen();
    harness.keys("Enter 3 ] n");
    harness.type_text("half a no");
    let above = harness.screen();
    assert_ne!(above, below);
    assert_eq!(harness.restart().screen(), above);
    harness.keys("Esc [");
    harness.restart().keys("Esc");
    let home = harness.screen();
    for piece in ["you are ben", "2 begun", "> ben labels round-1"] {
        assert!(home.contains(piece), "{home}");
    }
    assert_eq!(harness.restart().screen(), home);

    // Another user of the machine begins at home, with an own cursor.
    harness.keys("Enter");
    harness.app = App::new(Theme::plain(), "ben");
    harness.app.resume(&mut harness.study).unwrap();
    assert!(
        harness.screen().contains("> ana labels round-1"),
        "{}",
        harness.screen()
    );
    // A command that opens one screen forgets nobody's place.
    harness.kill(Goto::Annotate {
        batch: "checks".to_owned(),
        rater: "ben".to_owned(),
    });
    harness.keys("q");
    assert!(harness.restart().screen().contains("round-1 · ben"));
}

#[test]
fn whoever_leaves_begins_at_home() {
    for leave in ["q", "Ctrl-C", "Esc"] {
        let mut harness = home((80, 24));
        harness.keys("Enter");
        assert!(harness.screen().contains("unit 1 of 5"));
        harness.keys(leave);
        assert!(harness.restart().screen().contains("Batches"), "{leave}");
    }
}

#[test]
fn a_screen_that_cannot_be_opened_again_leaves_the_home_screen() {
    let mut harness = home((80, 24));
    harness.keys("Enter");
    let gone = r#"[{"Annotate":{"batch":"gone","rater":"ana"}}]"#;
    for stack in [gone, "[7", r#"[{"Elsewhere":{}}]"#] {
        harness.study.remember_place("stack", "", "ana", stack);
        assert!(harness.restart().screen().contains("Batches"), "{stack}");
    }
}

#[test]
fn another_study_can_be_asked_for() {
    let mut harness = home((80, 24));
    harness.keys("s");
    assert_eq!(harness.app.ending(), Some(Ending::Studies));
}
