use atrium_model::AccountId;
use atrium_model::iam::{OidcProvider, SamlProvider};

use crate::StoreError;

/// What the iam area asks of a transaction about the identity providers of an account.
pub trait IdentityProviderTx {
    /// Adds a SAML provider with its metadata document. [`StoreError::Duplicate`] if the account has one of this name.
    fn insert_saml_provider(
        &mut self,
        provider: &SamlProvider,
        document: &str,
    ) -> Result<(), StoreError>;
    /// The SAML provider with this name.
    fn saml_provider(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<SamlProvider>, StoreError>;
    /// The metadata document of the SAML provider with this name.
    fn saml_provider_document(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<String>, StoreError>;
    /// SAML providers in order of their names.
    fn saml_providers(
        &mut self,
        account: &AccountId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<SamlProvider>, StoreError>;
    /// Keeps what the metadata says and the tags, and the document if there is a new one. Tells whether there is such a
    /// provider.
    fn update_saml_provider(
        &mut self,
        provider: &SamlProvider,
        document: Option<&str>,
    ) -> Result<bool, StoreError>;
    /// Removes a SAML provider. Tells whether there was one.
    fn delete_saml_provider(&mut self, account: &AccountId, name: &str)
    -> Result<bool, StoreError>;

    /// Adds an OpenID Connect provider. [`StoreError::Duplicate`] if the account has one of this name.
    fn insert_oidc_provider(&mut self, provider: &OidcProvider) -> Result<(), StoreError>;
    /// The OpenID Connect provider with this name: host and path.
    fn oidc_provider(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<OidcProvider>, StoreError>;
    /// OpenID Connect providers in order of their names.
    fn oidc_providers(
        &mut self,
        account: &AccountId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<OidcProvider>, StoreError>;
    /// Keeps client ids, thumbprints and tags. Tells whether there is such a provider.
    fn update_oidc_provider(&mut self, provider: &OidcProvider) -> Result<bool, StoreError>;
    /// Removes an OpenID Connect provider. Tells whether there was one.
    fn delete_oidc_provider(&mut self, account: &AccountId, name: &str)
    -> Result<bool, StoreError>;
}
