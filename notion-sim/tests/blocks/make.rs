//! Every type of block, made and read back, and what cannot be made.

use notion_sim::Sim;
use serde_json::{Value, json};

use crate::common::{Client, start, text};
use crate::desk::{Desk, keys, paragraph, read, rows, said, texts};

#[test]
fn every_type_reads_back_in_notions_form() {
    let desk = Desk::new();
    let url = json!({"url": "https://example.com/a/file.txt?x=1"});
    let cases = json!([
        ["paragraph", {"rich_text": said("A")}, {"rich_text": read("A"), "icon": null, "color": "default"}],
        [
            "heading_1", {"rich_text": said("A"), "color": "red_background"},
            {"rich_text": read("A"), "is_toggleable": false, "color": "red_background"}
        ],
        [
            "heading_2", {"rich_text": [], "is_toggleable": true},
            {"rich_text": [], "is_toggleable": true, "color": "default"}
        ],
        ["heading_3", {"rich_text": said("A")}, {"rich_text": read("A"), "is_toggleable": false, "color": "default"}],
        ["heading_4", {"rich_text": said("A")}, {"rich_text": read("A"), "is_toggleable": false, "color": "default"}],
        ["bulleted_list_item", {"rich_text": said("A")}, {"rich_text": read("A"), "color": "default"}],
        ["numbered_list_item", {"rich_text": said("A")}, {"rich_text": read("A"), "color": "default"}],
        ["quote", {"rich_text": said("A"), "color": "pink"}, {"rich_text": read("A"), "color": "pink"}],
        ["toggle", {"rich_text": said("A")}, {"rich_text": read("A"), "color": "default"}],
        ["to_do", {"rich_text": said("A"), "checked": true}, {"rich_text": read("A"), "checked": true, "color": "default"}],
        ["template", {"rich_text": said("A")}, {"rich_text": read("A")}],
        [
            "callout", {"rich_text": said("A"), "icon": {"emoji": "🚀"}},
            {"rich_text": read("A"), "icon": {"type": "emoji", "emoji": "🚀"}, "color": "default"}
        ],
        ["callout", {"rich_text": []}, {"rich_text": [], "icon": {"type": "emoji", "emoji": "💡"}, "color": "default"}],
        ["code", {"rich_text": said("x"), "language": "c++"}, {"caption": [], "rich_text": read("x"), "language": "c++"}],
        ["equation", {"expression": "e=mc^2"}, {"expression": "e=mc^2"}],
        ["divider", {}, {}],
        ["breadcrumb", {}, {}],
        ["table_of_contents", {}, {"color": "default"}],
        ["table_of_contents", {"color": "gray"}, {"color": "gray"}],
        ["bookmark", {"url": "https://example.com"}, {"caption": [], "url": "https://example.com"}],
        [
            "embed", {"url": "https://example.com", "caption": said("A")},
            {"caption": read("A"), "url": "https://example.com"}
        ],
        ["image", {"external": url}, {"caption": [], "type": "external", "external": url}],
        ["video", {"type": "external", "external": url}, {"caption": [], "type": "external", "external": url}],
        ["pdf", {"external": url}, {"caption": [], "type": "external", "external": url}],
        ["audio", {"external": url, "caption": said("A")}, {"caption": read("A"), "type": "external", "external": url}],
        ["file", {"external": url}, {"caption": [], "type": "external", "external": url, "name": "file.txt"}],
        ["file", {"external": url, "name": "B"}, {"caption": [], "type": "external", "external": url, "name": "B"}],
        ["link_to_page", {"page_id": desk.page}, {"type": "page_id", "page_id": desk.page}],
        ["synced_block", {"synced_from": null}, {"synced_from": null}],
    ]);
    let cases = rows(&cases);
    let requests: Vec<Value> = cases
        .iter()
        .map(|[kind, given, _]| json!({"type": kind, text(kind): given}))
        .collect();
    let made = desk.add(&desk.page, &json!(requests));
    let listed = desk.children(&desk.page);
    for (([kind, _, expected], made), listed) in cases.iter().zip(&made).zip(&listed) {
        assert_eq!((made, &made["type"]), (listed, kind));
        let kind = &*text(kind);
        assert_eq!(made[kind], *expected, "{kind}");
        assert_eq!(keys(&made[kind]), keys(expected), "{kind}");
        let frame = "object id parent created_time last_edited_time created_by last_edited_by has_children in_trash type";
        assert_eq!(keys(made), frame.split(' ').chain([kind]).collect::<Vec<_>>());
        assert_eq!(made["parent"], json!({"type": "page_id", "page_id": desk.page}));
        assert_eq!(desk.block(&text(&made["id"]))[kind], *expected);
    }
}

