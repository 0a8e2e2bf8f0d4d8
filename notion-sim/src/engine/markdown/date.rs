//! Dates in mentions: attributes in text, one text per end in JSON.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::tag::Tag;

/// A mentioned day or time, or a span of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mentioned {
    start: Point,
    end: Option<Point>,
    /// The name of the zone that the times are in.
    zone: Option<String>,
}

/// A day, or a minute of a day.
#[derive(Debug, Clone, PartialEq)]
struct Point {
    /// `2026-06-23`.
    day: String,
    /// `09:30`.
    clock: Option<String>,
}

impl Mentioned {
    /// Reads the attributes of a `<mention-date>`.
    pub(super) fn from_tag(tag: &Tag<'_>) -> Option<Self> {
        let point = |day: &str, clock: &str| Point::check(tag.get(day)?, tag.get(clock));
        let start = point("start", "startTime")?;
        let end = match tag.get("end") {
            Some(_) => Some(point("end", "endTime")?),
            None => None,
        };
        Some(Self {
            start,
            end,
            zone: tag.get("timeZone").map(str::to_owned),
        })
    }

    /// The attributes of a `<mention-date>`.
    pub(super) fn attributes(&self) -> [(&'static str, Option<String>); 5] {
        let end = self.end.as_ref();
        [
            ("start", Some(self.start.day.clone())),
            ("startTime", self.start.clock.clone()),
            ("end", end.map(|end| end.day.clone())),
            ("endTime", end.and_then(|end| end.clock.clone())),
            ("timeZone", self.zone.clone()),
        ]
    }

    /// Reads a date in JSON: what a request may say, and what the API answers.
    ///
    /// Times in JSON have an offset where times in text have a zone. There are zones for whole hours; other times are told
    /// in UTC.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let start = value.get("start")?.as_str()?;
        let end = value.get("end").and_then(Value::as_str);
        let named = value.get("time_zone").and_then(Value::as_str).map(str::to_owned);
        let point = |text: &str| {
            let moved = named.is_none() && offset(text).is_some_and(|offset| zone_of(offset).is_none());
            if moved {
                Point::in_utc(text)
            } else {
                Point::split(text)
            }
        };
        Some(Self {
            start: point(start)?,
            end: end.and_then(point),
            zone: named.or_else(|| {
                let zone = zone_of(offset(start)?);
                Some(zone.unwrap_or_else(|| UTC.to_owned()))
            }),
        })
    }

    /// The date as a request says it.
    pub(super) fn to_json(&self) -> Value {
        let mut date = json!({"start": self.start.to_text()});
        if let Some(end) = &self.end {
            date["end"] = json!(end.to_text());
        }
        if let Some(zone) = &self.zone {
            date["time_zone"] = json!(zone);
        }
        date
    }
}

impl Point {
    fn check(day: &str, clock: Option<&str>) -> Option<Self> {
        let _: Date = day.parse().ok().filter(|_| day.len() == 10)?;
        if let Some(clock) = clock {
            let _: Time = clock.parse().ok().filter(|_| clock.len() == 5)?;
        }
        Some(Self {
            day: day.to_owned(),
            clock: clock.map(str::to_owned),
        })
    }

    /// The day and the minute of `2026-06-23T09:30:00.000+02:00`.
    fn split(text: &str) -> Option<Self> {
        let (day, rest) = text.split_once('T').unwrap_or((text, ""));
        Self::check(day, rest.get(..5))
    }

    /// The day and the minute that it is in UTC then.
    fn in_utc(text: &str) -> Option<Self> {
        let there = Offset::UTC.to_datetime(text.parse::<Timestamp>().ok()?);
        Some(Self {
            day: there.strftime("%Y-%m-%d").to_string(),
            clock: Some(there.strftime("%H:%M").to_string()),
        })
    }

    fn to_text(&self) -> String {
        match &self.clock {
            Some(clock) => format!("{}T{clock}:00", self.day),
            None => self.day.clone(),
        }
    }
}

const UTC: &str = "UTC";

/// What stands behind a time: `+02:00`.
fn offset(text: &str) -> Option<&str> {
    let (_, time) = text.split_once('T')?;
    time.find(['Z', '+', '-']).and_then(|at| time.get(at..))
}

/// A zone that has always had this offset.
fn zone_of(offset: &str) -> Option<String> {
    let hours = match offset {
        "Z" => 0,
        _ => offset.strip_suffix(":00")?.parse::<i8>().ok()?,
    };
    Some(match hours {
        0 => UTC.to_owned(),
        // The signs in these names are the other way round.
        _ => format!("Etc/GMT{:+}", -hours),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_survive_in_text_and_in_json() {
        let cases = [
            (json!({"start": "2026-06-23"}), json!({"start": "2026-06-23"})),
            (
                json!({"start": "2026-06-23", "end": "2026-06-24", "time_zone": null}),
                json!({"start": "2026-06-23", "end": "2026-06-24"}),
            ),
            (
                json!({"start": "2026-06-23T09:30:00.000+02:00", "end": null, "time_zone": null}),
                json!({"start": "2026-06-23T09:30:00", "time_zone": "Etc/GMT-2"}),
            ),
            (
                json!({"start": "2026-06-23T09:30:00.000-05:00", "time_zone": "America/New_York"}),
                json!({"start": "2026-06-23T09:30:00", "time_zone": "America/New_York"}),
            ),
            (
                json!({"start": "2026-06-23T02:30:00.000+05:30"}),
                json!({"start": "2026-06-22T21:00:00", "time_zone": "UTC"}),
            ),
            (
                json!({"start": "2026-06-23T09:30:00.000+00:00"}),
                json!({"start": "2026-06-23T09:30:00", "time_zone": "UTC"}),
            ),
        ];
        for (given, request) in cases {
            let date = Mentioned::from_json(&given).expect("a date");
            assert_eq!(date.to_json(), request);
            let text = super::super::tag::alone("mention-date", &date.attributes());
            let tag = Tag::read(&text).expect("a tag");
            assert_eq!(Mentioned::from_tag(&tag), Some(date), "{text}");
        }
        for text in [
            "<mention-date/>",
            "<mention-date start=\"today\"/>",
            "<mention-date start=\"2026-06-23\" end=\"\"/>",
        ] {
            assert_eq!(
                Mentioned::from_tag(&Tag::read(text).expect("a tag")),
                None,
                "{text}"
            );
        }
    }
}
