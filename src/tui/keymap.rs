//! Every key of every screen, once. The table feeds dispatch, footers, help and the README.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde::{Deserialize, Serialize};

/// A key as it is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub code: KeyCode,
    pub ctrl: bool,
    pub alt: bool,
}

impl Key {
    pub const fn of(code: KeyCode) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
        }
    }

    pub const fn char(c: char) -> Self {
        Self::of(KeyCode::Char(c))
    }

    pub const fn ctrl(c: char) -> Self {
        Self {
            ctrl: true,
            ..Self::char(c)
        }
    }

    pub const fn alt(code: KeyCode) -> Self {
        Self {
            alt: true,
            ..Self::of(code)
        }
    }

    /// The character that the key types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self {
            code: event.code,
            ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
            alt: event.modifiers.contains(KeyModifiers::ALT),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if self.ctrl => write!(f, "{}", c.to_ascii_uppercase()),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::F(number) => write!(f, "F{number}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// On every screen, also while a text is typed.
    Always,
    /// On every screen, unless a text is typed.
    Screen,
    /// Wherever something can be chosen from a list.
    List,
    Home,
    /// The form and the evidence, in the annotate and adjudicate screens.
    Labelling,
    Annotate,
    Adjudicate,
    /// The adjudicator says whose answers to take as a whole.
    Whole,
    /// Gold is complete.
    Settled,
    /// The list of units.
    Units,
    /// Agreement and accuracy, axis by axis.
    Figures,
    /// The table of two raters' codes.
    Matrix,
    /// A unit to be read.
    Page,
    /// The list of all units.
    Browse,
    /// The values to choose from.
    Values,
    /// The rules of a codebook.
    Rules,
    /// The search of everything, while it is typed.
    Find,
    /// What the sessions are.
    Corpus,
    /// While a text is typed.
    Text,
    /// While a text is typed that may have several lines.
    Lines,
    /// The session reader.
    Reader,
    /// A question that wants a yes.
    Confirm,
    /// The list of keys.
    Help,
}

impl Context {
    /// In the order of the help.
    pub const ALL: [Context; 23] = [
        Context::Labelling,
        Context::Annotate,
        Context::Adjudicate,
        Context::Whole,
        Context::Settled,
        Context::Text,
        Context::Lines,
        Context::Reader,
        Context::Home,
        Context::Figures,
        Context::Matrix,
        Context::Page,
        Context::Browse,
        Context::Values,
        Context::Rules,
        Context::Find,
        Context::Corpus,
        Context::List,
        Context::Units,
        Context::Confirm,
        Context::Help,
        Context::Screen,
        Context::Always,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Context::Always => "Always, also while typing",
            Context::Screen => "Everywhere",
            Context::List => "Lists",
            Context::Home => "Home",
            Context::Labelling => "Labelling",
            Context::Annotate => "Annotating",
            Context::Adjudicate => "Adjudicating",
            Context::Whole => "Taking everything from one annotator",
            Context::Settled => "Gold is complete",
            Context::Units => "List of units",
            Context::Figures => "Agreement and accuracy",
            Context::Matrix => "Who said what against whom",
            Context::Page => "Reading a unit",
            Context::Browse => "Browsing units",
            Context::Values => "Choosing a value",
            Context::Rules => "Codebook",
            Context::Find => "Searching",
            Context::Corpus => "Corpus",
            Context::Text => "Typing a text",
            Context::Lines => "Typing a text of several lines",
            Context::Reader => "Reading a session",
            Context::Confirm => "A question",
            Context::Help => "Help",
        }
    }
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Command {
    Quit,
    Suspend,
    Redraw,
    Help,
    Back,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Choose,
    Next,
    Previous,
    Toggle,
    Undo,
    Redo,
    Note,
    Flag,
    Unsure,
    Skip,
    TakeBack,
    PreviousUnit,
    NextUnit,
    NextOpen,
    OpenSession,
    EarlierUses,
    Detail,
    Reveal,
    Units,
    Filter,
    Done,
    Newline,
    Editor,
    NextTurn,
    PreviousTurn,
    NextUserTurn,
    PreviousUserTurn,
    ToTurn,
    Fold,
    FoldAll,
    NextFold,
    PreviousFold,
    NextMark,
    PreviousMark,
    Search,
    NextHit,
    PreviousHit,
    /// Take the answer of an annotator, by the place of the column.
    Take(u8),
    TakeAll,
    TakeAgreed,
    NextDispute,
    Reason,
    Names,
    Judges,
    Home,
    Lock,
    Who,
    Studies,
    Figures,
    Differences,
    Browse,
    Clear,
    Codebook,
    Corpus,
    Find,
    Yes,
    No,
}

