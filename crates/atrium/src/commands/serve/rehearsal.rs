//! Delays, failures and stale answers on purpose.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use atrium_api::Rehearsal;
use clap::Args;

/// The longest that an answer may be held back: ten minutes. No SDK waits longer.
const LONGEST: u64 = 600_000;

/// What goes wrong on purpose. Only with --dev.
#[derive(Debug, Args)]
pub(crate) struct RehearsalArgs {
    /// Hold each answer back for so many milliseconds, or for a time between two. Only with --dev.
    #[arg(long, value_name = "MS[..MS]", default_value = "0", requires = "dev")]
    response_delay: Delay,

    /// Let this share of the requests fail, from 0 to 1: half throttled, half with status 500. Only with --dev.
    #[arg(long, value_name = "SHARE", default_value = "0", requires = "dev")]
    error_rate: Share,

    /// Let this share of the requests that only read see what was true a moment ago, from 0 to 1. Only with --dev.
    #[arg(long, value_name = "SHARE", default_value = "0", requires = "dev")]
    stale_reads: Share,

    /// How long a change may stay unseen by stale reads, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 1000, requires = "dev",
          value_parser = clap::value_parser!(u64).range(1..=LONGEST))]
    staleness: u64,

    /// Decides which requests fail or are stale and how late each answer is: the same seed, the same rehearsal.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "dev")]
    fault_seed: u64,
}

impl RehearsalArgs {
    pub(super) fn settings(&self) -> Rehearsal {
        Rehearsal {
            response_delay: self.response_delay.0.clone(),
            error_rate: self.error_rate.0,
            stale_reads: self.stale_reads.0,
            staleness: Duration::from_millis(self.staleness),
            seed: self.fault_seed,
        }
    }
}

/// `100` or `20..80`: milliseconds, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Delay(RangeInclusive<u64>);

impl FromStr for Delay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (least, most) = text.split_once("..").unwrap_or((text, text));
        match (least.parse(), most.parse()) {
            (Ok(least), Ok(most)) if least <= most && most <= LONGEST => Ok(Self(least..=most)),
            _ => Err(format!(
                "expected milliseconds up to {LONGEST}, such as 100, or a range, such as 20..80"
            )),
        }
    }
}

/// A number from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Share(f64);

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(share) if (0.0..=1.0).contains(&share) => Ok(Self(share)),
            _ => Err("expected a number from 0 to 1, such as 0.05".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_a_time_or_a_range() {
        let cases = [
            ("0", Some(0..=0)),
            ("100", Some(100..=100)),
            ("20..80", Some(20..=80)),
            ("80..80", Some(80..=80)),
            ("600000", Some(600_000..=600_000)),
            ("600001", None),
            ("80..20", None),
            ("20..", None),
            ("..80", None),
            ("20..=80", None),
            ("-1", None),
            ("1.5", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(text.parse().ok(), want.map(Delay), "{text:?}");
        }
    }

    #[test]
    fn a_share_is_between_nothing_and_all() {
        let cases = [
            ("0", Some(0.0)),
            ("0.05", Some(0.05)),
            ("1", Some(1.0)),
            ("1.01", None),
            ("-0.1", None),
            ("NaN", None),
            ("inf", None),
            ("5%", None),
        ];
        for (text, want) in cases {
            assert_eq!(text.parse().ok(), want.map(Share), "{text:?}");
        }
    }
}
