//! Faults: what arrives at the other end of the connection, and what was committed.

mod common;

use std::time::{Duration, Instant};

use common::raw::{Arrival, End, ask};
use common::{Client, send, start, text, titled};
use notion_sim::{Fault, Garbage, Novelty, Sim};
use serde_json::{Value, json};

/// How long a test waits for something that comes.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it waits for something that does not.
const BRIEFLY: Duration = Duration::from_millis(100);

/// A simulator with one table.
struct Table {
    sim: Sim,
    client: Client,
    source: String,
}

impl Table {
    fn new() -> Self {
        let sim = start(Sim::builder());
        let client = Client::new(&sim);
        let columns = json!({"Name": {"title": {}}, "N": {"number": {}}, "S": {"select": {"options": [{"name": "A"}]}}});
        let (_, source) = client.database(&sim.parent_page_id(), "T", &columns);
        Self { sim, client, source }
    }

    fn row(&self) -> Value {
        json!({"parent": {"data_source_id": self.source}, "properties": {"Name": titled("a row")}})
    }

    /// Adds a row by hand.
    fn insert(&self, patience: Duration) -> Arrival {
        ask(&self.sim, "POST", "/v1/pages", &self.row(), patience)
    }

    fn rows(&self) -> usize {
        self.client.titles(&self.source, &json!({})).len()
    }

