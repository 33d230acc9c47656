use insta::assert_snapshot;

use crate::{
    domain::batch::Lock,
    tui::{effects::Goto, harness::Harness},
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
