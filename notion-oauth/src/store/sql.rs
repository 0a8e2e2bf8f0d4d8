//! The statements of stores that speak SQL, in the words that their databases share.

use std::fmt::Write as _;

use sqlx::query::Query as SqlxQuery;
use sqlx::{AssertSqlSafe, ColumnIndex, Database, Decode, Encode, Row, Type};

use super::{Change, Column, Query, Record, Table};

/// In what the databases differ.
#[derive(Debug)]
pub(super) struct Dialect {
    /// What stands before the name of a table.
    pub(super) schema: String,
    pub(super) number: &'static str,
    pub(super) bytes: &'static str,
    /// What makes texts sort byte by byte.
    pub(super) collation: &'static str,
    /// What ends the definition of a table.
    pub(super) options: &'static str,
}

/// A statement, whose parameters are `$1` and so on.
pub(super) struct Statement<'a> {
    text: String,
    values: Vec<Value<'a>>,
}

enum Value<'a> {
    Text(Option<&'a str>),
    Number(i64),
    Bytes(&'a [u8]),
}

/// The columns of every table, before its own.
const FIXED: &str = "record_key, version, time_us, body, sealed";
const FIXED_COUNT: usize = 5;

impl Dialect {
    /// The statements that make a table, where it is not there.
    pub(super) fn create(&self, table: Table) -> Vec<String> {
        let Self {
            schema,
            number,
            bytes,
            collation,
            options,
        } = self;
        let mut text = format!(
            "CREATE TABLE IF NOT EXISTS {schema}{table} (record_key TEXT {collation} NOT NULL PRIMARY KEY, \
             version {number} NOT NULL, time_us {number} NOT NULL, body TEXT NOT NULL, sealed {bytes} NOT NULL"
        );
        for column in table.columns() {
            // Writing to a string does not fail.
            let _ = write!(text, ", {column} TEXT {collation}");
        }
        let mut statements = vec![format!("{text}){options}")];
        // Every search begins with the connection.
        for column in table.columns() {
            let columns = match column {
                Column::ClientId => "client_id".to_owned(),
                column => format!("client_id, {column}"),
            };
            statements.push(format!(
                "CREATE INDEX IF NOT EXISTS {table}_by_{column} ON {schema}{table} ({columns}, time_us, record_key)"
            ));
        }
        statements
    }

    pub(super) fn get<'a>(&self, table: Table, key: &'a str) -> Statement<'a> {
        let mut statement = Statement::new(format!("{} WHERE record_key = ", self.select(table)));
        statement.push(Value::Text(Some(key)));
        statement
    }

    pub(super) fn find<'a>(&self, query: &'a Query) -> Statement<'a> {
        let mut statement = Statement::new(format!("{} WHERE 1 = 1", self.select(query.table)));
        let filters = query.filters.iter().map(|filter| ("=", filter));
        let above = query.above.iter().map(|bound| (">", bound));
        let below = query.below.iter().map(|bound| ("<", bound));
        for (is, (column, value)) in filters.chain(above).chain(below) {
            if query.table.columns().contains(column) {
                statement.text += &format!(" AND {column} {is} ");
                statement.push(Value::Text(Some(value)));
            } else {
                statement.text += " AND 1 = 0";
            }
        }
        if let Some(time) = query.before {
            statement.text += " AND time_us < ";
            statement.push(Value::Number(time));
        }
        if let Some((time, key)) = &query.after {
            statement.text += " AND (time_us, record_key) > (";
            statement.push(Value::Number(*time));
            statement.text += ", ";
            statement.push(Value::Text(Some(key)));
            statement.text += ")";
        }
        statement.text += " ORDER BY time_us, record_key";
        if let Some(limit) = query.limit {
            statement.text += " LIMIT ";
            statement.push(Value::Number(limit.into()));
        }
        statement
    }

    /// A statement that changes one row, or none if that is not as the change expects.
    pub(super) fn change<'a>(&self, change: &'a Change) -> Statement<'a> {
        let schema = &self.schema;
        match change {
            Change::Insert(table, record) => {
                let mut statement = Statement::new(format!("INSERT INTO {schema}{table} ({FIXED}"));
                for column in table.columns() {
                    statement.text += &format!(", {column}");
                }
                statement.text += ") VALUES (";
                for (place, (_, value)) in row(*table, record).into_iter().enumerate() {
                    statement.text += if place == 0 { "" } else { ", " };
                    statement.push(value);
                }
                statement.text += ") ON CONFLICT (record_key) DO NOTHING";
                statement
            }
            Change::Replace(table, record) => {
                let mut statement = Statement::new(format!("UPDATE {schema}{table} SET "));
                for (place, (column, value)) in row(*table, record).into_iter().enumerate() {
                    statement.text += if place == 0 { "" } else { ", " };
                    statement.text += &format!("{column} = ");
                    statement.push(value);
                }
                statement.only(&record.key, record.version - 1);
                statement
            }
            Change::Delete { table, key, version } => {
                let mut statement = Statement::new(format!("DELETE FROM {schema}{table}"));
                statement.only(key, *version);
                statement
            }
        }
    }

    fn select(&self, table: Table) -> String {
        let mut text = format!("SELECT {FIXED}");
        for column in table.columns() {
            let _ = write!(text, ", {column}");
        }
        text + &format!(" FROM {}{table}", self.schema)
    }
}

