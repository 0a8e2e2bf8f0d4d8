//! Pages and databases in text: what keeps them, moves them, renames them.

use notion_sim::Sim;
use serde_json::json;

use crate::common::{self, start};
use crate::desk::{PAGE, children, page, path, replace};

#[test]
fn pages_and_databases_are_not_taken_away_unasked() {
    let sim = start(Sim::builder());
    let (client, page) = page(&sim, "before");
    let child = client.post(
        "/v1/pages",
        &json!({"parent": {"page_id": page}, "properties": {"title": common::titled("Child")["title"]}}),
    );
    let child = common::text(&child.ok()["id"]);
    let (database, _) = client.database(&page, "Data", &json!({"Name": {"title": {}}}));
    let shown = common::text(&client.get(&path(&page)).ok()["markdown"]);
    let refused = replace(&client, &page, "all new");
    assert_eq!(refused.code(), "validation_error");
    assert_eq!(
        refused.message(),
        format!(
            "This operation would delete 2 child page(s), database(s), or meeting note(s):\n- page: \"Child\" (id: {child})\n\
             - database: \"Data\" (id: {database})\n\nTo proceed, either:\n1. Include these items in new_str using \
             <page url=\"...\"> or <database url=\"...\"> tags, OR\n2. Set allow_deleting_content: true to confirm deletion."
        )
    );
    assert_eq!(client.get(&path(&page)).ok()["markdown"], shown);

    // They may go elsewhere on the page, and a database takes the name that its tag has.
    let tags: Vec<&str> = shown.lines().skip(1).collect();
    let moved = format!(
        "<columns>\n\t<column>\n\t\t{}\n\t</column>\n\t<column>\n\t\ttext\n\t</column>\n</columns>\n{}",
        tags[0],
        tags[1].replace("Data<", "Renamed<")
    );
    let now = replace(&client, &page, &moved).ok();
    assert_eq!(now["markdown"], moved);
    assert_eq!(
        client.get(&format!("/v1/databases/{database}")).ok()["title"][0]["plain_text"],
        "Renamed"
    );
    assert_eq!(
        client.get(&format!("/v1/pages/{child}")).ok()["parent"]["type"],
        "block_id"
    );
    assert_eq!(client.get(&format!("/v1/pages/{child}")).ok()["in_trash"], false);

    let body = json!({"type": "replace_content", "replace_content": {"new_str": tags[1], "allow_deleting_content": true}});
    client.patch(&path(&page), &body).ok();
    assert_eq!(children(&client, &page), std::slice::from_ref(&database));
    assert_eq!(
        client.get(&format!("/v1/databases/{database}")).ok()["in_trash"],
        false
    );
}

#[test]
fn pages_and_databases_from_elsewhere_are_moved_here() {
    let sim = start(Sim::builder());
    let (client, here) = page(&sim, "before");
    let (_, other) = page(&sim, "what is in it");
    let (database, source) = client.database(&sim.parent_page_id(), "Data", &json!({"Name": {"title": {}}}));
    let row = common::text(&client.row(&source, &json!({"Name": common::titled("Row")}))["id"]);
    let tag = |kind: &str, id: &str, title: &str| {
        format!("<{kind} url=\"https://www.notion.so/X-{id}\">{title}</{kind}>")
    };
    let text = format!(
        "{}\n- item\n\t{}\nbefore\n{}",
        tag("page", &other, "ignored"),
        tag("page", &row, ""),
        tag("database", &database, "Renamed")
    );
    replace(&client, &here, &text).ok();
    let now = children(&client, &here);
    assert_eq!((&now[0], &now[3]), (&other, &database));
    assert_eq!(children(&client, &now[1]), std::slice::from_ref(&row));
    let page = |id: &str| client.get(&format!("/v1/pages/{id}")).ok();
    assert_eq!(page(&other)["parent"]["page_id"], json!(here));
    assert_eq!(
        page(&row)["parent"],
        json!({"type": "block_id", "block_id": now[1]})
    );
    assert_eq!(common::title(&page(&row)), "Row");
    assert_eq!(client.titles(&source, &json!({})), Vec::<String>::new());
    assert_eq!(
        client.get(&format!("/v1/databases/{database}")).ok()["title"][0]["plain_text"],
        "Renamed"
    );

    // A new page can have them too.
    let body = json!({"parent": {"page_id": here}, "markdown": tag("page", &other, "")});
    let new = common::text(&client.post("/v1/pages", &body).ok()["id"]);
    assert_eq!(children(&client, &new), std::slice::from_ref(&other));

    let shown = client.get(&path(&other)).ok()["markdown"].clone();
    for (inside, status) in [
        (tag("page", &other, ""), 400),
        (tag("page", &here, ""), 400),
        (tag("page", PAGE, ""), 404),
        (tag("page", &database, ""), 404),
        (tag("database", &here, ""), 404),
        ("<page>New</page>".to_owned(), 400),
        ("<database>New</database>".to_owned(), 400),
    ] {
        let answer = replace(&client, &other, &inside);
        assert_eq!(answer.status, status, "{inside}: {}", answer.text);
    }
    let inside = json!({"parent": {"page_id": other}, "markdown": tag("page", &here, "")});
    assert_eq!(
        client.post("/v1/pages", &inside).status,
        400,
        "nothing gets into itself"
    );
    assert_eq!(client.get(&path(&other)).ok()["markdown"], shown);
    client
        .patch(&format!("/v1/pages/{row}"), &json!({"in_trash": true}))
        .ok();
    assert_eq!(replace(&client, &other, &tag("page", &row, "")).status, 400);
}

