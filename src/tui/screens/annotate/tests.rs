use insta::assert_snapshot;

use crate::{
    domain::label::State,
    tui::{effects::Goto, harness::Harness},
    workflow::samples,
};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

fn goto(batch: &str) -> Goto {
    Goto::Annotate {
        batch: batch.to_owned(),
        rater: "ana".to_owned(),
    }
}

fn at(batch: &str, size: (u16, u16)) -> Harness {
    Harness::new(samples::study(), goto(batch), size)
}

/// The screen of ana's at a unit of round-1, given by its key.
fn on(unit: &str, size: (u16, u16)) -> Harness {
    let mut harness = at("round-1", size);
    for _ in 0..5 {
        if harness.screen().contains(unit) {
            return harness;
        }
        harness.keys("]");
    }
    // The order is seeded, so the unit may lie before the first.
    while !harness.screen().contains(unit) {
        harness.keys("[");
    }
    harness
}

impl Harness {
    fn states(&self, batch: &str) -> Vec<(u32, Option<State>)> {
        let desk = self.study.desk(batch, "ana").unwrap();
        let rows = self.study.assigned_from(&desk, 1, 100).unwrap();
        rows.into_iter()
            .map(|row| (row.position, row.state))
            .collect()
    }
}

#[test]
fn the_typical_episode_takes_eight_keys() {
    let mut harness = at("round-1", SMALL);
    let keys = "3 Enter 6 d Enter 1 2 Enter";
    assert_eq!(keys.split(' ').count(), 8);
    harness.keys(keys);
    let states = harness.states("round-1");
    assert_eq!(states[0], (1, Some(State::Submitted)));
    let desk = harness.study.desk("round-1", "ana").unwrap();
    let first = harness.study.assigned_at(&desk, 1).unwrap().unwrap();
    let label = harness
        .study
        .annotation(&desk, &first.unit)
        .unwrap()
        .unwrap();
    let answers = serde_json::Value::Object(label.content.answers.to_json(&desk.codebook));
    assert_eq!(
        answers,
        serde_json::json!({
            "symptom": ["S3"], "cause": [{"code": "C6", "evidence_tier": "direct"}],
            "damage_severity": "DS1", "damage_locus": null,
            "resolution_status": "RS2", "resolver": null
        })
    );
    assert!(harness.screen().contains("unit 2 of 5 · 1 submitted"));
}

#[test]
fn the_screens_of_an_episode() {
    for (name, size) in [("80", SMALL), ("120", LARGE)] {
        let mut harness = on("s-001#M001", size);
        assert_snapshot!(format!("empty_{name}"), harness.screen());
        harness.keys("3 Enter 6 d Enter 2");
        assert_snapshot!(format!("half_filled_{name}"), harness.screen());
        harness.keys("BackTab BackTab BackTab 8");
        harness.type_text("a form that");
        assert_snapshot!(format!("violation_in_text_{name}"), harness.screen());
        harness.keys("Esc ?");
        assert_snapshot!(format!("help_{name}"), harness.screen());
        harness.keys("Esc n");
        harness.type_text("S8 was the second choice.");
        assert_snapshot!(format!("note_{name}"), harness.screen());
        harness.keys("Enter m f");
        harness.type_text("not a real episode");
        harness.keys("Enter o");
        assert_snapshot!(format!("session_{name}"), harness.screen());
        harness.keys("Esc g");
        assert_snapshot!(format!("units_{name}"), harness.screen());
    }
}

#[test]
fn the_screens_of_other_units() {
    for (name, size) in [("80", SMALL), ("120", LARGE)] {
        let mut harness = on("s-002#M001", size);
        harness.keys("v 2 4");
        assert_snapshot!(format!("cjk_{name}"), harness.screen());
        let mut harness = at("birds", size);
        harness.keys("c Enter");
        assert_snapshot!(format!("per_quote_{name}"), harness.screen());
        let mut harness = at("recall-1", size);
        harness.keys("1");
        assert_snapshot!(format!("session_unit_{name}"), harness.screen());
    }
}

