//! Whom and what a call was about, as its parameters and its answer tell. They stay there: `api` has them whole.

use super::UNKNOWN;
use crate::class::{Activity, account, group as groups};
use crate::objects::{Account, Entity, Group, Policy, Resource, User};
use crate::record::Record;
use crate::scim;
use crate::shape::Text;

// Where services put ids and names. `id` and `httpBody` are SCIM's, `user` and `group` those of the console's own calls.
const USER_IDS: [&str; 9] = [
    "responseElements.user.arn",
    "responseElements.role.arn",
    "responseElements.user.userId",
    "responseElements.userId",
    "requestParameters.userId",
    "requestParameters.user.userId",
    "requestParameters.targetUserId",
    "requestParameters.id",
    "responseElements.id",
];
const USER_NAMES: [&str; 9] = [
    "requestParameters.userName",
    "requestParameters.roleName",
    "requestParameters.httpBody.userName",
    "requestParameters.groupName",
    "responseElements.user.userName",
    "responseElements.role.roleName",
    "responseElements.accessKey.userName",
    "responseElements.userName",
    "requestParameters.aWSServiceName",
];
const MEMBERS: [&str; 3] = [
    "requestParameters.memberId.userId",
    "requestParameters.member.memberId",
    "requestParameters.member.userId",
];
const GROUP_IDS: [&str; 7] = [
    "responseElements.group.arn",
    "responseElements.group.groupId",
    "responseElements.groupId",
    "requestParameters.groupId",
    "requestParameters.id",
    "responseElements.id",
    "requestParameters.principalId",
];
const GROUP_NAMES: [&str; 5] = [
    "requestParameters.groupName",
    "requestParameters.displayName",
    "requestParameters.httpBody.displayName",
    "responseElements.group.displayName",
    "responseElements.displayName",
];
/// What an assignment gives: a permission set in an account, or an application.
const ASSIGNED: [&str; 2] = [
    "requestParameters.permissionSetArn",
    "requestParameters.applicationArn",
];
const POLICY_IDS: [&str; 2] = [
    "requestParameters.policyArn",
    "requestParameters.permissionsBoundary",
];
const POLICY_NAMES: [&str; 2] = [
    "requestParameters.policyName",
    "requestParameters.instanceProfileName",
];

/// Calls that are about the caller's own, unless they name a user ("UserName" in their descriptions in the IAM API reference).
const OWN: [&str; 7] = [
    "ChangePassword",
    "CreateAccessKey",
    "DeleteAccessKey",
    "DeleteSigningCertificate",
    "UpdateAccessKey",
    "UpdateSigningCertificate",
    "UploadSigningCertificate",
];

/// The user or role whose account changed. If the call doesn't name one, it is some user of the account.
pub(super) fn account(record: &Record) -> User {
    let user = User {
        uid: record.first(&USER_IDS),
        name: record.first(&USER_NAMES),
        ..User::default()
    };
    if user.uid.is_some() || user.name.is_some() {
        return user;
    }
    let name = record.text("eventName").unwrap_or_default();
    if OWN.contains(&&*name) {
        return caller(record);
    }
    let own = ["recipientAccountId", "userIdentity.accountId"];
    match record.first(&own) {
        Some(uid) => User {
            account: Some(Account { uid }),
            ..user
        },
        None => unknown(),
    }
}

/// Whoever calls, as the user who was changed.
fn caller(record: &Record) -> User {
    let user = User {
        uid: record.first(&["userIdentity.arn", "userIdentity.principalId"]),
        name: record.first(&["userIdentity.userName"]),
        ..User::default()
    };
    let is_known = user.uid.is_some() || user.name.is_some();
    if is_known { user } else { unknown() }
}

/// The policy that a user or role was given, or that was taken from it.
pub(super) fn policy(record: &Record, activity: Activity) -> Option<Policy> {
    if activity != account::ATTACH_POLICY && activity != account::DETACH_POLICY {
        return None;
    }
    let (uid, name) = (record.first(&POLICY_IDS), record.first(&POLICY_NAMES));
    (uid.is_some() || name.is_some()).then_some(Policy { uid, name })
}

