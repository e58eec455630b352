//! A provider whose key and entity id are known, and what it has to say.

use std::sync::LazyLock;

use atrium_model::Timestamp;
use atrium_saml::{Assertion, Expected, ResponseError, verify};
use atrium_testkit::{SamlClaims, SamlIdentityProvider};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub const ENTITY: &str = "https://idp.example.com/metadata";
pub const NOW: Timestamp = Timestamp::from_millis(1_795_514_400_000);
pub const PAIR: &str =
    "arn:aws:iam::111122223333:role/Dev,arn:aws:iam::111122223333:saml-provider/Corp";

/// The provider that is trusted. Keys take a while to make.
pub static PROVIDER: LazyLock<SamlIdentityProvider> =
    LazyLock::new(|| SamlIdentityProvider::new(ENTITY));
/// Another one that says it is the same.
pub static IMPOSTOR: LazyLock<SamlIdentityProvider> =
    LazyLock::new(|| SamlIdentityProvider::new(ENTITY));

pub fn later(seconds: i64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() + seconds * 1000)
}

pub fn claims() -> SamlClaims {
    SamlClaims::new(NOW, "jane@example.com", &[PAIR])
}

pub fn encode(xml: &str) -> String {
    STANDARD.encode(xml)
}

pub fn check(encoded: &str) -> Result<Assertion, ResponseError> {
    check_at(encoded, NOW)
}

pub fn check_at(encoded: &str, now: Timestamp) -> Result<Assertion, ResponseError> {
    check_with(encoded, now, &[PROVIDER.certificate().to_owned()])
}

pub fn check_with(
    encoded: &str,
    now: Timestamp,
    certificates: &[String],
) -> Result<Assertion, ResponseError> {
    verify(
        encoded,
        &Expected {
            entity_id: ENTITY,
            certificates,
            is_recipient: &|url| url == "https://signin.aws.amazon.com/saml",
            is_audience: &|audience| audience == "urn:amazon:webservices",
            now,
        },
    )
}