/// One row of the table.
pub struct Binding {
    pub context: Context,
    pub keys: &'static [Key],
    pub command: Command,
    /// For the footer; empty where the footer has no room for it.
    pub short: &'static str,
    /// For help and README.
    pub help: &'static str,
}

macro_rules! bindings {
    ($($context:ident: $($keys:expr),+ => $command:ident $(($place:literal))?, $short:literal, $help:literal;)*) => {
        &[$(Binding {
            context: Context::$context,
            keys: &[$($keys),+],
            command: Command::$command $(($place))?,
            short: $short,
            help: $help,
        }),*]
    };
}

const fn c(c: char) -> Key {
    Key::char(c)
}

const fn k(code: KeyCode) -> Key {
    Key::of(code)
}

const UP: Key = k(KeyCode::Up);
const DOWN: Key = k(KeyCode::Down);
const LEFT: Key = k(KeyCode::Left);
const RIGHT: Key = k(KeyCode::Right);
const ENTER: Key = k(KeyCode::Enter);
const ESC: Key = k(KeyCode::Esc);
const TAB: Key = k(KeyCode::Tab);
const BACK_TAB: Key = k(KeyCode::BackTab);
const PAGE_UP: Key = k(KeyCode::PageUp);
const PAGE_DOWN: Key = k(KeyCode::PageDown);
const HOME: Key = k(KeyCode::Home);
const END: Key = k(KeyCode::End);

