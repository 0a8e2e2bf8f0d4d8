use std::fmt;

use jiff::civil;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use notion_schema::json::{Reader, Writer};

use super::{HasKind, Property, ReadError, WritableProperty, WriteError, object};
use crate::kind::{CreatedTime, Date, LastEditedTime};

/// The value of a date property: a day or a moment, and perhaps the end of a range that begins with it.
///
/// ```
/// use jiff::civil::date;
/// use notion_core::DateOrRange;
///
/// let day = DateOrRange::from(date(2026, 9, 15));
/// let trip = DateOrRange::range(date(2026, 9, 15), date(2026, 9, 20));
/// assert_eq!(day.to_string(), "2026-09-15");
/// assert_eq!(trip.to_string(), "2026-09-15/2026-09-20");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DateOrRange {
    /// The day or moment, or the first one.
    pub start: DateOrTime,
    /// The last one.
    pub end: Option<DateOrTime>,
    /// The IANA name of the time zone, where Notion sends one; it mostly sends an offset instead.
    pub time_zone: Option<String>,
}

/// A day, or a moment of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DateOrTime {
    /// A day without a time.
    Date(civil::Date),
    /// A moment, with the clock that it is shown on.
    ///
    /// Notion keeps minutes and cuts off the seconds.
    Time {
        /// What the clock shows.
        local: civil::DateTime,
        /// How far that clock is ahead of UTC; `None` where only [`DateOrRange::time_zone`] says it.
        offset: Option<Offset>,
    },
}

impl DateOrRange {
    /// A range of days or moments, both included.
    #[must_use]
    pub fn range(start: impl Into<DateOrTime>, end: impl Into<DateOrTime>) -> Self {
        Self {
            start: start.into(),
            end: Some(end.into()),
            time_zone: None,
        }
    }
}

impl<T: Into<DateOrTime>> From<T> for DateOrRange {
    fn from(start: T) -> Self {
        Self {
            start: start.into(),
            end: None,
            time_zone: None,
        }
    }
}

impl DateOrTime {
    /// The day, on the clock that the value is shown on.
    #[must_use]
    pub fn date(&self) -> civil::Date {
        match self {
            Self::Date(date) => *date,
            Self::Time { local, .. } => local.date(),
        }
    }

    /// The moment, if there is a time and its distance from UTC is known.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Self::Date(_) => None,
            Self::Time { local, offset } => offset.as_ref()?.to_timestamp(*local).ok(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let pieces = Pieces::parse(text).ok()?;
        let Some(time) = pieces.time() else {
            return Some(Self::Date(pieces.date()));
        };
        let offset = pieces.offset().map(|offset| match offset {
            PiecesOffset::Numeric(offset) => offset.offset(),
            _ => Offset::UTC,
        });
        Some(Self::Time {
            local: pieces.date().to_datetime(time),
            offset,
        })
    }
}

impl From<civil::Date> for DateOrTime {
    fn from(date: civil::Date) -> Self {
        Self::Date(date)
    }
}

/// On a clock that shows UTC.
impl From<Timestamp> for DateOrTime {
    fn from(moment: Timestamp) -> Self {
        Self::Time {
            local: Offset::UTC.to_datetime(moment),
            offset: Some(Offset::UTC),
        }
    }
}

/// On a clock that shows the zone's time.
impl From<&jiff::Zoned> for DateOrTime {
    fn from(moment: &jiff::Zoned) -> Self {
        // Offsets of the 19th century have seconds, and the API has no place for them.
        if moment.offset().seconds() % 60 != 0 {
            return moment.timestamp().into();
        }
        Self::Time {
            local: moment.datetime(),
            offset: Some(moment.offset()),
        }
    }
}

/// As the API writes it: `2026-09-15`, `2026-09-15T09:00:00+02:00`.
impl fmt::Display for DateOrTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (local, offset) = match self {
            Self::Date(date) => return date.fmt(f),
            Self::Time { local, offset } => (local, offset),
        };
        local.fmt(f)?;
        let Some(offset) = offset else { return Ok(()) };
        let minutes = SignedDuration::from_secs(offset.seconds().into()).as_mins();
        let sign = if minutes < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }
}

