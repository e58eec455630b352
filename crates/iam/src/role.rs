use atrium_model::iam::{Role, Tag};
use atrium_model::{AccountId, OpContext};
use atrium_store::{StoreError, Tx};

use crate::ids::unique_id;
use crate::{IamError, InUse, Missing, Quotas, boundary, tags, trust};

/// A role to be made.
#[derive(Clone, Debug, Default)]
pub struct NewRole {
    /// The name.
    pub name: String,
    /// `/` or `/…/`.
    pub path: String,
    /// Who may assume it.
    pub trust_policy: String,
    /// What it is for.
    pub description: Option<String>,
    /// The longest session in seconds; an hour by default.
    pub max_session_seconds: Option<i64>,
    /// The ARN of the managed policy that bounds its permissions.
    pub boundary: Option<String>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// Makes a role without permissions.
///
/// # Errors
///
/// [`IamError::RoleExists`], `RolesPerAccount`, a trust policy that is refused or too large, an unknown boundary, tags
/// that break a rule, and names and paths that are kept for services.
pub fn create_role(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    account: &AccountId,
    new: NewRole,
) -> Result<Role, IamError> {
    // Service-linked roles, too, are made by services alone.
    if new.path.starts_with(Role::RESERVED_PATH) || new.path.starts_with("/aws-service-role/") {
        return Err(IamError::ReservedName(new.path));
    }
    if new
        .name
        .to_ascii_lowercase()
        .starts_with(&Role::RESERVED_PREFIX.to_ascii_lowercase())
    {
        return Err(IamError::ReservedName(new.name));
    }
    IamError::quota(
        "RolesPerAccount",
        quotas.roles,
        tx.iam_counts(account)?.roles,
    )?;
    if let Some(arn) = &new.boundary {
        boundary::check(tx, account, arn)?;
    }
    let role = Role {
        account: account.clone(),
        id: unique_id(cx, "AROA"),
        name: new.name,
        path: new.path,
        trust_policy: trust::bound(tx, quotas, &new.trust_policy)?,
        description: new.description,
        max_session_seconds: new.max_session_seconds.unwrap_or(3600),
        boundary: new.boundary,
        tags: tags::checked(new.tags, quotas.tags)?,
        created: cx.now(),
    };
    tx.insert_role(&role).map_err(|error| match error {
        StoreError::Duplicate(_) => IamError::RoleExists(role.name.clone()),
        other => other.into(),
    })?;
    tx.bump_policy_epoch()?;
    Ok(role)
}

/// The role with this name.
///
/// # Errors
///
/// [`IamError::Missing`].
pub fn find_role(tx: &mut dyn Tx, account: &AccountId, name: &str) -> Result<Role, IamError> {
    tx.role(account, name)?
        .ok_or_else(|| IamError::Missing(Missing::Role(name.to_owned())))
}

/// Changes what is given: the description, and the longest session in seconds.
///
/// # Errors
///
/// [`IamError::ReservedRole`].
pub fn update_role(
    tx: &mut dyn Tx,
    mut role: Role,
    description: Option<String>,
    max_session_seconds: Option<i64>,
) -> Result<Role, IamError> {
    ordinary(&role)?;
    role.description = description.or(role.description);
    role.max_session_seconds = max_session_seconds.unwrap_or(role.max_session_seconds);
    save(tx, &role)?;
    Ok(role)
}

/// Changes who may assume a role.
///
/// # Errors
///
/// [`IamError::ReservedRole`], or a trust policy that is refused or too large.
pub fn update_trust_policy(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut role: Role,
    document: &str,
) -> Result<(), IamError> {
    ordinary(&role)?;
    role.trust_policy = trust::bound(tx, quotas, document)?;
    save(tx, &role)
}

/// Removes a role that nothing hangs on. Its sessions stop working.
///
/// # Errors
///
/// [`IamError::ReservedRole`]; [`IamError::InUse`] while it has policies.
pub fn delete_role(tx: &mut dyn Tx, role: &Role) -> Result<(), IamError> {
    ordinary(role)?;
    let (account, id) = (&role.account, role.id.as_str());
    if !tx.attached_managed_policies(account, id, "", 1)?.is_empty() {
        return Err(IamError::InUse(InUse::AttachedPolicies));
    }
    if !tx.inline_policies(account, id, "", 1)?.is_empty() {
        return Err(IamError::InUse(InUse::InlinePolicies));
    }
    if !tx.delete_role(account, id)? {
        return Err(IamError::Missing(Missing::Role(role.name.clone())));
    }
    Ok(tx.bump_policy_epoch()?)
}

/// Sets tags of a role.
///
/// # Errors
///
/// [`IamError::ReservedRole`], a key given twice, or too many tags.
pub fn tag_role(
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut role: Role,
    new: Vec<Tag>,
) -> Result<(), IamError> {
    ordinary(&role)?;
    tags::merge(&mut role.tags, new, quotas.tags)?;
    save(tx, &role)
}

/// Removes tags of a role.
///
/// # Errors
///
/// [`IamError::ReservedRole`].
pub fn untag_role(tx: &mut dyn Tx, mut role: Role, keys: &[String]) -> Result<(), IamError> {
    ordinary(&role)?;
    tags::remove(&mut role.tags, keys);
    save(tx, &role)
}

/// Refuses roles that belong to a service.
pub(crate) fn ordinary(role: &Role) -> Result<(), IamError> {
    match role.is_reserved() {
        true => Err(IamError::ReservedRole(role.name.clone())),
        false => Ok(()),
    }
}

pub(crate) fn save(tx: &mut dyn Tx, role: &Role) -> Result<(), IamError> {
    match tx.update_role(role)? {
        true => Ok(tx.bump_policy_epoch()?),
        false => Err(IamError::Missing(Missing::Role(role.name.clone()))),
    }
}
