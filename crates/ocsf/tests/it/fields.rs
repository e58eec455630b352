//! Each field of a record has one place.

use serde_json::{Value, json};

use crate::judge::problems;
use crate::records::{call, create_instance, event};

fn checked(record: Value) -> Value {
    let event = event(record);
    assert_eq!(problems(&event), Vec::<String>::new(), "{event:#}");
    event
}

#[test]
fn the_whole_of_an_api_call() {
    let record = call(
        "sso",
        "ListApplications",
        json!({
            "readOnly": true, "apiVersion": "2020-07-20", "sharedEventID": "5e",
            "requestParameters": {"instanceArn": "arn:i", "maxResults": 5},
            "resources": [
                {"accountId": "111122223333", "type": "AWS::SSO::Instance", "ARN": "arn:i"},
                {"type": "AWS::S3::Object", "ARNPrefix": "arn:p/"},
                {"arn": "arn:lower"},
            ],
            "vpcEndpointId": "vpce-1",
            "additionalEventData": {"a": [{"b": 1}, {"b": true}, {"c": null}], "list": ["x", "y"], "empty": {}},
            "userIdentity": {"onBehalfOf": {"userId": "u-1", "identityStoreArn": "arn:store"}},
        }),
    );
    assert_eq!(
        checked(record),
        json!({
            "metadata": {
                "version": "1.1.0",
                "product": {"name": "CloudTrail", "vendor_name": "AWS", "version": "1.11", "feature": {"name": "Management"}},
                "uid": "7f3c", "event_code": "AwsApiCall", "profiles": ["cloud", "datetime"],
            },
            "time": 1_767_603_662_000_i64, "time_dt": "2026-01-05T09:01:02Z",
            "category_name": "Application Activity", "category_uid": 6,
            "class_name": "API Activity", "class_uid": 6003,
            "activity_name": "Read", "activity_id": 2,
            "type_name": "API Activity: Read", "type_uid": 600_302,
            "severity": "Informational", "severity_id": 1,
            "status": "Success", "status_id": 1,
            "cloud": {"provider": "AWS", "region": "us-east-1", "account": {"uid": "444455556666"}},
            "api": {
                "operation": "ListApplications", "version": "2020-07-20", "service": {"name": "sso.amazonaws.com"},
                "request": {"uid": "0a1b", "data": "{\"instanceArn\":\"arn:i\",\"maxResults\":5}"},
            },
            "actor": {
                "user": {
                    "type": "AssumedRole", "uid": "arn:aws:sts::444455556666:assumed-role/Admin/alice", "uid_alt": "AROAEXAMPLE:alice",
                    "credential_uid": "ASIAEXAMPLE", "account": {"uid": "444455556666"},
                },
                "session": {
                    "created_time": 1_767_603_600_000_i64, "created_time_dt": "2026-01-05T09:00:00Z", "is_mfa": false,
                    "issuer": "arn:aws:iam::444455556666:role/Admin",
                },
                "idp": {"uid": "arn:store"},
            },
            "src_endpoint": {"ip": "203.0.113.9", "uid": "vpce-1"},
            "http_request": {"user_agent": "aws-cli/2.31.3"},
            "resources": [
                {"uid": "arn:i", "type": "AWS::SSO::Instance", "owner": {"account": {"uid": "111122223333"}}},
                {"uid": "arn:lower"},
            ],
            "observables": [
                {"name": "src_endpoint.ip", "type": "IP Address", "type_id": 2, "value": "203.0.113.9"},
                {"name": "resources[].uid", "type": "Resource UID", "type_id": 10, "value": "arn:i"},
                {"name": "resources[].uid", "type": "Resource UID", "type_id": 10, "value": "arn:lower"},
            ],
            "unmapped": {
                "additionalEventData.a[].b": "1,true",
                "additionalEventData.list[]": "x,y",
                "managementEvent": "true",
                "readOnly": "true",
                "resources[].ARNPrefix": "arn:p/",
                "resources[].type": "AWS::S3::Object",
                "sharedEventID": "5e",
                "tlsDetails.clientProvidedHostHeader": "sso.us-east-1.amazonaws.com",
                "tlsDetails.tlsVersion": "TLSv1.3",
                "userIdentity.onBehalfOf.userId": "u-1",
                "userIdentity.sessionContext.sessionIssuer.accountId": "444455556666",
                "userIdentity.sessionContext.sessionIssuer.principalId": "AROAEXAMPLE",
                "userIdentity.sessionContext.sessionIssuer.type": "Role",
                "userIdentity.sessionContext.sessionIssuer.userName": "Admin",
            },
        })
    );
}

/// Classes 3004 to 3006 have no source in version 1.1.0; nothing is lost for that.
#[test]
fn what_a_class_has_no_place_for_is_unmapped() {
    let event = checked(create_instance());
    assert_eq!(
        event["metadata"]["profiles"],
        json!(["cloud", "datetime", "host"])
    );
    assert_eq!(event["unmapped"]["sourceIPAddress"], "203.0.113.9");
    assert_eq!(event["unmapped"]["userAgent"], "aws-cli/2.31.3");
    assert_eq!(
        event["observables"][0],
        json!({
            "name": "unmapped.sourceIPAddress", "type": "IP Address", "type_id": 2, "value": "203.0.113.9",
        })
    );
}

