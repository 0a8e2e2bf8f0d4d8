//! What a column of each family can be asked, and the same in plain Rust.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use notion_core::kind::Kind;
use notion_core::property::{DateOrTime, Property};
use notion_core::query::family::{
    ContainOperators, DateOperators, EmptyOperators, EqualOperators, GroupOperators, Has, NumberOperators,
    StateOperators, TextOperators,
};
use notion_core::query::{AnyNumber, Me, Operand, VerificationStatus};
use notion_core::{Column, DateOrRange, Filter, PageId, RelativeDate, StatusGroup, UserId, UserRef};

use crate::numbers::Numbers;
use crate::table::{MOODS, Moment, NOW, NUMBERS, STAGES, TAGS, USERS, WORDS, moment};

/// A condition on a column, and what it says of a value.
pub(crate) type Ask<R, V> = (Filter<R>, Box<dyn Fn(&V) -> bool>);

/// Which conditions on lists of values can be asked: of the values of a rollup, not all.
#[derive(Clone, Copy)]
pub(crate) struct Lists {
    pub(crate) any: bool,
    pub(crate) none: bool,
    pub(crate) empty: bool,
}

pub(crate) const ALL: Lists = Lists {
    any: true,
    none: true,
    empty: true,
};

impl Lists {
    fn any<T: Clone>(self, numbers: &mut Numbers, values: &[T]) -> Vec<T> {
        self.some(numbers, values, self.any)
    }

    fn none<T: Clone>(self, numbers: &mut Numbers, values: &[T]) -> Vec<T> {
        self.some(numbers, values, self.none)
    }

    fn some<T: Clone>(self, numbers: &mut Numbers, values: &[T], several: bool) -> Vec<T> {
        let some = if several { numbers.some(values) } else { Vec::new() };
        if some.is_empty() && !(several && self.empty) {
            return vec![numbers.pick(values)];
        }
        some
    }
}

pub(crate) fn text<R: 'static, K, T, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
    lists: Lists,
) -> Ask<R, String>
where
    K: Has<EqualOperators> + Has<ContainOperators> + Has<TextOperators> + Has<EmptyOperators>,
    T: Property<K, Operand = String>,
{
    // Without regard to case.
    let word = numbers.pick(&["a", "B", "abc", "b a", "X", "é", "3", "1"]);
    let is = move |test: fn(&str, &str) -> bool| {
        let wanted = word.to_lowercase();
        Box::new(move |own: &String| test(&own.to_lowercase(), &wanted)) as Box<dyn Fn(&String) -> bool>
    };
    let among = |words: Vec<&'static str>, test: fn(&str, &str) -> bool| {
        move |own: &String| {
            words
                .iter()
                .any(|word| test(&own.to_lowercase(), &word.to_lowercase()))
        }
    };
    let same: fn(&str, &str) -> bool = |own, wanted| own == wanted;
    let within: fn(&str, &str) -> bool = |own, wanted| own.contains(wanted);
    match numbers.below(12) {
        0 => (column.eq(word), is(same)),
        1 => (column.ne(word), is(|own, wanted| own != wanted)),
        2 => (column.contains(word), is(within)),
        3 => (
            column.does_not_contain(word),
            is(|own, wanted| !own.contains(wanted)),
        ),
        4 => (
            column.starts_with(word),
            is(|own, wanted| own.starts_with(wanted)),
        ),
        5 => (column.ends_with(word), is(|own, wanted| own.ends_with(wanted))),
        6 => (column.is_empty(), Box::new(String::is_empty)),
        7 => (column.is_not_empty(), Box::new(|own: &String| !own.is_empty())),
        8 => {
            let words = lists.any(numbers, &WORDS);
            (column.is_any_of(words.clone()), Box::new(among(words, same)))
        }
        9 => {
            let words = lists.none(numbers, &WORDS);
            let one = among(words.clone(), same);
            (column.is_none_of(words), Box::new(move |own| !one(own)))
        }
        10 => {
            let words = lists.any(numbers, &WORDS);
            (
                column.contains_any_of(words.clone()),
                Box::new(among(words, within)),
            )
        }
        _ => {
            let words = lists.none(numbers, &WORDS);
            let one = among(words.clone(), within);
            (column.contains_none_of(words), Box::new(move |own| !one(own)))
        }
    }
}

