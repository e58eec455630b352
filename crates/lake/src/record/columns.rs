//! Columns that grow row by row, as the schema tells: no field is named twice.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Int32Builder, Int64Builder, ListArray, MapArray, NullBufferBuilder,
    RecordBatch, StringBuilder, StructArray, TimestampMillisecondBuilder,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, FieldRef, Fields};
use arrow::error::ArrowError;
use serde_json::value::RawValue;

use super::json::{items_of, object_of, text_of};
use super::{Record, time_of};
use crate::schema::{JSON, schema};

/// Rows on their way into a file.
#[derive(Debug)]
pub struct Rows {
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

impl Default for Rows {
    fn default() -> Self {
        let columns = schema()
            .fields()
            .iter()
            .map(|field| Column::new(field.data_type()))
            .collect();
        Self {
            columns,
            rows: 0,
            bytes: 0,
        }
    }
}

impl Rows {
    /// Adds a record.
    pub fn push(&mut self, record: &Record<'_>) {
        for (field, column) in schema().fields().iter().zip(&mut self.columns) {
            if field.name() == JSON {
                column.push_text(record.text);
            } else {
                column.push(record.fields.get(field.name()));
            }
        }
        self.rows += 1;
        self.bytes += record.text.len();
    }

    /// How many records there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How many bytes the records had as JSON. A column never holds more, so below 2 GiB no offset overflows.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Ends the rows.
    pub fn finish(self) -> Result<RecordBatch, ArrowError> {
        let fields = schema();
        let arrays = fields
            .fields()
            .iter()
            .zip(self.columns)
            .map(|(field, column)| column.finish(field.data_type()));
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        RecordBatch::try_new(fields, arrays)
    }
}

/// A column of any kind that records and events have.
#[derive(Debug)]
pub(crate) enum Column {
    Text(StringBuilder),
    Flag(BooleanBuilder),
    Integer(Int32Builder),
    Long(Int64Builder),
    Time(TimestampMillisecondBuilder),
    Structure {
        names: Fields,
        columns: Vec<Column>,
        valid: NullBufferBuilder,
    },
    List {
        items: Box<Column>,
        lengths: Vec<usize>,
        valid: NullBufferBuilder,
    },
    Map {
        keys: StringBuilder,
        values: StringBuilder,
        lengths: Vec<usize>,
        valid: NullBufferBuilder,
    },
}

impl Column {
    pub(crate) fn new(kind: &DataType) -> Self {
        let valid = NullBufferBuilder::new(0);
        match kind {
            DataType::Boolean => Self::Flag(BooleanBuilder::with_capacity(0)),
            DataType::Int32 => Self::Integer(Int32Builder::with_capacity(0)),
            DataType::Int64 => Self::Long(Int64Builder::with_capacity(0)),
            DataType::Timestamp(..) => Self::Time(TimestampMillisecondBuilder::with_capacity(0)),
            DataType::Struct(fields) => {
                let columns = fields
                    .iter()
                    .map(|field| Self::new(field.data_type()))
                    .collect();
                Self::Structure {
                    names: fields.clone(),
                    columns,
                    valid,
                }
            }
            DataType::List(item) => Self::List {
                items: Box::new(Self::new(item.data_type())),
                lengths: Vec::new(),
                valid,
            },
            DataType::Map(..) => Self::Map {
                keys: texts(),
                values: texts(),
                lengths: Vec::new(),
                valid,
            },
            _ => Self::Text(texts()),
        }
    }

    fn push_text(&mut self, text: &str) {
        if let Self::Text(texts) = self {
            texts.append_value(text);
        }
    }

