//! Points in time: reading, writing, adding and subtracting them. All are UTC, unless `AT TIME ZONE` says where they are shown.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray, TimestampMillisecondArray,
};
use arrow::datatypes::{
    DataType, Field, FieldRef, Float64Type, Int64Type, TimeUnit, TimestampMillisecondType,
};
use datafusion::common::{DataFusionError, Result, exec_datafusion_err, exec_err};
use datafusion::logical_expr::ScalarFunctionArgs;
use jiff::civil::DateTime;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Unit};

use super::Simple;
use super::formats::{Style, format, parse};
use super::simple::{Takes, gives_integer, gives_text, text_at, texts};

pub fn functions() -> Vec<Simple> {
    use Takes::{Double, Integer, Text, Time};
    vec![
        Simple::new(
            "date_add",
            &[Text, Integer, Time],
            |fields| Ok(same_time(&fields[2])),
            date_add,
        ),
        Simple::new("date_diff", &[Text, Time, Time], gives_integer, date_diff),
        Simple::new(
            "from_iso8601_timestamp",
            &[Text],
            |_| Ok(utc()),
            from_iso8601,
        ),
        Simple::new(
            "from_iso8601_date",
            &[Text],
            |_| Ok(Field::new("", DataType::Date32, true)),
            from_iso8601,
        ),
        Simple::new("to_iso8601", &[Time], gives_text, to_iso8601),
        Simple::new("from_unixtime", &[Double], |_| Ok(utc()), from_unixtime),
        Simple::new(
            "to_unixtime",
            &[Time],
            |_| Ok(Field::new("", DataType::Float64, true)),
            to_unixtime,
        ),
        Simple::new(
            "last_day_of_month",
            &[Time],
            |_| Ok(Field::new("", DataType::Date32, true)),
            last_day_of_month,
        ),
        Simple::new("date_format", &[Time, Text], gives_text, |columns, _| {
            formatted(columns, Style::Percent)
        }),
        Simple::new(
            "format_datetime",
            &[Time, Text],
            gives_text,
            |columns, _| formatted(columns, Style::Letters),
        ),
        Simple::new(
            "date_parse",
            &[Text, Text],
            |_| Ok(plain()),
            |columns, args| parsed(columns, args, Style::Percent),
        ),
        Simple::new(
            "parse_datetime",
            &[Text, Text],
            |_| Ok(utc()),
            |columns, args| parsed(columns, args, Style::Letters),
        ),
    ]
}

fn plain() -> Field {
    Field::new("", DataType::Timestamp(TimeUnit::Millisecond, None), true)
}

fn utc() -> Field {
    Field::new(
        "",
        DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        true,
    )
}

/// A day for a day; otherwise milliseconds, in the zone of what was given.
fn same_time(field: &FieldRef) -> Field {
    match field.data_type() {
        DataType::Date32 => Field::new("", DataType::Date32, true),
        DataType::Timestamp(_, zone) => Field::new(
            "",
            DataType::Timestamp(TimeUnit::Millisecond, zone.clone()),
            true,
        ),
        _ => plain(),
    }
}

/// Moments as a column of the type that is answered: shown in its zone, or cut to days.
fn as_field(moments: &TimestampMillisecondArray, args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    Ok(match args.return_field.data_type() {
        DataType::Timestamp(_, zone) => Arc::new(moments.clone().with_timezone_opt(zone.clone())),
        other => arrow::compute::cast(moments, other)?,
    })
}

fn civil(milliseconds: i64) -> Result<DateTime> {
    civil_in(&TimeZone::UTC, milliseconds)
}

fn civil_in(zone: &TimeZone, milliseconds: i64) -> Result<DateTime> {
    let time = Timestamp::from_millisecond(milliseconds).map_err(out_of_range)?;
    Ok(zone.to_datetime(time))
}

/// The zone in which a column's times are shown.
fn zone_of(times: &ArrayRef) -> Result<TimeZone> {
    match times.data_type() {
        DataType::Timestamp(_, Some(name)) if name.as_ref() != "UTC" => DateTimeParser::new()
            .parse_time_zone(name.as_ref())
            .map_err(|error| exec_datafusion_err!("'{name}' is no time zone: {error}")),
        _ => Ok(TimeZone::UTC),
    }
}

fn milliseconds(time: DateTime) -> Result<i64> {
    milliseconds_in(&TimeZone::UTC, time)
}

