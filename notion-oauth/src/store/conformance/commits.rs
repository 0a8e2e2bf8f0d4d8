//! All or none, and never against what is there.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::task::JoinSet;

use super::{Checked, Storage, broken, commit, done, holds, next, same, there};
use crate::error::ErrorKind;
use crate::store::{Change, Column, Commit, Query, Record, Store, Table};

pub(super) async fn check(storage: &Storage) -> Checked {
    changes_only_what_is_as_expected(storage).await?;
    makes_all_or_none(storage).await?;
    makes_one_after_the_other(storage).await?;
    has_one_winner(storage).await?;
    shows_no_half(storage).await?;
    forgets_what_is_dropped(storage).await?;
    done("scrubbing succeeds", storage.one.scrub().await)
}

async fn changes_only_what_is_as_expected(storage: &Storage) -> Checked {
    let rule = "a change takes effect only if the version that it expects is there";
    let (table, first) = (Table::Installation, storage.record("versions"));
    let (second, third) = (next(&first, "[2]"), next(&next(&first, ""), "[3]"));
    let key = first.key.clone();
    let delete = |version| Change::Delete {
        table,
        key: key.clone(),
        version,
    };
    let insert = |record: &Record| Change::Insert(table, record.clone());
    let replace = |record: &Record| Change::Replace(table, record.clone());
    for (change, expected, left) in [
        (replace(&second), Commit::Conflict, None),
        (delete(1), Commit::Conflict, None),
        (insert(&first), Commit::Done, Some(&first)),
        (insert(&first), Commit::Conflict, Some(&first)),
        (replace(&third), Commit::Conflict, Some(&first)),
        (replace(&first), Commit::Conflict, Some(&first)),
        (delete(2), Commit::Conflict, Some(&first)),
        (replace(&second), Commit::Done, Some(&second)),
        (replace(&second), Commit::Conflict, Some(&second)),
        (delete(1), Commit::Conflict, Some(&second)),
        (delete(2), Commit::Done, None),
        (delete(2), Commit::Conflict, None),
        (insert(&first), Commit::Done, Some(&first)),
    ] {
        commit(rule, &*storage.one, &[change], expected).await?;
        there(rule, &*storage.other, table, &key, left).await?;
    }
    Ok(())
}

async fn makes_all_or_none(storage: &Storage) -> Checked {
    let rule = "a commit takes effect as a whole or not at all";
    let taken = storage.record("taken");
    let insert = [Change::Insert(Table::Flow, taken.clone())];
    commit(rule, &*storage.one, &insert, Commit::Done).await?;
    let conflict = &insert[0];
    let (a, b) = (storage.record("all-a"), storage.record("all-b"));
    let good = [
        Change::Insert(Table::Installation, a.clone()),
        Change::Insert(Table::Grant, b.clone()),
        Change::Delete {
            table: Table::Flow,
            key: taken.key.clone(),
            version: 1,
        },
    ];
    for place in 0..good.len() {
        let mut changes = Vec::from(good.clone());
        changes.insert(place, conflict.clone());
        commit(rule, &*storage.one, &changes, Commit::Conflict).await?;
        for store in storage.handles() {
            there(rule, &**store, Table::Installation, &a.key, None).await?;
            there(rule, &**store, Table::Grant, &b.key, None).await?;
            there(rule, &**store, Table::Flow, &taken.key, Some(&taken)).await?;
        }
    }
    commit(rule, &*storage.other, &good, Commit::Done).await?;
    for store in storage.handles() {
        there(rule, &**store, Table::Installation, &a.key, Some(&a)).await?;
        there(rule, &**store, Table::Grant, &b.key, Some(&b)).await?;
        there(rule, &**store, Table::Flow, &taken.key, None).await?;
    }
    commit("a commit of nothing is done", &*storage.one, &[], Commit::Done).await
}

async fn makes_one_after_the_other(storage: &Storage) -> Checked {
    let rule = "the changes of a commit are made one after the other";
    let first = storage.record("chain");
    let second = next(&first, "[2]");
    let delete = Change::Delete {
        table: Table::Link,
        key: first.key.clone(),
        version: 2,
    };
    let changes = [
        Change::Insert(Table::Link, first.clone()),
        Change::Replace(Table::Link, second),
        delete,
        Change::Insert(Table::Link, first.clone()),
    ];
    commit(rule, &*storage.one, &changes, Commit::Done).await?;
    there(rule, &*storage.other, Table::Link, &first.key, Some(&first)).await
}

