//! What the folders of a log say about it: its project's name, repository and licence.

use std::{
    collections::HashMap,
    fs,
    path::{Component, Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{domain::ids::SessionId, formats::sessions::session_id};

/// What the folder of a log says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The name of the project's folder.
    pub project: Option<String>,
    /// `owner/name`.
    pub repository: Option<String>,
    /// As SPDX writes it.
    pub license: Option<String>,
}

/// Looks at each folder once.
#[derive(Default)]
pub(super) struct Folders(Mutex<HashMap<PathBuf, Arc<Facts>>>);

/// Folders that are remembered; a tree may have any number.
const REMEMBERED: usize = 4096;

impl Folders {
    /// What the folder of a file says; `path` is absolute.
    pub fn facts(&self, path: &Path) -> Arc<Facts> {
        let Some(folder) = path.parent() else {
            return Arc::default();
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(facts) = known.get(folder) {
            return facts.clone();
        }
        if known.len() == REMEMBERED {
            known.clear();
        }
        let facts = Arc::new(look(folder));
        known.insert(folder.to_owned(), facts.clone());
        facts
    }
}

/// The project's folder is the one that holds `.specstory`, else the file's own. A folder that is
/// called `owner__name` stands for that repository.
fn look(folder: &Path) -> Facts {
    let export = folder.ancestors().find(|f| f.ends_with(".specstory"));
    let home = export.and_then(Path::parent);
    let stands_for = folder
        .ancestors()
        .find_map(|f| Some((f, repository_of(&name_of(f)?)?)));
    let (stated_in, repository) = stands_for.unzip();
    let licensed = [home, stated_in].into_iter().flatten();
    Facts {
        project: name_of(home.unwrap_or(folder)),
        // Above it, a repository may be the one in which sessions of others are collected.
        repository: home.and_then(origin).or(repository),
        license: licensed.into_iter().find_map(license),
    }
}

fn name_of(folder: &Path) -> Option<String> {
    match folder.components().next_back() {
        Some(Component::Normal(name)) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    }
}

/// `owner__name` as `owner/name`, where both can be names at a code host.
fn repository_of(folder: &str) -> Option<String> {
    let (owner, name) = folder.split_once("__")?;
    let is_name = |text: &str, more: &str| {
        let ok = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
        text.starts_with(|c: char| c.is_ascii_alphanumeric() || more.contains('.') && c == '.')
            && text.chars().all(ok)
    };
    (is_name(owner, "-") && is_name(name, "-._")).then(|| format!("{owner}/{name}"))
}

/// The repository from which a project was cloned, by its address.
fn origin(project: &Path) -> Option<String> {
    let config = fs::read_to_string(project.join(".git/config")).ok()?;
    let (_, section) = config.split_once("[remote \"origin\"]")?;
    let mut lines = section.lines().skip(1).map(str::trim);
    let address = lines
        .by_ref()
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix("url")?.trim_start().strip_prefix('='))?;
    let address = address.trim().trim_end_matches('/');
    let address = address.strip_suffix(".git").unwrap_or(address);
    let mut parts = address.rsplit(['/', ':']);
    let (name, owner) = (parts.next()?, parts.next()?);
    parts.next()?;
    (!name.is_empty() && !owner.is_empty()).then(|| format!("{owner}/{name}"))
}

/// Sentences by which a licence is known, the longer name before one that it contains.
const LICENSES: [(&str, &str); 10] = [
    ("Apache-2.0", "Apache License Version 2.0"),
    (
        "AGPL-3.0-only",
        "GNU AFFERO GENERAL PUBLIC LICENSE Version 3",
    ),
    (
        "LGPL-3.0-only",
        "GNU LESSER GENERAL PUBLIC LICENSE Version 3",
    ),
    ("GPL-3.0-only", "GNU GENERAL PUBLIC LICENSE Version 3"),
    ("GPL-2.0-only", "GNU GENERAL PUBLIC LICENSE Version 2"),
    ("MPL-2.0", "Mozilla Public License Version 2.0"),
    (
        "MIT",
        "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files",
    ),
    (
        "ISC",
        "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted",
    ),
    (
        "BSD-3-Clause",
        "may be used to endorse or promote products derived from this software",
    ),
    (
        "Unlicense",
        "This is free and unencumbered software released into the public domain",
    ),
];

/// The licence in a project's folder, if it is a well known one.
fn license(project: &Path) -> Option<String> {
    let text = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING"]
        .iter()
        .find_map(|name| fs::read_to_string(project.join(name)).ok())?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words
        .join(" ")
        .replace("License, Version", "License Version");
    let known = LICENSES
        .iter()
        .find(|(_, sentence)| text.contains(sentence));
    known.map(|(name, _)| (*name).to_owned())
}

/// The name that a log without an id has by where it lies: its project's folder and its own name;
/// a transcript in a folder of checkpoints that folder, its checkpoint and its place in it.
pub(super) fn name_by_place(path: &Path, facts: &Facts) -> SessionId {
    if let Some(name) = checkpoint_name(path) {
        return session_id(&name);
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    session_id(&match &facts.project {
        Some(project) => format!("{project}__{stem}"),
        None => stem.into_owned(),
    })
}

/// `FOLDER/ab/cdef012345/0/full.jsonl` is the first session of the checkpoint `abcdef012345`.
pub(super) fn checkpoint_name(path: &Path) -> Option<String> {
    let mut above = path.ancestors().skip(1).map(name_of);
    let mut next = || above.next().flatten();
    let (index, rest, first, folder) = (next()?, next()?, next()?, next()?);
    let is_hex =
        |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
    let is_checkpoint = is_hex(&first, 2)
        && is_hex(&rest, 10)
        && !index.is_empty()
        && index.bytes().all(|b| b.is_ascii_digit());
    is_checkpoint.then(|| format!("{folder}__{first}{rest}-{index}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_named_after_its_project_and_file_in_nfc() {
        let name = |path: &str| {
            let path = Path::new(path);
            name_by_place(path, &look(path.parent().unwrap())).0
        };
        let history = "/x/cafe\u{301}/.specstory/history/old/2025-01-01_a.b.md";
        assert_eq!(name(history), "café__2025-01-01_a.b");
        assert_eq!(name("/x/cafe\u{301}/x y.md"), "café__x y");
        assert_eq!(name("/x.md"), "x");
        assert_eq!(
            name("/x/o__r/8e/0a64736bc7/12/full.jsonl"),
            "o__r__8e0a64736bc7-12"
        );
        assert_eq!(name("/x/o__r/8e/0a64736bc/1/full.jsonl"), "1__full");
    }

    #[test]
    fn a_repository_is_known_by_the_clone_or_by_the_folders_name() {
        let home = tempfile::tempdir().unwrap();
        let project = home.path().join("some__thing/checkout");
        let history = project.join(".specstory/history");
        fs::create_dir_all(&history).unwrap();
        assert_eq!(look(&history).repository.as_deref(), Some("some/thing"));
        fs::create_dir_all(project.join(".git")).unwrap();
        for (address, wanted) in [
            ("https://host.org/own.er/na_me.git", "own.er/na_me"),
            ("git@host.org:owner/name", "owner/name"),
            ("/srv/git/name/", "git/name"),
        ] {
            let config = format!(
                "[core]\n\turl = a/b/c\n[remote \"origin\"]\n\tfetch = x\n\turl = {address}\n[branch \"main\"]\n"
            );
            fs::write(project.join(".git/config"), config).unwrap();
            assert_eq!(look(&history).repository.as_deref(), Some(wanted));
        }
        // A clone that merely holds logs of others says nothing about them.
        let logs = project.join("logs");
        fs::create_dir_all(&logs).unwrap();
        assert_eq!(look(&logs).repository.as_deref(), Some("some/thing"));
        assert_eq!(
            look(Path::new("/a__b c/-x__y")),
            Facts {
                project: Some("-x__y".into()),
                ..Facts::default()
            }
        );
    }

    #[test]
    fn a_licence_is_known_by_its_sentences() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("o__r/8e");
        fs::create_dir_all(&folder).unwrap();
        assert_eq!(look(&folder).license, None);
        for (text, wanted) in [
            (
                "Apache License\n   Version 2.0, January 2004",
                Some("Apache-2.0"),
            ),
            (
                "MIT License\n\nPermission is hereby granted, free of charge, to any\nperson obtaining a copy of this software and associated documentation files",
                Some("MIT"),
            ),
            ("All rights reserved.", None),
        ] {
            fs::write(home.path().join("o__r/LICENSE.md"), text).unwrap();
            assert_eq!(look(&folder).license.as_deref(), wanted);
        }
    }
}
