//! Comments: where they can be made, what lists show, who may change them.

mod common;

use common::{Client, send, start, text};
use notion_sim::Sim;
use serde_json::{Value, json};

const NOBODY: &str = "7855b161-f63e-4683-b7c7-8ca6e97ee266";
const BLOCK: &str = "1855b161-f63e-4683-b7c7-8ca6e97ee266";
const OTHER_BOT: &str = "2855b161-f63e-4683-b7c7-8ca6e97ee266";

fn said(content: &str) -> Value {
    json!([{"text": {"content": content}}])
}

fn on_page(sim: &Sim) -> Value {
    json!({"page_id": sim.parent_page_id()})
}

/// The texts of a list of comments.
fn texts(list: &Value) -> Vec<String> {
    let results = list["results"].as_array().expect("results");
    results
        .iter()
        .map(|comment| text(&comment["rich_text"][0]["plain_text"]))
        .collect()
}

fn listed(client: &Client, id: &str) -> Vec<String> {
    texts(&client.get(&format!("/v1/comments?block_id={id}")).ok())
}

/// A simulator with a paragraph on its page, a comment of another connection on the page, and a closed discussion.
fn with_block() -> Sim {
    let sim = start(Sim::builder());
    let mut state = sim.state();
    let page = sim.parent_page_id();
    let parent = json!({"type": "page_id", "page_id": page});
    state["blocks"] = json!([{
        "object": "block", "id": BLOCK, "parent": parent, "type": "paragraph", "paragraph": {"rich_text": []},
    }]);
    state["users"]
        .as_array_mut()
        .expect("users")
        .push(json!({"object": "user", "id": OTHER_BOT, "type": "bot", "name": "Other", "bot": {}}));
    let comment = |id: &str, discussion: &str, content: &str, by: &str| {
        json!({
            "object": "comment", "id": id, "parent": parent, "discussion_id": discussion,
            "created_time": "2026-07-01T10:00:00.000Z", "last_edited_time": "2026-07-01T10:00:00.000Z",
            "created_by": {"object": "user", "id": by},
            "rich_text": [{"type": "text", "text": {"content": content, "link": null}, "plain_text": content, "href": null}],
            "display_name": {"type": "integration", "resolved_name": "Other"},
        })
    };
    let mut closed = comment(
        "4855b161-f63e-4683-b7c7-8ca6e97ee266",
        "6855b161-f63e-4683-b7c7-8ca6e97ee266",
        "closed",
        OTHER_BOT,
    );
    closed["resolved"] = json!(true);
    state["comments"] = json!([
        comment(
            "3855b161-f63e-4683-b7c7-8ca6e97ee266",
            "5855b161-f63e-4683-b7c7-8ca6e97ee266",
            "open",
            OTHER_BOT
        ),
        closed,
        comment(
            "9855b161-f63e-4683-b7c7-8ca6e97ee266",
            "6855b161-f63e-4683-b7c7-8ca6e97ee266",
            "closed too",
            OTHER_BOT
        ),
    ]);
    sim.seed(&state).expect("a seed");
    sim
}

