use proptest::prelude::*;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};
use unicode_segmentation::GraphemeCursor;

use super::*;

#[test]
fn nothing_that_steers_a_terminal_is_left() {
    for (raw, cleaned) in [
        ("a\u{1b}[31mred\u{1b}[0m", "ared"),
        ("\u{1b}]0;title\u{7}x", "x"),
        (
            "\u{1b}]8;;https://a.b\u{1b}\\link\u{1b}]8;;\u{1b}\\",
            "link",
        ),
        ("\u{9b}1;2Hx\u{9d}t\u{9c}y\u{90}q\u{9c}z", "xyz"),
        ("\u{1b}(Bx\u{1b}7y\u{1b}", "xy␛"),
        ("a\r\nb\rc\u{85}d\u{2028}e\u{c}f", "a\nb\nc\nd\ne\nf"),
        (
            "nul\0 bell\u{7} del\u{7f} c1\u{81}",
            "nul␀ bell␇ del␡ c1\u{fffd}",
        ),
        ("\u{feff}a\u{202e}b\u{2066}c\u{200b}\u{ad}d\u{200f}", "abcd"),
        ("tab\tstays", "tab\tstays"),
    ] {
        assert_eq!(clean(raw), cleaned);
    }
}

#[test]
fn an_escape_sequence_without_an_end_hides_no_text() {
    assert_eq!(clean("\u{1b}]0;title\nnext"), "␛]0;title\nnext");
    assert_eq!(clean("\u{1b}]\u{1b}]x\u{7}"), "␛]");
    assert_eq!(clean("\u{1b}[1;2"), "␛[1;2");
    assert_eq!(clean("\u{1b}hello"), "␛hello");
}

#[test]
fn joined_emoji_and_scripts_stay_whole() {
    for (text, columns) in [
        ("👩‍👩‍👧‍👦", 2),
        ("🇩🇪🇫🇷", 4),
        ("e\u{301}", 1),
        ("한국어", 6),
        ("שלום", 4),
        ("می\u{200c}خواهم", 7),
    ] {
        assert_eq!(clean(text), text);
        assert_eq!(width(text), columns, "{text}");
    }
    let piled = format!("a{}b", "\u{301}".repeat(5_000));
    assert!(clean(&piled).len() < 100);
    assert_eq!(width(&piled), 2);
}

#[test]
fn what_does_not_fit_ends_in_an_ellipsis() {
    for (text, columns, line) in [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("你好吗", 5, "你好…"),
        ("你好吗", 4, "你…"),
        ("你", 1, "…"),
        ("a", 0, ""),
        ("a\n\tb\u{1b}[0m", 9, "a  b"),
        ("ab\u{200b}", 2, "ab"),
    ] {
        assert_eq!(truncate(text, columns), line, "{text:?} in {columns}");
    }
    assert_eq!(pad("你好", 5), "你好 ");
    assert_eq!(pad_left("0.79", 6), "  0.79");
}

fn rows(text: &str, width: u16) -> Vec<String> {
    let ranges = wrap(text, width).into_iter();
    ranges.map(|row| expand(&text[row])).collect()
}

#[test]
fn lines_break_at_white_space_in_long_words_and_between_ideographs() {
    assert_eq!(rows("one two  three", 8), ["one two", "three"]);
    assert_eq!(
        rows("see https://example.org", 8),
        ["see", "https://", "example.", "org"]
    );
    assert_eq!(rows("改为中文。好", 8), ["改为中", "文。好"]);
    assert_eq!(rows("say 你好吗", 6), ["say 你", "好吗"]);
    assert_eq!(rows("「你」", 4), ["「你", "」"]);
    assert_eq!(rows("你a b", 1), ["你", "a", "b"]);
    assert_eq!(rows("a\n\nb\r\n", 5), ["a", "", "b"]);
    assert_eq!(rows("", 5), [""; 0]);
}

#[test]
fn indentation_stays_unless_it_fills_the_row() {
    assert_eq!(rows("    let x = 1;", 10), ["    let x", "= 1;"]);
    assert_eq!(rows("\t\tx\ty", 20), ["        x   y"]);
    assert_eq!(rows("            deep", 8), ["deep"]);
    assert_eq!(rows("   \nx", 2), ["", "x"]);
}

#[test]
fn escapes_take_no_room_in_a_row() {
    let text = "\u{1b}[1mab\u{1b}[0m cd";
    assert_eq!(rows(text, 5), ["ab cd"]);
    assert_eq!(rows(text, 2), ["ab", "cd"]);
}

