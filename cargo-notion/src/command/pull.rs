use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use notion_core::{NOTION_VERSION, Notion};
use notion_schema::{DataSource, Snapshot};

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
    let path = args.output.clone().unwrap_or_else(|| default_path(&schema));
    let count = schema.properties.len();
    let new = Snapshot::new(NOTION_VERSION, schema).to_json();
    let old = match fs::read_to_string(&path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(format!("cannot read {}: {error}", path.display()).into()),
    };
    let shown = path.display();
    if old.as_deref() == Some(&*new) {
        println!("{shown} is what Notion has: {count} columns");
        return Ok(Done::Well);
    }
    if args.check {
        println!(
            "{shown} {}: run `cargo notion pull` again",
            if old.is_some() {
                "is out of date"
            } else {
                "is missing"
            }
        );
        return Ok(Done::Differs);
    }
    write(&path, &new).map_err(|error| format!("cannot write {shown}: {error}"))?;
    println!("{shown} has {count} columns now");
    Ok(Done::Well)
}

/// Other programs see the old file or the new one, and never half of either.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    // A temporary file is its owner's alone; this one is for all who may read the folder.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path)?;
    Ok(())
}

/// Titles are free text, so only letters and digits make a file name; a title without any goes by its id.
fn default_path(schema: &DataSource) -> PathBuf {
    let words: Vec<String> = schema
        .title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let name = if words.is_empty() {
        schema.id.clone()
    } else {
        words.join("_")
    };
    Path::new("notion").join(name).with_extension("json")
}
