//! Every command tells how to use it, with examples that can be typed.

use clap::{Command, CommandFactory, Parser};
use tiebreak::cli::Cli;

use super::*;

/// Every command with the words that lead to it, the program itself included.
fn commands(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
    found.push((path.to_owned(), command.clone()));
    for inner in command.get_subcommands().filter(|c| c.get_name() != "help") {
        commands(inner, &format!("{path} {}", inner.get_name()), found);
    }
}

fn all() -> Vec<(String, Command)> {
    let mut found = Vec::new();
    commands(&Cli::command(), "tiebreak", &mut found);
    assert!(found.len() > 20, "{} commands", found.len());
    found
}

/// The command lines among the examples of a help text.
fn examples(after: &str) -> Vec<Vec<String>> {
    // A line that ends in a backslash goes on in the next.
    let pieces: Vec<&str> = after.split("\\\n").map(str::trim).collect();
    let joined = pieces.join(" ");
    let lines = joined.lines().map(str::trim);
    lines
        .filter(|line| line.starts_with("tiebreak"))
        // What is told about an example stands three blanks to its right.
        .map(|line| line.split("   ").next().unwrap_or_default())
        .map(words)
        .collect()
}

/// The words of a command line up to a pipe or redirection, quotes taken off.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, ' ') => words.push(String::new()),
            (None, '|' | '>') => break,
            (_, c) => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_has_examples_that_its_own_arguments_take() {
    for (path, command) in all() {
        let after = command.get_after_help().map(ToString::to_string);
        let examples = examples(&after.unwrap_or_default());
        assert!(!examples.is_empty(), "{path} has no example");
        assert!(
            examples
                .iter()
                .any(|words| words.join(" ").starts_with(&path)),
            "{path} has no example of its own"
        );
        for words in examples {
            let parsed = Cli::try_parse_from(&words);
            assert!(parsed.is_ok(), "{path}: {words:?}: {}", parsed.unwrap_err());
        }
    }
}

#[test]
fn every_command_and_option_says_what_it_is_for() {
    for (path, command) in all() {
        assert!(command.get_about().is_some(), "{path} says nothing");
        for option in command.get_arguments().filter(|arg| !arg.is_positional()) {
            assert!(
                option.get_help().is_some(),
                "{path}: {} says nothing",
                option.get_id()
            );
        }
    }
    Cli::command().debug_assert();
}

#[test]
fn help_and_version_are_data_and_a_slip_is_talk() {
    let home = tempfile::tempdir().unwrap();
    for args in [&["--help"][..], &["sample", "--help"], &["--version"]] {
        let ran = tiebreak(home.path(), args).succeeds();
        assert!(!ran.out.is_empty() && ran.err.is_empty(), "{ran:?}");
    }
    let slip = tiebreak(home.path(), &["agrement", "round-1"]);
    slip.fails(2, &["agreement"]);
    assert_eq!(slip.out, "");
    tiebreak(home.path(), &["lock"]).fails(2, &["BATCH"]);
}

#[test]
fn no_colour_is_printed_where_none_is_wanted() {
    let home = tempfile::tempdir().unwrap();
    let run = |no_color: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tiebreak"));
        command.current_dir(home.path()).arg("--help");
        command.env("CLICOLOR_FORCE", "1").env("NO_COLOR", no_color);
        let out = command.output().unwrap().stdout;
        out.contains(&0x1b)
    };
    assert!(run(""));
    assert!(!run("1"));
}
