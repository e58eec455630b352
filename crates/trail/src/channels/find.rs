use atrium_model::OpContext;
use atrium_model::lake::Channel;
use atrium_store::{ChannelTx, StoreError};

use super::{ChannelName, ChannelRuleError};

/// A channel of the caller's account and Region.
pub fn find_channel(
    cx: &OpContext<'_>,
    tx: &mut dyn ChannelTx,
    name: &ChannelName,
) -> Result<Channel, ChannelRuleError> {
    match name.account == cx.caller.account {
        true => channel_anywhere(cx, tx, name),
        false => Err(ChannelRuleError::NotFound(name.arn())),
    }
}

/// A channel of any account, in the Region of the call. Whether the caller may use it is for its policy to say.
pub fn channel_anywhere(
    cx: &OpContext<'_>,
    tx: &mut dyn ChannelTx,
    name: &ChannelName,
) -> Result<Channel, ChannelRuleError> {
    let found = tx.channel(&name.account, &name.id)?;
    found
        .filter(|channel| channel.region == *cx.region && channel.region == name.region)
        .ok_or_else(|| ChannelRuleError::NotFound(name.arn()))
}

/// The caller's channels in the Region after an id, at most `limit`, and the last one's id if there are more.
pub fn list_channels(
    cx: &OpContext<'_>,
    tx: &mut dyn ChannelTx,
    after: &str,
    limit: usize,
) -> Result<(Vec<Channel>, Option<String>), StoreError> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut found = tx.channels(&cx.caller.account, cx.region, after, most)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more);
    let next = last.map(|channel| channel.id.clone());
    Ok((found, next))
}
