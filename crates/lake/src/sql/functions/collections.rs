//! Arrays and maps.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, Int64Builder, ListArray, ListBuilder, MapArray,
    NullBufferBuilder, UInt32Array, make_comparator, new_null_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{SortOptions, cast, take};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::ScalarFunctionArgs;

use super::Simple;
use super::simple::{Takes, gives_integer};

pub fn functions() -> Vec<Simple> {
    vec![
        Simple::new(
            "element_at",
            &[Takes::Any, Takes::Any],
            gives_element,
            element_at,
        ),
        Simple::new("cardinality", &[Takes::Any], gives_integer, cardinality),
        Simple::new(
            "slice",
            &[Takes::Any, Takes::Integer, Takes::Integer],
            gives_slice,
            slice,
        ),
    ]
}

/// The numbers of what UNNEST makes of arrays: from 1 to the longest's length.
pub fn ordinals() -> Simple {
    const ANY: &[Takes] = &[Takes::Any; 16];
    let gives = |_: &[FieldRef]| {
        Ok(Field::new_list(
            "",
            Field::new("item", DataType::Int64, true),
            true,
        ))
    };
    Simple::new("unnest ordinality", ANY, gives, |columns, args| {
        let mut numbers = ListBuilder::new(Int64Builder::new());
        let lengths = columns.iter().map(lengths).collect::<Result<Vec<_>>>()?;
        for row in 0..args.number_rows {
            let longest = lengths
                .iter()
                .map(|lengths| lengths.value(row))
                .max()
                .unwrap_or(0);
            numbers.append_value((1..=longest).map(Some));
        }
        Ok(Arc::new(numbers.finish()))
    })
    .with_optional(15)
}

fn gives_element(fields: &[FieldRef]) -> Result<Field> {
    let field = match fields[0].data_type() {
        DataType::List(item) => item.as_ref().clone(),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => pair[1].as_ref().clone(),
            _ => return plan_err!("a map without values"),
        },
        DataType::Null => Field::new("", DataType::Null, true),
        other => return plan_err!("element_at takes an array or a map, not {other}"),
    };
    Ok(field)
}

/// An item by its place from 1, or from the end if it is negative; a value by its key. What isn't there is NULL.
fn element_at(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    match columns[0].data_type() {
        DataType::List(_) => item_at(columns[0].as_list::<i32>(), &columns[1]),
        DataType::Map(..) => value_at(columns[0].as_map(), &columns[1]),
        DataType::Null => Ok(new_null_array(&DataType::Null, args.number_rows)),
        other => exec_err!("element_at takes an array or a map, not {other}"),
    }
}

fn item_at(lists: &ListArray, places: &ArrayRef) -> Result<ArrayRef> {
    let places = cast(places, &DataType::Int64)?;
    let places = places.as_primitive::<Int64Type>();
    let mut found = Vec::with_capacity(lists.len());
    for row in 0..lists.len() {
        if lists.is_null(row) || places.is_null(row) {
            found.push(None);
            continue;
        }
        let offsets = lists.value_offsets();
        let (begin, end) = (i64::from(offsets[row]), i64::from(offsets[row + 1]));
        let at = match places.value(row) {
            0 => return exec_err!("SQL array indices start at 1"),
            place if place > 0 => begin.saturating_add(place - 1),
            place => end.saturating_add(place),
        };
        found.push(
            (begin..end)
                .contains(&at)
                .then(|| u32::try_from(at).unwrap_or(u32::MAX)),
        );
    }
    Ok(take(lists.values(), &UInt32Array::from(found), None)?)
}

fn value_at(maps: &MapArray, keys: &ArrayRef) -> Result<ArrayRef> {
    let keys = cast(keys, maps.keys().data_type())?;
    let compare = make_comparator(maps.keys(), &keys, SortOptions::default())?;
    let offsets = maps.value_offsets();
    let found = (0..maps.len()).map(|row| {
        if maps.is_null(row) || keys.is_null(row) {
            return None;
        }
        let (begin, end) = (
            usize::try_from(offsets[row]).ok()?,
            usize::try_from(offsets[row + 1]).ok()?,
        );
        let at = (begin..end).find(|at| compare(*at, row) == Ordering::Equal)?;
        u32::try_from(at).ok()
    });
    Ok(take(maps.values(), &found.collect::<UInt32Array>(), None)?)
}

fn cardinality(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    Ok(Arc::new(lengths(&columns[0])?))
}

fn lengths(column: &ArrayRef) -> Result<Int64Array> {
    let offsets = match column.data_type() {
        DataType::List(_) => column.as_list::<i32>().value_offsets(),
        DataType::Map(..) => column.as_map().value_offsets(),
        DataType::Null => return Ok(Int64Array::new_null(column.len())),
        other => return exec_err!("cardinality takes an array or a map, not {other}"),
    };
    let counted = offsets.windows(2).enumerate();
    Ok(counted
        .map(|(row, pair)| column.is_valid(row).then(|| i64::from(pair[1] - pair[0])))
        .collect())
}

fn gives_slice(fields: &[FieldRef]) -> Result<Field> {
    match fields[0].data_type() {
        kind @ (DataType::List(_) | DataType::Null) => Ok(Field::new("", kind.clone(), true)),
        other => plan_err!("slice takes an array, not {other}"),
    }
}

/// Some items of an array: from a place on, which counts from the end if it is negative, so many.
fn slice(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let DataType::List(item) = columns[0].data_type() else {
        return Ok(new_null_array(&DataType::Null, args.number_rows));
    };
    let lists = columns[0].as_list::<i32>();
    let starts = columns[1].as_primitive::<Int64Type>();
    let lengths = columns[2].as_primitive::<Int64Type>();
    let (mut taken, mut sizes) = (Vec::new(), Vec::with_capacity(lists.len()));
    let mut valid = NullBufferBuilder::new(lists.len());
    for row in 0..lists.len() {
        let there = lists.is_valid(row) && starts.is_valid(row) && lengths.is_valid(row);
        let offsets = lists.value_offsets();
        let part = if there {
            let (begin, end) = (i64::from(offsets[row]), i64::from(offsets[row + 1]));
            part(begin..end, starts.value(row), lengths.value(row))?
        } else {
            0..0
        };
        valid.append(there);
        let before = taken.len();
        taken.extend(part.filter_map(|at| u32::try_from(at).ok()));
        sizes.push(taken.len() - before);
    }
    let items = take(lists.values(), &UInt32Array::from(taken), None)?;
    let offsets = OffsetBuffer::from_lengths(sizes);
    Ok(Arc::new(ListArray::try_new(
        Arc::clone(item),
        offsets,
        items,
        valid.finish(),
    )?))
}

/// The places among `all` of so many items from a start on; none if it begins outside.
fn part(all: Range<i64>, start: i64, length: i64) -> Result<Range<i64>> {
    if all.is_empty() {
        return Ok(all);
    }
    if start == 0 {
        return exec_err!("SQL array indices start at 1");
    }
    if length < 0 {
        return exec_err!("length must be greater than or equal to 0");
    }
    let begin = if start > 0 {
        all.start.saturating_add(start - 1)
    } else {
        all.end.saturating_add(start)
    };
    if !all.contains(&begin) {
        return Ok(0..0);
    }
    Ok(begin..begin.saturating_add(length).min(all.end))
}