#[test]
fn blocks_that_are_made_of_others() {
    let desk = Desk::new();
    let row = |cells: &[&str]| {
        let cells: Vec<Value> = cells.iter().map(|cell| said(cell)).collect();
        json!({"table_row": {"cells": cells}})
    };
    let made = desk.add(&desk.page, &json!([
        {"table": {"table_width": 2, "has_row_header": true, "children": [row(&["a", "b"]), row(&["c", "d"])]}},
        {"column_list": {"children": [
            {"column": {"width_ratio": 0.25, "children": [{"toggle": {"rich_text": said("in"), "children": [paragraph("deep")]}}]}},
            {"column": {"children": []}},
        ]}},
        {"tab": {"children": [
            {"paragraph": {"rich_text": said("One"), "icon": {"type": "emoji", "emoji": "📋"}, "children": [paragraph("content")]}},
        ]}},
        {"heading_1": {"rich_text": said("H"), "children": [paragraph("hidden")]}},
    ]));
    let id = |at: usize| text(&made[at]["id"]);
    assert!(made.iter().all(|block| block["has_children"] == true));
    assert_eq!(
        made[0]["table"],
        json!({"table_width": 2, "has_column_header": false, "has_row_header": true})
    );
    assert_eq!(
        (&made[1]["column_list"], &made[2]["tab"]),
        (&json!({}), &json!({}))
    );
    assert_eq!(
        made[3]["heading_1"]["is_toggleable"], true,
        "what has children can be toggled"
    );

    let rows = desk.children(&id(0));
    assert_eq!(rows[1]["table_row"], json!({"cells": [read("c"), read("d")]}));
    assert_eq!(rows[1]["parent"], json!({"type": "block_id", "block_id": id(0)}));
    let columns = desk.children(&id(1));
    assert_eq!(
        (&columns[0]["column"], &columns[1]["column"]),
        (&json!({"width_ratio": 0.25}), &json!({}))
    );
    assert_eq!(
        (&columns[0]["has_children"], &columns[1]["has_children"]),
        (&json!(true), &json!(false))
    );
    let toggle = &desk.children(&text(&columns[0]["id"]))[0];
    assert_eq!(texts(&desk.children(&text(&toggle["id"]))), ["deep"]);
    let label = &desk.children(&id(2))[0];
    assert_eq!(
        label["paragraph"]["icon"],
        json!({"type": "emoji", "emoji": "📋"})
    );
    assert_eq!(texts(&desk.children(&text(&label["id"]))), ["content"]);

    desk.add(&id(0), &json!([row(&["e", "f"])]));
    assert_eq!(desk.children(&id(0)).len(), 3);
    desk.add(&id(1), &json!([{"column": {"children": [paragraph("third")]}}]));
    assert_eq!(desk.children(&id(1)).len(), 3);
    desk.add(
        &id(2),
        &json!([{"paragraph": {"rich_text": said("Two"), "icon": {"emoji": "🎯"}}}]),
    );
    let label = text(&desk.children(&id(2))[1]["id"]);
    let icon = desk
        .change(&label, &json!({"paragraph": {"icon": {"emoji": "🎲"}}}))
        .ok();
    assert_eq!(icon["paragraph"]["icon"]["emoji"], "🎲");

    let state = desk.sim.state();
    desk.sim.seed(&state).expect("its own state");
    assert!(desk.sim.state() == state, "all of it is in the state");
}

