//! Damage to fixtures, such as crashes and bad disks do, and the real samples where they are.

use std::path::{Path, PathBuf};

use proptest::{prelude::*, sample::Index};

/// A text cut at both ends, with bytes replaced and two lines swapped.
pub fn mutilated(text: &'static str) -> impl Strategy<Value = String> {
    let place = any::<Index>;
    let bytes = proptest::collection::vec((place(), any::<u8>()), 0..6);
    let swaps = proptest::collection::vec((place(), place()), 0..3);
    let cut = prop_oneof![Just(None), place().prop_map(Some)];
    (bytes, swaps, cut.clone(), cut).prop_map(move |(bytes, swaps, start, end)| {
        let mut lines: Vec<&str> = text.lines().collect();
        for (a, b) in swaps {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
        }
        let mut raw = lines.join("\n").into_bytes();
        for (at, byte) in bytes {
            let at = at.index(raw.len());
            raw[at] = byte;
        }
        if let Some(end) = end {
            raw.truncate(end.index(raw.len()));
        }
        if let Some(start) = start.filter(|_| !raw.is_empty()) {
            raw.drain(..start.index(raw.len()));
        }
        String::from_utf8_lossy(&raw).into_owned()
    })
}

/// A real sample where one lies beside the project; says so where none does.
pub fn sample(name: &str) -> Option<(PathBuf, String)> {
    let stated = std::env::var_os("TIEBREAK_DATA").map(PathBuf::from);
    let data =
        stated.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let path = data
        .join("sessions/agent-logs/jazzyalex__agent-sessions")
        .join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: {} is not there", path.display());
    }
    Some((path, text?))
}
