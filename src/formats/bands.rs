//! Budgets of agents' turns in formatted sessions, TOML: a version, and a `[[band]]` for each range.

use serde::Deserialize;

use crate::domain::formatted::{Band, Bands};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    #[serde(default)]
    band: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    turns: Option<usize>,
    characters: usize,
}

/// Reads bands, or says what is wrong and on which line.
pub fn read(text: &str) -> Result<Bands, String> {
    let text = text.trim_start_matches('\u{feff}');
    let file: File = toml::from_str(text).map_err(|error| {
        let before = error.span().map(|span| &text[..span.start]);
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        format!("line {line}: {}", error.message())
    })?;
    let bands = file.band.iter().map(|row| Band {
        turns: row.turns,
        characters: row.characters,
    });
    Bands::new(file.version, bands.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_bands_are_those_of_the_paper() {
        let bands = read(include_str!("../../assets/bands.toml")).unwrap();
        let turns = [1, 8, 9, 16, 17, 42, 43, 74, 75, 5_000];
        let budgets = turns.map(|turns| bands.budget(turns));
        assert_eq!(
            budgets,
            [5000, 5000, 3000, 3000, 2000, 2000, 1000, 1000, 500, 500]
        );
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let wrong = |text: &str| read(text).unwrap_err();
        assert!(wrong("version = \"2\"\n\n[[band]]\nlines = 3\n").starts_with("line 4: "));
        assert!(wrong("version = \"2\"\n[[band]]\ncharacters = -1\n").starts_with("line 3: "));
        assert!(wrong("[[band]]\ncharacters = 1\n").contains("version"));
        assert!(wrong("version = \"2\"\n").contains("no band"));
    }
}
