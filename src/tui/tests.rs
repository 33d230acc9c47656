//! No screen shows what is blind: every screen is walked key by key in two studies that differ in
//! nothing but hidden answers, and has to look the same. The commands are walked in
//! `tests/blindness.rs`.

#[path = "../../tests/support/planted.rs"]
mod planted;

use self::planted::{MARK, World, plant_in_memory};
use super::{
    effects::{self, Goto},
    harness::{Harness, key},
    keymap::{self, Command},
    screens::Screen,
};

const SIZE: (u16, u16) = (200, 60);

/// Lists every way to a screen, as ana or somebody without a name. A way that is not here does not
/// compile: add a line for it, with what is to be typed there besides every key of the key table.
macro_rules! visits {
    ($($pattern:pat => [$($goto:expr, $keys:literal);+ $(;)?])+) => {
        fn visits() -> Vec<(Goto, &'static str)> {
            let is_known = |goto: &Goto| match goto { $($pattern => {})+ };
            let visits = vec![$($(($goto, $keys)),+),+];
            visits.iter().for_each(|(goto, _)| is_known(goto));
            visits
        }
    };
}

visits! {
    Goto::Home { .. } => [
        Goto::Home { who: None }, "Down Down Enter";
        Goto::Home { who: Some("ana".into()) }, "Enter";
    ]
    Goto::Annotate { .. } => [
        annotate("open"), "] ] ] g Tab Tab Tab Tab Esc o Esc 0 Space";
        annotate("checks"), "] ] g Tab Esc 2 Enter";
        annotate("reading"), "] g Tab Esc o Esc";
        annotate("shut"), "] g Tab Esc";
        annotate("strata"), "] g Tab Esc D Esc";
    ]
    Goto::Adjudicate { .. } => [
        adjudicate("ana"), "J W W g Tab Esc [ J ] J D Esc o Esc R x Esc n Esc T B A j j";
        adjudicate("ana+ben"), "W J Down B";
        adjudicate("cho"), "J g Enter J N W J";
    ]
    Goto::Figures { .. } => [
        figures("shut", None), "Enter Down Enter Enter o Esc Esc Esc Esc Tab Enter d Tab Enter d Tab d";
        figures("open", None), "Enter d Tab Enter d Tab d";
        figures("shut", Some("ana")), "Enter Enter Enter ] o Esc Esc Esc Esc d Enter ] Esc Esc Tab d";
        figures("checks", Some("ana")), "Enter d Tab Enter d";
    ]
    Goto::Browse { .. } => [
        browse(None, None), "Enter ] ] o Esc Esc f c o d e Enter j u d g e Enter s y m Enter S 3 Enter Enter Esc";
        browse(None, Some("ana")), "f c o d e Enter b e n Enter s y m Enter S 8 Enter Enter Esc x f g o l d Enter Enter";
        browse(Some("validity"), Some("ana")), "Enter ] ] Esc f c o d e Enter c h e c k Enter v e r Enter I N V Enter Enter Esc x";
        browse(Some("recall"), None), "Enter ] Esc f c o d e Enter r e a d e r Enter c o m Enter 2 Enter Enter";
    ]
    Goto::Codebook { .. } => [
        Goto::Codebook { task: None }, "Down Enter / S 3 Enter";
    ]
    Goto::Rule { .. } => [
        Goto::Rule { task: "misalignment".into(), axis: Some("symptom".into()), code: Some("S3".into()) }, "j";
    ]
    Goto::Search { .. } => [
        search(None), "e p i s o d e Down Enter o Esc Esc Tab s y m p t o m = S 3 @ j u d g e";
        search(None), "z q 7 b e n n o t e s u b m i t t e d";
        search(None), "z q 7 * Tab f l a g g e d";
        search(Some("ana")), "z q 7 *";
        search(Some("ana")), "o w n Down Enter Esc Tab f l a g g e d";
        search(Some("ana")), "e p i s o d e Tab s y m p t o m = S 8 @ b e n";
        search(Some("ana")), "e p i s o d e Tab s y m p t o m ! = S 3 @ j u d g e";
    ]
    Goto::Corpus => [
        Goto::Corpus, "G";
    ]
    Goto::Session { .. } => [
        session(None), "n n N Z Z Tab Enter / e Enter . t 2 Enter";
        session(Some("ana")), "n u U G g";
    ]
}

