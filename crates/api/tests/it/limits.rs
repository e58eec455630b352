//! Quotas as they are set, AWS's request rates, and failures made on purpose.

use std::time::Duration;

use atrium_api::{Quotas, Rehearsal, Settings, Throttling};
use atrium_testkit::{Answer, Credentials, Options, Server, on_both_engines, on_sqlite};
use serde_json::{Value, json};

use crate::world::REGION;

mod quotas {
    use super::*;
    on_both_engines!(few(); what_is_set_holds);
}

mod rates {
    use super::*;
    on_both_engines!(with(Settings { throttling: Throttling::Aws, ..Settings::default() });
        requests_beyond_the_rate_are_refused, every_refusal_leaves_its_event);
}

mod faults {
    use super::*;
    on_both_engines!(failing(1.0); a_request_that_fails_did_nothing);
}

fn with(settings: Settings) -> Options {
    Options {
        settings,
        ..Options::default()
    }
}

/// Room for one of everything.
fn few() -> Options {
    let mut quotas = Quotas::default();
    for text in [
        "iam.groups=1",
        "identitystore.users=1",
        "organizations.accounts=1",
        "organizations.units=1",
        "sso.tags-per-resource=1",
    ] {
        quotas.set(&text.parse().unwrap());
    }
    with(Settings {
        quotas,
        ..Settings::default()
    })
}

fn failing(error_rate: f64) -> Options {
    with(Settings {
        dev: true,
        rehearsal: Rehearsal {
            error_rate,
            seed: 11,
            ..Rehearsal::default()
        },
        ..Settings::default()
    })
}

async fn call(server: &Server, service: &str, operation: &str, input: Value) -> Answer {
    let admin = server.admin();
    server.call(admin, REGION, service, operation, input).await
}

async fn what_is_set_holds(server: Server) {
    let roots = call(&server, "organizations", "ListRoots", json!({})).await;
    let root = roots.ok()["Roots"][0]["Id"].clone();
    let found = call(&server, "sso-admin", "ListInstances", json!({})).await;
    let instance = found.ok()["Instances"][0].clone();
    let (arn, store) = (&instance["InstanceArn"], &instance["IdentityStoreId"]);
    let cases = [
        (
            ("iam", "CreateGroup"),
            json!({ "GroupName": "one" }),
            json!({ "GroupName": "two" }),
            "LimitExceeded",
        ),
        (
            ("identitystore", "CreateUser"),
            json!({ "IdentityStoreId": store, "UserName": "one", "DisplayName": "One",
                "Name": { "GivenName": "One", "FamilyName": "One" } }),
            json!({ "IdentityStoreId": store, "UserName": "two", "DisplayName": "Two",
                "Name": { "GivenName": "Two", "FamilyName": "Two" } }),
            "ServiceQuotaExceededException",
        ),
        (
            ("organizations", "CreateOrganizationalUnit"),
            json!({ "ParentId": root, "Name": "one" }),
            json!({ "ParentId": root, "Name": "two" }),
            "ConstraintViolationException",
        ),
        (
            ("sso-admin", "TagResource"),
            json!({ "ResourceArn": arn, "Tags": [{ "Key": "one", "Value": "" }] }),
            json!({ "ResourceArn": arn, "Tags": [{ "Key": "two", "Value": "" }] }),
            "ServiceQuotaExceededException",
        ),
    ];
    for ((service, operation), first, second, code) in cases {
        let answer = call(&server, service, operation, first).await;
        assert!(answer.is_ok(), "{service}:{operation} {}", answer.text);
        let answer = call(&server, service, operation, second).await;
        assert_eq!(answer.refused(), code, "{service}:{operation}");
    }
    let begun = call(
        &server,
        "organizations",
        "CreateAccount",
        json!({ "AccountName": "two", "Email": "two@example.com" }),
    )
    .await
    .ok();
    let status = &begun["CreateAccountStatus"];
    assert_eq!(
        status["FailureReason"], "ACCOUNT_LIMIT_EXCEEDED",
        "{status}"
    );
}

