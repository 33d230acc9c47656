//! The layers of the program, and which may use which. `docs/architecture.md` gives the reasons.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Each layer with those that it may use, itself apart.
const LAYERS: [(&str, &[&str]); 9] = [
    ("json", &[]),
    ("domain", &["json"]),
    ("stats", &[]),
    ("formats", &["domain", "json"]),
    ("store", &["domain", "json"]),
    ("report", &["domain", "stats"]),
    (
        "workflow",
        &["domain", "formats", "json", "report", "stats", "store"],
    ),
    ("tui", &["domain", "report", "stats", "workflow"]),
    ("cli", &["domain", "formats", "report", "tui", "workflow"]),
];

/// Words that only one layer may say.
const KEPT: [(&str, &str); 5] = [
    ("rusqlite", "store"),
    ("ratatui", "tui"),
    ("crossterm", "tui"),
    ("tui_textarea", "tui"),
    ("clap", "cli"),
];

/// The files that read labels as the program, to make figures, gold and snapshots of them. What
/// they hand on must not show a label that its reader may not see.
const AS_PROGRAM: [&str; 6] = [
    "workflow/import/labels/landing.rs",
    "workflow/lock.rs",
    "workflow/measure",
    "workflow/sample.rs",
    "workflow/sight.rs",
    "workflow/verify.rs",
];

struct Source {
    /// Below `src/`, with slashes.
    path: String,
    /// Without tests and comments.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let path_text = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                let text = fs::read_to_string(&path).unwrap();
                if !is_test(&path_text) {
                    sources.push(Source {
                        path: path_text,
                        code: code(&text),
                    });
                }
            }
        }
    }
    assert!(sources.len() > 50, "the sources were not found");
    sources
}

fn is_test(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(
            part,
            "tests" | "tests.rs" | "samples" | "samples.rs" | "harness.rs" | "fixpoints.rs"
        )
    })
}

fn code(text: &str) -> String {
    let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..tests]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect()
}

fn layer(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The words after each `crate::`, also those in a group.
fn used(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut word) = (0, String::new());
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    _ if depth > 0 => {}
                    ',' => found.push(std::mem::take(&mut word)),
                    _ if !c.is_whitespace() => word.push(c),
                    _ => {}
                }
            }
            found.push(word);
        } else {
            found.push(
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
        }
    }
    found
        .into_iter()
        .map(|word| word.split("::").next().unwrap_or_default().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

#[test]
fn every_layer_uses_only_those_below_it() {
    let mut wrong = Vec::new();
    for source in sources() {
        let layer = layer(&source.path);
        if matches!(layer, "main" | "lib") {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            wrong.push(format!("{} is in no known layer", source.path));
            continue;
        };
        for word in used(&source.code) {
            if word != layer && !allowed.contains(&word.as_str()) {
                wrong.push(format!("{} uses {word}", source.path));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn foreign_libraries_stay_in_their_layer() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (word, home) in KEPT {
            let said = source.code.match_indices(word).any(|(at, _)| {
                let before = source.code[..at].chars().next_back();
                before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
            });
            if said && layer(&source.path) != home {
                wrong.push(format!("{} says {word}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_pure_touches_neither_files_nor_clocks() {
    let mut wrong = Vec::new();
    for source in sources() {
        let pure = [
            "domain/",
            "stats/",
            "formats/",
            "report/",
            "json.rs",
            "tui/screens/",
            "tui/form/",
            "tui/widgets/",
        ];
        if !pure.iter().any(|folder| source.path.starts_with(folder)) {
            continue;
        }
        for word in ["std::fs", "File::", "::now()", "std::env", "thread::"] {
            if source.code.contains(word) {
                wrong.push(format!("{} says {word}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn labels_are_read_through_one_function_that_asks_who_looks() {
    let mut wrong = Vec::new();
    for source in sources() {
        let flat: String = source.code.split_whitespace().collect();
        for call in [
            ".store.labels(",
            ".store.labels_after(",
            ".store.snapshot(",
            ".store.history(",
        ] {
            if flat.contains(call) && source.path != "workflow/sight.rs" {
                wrong.push(format!("{} calls {call}", source.path));
            }
        }
        let as_program = source.code.contains("Viewer::Program");
        if as_program
            && !AS_PROGRAM
                .iter()
                .any(|known| source.path.starts_with(known))
        {
            wrong.push(format!("{} looks as the program", source.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_group_of_uses_is_taken_apart() {
    let code = "use crate::{\n    domain::{batch::Batch, label::Label},\n    stats,\n};\nlet x = crate::json::parse();";
    assert_eq!(used(code), ["domain", "stats", "json"]);
}