impl<'a> Statement<'a> {
    fn new(text: String) -> Self {
        Self {
            text,
            values: Vec::new(),
        }
    }

    fn push(&mut self, value: Value<'a>) {
        self.values.push(value);
        self.text += &format!("${}", self.values.len());
    }

    fn only(&mut self, key: &'a str, version: i64) {
        self.text += " WHERE record_key = ";
        self.push(Value::Text(Some(key)));
        self.text += " AND version = ";
        self.push(Value::Number(version));
    }

    /// The statement for a database. Its text is made of names that this crate chose.
    pub(super) fn query<DB>(self) -> SqlxQuery<'a, DB, DB::Arguments>
    where
        DB: Database,
        Option<&'a str>: Encode<'a, DB> + Type<DB>,
        i64: Encode<'a, DB> + Type<DB>,
        &'a [u8]: Encode<'a, DB> + Type<DB>,
    {
        let query = sqlx::query(AssertSqlSafe(self.text));
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
            Value::Bytes(bytes) => query.bind(bytes),
        })
    }
}

/// The values of a record, with the names of their columns.
fn row(table: Table, record: &Record) -> Vec<(&'static str, Value<'_>)> {
    let mut row = vec![
        ("record_key", Value::Text(Some(&record.key))),
        ("version", Value::Number(record.version)),
        ("time_us", Value::Number(record.time)),
        ("body", Value::Text(Some(&record.body))),
        ("sealed", Value::Bytes(&record.sealed)),
    ];
    row.extend(table.columns().iter().map(|column| {
        let value = record.columns.get(column).map(String::as_str);
        (column.name(), Value::Text(value))
    }));
    row
}

/// The record in a row that [`Dialect::get`] or [`Dialect::find`] gave.
pub(super) fn record<R>(table: Table, row: &R) -> sqlx::Result<Record>
where
    R: Row,
    usize: ColumnIndex<R>,
    String: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    i64: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: for<'r> Decode<'r, R::Database> + Type<R::Database>,
{
    let mut columns = std::collections::BTreeMap::new();
    for (place, column) in (FIXED_COUNT..).zip(table.columns()) {
        if let Some(value) = row.try_get(place)? {
            columns.insert(*column, value);
        }
    }
    Ok(Record {
        key: row.try_get(0)?,
        version: row.try_get(1)?,
        time: row.try_get(2)?,
        columns,
        body: row.try_get(3)?,
        sealed: row.try_get::<Vec<u8>, _>(4)?.into(),
    })
}
