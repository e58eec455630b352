use std::time::Duration;

use atrium_model::organization::PolicyType;

const DAY: u64 = 24 * 3600;

/// How much an organization may hold. The defaults are those of AWS ("Quotas and service limits for AWS
/// Organizations"), but for the numbers of accounts and of inbound transfers, where it is what AWS grants on request.
#[derive(Clone, Debug)]
pub struct Quotas {
    /// Accounts in an organization, the management account included.
    pub accounts: i64,
    /// Organizational units in an organization.
    pub units: i64,
    /// Levels of organizational units below the root.
    pub unit_depth: usize,
    /// Service control policies in an organization.
    pub service_control_policies: i64,
    /// Service control policies attached to one root, organizational unit or account.
    pub service_control_policies_per_target: i64,
    /// Bytes of a service control policy.
    pub service_control_policy_size: usize,
    /// Policies of each other type.
    pub other_policies: i64,
    /// Tags of one resource.
    pub tags: i64,
    /// Invitations in 24 hours, if the organization may not have more accounts than this.
    pub invitations_per_day: i64,
    /// Transfers by which an organization takes over responsibilities, those that are only asked for included. An
    /// organization leaves each of its own to one other at most.
    pub inbound_transfers: i64,
    /// Accounts that may be closed in 30 days, whatever the size of the organization.
    pub closed_accounts: i64,
    /// How long a created account has to stay.
    pub stay_of_created_accounts: Duration,
    /// How long an invitation stands.
    pub invitation_expiry: Duration,
    /// How long a request to enable all features stands.
    pub all_features_expiry: Duration,
    /// How long finished handshakes stay in lists.
    pub finished_handshakes_listed: Duration,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            accounts: 10_000,
            units: 2_000,
            unit_depth: 5,
            service_control_policies: 10_000,
            service_control_policies_per_target: 10,
            service_control_policy_size: atrium_policy::SCP_MAX,
            other_policies: 1_000,
            tags: 50,
            invitations_per_day: 20,
            inbound_transfers: 1_000,
            closed_accounts: 250,
            stay_of_created_accounts: Duration::from_secs(4 * DAY),
            invitation_expiry: Duration::from_secs(15 * DAY),
            all_features_expiry: Duration::from_secs(90 * DAY),
            finished_handshakes_listed: Duration::from_secs(30 * DAY),
        }
    }
}

impl Quotas {
    /// How many policies of a type an organization may keep.
    pub fn policies(&self, kind: PolicyType) -> i64 {
        match kind {
            PolicyType::ServiceControlPolicy => self.service_control_policies,
            _ => self.other_policies,
        }
    }

    /// How many policies of a type may be attached to one root, organizational unit or account.
    pub fn attachments(&self, kind: PolicyType) -> i64 {
        match kind {
            PolicyType::ServiceControlPolicy => self.service_control_policies_per_target,
            PolicyType::ResourceControlPolicy
            | PolicyType::AiservicesOptOutPolicy
            | PolicyType::ChatbotPolicy => 5,
            _ => 10,
        }
    }

    /// How long a policy's document may be, in bytes.
    pub fn policy_size(&self, kind: PolicyType) -> usize {
        match kind {
            PolicyType::ServiceControlPolicy => self.service_control_policy_size,
            PolicyType::ResourceControlPolicy => atrium_policy::RCP_MAX,
            PolicyType::AiservicesOptOutPolicy => 2_500,
            _ => 10_000,
        }
    }
}
