//! Where new blocks go: places, pages with content, copies of synced blocks.

use serde_json::{Value, json};

use crate::common::{Client, text, titled};
use crate::desk::{Desk, new_page, paragraph, rows, said, texts};

#[test]
fn places() {
    let desk = Desk::new();
    let first = desk.add(
        &desk.page,
        &json!([paragraph("a"), paragraph("b"), paragraph("c")]),
    );
    let after = |id: &Value| json!({"type": "after_block", "after_block": {"id": id}});
    let body = |position: Value| json!({"children": [paragraph("x"), paragraph("y")], "position": position});
    let answer = desk.append(&desk.page, &body(after(&first[0]["id"]))).ok();
    let results = answer["results"].as_array().expect("results");
    assert_eq!(texts(results), ["x", "y", "b", "c"], "with all that follow");
    let answer = desk.append(&desk.page, &body(json!({"type": "end"}))).ok();
    assert_eq!(answer["results"].as_array().map(Vec::len), Some(2));
    desk.append(
        &desk.page,
        &json!({"children": [paragraph("0")], "position": {"type": "start"}}),
    )
    .ok();
    assert_eq!(
        texts(&desk.children(&desk.page)),
        ["0", "a", "x", "y", "b", "c", "x", "y"]
    );

    let elsewhere = desk.add(&desk.sim.parent_page_id(), &json!([paragraph("z")]));
    let sibling = text(&elsewhere[0]["id"]);
    let answer = desk.append(&desk.page, &body(after(&json!(sibling))));
    assert_eq!(
        answer.message(),
        format!(
            "Block ID ({sibling}) to append children after is not parented by {}.",
            desk.page
        )
    );
    desk.delete(&text(&first[0]["id"])).ok();
    assert_eq!(
        desk.append(&desk.page, &body(after(&first[0]["id"]))).status,
        400,
        "not after what is in the trash"
    );
    assert_eq!(
        desk.append(&desk.page, &body(json!({"type": "middle"})))
            .message(),
        "body failed validation: body.position.type should be `\"after_block\"`, `\"start\"`, or `\"end\"`, instead was `\"middle\"`."
    );
    let old = json!({"children": [paragraph("o")], "after": first[1]["id"]});
    let answer = desk.append(&desk.page, &old);
    assert!(
        answer.message().contains("body.after should be not present"),
        "{}",
        answer.message()
    );
    let client = Client::at_version(&desk.sim, "2025-09-03");
    let path = format!("/v1/blocks/{}/children", desk.page);
    let answer = client.patch(&path, &old).ok();
    assert_eq!(
        texts(answer["results"].as_array().expect("results")),
        ["o", "c", "x", "y"]
    );
    assert_eq!(answer["results"][0]["archived"], false);
    assert_eq!(
        client
            .patch(&path, &json!({"children": [], "after": "x"}))
            .message(),
        "body failed validation: body.after should be a valid uuid, instead was `\"x\"`."
    );
}