#[test]
fn an_answer_that_does_not_apply_any_more_is_cleared_said_and_brought_back_by_one_undo() {
    let mut harness = at("round-1", LARGE);
    harness.keys("Tab Tab 2 1");
    let locus = |harness: &Harness| {
        let desk = harness.study.desk("round-1", "ana").unwrap();
        let unit = harness.study.assigned_at(&desk, 1).unwrap().unwrap().unit;
        let label = harness.study.annotation(&desk, &unit).unwrap().unwrap();
        let picks = label.content.answers.picks("damage_locus");
        picks.first().map(|pick| pick.code.to_string())
    };
    assert_eq!(locus(&harness).as_deref(), Some("DL1"));
    harness.keys("BackTab BackTab 1");
    assert_eq!(locus(&harness), None);
    assert!(
        harness
            .screen()
            .contains("Damage locus does not apply any more")
    );
    harness.keys("u");
    assert_eq!(locus(&harness).as_deref(), Some("DL1"));
    harness.keys("r");
    assert_eq!(locus(&harness), None);
}

#[test]
fn a_unit_is_put_off_submitted_and_taken_back() {
    let mut harness = at("round-1", SMALL);
    harness.keys("z");
    assert!(harness.screen().contains("unit 2 of 5"));
    harness.keys("3 Enter 7 Enter 1 2 Enter [");
    assert!(harness.screen().contains("submitted"));
    harness.keys("4");
    assert!(
        harness.screen().contains("b takes it back"),
        "{}",
        harness.screen()
    );
    harness.keys("b 4");
    assert_eq!(harness.states("round-1")[1].1, Some(State::Draft));
    harness.keys("u u");
    assert_eq!(harness.states("round-1")[1].1, Some(State::Submitted));
}

#[test]
fn sessions_stay_closed_where_the_evidence_alone_counts() {
    let mut harness = at("checks", SMALL);
    harness.keys("o");
    assert!(
        harness
            .screen()
            .contains("! checks is labelled from the evidence alone")
    );
}

#[test]
fn killed_after_any_key_the_screen_is_the_one_before() {
    let story = "3 Enter 6 d Enter 2 3 2 BackTab BackTab BackTab BackTab 8 n e w Space k i n d Left \
                 Left Esc u r n h m Ctrl-J ? Enter f n o Backspace Esc v PgDn o n / n o Enter , Esc g Tab \
                 Esc m e Esc ] 4 [ z ? Esc 1 Enter c Enter 1 1 2 Enter u b";
    for (batch, size) in [
        ("round-1", LARGE),
        ("birds", SMALL),
        ("checks", SMALL),
        ("recall-1", SMALL),
    ] {
        {
            let mut harness = at(batch, size);
            let mut before = String::new();
            for word in story.split_whitespace() {
                harness.keys(word);
                let screen = harness.screen();
                harness.kill(goto(batch));
                // Messages are for the moment: the last line may differ.
                let again = harness.screen();
                assert_eq!(
                    without_foot(&screen),
                    without_foot(&again),
                    "{batch} after {word}\n{before}"
                );
                before = screen;
            }
        }
    }
}

fn without_foot(screen: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = screen.lines().collect();
    lines.pop();
    lines
}

#[test]
fn no_screen_is_too_small_to_draw() {
    let mut harness = at("birds", SMALL);
    for keys in [
        "c", "Enter 1", "?", "Esc n", "Esc g", "Esc o", "Esc D", "Esc e",
    ] {
        harness.keys(keys);
        for width in [1, 30, 59, 60, 75, 76, 99, 130] {
            for height in [1, 14, 15, 16, 20, 31, 36] {
                harness.size = (width, height);
                harness.screen();
            }
        }
    }
}

#[test]
fn a_locked_batch_refuses_every_key_that_would_change_an_answer() {
    let mut harness = at("round-1", SMALL);
    harness.study.lock("round-1", "cho", Some("test")).unwrap();
    harness.keys("3");
    assert!(
        harness.screen().contains("was locked by cho"),
        "{}",
        harness.screen()
    );
    for key in ["3", "f", "m", "z", "b", "Space"] {
        harness.keys(key);
        assert!(
            harness.screen().contains("cho has locked"),
            "{key}\n{}",
            harness.screen()
        );
    }
    let unlabelled = |harness: &Harness| {
        let states = harness.states("round-1");
        states.iter().all(|(_, state)| state.is_none())
    };
    assert!(unlabelled(&harness));

    harness.keys("n").type_text("rather a plan");
    assert!(harness.screen().contains("Second thought"));
    harness.kill(goto("round-1")).keys("Enter");
    harness.kill(goto("round-1"));
    assert!(harness.screen().contains("second thought: rather a plan"));
    harness.keys("n Ctrl-W Ctrl-W Ctrl-W Enter");
    assert!(!harness.screen().contains("second thought:"));
    assert!(unlabelled(&harness));
}
