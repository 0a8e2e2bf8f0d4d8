//! Editing the text of a page.

use notion_sim::Sim;
use serde_json::{Value, json};

use crate::common::{self, Client, start};
use crate::desk::{PAGE, children, id, page, path, replace, seed, text, update};

#[test]
fn what_an_edit_leaves_alone_keeps_its_id() {
    let sim = start(Sim::builder());
    let text = "one\ntwo\n- a\n\t- b\n<callout icon=\"💡\">\n\tnote\n\tinside\n</callout>\nfour";
    let (client, page) = page(&sim, text);
    assert_eq!(client.get(&path(&page)).ok()["markdown"], text);
    let before = children(&client, &page);

    let shown = update(&client, &page, &[("two", "**two**"), ("\t- b", "\t- b\n\t- c")]).ok();
    let after = text.replace("two", "**two**").replace("\t- b", "\t- b\n\t- c");
    assert_eq!(shown["markdown"], after);
    assert_eq!(children(&client, &page), before);
    assert_eq!(children(&client, &before[2]).len(), 2);

    replace(&client, &page, &format!("zero\n{after}\nfive")).ok();
    let now = children(&client, &page);
    assert_eq!(now[1..6], before[..]);
    replace(&client, &page, "four\none").ok();
    assert_eq!(children(&client, &page), [before[4].clone(), before[0].clone()]);
    let gone = client.get(&format!("/v1/blocks/{}", before[3])).ok();
    assert_eq!(gone["in_trash"], true);
    replace(&client, &page, "").ok();
    assert_eq!(client.get(&path(&page)).ok()["markdown"], "");
}

#[test]
fn a_change_reaches_what_text_can_say_and_nothing_else() {
    let sim = start(Sim::builder().seed(seed(&[
        (
            0,
            "to_do",
            json!({"rich_text": text("a"), "checked": true, "color": "red"}),
        ),
        (
            0,
            "code",
            json!({"rich_text": text("x"), "caption": text("A caption"), "language": "rust"}),
        ),
        (
            0,
            "image",
            json!({"type": "external", "external": {"url": "https://a.b/c.png"}, "caption": text("old")}),
        ),
        (
            0,
            "bookmark",
            json!({"url": "https://example.com", "caption": text("kept")}),
        ),
        (
            0,
            "table",
            json!({"table_width": 1, "has_column_header": false, "has_row_header": false}),
        ),
        (5, "table_row", json!({"cells": [text("cell")]})),
    ])));
    let client = Client::new(&sim);
    let before = children(&client, PAGE);
    let shown = update(
        &client,
        PAGE,
        &[
            ("- [x] a {color=\"red\"}", "- [ ] a"),
            ("\nx\n", "\ny\n"),
            ("old", "new"),
            ("cell", "**cell**"),
            ("<table>", "<table header-row=\"true\">"),
        ],
    )
    .ok();
    assert!(
        common::text(&shown["markdown"])
            .contains("alt=\"bookmark\"/>\n<table header-row=\"true\">\n<tr>\n<td>**cell**</td>")
    );
    assert_eq!(children(&client, PAGE), before);
    let block = |number: usize| client.get(&format!("/v1/blocks/{}", id(number))).ok();
    assert_eq!(block(1)["to_do"]["checked"], false);
    assert_eq!(block(1)["to_do"]["color"], "default");
    assert_eq!(block(2)["code"]["caption"], text("A caption"));
    assert_eq!(block(2)["code"]["rich_text"][0]["plain_text"], "y");
    assert_eq!(block(3)["image"]["caption"][0]["plain_text"], "new");
    assert_eq!(block(3)["image"]["external"]["url"], "https://a.b/c.png");
    assert_eq!(block(4)["bookmark"]["url"], "https://example.com");
    assert_eq!(block(5)["table"]["has_column_header"], true);
    assert_eq!(block(6)["table_row"]["cells"][0][0]["annotations"]["bold"], true);
}

