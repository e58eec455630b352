//! Which class an event is of, and what was done.

use atrium_ocsf::{Class, Classes};
use serde_json::json;

use crate::judge::problems;
use crate::records::{call, event_in};

#[test]
fn operations_have_classes() {
    // Service, operation, type in our classes, type in Security Lake's.
    let cases = [
        ("sso", "CreateInstance", 300_401, 600_301),
        ("sso", "UpdateInstance", 300_403, 600_303),
        ("sso", "DeleteInstance", 300_404, 600_304),
        ("sso", "ListInstances", 600_302, 600_302),
        ("sso", "StartSSO", 300_401, 600_399),
        ("sso", "AllowAccountInstances", 300_403, 600_399),
        ("sso", "AssociateDirectory", 300_403, 600_399),
        (
            "sso",
            "PutMfaDeviceManagementForDirectory",
            300_403,
            600_301,
        ),
        ("sso", "ListDirectoryAssociations", 600_302, 600_302),
        ("sso", "CreateManagedApplicationInstance", 300_401, 600_301),
        ("sso", "DeleteApplicationInstance", 300_404, 600_304),
        (
            "sso",
            "CreateApplicationInstanceCertificate",
            300_403,
            600_301,
        ),
        ("sso", "CreateProfile", 300_401, 600_301),
        ("sso", "AssociateProfile", 300_403, 600_399),
        ("sso", "DeleteProfile", 300_404, 600_304),
        ("sso", "PutPermissionsPolicy", 300_403, 600_301),
        ("sso", "DeletePermissionsPolicy", 300_403, 600_304),
        ("sso", "UpdateSsoConfiguration", 300_403, 600_303),
        ("sso", "CreateApplication", 300_401, 600_301),
        ("sso", "PutApplicationGrant", 300_403, 600_301),
        ("sso", "DeleteApplicationGrant", 300_403, 600_304),
        ("sso", "CreatePermissionSet", 300_401, 600_301),
        ("sso", "PutInlinePolicyToPermissionSet", 300_403, 600_301),
        (
            "sso",
            "DeleteInlinePolicyFromPermissionSet",
            300_403,
            600_304,
        ),
        ("sso", "DeletePermissionSet", 300_404, 600_304),
        ("sso", "ProvisionPermissionSet", 300_499, 600_399),
        (
            "sso",
            "ListPermissionSetsProvisionedToAccount",
            600_302,
            600_302,
        ),
        ("sso", "TagResource", 300_403, 600_399),
        ("sso", "CreateAccountAssignment", 300_501, 600_301),
        ("sso", "DeleteApplicationAssignment", 300_502, 600_304),
        ("sso", "Authenticate", 300_201, 600_399),
        ("sso", "Logout", 300_202, 600_399),
        ("sso", "CreateToken", 600_301, 600_301),
        ("sso", "Federate", 600_399, 600_399),
        ("identitystore", "CreateUser", 300_101, 600_301),
        ("identitystore", "UpdateUser", 300_199, 600_303),
        ("identitystore", "DeleteUser", 300_106, 600_304),
        ("identitystore", "CreateGroup", 300_606, 600_301),
        ("identitystore", "DeleteGroup", 300_605, 600_304),
        ("identitystore", "CreateGroupMembership", 300_603, 600_301),
        ("identitystore", "DeleteGroupMembership", 300_604, 600_304),
        ("identitystore", "IsMemberInGroups", 600_399, 600_399),
        ("identitystore", "UpdateIdentityStore", 300_403, 600_303),
        ("sso-directory", "DisableUser", 300_105, 600_399),
        ("sso-directory", "AddMemberToGroup", 300_603, 600_301),
        ("sso-directory", "CreateBearerToken", 300_403, 600_301),
        ("sso-directory", "SearchUsers", 600_302, 600_302),
        ("identitystore-scim", "PatchUser", 300_199, 600_399),
        ("identitystore-scim", "PatchGroup", 300_699, 600_399),
        ("iam", "CreateRole", 300_101, 300_101),
        ("iam", "ChangePassword", 300_103, 300_103),
        ("iam", "AttachRolePolicy", 300_107, 300_107),
        ("iam", "RemoveRoleFromInstanceProfile", 300_108, 300_108),
        ("iam", "EnableMFADevice", 300_110, 300_110),
        ("iam", "CreateAccessKey", 300_199, 300_199),
        ("iam", "AddUserToGroup", 300_603, 300_199),
        ("iam", "AttachGroupPolicy", 300_601, 300_107),
        ("iam", "CreateGroup", 300_606, 600_301),
        ("iam", "CreatePolicy", 600_301, 600_301),
        ("iam", "GetUser", 600_302, 600_302),
        ("sts", "AssumeRole", 300_201, 300_201),
        ("sts", "GetCallerIdentity", 600_302, 600_302),
        ("signin", "ConsoleLogin", 300_201, 300_201),
        ("signin", "CredentialChallenge", 300_299, 300_299),
        ("signin", "UserAuthentication", 300_201, 300_201),
        // The names alone tell nothing.
        ("connect", "CreateInstance", 600_301, 600_301),
        ("cognito-idp", "CreateUser", 600_301, 600_301),
        ("quicksight", "ConsoleLogin", 600_399, 600_399),
    ];
    for (source, name, atrium, security_lake) in cases {
        for (classes, want) in [
            (Classes::Atrium, atrium),
            (Classes::SecurityLake, security_lake),
        ] {
            // Refused without a word of what was asked for: the class is the same.
            for given in [json!({}), json!({"errorCode": "AccessDeniedException"})] {
                let event = event_in(call(source, name, given), classes);
                assert_eq!(event["type_uid"], want, "{source} {name} in {classes:?}");
                assert_eq!(problems(&event), Vec::<String>::new(), "{source} {name}");
                let own = event["activity_id"] == 99;
                let word = if own {
                    name
                } else {
                    event["activity_name"].as_str().unwrap()
                };
                assert_eq!(event["activity_name"], word, "{source} {name}");
            }
        }
    }
}

