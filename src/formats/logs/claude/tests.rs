use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::{
    domain::session::Role,
    formats::logs::{Around, Nothing},
};

fn source<'s>(text: &'s str, around: &'s dyn Around) -> Source<'s> {
    Source {
        path: Path::new("/p/s1.jsonl"),
        text,
        around,
    }
}

fn read(text: &str) -> Log {
    Claude.read(&source(text, &Nothing)).unwrap().remove(0)
}

const TALK: &str = r#"{"type":"summary","summary":"Ponds","leafUuid":"x"}
{"parentUuid":null,"type":"user","uuid":"u0","sessionId":"s-1","timestamp":"2026-01-19T04:42:00Z","isMeta":true,"message":{"role":"user","content":"Caveat: local commands follow"}}
{"parentUuid":"u0","type":"user","uuid":"u1","sessionId":"s-1","timestamp":"2026-01-19T04:42:58Z","message":{"role":"user","content":"Count the \"frogs\""}}
{"parentUuid":"u1","type":"assistant","uuid":"a1","sessionId":"s-1","timestamp":"2026-01-19T04:43:00Z","message":{"id":"m1","model":"claude-x","role":"assistant","content":[{"type":"thinking","thinking":"Frogs, then.","signature":"z"}]}}
{"parentUuid":"a1","type":"assistant","uuid":"a2","sessionId":"s-1","message":{"id":"m1","model":"claude-x","role":"assistant","content":[{"type":"text","text":"I look."},{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls pond"}}]}}
{"parentUuid":"a2","type":"user","uuid":"u2","sessionId":"s-1","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"frog\nfrog"},{"type":"image","source":{}}],"is_error":false}]}}
{"parentUuid":"a2","type":"user","uuid":"u2","sessionId":"s-1","message":{"role":"user","content":"the same record again"}}
{"type":"system","subtype":"turn_duration","uuid":"y1","durationMs":3}
{"type":"system","subtype":"api_error","uuid":"y2","content":"529 overloaded"}
{"parentUuid":"u2","type":"assistant","uuid":"a3","sessionId":"s-1","message":{"id":"m2","model":"claude-x","role":"assistant","content":[{"type":"text","text":"Two."}]}}
{"parentUuid":"a3","type":"user","uuid":"u3","sessionId":"s-1","timestamp":"2026-01-19T04:44:00Z","message":{"role":"user","content":[{"type":"text","text":"[Request interrupted by user]"}]}}
{"parentUuid":"u3","type":"user","uuid":"u4","sessionId":"s-1","message":{"role":"user","content":["Three!",{"type":"image"}]}}
"#;

#[test]
fn a_talk_is_read_as_it_was_spoken() {
    assert!(Claude.recognises(&source(TALK, &Nothing)));
    let log = read(TALK);
    assert_eq!(log.stated.as_deref(), Some("s-1"));
    assert_eq!(
        log.session.started_at.as_deref(),
        Some("2026-01-19T04:42:00Z")
    );
    let turns: Vec<_> = log
        .session
        .turns
        .iter()
        .map(|turn| (turn.role, turn.kind.as_deref(), turn.text.as_str()))
        .collect();
    assert_eq!(
        turns,
        [
            (Role::User, None, "Count the \"frogs\""),
            (
                Role::Agent,
                None,
                "[system: added]\nCaveat: local commands follow\n\n[thinking]\nFrogs, then.\n\nI look.\n\n\
                 [tool: Bash]\ncommand: ls pond\n[result]\nfrog\nfrog\n[image]\n\n\
                 [system: api_error]\n529 overloaded\n\nTwo."
            ),
            (
                Role::User,
                None,
                "[Request interrupted by user]\n\nThree!\n\n[Image]"
            ),
        ]
    );
    assert_eq!(
        log.notes,
        ["Records left out: 1 repeated, 1 summary, 1 turn_duration."]
    );
    assert!(!log.is_partial);
}

#[test]
fn a_torn_line_is_told_and_the_rest_is_read() {
    let cut = &TALK[..TALK.len() - 30];
    let log = read(cut);
    assert!(log.is_partial);
    assert!(log.notes.contains(&"The last line is cut off.".to_owned()));
    assert_eq!(log.session.turns.len(), 3);
}

const ERRAND: &str = r#"{"type":"user","uuid":"1","sessionId":"s","message":{"content":"Ask around"}}
{"type":"assistant","uuid":"2","sessionId":"s","message":{"content":[{"type":"tool_use","id":"t1","name":"Task","input":{"prompt":"Find frogs"}},{"type":"tool_use","id":"t2","name":"Task","input":{"prompt":"Find newts"}}]}}
{"type":"user","uuid":"3","parentUuid":null,"isSidechain":true,"sessionId":"s","message":{"content":"Find newts"}}
{"type":"assistant","uuid":"4","parentUuid":"3","isSidechain":true,"sessionId":"s","message":{"content":[{"type":"text","text":"No newts."}]}}
{"type":"user","uuid":"5","sessionId":"s","toolUseResult":{"agentId":"ag1"},"message":{"content":[{"type":"tool_result","tool_use_id":"t1","content":"some frogs"}]}}
{"type":"user","uuid":"6","sessionId":"s","message":{"content":"Thanks"}}
"#;

const SENT: &str = r#"{"type":"user","uuid":"b1","isSidechain":true,"agentId":"ag1","sessionId":"s","message":{"content":"Go and find"}}
{"type":"assistant","uuid":"b2","isSidechain":true,"agentId":"ag1","sessionId":"s","message":{"content":[{"type":"tool_use","id":"d1","name":"Task","input":{"prompt":"Count them"}}]}}
"#;

const DEEPER: &str = r#"{"type":"user","uuid":"c1","isSidechain":true,"agentId":"ag2","sessionId":"s","message":{"content":"Count them"}}
{"type":"assistant","uuid":"c2","isSidechain":true,"agentId":"ag2","sessionId":"s","message":{"content":[{"type":"text","text":"Seven."}]}}
"#;

struct Beside;

impl Around for Beside {
    fn text(&self, path: &Path) -> Option<String> {
        let text = match path.file_name()?.to_str()? {
            "agent-ag1.jsonl" => SENT,
            "agent-ag1.meta.json" => r#"{"agentType":"scout","spawnDepth":1}"#,
            "agent-ag2.jsonl" => DEEPER,
            _ => return None,
        };
        Some(text.to_owned())
    }

    fn entries(&self, folder: &Path) -> Vec<PathBuf> {
        assert_eq!(folder, Path::new("/p/s1/subagents"));
        ["agent-ag1.jsonl", "agent-ag1.meta.json", "agent-ag2.jsonl"]
            .map(|name| folder.join(name))
            .to_vec()
    }
}

#[test]
fn sub_agents_stand_behind_the_calls_that_sent_them_whichever_file_they_are_in() {
    let log = Claude.read(&source(ERRAND, &Beside)).unwrap().remove(0);
    assert_eq!(log.session.turns.len(), 3);
    assert_eq!(
        log.session.turns[1].text,
        "[tool: Task]\nprompt: Find frogs\n[result]\nsome frogs\n\n\
         [sub-agent: scout]\nGo and find\n\n[tool: Task]\nprompt: Count them\n\n\
         [sub-agent]\nCount them\n\nSeven.\n[end of sub-agent]\n[end of sub-agent]\n\n\
         [tool: Task]\nprompt: Find newts\n\n\
         [sub-agent]\nFind newts\n\nNo newts.\n[end of sub-agent]"
    );
}

#[test]
fn the_log_of_a_sub_agent_alone_says_whose_it_is() {
    let part = Claude.read(&source(SENT, &Nothing));
    let Err(Refusal::Part(why)) = part else {
        panic!("{part:?}");
    };
    assert!(why.contains("session s"), "{why}");
}

#[test]
fn other_lines_of_json_are_not_claimed() {
    for text in [
        "",
        "{}",
        r#"{"session":"s","turns":[]}"#,
        r#"{"role":"user","message":{"content":[{"type":"text","text":"x"}]}}"#,
        r#"{"type":"response_item","timestamp":"t","payload":{"type":"message"}}"#,
        r#"{"type":"user.message","data":{"content":"x"},"id":"1","timestamp":"t"}"#,
    ] {
        assert!(!Claude.recognises(&source(text, &Nothing)), "{text}");
    }
}

proptest! {
    #[test]
    fn mutilated_logs_are_read_as_far_as_they_go(
        bytes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<char>()), 0..12),
        cut: proptest::sample::Index,
        order in any::<u64>(),
    ) {
        let mut lines: Vec<&str> = TALK.lines().chain(ERRAND.lines()).chain(SENT.lines()).collect();
        let count = lines.len();
        lines.rotate_left(order as usize % count);
        let mut text: Vec<char> = lines.join("\n").chars().collect();
        for (at, with) in bytes {
            let at = at.index(text.len());
            text[at] = with;
        }
        text.truncate(cut.index(text.len() + 1));
        let text: String = text.into_iter().collect();
        let source = source(&text, &Nothing);
        Claude.recognises(&source);
        if let Ok(logs) = Claude.read(&source) {
            let turns = &logs[0].session.turns;
            prop_assert!(turns.iter().zip(1..).all(|(turn, number)| turn.number == number));
            prop_assert!(turns.windows(2).all(|pair| pair[0].role != pair[1].role));
        }
    }
}
