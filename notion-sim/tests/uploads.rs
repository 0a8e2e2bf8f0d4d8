//! File uploads: every way a file can come, where it can be used, and how long.

mod common;

use std::io::Read as _;

use common::{Answer, Client, VERSION, send, start, text, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

const MIB: usize = 1 << 20;
const BOUNDARY: &str = "----a boundary";

/// A form with a file, and the number of the part where it is one.
fn form(filename: &str, content_type: &str, bytes: &[u8], part: Option<usize>) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(part) = part {
        out.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"part_number\"\r\n\r\n{part}\r\n")
                .bytes(),
        );
    }
    let mut head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"");
    if !filename.is_empty() {
        head += &format!("; filename=\"{filename}\"");
    }
    if !content_type.is_empty() {
        head += &format!("\r\nContent-Type: {content_type}");
    }
    out.extend(head.bytes());
    out.extend(b"\r\n\r\n");
    out.extend(bytes);
    out.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    out
}

fn post_form(client: &Client, id: &str, body: &[u8]) -> Answer {
    let bearer = format!("Bearer {}", client.token);
    let content_type = format!("multipart/form-data; boundary=\"{BOUNDARY}\"");
    let headers = [
        ("authorization", bearer.as_str()),
        ("notion-version", &client.version),
        ("content-type", &content_type),
    ];
    let url = format!("{}/v1/file_uploads/{id}/send", client.base);
    send("POST", &url, &headers, body).expect("an answer")
}

fn create(client: &Client, body: &Value) -> String {
    text(&client.post("/v1/file_uploads", body).ok()["id"])
}

fn uploaded(client: &Client, filename: &str, bytes: &[u8]) -> String {
    let id = create(client, &json!({"filename": filename}));
    post_form(client, &id, &form(filename, "", bytes, None)).ok();
    id
}

fn retrieve(client: &Client, id: &str) -> Value {
    client.get(&format!("/v1/file_uploads/{id}")).ok()
}

fn file(id: &str) -> Value {
    json!({"type": "file_upload", "file_upload": {"id": id}})
}

/// A row with a files property, and where it is.
fn row(client: &Client, parent: &str, files: &Value) -> (String, Value) {
    let columns = json!({"Name": {"title": {}}, "Files": {"files": {}}});
    let (_, source) = client.database(parent, "T", &columns);
    let row = client.row(&source, &json!({"Name": titled("a"), "Files": {"files": files}}));
    (format!("/v1/pages/{}", text(&row["id"])), row)
}

struct Download {
    status: u16,
    headers: ureq::http::HeaderMap,
    bytes: Vec<u8>,
}

impl Download {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

fn download(method: &str, url: &str, headers: &[(&str, &str)]) -> Download {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = agent
        .run(request.body(()).expect("a request"))
        .expect("an answer");
    let mut bytes = Vec::new();
    response
        .body_mut()
        .as_reader()
        .read_to_end(&mut bytes)
        .expect("a body");
    Download {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        bytes,
    }
}

/// A simulator whose workspace takes large files.
fn paid() -> Sim {
    let sim = start(Sim::builder());
    let mut state = sim.state();
    for user in state["users"].as_array_mut().expect("users") {
        if user["type"] == "bot" {
            user["bot"]["workspace_limits"]["max_file_upload_size_in_bytes"] = json!(5u64 << 30);
        }
    }
    sim.seed(&state).expect("a seed");
    sim
}

/// Bytes without a pattern that a mix-up could leave intact.
fn noise(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(length)
    .collect()
}

#[test]
fn a_file_in_one_piece() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    sim.set_now("2026-07-04T10:00:30Z".parse().expect("a time"));
    let created = client
        .post(
            "/v1/file_uploads",
            &json!({"filename": "cat.png", "content_type": "image/png"}),
        )
        .ok();
    let id = text(&created["id"]);
    let upload_url = format!("{}/v1/file_uploads/{id}/send", sim.base_url());
    let mut expected = json!({
        "object": "file_upload", "id": id,
        "created_time": "2026-07-04T10:00:00.000Z", "last_edited_time": "2026-07-04T10:00:00.000Z",
        "created_by": {"id": client.get("/v1/users/me").ok()["id"], "type": "bot"},
        "expiry_time": "2026-07-04T11:00:00.000Z", "upload_url": upload_url, "in_trash": false,
        "status": "pending", "filename": "cat.png", "content_type": "image/png", "content_length": null,
        "request_id": created["request_id"],
    });
    assert_eq!(created, expected);

