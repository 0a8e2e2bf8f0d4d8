//! Meeting notes, which come with a seed and are asked for in a grammar of their own.

mod common;

use common::{Client, start};
use notion_sim::Sim;
use serde_json::{Value, json};

/// Three meeting notes: of two days ago, of yesterday with an attendee, and of today, without a title.
fn with_meetings() -> (Sim, String) {
    let sim = start(Sim::builder());
    sim.set_now("2026-06-17T12:00:00Z".parse().expect("a time"));
    let mut state = sim.state();
    let person = state["users"][0]["id"].clone();
    let blocks: Vec<Value> = [
        ("2026-06-15", "Planning", json!([])),
        ("2026-06-16", "Retrospective", json!([person])),
        ("2026-06-17", "", json!([])),
    ]
    .into_iter()
    .enumerate()
    .map(|(at, (day, title, attendees))| {
        let title = if title.is_empty() { json!([]) } else { json!([{"type": "text", "text": {"content": title}, "plain_text": title}]) };
        let event = json!({"start_time": day, "end_time": day, "attendees": attendees});
        json!({
            "object": "block", "id": format!("0000000{at}-63e4-4683-b7c7-8ca6e97ee266"), "type": "meeting_notes",
            "parent": {"type": "page_id", "page_id": sim.parent_page_id()},
            "created_time": format!("{day}T09:00:00.000Z"), "last_edited_time": format!("{day}T10:00:00.000Z"),
            "created_by": {"object": "user", "id": person}, "last_edited_by": {"object": "user", "id": person},
            "has_children": false, "in_trash": false,
            "meeting_notes": {"title": title, "status": "notes_ready", "calendar_event": event},
        })
    })
    .collect();
    state["blocks"] = json!(blocks);
    sim.seed(&state).expect("a seed");
    (sim, person.as_str().expect("an id").to_owned())
}

/// The days of the month on which the meetings were that a question finds, in its order.
fn days(client: &Client, body: &Value) -> Vec<u64> {
    let answer = client.post("/v1/blocks/meeting_notes/query", body).ok();
    let results = answer["results"].as_array().expect("results").iter();
    results
        .map(|block| {
            assert_eq!(block["type"], "meeting_notes");
            let time = block["created_time"].as_str().expect("a time");
            time[8..10].parse().expect("a day")
        })
        .collect()
}

#[test]
fn all_of_them_and_some() {
    let (sim, _) = with_meetings();
    let client = Client::new(&sim);
    assert_eq!(days(&client, &json!({})), [17, 16, 15]);
    let sort = json!([{"property": "title", "direction": "ascending"}]);
    assert_eq!(days(&client, &json!({"sort": sort})), [17, 15, 16]);
    let few = client
        .post("/v1/blocks/meeting_notes/query", &json!({"limit": 2}))
        .ok();
    assert_eq!((&few["object"], &few["has_more"]), (&json!("list"), &json!(true)));
    client
        .call(
            "DELETE",
            "/v1/blocks/00000000-63e4-4683-b7c7-8ca6e97ee266",
            &Value::Null,
        )
        .ok();
    assert_eq!(days(&client, &json!({})), [17, 16]);
}

#[test]
fn filters() {
    let (sim, person) = with_meetings();
    let client = Client::new(&sim);
    let text = |operator: &str, value: &str| json!({"property": "title", "filter": {"operator": operator, "value": {"type": "exact", "value": value}}});
    let time = |operator: &str, value: Value| json!({"property": "created_time", "filter": {"operator": operator, "value": value}});
    let person = |operator: &str| {
        let value = json!({"type": "exact", "value": {"table": "notion_user", "id": person}});
        json!({"property": "attendees", "filter": {"operator": operator, "value": [value]}})
    };
    let day = |day: &str| json!({"type": "exact", "value": {"type": "date", "start_date": day}});
    let word = |word: &str| json!({"type": "relative", "value": word});
    let past = json!({"type": "relative", "value": "custom", "direction": "past", "unit": "day", "count": 1});
    let range = json!({"type": "exact", "value": {"type": "daterange", "start_date": "2026-06-14", "end_date": "2026-06-16"}});
    let cases: [(Value, &[u64]); 17] = [
        (text("string_is", "planning"), &[15]),
        (text("string_is_not", "planning"), &[17, 16]),
        (text("string_contains", "TRO"), &[16]),
        (text("string_does_not_contain", "tro"), &[17, 15]),
        (text("string_starts_with", "retro"), &[16]),
        (text("string_ends_with", "ing"), &[15]),
        (
            json!({"property": "title", "filter": {"operator": "is_empty"}}),
            &[17],
        ),
        (time("date_is", day("2026-06-16")), &[16]),
        (time("date_is", word("today")), &[17]),
        (time("date_is_before", word("today")), &[16, 15]),
        (time("date_is_after", day("2026-06-15")), &[17, 16]),
        (time("date_is_on_or_before", word("yesterday")), &[16, 15]),
        (time("date_is_on_or_after", word("yesterday")), &[17, 16]),
        (time("date_is_within", range), &[16, 15]),
        (time("date_is_relative_to", past), &[17, 16]),
        (person("person_contains"), &[16]),
        (person("person_does_not_contain"), &[17, 15]),
    ];
    for (filter, wanted) in cases {
        let body = json!({"filter": {"operator": "and", "filters": [filter]}});
        assert_eq!(days(&client, &body), wanted, "{filter}");
    }
    let nested = json!({"operator": "or", "filters": [
        text("string_is", "planning"),
        {"operator": "and", "filters": [person("person_contains"), time("date_is", word("yesterday"))]},
    ]});
    assert_eq!(days(&client, &json!({"filter": nested})), [16, 15]);
}

#[test]
fn what_is_refused() {
    let (sim, _) = with_meetings();
    let client = Client::new(&sim);
    let filter = |property: &str, filter: Value| json!({"filter": {"operator": "and", "filters": [{"property": property, "filter": filter}]}});
    for (body, message) in [
        (
            json!({"limit": 101}),
            "body.limit should be ≤ `100` or `undefined`, instead was `101`",
        ),
        (json!({"colour": 1}), "body.colour should be not present"),
        (
            json!({"filter": {"operator": "not"}}),
            "body.filter.operator should be `\"and\"` or `\"or\"`",
        ),
        (
            filter("place", json!({})),
            "body.filter.filters[0].property should be `\"title\"`",
        ),
        (
            filter("title", json!({"operator": "date_is"})),
            "body.filter.filters[0].filter.operator should be `\"string_is\"`",
        ),
        (
            filter(
                "created_time",
                json!({"operator": "date_is", "value": {"type": "relative", "value": "someday"}}),
            ),
            "value.value should be a valid date or the name of a day",
        ),
        (
            filter("attendees", json!({"operator": "person_contains", "value": "me"})),
            "filter.value should be an object",
        ),
    ] {
        let answer = client.post("/v1/blocks/meeting_notes/query", &body);
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{body}"
        );
        assert!(answer.message().contains(message), "{}", answer.message());
    }
}
