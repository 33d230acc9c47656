//! What every command needs: the study that is meant, and who sits here.

use std::{
    env,
    ffi::OsString,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use directories::ProjectDirs;

use super::{
    failure::{Failure, Outcome},
    output::say,
    recent,
};
use crate::{
    tui::{self, Ending, Start},
    workflow::{Error, Study, system_clock},
};

/// The study in the present folder, which needs no name.
pub const DEFAULT: &str = "study.tiebreak";

pub struct Context {
    /// As it was named by `--study`.
    named: Option<PathBuf>,
}

impl Context {
    pub fn new(named: Option<PathBuf>) -> Self {
        Self { named }
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

/// A command on the study in `path`, which is left out where it is the default.
pub fn command_on(path: &Path, rest: &str) -> String {
    if path == Path::new(DEFAULT) {
        return format!("tiebreak {rest}");
    }
    format!(
        "tiebreak --study {} {rest}",
        quoted(&path.display().to_string())
    )
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./+@:,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Whether a screen can be shown.
pub fn on_terminal() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal()
}

/// Who does something that no rater does: as told, else the name of the login.
pub fn who(named: Option<String>) -> String {
    named
        .or_else(login)
        .unwrap_or_else(|| "command line".into())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let on = |path: &str| command_on(Path::new(path), "status");
        assert_eq!(on("study.tiebreak"), "tiebreak status");
        assert_eq!(on("a/b.tiebreak"), "tiebreak --study a/b.tiebreak status");
        assert_eq!(
            on("Ann's study"),
            r"tiebreak --study 'Ann'\''s study' status"
        );
    }
}
