//! Moments as policies write them: the W3C profile of ISO 8601, or seconds since 1970.

use jiff::{Timestamp, civil, tz::TimeZone};

/// Reads `2024`, `2024-05`, `2024-05-01`, `2024-05-01T10:00Z`, `2024-05-01T10:00:00.5+02:00` or `1714557600`.
/// Without an offset, UTC is meant. Four digits are a year.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    match text.len() {
        0 => None,
        4 if digits => utc(civil::Date::new(text.parse().ok()?, 1, 1)
            .ok()?
            .to_datetime(civil::Time::midnight())),
        _ if digits => Timestamp::from_second(text.parse().ok()?).ok(),
        7 if text.as_bytes()[4] == b'-' => day(&format!("{text}-01")),
        10 if text.as_bytes()[4] == b'-' => day(text),
        _ if text.contains(['T', 't']) => text
            .parse()
            .ok()
            .or_else(|| utc(text.parse::<civil::DateTime>().ok()?)),
        _ => None,
    }
}

fn day(text: &str) -> Option<Timestamp> {
    utc(text
        .parse::<civil::Date>()
        .ok()?
        .to_datetime(civil::Time::midnight()))
}

fn utc(moment: civil::DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(moment).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_w3c_profile_and_epoch_seconds() {
        let cases = [
            ("1970", Some(0)),
            ("1970-02", Some(31 * 86_400)),
            ("1970-01-02", Some(86_400)),
            ("1970-01-01T01:00Z", Some(3600)),
            ("1970-01-01T01:00:00Z", Some(3600)),
            ("1970-01-01T01:00:00", Some(3600)),
            ("1970-01-01T01:00:00+01:00", Some(0)),
            ("1970-01-01t01:00:00z", Some(3600)),
            ("1714557600", Some(1_714_557_600)),
            ("0", Some(0)),
            ("", None),
            ("yesterday", None),
            ("1970-13", None),
            ("1970-01-01T25:00:00Z", None),
            ("99999999999999999999", None),
        ];
        for (text, want) in cases {
            assert_eq!(parse(text).map(|moment| moment.as_second()), want, "{text}");
        }
    }
}
