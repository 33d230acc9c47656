use insta::assert_snapshot;
use serde_json::Value;

use super::Rules;
use crate::{
    domain::codebook::samples,
    tui::{effects::Goto, harness::Harness, screens::Event, theme::Theme, widgets::screen},
    workflow::Study,
};

fn open(size: (u16, u16)) -> Harness {
    let goto = Goto::Codebook {
        task: Some("misalignment".into()),
    };
    Harness::new(Study::demo_in_memory().unwrap(), goto, size)
}

#[test]
fn the_rules_are_drawn_at_80_and_at_120_columns() {
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40))] {
        let mut screen = open(size);
        assert_snapshot!(format!("about_{name}"), screen.screen());
        screen.keys("j j /").type_text("developer").keys("Enter .");
        assert_snapshot!(format!("search_{name}"), screen.screen());
    }
}

#[test]
fn a_search_goes_round_through_all_questions_and_says_when_nothing_is_found() {
    let mut screen = open((80, 24));
    screen.keys("/").type_text("RS2").keys("Enter");
    let first = screen.screen();
    assert!(first.contains("/RS2 (1 of "), "{first}");
    let count: usize = first
        .split_once("(1 of ")
        .and_then(|(_, rest)| rest.split_once(')'))
        .unwrap()
        .0
        .parse()
        .unwrap();
    for _ in 0..count {
        screen.keys(".");
        assert!(screen.screen().contains("RS2"));
    }
    assert_eq!(screen.screen(), first);
    screen.keys("/").type_text("qqq").keys("Enter");
    assert!(screen.screen().contains("\"qqq\" is not in these rules"));
}

#[test]
fn a_codebook_of_another_shape_is_shown_whole() {
    let codebook = std::sync::Arc::new(samples::fieldnotes());
    for (width, height) in [(60, 14), (80, 23), (120, 39)] {
        let mut rules = Rules::new(vec![codebook.clone()], None, Value::Null);
        let mut shown = String::new();
        for _ in 0..=codebook.axes.len() {
            for _ in 0..40 {
                let buffer = screen::draw(width, height, |frame| {
                    rules.prepare(frame.area(), &Theme::plain());
                    rules.view(frame, frame.area(), &Theme::plain());
                });
                shown += &screen::text(&buffer);
                rules.update(Event::Command(crate::tui::keymap::Command::Right));
                rules.update(Event::Command(crate::tui::keymap::Command::Right));
            }
            rules.update(Event::Command(crate::tui::keymap::Command::Down));
        }
        for axis in &codebook.axes {
            for code in axis.codes.iter().filter(|code| code.pattern.is_none()) {
                assert!(shown.contains(&*code.key), "{}", code.key);
            }
        }
    }
}
