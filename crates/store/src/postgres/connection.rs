use std::collections::HashMap;

use postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::StoreError;
use crate::connection::{Connection, Row, Value};

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Int(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Self::Int(number) => number.to_sql(ty, out),
            Self::Blob(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The statements that a connection has prepared, by the address of their static text.
pub(crate) type Statements = HashMap<(usize, usize), postgres::Statement>;

/// An open transaction.
pub(crate) struct PostgresConnection<'a, 'b> {
    pub(crate) inner: &'a mut postgres::Transaction<'b>,
    pub(crate) statements: &'a mut Statements,
    /// Set once a statement failed because of another transaction: this one can only be run again.
    pub(crate) conflict: bool,
}

impl PostgresConnection<'_, '_> {
    fn prepare(&mut self, sql: &'static str) -> Result<postgres::Statement, StoreError> {
        let key = (sql.as_ptr() as usize, sql.len());
        if let Some(statement) = self.statements.get(&key) {
            return Ok(statement.clone());
        }
        let statement = self
            .inner
            .prepare(&super::statement(sql))
            .map_err(super::error)?;
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }

    fn failed(&mut self, error: postgres::Error) -> StoreError {
        let error = super::error(error);
        self.conflict |= matches!(error, StoreError::Conflict);
        error
    }
}

fn parameters<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

impl Connection for PostgresConnection<'_, '_> {
    fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepare(sql)?;
        self.inner
            .execute(&statement, &parameters(values))
            .map_err(|error| self.failed(error))
    }

    fn query(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepare(sql)?;
        let rows = self
            .inner
            .query(&statement, &parameters(values))
            .map_err(|error| self.failed(error))?;
        rows.iter().try_for_each(|row| each(&Row::Postgres(row)))
    }
}
