//! Every store passes the tests that stores have to pass, and one with a mistake does not.

use notion_oauth::MemoryStore;
use notion_oauth::store::conformance::check;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory() {
    let store = MemoryStore::new();
    check(|| async { store.clone() }).await.unwrap();
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.db");
    check(|| async { notion_oauth::SqliteStore::open(&path).await.unwrap() })
        .await
        .unwrap();
}

#[cfg(all(feature = "postgres", unix))]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    use notion_oauth::PostgresStore;

    // Transactions are as strict as a server can make them.
    let settings = ["default_transaction_isolation = 'serializable'"];
    let Some(server) = crate::server::Postgres::start("postgres", &settings) else {
        return;
    };
    check(|| async { PostgresStore::open(&server.url()).await.unwrap() })
        .await
        .unwrap();
}

#[cfg(feature = "file")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.json");
    check(|| async { notion_oauth::FileStore::open(&path).await.unwrap() })
        .await
        .unwrap();
}
