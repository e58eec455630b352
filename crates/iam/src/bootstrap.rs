use atrium_model::iam::{HolderKind, KeyOwner, Role, User};
use atrium_model::{AccountId, OpContext};
use atrium_store::{StoreError, Tx, Vault};
use serde_json::json;

use crate::ids::unique_id;
use crate::{IamError, Missing, NewUser, Quotas, Target, attach, create_access_key, create_user};

/// The AWS managed policy that allows everything.
pub const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// The user that the first start makes.
const ADMINISTRATOR: &str = "Administrator";

/// Makes the IAM user `Administrator` with all permissions, and answers its access key id and secret.
///
/// # Errors
///
/// [`IamError::UserExists`] if the account has such a user.
pub fn bootstrap_administrator(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    vault: &Vault,
    account: &AccountId,
) -> Result<(String, String), IamError> {
    let quotas = Quotas::default();
    let new = NewUser {
        name: ADMINISTRATOR.into(),
        path: "/".into(),
        ..NewUser::default()
    };
    let user = create_user(cx, tx, &quotas, account, new)?;
    attach(tx, &quotas, Target::User(&user), ADMINISTRATOR_ACCESS)?;
    key_of(cx, tx, vault, user)
}

/// Makes another access key for the user that [`bootstrap_administrator`] made.
///
/// # Errors
///
/// [`IamError::Missing`] if it is gone.
pub fn new_administrator_key(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    vault: &Vault,
    account: &AccountId,
) -> Result<(String, String), IamError> {
    let user = tx
        .iam_user(account, ADMINISTRATOR)?
        .ok_or_else(|| IamError::Missing(Missing::User(ADMINISTRATOR.to_owned())))?;
    key_of(cx, tx, vault, user)
}

fn key_of(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    vault: &Vault,
    user: User,
) -> Result<(String, String), IamError> {
    let account = user.account;
    let owner = KeyOwner::User {
        id: user.id,
        name: user.name,
        path: user.path,
    };
    let (key, secret) = create_access_key(cx, tx, vault, &Quotas::default(), &account, owner)?;
    Ok((key.id, secret))
}

/// Makes the role in a member account through which its management account administers it.
///
/// # Errors
///
/// [`StoreError::Duplicate`] if the account has a role of this name.
pub fn create_access_role(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    member: &AccountId,
    management: &AccountId,
    role_name: &str,
) -> Result<(), StoreError> {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{management}:root") },
            "Action": "sts:AssumeRole"
        }]
    });
    let role = Role {
        account: member.clone(),
        id: unique_id(cx, "AROA"),
        name: role_name.to_owned(),
        path: "/".to_owned(),
        trust_policy: trust.to_string(),
        description: None,
        max_session_seconds: 3600,
        boundary: None,
        tags: Vec::new(),
        created: cx.now(),
    };
    tx.insert_role(&role)?;
    tx.attach_managed_policy(member, HolderKind::Role, &role.id, ADMINISTRATOR_ACCESS)?;
    tx.bump_policy_epoch()
}