/// The table. A codebook's own keys are not in it: they are data, and never one of these letters.
pub const BINDINGS: &[Binding] = bindings! {
    Labelling: ENTER => Choose, "next", "go on to the next question; on the last one, submit";
    Labelling: c(' ') => Toggle, "choose", "choose the code under the cursor, or take it away; type in a text";
    Labelling: c('j'), DOWN => Down, "", "one row down";
    Labelling: c('k'), UP => Up, "", "one row up";
    Labelling: TAB => Next, "", "the next question";
    Labelling: BACK_TAB => Previous, "", "the question before";
    Labelling: c('l'), RIGHT => Right, "", "the next value of an attribute or scale; else the next question";
    Labelling: c('h'), LEFT => Left, "", "the value before; else the question before";
    Labelling: c('u') => Undo, "undo", "take back the last step, on whatever unit it was; without end";
    Labelling: c('r'), Key::ctrl('r') => Redo, "", "do again what was undone";
    Labelling: c('n') => Note, "note", "write a note for the adjudicator";
    Labelling: c('f') => Flag, "flag", "flag the unit with a reason, such as \"not a real episode\"; an empty reason takes the flag away";
    Labelling: c('o') => OpenSession, "session", "open the session at the quoted turn";
    Labelling: c('e') => EarlierUses, "", "show where you used the code under the cursor before";
    Labelling: c('D') => Detail, "", "read all that the codebook says about what the cursor is on";
    Labelling: c('v') => Reveal, "", "show alignment goal and confidence, or hide them again";
    Labelling: c('[') => PreviousUnit, "", "the unit before";
    Labelling: c(']') => NextUnit, "", "the next unit";
    Labelling: c('g') => Units, "list", "list of the units";
    Labelling: PAGE_UP => PageUp, "", "scroll the evidence up";
    Labelling: PAGE_DOWN => PageDown, "", "scroll the evidence down";
    Annotate: c('m') => Unsure, "unsure", "mark the unit as unsure, or take the mark away";
    Annotate: c('z') => Skip, "put off", "put the unit off: it comes back when the others are done";
    Annotate: c('b') => TakeBack, "", "take a submitted unit back, to change it";
    Adjudicate: c('A') => Take(0), "take A", "take A's answer to the question under the cursor, with all that belongs to it";
    Adjudicate: c('B') => Take(1), "take B", "take B's answer";
    Adjudicate: c('C') => Take(2), "", "take C's answer, where there are so many annotators";
    Adjudicate: c('E') => Take(3), "", "take E's answer (D has another meaning)";
    Adjudicate: c('F') => Take(4), "", "take F's answer";
    Adjudicate: c('G') => Take(5), "", "take G's answer";
    Adjudicate: c('T') => TakeAll, "all", "take everything from one annotator: T, then the letter";
    Adjudicate: c('R') => Reason, "reason", "say why; needed where gold is what none of the annotators says";
    Adjudicate: c('U') => TakeAgreed, "agreed", "accept what is unanimous: fill in all axes on which the annotators agree; where nothing else is left, save and go to the next such unit";
    Adjudicate: c('N') => NextDispute, "", "the next unit that waits for gold";
    Adjudicate: c('W') => Names, "names", "show who A and B are on this unit, or mask them again; saved units show it";
    Adjudicate: c('J') => Judges, "", "show what the judges say, once gold is complete, or hide it again";
    Adjudicate: c('m') => Unsure, "", "mark the unit as unsure, or take the mark away";
    Adjudicate: c('z') => Skip, "", "put the unit off: it comes back when the others are done";
    Adjudicate: c('b') => TakeBack, "", "take a saved unit back, to change it; a unanimous one as well";
    Whole: c('A') => Take(0), "everything from A", "take everything from A";
    Whole: c('B') => Take(1), "everything from B", "take everything from B";
    Whole: c('C') => Take(2), "", "take everything from C";
    Whole: c('E') => Take(3), "", "take everything from E";
    Whole: c('F') => Take(4), "", "take everything from F";
    Whole: c('G') => Take(5), "", "take everything from G";
    Settled: c('h'), ENTER => Home, "home", "go to the home screen";
    Settled: c('f') => Figures, "figures", "read agreement and accuracy";
    Settled: c('g') => Units, "list", "list of the units";
    Settled: c('u') => Undo, "undo", "take back the last save";
    Text: ENTER => Done, "done", "finish the text";
    Text: TAB => Next, "", "finish the text and go to the next question";
    Text: BACK_TAB => Previous, "", "finish the text and go to the question before";
    Lines: Key::ctrl('j'), Key::alt(KeyCode::Enter) => Newline, "new line", "a new line";
    Lines: Key::ctrl('e') => Editor, "$EDITOR", "write the text in the editor named by $EDITOR";
    Text: ESC => Back, "back", "leave the text; what was typed is already saved";
    Reader: c('n') => NextMark, "next quote", "the next quote";
    Reader: c('N'), c('p') => PreviousMark, "", "the quote before";
    Reader: c('/') => Search, "search", "search the session";
    Reader: c('.') => NextHit, "", "the next hit";
    Reader: c(',') => PreviousHit, "", "the hit before";
    Reader: c(']'), RIGHT => NextTurn, "", "the next turn";
    Reader: c('['), LEFT => PreviousTurn, "turns", "the turn before";
    Reader: c('u') => NextUserTurn, "", "the next turn that the user typed";
    Reader: c('U') => PreviousUserTurn, "", "the turn of the user before";
    Reader: c('t'), c(':') => ToTurn, "", "go to a turn by its number";
    Reader: ENTER, c('z') => Fold, "fold", "unfold what is in hand, or fold it again: a tool call, thinking, a sub-agent, the middle of a long turn of the agent";
    Reader: TAB => NextFold, "", "take the next thing that can be folded into hand";
    Reader: BACK_TAB => PreviousFold, "", "take the one before into hand";
    Reader: c('Z') => FoldAll, "all", "unfold everything; where everything is open, fold all of it";
    Reader: c('j'), DOWN => Down, "", "one row down";
    Reader: c('k'), UP => Up, "", "one row up";
    Reader: c(' '), PAGE_DOWN => PageDown, "", "one page down";
    Reader: PAGE_UP => PageUp, "", "one page up";
    Reader: c('g'), HOME => Top, "", "the beginning";
    Reader: c('G'), END => Bottom, "", "the end";
    Home: c('l') => Lock, "lock", "lock the batch, once everybody has submitted everything";
    Home: c('f') => Figures, "figures", "agreement and accuracy of the batch under the cursor";
    Home: c('b') => Browse, "browse", "all units, with filters";
    Home: c('/'), c('S') => Find, "search", "find words in sessions, episodes, codebooks and notes";
    Home: c('c') => Codebook, "codebook", "the rules of labelling";
    Home: c('o') => Corpus, "corpus", "overview of the sessions: sources, agents, months";
    Home: c('w') => Who, "who", "say who sits here";
    Home: c('s') => Studies, "studies", "the studies that were opened before, to open another";
    Figures: ENTER => Choose, "closer", "who said what against whom on the axis under the cursor; for a text, what was written";
    Figures: TAB => Next, "against", "the next comparison: the annotators with each other, then a judge or an annotator with gold";
    Figures: BACK_TAB => Previous, "", "the comparison before";
    Figures: c('d') => Differences, "differences", "the units on which they differ; for an annotator, where gold went another way";
    Figures: c('c') => Codebook, "", "the rules of labelling";
    Matrix: ENTER => Choose, "units", "the units in the cell";
    Matrix: c('h'), LEFT => Left, "", "one column to the left";
    Matrix: c('l'), RIGHT => Right, "", "one column to the right";
    Matrix: c('d') => Differences, "differences", "the units on which they differ on this axis";
    Matrix: TAB => Next, "", "the next pair of raters, where there are more than two";
    Page: c('o'), ENTER => OpenSession, "session", "open the session at the quoted turn";
    Page: c('n') => NextMark, "next quote", "the next quote";
    Page: c('N'), c('p') => PreviousMark, "", "the quote before";
    Page: c(']'), RIGHT => NextUnit, "next unit", "the next unit of the list";
    Page: c('['), LEFT => PreviousUnit, "", "the unit before";
    Page: c('j'), DOWN => Down, "", "one row down";
    Page: c('k'), UP => Up, "", "one row up";
    Page: c(' '), PAGE_DOWN => PageDown, "", "one page down";
    Page: PAGE_UP => PageUp, "", "one page up";
    Page: c('g'), HOME => Top, "", "the beginning";
    Page: c('G'), END => Bottom, "", "the end";
    Browse: ENTER => Choose, "read", "read the unit under the cursor, with all answers that may be seen";
    Browse: c('f') => Filter, "filter", "filter by repository, agent, batch, gold, a code and so on";
    Browse: c('/') => Search, "search", "find a text in names and descriptions";
    Browse: c('S') => Find, "", "find words in sessions, episodes, codebooks and notes";
    Browse: c('x') => Clear, "clear", "take all filters away";
    Browse: TAB => Next, "task", "the units of the next task";
    Browse: BACK_TAB => Previous, "", "the units of the task before";
    Browse: c('c') => Codebook, "", "the rules of labelling";
    Values: ENTER => Done, "choose", "choose what is under the cursor";
    Values: DOWN, TAB => Next, "", "one row down";
    Values: UP, BACK_TAB => Previous, "", "one row up";
    Values: ESC => Back, "back", "leave it as it is";
    Rules: c('/') => Search, "search", "find a text in the rules";
    Rules: c('.') => NextHit, "next hit", "the next hit";
    Rules: c(',') => PreviousHit, "", "the hit before";
    Rules: c('j'), DOWN => Down, "questions", "the next question";
    Rules: c('k'), UP => Up, "", "the question before";
    Rules: c(' '), PAGE_DOWN => PageDown, "scroll", "scroll the rules down";
    Rules: PAGE_UP => PageUp, "", "scroll the rules up";
    Rules: c('l'), RIGHT => Right, "", "one row of the rules down";
    Rules: c('h'), LEFT => Left, "", "one row of the rules up";
    Rules: TAB => Next, "other codebook", "the next codebook of the study";
    Rules: BACK_TAB => Previous, "", "the codebook before";
    Corpus: c('j'), DOWN => Down, "", "one row down";
    Corpus: c('k'), UP => Up, "", "one row up";
    Corpus: c(' '), PAGE_DOWN => PageDown, "scroll", "one page down";
    Corpus: PAGE_UP => PageUp, "", "one page up";
    Corpus: c('g'), HOME => Top, "", "the beginning";
    Corpus: c('G'), END => Bottom, "", "the end";
    Find: ENTER => Choose, "open", "open the hit under the cursor";
    Find: DOWN => Down, "", "the next hit";
    Find: UP => Up, "", "the hit before";
    Find: PAGE_DOWN => PageDown, "", "one page of hits down";
    Find: PAGE_UP => PageUp, "", "one page of hits up";
    Find: TAB, BACK_TAB => Filter, "filters", "from the words to the filters, and back";
    Find: k(KeyCode::F(1)) => Help, "help", "show the keys of this screen";
    Find: ESC => Back, "back", "go back";
    List: ENTER => Choose, "open", "open what is under the cursor";
    List: c('j'), DOWN => Down, "", "one row down";
    List: c('k'), UP => Up, "", "one row up";
    List: PAGE_DOWN, c(' ') => PageDown, "", "one page down";
    List: PAGE_UP => PageUp, "", "one page up";
    List: HOME => Top, "", "the first";
    List: END => Bottom, "", "the last";
    Units: TAB, RIGHT => Next, "filter", "the next filter, such as open, flagged or unsure; at the gold desk also saved and unanimous";
    Units: BACK_TAB, LEFT => Previous, "", "the filter before";
    Confirm: c('y') => Yes, "yes", "do it";
    Confirm: c('n'), ESC => No, "no", "leave everything as it is";
    Help: ESC, c('q'), c('?'), ENTER => Back, "close", "close the help";
    Help: c('j'), DOWN => Down, "scroll", "one row down";
    Help: c('k'), UP => Up, "", "one row up";
    Help: PAGE_DOWN, c(' ') => PageDown, "", "one page down";
    Help: PAGE_UP => PageUp, "", "one page up";
    Screen: ESC => Back, "back", "go back";
    Screen: c('?') => Help, "help", "show the keys of this screen";
    Screen: c('q') => Quit, "quit", "leave; everything is saved";
    Always: Key::ctrl('c') => Quit, "", "leave; everything is saved";
    Always: Key::ctrl('z') => Suspend, "", "put tiebreak to sleep; fg wakes it";
    Always: Key::ctrl('l') => Redraw, "", "draw the screen anew";
};

