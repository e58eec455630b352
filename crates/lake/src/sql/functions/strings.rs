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
    ]
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
