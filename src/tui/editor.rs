//! A text written in the user's own editor.

use std::{
    env,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

/// What the editor made of the text. A file that cannot be read again changes nothing.
pub fn edit(text: &str) -> io::Result<String> {
    let program = ["VISUAL", "EDITOR"]
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.trim().is_empty()))
        .unwrap_or_else(|| "vi".to_owned());
    let path = draft(text)?;
    let written = run(&program, &path);
    fs::remove_file(&path).ok();
    Ok(written?.trim_end_matches(['\r', '\n']).to_owned())
}

/// A file with the text that nobody else on the machine can read or put in its place.
fn draft(text: &str) -> io::Result<PathBuf> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut number = 0;
    loop {
        let name = format!("tiebreak-{}-{number}.txt", std::process::id());
        let path = env::temp_dir().join(name);
        match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => {
                number += 1;
            }
            Err(error) => return Err(error),
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                return Ok(path);
            }
        }
    }
}

fn run(program: &str, path: &Path) -> io::Result<String> {
    // The variable may hold arguments, as in "code --wait".
    let mut words = program.split_whitespace();
    let status = Command::new(words.next().unwrap_or("vi"))
        .args(words)
        .arg(path)
        .status()
        .map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("{program} could not be started: {error}"),
            )
        })?;
    if !status.success() {
        return Err(io::Error::other(format!("{program} ended with {status}")));
    }
    fs::read_to_string(path)
}
