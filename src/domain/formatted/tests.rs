use proptest::prelude::*;
use serde_json::Map;

use super::*;
use crate::domain::{episode::TurnLabel, ids::SessionId};

fn session(turns: Vec<(Role, String)>) -> Session {
    let turns = (1..).zip(turns).map(|(number, (role, text))| Turn {
        number,
        role,
        kind: None,
        text,
        at: None,
        tools: Vec::new(),
        extra: Map::new(),
    });
    Session {
        id: SessionId::from("s-1"),
        repository: Some("owner/name".into()),
        source: None,
        modality: Some("cli".into()),
        agent: None,
        started_at: Some("2025-06-04T00:56:00Z".into()),
        license: None,
        aliases: Vec::new(),
        turns: turns.collect(),
        extra: Map::new(),
    }
}

fn bands(bands: &[(Option<usize>, usize)]) -> Result<Bands, String> {
    let bands = bands.iter().map(|(turns, characters)| Band {
        turns: *turns,
        characters: *characters,
    });
    Bands::new("7".into(), bands.collect())
}

#[test]
fn a_session_reads_like_this() {
    let mut told = session(vec![
        (Role::User, "Do NOT touch the tests!\r\n".into()),
        (Role::Agent, "0123456789αβγδε".into()),
        (Role::User, "/clear".into()),
        (Role::Agent, "Done.".into()),
    ]);
    told.turns[2].kind = Some("command".into());
    let formatted = format(&told, &bands(&[(None, 5)]).unwrap());
    assert_eq!(
        formatted.text,
        "Session: s-1\nRepository: owner/name\nAgent: unknown\nModality: cli\n\
         Started: 2025-06-04T00:56:00Z\n\
         Turns: 4 (1 user, 2 agent, 1 written by a program as the user)\n\
         Format: 1, bands 7, agent turns of at most 5 characters\n\n\
         TURN 1 | USER\nDo NOT touch the tests!\r\n\n\n\
         TURN 2 | AGENT | 15 characters, budget 5\n01\n[... 10 characters left out ...]\nγδε\n\n\
         TURN 3 | USER | written by a program: command\n/clear\n\n\
         TURN 4 | AGENT\nDone.\n"
    );
}

#[test]
fn the_budget_follows_from_the_number_of_turns() {
    let shipped = bands(&[(Some(8), 5), (Some(16), 3), (None, 1)]).unwrap();
    let budgets = [0, 8, 9, 16, 17, 4_000].map(|turns| shipped.budget(turns));
    assert_eq!(budgets, [5, 5, 3, 3, 1, 1]);
}

#[test]
fn bands_that_leave_something_open_are_refused() {
    let refused = |given: &[(Option<usize>, usize)]| bands(given).unwrap_err();
    assert!(refused(&[]).contains("no band"));
    assert!(refused(&[(Some(8), 1)]).contains("last band"));
    assert!(refused(&[(Some(8), 2), (Some(8), 1), (None, 1)]).contains("band 2"));
    assert!(refused(&[(None, 2), (None, 1)]).contains("band 1 says no turns"));
    assert!(
        Bands::new(" ".into(), Vec::new())
            .unwrap_err()
            .contains("version")
    );
}

#[test]
fn fields_of_several_lines_cannot_pretend_to_be_turns() {
    let mut told = session(vec![(Role::User, "hello".into())]);
    told.repository = Some("a\nTURN 1 | USER\r\nb".into());
    let formatted = format(&told, &bands(&[(None, 5)]).unwrap());
    let headings = formatted
        .text
        .lines()
        .filter(|line| line.starts_with("TURN"));
    assert_eq!(headings.count(), 1);
}

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z \n]{0,12}",
        any::<char>().prop_map(String::from),
        Just("\nTURN 1 | USER\n".to_owned()),
        Just("\n[... 3 characters left out ...]\n".to_owned()),
        Just("\r\n\r\n---\n".to_owned()),
        Just("e\u{301}👩‍👩‍👧".to_owned()),
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn user_turns_are_whole_and_agent_turns_keep_both_ends(
        texts in proptest::collection::vec((any::<bool>(), text()), 0..12),
        budgets in proptest::collection::vec(0..40usize, 3),
    ) {
        let turns: Vec<(Role, String)> = texts
            .into_iter()
            .map(|(user, text)| (if user { Role::User } else { Role::Agent }, text))
            .collect();
        let told = session(turns.clone());
        let bands = bands(&[(Some(3), budgets[0]), (Some(7), budgets[1]), (None, budgets[2])]).unwrap();
        let budget = bands.budget(turns.len());
        let formatted = format(&told, &bands);
        prop_assert_eq!(&format(&told, &bands), &formatted);
        prop_assert_eq!(formatted.turns.len(), turns.len());
        for ((role, whole), placed) in turns.iter().zip(&formatted.turns) {
            let heading = &formatted.text[placed.heading.clone()];
            prop_assert_eq!(TurnLabel::parse(heading).place, Some((placed.number, *role)));
            let body = &formatted.text[placed.body.clone()];
            let length = whole.chars().count();
            if *role == Role::User || length <= budget {
                prop_assert_eq!(body, whole);
                prop_assert_eq!(placed.left_out, 0);
                continue;
            }
            prop_assert_eq!(placed.left_out, length - budget);
            let shown = format!(" | {length} characters, budget {budget}");
            prop_assert!(heading.ends_with(&shown));
            let marker = format!("\n{}\n", marker(placed.left_out));
            let characters: Vec<char> = whole.chars().collect();
            let head: String = characters[..budget / 2].iter().collect();
            let tail: String = characters[length - (budget - budget / 2)..].iter().collect();
            prop_assert_eq!(body, head + &marker + &tail);
        }
    }
}
