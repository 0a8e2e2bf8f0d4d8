//! What is special about a server.

use std::time::{Duration, Instant};

use notion_oauth::store::{Change, Column, Commit, PostgresStore, Query, Record, Store, Table};
use notion_oauth::{Connection, ErrorKind, Key, KeyId, KeyRing, Workspaces};

use crate::server::Postgres;

const PATIENCE: Duration = Duration::from_secs(20);

fn record(key: &str) -> Record {
    Record {
        key: key.to_owned(),
        version: 1,
        time: 7,
        columns: [(Column::ClientId, "client".to_owned())].into(),
        body: "{}".to_owned(),
        sealed: vec![1, 2, 3].into(),
    }
}

async fn insert(store: &PostgresStore, key: &str) -> notion_oauth::Result<Commit> {
    let change = Change::Insert(Table::Installation, record(key));
    store.commit(&[change]).await
}

/// Also where the server would rather not flush.
#[tokio::test]
async fn what_was_committed_survives_a_crash_of_the_server() {
    let settings = ["synchronous_commit = off", "wal_writer_delay = 10000"];
    let Some(server) = Postgres::start("what_was_committed_survives_a_crash_of_the_server", &settings) else {
        return;
    };
    let store = PostgresStore::open(&server.url()).await.unwrap();
    for number in 0..20 {
        let key = format!("k{number}");
        assert_eq!(insert(&store, &key).await.unwrap(), Commit::Done);
        if number % 5 == 4 {
            server.crash();
            let error = store.get(Table::Installation, &key).await.unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::Store | ErrorKind::Busy),
                "{error}"
            );
            server.resume();
        }
        // The store finds its way back by itself.
        let found = store.get(Table::Installation, &key).await.unwrap();
        assert_eq!(found, Some(record(&key)));
    }
    let all = store.find(&Query::new(Table::Installation)).await.unwrap();
    assert_eq!(all.len(), 20);
}

