use std::time::Duration;

use atrium_model::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra::xml::{Document, NodeId};

use crate::conditions::{self, SKEW};
use crate::xml::{self, SAML, SAMLP};
use crate::{Assertion, ResponseError, assertion, signature, subject, time};

/// The most characters of a response in base 64, as the model of STS has it.
pub const LONGEST_RESPONSE: usize = 100_000;
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// How long after it was issued an assertion may be shown. STS says so in its refusal.
const FRESH: Duration = Duration::from_secs(300);

/// What a response must be like to be believed.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The provider's `entityID`.
    pub entity_id: &'a str,
    /// The provider's certificates, as [`crate::Metadata`] has them.
    pub certificates: &'a [String],
    /// Whether a URL is one where responses for us are delivered.
    pub is_recipient: &'a dyn Fn(&str) -> bool,
    /// Whether an audience is us.
    pub is_audience: &'a dyn Fn(&str) -> bool,
    /// The time.
    pub now: Timestamp,
}

/// The assertion in a response, in base 64, to which all holds that is `expected`.
///
/// A response may be shown more than once while it is fresh, as with AWS.
///
/// # Errors
///
/// See [`ResponseError`].
pub fn verify(encoded: &str, expected: &Expected<'_>) -> Result<Assertion, ResponseError> {
    let source = decode(encoded)?;
    let document = xml::parse(&source).ok_or(ResponseError::Unreadable)?;
    let response = document
        .document_element()
        .ok_or(ResponseError::Unreadable)?;
    if !xml::is(&document, response, SAMLP, "Response") {
        return Err(ResponseError::Malformed("it is not a Response"));
    }
    if xml::attribute(&document, response, "Version") != Some("2.0") {
        return Err(ResponseError::Malformed("its version is not 2.0"));
    }
    let status = status(&document, response)
        .ok_or(ResponseError::Malformed("there must be one StatusCode"))?;
    if status != SUCCESS {
        return Err(ResponseError::Rejected);
    }
    let node = only_assertion(&document, response)?;
    signature::check(&document, &source, response, node, expected.certificates)?;
    read(&document, response, node, expected)
}

fn decode(encoded: &str) -> Result<String, ResponseError> {
    if encoded.len() > LONGEST_RESPONSE {
        return Err(ResponseError::Unreadable);
    }
    // Browsers' forms and tools break lines.
    let plain: String = encoded
        .chars()
        .filter(|c| !c.is_ascii_whitespace())
        .collect();
    let bytes = STANDARD
        .decode(plain)
        .map_err(|_| ResponseError::Unreadable)?;
    String::from_utf8(bytes).map_err(|_| ResponseError::Unreadable)
}

fn status<'a>(document: &'a Document<'_>, response: NodeId) -> Option<&'a str> {
    let status = xml::only_child(document, response, SAMLP, "Status")?;
    let code = xml::only_child(document, status, SAMLP, "StatusCode")?;
    xml::attribute(document, code, "Value")
}

/// The one assertion there is, in the one response: with a second one anywhere it would have to be told which is meant.
fn only_assertion(document: &Document<'_>, response: NodeId) -> Result<NodeId, ResponseError> {
    let count = |namespace, name| xml::anywhere(document, namespace, name).len();
    if count(SAML, "EncryptedAssertion") + count(SAML, "EncryptedID") > 0 {
        return Err(ResponseError::Malformed("encryption is not supported"));
    }
    if count(SAML, "Assertion") != 1 || count(SAMLP, "Response") != 1 {
        return Err(ResponseError::Malformed("there must be one Assertion"));
    }
    xml::only_child(document, response, SAML, "Assertion").ok_or(ResponseError::Malformed(
        "the Assertion is not in its place",
    ))
}

/// Reads what is known to be signed.
fn read(
    document: &Document<'_>,
    response: NodeId,
    node: NodeId,
    expected: &Expected<'_>,
) -> Result<Assertion, ResponseError> {
    let issuer = xml::only_child(document, node, SAML, "Issuer")
        .and_then(|issuer| xml::text(document, issuer))
        .ok_or(ResponseError::Issuer)?;
    let of_response = xml::children(document, response, SAML, "Issuer");
    let other = of_response
        .into_iter()
        .any(|one| xml::text(document, one).is_none_or(|text| text != expected.entity_id));
    if issuer != expected.entity_id || other {
        return Err(ResponseError::Issuer);
    }
    if xml::attribute(document, node, "Version") != Some("2.0") {
        return Err(ResponseError::Malformed("its version is not 2.0"));
    }
    let id = xml::attribute(document, node, "ID").unwrap_or_default();
    let issued = xml::attribute(document, node, "IssueInstant")
        .and_then(time::time)
        .ok_or(ResponseError::Malformed("the IssueInstant is no time"))?;
    let (subject, recipient) = subject::read(document, node, expected)?;
    conditions::check(document, node, expected)?;
    if issued > expected.now + SKEW {
        return Err(ResponseError::NotYet);
    }
    if issued + FRESH < expected.now {
        return Err(ResponseError::Stale);
    }
    let session_ends = assertion::session_ends(document, node)?;
    if session_ends.is_some_and(|ends| ends <= expected.now) {
        return Err(ResponseError::Expired);
    }
    Ok(Assertion {
        id: id.to_owned(),
        issuer,
        subject,
        recipient,
        session_ends,
        attributes: assertion::attributes(document, node)?,
    })
}
