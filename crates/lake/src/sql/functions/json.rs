//! JSON, which the lake holds as text. A text that is no JSON has nothing to extract; only `json_parse` complains.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringArray, StringViewArray,
};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ScalarFunctionArgs;
use serde_json::value::RawValue;

use super::Simple;
use super::path::Path;
use super::simple::{Takes, gives_flag, gives_integer, gives_json, gives_text, text_at, texts};
use crate::record::{items_of, object_of, text_of};

pub fn functions() -> Vec<Simple> {
    use Takes::{Any, Integer, Text};
    vec![
        Simple::new("json_extract", &[Text, Text], gives_json, |columns, _| {
            extract(columns, |value| Some(value.get().to_owned()))
        }),
        Simple::new(
            "json_extract_scalar",
            &[Text, Text],
            gives_text,
            |columns, _| extract(columns, scalar),
        ),
        Simple::new("json_parse", &[Text], gives_json, json_parse),
        Simple::new("json_format", &[Text], gives_text, |columns, _| {
            each(&columns[0], |value| Some(value.get().to_owned())).map(strings)
        }),
        Simple::new(
            "json_array_get",
            &[Text, Integer],
            gives_json,
            json_array_get,
        ),
        Simple::new("json_array_length", &[Text], gives_integer, |columns, _| {
            each(&columns[0], |value| Some(length(items_of(value)?.len()))).map(integers)
        }),
        Simple::new(
            "json_array_contains",
            &[Text, Any],
            gives_flag,
            json_array_contains,
        ),
        Simple::new("json_size", &[Text, Text], gives_integer, |columns, _| {
            extract_with(columns, size).map(integers)
        }),
        Simple::new("is_json_scalar", &[Text], gives_flag, |columns, _| {
            let flags = each(&columns[0], |value| {
                Some(!value.get().starts_with(['{', '[']))
            })?;
            Ok(Arc::new(BooleanArray::from(flags)))
        }),
    ]
}

/// A document, read no deeper than to see that it is one.
pub fn document(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

/// A value that is neither an object nor an array, as text.
pub fn scalar(value: &RawValue) -> Option<String> {
    if value.get().starts_with(['{', '[']) {
        return None;
    }
    text_of(value).map(|text| text.into_owned())
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn size(value: &RawValue) -> Option<i64> {
    let count = match value.get().as_bytes().first() {
        Some(b'{') => object_of(value)?.into_members().len(),
        Some(b'[') => items_of(value)?.len(),
        _ => 0,
    };
    Some(length(count))
}

fn each<T>(column: &ArrayRef, look: impl Fn(&RawValue) -> Option<T>) -> Result<Vec<Option<T>>> {
    Ok(texts(column)?
        .iter()
        .map(|text| text.and_then(document).and_then(&look))
        .collect())
}

fn extract(columns: &[ArrayRef], look: impl Fn(&RawValue) -> Option<String>) -> Result<ArrayRef> {
    extract_with(columns, look).map(strings)
}

/// Most often the path is the same in all rows: it is read again only when it changes.
fn extract_with<T>(
    columns: &[ArrayRef],
    look: impl Fn(&RawValue) -> Option<T>,
) -> Result<Vec<Option<T>>> {
    let (documents, paths) = (texts(&columns[0])?, texts(&columns[1])?);
    let mut last: Option<(&str, Path)> = None;
    let mut found = Vec::with_capacity(documents.len());
    for row in 0..documents.len() {
        let Some(text) = text_at(paths, row) else {
            found.push(None);
            continue;
        };
        let path = match last.take().filter(|(known, _)| *known == text) {
            Some((_, path)) => path,
            None => match Path::parse(text) {
                Some(path) => path,
                None => return exec_err!("Invalid JSON path: '{text}'"),
            },
        };
        let value = text_at(documents, row).and_then(document);
        found.push(value.and_then(|value| path.find(value)).and_then(&look));
        last = Some((text, path));
    }
    Ok(found)
}

fn json_parse(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let parsed = texts(&columns[0])?.iter().map(|text| {
        let Some(text) = text else { return Ok(None) };
        match document(text) {
            Some(value) => Ok(Some(value.get().to_owned())),
            None => exec_err!(
                "Cannot convert value to JSON: '{}'",
                text.chars().take(40).collect::<String>()
            ),
        }
    });
    Ok(strings(parsed.collect::<Result<Vec<_>>>()?))
}

/// A negative place counts from the end.
fn json_array_get(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let (arrays, places) = (texts(&columns[0])?, columns[1].as_primitive::<Int64Type>());
    let found = (0..arrays.len()).map(|row| {
        let items = items_of(document(text_at(arrays, row)?)?)?;
        let place = places.is_valid(row).then(|| places.value(row))?;
        let place = if place < 0 {
            place.checked_add(length(items.len()))?
        } else {
            place
        };
        items
            .get(usize::try_from(place).ok()?)
            .map(|value| value.get().to_owned())
    });
    Ok(strings(found.collect()))
}

/// Compares as the value's type does: text with strings, numbers with numbers, flags with flags.
fn json_array_contains(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let arrays = texts(&columns[0])?;
    let wanted = Wanted::new(&columns[1])?;
    let found = (0..arrays.len()).map(|row| {
        let items = items_of(document(text_at(arrays, row)?)?)?;
        let is_there = items.into_iter().any(|item| wanted.is(row, item));
        wanted.is_known(row).then_some(is_there)
    });
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

enum Wanted {
    Text(StringViewArray),
    Number(arrow::array::Float64Array),
    Flag(BooleanArray),
}

impl Wanted {
    fn new(column: &ArrayRef) -> Result<Self> {
        use arrow::compute::cast;
        Ok(match column.data_type() {
            DataType::Boolean => Self::Flag(column.as_boolean().clone()),
            kind if kind.is_numeric() => Self::Number(
                cast(column, &DataType::Float64)?
                    .as_primitive::<Float64Type>()
                    .clone(),
            ),
            _ => Self::Text(cast(column, &DataType::Utf8View)?.as_string_view().clone()),
        })
    }

    fn is_known(&self, row: usize) -> bool {
        match self {
            Self::Text(texts) => texts.is_valid(row),
            Self::Number(numbers) => numbers.is_valid(row),
            Self::Flag(flags) => flags.is_valid(row),
        }
    }

    fn is(&self, row: usize, item: &RawValue) -> bool {
        if !self.is_known(row) {
            return false;
        }
        match self {
            Self::Text(texts) => {
                item.get().starts_with('"')
                    && text_of(item).is_some_and(|text| text == texts.value(row))
            }
            Self::Number(numbers) => item
                .get()
                .parse::<f64>()
                .is_ok_and(|number| number.total_cmp(&numbers.value(row)).is_eq()),
            Self::Flag(flags) => item.get() == if flags.value(row) { "true" } else { "false" },
        }
    }
}

fn strings(values: Vec<Option<String>>) -> ArrayRef {
    Arc::new(StringArray::from(values))
}

fn integers(values: Vec<Option<i64>>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}
