//! For the native rows of every kind: what was written once is written the same again, and fields
//! that tiebreak does not know keep their order, their place and the text of their numbers.

use proptest::{prelude::*, sample::subsequence};
use serde_json::{Map, Value};

use super::{batches, episodes, labels, sessions};
use crate::{
    domain::{
        codebook::samples,
        label::{Address, Basis, Label, RaterKind},
    },
    json,
};

/// The text of a JSON value, of a kind that is easily changed on the way.
fn odd_value() -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec![
        "1.0",
        "1e400",
        "-0",
        "12345678901234567890",
        "0.10",
        "1E-7",
        "null",
        "false",
        "\"\"",
        "\"白鹭 #1\"",
        "\"\\u00e9\\\"\\n\"",
        "[]",
        "{}",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| format!("[{}]", items.join(","))),
            unknown(inner).prop_map(|fields| braces(&fields)),
        ]
    })
    .boxed()
}

/// Fields that tiebreak does not know.
fn unknown(value: BoxedStrategy<String>) -> impl Strategy<Value = Vec<String>> {
    let keys = subsequence(vec!["zeit", "温度", "a b", "#", "model"], 0..4).prop_shuffle();
    (keys, prop::collection::vec(value, 5)).prop_map(|(keys, values)| {
        let pairs = keys.iter().zip(values);
        pairs
            .map(|(key, value)| format!("\"{key}\":{value}"))
            .collect()
    })
}

fn braces(fields: &[String]) -> String {
    format!("{{{}}}", fields.join(","))
}

/// One of some texts; an empty one leaves the field out.
fn any_of(texts: &[&str]) -> BoxedStrategy<String> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    prop::sample::select(texts).boxed()
}

fn list_of(item: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop::collection::vec(item, 0..3)
        .prop_map(|items| format!("[{}]", items.join(",")))
        .boxed()
}

