use serde_json::{Value, json};

use super::EventPattern;

/// A rule that needs no pattern of one's own.
///
/// Event names are those of the services' CloudTrail records. Some are of operations that AWS has in its console only;
/// a rule for them waits for whatever server records them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadyMade {
    /// An instance of Identity Center was created or deleted.
    InstanceCreatedOrDeleted,
    /// Somebody asked for an instance and was refused.
    CreateInstanceDenied,
    /// A person's second factor was removed or replaced, or whether there must be one was changed.
    MfaReset,
    /// Where people come from and sign in was changed.
    IdentitySourceChanged,
    /// Somebody was given a permission set in an account, or something was given all permissions.
    AdministratorAssigned,
}

impl ReadyMade {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::InstanceCreatedOrDeleted,
        Self::CreateInstanceDenied,
        Self::MfaReset,
        Self::IdentitySourceChanged,
        Self::AdministratorAssigned,
    ];

    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Its name, such as `mfa-reset`.
    pub fn name(self) -> &'static str {
        match self {
            Self::InstanceCreatedOrDeleted => "instance-created-or-deleted",
            Self::CreateInstanceDenied => "create-instance-denied",
            Self::MfaReset => "mfa-reset",
            Self::IdentitySourceChanged => "identity-source-changed",
            Self::AdministratorAssigned => "administrator-assigned",
        }
    }

    /// What it is for, in a sentence.
    pub fn description(self) -> &'static str {
        match self {
            Self::InstanceCreatedOrDeleted => {
                "An instance of IAM Identity Center was created or deleted."
            }
            Self::CreateInstanceDenied => {
                "Somebody asked for an instance of IAM Identity Center and was refused."
            }
            Self::MfaReset => {
                "A person's second factor was removed or changed, or the rules for second factors were."
            }
            Self::IdentitySourceChanged => {
                "The directory or identity provider that people sign in through was changed."
            }
            Self::AdministratorAssigned => {
                "A permission set was assigned in an account, AdministratorAccess was attached to something, or an \
                 account was made delegated administrator of IAM Identity Center."
            }
        }
    }

    /// Its pattern as JSON.
    pub fn json(self) -> Value {
        match self {
            Self::InstanceCreatedOrDeleted => json!({
                "source": ["aws.sso"],
                "detail": {
                    "eventName": ["CreateInstance", "DeleteInstance", "StartSSO"],
                    "errorCode": [{"exists": false}],
                },
            }),
            // Services write `AccessDenied` or `AccessDeniedException`.
            Self::CreateInstanceDenied => json!({
                "source": ["aws.sso"],
                "detail": {
                    "eventName": ["CreateInstance"],
                    "errorCode": [{"prefix": "AccessDenied"}],
                },
            }),
            Self::MfaReset => json!({
                "source": ["aws.iam", "aws.sso", "aws.sso-directory"],
                "detail": {
                    "eventName": [
                        "DeactivateMFADevice", "DeleteVirtualMFADevice", "ResyncMFADevice",
                        "DeleteMfaDeviceForUser", "UpdateMfaDeviceForUser", "PutMfaDeviceManagementForDirectory",
                    ],
                    "errorCode": [{"exists": false}],
                },
            }),
            Self::IdentitySourceChanged => json!({
                "source": ["aws.sso", "aws.sso-directory"],
                "detail": {
                    "eventName": [
                        "AssociateDirectory", "DisassociateDirectory", "UpdateDirectoryAssociation",
                        "UpdateSsoConfiguration", {"wildcard": "*ExternalIdPC*"},
                    ],
                    "readOnly": [false],
                    "errorCode": [{"exists": false}],
                },
            }),
            // An assignment names a permission set by its ARN only, which does not tell what it permits. So all are
            // told; who knows the ARNs that matter writes a pattern with them.
            Self::AdministratorAssigned => json!({
                "source": ["aws.sso", "aws.iam", "aws.organizations"],
                "detail": {
                    "errorCode": [{"exists": false}],
                    "$or": [
                        {"eventName": ["CreateAccountAssignment"]},
                        {
                            "eventName": ["RegisterDelegatedAdministrator"],
                            "requestParameters": {"servicePrincipal": ["sso.amazonaws.com"]},
                        },
                        {
                            "eventName": ["AttachManagedPolicyToPermissionSet"],
                            "requestParameters": {"managedPolicyArn": [{"suffix": ":policy/AdministratorAccess"}]},
                        },
                        {
                            "eventName": ["AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy"],
                            "requestParameters": {"policyArn": [{"suffix": ":policy/AdministratorAccess"}]},
                        },
                    ],
                },
            }),
        }
    }

    /// Its pattern.
    pub fn pattern(self) -> EventPattern {
        EventPattern::new(&self.json()).expect("ready-made patterns are patterns")
    }
}
