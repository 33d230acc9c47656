use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{
    domain::{
        answers::Answers,
        batch::Purpose,
        ids::UnitKey,
        label::{Basis, Content, State},
    },
    tui::{effects::Goto, harness::Harness},
    workflow::{Study, adjudicate::swapped, sample::Plan, samples},
};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

/// A tier apart, a parent apart whose children agree, nothing apart, a symptom apart, and a
/// resolution apart.
const UNITS: [&str; 5] = [
    "s-001#M001",
    "s-001#M002",
    "s-001#M003",
    "s-002#M001",
    "s-002#M002",
];

fn usual() -> Value {
    json!({
        "symptom": ["S1"], "cause": [{"code": "C6", "evidence_tier": "direct"}],
        "damage_severity": "DS1", "damage_locus": null, "resolution_status": "RS2", "resolver": null,
    })
}

fn but(changes: Value) -> Value {
    let mut answers = usual();
    for (axis, answer) in changes.as_object().unwrap() {
        answers[axis] = answer.clone();
    }
    answers
}

/// ana says the usual unless told otherwise; ben differs as `UNITS` says; cyd is like ben.
fn said(unit: usize, ana: bool) -> Value {
    match (unit, ana) {
        (0, false) => but(json!({"cause": [{"code": "C6", "evidence_tier": "contextual"}]})),
        (1, true) => but(json!({"damage_severity": "DS2", "damage_locus": "DL1"})),
        (1, false) => but(json!({"damage_severity": "DS3", "damage_locus": "DL1"})),
        (3, false) => but(json!({"symptom": [{"code": "S8", "text": "答非所问 all the time"}]})),
        (4, false) => but(json!({"resolution_status": "RS1", "resolver": "RV1"})),
        _ => usual(),
    }
}

fn locked(raters: &[&str]) -> Study {
    let mut study = samples::empty();
    samples::fill(&mut study);
    study
        .sample(&Plan {
            name: "round-1".into(),
            task: "misalignment".into(),
            n: 5,
            seed: 7,
            annotators: raters.iter().map(|name| (*name).to_owned()).collect(),
            purpose: Purpose::Evaluation,
            whole_frame: true,
            units: Some(UNITS.iter().map(|unit| UnitKey::from(*unit)).collect()),
            ..Plan::default()
        })
        .unwrap();
    for rater in raters {
        let desk = study.desk("round-1", rater).unwrap();
        for (place, unit) in UNITS.iter().enumerate() {
            // cyd has not seen the last unit.
            if (*rater, place) == ("cyd", 4) {
                continue;
            }
            let answers = said(place, *rater == "ana");
            let answers = answers.as_object().unwrap();
            let marked = (*rater, place) == ("ben", 3);
            let content = Content {
                answers: Answers::from_json(&desk.codebook, answers).unwrap().answers,
                note: marked.then(|| "Either would do for me.".into()),
                flags: marked
                    .then(|| "not a real episode".into())
                    .into_iter()
                    .collect(),
                unsure: marked,
                ..Content::default()
            };
            let matter = study
                .matter(desk.codebook.unit, &UnitKey::from(*unit))
                .unwrap();
            study.submit(&desk, &matter, &content, 1.0).unwrap();
        }
    }
    let why = (raters.len() > 2).then_some("cyd is ill");
    study.lock("round-1", "cho", why).unwrap();
    study
}

fn goto() -> Goto {
    Goto::Adjudicate {
        batch: "round-1".into(),
        who: "cho".into(),
    }
}

fn at(size: (u16, u16)) -> Harness {
    Harness::new(locked(&["ana", "ben"]), goto(), size)
}

/// The key that takes the answer of ana, or of ben.
fn letter(unit: usize, ana: bool) -> &'static str {
    if swapped(&UnitKey::from(UNITS[unit])) == ana {
        "B"
    } else {
        "A"
    }
}

#[test]
fn the_adjudicator_reads_second_thoughts_under_the_annotators_letter() {
    let mut study = locked(&["ana", "ben"]);
    let unit = UnitKey::from(UNITS[0]);
    let desk = study.desk("round-1", "ana").unwrap();
    study.think_again(&desk, &unit, "it was a plan").unwrap();
    let mut harness = Harness::new(study, goto(), LARGE);
    let told = format!("{}  second thought: it was a plan", letter(0, true));
    for _ in UNITS {
        if harness.screen().contains(&told) {
            return;
        }
        harness.keys("]");
    }
    panic!("nowhere: {told}\n{}", harness.screen());
}

