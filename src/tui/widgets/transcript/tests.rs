use insta::assert_snapshot;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use serde_json::{Map, json};

use super::*;
use crate::{
    domain::session::Role,
    tui::{text::tests::messy, theme::Theme, widgets::screen},
};

fn turn(number: u32, text: impl Into<String>) -> Turn {
    let role = if number % 2 == 1 {
        Role::User
    } else {
        Role::Agent
    };
    Turn {
        number,
        role,
        kind: None,
        text: text.into(),
        at: None,
        tools: Vec::new(),
        extra: Map::new(),
    }
}

fn one(range: Range<usize>) -> Vec<Range<usize>> {
    vec![range]
}

fn mark_on(turn: &Turn, quote: &str, label: &str) -> Mark {
    let start = turn.text.find(quote).unwrap();
    Mark {
        turn: turn.number,
        ranges: one(start..start + quote.len()),
        label: label.to_owned(),
    }
}

fn drawn(reader: &mut Transcript, width: u16, height: u16) -> Buffer {
    reader.prepare(width, height);
    screen::draw(width, height, |frame| {
        let area = frame.area();
        reader.view(frame, area, &Theme::plain());
    })
}

fn shown(reader: &mut Transcript, width: u16, height: u16) -> String {
    screen::text(&drawn(reader, width, height))
}

/// A session with every kind of text that is hard to show.
fn session() -> Transcript {
    let mut turns = vec![
        turn(
            1,
            "Please fix the build.\r\n\r\nIt says:\n```text\n\u{1b}[31merror\u{1b}[0m:\tcannot find \
             `foo`\n\u{1b}]0;owned\u{7}  --> src/main.rs:3\n```\nDo NOT touch the tests!",
        ),
        turn(
            2,
            format!(
                "I looked at the build. {}\n\n- first\n- second\n\n```rust\nfn main() {{\n\tlet x = \
                 1;\n\n\tprintln!(\"{{x}}\");\n}}\n```\n\nAll done \u{1f389}, I also updated the \
                 tests.",
                "The error comes from a name that was removed last week. ".repeat(3)
            ),
        ),
        turn(3, "/clear"),
        turn(
            4,
            "整理接入文档和处理建议，这个不是我要的。再来一次吧！整理接入文档和处理建议，这个不是我要的。再来一次吧！\n\
             אני לא ביקשתי לשנות את הבדיקות\nهذا ليس ما طلبته\n👩‍👩‍👧‍👦 family, 🇩🇪 flag, e\u{301} accent, 한국어\n\
             nul \0, bell \u{7}, override \u{202e}drawkcab\u{202c}, zero\u{200b}width",
        ),
        turn(5, "  \n"),
        turn(6, "Sorry about the tests: I put them back."),
    ];
    turns[0].at = Some("2025-06-04T00:56:00Z".to_owned());
    turns[1].tools = vec![json!({"name": "edit"}), json!({"name": "run"})];
    turns[2].kind = Some("command".to_owned());
    let marks = vec![
        mark_on(&turns[0], "Do NOT touch the tests!", "quote 1 exact"),
        mark_on(
            &turns[1],
            "removed last week. The error comes from a name",
            "quote 2 exact",
        ),
        mark_on(
            &turns[3],
            "这个不是我要的。再来一次吧！\nאני",
            "quote 3 normalised",
        ),
        Mark {
            turn: 3,
            ranges: Vec::new(),
            label: "quote 4 not found".to_owned(),
        },
        Mark {
            turn: 99,
            ranges: one(0..4),
            label: "quote 5 not found".to_owned(),
        },
    ];
    Transcript::new(turns, marks)
}

#[test]
fn a_session_opens_at_its_beginning() {
    let mut reader = session();
    assert_snapshot!("beginning_80x24", shown(&mut reader, 80, 24));
    assert_snapshot!("beginning_120x40", shown(&mut reader, 120, 40));
}

#[test]
fn a_quote_is_centred_and_set_off_without_colour() {
    let mut reader = session();
    reader.prepare(80, 24);
    reader.open_at(2);
    let buffer = drawn(&mut reader, 80, 24);
    assert_snapshot!("quote_80x24", screen::text(&buffer));
    assert_snapshot!("quote_modifiers_80x24", screen::modifiers(&buffer));
    assert_snapshot!("quote_120x40", shown(&mut reader, 120, 40));
}

