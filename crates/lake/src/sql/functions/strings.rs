//! Text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::Int64Type;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ScalarFunctionArgs;
use regex::Regex;

use super::Simple;
use super::simple::{Takes, gives_text, text_at, texts};

pub fn functions() -> Vec<Simple> {
    use Takes::{Integer, Text};
    vec![
        Simple::new(
            "regexp_extract",
            &[Text, Text, Integer],
            gives_text,
            regexp_extract,
        )
        .with_optional(1),
        Simple::new("substr", &[Text, Integer, Integer], gives_text, substr).with_optional(1),
        Simple::new("split_part", &[Text, Text, Integer], gives_text, split_part),
    ]
}

/// Characters from a place on, which is counted from 1, or from the end if it is negative. Nothing is at 0, nor beyond either end.
fn substr(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let values = texts(&columns[0])?;
    let places = columns[1].as_primitive::<Int64Type>();
    let lengths = columns
        .get(2)
        .map(|column| column.as_primitive::<Int64Type>());
    let found = (0..values.len()).map(|row| {
        let value = text_at(values, row)?;
        let place = places.is_valid(row).then(|| places.value(row))?;
        match lengths {
            Some(lengths) if lengths.is_null(row) => None,
            Some(lengths) => Some(part(value, place, lengths.value(row))),
            None => Some(part(value, place, i64::MAX)),
        }
    });
    Ok(Arc::new(found.collect::<StringArray>()))
}

fn part(value: &str, place: i64, length: i64) -> &str {
    let before = match place {
        0 => return "",
        1.. => place - 1,
        _ => match i64::try_from(value.chars().count()).unwrap_or(i64::MAX) + place {
            ..0 => return "",
            before => before,
        },
    };
    let at = |text: &str, characters: i64| {
        let characters = usize::try_from(characters).unwrap_or(0);
        let mut places = text.char_indices().map(|(place, _)| place);
        places.nth(characters).unwrap_or(text.len())
    };
    let rest = &value[at(value, before)..];
    &rest[..at(rest, length.max(0))]
}

/// A field of a text, counted from 1; NULL if there are fewer.
fn split_part(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let (values, delimiters) = (texts(&columns[0])?, texts(&columns[1])?);
    let places = columns[2].as_primitive::<Int64Type>();
    let mut found: Vec<Option<&str>> = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        let (Some(value), Some(delimiter), true) = (
            text_at(values, row),
            text_at(delimiters, row),
            places.is_valid(row),
        ) else {
            found.push(None);
            continue;
        };
        let Some(before) = usize::try_from(places.value(row))
            .ok()
            .and_then(|place| place.checked_sub(1))
        else {
            return exec_err!("Index must be greater than zero");
        };
        found.push(match delimiter.is_empty() {
            true => (before == 0).then_some(value),
            false => value.split(delimiter).nth(before),
        });
    }
    Ok(Arc::new(StringArray::from(found)))
}

/// The first match, or a group of it. Rust's expressions take linear time, whatever the pattern.
fn regexp_extract(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let (values, patterns) = (texts(&columns[0])?, texts(&columns[1])?);
    let groups = columns
        .get(2)
        .map(|column| column.as_primitive::<Int64Type>());
    let mut last: Option<(&str, Regex)> = None;
    let mut found: Vec<Option<&str>> = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        let group = groups.map_or(Some(0), |groups| {
            groups.is_valid(row).then(|| groups.value(row))
        });
        let (Some(value), Some(pattern), Some(group)) =
            (text_at(values, row), text_at(patterns, row), group)
        else {
            found.push(None);
            continue;
        };
        let regex = match last.take().filter(|(known, _)| *known == pattern) {
            Some((_, regex)) => regex,
            None => match Regex::new(pattern) {
                Ok(regex) => regex,
                Err(error) => return exec_err!("'{pattern}' is no regular expression: {error}"),
            },
        };
        let Some(group) = usize::try_from(group)
            .ok()
            .filter(|group| *group < regex.captures_len())
        else {
            return exec_err!(
                "Pattern has {} groups. Cannot access group {group}",
                regex.captures_len() - 1
            );
        };
        found.push(
            regex
                .captures(value)
                .and_then(|captures| captures.get(group))
                .map(|part| part.as_str()),
        );
        last = Some((pattern, regex));
    }
    Ok(Arc::new(StringArray::from(found)))
}
