//! What is sent because of an event.

use atrium_model::Timestamp;
use atrium_store::Event;
use atrium_trail::rules::{EventPattern, Rule, Rules, STALE, envelope};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_millis(1_767_603_662_500);

fn event(name: &str, read_only: bool) -> Event {
    let record = json!({
        "eventVersion": "1.11", "eventTime": "2026-01-05T09:01:02Z", "eventSource": "sso.amazonaws.com",
        "eventName": name, "awsRegion": "eu-west-1", "eventID": "e-1", "readOnly": read_only,
        "eventType": "AwsApiCall", "recipientAccountId": "111111111111",
    });
    Event {
        id: "e-1".into(),
        time: NOW,
        account: "111111111111".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        source: "sso.amazonaws.com".into(),
        name: name.into(),
        username: None,
        access_key_id: None,
        read_only,
        resources: Vec::new(),
        record: record.to_string(),
    }
}

fn rule(name: &str, pattern: Value, targets: &[&str]) -> Rule {
    Rule {
        name: name.into(),
        description: None,
        pattern: EventPattern::new(&pattern).unwrap(),
        all_management_events: false,
        targets: targets.iter().map(|&name| name.to_owned()).collect(),
    }
}

/// Targets and the rules that name them.
fn told(rules: &Rules, event: &Event, now: Timestamp) -> Vec<(String, String)> {
    let notices = rules.notices(event, now);
    for notice in &notices {
        assert_eq!((notice.id.as_str(), notice.due), ("e-1", Some(now)));
        let body: Value = serde_json::from_str(&notice.body).unwrap();
        assert_eq!(Some(body), envelope(event));
    }
    notices
        .into_iter()
        .map(|notice| (notice.target, notice.origin))
        .collect()
}

#[test]
fn an_event_has_the_form_of_eventbridge() {
    let event = event("CreateInstance", false);
    let record: Value = serde_json::from_str(&event.record).unwrap();
    let want = json!({
        "version": "0", "id": "e-1", "detail-type": "AWS API Call via CloudTrail", "source": "aws.sso",
        "account": "111111111111", "time": "2026-01-05T09:01:02Z", "region": "eu-west-1", "resources": [],
        "detail": record,
    });
    assert_eq!(envelope(&event), Some(want));
    let types = [
        ("AwsServiceEvent", "AWS Service Event via CloudTrail"),
        ("AwsConsoleSignIn", "AWS Console Sign In via CloudTrail"),
        ("AwsConsoleAction", "AWS Console Action via CloudTrail"),
    ];
    for (kind, want) in types {
        let other = Event {
            record: event.record.replace("AwsApiCall", kind),
            ..event.clone()
        };
        assert_eq!(envelope(&other).unwrap()["detail-type"], want);
    }
    let torn = Event {
        record: "{".into(),
        ..event
    };
    assert_eq!(envelope(&torn), None);
}

#[test]
fn a_target_is_told_once_however_many_rules_name_it() {
    let named = |name: &str| json!({"detail": {"eventName": [name]}});
    let rules = Rules(vec![
        rule("a", named("CreateInstance"), &["x", "y"]),
        rule("b", named("DeleteInstance"), &["z"]),
        rule("c", json!({"source": ["aws.sso"]}), &["x"]),
    ]);
    let pair = |target: &str, rules: &str| (target.to_owned(), rules.to_owned());
    let create = told(&rules, &event("CreateInstance", false), NOW);
    assert_eq!(create, [pair("x", "a, c"), pair("y", "a")]);
    let delete = told(&rules, &event("DeleteInstance", false), NOW);
    assert_eq!(delete, [pair("x", "c"), pair("z", "b")]);
    assert!(told(&Rules::default(), &event("CreateInstance", false), NOW).is_empty());
    let twice = Rules(vec![
        rule("a", named("CreateInstance"), &["x", "y", "x"]),
        rule("b", named("CreateInstance"), &["x", "x"]),
    ]);
    let create = told(&twice, &event("CreateInstance", false), NOW);
    assert_eq!(create, [pair("x", "a, b"), pair("y", "a")]);
}

#[test]
fn what_sqs_takes_in_no_message_is_written_as_an_escape() {
    let rules = Rules(vec![rule("a", json!({"source": ["aws.sso"]}), &["x"])]);
    let mut event = event("CreateInstance", false);
    let mut record: Value = serde_json::from_str(&event.record).unwrap();
    record["userAgent"] = json!("a\u{ffff}b\u{fffe}");
    event.record = record.to_string();
    let notices = rules.notices(&event, NOW);
    let body = &notices[0].body;
    assert!(!body.contains(['\u{fffe}', '\u{ffff}']), "{body}");
    let read: Value = serde_json::from_str(body).unwrap();
    assert_eq!(read["detail"]["userAgent"], "a\u{ffff}b\u{fffe}");
}

#[test]
fn reads_are_told_to_those_who_ask_for_them() {
    let quiet = rule("quiet", json!({"source": ["aws.sso"]}), &["q"]);
    let all = Rule {
        all_management_events: true,
        ..rule("all", json!({"source": ["aws.sso"]}), &["a"])
    };
    let rules = Rules(vec![quiet, all]);
    let targets = |read_only: bool| {
        let told = told(&rules, &event("ListInstances", read_only), NOW);
        told.into_iter()
            .map(|(target, _)| target)
            .collect::<Vec<_>>()
    };
    assert_eq!(targets(true), ["a"]);
    assert_eq!(targets(false), ["a", "q"]);
}

#[test]
fn what_happened_long_ago_is_told_to_nobody() {
    let rules = Rules(vec![rule("a", json!({"source": ["aws.sso"]}), &["x"])]);
    let event = event("CreateInstance", false);
    assert_eq!(told(&rules, &event, NOW + STALE).len(), 1);
    let later = NOW + STALE + std::time::Duration::from_millis(1);
    assert!(told(&rules, &event, later).is_empty());
}
