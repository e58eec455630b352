//! From the JSON text of a CloudTrail record to a row. Whatever the text is, nothing here panics.

mod columns;
mod json;
mod log;
mod tree;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub(crate) use columns::Column;
pub use columns::Rows;
pub(crate) use json::Object;
pub(crate) use json::{items_of, object_of, text_of};
pub(crate) use log::is_one_log;
pub use log::{NotALog, records_of};

/// The most that an event data store takes for one record.
pub const MAX_BYTES: usize = 1 << 20;

/// Why a text is no record of CloudTrail.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refused {
    /// Larger than an event data store allows.
    #[error("the record has {0} bytes, more than {MAX_BYTES}")]
    TooLarge(usize),
    /// No JSON.
    #[error("the record is no JSON: {0}")]
    NotJson(String),
    /// JSON, but no object.
    #[error("the record is no JSON object")]
    NotAnObject,
    /// A field without which it can't be told from others, or placed in time, is missing or no text.
    #[error("the record has no text `{0}`")]
    Missing(&'static str),
    /// A version of which nothing is known: consumers take every minor version of the major one they know.
    #[error("the record's eventVersion `{0}` is not 1.x")]
    Version(String),
    /// A time that is none, or one before there was CloudTrail's clock.
    #[error("the record's eventTime `{0}` is no time between 1970 and 9999")]
    Time(String),
}

/// A text that is a CloudTrail record: it has a version, an id and a time.
///
/// All else may be missing or strange. A caller chooses much of what stands in a record (user agent, parameters), so being
/// strict there would let a caller keep a call out of the lake.
#[derive(Debug)]
pub struct Record<'a> {
    text: &'a str,
    fields: Object<'a>,
    time: Timestamp,
}

impl<'a> Record<'a> {
    /// Reads one record.
    pub fn read(text: &'a str) -> Result<Self, Refused> {
        let text = text.trim_ascii();
        if text.len() > MAX_BYTES {
            return Err(Refused::TooLarge(text.len()));
        }
        if text.starts_with(['[', '"', 't', 'f', 'n', '-'])
            || text.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(Refused::NotAnObject);
        }
        let fields: Object<'a> =
            serde_json::from_str(text).map_err(|error| Refused::NotJson(error.to_string()))?;
        let version = required(&fields, "eventVersion")?;
        let minor = version.strip_prefix("1.").map(str::parse::<u16>);
        if !matches!(minor, Some(Ok(_))) {
            return Err(Refused::Version(shown(&version)));
        }
        if required(&fields, "eventID")?.is_empty() {
            return Err(Refused::Missing("eventID"));
        }
        let time = required(&fields, "eventTime")?;
        let time = time_of(&time).ok_or_else(|| Refused::Time(shown(&time)))?;
        Ok(Self { text, fields, time })
    }

    /// The time of the event.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// The day to whose partition the record belongs, in UTC.
    #[must_use]
    pub fn day(&self) -> Date {
        TimeZone::UTC.to_datetime(self.time).date()
    }
}

fn required(fields: &Object<'_>, name: &'static str) -> Result<String, Refused> {
    let value = fields
        .get(name)
        .filter(|value| value.get().starts_with('"'));
    value
        .and_then(text_of)
        .map(|text| text.into_owned())
        .ok_or(Refused::Missing(name))
}

/// A time as CloudTrail writes it, within what Parquet's readers show as a date.
fn time_of(text: &str) -> Option<Timestamp> {
    let time: Timestamp = text.parse().ok()?;
    (time >= Timestamp::UNIX_EPOCH && TimeZone::UTC.to_datetime(time).year() <= 9999)
        .then_some(time)
}

/// The beginning of a text that came from outside, for an error message.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}
