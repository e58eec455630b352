use atrium_model::AccountId;
use atrium_model::iam::{Role, User};
use atrium_store::Tx;

use crate::{IamError, Missing, role, user};

/// A boundary must be a managed policy of the account or of AWS.
pub(crate) fn check(tx: &mut dyn Tx, account: &AccountId, arn: &str) -> Result<(), IamError> {
    match tx.policy_document(account, arn)? {
        Some(_) => Ok(()),
        None => Err(IamError::Missing(Missing::Boundary(arn.to_owned()))),
    }
}

/// Sets or takes away a user's permissions boundary.
///
/// # Errors
///
/// [`IamError::Missing`] if the policy is not there.
pub fn set_user_boundary(
    tx: &mut dyn Tx,
    mut user: User,
    arn: Option<String>,
) -> Result<(), IamError> {
    if let Some(arn) = &arn {
        check(tx, &user.account, arn)?;
    }
    user.boundary = arn;
    user::save(tx, &user)
}

/// Sets or takes away a role's permissions boundary.
///
/// # Errors
///
/// [`IamError::Missing`] if the policy is not there; [`IamError::ReservedRole`].
pub fn set_role_boundary(
    tx: &mut dyn Tx,
    mut role: Role,
    arn: Option<String>,
) -> Result<(), IamError> {
    role::ordinary(&role)?;
    if let Some(arn) = &arn {
        check(tx, &role.account, arn)?;
    }
    role.boundary = arn;
    role::save(tx, &role)
}
