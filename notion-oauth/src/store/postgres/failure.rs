//! What is in the way, and the next step.

use crate::error::{Error, ErrorKind};

/// The message says nothing of the URL, which may hold a password.
pub(super) fn failed(error: sqlx::Error) -> Error {
    let (kind, what, hint) = cause(&error);
    let source: Box<dyn std::error::Error + Send + Sync> = match error {
        // The database's own error, which sqlx would say twice.
        sqlx::Error::Database(error) => error.into_error(),
        error => Box::new(error),
    };
    Error::new(kind, what).with_hint(hint).with_source(source)
}

/// Whether the server undid a transaction because of others.
///
/// Source: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
pub(super) fn is_passing(error: &sqlx::Error) -> bool {
    matches!(code(error).as_deref(), Some("40001" | "40P01"))
}

fn cause(error: &sqlx::Error) -> (ErrorKind, &'static str, &'static str) {
    if matches!(error, sqlx::Error::PoolTimedOut) {
        return (
            ErrorKind::Busy,
            "the database gives no connection or no answer in time",
            "Try again. If it stays so, check whether the server runs, and how many connections it may have.",
        );
    }
    // Others change the same, hold a lock, or take up time or all connections.
    if let Some("40001" | "40P01" | "55P03" | "57014" | "53300") = code(error).as_deref() {
        return (
            ErrorKind::Busy,
            "the database is kept busy by others",
            "Try again. If it stays so, look for transactions that stay open, and at the number of connections.",
        );
    }
    let (what, hint) = match code(error).as_deref() {
        Some("28P01" | "28000") => (
            "the database does not let this user in",
            "Check the user and the password in the URL.",
        ),
        Some("3D000") => (
            "there is no such database",
            "Create it, or name another one in the URL.",
        ),
        Some("42501") => (
            "the user of the database lacks a permission",
            "Let the user create a schema and tables once, or create them as another user and grant reading and writing.",
        ),
        Some("53100") => ("the disk of the database is full", "Make room, and try again."),
        Some("25006") => (
            "the database only reads",
            "Connect to the server that is written to, not to a copy of it.",
        ),
        Some(_) => ("the database failed", "Look at its log."),
        None => (
            "the database cannot be reached",
            "Check the URL, the network and whether the server runs, and try again.",
        ),
    };
    (ErrorKind::Store, what, hint)
}

fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}
