//! Dates on the wire: `{"start":"2026-09-15","end":null,"time_zone":null}`.

use jiff::civil;
use jiff::tz::Offset;
use notion_schema::Kind as SchemaKind;
use notion_schema::json::{Reader, Writer};

use super::{DateOrRange, DateOrTime};
use crate::kind::Date;
use crate::property::{HasKind, Property, ReadError, WritableProperty, WriteError, object};

impl Property<Date> for DateOrRange {
    type Operand = Self;

    fn blank() -> Self {
        civil::date(1970, 1, 1).into()
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

    fn read_kind(&mut self, kind: SchemaKind, json: &mut Reader<'_>) -> Option<Result<(), ReadError>> {
        match kind {
            SchemaKind::Date => Some(self.read(json)),
            SchemaKind::CreatedTime | SchemaKind::LastEditedTime => {
                Some(parsed(json, DateOrTime::parse).map(|time| *self = time.into()))
            }
            _ => None,
        }
    }
}

impl WritableProperty<Date> for DateOrRange {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        self.check()
            .map_err(|reason| WriteError::new(format!("is {self}, {reason}")))?;
        json.open(r#"{"start":"#).display(self.start);
        if let Some(end) = self.end {
            json.key("end").display(end);
        }
        if let Some(zone) = &self.time_zone
            && !self.start.has_offset()
        {
            json.key("time_zone").string(zone);
        }
        json.end_object();
        Ok(())
    }
}

impl HasKind for DateOrRange {
    type Kind = Date;
}

impl DateOrRange {
    /// Why Notion would not take the date, or would take it for another.
    fn check(&self) -> Result<(), &'static str> {
        let Self {
            start,
            end,
            time_zone,
        } = self;
        if start.date().year() < 0 {
            return Err("and Notion's years begin at 0");
        }
        if start.has_odd_offset() || end.is_some_and(|end| end.has_odd_offset()) {
            return Err("whose offset has seconds, and Notion takes hours and minutes");
        }
        if end.is_some_and(|end| start.is_date() != end.is_date()) {
            return Err("which is a day at one end and a time at the other");
        }
        if end.is_some_and(|end| end.is_before(start, time_zone.is_some())) {
            return Err("which ends before it begins");
        }
        if time_zone.is_some() && start.is_date() {
            return Err("and only times are in a time zone");
        }
        if time_zone.is_some() && end.is_some_and(|end| start.has_offset() != end.has_offset()) {
            return Err("with an offset at one end, and Notion takes offsets or a time zone");
        }
        Ok(())
    }
}

impl DateOrTime {
    fn is_date(&self) -> bool {
        matches!(self, Self::Date(_))
    }

    fn has_offset(&self) -> bool {
        matches!(self, Self::Time { offset: Some(_), .. })
    }

    /// Whether its clock is ahead of UTC by minutes and seconds.
    fn has_odd_offset(&self) -> bool {
        matches!(self, Self::Time { offset: Some(offset), .. } if offset.seconds() % 60 != 0)
    }

    /// Whether it comes before `other`, which is of the same sort, on the clocks of one time zone or of UTC.
    fn is_before(&self, other: &Self, in_zone: bool) -> bool {
        let (
            Self::Time { local, offset },
            Self::Time {
                local: to,
                offset: ahead,
            },
        ) = (self, other)
        else {
            return self.date() < other.date();
        };
        let moment = |local: &civil::DateTime, offset: &Option<Offset>| match offset {
            None if in_zone => None,
            offset => offset.unwrap_or(Offset::UTC).to_timestamp(*local).ok(),
        };
        match (moment(local, offset), moment(to, ahead)) {
            (Some(moment), Some(other)) => moment < other,
            _ => local < to,
        }
    }
}

