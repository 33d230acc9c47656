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
            ..Place::default()
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

/// An agent's turn with thinking, a sub-agent that uses a tool, and words around them.
fn eventful() -> Turn {
    let text = "Let me look.\n\nHm, the parser.\n\nHelper: reading.\n$ cat parser.rs\nfn parse() {}\n\
                Helper: read.\n\nIt is the parser.";
    let event = |kind: &str, name: &str, part: &str| {
        let at = text.find(part).unwrap();
        json!({"event": kind, "name": name, "at": [at, at + part.len()]})
    };
    let tools = vec![
        event("thinking", "deep", "Hm, the parser."),
        event(
            "sub_agent",
            "Explore",
            "Helper: reading.\n$ cat parser.rs\nfn parse() {}\nHelper: read.",
        ),
        event("tool", "Bash", "$ cat parser.rs\nfn parse() {}"),
    ];
    Turn {
        tools,
        ..turn(2, text)
    }
}

#[test]
fn folds_open_one_by_one_and_all_at_once() {
    let mut reader = Transcript::new(vec![turn(1, "Why?"), eventful()], Vec::new());
    let mut after = |commands: &[Command]| {
        for command in commands {
            reader.update(command.clone());
        }
        shown(&mut reader, 60, 16)
    };
    let folded = after(&[]);
    assert_snapshot!("folded_60x16", folded);
    let sub = after(&[Command::NextFold, Command::NextFold, Command::Fold]);
    assert!(
        sub.contains("▾ sub-agent Explore") && sub.contains("▸ tool Bash"),
        "{sub}"
    );
    assert!(!sub.contains("fn parse"));
    assert_snapshot!("unfolded_60x16", after(&[Command::FoldAll]));
    assert_eq!(after(&[Command::FoldAll]).matches('▸').count(), 2);
    let again = after(&[
        Command::NextFold,
        Command::PrevFold,
        Command::Fold,
        Command::Fold,
    ]);
    let rows = |screen: &str| screen.split_once('\n').unwrap().1.to_owned();
    assert_eq!(rows(&again), rows(&folded));
}

#[test]
fn folds_that_hold_a_quote_or_a_hit_open_by_themselves() {
    let turns = || vec![turn(1, "Why?"), eventful()];
    let mark = mark_on(&eventful(), "fn parse() {}", "quote 1 exact");
    let mut reader = Transcript::new(turns(), vec![mark]);
    let opened = shown(&mut reader, 60, 16);
    assert!(
        opened.contains("fn parse() {}") && opened.contains("▸ thinking"),
        "{opened}"
    );
    // Also when they were folded by hand.
    for command in [Command::NextFold, Command::NextFold, Command::Fold] {
        reader.update(command);
    }
    assert!(!shown(&mut reader, 60, 16).contains("fn parse"));
    reader.update(Command::NextMark);
    assert_eq!(shown(&mut reader, 60, 16).matches("fn parse").count(), 1);

    let mut reader = Transcript::new(turns(), Vec::new());
    reader.update(Command::Search("parse".into()));
    let first = shown(&mut reader, 60, 16);
    assert!(
        first.contains("Hm, the parser.") && first.contains("· 2 found"),
        "{first}"
    );
    reader.update(Command::NextHit);
    assert!(shown(&mut reader, 60, 16).contains("$ cat parser.rs"));
}

#[test]
fn an_agents_long_turn_folds_and_what_is_read_stays_in_place() {
    let long: String = (1..=900).map(|n| format!("line {n} of many\n")).collect();
    let turns = vec![turn(1, "Go on."), turn(2, long), turn(3, "Thanks.")];
    let mut reader = Transcript::new(turns, Vec::new());
    reader.prepare(60, 12);
    reader.update(Command::Search("line 450 ".into()));
    reader.update(Command::Search(String::new()));
    // Its row is far above: the key folds what the screen is full of.
    reader.update(Command::Fold);
    let folded = shown(&mut reader, 60, 12);
    assert!(
        folded.contains("▸ ") && folded.contains("lines of this turn"),
        "{folded}"
    );
    assert!(
        !folded.contains("line 450 ") && folded.contains("line 860 of many"),
        "{folded}"
    );
    reader.update(Command::Fold);
    assert!(shown(&mut reader, 60, 12).contains("▾ "));
}

