use std::fmt;
use std::time::Duration;

use super::Quotas;

const DAY: u64 = 24 * 3600;

/// What the number of a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Characters of a document.
    Characters,
    /// Days of 24 hours.
    Days,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Count => "count",
            Self::Characters => "characters",
            Self::Days => "days",
        })
    }
}

/// One number that an operator can set.
#[derive(Debug)]
pub struct Quota {
    /// Its name, such as `identitystore.users`: the service, as AWS prefixes it, and what is limited.
    pub name: &'static str,
    /// What is limited, in words.
    pub what: &'static str,
    /// What the number counts.
    pub unit: Unit,
    /// What AWS gives a new account or organization.
    pub aws: i64,
    /// Where AWS says so.
    pub source: &'static str,
    /// The least that may be set.
    pub(super) least: i64,
    /// The most that may be set: what this service is built and tested for.
    pub(super) most: i64,
    pub(super) field: fn(&mut Quotas) -> Field<'_>,
}

/// Where a quota is kept.
pub(super) enum Field<'a> {
    Count(&'a mut i64),
    Size(&'a mut usize),
    Days(&'a mut Duration),
}

impl Quota {
    /// Its value among `quotas`, in its unit.
    pub fn of(&self, quotas: &Quotas) -> i64 {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        match (self.field)(&mut quotas.clone()) {
            Field::Count(count) => *count,
            Field::Size(size) => i64::try_from(*size).unwrap_or(i64::MAX),
            Field::Days(time) => number(time.as_secs() / DAY),
        }
    }

    /// The least and the most that may be set.
    pub fn bounds(&self) -> (i64, i64) {
        (self.least, self.most)
    }

    /// `value` is within the bounds.
    pub(super) fn put(&self, quotas: &mut Quotas, value: i64) {
        match (self.field)(quotas) {
            Field::Count(count) => *count = value,
            Field::Size(size) => *size = usize::try_from(value).unwrap_or(0),
            Field::Days(time) => {
                *time = Duration::from_secs(u64::try_from(value).unwrap_or(0).saturating_mul(DAY));
            }
        }
    }
}
