use serde_json::json;

use super::*;
use crate::domain::event::events;

fn said(text: &str) -> Part {
    Part::Said(text.into())
}

fn call(name: &str, input: Value) -> Call {
    Call {
        name: Some(name.into()),
        input: arguments(&input),
        output: None,
    }
}

#[test]
fn messages_of_one_role_are_one_turn_and_empty_ones_none() {
    let mut turns = Turns::default();
    turns.user("[Request interrupted by user]", Some("t1"));
    turns.user("\n ", None);
    turns.user("go on", None);
    turns.agent(said(" "), None);
    turns.user("please", None);
    turns.agent(said("I do."), Some("t2"));
    turns.agent(said("Done."), Some("t3"));
    turns.user("<command-name>/exit</command-name>", None);
    let turns = turns.finish();
    let told: Vec<_> = turns
        .iter()
        .map(|t| {
            (
                t.number,
                t.role,
                t.kind.as_deref(),
                t.text.as_str(),
                t.at.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                1,
                Role::User,
                None,
                "[Request interrupted by user]\n\ngo on\n\nplease",
                Some("t1")
            ),
            (2, Role::Agent, None, "I do.\n\nDone.", Some("t2")),
            (
                3,
                Role::User,
                Some("command"),
                "<command-name>/exit</command-name>",
                None
            ),
        ]
    );
}

#[test]
fn results_find_their_calls_and_sub_agents_theirs_at_any_depth() {
    let mut turns = Turns::default();
    turns.call(
        Some("1"),
        call("Task", json!({"prompt": "look\ninto"})),
        None,
    );
    turns.call(
        Some("2"),
        call("Bash", json!({"command": "ls", "n": 2})),
        None,
    );
    let output = |text: &str, failed| Output {
        text: text.into(),
        failed,
    };
    turns.output(Some("2"), output("a\nb\n", false), None);
    let deepest = Part::SubAgent {
        name: None,
        parts: vec![Part::Thought("hm".into())],
    };
    turns.sub_agent(
        Some("1"),
        Some("scout".into()),
        vec![said("found"), deepest],
        None,
    );
    turns.output(Some("1"), output("report", false), None);
    turns.output(Some("2"), output("c", false), None);
    turns.user("wait", None);
    turns.output(Some("2"), output("late", false), None);
    turns.user("why?", None);
    turns.output(Some("9"), output("lost", true), None);
    let turns = turns.finish();
    assert_eq!(
        turns[0].text,
        "[tool: Task]\nprompt:\nlook\ninto\n[result]\nreport\n\n\
         [sub-agent: scout]\nfound\n\n[sub-agent]\n[thinking]\nhm\n[end of sub-agent]\n[end of sub-agent]\n\n\
         [tool: Bash]\ncommand: ls\nn: 2\n[result]\na\nb\n\nc"
    );
    assert_eq!(turns[2].text, "[tool: Bash]\n[result]\nlate");
    assert_eq!(turns[4].text, "[tool]\n[error]\nlost");
    let found = events(&turns[0]);
    let told: Vec<_> = found
        .iter()
        .map(|event| (event.kind, &turns[0].text[event.range.clone()][..9]))
        .collect();
    assert_eq!(
        told,
        [
            (EventKind::Tool, "[tool: Ta"),
            (EventKind::SubAgent, "[sub-agen"),
            (EventKind::SubAgent, "[sub-agen"),
            (EventKind::Thinking, "[thinking"),
            (EventKind::Tool, "[tool: Ba"),
        ]
    );
    assert!(turns[0].text[found[2].range.clone()].ends_with("[end of sub-agent]"));
}

#[test]
fn a_sub_agent_without_a_call_adds_no_turn() {
    let mut turns = Turns::default();
    for (number, at) in [("one", "10:00"), ("two", "11:00")] {
        turns.agent(said(number), Some(at));
        turns.user("next", Some(at));
    }
    turns.sub_agent(None, None, vec![said("early")], Some("10:30"));
    turns.sub_agent(None, None, vec![said("late")], Some("12:00"));
    let turns = turns.finish();
    assert_eq!(turns.len(), 4);
    assert!(turns[0].text.contains("early") && turns[2].text.contains("late"));
}

#[test]
fn sub_agents_that_lie_too_deep_are_put_beside() {
    let mut parts = vec![said("deep")];
    for level in 0..300 {
        let mut turns = Turns::default();
        parts.push(said("I send another"));
        turns.sub_agent(None, Some(level.to_string()), parts, None);
        parts = turns.into_parts();
    }
    let mut turns = Turns::default();
    parts.into_iter().for_each(|part| turns.agent(part, None));
    assert_eq!(events(&turns.finish()[0]).len(), 300);
}
