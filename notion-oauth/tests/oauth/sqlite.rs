//! What is special about a file.

use std::path::Path;

use notion_oauth::{ClientId, ErrorKind, Grant, GrantId, GrantStore, SqliteStore};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row};

fn grant(bot: usize) -> Grant {
    let raw = format!(
        r#"{{"access_token":"ntn_CANARY{bot}","token_type":"bearer","bot_id":"bot-{bot}","workspace_id":"w","workspace_name":"Acme"}}"#
    );
    let client = ClientId::new("client").unwrap();
    Grant::restore(GrantId::generate(), client, jiff::Timestamp::now(), raw).unwrap()
}

async fn run(path: &Path, sql: &'static str) -> String {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    let row = sqlx::query(sql).fetch_optional(&mut connection).await.unwrap();
    let text = row.map_or_else(String::new, |row| {
        row.try_get::<String, _>(0)
            .unwrap_or_else(|_| row.get::<i64, _>(0).to_string())
    });
    connection.close().await.unwrap();
    text
}

#[tokio::test]
async fn a_grant_outlives_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let grant = grant(1);
    let store = SqliteStore::open(&path).await.unwrap();
    store.save(&grant).await.unwrap();
    store.close().await;

    let store = SqliteStore::open(&path).await.unwrap();
    let found = store
        .current(grant.client_id(), grant.bot_id())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.grant(), &grant);
    store.close().await;
    assert_eq!(run(&path, "PRAGMA journal_mode").await, "wal");
    assert_eq!(run(&path, "PRAGMA user_version").await, "1");
    // For the people who look into it.
    assert_eq!(
        run(&path, "SELECT workspace_name FROM installation").await,
        "Acme"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let store = SqliteStore::open(&path).await.unwrap();
    store.save(&grant(1)).await.unwrap();
    let files: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert!(files.len() >= 2, "the file and its log: {files:?}");
    for file in files {
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600,
            "{file:?}"
        );
    }
    store.close().await;

    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(error.to_string().contains("chmod 600"), "{error}");
}

#[tokio::test]
async fn files_of_others_and_of_newer_versions_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer.db");
    SqliteStore::open(&newer).await.unwrap().close().await;
    run(&newer, "PRAGMA user_version = 2").await;
    let error = SqliteStore::open(&newer).await.unwrap_err();
    assert!(error.to_string().contains("newer version"), "{error}");
    assert_eq!(run(&newer, "PRAGMA user_version").await, "2");

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

    let garbage = folder.path().join("garbage.db");
    std::io::Write::write_all(
        &mut private(&garbage),
        b"not a database, but long enough to look at"
            .repeat(40)
            .as_slice(),
    )
    .unwrap();
    let before = std::fs::read(&garbage).unwrap();
    assert_eq!(
        SqliteStore::open(&garbage).await.unwrap_err().kind(),
        ErrorKind::Store
    );
    assert_eq!(std::fs::read(&garbage).unwrap(), before);

    let missing = folder.path().join("no/such/folder/grants.db");
    let error = SqliteStore::open(&missing).await.unwrap_err();
    assert!(
        error.to_string().contains("no/such/folder") && std::error::Error::source(&error).is_some(),
        "{error}"
    );
}