#[test]
fn what_cannot_be_made() {
    let desk = Desk::new();
    let place = |path: &str, expectation: &str, found: &str| {
        format!(
            "body failed validation: body.children[0]{path} should be {expectation}, instead was `{found}`."
        )
    };
    let cases = json!([
        [{"paragraph": {}}, place(".paragraph.rich_text", "defined", "undefined")],
        [{"type": "paragraph"}, place(".paragraph", "defined", "undefined")],
        [{"type": "quote", "paragraph": {"rich_text": []}}, place(".paragraph", "not present", "{\"rich_text\":[]}")],
        [{"id": "x", "divider": {}}, place(".id", "not present", "\"x\"")],
        [{"object": "page", "divider": {}}, place(".object", "`\"block\"` or `undefined`", "\"page\"")],
        [{"divider": {"color": "red"}}, place(".divider.color", "not present", "\"red\"")],
        [{"divider": {"children": []}}, place(".divider.children", "not present", "[]")],
        [
            {"numbered_list_item": {"rich_text": [], "list_start_index": 3}},
            place(".numbered_list_item.list_start_index", "not present", "3")
        ],
        [{"code": {"rich_text": []}}, place(".code.language", "defined", "undefined")],
        [{"image": {"type": "file", "file": {"url": "https://x.org"}}}, place(".image.external", "defined", "undefined")],
        [{"bookmark": {"url": 5}}, place(".bookmark.url", "a string", "5")],
        [{"to_do": {"rich_text": [], "checked": "yes"}}, place(".to_do.checked", "a boolean or `undefined`", "\"yes\"")],
        [{"callout": {"rich_text": [], "icon": null}}, place(".callout.icon", "an object", "null")],
        [{"synced_block": {}}, place(".synced_block.synced_from", "defined", "undefined")],
        [{"table": {"table_width": 1, "children": []}}, place(".table.children.length", "≥ `1`", "0")],
        [
            {"table": {"table_width": 0, "children": [{"table_row": {"cells": []}}]}},
            place(".table.table_width", "≥ `1`", "0")
        ],
        [{"table": {"children": [{"table_row": {"cells": []}}]}}, place(".table.table_width", "defined", "undefined")],
        [
            {"table": {"table_width": 1, "children": [{"divider": {}}]}},
            place(".table.children[0].table_row", "defined", "undefined")
        ],
        [{"column_list": {}}, place(".column_list.children", "defined", "undefined")],
        [{"column_list": {"children": [{"column": {"children": []}}]}}, place(".column_list.children.length", "≥ `2`", "1")],
        [
            {"column_list": {"children": [{"column": {}}]}},
            place(".column_list.children[0].column.children", "defined", "undefined")
        ],
        [
            {"column_list": {"children": [{"column": {"children": [], "width_ratio": -1}}, {"column": {"children": []}}]}},
            place(".column_list.children[0].column.width_ratio", "> `0`", "-1")
        ],
        [{"tab": {"children": [{"quote": {"rich_text": []}}]}}, place(".tab.children[0].paragraph", "defined", "undefined")],
        ["text", place("", "an object", "\"text\"")],
    ]);
    for [given, expected] in rows(&cases) {
        let message = desk.refused(&json!([given]));
        assert_eq!(message, expected, "{given}");
    }
    for unknown in [
        json!({}),
        json!({"type": "child_page", "child_page": {"title": "x"}}),
        json!({"type": "child_database", "child_database": {"title": "x"}}),
        json!({"type": "unsupported", "unsupported": {}}),
        json!({"link_preview": {"url": "https://example.com"}}),
        json!({"type": 5, "divider": {}}),
    ] {
        let message = desk.refused(&json!([unknown]));
        let start = "body failed validation. Fix one:\nbody.children[0].embed should be defined, instead was `undefined`.\n\
                     body.children[0].bookmark should be defined";
        assert!(message.starts_with(start), "{message}");
        assert!(
            message.contains("body.children[0].synced_block should be defined"),
            "{message}"
        );
    }
    let message = desk.refused(&json!([{"paragraph": {"rich_text": [], "color": "crimson"}}]));
    assert!(
        message.starts_with(
            "body failed validation: body.children[0].paragraph.color should be `\"default\"`, `\"gray\"`"
        ) && message.ends_with("`\"red_background\"`, or `undefined`, instead was `\"crimson\"`."),
        "{message}"
    );
    let message = desk.refused(&json!([{"code": {"rich_text": [], "language": "klingon"}}]));
    assert!(
        message.contains("should be `\"abap\"`, `\"abc\"`")
            && message.contains("or `\"java/c/c++/c#\"`, instead was `\"klingon\"`"),
        "{message}"
    );
    for misplaced in [
        json!({"column": {"children": []}}),
        json!({"table_row": {"cells": [[]]}}),
        json!({"paragraph": {"rich_text": [], "icon": {"emoji": "📋"}}}),
        json!({"link_to_page": {}}),
    ] {
        desk.refused(&json!([misplaced]));
    }
}

