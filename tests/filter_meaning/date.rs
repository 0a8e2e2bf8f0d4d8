//! What a date can be asked, and the same in plain Rust.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use notion_core::property::{DateOrTime, Property};
use notion_core::query::family::{DateOperators, EmptyOperators, EqualOperators, Has};
use notion_core::{Column, DateOrRange, Filter, RelativeDate};

use crate::ask::{Ask, Lists};
use crate::numbers::Numbers;
use crate::table::{Moment, NOW, moment};

pub(crate) fn date_or_nothing<R, K, T, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
    lists: Lists,
) -> Ask<R, Option<Moment>>
where
    K: Has<EqualOperators> + Has<DateOperators> + Has<EmptyOperators>,
    T: Property<K, Operand = DateOrRange>,
{
    match numbers.below(8) {
        0 => (column.is_empty(), Box::new(Option::is_none)),
        1 => (column.is_not_empty(), Box::new(Option::is_some)),
        _ => date(numbers, column, lists),
    }
}

pub(crate) fn date<R, K, T, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
    lists: Lists,
) -> Ask<R, Option<Moment>>
where
    K: Has<EqualOperators> + Has<DateOperators>,
    T: Property<K, Operand = DateOrRange>,
{
    let (when, span) = operand(numbers);
    let is = move |test: fn(Timestamp, Span) -> bool| {
        Box::new(move |own: &Option<Moment>| own.is_some_and(|own| test(own.start(), span)))
            as Box<dyn Fn(&Option<Moment>) -> bool>
    };
    match numbers.below(8) {
        0 => (
            when.ask(|when| column.eq(when), |when| column.eq(when)),
            is(|own, span| span.holds(own)),
        ),
        1 => {
            let same = is(|own, span| span.holds(own));
            (
                when.ask(|when| column.ne(when), |when| column.ne(when)),
                Box::new(move |own| !same(own)),
            )
        }
        2 => (
            when.ask(|when| column.before(when), |when| column.before(when)),
            is(|own, span| own < span.first),
        ),
        3 => (
            when.ask(|when| column.after(when), |when| column.after(when)),
            is(|own, span| own > span.last),
        ),
        4 => (
            when.ask(|when| column.on_or_before(when), |when| column.on_or_before(when)),
            is(|own, span| own <= span.last),
        ),
        5 => (
            when.ask(|when| column.on_or_after(when), |when| column.on_or_after(when)),
            is(|own, span| own >= span.first),
        ),
        6 => window(numbers, column),
        _ => {
            let moments = [moment(numbers), moment(numbers), moment(numbers)];
            let within = |moments: Vec<Moment>| {
                move |own: &Option<Moment>| {
                    own.is_some_and(|own| moments.iter().any(|moment| span_of(*moment).holds(own.start())))
                }
            };
            if numbers.one_in(2) {
                let moments = lists.any(numbers, &moments);
                (
                    column.is_any_of(moments.iter().map(|at| when_of(*at))),
                    Box::new(within(moments)),
                )
            } else {
                let moments = lists.none(numbers, &moments);
                let filter = column.is_none_of(moments.iter().map(|at| when_of(*at)));
                let within = within(moments);
                (filter, Box::new(move |own| !within(own)))
            }
        }
    }
}

/// The first and the last minute of a day or of a minute.
#[derive(Clone, Copy)]
struct Span {
    first: Timestamp,
    last: Timestamp,
}

impl Span {
    fn holds(self, at: Timestamp) -> bool {
        at >= self.first && at <= self.last
    }
}

impl Moment {
    pub(crate) fn start(self) -> Timestamp {
        span_of(self).first
    }
}

fn span_of(moment: Moment) -> Span {
    match moment {
        Moment::Minute(at) => Span { first: at, last: at },
        Moment::Day(day) => {
            let first = day.to_zoned(TimeZone::UTC).expect("a day").timestamp();
            let last = first + SignedDuration::from_hours(24) - SignedDuration::from_mins(1);
            Span { first, last }
        }
    }
}

/// What a date is compared with.
enum When {
    Moment(DateOrTime),
    Word(RelativeDate),
}

impl When {
    fn ask<R>(
        self,
        moment: impl Fn(DateOrTime) -> Filter<R>,
        word: impl Fn(RelativeDate) -> Filter<R>,
    ) -> Filter<R> {
        match self {
            Self::Moment(at) => moment(at),
            Self::Word(at) => word(at),
        }
    }
}

fn when_of(moment: Moment) -> DateOrTime {
    match moment {
        Moment::Day(day) => day.into(),
        Moment::Minute(at) => at.into(),
    }
}

fn operand(numbers: &mut Numbers) -> (When, Span) {
    if numbers.one_in(2) {
        let moment = moment(numbers);
        return (When::Moment(when_of(moment)), span_of(moment));
    }
    let today = now().to_zoned(TimeZone::UTC).date();
    let (word, day) = numbers.pick(&[
        (RelativeDate::Today, today),
        (RelativeDate::Tomorrow, today + 1.day()),
        (RelativeDate::Yesterday, today - 1.day()),
        (RelativeDate::OneWeekAgo, today - 7.days()),
        (RelativeDate::OneWeekFromNow, today + 7.days()),
        (RelativeDate::OneMonthAgo, today - 1.month()),
        (RelativeDate::OneMonthFromNow, today + 1.month()),
    ]);
    (When::Word(word), span_of(Moment::Day(day)))
}

/// Windows begin or end now, to the minute; a day is inside if it is one of their days.
fn window<R, K, T, A>(numbers: &mut Numbers, column: Column<R, K, T, A>) -> Ask<R, Option<Moment>>
where
    K: Has<DateOperators>,
    T: Property<K>,
{
    let today = now().to_zoned(TimeZone::UTC).date();
    let (filter, first, last) = match numbers.below(7) {
        0 => (column.past_week(), today - 7.days(), today),
        1 => (column.past_month(), today - 1.month(), today),
        2 => (column.past_year(), today - 1.year(), today),
        3 => (column.next_week(), today, today + 7.days()),
        4 => (column.next_month(), today, today + 1.month()),
        5 => (column.next_year(), today, today + 1.year()),
        _ => {
            // From Sunday to Saturday: today is a Wednesday.
            let week: (Date, Date) = (today - 3.days(), today + 3.days());
            let within = move |own: &Option<Moment>| {
                let days = Span {
                    first: span_of(Moment::Day(week.0)).first,
                    last: span_of(Moment::Day(week.1)).last,
                };
                own.is_some_and(|own| days.holds(own.start()))
            };
            return (column.this_week(), Box::new(within));
        }
    };
    let minute = now() - SignedDuration::from_secs(56);
    let at = |day: Date| minute + SignedDuration::from_hours(24 * i64::from((day - today).get_days()));
    let minutes = Span {
        first: at(first),
        last: at(last),
    };
    let holds = move |own: &Option<Moment>| match own {
        None => false,
        Some(Moment::Day(day)) => *day >= first && *day <= last,
        Some(Moment::Minute(own)) => minutes.holds(*own),
    };
    (filter, Box::new(holds))
}

fn now() -> Timestamp {
    NOW.parse().expect("a time")
}
