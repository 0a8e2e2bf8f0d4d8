//! Changing blocks, and the trash.

use serde_json::{Value, json};

use crate::common::{Client, text};
use crate::desk::{Desk, keys, new_page, paragraph, read, rows, said, texts};

#[test]
fn changes_replace_what_they_name_and_nothing_else() {
    let desk = Desk::new();
    let url = |url: &str| json!({"url": url});
    let cases = json!([
        [
            {"paragraph": {"rich_text": said("A"), "color": "red"}}, {"rich_text": said("B")},
            {"rich_text": read("B"), "icon": null, "color": "red"}
        ],
        [
            {"paragraph": {"rich_text": said("A")}}, {"color": "blue_background"},
            {"rich_text": read("A"), "icon": null, "color": "blue_background"}
        ],
        [
            {"heading_2": {"rich_text": said("A")}}, {"rich_text": said("B"), "is_toggleable": true},
            {"rich_text": read("B"), "is_toggleable": true, "color": "default"}
        ],
        [
            {"to_do": {"rich_text": said("A")}}, {"checked": true, "children": []},
            {"rich_text": read("A"), "checked": true, "color": "default"}
        ],
        [
            {"callout": {"rich_text": said("A")}}, {"icon": {"external": {"url": "https://example.com/i.png"}}},
            {"rich_text": read("A"), "icon": {"type": "external", "external": {"url": "https://example.com/i.png"}}, "color": "default"}
        ],
        [{"quote": {"rich_text": said("A")}}, {"rich_text": []}, {"rich_text": [], "color": "default"}],
        [
            {"code": {"rich_text": said("A"), "language": "rust"}}, {"caption": said("C")},
            {"caption": read("C"), "rich_text": read("A"), "language": "rust"}
        ],
        [{"equation": {"expression": "a"}}, {"expression": "b"}, {"expression": "b"}],
        [{"embed": {"url": "https://a.com"}}, {"url": "https://b.com"}, {"caption": [], "url": "https://b.com"}],
        [
            {"image": {"external": url("https://a.com/a.png")}}, {"caption": said("C")},
            {"caption": read("C"), "type": "external", "external": url("https://a.com/a.png")}
        ],
        [
            {"file": {"external": url("https://a.com/a.txt")}}, {"external": url("https://b.com/b.txt"), "name": "c"},
            {"caption": [], "type": "external", "external": url("https://b.com/b.txt"), "name": "c.txt"}
        ],
        [{"table_of_contents": {}}, {"color": "gray"}, {"color": "gray"}],
        [
            {"link_to_page": {"page_id": desk.page}}, {"page_id": desk.sim.parent_page_id()},
            {"type": "page_id", "page_id": desk.sim.parent_page_id()}
        ],
        [{"divider": {}}, {}, {}],
        [{"synced_block": {"synced_from": null}}, {"synced_from": null}, {"synced_from": null}],
    ]);
    for [made, given, expected] in rows(&cases) {
        let kind = keys(&made)[0];
        let id = desk.one(&made);
        let answer = desk.change(&id, &json!({"type": kind, kind: given})).ok();
        assert_eq!(answer[kind], expected, "{kind}");
        assert_eq!(keys(&answer[kind]), keys(&expected), "{kind}");
        assert_eq!(desk.block(&id)[kind], expected);
    }
    let table =
        desk.one(&json!({"table": {"table_width": 1, "children": [{"table_row": {"cells": [said("A")]}}]}}));
    let answer = desk
        .change(&table, &json!({"table": {"has_column_header": true}}))
        .ok();
    assert_eq!(
        answer["table"],
        json!({"table_width": 1, "has_column_header": true, "has_row_header": false})
    );
    let answer = desk.change(&table, &json!({"table": {"table_width": 2}}));
    assert_eq!(
        answer.message(),
        "body failed validation: body.table.table_width should be not present, instead was `2`."
    );
    let row = text(&desk.children(&table)[0]["id"]);
    let answer = desk
        .change(&row, &json!({"table_row": {"cells": [said("B")]}}))
        .ok();
    assert_eq!(answer["table_row"]["cells"], json!([read("B")]));
}