    sim.set_now("2026-07-04T10:01:00Z".parse().expect("a time"));
    let bytes = noise(3 * MIB, 1);
    let sent = post_form(&client, &id, &form("cat.png", "image/png", &bytes, None)).ok();
    expected["status"] = json!("uploaded");
    expected["content_length"] = json!(bytes.len());
    expected["last_edited_time"] = json!("2026-07-04T10:01:00.000Z");
    expected["request_id"] = sent["request_id"].clone();
    expected.as_object_mut().expect("an object").remove("upload_url");
    assert_eq!(sent, expected);
    assert_eq!(retrieve(&client, &id)["status"], "uploaded");

    let body = json!({"icon": file(&id), "cover": file(&id)});
    let path = format!("/v1/pages/{}", sim.parent_page_id());
    let page = client.patch(&path, &body).ok();
    assert_eq!(page["icon"]["type"], "file");
    assert_eq!(page["icon"]["file"]["expiry_time"], "2026-07-04T11:01:00.000Z");
    assert_eq!(page["icon"].as_object().map(serde_json::Map::len), Some(2));
    assert_eq!(retrieve(&client, &id)["expiry_time"], Value::Null);
    let url = text(&page["cover"]["file"]["url"]);
    assert!(url.starts_with(&format!("{}/_files/", sim.base_url())), "{url}");
    assert!(url.contains("/cat.png?"), "{url}");
    let got = download("GET", &url, &[]);
    assert_eq!((got.status, got.header("content-type")), (200, "image/png"));
    assert!(got.bytes == bytes);
}

#[test]
fn a_file_in_three_parts_in_any_order() {
    let sim = paid();
    let client = Client::new(&sim);
    let parts = [noise(5 * MIB, 1), noise(6 * MIB, 2), noise(1000, 3)];
    let body = json!({"mode": "multi_part", "filename": "film.mp4", "number_of_parts": 3});
    let created = client.post("/v1/file_uploads", &body).ok();
    let id = text(&created["id"]);
    assert_eq!(created["content_type"], "application/mp4");
    assert_eq!(created["number_of_parts"], json!({"total": 3, "sent": 0}));
    let complete = format!("/v1/file_uploads/{id}/complete");
    assert_eq!(
        text(&created["complete_url"]),
        format!("{}{complete}", sim.base_url())
    );

    let send_part = |number: usize, bytes: &[u8]| {
        post_form(
            &client,
            &id,
            &form("film.mp4", "application/mp4", bytes, Some(number)),
        )
    };
    let sent = send_part(3, &parts[2]).ok();
    assert_eq!(sent["number_of_parts"], json!({"total": 3, "sent": 1}));
    assert_eq!(
        (&sent["status"], &sent["content_length"]),
        (&json!("pending"), &json!(1000))
    );
    send_part(1, b"a first try").ok();
    assert!(
        client
            .post(&complete, &Value::Null)
            .message()
            .contains("The first part that is missing is 2.")
    );
    // `split` names a part so that its type cannot be told from the name, and clients say that.
    let form = form(
        "film.mp4.sf-part2",
        "application/octet-stream",
        &parts[1],
        Some(2),
    );
    post_form(&client, &id, &form).ok();
    assert!(
        client
            .post(&complete, &Value::Null)
            .message()
            .contains("Each part but the last must have at least 5 MiB.")
    );
    send_part(1, &parts[0]).ok();
    assert!(
        send_part(4, b"x")
            .message()
            .contains("body.part_number should be ≤ `3`, instead was `4`.")
    );
    let done = client.post(&complete, &Value::Null).ok();
    assert_eq!(done["status"], "uploaded");
    assert_eq!(done["content_length"], json!(11 * MIB + 1000));
    assert!(done.get("complete_url").is_none() && done.get("upload_url").is_none());
    assert!(
        client
            .post(&complete, &Value::Null)
            .message()
            .contains("status of `uploaded`")
    );
    assert!(send_part(1, b"x").message().contains("status of `uploaded`"));

    let (_, row) = row(&client, &sim.parent_page_id(), &json!([file(&id)]));
    let item = &row["properties"]["Files"]["files"][0];
    assert_eq!(
        (&item["name"], &item["type"]),
        (&json!("film.mp4"), &json!("file"))
    );
    let url = text(&item["file"]["url"]);
    assert!(download("GET", &url, &[]).bytes == parts.concat());
    let across = format!("bytes={}-{}", 5 * MIB - 2, 5 * MIB + 1);
    let got = download("GET", &url, &[("range", &across)]);
    assert_eq!(got.status, 206);
    assert_eq!(got.bytes, parts.concat()[5 * MIB - 2..5 * MIB + 2]);
}

