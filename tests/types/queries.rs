//! Filters, sorts and pages of results.

use std::fmt::Debug;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};
use notion_core::kind::{self, Kind};
use notion_core::prelude::*;
use notion_core::property::Property;
use notion_core::query::family::{
    ContainOperators, DateOperators, EmptyOperators, EqualOperators, GroupOperators, Has, NumberOperators,
    StateOperators, TextOperators,
};
use notion_core::query::{Operand, created_time, last_edited_time};
use notion_core::{Column, Me, Sort, StatusGroup, UserId, VerificationState};

use crate::everything::{Due, Effort, Everything, NewEverything, Plain, Size, Stage, World};

/// Sends a query for each filter, each sort, and each way to ask.
pub(crate) async fn send(world: &World) {
    let table = world.table::<Everything>().await;
    let me = world.notion.me().await.unwrap().id;
    let rows = table
        .insert_all([NewEverything::bare(), NewEverything::bare()])
        .await;
    let row = rows[0].as_ref().unwrap();
    ask(&table, filters(me, row.id()), sorts()).await;
    ask(&world.table().await, filters_of_parts(), Vec::new()).await;

    world.notion.find_data_source("Everything").await.unwrap();
    world.notion.search_data_sources("").await.unwrap();
    table.query().page_size(1).all().await.unwrap();
    table.query().page_size(7).stream().try_next().await.unwrap();
    let page = table.query().page_size(1).page().await.unwrap();
    let cursor = page.next_cursor.unwrap();
    table.query().start_cursor(cursor).page().await.unwrap();
    table
        .query()
        .stream_past_limit()
        .unwrap()
        .try_next()
        .await
        .unwrap();
    table.query().archived().all().await.unwrap();
    table.query().select::<Plain>().unwrap().first().await.unwrap();
    table.project::<Plain>().unwrap().query().first().await.unwrap();
    table.trashed().try_next().await.unwrap();
    table.templates().await.unwrap();
    table.get_by_unique_id("ROW-1").await.unwrap();
    let only = || table.query().filter(Everything::TITLE.eq("no such row"));
    only().one().await.unwrap_err();
    only().one_or_none().await.unwrap();
    only().exists().await.unwrap();
    only().count().await.unwrap();
    let everything = only()
        .filter(Everything::CHECKBOX)
        .sort(Everything::TITLE.asc())
        .sort(created_time().desc());
    everything.all().await.unwrap();
}

async fn ask<T: NotionRow + Debug>(table: &Table<T>, filters: Vec<Filter<T>>, sorts: Vec<Sort<T>>) {
    let queries = filters.into_iter().map(|filter| table.query().filter(filter));
    let queries = queries.chain(sorts.into_iter().map(|sort| table.query().sort(sort)));
    for query in queries {
        query
            .page()
            .await
            .unwrap_or_else(|error| panic!("{query:?}: {error}"));
    }
}

