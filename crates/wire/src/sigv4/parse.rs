//! Reads what a request says of its signature.

use http::header::{AUTHORIZATION, DATE};
use http::request::Parts;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;

use super::{AuthError, SignedRequest, amz_date, presigned};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// More signed headers than this are refused.
const MAX_SIGNED_HEADERS: usize = 100;

/// Longer parts of a credential are refused, in bytes. Access key ids have 16 to 128.
const MAX_CREDENTIAL_PART: usize = 128;

pub fn parse(parts: &Parts) -> Result<Option<SignedRequest>, AuthError> {
    let header = authorization(parts)?;
    let query = presigned::Query::read(parts)?;
    match (header, query) {
        (Some(_), Some(_)) => Err(incomplete(
            "Only one of header and query string may hold a signature.",
        )),
        (Some(header), None) => from_header(parts, header).map(Some),
        (None, Some(query)) => presigned::claims(query).map(Some),
        (None, None) => Ok(None),
    }
}

pub fn incomplete(text: impl Into<String>) -> AuthError {
    AuthError::Incomplete(text.into())
}

/// The header's text if it is about an AWS signature.
fn authorization(parts: &Parts) -> Result<Option<&str>, AuthError> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let Ok(text) = value.to_str() else {
        return Err(incomplete("Authorization header can't be read."));
    };
    if !text.starts_with("AWS4-") {
        return Ok(None);
    }
    if values.next().is_some() {
        return Err(incomplete("Authorization header must not be repeated."));
    }
    Ok(Some(text))
}

fn from_header(parts: &Parts, text: &str) -> Result<SignedRequest, AuthError> {
    let (algorithm, rest) = text.split_once(' ').unwrap_or((text, ""));
    check_algorithm(algorithm)?;
    let (mut credential, mut signed_headers, mut signature) = (None, None, None);
    for pair in rest.split(',') {
        let Some((name, value)) = pair.trim().split_once('=') else {
            let pair: String = pair.trim().chars().take(64).collect();
            return Err(incomplete(format!(
                "'{pair}' not a valid key=value pair (missing equal-sign) in Authorization header."
            )));
        };
        let slot = match name {
            "Credential" => &mut credential,
            "SignedHeaders" => &mut signed_headers,
            "Signature" => &mut signature,
            _ => continue,
        };
        if slot.replace(value).is_some() {
            return Err(incomplete(format!(
                "Authorization header has '{name}' twice."
            )));
        }
    }
    let mut missing = Vec::new();
    for (name, value) in [
        ("Credential", credential),
        ("Signature", signature),
        ("SignedHeaders", signed_headers),
    ] {
        if value.is_none_or(str::is_empty) {
            missing.push(format!("Authorization header requires '{name}' parameter."));
        }
    }
    let date = header_date(parts)?;
    if date.is_none() {
        missing.push(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
                .to_owned(),
        );
    }
    let (Some(credential), Some(signed_headers), Some(signature), Some(date), []) = (
        credential,
        signed_headers,
        signature,
        date,
        missing.as_slice(),
    ) else {
        return Err(incomplete(format!(
            "{} Authorization={ALGORITHM}",
            missing.join(" ")
        )));
    };
    build(Given {
        credential,
        signed_headers,
        signature,
        date,
        session_token: single_header(parts, "x-amz-security-token")?.map(str::to_owned),
        expires: None,
    })
}

/// `X-Amz-Date`, or else `Date`.
fn header_date(parts: &Parts) -> Result<Option<Timestamp>, AuthError> {
    let (name, text) = match single_header(parts, "x-amz-date")? {
        Some(text) => ("X-Amz-Date", text),
        None => match single_header(parts, DATE.as_str())? {
            Some(text) => ("Date", text),
            None => return Ok(None),
        },
    };
    let date = iso_basic(text).or_else(|| rfc2822::parse(text).ok().map(|zoned| zoned.timestamp()));
    date.map(Some).ok_or_else(|| {
        incomplete(format!("Date must be in ISO-8601 'basic format'. Header '{name}' isn't. See http://en.wikipedia.org/wiki/ISO_8601"))
    })
}

