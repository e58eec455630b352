use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Map, Value};

use crate::IssuerError;

/// The most keys of a set that are read.
const MOST: usize = 100;
/// The most keys that are tried for a token that names none.
const TRIED: usize = 8;

/// What a token's header says, once it may be looked at further.
pub(crate) struct Header {
    algorithm: Algorithm,
    name: &'static str,
    key: Option<String>,
}

/// The algorithms that are accepted, with the type of key each needs: signatures only. With `HS256` and its like, whoever
/// can check a token can make one.
const ALGORITHMS: [(&str, Algorithm, &str); 9] = [
    ("RS256", Algorithm::RS256, "RSA"),
    ("RS384", Algorithm::RS384, "RSA"),
    ("RS512", Algorithm::RS512, "RSA"),
    ("PS256", Algorithm::PS256, "RSA"),
    ("PS384", Algorithm::PS384, "RSA"),
    ("PS512", Algorithm::PS512, "RSA"),
    ("ES256", Algorithm::ES256, "EC"),
    ("ES384", Algorithm::ES384, "EC"),
    ("EdDSA", Algorithm::EdDSA, "OKP"),
];

impl Header {
    pub(crate) fn read(header: &Map<String, Value>) -> Result<Self, IssuerError> {
        // Extensions that must be understood (RFC 7515, section 4.1.11): none is.
        if header.contains_key("crit") {
            return Err(IssuerError::Malformed);
        }
        let name = header.get("alg").and_then(Value::as_str);
        let (name, algorithm, _) = ALGORITHMS
            .into_iter()
            .find(|(known, ..)| Some(*known) == name)
            .ok_or(IssuerError::Algorithm)?;
        let key = header.get("kid").and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            algorithm,
            name,
            key,
        })
    }
}

/// The keys with which an issuer signs.
pub(crate) struct KeySet(Vec<Key>);

struct Key {
    id: Option<String>,
    /// Only for this algorithm, if it says so.
    algorithm: Option<String>,
    kind: String,
    key: DecodingKey,
}

impl KeySet {
    /// Reads a JSON Web Key Set. Keys of other kinds, and for other uses than signing, are passed over.
    pub(crate) fn read(set: &Value) -> Result<Self, IssuerError> {
        let keys = set["keys"]
            .as_array()
            .ok_or(IssuerError::Answer("it is no set of keys"))?;
        Ok(Self(keys.iter().take(MOST).filter_map(key).collect()))
    }

    /// Whether a token with this header may be signed with one of the keys.
    pub(crate) fn fits(&self, header: &Header) -> bool {
        self.candidates(header).next().is_some()
    }

    fn candidates<'a>(&'a self, header: &'a Header) -> impl Iterator<Item = &'a Key> {
        self.0.iter().filter(move |key| {
            let kind = ALGORITHMS
                .iter()
                .any(|(name, _, kind)| *name == header.name && *kind == key.kind);
            let algorithm = key
                .algorithm
                .as_deref()
                .is_none_or(|algorithm| algorithm == header.name);
            let id = header.key.is_none() || header.key == key.id;
            kind && algorithm && id
        })
    }

    /// The claims of a token that is signed with one of the keys. Times, issuer and audience are not looked at.
    pub(crate) fn verify(
        &self,
        header: &Header,
        token: &str,
    ) -> Result<Map<String, Value>, IssuerError> {
        let mut rules = Validation::new(header.algorithm);
        rules.validate_exp = false;
        rules.validate_nbf = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let mut outcome = Err(IssuerError::UnknownKey);
        for candidate in self.candidates(header).take(TRIED) {
            match decode::<Map<String, Value>>(token, &candidate.key, &rules) {
                Ok(token) => return Ok(token.claims),
                Err(_) => outcome = Err(IssuerError::Signature),
            }
        }
        outcome
    }
}

fn key(value: &Value) -> Option<Key> {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let kind = text("kty").filter(|kind| ALGORITHMS.iter().any(|(_, _, known)| known == kind))?;
    if text("use").is_some_and(|used| used != "sig") {
        return None;
    }
    let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
    Some(Key {
        id: text("kid"),
        algorithm: text("alg"),
        kind,
        key: DecodingKey::from_jwk(&jwk).ok()?,
    })
}
