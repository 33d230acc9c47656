use super::*;

#[test]
fn every_log_is_recognised_by_one_reader_alone() {
    let logs = [
        (
            r#"{"type":"user","uuid":"u","parentUuid":null,"sessionId":"s","timestamp":"t","message":{"role":"user","content":"x"}}"#,
            Some("Claude Code"),
        ),
        (
            r#"{"timestamp":"t","type":"response_item","payload":{"type":"message","role":"user","content":[]}}"#,
            Some("Codex"),
        ),
        (
            r#"{"type":"user.message","data":{"content":"x"},"id":"1","timestamp":"t","parentId":null}"#,
            Some("Copilot"),
        ),
        (
            r#"{"role":"user","message":{"content":[{"type":"text","text":"x"}]}}"#,
            Some("Cursor"),
        ),
        (
            r#"{"sessionId":"s","projectHash":"p","startTime":"t","kind":"main"}"#,
            Some("Gemini"),
        ),
        (
            r#"{"sessionId":"s","projectHash":"p","startTime":"t","messages":[]}"#,
            Some("Gemini"),
        ),
        (
            r#"{"id":"s","version":"1","projectID":"p","directory":"/p","time":{"created":1}}"#,
            Some("OpenCode"),
        ),
        (
            r#"{"info":{"id":"s"},"messages":[{"info":{"role":"user"},"parts":[]}]}"#,
            Some("OpenCode"),
        ),
        (
            r#"{"turn_id":"s#0","session_id":"s","turn_number":0,"role":"user","turn_type":"user_prompt"}"#,
            Some("SWE-chat"),
        ),
        (
            "turn_id,session_id,repo_id,turn_number,turn_type,content\ns#0,s,a/b,0,user_prompt,x\n",
            Some("SWE-chat"),
        ),
        (
            r#"{"session":"s","repository":"a/b","turns":[{"turn":1,"role":"user","text":"x"}]}"#,
            None,
        ),
        (
            r#"{"episode":"e","session":"s","summary":"x","evidence":[{"turn":1,"quote":"x"}]}"#,
            None,
        ),
        (r#"{"episode":"e","rater":"anna","labels":{}}"#, None),
        ("_**User**_\n\nx\n", Some("SpecStory")),
    ];
    for (text, wanted) in logs {
        let source = Source {
            path: Path::new("log"),
            text,
            around: &Nothing,
        };
        let found: Vec<&str> = FORMATS
            .iter()
            .filter(|kind| kind.recognises(&source))
            .map(|kind| kind.name())
            .collect();
        assert_eq!(
            found.len(),
            usize::from(wanted.is_some()),
            "{found:?}: {text}"
        );
        if let Some(wanted) = wanted {
            assert!(found[0].starts_with(wanted), "{found:?}: {text}");
        }
    }
}
