use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::id::ParseIdError;

/// A set of Regions that share ARNs and accounts. Atrium serves the commercial one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition;

impl Partition {
    /// The partition's part of an ARN.
    pub const NAME: &'static str = "aws";
}

/// What is known of a Region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionInfo {
    /// Such as `eu-west-1`.
    pub name: &'static str,
    /// Regions launched after March 2019 are off in an account until they are enabled.
    pub opt_in: bool,
    /// The leading digits that identity store ids carry in this Region, where they have been seen.
    pub store_prefix: &'static str,
    /// The leading digits of instance ids, where they have been seen.
    pub instance_prefix: &'static str,
}

const fn region(name: &'static str, opt_in: bool) -> RegionInfo {
    RegionInfo {
        name,
        opt_in,
        store_prefix: "",
        instance_prefix: "",
    }
}

const fn seen(
    name: &'static str,
    store_prefix: &'static str,
    instance_prefix: &'static str,
) -> RegionInfo {
    RegionInfo {
        name,
        opt_in: false,
        store_prefix,
        instance_prefix,
    }
}

/// The commercial Regions, in order of their names (AWS General Reference, "AWS Regions").
pub const REGIONS: &[RegionInfo] = &[
    region("af-south-1", true),
    region("ap-east-1", true),
    region("ap-east-2", true),
    region("ap-northeast-1", false),
    region("ap-northeast-2", false),
    region("ap-northeast-3", false),
    region("ap-south-1", false),
    region("ap-south-2", true),
    seen("ap-southeast-1", "9667", ""),
    seen("ap-southeast-2", "9767", "8259"),
    region("ap-southeast-3", true),
    region("ap-southeast-4", true),
    region("ap-southeast-5", true),
    region("ap-southeast-6", true),
    region("ap-southeast-7", true),
    region("ca-central-1", false),
    region("ca-west-1", true),
    region("eu-central-1", false),
    region("eu-central-2", true),
    region("eu-north-1", false),
    region("eu-south-1", true),
    region("eu-south-2", true),
    region("eu-west-1", false),
    region("eu-west-2", false),
    region("eu-west-3", false),
    region("il-central-1", true),
    region("me-central-1", true),
    region("me-south-1", true),
    region("mx-central-1", true),
    region("sa-east-1", false),
    seen("us-east-1", "9067", "7223"),
    seen("us-east-2", "9a67", "6684"),
    region("us-west-1", false),
    region("us-west-2", false),
];

/// The name of an AWS Region that exists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Region(&'static str);

impl Region {
    /// Where the global services (Organizations, IAM) live.
    pub const US_EAST_1: Region = Region("us-east-1");

    /// The name.
    pub fn as_str(&self) -> &'static str {
        self.0
    }

    /// What is known of this Region.
    pub fn info(&self) -> &'static RegionInfo {
        REGIONS
            .iter()
            .find(|r| r.name == self.0)
            .expect("a Region is only made from the table")
    }
}

impl FromStr for Region {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        REGIONS
            .binary_search_by(|region| region.name.cmp(text))
            .map(|at| Self(REGIONS[at].name))
            .map_err(|_| ParseIdError::new("Region", text))
    }
}

/// By hand: what serde derives holds for texts alone that live forever, as the table's do.
impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl TryFrom<String> for Region {
    type Error = ParseIdError;

    fn try_from(text: String) -> Result<Self, ParseIdError> {
        text.parse()
    }
}

impl From<Region> for String {
    fn from(region: Region) -> String {
        region.0.to_owned()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_of_the_table_is_found() {
        for info in REGIONS {
            assert_eq!(info.name.parse::<Region>().expect(info.name).info(), info);
        }
        assert!("eu-west-9".parse::<Region>().is_err());
    }
}