#[test]
fn hits_are_set_off_and_visited_round_and_round() {
    let mut reader = session();
    reader.prepare(64, 9);
    reader.update(Command::Search("TESTS".to_owned()));
    let buffer = drawn(&mut reader, 64, 9);
    assert_snapshot!(
        "search_64x9",
        screen::text(&buffer) + &screen::modifiers(&buffer)
    );
    let steps = [
        Command::NextHit,
        Command::NextHit,
        Command::NextHit,
        Command::PrevHit,
    ];
    for (step, at) in steps.into_iter().zip([2, 3, 1, 3]) {
        reader.update(step);
        assert!(reader.title().ends_with(&format!("/TESTS ({at} of 3)")));
    }
    assert!(shown(&mut reader, 64, 9).contains("Sorry about the tests"));
    reader.update(Command::Search("nowhere".to_owned()));
    assert!(shown(&mut reader, 64, 9).contains("/nowhere (not found)"));
    reader.update(Command::Search(String::new()));
    assert!(!shown(&mut reader, 64, 9).contains('/'));
}

#[test]
fn marks_are_visited_in_the_order_given() {
    let mut reader = session();
    reader.prepare(80, 10);
    let steps = [
        Command::PrevMark,
        Command::PrevMark,
        Command::NextMark,
        Command::NextMark,
    ];
    let titles = steps.map(|step| {
        reader.update(step);
        reader.title()
    });
    assert_eq!(
        titles,
        [
            "turn 1 of 6 · USER   quote 5 not found (5 of 5) · the session has no turn 99",
            "turn 3 of 6 · USER   quote 4 not found (4 of 5)",
            "turn 3 of 6 · USER   quote 5 not found (5 of 5) · the session has no turn 99",
            "turn 1 of 6 · USER   quote 1 exact (1 of 5)",
        ]
    );
}

#[test]
fn turns_are_reached_by_number_and_one_by_one_even_at_the_end() {
    let mut reader = session();
    reader.prepare(80, 12);
    let mut at = |command| {
        reader.update(command);
        reader.turns()[reader.turn()].number
    };
    assert_eq!(at(Command::ToTurn(4)), 4);
    assert_eq!(at(Command::NextTurn), 5);
    assert_eq!(at(Command::NextTurn), 6);
    assert_eq!(at(Command::NextTurn), 6);
    assert_eq!(at(Command::PrevTurn), 5);
    assert_eq!(at(Command::ToTurn(70)), 6);
    assert_eq!(at(Command::ToTurn(1)), 1);
    at(Command::LineDown);
    assert_eq!(at(Command::PrevTurn), 1);
    assert_eq!(
        reader.place(),
        Some(Place {
            turn: 1,
            byte: None,
            gap: false,
            focus: Some(1),
            hit: None,
        })
    );
}

#[test]
fn the_pieces_of_a_quote_are_set_off_and_what_lies_between_is_not() {
    let turns = vec![turn(1, "one two three four five")];
    let mark = Mark {
        turn: 1,
        ranges: vec![0..3, 14..18],
        label: "quote 1 in pieces".to_owned(),
    };
    let mut reader = Transcript::new(turns, vec![mark]);
    reader.prepare(60, 6);
    reader.open_at(0);
    let buffer = drawn(&mut reader, 60, 6);
    let y = (0..6).find(|y| buffer[(3, *y)].symbol() == "o").unwrap();
    let set_off: String = (3..26)
        .filter(|x| buffer[(*x, y)].style() != buffer[(6, y)].style())
        .map(|x| buffer[(x, y)].symbol())
        .collect();
    assert_eq!(set_off, "onefour");
}

#[test]
fn marks_that_do_not_fit_their_turn_mark_it_as_a_whole() {
    let marks = [one(0..99), one(1..2), vec![0..3, 5..9]].map(|ranges| Mark {
        turn: 1,
        ranges,
        label: "quote".to_owned(),
    });
    let reader = Transcript::new(vec![turn(1, "你好")], marks.to_vec());
    assert!(reader.marks().iter().all(|mark| mark.ranges.is_empty()));
}

#[test]
fn a_session_without_turns_says_so() {
    let mut reader = Transcript::new(Vec::new(), Vec::new());
    for command in [
        Command::Bottom,
        Command::NextTurn,
        Command::Search("x".to_owned()),
    ] {
        reader.update(command);
    }
    reader.open_at(0);
    assert_eq!(reader.place(), None);
    assert!(shown(&mut reader, 40, 3).contains("This session has no turns."));
}

#[test]
fn a_frame_of_a_long_session_wraps_only_turns_near_the_screen() {
    let turns: Vec<Turn> = (1..=5_000)
        .map(|n| turn(n, format!("Turn {n} has a few words. ").repeat(8)))
        .collect();
    let marks = vec![mark_on(&turns[3_333], "Turn 3334 has", "quote 1 exact")];
    let mut reader = Transcript::new(turns, marks);
    for command in [
        Command::NextMark,
        Command::ToTurn(2_500),
        Command::Bottom,
        Command::Top,
    ] {
        reader.rows.set_width(1);
        reader.prepare(80, 40);
        reader.rows.set_width(1);
        reader.rows.set_width(76);
        reader.update(command.clone());
        let (turns, _) = reader.rows.wrapped();
        assert!(
            (1..=40).contains(&turns),
            "{turns} turns were wrapped for {command:?}"
        );
    }
    reader.update(Command::Bottom);
    assert!(shown(&mut reader, 80, 40).contains("Turn 5000 has a few words."));
}

