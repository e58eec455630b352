use std::collections::HashSet;
use std::time::Duration;

use atrium_model::Timestamp;
use atrium_model::lake::{EventDataStore, Import};

use super::log::MAX_DAYS;
use super::{FileTrouble, LogRecord};
use crate::ingest::day_of;

/// A record that an event data store takes from a log file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its day in UTC, such as `2026-01-05`.
    pub day: String,
    /// Its place in the file, from 1.
    pub number: usize,
    /// The record as JSON text.
    pub text: String,
}

/// The records that an import takes: those of its range of time that the event data store still keeps.
///
/// The store's selectors don't matter; "Considerations for copying trail events" in the CloudTrail user guide.
///
/// # Errors
///
/// When they are of more days than one file is to bring.
pub fn taken(
    import: &Import,
    store: &EventDataStore,
    records: Vec<LogRecord>,
    now: Timestamp,
) -> Result<Vec<Taken>, FileTrouble> {
    let days = u64::try_from(store.settings.retention).unwrap_or(u64::MAX);
    let kept = Duration::from_secs(days.saturating_mul(24 * 3600));
    let millis = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
    // A day is over its time when its last moment is.
    let oldest = day_of(Timestamp::from_millis(
        now.as_millis().saturating_sub(millis),
    ));
    let in_range = |time: Timestamp| {
        import.from.is_none_or(|from| time >= from) && import.to.is_none_or(|to| time <= to)
    };
    let numbered = (1..).zip(records);
    let taken: Vec<Taken> = numbered
        .filter(|(_, record)| in_range(record.time))
        .map(|(number, record)| Taken {
            day: day_of(record.time),
            number,
            text: record.text,
        })
        .filter(|taken| taken.day >= oldest)
        .collect();
    let days: HashSet<&str> = taken.iter().map(|record| record.day.as_str()).collect();
    match days.len() > MAX_DAYS {
        true => Err(FileTrouble::Days),
        false => Ok(taken),
    }
}
