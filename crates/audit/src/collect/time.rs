//! Times as the SDK gives them, as plain values.

use aws_smithy_types::DateTime;
use jiff::{Timestamp, Unit};

/// The same moment, to the millisecond; `None` for one outside what a timestamp holds.
///
/// AWS counts in milliseconds and sends them as a JSON number, which comes out of floating point with
/// a few nanoseconds more or less.
pub(super) fn timestamp(time: Option<&DateTime>) -> Option<Timestamp> {
    let time = time?;
    let nanos = i32::try_from(time.subsec_nanos()).ok()?;
    let exact = Timestamp::new(time.secs(), nanos).ok()?;
    exact.round(Unit::Millisecond).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_lose_what_floating_point_added() {
        let cases = [
            (1_700_000_000, 345_000_028, "2023-11-14T22:13:20.345Z"),
            (1_700_000_000, 23_999_929, "2023-11-14T22:13:20.024Z"),
            (1_700_000_000, 999_999_900, "2023-11-14T22:13:21Z"),
            (1_700_000_000, 0, "2023-11-14T22:13:20Z"),
        ];
        for (seconds, nanos, want) in cases {
            let time = DateTime::from_secs_and_nanos(seconds, nanos);
            let found = timestamp(Some(&time)).map(|time| time.to_string());
            assert_eq!(found.as_deref(), Some(want));
        }
    }
}
