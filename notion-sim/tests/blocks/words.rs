//! Rich text.

use serde_json::{Value, json};

use crate::common::{text, titled};
use crate::desk::{Desk, keys, new_page, rows};

#[test]
fn every_kind_of_item_reads_back() {
    let desk = Desk::new();
    let target = text(
        &new_page(
            &desk.client,
            &desk.page,
            &json!({"properties": {"title": titled("Target")}}),
        )["id"],
    );
    let (database, _) = desk
        .client
        .database(&desk.page, "Base", &json!({"Name": {"title": {}}}));
    let users = desk.client.get("/v1/users").ok();
    let person = users["results"]
        .as_array()
        .and_then(|users| users.iter().find(|user| user["type"] == "person"))
        .expect("a person");
    let bold = json!({"bold": true});
    let items = json!([
        {"type": "text", "text": {"content": "one "}, "plain_text": "tolerated", "href": null},
        {"text": {"content": "two ", "link": null}, "annotations": {"color": "default", "bold": false}},
        {"text": {"content": ""}},
        {"text": {"content": "three"}, "annotations": bold},
        {"text": {"content": "four", "link": {"type": "url", "url": "https://example.com"}}, "annotations": bold},
        {"equation": {"expression": "x^2"}},
        {"mention": {"user": {"object": "user", "id": person["id"]}}},
        {"mention": {"type": "page", "page": {"id": target}}},
        {"mention": {"database": {"id": database}}},
        {"mention": {"date": {"start": "2026-01-02", "end": "2026-01-03"}}},
        {"mention": {"template_mention": {"template_mention_date": "today"}}},
        {"mention": {"template_mention": {"type": "template_mention_user", "template_mention_user": "me"}}},
        {"mention": {"custom_emoji": {"id": "3839ce7b-60a4-804c-bdcd-007ad3034fba", "name": "crab"}}},
    ]);
    let id = desk.one(&json!({"paragraph": {"rich_text": items}}));
    let back = desk.block(&id)["paragraph"]["rich_text"].clone();
    let plain: Vec<String> = back
        .as_array()
        .expect("items")
        .iter()
        .map(|item| text(&item["plain_text"]))
        .collect();
    let name = format!("@{}", text(&person["name"]));
    assert_eq!(
        plain,
        [
            "one two ",
            "three",
            "four",
            "x^2",
            &name,
            "Target",
            "Base",
            "2026-01-02 → 2026-01-03",
            "@Today",
            "@Me",
            ":crab:"
        ],
        "neighbours of equal formatting are one"
    );
    assert_eq!(
        keys(&back[0]),
        ["type", "text", "annotations", "plain_text", "href"]
    );
    assert_eq!(
        (&back[1]["annotations"]["bold"], &back[2]["text"]["link"]),
        (&json!(true), &json!({"url": "https://example.com"}))
    );
    assert_eq!(back[4]["mention"], json!({"type": "user", "user": person}));
    assert_eq!(
        back[5]["mention"],
        json!({"type": "page", "page": {"id": target}})
    );
    assert!(text(&back[5]["href"]).ends_with(&target.replace('-', "")));
    assert_eq!(
        back[7]["mention"]["date"],
        json!({"start": "2026-01-02", "end": "2026-01-03", "time_zone": null})
    );
    assert_eq!(
        back[8]["mention"]["template_mention"],
        json!({"type": "template_mention_date", "template_mention_date": "today"})
    );
    desk.client
        .patch(
            &format!("/v1/pages/{target}"),
            &json!({"properties": {"title": titled("Renamed")}}),
        )
        .ok();
    assert_eq!(
        desk.block(&id)["paragraph"]["rich_text"][5]["plain_text"],
        "Renamed"
    );
    let again = desk
        .change(
            &id,
            &json!({"paragraph": {"rich_text": back.as_array().map(|items| &items[..4])}}),
        )
        .ok();
    assert_eq!(
        again["paragraph"]["rich_text"].as_array().map(|items| &items[..]),
        back.as_array().map(|items| &items[..4])
    );
}

#[test]
fn items_that_are_refused() {
    let desk = Desk::new();
    let place = "body failed validation: body.children[0].paragraph.rich_text[0]";
    for [item, expected] in rows(&json!([
        [{}, format!("{place}.text should be defined, instead was `undefined`.")],
        [
            {"type": "text", "equation": {"expression": "x"}},
            format!("{place}.equation should be not present, instead was `{{\"expression\":\"x\"}}`.")
        ],
        [{"text": {"content": "x", "url": "y"}}, format!("{place}.text.url should be not present, instead was `\"y\"`.")],
        [
            {"text": {"content": "x"}, "annotations": {"bold": 1}},
            format!("{place}.annotations.bold should be a boolean or `undefined`, instead was `1`.")
        ],
        [
            {"mention": {"page": {"id": "x"}}},
            format!("{place}.mention.page.id should be a valid uuid, instead was `\"x\"`.")
        ],
        [
            {"mention": {"template_mention": {"template_mention_date": "soon"}}},
            format!("{place}.mention.template_mention.template_mention_date should be `\"today\"` or `\"now\"`, instead was `\"soon\"`.")
        ],
    ])) {
        assert_eq!(
            desk.refused(&json!([{"paragraph": {"rich_text": [item]}}])),
            expected
        );
    }
    let colored =
        json!([{"paragraph": {"rich_text": [{"text": {"content": "x"}, "annotations": {"color": "nice"}}]}}]);
    assert!(
        desk.refused(&colored)
            .contains("annotations.color should be `\"default\"`")
    );
    let preview = json!([{"paragraph": {"rich_text": [{"mention": {"link_preview": {"url": "https://example.com"}}}]}}]);
    assert!(desk.refused(&preview).contains("mention.user should be defined"));
}

#[test]
fn values_name_at_most_25_mentioned_records() {
    let desk = Desk::new();
    let pages: Vec<String> = (0..26)
        .map(|at| {
            text(
                &new_page(
                    &desk.client,
                    &desk.page,
                    &json!({"properties": {"title": titled(&format!("P{at}"))}}),
                )["id"],
            )
        })
        .collect();
    let columns = json!({"Name": {"title": {}}, "Text": {"rich_text": {}}});
    let (_, source) = desk.client.database(&desk.page, "D", &columns);
    let mentions: Vec<Value> = pages
        .iter()
        .chain(&pages[..2])
        .map(|id| json!({"mention": {"page": {"id": id}}}))
        .collect();
    let row = desk
        .client
        .row(&source, &json!({"Text": {"rich_text": mentions}}));
    let names = |items: &Value| -> Vec<String> {
        items
            .as_array()
            .expect("items")
            .iter()
            .map(|item| text(&item["plain_text"]))
            .collect()
    };
    let shown = names(&row["properties"]["Text"]["rich_text"]);
    assert_eq!(shown.len(), 28, "nothing is cut off");
    assert_eq!((&*shown[24], &*shown[25], &*shown[27]), ("P24", "Untitled", "P1"));
    let block = desk.one(&json!({"paragraph": {"rich_text": mentions}}));
    assert_eq!(
        names(&desk.block(&block)["paragraph"]["rich_text"])[25],
        "P25",
        "blocks name all"
    );
}