impl fmt::Display for DateOrRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.start.fmt(f)?;
        match &self.end {
            Some(end) => write!(f, "/{end}"),
            None => Ok(()),
        }
    }
}

const EPOCH: civil::Date = civil::date(1970, 1, 1);

impl Property<Date> for DateOrRange {
    type Operand = Self;

    fn blank() -> Self {
        EPOCH.into()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        if json.null() {
            return Err(ReadError::Empty);
        }
        let mut start = None;
        self.end = None;
        self.time_zone = None;
        object(json, &["start", "end", "time_zone"], |key, json| {
            match key {
                "start" => start = Some(parsed(json, DateOrTime::parse)?),
                "end" if !json.null() => self.end = Some(parsed(json, DateOrTime::parse)?),
                "time_zone" if !json.null() => self.time_zone = Some(json.string()?.into_owned()),
                "end" | "time_zone" => {}
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        self.start = start.ok_or_else(|| ReadError::Unfit("is a date without a start".to_owned()))?;
        Ok(())
    }
}

impl WritableProperty<Date> for DateOrRange {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        // Notion takes a time with an offset or with a zone, and not with both.
        let shown = |time: DateOrTime| match time {
            DateOrTime::Time { local, .. } if self.time_zone.is_some() => {
                DateOrTime::Time { local, offset: None }
            }
            time => time,
        };
        for time in [Some(self.start), self.end].into_iter().flatten() {
            if time.date().year() < 0 {
                return Err(WriteError::new(format!(
                    "is {time}, and Notion's years begin at 0"
                )));
            }
        }
        json.begin_object();
        json.key("start").string(&shown(self.start).to_string());
        if let Some(end) = self.end {
            json.key("end").string(&shown(end).to_string());
        }
        if let Some(zone) = &self.time_zone {
            json.key("time_zone").string(zone);
        }
        json.end_object();
        Ok(())
    }
}

impl HasKind for DateOrRange {
    type Kind = Date;
}

/// A single day. A value with a time or an end is an error: it would be lost.
impl Property<Date> for civil::Date {
    type Operand = DateOrRange;

    fn blank() -> Self {
        EPOCH
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        let mut value = DateOrRange::blank();
        value.read(json)?;
        match value {
            DateOrRange {
                start: DateOrTime::Date(date),
                end: None,
                ..
            } => *self = date,
            _ => return Err(unfit(&value, "a single day")),
        }
        Ok(())
    }
}

impl WritableProperty<Date> for civil::Date {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        DateOrRange::from(*self).write(json)
    }
}

impl HasKind for civil::Date {
    type Kind = Date;
}

/// A single moment. A value without a time or with an end is an error: the one is unknown, the other
/// would be lost.
impl Property<Date> for Timestamp {
    type Operand = DateOrRange;

    fn blank() -> Self {
        Self::UNIX_EPOCH
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        let mut value = DateOrRange::blank();
        value.read(json)?;
        match value.start.timestamp() {
            Some(moment) if value.end.is_none() => *self = moment,
            _ => return Err(unfit(&value, "a single moment")),
        }
        Ok(())
    }
}

impl WritableProperty<Date> for Timestamp {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        DateOrRange::from(*self).write(json)
    }
}

impl HasKind for Timestamp {
    type Kind = Date;
}

/// Kinds whose value is a moment that Notion noted, to the minute.
pub trait Noted: crate::kind::Kind {}

impl Noted for CreatedTime {}
impl Noted for LastEditedTime {}

#[diagnostic::do_not_recommend]
impl<K: Noted> Property<K> for Timestamp {
    type Operand = DateOrRange;

    fn blank() -> Self {
        Self::UNIX_EPOCH
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        *self = parsed(json, |text| text.parse().ok())?;
        Ok(())
    }
}

fn parsed<T>(json: &mut Reader<'_>, parse: impl Fn(&str) -> Option<T>) -> Result<T, ReadError> {
    let text = json.string()?;
    parse(&text).ok_or_else(|| ReadError::Unfit(format!("holds `{text}` where a date belongs")))
}

