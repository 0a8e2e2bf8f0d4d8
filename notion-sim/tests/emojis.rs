//! Custom emojis, which come with a seed.

mod common;

use common::{Client, start, text};
use notion_sim::Sim;
use serde_json::{Value, json};

const PARROT: &str = "1855b161-f63e-4683-b7c7-8ca6e97ee266";
const SHIP: &str = "2855b161-f63e-4683-b7c7-8ca6e97ee266";
const NOBODY: &str = "7855b161-f63e-4683-b7c7-8ca6e97ee266";

fn emoji(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name, "url": format!("https://s3.example.com/{name}.png")})
}

fn with_emojis() -> Sim {
    let sim = start(Sim::builder());
    let mut state = sim.state();
    state["custom_emojis"] = json!([emoji(SHIP, "ship it"), emoji(PARROT, "parrot")]);
    sim.seed(&state).expect("a seed");
    sim
}

#[test]
fn lists() {
    let sim = with_emojis();
    let client = Client::new(&sim);
    let all = client.get("/v1/custom_emojis").ok();
    let keys: Vec<&String> = all.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "object",
            "type",
            "results",
            "has_more",
            "next_cursor",
            "request_id"
        ]
    );
    assert_eq!(
        all["results"],
        json!([emoji(SHIP, "ship it"), emoji(PARROT, "parrot")])
    );
    let found = client.get("/v1/custom_emojis?name=ship%20it").ok();
    assert_eq!(found["results"], json!([emoji(SHIP, "ship it")]));
    assert_eq!(
        client.get("/v1/custom_emojis?name=Parrot").ok()["results"],
        json!([])
    );
    let first = client.get("/v1/custom_emojis?page_size=1").ok();
    assert_eq!(
        (&first["has_more"], &first["next_cursor"]),
        (&json!(true), &json!(PARROT))
    );
    let rest = client
        .get(&format!("/v1/custom_emojis?start_cursor={PARROT}"))
        .ok();
    assert_eq!(
        (&rest["results"], &rest["next_cursor"]),
        (&json!([emoji(PARROT, "parrot")]), &Value::Null)
    );
    assert_eq!(client.get("/v1/custom_emojis?start_cursor=x").status, 400);
    let state = sim.state();
    assert!(start(Sim::builder().seed(state.clone())).state() == state);
}

#[test]
fn icons_and_mentions_get_name_and_picture() {
    let sim = with_emojis();
    let client = Client::new(&sim);
    let page = format!("/v1/pages/{}", sim.parent_page_id());
    let icon = json!({"icon": {"type": "custom_emoji", "custom_emoji": {"id": PARROT}}});
    let shown = json!({"type": "custom_emoji", "custom_emoji": emoji(PARROT, "parrot")});
    assert_eq!(client.patch(&page, &icon).ok()["icon"], shown);
    assert_eq!(client.get(&page).ok()["icon"], shown);
    let mention = json!([{"mention": {"custom_emoji": {"id": SHIP}}}]);
    let answer = client
        .patch(&page, &json!({"properties": {"title": {"title": mention}}}))
        .ok();
    let item = &answer["properties"]["title"]["title"][0];
    assert_eq!(
        item["mention"],
        json!({"type": "custom_emoji", "custom_emoji": emoji(SHIP, "ship it")})
    );
    assert_eq!(item["plain_text"], ":ship it:");

    let answer = client.patch(&page, &json!({"icon": {"custom_emoji": {"id": NOBODY}}}));
    assert_eq!((answer.status, answer.code()), (404, "object_not_found"));
    let answer = client.patch(&page, &json!({"icon": {"custom_emoji": {"name": "parrot"}}}));
    assert!(
        answer
            .message()
            .contains("body.icon.custom_emoji.id should be defined")
    );
    assert_eq!(
        text(&client.get(&page).ok()["icon"]["custom_emoji"]["name"]),
        "parrot"
    );
}
