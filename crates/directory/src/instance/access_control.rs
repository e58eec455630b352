use std::collections::HashSet;

use atrium_model::control::AccessControlAttribute;
use atrium_model::directory::{Instance, InstanceKind};
use atrium_store::{StoreError, Tx};

/// Why a configuration of attributes for access control can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccessControlError {
    /// Account instances give no access to accounts.
    #[error("account instances do not support this")]
    AccountInstance,
    /// A key stands for two attributes.
    #[error("the attribute key `{0}` appears more than once")]
    Repeated(String),
    /// There is a configuration already.
    #[error("the instance has a configuration already")]
    AlreadyExists,
    /// There is none.
    #[error("the instance has no configuration")]
    NotFound,
    /// The store failed.
    #[error("could not read or save the configuration")]
    Store(#[from] StoreError),
}

/// Only organization instances have them, as only their sessions reach accounts.
fn supported(instance: &Instance) -> Result<(), AccessControlError> {
    match instance.kind {
        InstanceKind::Organization => Ok(()),
        InstanceKind::Account => Err(AccessControlError::AccountInstance),
    }
}

fn check(attributes: &[AccessControlAttribute]) -> Result<(), AccessControlError> {
    let mut seen = HashSet::new();
    match attributes
        .iter()
        .find(|attribute| !seen.insert(&attribute.key))
    {
        Some(repeated) => Err(AccessControlError::Repeated(repeated.key.clone())),
        None => Ok(()),
    }
}

/// Configures the attributes for access control of an instance that has none yet.
pub fn create_access_control(
    tx: &mut dyn Tx,
    instance: &Instance,
    attributes: &[AccessControlAttribute],
) -> Result<(), AccessControlError> {
    supported(instance)?;
    check(attributes)?;
    tx.insert_access_control_attributes(&instance.id, attributes)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => AccessControlError::AlreadyExists,
            error => error.into(),
        })
}

/// The attributes for access control of an instance.
pub fn describe_access_control(
    tx: &mut dyn Tx,
    instance: &Instance,
) -> Result<Vec<AccessControlAttribute>, AccessControlError> {
    supported(instance)?;
    tx.access_control_attributes(&instance.id)?
        .ok_or(AccessControlError::NotFound)
}

/// Puts other attributes in the place of the present ones.
pub fn update_access_control(
    tx: &mut dyn Tx,
    instance: &Instance,
    attributes: &[AccessControlAttribute],
) -> Result<(), AccessControlError> {
    supported(instance)?;
    check(attributes)?;
    match tx.update_access_control_attributes(&instance.id, attributes)? {
        true => Ok(()),
        false => Err(AccessControlError::NotFound),
    }
}

/// Removes the configuration.
pub fn delete_access_control(
    tx: &mut dyn Tx,
    instance: &Instance,
) -> Result<(), AccessControlError> {
    supported(instance)?;
    match tx.delete_access_control_attributes(&instance.id)? {
        true => Ok(()),
        false => Err(AccessControlError::NotFound),
    }
}
