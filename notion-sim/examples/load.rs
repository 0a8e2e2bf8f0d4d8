//! How fast the simulator is and how much room it takes. Prints one line of JSON.
//!
//! `cargo run --release -p notion-sim --example load [ROWS]`; without a number there are 10,000 rows of twelve kinds.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use notion_sim::Sim;
use serde_json::{Map, Value, json};

type Run<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How many rows there are by default.
const ROWS: usize = 10_000;
/// How long small requests are counted.
const MEASURED: Duration = Duration::from_secs(2);
/// How many simulators run side by side.
const SIMULATORS: usize = 200;
const PAGE: &str = "10000000-0000-4000-8000-000000000001";
const DATABASE: &str = "10000000-0000-4000-8000-000000000002";
const SOURCE: &str = "10000000-0000-4000-8000-000000000003";

fn main() -> Run<()> {
    let rows = std::env::args().nth(1).map_or(Ok(ROWS), |rows| rows.parse())?;
    let mut report = json!({"rows": rows, "start_ms": start()?});
    let sim = seed(rows, &mut report)?;
    query(&sim, rows, &mut report)?;
    let row = format!("/v1/pages/{}", row_id(0));
    report["get_per_s"] = json!({
        "user, 1 connection": gets(&sim, "/v1/users/me", 1)?,
        "user, 8 connections": gets(&sim, "/v1/users/me", 8)?,
        "row, 8 connections": gets(&sim, &row, 8)?,
    });
    side_by_side(&mut report)?;
    println!("{report}");
    Ok(())
}

