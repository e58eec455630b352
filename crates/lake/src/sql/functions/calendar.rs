//! The parts of a point in time, counted as Trino does: weeks are ISO's, and a week begins on Monday, day 1.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::{DatePart, cast, date_part};
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ScalarFunctionArgs;

use super::Simple;
use super::simple::{Takes, gives_integer, text_at, texts};

/// The function behind `day_of_week` and its siblings.
pub const CALENDAR: &str = "calendar_part";

pub fn functions() -> Vec<Simple> {
    vec![Simple::new(
        CALENDAR,
        &[Takes::Text, Takes::Time],
        gives_integer,
        calendar,
    )]
}

fn calendar(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    if args.number_rows == 0 {
        return Ok(Arc::new(Int64Array::from(Vec::<i64>::new())));
    }
    let Some(unit) = text_at(texts(&columns[0])?, 0) else {
        return exec_err!("no part of a time was named");
    };
    let (part, more) = match unit {
        "year" => (DatePart::Year, 0),
        "year_of_week" => (DatePart::YearISO, 0),
        "quarter" => (DatePart::Quarter, 0),
        "month" => (DatePart::Month, 0),
        "week" => (DatePart::WeekISO, 0),
        "day" => (DatePart::Day, 0),
        "day_of_week" => (DatePart::DayOfWeekMonday0, 1),
        "day_of_year" => (DatePart::DayOfYear, 0),
        "hour" => (DatePart::Hour, 0),
        "minute" => (DatePart::Minute, 0),
        "second" => (DatePart::Second, 0),
        "millisecond" => (DatePart::Millisecond, 0),
        other => return exec_err!("'{other}' is no part of a time"),
    };
    let parts = cast(&date_part(columns[1].as_ref(), part)?, &DataType::Int32)?;
    let parts = parts.as_primitive::<Int32Type>();
    // Arrow counts the milliseconds since the minute began.
    let number = |part: i32| {
        if unit == "millisecond" {
            i64::from(part % 1000)
        } else {
            i64::from(part + more)
        }
    };
    let numbers: Int64Array = parts.iter().map(|part| part.map(number)).collect();
    debug_assert_eq!(numbers.len(), columns[1].len());
    Ok(Arc::new(numbers))
}
