//! Trino's types, as written in a cast.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::dialect::LakeDialect;
use super::error::SqlError;

/// The mark of columns that hold JSON: the name of Arrow's own extension type.
const EXTENSION: &str = "ARROW:extension:name";
const JSON: &str = "arrow.json";

/// How deep a type may nest.
const MAX_DEPTH: usize = 16;

/// A type of Trino.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `boolean`
    Boolean,
    /// `tinyint`, `smallint`, `integer`, `bigint`: bits
    Integer(u8),
    /// `real`
    Real,
    /// `double`
    Double,
    /// `decimal(p, s)`
    Decimal(u8, i8),
    /// `varchar`
    Varchar,
    /// `varchar(n)`, `char(n)`: at most so many characters
    Short(u64),
    /// `json`
    Json,
    /// `date`
    Date,
    /// `timestamp`
    Timestamp,
    /// `timestamp with time zone`
    TimestampTz,
    /// `array(t)`
    Array(Box<Kind>),
    /// `map(k, v)`
    Map(Box<Kind>, Box<Kind>),
    /// `row(name t, …)`
    Row(Vec<(String, Kind)>),
}

impl Kind {
    /// Reads a type where the parser stands.
    pub fn parse(parser: &mut Parser<'_>) -> Result<Self, ParserError> {
        Self::parse_within(parser, 0)
    }

    fn parse_within(parser: &mut Parser<'_>, depth: usize) -> Result<Self, ParserError> {
        let token = parser.next_token();
        let Token::Word(word) = &token.token else {
            return parser.expected("a type", token);
        };
        if depth > MAX_DEPTH {
            return Err(ParserError::RecursionLimitExceeded);
        }
        let name = word.value.to_ascii_lowercase();
        Ok(match name.as_str() {
            "boolean" => Self::Boolean,
            "tinyint" => Self::Integer(8),
            "smallint" => Self::Integer(16),
            "integer" | "int" => Self::Integer(32),
            "bigint" => Self::Integer(64),
            "real" => Self::Real,
            "double" => {
                if matches!(&parser.peek_token().token, Token::Word(word) if word.value.eq_ignore_ascii_case("precision"))
                {
                    parser.next_token();
                }
                Self::Double
            }
            "decimal" | "numeric" => decimal(&sizes(parser)?),
            "varchar" | "char" | "string" => {
                let size = sizes(parser)?.first().copied();
                size.map_or(Self::Varchar, Self::Short)
            }
            "json" => Self::Json,
            "date" => Self::Date,
            "timestamp" => {
                sizes(parser)?;
                timestamp(parser)?
            }
            "array" => Self::Array(Box::new(only(parser, depth)?)),
            "map" => {
                parser.expect_token(&Token::LParen)?;
                let key = Self::parse_within(parser, depth + 1)?;
                parser.expect_token(&Token::Comma)?;
                let value = Self::parse_within(parser, depth + 1)?;
                parser.expect_token(&Token::RParen)?;
                Self::Map(Box::new(key), Box::new(value))
            }
            "row" => {
                parser.expect_token(&Token::LParen)?;
                let fields = parser.parse_comma_separated(|parser| {
                    let name = parser.parse_identifier()?.value.to_lowercase();
                    Ok((name, Self::parse_within(parser, depth + 1)?))
                })?;
                parser.expect_token(&Token::RParen)?;
                Self::Row(fields)
            }
            _ => return parser.expected("a type", token),
        })
    }

    /// The type in which DataFusion holds it.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::Integer(8) => DataType::Int8,
            Self::Integer(16) => DataType::Int16,
            Self::Integer(32) => DataType::Int32,
            Self::Integer(_) => DataType::Int64,
            Self::Real => DataType::Float32,
            Self::Double => DataType::Float64,
            Self::Decimal(precision, scale) => DataType::Decimal128(*precision, *scale),
            Self::Varchar | Self::Short(_) | Self::Json => DataType::Utf8,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, None),
            Self::TimestampTz => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
            Self::Array(item) => DataType::List(Arc::new(item.field("item"))),
            Self::Map(key, value) => {
                let key = key.field("key").with_nullable(false);
                let entry = DataType::Struct(Fields::from(vec![key, value.field("value")]));
                DataType::Map(Arc::new(Field::new("entries", entry, false)), false)
            }
            Self::Row(fields) => {
                DataType::Struct(fields.iter().map(|(name, kind)| kind.field(name)).collect())
            }
        }
    }

    /// A column of the type; one of JSON says so.
    #[must_use]
    pub fn field(&self, name: &str) -> Field {
        let field = Field::new(name, self.data_type(), true);
        if *self == Self::Json {
            json(field)
        } else {
            field
        }
    }
}

