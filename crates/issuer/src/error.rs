/// Why a token is not good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// It is no signed JSON Web Token.
    #[error("the token is not a signed JSON Web Token")]
    Malformed,
    /// It is signed in a way that is not accepted, or not signed at all.
    #[error("the token's algorithm is not accepted")]
    Algorithm,
    /// Another issuer made it than was asked for.
    #[error("the token was made by another issuer")]
    OtherIssuer,
    /// It is too old.
    #[error("the token has expired")]
    Expired,
    /// It is good at a later time only.
    #[error("the token is not valid yet")]
    NotYet,
    /// The issuer publishes no key with which it could be signed.
    #[error("the issuer publishes no such key")]
    UnknownKey,
    /// The signature is not the key's.
    #[error("the token's signature is not valid")]
    Signature,
    /// The issuer's URL is not one that may be asked.
    #[error("the issuer's URL can't be used: {0}")]
    Url(&'static str),
    /// The issuer did not answer, or not in time.
    #[error("could not reach the issuer: {0}")]
    Unreachable(String),
    /// The issuer's answer is not what OpenID Connect Discovery 1.0 says.
    #[error("the issuer's answer can't be used: {0}")]
    Answer(&'static str),
}

impl IssuerError {
    /// Whether the issuer is to blame, or the way to it, and not the token.
    pub fn is_of_issuer(&self) -> bool {
        match self {
            Self::Url(_) | Self::Unreachable(_) | Self::Answer(_) => true,
            Self::Malformed
            | Self::Algorithm
            | Self::OtherIssuer
            | Self::Expired
            | Self::NotYet
            | Self::UnknownKey
            | Self::Signature => false,
        }
    }
}
