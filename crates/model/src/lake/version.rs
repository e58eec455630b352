use serde::{Deserialize, Serialize};

use crate::trail::AdvancedEventSelector;
use crate::{AccountId, OrganizationId, Region, Timestamp};

/// What an event data store does with events, at one time of its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorePlan {
    /// The store's home Region.
    pub region: Region,
    /// Whether it takes any.
    pub ingesting: bool,
    /// The request that made it cease to take any: the last whose event it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_request: Option<String>,
    /// Whether it takes events of all Regions.
    pub multi_region: bool,
    /// The organization whose accounts' events it takes; without one, its own account's.
    pub organization: Option<OrganizationId>,
    /// Which of them it takes.
    pub selectors: Vec<AdvancedEventSelector>,
}

/// From when on a store followed a plan: until its next version, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreVersion {
    /// Who owns the store.
    pub account: AccountId,
    /// The store's id.
    pub store: String,
    /// When the plan began to hold.
    pub since: Timestamp,
    /// The plan.
    pub plan: StorePlan,
}
