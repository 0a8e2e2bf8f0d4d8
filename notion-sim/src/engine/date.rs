//! Date values: reading every form a client may send, and Notion's one form of writing them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use serde_json::{Value, json};

use super::time;
use crate::refusal::Refusal;
use crate::validate::{Fields, Path};

/// A day, or a time of day to the minute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DatePoint {
    /// As Notion prints it.
    pub(crate) text: String,
    /// The instant, midnight UTC for a day.
    pub(crate) at: Timestamp,
    pub(crate) day_only: bool,
}

/// The value of a date property.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DateValue {
    pub(crate) start: DatePoint,
    pub(crate) end: Option<DatePoint>,
    pub(crate) time_zone: Option<String>,
}

impl DatePoint {
    /// Reads a day, a time with an offset, or a time without one, which is in `zone` or else in UTC. Seconds are dropped.
    pub(crate) fn parse(text: &str, zone: Option<&TimeZone>) -> Option<Self> {
        let pieces = Pieces::parse(text).ok()?;
        let date: Date = pieces.date();
        // What is kept must be readable again, and years are written with four digits.
        if date.year() < 0 {
            return None;
        }
        let Some(clock) = pieces.time() else {
            // Instants end a little before the last day does.
            let midnight = date.to_zoned(TimeZone::UTC);
            let at = midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp());
            return Some(Self {
                text: date.strftime("%Y-%m-%d").to_string(),
                at,
                day_only: true,
            });
        };
        let local: DateTime = date.to_datetime(clock);
        let (local, offset, at) = match (pieces.to_numeric_offset(), zone) {
            (Some(offset), None) => (local, offset, offset.to_timestamp(local).ok()?),
            (Some(offset), Some(zone)) => {
                let at = offset.to_timestamp(local).ok()?;
                let there = at.to_zoned(zone.clone());
                (there.datetime(), there.offset(), at)
            }
            (None, Some(zone)) => {
                let zoned = local.to_zoned(zone.clone()).ok()?;
                (zoned.datetime(), zoned.offset(), zoned.timestamp())
            }
            (None, None) => (local, Offset::UTC, Offset::UTC.to_timestamp(local).ok()?),
        };
        Some(Self {
            text: time::local_minute(local, offset),
            at: time::floor_minute(at),
            day_only: false,
        })
    }
}

impl DateValue {
    /// Checks and normalises a written value.
    pub(crate) fn check(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["start", "end", "time_zone"])?;
        let zone_name = match fields.get("time_zone") {
            None | Some(Value::Null) => None,
            Some(_) => Some(fields.string("time_zone")?),
        };
        let zone = match zone_name {
            None => None,
            Some(name) => Some(TimeZone::get(name).map_err(|_| {
                fields
                    .place("time_zone")
                    .should("a valid IANA time zone", fields.get("time_zone"))
            })?),
        };
        let point = |key: &str| -> Result<DatePoint, Refusal> {
            let path: Path = fields.place(key);
            DatePoint::parse(fields.string(key)?, zone.as_ref())
                .ok_or_else(|| path.should("a valid ISO 8601 date string", fields.get(key)))
        };
        let start = point("start")?;
        let end = match fields.get("end") {
            None | Some(Value::Null) => None,
            Some(_) => Some(point("end")?),
        };
        if end.as_ref().is_some_and(|end| end.at < start.at) {
            return Err(Refusal::invalid(
                "Invalid date range: the end date is before the start date.",
            ));
        }
        Ok(Self {
            start,
            end,
            time_zone: None,
        })
    }

    /// Reads a value as the API returned it.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let point = |key: &str| {
            let text = value.get(key)?.as_str()?;
            let mut point = DatePoint::parse(text, None)?;
            text.clone_into(&mut point.text);
            Some(point)
        };
        let time_zone = value.get("time_zone").and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            start: point("start")?,
            end: point("end"),
            time_zone,
        })
    }

    /// The value as the API returns it: all three keys, always.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "start": self.start.text,
            "end": self.end.as_ref().map(|end| &end.text),
            "time_zone": self.time_zone,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &Value) -> Result<Value, String> {
        let fields = Fields::of(value, Path::body().key("date")).map_err(|refusal| refusal.message)?;
        DateValue::check(&fields)
            .map(|date| date.to_json())
            .map_err(|refusal| refusal.message)
    }

    #[test]
    fn every_form_reads_back_in_one() {
        let cases = [
            (json!({"start": "2026-09-15"}), "2026-09-15"),
            (json!({"start": "9999-12-31"}), "9999-12-31"),
            (
                json!({"start": "2026-09-15T09:00:00Z"}),
                "2026-09-15T09:00:00.000+00:00",
            ),
            (
                json!({"start": "2026-09-15T09:00:59.999+01:00"}),
                "2026-09-15T09:00:00.000+01:00",
            ),
            (
                json!({"start": "2026-09-15T09:00"}),
                "2026-09-15T09:00:00.000+00:00",
            ),
            (
                json!({"start": "2026-09-15T09:00:00", "time_zone": "Europe/Berlin"}),
                "2026-09-15T09:00:00.000+02:00",
            ),
        ];
        for (given, start) in cases {
            assert_eq!(
                read(&given),
                Ok(json!({"start": start, "end": null, "time_zone": null})),
                "{given}"
            );
        }
    }

    #[test]
    fn nonsense_is_refused_with_its_place() {
        assert_eq!(
            read(&json!({"start": "tomorrow"})).unwrap_err(),
            "body failed validation: body.date.start should be a valid ISO 8601 date string, instead was `\"tomorrow\"`."
        );
        assert!(read(&json!({"start": "2026-09-15", "time_zone": "Mars/Olympus"})).is_err());
        assert!(read(&json!({"start": "-002026-09-15"})).is_err());
        assert!(read(&json!({"start": "2026-09-15", "end": "2026-09-14"})).is_err());
    }
}