/// What a key asks for in the first of these contexts that knows it.
pub fn command(contexts: &[Context], key: Key) -> Option<Command> {
    contexts.iter().find_map(|context| {
        BINDINGS
            .iter()
            .find(|row| row.context == *context && row.keys.contains(&key))
            .map(|row| row.command)
    })
}

/// The rows that hold in these contexts and that no context before hides, in the table's order.
pub fn active(contexts: &[Context]) -> impl Iterator<Item = &'static Binding> {
    contexts
        .iter()
        .enumerate()
        .flat_map(move |(place, context)| {
            BINDINGS.iter().filter(move |row| {
                row.context == *context
                    && row
                        .keys
                        .iter()
                        .any(|key| command(&contexts[..place], *key).is_none())
            })
        })
}

/// The keys of a row as people read them.
pub fn names(row: &Binding) -> String {
    let names: Vec<String> = row.keys.iter().map(Key::to_string).collect();
    names.join(" ")
}

/// The key table of the README.
pub fn markdown() -> String {
    let mut table = String::new();
    for context in Context::ALL {
        table += &format!("**{}**\n\n| key | does |\n|---|---|\n", context.title());
        for row in BINDINGS.iter().filter(|row| row.context == context) {
            let keys: Vec<String> = row.keys.iter().map(|key| format!("`{key}`")).collect();
            table += &format!("| {} | {} |\n", keys.join(" "), row.help);
        }
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::codebook::RESERVED_HOTKEYS;

    #[test]
    fn the_letters_of_the_labelling_screens_are_those_that_codebooks_may_not_take() {
        let labelling = [
            Context::Labelling,
            Context::Annotate,
            Context::Adjudicate,
            Context::Screen,
        ];
        let bound: BTreeSet<char> = BINDINGS
            .iter()
            .filter(|row| labelling.contains(&row.context))
            .flat_map(|row| row.keys)
            .filter_map(|key| key.typed())
            .filter(char::is_ascii_lowercase)
            .collect();
        assert_eq!(bound, RESERVED_HOTKEYS.chars().collect());
        let others = BINDINGS
            .iter()
            .filter(|row| labelling.contains(&row.context))
            .flat_map(|row| row.keys)
            .filter_map(|key| key.typed());
        assert!(!others.into_iter().any(|c| c.is_ascii_digit()));
    }

    #[test]
    fn no_context_gives_a_key_two_meanings() {
        for (index, row) in BINDINGS.iter().enumerate() {
            for other in &BINDINGS[index + 1..] {
                let clash = row.context == other.context
                    && row.keys.iter().any(|key| other.keys.contains(key));
                assert!(!clash, "{} and {}", row.help, other.help);
            }
        }
    }

    #[test]
    fn every_context_is_in_the_readme() {
        for row in BINDINGS {
            assert!(Context::ALL.contains(&row.context));
            assert!(markdown().contains(row.help));
        }
    }
}
