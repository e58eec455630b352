//! The directory area: Identity Center instances, and the users and groups in their identity stores.
//!
//! Its functions take a context, a transaction and an input, and answer the result or what stood in the way. They
//! know nothing of HTTP and SQL. Whether the caller's policies allow an operation is asked before they run; what an
//! account may do with an instance that isn't its own is told by [`access_to_instance`] and [`access_to_store`].

mod group;
mod id;
mod instance;
mod membership;
mod profile;
mod quota;
mod session_tags;
mod tag;
mod user;

pub use group::{
    CreateGroupError, DeleteGroupError, NewGroup, UpdateGroupError, create_group, delete_group,
    find_group, replace_group, update_group,
};
pub use instance::{
    AccessControlError, AccessError, AddRegionError, AllowAccountInstancesError,
    CreateInstanceError, EnableError, InstanceAccess, InstanceChange, NewInstance,
    NewOrganizationInstance, Readable, RemoveRegionError, SETTLING, SSO_PRINCIPAL, SsoStatus,
    UpdateInstanceError, access_to_instance, access_to_store, add_region, allow_account_instances,
    create_access_control, create_instance, delete_access_control, delete_instance,
    describe_access_control, enable_organization_instance, list_instances, readable_instances,
    regions, remove_region, sso_status, update_access_control, update_instance,
};
pub use membership::{CreateMembershipError, create_membership};
pub use profile::{AttributeOperation, ProfileError, profile_from_document};
pub use quota::Quotas;
pub use session_tags::session_tags;
pub use tag::{TagError, put_tags};
pub use user::{
    CreateUserError, DeleteUserError, NewUser, UpdateUserError, create_user, delete_user,
    find_user, replace_user, update_user,
};
