//! What a store finds, and in which order.

use super::{Checked, Storage, commit, done, next, same};
use crate::store::{Change, Column, Commit, Query, Record, Store, Table};

pub(super) async fn check(storage: &Storage) -> Checked {
    finds_by_each_column(storage).await?;
    finds_by_the_very_text(storage).await?;
    orders_and_pages(storage).await?;
    finds_what_is_there_now(storage).await
}

async fn finds_by_each_column(storage: &Storage) -> Checked {
    let rule = "a search finds the records whose columns all have the values it names";
    for table in Table::ALL {
        let mut changes = Vec::new();
        for column in table
            .columns()
            .iter()
            .filter(|column| **column != Column::ClientId)
        {
            let mut record = storage.record(&format!("by-{column}"));
            record.columns.insert(*column, storage.key("value"));
            changes.push(Change::Insert(*table, record));
        }
        commit(rule, &*storage.one, &changes, Commit::Done).await?;
        for column in table
            .columns()
            .iter()
            .filter(|column| **column != Column::ClientId)
        {
            let query = Query::new(*table).filter(*column, storage.key("value"));
            let expected = [storage.key(&format!("by-{column}"))];
            finds(rule, &*storage.other, &query, &expected).await?;
            let query = query.filter(Column::ClientId, storage.client.clone());
            finds(rule, &*storage.other, &query, &expected).await?;
            let query = query.filter(Column::ClientId, "another");
            finds(rule, &*storage.other, &query, &[]).await?;
        }
    }
    let rule = "a column that the table does not have is that of no record";
    let query = Query::new(Table::Audit)
        .filter(Column::ClientId, storage.client.clone())
        .filter(Column::Tenant, "");
    finds(rule, &*storage.one, &query, &[]).await
}

async fn finds_by_the_very_text(storage: &Storage) -> Checked {
    let rule = "values are compared byte by byte, and no value is not the same as an empty one";
    let values = [
        "a",
        "A",
        "á",
        "a\u{301}",
        "a ",
        "a%",
        "_",
        "' OR '1'='1",
        "\\",
        "1",
        "01",
        "",
    ];
    let bot = storage.key("texts");
    let link = |name: &str| {
        let mut record = storage.record(name);
        record.columns.insert(Column::BotId, bot.clone());
        record
    };
    let mut changes = vec![Change::Insert(Table::Link, link("text-none"))];
    for (number, value) in values.iter().enumerate() {
        let mut record = link(&format!("text-{number}"));
        record.columns.insert(Column::Tenant, (*value).to_owned());
        changes.push(Change::Insert(Table::Link, record));
    }
    commit(rule, &*storage.one, &changes, Commit::Done).await?;
    let links = Query::new(Table::Link)
        .filter(Column::ClientId, storage.client.clone())
        .filter(Column::BotId, bot.clone());
    for (number, value) in values.iter().enumerate() {
        let query = links.clone().filter(Column::Tenant, *value);
        finds(
            rule,
            &*storage.one,
            &query,
            &[storage.key(&format!("text-{number}"))],
        )
        .await?;
    }
    let rule = "bounds leave out their own value, and records that have none, and compare byte by byte";
    let found = |number: usize| storage.key(&format!("text-{number}"));
    let query = links
        .clone()
        .above(Column::Tenant, "A")
        .below(Column::Tenant, "a%");
    finds(rule, &*storage.one, &query, &[0, 4, 6, 8].map(found)).await?;
    let query = links.clone().below(Column::Tenant, "01");
    finds(rule, &*storage.one, &query, &[11, 7].map(found)).await?;
    let query = links.above(Column::Tenant, "a\u{301}");
    finds(rule, &*storage.one, &query, &[found(2)]).await
}

