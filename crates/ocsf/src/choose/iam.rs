//! IAM: its users and roles, and its groups.

use super::Choice;
use crate::class::{Activity, Class, account, group as groups};

/// Operations on a user or a role, as AWS's mapping of CloudTrail has them. All else of IAM is API Activity.
pub(super) fn account(name: &str) -> Option<Choice> {
    let activity = match name {
        "CreateUser" | "CreateRole" | "CreateServiceLinkedRole" => account::CREATE,
        "DeleteUser" | "DeleteRole" | "DeleteServiceLinkedRole" => account::DELETE,
        "ChangePassword" => account::PASSWORD_CHANGE,
        "UpdateLoginProfile" => account::PASSWORD_RESET,
        "AttachUserPolicy"
        | "AttachRolePolicy"
        | "AttachGroupPolicy"
        | "PutUserPolicy"
        | "PutRolePolicy"
        | "PutGroupPolicy"
        | "PutUserPermissionsBoundary"
        | "PutRolePermissionsBoundary"
        | "AddRoleToInstanceProfile" => account::ATTACH_POLICY,
        "DetachUserPolicy"
        | "DetachRolePolicy"
        | "DetachGroupPolicy"
        | "DeleteUserPolicy"
        | "DeleteRolePolicy"
        | "DeleteGroupPolicy"
        | "DeleteUserPermissionsBoundary"
        | "DeleteRolePermissionsBoundary"
        | "RemoveRoleFromInstanceProfile" => account::DETACH_POLICY,
        "EnableMFADevice" => account::MFA_ENABLE,
        "DeactivateMFADevice" => account::MFA_DISABLE,
        "UpdateUser"
        | "UpdateRole"
        | "UpdateRoleDescription"
        | "UpdateAssumeRolePolicy"
        | "AddUserToGroup"
        | "RemoveUserFromGroup"
        | "CreateAccessKey"
        | "UpdateAccessKey"
        | "DeleteAccessKey"
        | "CreateLoginProfile"
        | "DeleteLoginProfile"
        | "CreateServiceSpecificCredential"
        | "UpdateServiceSpecificCredential"
        | "ResetServiceSpecificCredential"
        | "DeleteServiceSpecificCredential"
        | "UploadSigningCertificate"
        | "UpdateSigningCertificate"
        | "DeleteSigningCertificate"
        | "UploadSSHPublicKey"
        | "UpdateSSHPublicKey"
        | "DeleteSSHPublicKey"
        | "ResyncMFADevice"
        | "TagUser"
        | "UntagUser"
        | "TagRole"
        | "UntagRole" => Activity::OTHER,
        _ => return None,
    };
    Some(Choice::new(Class::AccountChange, activity))
}

/// Operations on a group, where there is a class for groups.
pub(super) fn group(name: &str) -> Option<Choice> {
    let activity = match name {
        "CreateGroup" => groups::CREATE,
        "DeleteGroup" => groups::DELETE,
        "UpdateGroup" => Activity::OTHER,
        "AddUserToGroup" => groups::ADD_USER,
        "RemoveUserFromGroup" => groups::REMOVE_USER,
        "AttachGroupPolicy" | "PutGroupPolicy" => groups::ASSIGN,
        "DetachGroupPolicy" | "DeleteGroupPolicy" => groups::REVOKE,
        _ => return None,
    };
    Some(Choice::new(Class::GroupManagement, activity))
}