#[test]
fn changes_that_are_refused() {
    let desk = Desk::new();
    let heading =
        desk.one(&json!({"heading_1": {"rich_text": said("H"), "children": [paragraph("inside")]}}));
    let quote = desk.one(&json!({"quote": {"rich_text": said("Q")}}));
    let plain = desk.one(&paragraph("P"));
    let place = |path: &str, expectation: &str, found: &str| {
        format!("body failed validation: body.{path} should be {expectation}, instead was `{found}`.")
    };
    let cases = json!([
        [heading, {"paragraph": {"rich_text": []}}, "Expected block type heading_1 in request body"],
        [desk.page, {"paragraph": {"rich_text": []}}, "Expected block type child_page in request body"],
        [quote, {"quote": {"color": "red"}}, place("quote.rich_text", "defined", "undefined")],
        [quote, {"type": "quote"}, place("quote", "defined", "undefined")],
        [quote, {"quote": {"rich_text": []}, "object": "block"}, place("object", "not present", "\"block\"")],
        [plain, {"paragraph": {"children": []}}, place("paragraph.children", "not present", "[]")],
        [
            quote, {"quote": {"rich_text": [], "children": [{"divider": {}}]}},
            place("quote.children", "not present", "[{\"divider\":{}}]")
        ],
        [quote, {"in_trash": "yes"}, place("in_trash", "a boolean or `undefined`", "\"yes\"")],
        [quote, {"archived": true}, place("archived", "not present", "true")],
    ]);
    for [id, given, expected] in rows(&cases) {
        let before = desk.sim.state();
        let answer = desk.change(&text(&id), &given);
        assert_eq!(
            (answer.status, answer.message()),
            (400, &*text(&expected)),
            "{given}"
        );
        assert!(desk.sim.state() == before);
    }
    for given in [
        json!({"type": {"quote": {"rich_text": []}}}),
        json!({"colour": "red"}),
        json!({"column_list": {}}),
    ] {
        let answer = desk.change(&quote, &given);
        assert!(
            answer
                .message()
                .starts_with("body failed validation. Fix one:\nbody.embed should be defined"),
            "{}",
            answer.message()
        );
    }
    for [id, given] in rows(&json!([
        [plain, {"paragraph": {"icon": {"emoji": "📋"}}}],
        [heading, {"heading_1": {"rich_text": [], "is_toggleable": false}}],
    ])) {
        let answer = desk.change(&text(&id), &given);
        assert_eq!((answer.status, answer.code()), (400, "validation_error"));
    }
    let link = json!([{"text": {"content": "x", "link": {"url": "#x"}}}]);
    assert_eq!(
        desk.change(&plain, &json!({"paragraph": {"rich_text": link}}))
            .message(),
        "Invalid URL for link."
    );
    assert_eq!(
        desk.change("7855b161-f63e-4683-b7c7-8ca6e97ee266", &json!({}))
            .status,
        404
    );
    assert_eq!(desk.change(&quote, &json!({})).status, 200);
    let inside = text(&desk.children(&heading)[0]["id"]);
    desk.delete(&inside).ok();
    let closed = desk
        .change(
            &heading,
            &json!({"heading_1": {"rich_text": [], "is_toggleable": false}}),
        )
        .ok();
    assert_eq!(closed["has_children"], false);
    for [id, kind] in rows(&json!([
        [heading, "heading_1"],
        [desk.one(&json!({"divider": {}})), "divider"],
    ])) {
        let answer = desk.append(&text(&id), &json!({"children": [paragraph("x")]}));
        assert_eq!(
            answer.message(),
            format!("Block type {} does not support children.", text(&kind))
        );
    }
}

