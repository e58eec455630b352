//! For how long events are kept; CreateEventDataStore in the CloudTrail API reference.

use atrium_model::lake::BillingMode;

use super::StoreRuleError;

/// The most days, by billing mode.
fn longest(billing: BillingMode) -> i64 {
    match billing {
        BillingMode::ExtendableRetention => 3653,
        BillingMode::FixedRetention => 2557,
    }
}

/// The days that are kept if nothing is said.
pub(super) fn usual_retention(billing: BillingMode) -> i64 {
    match billing {
        BillingMode::ExtendableRetention => 366,
        BillingMode::FixedRetention => 2557,
    }
}

/// Refuses more days than the billing mode allows. The model holds the least.
pub(super) fn check_retention(billing: BillingMode, days: i64) -> Result<(), StoreRuleError> {
    let most = longest(billing);
    match days > most {
        true => Err(StoreRuleError::Parameter(format!(
            "The retention period of an event data store with {} is at most {most} days.",
            billing.as_str()
        ))),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retention_follows_the_billing_mode() {
        use BillingMode::{ExtendableRetention, FixedRetention};
        let cases = [
            (ExtendableRetention, 7, true),
            (ExtendableRetention, 3653, true),
            (ExtendableRetention, 3654, false),
            (FixedRetention, 2557, true),
            (FixedRetention, 2558, false),
        ];
        for (billing, days, want) in cases {
            let found = check_retention(billing, days);
            assert_eq!(found.is_ok(), want, "{billing:?} {days}");
            assert!(check_retention(billing, usual_retention(billing)).is_ok());
        }
    }
}
