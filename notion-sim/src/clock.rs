//! The simulator's clock: real, standing still, or running faster than the world.

use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::engine::time;
use crate::error::Error;

/// The fastest clock: a year in half a minute.
const MAX_SPEED: f64 = 1_000_000.0;

/// What the clock of a simulator does.
///
/// Everything that has to do with the time follows it: the times of records, relative dates in filters, the lifetimes of codes
/// and links, the windows of rate limits. What a fault waits is real time.
///
/// ```
/// use notion_sim::Clock;
///
/// let at: jiff::Timestamp = "2026-06-27T17:01:00Z".parse()?;
/// assert_eq!("2026-06-27T17:01:00Z@60".parse::<Clock>()?, Clock::running(at, 60.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    /// Where it starts; `None` is now.
    from: Option<Timestamp>,
    speed: f64,
}

impl Clock {
    /// The time of the computer.
    pub fn real() -> Self {
        Self {
            from: None,
            speed: 1.0,
        }
    }

    /// Stands still.
    pub fn fixed(at: Timestamp) -> Self {
        Self::running(at, 0.0)
    }

    /// Begins at an instant and runs from there: `60.0` is a minute per second. What is below zero counts as zero, and nothing
    /// runs faster than a million times.
    pub fn running(from: Timestamp, speed: f64) -> Self {
        Self {
            from: Some(from),
            speed: bounded(speed),
        }
    }

    /// What it shows at the start. Times are written with four digits for the year, so no clock goes back before our era.
    pub(crate) fn start(&self) -> Timestamp {
        self.from.unwrap_or_else(Timestamp::now).max(time::EARLIEST)
    }
}

impl From<Timestamp> for Clock {
    fn from(at: Timestamp) -> Self {
        Self::fixed(at)
    }
}

/// `real`, an instant at which it stands still, or either with `@` and a speed.
impl FromStr for Clock {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::unusable(
                &format!("clock `{text}`"),
                "expected `real`, an instant such as 2026-06-27T17:01:00Z, or either with a speed behind it: real@60",
            )
        };
        let (start, speed) = match text.split_once('@') {
            None => (text, None),
            Some((start, speed)) => (start, Some(read_speed(speed.parse().ok()).ok_or_else(wrong)?)),
        };
        Ok(match start {
            "real" => Self {
                from: None,
                speed: speed.unwrap_or(1.0),
            },
            _ => Self::running(start.parse().map_err(|_| wrong())?, speed.unwrap_or(0.0)),
        })
    }
}

/// A speed, if a clock can have it.
fn read_speed(speed: Option<f64>) -> Option<f64> {
    speed.filter(|speed| (0.0..=MAX_SPEED).contains(speed))
}

fn bounded(speed: f64) -> f64 {
    // NaN is neither above nor below anything.
    if speed > 0.0 { speed.min(MAX_SPEED) } else { 0.0 }
}

/// The whole milliseconds of a time, in which settings and seeds are written.
pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The clock of one simulator.
#[derive(Debug)]
pub(crate) struct Watch {
    begun: Clock,
    hands: Mutex<Hands>,
}

/// A clock that showed `base` when it was really `since`.
#[derive(Debug, Clone, Copy)]
struct Hands {
    base: Timestamp,
    since: Timestamp,
    speed: f64,
}

