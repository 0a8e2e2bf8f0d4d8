#[cfg(feature = "chrono")]
mod chrono;
mod single;
#[cfg(feature = "time")]
mod time;
mod value;
mod written;

use std::fmt;

use jiff::Timestamp;
use jiff::civil;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;

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
///
/// let nine = date(2026, 9, 15).at(9, 0, 0, 0);
/// let meeting = DateOrRange::range(nine, nine.saturating_add(jiff::ToSpan::hours(1))).in_zone("Europe/Berlin");
/// assert_eq!(meeting.to_string(), "2026-09-15T09:00:00/2026-09-15T10:00:00[Europe/Berlin]");
/// ```
///
/// # Limits
///
/// - Notion keeps minutes and cuts off seconds.
/// - Both ends are days, or both are times, and the end is not before the start; offsets are of hours and minutes. Anything else
///   is refused before it is sent.
/// - A time has an offset or is in a time zone. Where it has an offset, the zone is not written, as Notion takes only one of the
///   two. Notion turns the zone into an offset, and mostly reads back without the zone.
/// - A time with neither is one in UTC to Notion.
///
/// Source: <https://developers.notion.com/reference/page-property-values#date>.
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

    /// The same with its times on the clock of that time zone, by its IANA name.
    ///
    /// Times that have an offset keep it, and are written with it alone.
    #[must_use]
    pub fn in_zone(mut self, name: impl Into<String>) -> Self {
        self.time_zone = Some(name.into());
        self
    }
}

impl DateOrRange {
    /// The same as Notion keeps it: to the minute, and with an offset.
    pub(crate) fn kept(self) -> Self {
        let kept = |point| match point {
            DateOrTime::Date(_) => Some(point),
            DateOrTime::Time { local, offset } => {
                let (local, offset) = match (offset, &self.time_zone) {
                    (Some(offset), _) => (local, offset),
                    (None, None) => (local, Offset::UTC),
                    (None, Some(zone)) => {
                        let zoned = local.in_tz(zone).ok()?;
                        let seconds = zoned.offset().seconds();
                        (
                            zoned.datetime(),
                            Offset::from_seconds(seconds - seconds % 60).ok()?,
                        )
                    }
                };
                let minute = local.with().second(0).subsec_nanosecond(0).build().ok()?;
                Some(DateOrTime::Time {
                    local: minute,
                    offset: Some(offset),
                })
            }
        };
        match (kept(self.start), self.end.map(kept)) {
            // A zone that this system does not know.
            (None, _) | (_, Some(None)) => self,
            (Some(start), end) => Self {
                start,
                end: end.flatten(),
                time_zone: None,
            },
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

    /// The moment on a clock of that offset.
    fn at(moment: Timestamp, offset: Offset) -> Self {
        // Offsets of the 19th century have seconds, and the API has no place for them.
        let offset = if offset.seconds() % 60 == 0 {
            offset
        } else {
            Offset::UTC
        };
        Self::Time {
            local: offset.to_datetime(moment),
            offset: Some(offset),
        }
    }

    /// Reads a date as the API writes it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        written::read(text).or_else(|| Self::parse_any(text))
    }

    fn parse_any(text: &str) -> Option<Self> {
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

/// On the clock of the zone that [`DateOrRange::in_zone`] names, or else of UTC.
impl From<civil::DateTime> for DateOrTime {
    fn from(local: civil::DateTime) -> Self {
        Self::Time { local, offset: None }
    }
}

/// On a clock that shows UTC.
impl From<Timestamp> for DateOrTime {
    fn from(moment: Timestamp) -> Self {
        Self::at(moment, Offset::UTC)
    }
}

/// On a clock that shows the zone's time.
impl From<&jiff::Zoned> for DateOrTime {
    fn from(moment: &jiff::Zoned) -> Self {
        Self::at(moment.timestamp(), moment.offset())
    }
}

/// As the API writes it: `2026-09-15`, `2026-09-15T09:00:00+02:00`.
impl fmt::Display for DateOrTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pieces = match *self {
            Self::Date(date) => Pieces::from(date),
            Self::Time { local, offset: None } => Pieces::from(local),
            Self::Time {
                local,
                offset: Some(offset),
            } => Pieces::from(local).with_offset(offset),
        };
        pieces.fmt(f)
    }
}

impl fmt::Display for DateOrRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.start.fmt(f)?;
        if let Some(end) = &self.end {
            write!(f, "/{end}")?;
        }
        match &self.time_zone {
            Some(zone) => write!(f, "[{zone}]"),
            None => Ok(()),
        }
    }
}
