use atrium_model::Timestamp;

/// Reads an `xs:dateTime`. SAML's are in UTC; one without a zone counts as such (SAML Core, section 1.3.3).
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let (date, clock) = text.split_once('T')?;
    let plain = |byte: u8| byte.is_ascii_digit() || b":.Z+-".contains(&byte);
    if text.len() > 64 || date.len() < 10 || !date.bytes().chain(clock.bytes()).all(plain) {
        return None;
    }
    let zoned = clock.contains(['Z', '+', '-']);
    let parsed = match zoned {
        true => text.parse::<jiff::Timestamp>(),
        false => format!("{text}Z").parse(),
    };
    Some(Timestamp::from_millis(parsed.ok()?.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_xml_schema_writes_them() {
        let cases = [
            ("2026-11-24T10:00:00Z", Some(1_795_514_400_000)),
            ("2026-11-24T10:00:00", Some(1_795_514_400_000)),
            (" 2026-11-24T10:00:00.25Z ", Some(1_795_514_400_250)),
            ("2026-11-24T12:00:00+02:00", Some(1_795_514_400_000)),
            ("2026-11-24T10:00:00.123456789Z", Some(1_795_514_400_123)),
            ("2026-11-24 10:00:00Z", None),
            ("2026-11-24T10:00:00Z[UTC]", None),
            ("2026-13-24T10:00:00Z", None),
            ("2026-11-24", None),
            ("T", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(time(text).map(Timestamp::as_millis), want, "{text:?}");
        }
    }
}
