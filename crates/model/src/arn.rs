use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Arn {
    text: String,
    /// Where the five colons before the resource stand.
    colons: [usize; 5],
}

/// The text is not an ARN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an ARN")]
pub struct ParseArnError(String);

impl Arn {
    fn part(&self, index: usize) -> &str {
        &self.text[self.colons[index] + 1..self.colons[index + 1]]
    }

    /// `aws`, `aws-cn`, `aws-us-gov` …
    pub fn partition(&self) -> &str {
        self.part(0)
    }

    /// The service's prefix, such as `sso`.
    pub fn service(&self) -> &str {
        self.part(1)
    }

    /// The Region, empty for global resources.
    pub fn region(&self) -> &str {
        self.part(2)
    }

    /// The account id, `aws`, or empty.
    pub fn account(&self) -> &str {
        self.part(3)
    }

    /// Everything after the fifth colon.
    pub fn resource(&self) -> &str {
        &self.text[self.colons[4] + 1..]
    }

    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Arn {
    type Err = ParseArnError;

    fn from_str(text: &str) -> Result<Self, ParseArnError> {
        let fail = || ParseArnError(text.chars().take(256).collect());
        let mut colons = [0; 5];
        let mut found = text.match_indices(':').map(|(at, _)| at);
        for colon in &mut colons {
            *colon = found.next().ok_or_else(fail)?;
        }
        if !text.starts_with("arn:") || colons[4] + 1 == text.len() {
            return Err(fail());
        }
        Ok(Self {
            text: text.to_owned(),
            colons,
        })
    }
}

impl TryFrom<String> for Arn {
    type Error = ParseArnError;

    fn try_from(text: String) -> Result<Self, ParseArnError> {
        text.parse()
    }
}

impl From<Arn> for String {
    fn from(arn: Arn) -> String {
        arn.text
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_splits_at_its_first_five_colons() {
        let arn: Arn = "arn:aws:sso::111122223333:application/ssoins-1/apl-2:x"
            .parse()
            .expect("an ARN");
        assert_eq!(
            (
                arn.partition(),
                arn.service(),
                arn.region(),
                arn.account(),
                arn.resource()
            ),
            (
                "aws",
                "sso",
                "",
                "111122223333",
                "application/ssoins-1/apl-2:x"
            )
        );
        for bad in ["", "arn:aws:sso", "arn:aws:sso:::", "urn:aws:sso:::x"] {
            assert!(bad.parse::<Arn>().is_err(), "{bad}");
        }
    }
}
