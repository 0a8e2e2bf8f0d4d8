//! Dates of the crate chrono.

use ::chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Offset as _, TimeZone, Utc};
use jiff::tz::Offset;
use jiff::{Timestamp, civil};
use notion_schema::Kind as SchemaKind;
use notion_schema::json::{Reader, Writer};

use super::single::{Single, dates, moments, too_far};
use super::{DateOrRange, DateOrTime};
use crate::property::{ReadError, WriteError};
use crate::query::Operand;

dates! { NaiveDate DateTime<Utc> DateTime<FixedOffset> }
moments! { DateTime<Utc> DateTime<FixedOffset> }

impl Single for NaiveDate {
    const WHAT: &'static str = "a single day";

    fn any() -> Self {
        Self::default()
    }

    fn from_start(start: DateOrTime, zone: Option<&str>) -> Option<Self> {
        let date = civil::Date::from_start(start, zone)?;
        Self::from_ymd_opt(
            date.year().into(),
            date.month().unsigned_abs().into(),
            date.day().unsigned_abs().into(),
        )
    }

    fn to_start(&self) -> Option<DateOrTime> {
        (*self).try_into().ok()
    }
}

impl Single for DateTime<Utc> {
    const WHAT: &'static str = "a single moment";

    fn any() -> Self {
        Self::UNIX_EPOCH
    }

    fn from_start(start: DateOrTime, _: Option<&str>) -> Option<Self> {
        moment(start.timestamp()?)
    }

    fn to_start(&self) -> Option<DateOrTime> {
        (*self).try_into().ok()
    }
}

/// A moment on a clock of that offset.
impl Single for DateTime<FixedOffset> {
    const WHAT: &'static str = "a single moment";

    fn any() -> Self {
        DateTime::UNIX_EPOCH.fixed_offset()
    }

    fn from_start(start: DateOrTime, _: Option<&str>) -> Option<Self> {
        let DateOrTime::Time {
            offset: Some(offset), ..
        } = start
        else {
            return None;
        };
        let offset = FixedOffset::east_opt(offset.seconds())?;
        Some(moment(start.timestamp()?)?.with_timezone(&offset))
    }

    fn to_start(&self) -> Option<DateOrTime> {
        (*self).try_into().ok()
    }
}

/// Fails beyond the year 9999.
impl TryFrom<NaiveDate> for DateOrTime {
    type Error = WriteError;

    fn try_from(date: NaiveDate) -> Result<Self, WriteError> {
        let year = i16::try_from(date.year()).map_err(|_| too_far())?;
        let (month, day) = (date.month() as i8, date.day() as i8);
        civil::Date::new(year, month, day)
            .map(Self::from)
            .map_err(|_| too_far())
    }
}

/// On the clock of its time zone. Fails beyond the year 9999.
impl<Z: TimeZone> TryFrom<DateTime<Z>> for DateOrTime {
    type Error = WriteError;

    fn try_from(moment: DateTime<Z>) -> Result<Self, WriteError> {
        // A leap second is counted as more than a second here, and Notion knows no seconds.
        let nanoseconds = moment.timestamp_subsec_nanos().min(999_999_999);
        let offset = Offset::from_seconds(moment.offset().fix().local_minus_utc());
        let moment = Timestamp::new(moment.timestamp(), nanoseconds.cast_signed());
        match (moment, offset) {
            (Ok(moment), Ok(offset)) => Ok(Self::at(moment, offset)),
            _ => Err(too_far()),
        }
    }
}

fn moment(moment: Timestamp) -> Option<DateTime<Utc>> {
    const SECOND: i128 = 1_000_000_000;
    let nanoseconds = moment.as_nanosecond();
    let seconds = i64::try_from(nanoseconds.div_euclid(SECOND)).ok()?;
    let rest = u32::try_from(nanoseconds.rem_euclid(SECOND)).ok()?;
    DateTime::from_timestamp(seconds, rest)
}

impl Operand<DateOrRange> for NaiveDate {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(&DateOrTime::try_from(*self)?.to_string());
        Ok(())
    }
}

impl<Z: TimeZone> Operand<DateOrRange> for DateTime<Z> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(&DateOrTime::try_from(self.clone())?.to_string());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::{CreatedTime, Date};
    use crate::property::{Property, WritableProperty};

    fn read<T: Property<Date>>(json: &str) -> Option<T> {
        let mut value = T::blank();
        value.read(&mut Reader::new(json)).ok().map(|()| value)
    }

    fn written(value: &impl WritableProperty<Date>) -> String {
        let mut json = Writer::new();
        match value.write(&mut json) {
            Ok(()) => json.into_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn days_and_moments_go_both_ways() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 15).unwrap();
        assert_eq!(written(&day), r#"{"start":"2026-09-15"}"#);
        assert_eq!(read(&written(&day)), Some(day));

        let moment = DateTime::parse_from_rfc3339("2026-09-15T09:00:00+02:00").unwrap();
        assert_eq!(written(&moment), r#"{"start":"2026-09-15T09:00:00+02:00"}"#);
        let read_back: DateTime<FixedOffset> = read(&written(&moment)).unwrap();
        assert_eq!(read_back.to_rfc3339(), moment.to_rfc3339());
        assert_eq!(
            written(&moment.to_utc()),
            r#"{"start":"2026-09-15T07:00:00+00:00"}"#
        );
        assert_eq!(read(&written(&moment)), Some(moment.to_utc()));
        let early = DateTime::from_timestamp(-1, 500_000_000).unwrap();
        assert_eq!(read(&written(&early)), Some(early));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert_eq!(read::<NaiveDate>(r#"{"start":"2026-09-15T09:00:00Z"}"#), None);
        assert_eq!(read::<DateTime<Utc>>(r#"{"start":"2026-09-15"}"#), None);
        assert_eq!(
            written(&NaiveDate::MAX),
            "is further from our time than the year 9999"
        );
        assert_eq!(
            written(&DateTime::<Utc>::MAX_UTC),
            "is further from our time than the year 9999"
        );
    }

    #[test]
    fn the_times_of_a_page_are_moments() {
        let mut value = DateTime::<Utc>::any();
        let json = &mut Reader::new(r#""2026-09-15T09:00:00.000Z""#);
        Property::<CreatedTime>::read(&mut value, json).unwrap();
        assert_eq!(value.to_rfc3339(), "2026-09-15T09:00:00+00:00");
    }
}
