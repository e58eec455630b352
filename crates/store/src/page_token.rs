//! Page tokens that clients can neither read nor change, and that only continue the list they came from.

use atrium_model::Random;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Serialize, de::DeserializeOwned};

use crate::Vault;

/// The token was not made here, or for another list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the page token is not valid for this request")]
pub struct PageTokenError;

/// Makes and reads page tokens.
pub struct PageTokens<'a> {
    vault: &'a Vault,
    random: &'a dyn Random,
}

impl<'a> PageTokens<'a> {
    const PURPOSE: &'static str = "page-token";

    /// Tokens sealed with `vault`.
    pub fn new(vault: &'a Vault, random: &'a dyn Random) -> Self {
        Self { vault, random }
    }

    /// A token that continues the list `scope` after `cursor`. The scope names the caller's account, the operation
    /// and whatever else selects the list's entries.
    pub fn seal(&self, scope: &str, cursor: &impl Serialize) -> String {
        let plain = serde_json::to_vec(cursor).expect("cursors are plain values");
        URL_SAFE_NO_PAD.encode(self.vault.seal(Self::PURPOSE, scope, &plain, self.random))
    }

    /// The cursor in a token of the same scope.
    pub fn open<T: DeserializeOwned>(&self, scope: &str, token: &str) -> Result<T, PageTokenError> {
        let sealed = URL_SAFE_NO_PAD.decode(token).map_err(|_| PageTokenError)?;
        let plain = self
            .vault
            .unseal(Self::PURPOSE, scope, &sealed)
            .map_err(|_| PageTokenError)?;
        serde_json::from_slice(&plain).map_err(|_| PageTokenError)
    }
}
