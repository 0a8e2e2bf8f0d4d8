//! Writing rows: inserting, updating, upserting, many at once, and when things go wrong.
//!
//! ```console
//! $ cargo run --bin writes
//! ```

use std::time::Duration;

use notion_core::prelude::*;
use notion_core::{Icon, Upserted};
use notion_examples::{Result, database, heading, workspace};
use notion_sim::Fault;
use serde_json::json;

#[derive(Debug, Clone, NotionRow)]
#[notion(rename_all = "Title Case")]
struct Product {
    #[notion(title)]
    name: String,
    #[notion(key)]
    sku: String,
    price: Option<f64>,
    tags: Vec<String>,
}

#[tokio::main]
async fn main() -> Result {
    let (sim, notion) = workspace().await?;
    let columns = json!({
        "Name": {"title": {}}, "Sku": {"rich_text": {}}, "Price": {"number": {}}, "Tags": {"multi_select": {}},
    });
    database(&sim, "Products", columns).await?;
    let products = notion.table::<Product>("Products").await?;
    let product = |name: &str, sku: &str, price| Product {
        name: name.to_owned(),
        sku: sku.to_owned(),
        price,
        tags: vec!["new".to_owned()],
    };

    heading("Insert, with an icon and content");
    let lamp = products
        .insert(&product("Lamp", "L-1", Some(30.0)))
        .icon(Icon::emoji("💡"))
        .markdown("## Care\n\nDo not wash.")
        .await?;
    show(&lamp);

    heading("Update: what is named is changed, and nothing else");
    let seen = lamp;
    let lamp = products
        .update(&seen)
        .set(Product::NAME, "Desk lamp")
        .clear(Product::PRICE)
        .append(Product::TAGS, ["light"])
        .remove(Product::TAGS, ["new"])
        .await?;
    show(&lamp);

    heading("Update, if nobody has changed the row since it was read");
    let error = products
        .update(&seen)
        .set(Product::PRICE, 25)
        .if_unchanged_since(&seen)
        .await
        .unwrap_err();
    println!("{}", without_ids(&error, &[&seen]));
    show(
        &products
            .update(&lamp)
            .set(Product::PRICE, 25)
            .if_unchanged_since(&lamp)
            .await?,
    );

    heading("Upsert, by the key: twice the same list, and then another price");
    let list = [
        product("Chair", "C-1", Some(80.0)),
        product("Table", "T-1", Some(200.0)),
    ];
    let mut cheaper = list.clone();
    cheaper[1].price = Some(180.0);
    for list in [&list, &list, &cheaper] {
        for result in products.upsert_all(list).await {
            let upserted = result?;
            let what = match &upserted {
                Upserted::Inserted(_) => "inserted".to_owned(),
                Upserted::Updated { columns, .. } => format!("changed in {}", columns.join(", ")),
                _ => "unchanged".to_owned(),
            };
            println!("{} {what}", upserted.row().name);
        }
    }

    heading("Many at once: one result for each, and none is lost when another fails");
    let new = [
        product("Stool", "S-1", None),
        Product {
            tags: vec!["red, blue".to_owned()],
            ..product("Rug", "R-1", None)
        },
        product("Shelf", "S-2", None),
    ];
    for (product, result) in new.iter().zip(products.insert_all(&new).await) {
        match result {
            Ok(_) => println!("{}: stored", product.name),
            Err(error) => println!("{}: {error}", product.name),
        }
    }

    heading("The answer is lost: Notion has stored the row and says that it failed");
    sim.fault(Fault::on("POST", "/v1/pages").after_commit().status(503));
    let error = products.insert(&product("Bed", "B-1", None)).await.unwrap_err();
    println!("insert: {:?}", error.kind());
    sim.fault(Fault::on("POST", "/v1/pages").after_commit().status(503));
    let sofa = products.upsert(&product("Sofa", "S-3", None)).await?;
    println!("upsert: {} was stored once", sofa.row().name);

    heading("A duplicate: no key is unique to Notion");
    sim.advance(Duration::from_secs(60)); // A query gives the newest row first.
    let second = products.insert(&product("Sofa", "S-3", None)).await?;
    let error = products.upsert(&product("Sofa", "S-3", None)).await.unwrap_err();
    println!("{}", without_ids(&error, &[sofa.row(), &second]));

    heading("Into the trash, and out of it");
    products.trash(&second).await?;
    let of_key = || products.query().filter(Product::SKU.eq("S-3"));
    println!("{} row is left", of_key().count().await?);
    products.restore(&second).await?;
    println!("{} rows", of_key().count().await?);
    Ok(())
}

fn show(product: &Row<Product>) {
    println!("{}, price {:?}, {:?}", product.name, product.price, product.tags);
}

/// The same text in each run.
fn without_ids(error: &notion_core::Error, rows: &[&Row<Product>]) -> String {
    let mut text = error.to_string();
    for (at, row) in rows.iter().enumerate() {
        text = text.replace(&row.id().to_string(), &format!("<id {}>", at + 1));
        text = text.replace(&*row.page().url, "<url>");
    }
    text
}
