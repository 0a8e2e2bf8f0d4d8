//! What is written, shown and refused.

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use notion_schema::DataSource;
use serde_json::Value;

use super::column::{Column, Quantifier, ReadOnly, column, created_time, last_edited_time, read_only};
use super::filter::{Asked, Filter};
use super::operand::{Me, RelativeDate};
use super::source::Source;
use crate::error::Result;
use crate::id::UserId;
use crate::kind;
use crate::property::{
    DateOrRange, NotionOption, OptionDef, Property, StatusGroup, UniqueId, UserRef, Verification,
    VerificationState,
};
use crate::row::{Binding, Columns};

/// The rows of which the columns are.
enum Task {}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Todo,
    Doing,
    Done,
}

impl NotionOption for State {
    const OPTIONS: &'static [OptionDef] = &[
        OptionDef::new("Todo").with_group(StatusGroup::ToDo),
        OptionDef::new("Doing").with_group(StatusGroup::InProgress),
        OptionDef::new("Done").with_group(StatusGroup::Complete),
    ];
    const OPEN: bool = true;

    fn blank() -> Self {
        Self::Todo
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Todo, Self::Doing, Self::Done]
            .into_iter()
            .find(|state| state.name() == name)
    }

    fn name(&self) -> &str {
        match self {
            Self::Todo => "Todo",
            Self::Doing => "Doing",
            Self::Done => "Done",
        }
    }
}

const NAME: Column<Task, kind::Title, String> = column(0, ("Name", ""));
const STATE: Column<Task, kind::Status, State> = column(1, ("State", ""));
const ANY: Column<Task, kind::Status, String> = column(1, ("State", ""));
const TAGS: Column<Task, kind::MultiSelect, Vec<String>> = column(2, ("Tags", ""));
const POINTS: Column<Task, kind::Number, Option<f64>> = column(3, ("Points", ""));
const DUE: Column<Task, kind::Date, Option<DateOrRange>> = column(4, ("Due", ""));
const OWNER: Column<Task, kind::People, Vec<UserRef>> = column(5, ("Owner", ""));
const MAIL: Column<Task, kind::Email, Option<String>> = column(6, ("Mail", ""));
const CREATED: Column<Task, kind::CreatedTime, Timestamp> = read_only(7, ("Created", ""));

const ID: &str = "b55c9c91-384d-452b-81db-d1ef79372b75";

fn json(filter: &Filter<Task>) -> String {
    filter.to_json().unwrap().unwrap()
}

fn refusal(filter: &Filter<Task>) -> String {
    filter.to_json().unwrap_err().to_string()
}

/// The values of a rollup.
fn values<E: kind::Kind, V: Property<E>>(quantifier: Quantifier) -> Column<Task, E, V, ReadOnly> {
    TAGS.elements(quantifier)
}

