//! What is special about an `SQLite` file.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use notion_oauth::store::{Change, Column, Commit, Query, Record, Store, Table};
use notion_oauth::{Connection, ErrorKind, Key, KeyId, KeyRing, Result, SqliteStore, Workspaces};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

use crate::grant;

fn record(key: &str) -> Record {
    Record {
        key: key.to_owned(),
        version: 1,
        time: 7,
        columns: [(Column::ClientId, "client".to_owned())].into(),
        body: r#"{"is":"CANARY"}"#.to_owned(),
        sealed: vec![1, 2, 3].into(),
    }
}

async fn insert(store: &SqliteStore, key: &str) -> Result<Commit> {
    store
        .commit(&[Change::Insert(Table::Installation, record(key))])
        .await
}

async fn open(store: SqliteStore) -> Workspaces {
    opening(store).open().await.unwrap()
}

fn opening(store: SqliteStore) -> notion_oauth::OpenWorkspaces {
    let connection = Connection::new("client", "secret", "https://example.com/callback").unwrap();
    let key = Key::from_bytes(KeyId::new("k").unwrap(), [7; 32]);
    Workspaces::builder(connection).store(store, KeyRing::new(key))
}

async fn run(path: &Path, sql: &str) -> String {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    let row = sqlx::query(AssertSqlSafe(sql))
        .fetch_optional(&mut connection)
        .await
        .unwrap();
    let text = row.map_or_else(String::new, |row| {
        row.try_get::<String, _>(0)
            .unwrap_or_else(|_| row.get::<i64, _>(0).to_string())
    });
    sqlx::Connection::close(connection).await.unwrap();
    text
}

/// Whether any file of the folder holds a text.
fn holds(folder: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut files = files.filter(|path| path.is_file());
    files.any(|path| {
        let bytes = crate::content(&path);
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
async fn t16_a_grant_outlives_the_program_and_no_file_says_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let given = grant("bot", "ntn_CANARY1");
    let workspaces = open(SqliteStore::open(&path).await.unwrap()).await;
    workspaces.install(&given).await.unwrap();
    // While the store is open: when it is closed, SQLite takes its log away.
    assert!(folder.path().join("grants.db-wal").exists());
    assert!(!holds(folder.path(), "CANARY"));
    drop(workspaces);
    let workspaces = open(SqliteStore::open(&path).await.unwrap()).await;
    let owner = crate::OWNER.parse().unwrap();
    let [installation] = &*workspaces.by_owner(owner).await.unwrap() else {
        panic!("one installation")
    };
    assert_eq!(installation.grant(), &given);
    assert_eq!(installation.owner(), given.owner());
    assert_eq!(installation.workspace_name(), Some("Acme CANARY"));
    drop(workspaces);
    assert_eq!(run(&path, "PRAGMA journal_mode").await, "wal");
    assert_eq!(run(&path, "PRAGMA user_version").await, "2");
    // For the people who look into it.
    assert_eq!(run(&path, "SELECT workspace_id FROM installation").await, "w");
    assert!(!holds(folder.path(), "CANARY"));
}

#[cfg(unix)]
#[tokio::test]
async fn t16_all_files_are_their_owners_alone() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let _held = store.lock("bot", Duration::ZERO).await.unwrap();
    let workspaces = open(store.clone()).await;
    workspaces.install(&grant("bot", "ntn_1")).await.unwrap();
    let paths = Vec::from_iter(
        fs::read_dir(folder.path())
            .unwrap()
            .map(|file| file.unwrap().path()),
    );
    assert!(paths.len() >= 4, "the file, its log, locks and spool: {paths:?}");
    for path in paths {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{path:?}");
    }
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("chmod 600"), "{error}");
    fs::set_permissions(
        folder.path().join("grants.db-locks"),
        Permissions::from_mode(0o777),
    )
    .unwrap();
    let error = store.lock("other", Duration::ZERO).await.unwrap_err();
    assert!(error.to_string().contains("chmod 700"), "{error}");
}

#[tokio::test]
async fn files_of_others_and_of_newer_versions_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer.db");
    SqliteStore::open(&newer).await.unwrap().close().await;
    run(&newer, "PRAGMA user_version = 3").await;
    let error = SqliteStore::open(&newer).await.unwrap_err();
    assert!(error.to_string().contains("newer version"), "{error}");
    assert_eq!(run(&newer, "PRAGMA user_version").await, "3");

    for (name, sql) in [
        ("tables.db", "CREATE TABLE installation (x)"),
        ("version.db", "PRAGMA user_version = 1"),
        ("application.db", "PRAGMA application_id = 7"),
    ] {
        let path = folder.path().join(name);
        drop(private(&path));
        run(&path, sql).await;
        let error = SqliteStore::open(&path).await.unwrap_err();
        assert!(error.to_string().contains("something else"), "{error}");
    }
}