pub(crate) fn number<R, K, T, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
    lists: Lists,
) -> Ask<R, Option<f64>>
where
    K: Has<EqualOperators> + Has<NumberOperators> + Has<EmptyOperators>,
    T: Property<K>,
    f64: Operand<T::Operand> + Operand<AnyNumber>,
{
    let limit = numbers.pick(&NUMBERS);
    let is = move |test: fn(&f64, &f64) -> bool| {
        Box::new(move |own: &Option<f64>| own.is_some_and(|own| test(&own, &limit)))
            as Box<dyn Fn(&Option<f64>) -> bool>
    };
    match numbers.below(10) {
        0 => (column.eq(limit), is(|own, limit| own == limit)),
        1 => (column.ne(limit), Box::new(move |own| *own != Some(limit))),
        2 => (column.gt(limit), is(|own, limit| own > limit)),
        3 => (column.ge(limit), is(|own, limit| own >= limit)),
        4 => (column.lt(limit), is(|own, limit| own < limit)),
        5 => (column.le(limit), is(|own, limit| own <= limit)),
        6 => (column.is_empty(), Box::new(|own| own.is_none())),
        7 => (column.is_not_empty(), Box::new(|own| own.is_some())),
        8 => {
            let values = lists.any(numbers, &NUMBERS);
            let filter = column.is_any_of(values.clone());
            (
                filter,
                Box::new(move |own| own.is_some_and(|own| values.contains(&own))),
            )
        }
        _ => {
            let values = lists.none(numbers, &NUMBERS);
            let filter = column.is_none_of(values.clone());
            (
                filter,
                Box::new(move |own| own.is_none_or(|own| !values.contains(&own))),
            )
        }
    }
}

pub(crate) fn checkbox<R, K, T, A>(numbers: &mut Numbers, column: Column<R, K, T, A>) -> Ask<R, bool>
where
    K: Has<EqualOperators> + Has<StateOperators>,
    T: Property<K, Operand = bool>,
{
    let wanted = numbers.one_in(2);
    match numbers.below(3) {
        0 => (column.is(wanted), Box::new(move |own| *own == wanted)),
        1 => (column.eq(wanted), Box::new(move |own| *own == wanted)),
        _ => (column.ne(wanted), Box::new(move |own| *own != wanted)),
    }
}

/// The API takes lists of options, so that the values of a rollup can be asked of any.
const OPTIONS: Lists = Lists { empty: false, ..ALL };

/// Of a select or status.
pub(crate) fn option<R, K, T, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
    options: &[&'static str],
) -> Ask<R, Option<&'static str>>
where
    K: Has<EqualOperators> + Has<EmptyOperators>,
    T: Property<K, Operand = String>,
{
    let wanted = numbers.pick(options);
    match numbers.below(6) {
        0 => (column.eq(wanted), Box::new(move |own| *own == Some(wanted))),
        1 => (column.ne(wanted), Box::new(move |own| *own != Some(wanted))),
        2 => (column.is_empty(), Box::new(|own| own.is_none())),
        3 => (column.is_not_empty(), Box::new(|own| own.is_some())),
        4 => {
            let wanted = OPTIONS.any(numbers, options);
            let filter = column.is_any_of(wanted.clone());
            (
                filter,
                Box::new(move |own| own.is_some_and(|own| wanted.contains(&own))),
            )
        }
        _ => {
            let wanted = OPTIONS.any(numbers, options);
            let filter = column.is_none_of(wanted.clone());
            (
                filter,
                Box::new(move |own| own.is_none_or(|own| !wanted.contains(&own))),
            )
        }
    }
}

pub(crate) fn mood<R, K, T, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
) -> Ask<R, Option<&'static str>>
where
    K: Has<EqualOperators> + Has<EmptyOperators>,
    T: Property<K, Operand = String>,
{
    option(numbers, column, &MOODS)
}

pub(crate) fn stage<R, K, T, A>(numbers: &mut Numbers, column: Column<R, K, T, A>) -> Ask<R, Option<usize>>
where
    K: Has<EqualOperators> + Has<EmptyOperators>,
    T: Property<K, Operand = String>,
{
    let (filter, holds) = option(numbers, column, &STAGES.map(|(name, _)| name));
    (filter, Box::new(move |own| holds(&own.map(|at| STAGES[at].0))))
}

pub(crate) fn group<R, K, T, A>(numbers: &mut Numbers, column: Column<R, K, T, A>) -> Ask<R, Option<usize>>
where
    K: Has<GroupOperators>,
    T: Property<K, Operand = String>,
{
    let at = numbers.below(3);
    let group = [StatusGroup::ToDo, StatusGroup::InProgress, StatusGroup::Complete][at];
    let within = move |own: &Option<usize>| own.is_some_and(|own| STAGES[own].1 == at);
    if numbers.one_in(2) {
        (column.in_group(group), Box::new(within))
    } else {
        (column.not_in_group(group), Box::new(move |own| !within(own)))
    }
}