#[test]
fn what_only_shows_when_the_content_is_made() {
    let desk = Desk::new();
    let link =
        |url: &str| json!({"paragraph": {"rich_text": [{"text": {"content": "x", "link": {"url": url}}}]}});
    for url in ["", "#anchor", "./other.md", "no link at all"] {
        assert_eq!(
            desk.refused(&json!([link(url)])),
            "Content creation Failed. Fix the following: \nInvalid URL for link.",
            "{url}"
        );
    }
    for url in [
        "https://example.com",
        "/0123",
        "mailto:ada@example.com",
        "example.com/x",
    ] {
        let made = desk.add(&desk.page, &json!([link(url)]));
        assert_eq!(made[0]["paragraph"]["rich_text"][0]["href"], url);
    }
    let row = |cells: usize| json!({"table_row": {"cells": vec![json!([]); cells]}});
    let table = |rows: &[Value]| json!({"table": {"table_width": 2, "children": rows}});
    assert_eq!(
        desk.refused(&json!([table(&[row(3)]), {"image": {"external": {"url": "image.png"}}}])),
        "Content creation Failed. Fix the following: \n\
         Number of cells in table row must match the table width of the parent table\nInvalid image url."
    );
    let table = desk.one(&table(&[row(2)]));
    assert_eq!(desk.append(&table, &json!({"children": [row(1)]})).status, 400);
    let first = text(&desk.children(&table)[0]["id"]);
    assert_eq!(
        desk.change(&first, &json!({"table_row": {"cells": [[]]}}))
            .message(),
        "Number of cells in table row must match the table width of the parent table"
    );
    let unknown = "7855b161-f63e-4683-b7c7-8ca6e97ee266";
    for [child, what] in rows(&json!([
        [{"link_to_page": {"page_id": unknown}}, "page"],
        [{"link_to_page": {"database_id": unknown}}, "database"],
        [{"synced_block": {"synced_from": {"block_id": unknown}}}, "block"],
        [{"image": {"file_upload": {"id": unknown}}}, "file_upload"],
    ])) {
        let answer = desk.append(&desk.page, &json!({"children": [child]}));
        assert_eq!((answer.status, answer.code()), (404, "object_not_found"));
        assert!(
            answer
                .message()
                .starts_with(&format!("Could not find {} with ID: {unknown}.", text(&what)))
        );
    }
}

