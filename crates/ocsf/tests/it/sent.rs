//! Events that came through a channel: their facts are in `eventData`.

use atrium_ocsf::Classes;
use serde_json::{Value, json};

use crate::judge::problems;
use crate::records::{event_in, sent, with};

fn checked(record: Value) -> Value {
    let event = event_in(record, Classes::Atrium);
    assert_eq!(problems(&event), Vec::<String>::new(), "{event:#}");
    event
}

#[test]
fn the_whole_of_an_event_from_elsewhere() {
    assert_eq!(
        checked(sent(json!({}))),
        json!({
            "metadata": {
                "version": "1.1.0",
                "product": {"name": "CloudTrail", "vendor_name": "AWS", "version": "1.0", "feature": {"name": "ActivityAuditLog"}},
                "uid": "7f3c", "event_code": "ActivityLog", "profiles": ["cloud", "datetime"],
            },
            "time": 1_767_603_662_000_i64, "time_dt": "2026-01-05T09:01:02Z",
            "category_name": "Application Activity", "category_uid": 6,
            "class_name": "API Activity", "class_uid": 6003,
            "activity_name": "Create", "activity_id": 1,
            "type_name": "API Activity: Create", "type_uid": 600_301,
            "severity": "Informational", "severity_id": 1,
            "status": "Success", "status_id": 1,
            "cloud": {"provider": "AWS", "region": "us-east-1", "account": {"uid": "444455556666"}},
            "api": {
                "operation": "CreateSale", "service": {"name": "shop.example"},
                "request": {"uid": "sale-1", "data": "{\"item\":7}"},
                "response": {"data": "{\"sale\":1}"},
            },
            "actor": {"user": {"type": "person", "uid": "ann"}},
            "src_endpoint": {"ip": "203.0.113.9"},
            "http_request": {"user_agent": "till/3"},
            "observables": [{"name": "src_endpoint.ip", "type": "IP Address", "type_id": 2, "value": "203.0.113.9"}],
            "unmapped": {
                "eventData.version": "2",
                "eventData.userIdentity.details.team": "blue",
                "eventData.additionalEventData.UserName": "not the caller",
                "metadata.channelARN": "arn:channel",
                "metadata.ingestionTime": "2026-01-05T09:01:04Z",
            },
        })
    );
}

#[test]
fn an_error_code_is_a_failure() {
    let event = checked(sent(
        json!({"errorCode": "SoldOut", "errorMessage": "none is left", "responseElements": null}),
    ));
    assert_eq!(
        (&event["status"], &event["status_id"]),
        (&json!("Failure"), &json!(2))
    );
    assert_eq!(
        event["api"]["response"],
        json!({"error": "SoldOut", "message": "none is left"})
    );
}

/// Senders name services as they like; their events are none of AWS's.
#[test]
fn names_of_aws_s_services_choose_no_class() {
    for (source, name) in [
        ("iam", "CreateUser"),
        ("signin", "ConsoleLogin"),
        ("sso.amazonaws.com", "CreateInstance"),
    ] {
        for classes in [Classes::Atrium, Classes::SecurityLake] {
            let record = sent(json!({"eventSource": source, "eventName": name}));
            let event = event_in(record, classes);
            assert_eq!(event["class_uid"], 6003, "{source} {name}");
            assert_eq!(problems(&event), Vec::<String>::new(), "{source} {name}");
        }
    }
}

/// Only what both places tell alike is told once.
#[test]
fn what_differs_is_kept() {
    let event = checked(sent(
        json!({"eventTime": "2026-01-05T09:01:02.5", "recipientAccountId": "1"}),
    ));
    assert_eq!(
        event["unmapped"]["eventData.eventTime"],
        "2026-01-05T09:01:02.5"
    );
    assert_eq!(event["unmapped"]["eventData.recipientAccountId"], "1");
    assert_eq!(event["cloud"]["account"]["uid"], "444455556666");
    // Facts at the top are no sender's.
    let event = checked(with(sent(json!({})), json!({"eventName": "Other"})));
    assert_eq!(event["api"]["operation"], "CreateSale");
    assert_eq!(event["unmapped"]["eventName"], "Other");
}

/// `eventData` of any other record is a field like others, and an event without any is one still.
#[test]
fn only_such_records_have_their_facts_there() {
    let record = with(sent(json!({})), json!({"eventCategory": "Management"}));
    let event = checked(record);
    assert_eq!(event["api"]["operation"], "Unknown");
    assert_eq!(event["unmapped"]["eventData.eventName"], "CreateSale");
    let mut record = sent(json!({}));
    record["eventData"] = json!("nothing");
    let event = checked(record);
    assert_eq!(event["api"]["operation"], "Unknown");
    assert_eq!(event["unmapped"]["eventData"], "nothing");
}
