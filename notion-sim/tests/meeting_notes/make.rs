//! Notes of recordings.

use notion_sim::{Capability, Connection, Sim};
use serde_json::{Map, Value, json};

use crate::common::{Answer, Client, start, text};

const QUERY: &str = "/v1/blocks/meeting_notes/query";
const NOWHERE: &str = "11111111-1111-4111-8111-111111111111";

fn create(client: &Client, source: &Value, more: &Value) -> Answer {
    let mut body = json!({"source": source});
    let more: Map<String, Value> = more.as_object().cloned().unwrap_or_default();
    body.as_object_mut().expect("an object").extend(more);
    client.post("/v1/blocks/meeting_notes", &body)
}

#[test]
fn a_recording_becomes_notes() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let page = sim.parent_page_id();
    let in_page = json!({"type": "page_id", "page_id": page});
    let sound = client.upload("meeting.mp3", b"sound");
    let upload = |id: &str| json!({"type": "file_upload", "file_upload_id": id});
    let more = json!({
        "parent": in_page, "title": "Weekly sync", "language": "en", "options": {"kickoff_summary": true},
    });
    let made = create(&client, &upload(&sound), &more).ok();
    assert_eq!(
        (&made["object"], &made["type"], made.get("parent")),
        (&json!("block"), &json!("meeting_notes"), None)
    );
    let notes = &made["meeting_notes"];
    assert_eq!(notes["title"][0]["plain_text"], "Weekly sync");
    assert_eq!(
        (&notes["status"], notes.get("children")),
        (&json!("transcription_in_progress"), None)
    );

    // Nobody has to wait: who asks next finds them ready.
    let block = |id: &str| client.get(&format!("/v1/blocks/{id}")).ok();
    let ready = block(&text(&made["id"]));
    assert_eq!(ready["meeting_notes"]["status"], "notes_ready");
    assert_eq!(
        (&ready["has_children"], &ready["parent"]),
        (&json!(true), &in_page)
    );
    for section in ["summary_block_id", "notes_block_id", "transcript_block_id"] {
        let section = block(&text(&ready["meeting_notes"]["children"][section]));
        assert_eq!(section["parent"]["block_id"], made["id"]);
    }
    let markdown = client.get(&format!("/v1/pages/{page}/markdown")).ok();
    assert!(text(&markdown["markdown"]).starts_with("<meeting-notes>\n\tWeekly sync\n\t<summary>"));
    assert_eq!(
        client.post(QUERY, &json!({})).ok()["results"][0]["id"],
        made["id"]
    );
    let upload_now = client.get(&format!("/v1/file_uploads/{sound}")).ok();
    assert_eq!(upload_now["expiry_time"], Value::Null, "it is in use");

    // Beside a block that has the recording, and without a summary.
    let audio = json!({"audio": {"type": "file_upload", "file_upload": {"id": sound}}});
    let after = json!({"paragraph": {"rich_text": []}});
    let blocks = json!({"children": [audio, after]});
    let added = client.patch(&format!("/v1/blocks/{page}/children"), &blocks).ok();
    let audio = text(&added["results"][0]["id"]);
    let from_block = |id: &str| json!({"type": "block", "block_id": id});
    let options = json!({"options": {"kickoff_summary": false}});
    let second = create(&client, &from_block(&audio), &options).ok();
    let children = client.get(&format!("/v1/blocks/{page}/children")).ok();
    let place = |id: &Value| {
        let results = children["results"].as_array().expect("results");
        results.iter().position(|block| block["id"] == *id)
    };
    assert_eq!(place(&second["id"]), place(&json!(audio)).map(|at| at + 1));
    let ready = block(&text(&second["id"]));
    assert!(
        ready["meeting_notes"]["children"]
            .get("summary_block_id")
            .is_none()
    );
    assert_eq!(ready["meeting_notes"]["title"], json!([]));

    let picture = client.upload("a.png", b"image");
    let webm = client.upload("a.weba", b"sound");
    let paragraph = text(&added["results"][1]["id"]);
    let parent = json!({"parent": in_page});
    for (source, more, status, message) in [
        (
            upload(&picture),
            parent.clone(),
            400,
            "A file with a content type of `image/png` cannot be made into meeting notes",
        ),
        (
            upload(&webm),
            parent.clone(),
            400,
            "A file with a content type of `audio/webm`",
        ),
        (upload(NOWHERE), parent.clone(), 404, "Could not find file_upload"),
        (upload(&sound), json!({}), 400, "body.parent should be defined"),
        (
            upload(&sound),
            json!({"parent": {"page_id": NOWHERE}}),
            404,
            "Could not find page",
        ),
        (
            upload(&sound),
            json!({"parent": {"block_id": page}}),
            400,
            "body.parent.page_id should be defined",
        ),
        (
            from_block(&paragraph),
            json!({}),
            400,
            "is not an audio, video, or file block.",
        ),
        (from_block(NOWHERE), json!({}), 404, "Could not find block"),
        (
            from_block(&audio),
            parent.clone(),
            400,
            "body.parent should be not present",
        ),
        (
            json!({"type": "url"}),
            json!({}),
            400,
            "body.source.type should be `\"file_upload\"` or `\"block\"`",
        ),
        (
            json!({"type": "block"}),
            json!({}),
            400,
            "body.source.block_id should be defined",
        ),
        (
            from_block(&audio),
            json!({"language": "tlh"}),
            400,
            "body.language should be `\"auto\"`",
        ),
        (
            from_block(&audio),
            json!({"options": {"x": 1}}),
            400,
            "body.options.x should be not present",
        ),
        (
            from_block(&audio),
            json!({"title": 1}),
            400,
            "body.title should be a string or `undefined`",
        ),
    ] {
        let answer = create(&client, &source, &more);
        assert_eq!(answer.status, status, "{source} {more}: {}", answer.text);
        assert!(
            answer.message().contains(message),
            "{source} {more}: {}",
            answer.text
        );
    }
}

#[test]
fn whoever_may_not_read_gets_an_id() {
    let writer = Connection::internal("Writer")
        .token("ntn_writer")
        .capabilities([Capability::InsertContent]);
    let sim = start(Sim::builder().connection(writer));
    let client = Client::with_token(&sim, "ntn_writer");
    let sound = client.upload("meeting.mp3", b"sound");
    let source = json!({"type": "file_upload", "file_upload_id": sound});
    let made = create(
        &client,
        &source,
        &json!({"parent": {"page_id": sim.parent_page_id()}}),
    )
    .ok();
    let keys: Vec<&String> = made.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["object", "id", "request_id"]);
    let audio = json!({"type": "block", "block_id": made["id"]});
    assert_eq!(create(&client, &audio, &json!({})).code(), "restricted_resource");
    assert_eq!(client.post(QUERY, &json!({})).code(), "restricted_resource");
}