#[tokio::test]
async fn a_lock_ends_with_the_connection_of_its_holder() {
    let Some(server) = Postgres::start("a_lock_ends_with_the_connection_of_its_holder", &[]) else {
        return;
    };
    let holder = PostgresStore::open(&server.url()).await.unwrap();
    let other = PostgresStore::open(&server.url()).await.unwrap();
    let held = holder.lock("bot", Duration::ZERO).await.unwrap();
    assert_eq!(
        other.lock("bot", Duration::ZERO).await.unwrap_err().kind(),
        ErrorKind::Busy
    );
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'";
    assert_eq!(server.query(kill), "t");
    let second = other.lock("bot", PATIENCE).await.unwrap();
    // The first holder gives back what it no longer has, and takes nothing from the second one.
    drop(held);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(
        holder.lock("bot", Duration::ZERO).await.unwrap_err().kind(),
        ErrorKind::Busy
    );

    server.crash();
    server.resume();
    drop(holder.lock("bot", PATIENCE).await.unwrap());
    drop(second);

    // Nothing stays open, and a lock may end on a thread that knows nothing of all this.
    let held = holder.lock("thread", PATIENCE).await.unwrap();
    std::thread::spawn(move || drop(held)).join().unwrap();
    drop(other.lock("thread", PATIENCE).await.unwrap());
    let open = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'";
    let start = Instant::now();
    while server.query(open) != "0" {
        assert!(start.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_lock_outlives_the_servers_patience_with_idle_transactions() {
    let settings = ["idle_in_transaction_session_timeout = '200ms'"];
    let name = "a_lock_outlives_the_servers_patience_with_idle_transactions";
    let Some(server) = Postgres::start(name, &settings) else {
        return;
    };
    let store = PostgresStore::open(&server.url()).await.unwrap();
    let _held = store.lock("bot", Duration::ZERO).await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(
        store.lock("bot", Duration::ZERO).await.unwrap_err().kind(),
        ErrorKind::Busy
    );
}

#[tokio::test]
async fn waiting_ends_when_locks_connections_or_rows_are_taken() {
    let Some(server) = Postgres::start("waiting_ends_when_locks_connections_or_rows_are_taken", &[]) else {
        return;
    };
    let store = PostgresStore::builder(&server.url()).locks(1).connections(2);
    let store = store.open().await.unwrap();
    let held = store.lock("a", Duration::ZERO).await.unwrap();
    let start = Instant::now();
    let error = store.lock("b", Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(start.elapsed() < PATIENCE);
    // Locks take nothing from those who write.
    assert_eq!(insert(&store, "k").await.unwrap(), Commit::Done);
    drop(held);
    drop(store.lock("b", PATIENCE).await.unwrap());

    // Somebody else holds the row.
    let lock = "BEGIN; SELECT 1 FROM notion_oauth.installation FOR UPDATE; SELECT pg_sleep(30)";
    let url = server.url();
    let other = sqlx::postgres::PgPool::connect(&url).await.unwrap();
    let task = tokio::spawn(async move { sqlx::raw_sql(lock).execute(&other).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let change = Change::Delete {
        table: Table::Installation,
        key: "k".to_owned(),
        version: 1,
    };
    let start = Instant::now();
    assert_eq!(store.commit(&[change]).await.unwrap_err().kind(), ErrorKind::Busy);
    assert!(start.elapsed() < PATIENCE);
    task.abort();
}

/// D-3: a server undoes a transaction because of others. It is done again, and after a while that is an error.
#[tokio::test]
async fn d_3_what_the_server_undid_is_tried_again_and_not_without_end() {
    let name = "d_3_what_the_server_undid_is_tried_again_and_not_without_end";
    let Some(server) = Postgres::start(name, &[]) else {
        return;
    };
    let store = PostgresStore::open(&server.url()).await.unwrap();
    for code in ["40001", "40P01"] {
        // A number that is taken is not given back with the transaction: so this ends.
        server.query(&format!(
            "CREATE SEQUENCE tries_{code};
             CREATE FUNCTION undo_{code}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF nextval('tries_{code}') <= current_setting('notion.undone')::bigint THEN
                     RAISE EXCEPTION 'it is undone' USING ERRCODE = '{code}';
                 END IF;
                 RETURN NEW;
             END $$;
             CREATE TRIGGER undo BEFORE INSERT ON notion_oauth.installation FOR EACH ROW EXECUTE FUNCTION undo_{code}()"
        ));
        let undone = |times: u32| format!("{}&options[notion.undone]={times}", server.url());
        let few = PostgresStore::open(&undone(3)).await.unwrap();
        assert_eq!(insert(&few, &format!("few{code}")).await.unwrap(), Commit::Done);
        assert_eq!(server.query(&format!("SELECT last_value FROM tries_{code}")), "4");

        server.query(&format!("ALTER SEQUENCE tries_{code} RESTART"));
        let many = PostgresStore::open(&undone(1_000_000)).await.unwrap();
        let error = insert(&many, &format!("many{code}")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
        assert!(error.is_retryable() && error.hint().is_some());
        server.query("DROP TRIGGER undo ON notion_oauth.installation");
    }
    let all = store.find(&Query::new(Table::Installation)).await.unwrap();
    assert_eq!(all.len(), 2);
}

/// D-3: two who wait for each other. The server ends the store's transaction, as the other one is more patient.
#[tokio::test]
async fn d_3_a_deadlock_with_another_program_ends_in_a_commit() {
    let name = "d_3_a_deadlock_with_another_program_ends_in_a_commit";
    // The server looks once for each who waits, after this time: the other one has to wait by then.
    let Some(server) = Postgres::start(name, &["deadlock_timeout = '3s'"]) else {
        return;
    };
    let store = PostgresStore::open(&server.url()).await.unwrap();
    for key in ["a", "b"] {
        assert_eq!(insert(&store, key).await.unwrap(), Commit::Done);
    }
    let other = sqlx::postgres::PgPool::connect(&server.url()).await.unwrap();
    let mut other = other.begin().await.unwrap();
    let lock = |key: &str| {
        let row = format!("SELECT 1 FROM notion_oauth.installation WHERE record_key = '{key}' FOR UPDATE");
        sqlx::raw_sql(sqlx::AssertSqlSafe(row))
    };
    let patient = "SET LOCAL deadlock_timeout = '1min'";
    sqlx::raw_sql(patient).execute(&mut *other).await.unwrap();
    lock("b").execute(&mut *other).await.unwrap();
    let committing = tokio::spawn({
        let store = store.clone();
        async move {
            let changes = ["a", "b"].map(|key| {
                let mut record = record(key);
                record.version = 2;
                Change::Replace(Table::Installation, record)
            });
            store.commit(&changes).await
        }
    });
    let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    let start = Instant::now();
    while server.query(waits) == "0" {
        assert!(start.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    lock("a").execute(&mut *other).await.unwrap();
    other.rollback().await.unwrap();
    assert_eq!(committing.await.unwrap().unwrap(), Commit::Done);
    let log = std::fs::read_to_string(server.folder().join("log")).unwrap();
    assert!(log.contains("deadlock detected"), "{log}");
}

/// D-3: those who read and write have used up all connections, or the server has none for this program.
#[tokio::test]
async fn d_3_without_a_connection_there_is_an_error_that_passes() {
    let name = "d_3_without_a_connection_there_is_an_error_that_passes";
    let Some(server) = Postgres::start(name, &[]) else {
        return;
    };
    let store = PostgresStore::builder(&server.url()).connections(1);
    let store = store.open().await.unwrap();
    assert_eq!(insert(&store, "k").await.unwrap(), Commit::Done);
    let other = sqlx::postgres::PgPool::connect(&server.url()).await.unwrap();
    let mut other = other.begin().await.unwrap();
    let everything = "LOCK TABLE notion_oauth.installation";
    sqlx::raw_sql(everything).execute(&mut *other).await.unwrap();
    let read = || {
        let store = store.clone();
        tokio::spawn(async move { store.get(Table::Installation, "k").await })
    };
    server.query("CREATE ROLE app LOGIN CONNECTION LIMIT 0");
    let url = server.url().replace("test@", "app@");
    // The one connection is taken by somebody who waits, and others wait for it.
    let first = read();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let start = Instant::now();
    let (second, opened) = tokio::join!(read(), PostgresStore::open(&url));
    for error in [second.unwrap().unwrap_err(), opened.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    }
    assert!(start.elapsed() < PATIENCE);
    other.rollback().await.unwrap();
    assert!(first.await.unwrap().unwrap().is_some());
    assert!(read().await.unwrap().unwrap().is_some());
}

#[tokio::test]
async fn schemas_are_apart_and_newer_ones_are_left_alone() {
    let Some(server) = Postgres::start("schemas_are_apart_and_newer_ones_are_left_alone", &[]) else {
        return;
    };
    let open = |schema: &str| PostgresStore::builder(&server.url()).schema(schema).open();
    let (one, other) = (open("one").await.unwrap(), open("_2").await.unwrap());
    assert_eq!(insert(&one, "k").await.unwrap(), Commit::Done);
    assert_eq!(other.get(Table::Installation, "k").await.unwrap(), None);
    let _held = one.lock("bot", Duration::ZERO).await.unwrap();
    drop(other.lock("bot", Duration::ZERO).await.unwrap());
    for bad in ["", "Upper", "a\"; DROP TABLE x; --", "a.b", &"a".repeat(64)] {
        assert_eq!(
            open(bad).await.unwrap_err().kind(),
            ErrorKind::Configuration,
            "{bad}"
        );
    }

    // Many may open a new one at once.
    let opened = Vec::from_iter((0..8).map(|_| tokio::spawn(open("three"))));
    for store in opened {
        store.await.unwrap().unwrap().close().await;
    }

    // Who may only read and write rows can use what is there.
    server.query("CREATE ROLE app LOGIN; GRANT USAGE ON SCHEMA one TO app; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA one TO app");
    let url = server.url().replace("test@", "app@");
    let app = PostgresStore::builder(&url).schema("one").open().await.unwrap();
    assert_eq!(insert(&app, "app").await.unwrap(), Commit::Done);
    let error = PostgresStore::builder(&url)
        .schema("four")
        .open()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("permission"), "{error}");

    server.query("UPDATE one.store_format SET format = 2");
    let error = open("one").await.unwrap_err();
    assert!(error.to_string().contains("newer version"), "{error}");
}

#[tokio::test]
async fn errors_say_what_is_in_the_way_and_not_the_password() {
    let name = "errors_say_what_is_in_the_way_and_not_the_password";
    let Some(server) = Postgres::start(name, &[]) else {
        return;
    };
    let missing = server
        .url()
        .replace("/postgres?", "/missing?")
        .replace("test@", "test:CANARY@");
    let nowhere = "postgres://test:CANARY@localhost/postgres?host=/nowhere".to_owned();
    for (url, expected) in [
        (missing, "no such database"),
        (nowhere, "cannot be reached"),
        ("CANARY:// ".to_owned(), "no URL"),
    ] {
        let error = PostgresStore::open(&url).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{expected}: {error:?}");
        assert!(error.hint().is_some());
        assert!(!format!("{error:?} {error:#?}").contains("CANARY"), "{error:#?}");
    }
    let builder = PostgresStore::builder("postgres://u:CANARY@h/d");
    assert!(!format!("{builder:?}").contains("CANARY"));
}

/// T16: the files of the database hold neither a token nor who gave it.
#[tokio::test]
async fn t16_tokens_and_names_are_nowhere_in_the_clear() {
    let Some(server) = Postgres::start("t16_tokens_and_names_are_nowhere_in_the_clear", &[]) else {
        return;
    };
    let spool = tempfile::tempdir().unwrap();
    let url = server.url().replace("test@", "test:CANARY@");
    let store = PostgresStore::open(&url).await.unwrap();
    assert!(!format!("{store:?} {store:#?}").contains("CANARY"));
    let connection = Connection::new("client", "secret", "https://example.com/callback").unwrap();
    let keys = KeyRing::new(Key::generate(KeyId::new("k").unwrap()).unwrap());
    let workspaces = Workspaces::builder(connection)
        .store(store, keys)
        .spool(spool.path().join("spool"))
        .open()
        .await
        .unwrap();
    for token in ["ntn_CANARY1", "ntn_CANARY2"] {
        workspaces.install(&crate::grant("bot", token)).await.unwrap();
    }
    assert_eq!(
        workspaces.list().await.unwrap()[0].grant().token().expose(),
        "ntn_CANARY2"
    );
    server.query("CHECKPOINT");
    let mut folders = vec![server.files()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = crate::content(&path);
                assert!(!bytes.windows(6).any(|window| window == b"CANARY"), "{path:?}");
            }
        }
    }
}
