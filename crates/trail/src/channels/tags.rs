use atrium_model::iam::Tag;
use atrium_model::lake::Channel;
use atrium_store::ChannelTx;

use super::ChannelRuleError;
use super::update::keep;
use crate::stores::Quotas;
use crate::trails::{drop_tags, merge_tags};

/// Sets tags of a channel.
pub fn add_channel_tags(
    tx: &mut dyn ChannelTx,
    quotas: &Quotas,
    mut channel: Channel,
    tags: Vec<Tag>,
) -> Result<(), ChannelRuleError> {
    merge_tags(&mut channel.tags, tags, quotas.tags)?;
    keep(tx, &channel)
}

/// Removes tags of a channel; a value that is given must be the tag's.
pub fn remove_channel_tags(
    tx: &mut dyn ChannelTx,
    mut channel: Channel,
    tags: &[Tag],
) -> Result<(), ChannelRuleError> {
    drop_tags(&mut channel.tags, tags);
    keep(tx, &channel)
}
