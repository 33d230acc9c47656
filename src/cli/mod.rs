//! The command line: what can be typed, and which function does it. One file per command.

mod accuracy;
mod adjudicate;
mod agreement;
mod analyze;
mod annotate;
mod backup;
mod codebook;
mod context;
mod demo;
mod export;
mod failure;
mod files;
mod home;
mod import;
mod import_report;
mod init;
mod lock;
mod measuring;
mod output;
mod recent;
mod reopen;
mod sample;
mod search;
mod session;
mod status;
mod verify;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use context::Context;
use failure::Outcome;

/// Turn episodes from chat logs into a gold standard.
///
/// A study is one file. Into it go chat sessions and the episodes that were extracted from them; out
/// of it come labels on which people agree, with the disagreements settled and every label traceable
/// to a quote. Without a command, tiebreak opens the study's home screen, from which everything else
/// can be reached.
#[derive(Debug, Parser)]
#[command(
    name = "tiebreak",
    version,
    propagate_version = true,
    max_term_width = 100,
    after_help = "\
Examples:
  tiebreak demo                      try everything on an invented study
  tiebreak init study.tiebreak       begin a study
  tiebreak                           open the home screen of ./study.tiebreak

From files to gold, step by step:
  tiebreak import sessions logs/
  tiebreak import episodes episodes/
  tiebreak sample round-1 --task misalignment --n 100 --seed 7 --annotators ana,ben
  tiebreak annotate round-1 --as ana
  tiebreak lock round-1
  tiebreak agreement round-1
  tiebreak adjudicate round-1 --as cho
  tiebreak export gold --batch round-1 -o gold.jsonl

Exit codes: 0 done, 1 failed, 2 the command was wrong, 3 the study is not ready for it."
)]
pub struct Cli {
    /// The study file [default: $TIEBREAK_STUDY, else ./study.tiebreak].
    #[arg(long, global = true, value_name = "FILE")]
    study: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Import(import::Import),
    Verify(verify::Verify),
    Session(session::Session),
    Sample(sample::Sample),
    Annotate(annotate::Annotate),
    Adjudicate(adjudicate::Adjudicate),
    Lock(lock::Lock),
    Reopen(reopen::Reopen),
    Agreement(agreement::Agreement),
    Accuracy(accuracy::Accuracy),
    Analyze(analyze::Analyze),
    Export(export::Export),
    Status(status::Status),
    Search(search::Search),
    Codebook(codebook::Codebook),
    Backup(backup::Backup),
}

impl Cli {
    fn run(self) -> Outcome {
        let context = Context::new(self.study);
        match self.command {
            None => home::run(&context),
            Some(Command::Demo(command)) => command.run(&context),
            Some(Command::Init(command)) => command.run(&context),
            Some(Command::Import(command)) => command.run(&context),
            Some(Command::Verify(command)) => command.run(&context),
            Some(Command::Session(command)) => command.run(&context),
            Some(Command::Sample(command)) => command.run(&context),
            Some(Command::Annotate(command)) => command.run(&context),
            Some(Command::Adjudicate(command)) => command.run(&context),
            Some(Command::Lock(command)) => command.run(&context),
            Some(Command::Reopen(command)) => command.run(&context),
            Some(Command::Agreement(command)) => command.run(&context),
            Some(Command::Accuracy(command)) => command.run(&context),
            Some(Command::Analyze(command)) => command.run(&context),
            Some(Command::Export(command)) => command.run(&context),
            Some(Command::Status(command)) => command.run(&context),
            Some(Command::Search(command)) => command.run(&context),
            Some(Command::Codebook(command)) => command.run(&context),
            Some(Command::Backup(command)) => command.run(&context),
        }
    }
}

/// Reads the arguments, does what they say, and tells what went wrong.
pub fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
