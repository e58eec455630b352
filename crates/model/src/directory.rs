//! The entities of the directory area: instances, identity stores, and the users and groups in them.

mod group;
mod instance;
mod key;
mod profile;
mod user;
mod version;

pub use group::{Group, GroupMembership};
pub use instance::{
    ACCOUNT_INSTANCES_SINCE, Instance, InstanceKind, InstanceStatus, ParseInstanceTermError,
};
pub use key::{UniqueAttribute, UniqueKey};
pub use profile::{
    Address, Email, EnterpriseExtension, Manager, PersonName, PhoneNumber, Photo, Profile,
    ProfileRole,
};
pub use user::{ExternalId, User, UserStatus};
pub use version::{End, NamedGroup, NamedInstance, NamedMembership, NamedUser, UserNames, Version};
