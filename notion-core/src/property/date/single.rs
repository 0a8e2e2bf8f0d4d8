//! Types that hold a single day or moment.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned, civil};
use notion_schema::Kind as SchemaKind;
use notion_schema::json::{Reader, Writer};

use super::value::parsed;
use super::{DateOrRange, DateOrTime};
use crate::property::{KeyValue, Property, ReadError, WritableProperty, WriteError};

/// A type that holds a single day, or a single moment. A value that is more than that is an error: it would be lost.
pub(super) trait Single: Sized {
    /// What it holds, for its errors.
    const WHAT: &'static str;

    /// Any value.
    fn any() -> Self;

    /// The day or moment, if it is one. `zone` is the IANA name of its time zone, if it has one.
    fn from_start(start: DateOrTime, zone: Option<&str>) -> Option<Self>;

    /// The day or moment; `None` where it is further from our time than dates go.
    fn to_start(&self) -> Option<DateOrTime>;

    /// The value as Notion takes it.
    fn to_date(&self) -> Option<DateOrRange> {
        self.to_start().map(DateOrRange::from)
    }
}

/// What makes a [`Single`] the type of date columns. One impl for all would hide from the messages of the compiler which types
/// there are.
macro_rules! dates {
    ($($date:ty)*) => {$(
        impl $crate::property::Property<$crate::kind::Date> for $date {
            type Operand = $crate::property::DateOrRange;

            fn blank() -> Self {
                Self::any()
            }

            fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
                *self = super::single::read(json)?;
                Ok(())
            }

            fn read_kind(&mut self, kind: SchemaKind, json: &mut Reader<'_>) -> Option<Result<(), ReadError>> {
                let read = super::single::read_kind(kind, json)?;
                Some(read.map(|value| *self = value))
            }
        }

        impl $crate::property::WritableProperty<$crate::kind::Date> for $date {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                super::single::write(self, json)
            }
        }

        impl $crate::property::KeyValue<$crate::kind::Date> for $date {
            fn key_operand(&self) -> Result<Option<String>, WriteError> {
                super::single::key_operand(self)
            }
        }

        impl $crate::property::HasKind for $date {
            type Kind = $crate::kind::Date;
        }

        impl $crate::property::RollupValue for $date {
            type Result = $crate::kind::Date;
        }
    )*};
}

/// What makes a [`Single`] that holds a moment the type of the times that Notion notes.
macro_rules! moments {
    ($($moment:ty)*) => {$(
        moments! { $moment: CreatedTime LastEditedTime }
    )*};
    ($moment:ty: $($kind:ident)*) => {$(
        impl $crate::property::Property<$crate::kind::$kind> for $moment {
            type Operand = $crate::property::DateOrRange;

            fn blank() -> Self {
                Self::any()
            }

            fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
                *self = super::single::read_noted(json)?;
                Ok(())
            }
        }
    )*};
}

#[cfg(any(feature = "chrono", feature = "time"))]
pub(super) use {dates, moments};

dates! { civil::Date Timestamp Zoned }
moments! { Timestamp Zoned }

pub(super) fn read<T: Single>(json: &mut Reader<'_>) -> Result<T, ReadError> {
    let mut value = DateOrRange::blank();
    value.read(json)?;
    single(&value)
}

pub(super) fn read_kind<T: Single>(kind: SchemaKind, json: &mut Reader<'_>) -> Option<Result<T, ReadError>> {
    let mut value = DateOrRange::blank();
    let read = value.read_kind(kind, json)?;
    Some(read.and_then(|()| single(&value)))
}

pub(super) fn read_noted<T: Single>(json: &mut Reader<'_>) -> Result<T, ReadError> {
    single(&parsed(json, DateOrTime::parse)?.into())
}

pub(super) fn write<T: Single>(value: &T, json: &mut Writer) -> Result<(), WriteError> {
    value.to_date().ok_or_else(too_far)?.write(json)
}