impl Watch {
    /// A clock that starts now.
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            begun: clock,
            hands: Mutex::new(Hands::start(clock)),
        }
    }

    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        self.hands().show(Timestamp::now())
    }

    /// Starts anew.
    pub(crate) fn set(&self, clock: Clock) {
        *self.hands() = Hands::start(clock);
    }

    /// Goes on from here at another speed.
    pub(crate) fn set_speed(&self, speed: f64) {
        let mut hands = self.hands();
        let since = Timestamp::now();
        *hands = Hands {
            base: hands.show(since),
            since,
            speed: bounded(speed),
        };
    }

    /// Moves the hands on.
    pub(crate) fn advance(&self, by: Duration) {
        let mut hands = self.hands();
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        hands.base = hands.base.saturating_add(by).unwrap_or(Timestamp::MAX);
    }

    /// Does what a control request asks for: `now`, `speed` and `advance_ms`, in this order.
    ///
    /// # Errors
    ///
    /// A sentence that says what cannot be done. Then nothing is.
    pub(crate) fn tell(&self, wanted: &Value) -> Result<(), String> {
        let wanted = wanted
            .as_object()
            .filter(|wanted| !wanted.is_empty())
            .ok_or("expected an object with `now`, `speed` or `advance_ms`")?;
        let (mut clock, mut speed, mut advance) = (None, None, None);
        for (key, value) in wanted {
            let wrong = || format!("`{key}` cannot be {value}");
            match key.as_str() {
                "now" if value.is_null() => clock = Some(Clock::real()),
                "now" => {
                    let at = value.as_str().and_then(|text| text.parse().ok());
                    clock = Some(Clock::fixed(at.ok_or_else(wrong)?));
                }
                "speed" => speed = Some(read_speed(value.as_f64()).ok_or_else(wrong)?),
                "advance_ms" => advance = Some(value.as_u64().ok_or_else(wrong)?),
                _ => return Err(format!("there is no `{key}`")),
            }
        }
        if let Some(clock) = clock {
            self.set(clock);
        }
        if let Some(speed) = speed {
            self.set_speed(speed);
        }
        if let Some(milliseconds) = advance {
            self.advance(Duration::from_millis(milliseconds));
        }
        Ok(())
    }

    /// Back to how it began.
    pub(crate) fn reset(&self) {
        self.set(self.begun);
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hands {
    fn start(clock: Clock) -> Self {
        Self {
            base: clock.start(),
            since: Timestamp::now(),
            speed: clock.speed,
        }
    }

    fn show(&self, real: Timestamp) -> Timestamp {
        let passed = real.duration_since(self.since).mul_f64(self.speed);
        self.base.saturating_add(passed).unwrap_or(self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn hands_move_at_their_speed() {
        let since = at("2026-01-01T00:00:00Z");
        let base = at("2030-05-05T10:00:00Z");
        for (speed, shown) in [
            (0.0, "2030-05-05T10:00:00Z"),
            (1.0, "2030-05-05T10:00:07Z"),
            (60.0, "2030-05-05T10:07:00Z"),
            (0.5, "2030-05-05T10:00:03.5Z"),
        ] {
            let hands = Hands { base, since, speed };
            assert_eq!(hands.show(at("2026-01-01T00:00:07Z")), at(shown), "{speed}");
        }
    }

    #[test]
    fn every_clock_can_be_moved_on_and_none_runs_out() {
        let base = at("2030-05-05T10:00:00Z");
        let watch = Watch::new(Clock::fixed(base));
        watch.advance(Duration::from_secs(61));
        assert_eq!(watch.now(), at("2030-05-05T10:01:01Z"));
        watch.set_speed(MAX_SPEED);
        assert!(watch.now() >= at("2030-05-05T10:01:01Z"));
        watch.advance(Duration::MAX);
        assert_eq!(watch.now(), Timestamp::MAX);
        watch.set(Clock::real());
        watch.advance(Duration::from_secs(3600));
        let ahead = watch.now().duration_since(Timestamp::now());
        assert!(ahead > SignedDuration::from_secs(3590) && ahead < SignedDuration::from_secs(3610));
        watch.reset();
        assert_eq!(watch.now(), base, "a reset goes back to how it began");
        watch.set(Clock::fixed(Timestamp::MIN));
        assert_eq!(watch.now(), time::EARLIEST);
    }

    #[test]
    fn clocks_are_read() {
        let base = at("2026-06-27T17:01:00Z");
        for (text, clock) in [
            ("real", Clock::real()),
            ("2026-06-27T17:01:00Z", Clock::fixed(base)),
            ("2026-06-27T19:01:00+02:00@1", Clock::running(base, 1.0)),
            ("2026-06-27T17:01:00Z@0.5", Clock::running(base, 0.5)),
        ] {
            assert_eq!(text.parse::<Clock>().expect("a clock"), clock, "{text}");
        }
        for text in [
            "",
            "soon",
            "2026-06-27",
            "real@",
            "real@-1",
            "real@NaN",
            "real@1e9",
            "@60",
        ] {
            let error = text.parse::<Clock>().expect_err(text);
            assert!(error.to_string().contains("real@60"), "{error}");
        }
    }
}