/// A column by its name and its type as Trino writes it.
pub fn field_of(name: &str, kind: &str) -> Result<Field, SqlError> {
    let kind: Kind = kind.parse()?;
    Ok(kind.field(name))
}

/// Marks a column of text as JSON.
#[must_use]
pub fn json(field: Field) -> Field {
    field.with_metadata([(EXTENSION.to_owned(), JSON.to_owned())].into())
}

/// Whether a column is marked as JSON.
#[must_use]
pub fn is_json(field: &Field) -> bool {
    field
        .metadata()
        .get(EXTENSION)
        .is_some_and(|name| name == JSON)
}

fn only(parser: &mut Parser<'_>, depth: usize) -> Result<Kind, ParserError> {
    parser.expect_token(&Token::LParen)?;
    let kind = Kind::parse_within(parser, depth + 1)?;
    parser.expect_token(&Token::RParen)?;
    Ok(kind)
}

fn sizes(parser: &mut Parser<'_>) -> Result<Vec<u64>, ParserError> {
    if !parser.consume_token(&Token::LParen) {
        return Ok(Vec::new());
    }
    let sizes = parser.parse_comma_separated(Parser::parse_literal_uint)?;
    parser.expect_token(&Token::RParen)?;
    Ok(sizes)
}

/// Trino's `decimal` alone is `decimal(38, 0)`.
fn decimal(sizes: &[u64]) -> Kind {
    let precision = sizes.first().map_or(38, |size| (*size).clamp(1, 38));
    let scale = sizes.get(1).map_or(0, |size| (*size).min(precision));
    Kind::Decimal(
        u8::try_from(precision).unwrap_or(38),
        i8::try_from(scale).unwrap_or(0),
    )
}

fn timestamp(parser: &mut Parser<'_>) -> Result<Kind, ParserError> {
    use datafusion::sql::sqlparser::keywords::Keyword::{TIME, WITH, WITHOUT, ZONE};
    if parser.parse_keywords(&[WITH, TIME, ZONE]) {
        return Ok(Kind::TimestampTz);
    }
    let _said = parser.parse_keywords(&[WITHOUT, TIME, ZONE]);
    Ok(Kind::Timestamp)
}

impl FromStr for Kind {
    type Err = ParserError;

    fn from_str(text: &str) -> Result<Self, ParserError> {
        Self::parse(&mut Parser::new(&LakeDialect::default()).try_with_sql(text)?)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("boolean"),
            Self::Integer(8) => f.write_str("tinyint"),
            Self::Integer(16) => f.write_str("smallint"),
            Self::Integer(32) => f.write_str("integer"),
            Self::Integer(_) => f.write_str("bigint"),
            Self::Real => f.write_str("real"),
            Self::Double => f.write_str("double"),
            Self::Decimal(precision, scale) => write!(f, "decimal({precision}, {scale})"),
            Self::Varchar => f.write_str("varchar"),
            Self::Short(size) => write!(f, "varchar({size})"),
            Self::Json => f.write_str("json"),
            Self::Date => f.write_str("date"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::TimestampTz => f.write_str("timestamp with time zone"),
            Self::Array(item) => write!(f, "array({item})"),
            Self::Map(key, value) => write!(f, "map({key}, {value})"),
            Self::Row(fields) => {
                f.write_str("row(")?;
                for (place, (name, kind)) in fields.iter().enumerate() {
                    let comma = if place == 0 { "" } else { ", " };
                    write!(f, "{comma}\"{}\" {kind}", name.replace('"', "\"\""))?;
                }
                f.write_str(")")
            }
        }
    }
}
