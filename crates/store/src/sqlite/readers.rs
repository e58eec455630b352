use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::StoreError;

use super::SqliteConnection;

/// Connections that only read. They are opened as they are needed; as many as are used at once.
pub(crate) struct Readers {
    file: PathBuf,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    /// How many idle connections are kept; each costs some hundred kilobytes.
    const KEPT: usize = 8;

    pub(crate) fn new(file: PathBuf) -> Self {
        Self {
            file,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Runs `work` in a transaction that sees one moment of the database.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => SqliteConnection::new(super::open(&self.file, true)?),
        };
        connection.control("BEGIN")?;
        // A panic drops the connection, and with it the transaction.
        let answer = work(&mut connection);
        connection.control("COMMIT")?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < Self::KEPT {
            idle.push(connection);
        }
        answer
    }
}
