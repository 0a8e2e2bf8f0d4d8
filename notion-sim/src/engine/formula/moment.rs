//! Dates: days, times and the periods between them, all of them in UTC.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Span, Timestamp, Unit as Part};

use super::super::date::DatePoint;
use super::super::time;
use super::moment_format;

/// A day, or an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    /// The instant, midnight UTC for a day.
    pub(crate) at: Timestamp,
    pub(crate) day_only: bool,
}

/// The value of a date: one moment, or two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Period {
    pub(crate) start: Moment,
    pub(crate) end: Option<Moment>,
}

/// A unit that time is measured in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unit {
    Years,
    Quarters,
    Months,
    Weeks,
    Days,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
}

/// How far a date may be moved, in any unit. Nothing that can be written is farther.
const FARTHEST: f64 = 1e15;

impl Unit {
    /// The unit of a name, plural or not.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "years" | "year" => Self::Years,
            "quarters" | "quarter" => Self::Quarters,
            "months" | "month" => Self::Months,
            "weeks" | "week" => Self::Weeks,
            "days" | "day" => Self::Days,
            "hours" | "hour" => Self::Hours,
            "minutes" | "minute" => Self::Minutes,
            "seconds" | "second" => Self::Seconds,
            "milliseconds" | "millisecond" => Self::Milliseconds,
            _ => return None,
        })
    }

    /// The length, unless it depends on the calendar.
    fn milliseconds(self) -> Option<f64> {
        Some(match self {
            Self::Years | Self::Quarters | Self::Months => return None,
            Self::Weeks => 604_800_000.0,
            Self::Days => 86_400_000.0,
            Self::Hours => 3_600_000.0,
            Self::Minutes => 60_000.0,
            Self::Seconds => 1000.0,
            Self::Milliseconds => 1.0,
        })
    }
}

impl Moment {
    /// An instant, unless it is outside of the years that can be written.
    pub(super) fn instant(at: Timestamp) -> Option<Self> {
        let writable = (0..=9999).contains(&Offset::UTC.to_datetime(at).year());
        writable.then_some(Self { at, day_only: false })
    }

    /// The instant of a Unix time in milliseconds.
    pub(super) fn of_unix(milliseconds: f64) -> Option<Self> {
        if milliseconds.abs() > FARTHEST {
            return None;
        }
        Timestamp::from_millisecond(milliseconds as i64)
            .ok()
            .and_then(Self::instant)
    }

    /// Reads a day, a time, or the first day of a month (`2026-09`) or year (`2026`).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let full = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            _ => text.to_owned(),
        };
        DatePoint::parse(&full, None).map(|point| Self {
            at: point.at,
            day_only: point.day_only,
        })
    }

    /// The parts of the date, in UTC.
    pub(super) fn civil(self) -> DateTime {
        Offset::UTC.to_datetime(self.at)
    }

    /// The moment that is so much later. Parts of a month or a day do not count.
    pub(super) fn plus(self, amount: f64, unit: Unit) -> Option<Self> {
        if amount.abs() > FARTHEST {
            return None;
        }
        let moved = match unit {
            Unit::Years => self.plus_span(Span::new().try_years(amount.round() as i64).ok()?),
            Unit::Quarters => self.plus_span(Span::new().try_months(amount.round() as i64 * 3).ok()?),
            Unit::Months => self.plus_span(Span::new().try_months(amount.round() as i64).ok()?),
            Unit::Weeks => self.plus_span(Span::new().try_days((amount * 7.0).round() as i64).ok()?),
            Unit::Days => self.plus_span(Span::new().try_days(amount.round() as i64).ok()?),
            Unit::Hours | Unit::Minutes | Unit::Seconds | Unit::Milliseconds => {
                let length = unit.milliseconds()? * amount;
                let later = SignedDuration::from_millis(length.round() as i64);
                self.at.checked_add(later).ok()
            }
        };
        // A day that is moved by hours becomes a time.
        let day_only = self.day_only
            && (amount == 0.0
                || matches!(
                    unit,
                    Unit::Years | Unit::Quarters | Unit::Months | Unit::Weeks | Unit::Days
                ));
        Self::instant(moved?).map(|moment| Self { day_only, ..moment })
    }

    fn plus_span(self, span: Span) -> Option<Timestamp> {
        let moved = self.civil().checked_add(span).ok()?;
        Offset::UTC.to_timestamp(moved).ok()
    }

    /// How many whole units lie between `earlier` and this moment; negative if it is later.
    pub(super) fn since(self, earlier: Self, unit: Unit) -> Option<f64> {
        if let Some(length) = unit.milliseconds() {
            let between = self.at.as_millisecond() - earlier.at.as_millisecond();
            return Some((between as f64 / length).trunc() + 0.0);
        }
        let span = self.civil().since((Part::Month, earlier.civil())).ok()?;
        let months = span.get_months();
        Some(f64::from(match unit {
            Unit::Years => months / 12,
            Unit::Quarters => months / 3,
            _ => months,
        }))
    }

    /// As `format()` shows it: `September 15, 2026 09:00`.
    fn text(self) -> String {
        let pattern = if self.day_only {
            "MMMM D, YYYY"
        } else {
            "MMMM D, YYYY HH:mm"
        };
        moment_format::format(self.civil(), pattern)
    }

    /// As the API shows it.
    pub(super) fn iso(self) -> String {
        let local = self.civil();
        if self.day_only {
            local.strftime("%Y-%m-%d").to_string()
        } else {
            time::local_minute(local, Offset::UTC)
        }
    }
}

impl Period {
    /// A single moment.
    pub(crate) fn at(start: Moment) -> Self {
        Self { start, end: None }
    }

    /// The last moment, which is the only one if there is no other.
    pub(super) fn last(self) -> Moment {
        self.end.unwrap_or(self.start)
    }

    /// Both moments moved.
    pub(super) fn plus(self, amount: f64, unit: Unit) -> Option<Self> {
        let end = match self.end {
            Some(end) => Some(end.plus(amount, unit)?),
            None => None,
        };
        Some(Self {
            start: self.start.plus(amount, unit)?,
            end,
        })
    }

    /// As `format()` shows it.
    pub(super) fn text(self) -> String {
        match self.end {
            Some(end) => format!("{} → {}", self.start.text(), end.text()),
            None => self.start.text(),
        }
    }
}