#[test]
fn a_comment_on_a_page_and_an_answer_to_it() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    sim.set_now("2026-07-04T10:00:30Z".parse().expect("a time"));
    let first = client
        .post(
            "/v1/comments",
            &json!({"parent": on_page(&sim), "rich_text": said("one")}),
        )
        .ok();
    let bot = client.get("/v1/users/me").ok();
    assert_eq!(
        first,
        json!({
            "object": "comment", "id": first["id"],
            "parent": {"type": "page_id", "page_id": sim.parent_page_id()},
            "discussion_id": first["discussion_id"],
            "created_time": "2026-07-04T10:00:00.000Z", "last_edited_time": "2026-07-04T10:00:00.000Z",
            "created_by": {"object": "user", "id": bot["id"]},
            "rich_text": [{
                "type": "text", "text": {"content": "one", "link": null},
                "annotations": {"bold": false, "italic": false, "strikethrough": false, "underline": false, "code": false,
                                "color": "default"},
                "plain_text": "one", "href": null,
            }],
            "display_name": {"type": "integration", "resolved_name": "Notion Sim"},
            "request_id": first["request_id"],
        })
    );
    assert_eq!(first["discussion_id"].as_str().map(str::len), Some(36));
    let second = client
        .post(
            "/v1/comments",
            &json!({"parent": on_page(&sim), "rich_text": said("two")}),
        )
        .ok();
    assert_eq!(second["discussion_id"], first["discussion_id"], "as recorded");
    let third = client
        .post(
            "/v1/comments",
            &json!({"discussion_id": first["discussion_id"], "rich_text": said("three")}),
        )
        .ok();
    assert_eq!(third["parent"], first["parent"]);
    let list = client
        .get(&format!("/v1/comments?block_id={}", sim.parent_page_id()))
        .ok();
    assert_eq!(texts(&list), ["one", "two", "three"]);
    let keys: Vec<&String> = list.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "object",
            "results",
            "next_cursor",
            "has_more",
            "type",
            "comment",
            "request_id"
        ]
    );
    assert_eq!((&list["type"], &list["comment"]), (&json!("comment"), &json!({})));
    let got = client.get(&format!("/v1/comments/{}", text(&third["id"]))).ok();
    assert_eq!(got["rich_text"], third["rich_text"]);
}

#[test]
fn comments_on_a_block_are_apart_from_those_on_its_page() {
    let sim = with_block();
    let client = Client::new(&sim);
    let on_block = json!({"parent": {"type": "block_id", "block_id": BLOCK}, "markdown": "on the **block**"});
    let comment = client.post("/v1/comments", &on_block).ok();
    assert_eq!(comment["parent"], json!({"type": "block_id", "block_id": BLOCK}));
    assert_eq!(comment["rich_text"][1]["plain_text"], "block");
    assert_eq!(comment["rich_text"][1]["annotations"]["bold"], true);
    assert_eq!(listed(&client, BLOCK), ["on the "]);
    assert_eq!(
        listed(&client, &sim.parent_page_id()),
        ["open"],
        "nothing that is closed"
    );
    let page_as_block =
        json!({"parent": {"block_id": sim.parent_page_id()}, "rich_text": said("on the page")});
    let comment = client.post("/v1/comments", &page_as_block).ok();
    assert_eq!(comment["parent"]["type"], "page_id");
    assert_eq!(comment["discussion_id"], "5855b161-f63e-4683-b7c7-8ca6e97ee266");
    assert_eq!(listed(&client, &sim.parent_page_id()), ["open", "on the page"]);
    for path in [
        "/v1/comments/4855b161-f63e-4683-b7c7-8ca6e97ee266",
        "/v1/comments/9855b161-f63e-4683-b7c7-8ca6e97ee266",
    ] {
        assert_eq!(client.get(path).status, 404, "the whole discussion is closed");
    }
    let answer = client.post(
        "/v1/comments",
        &json!({"discussion_id": "6855b161-f63e-4683-b7c7-8ca6e97ee266", "rich_text": said("x")}),
    );
    assert_eq!(answer.status, 404);
    let state = sim.state();
    let again = start(Sim::builder().seed(state.clone()));
    assert!(again.state() == state);
}