fn private(path: &Path) -> std::fs::File {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).unwrap()
}

#[tokio::test]
async fn what_is_in_the_way_of_a_file_is_said_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let text = "no database, but a text that is long enough\n".repeat(40);
    std::io::Write::write_all(&mut private(&path("text")), text.as_bytes()).unwrap();
    for (name, expected) in [
        ("", "is a folder"),
        ("missing/grants.db", "exists"),
        ("text", "no store"),
    ] {
        let error = SqliteStore::open(path(name)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(error.to_string().contains(expected), "{name}: {error}");
        assert!(error.hint().is_some(), "{name}: {error}");
        let cause = std::error::Error::source(&error).unwrap();
        assert!(cause.source().is_none(), "{name}: said once: {cause}");
    }
    assert_eq!(std::fs::read_to_string(path("text")).unwrap(), text);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_may_open_a_new_file_at_once() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("grants.db");
        let opened = Vec::from_iter((0..8).map(|_| tokio::spawn(SqliteStore::open(path.clone()))));
        for store in opened {
            store.await.unwrap().unwrap().close().await;
        }
    }
}

#[tokio::test]
async fn what_is_deleted_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(insert(&store, "k").await.unwrap(), Commit::Done);
    assert!(holds(folder.path(), "CANARY"));
    let change = Change::Delete {
        table: Table::Installation,
        key: "k".to_owned(),
        version: 1,
    };
    assert_eq!(store.commit(&[change]).await.unwrap(), Commit::Done);
    // Not only once the store is closed, which a program that is killed never does.
    store.scrub().await.unwrap();
    assert!(!holds(folder.path(), "CANARY"));
}

/// D-2: another program that writes for long.
#[tokio::test]
async fn waiting_for_another_program_has_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let mut other = SqliteConnectOptions::new()
        .filename(&path)
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .unwrap();
    let start = Instant::now();
    let error = insert(&store, "k").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    assert!(start.elapsed() < Duration::from_secs(25));
    // Reading goes on.
    assert_eq!(store.get(Table::Installation, "k").await.unwrap(), None);
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(insert(&store, "k").await.unwrap(), Commit::Done);
}

/// Two programs that write until they are killed, one of which holds a lock.
#[tokio::test]
async fn commits_survive_programs_that_are_killed_and_locks_do_not() {
    use std::io::{BufRead, BufReader};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let programs = Vec::from_iter((0..2).map(|_| child("writes_for_ever", &path)));
    let mut written = Vec::new();
    for mut program in programs {
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let is_key = |line: &String| line.starts_with("wrote ");
        written.extend(lines.by_ref().map(Result::unwrap).filter(is_key).take(20));
        program.kill().unwrap();
        written.extend(lines.map_while(Result::ok).filter(is_key));
        program.wait().unwrap();
    }
    let store = SqliteStore::open(&path).await.unwrap();
    let found = store.find(&Query::new(Table::Installation)).await.unwrap();
    let found: std::collections::HashSet<_> = found.iter().map(|one| format!("wrote {}", one.key)).collect();
    assert!(written.len() >= 40);
    for line in &written {
        assert!(found.contains(line), "{line}");
    }
    // Windows may take its time to give the lock back.
    drop(store.lock("held", Duration::from_secs(10)).await.unwrap());
    assert_eq!(run(&path, "PRAGMA integrity_check").await, "ok");
}

fn child(test: &str, path: &Path) -> std::process::Child {
    std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("sqlite::{test}"), "--ignored", "--nocapture"])
        .env("STORE_OF_A_TEST", path)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap()
}

/// The file that [`child`] names.
async fn store_of_the_parent() -> SqliteStore {
    let path: PathBuf = std::env::var_os("STORE_OF_A_TEST").unwrap().into();
    SqliteStore::open(path).await.unwrap()
}

#[tokio::test]
#[ignore = "run by `commits_survive_programs_that_are_killed_and_locks_do_not`"]
async fn writes_for_ever() {
    let store = store_of_the_parent().await;
    let _held = store.lock("held", Duration::from_secs(1)).await;
    for round in 0.. {
        let key = format!("{}-{round}", std::process::id());
        assert_eq!(insert(&store, &key).await.unwrap(), Commit::Done);
        println!("wrote {key}");
    }
}

/// What the version before wrote.
async fn format_1(path: &Path, installations: usize) {
    drop(private(path));
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
    let mut connection = options.connect().await.unwrap();
    let sql = include_str!("format1.sql").replace("{installations}", &installations.to_string());
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
}

