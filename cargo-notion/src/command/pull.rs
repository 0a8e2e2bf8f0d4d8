use std::io::Write;
use std::path::{Path, PathBuf};

use notion_core::{NOTION_VERSION, Notion};
use notion_schema::{DataSource, Snapshot};

use super::file::{self, Kept};
use super::{Done, Result};

/// Writes the schema of a data source to a snapshot file.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The database or data source: its title, URL or id.
    database: String,
    /// The file; `notion/<title>.json` if not given.
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// Writes nothing, and ends with exit code 3 if the file is not what Notion has now.
    #[arg(long)]
    check: bool,
}

pub(crate) async fn run(args: &Args) -> Result {
    let schema = Notion::from_env()?.find_data_source(&args.database).await?;
    let path = args.output.clone().or_else(|| file::snapshot(&schema.title));
    let path = path.unwrap_or_else(|| Path::new("notion").join(&schema.id).with_extension("json"));
    if args.output.is_none() {
        check_same(&path, &schema)?;
    }
    let (shown, count) = (path.display(), schema.properties.len());
    let snapshot = Snapshot::new(NOTION_VERSION, schema).to_json();
    let mut out = std::io::stdout();
    match file::keep(&path, &snapshot, args.check, "pull")? {
        Kept::Same => writeln!(out, "{shown} is what Notion has: {count} columns")?,
        Kept::Written => writeln!(out, "{shown} has {count} columns now")?,
        Kept::Stale => return Ok(Done::Differs),
    }
    Ok(Done::Well)
}

/// Titles are not unique: a file that is named by one may be that of another data source, whose snapshot would be lost.
fn check_same(path: &Path, schema: &DataSource) -> std::result::Result<(), String> {
    let kept = std::fs::read_to_string(path)
        .ok()
        .and_then(|json| Snapshot::from_json(&json).ok());
    match kept.map(|snapshot| snapshot.data_source) {
        Some(kept) if kept.id != schema.id => Err(format!(
            "{} is the snapshot of another data source, `{}` ({}): name a file for `{}` ({}) with `--output`",
            path.display(),
            kept.title,
            kept.id,
            schema.title,
            schema.id,
        )),
        _ => Ok(()),
    }
}
