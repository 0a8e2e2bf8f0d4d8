//! Recordings of real traffic, and the workspaces that were there before them.

mod common;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use common::{Client, start, text};
use flate2::Compression;
use flate2::write::GzEncoder;
use notion_sim::Sim;
use serde_json::{Value, json};

const PAGE: &str = "10000000-0000-4000-8000-000000000001";
const DATABASE: &str = "10000000-0000-4000-8000-000000000002";
const SOURCE: &str = "10000000-0000-4000-8000-000000000003";
const OLDER: &str = "10000000-0000-4000-8000-000000000004";
const NEWER: &str = "10000000-0000-4000-8000-000000000005";
const CHILD: &str = "10000000-0000-4000-8000-000000000006";
const BORN: &str = "10000000-0000-4000-8000-000000000007";
const GONE: &str = "10000000-0000-4000-8000-000000000008";
const BOT: &str = "10000000-0000-4000-8000-00000000000b";
const TOKEN: &str = "ntn_1234567890abcdefghijklmnop";
/// The bot, compressed with brotli.
const BOT_IN_BROTLI: &str = "G3MAQCyLtwl42UExsnJrO+lRUovssX1NGBqcquurmLRi0UmYFrEik9PJcV+gUBpH7xRoIJjb2HK5BbEIZ51lqcgfCSAgbNyO6aNXLaE7Z956\
                             lLNKhmQoNg==";

/// A request and its answer: method, path, body, status, answer.
type Exchange = (&'static str, String, Value, u16, Value);

fn by(id: &str) -> Value {
    json!({"object": "user", "id": id})
}

fn title(content: &str) -> Value {
    json!([{
        "type": "text", "text": {"content": content, "link": null}, "plain_text": content, "href": null,
        "annotations": {"bold": false, "italic": false, "strikethrough": false, "underline": false, "code": false, "color": "default"},
    }])
}

fn page(id: &str, parent: &Value, properties: &Value) -> Value {
    json!({
        "object": "page", "id": id, "created_time": "2026-05-01T10:00:00.000Z", "last_edited_time": "2026-05-01T10:00:00.000Z",
        "created_by": by(BOT), "last_edited_by": by(BOT), "cover": null, "icon": null, "parent": parent, "in_trash": false,
        "is_archived": false, "is_locked": false, "properties": properties, "url": "https://app.notion.com/p/x", "public_url": null,
        "request_id": "20000000-0000-4000-8000-000000000001",
    })
}

fn document(id: &str, parent: &Value, name: &str) -> Value {
    page(
        id,
        parent,
        &json!({"title": {"id": "title", "type": "title", "title": title(name)}}),
    )
}

fn row(id: &str, name: &str, tag: &str) -> Value {
    let parent = json!({"type": "data_source_id", "data_source_id": SOURCE, "database_id": DATABASE});
    let option = json!({"id": format!("id of {tag}"), "name": tag, "color": "blue"});
    let properties = json!({
        "Name": {"id": "title", "type": "title", "title": title(name)},
        "Tag": {"id": "abcd", "type": "select", "select": option},
    });
    page(id, &parent, &properties)
}

fn list(results: &[Value]) -> Value {
    json!({"object": "list", "results": results, "next_cursor": null, "has_more": false})
}

fn top() -> Value {
    json!({"type": "workspace", "workspace": true})
}

fn inside(id: &str) -> Value {
    json!({"type": "page_id", "page_id": id})
}

/// A program that reads a page, lists its rows, adds one, trashes one, and looks for something that is not there.
fn session() -> Vec<Exchange> {
    let mut trashed = row(OLDER, "older", "red");
    trashed["in_trash"] = json!(true);
    let born = row(BORN, "born", "green");
    let sentence = format!(
        "Could not find page with ID: {GONE}. Make sure the relevant pages and databases are shared with your integration \
         \"The \"Robot\"\"."
    );
    let refusal = json!({
        "object": "error", "status": 404, "code": "object_not_found", "message": sentence,
        "additional_data": {"integration_id": BOT},
    });
    let new = json!({"parent": {"data_source_id": SOURCE}, "properties": {"Name": {"title": title("born")}}});
    vec![
        (
            "GET",
            format!("/v1/pages/{PAGE}"),
            Value::Null,
            200,
            document(PAGE, &top(), "Start"),
        ),
        ("POST", "/v1/pages".into(), new, 200, born.clone()),
        (
            "PATCH",
            format!("/v1/pages/{OLDER}"),
            json!({"in_trash": true}),
            200,
            trashed,
        ),
        (
            "POST",
            format!("/v1/data_sources/{SOURCE}/query"),
            json!({}),
            200,
            list(&[born, row(NEWER, "newer", "blue")]),
        ),
        ("GET", format!("/v1/pages/{GONE}"), Value::Null, 404, refusal),
    ]
}

/// The lines of a JSON Lines file.
fn lines(exchanges: &[Exchange]) -> String {
    let line = |(method, path, body, status, answer): &Exchange| {
        let line = json!({
            "method": method, "path": path, "notion_version": "2026-03-11", "request_body": body, "status": status,
            "response_body": answer,
        });
        format!("{line}\n")
    };
    exchanges.iter().map(line).collect()
}

/// A cassette. `body` says how an answer is written down.
fn cassette(exchanges: &[Exchange], body: impl Fn(&Value) -> Value) -> Value {
    let interactions: Vec<Value> = exchanges
        .iter()
        .map(|(method, path, sent, status, answer)| {
            let headers = json!({"Authorization": [format!("Bearer {TOKEN}")], "Notion-Version": ["2026-03-11"]});
            let sent = if sent.is_null() { Value::Null } else { json!(sent.to_string()) };
            json!({
                "request": {
                    "body": sent, "headers": headers, "method": method, "uri": format!("https://api.notion.com{path}"),
                },
                "response": {"body": body(answer), "headers": {}, "status": {"code": status, "message": "OK"}},
            })
        })
        .collect();
    json!({"interactions": interactions, "version": 1})
}

fn gzip(value: &Value) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(value.to_string().as_bytes()).expect("written");
    BASE64_STANDARD.encode(encoder.finish().expect("compressed"))
}

struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path
    }
}

fn import(path: &Path) -> Value {
    notion_sim::import([path]).expect("a seed")
}

/// What importing these exchanges gives.
fn seed_of(exchanges: &[Exchange]) -> Value {
    let files = Files::new();
    import(&files.write("recording.jsonl", &lines(exchanges)))
}

fn ids(seed: &Value, list: &str) -> Vec<String> {
    let items = seed[list].as_array().expect("a list");
    items.iter().map(|item| text(&item["id"])).collect()
}

#[track_caller]
fn refused(content: &str) -> String {
    let files = Files::new();
    let path = files.write("bad", content);
    let error = notion_sim::import([&path]).expect_err("a refusal");
    assert_eq!(error.kind(), notion_sim::ErrorKind::Data);
    let said = error.to_string();
    assert!(said.contains(path.to_str().expect("a path")), "{said}");
    said
}

#[test]
fn the_workspace_is_as_it_was_before_the_recording() {
    let files = Files::new();
    let path = files.write("recording.jsonl", &lines(&session()));
    // A recording can stand wherever a seed document can.
    let sim = start(Sim::builder().seed_file(&path));
    let client = Client::new(&sim);
    assert_eq!(client.get(&format!("/v1/pages/{BORN}")).status, 404);
    assert_eq!(client.get(&format!("/v1/pages/{OLDER}")).ok()["in_trash"], false);
    assert_eq!(client.titles(SOURCE, &json!({})), ["newer", "older"]);
    // Played again, the recording gets the same refusal.
    let refusal = client.get(&format!("/v1/pages/{GONE}"));
    assert_eq!(refusal.message(), session()[4].4["message"]);
    assert_eq!(client.get("/v1/users/me").ok()["id"], BOT);

    let seed = import(&path);
    assert_eq!(seed["absent"], json!([GONE]));
    assert_eq!(seed["bot"], json!({"id": BOT, "name": "The \"Robot\""}));
    assert_eq!(seed["now"], "2026-05-01T10:00:00.000Z");
    assert_eq!(seed["order"][SOURCE], json!([NEWER]));
    let origins = [
        (PAGE, "observed"),
        (OLDER, "after_write"),
        (SOURCE, "inferred"),
        (DATABASE, "inferred"),
    ];
    for (id, origin) in origins {
        assert_eq!(seed["provenance"][id], origin, "{id}");
    }
}

