//! The built program in a pseudo-terminal, as a user has it in front of them.

#![allow(dead_code, clippy::unwrap_used)]

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);
/// Each key is answered by a frame, though not all keys change it.
const DRAWING: Duration = Duration::from_secs(5);
/// A screen that has not changed for so long is finished.
const QUIET: Duration = Duration::from_millis(45);

/// The program, without a terminal, in a home of its own.
pub fn tiebreak(home: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiebreak"));
    command.args(args).current_dir(home).stdin(Stdio::null());
    for (key, value) in environment(home) {
        command.env(key, value);
    }
    command.env_remove("TIEBREAK_STUDY").output().unwrap()
}

/// As [`tiebreak`], where it has to succeed; gives what it printed.
pub fn run(home: &Path, args: &[&str]) -> String {
    let output = tiebreak(home, args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tiebreak {args:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

fn environment(home: &Path) -> [(&'static str, PathBuf); 3] {
    [
        ("HOME", home.to_owned()),
        ("XDG_DATA_HOME", home.join("data")),
        ("TERM", "xterm-256color".into()),
    ]
}

struct Seen {
    parser: vt100::Parser,
    /// Nothing was drawn since the last key.
    awaited: bool,
    changed: Instant,
    closed: bool,
}

/// A running program with its screen.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Box<dyn Write + Send>,
    seen: Arc<Mutex<Seen>>,
}

impl Terminal {
    /// Starts the program on a screen of `columns` by `rows`.
    pub fn start(home: &Path, args: &[&str], size: (u16, u16)) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tiebreak"));
        command.args(args);
        Self::run(home, command, size)
    }

    /// Starts any program, in the same surroundings.
    pub fn run(home: &Path, mut command: CommandBuilder, (columns, rows): (u16, u16)) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        command.cwd(home);
        for (key, value) in environment(home) {
            command.env(key, value);
        }
        command.env_remove("TIEBREAK_STUDY");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let seen = Arc::new(Mutex::new(Seen {
            parser: vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0),
            awaited: true,
            changed: Instant::now(),
            closed: false,
        }));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let shared = seen.clone();
        thread::spawn(move || {
            let mut buffer = [0; 16_384];
            loop {
                let read = reader.read(&mut buffer).unwrap_or(0);
                let mut seen = shared.lock().unwrap();
                seen.changed = Instant::now();
                seen.awaited = false;
                if read == 0 || seen.closed {
                    seen.closed = true;
                    break;
                }
                seen.parser.process(&buffer[..read]);
            }
        });
        Self {
            child,
            master: Some(pair.master),
            writer,
            seen,
        }
    }

    /// Types keys: characters as they are, and `<Enter>`, `<Esc>`, `<Tab>`, `<Left>`, `<C-r>`, ...
    pub fn keys(&mut self, keys: &str) {
        self.seen.lock().unwrap().awaited = true;
        for key in split(keys) {
            self.writer.write_all(bytes(&key).as_bytes()).unwrap();
        }
        self.writer.flush().unwrap();
    }

    /// The screen as text, without waiting.
    pub fn screen(&self) -> String {
        contents(&self.seen.lock().unwrap())
    }

    /// What a function makes of the screen, with its colours.
    pub fn with_screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.seen.lock().unwrap().parser.screen())
    }

    /// Row and column of the cursor, where it is shown.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        let seen = self.seen.lock().unwrap();
        let screen = seen.parser.screen();
        (!screen.hide_cursor()).then(|| screen.cursor_position())
    }

    /// Whether the program has given the terminal back: the main screen, with its cursor.
    pub fn is_restored(&self) -> bool {
        let seen = self.seen.lock().unwrap();
        !seen.parser.screen().alternate_screen() && !seen.parser.screen().hide_cursor()
    }

    /// Waits until the program has drawn after the last key and the screen does not change any more.
    pub fn settled(&self) -> String {
        let start = Instant::now();
        loop {
            thread::sleep(Duration::from_millis(8));
            let seen = self.seen.lock().unwrap();
            let quiet = !seen.awaited && seen.changed.elapsed() > QUIET;
            if seen.closed || quiet || start.elapsed() > DRAWING {
                return contents(&seen);
            }
        }
    }

    /// Waits until a text stands on the screen.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |terminal| terminal.screen().contains(text));
        self.settled()
    }

    /// Waits until something is so; `what` says what, where it is waited for in vain.
    #[track_caller]
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            assert!(
                start.elapsed() < PATIENCE,
                "waited in vain for {what:?}; the screen shows:\n{}",
                self.screen()
            );
            thread::sleep(Duration::from_millis(8));
        }
    }

    pub fn resize(&mut self, (columns, rows): (u16, u16)) {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.seen
            .lock()
            .unwrap()
            .parser
            .screen_mut()
            .set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    /// Sends a signal, such as `KILL`, and waits for the end.
    pub fn kill(&mut self, signal: &str) {
        self.signal(signal);
        self.ended();
    }

    /// Sends a signal, such as `CONT`.
    pub fn signal(&self, signal: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let sent = Command::new("kill")
            .args(["-s", signal, &pid])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Takes the terminal away from under the program, as a dropped line or a closed window does.
    pub fn hang_up(&mut self) {
        self.seen.lock().unwrap().closed = true;
        // The answer to a key lets the reader see that it is to stop.
        self.keys("?");
        let start = Instant::now();
        while self.seen.lock().unwrap().awaited && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(2));
        }
        self.writer = Box::new(std::io::sink());
        self.master = None;
    }

    /// Waits for the program to end by itself; gives its exit code.
    #[track_caller]
    pub fn ended(&mut self) -> u32 {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                while !self.seen.lock().unwrap().closed && start.elapsed() < PATIENCE {
                    thread::sleep(Duration::from_millis(2));
                }
                return status.exit_code();
            }
            assert!(
                start.elapsed() < PATIENCE,
                "the program does not end:\n{}",
                self.screen()
            );
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Blanks at the ends of lines tell only whether they were ever written.
fn contents(seen: &Seen) -> String {
    let text = seen.parser.screen().contents();
    text.lines()
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect()
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Keys one by one: `3<Enter>x` is `3`, `<Enter>`, `x`.
pub fn split(keys: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        let named = rest
            .strip_prefix('<')
            .and_then(|tail| tail.find('>'))
            .map(|end| end + 2);
        let length = named.unwrap_or(first.len_utf8());
        found.push(rest[..length].to_owned());
        rest = &rest[length..];
    }
    found
}

fn bytes(key: &str) -> String {
    match key {
        "<Enter>" => "\r".into(),
        "<Esc>" => "\u{1b}".into(),
        "<Tab>" => "\t".into(),
        "<BackTab>" => "\u{1b}[Z".into(),
        "<Backspace>" => "\u{7f}".into(),
        "<Up>" => "\u{1b}[A".into(),
        "<Down>" => "\u{1b}[B".into(),
        "<Right>" => "\u{1b}[C".into(),
        "<Left>" => "\u{1b}[D".into(),
        "<Space>" => " ".into(),
        "<lt>" => "<".into(),
        other => match other
            .strip_prefix("<C-")
            .and_then(|rest| rest.chars().next())
        {
            Some(letter) => char::from(letter.to_ascii_lowercase() as u8 & 0x1f).to_string(),
            None => other.to_owned(),
        },
    }
}