#[test]
fn seeded_blocks_stay_as_they_are() {
    let page = "11111111-1111-4111-8111-111111111111";
    let block = |digit: u8, kind: &str, payload: Value, children: bool| {
        json!({
            "object": "block", "id": format!("{digit}2222222-2222-4222-8222-222222222222"),
            "parent": {"type": "page_id", "page_id": page}, "has_children": children, "type": kind, kind: payload,
        })
    };
    let seed = json!({
        "format": "notion-sim-seed/1",
        "pages": [{"object": "page", "id": page, "parent": {"type": "workspace", "workspace": true}, "properties": {}}],
        "blocks": [
            block(1, "toggle", json!({"rich_text": read("t"), "color": "default"}), true),
            block(2, "unsupported", json!({"block_type": "button"}), false),
            block(3, "transcription", json!({"title": read("m")}), true),
            block(4, "link_preview", json!({"url": "https://example.com"}), false),
            block(5, "numbered_list_item", json!({"rich_text": [], "color": "default", "list_start_index": 3, "list_format": "roman"}), false),
            block(6, "hologram", json!({"depth": 3}), false),
        ],
    });
    let sim = start(Sim::builder());
    sim.seed(&seed).expect("a seed");
    let client = Client::new(&sim);
    let path = format!("/v1/blocks/{page}/children");
    let listed = client.get(&path).ok();
    let blocks = listed["results"].as_array().expect("results");
    assert_eq!(
        (&blocks[0]["has_children"], &blocks[1]["unsupported"]),
        (&json!(true), &json!({"block_type": "button"}))
    );
    assert_eq!(
        (&blocks[2]["type"], &blocks[2]["meeting_notes"]["title"]),
        (&json!("meeting_notes"), &read("m"))
    );
    let old = Client::at_version(&sim, "2025-09-03").get(&path).ok();
    assert_eq!(
        (
            &old["results"][2]["type"],
            &old["results"][2]["transcription"]["title"]
        ),
        (&json!("transcription"), &read("m"))
    );
    assert!(old["results"][2].get("meeting_notes").is_none());
    assert_eq!(
        (
            &blocks[4]["numbered_list_item"]["list_start_index"],
            &blocks[5]["hologram"]["depth"]
        ),
        (&json!(3), &json!(3))
    );
    let at = |at: usize| format!("/v1/blocks/{}", text(&blocks[at]["id"]));
    let changed = client
        .patch(&at(4), &json!({"numbered_list_item": {"rich_text": said("n")}}))
        .ok();
    assert_eq!(changed["numbered_list_item"]["list_format"], "roman");
    let answer = client.patch(&at(1), &json!({"paragraph": {"rich_text": []}}));
    assert_eq!(
        answer.message(),
        "Expected block type unsupported in request body"
    );
    assert_eq!(
        client
            .patch(
                &format!("{}/children", at(6 - 1)),
                &json!({"children": [paragraph("x")]})
            )
            .status,
        400
    );
    let inside = client
        .patch(
            &format!("{}/children", at(0)),
            &json!({"children": [paragraph("x")]}),
        )
        .ok();
    client
        .call(
            "DELETE",
            &format!("/v1/blocks/{}", text(&inside["results"][0]["id"])),
            &Value::Null,
        )
        .ok();
    assert_eq!(client.get(&at(0)).ok()["has_children"], false, "now it is known");
    let state = sim.state();
    sim.seed(&state).expect("its own state");
    assert_eq!(
        client.get(&path).ok()["results"][3]["link_preview"]["url"],
        "https://example.com"
    );
    let broken = json!({"format": "notion-sim-seed/1", "pages": seed["pages"], "blocks": [block(1, "quote", json!(5), false)]});
    let error = sim.seed(&broken).expect_err("a payload that is no object");
    assert!(
        error
            .to_string()
            .contains("`blocks[0]`.quote should be an object"),
        "{error}"
    );
}
