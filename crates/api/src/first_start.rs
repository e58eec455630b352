//! What the first start on an empty database makes: a management account, an organization with an organization
//! instance, and an administrator's access key.

use std::sync::Arc;

use atrium_model::organization::FeatureSet;
use atrium_model::{AccountId, Caller, OpContext, Principal, Region, new_uuid};
use atrium_organization::NewAccount;
use atrium_store::{StoreError, Tx};

use crate::Services;

/// Names the management account, once it is made.
const MANAGEMENT: &str = "management-account";
/// Names the administrator's key until whoever keeps it has said that it is kept.
const UNKEPT_KEY: &str = "unkept-administrator-key";

/// Why the first start could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FirstStartError {
    /// A step was refused.
    #[error("could not prepare the new database: {0}")]
    Refused(String),
    /// The store failed.
    #[error("could not prepare the new database")]
    Store(#[from] StoreError),
}

fn refused(error: impl std::fmt::Display) -> FirstStartError {
    FirstStartError::Refused(error.to_string())
}

/// The administrator's access key, to be kept by the caller: it can't be read again.
#[derive(Clone)]
pub struct AdministratorKey {
    /// The management account.
    pub account: AccountId,
    /// `AKIA…`
    pub access_key_id: String,
    /// The secret that goes with it.
    pub secret_access_key: String,
}

/// Prepares an empty database; does nothing on one that is in use.
///
/// Answers a key when there is one to keep. Until [`administrator_key_kept`] is called, each start makes a new one in
/// place of the last, so a crash in between locks nobody out.
pub async fn first_start(
    services: &Arc<Services>,
    home_region: &Region,
) -> Result<Option<AdministratorKey>, FirstStartError> {
    let (inner, region) = (Arc::clone(services), home_region.clone());
    let now = services.clock.now();
    let request_id = new_uuid(&*services.random);
    services
        .store
        .write(move |tx| {
            let account = tx.setting(MANAGEMENT)?;
            let caller = |account: AccountId| Caller {
                account,
                principal: Principal::Root,
                access_key_id: String::new(),
                session: None,
            };
            let known: Option<AccountId> = account
                .map(|text| text.parse())
                .transpose()
                .map_err(refused)?;
            let caller = match known {
                Some(_) if tx.setting(UNKEPT_KEY)?.is_none_or(|key| key.is_empty()) => {
                    return Ok(None);
                }
                Some(account) => caller(account),
                None => {
                    // The account gets its id first; nobody calls yet.
                    let nobody = caller("000000000000".parse().map_err(refused)?);
                    let cx = context(&inner, &nobody, &region, now, &request_id);
                    let new = NewAccount {
                        id: None,
                        email: "management@atrium.example".to_owned(),
                        name: "Management".to_owned(),
                    };
                    let made =
                        atrium_organization::create_account(&cx, tx, new).map_err(refused)?;
                    caller(made.id)
                }
            };
            let cx = context(&inner, &caller, &region, now, &request_id);
            make(&inner, &cx, tx).map(Some)
        })
        .await
}

fn context<'a>(
    services: &'a Services,
    caller: &'a Caller,
    region: &'a Region,
    now: atrium_model::Timestamp,
    request_id: &'a str,
) -> OpContext<'a> {
    OpContext {
        now,
        random: &*services.random,
        caller,
        region,
        request_id,
    }
}

fn make(
    services: &Services,
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
) -> Result<AdministratorKey, FirstStartError> {
    let account = &cx.caller.account;
    let (access_key_id, secret_access_key): (String, String) = match tx.setting(UNKEPT_KEY)? {
        None => {
            tx.put_setting(MANAGEMENT, account.as_str())?;
            atrium_organization::create_organization(cx, tx, account, FeatureSet::All)
                .map_err(refused)?;
            atrium_directory::enable_organization_instance(
                cx,
                tx,
                atrium_directory::NewOrganizationInstance::default(),
            )
            .map_err(refused)?;
            atrium_iam::bootstrap_administrator(cx, tx, &services.vault, account)
                .map_err(refused)?
        }
        Some(lost) => {
            tx.delete_access_key(account, &lost)?;
            atrium_iam::new_administrator_key(cx, tx, &services.vault, account).map_err(refused)?
        }
    };
    tx.put_setting(UNKEPT_KEY, &access_key_id)?;
    Ok(AdministratorKey {
        account: account.clone(),
        access_key_id,
        secret_access_key,
    })
}

/// Notes that the administrator's key is safe with its owner.
pub async fn administrator_key_kept(services: &Services) -> Result<(), StoreError> {
    services
        .store
        .write(|tx| tx.put_setting(UNKEPT_KEY, ""))
        .await
}
