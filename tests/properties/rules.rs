//! Notion's rules: what it makes of a value that is written, and which values it refuses.
//!
//! They are told here once more, and in plain types, so that nothing of the code under test is asked. `None` is a value that
//! must be refused before it is sent.
#![expect(
    clippy::ptr_arg,
    reason = "a rule takes a value of the type that it gives back"
)]

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use uuid::Uuid;

/// Source: <https://developers.notion.com/reference/request-limits>.
const MAX_ITEMS: usize = 100;
const MAX_TEXT: usize = 2_000;
const MAX_EQUATION: usize = 1_000;
pub(crate) const MAX_URL: usize = 2_000;
pub(crate) const MAX_LINE: usize = 200;

/// Source: <https://github.com/dvanoni/notero/issues/240>.
const MAX_OPTION: usize = 100;

/// JavaScript's count of characters, which no other exceeds.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Text is sent in items of 2,000 characters, and 100 items are sent at once. Notion joins them again.
///
/// Source: <https://developers.notion.com/reference/request-limits>.
pub(crate) fn text(text: &String) -> Option<String> {
    (items(text) <= MAX_ITEMS).then(|| text.clone())
}

/// How many items a text is; none ends within a character.
fn items(text: &str) -> usize {
    let (mut items, mut filled) = (0, MAX_TEXT);
    for c in text.chars() {
        if filled + c.len_utf16() > MAX_TEXT {
            items += 1;
            filled = 0;
        }
        filled += c.len_utf16();
    }
    items
}

/// URLs, e-mail addresses and phone numbers are text of any form, and empty text is none of them.
///
/// Source: <https://developers.notion.com/reference/page-property-values#url>.
pub(crate) fn line(limit: usize) -> impl Fn(&String) -> Option<String> {
    move |text| (!text.is_empty() && length(text) <= limit).then(|| text.clone())
}

/// Numbers are JavaScript's: finite doubles, of which -0 is written as 0.
///
/// Source: <https://developers.notion.com/reference/page-property-values#number>.
pub(crate) fn number(number: &f64) -> Option<f64> {
    number.is_finite().then_some(number + 0.0)
}

pub(crate) fn short_number(number: &f32) -> Option<f32> {
    number.is_finite().then_some(number + 0.0)
}

/// A double tells each whole number from its neighbours up to 2^53.
pub(crate) fn whole(number: &i128) -> Option<i128> {
    (number.unsigned_abs() <= 1 << 53).then_some(*number)
}

/// Digits that a double does not have would be lost.
pub(crate) fn decimal(number: &Decimal) -> Option<Decimal> {
    let double: f64 = number.to_string().parse().ok()?;
    let kept = Decimal::from_scientific(&format!("{double:e}")).ok()?;
    (kept == *number).then(|| kept.normalize())
}

/// The name of an option has no comma.
///
/// Source: <https://developers.notion.com/reference/property-object#select>.
pub(crate) fn option(name: &String) -> Option<String> {
    (!name.is_empty() && !name.contains(',') && length(name) <= MAX_OPTION).then(|| name.clone())
}

/// A multi-select has each option once, in the order in which they were written.
///
/// Source: <https://developers.notion.com/reference/page-property-values#multi-select>.
pub(crate) fn options(names: &Vec<String>) -> Option<Vec<String>> {
    let kept = once(names);
    (kept.len() <= MAX_ITEMS && kept.iter().all(|name| option(name).is_some())).then_some(kept)
}

/// A status that is emptied goes back to the one that it begins with.
///
/// Source: <https://developers.notion.com/reference/page-property-values#status>.
pub(crate) fn status(first: &'static str) -> impl Fn(&Option<String>) -> Option<Option<String>> {
    move |name| match name {
        None => Some(Some(first.to_owned())),
        Some(name) => Some(Some(option(name)?)),
    }
}

