use serde::{Deserialize, Serialize};

use crate::iam::Tag;
use crate::{AccountId, Partition, Region, Timestamp};

/// A channel: the way by which events from elsewhere come into event data stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Who owns it.
    pub account: AccountId,
    /// A UUID.
    pub id: String,
    /// Its Region.
    pub region: Region,
    /// Its name, unique in account and Region.
    pub name: String,
    /// Where its events come from: `Custom`, or the name of a partner's service.
    pub source: String,
    /// The ids of the event data stores that take its events, all of its account and Region.
    pub stores: Vec<String>,
    /// Its tags, in the order in which they were set.
    pub tags: Vec<Tag>,
    /// Who besides its owner may put events into it: a policy as it was given.
    pub policy: Option<String>,
    /// What came through it lately.
    pub ingestion: Ingestion,
    /// When it was made.
    pub created: Timestamp,
}

impl Channel {
    /// `arn:aws:cloudtrail:REGION:ACCOUNT:channel/ID`.
    pub fn arn(&self) -> String {
        channel_arn(&self.account, &self.region, &self.id)
    }
}

/// The ARN of a channel.
pub fn channel_arn(account: &AccountId, region: &Region, id: &str) -> String {
    format!(
        "arn:{}:cloudtrail:{region}:{account}:channel/{id}",
        Partition::NAME
    )
}

/// What came through a channel lately; CloudTrail API model, `IngestionStatus`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingestion {
    /// When an event was last taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Timestamp>,
    /// The id that it got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_id: Option<String>,
    /// When an event last came, whatever became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Timestamp>,
    /// The id that it got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_id: Option<String>,
    /// The code of the last refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// An event that came through a channel: under which id it is known where it comes from, and which it got here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelPut {
    /// Who owns the channel.
    pub account: AccountId,
    /// The channel's id.
    pub channel: String,
    /// The event's id where it comes from.
    pub source_id: String,
    /// The id that it got.
    pub event_id: String,
    /// Until when it is remembered, so that the same event is not taken again.
    pub until: Timestamp,
}