#[test]
fn every_format_tells_the_same() {
    let exchanges = session();
    let files = Files::new();
    let expected = import(&files.write("lines", &lines(&exchanges)));
    let plain = cassette(&exchanges, |answer| json!({"string": answer.to_string()}));
    let base64 = cassette(&exchanges, |answer| json!({"base64_string": gzip(answer)}));
    let bare = cassette(&exchanges, |answer| json!(gzip(answer)));
    let mut entries: Vec<Value> = exchanges
        .iter()
        .map(|(method, path, sent, status, answer)| {
            json!({
                "request": {
                    "method": method, "url": format!("https://api.notion.com{path}?x=1"),
                    "headers": [{"name": "notion-version", "value": "2026-03-11"}],
                    "postData": {"mimeType": "application/json", "text": sent.to_string()},
                },
                "response": {
                    "status": status, "headers": [],
                    "content": {"text": BASE64_STANDARD.encode(answer.to_string()), "encoding": "base64"},
                },
            })
        })
        .collect();
    entries.push(
        json!({"request": {"method": "GET", "url": "data:image/png,%00"}, "response": {"status": 200}}),
    );
    let har = json!({"log": {"version": "1.2", "entries": entries}});
    // JSON is YAML as well, but recorders write blocks, and bytes with a tag.
    let mut yaml = "interactions:\n".to_owned();
    for (method, path, sent, status, answer) in &exchanges {
        let sent = if sent.is_null() {
            "null".into()
        } else {
            format!("'{}'", sent.to_string().replace('\'', "''"))
        };
        let digits = gzip(answer);
        let (first, rest) = digits.split_at(70);
        yaml.push_str(&format!(
            "- request:\n    body: {sent}\n    headers:\n      notion-version:\n      - '2026-03-11'\n    method: {method}\n    \
             uri: https://api.notion.com{path}\n  response:\n    content: !!binary |\n      {first}\n      {rest}\n    \
             headers: {{}}\n    http_version: HTTP/1.1\n    status_code: {status}\n"
        ));
    }
    yaml.push_str("version: 1\n");
    for (name, content) in [
        ("plain.json", plain.to_string()),
        ("base64.json", format!("{base64:#}")),
        ("bare.json", bare.to_string()),
        ("browser.har", format!("\u{feff}{har}")),
        ("cassette.yaml", yaml),
    ] {
        let mut seed = import(&files.write(name, &content));
        seed["source"] = expected["source"].clone();
        assert_eq!(seed, expected, "{name}");
    }
}

#[test]
fn brotli_is_read() {
    let content = json!({"text": BOT_IN_BROTLI, "encoding": "base64"});
    let entry = json!({
        "request": {"method": "GET", "url": "https://api.notion.com/v1/users/me", "headers": []},
        "response": {
            "status": 200, "headers": [{"name": "Content-Encoding", "value": "br"}], "content": content,
        },
    });
    let files = Files::new();
    let har = json!({"log": {"entries": [entry]}});
    let seed = import(&files.write("recording.har", &har.to_string()));
    assert_eq!(seed["bot"], json!({"id": BOT, "name": "Robot"}));
    assert_eq!(seed["users"][0]["name"], "Robot");
}

#[test]
fn gaps_are_filled() {
    let block = json!({
        "object": "block", "id": CHILD, "parent": inside(PAGE), "type": "child_page", "child_page": {"title": "Inside"},
        "created_time": "2026-05-02T10:00:00.000Z", "last_edited_time": "2026-05-02T10:00:00.000Z", "created_by": by(BOT),
        "last_edited_by": by(BOT), "has_children": false, "in_trash": false,
    });
    let seed = seed_of(&[
        (
            "GET",
            format!("/v1/blocks/{PAGE}/children"),
            Value::Null,
            200,
            list(&[block]),
        ),
        (
            "GET",
            format!("/v1/pages/{NEWER}"),
            Value::Null,
            200,
            row(NEWER, "newer", "blue"),
        ),
        (
            "GET",
            format!("/v1/pages/{OLDER}"),
            Value::Null,
            200,
            row(OLDER, "older", "red"),
        ),
    ]);
    let origins = [
        (PAGE, "stub"),
        (CHILD, "inferred"),
        (SOURCE, "inferred"),
        (DATABASE, "inferred"),
        (BOT, "stub"),
    ];
    for (id, origin) in origins {
        assert_eq!(seed["provenance"][id], origin, "{id}");
    }
    assert_eq!(ids(&seed, "blocks"), Vec::<String>::new());
    let sim = start(Sim::builder().seed(seed));
    let client = Client::new(&sim);
    let child = client.get(&format!("/v1/pages/{CHILD}")).ok();
    assert_eq!(common::title(&child), "Inside");
    assert_eq!(child["parent"], inside(PAGE));
    assert_eq!(child["created_by"], by(BOT));
    let source = client.get(&format!("/v1/data_sources/{SOURCE}")).ok();
    let options = source["properties"]["Tag"]["select"]["options"]
        .as_array()
        .expect("options");
    assert_eq!(
        options
            .iter()
            .map(|option| text(&option["name"]))
            .collect::<Vec<_>>(),
        ["blue", "red"]
    );
    assert_eq!(source["parent"]["database_id"], DATABASE);
    // Nothing that was made up is newer than anything real.
    let found = client.post("/v1/search", &json!({})).ok();
    assert_eq!(ids(&found, "results").last().map(String::as_str), Some(PAGE));
}

