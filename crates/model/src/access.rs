//! The entities of the access area: permission sets, who has them in which account, and the requests that change it.

mod permission_set;
mod provisioned;
mod request;

pub use permission_set::{
    CustomerManagedPolicy, PermissionSet, PermissionSetArn, PermissionSetPolicies,
    PermissionsBoundary,
};
pub use provisioned::{AccountAssignment, ProvisionedPermissionSet, ProvisioningStatus};
pub use request::{AccessRequest, NewAccessRequest, RequestKind, RequestStatus};