#[test]
fn the_trash() {
    let desk = Desk::new();
    let toggle = desk.one(&json!({"toggle": {"rich_text": said("T"), "children": [paragraph("in")]}}));
    let inside = text(&desk.children(&toggle)[0]["id"]);
    let gone = desk.delete(&toggle).ok();
    assert_eq!(
        (&gone["in_trash"], &gone["type"]),
        (&json!(true), &json!("toggle"))
    );
    assert_eq!(desk.children(&desk.page), Vec::<Value>::new());
    assert_eq!(desk.block(&desk.page)["has_children"], false);
    let message = "Can't edit block that is archived. You must unarchive the block before editing.";
    let change = json!({"toggle": {"rich_text": []}, "in_trash": false});
    for answer in [
        desk.delete(&toggle),
        desk.change(&toggle, &change),
        desk.change(&toggle, &json!({"in_trash": true})),
        desk.append(&toggle, &json!({"children": [paragraph("x")]})),
        desk.delete(&inside),
        desk.change(&inside, &json!({"paragraph": {"rich_text": []}})),
    ] {
        assert_eq!((answer.status, answer.message()), (400, message));
    }
    assert_eq!(
        desk.change(&toggle, &json!({"in_trash": false})).ok()["in_trash"],
        false
    );
    assert_eq!(texts(&desk.children(&desk.page)), ["T"]);
    let old = Client::at_version(&desk.sim, "2022-06-28");
    let answer = old
        .patch(&format!("/v1/blocks/{toggle}"), &json!({"archived": true}))
        .ok();
    assert_eq!(
        (&answer["archived"], &answer["in_trash"]),
        (&json!(true), &json!(true))
    );
    desk.delete(&desk.page).ok();
    assert_eq!(
        desk.client.get(&format!("/v1/pages/{}", desk.page)).ok()["in_trash"],
        true
    );
    assert_eq!(
        desk.append(&desk.page, &json!({"children": [paragraph("x")]}))
            .message(),
        message
    );
}

#[test]
fn edits_are_noted_where_they_happen() {
    let desk = Desk::new();
    let at = |minute: u8| format!("2026-05-01T10:{minute:02}:00.000Z");
    let clock = |minute: u8| desk.sim.set_now(at(minute).parse().expect("a time"));
    let edited = |id: &str| text(&desk.block(id)["last_edited_time"]);
    clock(1);
    let toggle = desk.one(
        &json!({"toggle": {"rich_text": said("T"), "children": [{"toggle": {"rich_text": said("U")}}]}}),
    );
    let inner = text(&desk.children(&toggle)[0]["id"]);
    clock(2);
    let deep = text(&desk.add(&inner, &json!([paragraph("new")]))[0]["id"]);
    assert_eq!(
        [edited(&desk.page), edited(&toggle), edited(&inner)],
        [at(2), at(1), at(2)]
    );
    clock(3);
    let changed = desk
        .change(&deep, &json!({"paragraph": {"rich_text": said("changed")}}))
        .ok();
    assert_eq!(
        (&changed["created_time"], &changed["last_edited_time"]),
        (&json!(at(2)), &json!(at(3)))
    );
    assert_eq!([edited(&desk.page), edited(&inner)], [at(3), at(2)]);
    clock(4);
    desk.delete(&deep).ok();
    assert_eq!(
        [edited(&desk.page), edited(&toggle), edited(&inner)],
        [at(4), at(1), at(4)]
    );
    let page = desk.client.get(&format!("/v1/pages/{}", desk.page)).ok();
    assert_eq!(
        (&page["last_edited_time"], &page["last_edited_by"]),
        (&json!(at(4)), &changed["last_edited_by"])
    );
    clock(5);
    let child = text(&new_page(&desk.client, &desk.page, &json!({}))["id"]);
    assert_eq!(edited(&desk.page), at(5));
    clock(6);
    desk.add(&child, &json!([paragraph("x")]));
    assert_eq!(
        [edited(&desk.page), edited(&child)],
        [at(5), at(6)],
        "a page is edited for itself"
    );
}
