//! Times as SpecStory files write them.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::Offset};
use regex::{Captures, Regex};

/// A moment that a file states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stated {
    /// The moment; a time without a zone is taken as UTC.
    pub utc: Timestamp,
    /// Whether the file gives the zone.
    pub zoned: bool,
}

/// Year first, as in `2026-02-10 14:21:48-0700` or, in comments of old files, `2025-07-10_09-00-00Z`.
static ISO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[ (])(\d{4})-(\d\d)-(\d\d)[ T_](\d\d)[:-](\d\d)(?:[:-](\d\d)(?:\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?$",
    )
});

/// Month first, as in `1/20/2025, 10:28:43 AM`. Newer runtimes put a narrow blank before AM and PM.
static AMERICAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(\d{1,2})/(\d{1,2})/(\d{4}),? (\d{1,2}):(\d\d)(?::(\d\d))?[ \x{A0}\x{202F}]?([AaPp][Mm])?$",
    )
});

/// A file name: seconds only with a zone, since a slug may begin with digits.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(\d{4})-(\d\d)-(\d\d)_(\d\d)-(\d\d)(?:(?:-(\d\d))?(Z|\+\d{4}|-\d{4}))?(?:[-. ].*)?$")
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is fixed and tested")
}

/// Reads a time that is all of `text`.
pub fn read(text: &str) -> Option<Stated> {
    let text = text.trim();
    match trailing(text) {
        Some((0, stated)) => Some(stated),
        _ => american(text),
    }
}

/// The time at the end of `text`, after a blank or alone, with the byte where it begins.
pub fn trailing(text: &str) -> Option<(usize, Stated)> {
    let found = ISO.captures(text)?;
    let start = found.get(1)?.start();
    Some((start, from_parts(&found)?))
}

/// The time that a file's name begins with, as in `2025-07-25_05-48Z-some-slug.md`.
pub fn of_file_name(name: &str) -> Option<Stated> {
    from_parts(&NAME.captures(name)?)
}

/// Moves a local time to UTC if the file's name tells the same minute in another zone.
///
/// Early exports wrote local time without its zone into the title and UTC into the file's name.
pub fn with_zone_of(stated: Stated, name: Stated) -> Stated {
    const QUARTER: i64 = 15 * 60;
    let minutes = |t: Timestamp| t.as_second().div_euclid(60) * 60;
    let shift = minutes(name.utc) - minutes(stated.utc);
    if stated.zoned || shift % QUARTER != 0 || shift.abs() > 14 * 3600 {
        return stated;
    }
    match stated.utc.checked_add(SignedDuration::from_secs(shift)) {
        Ok(utc) => Stated { utc, zoned: true },
        Err(_) => stated,
    }
}

fn from_parts(found: &Captures) -> Option<Stated> {
    let number = |i| found.get(i).map_or(Some(0), |m| m.as_str().parse().ok());
    let date = DateTime::new(
        number(1)?,
        i8::try_from(number(2)?).ok()?,
        i8::try_from(number(3)?).ok()?,
        i8::try_from(number(4)?).ok()?,
        i8::try_from(number(5)?).ok()?,
        i8::try_from(number(6)?).ok()?,
        0,
    )
    .ok()?;
    let zone = found.get(7).map(|m| m.as_str());
    Some(Stated {
        utc: offset(zone.unwrap_or("Z"))?.to_timestamp(date).ok()?,
        zoned: zone.is_some(),
    })
}

fn offset(zone: &str) -> Option<Offset> {
    if zone == "Z" {
        return Some(Offset::UTC);
    }
    let digits: i32 = zone.replace(':', "").parse().ok()?;
    let (hours, minutes) = (digits / 100, digits % 100);
    if hours.abs() > 14 || minutes.abs() > 59 {
        return None;
    }
    Offset::from_seconds(hours * 3600 + minutes * 60).ok()
}

fn american(text: &str) -> Option<Stated> {
    let found = AMERICAN.captures(text)?;
    let number = |i| found.get(i).map_or(Some(0), |m| m.as_str().parse().ok());
    let hour: i8 = number(4)?;
    let hour = match found.get(7).map(|m| m.as_str().to_ascii_uppercase()) {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + if half == "PM" { 12 } else { 0 },
        Some(_) => return None,
        None => hour,
    };
    let year: i16 = found.get(3)?.as_str().parse().ok()?;
    let date = DateTime::new(
        year,
        number(1)?,
        number(2)?,
        hour,
        number(5)?,
        number(6)?,
        0,
    );
    Some(Stated {
        utc: Offset::UTC.to_timestamp(date.ok()?).ok()?,
        zoned: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<String> {
        read(text).map(|s| s.utc.to_string())
    }

    #[test]
    fn every_way_of_writing_a_time_is_read() {
        for (text, expected) in [
            ("2025-11-30 01:25Z", "2025-11-30T01:25:00Z"),
            ("2026-02-10 14:21:48Z", "2026-02-10T14:21:48Z"),
            ("2026-02-10 14:21:48-0700", "2026-02-10T21:21:48Z"),
            ("2026-02-10 14:21:48+05:30", "2026-02-10T08:51:48Z"),
            ("2025-07-10_09-00-00Z", "2025-07-10T09:00:00Z"),
            ("2025-07-10_09-00-0330", "2025-07-10T12:30:00Z"),
            ("2025-04-28 14:34:17", "2025-04-28T14:34:17Z"),
            ("1/20/2025, 10:28:43 AM", "2025-01-20T10:28:43Z"),
            ("1/20/2025, 12:05:09\u{202f}PM", "2025-01-20T12:05:09Z"),
            ("12/1/2025, 12:05:09 AM", "2025-12-01T00:05:09Z"),
        ] {
            assert_eq!(utc(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "2026-02-30 10:00Z",
            "2026-02-10 25:00Z",
            "soon",
            "1/20/25",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_split_off_the_end_of_a_model_name() {
        let text = "Modelo 3 (Medium) 2026-05-26 21:31:14Z";
        assert_eq!(
            trailing(text).map(|t| &text[t.0..]),
            Some("2026-05-26 21:31:14Z")
        );
        assert_eq!(trailing("gpt-2024-01-01"), None);
    }

    #[test]
    fn a_local_title_takes_its_zone_from_the_file_name() {
        let title = read("2025-04-28 14:34:17").unwrap();
        let start = |name| {
            with_zone_of(title, of_file_name(name).unwrap())
                .utc
                .to_string()
        };
        assert_eq!(start("2025-04-28_18-34-a-task.md"), "2025-04-28T18:34:17Z");
        assert_eq!(
            start("2025-04-28_21-34+0300-a-task.md"),
            "2025-04-28T18:34:17Z"
        );
        assert_eq!(
            start("2025-04-28_14-34-20-tasks.md"),
            "2025-04-28T14:34:17Z"
        );
        assert_eq!(start("2025-04-28_18-35-a-task.md"), "2025-04-28T14:34:17Z");
        assert_eq!(of_file_name("notes.md"), None);
    }
}