#[test]
fn the_old_commands_find_their_place() {
    let sim = start(Sim::builder());
    let (client, page) = page(&sim, "# One\n- a\n- b\nend");
    let insert = |more: Value| {
        let mut insert = json!({"content": "## New\n\nHello."});
        insert
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        client.patch(
            &path(&page),
            &json!({"type": "insert_content", "insert_content": insert}),
        )
    };
    assert_eq!(
        insert(json!({"after": "# One...- a"})).ok()["markdown"],
        "# One\n- a\n## New\nHello.\n- b\nend"
    );
    let before = children(&client, &page);
    let range = json!({"content": "c", "content_range": "## New...- b"});
    let body = json!({"type": "replace_content_range", "replace_content_range": range});
    assert_eq!(
        client.patch(&path(&page), &body).ok()["markdown"],
        "# One\n- a\nc\nend"
    );
    assert_eq!(children(&client, &page)[..2], before[..2]);
    assert_eq!(
        insert(json!({"position": {"type": "start"}})).ok()["markdown"],
        "## New\nHello.\n# One\n- a\nc\nend"
    );
    assert_eq!(
        insert(json!({"position": {"type": "end"}})).ok()["markdown"],
        "## New\nHello.\n# One\n- a\nc\nend\n## New\nHello."
    );
    for (more, message) in [
        (json!({"after": "x", "position": {"type": "end"}}), "Only one of"),
        (
            json!({"after": "nowhere"}),
            "String not found: <pattern>nowhere...nowhere</pattern>",
        ),
        (
            json!({"position": {"type": "middle"}}),
            "body failed validation: body.insert_content.position.type should be",
        ),
        (
            json!({"allow_deleting_content": true}),
            "body failed validation: body.insert_content.allow_deleting_content should be not present",
        ),
    ] {
        let answer = insert(more);
        assert!(answer.message().starts_with(message), "{}", answer.text);
        assert_eq!(answer.code(), "validation_error");
    }
}

#[test]
fn edits_are_checked_in_notions_order() {
    let sim = start(Sim::builder());
    let (client, page) = page(&sim, "a a\nb");
    for (body, message) in [
        (json!({}), "body.type should be defined"),
        (json!({"type": "x"}), "body.type should be `\"insert_content\"`"),
        (
            json!({"type": "replace_content"}),
            "body.replace_content should be defined",
        ),
        (
            json!({"type": "replace_content", "replace_content": {}}),
            "body.replace_content.new_str should be defined",
        ),
        (
            json!({"type": "replace_content", "replace_content": {"new_str": ""}, "x": 1}),
            "body.x should be not present",
        ),
        (
            json!({"type": "update_content", "update_content": {}}),
            "body.update_content.content_updates should be defined",
        ),
        (
            json!({"type": "update_content", "update_content": {"content_updates": [{"old_str": 1}]}}),
            "body.update_content.content_updates[0].old_str should be a string",
        ),
    ] {
        let answer = client.patch(&path(&page), &body);
        assert!(
            answer
                .message()
                .starts_with(&format!("body failed validation: {message}")),
            "{}",
            answer.text
        );
        assert_eq!(
            client.patch(&path(PAGE), &body).status,
            400,
            "before it is known that there is no such page"
        );
    }
    assert_eq!(replace(&client, PAGE, "x").status, 404);
    let block = children(&client, &page).remove(0);
    assert!(
        replace(&client, &block, "x")
            .message()
            .contains("is a block, not a page")
    );
    let (database, _) = client.database(&page, "D", &json!({"Name": {"title": {}}}));
    assert!(
        replace(&client, &database, "x")
            .message()
            .contains("is a database, not a page")
    );
    assert!(
        update(&client, &page, &[("a", "x")])
            .message()
            .starts_with("Multiple matches found")
    );
    for updates in [&[("A", "x")][..], &[("\nb", "\nc"), ("nowhere", "x")]] {
        let answer = update(&client, &page, updates);
        assert!(
            answer.message().starts_with("No matches found"),
            "{}",
            answer.text
        );
    }
    assert!(common::text(&client.get(&path(&page)).ok()["markdown"]).starts_with("a a\nb"));
    client
        .patch(&format!("/v1/pages/{page}"), &json!({"in_trash": true}))
        .ok();
    assert!(
        replace(&client, &page, "x")
            .message()
            .starts_with("Can't edit block that is archived.")
    );
}

