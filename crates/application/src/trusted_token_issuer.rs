use atrium_model::control::{TrustedTokenIssuer, TrustedTokenIssuerArn};
use atrium_model::{AccountId, InstanceId, OpContext};
use atrium_store::{ControlTx, StoreError};

use crate::Quotas;

/// A trusted token issuer to be made.
#[derive(Clone, Debug)]
pub struct NewTrustedTokenIssuer {
    /// Its name.
    pub name: String,
    /// Its URL. Nothing is fetched from it before tokens are exchanged.
    pub issuer_url: String,
    /// The claim of its tokens that tells who someone is.
    pub claim_attribute_path: String,
    /// The attribute of users that the claim is compared with.
    pub identity_store_attribute_path: String,
}

/// What to change of a trusted token issuer; what is absent stays. The URL can't be changed.
#[derive(Clone, Debug, Default)]
pub struct TrustedTokenIssuerChange {
    /// A new name.
    pub name: Option<String>,
    /// Another claim.
    pub claim_attribute_path: Option<String>,
    /// Another attribute of users.
    pub identity_store_attribute_path: Option<String>,
}

/// Why a trusted token issuer can't be made, read or changed.
#[derive(Debug, thiserror::Error)]
pub enum TrustedTokenIssuerError {
    /// The instance has no such issuer.
    #[error("trusted token issuer not found")]
    NotFound,
    /// The instance has an issuer of this name.
    #[error("a trusted token issuer named `{0}` already exists")]
    NameTaken(String),
    /// The instance has as many as it may.
    #[error("the instance already has {0} trusted token issuers")]
    Quota(i64),
    /// The store failed.
    #[error("could not read or save the trusted token issuer")]
    Store(#[from] StoreError),
}

fn name_taken(error: StoreError, name: &str) -> TrustedTokenIssuerError {
    match error {
        StoreError::Duplicate(_) => TrustedTokenIssuerError::NameTaken(name.to_owned()),
        error => error.into(),
    }
}

/// Has an instance, which `owner` owns, trust an issuer.
pub fn create_trusted_token_issuer(
    cx: &OpContext<'_>,
    tx: &mut (impl ControlTx + ?Sized),
    quotas: &Quotas,
    instance: &InstanceId,
    owner: &AccountId,
    new: NewTrustedTokenIssuer,
) -> Result<TrustedTokenIssuer, TrustedTokenIssuerError> {
    if tx.count_trusted_token_issuers(instance)? >= quotas.trusted_token_issuers {
        return Err(TrustedTokenIssuerError::Quota(quotas.trusted_token_issuers));
    }
    let id = format!("tti-{}", cx.new_uuid())
        .parse()
        .map_err(|error| StoreError::Corrupt(format!("a new id has the wrong shape: {error}")))?;
    let issuer = TrustedTokenIssuer {
        instance: instance.clone(),
        id,
        account: owner.clone(),
        name: new.name,
        issuer_url: new.issuer_url,
        claim_attribute_path: new.claim_attribute_path,
        identity_store_attribute_path: new.identity_store_attribute_path,
        created: cx.now(),
    };
    tx.insert_trusted_token_issuer(&issuer)
        .map_err(|error| name_taken(error, &issuer.name))?;
    Ok(issuer)
}

/// A trusted token issuer.
pub fn describe_trusted_token_issuer(
    tx: &mut (impl ControlTx + ?Sized),
    arn: &TrustedTokenIssuerArn,
) -> Result<TrustedTokenIssuer, TrustedTokenIssuerError> {
    tx.trusted_token_issuer(&arn.instance, &arn.id)?
        .filter(|issuer| issuer.account == arn.account)
        .ok_or(TrustedTokenIssuerError::NotFound)
}

/// Changes a trusted token issuer.
pub fn update_trusted_token_issuer(
    tx: &mut (impl ControlTx + ?Sized),
    arn: &TrustedTokenIssuerArn,
    change: TrustedTokenIssuerChange,
) -> Result<(), TrustedTokenIssuerError> {
    let mut issuer = describe_trusted_token_issuer(tx, arn)?;
    let TrustedTokenIssuerChange {
        name,
        claim_attribute_path,
        identity_store_attribute_path,
    } = change;
    if let Some(name) = name {
        issuer.name = name;
    }
    if let Some(path) = claim_attribute_path {
        issuer.claim_attribute_path = path;
    }
    if let Some(path) = identity_store_attribute_path {
        issuer.identity_store_attribute_path = path;
    }
    tx.update_trusted_token_issuer(&issuer)
        .map_err(|error| name_taken(error, &issuer.name))
}

/// Stops trusting an issuer. Applications may still name it in their grants; its tokens get nobody in any more (API
/// reference, `DeleteTrustedTokenIssuer`).
pub fn delete_trusted_token_issuer(
    tx: &mut (impl ControlTx + ?Sized),
    arn: &TrustedTokenIssuerArn,
) -> Result<(), TrustedTokenIssuerError> {
    describe_trusted_token_issuer(tx, arn)?;
    tx.delete_trusted_token_issuer(&arn.instance, &arn.id)?;
    Ok(())
}
