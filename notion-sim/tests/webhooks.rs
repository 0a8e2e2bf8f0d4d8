//! Webhooks over real sockets: what is told, to whom, how often, and with which signature.

mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use common::oauth::{App, CALLBACK};
use common::{Client, start, text, titled};
use hmac::{Hmac, KeyInit as _, Mac as _};
use notion_sim::Sim;
use serde_json::{Value, json};
use sha2::Sha256;

/// A delivery as it arrived.
struct Received {
    signature: String,
    body: Vec<u8>,
}

impl Received {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    fn is_signed_with(&self, token: &str) -> bool {
        let mut mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).expect("a key");
        mac.update(&self.body);
        let hex: String = mac
            .finalize()
            .into_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        self.signature == format!("sha256={hex}")
    }
}

/// A receiver that answers with these statuses, and with 200 when they are used up.
struct Receiver200 {
    url: String,
    received: Receiver<Received>,
}

impl Receiver200 {
    fn start(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/hook?a=1", listener.local_addr().expect("an address"));
        let (sender, received) = channel();
        std::thread::spawn(move || {
            let mut statuses = statuses.iter();
            for stream in listener.incoming().flatten() {
                let Some(delivery) = read(&stream) else { continue };
                let status = statuses.next().copied().unwrap_or(200);
                let _ = write!(
                    &stream,
                    "HTTP/1.1 {status} OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                if sender.send(delivery).is_err() {
                    return;
                }
            }
        });
        Self { url, received }
    }

    #[track_caller]
    fn next(&self) -> Received {
        self.received
            .recv_timeout(Duration::from_secs(10))
            .expect("a delivery")
    }

    /// The type of the next event and the event.
    #[track_caller]
    fn event(&self) -> (String, Value) {
        let event = self.next().json();
        (text(&event["type"]), event)
    }

    fn is_quiet(&self) -> bool {
        self.received.recv_timeout(Duration::from_millis(150)).is_err()
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    let (mut length, mut signature) = (0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "x-notion-signature" => value.clone_into(&mut signature),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received { signature, body })
}

fn control(sim: &Sim, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let answer = common::send(
        method,
        &format!("{}/_sim/{path}", sim.base_url()),
        &[],
        body.as_bytes(),
    );
    let answer = answer.expect("an answer");
    (answer.status, answer.json)
}

#[test]
fn the_life_of_a_row_is_told_and_signed() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let receiver = Receiver200::start(&[]);
    let webhook = sim.webhook(&receiver.url, &[]).expect("a subscription");
    assert_eq!(
        receiver.next().json(),
        json!({"verification_token": webhook.verification_token})
    );

    let columns = json!({"Name": {"title": {}}, "Points": {"number": {}}});
    let (database, source) = client.database(&sim.parent_page_id(), "Tasks", &columns);
    let created: Vec<String> = (0..3).map(|_| receiver.event().0).collect();
    assert_eq!(
        created,
        ["database.created", "data_source.created", "page.content_updated"]
    );

    let row = client.row(&source, &json!({"Name": titled("One")}));
    let delivery = receiver.next();
    assert!(delivery.is_signed_with(&webhook.verification_token));
    let event = delivery.json();
    assert_eq!(event["type"], "page.created");
    assert_eq!(event["entity"], json!({"id": row["id"], "type": "page"}));
    let parent = json!({"id": database, "type": "database", "data_source_id": source});
    assert_eq!(event["data"], json!({"parent": parent}));
    assert_eq!(event["subscription_id"], json!(webhook.id));
    assert_eq!(event["authors"][0]["type"], "bot");
    assert_eq!(event["attempt_number"], 1);
    assert_eq!(receiver.event().0, "data_source.content_updated");

    let page = format!("/v1/pages/{}", text(&row["id"]));
    client
        .patch(&page, &json!({"properties": {"Points": {"number": 3}}}))
        .ok();
    let (kind, event) = receiver.event();
    assert_eq!(kind, "page.properties_updated");
    assert_eq!(
        event["data"]["updated_properties"],
        json!([row["properties"]["Points"]["id"]])
    );

    client.patch(&page, &json!({"in_trash": true})).ok();
    assert_eq!(receiver.event().0, "page.deleted");
    assert_eq!(receiver.event().0, "data_source.content_updated");
    client.patch(&page, &json!({"in_trash": false})).ok();
    assert_eq!(receiver.event().0, "page.undeleted");
    assert_eq!(receiver.event().0, "data_source.content_updated");

    let change = json!({"properties": {"Points": {"name": "Effort"}, "Tag": {"select": {}}}});
    client.patch(&format!("/v1/data_sources/{source}"), &change).ok();
    let (kind, event) = receiver.event();
    assert_eq!(kind, "data_source.schema_updated");
    let mut actions: Vec<String> = event["data"]["updated_properties"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| format!("{} {}", text(&entry["name"]), text(&entry["action"])))
        .collect();
    actions.sort();
    assert_eq!(actions, ["Effort updated", "Tag created"]);

