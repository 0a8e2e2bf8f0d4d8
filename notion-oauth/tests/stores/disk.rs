//! D-1: a disk that is full, worn out, or only to be read.
//!
//! Calls fail as those of such a disk do in a program that is started so: this file's other tests, in a child.

use std::path::{Path, PathBuf};
use std::process::Command;

use notion_oauth::store::{Change, Column, Commit, Query, Record, Store, Table};
use notion_oauth::{ErrorKind, Result};

use crate::broken_disk::{Disk, Library, Trouble};

/// Where the child has its store.
const FOLDER: &str = "NOTION_TEST_FOLDER";

/// Runs a test in a child whose disk may break.
fn in_a_child(test: &str, child: &str) {
    let Some(library) = Library::build(test) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--ignored", "--nocapture"])
        .envs(library.disk("disk").environment())
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    let error = String::from_utf8_lossy(&child.stderr);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}\n{error}"
    );
}

/// The disk of the child, and where its store is.
fn here() -> (Disk, PathBuf) {
    let folder = std::env::var_os(FOLDER).expect("a child");
    (Disk::of_this_program().unwrap(), PathBuf::from(folder))
}

fn insert(number: usize) -> [Change; 1] {
    let record = Record {
        key: format!("k{number:04}"),
        version: 1,
        time: 7,
        columns: [(Column::ClientId, "client".to_owned())].into(),
        body: "{}".to_owned(),
        sealed: vec![number as u8; 5_000].into(),
    };
    [Change::Insert(Table::Installation, record)]
}

async fn count(store: &dyn Store) -> Result<usize> {
    Ok(store.find(&Query::new(Table::Installation)).await?.len())
}

/// Whichever of so many calls fails first: what was committed is there, what was refused is not, and the store goes on when
/// the disk does.
async fn loses_nothing(store: &dyn Store, disk: &Disk, path: &Path, calls: usize) {
    let part = path.to_str().unwrap();
    let mut written = 0;
    for trouble in Trouble::ALL {
        for calls in 0..calls {
            disk.breaks(trouble, part, calls);
            let result = store.commit(&insert(written)).await;
            disk.is_mended();
            match result {
                Ok(Commit::Done) => written += 1,
                Ok(Commit::Conflict) => panic!("nobody else writes"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Store, "{trouble:?}: {error}");
                    assert!(error.hint().is_some(), "{trouble:?}: {error}");
                    says_what(trouble, &error.to_string());
                }
            }
            assert_eq!(
                count(store).await.unwrap(),
                written,
                "{trouble:?} after {calls} calls"
            );
            assert_eq!(store.commit(&insert(written)).await.unwrap(), Commit::Done);
            written += 1;
        }
    }
}

fn says_what(trouble: Trouble, error: &str) {
    let words: &[&str] = match trouble {
        Trouble::Full => &["does not fit on the disk", "cannot be read or written"],
        Trouble::ReadOnly => &["may not be written", "cannot be read or written"],
        Trouble::WornOut => &["cannot be read or written", "or the disk that it is on"],
    };
    assert!(
        words.iter().any(|words| error.contains(words)),
        "{trouble:?}: {error}"
    );
}

#[cfg(feature = "file")]
#[test]
fn d_1_a_file_on_a_broken_disk_loses_nothing() {
    in_a_child("d_1_a_file_on_a_broken_disk_loses_nothing", "disk::a_file");
}

#[cfg(feature = "file")]
#[tokio::test]
#[ignore = "runs in a child"]
async fn a_file() {
    let (disk, folder) = here();
    let path = folder.join("grants.json");
    let store = notion_oauth::FileStore::open(&path).await.unwrap();
    loses_nothing(&store, &disk, &path, 8).await;
}

#[cfg(feature = "sqlite")]
#[test]
fn d_1_sqlite_on_a_broken_disk_loses_nothing() {
    in_a_child("d_1_sqlite_on_a_broken_disk_loses_nothing", "disk::sqlite");
}

#[cfg(feature = "sqlite")]
#[tokio::test]
#[ignore = "runs in a child"]
async fn sqlite() {
    let (disk, folder) = here();
    let path = folder.join("grants.db");
    let store = notion_oauth::SqliteStore::open(&path).await.unwrap();
    loses_nothing(&store, &disk, &path, 40).await;
    let written = count(&store).await.unwrap();
    store.close().await;
    let store = notion_oauth::SqliteStore::open(&path).await.unwrap();
    assert_eq!(count(&store).await.unwrap(), written);
}