impl Harness {
    fn gold(&self, unit: usize) -> (State, Option<Basis>, Value) {
        let codebook = self.study.task("misalignment").unwrap().codebook.clone();
        let found = self
            .study
            .labels_of(
                &crate::workflow::sight::Viewer::named("cho"),
                "misalignment",
                UNITS[unit],
            )
            .unwrap()
            .into_iter()
            .find(|label| label.address.rater.is_gold());
        let content = found.map(|label| label.content).unwrap_or_default();
        let answers = Value::Object(content.answers.to_json(&codebook));
        (content.state, content.basis, answers)
    }

    #[track_caller]
    fn shows(&mut self, words: &str) -> &mut Self {
        let screen = self.screen();
        assert!(screen.contains(words), "no \"{words}\" in\n{screen}");
        self
    }

    #[track_caller]
    fn hides(&mut self, words: &str) -> &mut Self {
        let screen = self.screen();
        assert!(!screen.contains(words), "\"{words}\" in\n{screen}");
        self
    }
}

#[test]
fn the_screens() {
    for (name, size) in [("80", SMALL), ("120", LARGE)] {
        let mut harness = at(size);
        assert_snapshot!(format!("dispute_{name}"), harness.screen());
        harness.keys("]");
        harness.keys(letter(1, true));
        assert_snapshot!(format!("child_filled_{name}"), harness.screen());
        harness.keys("N");
        assert_snapshot!(format!("text_and_remarks_{name}"), harness.screen());
        harness.keys("5 Enter R");
        harness.type_text("A both-sided slip.");
        assert_snapshot!(format!("reason_{name}"), harness.screen());
        harness.keys("Esc [");
        assert_snapshot!(format!("unanimous_{name}"), harness.screen());
        harness.keys("g");
        assert_snapshot!(format!("units_{name}"), harness.screen());
        let mut three = Harness::new(locked(&["ana", "ben", "cyd"]), goto(), size);
        three.keys("W [ ]");
        assert_snapshot!(format!("three_{name}"), three.screen());
    }
}

#[test]
fn a_dispute_about_a_tier_alone_is_settled_in_two_keys() {
    let mut harness = at(LARGE);
    harness.shows("≠ Cause").shows("1 thing is open");
    harness
        .keys(letter(0, false))
        .shows("Complete. Enter saves");
    harness.keys("Enter").shows("unit 2 of 5");
    let (state, basis, answers) = harness.gold(0);
    assert_eq!((state, basis), (State::Submitted, Some(Basis::Adjudicated)));
    assert_eq!(answers, said(0, false));
}

#[test]
fn a_settled_parent_fills_its_agreed_child_and_clears_it_again() {
    let mut harness = at(LARGE);
    harness.keys("]").keys(letter(1, true));
    harness.shows("Damage locus filled in: the annotators agree.");
    assert_eq!(harness.gold(1).2, said(1, true));
    harness.keys("k k k k k k");
    while !harness.screen().contains("DS0  None ") {
        harness.keys("k");
    }
    harness
        .keys("0")
        .shows("Damage locus does not apply any more");
    assert_eq!(harness.gold(1).2["damage_locus"], Value::Null);
    harness.shows("a reason is needed");
    harness.keys("u");
    assert_eq!(harness.gold(1).2, said(1, true));
}

#[test]
fn an_agreed_axis_that_is_cleared_stays_clear() {
    let mut harness = at(SMALL);
    harness.keys("BackTab 1");
    assert_eq!(harness.gold(0).2["symptom"], Value::Null);
    harness
        .keys("U")
        .shows("Filled in what the annotators agree on");
    assert_eq!(harness.gold(0).2["symptom"], json!(["S1"]));
}

#[test]
fn annotators_are_masked_until_their_unit_is_saved() {
    let mut harness = at(LARGE);
    for unit in 0..5 {
        if unit == 2 {
            // Unanimous, so it is saved.
            harness.shows("A ").shows(" ana").shows(" ben");
        } else {
            harness.hides(" ana").hides(" ben");
        }
        harness.keys("]");
    }
    harness.keys("W").shows(" ana").shows(" ben");
    harness.keys("[").hides(" ana");
    let swaps: Vec<bool> = UNITS.map(|unit| swapped(&UnitKey::from(unit))).to_vec();
    assert!(swaps.contains(&true) && swaps.contains(&false), "{swaps:?}");
}

#[test]
fn a_reason_is_asked_for_exactly_where_gold_is_nobodys() {
    let mut harness = at(SMALL);
    harness.keys("N N").shows("unit 4 of 5");
    harness.keys("5").shows("none of the annotators says this");
    harness
        .keys("Enter")
        .shows("say why, then save")
        .shows("Reason");
    assert_eq!(harness.gold(3).0, State::Draft);
    harness.type_text("neither");
    harness.keys("Enter Enter");
    assert_eq!(harness.gold(3).0, State::Submitted);

    let mut harness = at(SMALL);
    harness.keys("N N").keys(letter(3, false)).keys("Enter");
    assert_eq!(harness.gold(3).2, said(3, false));
    assert_eq!(harness.gold(3).0, State::Submitted);
}

