use atrium_model::lake::channel_arn;
use atrium_model::{AccountId, Arn, OpContext, Partition, Region};

use super::ChannelRuleError;
use crate::stores::is_store_id;

/// Which channel a request names: by ARN, or by an id that is its own account's and Region's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelName {
    /// Whose it is.
    pub account: AccountId,
    /// Its Region.
    pub region: Region,
    /// Its id.
    pub id: String,
}

impl ChannelName {
    /// Reads what a request of the caller says: "the ARN or ID (the ARN suffix) of a channel".
    pub fn parse(cx: &OpContext<'_>, text: &str) -> Result<Self, ChannelRuleError> {
        if is_store_id(text) {
            return Ok(Self {
                account: cx.caller.account.clone(),
                region: cx.region.clone(),
                id: text.to_owned(),
            });
        }
        Self::of_arn(text).ok_or_else(|| ChannelRuleError::Arn(text.to_owned()))
    }

    fn of_arn(text: &str) -> Option<Self> {
        let arn: Arn = text.parse().ok()?;
        let id = arn.resource().strip_prefix("channel/")?;
        let known = arn.partition() == Partition::NAME && arn.service() == "cloudtrail";
        (known && is_store_id(id)).then_some(())?;
        Some(Self {
            account: arn.account().parse().ok()?,
            region: arn.region().parse().ok()?,
            id: id.to_owned(),
        })
    }

    /// The channel's ARN.
    pub fn arn(&self) -> String {
        channel_arn(&self.account, &self.region, &self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_names_account_region_and_id() {
        let id = "9c0f3f0e-1111-4222-8333-0123456789ab";
        let text = format!("arn:aws:cloudtrail:eu-west-1:111122223333:channel/{id}");
        let found = ChannelName::of_arn(&text).expect("an ARN");
        assert_eq!(found.arn(), text);
        for other in [
            text.replace("channel/", "eventdatastore/"),
            text.replace("eu-west-1", "nowhere"),
            text.replace("111122223333", "1111"),
            text.replace("cloudtrail", "s3"),
            text.replace("9c0f", "9C0F"),
            String::new(),
        ] {
            assert_eq!(ChannelName::of_arn(&other), None, "{other}");
        }
    }
}
