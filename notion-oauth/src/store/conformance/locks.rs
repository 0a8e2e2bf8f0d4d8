//! Locks that one holder has at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{Checked, Storage, broken, commit, done, holds};
use crate::error::ErrorKind;
use crate::store::{Change, Commit, Store, Table};

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(60);

pub(super) async fn check(storage: &Storage) -> Checked {
    has_one_holder(storage).await?;
    waits_as_long_as_it_may(storage).await?;
    takes_any_name(storage).await?;
    ends_with_its_holder(storage).await?;
    takes_turns(storage).await?;
    leaves_room_for_commits(storage).await
}

async fn has_one_holder(storage: &Storage) -> Checked {
    let rule = "a lock is held by one holder at a time, whichever way the store was opened";
    let name = storage.key("lock");
    let held = done(rule, storage.one.lock(&name, SHORT).await)?;
    for store in storage.handles() {
        is_busy(rule, &**store, &name, Duration::ZERO).await?;
        is_busy(rule, &**store, &name, SHORT).await?;
    }
    drop(held);
    let rule = "a lock is free again when it is dropped";
    for store in storage.handles() {
        drop(done(rule, store.lock(&name, LONG).await)?);
    }
    Ok(())
}

async fn waits_as_long_as_it_may(storage: &Storage) -> Checked {
    let rule =
        "whoever waits for a lock gets it as soon as it is free, or is told after the time it would wait";
    let name = storage.key("patience");
    let held = done(rule, storage.one.lock(&name, SHORT).await)?;
    let start = Instant::now();
    is_busy(rule, &*storage.other, &name, SHORT).await?;
    let waited = start.elapsed();
    holds(rule, waited >= SHORT, format_args!("gave up after {waited:?}"))?;
    holds(rule, waited < LONG / 4, format_args!("waited for {waited:?}"))?;
    let store = Arc::clone(&storage.other);
    let waiter = tokio::spawn(async move { store.lock(&name, LONG).await.map(|_lock| ()) });
    tokio::time::sleep(SHORT).await;
    holds(rule, !waiter.is_finished(), "it did not wait")?;
    drop(held);
    let start = Instant::now();
    match waiter.await {
        Ok(result) => done(rule, result)?,
        Err(error) => return broken(rule, error),
    }
    holds(
        rule,
        start.elapsed() < LONG / 4,
        format_args!("only after {:?}", start.elapsed()),
    )
}

async fn takes_any_name(storage: &Storage) -> Checked {
    let rule = "any text is the name of a lock, and names that differ do not wait for each other";
    let long = "long".repeat(1000);
    let names = [
        "", "a", "A", "a ", "../a", "/a", "a/b", "ä", "a\u{308}", "a\0", "🦀", &long,
    ];
    let mut held = Vec::new();
    for name in names {
        let name = format!("{}{name}", storage.client);
        held.push(done(rule, storage.one.lock(&name, SHORT).await)?);
        is_busy(rule, &*storage.other, &name, Duration::ZERO).await?;
    }
    Ok(())
}

async fn ends_with_its_holder(storage: &Storage) -> Checked {
    let rule = "a lock ends with the task that holds it, and a task that no longer waits does not get it";
    let name = storage.key("abandoned");
    for _ in 0..3 {
        let (store, of) = (Arc::clone(&storage.one), name.clone());
        let holder = tokio::spawn(async move {
            let _held = store.lock(&of, LONG).await;
            std::future::pending::<()>().await;
        });
        tokio::time::sleep(SHORT / 2).await;
        let waiting = storage.other.lock(&name, LONG);
        let gave_up = tokio::time::timeout(SHORT / 2, waiting).await;
        holds(rule, gave_up.is_err(), "it was free while somebody held it")?;
        holder.abort();
        let _ = holder.await;
        drop(done(rule, storage.other.lock(&name, LONG / 4).await)?);
    }
    Ok(())
}

async fn takes_turns(storage: &Storage) -> Checked {
    let rule = "of many who want a lock, each gets it, and no two at once";
    let inside = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let store = Arc::clone(storage.handles()[number % 2]);
        let (name, inside) = (storage.key("turns"), Arc::clone(&inside));
        tasks.spawn(async move {
            let held = done(rule, store.lock(&name, LONG).await)?;
            let before = inside.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            inside.fetch_sub(1, Ordering::SeqCst);
            drop(held);
            holds(rule, before == 0, "two had it at once")
        });
    }
    tasks.join_all().await.into_iter().collect()
}

async fn leaves_room_for_commits(storage: &Storage) -> Checked {
    let rule = "locks keep nobody from reading and writing records";
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let store = Arc::clone(storage.handles()[number % 2]);
        let name = storage.key(&format!("room-{number}"));
        let record = storage.record(&format!("room-{number}"));
        tasks.spawn(async move {
            let _held = done(rule, store.lock(&name, LONG).await)?;
            tokio::time::sleep(SHORT).await;
            let changes = [Change::Insert(Table::Link, record.clone())];
            commit(rule, &*store, &changes, Commit::Done).await?;
            super::there(rule, &*store, Table::Link, &record.key, Some(&record)).await
        });
    }
    tasks.join_all().await.into_iter().collect()
}

async fn is_busy(rule: &'static str, store: &dyn Store, name: &str, patience: Duration) -> Checked {
    match store.lock(name, patience).await {
        Ok(_) => broken(rule, "a second one got it"),
        Err(error) => holds(
            rule,
            error.kind() == ErrorKind::Busy,
            format_args!("the error is {error:?}"),
        ),
    }
}