fn private(path: &Path) -> std::fs::File {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_may_open_and_write_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let mut tasks = tokio::task::JoinSet::new();
    for bot in 0..8 {
        let path = path.clone();
        tasks.spawn(async move {
            let store = SqliteStore::open(&path).await.unwrap();
            for copy in 0..5 {
                store.save(&grant(bot * 5 + copy)).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(
        store.list(&ClientId::new("client").unwrap()).await.unwrap().len(),
        40
    );
}

#[tokio::test]
async fn a_save_that_is_dropped_stores_nothing_by_half() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let store = SqliteStore::open(&path).await.unwrap();
    for polls in 0..60 {
        let grant = grant(polls);
        let mut save = store.save(&grant);
        for _ in 0..polls {
            let step = std::time::Duration::from_micros(200);
            if tokio::time::timeout(step, &mut save).await.is_ok() {
                break;
            }
        }
        drop(save);
        // A commit that was under way when the future was dropped may still come between these.
        let is_current = async || {
            let found = store.current(grant.client_id(), grant.bot_id()).await.unwrap();
            found.is_some()
        };
        let before = is_current().await;
        let history = store.history(grant.client_id(), grant.bot_id()).await.unwrap();
        assert!(!before || history.len() == 1);
        assert!(history.is_empty() || is_current().await);
    }
    let orphans = "SELECT count(*) FROM installation i LEFT JOIN token_grant g USING (client_id, bot_id) WHERE g.raw IS NULL";
    assert_eq!(run(&path, orphans).await, "0");
}

#[tokio::test]
async fn what_is_removed_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let (gone, kept) = (grant(77), grant(78));
    store.save(&gone).await.unwrap();
    store.save(&kept).await.unwrap();
    assert!(store.remove(gone.client_id(), gone.bot_id()).await.unwrap());
    // Not only once the store is closed, which a program that is killed never does.
    let bytes: Vec<u8> = std::fs::read_dir(folder.path())
        .unwrap()
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(!holds("ntn_CANARY77"));
    assert!(holds("ntn_CANARY78"));
}

#[tokio::test]
async fn a_damaged_row_is_an_error_that_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let grant = grant(1);
    store.save(&grant).await.unwrap();
    run(&path, "UPDATE token_grant SET raw = substr(raw, 1, 60)").await;
    let error = store
        .current(grant.client_id(), grant.bot_id())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(!format!("{error} {error:?}").contains("CANARY"));
}

#[tokio::test]
async fn a_user_whose_grant_is_damaged_connects_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let (damaged, next) = (grant(1), grant(1));
    store.save(&damaged).await.unwrap();
    run(&path, "UPDATE token_grant SET raw = '?'").await;
    let error = store.list(damaged.client_id()).await.unwrap_err();
    assert!(
        error.hint().is_some_and(|hint| hint.contains("connect again")),
        "{error}"
    );

    store.save(&next).await.unwrap();
    let installations = store.list(next.client_id()).await.unwrap();
    assert_eq!(installations.len(), 1);
    assert_eq!(installations[0].grant(), &next);
}

#[tokio::test]
async fn what_is_in_the_way_of_a_file_is_said_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::io::Write::write_all(&mut private(&path("text")), b"no database, but a text\n").unwrap();
    for (name, expected) in [
        ("", "is a folder"),
        ("missing/grants.db", "exists"),
        ("text", "not a grant store"),
    ] {
        let error = SqliteStore::open(path(name)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(error.to_string().contains(expected), "{name}: {error}");
        assert!(error.hint().is_some(), "{name}: {error}");
        let cause = std::error::Error::source(&error).unwrap();
        assert!(cause.source().is_none(), "{name}: said once: {cause}");
    }
    assert_eq!(std::fs::read(path("text")).unwrap(), b"no database, but a text\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_may_open_a_new_file_at_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("grants.db");
        let opened = Vec::from_iter((0..8).map(|_| tokio::spawn(SqliteStore::open(path.clone()))));
        for store in opened {
            store.await.unwrap().unwrap().close().await;
        }
    }
}

/// Two programs that save until they are killed.
#[cfg(unix)]
#[tokio::test]
async fn what_was_saved_survives_programs_that_are_killed() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    let programs: Vec<_> = (0..2)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "sqlite::saves_for_ever", "--ignored", "--nocapture"])
                .env("GRANTS_TO_FILL", &path)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut saved = Vec::new();
    for mut program in programs {
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let is_id = |line: &String| line.starts_with("saved ");
        saved.extend(lines.by_ref().map(Result::unwrap).filter(is_id).take(20));
        program.kill().unwrap();
        saved.extend(lines.map_while(Result::ok).filter(is_id));
        program.wait().unwrap();
    }
    let store = SqliteStore::open(&path).await.unwrap();
    let client = ClientId::new("client").unwrap();
    let history = store.history(&client, grant(1).bot_id()).await.unwrap();
    let known: std::collections::HashSet<_> = history
        .iter()
        .map(|stored| format!("saved {}", stored.grant.id()))
        .collect();
    assert!(saved.len() >= 40);
    for line in &saved {
        assert!(known.contains(line), "{line}");
    }
    let current = history.iter().filter(|stored| stored.superseded_at.is_none());
    assert_eq!(current.count(), 1);
    assert_eq!(run(&path, "PRAGMA integrity_check").await, "ok");
}

#[tokio::test]
#[ignore = "run by `what_was_saved_survives_programs_that_are_killed`"]
async fn saves_for_ever() {
    let path = std::env::var_os("GRANTS_TO_FILL").expect("the test that runs this one names the file");
    let store = SqliteStore::open(path).await.unwrap();
    for round in 0.. {
        let raw = format!(
            r#"{{"access_token":"ntn_{}_{round}","token_type":"bearer","bot_id":"bot-1","workspace_id":"w"}}"#,
            std::process::id()
        );
        let client = ClientId::new("client").unwrap();
        let grant = Grant::restore(GrantId::generate(), client, jiff::Timestamp::now(), raw).unwrap();
        store.save(&grant).await.unwrap();
        println!("saved {}", grant.id());
    }
}
