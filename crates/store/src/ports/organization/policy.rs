use atrium_model::organization::{
    AttachedPolicy, OrganizationPolicy, PolicySummary, PolicyTarget, PolicyType, ResourcePolicy,
    TargetId,
};
use atrium_model::{OrganizationId, PolicyId};

use crate::StoreError;

/// Policies of organizations and what they are attached to.
pub trait OrganizationPolicyTx {
    /// A policy.
    fn organization_policy(
        &mut self,
        organization: &OrganizationId,
        id: &PolicyId,
    ) -> Result<Option<OrganizationPolicy>, StoreError>;

    /// Keeps a new policy. [`StoreError::Duplicate`] if one of its type has its name.
    fn insert_organization_policy(&mut self, policy: &OrganizationPolicy)
    -> Result<(), StoreError>;

    /// Keeps a policy's new name, description and document. [`StoreError::Duplicate`] if the name is taken.
    fn update_organization_policy(&mut self, policy: &OrganizationPolicy)
    -> Result<(), StoreError>;

    /// Removes a policy with its tags.
    fn delete_organization_policy(
        &mut self,
        organization: &OrganizationId,
        id: &PolicyId,
    ) -> Result<(), StoreError>;

    /// The policies of a type.
    fn organization_policies(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<PolicySummary>, StoreError>;

    /// How many policies of a type an organization keeps, AWS's own not counted.
    fn count_organization_policies(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
    ) -> Result<i64, StoreError>;

    /// The policy types that are enabled, in the order of their names.
    fn policy_types(
        &mut self,
        organization: &OrganizationId,
    ) -> Result<Vec<PolicyType>, StoreError>;

    /// Enables a policy type. [`StoreError::Duplicate`] if it already is.
    fn enable_policy_type(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
    ) -> Result<(), StoreError>;

    /// Disables a policy type and detaches all policies of it; false if it isn't enabled.
    fn disable_policy_type(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
    ) -> Result<bool, StoreError>;

    /// Attaches a policy. [`StoreError::Duplicate`] if it already is.
    fn attach_policy(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        policy: &PolicyId,
        target: &TargetId,
    ) -> Result<(), StoreError>;

    /// Attaches a policy to the root, every organizational unit and every account that don't have it yet.
    fn attach_policy_everywhere(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        policy: &PolicyId,
    ) -> Result<(), StoreError>;

    /// Detaches a policy; false if it isn't attached.
    fn detach_policy(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        policy: &PolicyId,
        target: &TargetId,
    ) -> Result<bool, StoreError>;

    /// How many policies of a type are attached to a target itself.
    fn count_attached_policies(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        target: &TargetId,
    ) -> Result<i64, StoreError>;

    /// Whether a policy is attached to anything.
    fn is_policy_attached(
        &mut self,
        organization: &OrganizationId,
        policy: &PolicyId,
    ) -> Result<bool, StoreError>;

    /// The policies of a type attached to a target itself.
    fn policies_of_target(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        target: &TargetId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<PolicySummary>, StoreError>;

    /// The policies of a type attached to a target itself, with their documents, in the order in which they were
    /// attached.
    fn attached_policies(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        target: &TargetId,
    ) -> Result<Vec<AttachedPolicy>, StoreError>;

    /// What a policy is attached to.
    fn targets_of_policy(
        &mut self,
        organization: &OrganizationId,
        policy: &PolicyId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<PolicyTarget>, StoreError>;

    /// The organization's delegation policy.
    fn resource_policy(
        &mut self,
        organization: &OrganizationId,
    ) -> Result<Option<ResourcePolicy>, StoreError>;

    /// Keeps the organization's delegation policy; one that is there keeps its id and changes its document.
    fn put_resource_policy(
        &mut self,
        organization: &OrganizationId,
        policy: &ResourcePolicy,
    ) -> Result<(), StoreError>;

    /// Removes the organization's delegation policy with its tags; false if there is none.
    fn delete_resource_policy(&mut self, organization: &OrganizationId)
    -> Result<bool, StoreError>;
}
