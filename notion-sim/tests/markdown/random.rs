//! Random edits: whatever they do, the page is what its text says, and its own text changes nothing.

use fastrand::Rng;
use notion_sim::Sim;
use serde_json::{Value, json};

use crate::common::{self, Client, start};
use crate::desk::{children, page, path, replace};

const EDITS: usize = 120;

#[test]
fn pages_are_what_their_text_says() {
    let seed = std::env::var("NOTION_SIM_FUZZ_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| fastrand::u64(..));
    println!("NOTION_SIM_FUZZ_SEED={seed}");
    let mut rng = Rng::with_seed(seed);
    let sim = start(Sim::builder());
    let (client, page) = page(
        &sim,
        "<synced_block>\n\ta\n\t<synced_block>\n\t\tb\n\t</synced_block>\n</synced_block>",
    );
    let mut ids = children(&client, &page);
    ids.extend(children(&client, &ids[0]));
    for at in 0..3 {
        let title = json!({"title": common::titled(&format!("Page {at}"))["title"]});
        let body = json!({"parent": {"page_id": page}, "properties": title});
        ids.push(common::text(&client.post("/v1/pages", &body).ok()["id"]));
    }
    ids.push(client.database(&page, "Data", &json!({"Name": {"title": {}}})).0);
    let mut done = 0;
    for _ in 0..EDITS {
        let text = random_text(&mut rng, &ids);
        let body = json!({"type": "replace_content", "replace_content": {
            "new_str": text, "allow_deleting_content": rng.u8(..8) > 0,
        }});
        let answer = client.patch(&path(&page), &body);
        assert!(
            [200, 400, 404].contains(&answer.status),
            "{text}: {}",
            answer.text
        );
        if answer.status != 200 {
            continue;
        }
        done += 1;
        let shown = answer.json["markdown"].clone();
        assert_eq!(client.get(&path(&page)).ok()["markdown"], shown);
        let before = tree(&client, &page, 0);
        let again = replace(&client, &page, shown.as_str().expect("a text")).ok();
        assert_eq!(again["markdown"], shown, "{text}");
        assert_eq!(tree(&client, &page, 0), before, "{text}\n{shown}");
        for id in &ids {
            let trashed = client.get(&format!("/v1/blocks/{id}")).ok()["in_trash"] == true;
            if trashed && rng.bool() {
                client.patch(&format!("/v1/blocks/{id}"), &json!({"in_trash": false}));
            }
        }
    }
    assert!(done > EDITS / 10, "only {done} edits did anything");
    let copy = start(Sim::builder());
    copy.seed(&sim.state()).expect("a seed");
    assert_eq!(copy.state(), sim.state());
}

/// The ids of everything in a block.
fn tree(client: &Client, of: &str, depth: usize) -> Value {
    assert!(depth < 50, "something is inside of itself");
    let inside = |id: String| json!({ id.as_str(): tree(client, &id, depth + 1) });
    children(client, of).into_iter().map(inside).collect()
}

fn random_text(rng: &mut Rng, ids: &[String]) -> String {
    let mut text = String::new();
    let mut open = Vec::new();
    for _ in 0..rng.usize(1..14) {
        let id = &ids[rng.usize(..ids.len())];
        // The first ones are synced blocks.
        let address = format!("https://www.notion.so/x#{}", ids[rng.usize(..3)]);
        let indent = "\t".repeat(open.len() + rng.usize(..2));
        let (line, end) = match rng.u8(..17) {
            0 => (
                format!("<synced_block url=\"{address}\">"),
                Some("</synced_block>"),
            ),
            1 => (
                format!("<synced_block_reference url=\"{address}\">"),
                Some("</synced_block_reference>"),
            ),
            2 => ("<synced_block>".to_owned(), Some("</synced_block>")),
            3 => ("<callout>".to_owned(), Some("</callout>")),
            4 => ("<details>\n<summary>t</summary>".to_owned(), Some("</details>")),
            5 | 6 => (format!("<page url=\"{id}\">p</page>"), None),
            7 => (format!("<database url=\"{id}\">Data</database>"), None),
            8 => (
                "<columns>\n<column>\nl\n</column>\n<column>\nr\n</column>\n</columns>".to_owned(),
                None,
            ),
            9 => ("<table><tr><td>1</td></tr></table>".to_owned(), None),
            10 => ("# h {toggle=\"true\"}".to_owned(), None),
            11 => ("1. one".to_owned(), None),
            12 => ("- a".to_owned(), None),
            13 => ("- b".to_owned(), None),
            14 => ("**c**".to_owned(), None),
            _ => match open.pop() {
                Some(end) => (end, None),
                None => ("d".to_owned(), None),
            },
        };
        text.push_str(&format!("{indent}{line}\n"));
        open.extend(end.map(str::to_owned));
    }
    while let Some(end) = open.pop() {
        text.push_str(&format!("{}{end}\n", "\t".repeat(open.len())));
    }
    text
}
