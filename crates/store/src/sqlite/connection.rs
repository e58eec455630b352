use std::collections::HashMap;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use crate::StoreError;
use crate::connection::{Connection, Row, Value};

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A connection to the file, with the statements that it has rewritten.
pub(crate) struct SqliteConnection {
    inner: rusqlite::Connection,
    /// Texts are rewritten once. Keyed by the address of
    /// the static text.
    numbered: HashMap<(usize, usize), Box<str>>,
}

impl SqliteConnection {
    pub(crate) fn new(inner: rusqlite::Connection) -> Self {
        Self {
            inner,
            numbered: HashMap::new(),
        }
    }

    /// Runs a statement without parameters, such as `BEGIN`.
    pub(crate) fn control(&mut self, sql: &str) -> Result<(), StoreError> {
        self.inner
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(drop)
            .map_err(super::error)
    }

    /// Runs a script of several statements.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.inner.execute_batch(sql).map_err(super::error)
    }

    fn prepare(&mut self, sql: &'static str) -> Result<rusqlite::CachedStatement<'_>, StoreError> {
        let numbered = self
            .numbered
            .entry((sql.as_ptr() as usize, sql.len()))
            .or_insert_with(|| super::statement(sql).into_boxed_str());
        self.inner.prepare_cached(numbered).map_err(super::error)
    }
}

impl Connection for SqliteConnection {
    fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let changed = self
            .prepare(sql)?
            .execute(rusqlite::params_from_iter(values))
            .map_err(super::error)?;
        Ok(changed as u64)
    }

    fn query(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement
            .query(rusqlite::params_from_iter(values))
            .map_err(super::error)?;
        while let Some(row) = rows.next().map_err(super::error)? {
            each(&Row::Sqlite(row))?;
        }
        Ok(())
    }
}
