use std::time::Duration;

use atrium_model::{AccountId, Region, Timestamp};
use atrium_wire::OperationMeta;
use proptest::prelude::*;

use super::bucket::Bucket;
use super::*;

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn operation(service: &str, name: &str) -> &'static OperationMeta {
    atrium_wire::find(service, name).unwrap_or_else(|| panic!("no {service}:{name}"))
}

fn account(number: u64) -> AccountId {
    format!("{number:012}").parse().expect("twelve digits")
}

fn region(name: &str) -> Region {
    name.parse().expect("a Region")
}

fn throttle() -> Throttle {
    Throttle::new(Throttling::Aws).expect("rates hold")
}

/// How many of `calls` at one moment are served.
fn served(throttle: &Throttle, service: &str, name: &str, calls: usize, at: Timestamp) -> usize {
    let (operation, account, region) = (operation(service, name), account(1), region("us-east-1"));
    (0..calls)
        .filter(|_| throttle.take(operation, &account, &region, at).is_ok())
        .count()
}

#[test]
fn each_operation_has_its_services_rate() {
    let cases = [
        ("sso-admin", "ListInstances", 20, 20),
        ("sso-admin", "CreateInstance", 20, 20),
        ("cloudtrail", "LookupEvents", 2, 2),
        ("cloudtrail", "DescribeTrails", 10, 10),
        ("cloudtrail", "StartQuery", 1, 1),
        ("account", "ListRegions", 5, 5),
        ("account", "PutAlternateContact", 8, 5),
        ("organizations", "LeaveOrganization", 5, 5),
        ("organizations", "ListAccounts", 2000, 2000),
        ("identitystore", "ListUsers", 2000, 2000),
        ("iam", "ListRoles", 2000, 2000),
        ("sts", "GetCallerIdentity", 600, 600),
        ("sts", "AssumeRoleWithSAML", 2000, 2000),
    ];
    for (service, name, at_once, a_second_later) in cases {
        let throttle = throttle();
        assert_eq!(
            served(&throttle, service, name, 2000, START),
            at_once,
            "{service}:{name}"
        );
        let later = START + Duration::from_secs(1);
        assert_eq!(
            served(&throttle, service, name, 2000, later),
            a_second_later,
            "{service}:{name}"
        );
    }
}

#[test]
fn operations_of_one_rate_count_together_and_others_apart() {
    let throttle = throttle();
    assert_eq!(
        served(&throttle, "sso-admin", "ListInstances", 15, START),
        15
    );
    assert_eq!(
        served(&throttle, "sso-admin", "ListPermissionSets", 15, START),
        5
    );
    assert_eq!(served(&throttle, "cloudtrail", "LookupEvents", 5, START), 2);
    assert_eq!(served(&throttle, "cloudtrail", "ListTrails", 15, START), 10);
}

#[test]
fn accounts_and_regions_count_for_themselves() {
    let throttle = throttle();
    let take = |operation, number, name| {
        throttle
            .take(operation, &account(number), &region(name), START)
            .is_ok()
    };
    let lookup = operation("cloudtrail", "LookupEvents");
    assert!(take(lookup, 1, "us-east-1") && take(lookup, 1, "us-east-1"));
    assert!(!take(lookup, 1, "us-east-1"));
    assert!(take(lookup, 2, "us-east-1"));
    assert!(take(lookup, 1, "eu-west-1"));
    // A service that is at home in one Region counts wherever the request was signed for.
    let leave = operation("organizations", "LeaveOrganization");
    let regions = ["us-east-1", "eu-west-1", "us-west-2"];
    let served = regions
        .iter()
        .cycle()
        .take(12)
        .filter(|name| take(leave, 1, name))
        .count();
    assert_eq!(served, 5);
}