/// Who changes the same at once.
const RIVALS: usize = 50;

async fn has_one_winner(storage: &Storage) -> Checked {
    let rule =
        "of those who change the same version at once, one succeeds, and the others are told of the conflict";
    let first = storage.record("race");
    for round in [1, 2, 3] {
        let mut tasks = JoinSet::new();
        for rival in 0..RIVALS {
            let store = Arc::clone(storage.handles()[rival % 2]);
            let mut record = first.clone();
            record.version = round;
            record.body = rival.to_string();
            let change = match round {
                1 => Change::Insert(Table::Installation, record),
                _ => Change::Replace(Table::Installation, record),
            };
            tasks.spawn(async move { (rival, store.commit(&[change]).await) });
        }
        let mut winners = Vec::new();
        for (rival, result) in tasks.join_all().await {
            if done(rule, result)? == Commit::Done {
                winners.push(rival.to_string());
            }
        }
        let left = done(rule, storage.other.get(Table::Installation, &first.key).await)?;
        let left = Vec::from_iter(left.map(|record| record.body));
        same(rule, &winners, &left)?;
    }
    Ok(())
}

/// Two records that are always written together, in the one order by some and in the other by others.
async fn shows_no_half(storage: &Storage) -> Checked {
    const ROUNDS: i64 = 10;
    let rule = "no search sees half of a commit, and none waits for another without end";
    let mut pair = [storage.record("pair-a"), storage.record("pair-b")];
    for record in &mut pair {
        record.columns.insert(Column::BotId, storage.key("pair"));
    }
    let inserts = pair.clone().map(|record| Change::Insert(Table::Resource, record));
    commit(rule, &*storage.one, &inserts, Commit::Done).await?;
    let query = Query::new(Table::Resource).filter(Column::BotId, storage.key("pair"));
    let mut tasks = JoinSet::new();
    for writer in 0..6 {
        let (store, query) = (Arc::clone(storage.handles()[writer % 2]), query.clone());
        tasks.spawn(async move {
            let mut left = ROUNDS;
            while left > 0 {
                let found = done(rule, store.find(&query).await)?;
                let versions = Vec::from_iter(found.iter().map(|record| record.version));
                let [a, b] = versions[..] else {
                    return broken(rule, format!("{} of 2 records", versions.len()));
                };
                holds(rule, a == b, format_args!("versions {a} and {b}"))?;
                let change = |record| Change::Replace(Table::Resource, next(record, "[]"));
                let mut changes = Vec::from_iter(found.iter().map(change));
                if writer % 2 == 0 {
                    changes.reverse();
                }
                if done(rule, store.commit(&changes).await)? == Commit::Done {
                    left -= 1;
                }
            }
            Ok(())
        });
    }
    tasks.join_all().await.into_iter().collect::<Checked>()?;
    let found = done(rule, storage.one.find(&query).await)?;
    let versions = Vec::from_iter(found.iter().map(|record| record.version));
    same(rule, &versions, &vec![1 + 6 * ROUNDS; 2])
}

async fn forgets_what_is_dropped(storage: &Storage) -> Checked {
    let rule = "a commit that is dropped half-way is made as a whole or not at all, and is in nobody's way";
    for polls in 0..12 {
        let (a, b) = (
            storage.record(&format!("dropped-a{polls}")),
            storage.record(&format!("dropped-b{polls}")),
        );
        let changes = [
            Change::Insert(Table::Grant, a.clone()),
            Change::Insert(Table::Flow, b.clone()),
        ];
        let mut commit = storage.one.commit(&changes);
        for _ in 0..polls {
            if let Poll::Ready(result) = commit.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                done(rule, result.map(|_| ()))?;
                break;
            }
            tokio::time::sleep(Duration::from_micros(300)).await;
        }
        drop(commit);
        // This one comes after it, so that what is seen then is what it left.
        settle(rule, &*storage.one, &changes).await?;
        for store in storage.handles() {
            there(rule, &**store, Table::Grant, &a.key, Some(&a)).await?;
            there(rule, &**store, Table::Flow, &b.key, Some(&b)).await?;
        }
    }
    Ok(())
}

/// Makes a commit that may have been made already.
async fn settle(rule: &'static str, store: &dyn Store, changes: &[Change]) -> Checked {
    loop {
        match store.commit(changes).await {
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::Busy => {}
            Err(error) => return done(rule, Err(error)),
        }
    }
}
