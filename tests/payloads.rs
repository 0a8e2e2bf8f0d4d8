//! What is sent, to the byte.

use jiff::civil::date;
use jiff::{Timestamp, tz::TimeZone};
use notion_core::prelude::*;
use notion_core::query::created_time;
use notion_core::row::properties_json;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    note: String,
    state: Option<State>,
    #[notion(status)]
    stage: State,
    tags: Vec<State>,
    due: Option<DateOrRange>,
    at: Option<Timestamp>,
    points: Option<f64>,
    count: u32,
    done: bool,
    #[notion(url)]
    link: Option<String>,
    #[notion(phone_number)]
    phone: Option<String>,
    owner: Vec<UserRef>,
    blocks: Vec<PageId>,
}

#[derive(NotionOption)]
enum State {
    #[notion(name = "Not started")]
    Todo,
    Done,
}

const ID: &str = "b55c9c91-384d-452b-81db-d1ef79372b75";

fn pretty(json: &str) -> String {
    serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(json).unwrap()).unwrap()
}

#[test]
fn a_full_row() {
    let row = Task {
        name: "Ship \"it\"\n".to_owned(),
        note: "é".repeat(2_001),
        state: Some(State::Todo),
        stage: State::Done,
        tags: vec![State::Todo, State::Done],
        due: Some(DateOrRange::range(date(2026, 9, 15), date(2026, 9, 16))),
        at: Some("2026-09-15T09:30:00+02:00".parse().unwrap()),
        points: Some(12.5),
        count: 7,
        done: true,
        link: Some("https://example.com".to_owned()),
        phone: Some("+49 30 1".to_owned()),
        owner: vec![UserRef::new(ID.parse().unwrap())],
        blocks: vec![ID.parse().unwrap()],
    };
    insta::assert_snapshot!(
        pretty(&properties_json(&row).unwrap()).replace(&"é".repeat(2_000), "<2000 characters>")
    );
}

#[test]
fn an_empty_row() {
    let row = Task {
        name: String::new(),
        note: String::new(),
        state: None,
        stage: State::Todo,
        tags: vec![],
        due: None,
        at: None,
        points: None,
        count: 0,
        done: false,
        link: None,
        phone: None,
        owner: vec![],
        blocks: vec![],
    };
    insta::assert_snapshot!(pretty(&properties_json(&row).unwrap()));
}

#[test]
fn filters() {
    let berlin = date(2026, 9, 15)
        .at(9, 30, 0, 0)
        .to_zoned(TimeZone::fixed(jiff::tz::offset(2)))
        .unwrap();
    let filters = [
        Task::NAME.contains("x") & Task::NOTE.does_not_contain("y") & Task::LINK.ends_with("z"),
        Task::STATE.is_any_of([State::Todo, State::Done]) & Task::STAGE.ne(State::Done),
        !(Task::POINTS.ge(1) | Task::COUNT.eq(5)) & Task::DONE.is(false),
        Task::DUE.on_or_before(&berlin) | Task::AT.eq(RelativeDate::Tomorrow) | Task::DUE.next_month(),
        !Task::DUE.eq(date(2026, 9, 15)),
        created_time().after("2026-09-15T00:00:00Z".parse::<Timestamp>().unwrap())
            & !created_time().before(date(2026, 1, 1)),
        Task::OWNER.contains(notion_core::Me) & Task::BLOCKS.does_not_contain(ID.parse::<PageId>().unwrap()),
        Task::TAGS.contains(State::Done) & Task::PHONE.is_empty() & Task::TAGS.is_not_empty(),
        Task::DONE.is(true)
            & (Task::COUNT.gt(1) | (Task::COUNT.lt(5) & (Task::COUNT.le(2) | Task::COUNT.ge(3)))),
    ];
    let shown = filters.map(|filter| format!("{filter}\n{}\n", filter.to_json().unwrap().unwrap()));
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn filters_that_notion_has_no_words_for() {
    let any = |count| Filter::any((0..count).map(|at| Task::COUNT.eq(at)));
    let filters = [
        !Task::NAME.starts_with("x"),
        !Task::DUE.this_week(),
        !Filter::raw("{}"),
        Task::POINTS.gt(f64::NAN),
        Filter::any([]),
        Task::DONE.is(true) & any(101),
        Filter::all(
            (0..8).map(|_| Filter::any((0..3).map(|_| Filter::all((0..5).map(|at| Task::COUNT.gt(at)))))),
        ),
    ];
    let shown = filters.map(|filter| {
        let error = filter.to_json().unwrap_err().to_string();
        error
            .chars()
            .rev()
            .take(110)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect::<String>()
    });
    insta::assert_snapshot!(shown.join("\n"));
}
