//! What is exported and imported into an empty study is exported the same again, byte for byte.

#![allow(clippy::unwrap_used)]

use std::{fmt::Write, fs, path::Path};

use proptest::prelude::*;
use serde_json::Value;
use tiebreak::{
    domain::{codebook::UnitKind, ids::UnitKey, label::Content},
    workflow::{
        SHIPPED, Study,
        export::{Export, Scope},
        import::{Options, What},
        sight::Viewer,
    },
};

/// The exports that an import reads, in the order in which it has to read them.
const FILES: [(What, Export); 4] = [
    (What::Sessions, Export::Sessions),
    (What::Episodes, Export::Episodes),
    (What::Batches, Export::Batches),
    (What::Labels, Export::Labels),
];

fn clock() -> String {
    "2026-05-01T10:00:00Z".into()
}

fn empty_study() -> Study {
    let path = "tests/fixtures/codebooks/valid/fieldnotes.toml";
    let other = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let mut codebooks = SHIPPED
        .map(|(name, toml)| (name.to_owned(), toml.to_owned()))
        .to_vec();
    codebooks.push(("fieldnotes".into(), other));
    Study::in_memory(&codebooks, clock).unwrap()
}

fn export(study: &Study, what: Export) -> String {
    let mut text = Vec::new();
    study
        .export(
            what,
            &Scope {
                viewer: &Viewer::Anyone,
                batch: None,
                redact: false,
            },
            &mut text,
        )
        .unwrap();
    String::from_utf8(text).unwrap()
}

/// Imports a file that has to land, and tells how much of it was not there yet.
fn land(study: &mut Study, what: What, text: &str) -> usize {
    if text.is_empty() {
        return 0;
    }
    let report = study
        .import_text(what, "file.jsonl", text, &Options::default())
        .unwrap();
    assert!(report.landed, "{:?}\n{text}", report.problems);
    report.new + report.changed
}

/// Decisions drawn from bytes; when they run out, the plainest is taken. So a failing case shrinks
/// to a plain one.
struct Choices {
    bytes: Vec<u8>,
    at: usize,
}

impl Choices {
    fn below(&mut self, n: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % n
    }

    fn of<'a>(&mut self, options: &[&'a str]) -> &'a str {
        options[self.below(options.len())]
    }

    /// True in one of `n` cases.
    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// The text of a JSON value of a kind that is easily changed on the way.
    fn odd(&mut self, depth: usize) -> String {
        let leaves = [
            "null",
            "1E5",
            "-0",
            "1.50",
            "-0.0",
            "1e400",
            "123456789012345678901234567890",
            "false",
            "\"\"",
            "\"白鹭 #1\"",
            "\"\\u00e9\\\"\\n\"",
            "[]",
            "{}",
        ];
        match self.below(leaves.len() + 2) {
            0 if depth > 0 => format!("[{},{}]", self.odd(depth - 1), self.odd(depth - 1)),
            1 if depth > 0 => braces(&self.unknown(depth - 1)),
            other => leaves[other % leaves.len()].to_owned(),
        }
    }

    /// Fields that tiebreak does not know.
    fn unknown(&mut self, depth: usize) -> Vec<String> {
        let mut fields = Vec::new();
        for key in ["温度", "zeit", "a b", "#"] {
            if self.one_in(3) {
                fields.push(format!("\"{key}\":{}", self.odd(depth)));
            }
        }
        fields
    }

    /// An object with these fields, where an empty value leaves one out, unknown ones between
    /// them, and an order of its own.
    fn object(&mut self, fields: &[(&str, String)]) -> String {
        let mut all: Vec<String> = fields
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("\"{key}\":{value}"))
            .collect();
        all.extend(self.unknown(2));
        for place in (1..all.len()).rev() {
            let other = place - self.below(place + 1);
            all.swap(place, other);
        }
        braces(&all)
    }

    fn pick(&mut self, options: &[&str]) -> String {
        self.of(options).to_owned()
    }
}

