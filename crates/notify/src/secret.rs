use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The secret that a webhook's messages are signed with: `whsec_` and 24 to 64 bytes in Base64; Standard Webhooks,
/// "Signature scheme".
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// A text that is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `whsec_` and 24 to 64 bytes in Base64")]
pub struct ParseSecretError;

impl Secret {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = ParseSecretError;

    fn from_str(text: &str) -> Result<Self, ParseSecretError> {
        let encoded = text.strip_prefix("whsec_").ok_or(ParseSecretError)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| ParseSecretError)?;
        match (24..=64).contains(&bytes.len()) {
            true => Ok(Self(bytes)),
            false => Err(ParseSecretError),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_the_length_that_the_standard_asks_for() {
        let cases = [
            (
                "24 bytes",
                format!("whsec_{}", STANDARD.encode([7; 24])),
                true,
            ),
            (
                "64 bytes",
                format!("whsec_{}", STANDARD.encode([7; 64])),
                true,
            ),
            (
                "23 bytes",
                format!("whsec_{}", STANDARD.encode([7; 23])),
                false,
            ),
            (
                "65 bytes",
                format!("whsec_{}", STANDARD.encode([7; 65])),
                false,
            ),
            ("no prefix", STANDARD.encode([7; 24]), false),
            (
                "no Base64",
                "whsec_????????????????????????????????".to_owned(),
                false,
            ),
            ("nothing", String::new(), false),
        ];
        for (case, text, want) in cases {
            assert_eq!(text.parse::<Secret>().is_ok(), want, "{case}");
        }
    }
}
