//! How much a request can hold, and how much an answer does.

use serde_json::{Value, json};

use crate::common::text;
use crate::desk::{Desk, paragraph, texts};

#[test]
fn limits() {
    let desk = Desk::new();
    let many = |count: usize| Value::Array(vec![json!({"divider": {}}); count]);
    assert_eq!(
        desk.refused(&many(101)),
        "body failed validation: body.children.length should be ≤ `100`, instead was `101`."
    );
    assert_eq!(desk.add(&desk.page, &many(100)).len(), 100);
    let inner = json!([{"toggle": {"rich_text": [], "children": many(101)}}]);
    assert_eq!(
        desk.refused(&inner),
        "body failed validation: body.children[0].toggle.children.length should be ≤ `100`, instead was `101`."
    );
    let toggles = Value::Array(vec![
        json!({"toggle": {"rich_text": [], "children": many(100)}});
        10
    ]);
    assert_eq!(
        desk.refused(&toggles),
        "body failed validation: body.children.length should be ≤ `1000`, instead was `1010`."
    );
    assert_eq!(
        desk.refused(&json!([paragraph(&"x".repeat(2001))])),
        "body failed validation: body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`, instead was `2001`."
    );
    desk.add(&desk.page, &json!([paragraph(&"x".repeat(2000))]));
    let items = Value::Array(vec![json!({"text": {"content": "x"}}); 101]);
    assert_eq!(
        desk.refused(&json!([{"quote": {"rich_text": items}}])),
        "body failed validation: body.children[0].quote.rich_text.length should be ≤ `100`, instead was `101`."
    );
    assert_eq!(
        desk.refused(&json!([{"equation": {"expression": "x".repeat(1001)}}])),
        "body failed validation: body.children[0].equation.expression.length should be ≤ `1000`, instead was `1001`."
    );
    let long = format!("https://example.com/{}", "x".repeat(2000));
    assert!(
        desk.refused(&json!([{"embed": {"url": long}}]))
            .contains("embed.url.length should be ≤ `2000`")
    );
    assert!(
        desk.refused(&json!([{"image": {"external": {"url": long}}}]))
            .contains("image.external.url.length should be ≤ `2000`")
    );

    let nested = |children: Value| json!([{"toggle": {"rich_text": [], "children": [{"toggle": {"rich_text": [], "children": children}}]}}]);
    desk.add(&desk.page, &nested(json!([paragraph("deepest")])));
    assert_eq!(
        desk.refused(&nested(
            json!([{"toggle": {"rich_text": [], "children": [paragraph("too deep")]}}])
        )),
        "body failed validation: body.children[0].toggle.children[0].toggle.children[0].toggle.children should be not present, \
         instead was `[{\"paragraph\":{\"rich_text\":[{\"text\":{\"content\":\"too dee...`."
    );
    let table = json!({"table": {"table_width": 1, "children": [{"table_row": {"cells": [[]]}}]}});
    desk.add(
        &desk.page,
        &json!([{"toggle": {"rich_text": [], "children": [table]}}]),
    );
    assert!(
        desk.refused(&nested(json!([table])))
            .starts_with("body failed validation. Fix one:\n")
    );
    let columns =
        json!({"column_list": {"children": [{"column": {"children": []}}, {"column": {"children": []}}]}});
    assert!(
        desk.refused(&json!([{"toggle": {"rich_text": [], "children": [columns]}}]))
            .starts_with("body failed validation. Fix one:\n")
    );
    let answer = desk.append(&desk.page, &json!({}));
    assert_eq!(
        answer.message(),
        "body failed validation: body.children should be defined, instead was `undefined`."
    );
    assert_eq!(desk.add(&desk.page, &json!([])), Vec::<Value>::new());
}

#[test]
fn long_lists_come_in_pages() {
    let desk = Desk::new();
    let hundred: Vec<Value> = (0..100).map(|at| paragraph(&at.to_string())).collect();
    let first = desk.add(&desk.page, &json!(hundred));
    desk.add(&desk.page, &json!([paragraph("last")]));
    let path = format!("/v1/blocks/{}/children", desk.page);
    let page = desk.client.get(&path).ok();
    assert_eq!(page["results"].as_array().map(Vec::len), Some(100));
    let rest = desk
        .client
        .get(&format!("{path}?start_cursor={}", text(&page["next_cursor"])))
        .ok();
    assert_eq!(texts(rest["results"].as_array().expect("results")), ["last"]);
    assert_eq!(
        (&rest["next_cursor"], &rest["has_more"]),
        (&Value::Null, &json!(false))
    );
    assert!(
        desk.client
            .get(&format!("{path}?start_cursor=x"))
            .message()
            .contains("should be a valid uuid or `undefined`")
    );
    let position = json!({"type": "after_block", "after_block": {"id": first[0]["id"]}});
    let answer = desk
        .append(
            &desk.page,
            &json!({"children": [paragraph("new")], "position": position}),
        )
        .ok();
    assert_eq!(
        (answer["results"].as_array().map(Vec::len), &answer["has_more"]),
        (Some(100), &json!(true))
    );
    let (database, _) = desk
        .client
        .database(&desk.page, "T", &json!({"Name": {"title": {}}}));
    assert_eq!(desk.children(&database), Vec::<Value>::new());
    assert_eq!(desk.block(&database)["child_database"], json!({"title": "T"}));
    assert_eq!(
        desk.append(&database, &json!({"children": [paragraph("x")]}))
            .status,
        400
    );
}