fn unfit(value: &DateOrRange, what: &str) -> ReadError {
    ReadError::Unfit(format!("is {value}, which is not {what}: `DateOrRange` holds it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Property<Date>>(json: &str) -> Result<T, ReadError> {
        let mut value = T::blank();
        value.read(&mut Reader::new(json)).map(|()| value)
    }

    #[test]
    fn what_notion_writes_is_read_without_loss() {
        for (json, shown) in [
            (
                r#"{"start":"2026-09-15","end":null,"time_zone":null}"#,
                "2026-09-15",
            ),
            (
                r#"{"start":"2026-09-15","end":"2026-09-16","time_zone":null}"#,
                "2026-09-15/2026-09-16",
            ),
            (
                r#"{"start":"2026-09-15T09:00:00.000+02:00","end":null,"time_zone":null}"#,
                "2026-09-15T09:00:00+02:00",
            ),
            (
                r#"{"start":"2026-09-15T09:00:00.000-03:30"}"#,
                "2026-09-15T09:00:00-03:30",
            ),
            (
                r#"{"start":"2026-09-15T09:00:00.000+00:00"}"#,
                "2026-09-15T09:00:00+00:00",
            ),
            (r#"{"start":"2026-09-15T09:00:00Z"}"#, "2026-09-15T09:00:00+00:00"),
            (
                r#"{"start":"2026-09-15T09:00:00.000","time_zone":"Europe/Berlin"}"#,
                "2026-09-15T09:00:00",
            ),
        ] {
            let value: DateOrRange = read(json).unwrap();
            assert_eq!(value.to_string(), shown, "{json}");
            let mut written = Writer::new();
            value.write(&mut written).unwrap();
            assert_eq!(read::<DateOrRange>(written.as_str()).unwrap(), value);
        }
    }

    #[test]
    fn what_is_written_is_what_notion_takes() {
        let written = |value: &DateOrRange| {
            let mut json = Writer::new();
            value
                .write(&mut json)
                .map(|()| json.into_string())
                .map_err(|error| error.to_string())
        };
        let mut zoned = DateOrRange::from("2026-09-15T07:00:00Z".parse::<Timestamp>().unwrap());
        zoned.time_zone = Some("Europe/Berlin".to_owned());
        assert_eq!(
            written(&zoned).unwrap(),
            r#"{"start":"2026-09-15T07:00:00","time_zone":"Europe/Berlin"}"#
        );
        let old = civil::date(1880, 1, 1)
            .at(12, 0, 0, 0)
            .to_zoned(jiff::tz::TimeZone::fixed(Offset::from_seconds(3208).unwrap()));
        assert_eq!(
            written(&(&old.unwrap()).into()).unwrap(),
            r#"{"start":"1880-01-01T11:06:32+00:00"}"#
        );
        assert!(written(&civil::date(-1, 1, 1).into()).is_err());
    }

    #[test]
    fn narrower_types_refuse_what_they_would_lose() {
        let day = r#"{"start":"2026-09-15","end":null}"#;
        let moment = r#"{"start":"2026-09-15T09:00:00.000+02:00","end":null}"#;
        assert_eq!(read(day), Ok(civil::date(2026, 9, 15)));
        assert_eq!(
            read(moment),
            Ok("2026-09-15T07:00:00Z".parse::<Timestamp>().unwrap())
        );
        assert_eq!(
            read::<civil::Date>(moment).unwrap_err().to_string(),
            "is 2026-09-15T09:00:00+02:00, which is not a single day: `DateOrRange` holds it"
        );
        assert!(read::<Timestamp>(day).is_err());
        assert!(
            read::<Timestamp>(r#"{"start":"2026-09-15T09:00:00Z","end":"2026-09-15T10:00:00Z"}"#).is_err()
        );
        assert_eq!(read::<Timestamp>("null"), Err(ReadError::Empty));
        assert!(read::<DateOrRange>(r#"{"start":"soon"}"#).is_err());
    }
}