#[test]
fn a_file_from_elsewhere() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let import = |url: &str, name: &str| {
        let body = json!({"mode": "external_url", "external_url": url, "filename": name});
        client.post("/v1/file_uploads", &body)
    };
    let started = import("https://example.com/a.txt", "a.txt").ok();
    assert_eq!(
        (&started["status"], started.get("upload_url")),
        (&json!("pending"), None)
    );
    let done = retrieve(&client, &text(&started["id"]));
    assert_eq!(done["status"], "uploaded");
    assert_eq!(
        (
            &done["file_import_result"]["type"],
            &done["file_import_result"]["success"]
        ),
        (&json!("success"), &json!({}))
    );
    let (_, page) = row(
        &client,
        &sim.parent_page_id(),
        &json!([file(&text(&started["id"]))]),
    );
    let local = text(&page["properties"]["Files"]["files"][0]["file"]["url"]);
    let placeholder = download("GET", &local, &[]).bytes;
    assert_eq!(
        placeholder,
        b"notion-sim did not fetch https://example.com/a.txt.\n"
    );

    // The simulator is a server on this computer, so it can fetch from itself.
    let copy = text(&import(&local, "copy.txt").ok()["id"]);
    assert_eq!(
        retrieve(&client, &copy)["content_length"],
        json!(placeholder.len())
    );
    let (_, page) = row(&client, &sim.parent_page_id(), &json!([file(&copy)]));
    let url = text(&page["properties"]["Files"]["files"][0]["file"]["url"]);
    assert_eq!(download("GET", &url, &[]).bytes, placeholder);

    for (url, status) in [
        ("https://nowhere.invalid/a.txt", Value::Null),
        ("http://127.0.0.1:1/a.txt", Value::Null),
        (format!("{}/_files/x", sim.base_url()).as_str(), json!(403)),
    ] {
        let id = text(&import(url, "a.txt").ok()["id"]);
        let failed = retrieve(&client, &id);
        assert_eq!(failed["status"], "failed", "{url}");
        let error = &failed["file_import_result"]["error"];
        assert_eq!(
            (&error["type"], &error["status_code"]),
            (&json!("download_error"), &status),
            "{url}"
        );
        let answer = client.patch(
            &format!("/v1/pages/{}", sim.parent_page_id()),
            &json!({"cover": file(&id)}),
        );
        assert_eq!((answer.status, answer.code()), (404, "object_not_found"));
    }
    for url in ["http://example.com/a.txt", "ftp://127.0.0.1/a", "/a.txt", ""] {
        let answer = import(url, "a.txt");
        assert!(
            answer
                .message()
                .contains("body.external_url should be a valid HTTPS URL"),
            "{url}"
        );
    }
    let answer = post_form(&client, &copy, &form("a.txt", "text/plain", b"x", None));
    assert!(
        answer.message().contains("`external_url`"),
        "{}",
        answer.message()
    );
}

