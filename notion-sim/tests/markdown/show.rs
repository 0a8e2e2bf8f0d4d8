//! Pages as text.

use notion_sim::Sim;
use serde_json::{Value, json};

use crate::common::{self, Client, start};
use crate::desk::{PAGE, id, path, replace, seed, text};

#[test]
fn a_page_is_shown_as_text() {
    let sim = start(Sim::builder().seed(seed(&[
        (0, "heading_2", json!({"rich_text": text("A *heading*")})),
        (0, "toggle", json!({"rich_text": text("More")})),
        (2, "to_do", json!({"rich_text": text("Do it"), "checked": true})),
        (
            0,
            "bookmark",
            json!({"url": "https://example.com", "caption": []}),
        ),
        (0, "link_to_page", json!({"type": "page_id", "page_id": PAGE})),
        (0, "unsupported", json!({"block_type": "button"})),
    ])));
    let client = Client::new(&sim);
    let shown = client.get(&path(PAGE)).ok();
    let unknown = |number: usize, name: &str| {
        let address = format!(
            "https://app.notion.com/p/{}#{}",
            PAGE.replace('-', ""),
            id(number).replace('-', "")
        );
        format!("<unknown url=\"{address}\" alt=\"{name}\"/>")
    };
    let lines = [
        "## A \\*heading\\*".to_owned(),
        "<details>\n<summary>More</summary>\n\t- [x] Do it\n</details>".to_owned(),
        unknown(4, "bookmark"),
        unknown(5, "alias"),
        unknown(6, "button"),
    ];
    assert_eq!(shown["markdown"], lines.join("\n"));
    let keys: Vec<&String> = shown.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "object",
            "id",
            "markdown",
            "truncated",
            "unknown_block_ids",
            "request_id"
        ]
    );
    assert_eq!(shown["object"], "page_markdown");
    assert_eq!(shown["id"], PAGE);
    assert_eq!(shown["truncated"], false);
    assert_eq!(shown["unknown_block_ids"], json!([id(4), id(5), id(6)]));

    let block = client.get(&path(&id(2))).ok();
    assert_eq!(
        (&block["id"], &block["markdown"]),
        (&json!(id(2)), &json!(lines[1]))
    );
    let again = client.get(&path(&id(4))).ok();
    assert_eq!(again["markdown"], lines[2]);
}

#[test]
fn what_has_no_text_is_refused() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let parent = sim.parent_page_id();
    assert_eq!(client.get(&path(&parent)).ok()["markdown"], "");
    let (database, source) = client.database(&parent, "A <database>", &json!({"Name": {"title": {}}}));
    let tag = format!(
        "<database url=\"https://app.notion.com/p/{}\" inline=\"false\" data-source-url=\"collection://{source}\">\
         A \\<database\\></database>",
        database.replace('-', "")
    );
    assert_eq!(client.get(&path(&parent)).ok()["markdown"], tag);
    let answer = client.get(&path(&database));
    assert_eq!((answer.status, answer.code()), (400, "validation_error"));
    for unknown in [source.as_str(), PAGE] {
        let answer = client.get(&path(unknown));
        assert_eq!(
            (answer.status, answer.code()),
            (404, "object_not_found"),
            "{unknown}"
        );
    }
    let answer = client.get(&format!("{}?include_transcript=yes", path(&parent)));
    assert_eq!(
        answer.message(),
        "query failed validation: query.include_transcript should be a boolean or `undefined`, instead was `\"yes\"`."
    );
    assert_eq!(client.get("/v1/pages/x/markdown").code(), "validation_error");
    let answer = client.get("/v1/async_tasks/task_1");
    assert_eq!((answer.status, answer.code()), (404, "object_not_found"));
}

#[test]
fn a_page_with_too_many_blocks_is_cut() {
    let paragraph = || (0, "paragraph", json!({"rich_text": text("x")}));
    let mut blocks: Vec<(usize, &str, Value)> = (0..20_001).map(|_| paragraph()).collect();
    blocks.push((20_001, "paragraph", json!({"rich_text": text("inside")})));
    let sim = start(Sim::builder().seed(seed(&blocks)));
    let client = Client::new(&sim);
    let shown = client.get(&path(PAGE)).ok();
    assert_eq!(shown["truncated"], true);
    assert_eq!(shown["unknown_block_ids"], json!([id(20_001)]));
    let last = shown["markdown"]
        .as_str()
        .and_then(|text| text.lines().last())
        .expect("a line");
    assert!(
        last.starts_with("<unknown url=") && !last.contains("alt="),
        "{last}"
    );
    let rest = client.get(&path(&id(20_001))).ok();
    assert_eq!(rest["markdown"], "x\n\tinside");
}

#[test]
fn transcripts_are_shown_on_demand() {
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
        (2, "heading_3", json!({"rich_text": text("Action items")})),
        (4, "paragraph", json!({"rich_text": text("What was said")})),
    ])));
    let client = Client::new(&sim);
    let shown = |query: &str| {
        let shown = client.get(&format!("{}{query}", path(PAGE))).ok();
        shown["markdown"].as_str().unwrap_or_default().to_owned()
    };
    assert!(shown("?include_transcript=true").contains("\t<transcript>\n\t\tWhat was said\n\t</transcript>"));
    assert!(!shown("").contains("What was said"));
    assert!(shown("?include_transcript=false").starts_with(
        "<meeting-notes>\n\tStand-up\n\t<summary>\n\t\t### Action items\n\t</summary>\n\t<notes>\n\t</notes>\n"
    ));
}

#[test]
fn what_a_connection_does_not_see_is_unknown_and_stays() {
    let mut seed = seed(&[(0, "paragraph", json!({"rich_text": text("a")}))]);
    for (number, title) in [(7, "Secret"), (8, "Open")] {
        let title = json!({"title": {"id": "title", "type": "title", "title": text(title)}});
        let parent = json!({"type": "page_id", "page_id": PAGE});
        let page = json!({"object": "page", "id": id(number), "parent": parent, "properties": title});
        seed["pages"].as_array_mut().expect("pages").push(page);
    }
    let sim = start(Sim::builder().seed(seed));
    let client = Client::new(&sim);
    assert!(common::text(&client.get(&path(PAGE)).ok()["markdown"]).contains("Secret"));
    sim.unshare(&id(7));
    let shown = client.get(&path(PAGE)).ok();
    let markdown = common::text(&shown["markdown"]);
    let unknown = format!(
        "<unknown url=\"https://app.notion.com/p/{}#{}\"/>",
        PAGE.replace('-', ""),
        id(7).replace('-', "")
    );
    assert!(
        markdown.contains(&unknown) && !markdown.contains("Secret"),
        "{markdown}"
    );
    assert_eq!(
        (&shown["truncated"], &shown["unknown_block_ids"]),
        (&json!(true), &json!([id(7)]))
    );
    assert_eq!(client.get(&path(&id(7))).status, 404);

    let refused = replace(&client, PAGE, "new");
    assert!(
        refused.message().contains("delete 1 child page"),
        "{}",
        refused.text
    );
    let body = json!({"type": "replace_content", "replace_content": {"new_str": "new", "allow_deleting_content": true}});
    client.patch(&path(PAGE), &body).ok();
    let state = sim.state();
    let trashed = |number: usize| {
        let pages = state["pages"].as_array().expect("pages");
        let page = pages.iter().find(|page| page["id"] == id(number));
        page.expect("a page")["in_trash"].clone()
    };
    assert_eq!((trashed(7), trashed(8)), (json!(false), json!(true)));
}