#[test]
fn everything_is_taken_from_one_annotator() {
    let mut harness = at(SMALL);
    harness.keys("] ] ] ]").keys("T").shows("everything from A");
    harness.keys(letter(4, false));
    assert_eq!(harness.gold(4).2, said(4, false));
    harness.keys("u T Esc B");
    harness.hides("everything from A");
}

#[test]
fn a_unanimous_unit_never_waits_and_can_be_opened_and_taken_back() {
    let mut harness = at(SMALL);
    harness
        .keys("g Tab")
        .shows("waiting for gold")
        .shows("4 of this kind");
    harness.hides("s-001#M003");
    harness
        .keys("Tab Tab")
        .shows("unanimous")
        .shows("1 of this kind");
    harness
        .keys("Enter")
        .shows("unit 3 of 5")
        .shows("· unanimous");
    harness.keys("2").shows("b takes it back");
    harness.keys("b");
    assert_eq!(harness.gold(2).0, State::Draft);
    harness.keys("] U").shows("unit 3 of 5");
    harness.keys("U");
    let (state, basis, _) = harness.gold(2);
    assert_eq!((state, basis), (State::Submitted, Some(Basis::Adjudicated)));
}

#[test]
fn an_undo_reaches_across_a_save() {
    let mut harness = at(SMALL);
    harness.keys("A Enter").shows("unit 2 of 5");
    harness.keys("u").shows("unit 1 of 5");
    assert_eq!(harness.gold(0).0, State::Draft);
    harness.keys("u").shows("≠ Cause");
    harness.keys("r r").shows("1 of 5");
    assert_eq!(harness.gold(0).0, State::Submitted);
}

/// Settles all disputes of the batch.
const ALL: &str = "A Enter A Enter A Enter T A Enter";

#[test]
fn when_the_last_unit_is_saved_the_screen_says_what_can_be_read() {
    for (name, size) in [("80", SMALL), ("120", LARGE)] {
        let mut harness = at(size);
        harness.keys("J").shows("stay hidden");
        harness.keys(ALL).shows("Gold of round-1 is complete.");
        assert_snapshot!(format!("complete_{name}"), harness.screen());
        harness.kill(goto());
        harness.shows("Gold of round-1 is complete.");
        harness.keys("f").hides("is complete.");
        harness.kill(goto());
        harness.keys("u").hides("is complete");
        harness.keys("Enter").shows("is complete");
        harness
            .keys("Esc b")
            .shows("Will be marked: the judge was in sight.");
        harness.keys("Enter Esc").shows("saved after the judge");
        harness.keys("g Enter J").shows("No judge has labelled");
    }
}

#[test]
fn killed_after_any_key_the_screen_is_the_one_before() {
    let story = "j BackTab 2 u r A u W T B R w h y Space n o t Left Left Esc n h m Enter f n o Enter m o n / n o \
                 Enter , Esc g Tab Tab Esc Enter ] A BackTab 1 Enter x Enter Enter D Esc ? Esc e Esc v PgDn z N A \
                 Enter T A Enter [ b u [ [ U T Esc N A Enter A Enter Enter Esc [ b J g Enter";
    for (raters, size) in [
        (&["ana", "ben"][..], SMALL),
        (&["ana", "ben"][..], LARGE),
        (&["ana", "ben", "cyd"][..], LARGE),
    ] {
        let mut harness = Harness::new(locked(raters), goto(), size);
        let mut before = String::new();
        for word in story.split_whitespace() {
            // There, Enter goes home.
            if word == "Enter" && before.contains("is complete") {
                continue;
            }
            harness.keys(word);
            let screen = harness.screen();
            harness.kill(goto());
            let again = harness.screen();
            let body = |screen: &str| {
                let mut lines: Vec<String> = screen.lines().map(str::to_owned).collect();
                lines.pop();
                lines.join("\n")
            };
            assert_eq!(body(&screen), body(&again), "after {word}\n{before}");
            before = screen;
        }
    }
}

#[test]
fn no_screen_is_too_small_to_draw() {
    let mut harness = Harness::new(locked(&["ana", "ben", "cyd"]), goto(), SMALL);
    for keys in ["W", "?", "Esc R", "Esc g", "Esc D", "Esc T", "B"] {
        harness.keys(keys);
        for width in [1, 30, 59, 60, 75, 76, 99, 130, 230] {
            for height in [1, 14, 15, 16, 20, 31, 36] {
                harness.size = (width, height);
                harness.screen();
            }
        }
    }
}
