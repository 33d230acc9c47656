//! The table that names sessions and tells what is known about them: `--map FILE`.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use super::{Candidate, unreadable};
use crate::{
    domain::session::Session,
    formats::{
        fields::{Fields, Problem},
        records, sessions,
    },
    workflow::{Error, Result, sha256_hex},
};

/// What a map says about sessions and the files that hold them.
#[derive(Clone, Debug, Default)]
pub struct SessionMap {
    /// Each without turns.
    rows: Vec<Session>,
    /// Rows by their file as the map writes it.
    by_file: HashMap<String, usize>,
    /// Rows by their file where it stands beside the map.
    by_path: HashMap<PathBuf, usize>,
    by_id: HashMap<String, usize>,
    /// What the rows say.
    said: String,
}

impl SessionMap {
    /// Reads a map: JSON rows with `session`, `file` and what else is known, `file` being relative
    /// to the map's folder or to a folder that is imported. Every problem is told at once.
    pub fn read(path: &Path) -> Result<Self> {
        let told = |line: usize, problem: &Problem| {
            let at = match line {
                0 => String::new(),
                line => format!("{line}:"),
            };
            let field = match problem.field.as_str() {
                "" => String::new(),
                field => format!(" {field}:"),
            };
            format!("{}:{at}{field} {}", path.display(), problem.why)
        };
        let whole = |why| Error::Refused(told(0, &Problem::new("", why)));
        let input = super::open(path).map_err(|error| whole(unreadable(&error)))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut map = Self::default();
        let mut wrong = Vec::new();
        let read = records::read(input, |record| {
            let added = match record.object {
                Ok(object) => map.add(Fields::new(object), folder),
                Err(why) => Err(vec![Problem::new("", why)]),
            };
            if let Err(problems) = added {
                wrong.extend(problems.iter().map(|problem| told(record.line, problem)));
            }
            ControlFlow::Continue(())
        });
        match read {
            Err(error) => return Err(whole(unreadable(&error))),
            Ok(None) => return Err(whole("is empty: there are no sessions in it".to_owned())),
            Ok(Some(_)) => {}
        }
        if wrong.is_empty() {
            Ok(map)
        } else {
            Err(Error::Refused(wrong.join("\n")))
        }
    }

    fn add(&mut self, mut fields: Fields, folder: &Path) -> Result<(), Vec<Problem>> {
        let id = sessions::session_id(&fields.required("session"));
        let file = fields.text("file");
        let mut row = sessions::metadata(&mut fields, id);
        let aliases = fields.texts("aliases");
        row.aliases = aliases.iter().map(|a| sessions::session_id(a)).collect();
        // A session's turns come from its file alone.
        fields.take("turns");
        if let Some(file) = &file
            && let Some(other) = self.by_file.get(&normal(Path::new(file)))
            && self.rows[*other].id != row.id
        {
            let why = format!("was already given the session {}", self.rows[*other].id);
            fields.problem("file", why);
        }
        let (extra, problems) = fields.rest();
        if !problems.is_empty() {
            return Err(problems);
        }
        row.extra = extra;
        let number = self.rows.len();
        self.said += &format!("{file:?} {}\n", sessions::write(&row));
        if let Some(file) = file {
            if let Ok(found) = folder.join(&file).canonicalize() {
                self.by_path.insert(found, number);
            }
            self.by_file.insert(normal(Path::new(&file)), number);
        }
        self.by_id.insert(row.id.0.clone(), number);
        self.rows.push(row);
        Ok(())
    }

    /// SHA-256 of what the map says, if there is one.
    pub(super) fn sha256(&self) -> Option<String> {
        (!self.rows.is_empty()).then(|| sha256_hex(self.said.as_bytes()))
    }

    /// What the map says about a session.
    pub(super) fn of_session(&self, id: &str) -> Option<&Session> {
        Some(&self.rows[*self.by_id.get(id)?])
    }