    /// Adds a value; one of another kind than the column's counts as missing, and still stands in `eventjson`.
    pub(crate) fn push(&mut self, value: Option<&RawValue>) {
        match self {
            Self::Text(texts) => texts.append_option(value.and_then(text_of)),
            Self::Flag(flags) => flags.append_option(value.and_then(flag_of)),
            Self::Integer(numbers) => {
                numbers.append_option(value.and_then(|value| value.get().parse().ok()));
            }
            Self::Long(numbers) => {
                numbers.append_option(value.and_then(|value| value.get().parse().ok()));
            }
            Self::Time(times) => {
                let time = value.and_then(text_of).and_then(|text| time_of(&text));
                times.append_option(time.map(|time| time.as_millisecond()));
            }
            Self::Structure {
                names,
                columns,
                valid,
            } => {
                let object = value.and_then(object_of);
                valid.append(object.is_some());
                for (name, column) in names.iter().zip(columns) {
                    column.push(object.as_ref().and_then(|object| object.get(name.name())));
                }
            }
            Self::List {
                items,
                lengths,
                valid,
            } => {
                let values = value.and_then(items_of);
                valid.append(values.is_some());
                let values = values.unwrap_or_default();
                lengths.push(values.len());
                values.into_iter().for_each(|value| items.push(Some(value)));
            }
            Self::Map {
                keys,
                values,
                lengths,
                valid,
            } => {
                let object = value.and_then(object_of);
                valid.append(object.is_some());
                let members = object
                    .map(|object| object.into_members())
                    .unwrap_or_default();
                lengths.push(members.len());
                for (key, value) in members {
                    keys.append_value(key);
                    values.append_option(text_of(value));
                }
            }
        }
    }

    pub(crate) fn finish(self, kind: &DataType) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Text(mut texts) => Arc::new(texts.finish()),
            Self::Flag(mut flags) => Arc::new(flags.finish()),
            Self::Integer(mut numbers) => Arc::new(numbers.finish()),
            Self::Long(mut numbers) => Arc::new(numbers.finish()),
            Self::Time(mut times) => {
                let zone = match kind {
                    DataType::Timestamp(_, zone) => zone.clone(),
                    _ => None,
                };
                Arc::new(times.finish().with_timezone_opt(zone))
            }
            Self::Structure {
                names,
                columns,
                mut valid,
            } => {
                let arrays = names
                    .iter()
                    .zip(columns)
                    .map(|(name, column)| column.finish(name.data_type()));
                Arc::new(StructArray::try_new(
                    names.clone(),
                    arrays.collect::<Result<_, _>>()?,
                    valid.finish(),
                )?)
            }
            Self::List {
                items,
                lengths,
                mut valid,
            } => {
                let item = inner(kind)?;
                let items = items.finish(item.data_type())?;
                Arc::new(ListArray::try_new(
                    item,
                    OffsetBuffer::from_lengths(lengths),
                    items,
                    valid.finish(),
                )?)
            }
            Self::Map {
                mut keys,
                mut values,
                lengths,
                mut valid,
            } => {
                let entries = inner(kind)?;
                let DataType::Struct(fields) = entries.data_type() else {
                    return Err(ArrowError::SchemaError(
                        "a map's entries are no structure".to_owned(),
                    ));
                };
                let columns: Vec<ArrayRef> =
                    vec![Arc::new(keys.finish()), Arc::new(values.finish())];
                let pairs = StructArray::try_new(fields.clone(), columns, None)?;
                let offsets = OffsetBuffer::from_lengths(lengths);
                Arc::new(MapArray::try_new(
                    entries,
                    offsets,
                    pairs,
                    valid.finish(),
                    false,
                )?)
            }
        })
    }
}

/// Room is made when it is needed: most columns of most days hold little.
fn texts() -> StringBuilder {
    StringBuilder::with_capacity(0, 0)
}

fn inner(kind: &DataType) -> Result<FieldRef, ArrowError> {
    match kind {
        DataType::List(field) | DataType::Map(field, _) => Ok(Arc::clone(field)),
        other => Err(ArrowError::SchemaError(format!("{other} holds no others"))),
    }
}

/// A boolean; some services write it as text.
fn flag_of(value: &RawValue) -> Option<bool> {
    match value.get() {
        "true" | "\"true\"" => Some(true),
        "false" | "\"false\"" => Some(false),
        _ => None,
    }
}
