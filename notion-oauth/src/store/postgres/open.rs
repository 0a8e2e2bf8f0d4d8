//! How the store comes to its connections and tables.

use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Row, Transaction};
use zeroize::Zeroizing;

use super::failure::failed;
use super::{BEGIN, PATIENCE, PostgresStore, lock_number};
use crate::error::{Error, ErrorKind, Result};
use crate::store::Table;
use crate::store::sql::Dialect;

/// The format of the tables. A greater one is a newer program's, and is left alone.
const FORMAT: i64 = 1;

/// Settings of a [`PostgresStore`].
#[must_use = "a builder does nothing until it is opened"]
pub struct PostgresStoreBuilder {
    url: Zeroizing<String>,
    schema: String,
    connections: u32,
    locks: u32,
}

impl PostgresStoreBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: Zeroizing::new(url.to_owned()),
            schema: PostgresStore::SCHEMA.to_owned(),
            connections: 8,
            locks: 16,
        }
    }

    /// Another schema than [`notion_oauth`](PostgresStore::SCHEMA): 1 to 63 letters, digits and `_`, all in lower case.
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = name.into();
        self
    }

    /// How many connections read and write at most. 8 where nothing is said.
    pub fn connections(mut self, number: u32) -> Self {
        self.connections = number;
        self
    }

    /// How many locks this program holds at once at most, each with a connection: as many installations can be refreshed
    /// at a time. Who wants one more waits. 16 where nothing is said.
    pub fn locks(mut self, number: u32) -> Self {
        self.locks = number;
        self
    }

    /// Opens the store, and creates the schema and its tables where they are not there. After that, the user of the
    /// database needs no more than `USAGE` of the schema and `SELECT`, `INSERT`, `UPDATE` and `DELETE` of its tables.
    ///
    /// # Errors
    /// [`Configuration`](ErrorKind::Configuration) when the URL or the name of the schema is none, and
    /// [`Store`](ErrorKind::Store) when the server cannot be reached, refuses, or has tables of a newer version of this
    /// crate.
    pub async fn open(self) -> Result<PostgresStore> {
        let schema = checked(&self.schema)?;
        // There are no floats here, and a pooler refuses connections that come with settings it does not know.
        let options = options(&self.url)?.extra_float_digits(None);
        let pool = |connections: u32| {
            PgPoolOptions::new()
                .max_connections(connections.max(1))
                .acquire_timeout(PATIENCE)
                .connect_lazy_with(options.clone().statement_cache_capacity(0))
        };
        let store = PostgresStore {
            pool: pool(self.connections),
            locks: pool(self.locks),
            dialect: Arc::new(dialect(schema)),
            schema: schema.into(),
        };
        prepare(&store).await?;
        Ok(store)
    }
}

impl fmt::Debug for PostgresStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStoreBuilder")
            .field("schema", &self.schema)
            .field("connections", &self.connections)
            .field("locks", &self.locks)
            .finish_non_exhaustive()
    }
}

fn options(url: &str) -> Result<PgConnectOptions> {
    // What the parser says of a URL may repeat it, and any scheme is good to it.
    let is_ours = ["postgres://", "postgresql://"]
        .iter()
        .any(|start| url.starts_with(start));
    let options = PgConnectOptions::from_str(url).ok();
    options.filter(|_| is_ours).ok_or_else(|| {
        Error::new(
            ErrorKind::Configuration,
            "that is no URL of a PostgreSQL database",
        )
        .with_hint("Use one such as `postgres://user@host/database?sslmode=verify-full`.")
    })
}

/// The name stands in statements as it is.
fn checked(schema: &str) -> Result<&str> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if schema.is_empty() || schema.len() > 63 || !schema.bytes().all(is_plain) {
        return Err(
            Error::new(ErrorKind::Configuration, "that is no name of a schema")
                .with_hint("Use 1 to 63 lower-case letters, digits and `_`."),
        );
    }
    Ok(schema)
}

fn dialect(schema: &str) -> Dialect {
    Dialect {
        schema: format!("\"{schema}\"."),
        number: "BIGINT",
        bytes: "BYTEA",
        collation: "COLLATE \"C\"",
        options: "",
    }
}

/// Makes what is missing, in one transaction and one program after the other.
async fn prepare(store: &PostgresStore) -> Result<()> {
    let mut transaction = connect(&store.pool).await?;
    let schema = &*store.schema;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(lock_number(schema, "prepare"))
        .persistent(false)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    let exists = |name: &str| format!("SELECT to_regclass('\"{schema}\".{name}') IS NOT NULL");
    let mut statements = Vec::new();
    if one(&mut transaction, exists("store_format")).await? {
        let format = format!("SELECT format FROM \"{schema}\".store_format");
        let format: i64 = one(&mut transaction, format).await?;
        if format != FORMAT {
            return Err(Error::new(
                ErrorKind::Store,
                format!("the schema {schema} is in format {format}, and this version knows format {FORMAT}"),
            )
            .with_hint("A newer version of the program made it: use that one."));
        }
    } else {
        // Who may not create a schema may still use one that is there.
        let schema_exists = format!("SELECT to_regnamespace('\"{schema}\"') IS NOT NULL");
        if !one::<bool>(&mut transaction, schema_exists).await? {
            statements.push(format!("CREATE SCHEMA \"{schema}\""));
        }
        statements.push(format!(
            "CREATE TABLE \"{schema}\".store_format (format BIGINT NOT NULL)"
        ));
        statements.push(format!(
            "INSERT INTO \"{schema}\".store_format (format) VALUES ({FORMAT})"
        ));
    }
    for table in Table::ALL {
        if !one::<bool>(&mut transaction, exists(table.name())).await? {
            statements.extend(store.dialect.create(*table));
        }
    }
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}

async fn connect(pool: &PgPool) -> Result<Transaction<'static, Postgres>> {
    pool.begin_with(BEGIN).await.map_err(failed)
}

/// The one value of the one row that a query gives.
async fn one<T>(transaction: &mut Transaction<'_, Postgres>, query: String) -> Result<T>
where
    T: for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>,
{
    let query = sqlx::query(AssertSqlSafe(query)).persistent(false);
    let row = query.fetch_one(&mut **transaction).await;
    row.and_then(|row| row.try_get(0)).map_err(failed)
}
