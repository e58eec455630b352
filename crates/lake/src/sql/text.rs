//! Values as text, in the form in which Trino casts them and CloudTrail Lake shows them.

use std::fmt::{Debug, UpperExp};

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, DurationMillisecondType, Float32Type, Float64Type, IntervalMonthDayNanoType,
    IntervalUnit, TimeUnit,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;

/// How times look: to the millisecond.
const TIMES: FormatOptions<'static> = FormatOptions::new()
    .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.3f"))
    .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.3f"))
    .with_date_format(Some("%Y-%m-%d"));

/// The value of a row; nothing for NULL.
pub fn text_of(values: &dyn Array, row: usize) -> Result<Option<String>> {
    if values.is_null(row) || values.data_type().is_null() {
        return Ok(None);
    }
    let mut text = String::new();
    write(&mut text, values, row)?;
    Ok(Some(text))
}

fn write(text: &mut String, values: &dyn Array, row: usize) -> Result<()> {
    if values.is_null(row) {
        text.push_str("null");
        return Ok(());
    }
    match values.data_type() {
        DataType::Utf8 => text.push_str(values.as_string::<i32>().value(row)),
        DataType::Utf8View => text.push_str(values.as_string_view().value(row)),
        DataType::Float64 => floating(text, values.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => floating(text, values.as_primitive::<Float32Type>().value(row)),
        DataType::List(_) => list(text, values.as_list::<i32>().value(row).as_ref())?,
        DataType::Map(..) => {
            let entries = values.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            pairs(text, keys.len(), |text, at| {
                write(text, keys.as_ref(), at)?;
                text.push('=');
                write(text, values.as_ref(), at)
            })?;
        }
        DataType::Struct(fields) => {
            let columns = values.as_struct().columns();
            pairs(text, fields.len(), |text, at| {
                text.push_str(fields[at].name());
                text.push('=');
                write(text, columns[at].as_ref(), row)
            })?;
        }
        DataType::Duration(_) => {
            let lengths = cast(
                &values.slice(row, 1),
                &DataType::Duration(TimeUnit::Millisecond),
            )?;
            length(
                text,
                lengths.as_primitive::<DurationMillisecondType>().value(0),
            );
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let interval = values.as_primitive::<IntervalMonthDayNanoType>().value(row);
            if interval.months == 0 {
                let days = i64::from(interval.days) * 86_400_000;
                length(text, days.saturating_add(interval.nanoseconds / 1_000_000));
            } else {
                months(text, interval.months);
            }
        }
        _ => {
            let shown = ArrayFormatter::try_new(values, &TIMES)?
                .value(row)
                .try_to_string()?;
            text.push_str(&shown);
            if let DataType::Timestamp(_, Some(zone)) = values.data_type() {
                text.push(' ');
                text.push_str(zone);
            }
        }
    }
    Ok(())
}

/// Days, hours, minutes, seconds and milliseconds: `2 03:00:00.000`.
fn length(text: &mut String, milliseconds: i64) {
    let (sign, size) = (
        if milliseconds < 0 { "-" } else { "" },
        milliseconds.unsigned_abs(),
    );
    let (days, hours, minutes) = (size / 86_400_000, size / 3_600_000 % 24, size / 60_000 % 60);
    let (seconds, rest) = (size / 1000 % 60, size % 1000);
    text.push_str(&format!(
        "{sign}{days} {hours:02}:{minutes:02}:{seconds:02}.{rest:03}"
    ));
}

/// Years and months: `1-2`.
fn months(text: &mut String, months: i32) {
    let (sign, size) = (if months < 0 { "-" } else { "" }, months.unsigned_abs());
    text.push_str(&format!("{sign}{}-{}", size / 12, size % 12));
}

fn list(text: &mut String, items: &dyn Array) -> Result<()> {
    text.push('[');
    for at in 0..items.len() {
        text.push_str(if at == 0 { "" } else { ", " });
        write(text, items, at)?;
    }
    text.push(']');
    Ok(())
}

fn pairs(
    text: &mut String,
    count: usize,
    one: impl Fn(&mut String, usize) -> Result<()>,
) -> Result<()> {
    text.push('{');
    for at in 0..count {
        text.push_str(if at == 0 { "" } else { ", " });
        one(text, at)?;
    }
    text.push('}');
    Ok(())
}

/// Java's form of a number with a fraction, which is Trino's: `1.0`, `1.0E10`.
fn floating<F: Copy + Into<f64> + Debug + UpperExp>(text: &mut String, value: F) {
    let size = value.into().abs();
    let shown = if size.is_nan() {
        "NaN".to_owned()
    } else if size.is_infinite() {
        format!("{}Infinity", if value.into() > 0.0 { "" } else { "-" })
    } else if size == 0.0 || (1e-3..1e7).contains(&size) {
        format!("{value:?}")
    } else {
        let shown = format!("{value:E}");
        match shown.split_once('E') {
            Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
            _ => shown,
        }
    };
    text.push_str(&shown);
}
