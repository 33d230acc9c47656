//! What is masked, as data: a table of patterns, the surest first.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

/// A kind of thing to mask.
pub struct Pattern {
    pub kind: &'static str,
    regex: Regex,
    /// What a finding has to be besides matching.
    is_one: fn(&str) -> bool,
}

impl Pattern {
    /// Bytes to mask: the group `it` where the pattern has one, else the whole match.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        self.regex
            .captures_iter(text)
            .filter_map(|captures| captures.name("it").or_else(|| captures.get(0)))
            .filter(|found| (self.is_one)(found.as_str()))
            .map(|found| found.range())
            .collect()
    }
}

/// Masks that are in the text already; nothing is masked twice.
pub fn mask_before(text: &str) -> Vec<(&'static str, Range<usize>)> {
    static MASK: LazyLock<Regex> = LazyLock::new(|| compiled(r"\[REDACTED[^\]\s]*\]"));
    MASK.find_iter(text)
        .map(|found| ("", found.range()))
        .collect()
}

pub static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    TABLE
        .iter()
        .map(|(kind, regex, is_one)| Pattern {
            kind,
            regex: compiled(regex),
            is_one: *is_one,
        })
        .collect()
});

fn compiled(regex: &str) -> Regex {
    Regex::new(regex).expect("the table's patterns are tested")
}

type Row = (&'static str, &'static str, fn(&str) -> bool);

const TABLE: [Row; 23] = [
    (
        "private_key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
        any,
    ),
    ("token", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?", any),
    // Tokens that say by their beginning whose they are: forges, clouds, model vendors, chat.
    ("token", r"\b(?:gh[pousr]_|github_pat_)\w{20,}", any),
    ("token", r"\bgl(?:pat|dt|ptt|rt)-[\w-]{20,}", any),
    ("token", r"\bsk-[\w-]{20,}", looks_random),
    ("token", r"\b[rsp]k_(?:live|test)_\w{16,}", any),
    ("token", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b", any),
    ("token", r"\bAIza[\w-]{35}", any),
    ("token", r"\bya29\.[\w-]{20,}", any),
    ("token", r"\bxox[abeoprs]-[\w-]{10,}", any),
    ("token", r"\bhf_[A-Za-z0-9]{30,}", any),
    ("token", r"\bnpm_[A-Za-z0-9]{36}", any),
    (
        "token",
        r"\b(?:pypi-[\w-]{50,}|dop_v1_[0-9a-f]{64}|SG\.[\w-]{22}\.[\w-]{43})",
        any,
    ),
    (
        "token",
        r"(?i)\b(?:bearer|authorization: *basic)[ \t]+(?<it>[\w.~+/-]{16,}=*)",
        looks_random,
    ),
    (
        "password",
        r"\b[a-z][a-z0-9+.-]*://[^\s/:@]*:(?<it>[^\s/@]+)@",
        no_gap,
    ),
    (
        "secret",
        r#"(?i)(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)[\w-]*\\?["']?[ \t]*(?::=|=>|[:=])[ \t]*\\?["'`]?(?<it>[^\s"'`,;<>(){}\[\]\\]{8,})"#,
        looks_random,
    ),
    // Authors in the logs and trailers of git, before the address takes the rest.
    (
        "person",
        r"(?im)^[ \t]*(?:author|committer|co-authored-by|signed-off-by|reviewed-by):[ \t]*(?<it>[^<\n\[]*[^<\n\[ \t])[ \t]*<",
        any,
    ),
    (
        "email",
        r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b",
        is_of_a_person,
    ),
    (
        "phone",
        r"(?:\A|[^\w+.\n-])(?<it>\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){6,12})\b",
        is_phone,
    ),
    (
        "phone",
        r"(?:^|[^\w.-])(?<it>(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}|1[3-9]\d{9})(?:$|[^\w.-])",
        any,
    ),
    (
        "user",
        r"\b[A-Za-z]:\\{1,2}Users\\{1,2}(?<it>[\p{L}\p{N}_.-]+(?: [\p{L}\p{N}_.-]+){0,2})\\",
        is_a_persons,
    ),
    (
        "user",
        r"(?:/home/|/Users/|\b[A-Za-z]:(?:\\{1,2}|/)Users(?:\\{1,2}|/))(?<it>[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?)",
        is_a_persons,
    ),
    // Folder names that Claude Code makes out of paths.
    (
        "user",
        r"(?:^|[\s/])-(?:home|Users)-(?<it>\w[\w.]*)-",
        is_a_persons,
    ),
];

fn any(_: &str) -> bool {
    true
}

/// Whether a text could be a generated secret: digits beside letters, and at least three bits per
/// character (Shannon 1948).
fn looks_random(text: &str) -> bool {
    let has = |is: fn(char) -> bool| text.chars().any(is);
    has(|c| c.is_ascii_digit()) && has(|c| c.is_ascii_alphabetic()) && entropy(text) >= 3.0
}

/// Bits per byte.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = text.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / length)
        .map(|share| -share * share.log2())
        .sum()
}

/// A password in an address, not the gap where one goes.
fn no_gap(text: &str) -> bool {
    !text.starts_with(['$', '<', '{', '[', '%', '*'])
}

/// Whether an address belongs to somebody, other than those that documents and programs use.
fn is_of_a_person(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    let Some((name, domain)) = lower.split_once('@') else {
        return false;
    };
    let is_example = ["example.com", "example.org", "example.net", "test.com"]
        .iter()
        .any(|example| domain == *example || domain.ends_with(&format!(".{example}")));
    !(is_example || name == "git" || name.starts_with("noreply") || name == "no-reply")
}

fn is_phone(text: &str) -> bool {
    (9..=15).contains(&text.chars().filter(char::is_ascii_digit).count())
}

/// Whether a home folder is a person's, not one that every machine of its kind has.
fn is_a_persons(name: &str) -> bool {
    const COMMON: [&str; 16] = [
        "user", "username", "yourname", "you", "me", "name", "shared", "public", "default",
        "runner", "root", "ubuntu", "node", "vscode", "app", "admin",
    ];
    !COMMON.contains(&name.to_ascii_lowercase().as_str())
}
