use atrium_model::lake::{Channel, ChannelPut};
use atrium_model::{AccountId, Region, Timestamp};

use crate::StoreError;

/// Channels, by which events from elsewhere come into event data stores.
pub trait ChannelTx {
    /// Keeps a new channel. [`StoreError::Duplicate`] if account and Region have one of its name or its source.
    fn insert_channel(&mut self, channel: &Channel) -> Result<(), StoreError>;

    /// A channel by its account and id.
    fn channel(&mut self, account: &AccountId, id: &str) -> Result<Option<Channel>, StoreError>;

    /// Keeps what has changed about a channel; false if there is none. [`StoreError::Duplicate`] if the name is another's.
    fn update_channel(&mut self, channel: &Channel) -> Result<bool, StoreError>;

    /// Deletes a channel; what came through it stays where it is.
    fn delete_channel(&mut self, channel: &Channel) -> Result<(), StoreError>;

    /// The channels of an account in a Region, after the given id and in the order of ids.
    fn channels(
        &mut self,
        account: &AccountId,
        region: &Region,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Channel>, StoreError>;

    /// How many channels an account has in a Region.
    fn count_channels(&mut self, account: &AccountId, region: &Region) -> Result<i64, StoreError>;

    /// Whether a channel brings events into an event data store.
    fn has_channel(&mut self, account: &AccountId, store: &str) -> Result<bool, StoreError>;

    /// Remembers an event that came through a channel. Answers none if it is new, or the id that it has already.
    fn put_channel_event(&mut self, put: &ChannelPut) -> Result<Option<String>, StoreError>;

    /// Whether there are events of any channel that are no longer to be remembered.
    fn may_forget_channel_events(&mut self, now: Timestamp) -> Result<bool, StoreError>;

    /// Forgets events of any channel that are no longer to be remembered; answers how many, at most `limit`.
    fn forget_channel_events(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError>;
}
