use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    domain::session::Role,
    formats::logs::{
        Nothing,
        harness::{mutilated, sample},
    },
};

const EXPORT: &str = r#"{"info":{"id":"ses_1","version":"1.1","projectID":"p","directory":"/p","time":{"created":1730000000000}},
"messages":[
 {"info":{"id":"m1","role":"user","time":{"created":1730000001000}},"parts":[
  {"id":"a","type":"text","text":"sort it"},
  {"id":"b","type":"text","text":"Called the Read tool","synthetic":true},
  {"id":"c","type":"file","filename":"a.txt"}]},
 {"info":{"id":"m2","role":"assistant","time":{"created":1730000002000,"completed":1730000003000},"error":{"name":"MessageAbortedError","data":{"message":"aborted"}}},"parts":[
  {"id":"d","type":"step-start"},
  {"id":"e","type":"reasoning","text":"How?"},
  {"id":"f","type":"text","text":"I sort."},
  {"id":"g","type":"tool","tool":"bash","callID":"x","state":{"status":"error","input":{"command":"sort"},"error":"denied"}},
  {"id":"h","type":"dance"}]},
 {"info":{"id":"m3","role":"user","time":{"created":"late"}},"parts":7},
 {"info":{"id":"m4","role":"user","time":{"created":1730000003000}},"parts":[{"id":"i","type":"text","text":"no, down"}]}
]}"#;

struct Files(BTreeMap<PathBuf, &'static str>);

impl Around for Files {
    fn text(&self, path: &Path) -> Option<String> {
        self.0.get(path).map(|text| (*text).to_owned())
    }

    fn entries(&self, folder: &Path) -> Vec<PathBuf> {
        let paths = self.0.keys().filter(|path| path.parent() == Some(folder));
        paths.cloned().collect()
    }
}

const SESSION: &str = r#"{"id":"ses_1","version":"1.1","projectID":"p","directory":"/p","parentID":null,"time":{"created":1730000000000}}"#;

fn storage() -> Files {
    let files = [
        (
            "message/ses_1/msg_1.json",
            r#"{"id":"m2","sessionID":"ses_1","role":"assistant","time":{"created":2000}}"#,
        ),
        (
            "message/ses_1/msg_2.json",
            r#"{"id":"m1","sessionID":"ses_1","role":"user","time":{"created":1000}}"#,
        ),
        ("message/ses_1/msg_3.json", r#"{"id":"m3","sess"#),
        ("message/ses_1/notes.txt", "not ours"),
        (
            "message/ses_2/msg_1.json",
            r#"{"id":"m9","sessionID":"ses_2","role":"user","time":{"created":1500}}"#,
        ),
        (
            "part/m1/1.json",
            r#"{"id":"p1","type":"text","text":"look around"}"#,
        ),
        (
            "part/m2/1.json",
            r#"{"id":"p2","type":"tool","tool":"task","state":{"status":"completed","input":{"subagent_type":"explore"},"output":"found","metadata":{"sessionId":"ses_2"}}}"#,
        ),
        (
            "part/m2/2.json",
            r#"{"id":"p3","type":"tool","tool":"task","state":{"status":"completed","input":{},"output":"","metadata":{"sessionId":"../ses_2"}}}"#,
        ),
        (
            "part/m9/1.json",
            r#"{"id":"p9","type":"text","text":"explore!"}"#,
        ),
        (
            "part/m9/2.json",
            r#"{"id":"p0","type":"tool","tool":"task","state":{"metadata":{"sessionId":"ses_1"}}}"#,
        ),
    ];
    Files(
        files
            .map(|(path, text)| (Path::new("/s").join(path), text))
            .into(),
    )
}

fn source<'s>(path: &'s str, text: &'s str, around: &'s dyn Around) -> Source<'s> {
    Source {
        path: Path::new(path),
        text,
        around,
    }
}

fn told(log: &Log) -> Vec<(Role, &str, Option<&str>)> {
    let turns = log.session.turns.iter();
    turns
        .map(|turn| (turn.role, turn.text.as_str(), turn.at.as_deref()))
        .collect()
}