#[test]
fn uploads_and_addresses_expire() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    sim.set_now("2026-07-04T10:00:30Z".parse().expect("a time"));
    let used = uploaded(&client, "used.txt", b"used");
    let unused = uploaded(&client, "unused.txt", b"unused");
    let pending = create(&client, &json!({"filename": "pending.txt"}));
    let (path, page) = row(&client, &sim.parent_page_id(), &json!([file(&used)]));
    let url = text(&page["properties"]["Files"]["files"][0]["file"]["url"]);
    assert_eq!(
        page["properties"]["Files"]["files"][0]["file"]["expiry_time"],
        "2026-07-04T11:00:30.000Z"
    );

    sim.set_now("2026-07-04T10:59:59Z".parse().expect("a time"));
    assert_eq!(retrieve(&client, &unused)["status"], "uploaded");
    assert_eq!(download("GET", &url, &[]).status, 200);
    sim.set_now("2026-07-04T11:00:30Z".parse().expect("a time"));
    for id in [&unused, &pending] {
        let expired = retrieve(&client, id);
        assert_eq!(
            (&expired["status"], expired.get("upload_url")),
            (&json!("expired"), None)
        );
        let answer = client.patch(&path, &json!({"cover": file(id)}));
        assert_eq!(answer.status, 404);
        assert_eq!(
            answer.message(),
            format!(
                "Could not find file_upload with ID: {id}. Confirm the status of the file upload is `uploaded` and that your \
                 integration has capabilities to update or insert content."
            )
        );
    }
    let answer = post_form(&client, &pending, &form("pending.txt", "text/plain", b"x", None));
    assert!(answer.message().contains("status of `expired`"));
    assert_eq!(retrieve(&client, &used)["status"], "uploaded");
    let gone = download("GET", &url, &[]);
    assert_eq!(
        (gone.status, gone.header("content-type")),
        (403, "application/xml")
    );

    let again = client.get(&path).ok();
    let fresh = text(&again["properties"]["Files"]["files"][0]["file"]["url"]);
    assert_ne!(fresh, url);
    assert_eq!(download("GET", &fresh, &[]).bytes, b"used");
    assert_eq!(
        download("GET", &fresh.replace("signature=", "signature=A"), &[]).status,
        403
    );
    assert_eq!(
        download("GET", &format!("{}/_files/", sim.base_url()), &[]).status,
        403
    );
    client
        .patch(
            &path,
            &json!({"properties": {"Files": {"files": [file(&used), file(&used)]}}}),
        )
        .ok();
}

#[test]
fn addresses_name_the_host_that_was_asked() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let id = uploaded(&client, "a b.txt", b"x");
    client
        .post(
            "/v1/pages",
            &json!({"parent": {"page_id": sim.parent_page_id()}, "cover": file(&uploaded(&client, "a.png", b"x"))}),
        )
        .ok();
    let (path, _) = row(&client, &sim.parent_page_id(), &json!([file(&id)]));
    let bearer = format!("Bearer {}", sim.token());
    let asked = |headers: &[(&str, &str)]| {
        let mut all = vec![("authorization", bearer.as_str()), ("notion-version", VERSION)];
        all.extend(headers);
        let answer = send("GET", &format!("{}{path}", sim.base_url()), &all, b"").expect("an answer");
        text(&answer.json["properties"]["Files"]["files"][0]["file"]["url"])
    };
    let url = asked(&[("host", "sim.test:99")]);
    assert!(url.starts_with("http://sim.test:99/_files/"), "{url}");
    assert!(url.contains("/a%20b.txt?"), "{url}");
    let url = asked(&[("host", "api.notion.com"), ("x-forwarded-proto", "https")]);
    assert!(url.starts_with("https://api.notion.com/_files/"), "{url}");
    let created = send(
        "POST",
        &format!("{}/v1/file_uploads", sim.base_url()),
        &[
            ("authorization", &bearer),
            ("notion-version", VERSION),
            ("host", "notion.localhost"),
        ],
        b"{}",
    );
    let created = created.expect("an answer").ok();
    assert!(text(&created["upload_url"]).starts_with("http://notion.localhost/v1/file_uploads/"));
}

#[test]
fn files_are_served_in_whole_and_in_part() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let (_, page) = row(
        &client,
        &sim.parent_page_id(),
        &json!([file(&uploaded(&client, "a.html", b"0123456789"))]),
    );
    let url = text(&page["properties"]["Files"]["files"][0]["file"]["url"]);
    let head = download("HEAD", &url, &[]);
    assert_eq!(
        (
            head.status,
            head.header("content-length"),
            head.header("content-type"),
            head.bytes.len()
        ),
        (200, "10", "text/html", 0)
    );
    assert_eq!(head.header("accept-ranges"), "bytes");
    assert_eq!(head.header("content-security-policy"), "sandbox");
    for (range, status, bytes, shown) in [
        ("bytes=2-4", 206, &b"234"[..], "bytes 2-4/10"),
        ("bytes=-1", 206, b"9", "bytes 9-9/10"),
        ("bytes=8-", 206, b"89", "bytes 8-9/10"),
        ("bytes=0-1,4-5", 200, b"0123456789", ""),
    ] {
        let got = download("GET", &url, &[("range", range)]);
        assert_eq!(
            (got.status, &*got.bytes, got.header("content-range")),
            (status, bytes, shown)
        );
    }
    let beyond = download("GET", &url, &[("range", "bytes=10-")]);
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (416, "bytes */10")
    );
    assert_eq!(send("PUT", &url, &[], b"x").expect("an answer").status, 405);
}

