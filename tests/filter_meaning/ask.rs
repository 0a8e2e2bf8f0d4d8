//! What a column of each family but dates can be asked, and the same in plain Rust.

use notion_core::property::Property;
use notion_core::query::family::{
    ContainOperators, EmptyOperators, EqualOperators, GroupOperators, Has, NumberOperators, StateOperators,
    TextOperators,
};
use notion_core::query::{AnyNumber, Me, Operand};
use notion_core::{Column, Filter, PageId, StatusGroup, UniqueId, UserId, UserRef, VerificationState};

use crate::numbers::Numbers;
use crate::table::{MOODS, NUMBERS, STAGES, TAGS, USERS, WORDS};

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
    pub(crate) fn any<T: Clone>(self, numbers: &mut Numbers, values: &[T]) -> Vec<T> {
        self.some(numbers, values, self.any)
    }

    pub(crate) fn none<T: Clone>(self, numbers: &mut Numbers, values: &[T]) -> Vec<T> {
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
        6 => (column.is_empty(), Box::new(Option::is_none)),
        7 => (column.is_not_empty(), Box::new(Option::is_some)),
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
        2 => (column.is_empty(), Box::new(Option::is_none)),
        3 => (column.is_not_empty(), Box::new(Option::is_some)),
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

/// By the number, or with its prefix.
pub(crate) fn unique_id<R, K, T, A>(
    numbers: &mut Numbers,
    column: Column<R, K, T, A>,
    rows: usize,
) -> Ask<R, usize>
where
    K: Has<EqualOperators> + Has<NumberOperators> + Has<EmptyOperators>,
    T: Property<K, Operand = UniqueId>,
{
    let number = numbers.below(rows + 2);
    match numbers.below(8) {
        0 => (column.eq(number), Box::new(move |own| *own == number)),
        1 => (
            column.eq(format!("it-{number}")),
            Box::new(move |own| *own == number),
        ),
        2 => (
            column.ne(format!("IT-{number}")),
            Box::new(move |own| *own != number),
        ),
        3 => (column.gt(number), Box::new(move |own| *own > number)),
        4 => (column.le(number), Box::new(move |own| *own <= number)),
        5 => (column.is_empty(), Box::new(|_| false)),
        6 => (column.is_not_empty(), Box::new(|_| true)),
        _ => {
            let ids = [number, number + 1, number + 3];
            let filter = column.is_any_of(ids.map(|id| UniqueId::new(id as u64).with_prefix("IT")));
            (filter, Box::new(move |own| ids.contains(own)))
        }
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
    T: Property<K, Operand = VerificationState>,
{
    let (status, name) = numbers.pick(&[
        (VerificationState::Verified, "verified"),
        (VerificationState::Expired, "expired"),
        (VerificationState::Unverified, "unverified"),
    ]);
    let holds = move |own: &Option<&str>| own.unwrap_or("unverified") == name;
    match numbers.below(3) {
        0 => (column.is(status), Box::new(holds)),
        1 => (column.ne(status), Box::new(move |own| !holds(own))),
        _ => (column.is_none_of([status]), Box::new(move |own| !holds(own))),
    }
}
