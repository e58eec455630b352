//! What can be wrong with a statement or its run, with the place in the statement.

use std::fmt;

use arrow::error::ArrowError;
use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Location, TokenizerError};
use serde::Serialize;

use super::words::plain;

/// The kinds of trouble, for a caller to choose its own words and codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Not SQL.
    Syntax,
    /// SQL, but not what the lake answers: it reads the tables it was given and nothing else.
    Refused,
    /// A table, a column or a function that is not there.
    Unknown,
    /// A statement that makes no sense: types that don't fit, ambiguous names.
    Invalid,
    /// A value of the data with which the statement can't go on, such as a text that is no number.
    Data,
    /// The time is up; the rows so far are good.
    TimedOut,
    /// More rows than allowed; the rows so far are good.
    TooManyRows,
    /// Memory or disk is used up.
    Exhausted,
    /// A file could not be read.
    Storage,
    /// A fault of the lake's own.
    Internal,
}

/// An error with its kind and, where there is one, its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SqlError {
    /// What kind of trouble.
    pub kind: Kind,
    /// The line in the statement, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The character in the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// What is wrong.
    pub message: String,
}

impl SqlError {
    /// An error of no certain place.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            line: None,
            column: None,
            message: message.into(),
        }
    }

    /// An error at a place.
    #[must_use]
    pub fn at(kind: Kind, place: Location, message: impl Into<String>) -> Self {
        Self::new(kind, message).placed(place)
    }

    /// The same error, at a place; 0 stands for none.
    #[must_use]
    pub fn placed(mut self, place: Location) -> Self {
        if place.line > 0 && self.line.is_none() {
            self.line = Some(place.line);
            self.column = Some(place.column);
        }
        self
    }
}

/// Trino's form: `line 1:8: Column 'x' cannot be resolved`.
impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "line {line}:{column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for SqlError {}

impl From<TokenizerError> for SqlError {
    fn from(error: TokenizerError) -> Self {
        Self::at(Kind::Syntax, error.location, error.message)
    }
}

/// The parser tells the place in words only.
impl From<ParserError> for SqlError {
    fn from(error: ParserError) -> Self {
        let text = match error {
            ParserError::ParserError(text) | ParserError::TokenizerError(text) => text,
            ParserError::RecursionLimitExceeded => "the statement is nested too deeply".to_owned(),
        };
        let place = text.rsplit_once(" at Line: ").and_then(|(message, place)| {
            let (line, column) = place.split_once(", Column: ")?;
            Some((
                message.to_owned(),
                Location {
                    line: line.parse().ok()?,
                    column: column.parse().ok()?,
                },
            ))
        });
        match place {
            Some((message, place)) => Self::at(Kind::Syntax, place, message),
            None => Self::new(Kind::Syntax, text),
        }
    }
}

impl SqlError {
    /// An error in DataFusion's words.
    fn said(kind: Kind, message: &str) -> Self {
        let (message, place) = plain(message);
        let error = Self::new(kind, message);
        place.map_or(error.clone(), |place| error.placed(place))
    }
}

impl From<DataFusionError> for SqlError {
    fn from(error: DataFusionError) -> Self {
        let span = error.diagnostic().and_then(|diagnostic| diagnostic.span);
        let converted = match error.find_root() {
            DataFusionError::SQL(error, _) => Self::from((**error).clone()),
            DataFusionError::SchemaError(error, _) => schema_error(error),
            DataFusionError::ResourcesExhausted(text) => Self::new(Kind::Exhausted, text),
            DataFusionError::ObjectStore(_)
            | DataFusionError::ParquetError(_)
            | DataFusionError::IoError(_) => Self::new(Kind::Storage, error.strip_backtrace()),
            DataFusionError::ArrowError(error, _) if matches!(**error, ArrowError::IoError(..)) => {
                spill_error(&error.to_string())
            }
            DataFusionError::ArrowError(..) | DataFusionError::Execution(_) => {
                let text = error.find_root().strip_backtrace();
                let is_planned = text.starts_with("Execution error: Function '")
                    && text.contains("' user-defined coercion failed");
                Self::said(
                    if is_planned {
                        Kind::Invalid
                    } else {
                        Kind::Data
                    },
                    &text,
                )
            }
            DataFusionError::Plan(text) | DataFusionError::NotImplemented(text) => {
                Self::said(Kind::Invalid, text)
            }
            // Types that don't fit are told as if they were a fault of its own.
            DataFusionError::Internal(text)
                if text.contains("failed to match any signature")
                    || text.contains("not implemented for type") =>
            {
                Self::said(Kind::Invalid, text)
            }
            DataFusionError::External(inner) => match inner.downcast_ref::<Self>() {
                Some(own) => own.clone(),
                None => Self::said(Kind::Internal, &inner.to_string()),
            },
            other => Self::said(Kind::Internal, &other.strip_backtrace()),
        };
        match span {
            Some(span) => converted.placed(Location {
                line: span.start.line,
                column: span.start.column,
            }),
            None => converted,
        }
    }
}

/// Arrow writes and reads what is spilled; that the disk's share is used up is told in words only.
fn spill_error(text: &str) -> SqlError {
    if text.contains("max_temp_directory_size") {
        return SqlError::new(
            Kind::Exhausted,
            "the query needs more room on disk than it may have",
        );
    }
    SqlError::new(Kind::Storage, text)
}

fn schema_error(error: &SchemaError) -> SqlError {
    match error {
        SchemaError::FieldNotFound { field, .. } => {
            let place = field.spans.first().map(|span| Location {
                line: span.start.line,
                column: span.start.column,
            });
            let error = SqlError::new(
                Kind::Unknown,
                format!("Column '{}' cannot be resolved", field.name),
            );
            place.map_or(error.clone(), |place| error.placed(place))
        }
        SchemaError::AmbiguousReference { field } => SqlError::new(
            Kind::Invalid,
            format!("Column '{}' is ambiguous", field.name),
        ),
        other => SqlError::new(Kind::Invalid, other.to_string()),
    }
}
