use std::net::Ipv4Addr;

use atrium_model::trail::trail_arn;
use atrium_model::{AccountId, Arn, OpContext, Partition, Region};

use super::TrailError;

/// Which trail a request names: by ARN, or by a name that is its own account's and Region's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailName {
    /// Whose it is.
    pub account: AccountId,
    /// Its home Region.
    pub region: Region,
    /// Its name.
    pub name: String,
    /// Whether all of it was said.
    pub is_arn: bool,
}

impl TrailName {
    /// Reads what a request of the caller says.
    pub fn parse(cx: &OpContext<'_>, text: &str) -> Result<Self, TrailError> {
        if text.starts_with("arn:") {
            return Self::of_arn(text).ok_or_else(|| TrailError::Arn(text.to_owned()));
        }
        check(text)?;
        Ok(Self {
            account: cx.caller.account.clone(),
            region: cx.region.clone(),
            name: text.to_owned(),
            is_arn: false,
        })
    }

    fn of_arn(text: &str) -> Option<Self> {
        let arn: Arn = text.parse().ok()?;
        let name = arn.resource().strip_prefix("trail/")?;
        let known = arn.partition() == Partition::NAME && arn.service() == "cloudtrail";
        (known && check(name).is_ok()).then_some(())?;
        Some(Self {
            account: arn.account().parse().ok()?,
            region: arn.region().parse().ok()?,
            name: name.to_owned(),
            is_arn: true,
        })
    }

    /// The trail's ARN.
    pub fn arn(&self) -> String {
        trail_arn(&self.account, &self.region, &self.name)
    }
}

/// The rules of names; "Naming requirements" in the CloudTrail user guide.
pub(super) fn check(name: &str) -> Result<(), TrailError> {
    let length = name.chars().count();
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mark = |b: &u8| b"._-".contains(b);
    let why = if name.is_empty() {
        "Trail name cannot be blank!".to_owned()
    } else if length < 3 {
        format!(
            "Trail name too short. Minimum allowed length: 3 characters. Specified name length: {length} characters."
        )
    } else if length > 128 {
        format!(
            "Trail name too long. Maximum allowed length: 128 characters. Specified name length: {length} characters."
        )
    } else if !name.bytes().all(|b| b.is_ascii_alphanumeric() || mark(&b)) {
        "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), \
         and underscores (_)."
            .to_owned()
    } else if !ends(name.chars().next()) {
        "Trail name must start with a letter or number.".to_owned()
    } else if !ends(name.chars().next_back()) {
        "Trail name must end with a letter or number.".to_owned()
    } else if name.as_bytes().windows(2).any(|pair| pair.iter().all(mark)) {
        "Trail name must not contain adjacent periods, underscores or hyphens.".to_owned()
    } else if name.parse::<Ipv4Addr>().is_ok() {
        "Trail name must not be formatted as an IP address.".to_owned()
    } else {
        return Ok(());
    };
    Err(TrailError::Name(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_guide() {
        let long = "a".repeat(128);
        let longer = "a".repeat(129);
        let cases = [
            ("management-events", true),
            ("abc", true),
            ("a.b_c-d", true),
            ("9lives", true),
            (long.as_str(), true),
            (longer.as_str(), false),
            ("", false),
            ("ab", false),
            ("-abc", false),
            ("abc-", false),
            ("a--b", false),
            ("a._b", false),
            ("a b c", false),
            ("äbc", false),
            ("192.168.5.4", false),
            ("192.168.5.400", true),
        ];
        for (name, want) in cases {
            assert_eq!(check(name).is_ok(), want, "{name:?}");
        }
    }

    #[test]
    fn an_arn_names_account_region_and_name() {
        let found = TrailName::of_arn("arn:aws:cloudtrail:eu-west-1:111122223333:trail/main");
        let found = found.expect("an ARN");
        assert_eq!(
            (found.account.as_str(), found.region.as_str(), &*found.name),
            ("111122223333", "eu-west-1", "main")
        );
        for text in [
            "arn:aws:cloudtrail:eu-west-1:111122223333:trail/",
            "arn:aws:cloudtrail:eu-west-1:111122223333:channel/main",
            "arn:aws:cloudtrail:nowhere:111122223333:trail/main",
            "arn:aws:cloudtrail:eu-west-1:1111:trail/main",
            "arn:aws:s3:eu-west-1:111122223333:trail/main",
            "arn:aws-cn:cloudtrail:eu-west-1:111122223333:trail/main",
            "arn:aws:cloudtrail",
        ] {
            assert_eq!(TrailName::of_arn(text), None, "{text}");
        }
    }
}
