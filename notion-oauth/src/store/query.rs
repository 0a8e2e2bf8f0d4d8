use std::cmp::Ordering;

use super::{Column, Record, Table};

/// Which records to find.
///
/// ```
/// use notion_oauth::store::{Column, Query, Table};
///
/// let query = Query::new(Table::Grant)
///     .filter(Column::ClientId, "client")
///     .filter(Column::KeyId, "2025")
///     .limit(100);
///
/// assert_eq!(query.filters.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// The table.
    pub table: Table,
    /// What the columns have to be. A column that the table does not have is that of no record.
    pub filters: Vec<(Column, String)>,
    /// Only records whose column has a value that sorts behind this one, byte by byte.
    pub above: Option<(Column, String)>,
    /// Only records whose column has a value that sorts in front of this one, byte by byte.
    pub below: Option<(Column, String)>,
    /// Only records whose [`time`](Record::time) is smaller.
    pub before: Option<i64>,
    /// Only records that come after this time and key: the last ones of the page before.
    pub after: Option<(i64, String)>,
    /// How many at most.
    pub limit: Option<u32>,
}

impl Query {
    /// All records of a table.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self {
            table,
            filters: Vec::new(),
            above: None,
            below: None,
            before: None,
            after: None,
            limit: None,
        }
    }

    /// Only those whose column has this value.
    #[must_use]
    pub fn filter(mut self, column: Column, value: impl Into<String>) -> Self {
        self.filters.push((column, value.into()));
        self
    }

    /// Only those whose column has a value that sorts behind this one, byte by byte.
    #[must_use]
    pub fn above(mut self, column: Column, value: impl Into<String>) -> Self {
        self.above = Some((column, value.into()));
        self
    }

    /// Only those whose column has a value that sorts in front of this one, byte by byte.
    #[must_use]
    pub fn below(mut self, column: Column, value: impl Into<String>) -> Self {
        self.below = Some((column, value.into()));
        self
    }

    /// Only those whose time is smaller.
    #[must_use]
    pub fn before(mut self, time: i64) -> Self {
        self.before = Some(time);
        self
    }

    /// Only those that come after this record.
    #[must_use]
    pub fn after(mut self, record: &Record) -> Self {
        self.after = Some((record.time, record.key.clone()));
        self
    }

    /// So many at most.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Whether the query is about a record, its [`limit`](Self::limit) aside: for stores that look at each.
    #[must_use]
    pub fn matches(&self, record: &Record) -> bool {
        let is_after = |(time, key): &(i64, String)| (record.time, &record.key) > (*time, key);
        let is = |bound: &Option<(Column, String)>, order: Ordering| {
            bound.as_ref().is_none_or(|(column, value)| {
                let own = record.columns.get(column);
                own.is_some_and(|own| own.cmp(value) == order)
            })
        };
        self.filters
            .iter()
            .all(|(column, value)| record.columns.get(column) == Some(value))
            && is(&self.above, Ordering::Greater)
            && is(&self.below, Ordering::Less)
            && self.before.is_none_or(|time| record.time < time)
            && self.after.as_ref().is_none_or(is_after)
    }
}
