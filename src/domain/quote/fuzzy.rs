//! Quotes that are nearly in the text.
//!
//! The distance is that of Levenshtein (1966), of the whole quote to the part of the text that is
//! closest (Sellers 1980), computed with the bit vectors of Myers (1999) in blocks of 64 characters
//! (Hyyrö 2003). Long quotes are compared only with the stretches of the text that share enough of
//! their 4-grams, which loses no match (the q-gram lemma of Jokinen and Ukkonen 1991).

use std::{
    collections::{HashMap, VecDeque},
    ops::Range,
};

use super::Text;

/// The least similarity that counts as found.
pub const SIMILAR: f64 = 0.8;
/// The same as a rule: one edit in so many characters of the quote.
const PER_EDIT: usize = 5;

/// Quotes of more characters are not looked for: so much text is copied, not retyped.
const LONGEST: usize = 20_000;
/// How many blocks are computed at most, about a second's work. What a long text has beyond that is
/// not compared, the least likely stretches first.
const MOST: usize = 1 << 27;
const GRAM: usize = 4;

/// The closest place of a quote and its similarity, if that is [`SIMILAR`] or more.
pub(super) fn find(quote: &Text, text: &Text) -> Option<(f64, Range<usize>)> {
    let wanted = quote.folded().as_str();
    let text_is = text.folded().as_str();
    let length = wanted.chars().take(LONGEST + 1).count();
    let edits = length / PER_EDIT;
    if edits == 0 || length > LONGEST || length - edits > text_is.len() {
        return None;
    }
    let pattern: Vec<char> = wanted.chars().collect();
    let forward = Matcher::new(&pattern);
    let mut left = MOST;
    let mut best: Option<(usize, usize)> = None;
    for stretch in stretches(&pattern, edits, text_is) {
        let most = best.map_or(edits, |(distance, _)| distance.saturating_sub(1));
        let chars = text_is[stretch.clone()].char_indices();
        let ends = chars.map(|(at, c)| (stretch.start + at + c.len_utf8(), c));
        let found = forward.closest(ends.take(left / forward.blocks), Top::Free);
        left = left.saturating_sub(stretch.len() * forward.blocks);
        if let Some(found) = found.filter(|(distance, _)| *distance <= most) {
            best = Some(found);
        }
        if best.is_some_and(|(distance, _)| distance == 0) || left < forward.blocks {
            break;
        }
    }
    let (distance, end) = best?;
    let start = start_of(&pattern, distance, &text_is[..end])?;
    let similarity = 1.0 - distance as f64 / length as f64;
    (start < end).then(|| (similarity, text.folded().raw(start..end)))
}

/// Where the match begins that ends with the text: the same way, backwards.
fn start_of(pattern: &[char], distance: usize, text: &str) -> Option<usize> {
    let reversed: Vec<char> = pattern.iter().rev().copied().collect();
    let chars = text.char_indices().rev().take(pattern.len() + distance);
    let (found, start) = Matcher::new(&reversed).closest(chars, Top::Bound)?;
    (found == distance).then_some(start)
}

/// The stretches of the text, in bytes, of which some part can be within so many edits of the
/// pattern, the likeliest first.
fn stretches(pattern: &[char], edits: usize, text: &str) -> Vec<Range<usize>> {
    let shared = (pattern.len() + 1).saturating_sub(GRAM * (edits + 1));
    if shared == 0 {
        let all = 0..text.len();
        return vec![all];
    }
    let grams = Grams::of(pattern);
    // As many grams as the longest match has.
    let window = pattern.len() + edits + 1 - GRAM;
    let mut found: Vec<(usize, Range<usize>)> = Vec::new();
    let mut inside: VecDeque<(usize, bool)> = VecDeque::with_capacity(window);
    let mut hits = 0;
    let mut hash = 0;
    let mut heads: VecDeque<usize> = VecDeque::with_capacity(GRAM);
    for (at, c) in text.char_indices() {
        hash = Grams::add(hash, c);
        if heads.len() == GRAM {
            heads.pop_front();
        }
        heads.push_back(at);
        let Some(head) = heads.front().copied().filter(|_| heads.len() == GRAM) else {
            continue;
        };
        if inside.len() == window {
            hits -= usize::from(inside.pop_front().is_some_and(|(_, hit)| hit));
        }
        let hit = grams.has(hash);
        hits += usize::from(hit);
        inside.push_back((head, hit));
        if hits < shared {
            continue;
        }
        let start = inside.front().map_or(head, |(start, _)| *start);
        let end = at + c.len_utf8();
        match found.last_mut().filter(|(_, last)| start <= last.end) {
            Some((most, last)) => {
                last.end = end;
                *most = hits.max(*most);
            }
            None => found.push((hits, start..end)),
        }
    }
    found.sort_by_key(|(hits, _)| std::cmp::Reverse(*hits));
    found.into_iter().map(|(_, stretch)| stretch).collect()
}