    /// The session that a file holds: the file as it stands beside the map, or as it stands below
    /// the folder that is imported or one above it.
    pub(super) fn of_file(&self, candidate: &Candidate) -> Option<&Session> {
        if self.rows.is_empty() {
            return None;
        }
        let path = match &candidate.folder {
            Some(_) => candidate.real_path()?,
            None => candidate.path.canonicalize().ok()?,
        };
        if let Some(number) = self.by_path.get(&path) {
            return Some(&self.rows[*number]);
        }
        let folder = match &candidate.folder {
            Some(folder) => folder.real.clone(),
            None => path.parent()?.to_owned(),
        };
        let found = folder.ancestors().find_map(|above| {
            let below = path.strip_prefix(above).ok()?;
            self.by_file.get(&normal(below))
        })?;
        Some(&self.rows[*found])
    }
}

/// A path in one spelling: file names come in any Unicode form.
fn normal(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .map(|part| sessions::nfc(&part.as_os_str().to_string_lossy()))
        .collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::workflow::import::files::Folder;

    fn candidate(path: &Path, folder: Option<&Path>) -> Candidate {
        let folder = folder.map(|folder| Folder {
            path: folder.to_owned(),
            real: folder.canonicalize().unwrap(),
        });
        Candidate {
            folder: folder.map(Into::into),
            ..Candidate::named(path)
        }
    }

    #[test]
    fn a_file_is_found_from_the_map_from_the_folder_and_from_above_it() {
        let home = tempfile::tempdir().unwrap();
        let logs = home.path().join("logs/cafe\u{301}");
        fs::create_dir_all(&logs).unwrap();
        fs::create_dir_all(home.path().join("tables")).unwrap();
        for name in ["a.md", "b.md", "c.md"] {
            fs::write(logs.join(name), "").unwrap();
        }
        let file = home.path().join("tables/map.json");
        let rows = "{\"session\":\"A\",\"file\":\"../logs/cafe\u{301}/a.md\",\"seen\":1.50}\n\
                    {\"session\":\"B\",\"file\":\"café/b.md\",\"modality\":\"CLI\"}\n\
                    {\"session\":\"D\",\"agent\":\"x\"}\n";
        fs::write(&file, rows).unwrap();
        let map = SessionMap::read(&file).unwrap();
        let found = |name: &str, folder: Option<&Path>| {
            let session = map.of_file(&candidate(&logs.join(name), folder));
            session.map(|session| session.id.0.clone())
        };
        assert_eq!(found("a.md", None).as_deref(), Some("A"));
        for folder in [None, Some(&*logs), Some(&*home.path().join("logs"))] {
            assert_eq!(found("b.md", folder).as_deref(), Some("B"), "{folder:?}");
        }
        // Below the folder the file is logs/café/b.md, which the map does not name.
        assert_eq!(found("b.md", Some(home.path())), None);
        assert_eq!(found("c.md", None), None);
        assert_eq!(
            map.of_session("B").unwrap().modality.as_deref(),
            Some("cli")
        );
        assert_eq!(
            map.of_session("A").unwrap().extra["seen"].to_string(),
            "1.50"
        );
        assert!(map.of_session("D").is_some() && map.of_session("E").is_none());
    }

    #[test]
    fn every_problem_of_a_map_is_told_with_its_line() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("map.jsonl");
        let rows = "{\"session\":\"A\",\"file\":\"a.md\"}\n{\"file\":7,\"modality\":\"web\"}\n\
                    {\"session\":\"B\",\"file\":\"./a.md\"}\nnope\n";
        fs::write(&file, rows).unwrap();
        let told = SessionMap::read(&file).unwrap_err().to_string();
        let told: Vec<&str> = told
            .lines()
            .map(|line| line.rsplit("map.jsonl:").next().unwrap())
            .collect();
        assert_eq!(
            told[..4],
            [
                "2: session: is missing or empty",
                "2: file: must be a text, not 7",
                "2: modality: must be ide or cli, not \"web\"",
                "3: file: was already given the session A",
            ]
        );
        assert!(told[4].starts_with("4: is not JSON"), "{told:?}");
        let missing = SessionMap::read(&home.path().join("none.json"));
        assert!(
            missing
                .unwrap_err()
                .to_string()
                .ends_with("none.json: does not exist")
        );
    }
}