#[test]
fn only_own_comments_can_be_changed() {
    let sim = with_block();
    let client = Client::new(&sim);
    let body = json!({"parent": on_page(&sim), "rich_text": said("mine")});
    let mine = format!(
        "/v1/comments/{}",
        text(&client.post("/v1/comments", &body).ok()["id"])
    );
    sim.set_now("2027-01-01T00:00:00Z".parse().expect("a time"));
    let changed = client.patch(&mine, &json!({"markdown": "*new*"})).ok();
    assert_eq!(changed["rich_text"][0]["annotations"]["italic"], true);
    assert_eq!(changed["last_edited_time"], "2027-01-01T00:00:00.000Z");
    assert_ne!(changed["created_time"], changed["last_edited_time"]);
    assert_eq!(client.get(&mine).ok()["rich_text"], changed["rich_text"]);

    let theirs = "/v1/comments/3855b161-f63e-4683-b7c7-8ca6e97ee266";
    for answer in [
        client.patch(theirs, &json!({"markdown": "x"})),
        client.call("DELETE", theirs, &Value::Null),
    ] {
        assert_eq!((answer.status, answer.code()), (403, "restricted_resource"));
    }
    assert_eq!(client.get(theirs).ok()["rich_text"][0]["plain_text"], "open");

    let deleted = client.call("DELETE", &mine, &Value::Null).ok();
    assert_eq!(
        (&deleted["object"], &deleted["rich_text"]),
        (&json!("comment"), &changed["rich_text"])
    );
    assert_eq!(client.get(&mine).status, 404);
    assert_eq!(client.call("DELETE", &mine, &Value::Null).status, 404);
    assert_eq!(listed(&client, &sim.parent_page_id()), ["open"]);
}

#[test]
fn names_and_attachments() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let comment = |body: Value| {
        let mut whole = json!({"parent": on_page(&sim), "rich_text": said("x")});
        whole
            .as_object_mut()
            .expect("an object")
            .extend(body.as_object().expect("an object").clone());
        client.post("/v1/comments", &whole)
    };
    for (name, shown) in [
        (
            json!({"type": "integration"}),
            json!({"type": "integration", "resolved_name": "Notion Sim"}),
        ),
        (
            json!({"type": "user"}),
            json!({"type": "user", "resolved_name": null}),
        ),
        (
            json!({"type": "custom", "custom": {"name": "Release robot"}}),
            json!({"type": "custom", "resolved_name": "Release robot"}),
        ),
    ] {
        assert_eq!(comment(json!({"display_name": name})).ok()["display_name"], shown);
    }
    let upload = |filename: &str| {
        let created = client
            .post("/v1/file_uploads", &json!({"filename": filename}))
            .ok();
        let form = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nbytes\r\n--b--\r\n";
        let bearer = format!("Bearer {}", sim.token());
        let headers = [
            ("authorization", bearer.as_str()),
            ("notion-version", common::VERSION),
            ("content-type", "multipart/form-data; boundary=b"),
        ];
        send("POST", &text(&created["upload_url"]), &headers, form.as_bytes())
            .expect("an answer")
            .ok();
        text(&created["id"])
    };
    let (image, sheet) = (upload("a.png"), upload("b.xlsx"));
    let attached = comment(
        json!({"attachments": [{"file_upload_id": image}, {"type": "file_upload", "file_upload_id": sheet}]}),
    );
    let attachments = attached.ok()["attachments"].clone();
    assert_eq!(
        (&attachments[0]["category"], &attachments[1]["category"]),
        (&json!("image"), &json!("productivity"))
    );
    assert_eq!(attachments[0].as_object().map(serde_json::Map::len), Some(2));
    assert_eq!(
        send("GET", &text(&attachments[0]["file"]["url"]), &[], b"")
            .expect("a file")
            .text,
        "bytes"
    );
    let expiry = client.get(&format!("/v1/file_uploads/{image}")).ok();
    assert_eq!(expiry["expiry_time"], Value::Null);
    let unknown = comment(json!({"attachments": [{"file_upload_id": NOBODY}]}));
    assert_eq!((unknown.status, unknown.code()), (404, "object_not_found"));
    let four = vec![json!({"file_upload_id": image}); 4];
    let message = comment(json!({"attachments": four})).message().to_owned();
    assert!(
        message.contains("body.attachments.length should be ≤ `3`, instead was `4`."),
        "{message}"
    );
}

