//! The control endpoints: seeds, the clock, faults, the journal.

mod common;

use std::time::{Duration, Instant};

use common::{Answer, Client, send, start, text, titled};
use notion_sim::{Fault, Sim};
use serde_json::{Value, json};

fn control(sim: &Sim, method: &str, name: &str, body: &Value) -> Answer {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    send(
        method,
        &format!("{}/_sim/{name}", sim.base_url()),
        &[],
        body.as_bytes(),
    )
    .expect("an answer")
}

#[test]
fn a_dump_is_a_seed_and_nothing_is_lost() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let columns =
        json!({"Name": {"title": {}}, "N": {"number": {}}, "ID": {"unique_id": {}}, "S": {"status": {}}});
    let (_, source) = client.database(&sim.parent_page_id(), "T", &columns);
    for at in 0..30 {
        client.row(
            &source,
            &json!({"Name": titled(&at.to_string()), "N": {"number": at}}),
        );
    }
    let ids: Vec<Value> = client
        .post(&format!("/v1/data_sources/{source}/query"), &json!({}))
        .ok()["results"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| json!({"id": row["id"]}))
        .collect();
    let related =
        json!({"Name": {"title": {}}, "Rel": {"relation": {"data_source_id": source, "dual_property": {}}}});
    let (_, other) = client.database(&sim.parent_page_id(), "U", &related);
    client.row(&other, &json!({"Name": titled("all"), "Rel": {"relation": ids}}));
    let before = control(&sim, "GET", "state", &Value::Null).ok();

    let copy = start(Sim::builder().seed(before.clone()));
    assert!(
        copy.state() == before,
        "a copy differs from what it was copied from"
    );
    let other_client = Client::new(&copy);
    let query = json!({"filter": {"property": "N", "number": {"less_than": 5}}});
    assert_eq!(
        other_client.titles(&source, &query),
        client.titles(&source, &query)
    );
    assert_eq!(
        other_client.row(&source, &json!({}))["properties"]["ID"]["unique_id"]["number"],
        31
    );
    assert_eq!(copy.parent_page_id(), sim.parent_page_id());
}

#[test]
fn a_source_that_was_trashed_before_its_database_stays_so() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (database, _) = client.database(&sim.parent_page_id(), "T", &json!({"Name": {"title": {}}}));
    let second = json!({"parent": {"database_id": database}, "properties": {"Name": {"title": {}}}});
    let source = text(&client.post("/v1/data_sources", &second).ok()["id"]);
    let (database, source) = (
        format!("/v1/databases/{database}"),
        format!("/v1/data_sources/{source}"),
    );
    for path in [&source, &database] {
        client.patch(path, &json!({"in_trash": true})).ok();
    }
    let copy = start(Sim::builder().seed(sim.state()));
    assert!(copy.state() == sim.state());
    let client = Client::new(&copy);
    client.patch(&database, &json!({"in_trash": false})).ok();
    assert_eq!(client.get(&source).ok()["in_trash"], true);
}

#[test]
fn a_row_that_a_seed_lists_as_a_block_too_is_one_row() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (_, source) = client.database(&sim.parent_page_id(), "T", &json!({"Name": {"title": {}}}));
    let row = client.row(&source, &json!({"Name": titled("Once")}));
    let mut seed = control(&sim, "GET", "state", &Value::Null).ok();
    let block = json!({"object": "block", "id": row["id"], "type": "child_page", "child_page": {"title": "Once"},
                       "parent": row["parent"]});
    seed["blocks"].as_array_mut().expect("blocks").push(block);
    control(&sim, "POST", "seed", &seed).ok();
    assert_eq!(client.titles(&source, &json!({})), ["Once"]);
}

