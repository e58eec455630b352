//! How long an interval is: DataFusion compares months, days and nanoseconds one after the other.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, IntervalMonthDayNanoType, IntervalUnit, TimeUnit};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ScalarFunctionArgs, ScalarUDF};

use super::Simple;
use super::simple::{Takes, gives_integer};

const DAY: i64 = 86_400_000;

/// Whether a type is one of DataFusion's two for lengths of time.
#[must_use]
pub const fn is_length(kind: &DataType) -> bool {
    matches!(kind, DataType::Duration(_) | DataType::Interval(_))
}

/// The milliseconds of a length of time.
#[must_use]
pub fn milliseconds() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(Simple::new(
        "to_milliseconds",
        &[Takes::Any],
        gives_integer,
        milliseconds_of,
    )))
}

fn milliseconds_of(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    match columns[0].data_type() {
        DataType::Duration(_) => {
            let lengths = cast(&columns[0], &DataType::Duration(TimeUnit::Millisecond))?;
            Ok(cast(&lengths, &DataType::Int64)?)
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let intervals = columns[0].as_primitive::<IntervalMonthDayNanoType>();
            let lengths = intervals.iter().map(|interval| match interval {
                Some(interval) if interval.months != 0 => {
                    exec_err!("months have no certain length: an interval of months compares with none of days")
                }
                Some(interval) => {
                    Ok(Some(i64::from(interval.days) * DAY + interval.nanoseconds / 1_000_000))
                }
                None => Ok(None),
            });
            Ok(Arc::new(lengths.collect::<Result<Int64Array>>()?))
        }
        DataType::Null => Ok(Arc::new(Int64Array::new_null(columns[0].len()))),
        other => exec_err!("{other} is no length of time"),
    }
}
