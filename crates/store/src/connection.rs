//! What the two engines have in common: statements with `$1` parameters over text, integers and bytes.

use crate::StoreError;

/// One parameter of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// SQL NULL.
    Null,
    /// A text.
    Text(&'a str),
    /// A whole number.
    Int(i64),
    /// Bytes.
    Blob(&'a [u8]),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Int(i64::from(flag))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl From<atrium_model::Timestamp> for Value<'_> {
    fn from(time: atrium_model::Timestamp) -> Self {
        Self::Int(time.as_millis())
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(option: Option<T>) -> Self {
        option.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer; columns count from zero.
pub(crate) enum Row<'a> {
    /// A row of SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// A row of PostgreSQL.
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    fn get<T>(&self, column: usize) -> Result<T, StoreError>
    where
        T: rusqlite::types::FromSql + for<'b> postgres::types::FromSql<'b>,
    {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(StoreError::corrupt),
            Self::Postgres(row) => row.try_get(column).map_err(StoreError::corrupt),
        }
    }

    /// A text column where it lies.
    fn lent(&self, column: usize) -> Result<&str, StoreError> {
        self.opt_lent(column)?
            .ok_or_else(|| StoreError::corrupt("a text that must be there is NULL"))
    }

    /// A text column that may be NULL, where it lies.
    fn opt_lent(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self {
            Self::Sqlite(row) => {
                let value = row.get_ref(column).map_err(StoreError::corrupt)?;
                value.as_str_or_null().map_err(StoreError::corrupt)
            }
            Self::Postgres(row) => row.try_get(column).map_err(StoreError::corrupt),
        }
    }

    /// A text column.
    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        self.get(column)
    }

    /// A text column that may be NULL.
    pub(crate) fn opt_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        self.get(column)
    }

    /// A number column.
    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.get(column)
    }

    /// A number column that may be NULL.
    pub(crate) fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        self.get(column)
    }

    /// A number column that holds 0 or 1.
    pub(crate) fn flag(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    /// A column of bytes.
    pub(crate) fn blob(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        self.get(column)
    }

    /// A column of milliseconds since the epoch.
    pub(crate) fn time(&self, column: usize) -> Result<atrium_model::Timestamp, StoreError> {
        self.int(column).map(atrium_model::Timestamp::from_millis)
    }

    /// A column of milliseconds since the epoch that may be NULL.
    pub(crate) fn opt_time(
        &self,
        column: usize,
    ) -> Result<Option<atrium_model::Timestamp>, StoreError> {
        Ok(self
            .opt_int(column)?
            .map(atrium_model::Timestamp::from_millis))
    }

    /// A text column parsed into the type that proves its shape.
    pub(crate) fn parsed<T>(&self, column: usize) -> Result<T, StoreError>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        self.lent(column)?.parse().map_err(StoreError::corrupt)
    }

    /// A text column that may be NULL, parsed into the type that proves its shape.
    pub(crate) fn opt_parsed<T>(&self, column: usize) -> Result<Option<T>, StoreError>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        self.opt_lent(column)?
            .map(|text| text.parse().map_err(StoreError::corrupt))
            .transpose()
    }

    /// A text column that holds JSON.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(
        &self,
        column: usize,
    ) -> Result<T, StoreError> {
        serde_json::from_str(self.lent(column)?).map_err(StoreError::corrupt)
    }

    /// A text column that holds JSON or is NULL.
    pub(crate) fn opt_json<T: serde::de::DeserializeOwned>(
        &self,
        column: usize,
    ) -> Result<Option<T>, StoreError> {
        self.opt_lent(column)?
            .map(|text| serde_json::from_str(text).map_err(StoreError::corrupt))
            .transpose()
    }
}

/// An open transaction of either engine. Parameters are written `$1`, `$2` …, in any order.
pub(crate) trait Connection {
    /// Runs a statement and tells how many rows it changed.
    fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError>;

    /// Runs a query and hands over each row of the answer.
    fn query(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;
}