fn single_header<'a>(parts: &'a Parts, name: &str) -> Result<Option<&'a str>, AuthError> {
    let mut values = parts.headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    match (value.to_str(), values.next()) {
        (Ok(text), None) => Ok(Some(text.trim())),
        _ => Err(incomplete(format!(
            "Header '{name}' must be there once, in ASCII."
        ))),
    }
}

/// `20260701T120819Z`.
pub fn iso_basic(text: &str) -> Option<Timestamp> {
    let shape = text.len() == 16
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
    let time = shape.then(|| DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok())??;
    TimeZone::UTC.to_timestamp(time).ok()
}

pub fn check_algorithm(algorithm: &str) -> Result<(), AuthError> {
    if algorithm == ALGORITHM {
        return Ok(());
    }
    let algorithm: String = algorithm.chars().take(64).collect();
    Err(incomplete(format!(
        "Unsupported AWS 'algorithm': '{algorithm}'."
    )))
}

/// The parts of a signature, wherever they stood.
pub struct Given<'a> {
    pub credential: &'a str,
    pub signed_headers: &'a str,
    pub signature: &'a str,
    pub date: Timestamp,
    pub session_token: Option<String>,
    pub expires: Option<u32>,
}

pub fn build(given: Given<'_>) -> Result<SignedRequest, AuthError> {
    let elements: Vec<&str> = given.credential.split('/').collect();
    let &[access_key_id, scope_date, region, service, term] = elements.as_slice() else {
        return Err(incomplete(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.",
        ));
    };
    let part = |text: &str| {
        (1..=MAX_CREDENTIAL_PART).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if ![access_key_id, region, service].into_iter().all(part) {
        return Err(incomplete(
            "Credential has an element that is empty or too long.",
        ));
    }
    if term != "aws4_request" {
        return Err(AuthError::NotCovered(
            "Credential should be scoped with a valid terminator: 'aws4_request'.".to_owned(),
        ));
    }
    let long = amz_date(given.date);
    if long.get(..8) != Some(scope_date) {
        let scope: String = scope_date.chars().take(16).collect();
        let day = long.get(..8).unwrap_or_default();
        return Err(AuthError::NotCovered(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope}' != '{day}', from '{long}'."
        )));
    }
    let mut signature = [0; 32];
    // Upper-case digits would be a second spelling of the same signature.
    let lower = given
        .signature
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !lower || hex::decode_to_slice(given.signature, &mut signature).is_err() {
        return Err(AuthError::SignatureDoesNotMatch);
    }
    Ok(SignedRequest {
        access_key_id: access_key_id.to_owned(),
        date: given.date,
        scope_date: scope_date.to_owned(),
        region: region.to_owned(),
        service: service.to_owned(),
        signed_headers: header_names(given.signed_headers)?,
        session_token: given.session_token,
        expires: given.expires,
        signature,
    })
}

/// Names in lower case, sorted, each once: the only spelling the rules allow.
fn header_names(text: &str) -> Result<Vec<String>, AuthError> {
    let names: Vec<String> = text
        .split(';')
        .take(MAX_SIGNED_HEADERS + 1)
        .map(str::to_owned)
        .collect();
    let token = |byte: u8| {
        byte.is_ascii_graphic() && !byte.is_ascii_uppercase() && !matches!(byte, b':' | b';' | b',')
    };
    let fits = names.len() <= MAX_SIGNED_HEADERS
        && names
            .iter()
            .all(|name| !name.is_empty() && name.bytes().all(token))
        && names.is_sorted_by(|one, other| one < other);
    if fits {
        Ok(names)
    } else {
        Err(incomplete(
            "SignedHeaders must be lower-case names in alphabetical order, each once.",
        ))
    }
}