    /// Adds faults as a program that is not written in Rust does.
    fn faults(&self, faults: &Value) {
        let url = format!("{}/_sim/faults", self.sim.base_url());
        let answer = send("POST", &url, &[], faults.to_string().as_bytes()).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

#[test]
fn what_needs_no_answer_of_notions_strikes_before_or_after_the_commit() {
    let table = Table::new();
    type Check = fn(&Arrival) -> bool;
    let cases: [(Value, End, Check); 19] = [
        (json!("reset"), End::Reset, |arrival| arrival.bytes.is_empty()),
        (json!("close"), End::Closed, |arrival| arrival.bytes.is_empty()),
        (json!({"delay_ms": 60, "close": true}), End::Closed, |arrival| {
            arrival.bytes.is_empty() && arrival.took >= Duration::from_millis(60)
        }),
        (json!({"hang_ms": 60}), End::Closed, |arrival| {
            arrival.bytes.is_empty() && arrival.took >= Duration::from_millis(60)
        }),
        (json!("hang"), End::Quiet, |arrival| arrival.bytes.is_empty()),
        (json!({"status": 500}), End::Closed, |arrival| {
            arrival.status() == Some(500) && arrival.body().contains("\"internal_server_error\"")
        }),
        (
            json!({"status": 429, "headers": {"Retry-After": "7"}}),
            End::Closed,
            |arrival| {
                arrival.header("retry-after").as_deref() == Some("7")
                    && arrival.body().contains("\"retry_after\":\"7\"")
            },
        ),
        (json!({"status": 529}), End::Closed, |arrival| {
            arrival.header("retry-after").is_none() && arrival.body().contains("\"service_overload\"")
        }),
        (
            json!({"status": 418, "code": "teapot", "message": "Short.", "additional_data": {"a": ["b"]}}),
            End::Closed,
            |arrival| {
                arrival.body().contains(
                    "\"code\":\"teapot\",\"message\":\"Short.\",\"additional_data\":{\"a\":[\"b\"]}",
                )
            },
        ),
        (
            json!({"status": 502, "body": "<h1>no</h1>"}),
            End::Closed,
            |arrival| {
                arrival.body() == "<h1>no</h1>"
                    && arrival
                        .header("content-type")
                        .is_some_and(|kind| kind.starts_with("text/plain"))
            },
        ),
        (
            json!({"status": 500, "body": {"a": 1}, "headers": {"Content-Type": "text/odd"}}),
            End::Closed,
            |arrival| {
                arrival.body() == "{\"a\":1}" && arrival.header("content-type").as_deref() == Some("text/odd")
            },
        ),
        (json!({"garbage": "html"}), End::Closed, |arrival| {
            arrival.status() == Some(200) && arrival.body().starts_with("<!DOCTYPE html>")
        }),
        (
            json!({"garbage": "empty", "status": 502}),
            End::Closed,
            |arrival| {
                arrival.status() == Some(502) && arrival.header("content-length").as_deref() == Some("0")
            },
        ),
        (json!({"garbage": "array"}), End::Closed, |arrival| {
            arrival.body() == "[]"
        }),
        (json!({"garbage": "deep"}), End::Closed, |arrival| {
            arrival.body().len() == 200_000 && arrival.body().starts_with("[[[[")
        }),
        (
            json!({"redirect": {"status": 308, "to": "http://elsewhere.test/v1/pages"}}),
            End::Closed,
            |arrival| {
                arrival.status() == Some(308)
                    && arrival.header("location").as_deref() == Some("http://elsewhere.test/v1/pages")
            },
        ),
        (json!({"status": 500, "truncate": 9}), End::Closed, |arrival| {
            arrival.body() == "{\"object\""
                && arrival
                    .header("content-length")
                    .is_some_and(|length| length.len() > 2)
        }),
        (
            json!({"status": 500, "truncate": {"head": 9}}),
            End::Closed,
            |arrival| arrival.bytes == b"HTTP/1.1 ",
        ),
        // A reset may overtake what was sent before it.
        (
            json!({"status": 500, "truncate": 9, "reset": true}),
            End::Reset,
            |arrival| arrival.bytes.is_empty() || arrival.body() == "{\"object\"",
        ),
    ];
    let mut expected = 0;
    for (action, end, check) in cases {
        for (when, commits) in [("before_commit", 0), ("after_commit", 1)] {
            let path = "/v1/pages";
            table.faults(&json!({"match": {"method": "POST", "path": path}, "when": when, "do": action}));
            let patience = if end == End::Quiet { BRIEFLY } else { PATIENCE };
            let arrival = table.insert(patience);
            assert_eq!(arrival.end, end, "{action} {when}");
            assert!(check(&arrival), "{action} {when}: {arrival:?}");
            expected += commits;
            assert_eq!(table.rows(), expected, "{action} {when}");
        }
    }
}

#[test]
fn what_changes_the_normal_answer_does_the_request_in_any_case() {
    let table = Table::new();
    type Check = fn(&Arrival) -> bool;
    let whole: Check =
        |arrival| serde_json::from_str::<Value>(&arrival.body()).is_ok_and(|body| body["object"] == "page");
    let cases: [(Value, usize, Check); 9] = [
        (json!({"delay_ms": 60}), 1, |arrival| {
            arrival.took >= Duration::from_millis(60)
        }),
        (json!({"headers": {"X-Odd": "1"}}), 1, |arrival| {
            arrival.header("x-odd").as_deref() == Some("1")
        }),
        (json!({"drip": {"bytes": 400, "every_ms": 5}}), 1, whole),
        (
            json!({"drip": {"bytes": 400, "every_ms": 5, "head": true}}),
            1,
            whole,
        ),
        (json!({"truncate": 20}), 1, |arrival| arrival.body().len() == 20),
        (json!({"chunked": true}), 1, |arrival| {
            arrival.header("transfer-encoding").as_deref() == Some("chunked")
                && arrival.body().ends_with("}\r\n0\r\n\r\n")
        }),
        (json!({"chunked": true, "truncate": 20}), 1, |arrival| {
            let body = arrival.body();
            let (size, data) = body.split_once("\r\n").unwrap_or_default();
            usize::from_str_radix(size, 16).is_ok_and(|size| size > 20) && data.len() == 20
        }),
        (json!("duplicate"), 2, whole),
        (json!({"inject": ["property"]}), 1, |arrival| {
            arrival.body().contains("hologram")
        }),
    ];
    let mut expected = 0;
    for (action, commits, check) in cases {
        for when in ["before_commit", "after_commit"] {
            table.faults(&json!({"match": {"path": "/v1/pages"}, "when": when, "do": action}));
            let arrival = table.insert(PATIENCE);
            assert_eq!(
                (arrival.status(), arrival.end),
                (Some(200), End::Closed),
                "{action} {when}"
            );
            assert!(check(&arrival), "{action} {when}: {arrival:?}");
            expected += commits;
            assert_eq!(table.rows(), expected, "{action} {when}");
        }
    }
}

#[test]
fn drips_come_at_their_pace() {
    let table = Table::new();
    let path = "/v1/users/me";
    table
        .sim
        .fault(Fault::on("GET", path).drip(100, Duration::from_millis(20)));
    let arrival = ask(&table.sim, "GET", path, &Value::Null, PATIENCE);
    let steps = u32::try_from(arrival.body().len().div_ceil(100)).expect("a number");
    assert!(
        arrival.took >= Duration::from_millis(20) * steps,
        "{:?}",
        arrival.pieces
    );
    assert!(arrival.pieces.len() >= 3, "{:?}", arrival.pieces);

    // The head comes a byte at a time too, and the client gives up on it.
    table
        .sim
        .fault(Fault::on("GET", path).drip_all(1, Duration::from_secs(2)));
    let arrival = ask(&table.sim, "GET", path, &Value::Null, BRIEFLY);
    assert_eq!((arrival.end, arrival.bytes.len()), (End::Quiet, 0));
    assert_eq!(table.client.get(path).status, 200, "others are not held up");
}

#[test]
fn right_answers_are_spoiled_after_the_commit() {
    let table = Table::new();
    let path = format!("/v1/data_sources/{}", table.source);
    let right = table.client.get(&path).ok();
    for (garbage, prefix) in [
        (Garbage::Bom, "\u{feff}{\"object\":\"data_source\""),
        (Garbage::DuplicateKeys, "{\"object\":\"data_source\""),
        (
            Garbage::LoneSurrogate,
            "{\"hologram\":\"\\ud800\",\"object\":\"data_source\"",
        ),
        (Garbage::Null, "null"),
    ] {
        table
            .sim
            .fault(Fault::on("GET", &path).after_commit().garbage(garbage));
        let arrival = ask(&table.sim, "GET", &path, &Value::Null, PATIENCE);
        assert!(
            arrival.body().starts_with(prefix),
            "{garbage}: {}",
            arrival.body()
        );
    }
    table
        .sim
        .fault(Fault::on("GET", &path).after_commit().garbage(Garbage::Utf16));
    let arrival = ask(&table.sim, "GET", &path, &Value::Null, PATIENCE);
    let start = arrival
        .bytes
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .expect("a head")
        + 4;
    let units: Vec<u16> = arrival.bytes[start..]
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let found: Value =
        serde_json::from_str(String::from_utf16_lossy(&units).trim_start_matches('\u{feff}')).expect("JSON");
    assert_eq!(found["properties"], right["properties"]);
}

#[test]
fn floods_are_sent_without_being_held() {
    let table = Table::new();
    let (path, patience) = ("/v1/users/me", PATIENCE);
    table.sim.fault(Fault::on("GET", path).garbage(Garbage::Huge));
    let arrival = ask(&table.sim, "GET", path, &Value::Null, patience);
    assert!(arrival.bytes.len() > 100 << 20);
    assert!(serde_json::from_slice::<Value>(arrival.body().as_bytes()).is_ok());
    table.sim.fault(Fault::on("GET", path).garbage(Garbage::GzipBomb));
    let arrival = ask(&table.sim, "GET", path, &Value::Null, patience);
    assert_eq!(arrival.header("content-encoding").as_deref(), Some("gzip"));
    assert!(arrival.bytes.len() < 2 << 20);
    table
        .sim
        .fault(Fault::on("GET", path).garbage(Garbage::GzipBomb).truncate(1000));
    assert!(ask(&table.sim, "GET", path, &Value::Null, patience).bytes.len() < 1500);
    let large = "x".repeat(1 << 20);
    table.sim.fault(Fault::on("GET", path).header("X-Large", &large));
    let arrival = ask(&table.sim, "GET", path, &Value::Null, patience);
    assert_eq!(arrival.header("x-large").map(|value| value.len()), Some(1 << 20));
    let bodies: Vec<bool> = table
        .sim
        .requests()
        .iter()
        .rev()
        .take(4)
        .map(|entry| entry.response_body.is_some())
        .collect();
    assert_eq!(bodies, [true, false, false, false], "floods are not kept");
}

#[test]
fn a_saved_change_is_named_where_notion_names_it() {
    let table = Table::new();
    table
        .sim
        .fault(Fault::on("POST", "/v1/pages").after_commit().status(503));
    let answer = table.client.post("/v1/pages", &table.row());
    let data = &answer.json["additional_data"];
    assert!(
        answer.message().starts_with("The change was saved"),
        "{}",
        answer.text
    );
    assert_eq!(
        (&data["deadline_ms"], &data["elapsed_ms"]),
        (&json!("55000"), &json!("55012"))
    );
    assert_eq!(data["retry_guidance"][1], "Do not repeat the write.");
    let page = text(&data["committed_resource_id"]);
    assert_eq!(table.client.get(&format!("/v1/pages/{page}")).status, 200);

    // Whoever changes something knows its id already, and who reads saved nothing.
    let path = format!("/v1/pages/{page}");
    table
        .sim
        .fault(Fault::on("PATCH", "/v1/pages/{id}").after_commit().status(503));
    let answer = table
        .client
        .patch(&path, &json!({"properties": {"N": {"number": 5}}}));
    assert_eq!(answer.json["additional_data"].get("committed_resource_id"), None);
    assert!(
        answer.message().starts_with("The change was saved"),
        "{}",
        answer.text
    );
    assert_eq!(table.client.get(&path).ok()["properties"]["N"]["number"], 5);
    for (method, body) in [
        ("GET", Value::Null),
        ("PATCH", json!({"properties": {"Wrong": {}}})),
    ] {
        table
            .sim
            .fault(Fault::on(method, "/v1/pages/{id}").after_commit().status(503));
        let answer = table.client.call(method, &path, &body);
        assert_eq!(answer.json.get("additional_data"), None, "{method}");
        assert_eq!(answer.message(), "Notion is unavailable, please try again later.");
    }
    // The developer's own words win.
    table.sim.fault(
        Fault::on("POST", "/v1/pages")
            .after_commit()
            .status(503)
            .additional_data("committed_resource_id", "other"),
    );
    let answer = table.client.post("/v1/pages", &table.row());
    assert_eq!(
        answer.json["additional_data"],
        json!({"committed_resource_id": "other"})
    );
}

#[test]
fn redirects_lead_back_for_as_long_as_they_strike() {
    let table = Table::new();
    let path = "/v1/users/me?a=b%20c";
    table.sim.fault(
        Fault::on("GET", "/v1/users/me")
            .redirect_to_itself(307)
            .unlimited(),
    );
    for _ in 0..3 {
        let arrival = ask(&table.sim, "GET", path, &Value::Null, PATIENCE);
        assert_eq!(arrival.status(), Some(307));
        assert_eq!(arrival.header("location").as_deref(), Some(path));
    }
}

#[test]
fn novelties_are_in_otherwise_normal_answers() {
    let table = Table::new();
    let page = table
        .client
        .row(&table.source, &json!({"S": {"select": {"name": "A"}}}));
    let path = format!("/v1/pages/{}", text(&page["id"]));
    table
        .sim
        .fault(Fault::on("GET", "/v1/pages/{id}").unlimited().inject([
            Novelty::Property,
            Novelty::Field,
            Novelty::OptionColor,
            Novelty::Parent,
            Novelty::UserType,
        ]));
    let changed = table.client.get(&path).ok();
    assert_eq!(changed["properties"]["Hologram"]["type"], "hologram");
    assert_eq!(changed["hologram"]["depth"], 3);
    assert_eq!(changed["properties"]["S"]["select"]["color"], "ultraviolet");
    assert_eq!(changed["parent"]["type"], "hologram");
    assert_eq!(changed["created_by"]["type"], "hologram");
    let again = table.client.get(&path).ok();
    assert_eq!(again["properties"], changed["properties"], "always the same");
    assert_eq!(
        table.client.get("/v1/pages/nonsense").status,
        400,
        "errors stay as they are"
    );

    // An empty page in between loses nothing.
    table.client.row(&table.source, &json!({}));
    table
        .sim
        .fault(Fault::on("POST", "/v1/data_sources/*/query").inject([Novelty::EmptyPage]));
    let query = format!("/v1/data_sources/{}/query", table.source);
    let empty = table.client.post(&query, &json!({})).ok();
    assert_eq!(
        (&empty["results"], &empty["has_more"]),
        (&json!([]), &json!(true))
    );
    let rest = table
        .client
        .post(&query, &json!({"start_cursor": empty["next_cursor"]}))
        .ok();
    assert_eq!(rest["results"].as_array().map(Vec::len), Some(2));
    let children = format!("/v1/blocks/{}/children", table.sim.parent_page_id());
    table
        .sim
        .fault(Fault::on("GET", "/v1/blocks/*/children").inject([Novelty::Block]));
    assert_eq!(table.client.get(&children).ok()["results"][0]["type"], "hologram");
}

#[test]
fn the_authorization_server_fails_too_and_in_its_own_format() {
    let table = Table::new();
    let path = "/v1/oauth/token";
    let ask = || {
        let url = format!("{}{path}", table.sim.base_url());
        send("POST", &url, &[], b"{}").expect("an answer")
    };
    table.sim.fault(
        Fault::on("POST", path)
            .status(400)
            .code("invalid_grant")
            .message("Invalid code."),
    );
    let answer = ask();
    assert_eq!(
        (answer.status, &answer.json["error"]),
        (400, &json!("invalid_grant"))
    );
    assert_eq!(answer.json["error_description"], "Invalid code.");
    table.sim.fault(Fault::on("POST", path).status(503));
    assert_eq!((ask().status, ask().status), (503, 401));
    table
        .sim
        .fault(Fault::on("POST", path).status(429).header("Retry-After", "1"));
    assert_eq!(ask().code(), "rate_limited");
}

#[test]
fn the_seed_decides_who_is_struck() {
    let run = |seed: u64, faults: Vec<Fault>| -> Vec<Option<usize>> {
        let sim = start(Sim::builder().rng_seed(seed).faults(faults));
        for _ in 0..60 {
            ask(&sim, "GET", "/v1/users/me", &Value::Null, PATIENCE);
        }
        sim.requests().iter().map(|entry| entry.fault).collect()
    };
    let half = || vec![Fault::on("*", "/v1/**").probability(0.5).status(500)];
    assert_eq!(run(7, half()), run(7, half()));
    assert_ne!(run(7, half()), run(8, half()));
    assert_eq!(run(7, Fault::random(0.4)), run(7, Fault::random(0.4)));
}

#[test]
fn a_client_that_gives_up_does_not_stop_its_request() {
    let table = Table::new();
    table
        .sim
        .fault(Fault::on("POST", "/v1/pages").delay(Duration::from_secs(1)));
    let arrival = table.insert(BRIEFLY);
    assert_eq!(
        (arrival.end, table.rows()),
        (End::Quiet, 0),
        "it is not there yet"
    );
    let given_up = Instant::now();
    while table.rows() == 0 {
        assert!(given_up.elapsed() < PATIENCE, "it never came");
        std::thread::sleep(BRIEFLY);
    }
    let entries = table.sim.requests();
    let entry = entries
        .iter()
        .find(|entry| entry.fault.is_some())
        .expect("an entry");
    assert_eq!(
        (entry.effect.as_deref(), entry.status),
        (Some("waited 1000 ms"), Some(200))
    );
}

#[test]
fn the_journal_tells_what_was_done() {
    let table = Table::new();
    let path = "/v1/users/me";
    table.sim.faults([
        Fault::on("GET", path).after_commit().status(504),
        Fault::on("GET", path).hang_forever(),
        Fault::on("GET", path).drip(1000, Duration::from_millis(1)),
    ]);
    for patience in [PATIENCE, BRIEFLY, PATIENCE, PATIENCE] {
        ask(&table.sim, "GET", path, &Value::Null, patience);
    }
    let entries = table.sim.requests();
    let told: Vec<_> = entries[entries.len() - 4..]
        .iter()
        .map(|entry| {
            (
                entry.fault,
                entry.effect.as_deref(),
                entry.status,
                entry.response_body.is_some(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some(0), Some("after the commit: answered 504"), Some(504), true),
            (Some(1), Some("before the commit: never answered"), None, false),
            (Some(2), Some("dripped 1000 bytes every 1 ms"), Some(200), true),
            (None, None, Some(200), true),
        ]
    );
}

#[test]
fn notes_say_what_answers_do_not() {
    let sim = start(Sim::builder().query_limit(1));
    let client = Client::new(&sim);
    let (_, source) = client.database(&sim.parent_page_id(), "T", &json!({"Name": {"title": {}}}));
    client.row(&source, &json!({}));
    client.row(&source, &json!({}));
    client.titles(&source, &json!({}));
    let notes = sim.requests().pop().expect("an entry").notes;
    assert_eq!(
        notes,
        ["The query found 2 rows; the first 1 of them are all that can be paged through."]
    );
}

#[test]
fn faults_of_the_beginning_come_back_with_a_reset() {
    let sim = start(Sim::builder().faults([Fault::on("*", "*").status(500)]));
    let client = Client::new(&sim);
    assert_eq!(
        (
            client.get("/v1/users/me").status,
            client.get("/v1/users/me").status
        ),
        (500, 200)
    );
    sim.reset();
    assert_eq!(
        (
            client.get("/v1/users/me").status,
            client.get("/v1/users/me").status
        ),
        (500, 200)
    );
    sim.reset();
    sim.clear_faults();
    assert_eq!(client.get("/v1/users/me").status, 200);
}

#[test]
fn a_partial_append_leaves_the_first_children_and_names_them() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let path = format!("/v1/blocks/{}/children", sim.parent_page_id());
    sim.fault(Fault::on("PATCH", "/v1/blocks/*/children").partial(2));
    let paragraph = |words: &str| json!({"paragraph": {"rich_text": [{"text": {"content": words}}]}});
    let answer = client.patch(
        &path,
        &json!({"children": [paragraph("one"), paragraph("two"), paragraph("three")]}),
    );
    assert_eq!(answer.status, 503);
    let left: Vec<String> = client.get(&path).ok()["results"]
        .as_array()
        .expect("blocks")
        .iter()
        .map(|block| text(&block["id"]))
        .collect();
    assert_eq!(left.len(), 2);
    assert_eq!(
        answer.json["additional_data"]["committed_child_ids"],
        json!(left),
        "{}",
        answer.text
    );
}
