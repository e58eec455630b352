//! Whom and what a call was about.

use atrium_ocsf::Classes;
use serde_json::{Value, json};

use crate::judge::problems;
use crate::records::{call, create_instance, event, event_in};

fn checked(source: &str, name: &str, request: Value, response: Value) -> Value {
    let given = json!({"requestParameters": request, "responseElements": response});
    let event = event(call(source, name, given));
    assert_eq!(problems(&event), Vec::<String>::new(), "{event:#}");
    event
}

#[test]
fn entities_are_named() {
    let instance = "arn:aws:sso:::instance/ssoins-7223000000000000";
    let application = "arn:aws:sso::444455556666:application/ssoins-7223000000000000/apl-1";
    let set = "arn:aws:sso:::permissionSet/ssoins-7223000000000000/ps-1";
    assert_eq!(
        event(create_instance())["entity"],
        json!({"uid": instance, "name": "sandbox", "type": "AWS::SSO::Instance"})
    );
    let cases = [
        (
            "DeleteInstance",
            json!({"instanceArn": instance}),
            Value::Null,
            json!({"uid": instance, "type": "AWS::SSO::Instance"}),
        ),
        (
            "CreateApplication",
            json!({"instanceArn": instance, "name": "wiki"}),
            json!({"applicationArn": application}),
            json!({"uid": application, "name": "wiki", "type": "AWS::SSO::Application"}),
        ),
        (
            "CreatePermissionSet",
            json!({"name": "reader", "instanceArn": instance}),
            json!({"permissionSet": {"name": "reader", "permissionSetArn": set}}),
            json!({"uid": set, "name": "reader", "type": "AWS::SSO::PermissionSet"}),
        ),
        (
            "AttachManagedPolicyToPermissionSet",
            json!({"permissionSetArn": set, "managedPolicyArn": "arn:aws:iam::aws:policy/X"}),
            Value::Null,
            json!({"uid": set, "type": "AWS::SSO::PermissionSet"}),
        ),
        (
            "CreateTrustedTokenIssuer",
            json!({"name": "idp"}),
            json!({"trustedTokenIssuerArn": "arn:t"}),
            json!({"uid": "arn:t", "name": "idp", "type": "AWS::SSO::TrustedTokenIssuer"}),
        ),
        (
            "TagResource",
            json!({"resourceArn": set, "tags": []}),
            Value::Null,
            json!({"uid": set, "type": "AWS::SSO::Resource"}),
        ),
        (
            "CreateInstance",
            Value::Null,
            Value::Null,
            json!({"name": "Unknown", "type": "AWS::SSO::Instance"}),
        ),
    ];
    for (name, request, response, want) in cases {
        assert_eq!(
            checked("sso", name, request, response)["entity"],
            want,
            "{name}"
        );
    }
}

#[test]
fn access_names_who_what_and_where() {
    let account = |principal: &str| {
        json!({
            "instanceArn": "arn:i", "targetId": "555566667777", "targetType": "AWS_ACCOUNT", "permissionSetArn": "arn:ps",
            "principalType": principal, "principalId": "p-1",
        })
    };
    let target = json!({"uid": "555566667777", "type": "AWS_ACCOUNT"});
    let event = checked(
        "sso",
        "CreateAccountAssignment",
        account("USER"),
        Value::Null,
    );
    assert_eq!(event["user"], json!({"uid": "p-1"}));
    assert_eq!(
        (&event["privileges"], &event["resource"]),
        (&json!(["arn:ps"]), &target)
    );
    assert_eq!(
        event["actor"]["user"]["uid"],
        "arn:aws:sts::444455556666:assumed-role/Admin/alice"
    );

    let event = checked(
        "sso",
        "DeleteAccountAssignment",
        account("GROUP"),
        Value::Null,
    );
    assert_eq!(event["group"], json!({"uid": "p-1"}));
    assert_eq!(
        (&event["privileges"], &event["resource"]),
        (&json!(["arn:ps"]), &target)
    );
    assert!(event.get("user").is_none());

    let request =
        json!({"applicationArn": "arn:app", "principalId": "p-1", "principalType": "USER"});
    let event = checked("sso", "CreateApplicationAssignment", request, Value::Null);
    assert_eq!(
        event["resource"],
        json!({"uid": "arn:app", "type": "AWS::SSO::Application"})
    );
    assert_eq!(event["privileges"], json!(["arn:app"]));

    let event = checked("sso", "CreateAccountAssignment", Value::Null, Value::Null);
    assert_eq!(event["user"], json!({"name": "Unknown"}));
    assert_eq!(event["privileges"], json!(["Unknown"]));
}

