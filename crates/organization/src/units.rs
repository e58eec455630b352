use atrium_model::organization::{
    Organization, OrganizationTag, OrganizationalUnit, ParentId, TargetId,
};
use atrium_model::{AccountId, OpContext, OrganizationalUnitId};
use atrium_store::{StoreError, Tx};

use crate::membership::attach_managed;
use crate::{AccountError, Page, PageRequest, Quotas, TagError, describe_account, put_tags};

/// A root or organizational unit could not be found or read.
#[derive(Debug, thiserror::Error)]
pub enum ParentNotFound {
    /// The organization has no such root or organizational unit.
    #[error("the organization has no such root or organizational unit")]
    NotFound,
    /// The store failed.
    #[error("could not read the root or organizational unit")]
    Store(#[from] StoreError),
}

/// The organizational units from the root down to a parent; none if it is the root.
pub fn find_parent(
    tx: &mut dyn Tx,
    organization: &Organization,
    parent: &ParentId,
) -> Result<Vec<OrganizationalUnitId>, ParentNotFound> {
    match parent {
        ParentId::Root(root) if *root == organization.root => Ok(Vec::new()),
        ParentId::Root(_) => Err(ParentNotFound::NotFound),
        ParentId::Unit(id) => match tx.organizational_unit(&organization.id, id)? {
            Some(unit) => Ok(unit.path),
            None => Err(ParentNotFound::NotFound),
        },
    }
}

/// Why an organizational unit can't be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateUnitError {
    /// There is nothing to put it in.
    #[error("the parent does not exist")]
    ParentNotFound,
    /// A sibling has the name.
    #[error("an organizational unit named `{0}` already exists there")]
    NameTaken(String),
    /// It would be too far from the root.
    #[error("organizational units may not be nested deeper")]
    Depth,
    /// The organization has as many as it may.
    #[error("the organization has as many organizational units as it may")]
    Quota,
    /// A tag is none.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// The store failed.
    #[error("could not save the organizational unit")]
    Store(#[from] StoreError),
}

/// Makes an organizational unit.
pub fn create_organizational_unit(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    parent: ParentId,
    name: &str,
    tags: &[OrganizationTag],
    quotas: &Quotas,
) -> Result<OrganizationalUnit, CreateUnitError> {
    crate::tags::check(tags, quotas)?;
    let mut path = match find_parent(tx, organization, &parent) {
        Ok(path) => path,
        Err(ParentNotFound::NotFound) => return Err(CreateUnitError::ParentNotFound),
        Err(ParentNotFound::Store(error)) => return Err(error.into()),
    };
    if path.len() >= quotas.unit_depth {
        return Err(CreateUnitError::Depth);
    }
    if tx.count_organizational_units(&organization.id)? >= quotas.units {
        return Err(CreateUnitError::Quota);
    }
    let root = organization.root.as_str().trim_start_matches("r-");
    let id: OrganizationalUnitId = format!("ou-{root}-{}", cx.new_tail(8))
        .parse()
        .map_err(|error| StoreError::Corrupt(format!("{error}")))?;
    path.push(id.clone());
    let unit = OrganizationalUnit {
        id,
        organization: organization.id.clone(),
        parent,
        name: name.to_owned(),
        path,
    };
    tx.insert_organizational_unit(&unit)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => CreateUnitError::NameTaken(unit.name.clone()),
            error => error.into(),
        })?;
    attach_managed(tx, organization, &TargetId::Unit(unit.id.clone()))?;
    put_tags(tx, organization, unit.id.as_str(), tags, quotas)?;
    tx.bump_policy_epoch()?;
    Ok(unit)
}

/// Why an organizational unit can't be read, renamed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum UnitError {
    /// The organization has no such unit.
    #[error("the organization has no such organizational unit")]
    NotFound,
    /// A sibling has the name.
    #[error("an organizational unit named `{0}` already exists there")]
    NameTaken(String),
    /// Accounts or units are in it.
    #[error("the organizational unit is not empty")]
    NotEmpty,
    /// The store failed.
    #[error("could not read or change the organizational unit")]
    Store(#[from] StoreError),
}

/// An organizational unit.
pub fn describe_organizational_unit(
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &OrganizationalUnitId,
) -> Result<OrganizationalUnit, UnitError> {
    tx.organizational_unit(&organization.id, id)?
        .ok_or(UnitError::NotFound)
}

/// Renames an organizational unit, if a name is given.
pub fn update_organizational_unit(
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &OrganizationalUnitId,
    name: Option<&str>,
) -> Result<OrganizationalUnit, UnitError> {
    let mut unit = describe_organizational_unit(tx, organization, id)?;
    if let Some(name) = name.filter(|name| *name != unit.name) {
        tx.rename_organizational_unit(&organization.id, id, name)
            .map_err(|error| match error {
                StoreError::Duplicate(_) => UnitError::NameTaken(name.to_owned()),
                error => error.into(),
            })?;
        unit.name = name.to_owned();
    }
    Ok(unit)
}

/// Deletes an organizational unit that nothing is in.
pub fn delete_organizational_unit(
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &OrganizationalUnitId,
) -> Result<(), UnitError> {
    describe_organizational_unit(tx, organization, id)?;
    if tx.has_children(&organization.id, id.as_str())? {
        return Err(UnitError::NotEmpty);
    }
    tx.delete_organizational_unit(&organization.id, id)?;
    tx.bump_policy_epoch()?;
    Ok(())
}

/// The organizational units directly in a root or organizational unit.
pub fn list_organizational_units_for_parent(
    tx: &mut dyn Tx,
    organization: &Organization,
    parent: &ParentId,
    page: &PageRequest,
) -> Result<Page<OrganizationalUnit>, ParentNotFound> {
    find_parent(tx, organization, parent)?;
    let (after, limit) = (page.after.as_deref(), page.limit());
    let found = tx.organizational_units(&organization.id, parent.as_str(), after, limit)?;
    Ok(page.cut(found, |unit| unit.id.to_string()))
}

/// An account or organizational unit that ListParents is asked about.
#[derive(Clone, Debug)]
pub enum ChildId {
    /// An account.
    Account(AccountId),
    /// An organizational unit.
    Unit(OrganizationalUnitId),
}

/// The child could not be found or read.
#[derive(Debug, thiserror::Error)]
pub enum ChildNotFound {
    /// The organization has no such account or organizational unit.
    #[error("the organization has no such account or organizational unit")]
    NotFound,
    /// The store failed.
    #[error("could not read the account or organizational unit")]
    Store(#[from] StoreError),
}

/// What an account or organizational unit is in.
pub fn parent_of(
    tx: &mut dyn Tx,
    organization: &Organization,
    child: &ChildId,
) -> Result<ParentId, ChildNotFound> {
    let parent = match child {
        ChildId::Account(id) => match describe_account(tx, organization, id) {
            Ok(account) => account.joined.map(|joined| joined.parent),
            Err(AccountError::NotFound) => None,
            Err(AccountError::Store(error)) => return Err(error.into()),
        },
        ChildId::Unit(id) => tx
            .organizational_unit(&organization.id, id)?
            .map(|unit| unit.parent),
    };
    parent.ok_or(ChildNotFound::NotFound)
}
