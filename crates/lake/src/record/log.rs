//! The files in which records come: CloudTrail's `{"Records":[…]}`, or one record a line.

use serde_json::value::RawValue;

use super::json::{Object, items_of};

/// A file that is neither a CloudTrail log nor lines of records.
#[derive(Debug, thiserror::Error)]
pub enum NotALog {
    /// No JSON at all.
    #[error("no JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// JSON of something else, such as a digest file.
    #[error("there is no list `Records`")]
    NoRecords,
}

/// The texts of a file's records. A text that is no record is for [`super::Record::read`] to refuse.
pub fn records_of(text: &str) -> Result<Vec<&str>, NotALog> {
    if is_one_log(text) {
        let log: Object<'_> = serde_json::from_str(text)?;
        let records = log
            .get("Records")
            .and_then(items_of)
            .ok_or(NotALog::NoRecords)?;
        return Ok(records.into_iter().map(RawValue::get).collect());
    }
    Ok(text
        .lines()
        .filter(|line| !line.trim_ascii().is_empty())
        .collect())
}

/// A log's first key is `Records`; a record on a line of its own has none of that name.
pub(crate) fn is_one_log(text: &str) -> bool {
    let Some(inside) = text.trim_ascii_start().strip_prefix('{') else {
        return false;
    };
    let inside = inside.trim_ascii_start();
    match inside.strip_prefix('"') {
        Some(key) => key.starts_with("Records\""),
        None => true,
    }
}
