use atrium_model::OpContext;
use atrium_model::lake::Channel;
use atrium_store::{ChannelTx, StoreError, Tx};

use super::ChannelRuleError;
use super::create::{exists, stores_of};

/// What UpdateChannel is asked for. What is not given stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ChannelUpdate {
    /// `Name`.
    pub name: Option<String>,
    /// The locations of `Destinations`.
    pub destinations: Option<Vec<String>>,
}

/// Changes a channel.
pub fn update_channel(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut channel: Channel,
    update: ChannelUpdate,
) -> Result<Channel, ChannelRuleError> {
    if let Some(destinations) = update.destinations {
        channel.stores = stores_of(cx, tx, &destinations)?;
    }
    if let Some(name) = update.name {
        channel.name = name;
    }
    keep(tx, &channel)?;
    Ok(channel)
}

/// Keeps what has changed about a channel.
pub(super) fn keep(tx: &mut dyn ChannelTx, channel: &Channel) -> Result<(), ChannelRuleError> {
    match tx.update_channel(channel) {
        Err(StoreError::Duplicate(_)) => Err(exists(channel)),
        other => Ok(other.map(drop)?),
    }
}

/// Deletes a channel. What came through it stays in its event data stores.
pub fn delete_channel(tx: &mut dyn ChannelTx, channel: &Channel) -> Result<(), ChannelRuleError> {
    Ok(tx.delete_channel(channel)?)
}
