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
        let code = match &self {
            Failure::Study(Error::Usage(_)) | Failure::Usage(_) => 2,
            Failure::Study(Error::NotReady(_)) => 3,
            _ => 1,
        };
        if let Some(why) = self.why() {
            say(format!("error: {why}"));
        }
        ExitCode::from(code)
    }

    /// What went wrong, unless it was said already.
    pub fn why(self) -> Option<String> {
        match self {
            Failure::Study(error) => Some(error.to_string()),
            Failure::Usage(why) | Failure::Failed(why) => Some(why),
            Failure::Told => None,
            Failure::Output(error) => Some(format!("the output cannot be written: {error}")),
        }
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