fn session(who: Option<&str>) -> Goto {
    Goto::Session {
        session: "one".to_owned(),
        turn: None,
        who: who.map(str::to_owned),
    }
}

fn annotate(batch: &str) -> Goto {
    let (batch, rater) = (batch.to_owned(), "ana".to_owned());
    Goto::Annotate { batch, rater }
}

fn adjudicate(who: &str) -> Goto {
    let (batch, who) = ("shut".to_owned(), who.to_owned());
    Goto::Adjudicate { batch, who }
}

fn figures(batch: &str, who: Option<&str>) -> Goto {
    let (batch, who) = (batch.to_owned(), who.map(str::to_owned));
    Goto::Figures { batch, who }
}

fn search(who: Option<&str>) -> Goto {
    let who = who.map(str::to_owned);
    Goto::Search { who }
}

fn browse(task: Option<&str>, who: Option<&str>) -> Goto {
    let [task, who] = [task, who].map(|text| text.map(str::to_owned));
    Goto::Browse { task, who }
}

/// Every screen by name, and the name of a screen.
macro_rules! screens {
    ($($name:ident)+) => {
        const SCREENS: &[&str] = &[$(stringify!($name)),+];
        fn name_of(screen: &Screen) -> &'static str {
            match screen { $(Screen::$name(_) => stringify!($name)),+ }
        }
    };
}

screens! { Home Annotate Adjudicate Figures Browse Codebook Corpus Search Session }

/// The same screens in both studies.
struct Pair([Harness; 2]);

impl Pair {
    fn new(goto: &Goto) -> Self {
        Self(World::BOTH.map(|world| Harness::new(plant_in_memory(world), goto.clone(), SIZE)))
    }

    fn reopen(&mut self, goto: &Goto) {
        self.0.iter_mut().for_each(|harness| {
            harness.kill(goto.clone());
        });
    }

    fn press_each_key(&mut self, goto: &Goto, screen: &Screen) {
        let leaves = [Command::Quit, Command::Suspend, Command::Editor];
        for binding in
            keymap::active(&screen.contexts()).filter(|row| !leaves.contains(&row.command))
        {
            for first in binding.keys {
                self.reopen(goto);
                // What opened may have something below its first row.
                for pressed in [*first, key("Down"), key("Enter")] {
                    self.0.iter_mut().for_each(|harness| harness.press(pressed));
                    if !self.look(&format!("{goto:?} {first} .. {pressed}")) {
                        *self = Self::new(goto);
                        break;
                    }
                }
            }
        }
    }

    fn type_keys(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.0.iter_mut().for_each(|harness| {
                harness.keys(key);
            });
            self.look(key);
        }
    }

    /// Compares the screens. False once more may be seen: somebody has sat down as ben, or completed
    /// the gold of a batch.
    #[track_caller]
    fn look(&mut self, after: &str) -> bool {
        let [one, other] = self.0.each_mut().map(Harness::screen);
        let title = one.lines().next().unwrap_or_default();
        let study = &self.0[0].study;
        if title.contains("· ben")
            || study
                .gold_is_complete(&study.batch("shut").unwrap())
                .unwrap()
        {
            return false;
        }
        // What is searched for stands on the screen, too.
        let shown = |line: &&str| !line.starts_with(" words: ");
        let found = one.lines().filter(shown).any(|line| line.contains(MARK));
        assert!(!found, "after {after}:\n{one}");
        assert_eq!(one, other, "after {after}");
        true
    }
}

#[test]
fn no_screen_shows_or_depends_on_what_is_hidden() {
    let mut study = plant_in_memory(World::One);
    let mut met: Vec<&str> = Vec::new();
    for (goto, keys) in visits() {
        let mut pair = Pair::new(&goto);
        pair.look("opening");
        pair.type_keys(keys);
        let (screen, _) = effects::open(&mut study, goto.clone(), "").unwrap();
        let name = name_of(&screen);
        // One visit of each screen presses every key that means something there.
        if !met.contains(&name) {
            met.push(name);
            pair.press_each_key(&goto, &screen);
        }
    }
    let missed: Vec<&&str> = SCREENS.iter().filter(|name| !met.contains(name)).collect();
    assert!(missed.is_empty(), "no visit leads to {missed:?}");
}