#[test]
fn failures_are_told() {
    let given = json!({"errorCode": "AccessDeniedException", "errorMessage": "not authorized", "requestID": null});
    let event = checked(call("sso", "CreateInstance", given));
    assert_eq!(
        (&event["status"], &event["status_id"]),
        (&json!("Failure"), &json!(2))
    );
    assert_eq!(
        event["api"]["response"],
        json!({"error": "AccessDeniedException", "message": "not authorized"})
    );
    assert!(event["api"].get("request").is_none());
    // AWS's mapping, where there are parameters and no id.
    let given = json!({"requestParameters": {"name": "x"}, "requestID": null});
    assert_eq!(
        checked(call("sso", "CreateInstance", given))["api"]["request"]["uid"],
        "''"
    );
}

#[test]
fn sources_are_addresses_or_services() {
    let cases = [
        (json!("2001:DB8::1"), json!({"ip": "2001:db8::1"})),
        (
            json!("0:0:0:0:0:ffff:255.255.255.255"),
            json!({"ip": "::ffff:255.255.255.255"}),
        ),
        (
            json!("sso.amazonaws.com"),
            json!({"domain": "sso.amazonaws.com", "svc_name": "sso.amazonaws.com"}),
        ),
        (
            json!("AWS Internal"),
            json!({"domain": "AWS Internal", "svc_name": "AWS Internal"}),
        ),
        (
            json!("fe80::1%eth0"),
            json!({"domain": "fe80::1%eth0", "svc_name": "fe80::1%eth0"}),
        ),
        (Value::Null, json!({"name": "Unknown"})),
        (json!(""), json!({"name": "Unknown"})),
        (json!({"a": 1}), json!({"name": "Unknown"})),
    ];
    for (address, want) in cases {
        let event = checked(call(
            "s3",
            "ListBuckets",
            json!({"sourceIPAddress": address}),
        ));
        assert_eq!(event["src_endpoint"], want, "{address}");
    }
    let seen = |address: &str| {
        let event = checked(call(
            "s3",
            "ListBuckets",
            json!({"sourceIPAddress": address}),
        ));
        event["observables"].to_string().contains("Hostname")
    };
    assert!(seen("sso.amazonaws.com") && !seen("AWS Internal") && !seen("a..b"));
}

#[test]
fn callers_of_all_kinds() {
    let cases = [
        (
            json!({"type": "AWSService", "invokedBy": "sso.amazonaws.com"}),
            json!({"invoked_by": "sso.amazonaws.com"}),
        ),
        (
            json!({"accountId": "1", "invokedBy": "AWS Internal"}),
            json!({"user": {"account": {"uid": "1"}}, "invoked_by": "AWS Internal"}),
        ),
        (
            json!({"type": "AWSAccount", "principalId": "AROA:bob", "accountId": "1"}),
            json!({"user": {"type": "AWSAccount", "uid_alt": "AROA:bob", "account": {"uid": "1"}}}),
        ),
        (
            json!({"type": "SAMLUser", "principalId": "q:bob", "userName": "bob", "identityProvider": "q"}),
            json!({"user": {"type": "SAMLUser", "name": "bob", "uid_alt": "q:bob"}, "idp": {"name": "q"}}),
        ),
        (
            json!({"type": "SAMLUser", "principalId": "q:bob"}),
            json!({"user": {"type": "SAMLUser", "uid": "q:bob"}}),
        ),
        (
            json!({"type": "Unknown"}),
            json!({"user": {"type": "Unknown", "name": "Unknown"}}),
        ),
        (
            json!({"type": "WebIdentityUser", "accessKeyId": "k"}),
            json!({"user": {"type": "WebIdentityUser", "name": "Unknown", "credential_uid": "k"}}),
        ),
        (json!({}), json!({"user": {"name": "Unknown"}})),
        (json!("nobody"), json!({"user": {"name": "Unknown"}})),
        (
            json!({"sessionContext": {"attributes": {"creationDate": "yesterday", "mfaAuthenticated": "true"}}}),
            json!({"session": {"is_mfa": true}}),
        ),
    ];
    for (identity, want) in cases {
        // Not merged into the usual caller, but in its place.
        let mut record = call("s3", "ListBuckets", json!({}));
        record["userIdentity"] = identity.clone();
        let event = checked(record);
        assert_eq!(event["actor"], want, "{identity}");
    }
}

/// One long name above many values would make a thousand times as much of it.
#[test]
fn what_is_left_does_not_grow_beyond_measure() {
    let many: serde_json::Map<_, _> = (0..5000).map(|at| (at.to_string(), json!(1))).collect();
    let given = json!({"additionalEventData": {"x".repeat(100_000): many}});
    let event = checked(call("s3", "ListBuckets", given));
    assert!(event.to_string().len() < 1_000_000);
    assert!(
        event["unmapped"]["additionalEventData"]
            .as_str()
            .unwrap()
            .ends_with("\"4999\":1}}")
    );
    assert_eq!(event["unmapped"]["managementEvent"], "true");
}
