//! Quotes that agree with the text but for redaction: one of the two has a mask where the other has
//! what was masked.

use std::{cmp::Ordering, collections::HashSet, ops::Range};

use super::{LIGHTEST, Text, weight};

/// The longest text that one mask is taken to stand for, in characters. It never crosses a line.
const LONGEST: usize = 256;
/// How much of what follows a mask has to agree before the rest is compared, in bytes.
const AHEAD: usize = 4;
/// The longest name of a mask in brackets, in bytes.
const NAME: usize = 64;
/// Four of these stand for something that was blotted out.
const BLOTS: [char; 3] = ['*', '█', '•'];

/// The first place where a quote and a text are the same but for masks in either. At least a
/// third of the quote has to agree outside them.
pub(super) fn find(quote: &Text, text: &Text) -> Option<Range<usize>> {
    let mut search = Search::new(quote, text)?;
    let found = search.run()?;
    Some(text.folded().raw(found))
}

/// The redaction masks of a normalised text: `[REDACTED]`, `[REDACTED:rule]`, `REDACTED`,
/// `<EMAIL>`, `****`.
fn masks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let starts = |c: char| matches!(c, '[' | '<' | 'R') || BLOTS.contains(&c);
    while let Some(at) = text[from..].find(starts).map(|at| from + at) {
        match mask_at(text, at) {
            Some(length) => {
                found.push(at..at + length);
                from = at + length;
            }
            None => from = at + text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

fn mask_at(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let first = rest.chars().next()?;
    if first == 'R' {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let after = rest.strip_prefix("REDACTED")?;
        let alone = !text[..at].ends_with(word) && !after.starts_with(word);
        return alone.then_some("REDACTED".len());
    }
    if BLOTS.contains(&first) {
        let length = rest.find(|c| c != first).unwrap_or(rest.len());
        return (length >= 4 * first.len_utf8()).then_some(length);
    }
    let close = if first == '[' { b']' } else { b'>' };
    let end = rest.bytes().take(NAME).position(|byte| byte == close)?;
    let name = &rest[1..end];
    let says_so = |word: &str| {
        let start = name.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    let is_placeholder = first == '<'
        && name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_-: ".contains(&b));
    (says_so("redacted") || says_so("masked") || is_placeholder).then_some(end + 1)
}

/// The whole characters among so many bytes at the front.
fn head(text: &str, bytes: usize) -> &str {
    let mut ends = (0..=bytes.min(text.len())).rev();
    let end = ends.find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// A normalised text with its masks.
struct Side<'t> {
    text: &'t Text<'t>,
    folded: &'t str,
    masks: Vec<Range<usize>>,
}

impl<'t> Side<'t> {
    fn new(text: &'t Text) -> Self {
        let folded = text.folded().as_str();
        let masks = masks(folded);
        Self {
            text,
            folded,
            masks,
        }
    }

    /// The mask that begins at a place.
    fn mask(&self, at: usize) -> Option<&Range<usize>> {
        let index = self.masks.partition_point(|mask| mask.start < at);
        self.masks.get(index).filter(|mask| mask.start == at)
    }

    /// Where the text up to the next mask ends.
    fn literal_end(&self, at: usize) -> usize {
        let index = self.masks.partition_point(|mask| mask.start < at);
        self.masks.get(index).map_or(self.folded.len(), |m| m.start)
    }

    /// The beginning of the text between a place and the next mask.
    fn ahead(&self, at: usize) -> &str {
        let end = self.literal_end(at);
        head(&self.folded[at..end], AHEAD)
    }

    /// Where what a mask of the other side stands for may end, if it begins here.
    fn ends_of_run(&self, at: usize) -> impl Iterator<Item = usize> {
        let rest = &self.folded[at..];
        let line = rest.char_indices().map(move |(i, c)| (at + i, c));
        let line = line.take_while(|(i, c)| {
            let blank = *c == ' ';
            !blank || !self.text.raw[self.text.folded().raw(*i..i + 1)].contains('\n')
        });
        line.map(|(i, c)| i + c.len_utf8()).take(LONGEST)
    }
}

/// A point up to which quote and text agree.
#[derive(Clone)]
struct Point {
    quote: usize,
    text: usize,
    /// Where in the text it began.
    start: usize,
    /// How much agreed outside masks: bytes of the quote, and what they weigh.
    bytes: usize,
    weight: usize,
}

struct Search<'t> {
    quote: Side<'t>,
    text: Side<'t>,
    /// The quote without masks at its ends, which say nothing that could be found.
    core: Range<usize>,
    /// How much of the quote has to agree, in bytes.
    needed: usize,
    seen: HashSet<(usize, usize)>,
    /// Bytes that may still be compared. Texts that hold one mask after the other would take for
    /// ever; they count as not found.
    left: usize,
}

impl<'t> Search<'t> {
    fn new(quote: &'t Text, text: &'t Text) -> Option<Self> {
        let (quote, text) = (Side::new(quote), Side::new(text));
        if quote.masks.is_empty() && text.masks.is_empty() {
            return None;
        }
        let all = quote.folded;
        let (mut start, mut end) = (0, all.len());
        for mask in &quote.masks {
            if all[start..mask.start].trim_start_matches(' ').is_empty() {
                start = mask.end;
            }
        }
        for mask in quote.masks.iter().rev() {
            if mask.start >= start && all[mask.end..end].trim_end_matches(' ').is_empty() {
                end = mask.start;
            }
        }
        let core = &all[start..end.max(start)];
        start += core.len() - core.trim_start_matches(' ').len();
        let end = start + core.trim_matches(' ').len();
        let inside = quote
            .masks
            .iter()
            .filter(|m| start <= m.start && m.end <= end);
        let masked: usize = inside.map(|mask| mask.len()).sum();
        if start == end || weight(&all[start..end]) < LIGHTEST {
            return None;
        }
        Some(Self {
            core: start..end,
            needed: (end - start - masked).div_ceil(3),
            seen: HashSet::new(),
            left: 4 * (all.len() + text.folded.len()) + (1 << 20),
            quote,
            text,
        })
    }

    /// Tries each place where the quote may begin: where its first words stand, and where they run
    /// into a mask of the text.
    fn run(&mut self) -> Option<Range<usize>> {
        let begin = self.core.start;
        let end = self.core.end.min(self.quote.literal_end(begin));
        let words = &self.quote.folded[begin..end];
        let head = head(words, 4 * AHEAD);
        let mut starts: Vec<(usize, usize)> = Vec::new();
        for mask in &self.text.masks {
            let before = &self.text.folded[..mask.start];
            let cuts = head.char_indices().map(|(i, _)| i).chain([head.len()]);
            starts.extend(
                cuts.filter(|cut| before.ends_with(&head[..*cut]))
                    .map(|cut| (mask.start - cut, cut)),
            );
        }
        starts.sort_unstable();
        let mut starts = starts.into_iter().peekable();
        let folded = self.text.folded;
        let mut heads = folded.match_indices(head).map(|(at, _)| at).peekable();
        loop {
            let (start, cut) = match (heads.peek(), starts.peek()) {
                (Some(at), other) if other.is_none_or(|other| *at <= other.0) => (heads.next()?, 0),
                _ => starts.next()?,
            };
            let point = Point {
                quote: begin + cut,
                text: start + cut,
                start,
                bytes: cut,
                weight: weight(&head[..cut]),
            };
            if let Some(end) = self.follow(point) {
                return Some(start..end);
            }
            self.left = self.left.checked_sub(1)?;
        }
    }

    /// Where in the text the quote ends, if it agrees from this point on.
    fn follow(&mut self, from: Point) -> Option<usize> {
        let mut open = vec![from];
        while let Some(mut point) = open.pop() {
            if point.quote >= self.core.end {
                if point.bytes >= self.needed && point.weight >= LIGHTEST {
                    return Some(point.text).filter(|end| *end > point.start);
                }
                continue;
            }
            let (quote, text) = (
                self.quote.mask(point.quote).cloned(),
                self.text.mask(point.text).cloned(),
            );
            if quote.is_none() && text.is_none() {
                if self.agree(&mut point)? {
                    open.push(point);
                }
                continue;
            }
            if !self.seen.insert((point.quote, point.text)) {
                continue;
            }
            self.left = self.left.checked_sub(LONGEST)?;
            let to = |quote, text| Point {
                quote,
                text,
                ..point.clone()
            };
            // What is pushed last is tried first: two masks for one another, then the shortest run.
            if let Some(mask) = &text {
                let wanted = self.text.ahead(mask.end);
                let mut ends: Vec<usize> = self.quote.ends_of_run(point.quote).collect();
                ends.retain(|end| match end.cmp(&self.core.end) {
                    Ordering::Less => self.quote.folded[*end..].starts_with(wanted),
                    order => order.is_eq(),
                });
                open.extend(ends.into_iter().rev().map(|end| to(end, mask.end)));
            }
            if let Some(mask) = &quote {
                let wanted = self.quote.ahead(mask.end);
                let mut ends: Vec<usize> = self.text.ends_of_run(point.text).collect();
                ends.retain(|end| self.text.folded[*end..].starts_with(wanted));
                open.extend(ends.into_iter().rev().map(|end| to(mask.end, end)));
            }
            if let (Some(quote), Some(text)) = (quote, text) {
                open.push(to(quote.end, text.end));
            }
        }
        None
    }

    /// Goes on to where the words end that both have. `Some(false)` where they differ before a mask
    /// or the end of the quote, `None` where all that may be compared was.
    fn agree(&mut self, point: &mut Point) -> Option<bool> {
        let quote_end = self.core.end.min(self.quote.literal_end(point.quote));
        let text_end = self.text.literal_end(point.text);
        let quote = &self.quote.folded[point.quote..quote_end];
        let text = &self.text.folded[point.text..text_end];
        let length = quote.len().min(text.len());
        let pairs = quote.bytes().zip(text.bytes());
        let same = pairs.take_while(|(one, other)| one == other).count();
        self.left = self.left.checked_sub(1 + same)?;
        if same < length || length == 0 {
            return Some(false);
        }
        point.quote += length;
        point.text += length;
        point.bytes += length;
        point.weight += weight(&quote[..length]);
        Some(true)
    }
}
