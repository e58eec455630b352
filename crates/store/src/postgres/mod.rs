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

/// A number that is greater than that of any transaction that has ended, and no greater than that of any still to begin.
const NEXT_TRANSACTION: &str = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

const OLDEST_OPEN_TRANSACTION: &str = "COALESCE((SELECT MIN(open::text::bigint)
     FROM pg_snapshot_xip(pg_current_snapshot()) AS open
     WHERE NOT EXISTS (SELECT 1 FROM pg_stat_activity AS other
         WHERE other.backend_xid = open::xid AND other.datname <> current_database())),
     pg_snapshot_xmax(pg_current_snapshot())::text::bigint)";

/// What is written differently in statements for PostgreSQL.
///
/// Transactions have numbers by the order in which they began to write, which all databases of a server share. All of
/// this database below the oldest that is open have ended, and this one sees what they did. What is known to be open in
/// another database is left out: nothing here waits for it, however long it takes.
pub(crate) fn statement(sql: &str) -> String {
    sql.replace("OLDEST_OPEN_TRANSACTION", OLDEST_OPEN_TRANSACTION)
        .replace("NEXT_TRANSACTION", NEXT_TRANSACTION)
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