#[test]
fn pieces_are_painted_in_the_style_of_their_raw_bytes() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
    let bold = Style::new().bold();
    let row = "a\u{1b}[1m你\tb";
    let you = row.find('你').unwrap();
    let style = |byte| if byte == you { bold } else { Style::new() };
    assert_eq!(paint(&mut buffer, (0, 0).into(), 8, row, style), 5);
    let mut wanted = Buffer::with_lines(["a你 b   "]);
    wanted.set_style(Rect::new(1, 0, 1, 1), bold);
    assert_eq!(buffer, wanted);
    assert_eq!(paint(&mut buffer, (7, 0).into(), 9, "你", |_| bold), 1);
    assert_eq!(buffer[(7, 0)].symbol(), "…");
    assert_eq!(paint(&mut buffer, (9, 0).into(), 9, "x", |_| bold), 0);
}

#[test]
fn hostile_text_is_wrapped_in_linear_time() {
    let started = std::time::Instant::now();
    for part in [
        "\u{1b}]", "\u{1b}[1", "a\u{301}", "\u{200b}", "\u{9d}x", " \t", "你",
    ] {
        wrap(&part.repeat(200_000), 7);
    }
    assert!(started.elapsed().as_secs() < 10);
}

/// Text of words, blanks and all kinds of trouble.
pub fn messy() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-e ]{1,6}",
        "[\t \u{a0}\u{3000}\u{2003}]{1,4}",
        "[\r\n\u{85}\u{2028}]{1,2}",
        "[你好。「」，한ｶ\u{ff9e}]{1,4}",
        "[\u{1f600}\u{1f469}\u{200d}\u{fe0f}\u{1f3fd}\u{1f1e9}\u{2764}]{1,4}",
        "[\u{300}\u{488}\u{903}\u{600}\u{915}\u{94d}\u{200c}\u{5d0}\u{644}\u{627}]{1,3}",
        "[\u{1b}\\[\\]0-9;m\u{7}\\\\\u{9b}\u{9c}\u{9d}]{1,5}",
        "[\u{0}\u{7f}\u{81}\u{200b}\u{202e}\u{feff}\u{ad}]",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(part, 0..16).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn pieces_lie_end_to_end_on_cluster_boundaries(text in messy()) {
        let mut at = 0;
        for piece in pieces(&text) {
            prop_assert_eq!(piece.raw.start, at);
            prop_assert!(piece.raw.end > at);
            at = piece.raw.end;
            let mut cursor = GraphemeCursor::new(at, text.len(), true);
            // An escape sequence ends where it ends, even before a combining mark.
            let boundary = piece.shown == Shown::Nothing || cursor.is_boundary(&text, 0).unwrap();
            prop_assert!(boundary, "{} in {:?}", at, text);
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn cleaned_text_holds_no_controls_and_its_lines_are_as_wide_as_they_say(text in messy()) {
        let cleaned = clean(&text);
        prop_assert!(cleaned.chars().all(|c| matches!(c, '\n' | '\t') || !c.is_control()));
        let steers = |c| matches!(c, '\u{202e}' | '\u{2066}' | '\u{200b}' | '\u{feff}');
        prop_assert!(!cleaned.contains(steers));
        for columns in 0..12 {
            let line = truncate(&text, columns);
            prop_assert!(width(&line) <= columns);
            prop_assert_eq!(width(&pad(&text, columns)), columns);
            if width(&text) > columns && columns > 0 {
                prop_assert!(line.ends_with('…'));
            }
        }
    }

    #[test]
    fn rows_cover_all_that_is_seen_in_order_and_are_no_wider_than_asked(
        text in messy(), width in 0..24u16
    ) {
        let rows = wrap(&text, width);
        let mut last = 0;
        for row in &rows {
            prop_assert!(last <= row.start && row.start <= row.end && row.end <= text.len());
            last = row.end;
            let row = &text[row.clone()];
            prop_assert!(pieces(row).all(|piece| piece.shown != Shown::LineEnd));
            let glyphs = pieces(row).filter(|p| matches!(p.shown, Shown::Glyph(_))).count();
            let columns = super::width(&expand(row));
            prop_assert!(columns <= usize::from(width.max(1)) || glyphs == 1, "{row:?}");
        }
        let glyphs = |text: &str, from: usize| -> Vec<(usize, String)> {
            let shown = pieces(text).filter_map(|piece| match piece.shown {
                Shown::Glyph(glyph) => Some((from + piece.raw.start, glyph.to_owned())),
                _ => None,
            });
            shown.collect()
        };
        let painted: Vec<_> =
            rows.iter().flat_map(|row| glyphs(&text[row.clone()], row.start)).collect();
        prop_assert_eq!(painted, glyphs(&text, 0));
    }
}