async fn all_are_there(workspaces: &Workspaces, installations: usize) {
    let found = workspaces.list().await.unwrap();
    assert_eq!(found.len(), installations);
    for number in [1, installations / 2, installations] {
        let bot = notion_oauth::BotId::new(format!("bot-{number}")).unwrap();
        let history = workspaces.history(&bot).await.unwrap();
        let tokens = Vec::from_iter(history.iter().map(|one| one.grant.token().expose()));
        assert_eq!(
            tokens,
            [format!("ntn_CANARY{number}-2"), format!("ntn_CANARY{number}-1")]
        );
        assert_eq!(
            history[1].superseded_at.unwrap().as_microsecond(),
            2_000_000 + number as i64
        );
        let one = workspaces.get(&bot).await.unwrap();
        assert_eq!(one.workspace_name(), Some("Açme"));
        assert_eq!(one.created_at().as_microsecond(), 1_000_000 + number as i64);
        assert_eq!(
            one.owner_id().unwrap().to_string(),
            "e79a0b74-3aba-4149-9f74-0bb5791a6ee6"
        );
        assert_eq!(workspaces.audit(&bot).await.unwrap().len(), 1);
    }
    let owner = "e79a0b74-3aba-4149-9f74-0bb5791a6ee6".parse().unwrap();
    assert_eq!(workspaces.by_owner(owner).await.unwrap().len(), installations);
}

#[tokio::test]
async fn t16_ten_thousand_rows_of_format_1_are_sealed() {
    const ROWS: usize = 10_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    format_1(&path, ROWS).await;
    assert!(holds(folder.path(), "ntn_CANARY"));
    let store = SqliteStore::open(&path).await.unwrap();
    // T17: nothing is taken that is not sealed, unless it was asked for.
    let error = opening(store.clone()).open().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sealed);
    assert!(error.to_string().contains("seal_plaintext"), "{error}");

    let workspaces = opening(store).seal_plaintext().open().await.unwrap();
    all_are_there(&workspaces, ROWS).await;
    assert!(!holds(folder.path(), "CANARY"));
    drop(workspaces);
    all_are_there(&open(SqliteStore::open(&path).await.unwrap()).await, ROWS).await;
}

/// K-M: killed at any moment, it goes on where it was; meanwhile everyone sees the old format or the new one.
#[tokio::test]
async fn k_m_a_migration_that_is_killed_goes_on() {
    const ROWS: usize = 1_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    format_1(&path, ROWS).await;
    let mut kills = 0;
    let mut patience = Duration::from_millis(20);
    loop {
        let mut program = child("migrates", &path);
        let start = Instant::now();
        let status = loop {
            match program.try_wait().unwrap() {
                None if start.elapsed() < patience => tokio::time::sleep(Duration::from_millis(2)).await,
                status => break status,
            }
        };
        program.kill().unwrap();
        program.wait().unwrap();
        if let Some(status) = status {
            assert!(status.success());
            break;
        }
        kills += 1;
        patience += Duration::from_millis(15);
        let rows = match &*run(&path, "PRAGMA user_version").await {
            "1" => {
                run(
                    &path,
                    "SELECT count(*) FROM token_grant WHERE raw LIKE '%CANARY%'",
                )
                .await
            }
            "2" => {
                run(
                    &path,
                    "SELECT (SELECT count(*) FROM installation) + (SELECT count(*) FROM token_grant)",
                )
                .await
            }
            other => panic!("format {other}"),
        };
        assert_eq!(rows, (2 * ROWS).to_string());
    }
    assert!(kills > 3, "{kills}");
    println!("killed {kills} times");
    all_are_there(&open(SqliteStore::open(&path).await.unwrap()).await, ROWS).await;
    assert!(!holds(folder.path(), "CANARY"));
}

#[tokio::test]
#[ignore = "run by `k_m_a_migration_that_is_killed_goes_on`"]
async fn migrates() {
    let store = store_of_the_parent().await;
    opening(store).seal_plaintext().open().await.unwrap();
}

#[tokio::test]
async fn a_damaged_row_of_format_1_leaves_the_file_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    format_1(&path, 3).await;
    run(
        &path,
        "UPDATE token_grant SET raw = substr(raw, 1, 40) WHERE bot_id = 'bot-2'",
    )
    .await;
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(!format!("{error} {error:?}").contains("CANARY"));
    assert_eq!(run(&path, "PRAGMA user_version").await, "1");
    assert_eq!(run(&path, "SELECT count(*) FROM token_grant").await, "6");
}
