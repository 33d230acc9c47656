//! What each kind of thing looks like. Screens name roles; only this file names colours.
//!
//! Colours are the terminal's own sixteen, so that they follow the user's palette and work in tmux.
//! No role is told by its colour alone: words, marks or modifiers say the same.

use ratatui::style::{Color, Modifier, Style};

/// The style of every role on the screens.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    pub text: Style,
    /// What may be overlooked: times, hints, what does not apply. Dim, because the palette's dark
    /// grey is invisible on some backgrounds.
    pub muted: Style,
    pub accent: Style,
    pub good: Style,
    pub warn: Style,
    pub bad: Style,
    /// A key that can be pressed.
    pub key: Style,
    /// The row, cell or code under the cursor.
    pub selected: Style,
    /// Quoted text in its session.
    pub quote: Style,
    /// The quote that was jumped to.
    pub quote_here: Style,
    /// Text that a search found.
    pub hit: Style,
    /// The hit that was jumped to.
    pub hit_here: Style,
    pub user: Style,
    pub agent: Style,
    /// Fenced code in a turn.
    pub code: Style,
    /// Lines of a diff, which also have their sign, and those that say where they belong.
    pub added: Style,
    pub removed: Style,
    pub place: Style,
    /// The two masked annotators, and gold.
    pub a: Style,
    pub b: Style,
    pub gold: Style,
    pub heading: Style,
    /// The bar at the top of a screen or pane.
    pub title: Style,
    pub border: Style,
    /// Steps of a heat map, from rare to nearly all.
    pub shades: [Style; 4],
}

impl Theme {
    /// For terminals with colours.
    pub fn colour() -> Self {
        let plain = Self::plain();
        let on = |style: Style, colour| style.fg(colour);
        let marked = |colour| Style::new().fg(Color::Black).bg(colour);
        Self {
            accent: on(plain.accent, Color::Cyan),
            good: on(plain.good, Color::Green),
            warn: on(plain.warn, Color::Yellow),
            bad: on(plain.bad, Color::Red),
            key: on(plain.key, Color::Cyan),
            quote: on(plain.quote, Color::Yellow),
            quote_here: marked(Color::Yellow),
            hit: on(plain.hit, Color::Green),
            hit_here: marked(Color::Green).add_modifier(Modifier::BOLD),
            user: on(plain.user, Color::Cyan),
            agent: on(plain.agent, Color::Magenta),
            added: on(plain.added, Color::Green),
            removed: on(plain.removed, Color::Red),
            place: on(plain.place, Color::Cyan),
            a: on(plain.a, Color::Cyan),
            b: on(plain.b, Color::Magenta),
            gold: on(plain.gold, Color::Yellow),
            ..plain
        }
    }

    /// For terminals without colours and users who want none (`NO_COLOR`).
    pub fn plain() -> Self {
        let none = Style::new();
        let bold = none.add_modifier(Modifier::BOLD);
        let dim = none.add_modifier(Modifier::DIM);
        let reversed = none.add_modifier(Modifier::REVERSED);
        Self {
            text: none,
            muted: dim,
            accent: bold,
            good: none,
            warn: bold,
            bad: bold,
            key: bold,
            selected: reversed,
            quote: bold,
            quote_here: reversed,
            hit: bold,
            hit_here: reversed.add_modifier(Modifier::BOLD),
            user: bold,
            agent: none,
            code: dim,
            added: bold,
            removed: none,
            place: dim.add_modifier(Modifier::UNDERLINED),
            a: none,
            b: none,
            gold: bold,
            heading: bold,
            title: reversed,
            border: dim,
            shades: [dim, none, bold, reversed],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(theme: Theme) -> Vec<Style> {
        let Theme {
            text,
            muted,
            accent,
            good,
            warn,
            bad,
            key,
            selected,
            quote,
            quote_here,
            hit,
            hit_here,
            user,
            agent,
            code,
            added,
            removed,
            place,
            a,
            b,
            gold,
            heading,
            title,
            border,
            shades,
        } = theme;
        let mut roles = vec![
            text, muted, accent, good, warn, bad, key, selected, quote, quote_here, hit, hit_here,
            user, agent, code, added, removed, place, a, b, gold, heading, title, border,
        ];
        roles.extend(shades);
        roles
    }

    #[test]
    fn the_plain_theme_has_no_colour_and_the_other_only_the_sixteen() {
        for style in roles(Theme::plain()) {
            assert_eq!((style.fg, style.bg), (None, None));
        }
        for style in roles(Theme::colour()) {
            for colour in [style.fg, style.bg].into_iter().flatten() {
                assert!(
                    !matches!(colour, Color::Rgb(..) | Color::Indexed(_)),
                    "{colour}"
                );
            }
        }
    }

    #[test]
    fn what_is_under_the_cursor_stands_out_without_colour() {
        let plain = Theme::plain();
        for (here, elsewhere) in [
            (plain.selected, plain.text),
            (plain.quote, plain.text),
            (plain.quote_here, plain.quote),
            (plain.hit_here, plain.hit),
            (plain.hit_here, plain.quote_here),
            (plain.user, plain.agent),
        ] {
            assert_ne!(here, elsewhere);
        }
    }
}
