//! Asking a filter of a row.

use jiff::Timestamp;

use super::super::page::Page;
use super::super::reader::Reader;
use super::super::time;
use super::bind::Bound;
use super::parse::{DateTest, Elements, Moment, NumberTest, Test, TextTest, Window};
use super::view::View;

/// What a comparison may depend on besides the value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) now: Timestamp,
    /// The user `"me"` stands for; nobody for an internal connection.
    pub(crate) me: Option<&'a str>,
}

impl Bound<'_> {
    /// Whether a row passes.
    pub(crate) fn matches(&self, reader: &Reader<'_>, page: &Page, me: Option<&str>) -> bool {
        let context = Context { now: reader.now, me };
        match self {
            Self::And(parts) => parts.iter().all(|part| part.matches(reader, page, me)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(reader, page, me)),
            Self::Cell(column, test) => passes(test, &View::of(reader, page, column), context),
            Self::Created(test) => passes(
                test,
                &View::Date(time::floor_minute(page.created_time), false),
                context,
            ),
            Self::Edited(test) => passes(
                test,
                &View::Date(time::floor_minute(page.last_edited_time), false),
                context,
            ),
        }
    }
}

/// Whether a value passes a test.
pub(crate) fn passes(test: &Test, view: &View<'_>, context: Context<'_>) -> bool {
    match test {
        Test::Empty => view.is_empty(),
        Test::NotEmpty => !view.is_empty(),
        Test::Text(test, wanted) => text(*test, view, wanted),
        Test::Number(test, wanted) => number(*test, view, *wanted),
        Test::Checkbox(wanted) => {
            matches!(view, View::Checkbox(on) if on == wanted) || (!wanted && view.is_empty())
        }
        Test::Named { names, wanted } => {
            let has = match view {
                View::Choices(choices) => choices
                    .iter()
                    .any(|choice| names.iter().any(|name| choice.name.to_lowercase() == *name)),
                _ => false,
            };
            has == *wanted
        }
        Test::Reference { id, wanted } => {
            let Some(id) = id.as_deref().or(context.me) else {
                return !wanted;
            };
            let has = matches!(view, View::Ids(ids) if ids.iter().any(|own| own.to_string() == id));
            has == *wanted
        }
        Test::Date(test, moment) => match view {
            View::Date(at, day_only) => date(*test, *at, *day_only, moment, context.now),
            _ => false,
        },
        Test::Window(window) => match view {
            View::Date(at, day_only) => in_window(*window, *at, *day_only, context.now),
            _ => false,
        },
        Test::Verification { state, wanted } => {
            let own = match view {
                View::Verification(own) if own != "unverified" => own.as_str(),
                _ => "none",
            };
            (own == state) == *wanted
        }
        Test::Elements(which, test) => {
            let View::Elements(elements) = view else {
                return *which == Elements::None;
            };
            let mut each = elements
                .iter()
                .map(|(kind, payload)| passes(&test.1, &View::of_payload(kind, payload), context));
            match which {
                Elements::Any => each.any(|passed| passed),
                Elements::Every => !elements.is_empty() && each.all(|passed| passed),
                Elements::None => !each.any(|passed| passed),
            }
        }
        Test::Result(test) => passes(&test.1, view, context),
    }
}

/// Text is compared without regard to case. For `contains` and `starts_with` this was recorded, for the rest it is assumed.
fn text(test: TextTest, view: &View<'_>, wanted: &str) -> bool {
    let own = match view {
        View::Text(text) => text.to_lowercase(),
        _ => String::new(),
    };
    match test {
        TextTest::Equals => own == wanted,
        TextTest::DoesNotEqual => own != wanted,
        TextTest::Contains => own.contains(wanted),
        TextTest::DoesNotContain => !own.contains(wanted),
        TextTest::StartsWith => own.starts_with(wanted),
        TextTest::EndsWith => own.ends_with(wanted),
    }
}

fn number(test: NumberTest, view: &View<'_>, wanted: f64) -> bool {
    let View::Number(own) = view else {
        return test == NumberTest::DoesNotEqual;
    };
    match test {
        NumberTest::Equals => *own == wanted,
        NumberTest::DoesNotEqual => *own != wanted,
        NumberTest::GreaterThan => *own > wanted,
        NumberTest::LessThan => *own < wanted,
        NumberTest::AtLeast => *own >= wanted,
        NumberTest::AtMost => *own <= wanted,
    }
}

/// A day stands for all of its minutes, a time for its own one. What has no zone is in UTC.
fn date(test: DateTest, own: Timestamp, day_only: bool, moment: &Moment, now: Timestamp) -> bool {
    let (start, end) = match moment {
        Moment::Day(day) => time::day_of(*day),
        Moment::Minute(at) if day_only => (*at, *at),
        Moment::Minute(at) => (time::floor_minute(*at), time::floor_minute(*at)),
        Moment::Relative(word) => {
            let day = match *word {
                "tomorrow" => time::shift_days(now, 1),
                "yesterday" => time::shift_days(now, -1),
                "one_week_ago" => time::shift_days(now, -7),
                "one_week_from_now" => time::shift_days(now, 7),
                "one_month_ago" => time::shift_months(now, -1),
                "one_month_from_now" => time::shift_months(now, 1),
                _ => now,
            };
            time::day_of(day)
        }
    };
    let inside = if start == end {
        own == start
    } else {
        own >= start && own < end
    };
    match test {
        DateTest::Equals => inside,
        DateTest::Before => own < start,
        DateTest::After => own > start && !inside,
        DateTest::OnOrBefore => own < start || inside,
        DateTest::OnOrAfter => own >= start,
    }
}

fn in_window(window: Window, own: Timestamp, day_only: bool, now: Timestamp) -> bool {
    let today = time::day_of(now).0;
    // A day is inside a rolling window if any part of it is.
    let (past_edge, next_edge) = if day_only {
        (time::day_of(now).0, today)
    } else {
        (now, time::floor_minute(now))
    };
    let past = |from: Timestamp| own >= time::floor_minute(from) && own <= past_edge;
    let next = |to: Timestamp| own >= next_edge && own <= to;
    match window {
        Window::PastWeek => past(time::shift_days(if day_only { today } else { now }, -7)),
        Window::PastMonth => past(time::shift_months(if day_only { today } else { now }, -1)),
        Window::PastYear => past(time::shift_months(if day_only { today } else { now }, -12)),
        Window::NextWeek => next(time::shift_days(now, 7)),
        Window::NextMonth => next(time::shift_months(now, 1)),
        Window::NextYear => next(time::shift_months(now, 12)),
        Window::ThisWeek => {
            // Sunday is the first day: the epoch was a Thursday.
            let days = today.as_second() / 86_400;
            let start = time::shift_days(today, -((days + 4).rem_euclid(7)));
            own >= start && own < time::shift_days(start, 7)
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
