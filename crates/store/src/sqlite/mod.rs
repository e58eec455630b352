//! The embedded engine: one file, one writer thread that groups many callers into one durable commit, and a pool of
//! read connections that are used inline.

mod connection;
mod readers;
mod writer;

use std::path::Path;

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;

use crate::StoreError;

pub(crate) use connection::SqliteConnection;
pub(crate) use readers::Readers;
pub(crate) use writer::{Job, Writer};

/// What is written differently for SQLite.
pub(crate) fn dialect(sql: &str) -> String {
    sql.replace("SERIAL_KEY", "INTEGER PRIMARY KEY AUTOINCREMENT")
        .replace("IN_KEY_ORDER", "WITHOUT ROWID")
}

/// What is written differently in statements for SQLite: parameters, and that no other transaction is ever open.
///
/// SQLite numbers `$1` by appearance but `?1` by its number.
pub(crate) fn statement(sql: &str) -> String {
    sql.replace('$', "?")
        .replace("OLDEST_OPEN_TRANSACTION", "9223372036854775807")
        .replace("NEXT_TRANSACTION", "0")
}

pub(crate) fn error(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation) => StoreError::Duplicate("key"),
        Some(
            rusqlite::ErrorCode::DatabaseBusy
            | rusqlite::ErrorCode::DatabaseLocked
            | rusqlite::ErrorCode::DiskFull
            | rusqlite::ErrorCode::CannotOpen
            | rusqlite::ErrorCode::SystemIoFailure,
        ) => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Statement(error.to_string()),
    }
}

/// Opens the file with the settings that every connection has.
pub(crate) fn open(file: &Path, read_only: bool) -> Result<rusqlite::Connection, StoreError> {
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
    };
    let connection = rusqlite::Connection::open_with_flags(file, flags).map_err(error)?;
    connection.set_prepared_statement_cache_capacity(512);
    // Otherwise SQLite compiles a statement with `LIMIT $n` again for each execution, in case its plan could change
    // with the number: a third of the time of a small read.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(error)?;
    connection
        .busy_timeout(std::time::Duration::from_secs(10))
        .map_err(error)?;
    if !read_only {
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .map_err(error)?;
        // FULL makes each commit durable in WAL mode; NORMAL would lose the last ones with the power.
        connection
            .pragma_update(None, "synchronous", "FULL")
            .map_err(error)?;
        connection
            .pragma_update(None, "foreign_keys", "ON")
            .map_err(error)?;
        connection
            .pragma_update(None, "wal_autocheckpoint", 4000)
            .map_err(error)?;
    }
    connection
        .pragma_update(None, "cache_size", -4096)
        .map_err(error)?;
    connection
        .pragma_update(None, "temp_store", "MEMORY")
        .map_err(error)?;
    Ok(connection)
}
