//! Finding notes.

use notion_sim::Sim;
use serde_json::{Value, json};

use crate::common::{Client, start, text};

const PAGE: &str = "11111111-1111-4111-8111-111111111111";
const ADA: &str = "33333333-3333-4333-8333-000000000001";
const BOB: &str = "33333333-3333-4333-8333-000000000002";
const QUERY: &str = "/v1/blocks/meeting_notes/query";

fn id(number: usize) -> String {
    format!("22222222-2222-4222-8222-{number:012}")
}

fn said(content: &str) -> Value {
    json!([{"type": "text", "text": {"content": content}, "plain_text": content}])
}

/// A workspace with the notes of three meetings and one that is in the trash; today is 27 June 2026, a Saturday.
fn meetings() -> (Sim, Client) {
    let notes = |number: usize, title: &str, created: &str, attendees: &[&str]| {
        let by = if number == 1 { ADA } else { BOB };
        json!({
            "object": "block", "id": id(number), "parent": {"type": "page_id", "page_id": PAGE}, "type": "meeting_notes",
            "created_time": created, "last_edited_time": "2026-06-27T10:00:00.000Z", "created_by": {"object": "user", "id": by},
            "last_edited_by": {"object": "user", "id": BOB}, "in_trash": number == 4,
            "meeting_notes": {
                "title": if title.is_empty() { json!([]) } else { said(title) }, "status": "notes_ready",
                "calendar_event": {"start_time": created, "end_time": created, "attendees": attendees},
            },
        })
    };
    let person = |id: &str, name: &str| json!({"object": "user", "id": id, "name": name, "type": "person", "person": {}});
    let sim = start(Sim::builder().seed(json!({
        "format": "notion-sim-seed/1",
        "users": [person(ADA, "Ada"), person(BOB, "Bob")],
        "pages": [{
            "object": "page", "id": PAGE, "parent": {"type": "workspace", "workspace": true},
            "properties": {"title": {"id": "title", "type": "title", "title": said("Meetings")}},
        }],
        "blocks": [
            notes(1, "Stand-up", "2026-06-26T09:30:00.000Z", &[ADA, BOB]),
            notes(2, "Planning of the stand", "2026-06-20T09:00:00.000Z", &[BOB]),
            notes(3, "", "2026-04-30T23:59:00.000Z", &[]),
            notes(4, "Gone", "2026-06-26T09:30:00.000Z", &[ADA]),
            {
                "object": "block", "id": id(5), "parent": {"type": "page_id", "page_id": PAGE}, "type": "paragraph",
                "paragraph": {"rich_text": said("no notes")},
            },
        ],
    })));
    sim.set_now("2026-06-27T12:00:00Z".parse().expect("a time"));
    let client = Client::new(&sim);
    (sim, client)
}

/// The last digits of the ids that a query finds.
#[track_caller]
fn found(client: &Client, body: &Value) -> String {
    let answer = client.post(QUERY, body).ok();
    let results = answer["results"].as_array().expect("results");
    results
        .iter()
        .map(|notes| text(&notes["id"]).chars().next_back().expect("a digit"))
        .collect()
}

fn condition(property: &str, operator: &str, value: Option<Value>) -> Value {
    let mut filter = json!({"operator": operator});
    if let Some(value) = value {
        filter["value"] = value;
    }
    json!({"property": property, "filter": filter})
}

fn exact(value: impl Into<Value>) -> Option<Value> {
    Some(json!({"type": "exact", "value": value.into()}))
}

fn relative(value: &str) -> Option<Value> {
    Some(json!({"type": "relative", "value": value}))
}

fn custom(direction: &str, unit: &str, count: u32) -> Option<Value> {
    Some(json!({"type": "relative", "value": "custom", "direction": direction, "unit": unit, "count": count}))
}

fn user(id: &str) -> Value {
    json!({"type": "exact", "value": {"table": "notion_user", "id": id}})
}

#[test]
fn notes_are_listed_as_blocks() {
    let (sim, client) = meetings();
    assert_eq!(found(&client, &json!({})), "123", "the newest first");
    let answer = client.post(QUERY, &json!({"limit": 2})).ok();
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().expect("an object").keys().cloned().collect() };
    assert_eq!(keys(&answer), ["object", "results", "has_more", "request_id"]);
    assert_eq!(
        (&answer["object"], &answer["has_more"]),
        (&json!("list"), &json!(true))
    );
    assert_eq!(
        keys(&answer["results"][0]),
        [
            "object",
            "id",
            "type",
            "meeting_notes",
            "created_time",
            "last_edited_time",
            "created_by",
            "last_edited_by",
            "has_children",
            "in_trash"
        ]
    );
    let older = Client::at_version(&sim, "2025-09-03")
        .post(QUERY, &json!({}))
        .ok();
    let first = &older["results"][0];
    assert_eq!(
        (&first["type"], &first["transcription"]["status"]),
        (&json!("transcription"), &json!("notes_ready"))
    );
    assert_eq!(first["archived"], false);
    sim.unshare(PAGE);
    assert_eq!(found(&client, &json!({})), "");
}

