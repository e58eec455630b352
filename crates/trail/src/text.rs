use atrium_model::Timestamp;

/// The moment as jiff knows it; what lies outside the years it knows is moved to their edge.
fn moment(time: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(time.as_millis()).unwrap_or(if time.as_millis() < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    })
}

/// UTC with whole seconds, rounded down, such as `2026-01-05T09:01:02Z`.
pub(crate) fn iso_seconds(time: Timestamp) -> String {
    moment(Timestamp::from_millis(
        time.as_seconds().saturating_mul(1000),
    ))
    .strftime("%Y-%m-%dT%H:%M:%SZ")
    .to_string()
}

/// UTC in a form of one's own.
pub(crate) fn strftime(time: Timestamp, form: &str) -> String {
    moment(time).strftime(form).to_string()
}

/// The first `bytes` bytes of a text, at most, not splitting a letter.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_cut_to_seconds() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (1_767_603_662_999, "2026-01-05T09:01:02Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ];
        for (millis, want) in cases {
            assert_eq!(iso_seconds(Timestamp::from_millis(millis)), want);
        }
        for extreme in [i64::MIN, i64::MAX] {
            assert!(iso_seconds(Timestamp::from_millis(extreme)).ends_with('Z'));
        }
    }

    #[test]
    fn cutting_keeps_letters_whole() {
        for (text, bytes, want) in [("abc", 2, "ab"), ("aé", 2, "a"), ("é", 9, "é"), ("", 0, "")]
        {
            assert_eq!(cut(text, bytes), want);
        }
    }
}
