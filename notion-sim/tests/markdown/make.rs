//! New pages made of text.

use notion_sim::Sim;
use serde_json::json;

use crate::common::{self, Client, start};
use crate::desk::{children, page, path, text, update};

#[test]
fn a_new_page_is_made_of_text() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let parent = json!({"page_id": sim.parent_page_id()});
    let markdown = "Intro\n\n# **My** title\n\n- a\n\t- b\n\t\t- c\n\t\t\t- d\n```js\nlet a;\n```";
    let made = client
        .post("/v1/pages", &json!({"parent": parent, "markdown": markdown}))
        .ok();
    assert_eq!(common::title(&made), "My title");
    assert_eq!(
        made["properties"]["title"]["title"][0]["annotations"]["bold"],
        true
    );
    let id = common::text(&made["id"]);
    let shown = client.get(&path(&id)).ok();
    assert_eq!(
        shown["markdown"],
        "Intro\n- a\n\t- b\n\t\t- c\n\t\t\t- d\n```javascript\nlet a;\n```"
    );

    let titled = json!({"parent": parent, "markdown": "# A", "properties": {"title": {"title": [{"text": {"content": "T"}}]}}});
    let made = client.post("/v1/pages", &titled).ok();
    assert_eq!(common::title(&made), "T");
    assert_eq!(
        client.get(&path(&common::text(&made["id"]))).ok()["markdown"],
        "# A"
    );

    let (_, source) = client.database(&sim.parent_page_id(), "D", &json!({"Name": {"title": {}}}));
    let row = json!({"parent": {"data_source_id": source}, "markdown": "# Row\ntext"});
    let row = client.post("/v1/pages", &row).ok();
    assert_eq!(common::title(&row), "Row");

    let before = children(&client, &sim.parent_page_id()).len();
    let paragraph = json!([{"paragraph": {"rich_text": text("x")}}]);
    for (key, value) in [
        ("children", paragraph.clone()),
        ("content", paragraph),
        ("template", json!({"type": "default"})),
    ] {
        let mut body = json!({"parent": parent, "markdown": "a"});
        body[key] = value;
        let refused = if key == "template" { "markdown" } else { key };
        let answer = client.post("/v1/pages", &body);
        assert!(
            answer.message().starts_with(&format!(
                "body failed validation: body.{refused} should be not present"
            )),
            "{}",
            answer.text
        );
    }
    let none = json!({"parent": parent, "markdown": "a", "children": [], "template": {"type": "none"}});
    let none = client.post("/v1/pages", &none).ok();
    assert_eq!(
        client.get(&path(&common::text(&none["id"]))).ok()["markdown"],
        "a"
    );
    let unknown = json!({"parent": parent, "markdown": "<page>x</page>"});
    assert_eq!(client.post("/v1/pages", &unknown).code(), "validation_error");
    assert_eq!(children(&client, &sim.parent_page_id()).len(), before + 1);
}

#[test]
fn a_text_is_limited_by_its_length_alone() {
    let sim = start(Sim::builder());
    let mixed = "**a** b ".repeat(200);
    let lines: Vec<String> = (0..300).map(|at| format!("- {at}")).collect();
    let markdown = format!("{}\n{}", mixed.trim_end(), lines.join("\n"));
    let (client, page) = page(&sim, &markdown);
    assert_eq!(client.get(&path(&page)).ok()["markdown"], markdown);
    let changed = update(
        &client,
        &page,
        &[("- 7\n", "- seven\n"), (mixed.trim_end(), &format!("{mixed}c"))],
    );
    assert_eq!(changed.status, 200, "{}", changed.text);
    let titled = json!({"parent": {"page_id": sim.parent_page_id()}, "markdown": format!("# {mixed}")});
    let title = common::title(&client.post("/v1/pages", &titled).ok());
    assert_eq!(title.len(), 799);
}