#[test]
fn every_condition_is_understood() {
    let (_sim, client) = meetings();
    let day = |day: &str| exact(json!({"type": "date", "start_date": day}));
    let minute = |day: &str, clock: &str, zone: &str| {
        exact(json!({"type": "datetime", "start_date": day, "start_time": clock, "time_zone": zone}))
    };
    let range =
        |start: &str, end: &str| exact(json!({"type": "daterange", "start_date": start, "end_date": end}));
    for (filter, expected) in [
        (condition("title", "string_is", exact("stand-up")), "1"),
        (condition("title", "string_is_not", exact("stand-up")), "23"),
        (condition("title", "string_contains", exact("STAND")), "12"),
        (condition("title", "string_does_not_contain", exact("up")), "23"),
        (condition("title", "string_starts_with", exact("stand")), "1"),
        (condition("title", "string_ends_with", exact("stand")), "2"),
        (condition("title", "is_empty", None), "3"),
        (condition("title", "is_not_empty", None), "12"),
        (condition("attendees", "person_contains", Some(user(ADA))), "1"),
        (
            condition(
                "attendees",
                "person_contains",
                Some(json!([user(ADA), user(BOB)])),
            ),
            "12",
        ),
        (
            condition(
                "notion://meeting_notes/attendees",
                "person_does_not_contain",
                Some(json!([user(ADA)])),
            ),
            "23",
        ),
        (condition("attendees", "is_empty", None), "3"),
        (condition("created_by", "person_contains", Some(user(ADA))), "1"),
        (
            condition("last_edited_by", "person_does_not_contain", Some(user(ADA))),
            "123",
        ),
        (condition("created_by", "is_not_empty", None), "123"),
        (condition("created_time", "date_is", day("2026-06-26")), "1"),
        (condition("created_time", "date_is", exact("2026-06-20")), "2"),
        (
            condition(
                "created_time",
                "date_is",
                minute("2026-06-26", "11:30", "Europe/Berlin"),
            ),
            "1",
        ),
        (condition("created_time", "date_is", relative("yesterday")), "1"),
        (
            condition("created_time", "date_is", relative("one_week_ago")),
            "2",
        ),
        (
            condition("created_time", "date_is_before", day("2026-06-20")),
            "3",
        ),
        (condition("created_time", "date_is_after", day("2026-06-20")), "1"),
        (
            condition("created_time", "date_is_on_or_before", day("2026-06-20")),
            "23",
        ),
        (
            condition("created_time", "date_is_on_or_after", day("2026-06-20")),
            "12",
        ),
        (
            condition("created_time", "date_is_within", relative("the_past_week")),
            "1",
        ),
        (
            condition("created_time", "date_is_within", relative("the_past_month")),
            "12",
        ),
        (
            condition("created_time", "date_is_within", relative("the_past_year")),
            "123",
        ),
        (
            condition("created_time", "date_is_within", relative("the_next_month")),
            "",
        ),
        (
            condition("created_time", "date_is_within", relative("this_week")),
            "1",
        ),
        (
            condition("created_time", "date_is_within", relative("this_month")),
            "12",
        ),
        (
            condition("created_time", "date_is_within", custom("past", "day", 2)),
            "1",
        ),
        (
            condition("created_time", "date_is_within", custom("past", "week", 1)),
            "1",
        ),
        (
            condition("created_time", "date_is_relative_to", custom("past", "month", 2)),
            "123",
        ),
        (
            condition("created_time", "date_is_relative_to", custom("future", "year", 3)),
            "",
        ),
        (
            condition(
                "created_time",
                "date_is_relative_to",
                Some(json!({"type": "relative", "value": "surrounding", "unit": "year"})),
            ),
            "123",
        ),
        (
            condition(
                "created_time",
                "date_is_within",
                range("2026-04-30", "2026-06-20"),
            ),
            "23",
        ),
        (
            condition(
                "created_time",
                "date_is_within",
                exact(json!({"type": "daterange", "start_date": "2026-06-20"})),
            ),
            "12",
        ),
        (condition("last_edited_time", "date_is", relative("today")), "123"),
        (condition("created_time", "is_empty", None), ""),
        (json!({"operator": "and"}), "123"),
        (json!({"operator": "or", "filters": []}), "123"),
        (
            json!({"operator": "and", "filters": [
                condition("title", "is_not_empty", None),
                {"operator": "or", "filters": [
                    condition("title", "string_is", exact("nothing")),
                    {"operator": "and", "filters": [condition("created_by", "person_contains", Some(user(BOB)))]},
                ]},
            ]}),
            "2",
        ),
    ] {
        assert_eq!(found(&client, &json!({"filter": filter})), expected, "{filter}");
    }
}