    // What was refused did not happen.
    let refused = client.patch(&page, &json!({"properties": {"Nothing": {"number": 1}}}));
    assert_eq!(refused.status, 400);
    assert!(receiver.is_quiet());
}

#[test]
fn failed_deliveries_come_again_with_their_number() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let receiver = Receiver200::start(&[200, 503, 404]);
    let wanted = json!({"url": receiver.url, "events": ["page.created"], "retry_ms": 20});
    let (status, answer) = control(&sim, "POST", "webhooks", &wanted);
    assert_eq!(status, 200, "{answer}");
    receiver.next();
    let body = json!({"parent": {"page_id": sim.parent_page_id()}, "properties": {"title": titled("A")}});
    client.post("/v1/pages", &body).ok();
    let events: Vec<Value> = (0..3).map(|_| receiver.next().json()).collect();
    let numbers: Vec<&Value> = events.iter().map(|event| &event["attempt_number"]).collect();
    assert_eq!(numbers, [&json!(1), &json!(2), &json!(3)]);
    assert_eq!(events[0]["id"], events[2]["id"]);
    assert!(receiver.is_quiet());
    let (_, list) = control(&sim, "GET", "webhooks", &Value::Null);
    let statuses: Vec<&Value> = list["deliveries"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|delivery| &delivery["status"])
        .collect();
    assert_eq!(statuses, [&json!(200), &json!(503), &json!(404), &json!(200)]);
    let path = format!("webhooks/{}", text(&answer["id"]));
    assert_eq!(control(&sim, "DELETE", &path, &Value::Null).0, 200);
    client.post("/v1/pages", &body).ok();
    assert!(receiver.is_quiet());
}

#[test]
fn nothing_is_told_before_the_token_came_back() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let receiver = Receiver200::start(&[]);
    let wanted = json!({"url": receiver.url, "verify": true, "api_version": "2022-06-28"});
    let (_, answer) = control(&sim, "POST", "webhooks", &wanted);
    let token = receiver.next().json()["verification_token"].clone();
    let body = json!({"parent": {"page_id": sim.parent_page_id()}, "properties": {"title": titled("A")}});
    client.post("/v1/pages", &body).ok();
    assert!(receiver.is_quiet());
    let path = format!("webhooks/{}/verify", text(&answer["id"]));
    assert_eq!(
        control(&sim, "POST", &path, &json!({"verification_token": "wrong"})).0,
        400
    );
    assert_eq!(
        control(&sim, "POST", &path, &json!({"verification_token": token})).0,
        200
    );

    let (database, source) = client.database(&sim.parent_page_id(), "Old", &json!({"Name": {"title": {}}}));
    let kinds: Vec<String> = (0..2).map(|_| receiver.event().0).collect();
    assert_eq!(
        kinds,
        ["database.created", "page.content_updated"],
        "data sources have no word in the old version"
    );
    client.row(&source, &json!({}));
    assert_eq!(
        receiver.event().1["data"]["parent"],
        json!({"id": database, "type": "database"})
    );
    let (kind, event) = receiver.event();
    assert_eq!(kind, "database.content_updated");
    assert_eq!(event["entity"], json!({"id": database, "type": "database"}));
}

#[test]
fn a_window_merges_changes_and_forgets_what_was_taken_back() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let columns = json!({"Name": {"title": {}}, "Points": {"number": {}}});
    let (_, source) = client.database(&sim.parent_page_id(), "T", &columns);
    let row = client.row(&source, &json!({"Name": titled("One")}));
    let receiver = Receiver200::start(&[]);
    sim.webhook(&receiver.url, &[]).expect("a subscription");
    receiver.next();
    assert_eq!(
        control(&sim, "POST", "webhooks/window", &json!({"ms": 300})).0,
        200
    );
    let page = format!("/v1/pages/{}", text(&row["id"]));
    let begun = Instant::now();
    for points in [1, 2, 3] {
        client
            .patch(&page, &json!({"properties": {"Points": {"number": points}}}))
            .ok();
    }
    client.patch(&page, &json!({"in_trash": true})).ok();
    client.patch(&page, &json!({"in_trash": false})).ok();
    assert_eq!(receiver.event().0, "page.properties_updated");
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(receiver.is_quiet());
}

