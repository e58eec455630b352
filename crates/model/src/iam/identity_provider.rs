use super::Tag;
use crate::{AccountId, Timestamp};

/// A SAML 2.0 identity provider of an account. Its metadata document is kept apart: it may be large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlProvider {
    /// The account that trusts it.
    pub account: AccountId,
    /// The name, unique in its account.
    pub name: String,
    /// Twenty-two upper-case letters and digits, never used twice.
    pub id: String,
    /// The `entityID`: who issues the assertions.
    pub issuer: String,
    /// The certificates that assertions may be signed with: DER in base 64.
    pub certificates: Vec<String>,
    /// Until when the metadata is good.
    pub valid_until: Timestamp,
    /// The provider's tags, in the order in which they were set.
    pub tags: Vec<Tag>,
    /// When the provider was made.
    pub created: Timestamp,
}

/// An OpenID Connect identity provider of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcProvider {
    /// The account that trusts it.
    pub account: AccountId,
    /// The issuer's URL, as tokens name it in `iss`.
    pub url: String,
    /// The audiences whose tokens are accepted.
    pub client_ids: Vec<String>,
    /// Thumbprints of certificates. They are kept and shown, and decide nothing.
    pub thumbprints: Vec<String>,
    /// The provider's tags, in the order in which they were set.
    pub tags: Vec<Tag>,
    /// When the provider was made.
    pub created: Timestamp,
}

impl SamlProvider {
    /// How the names of providers begin through which Identity Center signs people in.
    pub const RESERVED_PREFIX: &str = "AWSSSO_";

    /// `arn:aws:iam::<account>:saml-provider/<name>`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:saml-provider/{}", self.account, self.name)
    }
}

impl OidcProvider {
    /// `arn:aws:iam::<account>:oidc-provider/<host and path>`.
    pub fn arn(&self) -> String {
        format!(
            "arn:aws:iam::{}:oidc-provider/{}",
            self.account,
            self.name()
        )
    }

    /// Host and path: the URL without its scheme. It is unique in its account.
    pub fn name(&self) -> &str {
        self.url
            .split_once("://")
            .map_or(self.url.as_str(), |(_, name)| name)
    }
}
