//! The shared engine: PostgreSQL through a pool of blocking connections. Every write is SERIALIZABLE and runs again
//! after a serialization failure.

mod connection;
mod pool;

pub(crate) use pool::Pool;

use postgres::error::SqlState;

use crate::StoreError;

/// What is written differently for PostgreSQL.
///
/// Texts compare by their bytes there too, whatever the database's locale: paging by key depends on it.
pub(crate) fn dialect(sql: &str) -> String {
    sql.replace(
        "SERIAL_KEY",
        "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    )
    // PostgreSQL keeps no table in the order of a key.
    .replace(" IN_KEY_ORDER", "")
    .replace(" TEXT", " TEXT COLLATE \"C\"")
    .replace(" BLOB", " BYTEA")
    // Lines that are for this engine alone stand in comments.
    .replace("--postgres ", "")
}

/// What is written differently in statements for PostgreSQL.
///
/// Transactions have numbers by the order in which they began to write. All below the oldest that is open have ended,
/// and this one sees what they did.
pub(crate) fn statement(sql: &str) -> String {
    sql.replace(
        "OLDEST_OPEN_TRANSACTION",
        "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
    )
}

pub(crate) fn error(error: postgres::Error) -> StoreError {
    let Some(state) = error.code() else {
        return StoreError::Unavailable(error.to_string());
    };
    match *state {
        SqlState::UNIQUE_VIOLATION => StoreError::Duplicate("key"),
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => {
            StoreError::Conflict
        }
        _ => StoreError::Statement(
            error
                .as_db_error()
                .map_or_else(|| error.to_string(), ToString::to_string),
        ),
    }
}
