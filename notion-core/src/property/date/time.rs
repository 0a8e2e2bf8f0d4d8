//! Dates of the crate time.

use ::time::{Date, Month, OffsetDateTime, UtcOffset};
use jiff::tz::Offset;
use jiff::{Timestamp, civil};
use notion_schema::Kind as SchemaKind;
use notion_schema::json::{Reader, Writer};

use super::single::{Single, dates, moments, too_far};
use super::{DateOrRange, DateOrTime};
use crate::property::{ReadError, WriteError};
use crate::query::Operand;

dates! { Date OffsetDateTime }
moments! { OffsetDateTime }

impl Single for Date {
    const WHAT: &'static str = "a single day";

    fn any() -> Self {
        OffsetDateTime::UNIX_EPOCH.date()
    }

    fn from_start(start: DateOrTime, zone: Option<&str>) -> Option<Self> {
        let date = civil::Date::from_start(start, zone)?;
        let month = Month::try_from(date.month().unsigned_abs()).ok()?;
        Self::from_calendar_date(date.year().into(), month, date.day().unsigned_abs()).ok()
    }

    fn to_start(&self) -> Option<DateOrTime> {
        (*self).try_into().ok()
    }
}

/// A moment on a clock of that offset.
impl Single for OffsetDateTime {
    const WHAT: &'static str = "a single moment";

    fn any() -> Self {
        Self::UNIX_EPOCH
    }

    fn from_start(start: DateOrTime, _: Option<&str>) -> Option<Self> {
        let DateOrTime::Time {
            offset: Some(offset), ..
        } = start
        else {
            return None;
        };
        let moment = Self::from_unix_timestamp_nanos(start.timestamp()?.as_nanosecond()).ok()?;
        moment.checked_to_offset(UtcOffset::from_whole_seconds(offset.seconds()).ok()?)
    }

    fn to_start(&self) -> Option<DateOrTime> {
        (*self).try_into().ok()
    }
}

/// Fails beyond the year 9999.
impl TryFrom<Date> for DateOrTime {
    type Error = WriteError;

    fn try_from(date: Date) -> Result<Self, WriteError> {
        let year = i16::try_from(date.year()).map_err(|_| too_far())?;
        let (month, day) = (u8::from(date.month()).cast_signed(), date.day().cast_signed());
        civil::Date::new(year, month, day)
            .map(Self::from)
            .map_err(|_| too_far())
    }
}

/// On a clock of its offset. Fails beyond the year 9999.
impl TryFrom<OffsetDateTime> for DateOrTime {
    type Error = WriteError;

    fn try_from(moment: OffsetDateTime) -> Result<Self, WriteError> {
        let offset = Offset::from_seconds(moment.offset().whole_seconds());
        let moment = Timestamp::from_nanosecond(moment.unix_timestamp_nanos());
        match (moment, offset) {
            (Ok(moment), Ok(offset)) => Ok(Self::at(moment, offset)),
            _ => Err(too_far()),
        }
    }
}

impl Operand<DateOrRange> for Date {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(&DateOrTime::try_from(*self)?.to_string());
        Ok(())
    }
}

impl Operand<DateOrRange> for OffsetDateTime {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(&DateOrTime::try_from(*self)?.to_string());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind;
    use crate::property::{Property, WritableProperty};

    fn read<T: Property<kind::Date>>(json: &str) -> Option<T> {
        let mut value = T::blank();
        value.read(&mut Reader::new(json)).ok().map(|()| value)
    }

    fn written(value: &impl WritableProperty<kind::Date>) -> String {
        let mut json = Writer::new();
        match value.write(&mut json) {
            Ok(()) => json.into_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn days_and_moments_go_both_ways() {
        let day = Date::from_calendar_date(2026, Month::September, 15).unwrap();
        assert_eq!(written(&day), r#"{"start":"2026-09-15"}"#);
        assert_eq!(read(&written(&day)), Some(day));

        let offset = UtcOffset::from_hms(2, 0, 0).unwrap();
        let moment = day.with_hms(9, 0, 0).unwrap().assume_offset(offset);
        assert_eq!(written(&moment), r#"{"start":"2026-09-15T09:00:00+02:00"}"#);
        let read_back: OffsetDateTime = read(&written(&moment)).unwrap();
        assert_eq!((read_back, read_back.offset()), (moment, offset));
        let early = OffsetDateTime::UNIX_EPOCH - ::time::Duration::milliseconds(500);
        assert_eq!(read(&written(&early)), Some(early));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert_eq!(read::<Date>(r#"{"start":"2026-09-15T09:00:00Z"}"#), None);
        assert_eq!(read::<OffsetDateTime>(r#"{"start":"2026-09-15"}"#), None);
        assert_eq!(
            written(&Date::MIN),
            "is -009999-01-01, and Notion's years begin at 0"
        );
    }

    #[test]
    fn the_times_of_a_page_are_moments() {
        let mut value = OffsetDateTime::any();
        let json = &mut Reader::new(r#""1970-01-01T00:01:00.000Z""#);
        Property::<kind::CreatedTime>::read(&mut value, json).unwrap();
        assert_eq!(value.unix_timestamp(), 60);
    }
}
