//! Importing recordings of real traffic: the seed document of the workspace as it was before.
//!
//! A recording rarely creates all that it touches; it finds pages and databases that were there already. They can be had
//! back from it:
//!
//! 1. *Born* is what a request of the recording created, and whatever is inside something born. All else was there before.
//! 2. It was there in the state of its first sight. Where that is the answer to a request that put it into the trash, or took
//!    it out, this is undone.
//! 3. What is only referred to is *borrowed* from another recording of the same import, or *inferred* (a data source from its
//!    rows, a database from its data source, a page from its block), or else a *stub*; and so on up to the workspace.
//! 4. What Notion answered with 404 must be *absent*. If something is inside it nevertheless, then it was there and not shared
//!    with the connection.
//! 5. Children, rows, users and search results keep the order in which they were recorded.
//! 6. The bot is the one that asks who it is, or that a 404 names.
//!
//! | part | purpose |
//! |---|---|
//! | `format` | files into exchanges, whoever recorded them |
//! | `observe` | what one recording shows |
//! | `decide`, `guess` | the gaps |
//! | `document`, `secrets` | several workspaces as one, as a seed document without credentials |

mod decide;
mod document;
mod exchange;
mod format;
mod guess;
mod observe;
mod record;
mod secrets;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use crate::error::Error;
use crate::seed;
use decide::Library;
use document::Past;
use observe::Observation;

/// Makes a seed document out of recordings of real traffic: the workspace as it was before they were made.
///
/// Recordings are VCR.py cassettes (YAML or JSON), HAR files, or JSON Lines with `method`, `path`, `status`,
/// `request_body` and `response_body`. A folder stands for all files in it, however deep. Several recordings give one
/// workspace that holds what any of them found.
///
/// ```no_run
/// # fn example() -> Result<(), notion_sim::Error> {
/// let seed = notion_sim::import(["tests/cassettes/test_page.yaml"])?;
/// let sim = notion_sim::Sim::builder().seed(seed).start_blocking()?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// A file that cannot be read or is no recording; the message names the line or entry.
pub fn import<P: AsRef<Path>>(recordings: impl IntoIterator<Item = P>) -> Result<Value, Error> {
    let mut files = Vec::new();
    for path in recordings {
        let (path, before) = (path.as_ref(), files.len());
        expand(path, &mut files)?;
        if files.len() == before {
            return Err(Error::unusable(
                &format!("folder {}", path.display()),
                "there is no file in it",
            ));
        }
    }
    let mut read = Vec::new();
    for path in &files {
        let bytes = std::fs::read(path).map_err(|error| Error::unreadable("recording", path, error))?;
        read.push((path.as_path(), bytes));
    }
    from_files(&read)
}

/// The same for files that are read already.
pub(crate) fn from_files(files: &[(&Path, Vec<u8>)]) -> Result<Value, Error> {
    let mut recordings = Vec::new();
    for (path, bytes) in files {
        let read = format::read(bytes)
            .map_err(|problem| Error::unusable(&format!("recording {}", path.display()), &problem))?;
        recordings.extend(read);
    }
    let source: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
    let source = source.join(" ");
    if recordings.iter().all(|recording| recording.exchanges.is_empty()) {
        let problem = format!(
            "there is no traffic with {} in it; record a program while it talks to Notion itself",
            format::NOTION
        );
        return Err(Error::unusable(&format!("recording {source}"), &problem));
    }
    let library = Library::of(&recordings);
    let pasts = recordings
        .iter()
        .map(|recording| decide::decide(Observation::of(recording), &library));
    let document = Past::merge(pasts.collect()).document(&source);
    // Whatever a recording holds, nobody gets a document that a simulator refuses.
    match seed::read(document.to_string().as_bytes(), Timestamp::now()) {
        Ok(_) => Ok(document),
        Err(problem) => Err(blame(files, &document, &problem)),
    }
}

/// Says which recording, and which object in it, makes a document that is refused.
fn blame(files: &[(&Path, Vec<u8>)], document: &Value, problem: &str) -> Error {
    let alone = |file: &(&Path, Vec<u8>)| from_files(std::slice::from_ref(file)).err();
    let found = if files.len() > 1 {
        files.iter().find_map(alone)
    } else {
        None
    };
    found.unwrap_or_else(|| {
        let id = place(problem).and_then(|(list, at)| document[list][at]["id"].as_str());
        let problem = format!(
            "the object {} in it makes no valid workspace: {problem} Correct what was recorded, or leave the file out",
            id.unwrap_or("?")
        );
        Error::unusable(&format!("recording {}", document["source"].as_str().unwrap_or_default()), &problem)
    })
}

/// The list and the position that a problem of a seed document is about: "`pages[3]`.url should be …".
fn place(problem: &str) -> Option<(&str, usize)> {
    let (list, rest) = problem.strip_prefix('`')?.split_once('[')?;
    let (at, _) = rest.split_once(']')?;
    Some((list, at.parse().ok()?))
}

/// Whether a file is a recording rather than a seed document.
pub(crate) fn is_recording(bytes: &[u8]) -> bool {
    format::recognizes(bytes)
}

/// A folder stands for the files in it, in the order of their names.
fn expand(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let unreadable = |error| Error::unreadable("folder", path, error);
    let entries = std::fs::read_dir(path).map_err(unreadable)?;
    let mut inside = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    inside.sort();
    inside.iter().try_for_each(|path| expand(path, files))
}