#[test]
fn unknown_kinds_and_fields_of_a_seed_come_back() {
    let source = "11111111-1111-4111-8111-111111111111";
    let (database, page) = (
        "22222222-2222-4222-8222-222222222222",
        "33333333-3333-4333-8333-333333333333",
    );
    let holo = json!({"id": "h%3Alo", "type": "hologram", "hologram": {"depth": 3}});
    let seed = json!({
        "format": "notion-sim-seed/1",
        "bot": {"id": "44444444-4444-4444-8444-444444444444", "name": "Seeded"},
        "databases": [{"object": "database", "id": database, "parent": {"type": "workspace", "workspace": true}, "shiny": 1}],
        "data_sources": [{
            "object": "data_source", "id": source, "parent": {"type": "database_id", "database_id": database},
            "properties": {
                "Name": {"id": "title", "name": "Name", "type": "title", "title": {}},
                "Holo": {"id": "h%3Alo", "name": "Holo", "description": null, "type": "hologram", "hologram": {"v": 2}, "beam": true},
            },
        }],
        "pages": [{
            "object": "page", "id": page, "parent": {"type": "data_source_id", "data_source_id": source},
            "properties": {"Holo": holo, "Stray": {"id": "zzzz", "type": "number", "number": 7}},
            "glow": "red",
        }],
        "absent": ["55555555-5555-4555-8555-555555555555"],
    });
    let sim = start(Sim::builder());
    control(&sim, "POST", "seed", &seed).ok();
    let client = Client::new(&sim);
    let found = client.get(&format!("/v1/pages/{page}")).ok();
    assert_eq!(
        (&found["properties"]["Holo"], &found["glow"]),
        (&holo, &json!("red"))
    );
    assert_eq!(found["properties"]["Stray"]["number"], 7);
    let schema = client.get(&format!("/v1/data_sources/{source}")).ok();
    assert_eq!(schema["properties"]["Holo"]["beam"], true);
    assert_eq!(client.get(&format!("/v1/databases/{database}")).ok()["shiny"], 1);
    assert_eq!(client.get("/v1/users/me").ok()["name"], "Seeded");
    assert_eq!(
        client
            .get("/v1/pages/55555555-5555-4555-8555-555555555555")
            .status,
        404
    );
    sim.reset();
    assert_eq!(client.get(&format!("/v1/pages/{page}")).status, 404);
    assert_eq!(
        client.get(&format!("/v1/pages/{}", sim.parent_page_id())).status,
        200
    );
}

#[test]
fn broken_seeds_are_refused_in_a_sentence() {
    let sim = start(Sim::builder());
    let (one, two) = (
        "11111111-1111-4111-8111-111111111111",
        "22222222-2222-4222-8222-222222222222",
    );
    let pages = |pages: Value| json!({"format": "notion-sim-seed/1", "pages": pages});
    let page = |key: &str, value: Value| {
        let mut page = json!({"id": one, "parent": {"type": "workspace", "workspace": true}});
        page[key] = value;
        pages(json!([page]))
    };
    let inside = |id: &str, above: &str| json!({"id": id, "parent": {"type": "page_id", "page_id": above}});
    let cell = |value: Value| page("properties", json!({"N": value}));
    let source = |properties: Value| {
        json!({"format": "notion-sim-seed/1", "data_sources": [
            {"id": one, "parent": {"type": "workspace", "workspace": true}, "properties": properties}]})
    };
    let cases = [
        (json!([]), "expected a JSON object with \"format\""),
        (
            json!({"format": "other"}),
            "`format` should be \"notion-sim-seed/1\", found \"other\"",
        ),
        (
            json!({"format": "notion-sim-seed/1", "pags": []}),
            "`pags` is not a key of a seed document",
        ),
        (
            json!({"format": "notion-sim-seed/1", "pages": {}}),
            "`pages` should be a list, found an object",
        ),
        (
            json!({"format": "notion-sim-seed/1", "pages": [{"id": 5}]}),
            "`pages[0]`.id should be a UUID, found 5",
        ),
        (
            json!({"format": "notion-sim-seed/1", "pages": [{"object": "block"}]}),
            "`pages[0]` should have \"object\": \"page\", found \"block\"",
        ),
        (page("parent", Value::Null), "`pages[0]`.parent is missing."),
        (
            page("parent", json!({"type": "page_id", "page_id": 5})),
            "`pages[0]`.parent.page_id should be a UUID, found 5.",
        ),
        (
            pages(json!([inside(one, two)])),
            "`pages[0]`.parent is 22222222-2222-4222-8222-222222222222, which the document does not have.",
        ),
        (
            pages(json!([inside(one, one)])),
            "`pages[0]`.parent leads back to itself.",
        ),
        (
            pages(json!([inside(one, two), inside(two, one)])),
            "`pages[0]`.parent leads back to itself.",
        ),
        (
            pages(json!([inside(one, one), inside(one, one)])),
            "the id 11111111-1111-4111-8111-111111111111 is used twice",
        ),
        (
            page("created_time", json!("yesterday")),
            "`pages[0]`.created_time should be a time, found \"yesterday\".",
        ),
        (
            page("in_trash", json!("no")),
            "`pages[0]`.in_trash should be true or false, found \"no\".",
        ),
        (
            page("created_by", json!(one)),
            "`pages[0]`.created_by should be an object with an id",
        ),
        (
            page("properties", json!([])),
            "`pages[0]`.properties should be an object, found a list.",
        ),
        (
            cell(json!({"type": 5})),
            "`pages[0]`.properties[\"N\"].type should be a text, found 5.",
        ),
        (
            cell(json!({"type": "number", "number": "5"})),
            "`pages[0]`.properties[\"N\"].number should be a number, found \"5\".",
        ),
        (
            source(json!({"N": {"type": "number"}})),
            "`data_sources[0]`.properties[\"N\"].id should be a text, found null.",
        ),
        (
            source(json!({"N": {"id": "a", "type": "select", "select": {"options": 5}}})),
            "`data_sources[0]`.properties[\"N\"].select.options should be a list, found 5.",
        ),
        (
            json!({"format": "notion-sim-seed/1", "bot": {"name": 5}}),
            "`bot`.name should be a text, found 5.",
        ),
        (
            json!({"format": "notion-sim-seed/1", "connections": [
                {"type": "internal", "name": "A", "tokens": ["one", "two"]},
                {"type": "internal", "name": "B", "tokens": ["two"]},
            ]}),
            "`connections[1]`.tokens has a token of another connection.",
        ),
        (
            json!({"format": "notion-sim-seed/1", "order": {"users": [5]}}),
            "`order[\"users\"]` should be a list of ids, found 5 in it.",
        ),
        (
            json!({"format": "notion-sim-seed/1", "oauth": {"tokens": {}}}),
            "`oauth`.tokens should be a list, found an object.",
        ),
    ];
    for (seed, sentence) in cases {
        let answer = control(&sim, "POST", "seed", &seed);
        assert_eq!(answer.status, 400);
        assert!(text(&answer.json["error"]).contains(sentence), "{}", answer.text);
    }
    let answer = send(
        "POST",
        &format!("{}/_sim/seed", sim.base_url()),
        &[],
        b"{\n\"format\": x}",
    )
    .expect("an answer");
    assert!(answer.text.contains("line 2"), "{}", answer.text);
    assert_eq!(
        Client::new(&sim)
            .get(&format!("/v1/pages/{}", sim.parent_page_id()))
            .status,
        200,
        "nothing was replaced"
    );
}