#[test]
fn a_huge_turn_is_entered_anywhere_at_the_cost_of_a_few_blocks() {
    let line = "A line of some forty characters, or so.\n";
    let lines = line.repeat(5_000_000 / line.len());
    let one_line = lines.replace('\n', " ");
    for text in [lines, one_line] {
        let text = format!("{text}needle{text}the end");
        let turns = vec![turn(1, "short"), turn(2, text)];
        let marks = vec![mark_on(&turns[1], "needle", "quote 1 exact")];
        let mut reader = Transcript::new(turns, marks);
        reader.prepare(80, 40);
        for (command, seen) in [
            (Command::Bottom, "the end"),
            (Command::NextMark, "needle"),
            (Command::PageUp, "A line of some forty"),
            (Command::ToTurn(2), "TURN 2 · AGENT"),
        ] {
            reader.rows.set_width(1);
            reader.rows.set_width(76);
            reader.update(command.clone());
            let (_, blocks) = reader.rows.wrapped();
            assert!((1..=5).contains(&blocks), "{blocks} blocks for {command:?}");
            assert!(shown(&mut reader, 80, 40).contains(seen), "{command:?}");
        }
    }
}

#[test]
fn line_by_line_every_row_passes_once_in_either_direction() {
    let mut reader = session();
    reader.prepare(30, 4);
    let mut down = vec![reader.screen[0].id];
    while !reader.at_end {
        reader.update(Command::LineDown);
        down.push(reader.screen[0].id);
    }
    assert!(down.is_sorted_by(|a, b| a < b) && down.len() > 40);
    for top in down.iter().rev().skip(1) {
        reader.update(Command::LineUp);
        assert_eq!(reader.screen[0].id, *top);
    }
}

fn command() -> impl Strategy<Value = Command> {
    use Command::*;
    prop_oneof![
        proptest::sample::select(vec![
            LineUp, LineDown, PageUp, PageDown, Top, Bottom, NextTurn, PrevTurn, NextMark,
            PrevMark, NextHit, PrevHit,
        ]),
        (0..12u32).prop_map(ToTurn),
        "[a-e你]{0,2}".prop_map(Search),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_way_through_any_session_shows_full_screens_that_can_be_left_and_found_again(
        texts in proptest::collection::vec(messy(), 0..8),
        marks in proptest::collection::vec((0..9u32, any::<proptest::sample::Index>(), 0..20usize), 0..4),
        steps in proptest::collection::vec((command(), 0..40u16, 0..14u16), 1..16),
    ) {
        let turns: Vec<Turn> = (1..).zip(texts).map(|(number, text)| turn(number, text)).collect();
        let marks = marks.into_iter().map(|(number, start, len)| {
            let text = turns.get(number as usize).map_or("", |turn| &turn.text);
            let start = start.index(text.len() + 1);
            Mark { turn: number + 1, ranges: one(start..start + len), label: "quote".to_owned() }
        });
        let marks = marks.collect();
        let mut reader = Transcript::new(turns, marks);
        for (command, width, height) in steps {
            drawn(&mut reader, width, height);
            let marked = matches!(command, Command::NextMark | Command::PrevMark);
            reader.update(command);
            drawn(&mut reader, width, height);
            if reader.turns().is_empty() {
                continue;
            }
            let from_top = reader.screen[0].id == reader.rows.first();
            prop_assert!(reader.screen.len() == reader.height || (from_top && reader.at_end));
            let here = reader.mark().map(|mark| reader.marks()[mark].clone());
            if let Some((turn, range)) = here.filter(|_| marked).and_then(|m| Some((m.turn, m.span()?))) {
                let row = reader.rows.find(Spot::byte(turn as usize - 1, range.start));
                prop_assert!(reader.screen.iter().any(|shown| shown.id == row));
            }
            let ids = |reader: &Transcript| -> Vec<RowId> {
                reader.screen.iter().map(|shown| shown.id).collect()
            };
            let screen = ids(&reader);
            let place = reader.place().unwrap();
            let top = reader.screen[0].line.clone();
            reader.update(Command::Bottom);
            reader.restore(place);
            if top != Line::Gap {
                prop_assert_eq!(ids(&reader), screen);
            }
        }
    }

    #[test]
    fn a_change_of_size_keeps_the_text_at_the_top(text in messy(), to in 4..60u16) {
        let text = text.repeat(20) + "end";
        let mut reader = Transcript::new(vec![turn(1, text)], Vec::new());
        reader.prepare(20, 2);
        for _ in 0..9 {
            reader.update(Command::LineDown);
        }
        let place = reader.place();
        reader.prepare(to, 2);
        reader.prepare(20, 2);
        prop_assert_eq!(reader.place(), place);
    }
}