#[test]
fn an_export_is_read() {
    let source = source("x.json", EXPORT, &Nothing);
    assert!(OpenCode.recognises(&source));
    let log = OpenCode.read(&source).unwrap().remove(0);
    let second = |second| Some(["2024-10-27T03:33:21Z", "2024-10-27T03:33:23Z"][second]);
    assert_eq!(
        told(&log),
        [
            (Role::User, "sort it", second(0)),
            (
                Role::Agent,
                "[system]\nCalled the Read tool\n\n[thinking]\nHow?\n\nI sort.\n\n\
                 [tool: bash]\ncommand: sort\n[error]\ndenied",
                second(0)
            ),
            (
                Role::User,
                "[Request interrupted by user]\n\nno, down",
                second(1)
            ),
        ]
    );
    assert_eq!(log.stated.unwrap().0, "ses_1");
    assert_eq!(
        log.session.started_at.as_deref(),
        Some("2024-10-27T03:33:20Z")
    );
    assert_eq!(
        log.notes,
        [
            "Left out messages, or parts of them, that cannot be read: 1.",
            "Left out: attached files (1).",
            "Left out records of unknown type: dance (1).",
        ]
    );
    assert!(log.is_partial);
}

#[test]
fn a_session_is_gathered_from_its_folder_with_its_sub_agents() {
    let files = storage();
    let source = source("/s/session/p/ses_1.json", SESSION, &files);
    assert!(OpenCode.recognises(&source));
    let log = OpenCode.read(&source).unwrap().remove(0);
    assert_eq!(
        told(&log),
        [
            (Role::User, "look around", Some("1970-01-01T00:00:01Z")),
            (
                Role::Agent,
                "[tool: task]\nsubagent_type: explore\n[result]\nfound\n\n\
                 [sub-agent: explore]\nexplore!\n\n[tool: task]\n[end of sub-agent]\n\n[tool: task]",
                Some("1970-01-01T00:00:02Z")
            ),
        ]
    );
    assert_eq!(
        log.notes,
        [
            "Left out messages, or parts of them, that cannot be read: 1.",
            "Left out: sub-agents whose logs were not found (1).",
        ]
    );
}

#[test]
fn files_that_belong_to_a_session_are_parts_of_it() {
    let child = SESSION.replace("null", "\"ses_0\"");
    for (path, text) in [
        (
            "/s/message/ses_1/msg_1.json",
            r#"{"id":"m","sessionID":"ses_1","role":"user"}"#,
        ),
        (
            "/s/part/m1/1.json",
            r#"{"id":"p","type":"text","text":"x"}"#,
        ),
        ("p.json", r#"{"id":"p","messageID":"m","type":"patch"}"#),
        ("/s/session/p/ses_1.json", &child),
    ] {
        let source = source(path, text, &Nothing);
        assert!(OpenCode.recognises(&source), "{path}");
        assert!(
            matches!(OpenCode.read(&source), Err(Refusal::Part(_))),
            "{path}"
        );
    }
    for text in [
        r#"{"type":"user.message","data":{},"id":"1","timestamp":"t"}"#,
        r#"{"id":"1","timestamp":"t","type":"user","content":"x"}"#,
        r#"{"session":"s","turns":[]}"#,
        "[]",
    ] {
        assert!(!OpenCode.recognises(&source("x", text, &Nothing)), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn damaged_sessions_never_panic(export in mutilated(EXPORT), session in mutilated(SESSION)) {
        let _ = OpenCode.read(&source("/s/session/p/x.json", &export, &Nothing));
        let _ = OpenCode.read(&source("/s/session/p/x.json", &session, &storage()));
    }
}

#[test]
fn real_sessions_are_read() {
    struct Disk;

    impl Around for Disk {
        fn text(&self, path: &Path) -> Option<String> {
            std::fs::read_to_string(path).ok()
        }

        fn entries(&self, folder: &Path) -> Vec<PathBuf> {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
            paths.sort();
            paths
        }
    }

    for (name, turns) in [("small", 2), ("large", 4)] {
        let name = format!("opencode/storage_v2/session/proj_test/ses_s_stage0_{name}.json");
        let Some((path, text)) = sample(&name) else {
            return;
        };
        let source = Source {
            path: &path,
            text: &text,
            around: &Disk,
        };
        let log = OpenCode.read(&source).unwrap().remove(0);
        assert!(!log.is_partial, "{:?}", log.notes);
        let agent = &log.session.turns[1].text;
        assert!(agent.starts_with("[tool: bash]\ncommand: ls"), "{agent}");
        let texts: Vec<_> = log.session.turns.iter().map(|turn| &turn.text).collect();
        assert_eq!(texts.len(), turns, "{texts:?}");
    }
}