/// Of lists: `operand` is what an element is compared with.
pub(crate) fn list<R, K, T, A, V, O>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
    elements: &[V],
    operand: impl Fn(&V) -> O,
    lists: Lists,
) -> Ask<R, Vec<V>>
where
    K: Has<ContainOperators> + Has<EmptyOperators>,
    T: Property<K>,
    O: Operand<T::Operand>,
    V: Clone + PartialEq + 'static,
{
    let wanted = numbers.pick(elements);
    match numbers.below(6) {
        0 => (
            column.contains(operand(&wanted)),
            Box::new(move |own| own.contains(&wanted)),
        ),
        1 => (
            column.does_not_contain(operand(&wanted)),
            Box::new(move |own| !own.contains(&wanted)),
        ),
        2 => (column.is_empty(), Box::new(Vec::is_empty)),
        3 => (column.is_not_empty(), Box::new(|own| !own.is_empty())),
        4 => {
            let wanted = lists.any(numbers, elements);
            let filter = column.contains_any_of(wanted.iter().map(operand));
            (
                filter,
                Box::new(move |own| own.iter().any(|own| wanted.contains(own))),
            )
        }
        _ => {
            let wanted = lists.none(numbers, elements);
            let filter = column.contains_none_of(wanted.iter().map(operand));
            (
                filter,
                Box::new(move |own| !own.iter().any(|own| wanted.contains(own))),
            )
        }
    }
}

pub(crate) fn tags<R, K, T, A>(numbers: &mut Numbers, column: Column<R, K, T, A>) -> Ask<R, Vec<&'static str>>
where
    K: Has<ContainOperators> + Has<EmptyOperators>,
    T: Property<K, Operand = String>,
{
    let several = numbers.one_in(2);
    if several {
        let wanted = OPTIONS.any(numbers, &TAGS);
        let holds = {
            let wanted = wanted.clone();
            move |own: &Vec<&str>| own.iter().any(|own| wanted.contains(own))
        };
        return if numbers.one_in(2) {
            (column.contains_any_of(wanted), Box::new(holds))
        } else {
            (column.contains_none_of(wanted), Box::new(move |own| !holds(own)))
        };
    }
    list(
        numbers,
        column,
        &TAGS,
        |tag| *tag,
        Lists {
            any: false,
            none: false,
            empty: false,
        },
    )
}

pub(crate) fn people<R, K, T, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
    lists: Lists,
) -> Ask<R, Vec<usize>>
where
    K: Has<ContainOperators> + Has<EmptyOperators>,
    T: Property<K, Operand = UserRef>,
{
    // An internal connection is nobody.
    match numbers.below(8) {
        0 => (column.contains(Me), Box::new(|_| false)),
        1 => (column.does_not_contain(Me), Box::new(|_| true)),
        _ => list(
            numbers,
            column,
            &[0, 1, 2],
            |at| USERS[*at].parse::<UserId>().expect("an id"),
            lists,
        ),
    }
}

pub(crate) fn pages<R, K, T, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
    ids: &[String],
) -> Ask<R, Vec<usize>>
where
    K: Has<ContainOperators> + Has<EmptyOperators>,
    T: Property<K, Operand = PageId>,
{
    let places = Vec::from_iter(0..ids.len());
    list(
        numbers,
        column,
        &places,
        |at| ids[*at].parse::<PageId>().expect("an id"),
        ALL,
    )
}

pub(crate) fn files<R, K: Has<EmptyOperators>, T: Property<K>, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
) -> Ask<R, usize> {
    if numbers.one_in(2) {
        (column.is_empty(), Box::new(|own| *own == 0))
    } else {
        (column.is_not_empty(), Box::new(|own| *own > 0))
    }
}

pub(crate) fn verification<R, K, T, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
) -> Ask<R, Option<&'static str>>
where
    K: Has<EqualOperators> + Has<StateOperators>,
    T: Property<K, Operand = VerificationStatus>,
{
    let (status, name) = numbers.pick(&[
        (VerificationStatus::Verified, "verified"),
        (VerificationStatus::Expired, "expired"),
        (VerificationStatus::None, "unverified"),
    ]);
    let holds = move |own: &Option<&str>| own.unwrap_or("unverified") == name;
    match numbers.below(3) {
        0 => (column.is(status), Box::new(holds)),
        1 => (column.ne(status), Box::new(move |own| !holds(own))),
        _ => (column.is_none_of([status]), Box::new(move |own| !holds(own))),
    }
}

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
        0 => (column.is_empty(), Box::new(|own| own.is_none())),
        1 => (column.is_not_empty(), Box::new(|own| own.is_some())),
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
