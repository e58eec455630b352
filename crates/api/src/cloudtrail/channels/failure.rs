//! CloudTrail's codes and texts for what can go wrong with channels.

use atrium_trail::channels::ChannelRuleError;
use atrium_wire::WireError;

use crate::call::store_failure;
use crate::cloudtrail::stores;

/// The answer to an error of the channels' rules.
pub(in crate::cloudtrail) fn failure(error: ChannelRuleError) -> WireError {
    let (code, message) = match error {
        ChannelRuleError::Arn(arn) => (
            "ChannelARNInvalidException",
            format!("{arn} is not a valid ARN of a channel."),
        ),
        ChannelRuleError::NotFound(arn) => (
            "ChannelNotFoundException",
            format!("The channel {arn} does not exist."),
        ),
        ChannelRuleError::Exists { name, source_name } => (
            "ChannelAlreadyExistsException",
            format!("A channel with the name {name} or the source {source_name} already exists."),
        ),
        ChannelRuleError::TooMany(most) => (
            "ChannelMaxLimitExceededException",
            format!("The account already has {most} channels in this Region."),
        ),
        ChannelRuleError::Source(source) => (
            "InvalidSourceException",
            format!("{source} is neither Custom nor the name of a partner event source."),
        ),
        ChannelRuleError::Category(arn) => (
            "InvalidEventDataStoreCategoryException",
            format!("The event data store {arn} does not collect ActivityAuditLog events."),
        ),
        ChannelRuleError::Parameter(why) => ("InvalidParameterException", why),
        ChannelRuleError::Policy(why) => ("ResourcePolicyNotValidException", why),
        ChannelRuleError::NoPolicy(arn) => (
            "ResourcePolicyNotFoundException",
            format!("The channel {arn} has no resource policy."),
        ),
        ChannelRuleError::EventDataStore(error) => return stores::failure(error),
        ChannelRuleError::Shared(error) => return crate::cloudtrail::failure::failure(error),
        ChannelRuleError::Store(error) => return store_failure(error),
    };
    WireError::new(code, message)
}
