use super::TargetId;
use super::text::words;
use crate::{OrganizationId, PolicyId, Timestamp};

words!(
    /// The kinds of policy that an organization keeps.
    PolicyType, "policy type", {
        /// Limits what principals of member accounts may do.
        ServiceControlPolicy = "SERVICE_CONTROL_POLICY",
        /// Limits what may be done to resources of member accounts.
        ResourceControlPolicy = "RESOURCE_CONTROL_POLICY",
        /// How resources are tagged.
        TagPolicy = "TAG_POLICY",
        /// How resources are backed up.
        BackupPolicy = "BACKUP_POLICY",
        /// Whether AI services may keep content.
        AiservicesOptOutPolicy = "AISERVICES_OPT_OUT_POLICY",
        /// Chat applications.
        ChatbotPolicy = "CHATBOT_POLICY",
        /// Declared EC2 settings.
        DeclarativePolicyEc2 = "DECLARATIVE_POLICY_EC2",
        /// Security Hub.
        SecurityhubPolicy = "SECURITYHUB_POLICY",
        /// Security Hub CSPM.
        SecurityhubCspmPolicy = "SECURITYHUB_CSPM_POLICY",
        /// Inspector.
        InspectorPolicy = "INSPECTOR_POLICY",
        /// The order of automatic upgrades.
        UpgradeRolloutPolicy = "UPGRADE_ROLLOUT_POLICY",
        /// Bedrock.
        BedrockPolicy = "BEDROCK_POLICY",
        /// S3.
        S3Policy = "S3_POLICY",
        /// Network Security Director.
        NetworkSecurityDirectorPolicy = "NETWORK_SECURITY_DIRECTOR_POLICY",
        /// GuardDuty.
        GuarddutyPolicy = "GUARDDUTY_POLICY",
    }
);

/// A policy that AWS owns and every organization has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwsManagedPolicy {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its description.
    pub description: &'static str,
    /// Its document.
    pub content: &'static str,
}

impl PolicyType {
    /// The policy that is attached everywhere while this type is enabled, if the type has one.
    pub fn aws_managed(self) -> Option<AwsManagedPolicy> {
        match self {
            Self::ServiceControlPolicy => Some(AwsManagedPolicy {
                id: "p-FullAWSAccess",
                name: "FullAWSAccess",
                description: "Allows access to every operation",
                content: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
            }),
            Self::ResourceControlPolicy => Some(AwsManagedPolicy {
                id: "p-RCPFullAWSAccess",
                name: "RCPFullAWSAccess",
                description: "Allows access to every resource",
                content: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
            }),
            _ => None,
        }
    }

    /// Whether policies of this type allow and deny, rather than say how something is set up.
    pub fn is_authorization(self) -> bool {
        matches!(
            self,
            Self::ServiceControlPolicy | Self::ResourceControlPolicy
        )
    }
}

/// A policy without its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySummary {
    /// `p-…`
    pub id: PolicyId,
    /// The organization that keeps it.
    pub organization: OrganizationId,
    /// What kind of policy it is.
    pub kind: PolicyType,
    /// Unique among the organization's policies of its type.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether AWS owns it; then it can't be changed.
    pub aws_managed: bool,
}

/// A policy of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationPolicy {
    /// What it is called and what it is for.
    pub summary: PolicySummary,
    /// The document, as it was given.
    pub content: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its document last changed.
    pub updated_at: Timestamp,
}

/// A policy on its way down the tree to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedPolicy {
    /// `p-…`
    pub id: PolicyId,
    /// Its name.
    pub name: String,
    /// Its document.
    pub content: String,
    /// When the document last changed.
    pub updated_at: Timestamp,
}

/// What a policy is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTarget {
    /// The root, unit or account.
    pub id: TargetId,
    /// What it is called.
    pub name: String,
}

/// An organization's delegation policy: what member accounts may do in Organizations themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePolicy {
    /// `rp-…`
    pub id: String,
    /// The document.
    pub content: String,
}
