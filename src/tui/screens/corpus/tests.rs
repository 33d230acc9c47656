use insta::assert_snapshot;

use crate::{
    tui::{effects::Goto, harness::Harness},
    workflow::Study,
};

#[test]
fn the_corpus_is_drawn_at_80_and_at_120_columns_and_scrolls_to_its_end() {
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40))] {
        let study = Study::demo_in_memory().unwrap();
        let mut screen = Harness::new(study, Goto::Home { who: None }, size);
        screen.keys("Esc o");
        assert_snapshot!(format!("top_{name}"), screen.screen());
        screen.keys("G");
        assert_snapshot!(format!("end_{name}"), screen.screen());
        screen.restart();
        assert_snapshot!(format!("end_{name}"), screen.screen());
    }
}