#[test]
fn several_recordings_complete_each_other() {
    let files = Files::new();
    let shallow = [(
        "GET",
        format!("/v1/pages/{CHILD}"),
        Value::Null,
        200,
        document(CHILD, &inside(PAGE), "Inside"),
    )];
    let deep = [(
        "GET",
        format!("/v1/pages/{PAGE}"),
        Value::Null,
        200,
        document(PAGE, &top(), "Start"),
    )];
    let shallow = files.write("a.jsonl", &lines(&shallow));
    let deep = files.write("b.jsonl", &lines(&deep));
    assert_eq!(import(&shallow)["provenance"][PAGE], "stub");
    let both = notion_sim::import([&shallow, &deep]).expect("a seed");
    assert_eq!(both["provenance"][PAGE], "observed");
    assert_eq!(common::title(&both["pages"][1]), "Start");
    // A folder stands for what is in it.
    let mut folder = import(files.0.path());
    folder["source"] = both["source"].clone();
    assert_eq!(folder, both);
    // What one recording made and another one found was there for the other one.
    let found = [(
        "GET",
        format!("/v1/pages/{BORN}"),
        Value::Null,
        200,
        row(BORN, "born", "green"),
    )];
    let found = files.write("found.jsonl", &lines(&found));
    let making = files.write("making.jsonl", &lines(&session()));
    assert!(!ids(&import(&making), "pages").contains(&BORN.to_owned()));
    let both = notion_sim::import([&making, &found]).expect("a seed");
    assert!(ids(&both, "pages").contains(&BORN.to_owned()));
}

#[test]
fn lines_of_several_cassettes_are_several_recordings() {
    let mut exchanges = session();
    exchanges.push((
        "GET",
        format!("/v1/pages/{BORN}"),
        Value::Null,
        200,
        row(BORN, "born", "green"),
    ));
    let name = |(at, line): (usize, &str)| {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        line["cassette"] = json!(if at < 5 { "first" } else { "second" });
        format!("{line}\n\n")
    };
    let files = Files::new();
    let one = import(&files.write("one.jsonl", &lines(&exchanges)));
    assert!(!ids(&one, "pages").contains(&BORN.to_owned()));
    let two: String = lines(&exchanges).lines().enumerate().map(name).collect();
    let two = import(&files.write("two.jsonl", &two));
    assert!(ids(&two, "pages").contains(&BORN.to_owned()));
}

#[test]
fn a_parent_that_is_denied_is_there_and_not_shared() {
    let refusal =
        json!({"object": "error", "message": format!("Could not find page with ID: {PAGE}. Make sure …")});
    let seed = seed_of(&[
        (
            "GET",
            format!("/v1/pages/{CHILD}"),
            Value::Null,
            200,
            document(CHILD, &inside(PAGE), "Inside"),
        ),
        ("GET", format!("/v1/pages/{PAGE}"), Value::Null, 404, refusal),
    ]);
    assert_eq!(seed["shared"], json!([CHILD]));
    let sim = start(Sim::builder().seed(seed));
    let client = Client::new(&sim);
    assert_eq!(client.get(&format!("/v1/pages/{CHILD}")).status, 200);
    assert_eq!(client.get(&format!("/v1/pages/{PAGE}")).status, 404);
}

