use std::io::Write;

use notion_core::Notion;

use super::{Done, Result};

/// Lists the data sources that are shared with the connection.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only those whose title shares a word with this one.
    query: Option<String>,
}

pub(crate) async fn run(args: &Args) -> Result {
    let notion = Notion::from_env()?;
    let mut found = notion
        .search_data_sources(args.query.as_deref().unwrap_or_default())
        .await?;
    if found.is_empty() {
        eprintln!(
            "Nothing is shared with the connection: open a database in Notion, ••• → Connections → + Add connection."
        );
    }
    found.sort_by(|a, b| (&a.title, a.id).cmp(&(&b.title, b.id)));
    let mut out = std::io::stdout().lock();
    for source in found {
        writeln!(out, "{}  {}", source.id, source.title)?;
    }
    Ok(Done::Well)
}