/// How long it takes until a new simulator has answered: the middle of fifty times, in milliseconds.
fn start() -> Run<f64> {
    let mut times = Vec::new();
    for _ in 0..50 {
        let begin = Instant::now();
        let sim = Sim::builder().start_blocking()?;
        Connection::open(sim.address())?.call("GET", "/v1/users/me", "")?;
        times.push(millis(begin));
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// Seeds a simulator, and measures what the rows take.
fn seed(rows: usize, report: &mut Value) -> Run<Sim> {
    let document = document(rows);
    let seeded = || {
        let sim = Sim::builder().start_blocking()?;
        sim.seed(&document)?;
        Ok(sim)
    };
    let begin = Instant::now();
    let sim = seeded()?;
    report["seed_ms"] = json!(millis(begin));
    report["bytes_per_row"] = json!(footprint(seeded)? / rows.max(1));
    // A simulator that begins with the rows keeps them twice, so that a reset can bring them back.
    let begun = || Ok(Sim::builder().seed(document.clone()).start_blocking()?);
    report["bytes_per_row_with_reset"] = json!(footprint(begun)? / rows.max(1));
    Ok(sim)
}

/// The memory a simulator takes. Reading a document needs some that the allocator keeps for the next time, so the first ones
/// are not counted.
fn footprint(make: impl Fn() -> Run<Sim>) -> Run<usize> {
    let mut simulators = vec![make()?, make()?];
    let before = resident()?;
    for _ in 0..3 {
        simulators.push(make()?);
    }
    Ok(resident()?.saturating_sub(before) / 3)
}

/// A filtered and sorted query, and reading everything page by page.
fn query(sim: &Sim, rows: usize, report: &mut Value) -> Run<()> {
    let mut connection = Connection::open(sim.address())?;
    let path = format!("/v1/data_sources/{SOURCE}/query");
    let sorts = json!([
        {"property": "Status", "direction": "ascending"},
        {"property": "Number", "direction": "descending"},
    ]);
    let filter = json!({"and": [
        {"property": "Number", "number": {"greater_than": rows / 4}},
        {"or": [
            {"property": "Tag", "select": {"equals": "tag 1"}},
            {"property": "Text", "rich_text": {"contains": "text 7"}},
            {"property": "Date", "date": {"on_or_after": "2026-06-01"}},
        ]},
    ]});
    for (name, mut body) in [
        ("all", json!({})),
        ("sorted", json!({"sorts": &sorts})),
        ("filtered_and_sorted", json!({"filter": filter, "sorts": sorts})),
    ] {
        // Reading the answers takes longer than giving them, so only the waiting is measured.
        let (mut found, mut times) = (0, Vec::new());
        loop {
            let begin = Instant::now();
            let answer = connection.call("POST", &path, &body.to_string())?;
            times.push(millis(begin));
            let answer: Value = serde_json::from_slice(&answer)?;
            found += answer["results"].as_array().map_or(0, Vec::len);
            if answer["next_cursor"].is_null() {
                break;
            }
            body["start_cursor"] = answer["next_cursor"].clone();
        }
        report["query"][name] = json!({
            "rows": found,
            "first_page_ms": times[0],
            "all_pages_ms": times.iter().sum::<f64>().round(),
        });
    }
    Ok(())
}

/// How many small requests per second are answered over some connections that are kept.
fn gets(sim: &Sim, path: &str, connections: usize) -> Run<u64> {
    let address = sim.address();
    let begin = Instant::now();
    let total = at_once(0..connections, |_| {
        let mut connection = Connection::open(address)?;
        let mut count = 0;
        while begin.elapsed() < MEASURED {
            connection.call("GET", path, "")?;
            count += 1;
        }
        Ok(count)
    })?;
    Ok(total * 1000 / u64::try_from(begin.elapsed().as_millis())?)
}

/// Many simulators at once, each with a client that adds ten rows and reads them.
fn side_by_side(report: &mut Value) -> Run<()> {
    let document = document(1);
    let (before, begin) = (resident()?, Instant::now());
    let mut simulators = Vec::new();
    for _ in 0..SIMULATORS {
        simulators.push(Sim::builder().seed(document.clone()).start_blocking()?);
    }
    let started = millis(begin);
    let begin = Instant::now();
    let found = at_once(&simulators, use_it)?;
    report["side_by_side"] = json!({
        "simulators": SIMULATORS,
        "start_ms": started,
        "use_ms": millis(begin),
        "rows": found,
        "bytes_each": resident()?.saturating_sub(before) / SIMULATORS,
    });
    Ok(())
}

fn use_it(sim: &Sim) -> Run<u64> {
    let mut connection = Connection::open(sim.address())?;
    let row = json!({
        "parent": {"data_source_id": SOURCE},
        "properties": {"Name": {"title": [{"text": {"content": "new"}}]}, "Number": {"number": 1}},
    });
    for _ in 0..10 {
        connection.call("POST", "/v1/pages", &row.to_string())?;
    }
    let found = connection.call("POST", &format!("/v1/data_sources/{SOURCE}/query"), "{}")?;
    let found: Value = serde_json::from_slice(&found)?;
    Ok(found["results"].as_array().map_or(0, Vec::len) as u64)
}

/// Does the same with several things, each in a thread of its own, and adds up what comes out.
fn at_once<T: Send>(things: impl IntoIterator<Item = T>, task: impl Fn(T) -> Run<u64> + Sync) -> Run<u64> {
    let task = &task;
    thread::scope(|scope| {
        let workers: Vec<_> = things
            .into_iter()
            .map(|thing| scope.spawn(move || task(thing)))
            .collect();
        let ended = workers.into_iter().map(thread::ScopedJoinHandle::join);
        ended
            .map(|result| result.unwrap_or_else(|_| Err("a thread panicked".into())))
            .sum()
    })
}

/// A connection that is kept, with nothing in it that could be slower than the simulator.
struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn open(address: SocketAddr) -> Run<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            reader: BufReader::new(stream),
        })
    }

    /// Sends a request; the body of the answer, which has to be a success.
    fn call(&mut self, method: &str, path: &str, body: &str) -> Run<Vec<u8>> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret_sim\r\n\
             Notion-Version: 2026-03-11\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.reader.get_mut().write_all(request.as_bytes())?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.reader.read_line(&mut head)? == 0 {
                return Err("the connection was closed".into());
            }
        }
        let head = head.to_lowercase();
        let (_, length) = head
            .split_once("content-length:")
            .ok_or("an answer without a length")?;
        let mut answer = vec![0; length.lines().next().unwrap_or_default().trim().parse()?];
        self.reader.read_exact(&mut answer)?;
        if head.starts_with("http/1.1 200 ") {
            Ok(answer)
        } else {
            Err(String::from_utf8_lossy(&answer).into())
        }
    }
}

