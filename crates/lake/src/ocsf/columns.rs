//! The columns of events.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use atrium_ocsf::{Attribute, Class, Kind};

use crate::record::{Column, Object};

/// The columns of a table that holds events of these classes.
#[must_use]
pub fn schema(classes: &[Class]) -> SchemaRef {
    Arc::new(Schema::new(fields(&Class::attributes_of(classes))))
}

/// Rows from events, each the JSON that stands for it elsewhere: a table and its JSON lines can't differ.
pub fn batch<'a>(
    schema: &SchemaRef,
    events: impl Iterator<Item = &'a str>,
) -> Result<RecordBatch, ArrowError> {
    let fields = schema.fields();
    let mut columns: Vec<Column> = fields
        .iter()
        .map(|field| Column::new(field.data_type()))
        .collect();
    for text in events {
        let event: Object<'_> =
            serde_json::from_str(text).map_err(|error| ArrowError::JsonError(error.to_string()))?;
        for (field, column) in fields.iter().zip(&mut columns) {
            column.push(event.get_exactly(field.name()));
        }
    }
    let arrays = fields
        .iter()
        .zip(columns)
        .map(|(field, column)| column.finish(field.data_type()));
    RecordBatch::try_new(Arc::clone(schema), arrays.collect::<Result<_, _>>()?)
}

fn fields(attributes: &[Attribute]) -> Fields {
    let field = |attribute: &Attribute| {
        // An attribute that a record didn't fill is NULL; which ones are always there, the schema of OCSF says.
        Field::new(attribute.name, data_type(attribute.kind), true)
    };
    attributes.iter().map(field).collect()
}

// The names inside lists and maps are the Parquet format's own, which all readers know.
fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Flag => DataType::Boolean,
        Kind::Integer => DataType::Int32,
        Kind::Long => DataType::Int64,
        Kind::Time => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        Kind::Object(attributes) => DataType::Struct(fields(attributes)),
        Kind::List(item) => DataType::List(Arc::new(Field::new("element", data_type(*item), true))),
        Kind::Map => {
            let entry = Fields::from(vec![
                Field::new("key", DataType::Utf8, false),
                Field::new("value", DataType::Utf8, true),
            ]);
            let entries = Field::new("key_value", DataType::Struct(entry), false);
            DataType::Map(Arc::new(entries), false)
        }
    }
}
