//! Stores with a mistake each, which the suite has to find.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use notion_core::BoxFuture;
use notion_oauth::store::conformance::check;
use notion_oauth::store::{Change, Commit, Lock, Query, Record, Table};
use notion_oauth::{Error, ErrorKind, MemoryStore, Result, Store};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mistake {
    /// Makes changes one by one.
    NotAtomic,
    /// Replaces whatever is there.
    LastWriterWins,
    /// Looks first, and writes later.
    ChecksTooEarly,
    /// Takes the case of letters for nothing.
    IgnoresCase,
    /// Knows nothing of the bounds of a search.
    IgnoresBounds,
    /// Counts the last record of a page to the next one too.
    RepeatsOnPages,
    OrdersByKey,
    ForgetsLimit,
    /// Gives texts back as it likes to write them.
    Tidies,
    /// Keeps what is binary as text.
    Lossy,
    /// Takes any change.
    Unchecked,
    /// Has locks for each handle alone.
    OwnLocks,
    /// Gives up at once.
    Impatient,
    /// Does not know the time that one would wait.
    WrongError,
    /// Has one lock for all names.
    OneLock,
    /// Lets a lock end after a while.
    Lease,
    /// Keeps what it was given for itself.
    OwnRecords,
}

const MISTAKES: [Mistake; 17] = [
    Mistake::NotAtomic,
    Mistake::LastWriterWins,
    Mistake::ChecksTooEarly,
    Mistake::IgnoresCase,
    Mistake::IgnoresBounds,
    Mistake::RepeatsOnPages,
    Mistake::OrdersByKey,
    Mistake::ForgetsLimit,
    Mistake::Tidies,
    Mistake::Lossy,
    Mistake::Unchecked,
    Mistake::OwnLocks,
    Mistake::Impatient,
    Mistake::WrongError,
    Mistake::OneLock,
    Mistake::Lease,
    Mistake::OwnRecords,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_mistake_is_found() {
    for mistake in MISTAKES {
        let (shared, locks) = (MemoryStore::new(), MemoryStore::new());
        let open = || async {
            let own = MemoryStore::new();
            Broken {
                mistake,
                records: if mistake == Mistake::OwnRecords {
                    own.clone()
                } else {
                    shared.clone()
                },
                locks: if mistake == Mistake::OwnLocks {
                    own
                } else {
                    locks.clone()
                },
            }
        };
        let broken = check(open).await.expect_err(&format!("{mistake:?} is a mistake"));
        println!("{mistake:?}: {broken}");
        assert!(broken.to_string().contains(broken.rule()));
    }
}

struct Broken {
    mistake: Mistake,
    records: MemoryStore,
    locks: MemoryStore,
}

impl Broken {
    /// What the record's version has to be made for it to be written whatever is there.
    async fn forced(&self, change: &Change) -> Option<Change> {
        let Change::Replace(table, record) = change else {
            return None;
        };
        let there = self.records.get(*table, &record.key).await.ok()??;
        let mut record = record.clone();
        record.version = there.version + 1;
        Some(Change::Replace(*table, record))
    }

    fn changed(&self, record: &Record) -> Record {
        let mut record = record.clone();
        match self.mistake {
            Mistake::Tidies => record.body = record.body.trim().to_owned(),
            Mistake::Lossy => {
                record.sealed = String::from_utf8_lossy(&record.sealed).as_bytes().to_vec().into();
            }
            Mistake::Unchecked => {
                // Makes of it what the memory takes.
                record.key = record.key.replace(' ', "_");
                record.version = record.version.max(1);
            }
            _ => {}
        }
        record
    }
}

impl Store for Broken {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> BoxFuture<'a, Result<Option<Record>>> {
        self.records.get(table, key)
    }

    fn find<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>>> {
        Box::pin(async move {
            let mut query = query.clone();
            let limit = query.limit.take();
            let lower = |text: &str| text.to_lowercase();
            let filters = std::mem::take(&mut query.filters);
            if let (Mistake::RepeatsOnPages, Some((_, key))) = (self.mistake, &mut query.after) {
                key.pop();
            }
            if self.mistake == Mistake::IgnoresBounds {
                (query.above, query.below) = (None, None);
            }
            let mut found = self.records.find(&query).await?;
            found.retain(|record| {
                filters
                    .iter()
                    .all(|(column, value)| match record.columns.get(column) {
                        Some(found) if self.mistake == Mistake::IgnoresCase => lower(found) == lower(value),
                        found => found == Some(value),
                    })
            });
            if self.mistake == Mistake::OrdersByKey {
                found.sort_by(|a, b| a.key.cmp(&b.key));
            }
            if let (Some(limit), false) = (limit, self.mistake == Mistake::ForgetsLimit) {
                found.truncate(limit as usize);
            }
            Ok(found)
        })
    }

    fn commit<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Result<Commit>> {
        Box::pin(async move {
            let mut changes = Vec::from_iter(changes.iter().map(|change| match change {
                Change::Insert(table, record) => Change::Insert(*table, self.changed(record)),
                Change::Replace(table, record) => Change::Replace(*table, self.changed(record)),
                change => change.clone(),
            }));
            match self.mistake {
                Mistake::NotAtomic => {
                    for change in changes {
                        if self.records.commit(&[change]).await? == Commit::Conflict {
                            return Ok(Commit::Conflict);
                        }
                    }
                    return Ok(Commit::Done);
                }
                Mistake::LastWriterWins => {
                    for change in &mut changes {
                        if let Some(forced) = self.forced(change).await {
                            *change = forced;
                        }
                    }
                }
                Mistake::ChecksTooEarly => {
                    for change in &changes {
                        if let Change::Replace(table, record) = change {
                            let there = self.records.get(*table, &record.key).await?;
                            if there.is_none_or(|there| there.version + 1 != record.version) {
                                return Ok(Commit::Conflict);
                            }
                        }
                    }
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    for change in &mut changes {
                        if let Some(forced) = self.forced(change).await {
                            *change = forced;
                        }
                    }
                }
                _ => {}
            }
            self.records.commit(&changes).await
        })
    }

    fn lock<'a>(&'a self, name: &'a str, patience: Duration) -> BoxFuture<'a, Result<Lock>> {
        Box::pin(async move {
            let name = if self.mistake == Mistake::OneLock {
                ""
            } else {
                name
            };
            let patience = match self.mistake {
                Mistake::Impatient => Duration::ZERO,
                _ => patience,
            };
            let lock = self.locks.lock(name, patience).await;
            match (self.mistake, lock) {
                (Mistake::WrongError, Err(_)) => Err(Error::custom(ErrorKind::Store, "no", None)),
                (Mistake::Lease, Ok(lock)) => {
                    let lock = Arc::new(std::sync::Mutex::new(Some(lock)));
                    let lease = Arc::clone(&lock);
                    tokio::spawn(async move {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        lease.lock().unwrap().take();
                    });
                    Ok(Lock::new(lock))
                }
                (_, lock) => lock,
            }
        })
    }

    fn spool(&self) -> Option<PathBuf> {
        None
    }
}