/// The memory of this process that is in use, in bytes. Only Linux tells it in this way; elsewhere it is zero.
fn resident() -> Run<usize> {
    let Ok(text) = std::fs::read_to_string("/proc/self/statm") else {
        return Ok(0);
    };
    let pages: usize = text.split(' ').nth(1).unwrap_or_default().parse()?;
    Ok(pages * 4096)
}

fn millis(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 100_000.0).round() / 100.0
}

/// A workspace with one data source of twelve columns.
fn document(rows: usize) -> Value {
    let tags = |count: usize| json!((0..count).map(tag).collect::<Vec<_>>());
    let columns = named([
        ("Check", "checkbox", json!({})),
        ("Date", "date", json!({})),
        ("Email", "email", json!({})),
        ("Files", "files", json!({})),
        ("Many", "multi_select", json!({"options": tags(8)})),
        ("Name", "title", json!({})),
        ("Number", "number", json!({"format": "number"})),
        ("Phone", "phone_number", json!({})),
        ("Status", "status", json!({"options": tags(3), "groups": []})),
        ("Tag", "select", json!({"options": tags(8)})),
        ("Text", "rich_text", json!({})),
        ("URL", "url", json!({})),
    ]);
    let page = json!({
        "object": "page", "id": PAGE, "parent": {"type": "workspace", "workspace": true},
        "properties": {"title": {"id": "title", "type": "title", "title": []}},
    });
    let pages: Vec<Value> = std::iter::once(page).chain((0..rows).map(row)).collect();
    json!({
        "format": "notion-sim-seed/1",
        "pages": pages,
        "databases": [{
            "object": "database", "id": DATABASE, "parent": {"type": "page_id", "page_id": PAGE}, "title": [],
            "data_sources": [{"id": SOURCE, "name": ""}],
        }],
        "data_sources": [{
            "object": "data_source", "id": SOURCE, "title": [], "properties": columns,
            "parent": {"type": "database_id", "database_id": DATABASE},
        }],
    })
}

fn row(at: usize) -> Value {
    let day = format!("2026-{:02}-{:02}", at % 12 + 1, at % 28 + 1);
    json!({
        "object": "page", "id": row_id(at), "created_time": "2026-05-01T10:00:00.000Z",
        "last_edited_time": "2026-05-01T10:00:00.000Z", "in_trash": false,
        "parent": {"type": "data_source_id", "data_source_id": SOURCE, "database_id": DATABASE},
        "properties": named([
            ("Check", "checkbox", json!(at.is_multiple_of(2))),
            ("Date", "date", json!({"start": day, "end": null, "time_zone": null})),
            ("Email", "email", json!(format!("person{at}@example.com"))),
            ("Files", "files", json!([])),
            ("Many", "multi_select", json!([tag(at % 8), tag((at + 1) % 8)])),
            ("Name", "title", text(&format!("Row number {at}"))),
            ("Number", "number", json!(at * 7 % 10_007)),
            ("Phone", "phone_number", json!(format!("+1 555 {at:06}"))),
            ("Status", "status", tag(at % 3)),
            ("Tag", "select", tag(at % 8)),
            ("Text", "rich_text", text(&format!("Some text {} about it", at % 100))),
            ("URL", "url", json!(format!("https://example.com/{at}"))),
        ]),
    })
}

/// Columns or cells, by name. The id is the name in small letters, but a title has an id of its own.
fn named(properties: [(&str, &str, Value); 12]) -> Map<String, Value> {
    let property = |(name, kind, value): (&str, &str, Value)| {
        let id = if kind == "title" {
            kind.to_owned()
        } else {
            name.to_lowercase()
        };
        (
            name.to_owned(),
            json!({"id": id, "name": name, "type": kind, kind: value}),
        )
    };
    properties.map(property).into_iter().collect()
}

fn row_id(at: usize) -> String {
    format!("20000000-0000-4000-8000-{at:012}")
}

fn tag(at: usize) -> Value {
    json!({"id": format!("tag{at}"), "name": format!("tag {at}"), "color": "blue"})
}

fn text(content: &str) -> Value {
    json!([{
        "type": "text", "text": {"content": content, "link": null}, "plain_text": content, "href": null,
        "annotations": {
            "bold": false, "italic": false, "strikethrough": false, "underline": false, "code": false, "color": "default",
        },
    }])
}
