use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::{
    domain::session::Role,
    formats::logs::{
        Around, Nothing,
        harness::{mutilated, sample},
    },
};

const NEW: &str = r##"{"timestamp":"2026-02-01T10:00:00.000Z","type":"session_meta","payload":{"id":"s-1","timestamp":"2026-02-01T10:00:00.000Z","cwd":"/p","originator":"codex_cli_rs","source":"cli","git":{"branch":"main","repository_url":"git@github.com:anna/shop.git"}}}
{"timestamp":"2026-02-01T10:00:01.000Z","type":"response_item","payload":{"type":"message","role":"developer","content":[{"type":"input_text","text":"You are careful."}]}}
{"timestamp":"2026-02-01T10:00:01.000Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"# AGENTS.md instructions for /p\n\n<INSTRUCTIONS>\nx\n</INSTRUCTIONS>"},{"type":"input_text","text":"<environment_context>\ny\n</environment_context>"}]}}
{"timestamp":"2026-02-01T10:00:02.000Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"fix the cart"}]}}
{"timestamp":"2026-02-01T10:00:02.000Z","type":"event_msg","payload":{"type":"user_message","message":"fix the cart","images":[]}}
{"timestamp":"2026-02-01T10:00:03.000Z","type":"event_msg","payload":{"type":"agent_reasoning","text":"**Looking**"}}
{"timestamp":"2026-02-01T10:00:03.000Z","type":"response_item","payload":{"type":"reasoning","summary":[{"type":"summary_text","text":"**Looking**"}],"content":null,"encrypted_content":"gAAA"}}
{"timestamp":"2026-02-01T10:00:04.000Z","type":"event_msg","payload":{"type":"agent_message","message":"I look."}}
{"timestamp":"2026-02-01T10:00:05.000Z","type":"response_item","payload":{"type":"function_call","name":"shell","arguments":"{\"command\":[\"cat\",\"cart.rs\"]}","call_id":"c1"}}
{"timestamp":"2026-02-01T10:00:05.000Z","type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"I look."}]}}
{"timestamp":"2026-02-01T10:00:06.000Z","type":"response_item","payload":{"type":"function_call_output","call_id":"c1","output":"{\"output\":\"no such file\",\"metadata\":{\"exit_code\":1}}"}}
{"timestamp":"2026-02-01T10:00:06.000Z","type":"event_msg","payload":{"type":"collab_agent_spawn_end","call_id":"c1","new_thread_id":"t-2","new_agent_nickname":"Scout"}}
{"timestamp":"2026-02-01T10:00:07.000Z","type":"event_msg","payload":{"type":"turn_aborted","reason":"interrupted"}}
{"timestamp":"2026-02-01T10:00:07.000Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"<turn_aborted>\nz\n</turn_aborted>"}]}}
{"timestamp":"2026-02-01T10:00:08.000Z","type":"response_item","payload":{"type":"custom_tool_call","call_id":"c2","name":"apply_patch","input":"*** Begin Patch\n*** End Patch"}}
{"timestamp":"2026-02-01T10:00:08.000Z","type":"response_item","payload":{"type":"custom_tool_call_output","call_id":"c2","output":[{"type":"input_text","text":"ok"}]}}
{"timestamp":"2026-02-01T10:00:09.000Z","type":"event_msg","payload":{"type":"token_count","info":null}}
{"timestamp":"2026-02-01T10:00:09.000Z","type":"event_msg","payload":{"type":"dance"}}
{"timestamp":"2026-02-01T10:00:10.000Z","type":"event_msg","payload":{"type":"user_message","message":"in the oth"##;

const OLD: &str = r##"{"id":"s-0","timestamp":"2025-06-01T10:00:00.000Z","instructions":null,"git":{"repository_url":"https://github.com/anna/shop.git"}}
{"record_type":"state"}
{"type":"message","id":null,"role":"user","content":[{"type":"input_text","text":"<environment_context>\ny\n</environment_context>"}]}
{"type":"message","id":null,"role":"user","content":[{"type":"input_text","text":"add a test"}]}
{"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"Which?"}]}
{"type":"local_shell_call","call_id":"c","action":{"type":"exec","command":["ls"]}}
{"type":"function_call_output","call_id":"c","output":"a.rs"}
{"record_type":"state"}
{"type":"message","id":null,"role":"assistant","content":[{"type":"output_text","text":"Added."}]}
"##;

const SUB_AGENT: &str = r##"{"timestamp":"t","type":"session_meta","payload":{"id":"t-2","source":{"subagent":{"thread_spawn":{"parent_thread_id":"s-1"}}}}}
{"timestamp":"t","type":"event_msg","payload":{"type":"user_message","message":"scout"}}
{"timestamp":"t","type":"event_msg","payload":{"type":"agent_message","message":"Nothing there."}}"##;

struct Folder;

impl Around for Folder {
    fn text(&self, _: &Path) -> Option<String> {
        Some(SUB_AGENT.to_owned())
    }

    fn entries(&self, _: &Path) -> Vec<PathBuf> {
        vec![
            "/d/rollout-1-s-1.jsonl".into(),
            "/d/rollout-2-t-2.jsonl".into(),
        ]
    }
}

fn read(text: &str, around: &dyn Around) -> Result<Log, Refusal> {
    let path = Path::new("/d/rollout-1-s-1.jsonl");
    let source = Source { path, text, around };
    Codex.read(&source).map(|mut logs| logs.remove(0))
}

#[test]
fn what_was_shown_is_taken_and_tools_from_what_was_sent() {
    let log = read(NEW, &Folder).unwrap();
    let session = &log.session;
    assert_eq!(log.stated.unwrap().0, "s-1");
    assert_eq!(session.repository.as_deref(), Some("anna/shop"));
    assert_eq!(session.modality.as_deref(), Some("cli"));
    assert_eq!(
        session.started_at.as_deref(),
        Some("2026-02-01T10:00:00.000Z")
    );
    let told: Vec<_> = session
        .turns
        .iter()
        .map(|turn| (turn.role, turn.kind.as_deref(), turn.text.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Role::User, None, "fix the cart"),
            (
                Role::Agent,
                None,
                "[thinking]\n**Looking**\n\nI look.\n\n[tool: shell]\ncommand: [\"cat\",\"cart.rs\"]\n\
                 [error]\nno such file\n\n[sub-agent: Scout]\nscout\n\nNothing there.\n[end of sub-agent]"
            ),
            (
                Role::User,
                Some("interruption"),
                "[Request interrupted by user]"
            ),
            (
                Role::Agent,
                None,
                "[tool: apply_patch]\n*** Begin Patch\n*** End Patch\n[result]\nok"
            ),
        ]
    );
    assert!(log.is_partial);
    assert_eq!(
        log.notes,
        [
            "The last line is cut off.",
            "Left out: preambles of the program (1), system prompts (1).",
            "Left out records of unknown type: dance (1).",
        ]
    );
    let alone = read(NEW, &Nothing).unwrap();
    assert!(alone.notes[1].contains("sub-agents whose logs were not found (1)"));
    assert_eq!(
        read(SUB_AGENT, &Nothing),
        Err(Refusal::Part("is a sub-agent's log of session s-1".into()))
    );
}

#[test]
fn rollouts_without_envelope_are_read_too() {
    let log = read(OLD, &Nothing).unwrap();
    let texts: Vec<_> = log.session.turns.iter().map(|turn| &turn.text).collect();
    assert_eq!(
        texts,
        [
            "add a test",
            "[thinking]\nWhich?\n\n[tool: local_shell]\ntype: exec\ncommand: [\"ls\"]\n[result]\na.rs\n\nAdded."
        ]
    );
    assert_eq!(log.session.repository.as_deref(), Some("anna/shop"));
    assert_eq!(log.notes, ["Left out: preambles of the program (1)."]);
    assert!(!log.is_partial);
}

#[test]
fn speech_that_was_only_sent_is_kept_beside_what_was_shown() {
    let resumed = NEW.replace("{\"timestamp\":\"2026-02-01T10:00:10.000Z\"", "");
    let resumed = format!(
        "{resumed}\n{}",
        r#"{"timestamp":"t","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"and now?"}]}}"#
    );
    let log = read(&resumed, &Nothing).unwrap();
    assert_eq!(log.session.turns[4].text, "and now?");
}

#[test]
fn only_rollouts_are_recognised() {
    for (text, is_ours) in [
        (NEW, true),
        (OLD, true),
        (
            r#"{"type":"user","uuid":"u","sessionId":"s","message":{"role":"user","content":"x"}}"#,
            false,
        ),
        (r#"{"session":"s","turns":[]}"#, false),
        (
            r#"{"type":"session.start","data":{},"id":"e1","timestamp":"t"}"#,
            false,
        ),
        ("", false),
    ] {
        let path = Path::new("x");
        let around = &Nothing;
        assert_eq!(
            Codex.recognises(&Source { path, text, around }),
            is_ours,
            "{text}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn damaged_rollouts_never_panic(new in mutilated(NEW), old in mutilated(OLD)) {
        let _ = read(&new, &Folder);
        let _ = read(&old, &Nothing);
    }
}

#[test]
fn a_real_rollout_is_read() {
    let Some((_, text)) = sample("codex/small.jsonl") else {
        return;
    };
    let log = read(&text, &Nothing).unwrap();
    assert_eq!(log.session.turns[0].text, "List the files");
    assert!(log.session.turns[1].text.contains("[tool: shell]"));
    let mut turns = log.session.turns.iter();
    assert!(turns.any(|turn| turn.text.contains("Found 2 files.")));
    assert!(!log.is_partial, "{:?}", log.notes);
}
