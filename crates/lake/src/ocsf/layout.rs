//! Where files of events stand.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use atrium_ocsf::{Class, Classes, Event};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The name of a custom source of Security Lake, or the beginning of several: 1 to 44 letters, digits and `-_:.`, so that it has at
/// most 64 with the name of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source(String);

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_name(text, 44, b"-_:.") && text.bytes().any(|byte| byte != b'.') {
            Ok(Self(text.to_owned()))
        } else {
            Err("expected 1 to 44 letters, digits, `-`, `_`, `:` or `.`".to_owned())
        }
    }
}

/// What the names of a run's files begin with: 1 to 100 letters, digits and `-_.`, and not what stands before a part's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FromStr for FileName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Readers take files that begin with these for hidden ones.
        let is_hidden = text.starts_with(['.', '_']);
        if is_name(text, 100, b"-_.") && !is_hidden && !text.contains(".part-") {
            Ok(Self(text.to_owned()))
        } else {
            Err("expected 1 to 100 letters, digits, `-`, `_` or `.`, a letter or digit first, without `.part-`".to_owned())
        }
    }
}

impl Display for FileName {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether a text has so many bytes at most, all of them letters, digits or some marks.
fn is_name(text: &str, most: usize, marks: &[u8]) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || marks.contains(&byte);
    (1..=most).contains(&text.len()) && text.bytes().all(fits)
}

/// The folders above the partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `ext/NAME-CLASS/`: custom sources of Security Lake, which have one class each.
    Custom(Source),
    /// `aws/CLOUD_TRAIL_MGMT/2.0/`: all classes in one table, where Security Lake has its own events of CloudTrail.
    CloudTrail,
}

/// The events that share a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Table {
    /// The class, if a table has one class.
    class: Option<Class>,
    region: String,
    account: String,
    day: Date,
}

impl Table {
    /// Where an event belongs.
    #[must_use]
    pub fn of(layout: &Layout, event: &Event) -> Self {
        let class = Class::ALL
            .into_iter()
            .find(|class| class.uid() == event.class_uid);
        let time = jiff::Timestamp::from_millisecond(event.time).unwrap_or_default();
        let region = event.cloud.region.as_ref();
        let account = event.cloud.account.as_ref();
        Self {
            class: class.filter(|_| matches!(layout, Layout::Custom(_))),
            region: partition(region.map(|region| region.as_str())),
            account: partition(account.map(|account| account.uid.as_str())),
            day: TimeZone::UTC.to_datetime(time).date(),
        }
    }

    /// The classes whose attributes are its columns.
    #[must_use]
    pub fn classes(&self, classes: Classes) -> Vec<Class> {
        match self.class {
            Some(class) => vec![class],
            None => classes.all().to_vec(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self, layout: &Layout) -> String {
        let above = match (layout, self.class) {
            (Layout::Custom(Source(name)), Some(class)) => {
                format!("ext/{name}-{}", class.name().replace('_', "-"))
            }
            (Layout::Custom(Source(name)), None) => format!("ext/{name}"),
            (Layout::CloudTrail, _) => "aws/CLOUD_TRAIL_MGMT/2.0".to_owned(),
        };
        format!(
            "{above}/region={}/accountId={}/eventDay={}",
            self.region,
            self.account,
            self.day.strftime("%Y%m%d")
        )
    }
}

/// A Region or an account as part of a path. What is none, whoever wrote it, must not lead elsewhere.
fn partition(name: Option<&str>) -> String {
    let name = name.filter(|name| is_name(name, 64, b"-"));
    name.unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_run_is_that_of_another_s_part() {
        for name in ["cloudtrail", "run-1", "2026.01"] {
            assert!(name.parse::<FileName>().is_ok(), "{name}");
        }
        let long = "x".repeat(101);
        for name in [
            "",
            "run.part-00001",
            ".hidden",
            "_hidden",
            "../up",
            "a b",
            &long,
        ] {
            assert!(name.parse::<FileName>().is_err(), "{name}");
        }
    }
}
