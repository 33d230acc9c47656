use proptest::prelude::*;
use serde_json::json;

use super::*;

fn redactor() -> Redactor {
    Redactor::new(b"the key of a test")
}

/// The text with its masks cut to their kinds.
fn kinds(text: &str) -> String {
    let mut masked = redactor().text(text);
    while let Some(at) = masked.find("[REDACTED:") {
        let end = at + masked[at..].find(']').unwrap();
        let kind = masked[at + 10..end].split(':').next().unwrap().to_owned();
        masked.replace_range(at..=end, &format!("<{kind}>"));
    }
    masked
}

#[test]
fn what_is_private_is_masked_and_what_is_around_it_stays() {
    let key = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";
    for (text, wanted) in [
        (
            format!("a\n-----BEGIN RSA PRIVATE KEY-----\n{key}\n-----END RSA PRIVATE KEY-----\nb"),
            "a\n<private_key>\nb",
        ),
        (
            format!("-----BEGIN PRIVATE KEY-----\n{key}"),
            "<private_key>",
        ),
        (
            format!("use ghp_{} now", "a1B2".repeat(9)),
            "use <token> now",
        ),
        (format!("sk-ant-api03-{}", "x9Yz".repeat(8)), "<token>"),
        ("AKIAIOSFODNN7EXAMPLE.".into(), "<token>."),
        (
            "Authorization: Bearer abcdef0123456789ghijkl".into(),
            "Authorization: Bearer <token>",
        ),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl rest".into(),
            "<token> rest",
        ),
        (
            "postgres://anna:hunter2@db.local/x".into(),
            "postgres://anna:<password>@db.local/x",
        ),
        (
            "DB_PASSWORD=\"q7Lm2xKp9wZt\"".into(),
            "DB_PASSWORD=\"<secret>\"",
        ),
        (
            r#"{\"api_key\": \"8f3kQz71Lmno\"}"#.into(),
            r#"{\"api_key\": \"<secret>\"}"#,
        ),
        (
            "Author: Anna Ba <anna.ba@uni.example.edu>".into(),
            "Author: <person> <<email>>",
        ),
        ("call +44 20 7946 0958!".into(), "call <phone>!"),
        ("(415) 555-2671 or 13912345678".into(), "<phone> or <phone>"),
        (
            "/home/anna/src, /Users/b.cole.".into(),
            "/home/<user>/src, /Users/<user>.",
        ),
        (
            r"C:\Users\Anna Ba\x and C:\\Users\\ben\\y".into(),
            r"C:\Users\<user>\x and C:\\Users\\<user>\\y",
        ),
        (
            "~/.claude/projects/-Users-anna-tool-x/1.jsonl".into(),
            "~/.claude/projects/-Users-<user>-tool-x/1.jsonl",
        ),
        (
            "写信给 anna@例子.中国 或 a.b+c@mail.cn。".into(),
            "写信给 anna@例子.中国 或 <email>。",
        ),
    ] {
        assert_eq!(kinds(&text), wanted);
    }
}

#[test]
fn what_only_looks_private_stays() {
    for text in [
        "git@github.com:owner/name.git",
        "noreply@anthropic.com and user@example.com",
        "password: process.env.DB_PASSWORD",
        "const token = useToken(config);",
        "the secret: be_patient_with_it",
        "api_key=YOUR_API_KEY_HERE",
        "redis://:${REDIS_PASSWORD}@host:6379",
        "@@ -1 +1 @@\n+1234567890123",
        "@@ -102,7 +102,9 @@",
        "1700000000000 at 10.0.0.1, 2025-06-04 00:56:00",
        "/home/user/x /Users/runner/y my-home-page-x",
        "a 12-345-6789012 part number",
        "sk-learn-and-some-other-package",
        "[REDACTED:github-token] stays, [REDACTED] too",
    ] {
        assert_eq!(redactor().text(text), text);
    }
}

#[test]
fn a_mask_is_the_same_for_the_same_value_and_key_only() {
    let masks = |key: &[u8]| {
        let mut redactor = Redactor::new(key);
        [
            redactor.text("a@b.de"),
            redactor.text("to a@b.de"),
            redactor.text("c@b.de"),
        ]
    };
    let [a, again, other] = masks(b"one");
    assert_eq!(format!("to {a}"), again);
    assert_ne!(a, other);
    assert_ne!(a, masks(b"two")[0]);
}

#[test]
fn all_texts_of_a_record_are_masked_and_no_names() {
    let mut record = json!({
        "unit": "a@b.de#M1",
        "episode": {"name": "wrote to a@b.de", "evidence": [{"turn": "TURN 1 | USER", "quote": "a@b.de"}]},
        "unknown": {"id": {"deep": ["a@b.de", 7, null]}},
    });
    let mut redactor = redactor();
    let mask = redactor.text("a@b.de");
    redactor.record(&mut record);
    assert_eq!(redactor.masked(), 4);
    assert_eq!(
        record,
        json!({
            "unit": "a@b.de#M1",
            "episode": {"name": format!("wrote to {mask}"), "evidence": [{"turn": "TURN 1 | USER", "quote": mask}]},
            "unknown": {"id": {"deep": [mask, 7, null]}},
        })
    );
}

proptest! {
    #[test]
    fn masking_twice_changes_nothing_more(
        parts in proptest::collection::vec(
            prop_oneof![
                Just("anna@mail.de".to_owned()),
                Just("/home/anna".to_owned()),
                Just("password=q7Lm2xKp9wZt".to_owned()),
                Just("+49 30 1234567".to_owned()),
                Just("-----BEGIN PRIVATE KEY-----".to_owned()),
                Just("Author: Anna".to_owned()),
                ".{0,6}",
            ],
            0..8,
        ),
    ) {
        let once = redactor().text(&parts.join(" "));
        prop_assert_eq!(redactor().text(&once), once);
    }
}