/// An object with these fields and, if wanted, unknown ones between them, in any order.
fn object(fields: Vec<(&'static str, BoxedStrategy<String>)>, open: bool) -> BoxedStrategy<String> {
    let known: Vec<_> = fields
        .into_iter()
        .map(|(key, value)| {
            let field =
                move |value: String| (!value.is_empty()).then(|| format!("\"{key}\":{value}"));
            value.prop_map(field)
        })
        .collect();
    (known, unknown(odd_value()))
        .prop_map(move |(known, unknown)| {
            let unknown = if open { unknown } else { Vec::new() };
            known
                .into_iter()
                .flatten()
                .chain(unknown)
                .collect::<Vec<_>>()
        })
        .prop_shuffle()
        .prop_map(|fields| braces(&fields))
        .boxed()
}

const SESSION_IDS: [&str; 3] = ["\"s-1\"", "\"pond#2#x\"", "\"白鹭/cafe\\u0301\""];

fn session() -> BoxedStrategy<String> {
    let first = object(
        vec![
            ("turn", any_of(&["1", "3"])),
            ("role", any_of(&["\"user\"", "\"ASSISTANT\""])),
            ("kind", any_of(&["", "null", "\"command\""])),
            (
                "text",
                any_of(&["", "null", "\"\"", "\"两行\\nand \\\"more\\\"\""]),
            ),
            ("at", any_of(&["", "null", "\"2026-05-12T05:40:00Z\""])),
            (
                "tools",
                prop_oneof![any_of(&["", "null", "[]"]), list_of(odd_value())].boxed(),
            ),
        ],
        true,
    );
    let second = object(
        vec![
            ("turn", any_of(&["4", "4294967295"])),
            ("role", any_of(&["\"agent\""])),
        ],
        true,
    );
    let turns = (first, second).prop_map(|(first, second)| format!("[{first},{second}]"));
    object(
        vec![
            ("session", any_of(&SESSION_IDS)),
            ("repository", any_of(&["", "null", "\"o/r\""])),
            ("modality", any_of(&["", "null", "\"IDE\"", "\"cli\""])),
            ("started_at", any_of(&["", "null", "\"2026\""])),
            ("aliases", any_of(&["", "null", "[]", "[\"x#1\",\"y\"]"])),
            ("turns", prop_oneof![any_of(&["null", "[]"]), turns].boxed()),
        ],
        true,
    )
}

fn episode() -> BoxedStrategy<String> {
    let evidence = object(
        vec![
            ("turn", any_of(&["\"TURN 3 | USER\"", "\"turn three\""])),
            ("quote", any_of(&["\"two terns\"", "\"白鹭\\r\\n \""])),
            ("context", any_of(&["", "null", "\"\"", "\"windy\""])),
        ],
        true,
    );
    object(
        vec![
            ("session", any_of(&SESSION_IDS)),
            ("id", any_of(&["\"M001\"", "\"e\\u0301\""])),
            ("name", any_of(&["\"A name\""])),
            ("description", any_of(&["", "null", "\"\""])),
            ("alignment_goal", any_of(&["", "null", "\"both\""])),
            ("confidence", any_of(&["", "null", "\"low\""])),
            (
                "evidence",
                prop_oneof![any_of(&["", "null", "[]"]), list_of(evidence)].boxed(),
            ),
            ("repository", any_of(&["", "null", "\"o/r\""])),
            ("license", any_of(&["", "\"MIT\""])),
        ],
        true,
    )
}

fn label() -> BoxedStrategy<String> {
    let answers = object(
        vec![
            (
                "symptom",
                any_of(&[
                    "",
                    "null",
                    "[]",
                    "[\"S7\",\"S3\"]",
                    "[{\"code\":\"S8\",\"text\":\"a b c\"}]",
                ]),
            ),
            (
                "cause",
                any_of(&[
                    "[\"C8\"]",
                    "[{\"evidence_tier\":\"direct\",\"code\":\"C2\"},\"C1\"]",
                ]),
            ),
            (
                "damage_severity",
                any_of(&["", "null", "\"DS2\"", "{\"code\":\"DS9\"}"]),
            ),
        ],
        false,
    );
    let reasons = object(vec![("symptom", any_of(&["\"Said so.\"", "null"]))], true);
    object(
        vec![
            ("unit", any_of(&["\"pond#2#M001\"", "\"cafe\\u0301#M1\""])),
            ("session", any_of(&["", "\"pond#2\""])),
            ("rater", any_of(&["\"ana\""])),
            ("kind", any_of(&["", "null", "\"judge\"", "\"gold\""])),
            ("batch", any_of(&["", "null", "\"round 1\""])),
            ("state", any_of(&["", "\"submitted\""])),
            ("answers", answers),
            ("note", any_of(&["", "null", "\"两\""])),
            (
                "reasoning",
                prop_oneof![any_of(&["", "null", "{}"]), reasons].boxed(),
            ),
            ("flags", any_of(&["", "null", "[]", "[\"odd one\"]"])),
            ("unsure", any_of(&["", "null", "false", "true"])),
            ("basis", any_of(&["", "null"])),
            ("reason", any_of(&["", "\"It is clear.\""])),
            ("adjudicator", any_of(&["", "\"jo\""])),
            ("after_judge", any_of(&["", "true"])),
            ("at", any_of(&["\"2026-05-12T05:40:00Z\""])),
        ],
        true,
    )
}

fn batch() -> BoxedStrategy<String> {
    let member = prop_oneof![
        any_of(&["\"pond#2#M001\"", "\"cafe\\u0301#M1\""]),
        object(
            vec![
                ("unit", any_of(&["\"s#M1\""])),
                ("probability", any_of(&["", "null", "1", "0.10", "1E-7"])),
                ("stratum", any_of(&["", "null", "\"ide\""])),
            ],
            false,
        ),
    ];
    let frame = object(
        vec![
            ("size", any_of(&["", "null", "17"])),
            ("sha256", any_of(&["", "\"ab\""])),
            ("options", object(Vec::new(), true)),
        ],
        false,
    );
    let lock = object(
        vec![
            ("at", any_of(&["\"2026\""])),
            ("by", any_of(&["\"jo\""])),
            ("forced", any_of(&["", "null", "\"time is up\""])),
            ("sha256", any_of(&["\"cd\""])),
        ],
        false,
    );
    object(
        vec![
            ("batch", any_of(&["\"round 1\""])),
            ("task", any_of(&["\"fieldnotes\""])),
            ("codebook", any_of(&["\"fieldnotes@0.3.0\""])),
            ("purpose", any_of(&["", "null", "\"development\""])),
            ("evidence_only", any_of(&["", "null", "true"])),
            ("seed", any_of(&["", "12345678901234567890"])),
            (
                "frame",
                prop_oneof![any_of(&["", "null", "{}"]), frame].boxed(),
            ),
            ("annotators", any_of(&["null", "[]", "[\"ana\",\"bén\"]"])),
            ("units", list_of(member.boxed())),
            ("created_at", any_of(&["\"2026\""])),
            ("lock", prop_oneof![any_of(&["", "null"]), lock].boxed()),
        ],
        false,
    )
}

fn parse(text: &str) -> Map<String, Value> {
    match json::parse(text).unwrap() {
        Value::Object(object) => object,
        other => panic!("{other}"),
    }
}

/// Reads and writes `text`, twice, and gives the first result.
fn settle(text: &str, rewrite: impl Fn(Map<String, Value>) -> String) -> Map<String, Value> {
    let once = rewrite(parse(text));
    let twice = rewrite(parse(&once));
    assert_eq!(once, twice, "from {text}");
    parse(&once)
}

/// The unknown fields of an object as text, in their order.
fn unknown_of(object: &Map<String, Value>) -> Vec<String> {
    let is_unknown = |key: &&String| ["zeit", "温度", "a b", "#", "model"].contains(&key.as_str());
    let keys = object.keys().filter(is_unknown);
    keys.map(|key| format!("{key}: {}", object[key])).collect()
}

/// Asserts that an object, and the objects of the list `inner` in it, kept their unknown fields.
fn same_unknown(before: &Map<String, Value>, after: &Map<String, Value>, inner: &str) {
    assert_eq!(unknown_of(before), unknown_of(after));
    let items = |object: &Map<String, Value>| {
        let list = object.get(inner).and_then(Value::as_array).cloned();
        list.unwrap_or_default()
    };
    for (before, after) in items(before).iter().zip(items(after)) {
        let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
        assert_eq!(unknown_of(before), unknown_of(after));
    }
}

fn rewrite_label(object: Map<String, Value>) -> String {
    let codebook = samples::misalignment();
    let mut row = labels::read(object).unwrap();
    let kind = row.kind.unwrap_or(RaterKind::Annotator);
    let address = Address {
        task: "misalignment".into(),
        codebook: codebook.name(),
        batch: row.batch.take().map(Into::into),
        unit: row.unit.clone(),
        rater: "ana".into(),
        kind,
    };
    let (by, at) = (row.adjudicator.take(), row.at.take().unwrap());
    let mut content = row.decode(&codebook).unwrap().content;
    if kind == RaterKind::Gold {
        content.basis.get_or_insert(Basis::Imported);
    }
    let label = Label {
        address,
        content,
        by,
        at,
    };
    Value::Object(labels::to_json(&codebook, &label)).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sessions_settle_at_once(text in session()) {
        let after = settle(&text, |object| sessions::write(&sessions::read(object).unwrap()));
        same_unknown(&parse(&text), &after, "turns");
    }

    #[test]
    fn episodes_settle_at_once(text in episode()) {
        let after = settle(&text, |object| {
            let items = episodes::read(object, None).unwrap();
            let [episodes::Item::Episode(found)] = items.as_slice() else { panic!() };
            episodes::write(&found.episode)
        });
        same_unknown(&parse(&text), &after, "evidence");
    }

    #[test]
    fn labels_settle_at_once(text in label()) {
        let after = settle(&text, rewrite_label);
        let before = parse(&text);
        same_unknown(&before, &after, "");
        let reasons = |row: &Map<String, Value>| {
            let reasons = row.get("reasoning").and_then(Value::as_object).cloned();
            Value::Object(reasons.unwrap_or_default()).to_string()
        };
        prop_assert_eq!(reasons(&before), reasons(&after));
    }

    #[test]
    fn batches_settle_at_once(text in batch()) {
        let after = settle(&text, |object| batches::write(&batches::read(object).unwrap()));
        let options = |row: &Map<String, Value>| {
            row.get("frame").and_then(|frame| frame.get("options")).map_or("{}".into(), Value::to_string)
        };
        prop_assert_eq!(options(&parse(&text)), options(&after));
    }
}