/// Each operator of each kind, a line a column; and filters of filters.
fn filters(me: UserId, page: PageId) -> Vec<Filter<Everything>> {
    use Everything as E;
    let mut filters = vec![
        !E::CHECKBOX,
        !E::FORMULA_CHECKBOX,
        E::UNIQUE_ID.eq("ROW-1"),
        !(E::NUMBER.ge(1) | E::TITLE.is_empty()),
        E::TITLE.contains("a") & (E::NUMBER.lt(1) | E::NUMBER.gt(5)),
        E::TITLE.contains("a") | (E::NUMBER.gt(1) & E::CHECKBOX),
        E::CHECKBOX & (E::NUMBER.gt(1) | (E::NUMBER.lt(5) & (E::NUMBER.le(2) | E::NUMBER.ge(3)))),
        Filter::all([E::TITLE.eq("a"), E::URL.eq("b")]),
        Filter::any([E::TITLE.eq("a"), E::URL.eq("b")]),
        Filter::raw(r#"{"property": "title", "rich_text": {"contains": "x"}}"#),
    ];
    filters.extend(text(E::TITLE));
    filters.extend(text(E::RICH_TEXT));
    filters.extend(text(E::URL));
    filters.extend(text(E::EMAIL));
    filters.extend(text(E::PHONE_NUMBER));
    filters.extend(text(E::FORMULA_TEXT));
    filters.extend(number(E::NUMBER));
    filters.extend(number(E::UNIQUE_ID));
    filters.extend(number(E::FORMULA));
    filters.extend(number(E::ROLLUP));
    filters.extend(checkbox(E::CHECKBOX));
    filters.extend(checkbox(E::FORMULA_CHECKBOX));
    filters.extend(one_of(E::SELECT, [Size::Small, Size::Large]));
    filters.extend(one_of(E::STATUS, [Stage::Todo, Stage::Done]));
    filters.extend(groups(E::STATUS));
    filters.extend(list(E::MULTI_SELECT, [Size::Large, Size::Small]));
    filters.extend(list(E::PEOPLE, [me, me]));
    filters.extend(list(E::PEOPLE, [Me, Me]));
    filters.extend(list(E::CREATED_BY, [me, me]));
    filters.extend(list(E::CREATED_BY, [Me, Me]));
    filters.extend(list(E::LAST_EDITED_BY, [me, me]));
    filters.extend(list(E::RELATION, [page, page]));
    filters.extend(emptiness(E::FILES));
    filters.extend(dates(E::DATE));
    filters.extend(emptiness(E::DATE));
    filters.extend(dates(E::FORMULA_DATE));
    filters.extend(emptiness(E::FORMULA_DATE));
    filters.extend(dates(E::ROLLUP_DATE));
    filters.extend(emptiness(E::ROLLUP_DATE));
    filters.extend(dates(E::CREATED_TIME));
    filters.extend(dates(E::LAST_EDITED_TIME));
    filters.extend(dates(created_time()));
    filters.extend(dates(last_edited_time()));
    filters.extend(verification(E::VERIFICATION));
    filters.extend(elements(me, page));
    filters
}

/// Conditions on columns of structs within a struct.
fn filters_of_parts() -> Vec<Filter<Plain>> {
    vec![
        Plain::EFFORT.column(Effort::NUMBER).gt(1),
        Plain::EFFORT.nested(Effort::DUE).column(Due::DATE).is_empty(),
        Plain::EFFORT.filter(Effort::NUMBER.gt(1) | Effort::NUMBER.is_empty()),
    ]
}

/// The operators of the values that a rollup shows. A few are refused before they are sent, such as `any().is_none_of(…)`, for
/// which Notion has no words.
fn elements(me: UserId, page: PageId) -> Vec<Filter<Everything>> {
    use Everything as E;
    let mut filters = Vec::new();
    for column in [
        E::EACH_RICH_TEXT.any(),
        E::EACH_RICH_TEXT.every(),
        E::EACH_RICH_TEXT.none(),
    ] {
        filters.extend(text(column));
    }
    for column in [
        E::EACH_NUMBER.any(),
        E::EACH_NUMBER.every(),
        E::EACH_NUMBER.none(),
    ] {
        filters.extend(number(column));
    }
    for column in [
        E::EACH_CHECKBOX.any(),
        E::EACH_CHECKBOX.every(),
        E::EACH_CHECKBOX.none(),
    ] {
        filters.extend(checkbox(column));
    }
    for column in [
        E::EACH_SELECT.any(),
        E::EACH_SELECT.every(),
        E::EACH_SELECT.none(),
    ] {
        filters.extend(one_of(column, [Size::Small, Size::Large]));
    }
    for column in [
        E::EACH_SELECT.any_as(kind::Status),
        E::EACH_SELECT.every_as(kind::Status),
        E::EACH_SELECT.none_as(kind::Status),
    ] {
        filters.extend(one_of(column, [Size::Small, Size::Large]));
    }
    for column in [
        E::EACH_MULTI_SELECT.any(),
        E::EACH_MULTI_SELECT.every(),
        E::EACH_MULTI_SELECT.none(),
    ] {
        filters.extend(list(column, [Size::Small, Size::Large]));
    }
    for column in [
        E::EACH_RELATION.any(),
        E::EACH_RELATION.every(),
        E::EACH_RELATION.none(),
    ] {
        filters.extend(list(column, [page, page]));
    }
    for column in [
        E::EACH_PEOPLE.any(),
        E::EACH_PEOPLE.every(),
        E::EACH_PEOPLE.none(),
    ] {
        filters.extend(list(column, [me, me]));
    }
    for column in [E::EACH_FILES.any(), E::EACH_FILES.every(), E::EACH_FILES.none()] {
        filters.extend(emptiness(column));
    }
    for column in [E::EACH_DATE.any(), E::EACH_DATE.every(), E::EACH_DATE.none()] {
        filters.extend(dates(column));
        filters.extend(emptiness(column));
    }
    filters.retain(|filter| filter.to_json().is_ok());
    filters
}

/// Each column by which rows can be sorted, and each order.
fn sorts() -> Vec<Sort<Everything>> {
    use Everything as E;
    vec![
        E::TITLE.asc(),
        E::TITLE.desc(),
        E::NUMBER.asc(),
        E::SELECT.asc(),
        E::DATE.desc(),
        E::CREATED_TIME.asc(),
        created_time().asc(),
        last_edited_time().desc(),
    ]
}

fn text<R, K, T, A>(column: Column<R, K, T, A>) -> Vec<Filter<R>>
where
    K: Has<EqualOperators> + Has<ContainOperators> + Has<TextOperators> + Has<EmptyOperators>,
    T: Property<K, Operand = String>,
{
    let mut filters = vec![
        column.eq("say \"x\""),
        column.ne("x"),
        column.is_any_of(["x", "y"]),
        column.is_none_of(["x", "y"]),
        column.contains("x"),
        column.does_not_contain("x"),
        column.contains_any_of(["x", "y"]),
        column.contains_none_of(["x", "y"]),
        column.starts_with("x"),
        column.ends_with("x"),
    ];
    filters.extend(emptiness(column));
    filters
}

fn number<R, K, T, A>(column: Column<R, K, T, A>) -> Vec<Filter<R>>
where
    K: Has<EqualOperators> + Has<NumberOperators> + Has<EmptyOperators>,
    T: Property<K>,
    i32: Operand<T::Operand>,
{
    let mut filters = vec![
        column.eq(1),
        column.ne(2),
        column.is_any_of([1, 2]),
        column.is_none_of([1, 2]),
        column.gt(1_u8),
        column.ge(1_i64),
        column.lt(1e300),
        column.le(0.1_f32),
    ];
    filters.extend(emptiness(column));
    filters
}

fn checkbox<R, K, T, A>(column: Column<R, K, T, A>) -> Vec<Filter<R>>
where
    K: Has<EqualOperators> + Has<StateOperators>,
    T: Property<K, Operand = bool>,
{
    vec![
        column.is(true),
        column.is(false),
        column.eq(true),
        column.ne(true),
        column.ne(false),
        column.is_any_of([true]),
        column.is_none_of([true]),
    ]
}

fn one_of<R, K, T, A, O>(column: Column<R, K, T, A>, [one, other]: [O; 2]) -> Vec<Filter<R>>
where
    K: Has<EqualOperators> + Has<EmptyOperators>,
    T: Property<K>,
    O: Operand<T::Operand> + Clone,
{
    let mut filters = vec![
        column.eq(one.clone()),
        column.ne(one.clone()),
        column.is_any_of([one.clone(), other.clone()]),
        column.is_none_of([one, other]),
    ];
    filters.extend(emptiness(column));
    filters
}

fn groups<R, K: Has<GroupOperators>, T: Property<K>, A>(column: Column<R, K, T, A>) -> Vec<Filter<R>> {
    vec![
        column.in_group(StatusGroup::ToDo),
        column.in_group(StatusGroup::InProgress),
        column.not_in_group(StatusGroup::Complete),
    ]
}

fn list<R, K, T, A, O>(column: Column<R, K, T, A>, [one, other]: [O; 2]) -> Vec<Filter<R>>
where
    K: Has<ContainOperators> + Has<EmptyOperators>,
    T: Property<K>,
    O: Operand<T::Operand> + Clone,
{
    let mut filters = vec![
        column.contains(one.clone()),
        column.does_not_contain(one.clone()),
        column.contains_any_of([one.clone(), other.clone()]),
        column.contains_none_of([one, other]),
    ];
    filters.extend(emptiness(column));
    filters
}

fn dates<R, K, T, A>(column: Column<R, K, T, A>) -> Vec<Filter<R>>
where
    K: Has<DateOperators> + Has<EqualOperators>,
    T: Property<K, Operand = DateOrRange>,
{
    let day = date(2026, 9, 15);
    let moment: Timestamp = "2026-09-15T09:30:00Z".parse().unwrap();
    let zoned = moment.to_zoned(TimeZone::fixed(Offset::constant(2)));
    vec![
        column.eq(day),
        column.ne(day),
        column.is_any_of([day, day.tomorrow().unwrap()]),
        column.is_none_of([day, day.tomorrow().unwrap()]),
        column.before(moment),
        column.after(&zoned),
        column.on_or_before(RelativeDate::Today),
        column.on_or_after(RelativeDate::Tomorrow),
        column.eq(RelativeDate::Yesterday),
        column.eq(RelativeDate::OneWeekAgo),
        column.eq(RelativeDate::OneWeekFromNow),
        column.eq(RelativeDate::OneMonthAgo),
        column.eq(RelativeDate::OneMonthFromNow),
        column.past_week(),
        column.past_month(),
        column.past_year(),
        column.this_week(),
        column.next_week(),
        column.next_month(),
        column.next_year(),
    ]
}

fn verification<R, K, T, A>(column: Column<R, K, T, A>) -> Vec<Filter<R>>
where
    K: Has<EqualOperators> + Has<StateOperators>,
    T: Property<K, Operand = VerificationState>,
{
    use VerificationState::{Expired, Unverified, Verified};
    let mut filters = vec![
        column.is_any_of([Verified, Expired]),
        column.is_none_of([Verified, Expired]),
    ];
    for state in [Verified, Expired, Unverified] {
        filters.extend([
            column.is(state.clone()),
            column.eq(state.clone()),
            column.ne(state),
        ]);
    }
    filters
}

fn emptiness<R, K, T, A>(column: Column<R, K, T, A>) -> Vec<Filter<R>>
where
    K: Kind + Has<EmptyOperators>,
    T: Property<K>,
{
    vec![column.is_empty(), column.is_not_empty()]
}
