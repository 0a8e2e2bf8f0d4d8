//! Work that is done later.

use notion_sim::{Capability, Connection, Sim};
use serde_json::{Value, json};

use crate::common::{self, Client, start};
use crate::desk::{PAGE, children, page, path, replace};

#[test]
fn tasks_are_told_in_steps() {
    let sim = start(Sim::builder());
    let (client, page) = page(&sim, "");
    let edit = |content: &str, after: &str| {
        let body = json!({
            "allow_async": true, "type": "insert_content", "insert_content": {"content": content, "after": after},
        });
        client.patch(&path(&page), &body)
    };
    client
        .patch(
            &path(&page),
            &json!({"type": "insert_content", "insert_content": {"content": "a"}}),
        )
        .ok();
    let answer = edit("# Hello\n\nAsync.", "a");
    assert_eq!(answer.status, 202);
    let queued = answer.json;
    let keys: Vec<&String> = queued.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "object",
            "id",
            "status",
            "status_url",
            "created_time",
            "poll_after_seconds",
            "operation",
            "request_id"
        ]
    );
    assert_eq!(
        (&queued["object"], &queued["status"]),
        (&json!("async_task"), &json!("queued"))
    );
    assert_eq!(
        queued["operation"],
        json!({"surface": "rest", "name": "PATCH /v1/pages/:page_id/markdown"})
    );
    let task = common::text(&queued["id"]);
    assert!(task.starts_with("task_") && task.len() == 37);
    assert_eq!(
        queued["status_url"],
        format!("{}/v1/async_tasks/{task}", sim.base_url())
    );
    let ask = |task: &str| client.get(&format!("/v1/async_tasks/{task}"));
    let running = ask(&task).ok();
    assert_eq!(
        (&running["status"], &running["poll_after_seconds"]),
        (&json!("running"), &json!(2))
    );
    for _ in 0..2 {
        let done = ask(&task).ok();
        assert_eq!(done["status"], "succeeded");
        assert_eq!(done["result"]["markdown"], "a\n# Hello\nAsync.");
        assert!(done.get("poll_after_seconds").is_none());
    }

    let failed = edit("x", "nowhere");
    assert_eq!(failed.status, 202);
    let task = common::text(&failed.json["id"]);
    ask(&task).ok();
    let failed = ask(&task).ok();
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["error"]["code"], "validation_error");
    assert_eq!(failed["error"]["object"], "error");

    let body = json!({"parent": {"page_id": page}, "markdown": "# New", "allow_async": true});
    let answer = client.post("/v1/pages", &body);
    assert_eq!(
        (answer.status, &answer.json["operation"]["name"]),
        (202, &json!("POST /v1/pages"))
    );
    let task = common::text(&answer.json["id"]);
    ask(&task).ok();
    let made = ask(&task).ok();
    assert_eq!(common::title(&made["result"]), "New");
    assert_eq!(
        replace(&client, PAGE, "x").status,
        404,
        "what nobody may see is refused at once"
    );
    assert_eq!(ask("task_00000000000000000000000000000000").status, 404);

    // Whatever is wrong with the text or the values comes out in the end.
    let before = children(&client, &page).len();
    let parent = json!({"page_id": page});
    for more in [
        json!({"markdown": "<page>New</page>"}),
        json!({"markdown": "x", "properties": {"Nope": {"number": 1}}}),
    ] {
        let mut body = json!({"parent": parent, "allow_async": true});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        let answer = client.post("/v1/pages", &body);
        assert_eq!(answer.status, 202, "{}", answer.text);
        let task = common::text(&answer.json["id"]);
        ask(&task).ok();
        let failed = ask(&task).ok();
        assert_eq!(
            (&failed["status"], &failed["error"]["code"]),
            (&json!("failed"), &json!("validation_error"))
        );
    }
    assert_eq!(children(&client, &page).len(), before);
    for body in [
        json!({"parent": {"page_id": PAGE}, "markdown": "x", "allow_async": true}),
        json!({"parent": parent, "markdown": 5, "allow_async": true}),
    ] {
        assert!(client.post("/v1/pages", &body).status >= 400, "{body}");
    }
    let without_text = json!({"parent": parent, "allow_async": true, "properties": {"title": []}});
    assert_eq!(client.post("/v1/pages", &without_text).status, 200);
}

#[test]
fn whoever_may_not_read_learns_nothing_from_tasks() {
    let writer = Connection::internal("Writer")
        .token("ntn_writer")
        .capabilities([Capability::UpdateContent]);
    let sim = start(Sim::builder().connection(writer));
    let (_, page) = page(&sim, "secret");
    let client = Client::with_token(&sim, "ntn_writer");
    let edit = |more: Value| {
        let mut body = json!({"type": "insert_content", "insert_content": {"content": "x"}});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        client.patch(&path(&page), &body)
    };
    let answer = edit(json!({})).ok();
    assert_eq!(
        (&answer["object"], answer.get("markdown")),
        (&json!("page_markdown"), None)
    );
    let queued = edit(json!({"allow_async": true}));
    let task = format!("/v1/async_tasks/{}", common::text(&queued.json["id"]));
    client.get(&task).ok();
    assert_eq!(
        client.get(&task).ok()["result"],
        json!({"object": "page_markdown", "id": page})
    );
    assert_eq!(Client::new(&sim).get(&task).status, 404, "another connection");
}
