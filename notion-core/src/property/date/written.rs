//! Dates in the form that Notion writes: `2026-09-15`, `2026-09-15T09:00:00.000Z`, `2026-09-15T09:00:00.000+02:00`.
//!
//! Nearly all times are in it, and there are two on every page. Reading it by position takes a third of the time that a parser
//! of all forms needs, which reads the others.

use jiff::civil;
use jiff::tz::Offset;

use super::DateOrTime;

/// The date that a text is, if it is in just that form.
pub(super) fn read(text: &str) -> Option<DateOrTime> {
    let (date, time) = text.as_bytes().split_first_chunk::<10>()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else {
        return None;
    };
    let year = 100 * two(y1, y2)? + two(y3, y4)?;
    let date = civil::Date::new(year, small(m1, m2)?, small(d1, d2)?).ok()?;
    let [
        b'T',
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
        b'.',
        f1,
        f2,
        f3,
        zone @ ..,
    ] = time
    else {
        return time.is_empty().then_some(DateOrTime::Date(date));
    };
    let nanosecond = 10_000_000 * i32::from(two(*f1, *f2)?) + 1_000_000 * i32::from(two(b'0', *f3)?);
    let time = civil::Time::new(small(*h1, *h2)?, small(*m1, *m2)?, small(*s1, *s2)?, nanosecond).ok()?;
    let offset = match *zone {
        [] => None,
        [b'Z'] => Some(Offset::UTC),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1 @ b'0'..=b'5', m2] => {
            let minutes = 60 * i32::from(two(h1, h2)?) + i32::from(two(m1, m2)?);
            let seconds = if sign == b'-' { -60 * minutes } else { 60 * minutes };
            Some(Offset::from_seconds(seconds).ok()?)
        }
        _ => return None,
    };
    Some(DateOrTime::Time {
        local: date.to_datetime(time),
        offset,
    })
}

/// The number that two digits are.
fn two(tens: u8, ones: u8) -> Option<i16> {
    let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    digits.then(|| 10 * i16::from(tens - b'0') + i16::from(ones - b'0'))
}

fn small(tens: u8, ones: u8) -> Option<i8> {
    two(tens, ones)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_by_position_is_what_the_parser_reads() {
        for text in [
            "2026-09-15",
            "0000-01-01",
            "2024-02-29T23:59:59.999Z",
            "2026-09-15T09:00:00.000",
            "2026-09-15T09:00:00.120+02:00",
            "2026-09-15T09:00:00.007-03:30",
            "2026-09-15T09:00:00.000-00:00",
            "9999-12-31T23:59:59.999+14:00",
        ] {
            let read = read(text);
            assert!(read.is_some(), "{text}");
            assert_eq!(read, DateOrTime::parse_any(text), "{text}");
        }
    }

    #[test]
    fn any_other_form_is_left_to_the_parser() {
        for text in [
            "",
            "2026-09-1",
            "2026-02-29",
            "2026-13-01",
            "2026-9-15T",
            "2026/09/15",
            "+2026-09-15",
            "2026-09-15 09:00:00.000Z",
            "2026-09-15T09:00:00Z",
            "2026-09-15T24:00:00.000Z",
            "2026-09-15T09:60:00.000Z",
            "2026-09-15T09:00:60.000Z",
            "2026-09-15T09:00:00.00xZ",
            "2026-09-15T09:00:00.000z",
            "2026-09-15T09:00:00.000+02",
            "2026-09-15T09:00:00.000+02:60",
            "2026-09-15T09:00:00.000+99:00",
            "2026-09-15T09:00:00.000Z[UTC]",
            "2026-09-1é",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
