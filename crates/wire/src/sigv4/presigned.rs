//! Presigned URLs: the signature stands in the query string.

use http::request::Parts;

use super::parse::{Given, build, check_algorithm, incomplete, iso_basic};
use super::{AuthError, MAX_EXPIRES_SECONDS, SignedRequest};

/// Parameters of a presigned URL.
#[derive(Default)]
pub struct Query {
    algorithm: Option<String>,
    credential: Option<String>,
    date: Option<String>,
    expires: Option<String>,
    signed_headers: Option<String>,
    signature: Option<String>,
    security_token: Option<String>,
}

impl Query {
    /// None if the query string doesn't hold a signature.
    pub fn read(parts: &Parts) -> Result<Option<Self>, AuthError> {
        let mut query = Self::default();
        for (name, value) in
            form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
        {
            let slot = match name.as_ref() {
                "X-Amz-Algorithm" => &mut query.algorithm,
                "X-Amz-Credential" => &mut query.credential,
                "X-Amz-Date" => &mut query.date,
                "X-Amz-Expires" => &mut query.expires,
                "X-Amz-SignedHeaders" => &mut query.signed_headers,
                "X-Amz-Signature" => &mut query.signature,
                "X-Amz-Security-Token" => &mut query.security_token,
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(incomplete(format!("Query string has '{name}' twice.")));
            }
        }
        let signed =
            query.algorithm.is_some() || query.credential.is_some() || query.signature.is_some();
        Ok(signed.then_some(query))
    }
}

/// What those parameters claim.
pub fn claims(query: Query) -> Result<SignedRequest, AuthError> {
    let need = |value: Option<String>, name: &str| {
        value.ok_or_else(|| incomplete(format!("AWS query-string parameters must include '{name}'. Re-examine the query-string parameters.")))
    };
    check_algorithm(&need(query.algorithm, "X-Amz-Algorithm")?)?;
    let credential = need(query.credential, "X-Amz-Credential")?;
    let signature = need(query.signature, "X-Amz-Signature")?;
    let signed_headers = need(query.signed_headers, "X-Amz-SignedHeaders")?;
    let date = need(query.date, "X-Amz-Date")?;
    let date = iso_basic(&date).ok_or_else(|| {
        incomplete("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    })?;
    // Without it a URL is valid as long as a signed header would be.
    let expires = match query.expires {
        None => None,
        Some(text) => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let seconds = digits.then(|| text.parse::<u32>().ok()).flatten();
            let seconds = seconds.filter(|&seconds| (1..=MAX_EXPIRES_SECONDS).contains(&seconds));
            Some(seconds.ok_or_else(|| {
                incomplete(format!(
                    "X-Amz-Expires must be a number of seconds between 1 and {MAX_EXPIRES_SECONDS}"
                ))
            })?)
        }
    };
    build(Given {
        credential: &credential,
        signed_headers: &signed_headers,
        signature: &signature,
        date,
        session_token: query.security_token,
        expires,
    })
}