/// How many of so many calls of ListInstances at one moment are served.
async fn served(server: &Server, by: &Credentials, region: &str, calls: usize) -> usize {
    let mut served = 0;
    for _ in 0..calls {
        let answer = server
            .call(by, region, "sso-admin", "ListInstances", json!({}))
            .await;
        if answer.is_ok() {
            served += 1;
        } else {
            assert_eq!(answer.refused(), "ThrottlingException");
            assert_eq!((answer.status, answer.message()), (400, "Rate exceeded"));
        }
    }
    served
}

async fn requests_beyond_the_rate_are_refused(server: Server) {
    let admin = server.admin();
    assert_eq!(served(&server, admin, REGION, 25).await, 20);
    let other = server.new_account("000000000042").await;
    assert_eq!(served(&server, &other, REGION, 25).await, 20);
    assert_eq!(served(&server, admin, "eu-west-1", 25).await, 20);
    server.clock().advance(Duration::from_millis(250));
    assert_eq!(served(&server, admin, REGION, 25).await, 5);
    server.clock().advance(Duration::from_secs(3600));
    assert_eq!(served(&server, admin, REGION, 25).await, 20);
    // What has no rate is served however often it is asked for.
    for _ in 0..50 {
        call(&server, "organizations", "DescribeOrganization", json!({}))
            .await
            .ok();
    }
}

/// The error codes of an operation's records, by LookupEvents.
async fn recorded(server: &Server, by: &Credentials, operation: &str) -> Vec<Value> {
    server.clock().advance(Duration::from_secs(1));
    let attribute = json!({ "AttributeKey": "EventName", "AttributeValue": operation });
    let input = json!({ "LookupAttributes": [attribute] });
    let found = server
        .call(by, REGION, "cloudtrail", "LookupEvents", input)
        .await
        .ok();
    let events = found["Events"].as_array().unwrap();
    let record = |event: &Value| event["CloudTrailEvent"].as_str().unwrap().to_owned();
    let read = |text: String| serde_json::from_str::<Value>(&text).unwrap();
    events
        .iter()
        .map(|event| read(record(event))["errorCode"].clone())
        .collect()
}

async fn every_refusal_leaves_its_event(server: Server) {
    let admin = server.admin();
    for _ in 0..7 {
        call(&server, "organizations", "LeaveOrganization", json!({})).await;
    }
    let last = call(&server, "organizations", "LeaveOrganization", json!({})).await;
    assert_eq!(last.refused(), "TooManyRequestsException");
    assert_eq!(last.value["Type"], "RATE_EXCEEDED");
    let codes = recorded(&server, admin, "LeaveOrganization").await;
    let throttled = codes.iter().filter(|code| **code == last.refused());
    assert_eq!((codes.len(), throttled.count()), (8, 3), "{codes:?}");
}

async fn a_request_that_fails_did_nothing(server: Server) {
    let who = Credentials::new("000000000042", "000000000042", "anything");
    // The account is made at its first use, before anything can fail.
    server
        .call(&who, REGION, "sts", "GetCallerIdentity", json!({}))
        .await;
    let before = server.database().rows();
    let mut codes = std::collections::BTreeSet::new();
    for _ in 0..20 {
        for (service, operation) in [
            ("sso-admin", "CreateInstance"),
            ("organizations", "CreateOrganization"),
        ] {
            let answer = server
                .call(&who, REGION, service, operation, json!({}))
                .await;
            codes.insert(format!("{} {}", answer.status, answer.refused()));
        }
    }
    let want = [
        "400 ThrottlingException",
        "400 TooManyRequestsException",
        "500 InternalServerException",
        "500 ServiceException",
    ];
    assert_eq!(codes, want.map(str::to_owned).into());
    assert_eq!(server.database().rows(), before);
}

#[test]
fn the_seed_decides_which_requests_fail() {
    let outcome = || {
        let (found, kept) = std::sync::mpsc::channel();
        on_sqlite(failing(0.5), |server| async move {
            let who = Credentials::new("000000000042", "000000000042", "anything");
            for _ in 0..40 {
                let answer = server
                    .call(&who, REGION, "sso-admin", "ListInstances", json!({}))
                    .await;
                found.send(answer.code().map(str::to_owned)).unwrap();
            }
        });
        kept.into_iter().collect::<Vec<_>>()
    };
    let first = outcome();
    assert_eq!(first.len(), 40);
    assert!(first.contains(&None) && first.iter().any(Option::is_some));
    assert_eq!(first, outcome());
}
