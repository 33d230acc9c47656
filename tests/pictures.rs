//! Draws the README's pictures from the real screens: `cargo test --test pictures -- --ignored`.

#![allow(clippy::unwrap_used)]

#[path = "support/mod.rs"]
mod support;

use std::{fmt::Write, fs, path::Path};

use support::{Terminal, run};
use unicode_width::UnicodeWidthStr;
use vt100::{Cell, Color};

const SIZE: (u16, u16) = (116, 34);
/// Width and height of a character, in pixels.
const CHARACTER: (f32, f32) = (8.4, 18.0);
const PAPER: &str = "#fdfdfb";
const INK: &str = "#24292f";

#[test]
#[ignore = "writes the pictures of the README"]
fn the_pictures_of_the_readme() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["demo"]);
    let study = home.path().join("data/tiebreak/demo.tiebreak");
    let study = study.to_str().unwrap();
    for (name, args, keys) in [
        (
            "annotate",
            ["annotate", "round-3", "--as", "ben"],
            "3<Enter>6",
        ),
        ("adjudicate", ["adjudicate", "round-2", "--as", "cho"], ""),
    ] {
        let all: Vec<&str> = ["--study", study].into_iter().chain(args).collect();
        let mut terminal = Terminal::start(home.path(), &all, SIZE);
        terminal.wait_for("round-");
        if !keys.is_empty() {
            terminal.keys(keys);
            terminal.settled();
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures");
        fs::create_dir_all(&folder).unwrap();
        let svg = terminal.with_screen(picture);
        fs::write(folder.join(format!("{name}.svg")), svg).unwrap();
    }
}

fn picture(screen: &vt100::Screen) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (width, height) = (
        CHARACTER.0 * f32::from(columns) + 24.0,
        CHARACTER.1 * f32::from(rows) + 24.0,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\" stroke=\"#d0d7de\"/>\n"
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let start = column;
            let look = screen.cell(row, column).map(Look::of).unwrap_or_default();
            let mut text = String::new();
            while let Some(cell) = screen
                .cell(row, column)
                .filter(|cell| Look::of(cell) == look)
            {
                if !cell.is_wide_continuation() {
                    text.push_str(if cell.has_contents() {
                        cell.contents()
                    } else {
                        " "
                    });
                }
                column += 1;
                if column == columns {
                    break;
                }
            }
            run_of_text(&mut svg, &look, &text, start, row);
        }
    }
    svg + "</svg>\n"
}

fn run_of_text(svg: &mut String, look: &Look, text: &str, column: u16, row: u16) {
    let (x, y) = (
        12.0 + CHARACTER.0 * f32::from(column),
        12.0 + CHARACTER.1 * f32::from(row),
    );
    if let Some(paper) = &look.paper {
        let width = CHARACTER.0 * text.width() as f32;
        let height = CHARACTER.1;
        writeln!(svg, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" fill=\"{paper}\"/>").unwrap();
    }
    let shown = text.trim_end();
    if shown.is_empty() {
        return;
    }
    let blank = shown.len() - shown.trim_start().len();
    let x = x + CHARACTER.0 * blank as f32;
    let shown = shown.trim_start();
    let width = CHARACTER.0 * shown.width() as f32;
    let shown = shown
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let weight = if look.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let opacity = if look.dim { " opacity=\"0.6\"" } else { "" };
    let (y, ink) = (y + 13.5, &look.ink);
    writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{width:.1}\" fill=\"{ink}\"{weight}{opacity} xml:space=\"preserve\">{shown}</text>"
    )
    .unwrap();
}

#[derive(Default, PartialEq)]
struct Look {
    ink: String,
    paper: Option<String>,
    bold: bool,
    dim: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let ink = colour(cell.fgcolor());
        let paper = colour(cell.bgcolor());
        let (ink, paper) = if cell.inverse() {
            (
                paper.or(Some(PAPER.into())),
                Some(ink.unwrap_or_else(|| INK.into())),
            )
        } else {
            (ink, paper)
        };
        Self {
            ink: ink.unwrap_or_else(|| INK.into()),
            paper,
            bold: cell.bold(),
            dim: cell.dim(),
        }
    }
}

fn colour(colour: Color) -> Option<String> {
    const NAMED: [&str; 16] = [
        "#24292f", "#b42318", "#1a7f37", "#9a6700", "#0a58ca", "#8250df", "#0b7285", "#6e7781",
        "#57606a", "#cf222e", "#2da44e", "#bf8700", "#218bff", "#a475f9", "#3192aa", "#24292f",
    ];
    match colour {
        Color::Default => None,
        Color::Idx(index) if index < 16 => Some(NAMED[usize::from(index)].into()),
        Color::Idx(index) if index >= 232 => {
            let grey = 8 + 10 * (index - 232);
            Some(format!("#{grey:02x}{grey:02x}{grey:02x}"))
        }
        Color::Idx(index) => {
            let step = |value: u8| if value == 0 { 0 } else { 55 + 40 * value };
            let index = index - 16;
            Some(format!(
                "#{:02x}{:02x}{:02x}",
                step(index / 36),
                step(index / 6 % 6),
                step(index % 6)
            ))
        }
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
    }
}
