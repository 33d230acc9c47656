//! Panes that several screens have: the evidence of a unit, a unit to be read with its answers, the
//! session reader, the list of units at a desk.

pub mod evidence;
pub mod page;
pub mod reader;
pub mod rung;
pub mod units;

use unicode_segmentation::UnicodeSegmentation;

use super::text;

/// A unit's key in at most so many columns. Its end tells it from its neighbours, so that stays.
pub fn short_key(unit: &str, columns: usize) -> String {
    let unit = text::clean(unit);
    if text::width(&unit) <= columns {
        return unit.into_owned();
    }
    let mut start = unit.len();
    let mut used = 1;
    for (at, cluster) in unit.grapheme_indices(true).rev() {
        used += text::width(cluster);
        if used > columns {
            break;
        }
        start = at;
    }
    format!("…{}", &unit[start..])
}

#[cfg(test)]
mod tests {
    use super::short_key;

    #[test]
    fn a_long_key_keeps_its_end() {
        assert_eq!(short_key("s-001#M001", 10), "s-001#M001");
        assert_eq!(short_key("owner__repo__s-001#M001", 10), "…-001#M001");
        assert_eq!(short_key("会話の記録#M001", 10), "…記録#M001");
        assert_eq!(short_key("abc", 1), "…");
    }
}
