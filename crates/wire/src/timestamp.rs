//! Timestamps in the spellings that AWS uses.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;

/// Seconds since 1970 as a number; microseconds are kept.
pub fn from_epoch(value: &Value) -> Option<Timestamp> {
    if let Some(seconds) = value.as_i64() {
        return Timestamp::from_second(seconds).ok();
    }
    let micros = (value.as_f64()? * 1e6).round();
    // Beyond this, jiff would refuse anyway; the check keeps the cast exact.
    (micros.abs() < 1e18).then(|| Timestamp::from_microsecond(micros as i64).ok())?
}

/// A whole number where there is no fraction, as AWS writes them.
pub fn to_epoch(time: Timestamp) -> Value {
    if time.subsec_nanosecond() == 0 {
        return time.as_second().into();
    }
    (time.as_microsecond() as f64 / 1e6).into()
}

/// Text as clients may send it: ISO 8601, an HTTP date, or epoch seconds.
pub fn from_text(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    if let Ok(zoned) = rfc2822::parse(text) {
        return Some(zoned.timestamp());
    }
    from_epoch(
        &serde_json::from_str::<serde_json::Number>(text)
            .ok()?
            .into(),
    )
}

/// `2026-07-01T12:08:19Z`, without a fraction.
pub fn iso8601(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `Wed, 01 Jul 2026 12:08:19 GMT`.
pub fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `Jul 1, 2026, 12:08:19 PM`, as CloudTrail shows the times inside requests and answers.
pub fn java(time: Timestamp) -> String {
    time.strftime("%b %-d, %Y, %-I:%M:%S %p").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling() {
        let time = from_text("2026-07-01T12:08:19Z").expect("a timestamp");
        assert_eq!(time.as_second(), 1_782_907_699);
        assert_eq!(iso8601(time), "2026-07-01T12:08:19Z");
        assert_eq!(java(time), "Jul 1, 2026, 12:08:19 PM");
        assert_eq!(http_date(time), "Wed, 01 Jul 2026 12:08:19 GMT");
        assert_eq!(from_text(&http_date(time)), Some(time));
        assert_eq!(from_text("1782907699"), Some(time));
        assert_eq!(to_epoch(time), 1_782_907_699);
        let fraction = from_text("1782907699.123456").expect("a timestamp");
        assert_eq!(from_epoch(&to_epoch(fraction)), Some(fraction));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "yesterday",
            "1e300",
            "-1e19",
            "NaN",
            "99999999999999999999",
        ] {
            assert_eq!(from_text(text), None, "{text}");
        }
    }
}