#[test]
fn the_refusal_is_the_services_own() {
    let cases = [
        ("sso-admin", "ListInstances", "ThrottlingException", 400),
        ("cloudtrail", "LookupEvents", "ThrottlingException", 400),
        (
            "organizations",
            "LeaveOrganization",
            "TooManyRequestsException",
            400,
        ),
        ("account", "ListRegions", "TooManyRequestsException", 429),
        ("sts", "GetCallerIdentity", "Throttling", 400),
        ("iam", "ListRoles", "Throttling", 400),
    ];
    for (service, name, code, status) in cases {
        let operation = operation(service, name);
        let error = refusal(operation);
        assert_eq!(atrium_wire::wire_code(operation, &error), code, "{service}");
        let answer = atrium_wire::encode_error(operation, &error, "id");
        assert_eq!(answer.status(), status, "{service}");
        let body = String::from_utf8_lossy(answer.body()).into_owned();
        assert!(body.contains("Rate exceeded"), "{body}");
        assert_eq!(
            body.contains(r#""Type":"RATE_EXCEEDED""#),
            service == "organizations",
            "{body}"
        );
    }
}

#[test]
fn every_operation_of_the_table_is_in_the_models() {
    for rate in Rate::all() {
        assert!(
            rate.per_second > 0 && rate.burst >= rate.per_second,
            "{rate:?}"
        );
        if let Operations::Named(names) = rate.operations {
            for name in names {
                let place = of_name(rate.service, name);
                assert!(std::ptr::eq(place, rate), "{name} has another rate before");
            }
        }
    }
}

fn of_name(service: &str, name: &str) -> &'static Rate {
    rates::of(operation(service, name)).expect("a rate").1
}

#[test]
fn buckets_that_are_full_again_are_forgotten() {
    let throttle = throttle();
    let (lookup, here) = (operation("cloudtrail", "LookupEvents"), region("us-east-1"));
    for number in 0..50_000 {
        let now = START + Duration::from_millis(number);
        throttle
            .take(lookup, &account(number), &here, now)
            .expect("a new account's first call");
    }
    let kept = throttle
        .buckets
        .lock()
        .expect("nobody panicked")
        .known
        .len();
    assert!(kept <= 2 * FEW, "{kept}");
}

#[test]
fn a_clock_that_is_set_back_neither_brings_nor_takes() {
    let rate = of_name("cloudtrail", "LookupEvents");
    let mut bucket = Bucket::full(rate, START);
    let before = Timestamp::from_millis(START.as_millis() - 3_600_000);
    assert!(bucket.take(rate, START));
    assert!(bucket.take(rate, before));
    assert!(!bucket.take(rate, before));
    assert!(!bucket.take(rate, before + Duration::from_millis(499)));
    assert!(bucket.take(rate, before + Duration::from_millis(500)));
}

proptest! {
    #[test]
    fn never_more_than_the_burst_and_what_time_brings(
        per_second in 1i64..50,
        more in 0i64..20,
        waits in prop::collection::vec(0u64..400, 1..300),
    ) {
        let rate = Rate {
            service: "x", operations: Operations::All, per_second, burst: per_second + more,
            regional: false, source: "",
        };
        let mut bucket = Bucket::full(&rate, START);
        let mut served = vec![];
        let mut now = START;
        for wait in waits {
            now = now + Duration::from_millis(wait);
            if bucket.take(&rate, now) {
                served.push(now);
            } else {
                // A refusal costs nothing: one token's time later there is one.
                let token = Duration::from_millis(1000_u64.div_ceil(u64::try_from(per_second).unwrap_or(1)));
                prop_assert!(bucket.clone().take(&rate, now + token));
            }
        }
        // In every window, not only from the start.
        for (first, from) in served.iter().enumerate() {
            for (last, to) in served.iter().enumerate().skip(first) {
                let count = i64::try_from(last - first).unwrap_or(i64::MAX) + 1;
                let passed = to.as_millis() - from.as_millis();
                prop_assert!(count * 1000 <= rate.burst * 1000 + per_second * passed);
            }
        }
    }
}
