//! What a store keeps, byte for byte.

use super::{Checked, Storage, commit, holds, next, there};
use crate::store::{Change, Column, Commit, Record, Table};

pub(super) async fn check(storage: &Storage) -> Checked {
    knows_nothing_at_first(storage).await?;
    gives_back_what_it_was_given(storage).await?;
    keeps_tables_apart(storage).await?;
    replaces_as_a_whole(storage).await?;
    refuses_what_cannot_be_kept(storage).await
}

async fn knows_nothing_at_first(storage: &Storage) -> Checked {
    for table in Table::ALL {
        let rule = "what was never inserted is not there";
        there(rule, &*storage.one, *table, &storage.key("nothing"), None).await?;
        let change = Change::Delete {
            table: *table,
            key: storage.key("nothing"),
            version: 1,
        };
        commit(rule, &*storage.one, &[change], Commit::Conflict).await?;
    }
    Ok(())
}

async fn gives_back_what_it_was_given(storage: &Storage) -> Checked {
    let rule = "a record is given back as it was given, byte for byte";
    let base = storage.record("bytes");
    let mut odd = vec![base.clone()];
    for (name, body) in [
        ("spaces", " { \"b\" : 1.50,\n\t\"a\":[ ], \"a\": 2 }".to_owned()),
        (
            "unicode",
            "{\"é\u{301}🦀\u{2028}\u{feff}\":\"\\u0000\u{10ffff}\"}".to_owned(),
        ),
        ("empty", String::new()),
        ("large", format!("\"{}\"", "ü".repeat(1 << 19))),
    ] {
        odd.push(Record {
            key: storage.key(name),
            body,
            ..base.clone()
        });
    }
    for (name, sealed) in [
        ("no-secret", Vec::new()),
        ("binary", (0..=255).cycle().take(70_000).collect()),
        ("zeros", vec![0; 9]),
    ] {
        odd.push(Record {
            key: storage.key(name),
            sealed: sealed.into(),
            ..base.clone()
        });
    }
    for (name, time) in [("first", i64::MIN), ("last", i64::MAX), ("zero", 0)] {
        odd.push(Record {
            key: storage.key(name),
            time,
            ..base.clone()
        });
    }
    let printable: String = (b'!'..=b'~').map(char::from).collect();
    let longest = storage.key(&printable);
    odd.push(Record {
        key: format!("{longest}{}", "k".repeat(600 - longest.len())),
        ..base.clone()
    });
    odd.push(Record {
        key: storage.key("columns"),
        columns: [
            (Column::ClientId, storage.client.clone()),
            (Column::BotId, String::new()),
            (Column::Tenant, "' OR 1=1 -- \"\\ %_ \u{1f980}\n".to_owned()),
        ]
        .into(),
        ..base.clone()
    });
    for record in odd {
        let change = Change::Insert(Table::Link, record.clone());
        commit(rule, &*storage.one, &[change], Commit::Done).await?;
        for store in storage.handles() {
            there(rule, &**store, Table::Link, &record.key, Some(&record)).await?;
        }
        let change = Change::Delete {
            table: Table::Link,
            key: record.key,
            version: 1,
        };
        commit(rule, &*storage.other, &[change], Commit::Done).await?;
    }
    Ok(())
}

async fn keeps_tables_apart(storage: &Storage) -> Checked {
    let rule = "records of different tables have nothing to do with each other";
    let record = |table: &Table| Record {
        body: format!("\"{table}\""),
        ..storage.record("tables")
    };
    for table in Table::ALL {
        let change = Change::Insert(*table, record(table));
        commit(rule, &*storage.one, &[change], Commit::Done).await?;
    }
    for table in Table::ALL {
        let record = record(table);
        there(rule, &*storage.other, *table, &record.key, Some(&record)).await?;
    }
    Ok(())
}

async fn replaces_as_a_whole(storage: &Storage) -> Checked {
    let rule = "what replaces a record takes the place of all of it";
    let mut first = storage.record("replaced");
    first.columns.insert(Column::BotId, "b".to_owned());
    let mut second = next(&first, "[]");
    second.columns.remove(&Column::BotId);
    second.columns.insert(Column::ResourceId, "r".to_owned());
    (second.time, second.sealed) = (-1, vec![7].into());
    let insert = [Change::Insert(Table::Resource, first)];
    commit(rule, &*storage.one, &insert, Commit::Done).await?;
    let replace = [Change::Replace(Table::Resource, second.clone())];
    commit(rule, &*storage.one, &replace, Commit::Done).await?;
    there(rule, &*storage.other, Table::Resource, &second.key, Some(&second)).await
}

async fn refuses_what_cannot_be_kept(storage: &Storage) -> Checked {
    let rule = "a change that `Change::check` refuses is an error, and none of its commit is made";
    let good = storage.record("beside-bad");
    let record = |key: String| Record {
        key,
        ..storage.record("bad")
    };
    let with = |column, value: &str| {
        let mut record = storage.record("bad");
        record.columns.insert(column, value.to_owned());
        record
    };
    for bad in [
        record(String::new()),
        record("k".repeat(601)),
        record("two words".to_owned()),
        record("schlüssel".to_owned()),
        Record {
            version: 0,
            ..storage.record("bad")
        },
        with(Column::ResourceId, "not a column of a flow"),
        with(Column::Status, "nul\0"),
    ] {
        let changes = [
            Change::Insert(Table::Flow, good.clone()),
            Change::Insert(Table::Flow, bad),
        ];
        let result = storage.one.commit(&changes).await;
        holds(rule, result.is_err(), format_args!("{changes:?} gave {result:?}"))?;
        there(rule, &*storage.one, Table::Flow, &good.key, None).await?;
    }
    Ok(())
}