#[test]
fn what_cannot_be_created() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let long = format!("{}.txt", "ü".repeat(450));
    for (body, message) in [
        (
            json!({"mode": "x"}),
            "body.mode should be `\"single_part\"`, `\"multi_part\"`, `\"external_url\"`, or `undefined`",
        ),
        (
            json!({"colour": 1}),
            "body.colour should be not present, instead was `1`.",
        ),
        (
            json!({"filename": 1}),
            "body.filename should be a string or `undefined`, instead was `1`.",
        ),
        (
            json!({"mode": "multi_part", "number_of_parts": 2}),
            "body.filename should be defined",
        ),
        (
            json!({"mode": "multi_part", "filename": "a.txt"}),
            "body.number_of_parts should be defined",
        ),
        (
            json!({"mode": "multi_part", "filename": "a.txt", "number_of_parts": 0}),
            "body.number_of_parts should be ≥ `1`",
        ),
        (
            json!({"mode": "multi_part", "filename": "a.txt", "number_of_parts": 10_001}),
            "≤ `10000`",
        ),
        (
            json!({"mode": "multi_part", "filename": "a.txt", "number_of_parts": "2"}),
            "body.number_of_parts should be a number",
        ),
        (
            json!({"mode": "external_url", "filename": "a.txt"}),
            "body.external_url should be defined",
        ),
        (
            json!({"mode": "external_url", "external_url": "https://x.org/"}),
            "body.filename should be defined",
        ),
        (
            json!({"external_url": "https://x.org/"}),
            "body.external_url should be not present",
        ),
        (
            json!({"filename": "a.exe"}),
            "Provided `filename` has an extension that is not supported for the File Upload API.",
        ),
        (
            json!({"filename": "a"}),
            "Provided `filename` must have an extension",
        ),
        (
            json!({"content_type": "application/x-evil"}),
            "The content type application/x-evil is not supported for the File Upload API.",
        ),
        (
            json!({"filename": "a.png", "content_type": "text/plain"}),
            "does not match the extension",
        ),
        (
            json!({"filename": long}),
            "body.filename.length should be ≤ `900`, instead was `904`.",
        ),
    ] {
        let answer = client.post("/v1/file_uploads", &body);
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{body}"
        );
        assert!(answer.message().contains(message), "{}", answer.message());
    }
    let named = client
        .post(
            "/v1/file_uploads",
            &json!({"filename": "cat", "content_type": "image/jpeg"}),
        )
        .ok();
    assert_eq!(named["filename"], "cat.jpg");
    let all = client.get("/v1/file_uploads").ok();
    assert_eq!(
        all["results"].as_array().map(Vec::len),
        Some(1),
        "what was refused is not there"
    );
}

