//! Filters, sorts and pages of results.

use std::fmt::Debug;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};
use notion_core::prelude::*;
use notion_core::property::Property;
use notion_core::query::{
    ContainsOperators, DateOperators, EmptyOperators, EqualOperators, NumberOperators, TextOperators,
    created_time, last_edited_time,
};
use notion_core::{Column, Me, Sort, UserId};

use crate::everything::{Computed, Everything, Size, Stage, World};

/// Sends a query for each filter, each sort, and each way to ask.
pub(crate) async fn send(world: &World) {
    let table = world.table::<Everything>().await;
    let me = world.notion.me().await.unwrap().id;
    let row = table.query().first().await.unwrap().unwrap();
    ask(&table, filters(me, row.id()), sorts()).await;
    let computed = world.table::<Computed>().await;
    ask(&computed, filters_of_computed(), sorts_of_computed()).await;

    world.notion.find_data_source("Everything").await.unwrap();
    world.notion.search_data_sources("").await.unwrap();
    table.query().page_size(1).all().await.unwrap();
    table.query().page_size(7).stream().try_next().await.unwrap();
    let page = table.query().page_size(1).page().await.unwrap();
    let cursor = page.next_cursor.unwrap();
    table.query().start_cursor(cursor).page().await.unwrap();
    let only = || table.query().filter(Everything::TITLE.eq("no such row"));
    only().one().await.unwrap_err();
    only().one_or_none().await.unwrap();
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

/// Each operator of each kind: a line a column.
fn filters(me: UserId, page: PageId) -> Vec<Filter<Everything>> {
    use Everything as E;
    let mut filters = vec![
        E::SELECT.is_any_of([Size::Small, Size::Large]),
        E::STATUS.is_none_of([Stage::Todo, Stage::Done]),
        E::CHECKBOX.is(true),
        E::CHECKBOX.is(false),
        E::CHECKBOX.eq(true),
        E::CHECKBOX.ne(true),
        !E::CHECKBOX,
        !(E::NUMBER.ge(1) | E::TITLE.is_empty()),
        E::TITLE.contains("a") & (E::NUMBER.lt(1) | E::NUMBER.gt(5)),
        E::TITLE.contains("a") | (E::NUMBER.gt(1) & E::CHECKBOX),
        E::CHECKBOX.is(true) & (E::NUMBER.gt(1) | (E::NUMBER.lt(5) & (E::NUMBER.le(2) | E::NUMBER.ge(3)))),
        Filter::all([E::TITLE.eq("a"), E::URL.eq("b")]),
        Filter::any([E::TITLE.eq("a"), E::URL.eq("b")]),
        Filter::raw(r#"{"property": "title", "rich_text": {"contains": "x"}}"#),
    ];
    filters.extend(text(E::TITLE));
    filters.extend(text(E::RICH_TEXT));
    filters.extend(text(E::URL));
    filters.extend(text(E::EMAIL));
    filters.extend(text(E::PHONE_NUMBER));
    filters.extend(number(E::NUMBER));
    filters.extend(one_of(E::SELECT, &Size::Small));
    filters.extend(one_of(E::STATUS, &Stage::Done));
    filters.extend(list(E::MULTI_SELECT, || Size::Large));
    filters.extend(list(E::PEOPLE, || me));
    filters.extend(list(E::PEOPLE, || Me));
    filters.extend(list(E::RELATION, || page));
    filters.extend(dates(E::DATE));
    filters.extend(emptiness(E::DATE));
    filters.extend(dates(created_time()));
    filters.extend(dates(last_edited_time()));
    filters
}

fn filters_of_computed() -> Vec<Filter<Computed>> {
    let mut filters = dates(Computed::CREATED_TIME);
    filters.extend(dates(Computed::LAST_EDITED_TIME));
    filters
}

fn sorts() -> Vec<Sort<Everything>> {
    use Everything as E;
    vec![
        E::TITLE.asc(),
        E::TITLE.desc(),
        E::NUMBER.asc(),
        E::SELECT.asc(),
        E::DATE.desc(),
        created_time().asc(),
        last_edited_time().desc(),
    ]
}

fn sorts_of_computed() -> Vec<Sort<Computed>> {
    vec![Computed::CREATED_TIME.asc(), Computed::LAST_EDITED_TIME.desc()]
}

fn text<R, K, T>(column: Column<R, K, T>) -> Vec<Filter<R>>
where
    K: EqualOperators + ContainsOperators + TextOperators + EmptyOperators,
    T: Property<K, Operand = String>,
{
    let mut filters = vec![
        column.eq("say \"x\""),
        column.ne("x"),
        column.contains("x"),
        column.does_not_contain("x"),
        column.starts_with("x"),
        column.ends_with("x"),
    ];
    filters.extend(emptiness(column));
    filters
}

fn number<R, K, T>(column: Column<R, K, T>) -> Vec<Filter<R>>
where
    K: EqualOperators + NumberOperators + EmptyOperators,
    T: Property<K, Operand = notion_core::query::AnyNumber>,
{
    let mut filters = vec![
        column.eq(1),
        column.ne(-2.5),
        column.gt(1_u8),
        column.ge(1_i64),
        column.lt(1e300),
        column.le(0.1_f32),
    ];
    filters.extend(emptiness(column));
    filters
}

fn one_of<R, K, T, O: NotionOption>(column: Column<R, K, T>, option: &O) -> Vec<Filter<R>>
where
    K: EqualOperators + EmptyOperators,
    T: Property<K, Operand = O>,
{
    let mut filters = vec![column.eq(option), column.ne(option)];
    filters.extend(emptiness(column));
    filters
}

fn list<R, K, T, O>(column: Column<R, K, T>, element: impl Fn() -> O) -> Vec<Filter<R>>
where
    K: ContainsOperators + EmptyOperators,
    T: Property<K>,
    O: notion_core::query::Operand<T::Operand>,
{
    let mut filters = vec![column.contains(element()), column.does_not_contain(element())];
    filters.extend(emptiness(column));
    filters
}

fn dates<R, K, T>(column: Column<R, K, T>) -> Vec<Filter<R>>
where
    K: DateOperators + EqualOperators,
    T: Property<K, Operand = DateOrRange>,
{
    let day = date(2026, 9, 15);
    let moment: Timestamp = "2026-09-15T09:30:00Z".parse().unwrap();
    let zoned = moment.to_zoned(TimeZone::fixed(Offset::constant(2)));
    vec![
        column.eq(day),
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

fn emptiness<R, K: EmptyOperators, T: Property<K>>(column: Column<R, K, T>) -> Vec<Filter<R>> {
    vec![column.is_empty(), column.is_not_empty()]
}
