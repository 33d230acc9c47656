use insta::assert_snapshot;

use crate::{
    tui::{effects::Goto, harness::Harness},
    workflow::Study,
};

fn reading(turn: Option<u32>, size: (u16, u16)) -> Harness {
    let study = Study::demo_in_memory().unwrap();
    let goto = Goto::Session {
        session: "demo-seismo-picker".into(),
        turn,
        who: None,
    };
    Harness::new(study, goto, size)
}

#[test]
fn a_session_opens_at_a_turn_with_its_events_folded() {
    for size in [(80, 24), (120, 40)] {
        let mut harness = reading(Some(12), size);
        assert_snapshot!(format!("folded_{}", size.0), harness.screen());
        assert_snapshot!(
            format!("unfolded_{}", size.0),
            harness.keys("Tab Tab Enter Tab Tab Enter").screen()
        );
    }
}

#[test]
fn turns_are_reached_by_number_and_by_who_typed_them() {
    let mut harness = reading(None, (80, 24));
    let at = |harness: &mut Harness, turn: &str| {
        let screen = harness.screen();
        assert!(screen.contains(&format!("turn {turn} of 19")), "{screen}");
    };
    at(&mut harness, "1");
    harness.keys("t 1 x 2 Enter");
    at(&mut harness, "12");
    harness.keys("u");
    at(&mut harness, "13");
    harness.keys("U U");
    at(&mut harness, "9");
    harness.keys(": 9 9 9 Enter");
    at(&mut harness, "19");
}

#[test]
fn a_hit_in_a_fold_unfolds_it_and_the_place_outlives_the_program() {
    let mut harness = reading(Some(8), (80, 24));
    assert!(!harness.screen().contains("nan\n"));
    harness.keys("/").type_text("takes in every nan");
    harness.keys("Enter");
    let found = harness.screen();
    assert!(
        found.contains("takes in every nan") && found.contains("▾ tool Edit"),
        "{found}"
    );
    let goto = Goto::Session {
        session: "demo-seismo-picker".into(),
        turn: None,
        who: None,
    };
    assert_eq!(harness.kill(goto).screen(), found);
}
