use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use notion_core::BoxFuture;

use super::{Change, Commit, Lock, Query, Record, Store, Table};
use crate::error::{Error, Result};

/// Records in memory, for tests and for programs that ask at every start.
///
/// Clones share all of it. Its locks exclude the tasks of this program, as no other can see its records.
#[derive(Clone, Default)]
pub struct MemoryStore {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    records: Mutex<Records>,
    locks: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

pub(super) type Records = BTreeMap<(Table, String), Record>;

impl MemoryStore {
    /// A store with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.inner.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mutex(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.inner.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds or waits for are forgotten, so that they do not pile up.
        locks.retain(|_, mutex| Arc::strong_count(mutex) > 1);
        Arc::clone(locks.entry(name.to_owned()).or_default())
    }
}

impl Store for MemoryStore {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> BoxFuture<'a, Result<Option<Record>>> {
        let found = self.records().get(&(table, key.to_owned())).cloned();
        Box::pin(async { Ok(found) })
    }

    fn find<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>>> {
        let found = select(&self.records(), query);
        Box::pin(async { Ok(found) })
    }

    fn commit<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Result<Commit>> {
        Box::pin(async move { apply(&mut self.records(), changes) })
    }

    fn lock<'a>(&'a self, name: &'a str, patience: Duration) -> BoxFuture<'a, Result<Lock>> {
        Box::pin(async move {
            match tokio::time::timeout(patience, self.mutex(name).lock_owned()).await {
                Ok(guard) => Ok(Lock::new(guard)),
                Err(_) => Err(Error::busy(patience)),
            }
        })
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("records", &self.records().len())
            .finish()
    }
}

/// What a query finds among records.
pub(super) fn select(records: &Records, query: &Query) -> Vec<Record> {
    let mut found: Vec<_> = records
        .range((query.table, String::new())..)
        .take_while(|((table, _), _)| *table == query.table)
        .map(|(_, record)| record)
        .filter(|record| query.matches(record))
        .collect();
    found.sort_by(|a, b| (a.time, &a.key).cmp(&(b.time, &b.key)));
    let limit = query.limit.map_or(usize::MAX, |limit| limit as usize);
    found.into_iter().take(limit).cloned().collect()
}

/// Makes all changes in `records`, or none.
pub(super) fn apply(records: &mut Records, changes: &[Change]) -> Result<Commit> {
    changes.iter().try_for_each(Change::check)?;
    let mut before = Vec::with_capacity(changes.len());
    for change in changes {
        let (key, expected, after) = match change {
            Change::Insert(table, record) => ((*table, record.key.clone()), None, Some(record)),
            Change::Replace(table, record) => (
                (*table, record.key.clone()),
                Some(record.version - 1),
                Some(record),
            ),
            Change::Delete { table, key, version } => ((*table, key.clone()), Some(*version), None),
        };
        if records.get(&key).map(|record| record.version) != expected {
            for (key, record) in before.into_iter().rev() {
                put(records, key, record);
            }
            return Ok(Commit::Conflict);
        }
        before.push((key.clone(), put(records, key, after.cloned())));
    }
    Ok(Commit::Done)
}

fn put(records: &mut Records, key: (Table, String), record: Option<Record>) -> Option<Record> {
    match record {
        Some(record) => records.insert(key, record),
        None => records.remove(&key),
    }
}