#[test]
fn reading_is_seen_by_the_record_if_not_by_the_name() {
    let event = event_in(
        call("sso", "Federate", json!({"readOnly": true})),
        Classes::Atrium,
    );
    assert_eq!(event["type_uid"], 600_302);
}

#[test]
fn a_group_s_assignment_is_a_group_s_event() {
    for (principal, create, delete) in [("GROUP", 300_601, 300_602), ("USER", 300_501, 300_502)] {
        for noun in ["AccountAssignment", "ApplicationAssignment"] {
            for (name, want) in [
                (format!("Create{noun}"), create),
                (format!("Delete{noun}"), delete),
            ] {
                let given = json!({"requestParameters": {"principalType": principal, "principalId": "p-1"}});
                let event = event_in(call("sso", &name, given), Classes::Atrium);
                assert_eq!(event["type_uid"], want, "{name} {principal}");
                assert_eq!(problems(&event), Vec::<String>::new(), "{name} {principal}");
            }
        }
    }
}

/// Events are tables' rows: what a class may have is told once, and kept.
#[test]
fn classes_tell_their_attributes() {
    let names = |class: Class| -> Vec<&str> {
        class
            .attributes()
            .iter()
            .map(|attribute| attribute.name)
            .collect()
    };
    for class in Class::ALL {
        let names = names(class);
        assert!(
            names.starts_with(&["metadata", "time", "time_dt"]),
            "{class:?}"
        );
        assert_eq!(names.contains(&"resources"), class == Class::ApiActivity);
        assert_eq!(
            names.contains(&"user"),
            !matches!(class, Class::ApiActivity | Class::EntityManagement)
        );
    }
    let together = Class::attributes_of(Classes::SecurityLake.all());
    assert!(
        together
            .iter()
            .any(|attribute| attribute.name == "resources")
    );
    assert!(together.iter().all(|attribute| attribute.name != "entity"));
}
