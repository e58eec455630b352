//! What the ready-made rules pick.

use atrium_trail::rules::ReadyMade;
use serde_json::{Value, json};

fn api_call(name: &str, source: &str, more: Value) -> Value {
    let mut detail = json!({"eventName": name, "eventSource": format!("{source}.amazonaws.com"), "readOnly": false});
    for (key, value) in more.as_object().unwrap() {
        detail[key] = value.clone();
    }
    json!({"source": format!("aws.{source}"), "detail-type": "AWS API Call via CloudTrail", "detail": detail})
}

#[test]
fn ready_made_rules_pick_what_they_are_for() {
    let none = json!({});
    let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
    let cases = [
        (
            api_call("CreateInstance", "sso", none.clone()),
            Some(ReadyMade::InstanceCreatedOrDeleted),
        ),
        (
            api_call("DeleteInstance", "sso", none.clone()),
            Some(ReadyMade::InstanceCreatedOrDeleted),
        ),
        (
            api_call("StartSSO", "sso", none.clone()),
            Some(ReadyMade::InstanceCreatedOrDeleted),
        ),
        (api_call("CreateInstance", "connect", none.clone()), None),
        (
            api_call(
                "CreateInstance",
                "sso",
                json!({"errorCode": "AccessDeniedException"}),
            ),
            Some(ReadyMade::CreateInstanceDenied),
        ),
        (
            api_call(
                "CreateInstance",
                "sso",
                json!({"errorCode": "AccessDenied"}),
            ),
            Some(ReadyMade::CreateInstanceDenied),
        ),
        (
            api_call(
                "CreateInstance",
                "sso",
                json!({"errorCode": "ConflictException"}),
            ),
            None,
        ),
        (
            api_call("DeactivateMFADevice", "iam", none.clone()),
            Some(ReadyMade::MfaReset),
        ),
        (
            api_call("DeleteMfaDeviceForUser", "sso-directory", none.clone()),
            Some(ReadyMade::MfaReset),
        ),
        (api_call("EnableMFADevice", "iam", none.clone()), None),
        (
            api_call("AssociateDirectory", "sso", none.clone()),
            Some(ReadyMade::IdentitySourceChanged),
        ),
        (
            api_call(
                "EnableExternalIdPConfigurationForDirectory",
                "sso-directory",
                none.clone(),
            ),
            Some(ReadyMade::IdentitySourceChanged),
        ),
        (
            api_call(
                "ListExternalIdPCertificates",
                "sso-directory",
                json!({"readOnly": true}),
            ),
            None,
        ),
        (
            api_call("CreateAccountAssignment", "sso", none.clone()),
            Some(ReadyMade::AdministratorAssigned),
        ),
        (
            api_call(
                "CreateAccountAssignment",
                "sso",
                json!({"errorCode": "ConflictException"}),
            ),
            None,
        ),
        (
            api_call(
                "AttachManagedPolicyToPermissionSet",
                "sso",
                json!({"requestParameters": {"managedPolicyArn": administrator}}),
            ),
            Some(ReadyMade::AdministratorAssigned),
        ),
        (
            api_call(
                "AttachRolePolicy",
                "iam",
                json!({"requestParameters": {"policyArn": administrator}}),
            ),
            Some(ReadyMade::AdministratorAssigned),
        ),
        (
            api_call(
                "AttachRolePolicy",
                "iam",
                json!({"requestParameters": {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}),
            ),
            None,
        ),
        (
            api_call(
                "RegisterDelegatedAdministrator",
                "organizations",
                json!({"requestParameters": {"servicePrincipal": "sso.amazonaws.com"}}),
            ),
            Some(ReadyMade::AdministratorAssigned),
        ),
    ];
    for (event, want) in cases {
        let found = ReadyMade::ALL
            .into_iter()
            .filter(|one| one.pattern().matches(&event));
        assert_eq!(
            found.collect::<Vec<_>>(),
            want.into_iter().collect::<Vec<_>>(),
            "{event}"
        );
    }
    for one in ReadyMade::ALL {
        assert_eq!(ReadyMade::named(one.name()), Some(one));
    }
}
