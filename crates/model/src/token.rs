//! Tokens that people of an Identity Center instance are known by.

use std::fmt;
use std::str::FromStr;

use crate::{ApplicationId, InstanceId, ParseIdError, Timestamp, UserId};

/// What is kept of a token. The token itself is not: only its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerToken {
    /// The instance that issued it.
    pub instance: InstanceId,
    /// SHA-256 of the token, in hexadecimal.
    pub hash: String,
    /// What it is good for.
    pub kind: TokenKind,
    /// The application it was issued to.
    pub application: ApplicationId,
    /// Whose it is.
    pub user: UserId,
    /// What it opens, in order of their names.
    pub scopes: Vec<String>,
    /// What names it in events. It is no secret.
    pub credential_id: String,
    /// All tokens that come of one sign-in have this in common, and end together.
    pub session: String,
    /// When that sign-in ends, and with it the tokens that may still come of it.
    pub session_ends: Timestamp,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it stops being good.
    pub expires: Timestamp,
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Calling services.
    Access,
    /// Getting another access token.
    Refresh,
}

impl TokenKind {
    /// The word that is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

impl FromStr for TokenKind {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        match text {
            "access" => Ok(Self::Access),
            "refresh" => Ok(Self::Refresh),
            _ => Err(ParseIdError::new("kind of token", text)),
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
