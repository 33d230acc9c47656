//! Quotes that leave something out: the pieces around an ellipsis, in their order.

use std::ops::Range;

use super::{LIGHTEST, Text, fold::Folded, weight};

/// The places of all pieces, if each is there after the one before it. Of several such places these
/// are the closest together before the first place where the last piece can stand.
///
/// A bracketed ellipsis is the writer's own. So it is tried first, with the dots inside the pieces
/// taken as words of the source; then every ellipsis divides.
pub(super) fn find(quote: &Text, text: &Text) -> Option<Vec<Range<usize>>> {
    let cuts = ellipses(quote.folded().as_str());
    let bracketed: Vec<_> = cuts.iter().filter(|cut| cut.bracketed).cloned().collect();
    let mixed = !bracketed.is_empty() && bracketed.len() < cuts.len();
    let places = |cuts: &[Cut]| in_order(&pieces(quote.folded().as_str(), cuts)?, text.folded());
    let found = mixed.then(|| places(&bracketed)).flatten();
    let found = found.or_else(|| places(&cuts))?;
    let raw = found.into_iter().map(|place| text.folded().raw(place));
    Some(raw.collect())
}

#[derive(Clone)]
struct Cut {
    range: Range<usize>,
    bracketed: bool,
}

/// The ellipses of a text: three dots and more, or the sign, alone or in square or round brackets.
fn ellipses(text: &str) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    let mut from = 0;
    while let Some(start) = next_ellipsis(text, from) {
        let rest = &text[start..];
        let mut range = start..start + rest.find(|c| c != '.' && c != '…').unwrap_or(rest.len());
        from = range.end;
        let before = text[..start].trim_end_matches(' ');
        let after = text[from..].trim_start_matches(' ');
        let bracketed = ["[]", "()"]
            .iter()
            .any(|pair| before.ends_with(&pair[..1]) && after.starts_with(&pair[1..]));
        if bracketed {
            range = before.len() - 1..text.len() - after.len() + 1;
            from = range.end;
        }
        cuts.push(Cut { range, bracketed });
    }
    cuts
}

fn next_ellipsis(text: &str, from: usize) -> Option<usize> {
    let rest = &text[from..];
    let found = [rest.find('…'), rest.find("...")];
    found.into_iter().flatten().min().map(|at| from + at)
}

/// What stands between the cuts. `None` where nothing is cut, or a piece is too slight to tell.
fn pieces<'q>(quote: &'q str, cuts: &[Cut]) -> Option<Vec<&'q str>> {
    let ends = cuts.iter().map(|cut| cut.range.start).chain([quote.len()]);
    let starts = [0].into_iter().chain(cuts.iter().map(|cut| cut.range.end));
    let pieces: Vec<&str> = starts
        .zip(ends)
        .map(|(start, end)| quote[start..end].trim_matches(' '))
        .filter(|piece| !piece.is_empty())
        .collect();
    let tell = pieces.iter().all(|piece| weight(piece) >= LIGHTEST);
    (!cuts.is_empty() && !pieces.is_empty() && tell).then_some(pieces)
}

fn in_order(pieces: &[&str], text: &Folded) -> Option<Vec<Range<usize>>> {
    let mut places: Vec<Range<usize>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let from = places.last().map_or(0, |place| place.end);
        places.push(text.places(piece, from).next()?);
    }
    for at in (1..places.len()).rev() {
        let closer = text.last_place(pieces[at - 1], places[at].start);
        if let Some(place) = closer.filter(|place| place.start > places[at - 1].start) {
            places[at - 1] = place;
        }
    }
    Some(places)
}