/// The thing of Identity Center that was made, changed or removed.
pub(super) fn entity(record: &Record, kind: &'static str) -> Entity {
    let uid = match kind {
        "AWS::SSO::Instance" => record.first(&[
            "responseElements.instanceArn",
            "requestParameters.instanceArn",
        ]),
        "AWS::SSO::Application" => record.first(&[
            "responseElements.applicationArn",
            "requestParameters.applicationArn",
        ]),
        "AWS::SSO::PermissionSet" => record.first(&[
            "responseElements.permissionSet.permissionSetArn",
            "requestParameters.permissionSetArn",
            "requestParameters.permissionSetId",
        ]),
        "AWS::SSO::TrustedTokenIssuer" => record.first(&[
            "responseElements.trustedTokenIssuerArn",
            "requestParameters.trustedTokenIssuerArn",
        ]),
        "AWS::SSO::Profile" => record.first(&["requestParameters.profileId"]),
        "AWS::IdentityStore::IdentityStore" => record.first(&[
            "requestParameters.identityStoreId",
            "requestParameters.directoryId",
        ]),
        _ => record.first(&["requestParameters.resourceArn"]),
    };
    let name = record.first(&[
        "requestParameters.name",
        "responseElements.permissionSet.name",
    ]);
    Entity {
        name: name.or_else(|| uid.is_none().then(|| UNKNOWN.into())),
        uid,
        r#type: kind.into(),
    }
}

/// The user who got or lost access.
pub(super) fn assignee(record: &Record) -> User {
    match record.first(&["requestParameters.principalId"]) {
        Some(uid) => User {
            uid: Some(uid),
            ..User::default()
        },
        None => unknown(),
    }
}

/// What an assignment gives.
pub(super) fn privileges(record: &Record) -> Vec<Text> {
    vec![record.first(&ASSIGNED).unwrap_or_else(|| UNKNOWN.into())]
}

/// Where an assignment gives it: an account or an application.
pub(super) fn assigned(record: &Record) -> Option<Resource> {
    let target = record.first(&["requestParameters.targetId"]);
    let kind = record.first(&["requestParameters.targetType"]);
    let (uid, kind) = match target {
        Some(uid) => (uid, kind),
        None => {
            let application = record.first(&["requestParameters.applicationArn"])?;
            (application, Some("AWS::SSO::Application".into()))
        }
    };
    Some(Resource {
        uid,
        r#type: kind,
        owner: None,
    })
}

/// The group.
pub(super) fn group(record: &Record) -> Group {
    let (uid, name) = (record.first(&GROUP_IDS), record.first(&GROUP_NAMES));
    Group {
        name: name.or_else(|| uid.is_none().then(|| UNKNOWN.into())),
        uid,
    }
}

/// Who came into the group or left it; of several, the first.
pub(super) fn member(record: &Record, activity: Activity) -> Option<User> {
    if activity != groups::ADD_USER && activity != groups::REMOVE_USER {
        return None;
    }
    let told = record.first(&MEMBERS);
    let user = User {
        uid: told.or_else(|| scim::members(record)?.first),
        name: record.first(&["requestParameters.userName"]),
        ..User::default()
    };
    let is_known = user.uid.is_some() || user.name.is_some();
    Some(if is_known { user } else { unknown() })
}

/// What the group may do from now on, or no longer. The schema wants privileges or a user of every group's event, and making,
/// removing or renaming a group gives none: an empty list.
pub(super) fn group_privileges(record: &Record, activity: Activity) -> Option<Vec<Text>> {
    match activity {
        groups::ADD_USER | groups::REMOVE_USER => None,
        groups::ASSIGN | groups::REVOKE => {
            let given = record.first(&ASSIGNED);
            let given = given.or_else(|| record.first(&POLICY_IDS));
            let given = given.or_else(|| record.first(&POLICY_NAMES));
            Some(vec![given.unwrap_or_else(|| UNKNOWN.into())])
        }
        _ => Some(Vec::new()),
    }
}

fn unknown() -> User {
    User {
        name: Some(UNKNOWN.into()),
        ..User::default()
    }
}