#[test]
fn blocks_with_names_may_change_places_with_what_they_are_in() {
    let sim = start(Sim::builder());
    let (client, page) = page(
        &sim,
        "<synced_block>\n\touter\n\t<synced_block>\n\t\tinner\n\t</synced_block>\n</synced_block>",
    );
    let outer = children(&client, &page).remove(0);
    let inner = children(&client, &outer).remove(1);
    let open = |id: &str| {
        format!(
            "<synced_block url=\"https://app.notion.com/p/{}#{}\">",
            page.replace('-', ""),
            id.replace('-', "")
        )
    };
    let text = format!(
        "{}\n\tinner\n\t{}\n\t\touter\n\t</synced_block>\n</synced_block>",
        open(&inner),
        open(&outer)
    );
    assert_eq!(replace(&client, &page, &text).ok()["markdown"], text);
    assert_eq!(children(&client, &page), std::slice::from_ref(&inner));
    assert_eq!(children(&client, &inner)[1], outer);
}

#[test]
fn nothing_gets_into_itself_through_a_copy() {
    let sim = start(Sim::builder());
    let (client, page) = page(&sim, "");
    let body = json!({"parent": {"page_id": page}, "markdown": "# Inner\n<synced_block>\n\tshared\n</synced_block>"});
    let inner = common::text(&client.post("/v1/pages", &body).ok()["id"]);
    let original = children(&client, &inner).remove(0);
    let copy = |inside: &str| {
        format!("<synced_block_reference url=\"{original}\">\n\tshared\n{inside}</synced_block_reference>")
    };
    let tag = format!("<page url=\"{inner}\">Inner</page>");
    replace(&client, &page, &format!("{tag}\n{}", copy(""))).ok();
    let shown = client.get(&path(&page)).ok()["markdown"].clone();
    let into_copy = replace(&client, &page, &copy(&format!("\t{tag}\n")));
    assert_eq!(
        into_copy.message(),
        "Cannot move something into itself or into what it contains."
    );
    let brought = replace(
        &client,
        &page,
        &copy(&format!("\t<page url=\"{}\">x</page>\n", sim.parent_page_id())),
    );
    assert_eq!(brought.status, 400, "{}", brought.text);
    let into_original = replace(
        &client,
        &inner,
        &format!("<synced_block url=\"{original}\">\n{}\n</synced_block>", copy("")),
    );
    assert_eq!(
        into_original.message(),
        "A synced block cannot contain a copy of itself."
    );
    let block = json!({"synced_block": {"synced_from": {"type": "block_id", "block_id": original}}});
    let appended = client.patch(
        &format!("/v1/blocks/{original}/children"),
        &json!({"children": [block]}),
    );
    assert_eq!(appended.message(), into_original.message());
    assert_eq!(client.get(&path(&page)).ok()["markdown"], shown);
}