fn braces(fields: &[String]) -> String {
    format!("{{{}}}", fields.join(","))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The sessions, each with its other names.
const SESSIONS: [(&str, &[&str]); 3] = [
    ("s-1", &[]),
    ("pond#2#x", &["pool#2", "#"]),
    ("白鹭/café", &["egret", "a#b#c"]),
];

fn sessions(choices: &mut Choices) -> String {
    let mut text = String::new();
    for (id, aliases) in SESSIONS {
        let mut turns = Vec::new();
        for number in 1..=choices.below(3) {
            let tools = match choices.below(3) {
                0 => String::new(),
                1 => "[]".into(),
                _ => format!("[{}]", choices.odd(2)),
            };
            let fields = [
                ("turn", (number * 2).to_string()),
                ("role", choices.pick(&["\"user\"", "\"ASSISTANT\""])),
                ("kind", choices.pick(&["", "null", "\"command\""])),
                (
                    "text",
                    choices.pick(&[
                        "\"Stop it.\"",
                        "\"\"",
                        "\"两行\\nand \\\"more\\\" \\u0000\"",
                    ]),
                ),
                (
                    "at",
                    choices.pick(&["", "null", "\"2026-05-12T05:40:00Z\""]),
                ),
                ("tools", tools),
            ];
            turns.push(choices.object(&fields));
        }
        let names: Vec<String> = aliases.iter().map(|alias| quoted(alias)).collect();
        let fields = [
            ("session", quoted(id)),
            ("repository", choices.pick(&["", "null", "\"o/r\""])),
            ("modality", choices.pick(&["", "\"IDE\"", "\"cli\""])),
            ("license", choices.pick(&["", "\"MIT\""])),
            ("aliases", format!("[{}]", names.join(","))),
            ("turns", format!("[{}]", turns.join(","))),
        ];
        writeln!(text, "{}", choices.object(&fields)).unwrap();
    }
    text
}

/// An episode's key and the number of its quotes.
struct Unit {
    key: String,
    quotes: usize,
}

fn episodes(choices: &mut Choices, units: &mut Vec<Unit>) -> String {
    let mut text = String::new();
    let unread = ("not imported", &[][..]);
    for (id, aliases) in SESSIONS.into_iter().chain([unread]) {
        if choices.one_in(4) {
            writeln!(text, "{{\"session\":{},\"episodes\":[]}}", quoted(id)).unwrap();
            continue;
        }
        for number in 1..=2 {
            // An episode may name its session by another of its names.
            let by = choices.below(aliases.len() + 1);
            let session = if by == 0 { id } else { aliases[by - 1] };
            let quotes = choices.below(4);
            let mut evidence = Vec::new();
            for _ in 0..quotes {
                let fields = [
                    (
                        "turn",
                        choices.pick(&[
                            "\"TURN 2 | USER\"",
                            "\"TURN 4 | ASSISTANT\"",
                            "\"turn three\"",
                        ]),
                    ),
                    (
                        "quote",
                        choices.pick(&["\"Stop it.\"", "\"两行\"", "\" \\r\\nmore\""]),
                    ),
                    ("context", choices.pick(&["", "null", "\"\"", "\"windy\""])),
                ];
                evidence.push(choices.object(&fields));
            }
            let fields = [
                ("session", quoted(session)),
                ("id", quoted(&format!("é{number}"))),
                ("name", choices.pick(&["\"A name\"", "\"\""])),
                (
                    "description",
                    choices.pick(&["", "null", "\"It went on.\""]),
                ),
                ("alignment_goal", choices.pick(&["", "null", "\"both\""])),
                ("confidence", choices.pick(&["", "\"low\""])),
                ("evidence", format!("[{}]", evidence.join(","))),
                ("repository", choices.pick(&["", "\"o/fork\""])),
            ];
            writeln!(text, "{}", choices.object(&fields)).unwrap();
            units.push(Unit {
                key: format!("{id}#é{number}"),
                quotes,
            });
        }
    }
    text
}

/// A batch, who labels it, and whether it is locked in the end.
struct Round {
    name: &'static str,
    task: &'static str,
    codebook: &'static str,
    locked: bool,
}

const ROUNDS: [Round; 4] = [
    Round {
        name: "round-1",
        task: "misalignment",
        codebook: "misalignment@1.0.0",
        locked: true,
    },
    Round {
        name: "hides",
        task: "fieldnotes",
        codebook: "fieldnotes@0.3.0",
        locked: true,
    },
    Round {
        name: "整体",
        task: "recall",
        codebook: "recall@1.0.0",
        locked: true,
    },
    Round {
        name: "open",
        task: "validity",
        codebook: "validity@1.0.0",
        locked: false,
    },
];

const ANNOTATORS: [&str; 2] = ["ana", "bén"];

fn batch(choices: &mut Choices, round: &Round, units: &[&Unit]) -> String {
    let mut members = Vec::new();
    for unit in units {
        members.push(match choices.below(3) {
            0 => quoted(&unit.key),
            1 => format!(
                "{{\"unit\":{},\"probability\":{}}}",
                quoted(&unit.key),
                choices.of(&["1", "0.10", "1E-7"])
            ),
            _ => format!(
                "{{\"probability\":0.5,\"unit\":{},\"stratum\":\"S3\"}}",
                quoted(&unit.key)
            ),
        });
    }
    let options = braces(&choices.unknown(2));
    let annotators: Vec<String> = ANNOTATORS.iter().map(|name| quoted(name)).collect();
    format!(
        "{{\"batch\":{},\"task\":{},\"codebook\":{},\"purpose\":{},\"evidence_only\":{},\"seed\":{},\
         \"frame\":{{\"size\":17,\"sha256\":\"ab\",\"options\":{options}}},\"annotators\":[{}],\"units\":[{}],\
         \"created_at\":\"2026-04-01T00:00:00Z\",\"lock\":null}}",
        quoted(round.name),
        quoted(round.task),
        quoted(round.codebook),
        choices.of(&["\"evaluation\"", "\"development\""]),
        choices.of(&["false", "true"]),
        choices.of(&["7", "18446744073709551615"]),
        annotators.join(","),
        members.join(","),
    )
}

/// Complete, valid answers to the questions of a task.
fn answers(choices: &mut Choices, task: &str, quotes: usize) -> String {
    match task {
        "misalignment" => {
            let symptom = choices.of(&[
                "[\"S3\"]",
                "[\"S7\",\"S3\"]",
                "[{\"code\":\"S8\",\"text\":\"答 in another language entirely\"}]",
            ]);
            let cause = choices.of(&[
                "[{\"code\":\"C6\",\"evidence_tier\":\"direct\"}]",
                "[\"C7\"]",
                "[{\"evidence_tier\":\"speculative\",\"code\":\"C2\"},{\"code\":\"C1\",\"evidence_tier\":\"contextual\"}]",
            ]);
            let damage = choices.of(&[
                "\"damage_severity\":\"DS1\"",
                "\"damage_severity\":\"DS2\",\"damage_locus\":\"DL1\"",
            ]);
            let end = choices.of(&[
                "\"resolution_status\":\"RS2\",\"resolver\":null",
                "\"resolver\":\"RV1\",\"resolution_status\":\"RS1\"",
            ]);
            format!("{{\"symptom\":{symptom},{end},\"cause\":{cause},{damage}}}")
        }
        "fieldnotes" => {
            let lines: Vec<&str> = (0..quotes)
                .map(|_| choices.of(&["\"clear\"", "\"lost\""]))
                .collect();
            let slip = choices.of(&[
                "[{\"code\":\"species\",\"weight\":\"minor\"}]",
                "[{\"code\":\"sp:grey_plover\",\"weight\":\"minor\"},{\"code\":\"count\",\"weight\":\"major\",\"way\":\"heard\"}]",
                "[{\"code\":\"rest\",\"text\":\"a broken line\"}]",
            ]);
            let end = choices.of(&[
                "\"repair\":\"left\"",
                "\"repair\":\"mended\",\"mender\":\"hide:7\",\"proof\":\"photo\"",
            ]);
            let hint = choices.of(&["null", "\"Listen.\""]);
            let trust = choices.of(&["3", "\"4\"", "2.0"]);
            format!(
                "{{\"legibility\":[{}],\"slip\":{slip},\"trust\":{trust},{end},\"gist\":\"两 birds were swapped.\",\"hint\":{hint}}}",
                lines.join(",")
            )
        }
        "recall" => {
            let missed = choices.of(&["null", "\"Turn 4: 两\""]);
            format!(
                "{{\"missed\":{missed},\"completeness\":{}}}",
                choices.of(&["2", "0", "1.0"])
            )
        }
        _ => choices.pick(&[
            "{\"verdict\":\"VALID\"}",
            "{\"invalid_category\":\"custom:a_tale\",\"verdict\":\"INVALID\"}",
        ]),
    }
}

/// One row of labels.
fn row(choices: &mut Choices, head: &[(&str, String)], answers: String) -> String {
    let reasoning = match choices.below(3) {
        0 => String::new(),
        1 => "{}".into(),
        _ => braces(&choices.unknown(1)),
    };
    let mut fields = head.to_vec();
    fields.extend([
        ("answers", answers),
        ("note", choices.pick(&["", "null", "\"\"", "\"两 words\""])),
        (
            "flags",
            choices.pick(&["", "null", "[]", "[\"not a real one\",\"two\"]"]),
        ),
        ("unsure", choices.pick(&["", "false", "true"])),
        ("reasoning", reasoning),
        ("at", choices.pick(&["", "\"2026-04-02T03:04:05+02:00\""])),
        ("model", choices.pick(&["", "null", "{\"t\":1.50}"])),
    ]);
    choices.object(&fields)
}

/// A study with everything in it, made of files, locks and an adjudicator's desk.
fn study(choices: &mut Choices) -> Study {
    let mut study = empty_study();
    land(&mut study, What::Sessions, &sessions(choices));
    let mut units = Vec::new();
    land(&mut study, What::Episodes, &episodes(choices, &mut units));
    let whole = SESSIONS.map(|(id, _)| Unit {
        key: id.into(),
        quotes: 0,
    });
    for round in &ROUNDS {
        let task = study.task(round.task).unwrap();
        let of_kind: Vec<&Unit> = match task.codebook.unit {
            UnitKind::Session => whole.iter().collect(),
            UnitKind::Episode => units.iter().collect(),
        };
        judge(&mut study, choices, round, &of_kind);
        let n = (1 + choices.below(4)).min(of_kind.len());
        if n > 0 {
            label_and_settle(&mut study, choices, round, &of_kind[..n]);
        }
    }
    study
}

fn judge(study: &mut Study, choices: &mut Choices, round: &Round, units: &[&Unit]) {
    let mut rows = String::new();
    for unit in units {
        for judge in ["m-1", "m.2"] {
            if choices.one_in(2) {
                let head = [
                    ("unit", quoted(&unit.key)),
                    ("rater", quoted(&format!("{judge}-{}", round.task))),
                    ("kind", "\"judge\"".into()),
                    ("task", quoted(round.task)),
                ];
                let answers = answers(choices, round.task, unit.quotes);
                writeln!(rows, "{}", row(choices, &head, answers)).unwrap();
            }
        }
    }
    land(study, What::Labels, &rows);
}

fn label_and_settle(study: &mut Study, choices: &mut Choices, round: &Round, units: &[&Unit]) {
    land(study, What::Batches, &batch(choices, round, units));
    let mut rows = String::new();
    for unit in units {
        let agreed = choices
            .one_in(2)
            .then(|| answers(choices, round.task, unit.quotes));
        for rater in ANNOTATORS {
            // What nobody submits is missing at a forced lock.
            let state = choices.of(&["\"submitted\"", "", "\"draft\"", "none"]);
            if state == "none" {
                continue;
            }
            let head = [
                ("unit", quoted(&unit.key)),
                ("rater", quoted(rater)),
                ("kind", "\"annotator\"".into()),
                ("batch", quoted(round.name)),
                ("state", state.to_owned()),
            ];
            let answers = match &agreed {
                Some(agreed) => agreed.clone(),
                None => answers(choices, round.task, unit.quotes),
            };
            writeln!(rows, "{}", row(choices, &head, answers)).unwrap();
        }
    }
    land(study, What::Labels, &rows);
    if !round.locked {
        return;
    }
    study.lock(round.name, "ana", Some("时间到了")).unwrap();
    let mut rows = String::new();
    for unit in units {
        let answers = answers(choices, round.task, unit.quotes);
        match choices.below(3) {
            0 => adjudicate(study, round, &unit.key),
            1 => {
                let head = [
                    ("unit", quoted(&unit.key)),
                    ("kind", "\"gold\"".into()),
                    ("batch", quoted(round.name)),
                    (
                        "basis",
                        choices.pick(&["", "\"imported\"", "\"adjudicated\"", "\"unanimous\""]),
                    ),
                    ("adjudicator", choices.pick(&["", "null", "\"ana+bén\""])),
                    ("reason", choices.pick(&["", "\"It says so.\""])),
                    ("after_judge", choices.pick(&["", "true"])),
                ];
                writeln!(rows, "{}", row(choices, &head, answers)).unwrap();
            }
            _ => {}
        }
    }
    if !rows.is_empty() {
        let options = Options {
            replace: true,
            ..Options::default()
        };
        let report = study
            .import_text(What::Labels, "gold.jsonl", &rows, &options)
            .unwrap();
        assert!(report.landed, "{:?}", report.problems);
    }
}

/// Settles a unit as its first annotator has it, if there is one and no gold yet.
fn adjudicate(study: &mut Study, round: &Round, unit: &str) {
    let desk = study.gold_desk(round.name, "cho").unwrap();
    let unit = UnitKey::from(unit);
    let matter = study.matter(desk.codebook.unit, &unit).unwrap();
    let columns = study.columns(&desk, &unit).unwrap();
    let Some(first) = columns.into_iter().find_map(|(_, label)| label) else {
        return;
    };
    let content = Content {
        answers: first.content.answers,
        note: Some("As ana has it.".into()),
        ..Content::default()
    };
    // Unanimous gold is saved already.
    study.submit(&desk, &matter, &content, 0.0).ok();
}

fn exports(study: &Study) -> Vec<String> {
    let with_gold = FILES.iter().map(|(_, what)| *what).chain([Export::Gold]);
    with_gold.map(|what| export(study, what)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn exports_imported_into_an_empty_study_are_exported_the_same(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        let first = exports(&study(&mut Choices { bytes, at: 0 }));
        let mut copy = empty_study();
        for ((what, _), text) in FILES.iter().zip(&first) {
            land(&mut copy, *what, text);
        }
        for (before, after) in first.iter().zip(exports(&copy)) {
            prop_assert_eq!(before, &after);
        }
        // A second time, nothing is new.
        for ((what, _), text) in FILES.iter().zip(&first) {
            prop_assert_eq!(land(&mut copy, *what, text), 0, "{:?}", what);
        }
    }
}
