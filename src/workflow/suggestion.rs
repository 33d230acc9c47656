//! Help for names that were mistyped.

/// `; did you mean X?` for a near miss, else the names that there are.
pub fn suggestion(wanted: &str, known: &[&str]) -> String {
    match (near_miss(wanted, known), known) {
        (Some(name), _) => format!("; did you mean {name}?"),
        (None, []) => String::new(),
        (None, known) => format!("; there are {}", known.join(", ")),
    }
}

/// The nearest of the names that differ from the wanted one by a slip.
pub fn near_miss<'n>(wanted: &str, known: &[&'n str]) -> Option<&'n str> {
    let wanted = wanted.to_lowercase();
    let near = known
        .iter()
        .map(|name| (edit_distance(&wanted, &name.to_lowercase()), *name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count() / 4);
    near.min().map(|(_, name)| name)
}

/// Insertions, deletions and changes between two words (Levenshtein 1966).
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
