use std::str::FromStr;

use super::{Quota, Quotas};

/// A quota and the value it is to have, written `NAME=VALUE`: `organizations.accounts=50`.
#[derive(Clone, Copy, Debug)]
pub struct QuotaSetting {
    quota: &'static Quota,
    value: i64,
}

/// Why a text is not a quota's setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseQuotaError {
    /// There is no equals sign.
    #[error("expected NAME=VALUE, such as organizations.accounts=50")]
    Form,
    /// No quota has this name.
    #[error("no quota is named `{given}`; there are {}", names())]
    UnknownName {
        /// The name as given.
        given: String,
    },
    /// The value is no number within the quota's bounds.
    #[error("`{name}` takes a whole number from {least} to {most}, not `{given}`")]
    Value {
        /// The quota's name.
        name: &'static str,
        /// The value as given.
        given: String,
        /// The least that it may be.
        least: i64,
        /// The most that it may be.
        most: i64,
    },
}

fn names() -> String {
    let names: Vec<&str> = Quotas::all().iter().map(|quota| quota.name).collect();
    names.join(", ")
}

impl QuotaSetting {
    /// Which quota.
    pub fn quota(&self) -> &'static Quota {
        self.quota
    }

    /// Its value, in the quota's unit.
    pub fn value(&self) -> i64 {
        self.value
    }
}

impl FromStr for QuotaSetting {
    type Err = ParseQuotaError;

    fn from_str(text: &str) -> Result<Self, ParseQuotaError> {
        let (name, value) = text.split_once('=').ok_or(ParseQuotaError::Form)?;
        let (name, value) = (name.trim(), value.trim());
        let quota = Quotas::all()
            .iter()
            .find(|quota| quota.name == name)
            .ok_or_else(|| ParseQuotaError::UnknownName {
                given: name.to_owned(),
            })?;
        let (least, most) = quota.bounds();
        match value.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(Self {
                quota,
                value: number,
            }),
            _ => Err(ParseQuotaError::Value {
                name: quota.name,
                given: value.to_owned(),
                least,
                most,
            }),
        }
    }
}
