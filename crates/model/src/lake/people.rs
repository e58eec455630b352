use serde::{Deserialize, Serialize};

use crate::directory::Instance;
use crate::{AccountId, IdentityStoreId, InstanceId, Partition};

/// A table of people in queries over event data stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleTable {
    /// Users.
    Users,
    /// Groups.
    Groups,
    /// Who is in which group.
    Memberships,
    /// Instances of IAM Identity Center.
    Instances,
}

impl PeopleTable {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Users,
        Self::Groups,
        Self::Memberships,
        Self::Instances,
    ];

    /// Its name in SQL, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "identity_users",
            Self::Groups => "identity_groups",
            Self::Memberships => "identity_memberships",
            Self::Instances => "identity_instances",
        }
    }
}

/// An instance, there or gone, whose people are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleSource {
    /// Who owns it, or did.
    pub owner: AccountId,
    /// The instance.
    pub instance: InstanceId,
    /// Its identity store. Once the instance is gone, another may get the same id.
    pub identity_store: IdentityStoreId,
}

impl PeopleSource {
    /// The ARN of its identity store.
    pub fn identity_store_arn(&self) -> String {
        format!(
            "arn:{}:identitystore::{}:identitystore/{}",
            Partition::NAME,
            self.owner,
            self.identity_store
        )
    }
}

impl From<&Instance> for PeopleSource {
    fn from(instance: &Instance) -> Self {
        Self {
            owner: instance.owner.clone(),
            instance: instance.id.clone(),
            identity_store: instance.identity_store.clone(),
        }
    }
}

/// What a query reads of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryPeople {
    /// The tables that its statement names, each once.
    pub tables: Vec<PeopleTable>,
    /// Whose people they hold.
    pub sources: Vec<PeopleSource>,
}
