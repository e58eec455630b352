//! Months, in UTC. Nothing here knows what time it is.

use atrium_model::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp as Moment, ToSpan as _};

/// A day in milliseconds.
pub(crate) const DAY: i64 = 24 * 3600 * 1000;

fn civil(at: Timestamp) -> Option<DateTime> {
    let at = Moment::from_millisecond(at.as_millis()).ok()?;
    Some(TimeZone::UTC.to_datetime(at))
}

/// Whether a moment is the beginning of a day.
pub(crate) fn begins_day(at: Timestamp) -> bool {
    at.as_millis().rem_euclid(DAY) == 0
}

/// Whether a moment is the beginning of a month.
pub(crate) fn begins_month(at: Timestamp) -> bool {
    begins_day(at) && civil(at).is_some_and(|at| at.day() == 1)
}

/// The last millisecond of the month that a moment is in; none beyond the year 9999.
pub(crate) fn end_of_month(at: Timestamp) -> Option<Timestamp> {
    let first = civil(at)?.date().first_of_month();
    let next = first.checked_add(1.month()).ok()?;
    let begin = TimeZone::UTC.to_timestamp(next.at(0, 0, 0, 0)).ok()?;
    Some(Timestamp::from_millis(begin.as_millisecond() - 1))
}

/// Whether a moment is in the last second of a month. AWS's SDKs send whole seconds.
pub(crate) fn ends_month(at: Timestamp) -> bool {
    end_of_month(at).is_some_and(|end| end.as_millis() - at.as_millis() < 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let moment: Moment = text.parse().expect("a moment");
        Timestamp::from_millis(moment.as_millisecond())
    }

    #[test]
    fn months_begin_and_end() {
        let cases = [
            ("2026-03-01T00:00:00Z", true, true, false),
            ("2026-03-02T00:00:00Z", true, false, false),
            ("2026-03-01T00:00:00.001Z", false, false, false),
            ("2026-03-01T01:00:00Z", false, false, false),
            ("2024-02-29T23:59:59Z", false, false, true),
            ("2025-02-28T23:59:59.999Z", false, false, true),
            ("2024-02-28T23:59:59.999Z", false, false, false),
            ("2026-12-31T23:59:58.999Z", false, false, false),
        ];
        for (text, day, month, end) in cases {
            let found = (
                begins_day(at(text)),
                begins_month(at(text)),
                ends_month(at(text)),
            );
            assert_eq!(found, (day, month, end), "{text}");
        }
        assert_eq!(
            end_of_month(at("2026-12-05T10:00:00Z")),
            Some(at("2026-12-31T23:59:59.999Z"))
        );
        assert_eq!(end_of_month(Timestamp::from_millis(i64::MAX)), None);
        assert!(!ends_month(Timestamp::from_millis(i64::MIN)));
    }
}