async fn orders_and_pages(storage: &Storage) -> Checked {
    let rule = "what is found is ordered by time and then by key, byte by byte";
    let bot = storage.key("ordered");
    let names = ["B", "a", "~", "-", "_", "10", "9", "Z", "{", "aa", "A:1", "A-1"];
    let mut records = Vec::new();
    for (number, name) in (0i64..).zip(names) {
        for time in [5 - number % 3, -7, i64::MAX] {
            let mut record = storage.record(&format!("order-{name}{time}"));
            record.columns.insert(Column::BotId, bot.clone());
            record.time = time;
            records.push(record);
        }
    }
    let changes = Vec::from_iter(
        records
            .iter()
            .cloned()
            .map(|one| Change::Insert(Table::Audit, one)),
    );
    commit(rule, &*storage.one, &changes, Commit::Done).await?;
    records.sort_by(|a, b| (a.time, a.key.as_bytes()).cmp(&(b.time, b.key.as_bytes())));
    let keys = |records: &[Record]| Vec::from_iter(records.iter().map(|record| record.key.clone()));
    let query = Query::new(Table::Audit).filter(Column::BotId, bot);
    finds(rule, &*storage.other, &query, &keys(&records)).await?;

    let rule = "`before` finds what has a smaller time, and not the same";
    let smaller = records.partition_point(|record| record.time < 5);
    let found = keys(&records[..smaller]);
    finds(rule, &*storage.one, &query.clone().before(5), &found).await?;
    finds(rule, &*storage.one, &query.clone().before(i64::MIN), &[]).await?;

    let rule = "page after page, everything is found once";
    for limit in [1, 5, 36, 1000] {
        let mut seen = Vec::new();
        let mut page = query.clone().limit(limit);
        loop {
            let found = done(rule, storage.one.find(&page).await)?;
            super::holds(
                rule,
                found.len() <= limit as usize,
                "a page is longer than the limit",
            )?;
            let Some(last) = found.last() else { break };
            page = query.clone().limit(limit).after(last);
            seen.extend(keys(&found));
            if seen.len() > records.len() {
                break;
            }
        }
        same(rule, &seen, &keys(&records))?;
    }
    finds(rule, &*storage.one, &query.clone().limit(0), &[]).await?;

    let rule = "`after`, `before` and `limit` hold together";
    let found = keys(&records[3..smaller.min(8)]);
    let query = query.after(&records[2]).before(5).limit(5);
    finds(rule, &*storage.one, &query, &found).await
}

async fn finds_what_is_there_now(storage: &Storage) -> Checked {
    let rule = "a search finds records by what they are now, and not those that are gone";
    let mut record = storage.record("now");
    let status = |status: &str| storage.key(status);
    let query = |value: &str| Query::new(Table::Flow).filter(Column::Status, status(value));
    record.columns.insert(Column::Status, status("new"));
    let change = [Change::Insert(Table::Flow, record.clone())];
    commit(rule, &*storage.one, &change, Commit::Done).await?;
    let mut record = next(&record, "[1]");
    record.columns.insert(Column::Status, status("over"));
    let change = [Change::Replace(Table::Flow, record.clone())];
    commit(rule, &*storage.one, &change, Commit::Done).await?;
    finds(rule, &*storage.other, &query("new"), &[]).await?;
    let over = query("over");
    finds(rule, &*storage.other, &over, &[record.key.clone()]).await?;
    let found = done(rule, storage.other.find(&over).await)?;
    super::holds(
        rule,
        found.first() == Some(&record),
        "the record that was found is another one",
    )?;
    let change = Change::Delete {
        table: Table::Flow,
        key: record.key,
        version: 2,
    };
    commit(rule, &*storage.one, &[change], Commit::Done).await?;
    finds(rule, &*storage.other, &over, &[]).await
}

async fn finds(rule: &'static str, store: &dyn Store, query: &Query, expected: &[String]) -> Checked {
    let found = done(rule, store.find(query).await)?;
    let found = Vec::from_iter(found.iter().map(|record| record.key.as_str()));
    let expected = Vec::from_iter(expected.iter().map(String::as_str));
    same(rule, &found, &expected)
}