#[test]
fn what_is_refused() {
    let sim = with_block();
    let client = Client::new(&sim);
    let page = sim.parent_page_id();
    for (body, message) in [
        (
            json!({"rich_text": said("x")}),
            "body failed validation. Fix one:\nbody.parent should be defined, instead was `undefined`.\n\
             body.discussion_id should be defined, instead was `undefined`.",
        ),
        (
            json!({"parent": {"page_id": page}}),
            "body failed validation. Fix one:\nbody.rich_text should be defined, instead was `undefined`.\n\
             body.markdown should be defined, instead was `undefined`.",
        ),
        (
            json!({"parent": {"page_id": page}, "rich_text": said("x"), "markdown": "x"}),
            "body.markdown should be not present, instead was `\"x\"`.",
        ),
        (
            json!({"parent": {"page_id": page}, "discussion_id": NOBODY, "markdown": "x"}),
            "body.discussion_id should be not present",
        ),
        (
            json!({"parent": {"page_id": "x"}, "markdown": "x"}),
            "body.parent.page_id should be a valid uuid",
        ),
        (
            json!({"parent": {}, "markdown": "x"}),
            "body.parent.page_id should be defined",
        ),
        (
            json!({"parent": {"page_id": page}, "markdown": 1}),
            "body.markdown should be a string or `undefined`",
        ),
        (
            json!({"parent": {"page_id": page}, "rich_text": "x"}),
            "body.rich_text should be an array",
        ),
        (
            json!({"parent": {"page_id": page}, "markdown": "x", "display_name": {"type": "nobody"}}),
            "body.display_name.type should be `\"integration\"`, `\"user\"`, or `\"custom\"`, instead was `\"nobody\"`.",
        ),
        (
            json!({"parent": {"page_id": page}, "markdown": "x", "display_name": {"type": "custom"}}),
            "body.display_name.custom should be defined",
        ),
        (
            json!({"parent": {"page_id": page}, "markdown": "x", "colour": 1}),
            "body.colour should be not present",
        ),
    ] {
        let answer = client.post("/v1/comments", &body);
        assert_eq!(
            (answer.status, answer.code()),
            (400, "validation_error"),
            "{body}"
        );
        assert!(answer.message().contains(message), "{}", answer.message());
    }
    for (body, what) in [
        (json!({"parent": {"page_id": NOBODY}, "markdown": "x"}), "page"),
        (json!({"parent": {"page_id": BLOCK}, "markdown": "x"}), "page"),
        (json!({"parent": {"block_id": NOBODY}, "markdown": "x"}), "block"),
        (json!({"discussion_id": NOBODY, "markdown": "x"}), "discussion"),
    ] {
        let answer = client.post("/v1/comments", &body);
        assert_eq!(
            (answer.status, answer.code()),
            (404, "object_not_found"),
            "{body}"
        );
        assert!(
            answer
                .message()
                .starts_with(&format!("Could not find {what} with ID: "))
        );
    }
    assert_eq!(listed(&client, &page), ["open"]);
    let trashed = format!("/v1/pages/{page}");
    client.patch(&trashed, &json!({"in_trash": true})).ok();
    let answer = client.post(
        "/v1/comments",
        &json!({"parent": {"page_id": page}, "markdown": "x"}),
    );
    assert!(answer.message().contains("archived"), "{}", answer.message());
}

