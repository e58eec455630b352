//! The entities of CloudTrail Lake: event data stores, what lies in them, how it comes there, and queries over it.

mod channel;
mod file;
mod import;
mod people;
mod query;
mod version;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::iam::Tag;
use crate::trail::AdvancedEventSelector;
use crate::{AccountId, OrganizationId, Partition, Region, Timestamp};

pub use channel::{Channel, ChannelPut, Ingestion, channel_arn};
pub use file::LakeFile;
pub use import::{
    Import, ImportFailure, ImportPlace, ImportSource, ImportStatistics, ImportStatus,
};
pub use people::{PeopleSource, PeopleTable, QueryPeople};
pub use query::{DeliveryStatus, Query, QueryCosts, QueryStatus, ResultPart};
pub use version::{StorePlan, StoreVersion};

/// The category of events that come through channels.
pub const ACTIVITY: &str = "ActivityAuditLog";

/// An event data store. Its ARN names its account, its home Region and its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventDataStore {
    /// Who owns it: of an organization's store the management account.
    pub account: AccountId,
    /// Its home Region.
    pub region: Region,
    /// A UUID, the table's name in SQL.
    pub id: String,
    /// Its name, unique in account and Region.
    pub name: String,
    /// What it is set to.
    pub settings: StoreSettings,
    /// What it is doing.
    pub status: StoreStatus,
    /// Its tags, in the order in which they were set.
    pub tags: Vec<Tag>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// When it ceases to be, if it was deleted.
    pub ends: Option<Timestamp>,
}

impl EventDataStore {
    /// `arn:aws:cloudtrail:REGION:ACCOUNT:eventdatastore/ID`.
    pub fn arn(&self) -> String {
        store_arn(&self.account, &self.region, &self.id)
    }

    /// Whether it was deleted, and can still be restored.
    pub fn is_deleted(&self) -> bool {
        self.ends.is_some()
    }

    /// Whether it holds events that come through channels, from elsewhere than AWS.
    pub fn is_of_channels(&self) -> bool {
        let selectors = self.settings.selectors.iter();
        let mut fields = selectors.flat_map(|selector| &selector.fields);
        fields.any(|field| {
            field.field == "eventCategory" && field.equals.iter().any(|name| name == ACTIVITY)
        })
    }

    /// What it does with events as long as nothing about it changes.
    pub fn plan(&self) -> StorePlan {
        StorePlan {
            region: self.region.clone(),
            ingesting: self.status == StoreStatus::Enabled && !self.is_deleted(),
            last_request: None,
            multi_region: self.settings.multi_region,
            organization: self.settings.organization.clone(),
            selectors: self.settings.selectors.clone(),
        }
    }
}

/// The ARN of an event data store.
pub fn store_arn(account: &AccountId, region: &Region, id: &str) -> String {
    format!(
        "arn:{}:cloudtrail:{region}:{account}:eventdatastore/{id}",
        Partition::NAME
    )
}

/// What an event data store is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSettings {
    /// Which events it takes.
    pub selectors: Vec<AdvancedEventSelector>,
    /// Whether it takes events of all Regions.
    pub multi_region: bool,
    /// The organization whose accounts' events it takes.
    pub organization: Option<OrganizationId>,
    /// For how many days it keeps them.
    pub retention: i64,
    /// How AWS would bill it.
    pub billing: BillingMode,
    /// Whether it can't be deleted.
    pub termination_protection: bool,
}

/// Whether an event data store takes events. That it was deleted is told by when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreStatus {
    /// It does.
    Enabled,
    /// It does not.
    StoppedIngestion,
}

impl StoreStatus {
    /// As the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::StoppedIngestion => "STOPPED_INGESTION",
        }
    }
}

/// How an event data store is billed, which decides how long it can keep events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BillingMode {
    /// `EXTENDABLE_RETENTION_PRICING`.
    ExtendableRetention,
    /// `FIXED_RETENTION_PRICING`.
    FixedRetention,
}

impl BillingMode {
    /// As the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExtendableRetention => "EXTENDABLE_RETENTION_PRICING",
            Self::FixedRetention => "FIXED_RETENTION_PRICING",
        }
    }
}

/// A word that the API does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not known")]
pub struct UnknownWord(pub(crate) String);

impl FromStr for StoreStatus {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let all = [Self::Enabled, Self::StoppedIngestion];
        let found = all.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

impl FromStr for BillingMode {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let all = [Self::ExtendableRetention, Self::FixedRetention];
        let found = all.into_iter().find(|mode| mode.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}
