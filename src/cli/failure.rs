//! What a command can fail with, and the exit code that says so.

use std::{io, process::ExitCode};

use super::output::say;
use crate::workflow::Error;

pub type Outcome<T = ()> = Result<T, Failure>;

#[derive(Debug)]
pub enum Failure {
    Study(Error),
    /// The command itself is wrong.
    Usage(String),
    /// It could not be done, for this reason.
    Failed(String),
    /// It could not be done, and everything about it has been said.
    Told,
    /// Standard output does not take what is written.
    Output(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Study(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

impl Failure {
    /// Tells on standard error what went wrong, and gives the exit code.
    pub fn report(self) -> ExitCode {
        if self.is_closed_pipe() {
            return ExitCode::SUCCESS;
        }
        let (code, why) = match self {
            Failure::Study(Error::Usage(why)) | Failure::Usage(why) => (2, why),
            Failure::Study(Error::NotReady(why)) => (3, why),
            Failure::Study(error) => (1, error.to_string()),
            Failure::Failed(why) => (1, why),
            Failure::Told => return ExitCode::from(1),
            Failure::Output(error) => (1, format!("the output cannot be written: {error}")),
        };
        say(format!("error: {why}"));
        ExitCode::from(code)
    }

    /// Whoever reads has seen enough, as in `tiebreak ... | head`.
    fn is_closed_pipe(&self) -> bool {
        match self {
            Failure::Output(error) | Failure::Study(Error::Io(_, error)) => {
                error.kind() == io::ErrorKind::BrokenPipe
            }
            _ => false,
        }
    }
}
