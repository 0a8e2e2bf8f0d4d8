//! The tests that every store has to pass.
//!
//! A store of your own is tested in one line. The closure opens the same storage each time, as another program would:
//!
//! ```
//! use notion_oauth::MemoryStore;
//! use notion_oauth::store::conformance;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), conformance::Broken> {
//! let storage = MemoryStore::new();
//! conformance::check(|| async { storage.clone() }).await?;
//! # Ok(())
//! # }
//! ```
//!
//! What they cannot see is whether a commit is really on the disk, and whether a lock ends with a program that is killed:
//! look at how your database flushes, and kill a program that holds one.

mod commits;
mod locks;
mod records;
mod search;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Change, Column, Commit, Query, Record, Store, Table};
use crate::error::Error;
use crate::grant::GrantId;

/// What a store does wrong.
#[derive(Debug)]
pub struct Broken {
    rule: &'static str,
    found: String,
}

impl Broken {
    /// The rule that it breaks.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.rule
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store breaks the rule that {}: {}", self.rule, self.found)
    }
}

impl std::error::Error for Broken {}

type Checked<T = ()> = Result<T, Broken>;

/// Checks a store against all that [`Store`] promises, on storage that the closure opens, again and again.
///
/// It writes under a name that is its own, so that the storage need not be empty, and leaves behind what it wrote. It
/// takes some seconds, and needs a runtime of Tokio with timers.
///
/// # Errors
/// The first rule that the store breaks, and how.
pub async fn check<S: Store, F: Future<Output = S>>(open: impl Fn() -> F) -> Checked {
    let storage = Storage {
        one: Arc::new(open().await),
        other: Arc::new(open().await),
        client: format!("client-{}", GrantId::generate()),
    };
    within("no call waits without end", async {
        records::check(&storage).await?;
        search::check(&storage).await?;
        commits::check(&storage).await?;
        locks::check(&storage).await
    })
    .await?;
    let client = storage.client.clone();
    let before = all(&*storage.one, &client).await?;
    drop(storage);
    let after = all(&open().await, &client).await?;
    same(
        "what was committed outlives the one who committed it",
        &after,
        &before,
    )
}

/// The same storage, opened twice.
struct Storage {
    one: Arc<dyn Store>,
    other: Arc<dyn Store>,
    /// A value of the column that all tables have, and that nobody else uses.
    client: String,
}

impl Storage {
    /// A record that only the cases of `name` know.
    fn record(&self, name: &str) -> Record {
        Record {
            key: self.key(name),
            version: 1,
            time: 1_700_000_000_000_000,
            columns: BTreeMap::from([(Column::ClientId, self.client.clone())]),
            body: "{}".to_owned(),
            sealed: vec![0, 255, 10].into(),
        }
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.client)
    }

    fn handles(&self) -> [&Arc<dyn Store>; 2] {
        [&self.one, &self.other]
    }
}

async fn all(store: &dyn Store, client: &str) -> Checked<Vec<Record>> {
    let mut records = Vec::new();
    for table in Table::ALL {
        let query = Query::new(*table).filter(Column::ClientId, client);
        records.extend(done("a search succeeds", store.find(&query).await)?);
    }
    Ok(records)
}

/// The next version of a record, with another body.
fn next(record: &Record, body: &str) -> Record {
    Record {
        version: record.version + 1,
        body: body.to_owned(),
        ..record.clone()
    }
}

async fn commit(rule: &'static str, store: &dyn Store, changes: &[Change], expected: Commit) -> Checked {
    let found = done(rule, store.commit(changes).await)?;
    same(rule, &found, &expected)
}

async fn there(
    rule: &'static str,
    store: &dyn Store,
    table: Table,
    key: &str,
    expected: Option<&Record>,
) -> Checked {
    let found = done(rule, store.get(table, key).await)?;
    match (&found, expected) {
        // `Debug` of a record leaves out the parts that may be secret or long.
        (Some(found), Some(expected)) if found != expected => {
            let parts = [
                ("key", found.key == expected.key),
                ("version", found.version == expected.version),
                ("time", found.time == expected.time),
                ("columns", found.columns == expected.columns),
                ("body", found.body == expected.body),
                ("sealed", found.sealed == expected.sealed),
            ];
            let wrong = parts.iter().filter(|(_, is_same)| !is_same);
            let wrong = Vec::from_iter(wrong.map(|(part, _)| *part));
            broken(rule, format!("{table} {key} differs in {}", wrong.join(", ")))
        }
        (found, expected) => same(rule, &found.is_some(), &expected.is_some()),
    }
}

fn same<T: PartialEq + fmt::Debug>(rule: &'static str, found: &T, expected: &T) -> Checked {
    if found == expected {
        return Ok(());
    }
    broken(rule, format!("found {found:?}, expected {expected:?}"))
}

fn holds(rule: &'static str, is_so: bool, found: impl fmt::Display) -> Checked {
    if is_so { Ok(()) } else { broken(rule, found) }
}

fn done<T>(rule: &'static str, result: Result<T, Error>) -> Checked<T> {
    result.or_else(|error| broken(rule, format!("failed: {error:?}")))
}

fn broken<T>(rule: &'static str, found: impl fmt::Display) -> Checked<T> {
    // What is found may be long, and its beginning says enough.
    let found = found.to_string().chars().take(600).collect();
    Err(Broken { rule, found })
}

async fn within<T>(rule: &'static str, work: impl Future<Output = Checked<T>>) -> Checked<T> {
    const PATIENCE: Duration = Duration::from_secs(120);
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(result) => result,
        Err(_) => broken(rule, format!("still waiting after {PATIENCE:?}")),
    }
}
