//! How much there may be of everything, as the operator has it: AWS's defaults, unless said otherwise.

mod quota;
mod setting;
mod table;
#[cfg(test)]
mod tests;

pub use quota::{Quota, Unit};
pub use setting::{ParseQuotaError, QuotaSetting};

/// The quotas of all areas.
#[derive(Clone, Debug, Default)]
pub struct Quotas {
    /// Of an organization.
    pub organization: atrium_organization::Quotas,
    /// Of an account's users, roles and policies.
    pub iam: atrium_iam::Quotas,
    /// Of an identity store, and of the tags of an instance.
    pub directory: atrium_directory::Quotas,
    /// Of permission sets and the work on them.
    pub access: atrium_access::Quotas,
    /// Of an instance's applications.
    pub application: atrium_application::Quotas,
    /// Of trails.
    pub trail: atrium_trail::trails::Quotas,
    /// Of event data stores and queries.
    pub lake: atrium_trail::stores::Quotas,
}

impl Quotas {
    /// Every quota that can be set, in the order of their names.
    pub fn all() -> &'static [Quota] {
        table::ALL
    }

    /// Sets one quota.
    pub fn set(&mut self, setting: &QuotaSetting) {
        setting.quota().put(self, setting.value());
    }
}
