//! The one implementation of all ports, over a connection of either engine.

use crate::StoreError;
use crate::connection::{Connection, Row, Value};
use crate::ports::*;

/// Everything that a transaction can do. An area takes only the port it needs: `&mut dyn Tx` turns into any of them.
pub trait Tx:
    MetaTx
    + EventTx
    + OrganizationTx
    + IamTx
    + IdentityProviderTx
    + DirectoryTx
    + AccessTx
    + ApplicationTx
    + ControlTx
    + ObjectTx
    + TokenTx
    + TrailTx
    + NoticeTx
    + LakeTx
{
}

/// The ports as SQL.
pub(crate) struct SqlTx<'a> {
    connection: &'a mut dyn Connection,
}

impl Tx for SqlTx<'_> {}

impl<'a> SqlTx<'a> {
    pub(crate) fn new(connection: &'a mut dyn Connection) -> Self {
        Self { connection }
    }

    /// Runs a statement and tells how many rows it changed.
    pub(crate) fn execute(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        self.connection.execute(sql, values)
    }

    /// Runs an `INSERT … ON CONFLICT DO NOTHING` and answers [`StoreError::Duplicate`] if it inserted nothing.
    pub(crate) fn insert(
        &mut self,
        key: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<(), StoreError> {
        match self.connection.execute(sql, values)? {
            0 => Err(StoreError::Duplicate(key)),
            _ => Ok(()),
        }
    }

    /// The answer's rows, each turned into a value.
    pub(crate) fn rows<T>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.connection.query(sql, values, &mut |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The answer's first row, if it has one.
    pub(crate) fn row<T>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.connection.query(sql, values, &mut |row| {
            if found.is_none() {
                found = Some(read(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The number in the answer's only row, such as a `COUNT(*)`.
    pub(crate) fn number(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<i64, StoreError> {
        Ok(self.row(sql, values, |row| row.int(0))?.unwrap_or(0))
    }
}

/// The values of a statement, each converted: `values![id, count, bytes]`.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::connection::Value::from($value)),*] };
}
pub(crate) use values;