#[test]
fn a_diff_can_be_read_without_colour() {
    let text = "Done:\n\n```diff\n@@ -1,2 +1,2 @@\n let a = 1;\n-let b = a_name_that_is_rather_long(1, 2, 3);\n\
                +let b = another_name_that_is_rather_long(1, 2, 3);\n```\n";
    let mut reader = Transcript::new(vec![turn(2, text)], Vec::new());
    let buffer = drawn(&mut reader, 40, 14);
    assert_snapshot!(
        "diff_40x14",
        screen::text(&buffer) + &screen::modifiers(&buffer)
    );
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
        let text = format!("{text}needle{text}the-end");
        let turns = vec![turn(1, "short"), turn(2, text)];
        let marks = vec![mark_on(&turns[1], "needle", "quote 1 exact")];
        let mut reader = Transcript::new(turns, marks);
        reader.prepare(80, 40);
        for (command, seen) in [
            (Command::Bottom, "the-end"),
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

/// Events anywhere in a short text.
fn events() -> impl Strategy<Value = Vec<serde_json::Value>> {
    let event = (0..4usize, 0..60usize, 1..40usize).prop_map(|(kind, at, length)| {
        let kind = ["tool", "thinking", "sub_agent", "system"][kind];
        json!({"event": kind, "name": "Bash", "at": [at, at + length]})
    });
    proptest::collection::vec(event, 0..4)
}

fn command() -> impl Strategy<Value = Command> {
    use Command::*;
    prop_oneof![
        proptest::sample::select(vec![
            LineUp, LineDown, PageUp, PageDown, Top, Bottom, NextTurn, PrevTurn, NextMark,
            PrevMark, NextHit, PrevHit, NextUser, PrevUser, NextFold, PrevFold, Fold, FoldAll,
        ]),
        (0..12u32).prop_map(ToTurn),
        "[a-e你]{0,2}".prop_map(Search),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_way_through_any_session_shows_full_screens_that_can_be_left_and_found_again(
        texts in proptest::collection::vec((messy(), events()), 0..8),
        marks in proptest::collection::vec((0..9u32, any::<proptest::sample::Index>(), 0..20usize), 0..4),
        steps in proptest::collection::vec((command(), 0..40u16, 0..14u16), 1..16),
    ) {
        let turns = (1..).zip(texts).map(|(number, (text, tools))| Turn { tools, ..turn(number, text) });
        let turns: Vec<Turn> = turns.collect();
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
            reader.restore(place.clone());
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

/// Run in release: `cargo test --release --lib transcript::tests::frames -- --ignored --nocapture`.
#[test]
#[ignore = "measures time, which means something in release only"]
fn frames_of_huge_sessions_stay_under_16_ms() {
    use std::time::Instant;
    let many = || -> Vec<Turn> {
        let text = "Some words of a turn, as they are said. ".repeat(12);
        (1..=5_000)
            .map(|n| {
                let tool = format!("$ cargo test {n}\n{}", "output of a tool\n".repeat(40));
                let code = format!("{text}\n{tool}\n```diff\n-{n}\n+{text}\n```\n");
                let at = text.chars().count() + 1;
                let tools = json!({"event": "tool", "name": "Bash", "at": [at, at + tool.len()]});
                let tools = if n % 2 == 0 { vec![tools] } else { Vec::new() };
                Turn {
                    tools,
                    ..turn(n, code)
                }
            })
            .chain([turn(5_001, "the very rare word")])
            .collect()
    };
    let line = "A line of some forty characters, or so.\n";
    let big = |line: &str| {
        vec![
            turn(1, "Go."),
            turn(
                2,
                line.repeat(5_000_000 / line.len()) + "the very rare word",
            ),
        ]
    };
    let sessions = [
        ("5,001 turns", many()),
        ("5 MB in lines", big(line)),
        ("5 MB in one line", big(&line.replace('\n', " "))),
        (
            "5 MB of Chinese",
            big("整理接入文档和处理建议，这个不是我要的。"),
        ),
        ("5 MB of Cyrillic", big("Пожалуйста, не трогай тесты. ")),
        ("5 MB of fences", big("```rust\nlet x = 1;\n```\n")),
        ("5 MB base64", big("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo")),
    ];
    let mut slow = Vec::new();
    for (name, turns) in sessions {
        let bytes: usize = turns.iter().map(|turn| turn.text.len()).sum();
        let mut time = |what: &str, act: &mut dyn FnMut()| {
            let start = Instant::now();
            act();
            let took = start.elapsed().as_secs_f64() * 1000.0;
            println!("{name:18} {bytes:>9} bytes {what:22} {took:8.2} ms");
            if took > 16.0 && what != "search, any case" {
                slow.push(format!("{name}: {what} {took:.1} ms"));
            }
        };
        let mut reader = None;
        let mut turns = Some(turns);
        time("open and draw", &mut || {
            let mut opened = Transcript::new(turns.take().unwrap(), Vec::new());
            drawn(&mut opened, 120, 40);
            reader = Some(opened);
        });
        let mut reader = reader.unwrap();
        for (what, command) in [
            ("jump to end", Command::Bottom),
            ("page up", Command::PageUp),
            ("page down", Command::PageDown),
            ("line up", Command::LineUp),
            ("search a rare word", Command::Search("rare word".into())),
            ("search, any case", Command::Search("РЕДКОЕ слово".into())),
            ("search what is all over", Command::Search("o".into())),
            ("next hit", Command::NextHit),
            ("next fold", Command::NextFold),
            ("fold", Command::Fold),
            ("fold all", Command::FoldAll),
            ("fold all again", Command::FoldAll),
            ("top", Command::Top),
            ("bottom again", Command::Bottom),
        ] {
            time(what, &mut || {
                reader.update(command.clone());
                drawn(&mut reader, 120, 40);
            });
        }
        time("resize at the end", &mut || {
            drawn(&mut reader, 80, 24);
        });
        let mut worst: f64 = 0.0;
        for step in 0..300 {
            let start = Instant::now();
            let command = [Command::PageUp, Command::LineUp, Command::PrevTurn][step % 3].clone();
            reader.update(command);
            drawn(&mut reader, 80, 24);
            worst = worst.max(start.elapsed().as_secs_f64() * 1000.0);
        }
        println!("{name:18} worst of 300 steps up {worst:8.2} ms");
        if worst > 16.0 {
            slow.push(format!("{name}: step {worst:.1} ms"));
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}