#[test]
fn lists_are_asked_for_in_the_right_way() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let page = sim.parent_page_id();
    for content in ["a", "b", "c"] {
        client
            .post(
                "/v1/comments",
                &json!({"parent": on_page(&sim), "rich_text": said(content)}),
            )
            .ok();
    }
    let first = client
        .get(&format!("/v1/comments?block_id={page}&page_size=2"))
        .ok();
    assert_eq!(
        (texts(&first), &first["has_more"]),
        (vec!["a".into(), "b".into()], &json!(true))
    );
    let next = text(&first["next_cursor"]);
    let rest = client
        .get(&format!("/v1/comments?block_id={page}&start_cursor={next}"))
        .ok();
    assert_eq!(
        (texts(&rest), &rest["next_cursor"]),
        (vec!["c".into()], &Value::Null)
    );
    for (query, message) in [
        (
            "",
            "query failed validation: query.block_id should be defined, instead was `undefined`.",
        ),
        (
            "?block_id=",
            "query failed validation: query.block_id should be a string, instead was `0`.",
        ),
        (
            "?block_id=x",
            "query failed validation: query.block_id should be a valid uuid, instead was `\"x\"`.",
        ),
        (
            &format!("?block_id={page}&page_size=101"),
            "query failed validation: query.page_size should be ≤ `100` or `undefined`, instead was `101`.",
        ),
        (
            &format!("?block_id={page}&start_cursor=x"),
            "query failed validation: query.start_cursor should be a valid uuid or `undefined`, instead was `\"x\"`.",
        ),
        (
            &format!("?block_id={page}&start_cursor={NOBODY}"),
            &format!(
                "query failed validation: query.start_cursor should be a valid uuid or `undefined`, instead was `\"{NOBODY}\"`."
            ),
        ),
    ] {
        let answer = client.get(&format!("/v1/comments{query}"));
        assert_eq!((answer.status, answer.message()), (400, message));
    }
    let missing = client.get(&format!("/v1/comments?block_id={NOBODY}"));
    assert_eq!((missing.status, missing.code()), (404, "object_not_found"));
    assert!(
        missing
            .message()
            .starts_with(&format!("Could not find block with ID: {NOBODY}."))
    );
    let (database, _) = client.database(&page, "T", &json!({"Name": {"title": {}}}));
    let answer = client.get(&format!("/v1/comments?block_id={database}"));
    assert_eq!((answer.status, answer.code()), (403, "restricted_resource"));
    let answer = client.get("/v1/comments/x");
    assert!(
        answer
            .message()
            .contains("path.comment_id should be a valid uuid, instead was `\"x\"`.")
    );
}

#[test]
fn comments_are_seen_with_their_page() {
    let sim = with_block();
    let client = Client::new(&sim);
    let page = sim.parent_page_id();
    let theirs = "/v1/comments/3855b161-f63e-4683-b7c7-8ca6e97ee266";
    client.get(theirs).ok();
    sim.unshare(&page);
    for answer in [
        client.get(theirs),
        client.get(&format!("/v1/comments?block_id={page}")),
        client.get(&format!("/v1/comments?block_id={BLOCK}")),
        client.post(
            "/v1/comments",
            &json!({"parent": {"block_id": BLOCK}, "markdown": "x"}),
        ),
        client.post(
            "/v1/comments",
            &json!({"discussion_id": "5855b161-f63e-4683-b7c7-8ca6e97ee266", "markdown": "x"}),
        ),
    ] {
        assert_eq!((answer.status, answer.code()), (404, "object_not_found"));
    }
    sim.share(BLOCK);
    assert!(listed(&client, BLOCK).is_empty());
    assert_eq!(client.get(theirs).status, 404);
}

#[test]
fn seeds_that_contradict_themselves_are_refused() {
    let sim = with_block();
    let problem = |comment: Value| {
        let mut state = sim.state();
        state["comments"] = json!([comment]);
        sim.seed(&state).expect_err("a problem").to_string()
    };
    let id = "3855b161-f63e-4683-b7c7-8ca6e97ee266";
    let parent = json!({"type": "page_id", "page_id": NOBODY});
    assert!(problem(json!({"id": id, "parent": parent})).contains("which the document does not have"));
    assert!(problem(json!({"id": id})).contains("`comments[0]`.parent is missing."));
    assert!(
        problem(json!({"id": BLOCK, "parent": {"type": "block_id", "block_id": BLOCK}}))
            .contains("used twice")
    );
    let unshaped = json!({"id": id, "parent": {"type": "block_id", "block_id": BLOCK}, "rich_text": "x"});
    assert!(problem(unshaped).contains("`comments[0]`.rich_text should be a list"));
}
