//! Numbers.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type, Int64Type};
use datafusion::common::{Result, exec_datafusion_err, exec_err};

use super::Simple;
use super::simple::{Takes, gives_flag, gives_integer, gives_text, text_at, texts};

pub fn functions() -> Vec<Simple> {
    use Takes::{Double, Integer, Text};
    vec![
        Simple::new("sqrt", &[Double], gives_double, |columns, _| {
            Ok(doubles(columns, f64::sqrt))
        }),
        Simple::new("e", &[], gives_double, |_, args| {
            Ok(constant(std::f64::consts::E, args.number_rows))
        }),
        Simple::new("infinity", &[], gives_double, |_, args| {
            Ok(constant(f64::INFINITY, args.number_rows))
        }),
        Simple::new("nan", &[], gives_double, |_, args| {
            Ok(constant(f64::NAN, args.number_rows))
        }),
        Simple::new("is_finite", &[Double], gives_flag, |columns, _| {
            Ok(flags(columns, f64::is_finite))
        }),
        Simple::new("is_infinite", &[Double], gives_flag, |columns, _| {
            Ok(flags(columns, f64::is_infinite))
        }),
        Simple::new("is_nan", &[Double], gives_flag, |columns, _| {
            Ok(flags(columns, f64::is_nan))
        }),
        Simple::new(
            "bitwise_and",
            &[Integer, Integer],
            gives_integer,
            |columns, _| Ok(integers(columns, |a, b| a & b)),
        ),
        Simple::new(
            "bitwise_or",
            &[Integer, Integer],
            gives_integer,
            |columns, _| Ok(integers(columns, |a, b| a | b)),
        ),
        Simple::new(
            "bitwise_xor",
            &[Integer, Integer],
            gives_integer,
            |columns, _| Ok(integers(columns, |a, b| a ^ b)),
        ),
        Simple::new("bitwise_not", &[Integer], gives_integer, |columns, _| {
            let values = columns[0].as_primitive::<Int64Type>();
            Ok(Arc::new(values.unary::<_, Int64Type>(|value| !value)))
        }),
        Simple::new(
            "from_base",
            &[Text, Integer],
            gives_integer,
            |columns, _| from_base(columns),
        ),
        Simple::new("to_base", &[Integer, Integer], gives_text, |columns, _| {
            to_base(columns)
        }),
    ]
}

#[expect(clippy::unnecessary_wraps, reason = "one of the shapes of `gives`")]
fn gives_double(_: &[FieldRef]) -> Result<Field> {
    Ok(Field::new("", DataType::Float64, true))
}

fn doubles(columns: &[ArrayRef], of: impl Fn(f64) -> f64) -> ArrayRef {
    let values = columns[0].as_primitive::<Float64Type>();
    Arc::new(values.unary::<_, Float64Type>(of))
}

fn constant(value: f64, rows: usize) -> ArrayRef {
    Arc::new(Float64Array::from_value(value, rows))
}

fn flags(columns: &[ArrayRef], of: impl Fn(f64) -> bool) -> ArrayRef {
    let values = columns[0].as_primitive::<Float64Type>();
    Arc::new(
        values
            .iter()
            .map(|value| value.map(&of))
            .collect::<BooleanArray>(),
    )
}

fn integers(columns: &[ArrayRef], of: impl Fn(i64, i64) -> i64) -> ArrayRef {
    let (left, right) = (
        columns[0].as_primitive::<Int64Type>(),
        columns[1].as_primitive::<Int64Type>(),
    );
    let pairs = left.iter().zip(right);
    Arc::new(pairs.map(|(a, b)| Some(of(a?, b?))).collect::<Int64Array>())
}

fn radix(base: i64) -> Result<u32> {
    match u32::try_from(base) {
        Ok(base @ 2..=36) => Ok(base),
        _ => exec_err!("Radix must be between 2 and 36"),
    }
}

/// A number written to a base from 2 to 36.
fn from_base(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (values, bases) = (texts(&columns[0])?, columns[1].as_primitive::<Int64Type>());
    let read = (0..values.len()).map(|row| {
        let Some(text) = text_at(values, row).filter(|_| bases.is_valid(row)) else {
            return Ok(None);
        };
        let base = radix(bases.value(row))?;
        let number = i64::from_str_radix(text, base);
        number
            .map(Some)
            .map_err(|_| exec_datafusion_err!("Not a valid base-{base} number: {text}"))
    });
    Ok(Arc::new(read.collect::<Result<Int64Array>>()?))
}

fn to_base(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (values, bases) = (
        columns[0].as_primitive::<Int64Type>(),
        columns[1].as_primitive::<Int64Type>(),
    );
    let written = values.iter().zip(bases).map(|pair| {
        let (Some(value), Some(base)) = pair else {
            return Ok(None);
        };
        let base = radix(base)?;
        let mut digits = Vec::new();
        let mut left = value.unsigned_abs();
        loop {
            let digit = u32::try_from(left % u64::from(base)).unwrap_or(0);
            digits.extend(char::from_digit(digit, base));
            left /= u64::from(base);
            if left == 0 {
                break;
            }
        }
        digits.extend((value < 0).then_some('-'));
        Ok(Some(digits.into_iter().rev().collect::<String>()))
    });
    Ok(Arc::new(written.collect::<Result<StringArray>>()?))
}
