//! Texts with formats and mentions, people, files, places and ids.
//!
//! ```console
//! $ cargo run --bin values
//! ```

use notion_core::prelude::*;
use notion_core::{FileSource, Place, UniqueId, UserKind};
use notion_examples::{Result, cell, database, heading, workspace};
use serde_json::json;

#[derive(Debug, NotionRow)]
#[notion(rename_all = "Title Case", insert = NewShop)]
struct Shop {
    #[notion(title)]
    name: String,
    about: RichText,
    keepers: Vec<UserRef>,
    #[notion(created_by)]
    author: UserRef,
    papers: Vec<FileRef>,
    #[notion(url)]
    site: Option<String>,
    #[notion(email)]
    mail: Option<String>,
    place: Option<Place>,
    #[notion(name = "№")]
    number: UniqueId,
}

/// The same text without its formats.
#[derive(Debug, NotionRow)]
struct Plain {
    #[notion(name = "About")]
    about: String,
}

#[tokio::main]
async fn main() -> Result {
    let (sim, notion) = workspace().await?;
    let columns = json!({
        "Name": {"title": {}}, "About": {"rich_text": {}}, "Keepers": {"people": {}}, "Author": {"created_by": {}},
        "Papers": {"files": {}}, "Site": {"url": {}}, "Mail": {"email": {}}, "Place": {"place": {}},
        "№": {"unique_id": {"prefix": "SHOP"}},
    });
    database(&sim, "Shops", columns).await?;
    let shops = notion.table::<Shop>("Shops").await?;
    let me = notion.me().await?;
    let new = NewShop {
        name: "Corner".to_owned(),
        about: RichText::from_markdown("**Open** all day, [map](https://example.com/map), kept by ")
            .mention_user(me.id),
        keepers: vec![me.id.into()],
        papers: vec![FileRef::external("lease.pdf", "https://example.com/lease.pdf")],
        site: Some("https://example.com".to_owned()),
        mail: None,
        place: Some(Place::new(52.52, 13.405).with_name("Berlin")),
    };
    let shop = shops.insert(&new).await?;

    heading("A text with formats");
    println!("{}", shop.about.to_markdown().replace(&me.id.to_string(), "<id>"));
    for span in shop.about.spans() {
        let look = if span.annotations.bold { "bold" } else { "plain" };
        println!("  {look:<5} {:?}", span.plain_text());
    }
    println!(
        "as a String: {}",
        shops.project::<Plain>()?.get(&shop).await?.about
    );

    heading("A value is added to");
    let about = shop.about.clone().text(". ").italic("Ring the bell.");
    let shop = shops.update(&shop).set(Shop::ABOUT, about).await?;
    println!("{}", shop.about.plain_text());

    heading("People");
    for user in shop.keepers.iter().chain([&shop.author]) {
        let what = match user.kind {
            UserKind::Person { .. } => "a person",
            UserKind::Bot { .. } => "a bot",
            _ => "somebody",
        };
        println!("{} is {what}", cell(user.name.as_ref()));
    }

    heading("Files");
    let shop = shops
        .update(&shop)
        .append(
            Shop::PAPERS,
            [FileRef::external("plan.png", "https://example.com/plan.png")],
        )
        .await?;
    for file in &shop.papers {
        let is_ours = matches!(file.source, FileSource::Hosted { .. });
        println!("{} {} hosted by Notion: {is_ours}", file.name, cell(file.url()));
    }

    heading("Ids, addresses, places");
    println!("{}, {}", shop.number, cell(shop.site.as_ref()));
    if let Some(place) = &shop.place {
        println!("{} at {}, {}", cell(place.name.as_ref()), place.lat, place.lon);
    }

    heading("What Notion would refuse, before it is sent");
    let error = shops
        .update(&shop)
        .set(Shop::MAIL, "x".repeat(201))
        .set(Shop::SITE, "")
        .await
        .unwrap_err();
    println!("{error}");
    Ok(())
}
