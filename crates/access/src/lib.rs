//! Permission sets: what people of an organization may do in which of its accounts.
//!
//! Those who administer the instance change permission sets and ask for assignments; a worker does what was asked,
//! one request after the other ([`take_request`], [`perform_request`]): it makes the role that stands for a permission set in an account, and
//! removes it with the last assignment. A request may be done twice without harm.
//!
//! Whether the caller's policies allow an operation is asked before; what the instance's owner may and its delegated
//! administrator may not is told here ([`Approach`]). This crate knows nothing of HTTP, SQL and the other areas.

mod approach;
mod assignment;
mod duration;
mod find;
mod permission_set;
mod person;
mod policies;
mod provisioned;
mod quotas;
mod request;
mod work;

pub use approach::{Approach, Refused};
pub use assignment::{
    AskError, NewAssignment, create_account_assignment, delete_account_assignment,
    list_account_assignments, list_account_assignments_for_principal,
};
pub use duration::session_seconds;
pub use find::{FindError, describe_permission_set};
pub use permission_set::{
    CreatePermissionSetError, DeletePermissionSetError, NewPermissionSet, PermissionSetChange,
    UpdatePermissionSetError, create_permission_set, delete_permission_set, list_permission_sets,
    update_permission_set,
};
pub use person::{accounts_of_person, permission_sets_of_person, role_of_person};
pub use policies::{
    AttachError, BoundaryError, ChangeError, DetachError, InlinePolicyError,
    attach_customer_managed_policy, attach_managed_policy, delete_inline_policy,
    delete_permissions_boundary, detach_customer_managed_policy, detach_managed_policy,
    permissions_boundary, put_inline_policy, put_permissions_boundary,
};
pub use provisioned::{
    ProvisionError, list_accounts_for_permission_set, list_permission_sets_for_account,
    provision_permission_set,
};
pub use quotas::Quotas;
pub use request::{RequestError, describe_request, list_requests};
pub use work::{
    RoleChange, RoleChangeKind, RoleQuotas, is_work_due, perform_request, role_pattern,
    take_request,
};