#[test]
fn a_seed_ends_what_a_window_had_collected() {
    let page = |id: &str| json!([{"object": "page", "id": id, "parent": {"type": "workspace", "workspace": true}, "properties": {}}]);
    let (first, second) = (
        "cccccccc-0000-4000-8000-000000000001",
        "cccccccc-0000-4000-8000-000000000002",
    );
    let one = json!({"format": "notion-sim-seed/1", "pages": page(first)});
    let mut two = one.clone();
    two["workspaces"] = json!([{"bot": {"name": "Second", "tokens": ["ntn_second"]}, "pages": page(second)}]);
    let sim = start(Sim::builder().seed(two));
    let receiver = Receiver200::start(&[]);
    sim.webhook(&receiver.url, &[]).expect("a subscription");
    receiver.next();
    control(&sim, "POST", "webhooks/window", &json!({"ms": 300}));
    let child = |id: &str| json!({"parent": {"page_id": id}, "properties": {"title": titled("A")}});
    let far = Client::with_token(&sim, "ntn_second");
    far.post("/v1/pages", &child(second)).ok();
    assert_eq!(control(&sim, "POST", "seed", &one).0, 200);
    std::thread::sleep(Duration::from_millis(400));
    let near = Client::new(&sim).post("/v1/pages", &child(first)).ok();
    let (kind, event) = receiver.event();
    assert_eq!(
        (kind.as_str(), &event["entity"]["id"]),
        ("page.created", &near["id"])
    );
}

#[test]
fn strangers_are_not_called_and_what_is_not_shared_is_not_told() {
    let sim = start(Sim::builder());
    for url in [
        "https://localhost/hook",
        "http://example.com/hook",
        "http://8.8.8.8/",
        "no address",
    ] {
        let error = sim.webhook(url, &[]).expect_err("refused");
        assert!(error.to_string().contains("cannot be used"), "{error}");
        assert_eq!(control(&sim, "POST", "webhooks", &json!({"url": url})).0, 400);
    }
    let receiver = Receiver200::start(&[]);
    sim.webhook(&receiver.url, &["page.created"])
        .expect("a subscription");
    receiver.next();
    let client = Client::new(&sim);
    let parent = sim.parent_page_id();
    let body = json!({"parent": {"page_id": parent}, "properties": {"title": titled("A")}});
    let child = client.post("/v1/pages", &body).ok();
    assert_eq!(receiver.event().1["entity"]["id"], child["id"]);
    assert!(!format!("{:?}", sim.webhook(&receiver.url, &[])).contains("secret_"));
}

#[test]
fn comments_and_uploads_are_told_too() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let receiver = Receiver200::start(&[]);
    sim.webhook(&receiver.url, &[]).expect("a subscription");
    receiver.next();
    let parent = sim.parent_page_id();
    let body = json!({"parent": {"page_id": parent}, "rich_text": [{"text": {"content": "A"}}]});
    let comment = client.post("/v1/comments", &body).ok();
    let (kind, event) = receiver.event();
    assert_eq!(kind, "comment.created");
    assert_eq!(event["entity"], json!({"id": comment["id"], "type": "comment"}));
    assert_eq!(event["data"]["page_id"], json!(parent));
    client
        .call(
            "DELETE",
            &format!("/v1/comments/{}", text(&comment["id"])),
            &Value::Null,
        )
        .ok();
    assert_eq!(receiver.event().0, "comment.deleted");
    client
        .post("/v1/file_uploads", &json!({"filename": "a.txt"}))
        .ok();
    assert_eq!(receiver.event().0, "file_upload.created");
}

#[test]
fn a_public_connection_is_told_which_of_its_bots_see_the_entity() {
    let sim = start(Sim::builder().auto_approve(true).redirect_uri(CALLBACK));
    let receiver = Receiver200::start(&[]);
    let wanted = json!({"url": receiver.url, "events": ["page.created"], "connection": "Sim Connection"});
    assert_eq!(control(&sim, "POST", "webhooks", &wanted).0, 200);
    receiver.next();
    let client = Client::new(&sim);
    let page = json!({"parent": {"page_id": sim.parent_page_id()}, "properties": {"title": titled("A")}});
    client.post("/v1/pages", &page).ok();
    assert!(receiver.is_quiet(), "nobody has installed it");

    let grant = App::new(&sim).grant();
    client.post("/v1/pages", &page).ok();
    let (_, event) = receiver.event();
    assert_eq!(
        event["accessible_by"],
        json!([{"id": grant["bot_id"], "type": "bot"}])
    );
    assert_eq!(event["integration_id"], App::new(&sim).client_id);
}

#[test]
fn what_will_never_be_told_is_refused() {
    let sim = start(Sim::builder());
    let wanted = json!({"url": "http://127.0.0.1:9", "events": ["page.created", "page.craeted"]});
    let (status, answer) = control(&sim, "POST", "webhooks", &wanted);
    assert_eq!(status, 400);
    assert!(
        text(&answer["error"]).ends_with("found page.craeted."),
        "{answer}"
    );
    assert!(
        sim.webhook("http://127.0.0.1:9", &["nonsense"]).is_err(),
        "in Rust too"
    );
    let wanted = json!({"url": "http://127.0.0.1:9", "connection": "nobody"});
    assert_eq!(
        control(&sim, "POST", "webhooks", &wanted),
        (400, json!({"error": "There is no connection \"nobody\"."}))
    );
    let (_, known) = control(&sim, "GET", "webhooks", &json!({}));
    assert_eq!(known["subscriptions"], json!([]));
}
