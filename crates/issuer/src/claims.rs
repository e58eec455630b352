use atrium_model::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::IssuerError;

/// Longer texts are not read. AWS's limit on web identity tokens is 20,000 characters, on assertions none is known.
const LONGEST: usize = 50_000;

pub(crate) type Object = Map<String, Value>;

/// What a token says of someone.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    pub(crate) fn of(claims: Map<String, Value>) -> Self {
        Self(claims)
    }

    /// What a token says, whoever made it. Nothing may be decided by it but whom to ask.
    ///
    /// # Errors
    ///
    /// [`IssuerError::Malformed`] when it is no JSON Web Token.
    pub fn peek(token: &str) -> Result<Self, IssuerError> {
        Ok(Self(parts(token)?.1))
    }

    /// `iss`.
    pub fn issuer(&self) -> Option<&str> {
        self.text("iss")
    }

    /// `sub`.
    pub fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    /// `aud`, which may be one text or several.
    pub fn audiences(&self) -> Vec<&str> {
        self.texts("aud")
    }

    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A claim that is one text or several.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        match self.0.get(name) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Any claim.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The claim at a path such as `profile.email`: a claim of that very name, or one within others.
    pub fn at(&self, path: &str) -> Option<&Value> {
        if let Some(value) = self.0.get(path) {
            return Some(value);
        }
        let mut steps = path.split('.');
        let mut value = self.0.get(steps.next()?)?;
        for step in steps {
            value = value.get(step)?;
        }
        Some(value)
    }

    /// A claim that is a moment, in seconds since the epoch with or without a fraction (RFC 7519, `NumericDate`).
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        let seconds = self.0.get(name)?.as_f64()?;
        // Whole numbers beyond the range of times end at its edge.
        #[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
        Some(Timestamp::from_millis((seconds * 1000.0) as i64))
    }

    /// All claims.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// The header and the claims of a token in compact form.
pub(crate) fn parts(token: &str) -> Result<(Object, Object), IssuerError> {
    let malformed = IssuerError::Malformed;
    if token.len() > LONGEST {
        return Err(malformed);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(malformed);
    };
    let read = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    read(header).zip(read(claims)).ok_or(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn claims(value: Value) -> Claims {
        Claims(value.as_object().expect("an object").clone())
    }

    #[test]
    fn claims_are_found_by_name_and_by_path() {
        let claims = claims(
            json!({"iss": "i", "aud": ["a", 1, "b"], "https://x/y.z": "named", "a": {"b": {"c": "deep"}},
            "exp": 1.5, "nbf": "1"}),
        );
        assert_eq!(claims.audiences(), ["a", "b"]);
        assert_eq!(claims.at("https://x/y.z"), Some(&json!("named")));
        assert_eq!(claims.at("a.b.c"), Some(&json!("deep")));
        assert_eq!(claims.at("a.c"), None);
        assert_eq!(claims.at(""), None);
        assert_eq!(claims.time("exp"), Some(Timestamp::from_millis(1500)));
        assert_eq!(claims.time("nbf"), None);
    }

    proptest! {
        #[test]
        fn peeking_never_panics(token in "[-_a-zA-Z0-9.=]{0,60}|\\PC{0,40}") {
            let _ = Claims::peek(&token);
        }
    }
}