#[test]
fn pages_with_content() {
    let desk = Desk::new();
    let client = &desk.client;
    let children =
        json!([{"toggle": {"rich_text": said("T"), "children": [paragraph("in")]}}, paragraph("p")]);
    for key in ["children", "content"] {
        let page = new_page(
            client,
            &desk.page,
            &json!({key: children, "properties": {"title": titled(key)}}),
        );
        let blocks = desk.children(&text(&page["id"]));
        assert_eq!(texts(&blocks), ["T", "p"]);
        assert_eq!(texts(&desk.children(&text(&blocks[0]["id"]))), ["in"]);
    }
    let (_, source) = client.database(&desk.page, "D", &json!({"Name": {"title": {}}}));
    let row = json!({"parent": {"data_source_id": source}, "children": [paragraph("r")]});
    let row = client.post("/v1/pages", &row).ok();
    assert_eq!(texts(&desk.children(&text(&row["id"]))), ["r"]);

    let named = |name: &str, position: Value| {
        new_page(
            client,
            &desk.page,
            &json!({"properties": {"title": titled(name)}, "position": position}),
        )
    };
    let first = named("first", json!({"type": "page_start"}));
    named(
        "second",
        json!({"type": "after_block", "after_block": {"id": first["id"]}}),
    );
    named("last", json!({"type": "page_end"}));
    let listed = desk.children(&desk.page);
    let titles: Vec<String> = listed
        .iter()
        .map(|block| text(&block[text(&block["type"])]["title"]))
        .collect();
    assert_eq!(titles, ["first", "second", "children", "content", "D", "last"]);
    let path = format!("/v1/pages/{}", text(&first["id"]));
    client
        .patch(&path, &json!({"properties": {"title": titled("renamed")}}))
        .ok();
    assert_eq!(
        desk.children(&desk.page)[0]["child_page"],
        json!({"title": "renamed"})
    );

    let before = desk.sim.state();
    let parent = json!({"page_id": desk.page});
    let refused = json!([
        [
            {"parent": parent, "children": [{"divider": {"x": 1}}]},
            "body failed validation: body.children[0].divider.x should be not present, instead was `1`."
        ],
        [
            {"parent": parent, "children": [], "content": []},
            "body failed validation: body.content should be not present, instead was `[]`."
        ],
        [
            {"parent": parent, "children": [{"column": {"children": []}}]},
            "Block type column can only be a child of block type column_list."
        ],
        [
            {"parent": parent, "position": {"type": "start"}},
            "body failed validation: body.position.type should be `\"after_block\"`, `\"page_start\"`, or `\"page_end\"`, instead was `\"start\"`."
        ],
        [
            {"parent": {"data_source_id": source}, "position": {"type": "page_end"}},
            "body failed validation: body.position should be not present, instead was `{\"type\":\"page_end\"}`."
        ],
    ]);
    for [body, message] in rows(&refused) {
        assert_eq!(client.post("/v1/pages", &body).message(), message);
    }
    assert!(desk.sim.state() == before);

    let page = new_page(client, &desk.page, &json!({"children": children}));
    let path = format!("/v1/pages/{}", text(&page["id"]));
    client.patch(&path, &json!({"erase_content": true})).ok();
    assert_eq!(desk.children(&text(&page["id"])), Vec::<Value>::new());
}

#[test]
fn copies_show_what_their_original_does() {
    let desk = Desk::new();
    let original = desk.one(&json!({"synced_block": {"synced_from": null, "children": [paragraph("a")]}}));
    let copy =
        desk.one(&json!({"synced_block": {"synced_from": {"type": "block_id", "block_id": original}}}));
    let shown = desk.block(&copy);
    assert_eq!(
        shown["synced_block"],
        json!({"synced_from": {"type": "block_id", "block_id": original}})
    );
    assert_eq!(shown["has_children"], true);
    desk.add(&original, &json!([paragraph("b")]));
    assert_eq!(texts(&desk.children(&copy)), ["a", "b"]);
    assert_eq!(desk.children(&copy), desk.children(&original));
    assert_eq!(
        desk.append(&copy, &json!({"children": [paragraph("c")]})).status,
        400
    );
    let source = |id: &str| json!({"synced_block": {"synced_from": {"block_id": id}}});
    desk.refused(&json!([source(&copy)]));
    desk.refused(&json!([source(&desk.one(&paragraph("p")))]));
    desk.refused(
        &json!([{"synced_block": {"synced_from": {"block_id": original}, "children": [paragraph("x")]}}]),
    );
    assert_eq!(
        desk.change(&copy, &json!({"synced_block": {"synced_from": null}}))
            .status,
        400
    );
    assert_eq!(desk.change(&copy, &source(&original)).status, 200);
    for child in desk.children(&original) {
        desk.delete(&text(&child["id"])).ok();
    }
    assert_eq!(desk.block(&copy)["has_children"], false);
}
