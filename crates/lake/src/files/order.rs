//! The order of a file's rows: like beside like, as that is what compresses. A caller does much the same again and again.
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

/// By what the rows of a slice are sorted, after who made the call: the last two, so that the same records always make the same file.
const THEN: [&str; 4] = ["eventsource", "eventname", TIME, ID];

/// Who made a call: a column and its field.
const WHO: (&str, &str) = ("useridentity", "arn");

/// Milliseconds of a slice, of which each of so many rows' row groups has about one.
fn slice(rows: usize, group: usize) -> i64 {
    let slices = rows.div_ceil(group.max(1)).max(1);
    DAY / i64::try_from(slices).unwrap_or(DAY).min(DAY)
}

/// The order as DataFusion takes it.
pub fn order(rows: usize, group: usize) -> Vec<SortExpr> {
    let slice = cast(col(TIME), DataType::Int64) / lit(slice(rows, group));
    let who = get_field(col(WHO.0), WHO.1);
    let keys = [slice, who].into_iter().chain(THEN.map(col));
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
    let then = THEN
        .into_iter()
        .map(|name| rows.column_by_name(name).cloned());
    let keys = [slices, who].into_iter().chain(then).flatten();
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