#[test]
fn operators_are_written_as_notion_has_them() {
    let user: UserId = ID.parse().unwrap();
    for (filter, key, test) in [
        (NAME.eq("a"), "title", r#"{"equals":"a"}"#),
        (NAME.ne("a"), "title", r#"{"does_not_equal":"a"}"#),
        (NAME.contains("a".to_owned()), "title", r#"{"contains":"a"}"#),
        (NAME.does_not_contain("a"), "title", r#"{"does_not_contain":"a"}"#),
        (NAME.starts_with("a"), "title", r#"{"starts_with":"a"}"#),
        (NAME.ends_with("a"), "title", r#"{"ends_with":"a"}"#),
        (NAME.is_empty(), "title", r#"{"is_empty":true}"#),
        (NAME.is_not_empty(), "title", r#"{"is_not_empty":true}"#),
        (POINTS.gt(1), "number", r#"{"greater_than":1}"#),
        (POINTS.ge(1), "number", r#"{"greater_than_or_equal_to":1}"#),
        (POINTS.lt(1), "number", r#"{"less_than":1}"#),
        (POINTS.le(1.5), "number", r#"{"less_than_or_equal_to":1.5}"#),
        (STATE.eq(State::Done), "status", r#"{"equals":"Done"}"#),
        (STATE.is_any_of([State::Done]), "status", r#"{"equals":"Done"}"#),
        (
            STATE.is_any_of([State::Done, State::Todo]),
            "status",
            r#"{"equals":["Done","Todo"]}"#,
        ),
        (
            STATE.is_none_of([&State::Done, &State::Todo]),
            "status",
            r#"{"does_not_equal":["Done","Todo"]}"#,
        ),
        (
            TAGS.contains_any_of(["a", "b"]),
            "multi_select",
            r#"{"contains":["a","b"]}"#,
        ),
        (
            TAGS.contains_none_of(["a", "b"]),
            "multi_select",
            r#"{"does_not_contain":["a","b"]}"#,
        ),
        (DUE.eq(date(2026, 9, 2)), "date", r#"{"equals":"2026-09-02"}"#),
        (
            DUE.before(RelativeDate::OneMonthAgo),
            "date",
            r#"{"before":"one_month_ago"}"#,
        ),
        (DUE.after(RelativeDate::Today), "date", r#"{"after":"today"}"#),
        (
            DUE.on_or_before(RelativeDate::Tomorrow),
            "date",
            r#"{"on_or_before":"tomorrow"}"#,
        ),
        (
            DUE.on_or_after(RelativeDate::Yesterday),
            "date",
            r#"{"on_or_after":"yesterday"}"#,
        ),
        (DUE.past_week(), "date", r#"{"past_week":{}}"#),
        (DUE.past_month(), "date", r#"{"past_month":{}}"#),
        (DUE.past_year(), "date", r#"{"past_year":{}}"#),
        (DUE.this_week(), "date", r#"{"this_week":{}}"#),
        (DUE.next_week(), "date", r#"{"next_week":{}}"#),
        (DUE.next_month(), "date", r#"{"next_month":{}}"#),
        (DUE.next_year(), "date", r#"{"next_year":{}}"#),
        (CREATED.past_week(), "created_time", r#"{"past_week":{}}"#),
        (OWNER.contains(Me), "people", r#"{"contains":"me"}"#),
        (
            OWNER.does_not_contain(user),
            "people",
            r#"{"does_not_contain":"b55c9c91-384d-452b-81db-d1ef79372b75"}"#,
        ),
        (
            OWNER.contains(UserRef::new(user)),
            "people",
            r#"{"contains":"b55c9c91-384d-452b-81db-d1ef79372b75"}"#,
        ),
    ] {
        let written = json(&filter);
        let (_, rest) = written.split_once(',').unwrap();
        assert_eq!(rest, format!("\"{key}\":{test}}}"), "{filter}");
    }
    for (filter, expected) in [
        (
            created_time().past_week(),
            r#"{"timestamp":"created_time","created_time":{"past_week":{}}}"#,
        ),
        (
            last_edited_time().on_or_after(RelativeDate::Today),
            r#"{"timestamp":"last_edited_time","last_edited_time":{"on_or_after":"today"}}"#,
        ),
    ] {
        assert_eq!(json(&filter), expected);
    }
}

#[test]
fn filters_read_like_the_code() {
    let filter = (NAME.contains("a") | !DUE.this_week()) & STATE.in_group(StatusGroup::Complete);
    assert_eq!(
        filter.to_string(),
        r#"(Name.contains("a") | !Due.this_week()) & State.in_group(Complete)"#
    );
    assert_eq!(format!("{:?}", !NAME.eq("a")), r#"Filter(Name.ne("a"))"#);
    assert_eq!((!DUE.eq(date(2026, 9, 2))).to_string(), r#"Due.ne("2026-09-02")"#);
    assert_eq!(
        (!STATE.in_group(StatusGroup::ToDo)).to_string(),
        "State.not_in_group(ToDo)"
    );
    assert_eq!(
        created_time::<Task>().next_week().to_string(),
        "created_time().next_week()"
    );
    assert_eq!(
        last_edited_time::<Task>().desc().to_string(),
        "last_edited_time().desc()"
    );
    assert_eq!(format!("{:?}", DUE.asc()), "Sort(Due.asc())");
}

#[test]
fn long_lists_go_in_hundreds_and_empty_ones_settle_it() {
    let names: Vec<String> = (0..201).map(|at| at.to_string()).collect();
    let written = json(&ANY.is_any_of(&names));
    assert_eq!(written.matches("\"equals\":[").count(), 3);
    assert_eq!(written.matches("[\"200\"]").count(), 1);
    let written = json(&TAGS.contains_none_of(&names));
    assert!(written.starts_with("{\"and\":["), "{written}");
    let written = json(&NAME.contains_any_of(names.iter()));
    assert_eq!(written.matches("\"contains\":").count(), 201);
    let none: [&str; 0] = [];
    assert!(matches!(NAME.is_any_of(none).asked(None), Ok(Asked::None)));
    assert!(matches!(NAME.is_none_of(none).asked(None), Ok(Asked::All)));
    assert!(matches!(TAGS.contains_any_of(none).asked(None), Ok(Asked::None)));
    assert!(matches!(TAGS.contains_none_of(none).asked(None), Ok(Asked::All)));
}

#[test]
fn what_is_compared_may_be_borrowed() {
    let user: UserId = ID.parse().unwrap();
    let (moment, owner) = (Timestamp::UNIX_EPOCH, UserRef::new(user));
    let (points, days, users) = ([2.5, 3.0], [date(2026, 12, 1)], [user]);
    for (borrowed, owned) in [
        (POINTS.is_any_of(points.iter()), POINTS.is_any_of(points)),
        (DUE.is_any_of(days.iter()), DUE.is_any_of(days)),
        (DUE.after(moment.to_zoned(TimeZone::UTC)), DUE.after(moment)),
        (OWNER.contains_any_of(users.iter()), OWNER.contains(user)),
        (OWNER.contains(&owner), OWNER.contains(owner.clone())),
    ] {
        assert_eq!(json(&borrowed), json(&owned));
    }
}

#[test]
fn text_beyond_the_limit_is_refused() {
    assert!(NAME.contains("é".repeat(2_000)).to_json().is_ok());
    assert_eq!(
        refusal(&(NAME.contains("é".repeat(2_001)) & DUE.is_empty())),
        "the filter `Name.contains(…) & Due.is_empty()` cannot be sent: the value compared with `Name` has 2001 characters, \
         and Notion takes 2000"
    );
    assert_eq!(
        refusal(&MAIL.is_any_of(["é".repeat(201)])),
        "the filter `Mail.is_any_of(…)` cannot be sent: the value compared with `Mail` has 201 characters, and Notion takes 200"
    );
    assert!(refusal(&POINTS.gt(f64::NAN)).contains("`Points`"));
}

#[test]
fn what_has_no_opposite_is_refused() {
    assert_eq!(
        refusal(&!NAME.starts_with("a")),
        "the filter `!Name.starts_with(\"a\")` negates `Name.starts_with(\"a\")`, for which Notion has no opposite: leave \
         that out, and pass over these rows as they come"
    );
    assert!((!!DUE.this_week()).to_json().is_ok());
}

/// What a filter on the status becomes where the column has these groups, each with the options that go by these numbers.
fn grouped(filter: &Filter<Task>, groups: &[(&str, &[usize])]) -> Result<String> {
    let options = ["Todo", "Doing", "Done", "Shipped"];
    let options: Vec<_> = options
        .iter()
        .enumerate()
        .map(|(at, name)| format!(r#"{{"id":"{at}","name":"{name}","color":"red"}}"#))
        .collect();
    let groups: Vec<_> = groups
        .iter()
        .map(|(name, options)| {
            let ids: Vec<_> = options.iter().map(|at| format!("\"{at}\"")).collect();
            format!(
                r#"{{"id":"g","name":"{name}","color":"red","option_ids":[{}]}}"#,
                ids.join(",")
            )
        })
        .collect();
    let state = format!(
        r#""State":{{"id":"s","type":"status","status":{{"options":[{}],"groups":[{}]}}}}"#,
        options.join(","),
        groups.join(",")
    );
    sent(filter, &state)
}

/// What a filter becomes where the data source has this column, which is the one at 1.
fn sent(filter: &Filter<Task>, property: &str) -> Result<String> {
    let schema = format!(
        r#"{{"object":"data_source","id":"{ID}","properties":{{"Name":{{"id":"title","type":"title"}},{property}}}}}"#
    );
    let schema = DataSource::from_json(&schema).unwrap();
    const COLUMNS: Columns = Columns::new(2, |at| [NAME.def, STATE.def][at], &[]);
    let properties = schema
        .properties
        .iter()
        .map(|property| (&*property.id, &*property.name));
    let binding = Binding::new(COLUMNS, properties, |_| 0);
    let source = Source {
        binding: &binding,
        schema: &schema,
    };
    Ok(match filter.asked(Some(source))? {
        Asked::Some(json) => json,
        Asked::All => "all".to_owned(),
        Asked::None => "none".to_owned(),
    })
}

#[test]
fn groups_become_the_options_in_them() {
    let complete = STATE.in_group(StatusGroup::Complete);
    let other = ANY.in_group(StatusGroup::Complete);
    let is = |options: &str| format!(r#"{{"property":"s","status":{{"equals":{options}}}}}"#);
    for (groups, expected) in [
        // By its name, wherever it stands.
        (
            [("Complete", &[2, 3][..]), ("To-do", &[0]), ("In progress", &[1])],
            r#"["Done","Shipped"]"#,
        ),
        // The only one that was renamed.
        (
            [("Over", &[3]), ("To-do", &[0, 2]), ("In progress", &[1])],
            "\"Shipped\"",
        ),
        // By its place.
        (
            [("Offen", &[0]), ("In Arbeit", &[1]), ("Fertig", &[2, 3])],
            r#"["Done","Shipped"]"#,
        ),
    ] {
        assert_eq!(grouped(&other, &groups).unwrap(), is(expected));
        let is_not = is(expected).replace("equals", "does_not_equal");
        assert_eq!(grouped(&!other.clone(), &groups).unwrap(), is_not);
    }
    // By an option that the enum puts there, wherever it stands.
    let moved = [("Fertig", &[2, 3][..]), ("In Arbeit", &[1]), ("Offen", &[0])];
    assert_eq!(grouped(&complete, &moved).unwrap(), is(r#"["Done","Shipped"]"#));
    let four = [("a", &[0][..]), ("b", &[1]), ("c", &[]), ("d", &[2])];
    assert_eq!(grouped(&complete, &four).unwrap(), is("\"Done\""));
    assert_eq!(
        grouped(&other, &four).unwrap_err().to_string(),
        "the filter `State.in_group(Complete)` asks for the group `Complete` of `State`, whose groups are `a`, `b`, `c`, `d`: \
         name the options with `is_any_of` instead"
    );
    let empty = [
        ("To-do", &[0, 1, 2, 3][..]),
        ("In progress", &[]),
        ("Complete", &[]),
    ];
    assert_eq!(grouped(&complete, &empty).unwrap(), "none");
    assert_eq!(
        grouped(&STATE.not_in_group(StatusGroup::Complete), &empty).unwrap(),
        "all"
    );
    // Where no data source says it, the enum does.
    assert_eq!(grouped(&complete, &[]).unwrap(), is("\"Done\""));
    assert_eq!(
        json(&complete),
        r#"{"property":"State","status":{"equals":"Done"}}"#
    );
    assert_eq!(
        refusal(&other),
        "the filter `State.in_group(Complete)` asks for a group of `State`, and which options are in it is only known to the \
         data source: ask by a query of its table, or mark the variants with `#[notion(group = \"…\")]`"
    );
}

#[test]
fn conditions_on_the_values_of_a_rollup_are_negated_as_a_whole() {
    use Quantifier::{Any, Every, None};
    let text = |quantifier| values::<kind::Url, String>(quantifier);
    let date = |quantifier| values::<kind::Date, DateOrRange>(quantifier);
    let day = date(Any).eq(RelativeDate::Today);
    assert_eq!(
        json(&text(Any).contains("a")),
        r#"{"property":"Tags","rollup":{"any":{"rich_text":{"contains":"a"}}}}"#
    );
    // What the API's own words say.
    for (filter, expected) in [
        (!text(Any).contains("a"), r#"none contains "a""#),
        (!text(None).starts_with("a"), r#"any starts_with "a""#),
        (
            !text(Every).contains("a"),
            r#"or: any does_not_contain "a"; none contains "a""#,
        ),
        (
            !values::<kind::Number, f64>(Every).gt(1),
            "or: any less_than_or_equal_to 1; any is_empty true; none greater_than 1",
        ),
        (
            text(Every).is_none_of(["a", "b"]),
            r#"and: every does_not_equal "a"; every does_not_equal "b""#,
        ),
        (
            text(None).is_any_of(["a", "b"]),
            r#"and: none equals "a"; none equals "b""#,
        ),
        (
            text(Any).is_any_of(["a", "b"]),
            r#"or: any equals "a"; any equals "b""#,
        ),
        (
            values::<kind::Select, State>(Every).is_any_of([State::Todo, State::Done]),
            r#"every equals ["Todo","Done"]"#,
        ),
        (
            date(Any).ne(RelativeDate::Today),
            r#"or: any before "today"; any after "today"; any is_empty true"#,
        ),
        (
            date(None).ne(RelativeDate::Today),
            r#"and: none before "today"; none after "today"; none is_empty true"#,
        ),
        (!day, r#"none equals "today""#),
        (
            !date(Every).ne(RelativeDate::Today),
            r#"or: any equals "today"; and: none before "today"; none after "today"; none is_empty true"#,
        ),
        (
            date(Every).ne(RelativeDate::Today),
            r#"and: none equals "today"; or: any before "today"; any after "today"; any is_empty true"#,
        ),
    ] {
        assert_eq!(
            brief(&serde_json::from_str(&json(&filter)).unwrap()),
            expected,
            "{filter}"
        );
    }
    for (filter, reason) in [
        (
            !text(Every).starts_with("a"),
            "negates `Tags.every().starts_with(\"a\")`, for which Notion has no opposite",
        ),
        (
            text(Every).is_any_of(["a", "b"]),
            "whether each is one of several",
        ),
        (text(Any).is_none_of(["a", "b"]), "whether one is none of several"),
        (text(Any).is_none_of([""; 0]), "whether there are any"),
    ] {
        let refusal = refusal(&filter);
        assert!(refusal.contains(reason), "{refusal}");
    }
    assert_eq!(text(Any).contains("a").to_string(), r#"Tags.any().contains("a")"#);
    assert_eq!(
        text(Any).asc().to_json().unwrap_err().to_string(),
        "Notion does not sort by `Tags.any()`: sort by the column itself"
    );
}

/// A filter without the keys that are always the same.
fn brief(filter: &Value) -> String {
    for word in ["and", "or"] {
        if let Some(parts) = filter[word].as_array() {
            let parts: Vec<_> = parts.iter().map(brief).collect();
            return format!("{word}: {}", parts.join("; "));
        }
    }
    let only = |value: &Value| {
        let (key, value) = value.as_object().unwrap().iter().next().unwrap();
        (key.clone(), value.clone())
    };
    let (quantifier, element) = only(&filter["rollup"]);
    let (operator, value) = only(&only(&element).1);
    format!("{quantifier} {operator} {value}")
}

#[test]
fn the_groups_of_raw_filters_count() {
    let settled: Filter<Task> = Filter::raw(r#"{"or": [{"property": "a"}, {"and": []}]}"#);
    assert!(matches!(settled.asked(None), Ok(Asked::All)));
    let raw = || Filter::raw(r#"{"or": [{"property": "a"}, {"property": "b"}]}"#);
    let spread = (raw() & NAME.is_empty()) | NAME.eq("d");
    assert_eq!(
        json(&spread).replace(r#""property":"Name","title":"#, ""),
        concat!(
            r#"{"and":[{"or":[{"property": "a"},{"property": "b"},{{"equals":"d"}}]},"#,
            r#"{"or":[{{"is_empty":true}},{{"equals":"d"}}]}]}"#
        )
    );
    assert!(refusal(&!raw()).contains("negates a raw filter"));
    let refusal = refusal(&Filter::raw("{"));
    assert!(
        refusal.starts_with("the filter `raw(…)` cannot be sent: the raw filter is not JSON: "),
        "{refusal}"
    );
}

#[test]
fn unique_ids_are_asked_by_number_or_as_people_see_them() {
    const TICKET: Column<Task, kind::UniqueId, UniqueId> = read_only(1, ("Ticket", ""));
    let ticket = |prefix: &str| {
        format!(r#""Ticket":{{"id":"t","type":"unique_id","unique_id":{{"prefix":{prefix}}}}}"#)
    };
    let is = |number: u8| format!(r#"{{"property":"t","unique_id":{{"equals":{number}}}}}"#);
    let ours = ticket("\"TASK\"");
    for (filter, number) in [
        (TICKET.eq(42), 42),
        (TICKET.eq("42"), 42),
        (TICKET.eq("TASK-42"), 42),
        (TICKET.eq("task-7".to_owned()), 7),
        (TICKET.eq(UniqueId::new(7).with_prefix("TASK")), 7),
        (TICKET.is_any_of(["TASK-7"]), 7),
    ] {
        assert_eq!(sent(&filter, &ours).unwrap(), is(number), "{filter}");
    }
    let filter = TICKET.eq("TASK-42");
    assert_eq!(filter.to_string(), r#"Ticket.eq("TASK-42")"#);
    assert_eq!(
        json(&filter),
        r#"{"property":"Ticket","unique_id":{"equals":42}}"#
    );
    assert_eq!(
        sent(&filter, &ticket("\"BUG\"")).unwrap_err().to_string(),
        "the filter `Ticket.eq(\"TASK-42\")` asks for `TASK-…`, and the ids in `Ticket` begin with `BUG-`"
    );
    assert_eq!(
        sent(&filter, &ticket("null")).unwrap_err().to_string(),
        "the filter `Ticket.eq(\"TASK-42\")` asks for `TASK-…`, and the ids in `Ticket` have no prefix: compare with the number \
         alone"
    );
    assert_eq!(
        refusal(&TICKET.ne("TASK")),
        "the filter `Ticket.ne(…)` cannot be sent: the value compared with `Ticket` is `TASK`, and a unique id is like \
         `TASK-42` or `42`"
    );
}

#[test]
fn verifications_are_asked_by_their_state() {
    const CHECK: Column<Task, kind::Verification, Verification> = column(1, ("Check", ""));
    for (filter, shown, test) in [
        (
            CHECK.is(VerificationState::Verified),
            "Check.is(\"verified\")",
            r#"{"status":"verified"}"#,
        ),
        (
            !CHECK.is(VerificationState::Unverified),
            "Check.ne(\"none\")",
            r#"{"does_not_equal":"none"}"#,
        ),
    ] {
        assert_eq!(filter.to_string(), shown);
        assert_eq!(
            json(&filter),
            format!(r#"{{"property":"Check","verification":{test}}}"#)
        );
    }
    assert!(refusal(&CHECK.is(VerificationState::Other("new".into()))).contains("the state `new`"));
}
