//! IAM Identity Center: people, groups, access, and all else that can be made or changed.

use super::{Choice, verb};
use crate::class::{Activity, Class, account, change, group};
use crate::record::Record;
use crate::scim;

/// What changes an identity store: its public API, the console's own calls (`sso-directory`), and SCIM. Reads are none of it.
pub(super) fn directory(name: &str, record: &Record) -> Option<Choice> {
    let (class, activity) = match name {
        "CreateUser" => (Class::AccountChange, account::CREATE),
        "DeleteUser" => (Class::AccountChange, account::DELETE),
        "EnableUser" => (Class::AccountChange, account::ENABLE),
        "DisableUser" => (Class::AccountChange, account::DISABLE),
        // In the console an administrator does this for somebody.
        "UpdatePassword" => (Class::AccountChange, account::PASSWORD_RESET),
        "CompleteVirtualMfaDeviceRegistration" | "CompleteWebAuthnDeviceRegistration" => {
            (Class::AccountChange, account::MFA_ENABLE)
        }
        "DeleteMfaDeviceForUser" => (Class::AccountChange, account::MFA_DISABLE),
        "UpdateUser" | "UpdateUserName" | "PutUser" | "PatchUser" | "UpdateMfaDeviceForUser" => {
            (Class::AccountChange, Activity::OTHER)
        }
        "CreateGroup" => (Class::GroupManagement, group::CREATE),
        "DeleteGroup" => (Class::GroupManagement, group::DELETE),
        "CreateGroupMembership" | "AddMemberToGroup" => (Class::GroupManagement, group::ADD_USER),
        "DeleteGroupMembership" | "RemoveMemberFromGroup" => {
            (Class::GroupManagement, group::REMOVE_USER)
        }
        // SCIM has no call for memberships alone.
        "PatchGroup" => {
            let members = scim::members(record);
            let activity = members.map_or(Activity::OTHER, |members| members.activity);
            (Class::GroupManagement, activity)
        }
        "UpdateGroup" | "UpdateGroupDisplayName" | "PutGroup" => {
            (Class::GroupManagement, Activity::OTHER)
        }
        _ => return store(name),
    };
    Some(Choice::new(class, activity))
}

/// What changes an identity store itself and the way people and their data come into it.
fn store(name: &str) -> Option<Choice> {
    const STORE: &str = "AWS::IdentityStore::IdentityStore";
    match name {
        "UpdateIdentityStore"
        | "CreateAlias"
        | "CreateProvisioningTenant"
        | "DeleteProvisioningTenant"
        | "CreateBearerToken"
        | "DeleteBearerToken"
        | "CreateExternalIdPConfigurationForDirectory"
        | "UpdateExternalIdPConfigurationForDirectory"
        | "EnableExternalIdPConfigurationForDirectory"
        | "DisableExternalIdPConfigurationForDirectory"
        | "DeleteExternalIdPConfigurationForDirectory"
        | "ImportExternalIdPCertificate"
        | "DeleteExternalIdPCertificate" => Some(of_entity(STORE, change::UPDATE)),
        _ => None,
    }
}

/// Access to accounts and applications: a user's, or that of a group.
pub(super) fn access(name: &str, group: bool) -> Option<Choice> {
    let activity = match name {
        "CreateAccountAssignment" | "CreateApplicationAssignment" => group::ASSIGN,
        "DeleteAccountAssignment" | "DeleteApplicationAssignment" => group::REVOKE,
        _ => return None,
    };
    let class = if group {
        Class::GroupManagement
    } else {
        Class::UserAccess
    };
    Some(Choice::new(class, activity))
}

/// A permission set's policy in the console's words.
const POLICY: &str = "PermissionsPolicy";

/// The words in the names of operations, and what they work on: the first that is found. Application instances, profiles, permissions
/// policies and directories are the console's and older words ("Actions defined by AWS IAM Identity Center", Service Authorization
/// Reference).
const ENTITIES: [(&str, &str); 13] = [
    ("PermissionSet", "AWS::SSO::PermissionSet"),
    (POLICY, "AWS::SSO::PermissionSet"),
    ("TrustedTokenIssuer", "AWS::SSO::TrustedTokenIssuer"),
    ("Profile", "AWS::SSO::Profile"),
    ("ManagedApplicationInstance", "AWS::SSO::Application"),
    ("ApplicationInstance", "AWS::SSO::Application"),
    ("Application", "AWS::SSO::Application"),
    ("Directory", "AWS::SSO::Instance"),
    ("Instance", "AWS::SSO::Instance"),
    ("Region", "AWS::SSO::Instance"),
    ("SsoConfiguration", "AWS::SSO::Instance"),
    ("SSO", "AWS::SSO::Instance"),
    ("Resource", "AWS::SSO::Resource"),
];

/// Changes of instances, applications, permission sets and whatever else `sso` manages. To give a permission set a policy, or to
/// take a Region from an instance, is to change the permission set or the instance.
pub(super) fn entity(name: &str) -> Option<Choice> {
    let (word, entity) = *ENTITIES.iter().find(|(word, _)| name.contains(word))?;
    let activity = match verb::of(name) {
        "Create" if name == format!("Create{word}") => change::CREATE,
        "Start" => change::CREATE,
        "Delete" if word != POLICY && name == format!("Delete{word}") => change::DELETE,
        "Provision" => Activity::OTHER,
        "Create" | "Delete" | "Update" | "Put" | "Attach" | "Detach" | "Associate"
        | "Disassociate" | "Import" | "Add" | "Remove" | "Tag" | "Untag" | "Allow" | "Enable"
        | "Disable" => change::UPDATE,
        _ => return None,
    };
    Some(of_entity(entity, activity))
}

const fn of_entity(entity: &'static str, activity: Activity) -> Choice {
    Choice {
        class: Class::EntityManagement,
        activity,
        entity,
    }
}