pub(super) fn parsed<T>(json: &mut Reader<'_>, parse: impl Fn(&str) -> Option<T>) -> Result<T, ReadError> {
    let text = json.string()?;
    parse(&text).ok_or_else(|| ReadError::Unfit(format!("holds `{text}` where a date belongs")))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;

    fn read(json: &str) -> Result<DateOrRange, ReadError> {
        let mut value = DateOrRange::blank();
        value.read(&mut Reader::new(json)).map(|()| value)
    }

    fn written(value: &DateOrRange) -> Result<String, String> {
        let mut json = Writer::new();
        value
            .write(&mut json)
            .map(|()| json.into_string())
            .map_err(|error| error.to_string())
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
                "2026-09-15T09:00:00[Europe/Berlin]",
            ),
        ] {
            let value = read(json).unwrap();
            assert_eq!(value.to_string(), shown, "{json}");
            assert_eq!(read(&written(&value).unwrap()).unwrap(), value);
        }
        assert_eq!(read("null"), Err(ReadError::Empty));
        assert!(read(r#"{"start":"soon"}"#).is_err());
        assert!(read(r#"{"end":"2026-09-15"}"#).is_err());
    }

    #[test]
    fn a_time_is_written_with_an_offset_or_a_zone() {
        let nine = date(2026, 9, 15).at(9, 0, 0, 0);
        assert_eq!(
            written(&DateOrRange::from(nine).in_zone("Europe/Berlin")).unwrap(),
            r#"{"start":"2026-09-15T09:00:00","time_zone":"Europe/Berlin"}"#
        );
        let moment: Timestamp = "2026-09-15T07:00:00Z".parse().unwrap();
        assert_eq!(
            written(&DateOrRange::from(moment).in_zone("Europe/Berlin")).unwrap(),
            r#"{"start":"2026-09-15T07:00:00+00:00"}"#
        );
        let old = date(1880, 1, 1)
            .at(12, 0, 0, 0)
            .to_zoned(TimeZone::fixed(Offset::from_seconds(3208).unwrap()));
        assert_eq!(
            written(&(&old.unwrap()).into()).unwrap(),
            r#"{"start":"1880-01-01T11:06:32+00:00"}"#
        );
    }

    #[test]
    fn what_notion_would_refuse_or_change_is_refused() {
        let (day, later) = (date(2026, 9, 15), date(2026, 9, 16));
        let nine = day.at(9, 0, 0, 0);
        let moment: Timestamp = "2026-09-15T09:00:00Z".parse().unwrap();
        let refused = |value: DateOrRange| written(&value).unwrap_err();
        assert_eq!(
            refused(date(-1, 1, 1).into()),
            "is -000001-01-01, and Notion's years begin at 0"
        );
        assert_eq!(
            refused(DateOrRange::range(later, day)),
            "is 2026-09-16/2026-09-15, which ends before it begins"
        );
        let east = DateOrTime::Time {
            local: nine,
            offset: Some(Offset::constant(2)),
        };
        assert_eq!(
            refused(DateOrRange::range(moment, east)),
            "is 2026-09-15T09:00:00+00:00/2026-09-15T09:00:00+02:00, which ends before it begins"
        );
        assert!(written(&DateOrRange::range(east, moment)).is_ok());
        assert!(written(&DateOrRange::range(nine, nine)).is_ok());
        // Without an offset, it is the time in UTC: an hour after the start, although the clock says an hour before it.
        assert!(written(&DateOrRange::range(east, date(2026, 9, 15).at(8, 0, 0, 0))).is_ok());
        let odd = DateOrTime::Time {
            local: nine,
            offset: Some(Offset::from_seconds(3_208).unwrap()),
        };
        assert_eq!(
            refused(DateOrRange::from(odd)),
            "is 2026-09-15T09:00:00+00:53, whose offset has seconds, and Notion takes hours and minutes"
        );
        assert_eq!(
            refused(DateOrRange::range(day, moment)),
            "is 2026-09-15/2026-09-15T09:00:00+00:00, which is a day at one end and a time at the other"
        );
        assert_eq!(
            refused(DateOrRange::from(day).in_zone("Europe/Berlin")),
            "is 2026-09-15[Europe/Berlin], and only times are in a time zone"
        );
        assert_eq!(
            refused(DateOrRange::range(nine, moment).in_zone("Europe/Berlin")),
            "is 2026-09-15T09:00:00/2026-09-15T09:00:00+00:00[Europe/Berlin], with an offset at one end, and Notion takes offsets or a time zone"
        );
    }

    #[test]
    fn dates_are_compared_as_notion_keeps_them() {
        let kept = |date: DateOrRange| date.kept().to_string();
        let time = date(2026, 9, 15).at(9, 0, 59, 999);
        assert_eq!(kept(date(2026, 9, 15).into()), "2026-09-15");
        assert_eq!(kept(time.into()), "2026-09-15T09:00:00+00:00");
        assert_eq!(
            kept(DateOrRange::range(time, time).in_zone("Europe/Berlin")),
            "2026-09-15T09:00:00+02:00/2026-09-15T09:00:00+02:00"
        );
        let unknown = DateOrRange::from(time).in_zone("Mars/Olympus");
        assert_eq!(unknown.clone().kept(), unknown);
    }

    #[test]
    fn a_rollup_shows_the_times_of_pages_as_dates() {
        let mut value = DateOrRange::blank();
        let mut json = Reader::new(r#""2026-09-15T09:00:00.000Z""#);
        assert_eq!(value.read_kind(SchemaKind::CreatedTime, &mut json), Some(Ok(())));
        assert_eq!(value.to_string(), "2026-09-15T09:00:00+00:00");
        assert_eq!(value.read_kind(SchemaKind::Number, &mut json), None);
    }
}
