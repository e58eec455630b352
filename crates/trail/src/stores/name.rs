use atrium_model::lake::store_arn;
use atrium_model::{AccountId, Arn, OpContext, Partition, Region};

use super::StoreRuleError;

/// Which event data store a request names: by ARN, or by an id that is its own account's and Region's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreName {
    /// Whose it is.
    pub account: AccountId,
    /// Its home Region.
    pub region: Region,
    /// Its id.
    pub id: String,
    /// Whether all of it was said.
    pub is_arn: bool,
}

impl StoreName {
    /// Reads what a request of the caller says: "the ARN (or the ID suffix of the ARN)".
    pub fn parse(cx: &OpContext<'_>, text: &str) -> Result<Self, StoreRuleError> {
        if is_store_id(text) {
            return Ok(Self::of_id(cx, text));
        }
        Self::of_arn(text).ok_or_else(|| StoreRuleError::Arn(text.to_owned()))
    }

    /// The store with an id.
    pub fn of_id(cx: &OpContext<'_>, id: &str) -> Self {
        Self {
            account: cx.caller.account.clone(),
            region: cx.region.clone(),
            id: id.to_owned(),
            is_arn: false,
        }
    }

    fn of_arn(text: &str) -> Option<Self> {
        let arn: Arn = text.parse().ok()?;
        let id = arn.resource().strip_prefix("eventdatastore/")?;
        let known = arn.partition() == Partition::NAME && arn.service() == "cloudtrail";
        (known && is_store_id(id)).then_some(())?;
        Some(Self {
            account: arn.account().parse().ok()?,
            region: arn.region().parse().ok()?,
            id: id.to_owned(),
            is_arn: true,
        })
    }

    /// The store's ARN.
    pub fn arn(&self) -> String {
        store_arn(&self.account, &self.region, &self.id)
    }
}

/// Whether a text is a UUID in lower case.
pub(crate) fn is_store_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "9c0f3f0e-1111-4222-8333-0123456789ab";

    #[test]
    fn an_arn_names_account_region_and_id() {
        let text = format!("arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/{ID}");
        let found = StoreName::of_arn(&text).expect("an ARN");
        assert_eq!(
            (found.account.as_str(), found.region.as_str(), &*found.id),
            ("111122223333", "eu-west-1", ID)
        );
        assert_eq!(found.arn(), text);
        for other in [
            text.replace("eventdatastore", "trail"),
            text.replace("eu-west-1", "nowhere"),
            text.replace("111122223333", "1111"),
            text.replace("cloudtrail", "s3"),
            text.replace("arn:aws:", "arn:aws-cn:"),
            text.to_uppercase(),
            format!("{text}0"),
            "arn:aws:cloudtrail".to_owned(),
            String::new(),
        ] {
            assert_eq!(StoreName::of_arn(&other), None, "{other}");
        }
    }

    #[test]
    fn an_id_is_a_uuid() {
        let cases = [
            (ID, true),
            ("9c0f3f0e11114222833301234567890ab012", false),
            ("9C0F3F0E-1111-4222-8333-0123456789AB", false),
            ("9c0f3f0e-1111-4222-8333-0123456789a", false),
            ("9c0f3f0e-1111-4222-8333-0123456789ag", false),
            ("", false),
        ];
        for (text, want) in cases {
            assert_eq!(is_store_id(text), want, "{text:?}");
        }
    }
}
