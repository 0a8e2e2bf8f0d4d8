//! An internal connection: a static token, and what it may see.
//!
//! ```console
//! $ NOTION_TOKEN=ntn_… cargo run --bin internal_token
//! ```
//!
//! Or against the simulator: `cargo run --bin notion-sim` prints a `base_url` and a `token`; give them as
//! `NOTION_BASE_URL` and `NOTION_TOKEN`.

use notion_core::Notion;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match show().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn show() -> notion_core::Result<()> {
    let notion = Notion::from_env()?;
    let bot = notion.me().await?;
    println!(
        "{} in {}",
        bot.name.as_deref().unwrap_or("A connection without a name"),
        bot.workspace_name
            .as_deref()
            .unwrap_or("a workspace without a name"),
    );
    let shared = notion.search_data_sources("").await?;
    if shared.is_empty() {
        println!(
            "Nothing is shared with it: open a database in Notion, ••• → Connections → + Add connection."
        );
    }
    for source in shared {
        let schema = notion.data_source(source.id).await?;
        println!("\n{} ({})", source.title, source.id);
        for property in schema.properties {
            println!("  {:<24} {}", property.name, property.type_name);
        }
    }
    Ok(())
}
