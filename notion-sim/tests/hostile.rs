//! What a careless or hostile client sends: nothing may panic, hang, grow without bound, or be half done.

mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use common::{Client, send, start, text, titled};
use notion_sim::Sim;
use serde_json::json;

/// Sends bytes as they are; the answer to the last request.
fn raw(sim: &Sim, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(sim.address()).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a timeout");
    stream.write_all(request).expect("everything is taken");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request without a body and with these header lines.
fn bare(sim: &Sim, line: &str, headers: &str) -> String {
    raw(
        sim,
        format!("{line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").as_bytes(),
    )
}

fn nested(levels: usize) -> String {
    format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels))
}

#[test]
fn web_pages_of_other_sites_do_not_reach_it() {
    let sim = start(Sim::builder());
    let own = sim.address();
    let state = |headers: &str| bare(&sim, "GET /_sim/state", headers);
    assert!(state(&format!("Host: {own}\r\n")).starts_with("HTTP/1.1 200"));
    assert!(state(&format!("Host: {own}\r\nOrigin: http://{own}\r\n")).starts_with("HTTP/1.1 200"));
    let foreign = state(&format!("Host: {own}\r\nOrigin: https://evil.example\r\n"));
    assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign}");
    assert!(foreign.contains("https://evil.example"), "{foreign}");
    assert!(state(&format!("Host: {own}\r\nOrigin: null\r\n")).starts_with("HTTP/1.1 403"));
    let rebound = "Host: evil.example:80\r\nOrigin: http://evil.example:80\r\n";
    assert!(state(rebound).starts_with("HTTP/1.1 403"));
    let token = format!("{rebound}Authorization: Bearer secret_sim\r\nNotion-Version: 2026-03-11\r\n");
    assert!(bare(&sim, "GET /v1/users/me", &token).starts_with("HTTP/1.1 403"));
    let reset = format!("Host: {own}\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n");
    let page = sim.parent_page_id();
    assert!(bare(&sim, "POST /_sim/reset", &reset).starts_with("HTTP/1.1 403"));
    assert_eq!(sim.parent_page_id(), page);
    assert!(sim.requests().is_empty(), "what is not let in is not remembered");
}

#[test]
fn the_edge_answers_by_itself() {
    let sim = start(Sim::builder());
    let answer = bare(&sim, "TRACE /v1/users/me", "Host: localhost\r\n");
    assert!(
        answer.starts_with("HTTP/1.1 405") && answer.contains("text/html"),
        "{answer}"
    );
    let body = format!("{{\"query\": \"{}\"}}", "x".repeat(20_000_000));
    let long = raw(
        &sim,
        format!(
            "POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .as_bytes(),
    );
    assert!(long.starts_with("HTTP/1.1 413"), "{long}");
    let one = "GET /v1/users/me HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let last = "GET /_sim/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let pipelined = raw(&sim, [one, one, last].concat().as_bytes());
    assert_eq!(pipelined.matches("HTTP/1.1 401").count(), 2);
    assert_eq!(pipelined.matches("HTTP/1.1 200").count(), 1);
}

#[test]
fn json_that_is_no_json_is_refused() {
    let sim = start(Sim::builder());
    let headers = [
        ("authorization", "Bearer secret_sim"),
        ("notion-version", common::VERSION),
    ];
    let url = format!("{}/v1/search", sim.base_url());
    let deep = "[".repeat(10_000);
    for body in ["{", "\u{feff}{}", deep.as_str(), &nested(101), "{\"a\": 1e400}"] {
        let answer = send("POST", &url, &headers, body.as_bytes()).expect("an answer");
        assert_eq!(
            (answer.status, answer.code()),
            (400, "invalid_json"),
            "{body:.40}"
        );
    }
    let answer = send("POST", &url, &headers, b"{\"query\": \"\xff\"}").expect("an answer");
    assert_eq!(answer.code(), "invalid_json");
    let twice = send("POST", &url, &headers, b"{\"page_size\": 5, \"page_size\": 1.0}").expect("an answer");
    assert_eq!(twice.status, 200, "the last of two wins: {}", twice.text);
    for size in ["-1", "1.5", "\"1\"", "null", "101"] {
        let body = format!("{{\"page_size\": {size}}}");
        let answer = send("POST", &url, &headers, body.as_bytes()).expect("an answer");
        assert_eq!(answer.code(), "validation_error", "{body}");
    }
}

#[test]
fn whatever_was_taken_can_be_read_back_from_the_data_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.json");
    let sim = start(Sim::builder().data_file(&path));
    let client = Client::new(&sim);
    let columns = json!({"Name": {"title": {}}, "Place": {"place": {}}, "Due": {"date": {}}});
    let (_, source) = client.database(&sim.parent_page_id(), "T", &columns);
    let place = json!({"lat": 1.000_000_000_000_000_2, "lon": -5e-324, "name": "\u{0}\u{10ffff}\"\\\n"});
    let row = client.row(&source, &json!({"Place": {"place": place}}));
    sim.set_now("-009999-01-02T02:00:00Z".parse().expect("a time"));
    client.row(&source, &json!({"Due": {"date": {"start": "0000-01-01"}}}));
    let before = sim.state();
    drop(sim);

    let again = start(Sim::builder().data_file(&path));
    assert!(again.state() == before);
    let page = Client::new(&again)
        .get(&format!("/v1/pages/{}", text(&row["id"])))
        .ok();
    assert_eq!(page["properties"]["Place"], row["properties"]["Place"]);
}

#[test]
fn what_the_library_changes_is_kept_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.json");
    let other = start(Sim::builder());
    let sim = start(Sim::builder().data_file(&path));
    sim.seed(&other.state()).expect("a seed");
    sim.share("11111111-1111-4111-8111-111111111111");
    let shared = sim.state();
    drop(sim);
    assert!(start(Sim::builder().data_file(&path)).state() == shared);
}

#[test]
fn a_cursor_belongs_to_its_data_source() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let columns = json!({"Name": {"title": {}}});
    let (_, one) = client.database(&sim.parent_page_id(), "One", &columns);
    let (_, two) = client.database(&sim.parent_page_id(), "Two", &columns);
    for name in ["a", "b", "c"] {
        client.row(&one, &json!({"Name": titled(name)}));
    }
    let page = client
        .post(&format!("/v1/data_sources/{one}/query"), &json!({"page_size": 1}))
        .ok();
    let next = json!({"page_size": 1, "start_cursor": page["next_cursor"]});
    let answer = client.post(&format!("/v1/data_sources/{two}/query"), &next);
    assert_eq!((answer.status, answer.code()), (400, "validation_error"));
    assert_eq!(client.titles(&one, &next), ["b"]);
}

#[test]
fn pages_can_be_nested_without_end() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let mut above = sim.parent_page_id();
    for depth in 0..1200 {
        let page = client.post("/v1/pages", &json!({"parent": {"page_id": above}}));
        assert_eq!(page.status, 200, "at depth {depth}: {}", page.text);
        above = text(&page.json["id"]);
    }
    client.post("/v1/search", &json!({})).ok();
}