#[test]
fn what_is_moved_into_something_new_was_somewhere_before() {
    let moved = document(CHILD, &inside(BORN), "Moved");
    let born = document(BORN, &top(), "Born");
    let seed = seed_of(&[
        ("POST", "/v1/pages".into(), json!({}), 200, born),
        (
            "POST",
            format!("/v1/pages/{CHILD}/move"),
            json!({"parent": inside(BORN)}),
            200,
            moved,
        ),
    ]);
    assert_eq!(ids(&seed, "pages"), [CHILD]);
    assert_eq!(seed["pages"][0]["parent"], top());
}

#[test]
fn restoring_is_undone_too() {
    let restored = document(CHILD, &top(), "Back");
    let seed = seed_of(&[(
        "PATCH",
        format!("/v1/pages/{CHILD}"),
        json!({"in_trash": false}),
        200,
        restored,
    )]);
    assert_eq!(seed["pages"][0]["in_trash"], true);
}

/// Notion says of a data source that it is in the trash when its database is.
#[test]
fn a_source_in_a_trashed_database_is_not_trashed_itself() {
    let answer = |object: &str, id: &str, parent: Value| {
        let exchange = json!({
            "object": object, "id": id, "parent": parent, "title": title("Old"), "in_trash": true, "properties": {},
            "data_sources": [{"id": SOURCE, "name": "Old"}],
        });
        let path = format!("/v1/{object}s/{id}");
        ("GET", path, Value::Null, 200, exchange)
    };
    let seed = seed_of(&[
        answer("database", DATABASE, top()),
        answer(
            "data_source",
            SOURCE,
            json!({"type": "database_id", "database_id": DATABASE}),
        ),
    ]);
    let sim = start(Sim::builder().seed(seed));
    let client = Client::new(&sim);
    assert_eq!(
        client.get(&format!("/v1/data_sources/{SOURCE}")).ok()["in_trash"],
        true
    );
    client
        .patch(&format!("/v1/databases/{DATABASE}"), &json!({"in_trash": false}))
        .ok();
    assert_eq!(
        client.get(&format!("/v1/data_sources/{SOURCE}")).ok()["in_trash"],
        false
    );
}

#[test]
fn credentials_stay_out() {
    let files = Files::new();
    let mut page = document(PAGE, &top(), &format!("my token is {TOKEN}"));
    page["cover"] = json!({"type": "file", "file": {"url": format!("https://files.example/a.png?X-Amz-Signature={TOKEN}")}});
    let grant =
        json!({"access_token": TOKEN, "owner": {"user": {"object": "user", "id": GONE, "name": "Someone"}}});
    let exchanges = [
        (
            "POST",
            "/v1/oauth/token".to_owned(),
            json!({"code": TOKEN}),
            200,
            grant,
        ),
        ("GET", format!("/v1/pages/{PAGE}"), Value::Null, 200, page),
    ];
    let recording = cassette(&exchanges, |answer| json!({"string": answer.to_string()}));
    let seed = import(&files.write("recording.json", &recording.to_string()));
    assert!(!seed.to_string().contains(&TOKEN[4..]), "{seed}");
    assert_eq!(
        seed["pages"][0]["cover"]["file"]["url"],
        "https://files.example/a.png"
    );
    assert_eq!(common::title(&seed["pages"][0]), "my token is ntn_[redacted]");
    assert_eq!(ids(&seed, "users"), [BOT]);
}