#[test]
fn what_cannot_be_sent() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let refused = |id: &str, body: &[u8], message: &str| {
        let answer = post_form(&client, id, body);
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{message}"
        );
        assert!(answer.message().contains(message), "{}", answer.message());
        assert_eq!(retrieve(&client, id)["status"], "pending");
    };
    let id = create(&client, &json!({"filename": "a.txt"}));
    refused(
        &id,
        &form("a.txt", "image/png", b"x", None),
        "Current file content type of `image/png` does not match the original content type of `text/plain`. Use the original \
         content type determined during File Upload creation, or try again with a new File Upload.",
    );
    refused(
        &id,
        &form("a.txt", "text/plain", &noise(5 * MIB + 1, 1), None),
        "not within the allowed limit of 5 MiB.",
    );
    refused(
        &id,
        &form("a.txt", "text/plain", &noise(20 * MIB + 1, 1), None),
        "allowed limit of 20 MiB per request",
    );
    refused(&id, b"nonsense", "The body is not a `multipart/form-data`");
    let empty = format!("--{BOUNDARY}--\r\n");
    refused(
        &id,
        empty.as_bytes(),
        "body.file should be defined, instead was `undefined`.",
    );
    let other = String::from_utf8(form("a.txt", "text/plain", b"x", None)).expect("a text");
    refused(
        &id,
        other.replace("name=\"file\"", "name=\"data\"").as_bytes(),
        "body.data should be not present",
    );
    refused(
        &id,
        &form("a.txt", "text/plain", b"x", Some(0)),
        "body.part_number should be ≥ `1`, instead was `0`.",
    );
    assert_eq!(post_form(&client, &id, &vec![b'x'; 40 * MIB]).status, 413);
    let json = client.post(&format!("/v1/file_uploads/{id}/send"), &json!({"file": "x"}));
    assert!(json.message().contains("should be `multipart/form-data`"));
    let answer = client.post(&format!("/v1/file_uploads/{id}/complete"), &Value::Null);
    assert!(answer.message().contains("`multi_part`"));

    let parts = create(
        &client,
        &json!({"mode": "multi_part", "filename": "a.txt", "number_of_parts": 2}),
    );
    refused(
        &parts,
        &form("a.txt", "text/plain", b"x", None),
        "body.part_number should be defined",
    );

    let nameless = create(&client, &json!({}));
    refused(
        &nameless,
        &form("", "", b"x", None),
        "The content type application/octet-stream is not supported",
    );
    refused(
        &nameless,
        &form("a.exe", "", b"x", None),
        "extension that is not supported",
    );
    let sent = post_form(
        &client,
        &nameless,
        &form("b.csv", "application/octet-stream", b"x", None),
    )
    .ok();
    assert_eq!(
        (&sent["filename"], &sent["content_type"]),
        (&json!("b.csv"), &json!("text/csv"))
    );

    let nobody = "7855b161-f63e-4683-b7c7-8ca6e97ee266";
    for answer in [
        post_form(&client, nobody, &form("a.txt", "text/plain", b"x", None)),
        client.post(&format!("/v1/file_uploads/{nobody}/complete"), &Value::Null),
        client.get(&format!("/v1/file_uploads/{nobody}")),
    ] {
        assert_eq!((answer.status, answer.code()), (404, "object_not_found"));
        assert!(
            answer
                .message()
                .starts_with(&format!("Could not find file_upload with ID: {nobody}."))
        );
    }
    let answer = client.get("/v1/file_uploads/x");
    assert!(
        answer
            .message()
            .contains("path.file_upload_id should be a valid uuid, instead was `\"x\"`.")
    );
}

#[test]
fn where_uploads_cannot_be_used() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let page = format!("/v1/pages/{}", sim.parent_page_id());
    let pending = create(&client, &json!({"filename": "a.png"}));
    let (text_file, image) = (uploaded(&client, "a.txt", b"x"), uploaded(&client, "b.png", b"x"));
    let answer = client.patch(&page, &json!({"icon": file(&pending)}));
    assert_eq!((answer.status, answer.code()), (404, "object_not_found"));
    assert!(answer.json["additional_data"]["integration_id"].is_string());
    let answer = client.patch(&page, &json!({"icon": file(&text_file)}));
    assert_eq!((answer.status, answer.code()), (400, "validation_error"));
    let answer = client.patch(&page, &json!({"icon": {"file_upload": {"id": "x"}}}));
    assert!(
        answer
            .message()
            .contains("body.icon.file_upload.id should be a valid uuid")
    );

    // One bad file spoils the whole request, and the good one stays as it was.
    let columns = json!({"Name": {"title": {}}, "Files": {"files": {}}});
    let (_, source) = client.database(&sim.parent_page_id(), "T", &columns);
    let body = json!({
        "parent": {"data_source_id": source},
        "icon": file(&image),
        "properties": {"Files": {"files": [file(&text_file), file(&pending)]}},
    });
    assert_eq!(client.post("/v1/pages", &body).status, 404);
    for id in [&text_file, &image] {
        assert!(retrieve(&client, id)["expiry_time"].is_string());
    }
}

#[test]
fn files_that_are_sent_back_stay() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let id = uploaded(&client, "a.txt", b"kept");
    let mut named = file(&id);
    named["name"] = json!("notes");
    let (path, page) = row(&client, &sim.parent_page_id(), &json!([named]));
    let files = &page["properties"]["Files"]["files"];
    assert_eq!(files[0]["name"], "notes");
    let mut back = files.clone();
    let url = text(&back[0]["file"]["url"]);
    back[0]["file"] = json!({"url": url.split('?').next()});
    let external = json!({"name": "x", "type": "external", "external": {"url": "https://x.org/"}});
    back.as_array_mut().expect("files").push(external.clone());
    sim.set_now("2030-01-01T00:00:00Z".parse().expect("a time"));
    let page = client
        .patch(&path, &json!({"properties": {"Files": {"files": back}}}))
        .ok();
    let files = &page["properties"]["Files"]["files"];
    assert_eq!((&files[0]["name"], &files[1]), (&json!("notes"), &external));
    assert_eq!(files[0]["file"]["expiry_time"], "2030-01-01T01:00:00.000Z");
    assert_eq!(
        download("GET", &text(&files[0]["file"]["url"]), &[]).bytes,
        b"kept"
    );
    let item = client
        .get(&format!(
            "{path}/properties/{}",
            text(&page["properties"]["Files"]["id"])
        ))
        .ok();
    assert_eq!(
        download("GET", &text(&item["files"][0]["file"]["url"]), &[]).bytes,
        b"kept"
    );
}

