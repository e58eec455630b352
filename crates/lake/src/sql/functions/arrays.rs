//! What is in arrays. A NULL among the items may be anything, so that an answer that depends on it is NULL, as in Trino; DataFusion
//! passes over it.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DynComparator, Int64Array, ListArray, StringArray,
    UInt32Array, make_comparator, new_null_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{SortOptions, cast, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::ScalarFunctionArgs;
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;

use super::Simple;
use super::simple::{Takes, gives_flag, gives_integer, gives_text, text_at, texts};

pub fn functions() -> Vec<Simple> {
    use Takes::{Any, Text};
    const TEXTS: &[Takes] = &[Any; 64];
    vec![
        Simple::new("contains", &[Any, Any], gives_flag, contains),
        Simple::new("array_position", &[Any, Any], gives_integer, array_position),
        Simple::new("arrays_overlap", &[Any, Any], gives_flag, arrays_overlap),
        Simple::new("array_max", &[Any], gives_item, |columns, args| {
            extreme(&columns[0], args, Ordering::Greater)
        }),
        Simple::new("array_min", &[Any], gives_item, |columns, args| {
            extreme(&columns[0], args, Ordering::Less)
        }),
        Simple::new("reverse", &[Any], gives_same, reverse),
        Simple::new("split", &[Text, Text, Takes::Integer], gives_texts, split).with_optional(1),
        Simple::new("concat_ws", TEXTS, gives_text, concat_ws).with_optional(62),
    ]
}

fn gives_item(fields: &[FieldRef]) -> Result<Field> {
    match fields[0].data_type() {
        DataType::List(item) => Ok(item.as_ref().clone()),
        DataType::Null => Ok(Field::new("", DataType::Null, true)),
        other => plan_err!("the function takes an array, not {other}"),
    }
}

fn gives_same(fields: &[FieldRef]) -> Result<Field> {
    match fields[0].data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => gives_text(fields),
        kind @ (DataType::List(_) | DataType::Null) => Ok(Field::new("", kind.clone(), true)),
        other => plan_err!("reverse takes a text or an array, not {other}"),
    }
}

/// Answers an array of text.
#[expect(clippy::unnecessary_wraps, reason = "one of the shapes of `gives`")]
pub fn gives_texts(_: &[FieldRef]) -> Result<Field> {
    let item = Field::new("item", DataType::Utf8, true);
    Ok(Field::new("", DataType::List(Arc::new(item)), true))
}

/// Arrays of text, one a row.
pub fn lists_of_texts(rows: &[Option<Vec<Option<&str>>>]) -> Result<ArrayRef> {
    let items: StringArray = rows.iter().flatten().flatten().copied().collect();
    let offsets =
        OffsetBuffer::from_lengths(rows.iter().map(|row| row.as_ref().map_or(0, Vec::len)));
    let valid = rows.iter().map(Option::is_some).collect();
    let item = Arc::new(Field::new("item", DataType::Utf8, true));
    Ok(Arc::new(ListArray::try_new(
        item,
        offsets,
        Arc::new(items),
        Some(valid),
    )?))
}

/// An array of a row: which of all items are its own.
fn row_of(lists: &ListArray, row: usize) -> Range<usize> {
    let offsets = lists.value_offsets();
    let at = |offset: i32| usize::try_from(offset).unwrap_or(0);
    at(offsets[row])..at(offsets[row + 1])
}

fn list(column: &ArrayRef) -> Result<&ListArray> {
    match column.as_list_opt::<i32>() {
        Some(lists) => Ok(lists),
        None => exec_err!("expected an array, not {}", column.data_type()),
    }
}

/// Two columns of values, as one type, and how they compare.
fn compared(left: &ArrayRef, right: &ArrayRef) -> Result<(ArrayRef, ArrayRef, DynComparator)> {
    let (a, b) = (left.data_type(), right.data_type());
    let Some(common) = comparison_coercion(a, b) else {
        return exec_err!("{a} can't be compared with {b}");
    };
    let (left, right) = (cast(left, &common)?, cast(right, &common)?);
    let compare = make_comparator(&left, &right, SortOptions::default())?;
    Ok((left, right, compare))
}