#[test]
fn mistakes_are_named_with_their_place() {
    let entry = |change: &dyn Fn(&mut Value)| {
        let mut cassette = cassette(&session(), |answer| json!({"string": answer.to_string()}));
        change(&mut cassette["interactions"][1]);
        cassette.to_string()
    };
    let good = lines(&session());
    for (content, said) in [
        (
            "nonsense".to_owned(),
            &["no recording", "VCR.py", "HAR", "JSON Lines"][..],
        ),
        (
            "{\"format\": \"notion-sim-seed/1\"}".to_owned(),
            &["no recording"],
        ),
        ("interactions:\n- request: {\n".to_owned(), &["not YAML", "line"]),
        ("{\"interactions\": [\n}".to_owned(), &["not JSON", "line 2"]),
        (
            "interactions: []".to_owned(),
            &["no traffic with api.notion.com", "record a program"],
        ),
        (
            format!("{good}{{oops\n"),
            &["line 6", "not JSON", "correct the line"],
        ),
        (
            format!("{good}{{\"path\": \"/v1/users\"}}"),
            &["line 6", "`method` should be a text"],
        ),
        (
            entry(&|entry| entry["request"]["uri"] = Value::Null),
            &[
                "interaction 2",
                "`request.uri` should be a text",
                "record it again",
            ],
        ),
        (
            entry(&|entry| entry["response"]["status"] = json!("ok")),
            &["interaction 2", "`response.status.code` should be an HTTP status"],
        ),
        (
            entry(&|entry| entry["response"]["body"] = json!({"base64_string": "%"})),
            &["interaction 2", "should be base64"],
        ),
        (
            entry(&|entry| entry["response"]["body"] = json!({"base64_string": "H4sIAAAA"})),
            &["interaction 2", "compressed with gzip, is broken"],
        ),
        (
            entry(&|entry| entry["response"]["body"] = json!({"base64_string": "KLUv/Q=="})),
            &["interaction 2", "zstd"],
        ),
        (
            entry(&|entry| entry["request"]["headers"]["Notion-Version"] = json!(["2022-06-28"])),
            &["interaction 2", "2022-06-28", "use 2025-09-03 or newer"],
        ),
    ] {
        let problem = refused(&content);
        for part in said {
            assert!(problem.contains(part), "{problem} should have {part}");
        }
    }
    let error = notion_sim::import(["/nonexistent/recording.yaml"]).expect_err("a refusal");
    assert!(
        error
            .to_string()
            .contains("cannot read the recording /nonexistent/recording.yaml"),
        "{error}"
    );
}

#[test]
fn a_recording_that_makes_no_sense_gives_no_seed() {
    let mut page = document(CHILD, &top(), "Start");
    page["created_time"] = json!("REDACTED");
    let files = Files::new();
    let good = files.write("good.jsonl", &lines(&session()));
    let bad = files.write(
        "bad.jsonl",
        &lines(&[("GET", format!("/v1/pages/{CHILD}"), Value::Null, 200, page)]),
    );
    let error = notion_sim::import([&good, &bad])
        .expect_err("a refusal")
        .to_string();
    for part in [
        "bad.jsonl",
        CHILD,
        "created_time should be a time",
        "Correct what was recorded",
    ] {
        assert!(error.contains(part), "{error} should have {part}");
    }
    assert!(!error.contains("good.jsonl"), "{error}");
}

#[test]
fn the_program_imports() {
    let files = Files::new();
    let recording = files.write("recording.jsonl", &lines(&session()));
    let seed = files.0.path().join("seed.json");
    let run = |args: &[&Path]| {
        let output = Command::new(env!("CARGO_BIN_EXE_notion-sim"))
            .arg("import")
            .args(args)
            .output();
        let output = output.expect("the program");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, stdout, stderr) = run(&[&recording, Path::new("-o"), &seed]);
    assert_eq!((code, stdout.as_str()), (Some(0), ""));
    assert_eq!(
        stderr.lines().next(),
        Some("6 objects: 3 seen, 3 borrowed or inferred, 0 stubs; 1 id must not exist")
    );
    let written = std::fs::read(&seed).expect("a file");
    assert_eq!(
        serde_json::from_slice::<Value>(&written).expect("JSON"),
        import(&recording)
    );
    let (code, stdout, _) = run(&[&recording]);
    assert_eq!((code, stdout.as_bytes()), (Some(0), &written[..]));
    let (code, _, stderr) = run(&[&recording, Path::new("-o"), Path::new("/nonexistent/seed.json")]);
    assert_eq!(code, Some(5));
    assert!(
        stderr.contains("cannot write to /nonexistent/seed.json"),
        "{stderr}"
    );
    let (code, _, stderr) = run(&[&seed]);
    assert_eq!(code, Some(4));
    assert!(stderr.contains("no recording"), "{stderr}");
    assert_eq!(run(&[]).0, Some(2));
}

#[test]
fn a_folder_without_files_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = notion_sim::import([folder.path()])
        .expect_err("a refusal")
        .to_string();
    assert!(error.contains(&folder.path().display().to_string()), "{error}");
    assert!(error.contains("no file in it"), "{error}");
}
