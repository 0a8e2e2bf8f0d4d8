//! D-1: a disk that is full, and one that only reads.

use std::path::{Path, PathBuf};
use std::process::Command;

use notion_oauth::store::{Change, Column, Commit, Query, Record, Store, Table};
use notion_oauth::{ErrorKind, Result};

/// A small disk in memory, which only root can make.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    fn new(test: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let is_mounted = cfg!(target_os = "linux")
            && Command::new("mount")
                .args(["-t", "tmpfs", "-o", "size=640k,mode=700", "tmpfs"])
                .arg(folder.path())
                .output()
                .is_ok_and(|output| output.status.success());
        if !is_mounted {
            eprintln!("skipped: {test}, because nothing can be mounted here");
            return None;
        }
        Some(Self { folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let mut command = Command::new("mount");
        command.args(["-o", &options]).arg(self.folder.path());
        assert!(command.status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

fn insert(number: usize) -> [Change; 1] {
    let record = Record {
        key: format!("k{number:04}"),
        version: 1,
        time: 7,
        columns: [(Column::ClientId, "client".to_owned())].into(),
        body: "{}".to_owned(),
        sealed: vec![number as u8; 20_000].into(),
    };
    [Change::Insert(Table::Installation, record)]
}

async fn count(store: &dyn Store) -> Result<usize> {
    Ok(store.find(&Query::new(Table::Installation)).await?.len())
}

async fn loses_nothing(store: &dyn Store, disk: &Disk, file: &Path) {
    let mut written = 0;
    let error = loop {
        match store.commit(&insert(written)).await {
            Ok(Commit::Done) => written += 1,
            Ok(Commit::Conflict) => panic!("nobody else writes"),
            Err(error) => break error,
        }
    };
    assert!(written > 3, "{written}");
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(error.to_string().contains("does not fit"), "{error:?}");
    assert_eq!(count(store).await.unwrap(), written);
    disk.remount("size=8m");
    assert_eq!(store.commit(&insert(written)).await.unwrap(), Commit::Done);
    assert_eq!(count(store).await.unwrap(), written + 1);
    assert!(file.exists());
}

#[cfg(feature = "file")]
#[tokio::test]
async fn d_1_a_file_on_a_full_disk_loses_nothing() {
    let Some(disk) = Disk::new("d_1_a_file_on_a_full_disk_loses_nothing") else {
        return;
    };
    let path = disk.path("grants.json");
    let store = notion_oauth::FileStore::open(&path).await.unwrap();
    loses_nothing(&store, &disk, &path).await;
    disk.remount("ro");
    let error = store.commit(&insert(9999)).await.unwrap_err();
    assert!(error.to_string().contains("may not be written"), "{error:?}");
    assert!(count(&store).await.unwrap() > 3);
    disk.remount("rw");
    assert_eq!(store.commit(&insert(9999)).await.unwrap(), Commit::Done);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn d_1_sqlite_on_a_full_disk_loses_nothing() {
    let Some(disk) = Disk::new("d_1_sqlite_on_a_full_disk_loses_nothing") else {
        return;
    };
    let path = disk.path("grants.db");
    let store = notion_oauth::SqliteStore::open(&path).await.unwrap();
    loses_nothing(&store, &disk, &path).await;
    let written = count(&store).await.unwrap();
    store.close().await;
    let store = notion_oauth::SqliteStore::open(&path).await.unwrap();
    assert_eq!(count(&store).await.unwrap(), written);
}