fn milliseconds_in(zone: &TimeZone, time: DateTime) -> Result<i64> {
    let time = zone.to_timestamp(time).map_err(out_of_range)?;
    Ok(time.as_millisecond())
}

/// A column of moments.
fn moments(column: &ArrayRef) -> Result<TimestampMillisecondArray> {
    let column = match column.data_type() {
        DataType::Date32 => {
            arrow::compute::cast(column, &DataType::Timestamp(TimeUnit::Millisecond, None))?
        }
        _ => Arc::clone(column),
    };
    Ok(column.as_primitive::<TimestampMillisecondType>().clone())
}

/// Whether a unit is a fixed number of milliseconds wherever clocks are moved.
fn is_fixed(unit: &str) -> bool {
    matches!(unit, "millisecond" | "second" | "minute" | "hour")
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn out_of_range(error: jiff::Error) -> DataFusionError {
    exec_datafusion_err!("a time out of range: {error}")
}

/// The span of so many units.
fn span(unit: &str, count: i64) -> Result<Span> {
    let span = Span::new();
    let span = match unit {
        "millisecond" => span.try_milliseconds(count),
        "second" => span.try_seconds(count),
        "minute" => span.try_minutes(count),
        "hour" => span.try_hours(count),
        "day" => span.try_days(count),
        "week" => span.try_weeks(count),
        "month" => span.try_months(count),
        "quarter" => span.try_months(count.saturating_mul(3)),
        "year" => span.try_years(count),
        _ => return exec_err!("'{unit}' is not a valid TIMESTAMP field"),
    };
    span.map_err(out_of_range)
}

/// A time `count` units later; the end of a month stays one.
fn date_add(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let units = texts(&columns[0])?;
    let zone = zone_of(&columns[2])?;
    let (counts, times) = (
        columns[1].as_primitive::<Int64Type>(),
        moments(&columns[2])?,
    );
    let of_days = columns[2].data_type() == &DataType::Date32;
    let moved = (0..times.len()).map(|row| {
        let Some(unit) =
            text_at(units, row).filter(|_| counts.is_valid(row) && times.is_valid(row))
        else {
            return Ok(None);
        };
        let unit = unit.to_ascii_lowercase();
        if of_days && is_fixed(&unit) {
            return exec_err!("'{unit}' is not a valid DATE field");
        }
        let zone = if is_fixed(&unit) {
            &TimeZone::UTC
        } else {
            &zone
        };
        let later = civil_in(zone, times.value(row))?
            .checked_add(span(&unit, counts.value(row))?)
            .map_err(out_of_range)?;
        milliseconds_in(zone, later).map(Some)
    });
    as_field(&moved.collect::<Result<_>>()?, args)
}

/// How many whole units lie between two times.
fn date_diff(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let units = texts(&columns[0])?;
    let zone = zone_of(&columns[1])?;
    let (begins, ends) = (moments(&columns[1])?, moments(&columns[2])?);
    let between = (0..begins.len()).map(|row| {
        let Some(unit) = text_at(units, row).filter(|_| begins.is_valid(row) && ends.is_valid(row))
        else {
            return Ok(None);
        };
        let unit = unit.to_ascii_lowercase();
        let (begin, end) = (begins.value(row), ends.value(row));
        if is_fixed(&unit) {
            return difference(&unit, begin, end).map(Some);
        }
        // Days begin where the first of the two is.
        let there = |time| milliseconds(civil_in(&zone, time)?);
        difference(&unit, there(begin)?, there(end)?).map(Some)
    });
    Ok(Arc::new(between.collect::<Result<Int64Array>>()?))
}

fn difference(unit: &str, begin: i64, end: i64) -> Result<i64> {
    let length = match unit {
        "millisecond" => 1,
        "second" => 1000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => 86_400_000,
        "week" => 7 * 86_400_000,
        "month" => return months(begin, end),
        "quarter" => return Ok(months(begin, end)? / 3),
        "year" => return Ok(months(begin, end)? / 12),
        _ => return exec_err!("'{unit}' is not a valid TIMESTAMP field"),
    };
    Ok(end.saturating_sub(begin) / length)
}

/// Whole months. The last day of a shorter month completes one: from January 31st to February 28th is a month.
fn months(begin: i64, end: i64) -> Result<i64> {
    if begin > end {
        return Ok(-months(end, begin)?);
    }
    let (mut begin, end) = (civil(begin)?, civil(end)?);
    let is_last = end.day() == end.days_in_month();
    if is_last && begin.day() > end.day() {
        begin = begin.with().day(end.day()).build().map_err(out_of_range)?;
    }
    let span = begin.until((Unit::Month, end)).map_err(out_of_range)?;
    Ok(i64::from(span.get_months()))
}

/// ISO 8601 as Trino takes it: a date alone is its midnight, a time without a zone is UTC.
fn from_iso8601(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let read = texts(&columns[0])?
        .iter()
        .map(|text| text.map(iso8601).transpose());
    as_field(&read.collect::<Result<_>>()?, args)
}

fn iso8601(text: &str) -> Result<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_millisecond());
    }
    match text.parse::<DateTime>() {
        Ok(time) => milliseconds(time),
        Err(_) => exec_err!(
            "Invalid format: \"{}\"",
            text.chars().take(40).collect::<String>()
        ),
    }
}

