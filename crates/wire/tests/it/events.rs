use std::collections::BTreeSet;

use atrium_wire::meta::{Kind, ShapeMeta};
use atrium_wire::{HIDDEN, event_elements, event_parameters, redact, services};
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
            json!({"IdentityStoreId": "d-1", "UserName": "jane", "Emails": [{"Value": "a@b.c", "Primary": true}],
                "Extensions": {"aws:identitystore:enterprise": {"costCenter": "7"}}}),
            json!({"identityStoreId": "d-1", "userName": HIDDEN, "emails": [{"value": HIDDEN, "primary": HIDDEN}],
                "extensions": HIDDEN}),
        ),
        (
            "identitystore:UpdateUser",
            json!({"UserId": "u", "Operations": [{"AttributePath": "userName", "AttributeValue": "jane"}]}),
            json!({"userId": "u", "operations": [{"attributePath": HIDDEN, "attributeValue": HIDDEN}]}),
        ),
        (
            "identitystore:GetUserId",
            json!({"AlternateIdentifier": {"UniqueAttribute": {"AttributePath": "emails.value", "AttributeValue": "a@b.c"}}}),
            json!({"alternateIdentifier": {"uniqueAttribute": {"attributePath": "emails.value", "attributeValue": HIDDEN}}}),
        ),
        (
            "identitystore:GetGroupId",
            json!({"AlternateIdentifier": {"UniqueAttribute": {"AttributePath": "displayName", "AttributeValue": "Ill"}}}),
            json!({"alternateIdentifier": {"uniqueAttribute": {"attributePath": "displayName", "attributeValue": HIDDEN}}}),
        ),
        (
            "sso-oidc:CreateTokenWithIAM",
            json!({"grantType": "g", "code": "c", "codeVerifier": "v", "assertion": "a", "refreshToken": "r", "subjectToken": "s"}),
            json!({"grantType": "g", "code": HIDDEN, "codeVerifier": HIDDEN, "assertion": HIDDEN, "refreshToken": HIDDEN,
                "subjectToken": HIDDEN}),
        ),
        (
            "sso-oidc:CreateToken",
            json!({"grantType": "g", "code": "c", "codeVerifier": "v", "deviceCode": "d", "refreshToken": "r", "clientSecret": "s"}),
            json!({"grantType": "g", "code": HIDDEN, "codeVerifier": HIDDEN, "deviceCode": HIDDEN, "refreshToken": HIDDEN,
                "clientSecret": HIDDEN}),
        ),
        (
            "sts:AssumeRole",
            json!({"ProvidedContexts": [{"ProviderArn": "p", "ContextAssertion": "c"}]}),
            json!({"providedContexts": [{"providerArn": "p", "contextAssertion": HIDDEN}]}),
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

/// Values without a schema may say anything of anybody, and the model marks none of them.
#[test]
fn values_without_a_schema_are_hidden_wherever_people_are() {
    let mut shown = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for operation in services().iter().flat_map(|service| service.operations) {
        for shape in operation.input.into_iter().chain(operation.output) {
            schemaless(operation.service.name, shape, &mut seen, &mut shown);
        }
    }
    let policy = "sso-admin:IamAuthenticationMethod.ActorPolicy";
    assert_eq!(shown.iter().collect::<Vec<_>>(), [policy]);
}

/// Adds the members of a shape, and of those in it, that events show though they have no schema.
fn schemaless(
    service: &'static str,
    shape: &'static ShapeMeta,
    seen: &mut BTreeSet<(&'static str, &'static str)>,
    shown: &mut BTreeSet<String>,
) {
    if !seen.insert((service, shape.name)) {
        return;
    }
    for member in shape.members {
        let value = match (member.shape.kind, member.shape.value) {
            (Kind::Document, _) => json!("x"),
            (Kind::Map, Some(inner)) if inner.shape.kind == Kind::Document => json!({"x": "x"}),
            _ => continue,
        };
        let told = redact(shape, &json!({member.name: value}));
        if !told.to_string().contains(HIDDEN) {
            shown.insert(format!("{service}:{}.{}", shape.name, member.name));
        }
    }
    let inner = [shape.item, shape.key, shape.value].into_iter().flatten();
    for inner in shape.members.iter().chain(inner) {
        schemaless(service, inner.shape, seen, shown);
    }
}