/// Lists of references name each page or person once, in the order in which they were written.
///
/// Source: <https://developers.notion.com/reference/page-property-values#relation>.
pub(crate) fn references<T: PartialEq + Clone>(all: &Vec<T>) -> Option<Vec<T>> {
    let kept = once(all);
    (kept.len() <= MAX_ITEMS).then_some(kept)
}

fn once<T: PartialEq + Clone>(all: &[T]) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for one in all {
        if !kept.contains(one) {
            kept.push(one.clone());
        }
    }
    kept
}

/// A file has a name and an address. The same file may be there twice.
///
/// Source: <https://developers.notion.com/reference/page-property-values#files>.
pub(crate) fn files(files: &Vec<(String, String)>) -> Option<Vec<(String, String)>> {
    let is_file = |(name, url): &(String, String)| !name.is_empty() && line(MAX_URL)(url).is_some();
    (files.len() <= MAX_ITEMS && files.iter().all(is_file)).then(|| files.clone())
}

/// Latitude, longitude, name and address.
pub(crate) type Place = (f64, f64, Option<String>, Option<String>);

/// Source: <https://developers.notion.com/reference/page-property-values#place>.
pub(crate) fn place((lat, lon, name, address): &Place) -> Option<Place> {
    let is_on_earth = (-90.0..=90.0).contains(lat) && (-180.0..=180.0).contains(lon);
    is_on_earth.then(|| (lat + 0.0, lon + 0.0, name.clone(), address.clone()))
}

/// A day, or a time on a clock: the seconds by which it is ahead of UTC, if the time says so itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Point {
    Day(Date),
    Time(DateTime, Option<i32>),
}

/// A date or range, in a time zone by its name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Range {
    pub(crate) start: Point,
    pub(crate) end: Option<Point>,
    pub(crate) zone: Option<String>,
}

/// Days have years of four digits.
pub(crate) fn day(day: &Date) -> Option<Date> {
    (day.year() >= 0).then_some(*day)
}

/// A moment, with the seconds by which the clock that shows it is ahead of UTC.
pub(crate) type Moment = (Timestamp, i32);

/// Moments are kept to the minute, on a clock that is ahead of UTC by whole minutes: on another, the moment is shown in UTC.
///
/// Source: <https://developers.notion.com/reference/page-property-values#date>.
pub(crate) fn moment((moment, offset): &Moment) -> Option<Moment> {
    let offset = if offset % 60 == 0 { *offset } else { 0 };
    let local = Offset::from_seconds(offset).ok()?.to_datetime(*moment);
    (local.year() >= 0).then(|| (minute(*moment), offset))
}

/// Where only the moment is of interest.
pub(crate) fn instant(at: &Timestamp) -> Option<Timestamp> {
    moment(&(*at, 0)).map(|(at, _)| at)
}

fn minute(moment: Timestamp) -> Timestamp {
    let into = moment.as_nanosecond().rem_euclid(60_000_000_000);
    moment - SignedDuration::from_nanos(into as i64)
}

