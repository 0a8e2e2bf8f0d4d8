use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use notion_schema::{Snapshot, row_type};

use super::file::{self, Kept};
use super::{Done, Result};

/// Writes the row type of a snapshot as Rust code, without asking Notion.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The snapshot that `cargo notion pull` made: its file, or the title of the data source.
    snapshot: String,
    /// The file; the code is printed if not given.
    #[arg(short, long, visible_alias = "out")]
    output: Option<PathBuf>,
    /// Has the type compared with the snapshot while it is compiled: `#[notion(schema = "…")]`.
    #[arg(long)]
    schema: bool,
    /// Writes nothing, and ends with exit code 3 if the file is not what the snapshot gives now.
    #[arg(long, requires = "output")]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Result {
    let (path, json) = read(&args.snapshot)?;
    let shown = path.display();
    let snapshot = Snapshot::from_json(&json).map_err(|error| {
        format!("{shown} is not a snapshot: {error}; `cargo notion pull <DATABASE> --output {shown}` makes it anew")
    })?;
    let schema = if args.schema {
        Some(from_manifest(&path, args.output.as_deref())?)
    } else {
        None
    };
    let code = row_type(&snapshot.data_source, schema.as_deref());
    let Some(output) = &args.output else {
        std::io::stdout().lock().write_all(code.as_bytes())?;
        return Ok(Done::Well);
    };
    let (output, shown) = (output.as_path(), output.display());
    let count = snapshot.data_source.properties.len();
    match file::keep(output, &code, args.check, "generate")? {
        Kept::Same => println!("{shown} is what the snapshot gives: {count} columns"),
        Kept::Written => println!("{shown} has a row type of {count} columns now"),
        Kept::Stale => return Ok(Done::Differs),
    }
    Ok(Done::Well)
}

/// The file of that path, or else the one that `pull` makes for a data source of that title.
fn read(snapshot: &str) -> std::result::Result<(PathBuf, String), String> {
    let given = PathBuf::from(snapshot);
    let titled = file::snapshot(snapshot).filter(|path| *path != given);
    for path in [Some(given), titled].into_iter().flatten() {
        match fs::read_to_string(&path) {
            Ok(json) => return Ok((path, json)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
        }
    }
    Err(format!(
        "there is no snapshot `{snapshot}`: make it by `cargo notion pull`, and name its file, such as `notion/tasks.json`, or the title of its data source"
    ))
}

/// The path of the snapshot from the folder of the `Cargo.toml` that the code belongs to, which is where the derive looks.
fn from_manifest(snapshot: &Path, output: Option<&Path>) -> std::result::Result<String, String> {
    let here = std::env::current_dir().map_err(|error| format!("cannot tell the current folder: {error}"))?;
    let output = here.join(output.unwrap_or(Path::new("")));
    let mut above = output.ancestors();
    let folder = above
        .find(|folder| folder.join("Cargo.toml").is_file())
        .ok_or("`--schema` names the snapshot from the folder of `Cargo.toml`, and there is none above the code: name a place in a crate with `--output`")?;
    let whole = |path: &Path| {
        path.canonicalize()
            .map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let (folder, snapshot) = (whole(folder)?, whole(snapshot)?);
    let inside = snapshot.strip_prefix(&folder).map_err(|_| {
        format!(
            "the derive finds snapshots below the folder of `Cargo.toml`, and {} is not in {}: put it there, or leave `--schema` out",
            snapshot.display(),
            folder.display()
        )
    })?;
    let inside = inside
        .to_str()
        .ok_or("the path of the snapshot is not UTF-8 text")?;
    // The code is the same on all systems.
    Ok(inside.replace(MAIN_SEPARATOR, "/"))
}