#[test]
fn groups_and_members_are_named() {
    let hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
    let cases = [
        (
            "identitystore",
            "CreateGroup",
            json!({"displayName": hidden}),
            json!({"groupId": "g-1"}),
            json!({"uid": "g-1", "name": hidden}),
            Value::Null,
            json!([]),
        ),
        (
            "identitystore",
            "CreateGroupMembership",
            json!({"groupId": "g-1", "memberId": {"userId": "u-1"}}),
            json!({"membershipId": "m-1"}),
            json!({"uid": "g-1"}),
            json!({"uid": "u-1"}),
            Value::Null,
        ),
        // The call tells the membership's id alone.
        (
            "identitystore",
            "DeleteGroupMembership",
            json!({"membershipId": "m-1"}),
            Value::Null,
            json!({"name": "Unknown"}),
            json!({"name": "Unknown"}),
            Value::Null,
        ),
        (
            "sso-directory",
            "AddMemberToGroup",
            json!({"groupId": "g-1", "member": {"memberId": "u-1"}}),
            Value::Null,
            json!({"uid": "g-1"}),
            json!({"uid": "u-1"}),
            Value::Null,
        ),
        (
            "identitystore-scim",
            "PatchGroup",
            json!({"httpBody": {}, "id": "g-1"}),
            Value::Null,
            json!({"uid": "g-1"}),
            Value::Null,
            json!([]),
        ),
        (
            "iam",
            "AddUserToGroup",
            json!({"groupName": "ops", "userName": "bob"}),
            Value::Null,
            json!({"name": "ops"}),
            json!({"name": "bob"}),
            Value::Null,
        ),
        (
            "iam",
            "AttachGroupPolicy",
            json!({"groupName": "ops", "policyArn": "arn:p"}),
            Value::Null,
            json!({"name": "ops"}),
            Value::Null,
            json!(["arn:p"]),
        ),
        (
            "iam",
            "DeleteGroupPolicy",
            json!({"groupName": "ops", "policyName": "inline"}),
            Value::Null,
            json!({"name": "ops"}),
            Value::Null,
            json!(["inline"]),
        ),
    ];
    for (source, name, request, response, group, user, privileges) in cases {
        let event = checked(source, name, request, response);
        assert_eq!(event["group"], group, "{source} {name}");
        assert_eq!(event["user"], user, "{source} {name}");
        assert_eq!(event["privileges"], privileges, "{source} {name}");
    }
}

#[test]
fn accounts_are_named() {
    let hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
    let cases = [
        (
            "iam",
            "CreateUser",
            json!({"userName": "bob"}),
            json!({"user": {"arn": "arn:u", "userName": "bob"}}),
            json!({"uid": "arn:u", "name": "bob"}),
        ),
        (
            "iam",
            "AttachRolePolicy",
            json!({"roleName": "Admin", "policyArn": "arn:p"}),
            Value::Null,
            json!({"name": "Admin"}),
        ),
        (
            "iam",
            "CreateAccessKey",
            Value::Null,
            json!({"accessKey": {"userName": "bob"}}),
            json!({"name": "bob"}),
        ),
        (
            "iam",
            "ChangePassword",
            Value::Null,
            Value::Null,
            json!({"uid": "arn:aws:sts::444455556666:assumed-role/Admin/alice"}),
        ),
        (
            "identitystore",
            "CreateUser",
            json!({"userName": hidden}),
            json!({"userId": "u-1"}),
            json!({"uid": "u-1", "name": hidden}),
        ),
        (
            "identitystore",
            "DeleteUser",
            json!({"userId": "u-1"}),
            Value::Null,
            json!({"uid": "u-1"}),
        ),
        (
            "sso-directory",
            "CreateUser",
            json!({"active": true}),
            json!({"user": {"userId": "u-1"}}),
            json!({"uid": "u-1"}),
        ),
        (
            "identitystore-scim",
            "CreateUser",
            json!({"httpBody": {"userName": hidden}}),
            json!({"id": "u-1"}),
            json!({"uid": "u-1", "name": hidden}),
        ),
        // Refused, with nothing told: a user of this account.
        (
            "identitystore",
            "CreateUser",
            Value::Null,
            Value::Null,
            json!({"account": {"uid": "444455556666"}}),
        ),
    ];
    for (source, name, request, response, want) in cases {
        assert_eq!(
            checked(source, name, request, response)["user"],
            want,
            "{source} {name}"
        );
    }
    let event = checked(
        "iam",
        "AttachRolePolicy",
        json!({"roleName": "Admin", "policyArn": "arn:p"}),
        Value::Null,
    );
    assert_eq!(event["policy"], json!({"uid": "arn:p"}));
    // Where there is no class for groups, the group stands for its users.
    let given = json!({"requestParameters": {"groupName": "ops", "policyArn": "arn:p"}});
    let event = event_in(
        call("iam", "AttachGroupPolicy", given),
        Classes::SecurityLake,
    );
    assert_eq!(event["user"], json!({"name": "ops"}));
}