fn contains(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    if columns[0].data_type().is_null() {
        return Ok(Arc::new(BooleanArray::new_null(args.number_rows)));
    }
    let lists = list(&columns[0])?;
    let (items, values, compare) = compared(lists.values(), &columns[1])?;
    let found = (0..lists.len()).map(|row| {
        if lists.is_null(row) || values.is_null(row) {
            return None;
        }
        let mut unknown = false;
        for at in row_of(lists, row) {
            if items.is_null(at) {
                unknown = true;
            } else if compare(at, row) == Ordering::Equal {
                return Some(true);
            }
        }
        (!unknown).then_some(false)
    });
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

/// Where a value is first, from 1; 0 if it isn't there.
fn array_position(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    if columns[0].data_type().is_null() {
        return Ok(Arc::new(Int64Array::new_null(args.number_rows)));
    }
    let lists = list(&columns[0])?;
    let (items, values, compare) = compared(lists.values(), &columns[1])?;
    let places = (0..lists.len()).map(|row| {
        if lists.is_null(row) || values.is_null(row) {
            return None;
        }
        let found = row_of(lists, row)
            .position(|at| items.is_valid(at) && compare(at, row) == Ordering::Equal);
        Some(found.map_or(0, |place| {
            i64::try_from(place).map_or(i64::MAX, |place| place + 1)
        }))
    });
    Ok(Arc::new(places.collect::<Int64Array>()))
}

fn arrays_overlap(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    if columns.iter().any(|column| column.data_type().is_null()) {
        return Ok(Arc::new(BooleanArray::new_null(args.number_rows)));
    }
    let (left, right) = (list(&columns[0])?, list(&columns[1])?);
    let (ours, theirs, compare) = compared(left.values(), right.values())?;
    let found = (0..left.len()).map(|row| {
        if left.is_null(row) || right.is_null(row) {
            return None;
        }
        let (a, b) = (row_of(left, row), row_of(right, row));
        let known = |at: &usize| ours.is_valid(*at);
        if a.clone().filter(known).any(|at| {
            b.clone()
                .any(|other| theirs.is_valid(other) && compare(at, other) == Ordering::Equal)
        }) {
            return Some(true);
        }
        // Nothing is in an array without items.
        let unknown = !a.is_empty()
            && !b.is_empty()
            && (a.clone().any(|at| ours.is_null(at)) || b.clone().any(|at| theirs.is_null(at)));
        (!unknown).then_some(false)
    });
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

/// The largest or the smallest item; NULL if one is NULL or there is none.
fn extreme(column: &ArrayRef, args: &ScalarFunctionArgs, wanted: Ordering) -> Result<ArrayRef> {
    if column.data_type().is_null() {
        return Ok(new_null_array(&DataType::Null, args.number_rows));
    }
    let lists = list(column)?;
    let items = lists.values();
    let compare = make_comparator(items, items, SortOptions::default())?;
    let found = (0..lists.len()).map(|row| {
        let all = row_of(lists, row);
        if lists.is_null(row) || all.clone().any(|at| items.is_null(at)) {
            return None;
        }
        let best = all.reduce(|best, at| {
            if compare(at, best) == wanted {
                at
            } else {
                best
            }
        });
        best.and_then(|at| u32::try_from(at).ok())
    });
    Ok(take(items, &found.collect::<UInt32Array>(), None)?)
}

fn reverse(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let column = &columns[0];
    if column.data_type().is_null() {
        return Ok(Arc::clone(column));
    }
    let DataType::List(item) = column.data_type() else {
        let values = cast(column, &DataType::Utf8View)?;
        let reversed = texts(&values)?
            .iter()
            .map(|text| text.map(|text| text.chars().rev().collect::<String>()));
        return Ok(Arc::new(reversed.collect::<StringArray>()));
    };
    let lists = list(column)?;
    let places = (0..lists.len()).flat_map(|row| row_of(lists, row).rev());
    let places: UInt32Array = places.map(|at| u32::try_from(at).ok()).collect();
    let lengths = (0..lists.len()).map(|row| row_of(lists, row).len());
    Ok(Arc::new(ListArray::try_new(
        Arc::clone(item),
        OffsetBuffer::from_lengths(lengths),
        take(lists.values(), &places, None)?,
        lists.nulls().cloned(),
    )?))
}

/// A text's fields. With a limit the last one is all that is left.
fn split(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    use arrow::datatypes::Int64Type;
    let (values, delimiters) = (texts(&columns[0])?, texts(&columns[1])?);
    let limits = columns
        .get(2)
        .map(|column| column.as_primitive::<Int64Type>());
    let mut rows: Vec<Option<Vec<Option<&str>>>> = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        let limit = limits.map_or(Some(i64::MAX), |limits| {
            limits.is_valid(row).then(|| limits.value(row))
        });
        let (Some(value), Some(delimiter), Some(limit)) =
            (text_at(values, row), text_at(delimiters, row), limit)
        else {
            rows.push(None);
            continue;
        };
        if delimiter.is_empty() {
            return exec_err!("The delimiter may not be the empty string");
        }
        let Some(limit) = usize::try_from(limit).ok().filter(|limit| *limit > 0) else {
            return exec_err!("Limit must be positive");
        };
        rows.push(Some(value.splitn(limit, delimiter).map(Some).collect()));
    }
    lists_of_texts(&rows)
}

/// Texts, or those of an array, with another between each two; what is NULL is left out.
fn concat_ws(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let between = cast(&columns[0], &DataType::Utf8View)?;
    let between = texts(&between)?;
    let [_, rest @ ..] = columns else {
        return exec_err!("concat_ws takes what it joins");
    };
    let parts = rest.iter().map(|column| match column.data_type() {
        DataType::List(_) => {
            let lists = list(column)?;
            Ok((Some(lists), cast(lists.values(), &DataType::Utf8View)?))
        }
        _ => Ok((None, cast(column, &DataType::Utf8View)?)),
    });
    let parts = parts.collect::<Result<Vec<_>>>()?;
    let joined = (0..args.number_rows).map(|row| {
        let Some(between) = text_at(between, row) else {
            return Ok(None);
        };
        let mut found = Vec::new();
        for (lists, items) in &parts {
            let items = texts(items)?;
            match lists {
                Some(lists) if lists.is_valid(row) => {
                    found.extend(row_of(lists, row).filter_map(|at| text_at(items, at)));
                }
                Some(_) => {}
                None => found.extend(text_at(items, row)),
            }
        }
        Ok(Some(found.join(between)))
    });
    Ok(Arc::new(joined.collect::<Result<StringArray>>()?))
}
