//! Text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder, StringViewArray};
use arrow::datatypes::Int64Type;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ScalarFunctionArgs;
use regex::Regex;

use super::Simple;
use super::arrays::{gives_texts, lists_of_texts};
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
        Simple::new("replace", &[Text, Text, Text], gives_text, replace),
        Simple::new(
            "regexp_extract_all",
            &[Text, Text, Integer],
            gives_texts,
            regexp_extract_all,
        )
        .with_optional(1),
        Simple::new("regexp_split", &[Text, Text], gives_texts, regexp_split),
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

/// Each place of a text with another in it; nothing is before, after and between all characters.
fn replace(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let (values, searched, new) = (
        texts(&columns[0])?,
        texts(&columns[1])?,
        texts(&columns[2])?,
    );
    let mut replaced = StringBuilder::new();
    let mut left = MOST;
    for row in 0..values.len() {
        let (Some(value), Some(searched), Some(new)) = (
            text_at(values, row),
            text_at(searched, row),
            text_at(new, row),
        ) else {
            replaced.append_null();
            continue;
        };
        let grown = value.matches(searched).count().saturating_mul(new.len());
        let Some(rest) = left.checked_sub(grown.saturating_add(value.len())) else {
            return exec_err!("what replace makes of these texts is too long");
        };
        left = rest;
        replaced.append_value(value.replace(searched, new));
    }
    Ok(Arc::new(replaced.finish()))
}

/// The most bytes that the texts of a batch may become.
const MOST: usize = 256 << 20;

/// All matches, or a group of each.
fn regexp_extract_all(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let values = texts(&columns[0])?;
    let groups = columns
        .get(2)
        .map(|column| column.as_primitive::<Int64Type>());
    let mut patterns = Patterns::of(&columns[1])?;
    let mut rows: Vec<Option<Vec<Option<&str>>>> = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        let group = groups.map_or(Some(0), |groups| {
            groups.is_valid(row).then(|| groups.value(row))
        });
        let (Some(value), Some(regex), Some(group)) =
            (text_at(values, row), patterns.at(row)?, group)
        else {
            rows.push(None);
            continue;
        };
        let group = group_of(regex, group)?;
        let matches = regex.captures_iter(value);
        rows.push(Some(
            matches
                .map(|found| found.get(group).map(|part| part.as_str()))
                .collect(),
        ));
    }
    lists_of_texts(&rows)
}

/// What is between the matches.
fn regexp_split(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let values = texts(&columns[0])?;
    let mut patterns = Patterns::of(&columns[1])?;
    let mut rows: Vec<Option<Vec<Option<&str>>>> = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        let (value, regex) = (text_at(values, row), patterns.at(row)?);
        rows.push(
            value
                .zip(regex)
                .map(|(value, regex)| regex.split(value).map(Some).collect()),
        );
    }
    lists_of_texts(&rows)
}

/// A column of regular expressions. Rust's take linear time, whatever the pattern.
struct Patterns<'a> {
    patterns: &'a StringViewArray,
    last: Option<(&'a str, Regex)>,
}

impl<'a> Patterns<'a> {
    fn of(column: &'a ArrayRef) -> Result<Self> {
        Ok(Self {
            patterns: texts(column)?,
            last: None,
        })
    }

    /// A row's expression; most rows have the one of the row before.
    fn at(&mut self, row: usize) -> Result<Option<&Regex>> {
        let Some(pattern) = text_at(self.patterns, row) else {
            return Ok(None);
        };
        if self
            .last
            .as_ref()
            .is_none_or(|(known, _)| *known != pattern)
        {
            let Ok(regex) = Regex::new(pattern) else {
                return exec_err!(
                    "'{pattern}' is no regular expression, or has what takes too long, such as lookahead"
                );
            };
            self.last = Some((pattern, regex));
        }
        Ok(self.last.as_ref().map(|(_, regex)| regex))
    }
}

fn group_of(regex: &Regex, group: i64) -> Result<usize> {
    match usize::try_from(group) {
        Ok(group) if group < regex.captures_len() => Ok(group),
        _ => exec_err!(
            "Pattern has {} groups. Cannot access group {group}",
            regex.captures_len() - 1
        ),
    }
}

/// The first match, or a group of it.
fn regexp_extract(columns: &[ArrayRef], _: &ScalarFunctionArgs) -> Result<ArrayRef> {
    let values = texts(&columns[0])?;
    let groups = columns
        .get(2)
        .map(|column| column.as_primitive::<Int64Type>());
    let mut patterns = Patterns::of(&columns[1])?;
    let mut found: Vec<Option<&str>> = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        let group = groups.map_or(Some(0), |groups| {
            groups.is_valid(row).then(|| groups.value(row))
        });
        let (Some(value), Some(regex), Some(group)) =
            (text_at(values, row), patterns.at(row)?, group)
        else {
            found.push(None);
            continue;
        };
        let group = group_of(regex, group)?;
        let captures = regex.captures(value);
        found.push(
            captures
                .and_then(|captures| captures.get(group))
                .map(|part| part.as_str()),
        );
    }
    Ok(Arc::new(StringArray::from(found)))
}
