//! The entities of CloudTrail's trails: what a trail is set to, and what was delivered for it.

mod notice;
mod plan;
mod selector;

use serde::{Deserialize, Serialize};

use crate::iam::Tag;
use crate::{AccountId, OrganizationId, Partition, Region, Timestamp};

pub use notice::Notice;
pub use plan::{DigestChain, DigestKey, PreviousDigest, TrailFile, TrailPlan, TrailVersion};
pub use selector::{
    AdvancedEventSelector, DataResource, EventSelector, FieldSelector, InsightSelector,
    ReadWriteType, Selectors,
};

/// A trail. Its ARN names its account, its home Region and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// Who owns it: of an organization's trail the management account.
    pub account: AccountId,
    /// Its home Region.
    pub region: Region,
    /// Its name, unique in account and Region.
    pub name: String,
    /// Tells it from another trail that had its name before.
    pub id: String,
    /// What it is set to.
    pub settings: TrailSettings,
    /// Whether it takes events now.
    pub logging: bool,
    /// When it last began to.
    pub started: Option<Timestamp>,
    /// When it last stopped.
    pub stopped: Option<Timestamp>,
    /// Its tags, in the order in which they were set.
    pub tags: Vec<Tag>,
    /// When it was made.
    pub created: Timestamp,
}

impl Trail {
    /// `arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME`.
    pub fn arn(&self) -> String {
        trail_arn(&self.account, &self.region, &self.name)
    }

    /// Whether the trail can be seen in a Region: at home, or as the shadow of one that is for all.
    pub fn is_in(&self, region: &Region) -> bool {
        self.settings.multi_region || self.region == *region
    }

    /// What it does with events as long as nothing about it changes.
    pub fn plan(&self) -> TrailPlan {
        TrailPlan {
            region: self.region.clone(),
            name: self.name.clone(),
            logging: self.logging,
            last_request: None,
            settings: self.settings.clone(),
        }
    }
}

/// The ARN of a trail.
pub fn trail_arn(account: &AccountId, region: &Region, name: &str) -> String {
    format!(
        "arn:{}:cloudtrail:{region}:{account}:trail/{name}",
        Partition::NAME
    )
}

/// What a trail is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailSettings {
    /// The bucket that its files go to.
    pub bucket: String,
    /// What their keys begin with.
    pub prefix: Option<String>,
    /// The ARN of the topic that is to be told of files.
    pub topic: Option<String>,
    /// Whether it takes events of services without Regions.
    pub global_events: bool,
    /// Whether it takes events of all Regions.
    pub multi_region: bool,
    /// Whether digests of its files are made.
    pub validation: bool,
    /// The organization whose accounts' events it takes.
    pub organization: Option<OrganizationId>,
    /// Kept and shown.
    pub recursive: Option<bool>,
    /// Which events it takes.
    pub selectors: Selectors,
    /// Which insights it asks for: kept and shown.
    pub insights: Vec<InsightSelector>,
}

/// What was last delivered for a trail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrailStatus {
    /// When a file was last delivered.
    pub delivered: Option<Timestamp>,
    /// When that was last tried.
    pub attempted: Option<Timestamp>,
    /// S3's word for what was wrong with the last attempt.
    pub error: Option<String>,
    /// When a digest was last delivered.
    pub digested: Option<Timestamp>,
    /// S3's word for what was wrong with the last attempt to deliver one.
    pub digest_error: Option<String>,
    /// When its topic was last told of a file.
    pub notified: Option<Timestamp>,
    /// When that was last tried.
    pub notify_attempted: Option<Timestamp>,
    /// SNS's word for what was wrong with the last attempt, or ours for why there was none.
    pub notify_error: Option<String>,
}