#[test]
fn lists_have_the_newest_first() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let ids: Vec<String> = (0..5)
        .map(|n| create(&client, &json!({"filename": format!("{n}.txt")})))
        .collect();
    post_form(&client, &ids[1], &form("1.txt", "text/plain", b"x", None)).ok();
    let names = |query: &str| -> (Vec<String>, Value) {
        let page = client.get(&format!("/v1/file_uploads{query}")).ok();
        assert_eq!(
            (&page["type"], &page["file_upload"]),
            (&json!("file_upload"), &json!({}))
        );
        let results = page["results"].as_array().expect("results");
        (
            results.iter().map(|upload| text(&upload["filename"])).collect(),
            page["next_cursor"].clone(),
        )
    };
    assert_eq!(names("").0, ["4.txt", "3.txt", "2.txt", "1.txt", "0.txt"]);
    let (first, next) = names("?page_size=2");
    assert_eq!(
        (first, &next),
        (vec!["4.txt".into(), "3.txt".into()], &json!(ids[2]))
    );
    let (second, next) = names(&format!("?page_size=2&start_cursor={}", ids[2]));
    assert_eq!(
        (second, next),
        (vec!["2.txt".into(), "1.txt".into()], json!(ids[0]))
    );
    assert_eq!(names("?status=uploaded").0, ["1.txt"]);
    assert_eq!(names("?status=pending").0, ["4.txt", "3.txt", "2.txt", "0.txt"]);
    assert!(names("?status=failed").0.is_empty());
    let answer = client.get("/v1/file_uploads?status=x");
    assert!(answer.message().contains(
        "query.status should be `\"pending\"`, `\"uploaded\"`, `\"expired\"`, `\"failed\"`, or `undefined`, instead was `\"x\"`."
    ));
    assert_eq!(client.get("/v1/file_uploads?start_cursor=x").status, 400);
    let old = Client::at_version(&sim, "2025-09-03")
        .get(&format!("/v1/file_uploads/{}", ids[0]))
        .ok();
    assert_eq!(
        (&old["archived"], &old["in_trash"]),
        (&json!(false), &json!(false))
    );
    assert!(retrieve(&client, &ids[0]).get("archived").is_none());
}

