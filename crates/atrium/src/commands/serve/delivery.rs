//! How often trails get their files.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;

/// How often log files and digests are made.
#[derive(Debug, Args)]
pub(crate) struct DeliveryArgs {
    /// Seconds between two deliveries of log files to trails.
    #[arg(long, value_name = "SECONDS", default_value = "300")]
    pub(super) trail_interval: Interval<100>,

    /// Seconds that a trail's digest tells of.
    #[arg(long, value_name = "SECONDS", default_value = "3600")]
    pub(super) digest_interval: Interval<1000>,
}

/// The longest interval: a day.
const LONGEST: f64 = 86_400.0;

/// Seconds, also parts of them, of which there are at least `LEAST` thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval<const LEAST: u64>(pub(super) Duration);

impl<const LEAST: u64> FromStr for Interval<LEAST> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let least = Duration::from_millis(LEAST);
        let seconds = text.parse::<f64>().ok();
        seconds
            .filter(|seconds| (least.as_secs_f64()..=LONGEST).contains(seconds))
            .map(|seconds| Self(Duration::from_secs_f64(seconds)))
            .ok_or_else(|| {
                format!(
                    "expected seconds from {} to {LONGEST}, such as 300",
                    least.as_secs_f64()
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_a_number_of_seconds() {
        let cases = [
            ("300", Some(300_000)),
            ("0.1", Some(100)),
            ("1.5", Some(1500)),
            ("86400", Some(86_400_000)),
            ("86401", None),
            ("0.09", None),
            ("0", None),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("5m", None),
            ("", None),
        ];
        for (text, want) in cases {
            let found = text.parse().ok();
            let want = want.map(|millis| Interval::<100>(Duration::from_millis(millis)));
            assert_eq!(found, want, "{text:?}");
        }
        assert!("0.9".parse::<Interval<1000>>().is_err());
    }
}