#[test]
fn the_clock_stops_and_runs() {
    let sim = start(Sim::builder());
    control(
        &sim,
        "POST",
        "clock",
        &json!({"now": "2026-06-27T17:01:16.064+00:00"}),
    )
    .ok();
    let client = Client::new(&sim);
    let body = json!({"parent": {"page_id": sim.parent_page_id()}});
    assert_eq!(
        client.post("/v1/pages", &body).ok()["created_time"],
        "2026-06-27T17:01:00.000Z"
    );
    control(&sim, "POST", "clock", &json!({"now": null})).ok();
    assert_ne!(
        client.post("/v1/pages", &body).ok()["created_time"],
        "2026-06-27T17:01:00.000Z"
    );
    assert_eq!(
        control(&sim, "POST", "clock", &json!({"now": "soon"})).status,
        400
    );
}

#[test]
fn faults_strike_before_or_after_the_change() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (_, source) = client.database(&sim.parent_page_id(), "T", &json!({"Name": {"title": {}}}));
    let body =
        |name: &str| json!({"parent": {"data_source_id": source}, "properties": {"Name": titled(name)}});

    let limited = json!({
        "match": {"method": "POST", "path": "/v1/pages", "nth": 2}, "times": 1,
        "do": {"status": 429, "headers": {"Retry-After": "3"}},
    });
    control(&sim, "POST", "faults", &limited).ok();
    client.post("/v1/pages", &body("one")).ok();
    let answer = client.post("/v1/pages", &body("two"));
    assert_eq!(
        (answer.status, answer.code(), answer.header("retry-after")),
        (429, "rate_limited", "3")
    );
    assert_eq!(
        answer.json["additional_data"]["rate_limit_reason"],
        "public_api_request_rate_limit"
    );
    client.post("/v1/pages", &body("three")).ok();

    sim.fault(Fault::on("POST", "/v1/pages").after_commit().status(503));
    let answer = client.post("/v1/pages", &body("four"));
    assert_eq!((answer.status, answer.code()), (503, "service_unavailable"));
    let saved = text(&answer.json["additional_data"]["committed_resource_id"]);
    assert_eq!(client.get(&format!("/v1/pages/{saved}")).status, 200);
    assert_eq!(client.titles(&source, &json!({})), ["four", "three", "one"]);

    sim.fault(Fault::on("GET", "/v1/pages/{id}").reset());
    let url = format!("{}/v1/pages/{saved}", sim.base_url());
    assert!(send("GET", &url, &[("authorization", "Bearer secret_sim")], b"").is_err());
    sim.fault(Fault::on("GET", "/v1/users/*").delay(Duration::from_millis(120)));
    let before = Instant::now();
    assert_eq!(client.get("/v1/users/me").status, 200);
    assert!(before.elapsed() >= Duration::from_millis(120));
    sim.fault(Fault::on("GET", "/v1/users/me").hang(Duration::from_millis(50)));
    assert!(send("GET", &format!("{}/v1/users/me", sim.base_url()), &[], b"").is_err());
    control(&sim, "DELETE", "faults", &Value::Null).ok();
    let answer = control(&sim, "POST", "faults", &json!({"do": {"statu": 500}}));
    assert_eq!(answer.status, 400);
    assert!(text(&answer.json["error"]).contains("`statu`"), "{}", answer.text);
}