/// The 4-grams of a pattern. It may say yes to a few others, which costs time and nothing else.
struct Grams(Vec<u64>);

impl Grams {
    const BITS: u32 = 17;

    fn of(pattern: &[char]) -> Self {
        let mut bits = vec![0; 1 << (Self::BITS - 6)];
        for gram in pattern.windows(GRAM) {
            let slot = Self::slot(gram.iter().fold(0, |hash, c| Self::add(hash, *c)));
            bits[slot / 64] |= 1 << (slot % 64);
        }
        Self(bits)
    }

    /// The last four characters; 21 bits hold any of them, and the first loses its upper ones.
    fn add(hash: u64, c: char) -> u64 {
        (hash << 16) ^ u64::from(u32::from(c))
    }

    fn slot(hash: u64) -> usize {
        (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::BITS)) as usize
    }

    fn has(&self, hash: u64) -> bool {
        let slot = Self::slot(hash);
        self.0[slot / 64] & (1 << (slot % 64)) != 0
    }
}

/// What it costs to begin later in the text.
#[derive(Clone, Copy, PartialEq)]
enum Top {
    /// Nothing: a match may begin anywhere.
    Free,
    /// A character each: the match begins with the text.
    Bound,
}

/// A pattern as bit vectors, one block for 64 of its characters.
struct Matcher {
    length: usize,
    blocks: usize,
    ascii: [u16; 128],
    others: HashMap<char, u16>,
    /// Where each character stands in the pattern, block by block; first for one that it lacks.
    places: Vec<u64>,
}

impl Matcher {
    fn new(pattern: &[char]) -> Self {
        let blocks = pattern.len().div_ceil(64);
        let mut matcher = Self {
            length: pattern.len(),
            blocks,
            ascii: [0; 128],
            others: HashMap::new(),
            places: vec![0; blocks],
        };
        for (at, c) in pattern.iter().enumerate() {
            let mut row = matcher.row(*c);
            if row == 0 {
                row = matcher.places.len() / blocks;
                let named = u16::try_from(row).unwrap_or(0);
                match matcher.ascii.get_mut(*c as usize) {
                    Some(known) => *known = named,
                    None => drop(matcher.others.insert(*c, named)),
                }
                matcher.places.resize(matcher.places.len() + blocks, 0);
            }
            matcher.places[row * blocks + at / 64] |= 1 << (at % 64);
        }
        matcher
    }

    fn row(&self, c: char) -> usize {
        let known = match self.ascii.get(c as usize) {
            Some(row) => *row,
            None => self.others.get(&c).copied().unwrap_or(0),
        };
        usize::from(known)
    }

    /// The smallest distance of the pattern to what ends at one of these characters, and the first
    /// place where it is reached. Each character comes with its place.
    fn closest(
        &self,
        text: impl Iterator<Item = (usize, char)>,
        top: Top,
    ) -> Option<(usize, usize)> {
        let mut up = vec![u64::MAX; self.blocks];
        let mut down = vec![0u64; self.blocks];
        let last = 1u64 << ((self.length - 1) % 64);
        let mut distance = self.length;
        let mut best: Option<(usize, usize)> = None;
        for (at, c) in text {
            let row = self.row(c) * self.blocks;
            let places = &self.places[row..row + self.blocks];
            let (mut more, mut less) = (u64::from(top == Top::Bound), 0);
            for (block, same) in places.iter().enumerate() {
                let bottom = if block + 1 == self.blocks {
                    last
                } else {
                    1 << 63
                };
                let (pv, mv) = (up[block], down[block]);
                let xv = same | mv;
                let same = same | less;
                let xh = ((same & pv).wrapping_add(pv) ^ pv) | same;
                let ph = mv | !(xh | pv);
                let mh = pv & xh;
                let (out_more, out_less) = (ph & bottom != 0, mh & bottom != 0);
                let ph = (ph << 1) | more;
                let mh = (mh << 1) | less;
                up[block] = mh | !(xv | ph);
                down[block] = ph & xv;
                (more, less) = (u64::from(out_more), u64::from(out_less));
            }
            distance = distance + more as usize - less as usize;
            if best.is_none_or(|(smallest, _)| distance < smallest) {
                best = Some((distance, at));
            }
        }
        best
    }
}