#[test]
fn notes_are_sorted() {
    let (_sim, client) = meetings();
    let sort = |keys: &[(&str, &str)]| {
        let keys = keys
            .iter()
            .map(|(property, direction)| json!({"property": property, "direction": direction}));
        found(&client, &json!({"sort": keys.collect::<Value>()}))
    };
    assert_eq!(sort(&[("title", "ascending")]), "213");
    assert_eq!(sort(&[("created_time", "ascending")]), "321");
    assert_eq!(
        sort(&[("last_edited_time", "descending"), ("title", "descending")]),
        "312"
    );
    assert_eq!(
        sort(&[("created_by", "descending"), ("created_time", "ascending")]),
        "321"
    );
    assert_eq!(sort(&[("attendees", "ascending")]), "123");
    assert_eq!(sort(&[("last_edited_by", "ascending")]), "123");
}

#[test]
fn a_query_says_what_is_wrong_with_it() {
    let (_sim, client) = meetings();
    let filter = |filter: Value| json!({"filter": filter});
    let deep = json!({"operator": "and", "filters": [
        {"operator": "or", "filters": [{"operator": "and", "filters": [{"operator": "or", "filters": []}]}]},
    ]});
    for (body, message) in [
        (json!({"page_size": 1}), "body.page_size should be not present"),
        (
            json!({"limit": 0}),
            "body.limit should be ≥ `1` or `undefined`, instead was `0`.",
        ),
        (json!({"limit": 51}), "body.limit should be ≤ `50` or `undefined`"),
        (
            json!({"limit": 1.5}),
            "body.limit should be an integer or `undefined`",
        ),
        (
            json!({"sort": [{"property": "status"}]}),
            "body.sort[0].property should be `\"title\"`, `\"attendees\"`",
        ),
        (
            json!({"sort": [{"property": "title"}]}),
            "body.sort[0].direction should be defined",
        ),
        (filter(json!({})), "body.filter.operator should be defined"),
        (
            filter(json!({"operator": "and", "filters": [{"operator": "or"}]})),
            "body.filter.filters[0].filters should be defined",
        ),
        (
            filter(deep),
            "body.filter.filters[0].filters[0].filters[0].property should be defined",
        ),
        (
            filter(json!({"property": "status", "filter": {}})),
            "body.filter.property should be `\"title\"`",
        ),
        (
            filter(json!({"property": "title"})),
            "body.filter.filter should be defined",
        ),
        (
            filter(condition("title", "date_is", None)),
            "body.filter.filter.operator should be `\"string_is\"`",
        ),
        (
            filter(condition("title", "string_is", None)),
            "body.filter.filter.value should be defined",
        ),
        (
            filter(condition("title", "string_is", relative("x"))),
            "body.filter.filter.value.type should be `\"exact\"`",
        ),
        (
            filter(condition("title", "string_is", exact(1))),
            "body.filter.filter.value.value should be a string",
        ),
        (
            filter(condition("created_time", "date_is", relative("soon"))),
            "body.filter.filter.value.value should be `\"today\"`",
        ),
        (
            filter(condition("created_time", "date_is", exact("soon"))),
            "should be a valid ISO 8601 date string",
        ),
        (
            filter(condition(
                "created_time",
                "date_is",
                exact(json!({"type": "datetime", "start_date": "2026-06-26", "start_time": "x"})),
            )),
            "body.filter.filter.value.value.start_time should be a valid time",
        ),
        (
            filter(condition(
                "created_time",
                "date_is",
                exact(json!({"type": "datetime", "start_date": "2026-06-26", "time_zone": "x"})),
            )),
            "body.filter.filter.value.value.time_zone should be a valid IANA time zone",
        ),
        (
            filter(condition(
                "created_time",
                "date_is_within",
                exact(json!({"type": "daterange", "start_date": "2026-06-26T10:00"})),
            )),
            "body.filter.filter.value.value.start_date should be a valid ISO 8601 date",
        ),
        (
            filter(condition(
                "created_time",
                "date_is_within",
                custom("past", "hour", 1),
            )),
            "body.filter.filter.value.unit should be `\"day\"`",
        ),
        (
            filter(condition(
                "attendees",
                "person_contains",
                Some(json!([{"type": "exact", "value": {"table": "x", "id": ADA}}])),
            )),
            "body.filter.filter.value[0].value.table should be `\"notion_user\"`",
        ),
        (
            filter(condition("attendees", "person_contains", Some(user("x")))),
            "body.filter.filter.value.value.id should be a valid uuid",
        ),
    ] {
        let answer = client.post(QUERY, &body);
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{body}"
        );
        assert!(answer.message().contains(message), "{body}: {}", answer.text);
    }
    for body in [
        filter(condition(
            "created_time",
            "date_is_within",
            custom("past", "year", u32::MAX),
        )),
        filter(condition(
            "created_time",
            "date_is_within",
            exact(json!({"type": "daterange", "start_date": "9999-12-30", "end_date": "9999-12-30"})),
        )),
        filter(condition(
            "created_time",
            "date_is",
            exact(json!({"type": "date", "start_date": "0000-01-01"})),
        )),
    ] {
        client.post(QUERY, &body).ok();
    }
}