#[test]
fn hostile_texts_are_answered() {
    let sim = start(Sim::builder());
    let (client, page) = page(&sim, "a");
    let deep: String = (0..400)
        .map(|depth| format!("{}- a\n", "\t".repeat(depth)))
        .collect();
    let wide = "x\n".repeat(4_000);
    let items = "**a** b ".repeat(200);
    let table = format!("<table><tr>{}</tr></table>", "<td>a</td>".repeat(500));
    for text in [
        deep.as_str(),
        "<callout>".repeat(5_000).as_str(),
        &wide,
        &items,
        &table,
        "<columns></columns>",
        "<tabs></tabs>",
        "![a](b)",
        "[a](b:c)",
        "<synced_block_reference url=\"38c9ce7b60a48114b301ddc78a46ec5d\">\n\ta\n</synced_block_reference>",
    ] {
        let answer = replace(&client, &page, text);
        assert!(
            [200, 400, 404].contains(&answer.status),
            "{text:.40}: {}",
            answer.text
        );
        let shown = client.get(&path(&page)).ok();
        let again = replace(&client, &page, shown["markdown"].as_str().expect("a text")).ok();
        assert_eq!(again["markdown"], shown["markdown"]);
    }
}

#[test]
fn the_sections_of_meeting_notes_stay_and_what_is_in_them_changes() {
    let sections = json!({"summary_block_id": id(2), "notes_block_id": id(3), "transcript_block_id": id(4)});
    let sim = start(Sim::builder().seed(seed(&[
        (
            0,
            "meeting_notes",
            json!({"title": text("Stand-up"), "children": sections}),
        ),
        (1, "paragraph", json!({"rich_text": []})),
        (1, "paragraph", json!({"rich_text": []})),
        (1, "paragraph", json!({"rich_text": []})),
        (3, "paragraph", json!({"rich_text": text("A note")})),
        (4, "paragraph", json!({"rich_text": text("What was said")})),
    ])));
    let client = Client::new(&sim);
    let shown = common::text(&client.get(&path(PAGE)).ok()["markdown"]);
    let answer = update(&client, PAGE, &[("A note", "Another note\n\t\t- more")]).ok();
    assert_eq!(
        answer["markdown"],
        shown.replace("A note", "Another note\n\t\t- more")
    );
    assert_eq!(children(&client, &id(3))[0], id(5), "the note is the same block");
    assert_eq!(children(&client, &id(4)), [id(6)], "what was said stays");
    for (old, new) in [
        ("\tStand-up", "\tStand-down"),
        ("\t<summary>\n\t</summary>\n", ""),
        (
            "<meeting-notes>",
            "<meeting-notes>\n</meeting-notes>\n<meeting-notes>",
        ),
    ] {
        let answer = update(&client, PAGE, &[(old, new)]);
        assert_eq!(
            answer.message(),
            "Block type meeting_notes cannot be created or changed with Markdown.",
            "{new}"
        );
    }
    let gone = replace(&client, PAGE, "x");
    assert!(
        gone.message()
            .contains(&format!("- meeting note: \"Stand-up\" (id: {})", id(1))),
        "{}",
        gone.text
    );
}

#[test]
fn what_is_in_a_copy_is_in_its_original() {
    let sim = start(Sim::builder());
    let (client, source) = page(&sim, "<synced_block>\n\tshared\n</synced_block>");
    let original = children(&client, &source).remove(0);
    let tag = format!(
        "<synced_block_reference url=\"https://app.notion.com/p/{}\">",
        original.replace('-', "")
    );
    let body = json!({"parent": {"page_id": sim.parent_page_id()}, "markdown": format!("{tag}\n\tignored\n</synced_block_reference>")});
    let copy = common::text(&client.post("/v1/pages", &body).ok()["id"]);
    assert!(common::text(&client.get(&path(&copy)).ok()["markdown"]).contains("\tshared\n"));
    let shown = update(&client, &copy, &[("shared", "changed\n\tand more")]).ok();
    assert!(common::text(&shown["markdown"]).contains("\tchanged\n\tand more\n"));
    let shown = common::text(&client.get(&path(&source)).ok()["markdown"]);
    assert!(shown.contains("\tchanged\n\tand more\n"), "{shown}");
    replace(&client, &copy, "gone").ok();
    assert_eq!(client.get(&path(&source)).ok()["markdown"], shown);
}
