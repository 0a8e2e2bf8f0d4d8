//! What is special about a file of JSON.

use notion_oauth::store::{Change, Column, Commit, Record, Store, Table};
use notion_oauth::{Connection, ErrorKind, FileStore, Key, KeyId, KeyRing, Workspaces};

fn insert(key: &str) -> [Change; 1] {
    let record = Record {
        key: key.to_owned(),
        version: 1,
        time: 7,
        columns: [(Column::ClientId, "client".to_owned())].into(),
        body: "{}".to_owned(),
        sealed: vec![1, 2, 3].into(),
    };
    [Change::Insert(Table::Installation, record)]
}

#[tokio::test]
async fn t16_the_file_is_its_owners_alone_and_holds_no_token_and_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.json");
    let connection = Connection::new("client", "secret", "https://example.com/callback").unwrap();
    let keys = KeyRing::new(Key::generate(KeyId::new("k").unwrap()).unwrap());
    let store = FileStore::open(&path).await.unwrap();
    let workspaces = Workspaces::builder(connection)
        .store(store, keys)
        .open()
        .await
        .unwrap();
    let grant = crate::grant("bot", "ntn_CANARY");
    workspaces.install(&grant).await.unwrap();
    assert_eq!(workspaces.list().await.unwrap()[0].grant(), &grant);
    assert!(!std::fs::read_to_string(&path).unwrap().contains("CANARY"));
    #[cfg(unix)]
    {
        use std::fs::{self, Permissions};
        use std::os::unix::fs::PermissionsExt;

        let files = fs::read_dir(folder.path()).unwrap();
        for path in files.map(|file| file.unwrap().path()) {
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{path:?}");
        }
        fs::set_permissions(&path, Permissions::from_mode(0o604)).unwrap();
        let error = workspaces.list().await.unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
}

#[tokio::test]
async fn files_that_are_none_of_ours_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, expected) in [
        ("empty", "", "no store"),
        ("text", "CANARY", "no store"),
        ("other", r#"{"name": "CANARY"}"#, "no store"),
        ("newer", r#"{"format": 2, "rows": "CANARY"}"#, "newer version"),
        ("damaged", r#"{"format": 1, "records": ["CANARY"]}"#, "damaged"),
        (
            "table",
            r#"{"format":1,"records":[{"table":"CANARY","key":"k","version":1,"time":1,"columns":{},"body":"","sealed":""}]}"#,
            "damaged",
        ),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let error = FileStore::open(&path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(error.to_string().contains(expected), "{name}: {error}");
        assert!(!format!("{error:?}").contains("CANARY"), "{name}: {error:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    let error = FileStore::open(folder.path().join("no/such.json"))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("folder exists"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_taken_away_is_not_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.json");
    let store = FileStore::open(&path).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    store.commit(&insert("k")).await.unwrap_err();
    assert!(!path.exists());
}

#[tokio::test]
async fn what_a_crash_left_is_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.json");
    std::fs::write(folder.path().join("grants.json-new"), "half").unwrap();
    let store = FileStore::open(&path).await.unwrap();
    assert_eq!(store.commit(&insert("k")).await.unwrap(), Commit::Done);
    assert!(!folder.path().join("grants.json-new").exists());
}

/// A handle remembers what it has read, and a file that another program has written is not that: not even where it is
/// as long as the last one, of the same moment, and in the same place on the disk.
#[tokio::test]
async fn what_another_program_writes_is_seen_by_the_next_lookup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.json");
    let (one, other) = (
        FileStore::open(&path).await.unwrap(),
        FileStore::open(&path).await.unwrap(),
    );
    assert_eq!(one.commit(&insert("k")).await.unwrap(), Commit::Done);
    let [Change::Insert(table, mut record)] = insert("k") else {
        unreachable!()
    };
    for round in 0..20 {
        assert_eq!(one.get(table, "k").await.unwrap().as_ref(), Some(&record));
        for _ in 0..=round % 3 {
            record.version += 1;
            record.body = format!("{{{:9}}}", record.version);
            let replace = [Change::Replace(table, record.clone())];
            assert_eq!(other.commit(&replace).await.unwrap(), Commit::Done);
            let file = std::fs::File::options().append(true).open(&path).unwrap();
            file.set_modified(std::time::UNIX_EPOCH).unwrap();
        }
        assert_eq!(one.get(table, "k").await.unwrap().as_ref(), Some(&record));
        let stale = [Change::Replace(table, record.clone())];
        assert_eq!(one.commit(&stale).await.unwrap(), Commit::Conflict);
    }
}

#[tokio::test]
async fn a_copy_that_is_put_back_is_seen_by_the_next_lookup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.json");
    let store = FileStore::open(&path).await.unwrap();
    let copy = std::fs::read(&path).unwrap();
    assert_eq!(store.commit(&insert("k")).await.unwrap(), Commit::Done);
    assert!(store.get(Table::Installation, "k").await.unwrap().is_some());
    // Into the same file, as `cp` does.
    std::fs::write(&path, copy).unwrap();
    assert!(store.get(Table::Installation, "k").await.unwrap().is_none());
    std::fs::write(&path, "").unwrap();
    store.get(Table::Installation, "k").await.unwrap_err();
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("grants.json"), folder.path().join("link.json"));
    let other = FileStore::open(&path).await.unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let store = FileStore::open(&link).await.unwrap();
    assert_eq!(store.commit(&insert("k")).await.unwrap(), Commit::Done);
    assert!(link.is_symlink());
    let query = notion_oauth::store::Query::new(Table::Installation);
    assert_eq!(other.find(&query).await.unwrap().len(), 1);
}
