//! What every command needs: the study that is meant, and who sits here.

use std::{
    env,
    ffi::OsString,
    io::{self, IsTerminal},
    path::PathBuf,
};

use directories::ProjectDirs;

use super::{
    failure::{Failure, Outcome},
    output::say,
    recent,
};
use crate::{
    tui::{self, Ending, Start},
    workflow::{
        Error, Study,
        command::{DEFAULT, command_on},
        system_clock,
    },
};

pub struct Context {
    /// As it was named by `--study`.
    named: Option<PathBuf>,
}

impl Context {
    pub fn new(named: Option<PathBuf>) -> Self {
        Self { named }
    }

    /// Whether `--study` was given.
    pub fn is_named(&self) -> bool {
        self.named.is_some()
    }

    /// `--study`, else what the environment names.
    fn chosen(&self) -> Option<PathBuf> {
        self.named
            .clone()
            .or_else(|| variable("TIEBREAK_STUDY").map(PathBuf::from))
    }

    pub fn path(&self) -> PathBuf {
        self.chosen().unwrap_or_else(|| DEFAULT.into())
    }

    /// Whether a study was named, so that its absence is an error everywhere.
    pub fn is_chosen(&self) -> bool {
        self.chosen().is_some()
    }

    pub fn open(&self) -> Outcome<Study> {
        let study = Study::open(&self.path(), system_clock)?;
        if let Some(warning) = study.warning() {
            say(format!("warning: {warning}"));
        }
        Ok(study)
    }

    /// A command on the same study, as it can be typed.
    pub fn command(&self, rest: &str) -> String {
        match &self.named {
            Some(path) => command_on(path, rest),
            None => format!("tiebreak {rest}"),
        }
    }

    /// Opens the screens. What goes wrong before the first frame has its usual exit code.
    pub fn screen(&self, study: Study, start: Start) -> Outcome<Ending> {
        if !on_terminal() {
            return Err(Failure::Failed(
                "this opens a screen and needs a terminal for input and output".into(),
            ));
        }
        if let Some(path) = study.path() {
            recent::remember(path);
        }
        tui::run(study, start, &login().unwrap_or_default()).map_err(|error| {
            match error.downcast::<Error>() {
                Ok(error) => Failure::Study(error),
                Err(error) => Failure::Failed(format!("{error:#}")),
            }
        })
    }
}

/// Whether a screen can be shown.
pub fn on_terminal() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal()
}

/// Who does something that no rater does: as told, else the name of the login.
pub fn who(study: &Study, named: Option<String>) -> Outcome<String> {
    match named {
        Some(name) => Ok(study.person(&name)?),
        None => Ok(login().unwrap_or_else(|| "command line".into())),
    }
}

/// The user's name on this machine.
fn login() -> Option<String> {
    let name = ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(variable)?;
    name.into_string().ok()
}

/// Where programs keep what belongs to a user; `None` where there is no home folder.
pub fn data_folder() -> Option<PathBuf> {
    let folders = ProjectDirs::from("", "", "tiebreak")?;
    Some(folders.data_dir().to_owned())
}

/// A variable of the environment that is not empty.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
