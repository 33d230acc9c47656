//! Recognises terminal control sequences (ECMA-48, 1991) so that they can be left out.

/// The length in bytes of the complete control sequence at the front of `text`, which begins with
/// ESC or a C1 control. `None` where none is complete: then only the control itself is suspect, and
/// the text after it must stay visible.
pub fn sequence_length(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let (opener, begin) = match first {
        '\u{1b}' => {
            let opener = chars.next()?;
            (opener, 1 + opener.len_utf8())
        }
        // Each C1 control is short for ESC and the character 0x40 below it.
        '\u{80}'..='\u{9f}' => (char::from_u32(u32::from(first) - 0x40)?, 2),
        _ => return None,
    };
    let rest = &text[begin..];
    let length = match opener {
        '[' => control_sequence(rest.as_bytes())?,
        ']' | 'P' | 'X' | '^' | '_' => control_string(rest)?,
        '(' | ')' | '*' | '+' | '#' | '%' => {
            matches!(rest.as_bytes().first(), Some(0x30..=0x7e)).then_some(1)?
        }
        '7' | '8' | '=' | '>' | 'c' | 'D' | 'H' | 'M' => 0,
        _ => return None,
    };
    Some(begin + length)
}

/// Parameters, intermediates and a final byte, as in colours and cursor movements.
fn control_sequence(bytes: &[u8]) -> Option<usize> {
    let parameters = bytes
        .iter()
        .take_while(|b| matches!(b, 0x30..=0x3f))
        .count();
    let rest = &bytes[parameters..];
    let intermediates = rest.iter().take_while(|b| matches!(b, 0x20..=0x2f)).count();
    matches!(rest.get(intermediates), Some(0x40..=0x7e)).then_some(parameters + intermediates + 1)
}

/// Text meant for the terminal, as in titles and links, up to BEL or ST. It may not hold other
/// controls, so that an opener without an end cannot hide the rest of a turn.
fn control_string(text: &str) -> Option<usize> {
    let (end, control) = text.char_indices().find(|(_, c)| c.is_control())?;
    match control {
        '\u{7}' => Some(end + 1),
        '\u{9c}' => Some(end + 2),
        '\u{1b}' => text[end..].starts_with("\u{1b}\\").then_some(end + 2),
        _ => None,
    }
}