/// Both ends are days, or both are times, in their order. A time has an offset, is in the zone, or else in UTC, and is read back
/// with an offset, to the minute.
///
/// Source: <https://developers.notion.com/reference/page-property-values#date>.
pub(crate) fn range(range: &Range) -> Option<Range> {
    let Range { start, end, zone } = range;
    let end_or_start = end.as_ref().unwrap_or(start);
    match (start, end_or_start, zone) {
        (Point::Day(start), Point::Day(end), None) if start <= end => {
            day(start)?;
            return Some(range.clone());
        }
        // Notion takes offsets or a time zone.
        (Point::Time(_, one), Point::Time(_, other), Some(_)) if one.is_some() == other.is_some() => {}
        (Point::Time(..), Point::Time(..), None) => {}
        _ => return None,
    }
    let kept = |point: &Point| {
        let Point::Time(local, offset) = point else {
            return None;
        };
        if local.year() < 0 || offset.is_some_and(|offset| offset % 60 != 0) {
            return None;
        }
        let zoned = match (offset, zone) {
            (Some(offset), _) => local.to_zoned(TimeZone::fixed(Offset::from_seconds(*offset).ok()?)),
            (None, Some(zone)) => local.in_tz(zone),
            (None, None) => local.to_zoned(TimeZone::UTC),
        };
        let zoned = zoned.ok()?;
        let shown = zoned
            .datetime()
            .with()
            .second(0)
            .subsec_nanosecond(0)
            .build()
            .ok()?;
        // Clocks of the 19th century were ahead by seconds, too.
        Some((
            zoned.timestamp(),
            Point::Time(shown, Some(zoned.offset().seconds() / 60 * 60)),
        ))
    };
    let (from, start) = kept(start)?;
    let (to, last) = kept(end_or_start)?;
    (from <= to).then(|| Range {
        start,
        end: end.is_some().then_some(last),
        zone: None,
    })
}

/// The same moments, on a clock that shows UTC.
pub(crate) fn in_utc(range: Range) -> Range {
    let in_utc = |point| match point {
        Point::Time(local, Some(seconds)) => {
            Point::Time(local - SignedDuration::from_secs(seconds.into()), Some(0))
        }
        other => other,
    };
    Range {
        start: in_utc(range.start),
        end: range.end.map(in_utc),
        zone: range.zone,
    }
}

/// What of a verification is seen: whether the page is verified, for which time, and by whom.
pub(crate) type Verification = (bool, Option<Range>, Option<Uuid>);

/// Who verifies is whoever writes it, for a time between moments. An unverified page says no more.
///
/// Source: <https://developers.notion.com/reference/page-property-values#verification>.
pub(crate) fn verification(me: Uuid) -> impl Fn(&Verification) -> Option<Verification> {
    move |(verified, time, _)| {
        if !verified {
            return Some((false, None, None));
        }
        let Some(time) = time else {
            return Some((true, None, Some(me)));
        };
        let kept = range(time)?;
        matches!(kept.start, Point::Time(..)).then_some((true, Some(kept), Some(me)))
    }
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    pub(crate) what: What,
    pub(crate) look: Look,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    Text {
        text: String,
        link: Option<String>,
    },
    Equation(String),
    User(Uuid),
    Page(Uuid),
    Database(Uuid),
    Date(Range),
    /// `today`, `now` or `me`, to be filled in by a template.
    Template(&'static str),
}

/// Bold, italic, struck through, underlined, code; and the colour.
pub(crate) type Look = ([bool; 5], &'static str);

/// Texts that look alike are one, and empty text is none. What is mentioned is kept by its id.
///
/// Source: <https://developers.notion.com/reference/rich-text>.
pub(crate) fn rich_text(pieces: &Vec<Piece>) -> Option<Vec<Piece>> {
    let mut kept = joined(pieces);
    let mut count = 0;
    for piece in &mut kept {
        count += match &mut piece.what {
            What::Text { text, link } => {
                if let Some(link) = link {
                    line(MAX_URL)(link)?;
                }
                items(text)
            }
            What::Equation(expression) if length(expression) > MAX_EQUATION => return None,
            What::Date(date) => {
                *date = range(date)?;
                1
            }
            _ => 1,
        };
    }
    (count <= MAX_ITEMS).then_some(kept)
}

/// Texts that look alike made one.
pub(crate) fn joined(pieces: &[Piece]) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::new();
    for piece in pieces {
        if let What::Text { text, link } = &piece.what {
            if text.is_empty() {
                continue;
            }
            if let Some(Piece {
                what:
                    What::Text {
                        text: before,
                        link: to,
                    },
                look,
            }) = kept.last_mut()
                && (&*to, &*look) == (link, &piece.look)
            {
                before.push_str(text);
                continue;
            }
        }
        kept.push(piece.clone());
    }
    kept
}
