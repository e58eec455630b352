use atrium_model::application::AssignedPrincipal;
use atrium_model::{AccountId, IdentityStoreId, PermissionSetId};

/// Why a request fails, in AWS's words: its readers match on them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The permission set was deleted meanwhile.
    #[error("Received a 404 status error: Could not find PermissionSet with id {0}")]
    PermissionSet(PermissionSetId),
    /// The identity store has no such user or group.
    #[error("Received a 404 status error: the {} assignee {} was not found in directory {store}.", .principal.kind(), .principal.id())]
    Principal {
        principal: AssignedPrincipal,
        store: IdentityStoreId,
    },
    /// The account is closed, or left the organization.
    #[error(
        "Received a 403 status error: Account {0} is not an active account of the organization."
    )]
    Account(AccountId),
    /// There is nothing to take back.
    #[error("Received a 404 status error: Assignment not found.")]
    Assignment,
    /// The account doesn't have the permission set.
    #[error(
        "Received a 404 status error: PermissionSet with id {set} is not provisioned in account {account}."
    )]
    NotProvisioned {
        set: PermissionSetId,
        account: AccountId,
    },
    /// The account has no such policy.
    #[error("Received a 404 status error: Not supported policy {0}.")]
    Policy(String),
    /// The account's IAM is full.
    #[error("Received a 409 status error: Cannot exceed quota for {name}: {most}")]
    Quota { name: &'static str, most: i64 },
    /// The caller may not make roles in the management account.
    #[error(
        "Received a 403 status error: Access denied by IAM. Please check your policy, or wait for role propagation \
         to complete. IAM Error: {0}"
    )]
    Denied(String),
}
