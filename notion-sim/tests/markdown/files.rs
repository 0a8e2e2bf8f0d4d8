//! Uploaded files in text.

use notion_sim::Sim;
use serde_json::json;

use crate::common::{self, Client, start};
use crate::desk::{children, page, path, replace, update};

fn download(address: &str) -> u16 {
    common::send("GET", address, &[], b"").expect("an answer").status
}

/// What stands between two texts.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).expect("the start");
    rest.split_once(end).expect("the end").0
}

#[test]
fn files_are_shown_under_addresses_and_known_by_them() {
    let sim = start(Sim::builder());
    let client = Client::new(&sim);
    let image = client.upload("a (1).png", b"image");
    let sound = client.upload("b.mp3", b"sound");
    let (_, page) = page(
        &sim,
        &format!(
            "![old](file-upload://{image})\n<audio src=\"file-upload://{sound}\">A sound</audio>\n\
             <callout icon=\"file-upload://{image}\">\n\ttext\n</callout>"
        ),
    );
    let before = children(&client, &page);
    let shown = common::text(&client.get(&path(&page)).ok()["markdown"]);
    for address in [
        between(&shown, "![old](", ")"),
        between(&shown, "src=\"", "\""),
        between(&shown, "icon=\"", "\""),
    ] {
        assert_eq!(download(address), 200, "{address}");
    }

    // Some time later the addresses are others, and still the old ones are understood.
    sim.set_now("2040-01-01T00:00:00Z".parse().expect("a time"));
    let later = common::text(&client.get(&path(&page)).ok()["markdown"]);
    assert_ne!(later, shown);
    assert_eq!(download(between(&shown, "![old](", ")")), 403);
    replace(&client, &page, &shown).ok();
    let line = shown.lines().next().expect("a line");
    let new = line.replace("old", "new");
    update(&client, &page, &[(line, &new), ("\ttext", "\tother text")]).ok();
    assert_eq!(children(&client, &page), before);
    let block = |id: &str| client.get(&format!("/v1/blocks/{id}")).ok();
    let changed = block(&before[0]);
    assert_eq!(changed["image"]["caption"][0]["plain_text"], "new");
    assert_eq!(changed["image"]["type"], "file");
    assert_eq!(block(&before[2])["callout"]["icon"]["type"], "file");
    let state = sim.state();
    let kept = state["blocks"].as_array().expect("blocks");
    let kept = kept.iter().find(|block| block["id"] == before[0].as_str());
    assert_eq!(kept.expect("a block")["image"]["file_upload"]["id"], json!(image));

    // A line that is written twice is two blocks with one file.
    let shown = common::text(&client.get(&path(&page)).ok()["markdown"]);
    replace(&client, &page, &format!("{shown}\n{new}")).ok();
    let now = children(&client, &page);
    assert_eq!(now[..3], before[..]);
    assert_eq!(block(&now[3])["image"]["type"], "file");
    let unknown = "![x](file-upload://38c9ce7b-60a4-8114-b301-ddc78a46ec5d)";
    assert_eq!(replace(&client, &page, unknown).status, 404);
}