#[test]
fn the_journal_tells_all_but_secrets() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    client.post("/v1/search?x=1", &json!({"query": "a"})).ok();
    let journal = control(&sim, "GET", "requests", &Value::Null).ok();
    let entry = &journal["requests"][0];
    assert_eq!(
        (&entry["method"], &entry["path"], &entry["status"]),
        (&json!("POST"), &json!("/v1/search"), &json!(200))
    );
    assert_eq!(entry["query"], json!([["x", "1"]]));
    assert_eq!(entry["request_body"], json!({"query": "a"}));
    assert_eq!(entry["request_id"], entry["response_body"]["request_id"]);
    assert_eq!(entry["authorization"], "Bearer [redacted]");
    assert!(!journal.to_string().contains(sim.token()));
    assert_eq!(sim.requests().len(), 1, "control requests are not in it");
    let answer = control(&sim, "GET", "nonsense", &Value::Null);
    assert_eq!(answer.status, 404);
    assert!(text(&answer.json["error"]).contains("There is no GET /_sim/nonsense here."));
    assert_eq!(control(&sim, "GET", "health", &Value::Null).status, 200);
}

#[test]
fn a_simulator_can_be_shared_between_threads_and_started_without_a_runtime() {
    fn shareable<T: Send + Sync>(_: &T) {}
    let sim = start(Sim::builder());
    shareable(&sim);
    let env: Vec<&str> = sim.notion_env().into_iter().map(|(name, _)| name).collect();
    let expected = [
        "NOTION_TOKEN",
        "NOTION_BASE_URL",
        "NOTION_CLIENT_ID",
        "NOTION_CLIENT_SECRET",
        "NOTION_REDIRECT_URI",
    ];
    assert_eq!(env, expected);
    let base = sim.base_url();
    drop(sim);
    assert!(
        send("GET", &format!("{base}/_sim/health"), &[], b"").is_err(),
        "it stopped"
    );
}

#[test]
fn many_run_side_by_side() {
    let before = Instant::now();
    let sims: Vec<Sim> = (0..100).map(|_| start(Sim::builder())).collect();
    println!("100 simulators started in {:?}", before.elapsed());
    for sim in &sims {
        assert_eq!(
            Client::new(sim)
                .get(&format!("/v1/pages/{}", sim.parent_page_id()))
                .status,
            200
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let run = || {
        let now: jiff::Timestamp = "2026-06-27T17:01:00Z".parse().expect("a time");
        let sim = start(Sim::builder().rng_seed(7).clock(now));
        let client = Client::new(&sim);
        let columns = json!({"Name": {"title": {}}, "Tag": {"select": {}}, "Other": {"number": {}}});
        let (_, source) = client.database(&sim.parent_page_id(), "T", &columns);
        client.row(
            &source,
            &json!({"Name": titled("A"), "Tag": {"select": {"name": "new"}}}),
        );
        let answers: Vec<Value> = sim
            .requests()
            .into_iter()
            .filter_map(|entry| entry.response_body)
            .collect();
        (answers, sim.state())
    };
    assert_eq!(run(), run());
}
