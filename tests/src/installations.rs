//! Stores with many installations, without an authorization for each.

use notion_oauth::store::{Change, Commit, Query, Table};
use notion_oauth::{BotId, ClientId, Connection, Grant, GrantId, KeyRing, MemoryStore, Store, Workspaces};
use serde_json::json;

/// How many records are written at once.
const PAGE: usize = 5000;

/// Fills an empty store with so many installations, in few commits.
///
/// # Panics
/// When the store does not take them.
pub async fn fill(store: &dyn Store, connection: &Connection, keys: KeyRing, count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let memory = MemoryStore::new();
    let workspaces = Workspaces::builder(connection.clone())
        .store(memory.clone(), keys)
        .spool(folder.path().join("spool"))
        .open()
        .await
        .expect("a store in memory");
    for number in 0..count {
        let grant = grant(connection.client_id(), number, 0);
        workspaces.install(&grant).await.expect("an installation");
    }
    for table in Table::ALL {
        let records = memory.find(&Query::new(*table)).await.expect("the records");
        for page in records.chunks(PAGE) {
            let insert = |record: &_| Change::Insert(*table, Clone::clone(record));
            let changes: Vec<_> = page.iter().map(insert).collect();
            let commit = store.commit(&changes).await.expect("a commit");
            assert_eq!(commit, Commit::Done);
        }
    }
}

/// The bot of an installation.
///
/// # Panics
/// Never.
#[must_use]
pub fn bot(number: usize) -> BotId {
    BotId::new(number.to_string()).expect("an id")
}

/// The answer with a pair of tokens of an installation.
#[must_use]
pub fn pair(number: usize, generation: usize) -> String {
    let answer = json!({
        "access_token": format!("ntn_{number:024}_{generation}"),
        "token_type": "bearer",
        "refresh_token": format!("nrt_{number:024}_{generation}"),
        "bot_id": bot(number).as_str(),
        "workspace_id": "workspace",
    });
    answer.to_string()
}

fn grant(client_id: &ClientId, number: usize, generation: usize) -> Grant {
    let raw = pair(number, generation);
    let now = jiff::Timestamp::now();
    Grant::restore(GrantId::generate(), client_id.clone(), now, raw).expect("a grant")
}
