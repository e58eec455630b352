//! The SQL of identity providers, one file a kind.

mod oidc;
mod saml;

use atrium_model::AccountId;
use atrium_model::iam::{OidcProvider, SamlProvider};

use crate::StoreError;
use crate::ports::IdentityProviderTx;
use crate::tx::SqlTx;

impl IdentityProviderTx for SqlTx<'_> {
    fn insert_saml_provider(
        &mut self,
        provider: &SamlProvider,
        document: &str,
    ) -> Result<(), StoreError> {
        saml::insert(self, provider, document)
    }

    fn saml_provider(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<SamlProvider>, StoreError> {
        saml::find(self, account, name)
    }

    fn saml_provider_document(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        saml::document(self, account, name)
    }

    fn saml_providers(
        &mut self,
        account: &AccountId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<SamlProvider>, StoreError> {
        saml::list(self, account, after, limit)
    }

    fn update_saml_provider(
        &mut self,
        provider: &SamlProvider,
        document: Option<&str>,
    ) -> Result<bool, StoreError> {
        saml::update(self, provider, document)
    }

    fn delete_saml_provider(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<bool, StoreError> {
        saml::delete(self, account, name)
    }

    fn insert_oidc_provider(&mut self, provider: &OidcProvider) -> Result<(), StoreError> {
        oidc::insert(self, provider)
    }

    fn oidc_provider(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<OidcProvider>, StoreError> {
        oidc::find(self, account, name)
    }

    fn oidc_providers(
        &mut self,
        account: &AccountId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<OidcProvider>, StoreError> {
        oidc::list(self, account, after, limit)
    }

    fn update_oidc_provider(&mut self, provider: &OidcProvider) -> Result<bool, StoreError> {
        oidc::update(self, provider)
    }

    fn delete_oidc_provider(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<bool, StoreError> {
        oidc::delete(self, account, name)
    }
}
