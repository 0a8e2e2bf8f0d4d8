//! The files that commands make, and make again.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What came of a file.
pub(crate) enum Kept {
    /// It is what it was.
    Same,
    Written,
    /// It is not what it should be, and was left so.
    Stale,
}

/// Writes a file unless it is so already. To `check` it is to write nothing, and to say that `command` would.
pub(crate) fn keep(
    path: &Path,
    text: &str,
    check: bool,
    command: &str,
) -> Result<Kept, Box<dyn std::error::Error>> {
    let shown = path.display();
    let old = match fs::read_to_string(path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(format!("cannot read {shown}: {error}").into()),
    };
    if old.as_deref() == Some(text) {
        return Ok(Kept::Same);
    }
    if check {
        let what = if old.is_some() {
            "is out of date"
        } else {
            "is missing"
        };
        writeln!(io::stdout(), "{shown} {what}: run `cargo notion {command}` again")?;
        return Ok(Kept::Stale);
    }
    write(path, text).map_err(|error| format!("cannot write {shown}: {error}"))?;
    Ok(Kept::Written)
}

/// Other programs see the old file or the new one, and never half of either.
fn write(path: &Path, text: &str) -> io::Result<()> {
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

/// The snapshot of the data source of that title. Titles are free text, so only letters and digits make a file name; `None` for
/// a title without any.
pub(crate) fn snapshot(title: &str) -> Option<PathBuf> {
    let words: Vec<String> = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    (!words.is_empty()).then(|| Path::new("notion").join(words.join("_") + ".json"))
}