#[test]
fn other_connections_do_not_see_them() {
    let sim = start(Sim::builder());
    let mut state = sim.state();
    let other = "8855b161-f63e-4683-b7c7-8ca6e97ee266";
    let (mine, theirs) = (
        "1855b161-f63e-4683-b7c7-8ca6e97ee266",
        "2855b161-f63e-4683-b7c7-8ca6e97ee266",
    );
    state["users"]
        .as_array_mut()
        .expect("users")
        .push(json!({"object": "user", "id": other, "type": "bot", "name": "Other", "bot": {}}));
    let upload = |id: &str, by: &Value| {
        json!({"object": "file_upload", "id": id, "created_by": {"id": by, "type": "bot"}, "status": "uploaded",
               "expiry_time": null, "filename": "a.png", "content_type": "image/png"})
    };
    state["file_uploads"] = json!([upload(mine, &state["bot"]["id"]), upload(theirs, &json!(other))]);
    sim.seed(&state).expect("a seed");
    let client = Client::new(&sim);
    assert_eq!(
        client.get("/v1/file_uploads").ok()["results"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(client.get(&format!("/v1/file_uploads/{theirs}")).status, 404);
    let path = format!("/v1/pages/{}", sim.parent_page_id());
    assert_eq!(client.patch(&path, &json!({"cover": file(theirs)})).status, 404);
    let page = client.patch(&path, &json!({"cover": file(mine)})).ok();
    let url = text(&page["cover"]["file"]["url"]);
    assert_eq!(
        download("GET", &url, &[]).status,
        404,
        "the seed did not bring the bytes"
    );
}

#[test]
fn dumps_bring_back_all_bytes() {
    let sim = paid();
    let client = Client::new(&sim);
    let bytes = noise(70_000, 5);
    let id = uploaded(&client, "a.bin.zip", &bytes);
    let (path, _) = row(&client, &sim.parent_page_id(), &json!([file(&id)]));
    let body = json!({"mode": "multi_part", "filename": "b.zip", "number_of_parts": 2});
    let half = create(&client, &body);
    let big = noise(5 * MIB, 6);
    post_form(&client, &half, &form("b.zip", "application/zip", &big, Some(1))).ok();
    create(
        &client,
        &json!({"mode": "external_url", "filename": "c.txt", "external_url": "https://x.invalid/"}),
    );
    let state = sim.state();
    let page = &state["pages"]
        .as_array()
        .expect("pages")
        .iter()
        .find(|page| path.ends_with(&text(&page["id"])));
    assert_eq!(
        page.expect("the row")["properties"]["Files"]["files"][0],
        json!({"name": "a.bin.zip", "type": "file_upload", "file_upload": {"id": id}})
    );

    let again = start(Sim::builder().seed(state.clone()));
    assert!(again.state() == state);
    let client = Client::new(&again);
    let page = client.get(&path).ok();
    let url = text(&page["properties"]["Files"]["files"][0]["file"]["url"]);
    assert!(download("GET", &url, &[]).bytes == bytes);
    post_form(
        &client,
        &half,
        &form("b.zip", "application/zip", b"rest", Some(2)),
    )
    .ok();
    client
        .post(&format!("/v1/file_uploads/{half}/complete"), &Value::Null)
        .ok();
    let page = client
        .patch(&path, &json!({"properties": {"Files": {"files": [file(&half)]}}}))
        .ok();
    let url = text(&page["properties"]["Files"]["files"][0]["file"]["url"]);
    assert!(download("GET", &url, &[]).bytes == [big, b"rest".to_vec()].concat());

    let problem = |upload: Value| {
        let mut broken = state.clone();
        broken["file_uploads"] = json!([upload]);
        again.seed(&broken).expect_err("a problem").to_string()
    };
    let broken = json!({"id": id, "parts": [{"part_number": 1, "content": "?"}]});
    assert!(problem(broken).contains("`file_uploads[0]`.parts[0].content should be Base64."));
    assert!(
        problem(json!({"id": id, "status": "new"})).contains("`file_uploads[0]`.status should be one of")
    );
}

#[test]
fn the_data_file_keeps_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state");
    let sim = start(Sim::builder().data_file(&path));
    let client = Client::new(&sim);
    let id = uploaded(&client, "a.txt", b"kept");
    let (page, _) = row(&client, &sim.parent_page_id(), &json!([file(&id)]));
    let import = json!({"mode": "external_url", "filename": "c.txt", "external_url": "https://x.org/"});
    let import = create(&client, &import);
    drop(sim);
    let sim = start(Sim::builder().data_file(&path));
    let client = Client::new(&sim);
    let page = client.get(&page).ok();
    let url = text(&page["properties"]["Files"]["files"][0]["file"]["url"]);
    assert_eq!(download("GET", &url, &[]).bytes, b"kept");
    assert_eq!(retrieve(&client, &import)["status"], "uploaded");
}

#[test]
fn broken_forms_are_refused_and_nothing_else() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let id = create(&client, &json!({"filename": "a.txt"}));
    let whole = form("a.txt", "text/plain", b"0123456789", Some(1));
    for cut in 0..whole.len() {
        let mut changed = whole.clone();
        changed[cut] ^= 0x55;
        for body in [&whole[..cut], &whole[cut..], &changed] {
            let id = create(&client, &json!({"filename": "a.txt"}));
            let answer = post_form(&client, &id, body);
            assert!([200, 400].contains(&answer.status), "{cut}: {}", answer.text);
        }
    }
    let bearer = format!("Bearer {}", sim.token());
    let url = format!("{}/v1/file_uploads/{id}/send", sim.base_url());
    for content_type in [
        "",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/mixed; boundary=a",
    ] {
        let headers = [
            ("authorization", bearer.as_str()),
            ("notion-version", VERSION),
            ("content-type", content_type),
        ];
        let answer = send("POST", &url, &headers, &whole).expect("an answer");
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{content_type}"
        );
    }
    assert_eq!(retrieve(&client, &id)["status"], "pending");
}
