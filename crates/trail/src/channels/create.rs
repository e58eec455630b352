use atrium_model::OpContext;
use atrium_model::iam::Tag;
use atrium_model::lake::{Channel, Ingestion};
use atrium_store::{StoreError, Tx};

use super::{ChannelRuleError, source};
use crate::stores::{Quotas, StoreName, StoreRuleError};
use crate::trails::merge_tags;

/// What CreateChannel is asked for.
#[derive(Clone, Debug)]
pub struct NewChannel {
    /// `Name`.
    pub name: String,
    /// `Source`.
    pub source: String,
    /// The locations of `Destinations`.
    pub destinations: Vec<String>,
    /// `Tags`.
    pub tags: Vec<Tag>,
}

/// Makes a channel.
pub fn create_channel(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    new: NewChannel,
) -> Result<Channel, ChannelRuleError> {
    source::check(&new.source)?;
    let stores = stores_of(cx, tx, &new.destinations)?;
    let mut tags = Vec::new();
    merge_tags(&mut tags, new.tags, quotas.tags)?;
    let channel = Channel {
        account: cx.caller.account.clone(),
        id: cx.new_uuid(),
        region: cx.region.clone(),
        name: new.name,
        source: new.source,
        stores,
        tags,
        policy: None,
        ingestion: Ingestion::default(),
        created: cx.now(),
    };
    tx.insert_channel(&channel).map_err(|error| match error {
        StoreError::Duplicate(_) => exists(&channel),
        error => error.into(),
    })?;
    match tx.count_channels(&channel.account, &channel.region)? > quotas.channels {
        true => Err(ChannelRuleError::TooMany(quotas.channels)),
        false => Ok(channel),
    }
}

/// "A maximum of one channel is allowed per source." (CreateChannel)
pub(super) fn exists(channel: &Channel) -> ChannelRuleError {
    ChannelRuleError::Exists {
        name: channel.name.clone(),
        source_name: channel.source.clone(),
    }
}

/// The ids of the event data stores that a request names, all of them the caller's own, and for such events.
pub(super) fn stores_of(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    destinations: &[String],
) -> Result<Vec<String>, ChannelRuleError> {
    let mut stores: Vec<String> = Vec::new();
    for text in destinations {
        let name = StoreName::parse(cx, text)?;
        let found = tx.event_data_store(&name.account, &name.id)?;
        let is_own = name.account == cx.caller.account && name.region == *cx.region;
        let store = found
            .filter(|store| is_own && store.region == *cx.region)
            .ok_or_else(|| StoreRuleError::NotFound(name.arn()))?;
        if store.is_deleted() {
            return Err(StoreRuleError::Inactive(store.arn()).into());
        }
        if !store.is_of_channels() {
            return Err(ChannelRuleError::Category(store.arn()));
        }
        if stores.contains(&store.id) {
            let why = format!("The event data store {} is given twice.", store.arn());
            return Err(ChannelRuleError::Parameter(why));
        }
        stores.push(store.id);
    }
    Ok(stores)
}
