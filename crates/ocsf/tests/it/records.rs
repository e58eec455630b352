//! Records of our own making, in the shapes that CloudTrail's have.

use atrium_ocsf::{Classes, event as event_of};
use serde_json::{Map, Value, json};

/// The event of a record, as JSON.
pub fn event(record: Value) -> Value {
    event_in(record, Classes::Atrium)
}

/// The same, in other classes.
pub fn event_in(record: Value, classes: Classes) -> Value {
    let time = record["eventTime"]
        .as_str()
        .and_then(|text| text.parse().ok());
    let Value::Object(record) = record else {
        panic!("a record is an object");
    };
    serde_json::to_value(event_of(record, time.unwrap_or_default(), classes)).unwrap()
}

/// A call of an administrator with a role; what is given replaces fields or adds to them.
pub fn call(source: &str, name: &str, given: Value) -> Value {
    let record = json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:alice",
            "arn": "arn:aws:sts::444455556666:assumed-role/Admin/alice",
            "accountId": "444455556666",
            "accessKeyId": "ASIAEXAMPLE",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role", "principalId": "AROAEXAMPLE", "arn": "arn:aws:iam::444455556666:role/Admin",
                    "accountId": "444455556666", "userName": "Admin",
                },
                "attributes": {"creationDate": "2026-01-05T09:00:00Z", "mfaAuthenticated": "false"},
            },
        },
        "eventTime": "2026-01-05T09:01:02Z",
        "eventSource": format!("{source}.amazonaws.com"),
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "aws-cli/2.31.3",
        "requestParameters": null,
        "responseElements": null,
        "requestID": "0a1b",
        "eventID": "7f3c",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "444455556666",
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "clientProvidedHostHeader": format!("{source}.us-east-1.amazonaws.com")},
    });
    with(record, given)
}

/// A step of a sign-in to Identity Center.
pub fn step(name: &str, credential: &str, given: Value) -> Value {
    let record = json!({
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "IdentityCenterUser", "arn": "", "accountId": "111122223333", "accessKeyId": "",
            "onBehalfOf": {"userId": "94d0-alice", "identityStoreArn": "arn:aws:identitystore::111122223333:identitystore/d-1234567890"},
            "credentialId": "8f76",
        },
        "eventTime": "2026-01-05T09:01:02Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "Mozilla/5.0",
        "requestParameters": null,
        "responseElements": null,
        "additionalEventData": {"AuthWorkflowID": "9de7", "CredentialType": credential},
        "requestID": "0a1b",
        "eventID": "7f3c",
        "readOnly": false,
        "eventType": "AwsServiceEvent",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "serviceEventDetails": {name: "Success"},
        "eventCategory": "Management",
    });
    with(record, given)
}

/// The record that this project is about.
pub fn create_instance() -> Value {
    call(
        "sso",
        "CreateInstance",
        json!({
            "requestParameters": {"name": "sandbox", "clientToken": "c1"},
            "responseElements": {"instanceArn": "arn:aws:sso:::instance/ssoins-7223000000000000"},
        }),
    )
}

/// An event that came through a channel; what is given replaces fields of `eventData` or adds to them.
pub fn sent(given: Value) -> Value {
    let record = json!({
        "eventVersion": "1.0",
        "eventCategory": "ActivityAuditLog",
        "eventType": "ActivityLog",
        "eventID": "7f3c",
        "eventTime": "2026-01-05T09:01:02Z",
        "awsRegion": "us-east-1",
        "recipientAccountId": "444455556666",
        "metadata": {"ingestionTime": "2026-01-05T09:01:04Z", "channelARN": "arn:channel"},
        "eventData": {
            "version": "2", "UID": "sale-1", "eventTime": "2026-01-05T09:01:02Z", "recipientAccountId": "444455556666",
            "userIdentity": {"type": "person", "principalId": "ann", "details": {"team": "blue"}},
            "userAgent": "till/3", "eventSource": "shop.example", "eventName": "CreateSale", "sourceIPAddress": "203.0.113.9",
            "requestParameters": {"item": 7}, "responseElements": {"sale": 1}, "additionalEventData": {"UserName": "not the caller"},
        },
    });
    with(record, json!({ "eventData": given }))
}

/// Puts fields of one object into another, deep down.
pub fn with(mut record: Value, given: Value) -> Value {
    fn merge(into: &mut Map<String, Value>, given: Map<String, Value>) {
        for (name, value) in given {
            match (into.get_mut(&name), value) {
                (Some(Value::Object(into)), Value::Object(given)) => merge(into, given),
                (_, value) => drop(into.insert(name, value)),
            }
        }
    }
    if let (Value::Object(record), Value::Object(given)) = (&mut record, given) {
        merge(record, given);
    }
    record
}
