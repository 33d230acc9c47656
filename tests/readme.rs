//! The README tells the truth: its keys are the program's, and its commands can be typed.

#![allow(clippy::unwrap_used)]

use clap::Parser;
use tiebreak::{cli::Cli, tui::keymap};

const README: &str = include_str!("../README.md");

#[test]
fn the_key_table_is_the_programs() {
    let table = keymap::markdown();
    assert!(
        README.contains(table.trim()),
        "put this between the two marks of README.md:\n\n{table}"
    );
}

#[test]
fn every_command_of_the_readme_can_be_typed() {
    let mut seen = 0;
    for line in README.lines() {
        let Some(command) = line.trim().strip_prefix("tiebreak ") else {
            continue;
        };
        let indented = line.starts_with("    ");
        if !indented {
            continue;
        }
        let words = command.split('#').next().unwrap().split_whitespace();
        let parsed = Cli::try_parse_from(["tiebreak"].into_iter().chain(words));
        assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        seen += 1;
    }
    assert!(seen > 12, "only {seen} commands were found");
}

#[test]
fn every_file_of_the_readme_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for link in README.split("](").skip(1) {
        let target = link.split(')').next().unwrap();
        if !target.starts_with("http") {
            assert!(root.join(target).exists(), "{target}");
            seen += 1;
        }
    }
    assert!(seen > 5, "only {seen} links were found");
}