fn to_iso8601(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    if columns[0].data_type() == &DataType::Date32 {
        return Ok(arrow::compute::cast(&columns[0], &DataType::Utf8)?);
    }
    let zone = zone_of(&columns[0])?;
    let zoned = matches!(columns[0].data_type(), DataType::Timestamp(_, Some(_)));
    let times = columns[0].as_primitive::<TimestampMillisecondType>();
    let written = times.iter().map(|time| {
        let Some(time) = time else { return Ok(None) };
        let there = civil_in(&zone, time)?;
        let ahead = (milliseconds(there)? - time) / 60_000;
        let sign = if ahead < 0 { '-' } else { '+' };
        let (hours, minutes) = (ahead.abs() / 60, ahead.abs() % 60);
        let offset = match (zoned, ahead) {
            (false, _) => String::new(),
            (true, 0) => "Z".to_owned(),
            (true, _) => format!("{sign}{hours:02}:{minutes:02}"),
        };
        let there = there.strftime("%Y-%m-%dT%H:%M:%S%.3f");
        Ok(Some(format!("{there}{offset}")))
    });
    Ok(Arc::new(written.collect::<Result<StringArray>>()?))
}

fn from_unixtime(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "too large a number saturates, and is out of range"
    )]
    let times = columns[0]
        .as_primitive::<Float64Type>()
        .iter()
        .map(|seconds| seconds.map(|seconds| (seconds * 1000.0).round() as i64));
    as_field(&times.collect(), args)
}

fn to_unixtime(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let moments = moments(&columns[0])?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a double is what the function answers"
    )]
    let seconds = moments
        .iter()
        .map(|time| time.map(|time| time as f64 / 1000.0));
    Ok(Arc::new(seconds.collect::<Float64Array>()))
}

fn last_day_of_month(columns: &[ArrayRef], args: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let zone = zone_of(&columns[0])?;
    let last = moments(&columns[0])?
        .iter()
        .map(|time| {
            let there = time.map(|time| civil_in(&zone, time)).transpose()?;
            there
                .map(|there| milliseconds(there.last_of_month()))
                .transpose()
        })
        .collect::<Result<_>>()?;
    as_field(&last, args)
}

fn formatted(columns: &[ArrayRef], style: Style) -> Result<ArrayRef> {
    let zone = zone_of(&columns[0])?;
    let (times, patterns) = (moments(&columns[0])?, texts(&columns[1])?);
    let written =
        (0..times.len()).map(
            |row| match text_at(patterns, row).filter(|_| times.is_valid(row)) {
                Some(pattern) => {
                    format(style, pattern, civil_in(&zone, times.value(row))?).map(Some)
                }
                None => Ok(None),
            },
        );
    Ok(Arc::new(written.collect::<Result<StringArray>>()?))
}

fn parsed(columns: &[ArrayRef], args: &ScalarFunctionArgs, style: Style) -> Result<ArrayRef> {
    let (values, patterns) = (texts(&columns[0])?, texts(&columns[1])?);
    let times = (0..values.len()).map(|row| match (text_at(values, row), text_at(patterns, row)) {
        (Some(value), Some(pattern)) => milliseconds(parse(style, pattern, value)?).map(Some),
        _ => Ok(None),
    });
    as_field(&times.collect::<Result<_>>()?, args)
}
