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

/// A date inside of `requestParameters` or `responseElements`: services write it in Java's American form, with a
/// narrow no-break space before the half of the day, such as `May 24, 2025, 2:48:54 PM`.
pub fn java_date(time: Timestamp) -> String {
    moment(time)
        .strftime("%b %-d, %Y, %-I:%M:%S\u{202f}%p")
        .to_string()
}

/// A member's name as records show it: the model's name with a small first letter, `InstanceArn` → `instanceArn`,
/// `SAMLAssertion` → `sAMLAssertion`.
pub fn member_name(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        let mut shown = String::with_capacity(name.len());
        shown.push(first.to_ascii_lowercase());
        shown.push_str(letters.as_str());
        shown
    })
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
            (0, "1970-01-01T00:00:00Z", "Jan 1, 1970, 12:00:00\u{202f}AM"),
            (
                1_767_603_662_999,
                "2026-01-05T09:01:02Z",
                "Jan 5, 2026, 9:01:02\u{202f}AM",
            ),
            (
                1_748_098_134_000,
                "2025-05-24T14:48:54Z",
                "May 24, 2025, 2:48:54\u{202f}PM",
            ),
            (
                -1,
                "1969-12-31T23:59:59Z",
                "Dec 31, 1969, 11:59:59\u{202f}PM",
            ),
        ];
        for (millis, iso, java) in cases {
            let time = Timestamp::from_millis(millis);
            assert_eq!(
                (iso_seconds(time).as_str(), java_date(time).as_str()),
                (iso, java)
            );
        }
        for extreme in [i64::MIN, i64::MAX] {
            assert!(iso_seconds(Timestamp::from_millis(extreme)).ends_with('Z'));
        }
    }

    #[test]
    fn members_start_small() {
        let cases = [
            ("InstanceArn", "instanceArn"),
            ("SAMLAssertion", "sAMLAssertion"),
            ("name", "name"),
            ("", ""),
            ("Élan", "Élan"),
        ];
        for (name, want) in cases {
            assert_eq!(member_name(name), want);
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
