//! The order of a file's rows: like beside like. What is asked most is who made certain calls, so calls of a kind stand together, and
//! whoever looks for them passes the pages of others over; within a kind a caller's calls do, as that is what compresses.
//!
//! A file of many rows has slices of the day one after the other, so that each of its row groups still spans little time.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::compute::{SortColumn, SortOptions, lexsort_to_indices, max, min, take_record_batch};
use arrow::datatypes::{DataType, TimestampMillisecondType};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::SortExpr;
use datafusion::prelude::{cast, col, lit};
use jiff::Timestamp;

use super::FileError;
use crate::schema::{ID, TIME};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// By what the rows of a slice are sorted first.
const WHAT: [&str; 2] = ["eventsource", "eventname"];

/// Who made a call: a column and its field.
const WHO: (&str, &str) = ("useridentity", "arn");

/// By what rows that are alike are sorted, so that the same records always make the same file.
const LAST: [&str; 2] = [TIME, ID];

/// Milliseconds of a slice, of which each of so many rows' row groups has about one.
fn slice(rows: usize, group: usize) -> i64 {
    let slices = rows.div_ceil(group.max(1)).max(1);
    DAY / i64::try_from(slices).unwrap_or(DAY).min(DAY)
}

/// The order as DataFusion takes it.
pub fn order(rows: usize, group: usize) -> Vec<SortExpr> {
    let slice = cast(col(TIME), DataType::Int64) / lit(slice(rows, group));
    let who = get_field(col(WHO.0), WHO.1);
    let keys = [slice].into_iter().chain(WHAT.map(col));
    let keys = keys.chain([who]).chain(LAST.map(col));
    keys.map(|key| key.sort(true, false)).collect()
}

/// Rows in this order.
pub fn sorted(rows: &RecordBatch, group: usize) -> Result<RecordBatch, FileError> {
    let slice = slice(rows.num_rows(), group);
    let slices = times(rows).map(|times| {
        let slices: Int64Array = times.iter().map(|time| Some(time? / slice)).collect();
        Arc::new(slices) as ArrayRef
    });
    let who = rows.column_by_name(WHO.0).and_then(|column| {
        let fields = column.as_struct_opt()?;
        fields.column_by_name(WHO.1).cloned()
    });
    let column = |name| rows.column_by_name(name).cloned();
    let keys = [slices].into_iter().chain(WHAT.map(column));
    let keys = keys.chain([who]).chain(LAST.map(column)).flatten();
    let by: Vec<SortColumn> = keys
        .map(|values| SortColumn {
            values,
            options: Some(SortOptions::new(false, false)),
        })
        .collect();
    Ok(take_record_batch(rows, &lexsort_to_indices(&by, None)?)?)
}

/// The times of the first and the last event of rows.
pub fn span(rows: &RecordBatch) -> Option<(Timestamp, Timestamp)> {
    let times = times(rows)?;
    let at = |time| Timestamp::from_millisecond(time).ok();
    Some((at(min(times)?)?, at(max(times)?)?))
}

fn times(rows: &RecordBatch) -> Option<&arrow::array::TimestampMillisecondArray> {
    rows.column_by_name(TIME)?
        .as_primitive_opt::<TimestampMillisecondType>()
}
