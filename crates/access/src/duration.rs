use jiff::{Span, SpanRelativeTo, Unit};

/// The shortest and the longest session of a permission set, in seconds: one hour and twelve.
const SESSION: std::ops::RangeInclusive<i64> = 3_600..=43_200;

/// How many seconds an ISO 8601 duration such as `PT8H` has; none if it isn't one hour to twelve.
pub fn session_seconds(text: &str) -> Option<i64> {
    let span: Span = text.parse().ok()?;
    // Years and months have no length of their own, and none of them is short enough.
    if span.get_years() != 0 || span.get_months() != 0 {
        return None;
    }
    let relative = SpanRelativeTo::days_are_24_hours();
    let seconds = span.total((Unit::Second, relative)).ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is too large or fractional is compared right after"
    )]
    let whole = seconds as i64;
    #[expect(clippy::cast_precision_loss, reason = "small numbers are exact")]
    let exact = whole as f64 == seconds;
    (exact && SESSION.contains(&whole)).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lasts_one_hour_to_twelve() {
        let cases = [
            ("PT1H", Some(3_600)),
            ("PT12H", Some(43_200)),
            ("PT1H30M", Some(5_400)),
            ("PT90M", Some(5_400)),
            ("PT7200S", Some(7_200)),
            ("P0DT2H", Some(7_200)),
            ("PT59M59S", None),
            ("PT12H1S", None),
            ("P1D", None),
            ("P1M", None),
            ("P1Y", None),
            ("-PT2H", None),
            ("PT3600.5S", None),
            ("PT99999999999999999999H", None),
            ("one hour", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(session_seconds(text), want, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "-?P?T?[0-9YMDWHTS.]{0,40}|\\PC{0,40}") {
            let _ = session_seconds(&text);
        }
    }
}