pub(super) fn key_operand<T: Single>(value: &T) -> Result<Option<String>, WriteError> {
    let start = value.to_start().ok_or_else(too_far)?;
    DateOrRange::from(start).key_operand()
}

fn single<T: Single>(value: &DateOrRange) -> Result<T, ReadError> {
    let only = match value.end {
        None => T::from_start(value.start, value.time_zone.as_deref()),
        Some(_) => None,
    };
    only.ok_or_else(|| {
        ReadError::Unfit(format!(
            "is {value}, which is not {}: `DateOrRange` holds it",
            T::WHAT
        ))
    })
}

/// For a value that no date of Notion's reaches.
pub(super) fn too_far() -> WriteError {
    WriteError::new("is further from our time than the year 9999")
}

impl Single for civil::Date {
    const WHAT: &'static str = "a single day";

    fn any() -> Self {
        Self::constant(1970, 1, 1)
    }

    fn from_start(start: DateOrTime, _: Option<&str>) -> Option<Self> {
        match start {
            DateOrTime::Date(date) => Some(date),
            DateOrTime::Time { .. } => None,
        }
    }

    fn to_start(&self) -> Option<DateOrTime> {
        Some((*self).into())
    }
}

impl Single for Timestamp {
    const WHAT: &'static str = "a single moment";

    fn any() -> Self {
        Self::UNIX_EPOCH
    }

    fn from_start(start: DateOrTime, _: Option<&str>) -> Option<Self> {
        start.timestamp()
    }

    fn to_start(&self) -> Option<DateOrTime> {
        Some((*self).into())
    }
}

/// A moment on the clock of its time zone. Where Notion gives an offset, as it mostly does, that is the time zone.
///
/// Reading the name of a zone needs the database of zones that most operating systems have; where there is none, jiff's feature
/// `tzdb-bundle-platform` brings one along.
impl Single for Zoned {
    const WHAT: &'static str = "a single moment, with an offset or in a time zone that this system knows";

