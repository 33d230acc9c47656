//! The terminal, taken over and given back whatever happens.

use std::{
    io::{self, Stdout, stdout},
    panic,
    sync::{
        Arc, Once,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crossterm::{
    cursor::Show,
    event::{self, DisableBracketedPaste, EnableBracketedPaste},
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::{Frame, Terminal, backend::CrosstermBackend};

/// What comes in from outside.
pub enum Input {
    Key(event::KeyEvent),
    Paste(String),
    /// The screen has to be drawn again.
    Redraw,
    /// Nothing for a while.
    Idle,
    /// A signal or the loss of the terminal ends the program.
    End,
}

/// Whether the terminal is ours. It is given back once: a second time would put the cursor back to
/// where it was at the start, over whatever was said since, such as why the program failed.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The screen in raw mode. Dropping it, or a panic, gives the terminal back.
pub struct Guard {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    signals: Signals,
}

impl Guard {
    pub fn enter() -> io::Result<Self> {
        restore_on_panic();
        let signals = Signals::register()?;
        take()?;
        let terminal =
            Terminal::new(CrosstermBackend::new(stdout())).inspect_err(|_| give_back())?;
        Ok(Self { terminal, signals })
    }

    pub fn draw(&mut self, view: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.terminal.draw(view)?;
        Ok(())
    }

    /// Draws everything anew with the next frame.
    pub fn forget(&mut self) -> io::Result<()> {
        // `Terminal::clear` would ask the terminal where its cursor is, and not every one answers.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    /// Whether a key waits to be read.
    pub fn is_pending(&self) -> bool {
        event::poll(Duration::ZERO).unwrap_or(false)
    }

    /// Waits for something to happen, at most so long.
    pub fn next(&mut self, patience: Duration) -> Input {
        let ready = event::poll(patience);
        if self.signals.end() {
            return Input::End;
        }
        if self.signals.woken() {
            return match take().and_then(|()| self.forget()) {
                Ok(()) => Input::Redraw,
                Err(_) => Input::End,
            };
        }
        match ready {
            Ok(false) => Input::Idle,
            Err(_) => Input::End,
            Ok(true) => match event::read() {
                Ok(event::Event::Key(key)) if key.kind != event::KeyEventKind::Release => {
                    Input::Key(key)
                }
                Ok(event::Event::Paste(text)) => Input::Paste(text),
                Ok(event::Event::Resize(..)) => Input::Redraw,
                Ok(_) => Input::Idle,
                Err(_) => Input::End,
            },
        }
    }

    /// Stops the program as Ctrl-Z does, and goes on where it was.
    pub fn suspend(&mut self) -> io::Result<()> {
        self.outside(Signals::stop)
    }

    /// Gives the terminal to somebody else for a while.
    pub fn outside<T>(&mut self, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        give_back();
        let done = work();
        self.signals.forgive();
        take()?;
        self.forget()?;
        done
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

fn take() -> io::Result<()> {
    TAKEN.store(true, Ordering::Relaxed);
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste).inspect_err(|_| give_back())
}

/// Nothing can be done about a terminal that is gone.
fn give_back() {
    if !TAKEN.swap(false, Ordering::Relaxed) {
        return;
    }
    execute!(stdout(), DisableBracketedPaste, LeaveAlternateScreen, Show).ok();
    disable_raw_mode().ok();
}

fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            give_back();
            before(info);
        }));
    });
}

/// How long the loop may take to end after a signal.
#[cfg(unix)]
const GRACE: Duration = Duration::from_secs(2);

/// Ends the program where its loop cannot: crossterm reads for ever from a terminal that is gone.
#[cfg(unix)]
fn see_to_the_end() -> io::Result<()> {
    use signal_hook::{consts::*, iterator};
    let mut signals = iterator::Signals::new([SIGTERM, SIGHUP])?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            std::thread::sleep(GRACE);
            give_back();
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

/// Signals that came since the last look.
struct Signals {
    end: Arc<AtomicBool>,
    interrupt: Arc<AtomicBool>,
    woken: Arc<AtomicBool>,
}

impl Signals {
    fn end(&self) -> bool {
        self.end.load(Ordering::Relaxed) || self.interrupt.load(Ordering::Relaxed)
    }

    /// Forgets a Ctrl-C that was meant for the program that had the terminal.
    fn forgive(&self) {
        self.interrupt.store(false, Ordering::Relaxed);
    }

    fn woken(&self) -> bool {
        self.woken.swap(false, Ordering::Relaxed)
    }

    #[cfg(unix)]
    fn register() -> io::Result<Self> {
        use signal_hook::{consts::*, flag::register};
        let signals = Self {
            end: Arc::default(),
            interrupt: Arc::default(),
            woken: Arc::default(),
        };
        for signal in [SIGTERM, SIGHUP] {
            register(signal, signals.end.clone())?;
        }
        register(SIGINT, signals.interrupt.clone())?;
        register(SIGCONT, signals.woken.clone())?;
        see_to_the_end()?;
        Ok(signals)
    }

    #[cfg(not(unix))]
    fn register() -> io::Result<Self> {
        Ok(Self {
            end: Arc::default(),
            interrupt: Arc::default(),
            woken: Arc::default(),
        })
    }

    #[cfg(unix)]
    fn stop() -> io::Result<()> {
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)
    }

    #[cfg(not(unix))]
    fn stop() -> io::Result<()> {
        Ok(())
    }
}
