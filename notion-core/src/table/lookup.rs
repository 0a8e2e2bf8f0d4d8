//! Many upserts: the rows that have the keys are asked for several at a time.

use std::collections::{HashMap, VecDeque};
use std::iter;
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::{Batch, Table, Upsert, Upserted};
use crate::api::data_sources;
use crate::error::Result;
use crate::query::Filter;
use crate::row::{AnyRow, InsertRow, KeyedRow, NotionRow};

/// How many keys are asked for at a time. More would save few requests, and let what was found grow old before the last of the
/// rows is written.
const AT_A_TIME: usize = 25;

impl<T: NotionRow> Table<T> {
    /// [Upserts](Table::upsert) rows, several at a time. A row with the key of one before it is refused, because the two could be
    /// inserted at the same time.
    ///
    /// The rows of 25 keys are looked up in one query, so that rows that are stored already cost few requests. What somebody else
    /// writes in the moments until their turn comes is not seen.
    pub fn upsert_all<'a, I>(&self, rows: I) -> Batch<'a, Upserted<T>>
    where
        I: IntoIterator<Item: InsertRow<Row = T> + KeyedRow<T>, IntoIter: Send + 'a>,
    {
        let table = self.clone();
        let mut keys = HashMap::new();
        let mut upserts = rows.into_iter().enumerate().map(move |(at, row)| {
            let upsert = table.upsert(&row);
            let key = upsert.checked_key()?;
            match *keys.entry(key).or_insert(at) {
                first if first == at => Ok(upsert),
                first => Err(upsert.same_key(first)),
            }
        });
        let table = self.clone();
        let mut ready = VecDeque::new();
        self.batch(iter::from_fn(move || {
            if ready.is_empty() {
                ready.extend(with_lookup(&table, upserts.by_ref().take(AT_A_TIME).collect()));
            }
            let (upsert, lookup, at): (Result<Upsert<T>>, Arc<Lookup<T>>, usize) = ready.pop_front()?;
            Some(async move {
                let upsert = upsert?;
                match lookup.page(at).await {
                    Some(found) => upsert.send_to(found).await,
                    None => upsert.send().await,
                }
            })
        }))
    }
}

/// The upserts with what looks up their keys together.
fn with_lookup<T: NotionRow>(
    table: &Table<T>,
    upserts: Vec<Result<Upsert<T>>>,
) -> impl Iterator<Item = (Result<Upsert<T>>, Arc<Lookup<T>>, usize)> {
    let keys = upserts
        .iter()
        .flatten()
        .map(|upsert| upsert.key().clone())
        .collect();
    let lookup = Arc::new(Lookup {
        table: table.clone(),
        keys,
        found: OnceCell::new(),
    });
    let mut next = 0;
    upserts.into_iter().map(move |upsert| {
        let at = next;
        next += usize::from(upsert.is_ok());
        (upsert, Arc::clone(&lookup), at)
    })
}

/// The pages that have one of several keys, asked for once.
struct Lookup<T> {
    table: Table<T>,
    keys: Vec<Filter<T>>,
    /// For each key its page as text, if there is one; `None` where they have to be asked for one by one.
    found: OnceCell<Option<Vec<Option<String>>>>,
}

impl<T: NotionRow> Lookup<T> {
    /// The page of a key; `None` where it has to be asked for alone.
    async fn page(&self, at: usize) -> Option<Option<String>> {
        let found = self
            .found
            .get_or_init(|| async { self.pages().await.ok().flatten() })
            .await;
        found.as_ref().map(|pages| pages[at].clone())
    }

    /// Only what leaves no doubt is taken: each page has one of the keys to the letter, and no other page has it, too.
    async fn pages(&self) -> Result<Option<Vec<Option<String>>>> {
        let mut found = vec![None; self.keys.len()];
        let query = self.table.query().filter(Filter::any(self.keys.iter().cloned()));
        let mut cursor = None;
        while let Some(body) = query.body(cursor.as_deref())? {
            let request = data_sources::query(self.table.id(), self.table.binding().ids(), body)?;
            let response = self.table.send(request).await?;
            let (pages, end) = self.table.pages(&response)?;
            for page in pages {
                match self.key_of(page)? {
                    Some(at) if found[at].is_none() => found[at] = Some(page.to_owned()),
                    _ => return Ok(None),
                }
            }
            cursor = end.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok(Some(found))
    }

    /// The one key that a page has.
    fn key_of(&self, page: &str) -> Result<Option<usize>> {
        let row = AnyRow::from_json(page)?;
        let stored = |column| row.value_of(self.table.binding().id(column));
        let mut keys = self
            .keys
            .iter()
            .enumerate()
            .filter(|(_, key)| key.holds_of(&stored) == Some(true));
        Ok(match (keys.next(), keys.next()) {
            (Some((at, _)), None) => Some(at),
            _ => None,
        })
    }
}