    fn any() -> Self {
        Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC)
    }

    fn from_start(start: DateOrTime, zone: Option<&str>) -> Option<Self> {
        let DateOrTime::Time { local, offset } = start else {
            return None;
        };
        match (zone, offset) {
            (None, None) => None,
            (None, Some(offset)) => local.to_zoned(TimeZone::fixed(offset)).ok(),
            (Some(zone), None) => local.in_tz(zone).ok(),
            (Some(zone), Some(offset)) => offset.to_timestamp(local).ok()?.in_tz(zone).ok(),
        }
    }

    fn to_start(&self) -> Option<DateOrTime> {
        Some(self.into())
    }

    fn to_date(&self) -> Option<DateOrRange> {
        let local = self.datetime();
        let zone = self.time_zone();
        // When clocks are set back, an hour comes twice, and only the offset tells the one from the other. An offset of the 19th
        // century has seconds, which Notion leaves out of what it makes of a zone.
        let is_plain = !zone.to_ambiguous_zoned(local).is_ambiguous() && self.offset().seconds() % 60 == 0;
        Some(match zone.iana_name() {
            Some(name) if is_plain => DateOrRange::from(local).in_zone(name),
            _ => self.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::kind::{CreatedTime, Date};

    fn read<T: Property<Date>>(json: &str) -> Result<T, ReadError> {
        let mut value = T::blank();
        value.read(&mut Reader::new(json)).map(|()| value)
    }

    fn written(value: &impl WritableProperty<Date>) -> String {
        let mut json = Writer::new();
        value.write(&mut json).unwrap();
        json.into_string()
    }

    #[test]
    fn narrower_types_refuse_what_they_would_lose() {
        let day = r#"{"start":"2026-09-15","end":null}"#;
        let moment = r#"{"start":"2026-09-15T09:00:00.000+02:00","end":null}"#;
        assert_eq!(read(day), Ok(date(2026, 9, 15)));
        assert_eq!(
            read(moment),
            Ok("2026-09-15T07:00:00Z".parse::<Timestamp>().unwrap())
        );
        assert_eq!(
            read::<civil::Date>(moment).unwrap_err().to_string(),
            "is 2026-09-15T09:00:00+02:00, which is not a single day: `DateOrRange` holds it"
        );
        assert!(read::<Timestamp>(day).is_err());
        let range = r#"{"start":"2026-09-15T09:00:00Z","end":"2026-09-15T10:00:00Z"}"#;
        assert!(read::<Timestamp>(range).is_err());
        assert_eq!(read::<Timestamp>("null"), Err(ReadError::Empty));
        assert_eq!(read::<Option<Zoned>>("null"), Ok(None));
    }

    #[test]
    fn a_zoned_moment_keeps_its_clock() {
        for (json, shown) in [
            (
                r#"{"start":"2026-09-15T09:00:00.000+02:00"}"#,
                "2026-09-15T09:00:00+02:00[+02:00]",
            ),
            (
                r#"{"start":"2026-09-15T09:00:00","time_zone":"Europe/Berlin"}"#,
                "2026-09-15T09:00:00+02:00[Europe/Berlin]",
            ),
            (
                r#"{"start":"2026-09-15T07:00:00Z","time_zone":"Europe/Berlin"}"#,
                "2026-09-15T09:00:00+02:00[Europe/Berlin]",
            ),
        ] {
            assert_eq!(read::<Zoned>(json).unwrap().to_string(), shown, "{json}");
        }
        assert_eq!(
            read::<Zoned>(r#"{"start":"2026-09-15T09:00:00","time_zone":"Mars/Olympus"}"#)
                .unwrap_err()
                .to_string(),
            "is 2026-09-15T09:00:00[Mars/Olympus], which is not a single moment, with an offset or in a time zone that this system knows: `DateOrRange` holds it"
        );
        assert!(read::<Zoned>(r#"{"start":"2026-09-15T09:00:00"}"#).is_err());
        assert!(read::<Zoned>(r#"{"start":"2026-09-15"}"#).is_err());
    }

    #[test]
    fn a_zoned_moment_is_written_in_its_zone() {
        let zoned = |text: &str| text.parse::<Zoned>().unwrap();
        assert_eq!(
            written(&zoned("2026-09-15T09:00:00+02:00[Europe/Berlin]")),
            r#"{"start":"2026-09-15T09:00:00","time_zone":"Europe/Berlin"}"#
        );
        assert_eq!(
            written(&zoned("2026-10-25T02:30:00+01:00[Europe/Berlin]")),
            r#"{"start":"2026-10-25T02:30:00+01:00"}"#
        );
        assert_eq!(
            written(&zoned("2026-09-15T09:00:00-03:30[-03:30]")),
            r#"{"start":"2026-09-15T09:00:00-03:30"}"#
        );
        assert_eq!(
            written(&zoned("1880-01-01T00:53:28+00:53:28[Europe/Berlin]")),
            r#"{"start":"1880-01-01T00:00:00+00:00"}"#
        );
    }

    #[test]
    fn the_times_of_a_page_are_moments() {
        let mut value = Zoned::any();
        let text = r#""2026-09-15T09:00:00.000Z""#;
        Property::<CreatedTime>::read(&mut value, &mut Reader::new(text)).unwrap();
        assert_eq!(value.to_string(), "2026-09-15T09:00:00+00:00[UTC]");
        let read =
            Property::<Date>::read_kind(&mut value, SchemaKind::LastEditedTime, &mut Reader::new(text));
        assert_eq!(read, Some(Ok(())));
        let mut day = civil::Date::any();
        let read = Property::<Date>::read_kind(&mut day, SchemaKind::CreatedTime, &mut Reader::new(text));
        assert!(read.unwrap().is_err());
    }
}
