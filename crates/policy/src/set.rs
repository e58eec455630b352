use std::sync::Arc;

use crate::{decision::PolicyType, policy::Policy};

/// The policies attached to one level of an organization: the root, an organizational unit, or the account.
#[derive(Clone, Copy, Debug)]
pub struct Level<'a> {
    /// The id of the root, unit or account, for decisions to mention.
    pub target: &'a str,
    /// What is attached to it. At least one must allow the request.
    pub policies: &'a [Arc<Policy>],
}

/// Every policy that bears on a request. `PolicySet::default()` has none, so it denies everybody but root users.
#[derive(Clone, Copy, Debug, Default)]
pub struct PolicySet<'a> {
    /// Service control policies on the way from the root to the caller's account. Leave empty for an account in no
    /// organization, and where the policy type isn't enabled.
    pub scp_levels: &'a [Level<'a>],
    /// Whether service control policies don't apply: principals of the management account, service-linked roles.
    pub scp_exempt: bool,
    /// Resource control policies on the way from the root to the account of the resource. Leave empty for resources of
    /// an account in no organization or of a management account, where the policy type isn't enabled, and for actions
    /// that are not [resource controlled](crate::is_resource_controlled).
    pub rcp_levels: &'a [Level<'a>],
    /// Whether resource control policies don't apply to the caller: service-linked roles.
    pub rcp_exempt: bool,
    /// Inline and managed policies of the caller, and of its groups.
    pub identity: &'a [Arc<Policy>],
    /// The caller's permissions boundary.
    pub boundary: Option<&'a Policy>,
    /// Session policies, if any were passed. `Some(&[])` is a session that may do nothing by itself, as
    /// GetFederationToken without policies makes it.
    pub session: Option<&'a [Arc<Policy>]>,
    /// The policy attached to the resource.
    pub resource: Option<&'a Policy>,
    /// The account that owns the resource; `None` if it is the caller's own.
    pub resource_account: Option<&'a str>,
}

/// One policy on its way through an evaluation.
#[derive(Clone, Copy)]
pub(crate) struct Layer<'a> {
    pub(crate) policy_type: PolicyType,
    pub(crate) level: Option<&'a str>,
    pub(crate) policy: &'a Policy,
}

impl<'a> PolicySet<'a> {
    /// The service control levels that apply.
    pub(crate) fn scps(&self) -> &'a [Level<'a>] {
        if self.scp_exempt {
            &[]
        } else {
            self.scp_levels
        }
    }

    /// The resource control levels that apply.
    pub(crate) fn rcps(&self) -> &'a [Level<'a>] {
        if self.rcp_exempt {
            &[]
        } else {
            self.rcp_levels
        }
    }

    /// Every policy in the order AWS evaluates the types. `resource` takes the place of the set's own.
    pub(crate) fn layers(
        &self,
        resource: Option<(PolicyType, &'a Policy)>,
    ) -> impl Iterator<Item = Layer<'a>> {
        let attached = |policy_type, levels: &'a [Level<'a>]| {
            levels.iter().flat_map(move |level| {
                let layer = move |policy: &'a Arc<Policy>| Layer {
                    policy_type,
                    level: Some(level.target),
                    policy,
                };
                level.policies.iter().map(layer)
            })
        };
        let own = |policy_type| {
            move |policy: &'a Arc<Policy>| Layer {
                policy_type,
                level: None,
                policy,
            }
        };
        let resource = resource.into_iter().map(|(policy_type, policy)| Layer {
            policy_type,
            level: None,
            policy,
        });
        let boundary = self.boundary.into_iter().map(|policy| Layer {
            policy_type: PolicyType::PermissionsBoundary,
            level: None,
            policy,
        });
        attached(PolicyType::ResourceControl, self.rcps())
            .chain(attached(PolicyType::ServiceControl, self.scps()))
            .chain(resource)
            .chain(self.identity.iter().map(own(PolicyType::Identity)))
            .chain(boundary)
            .chain(
                self.session
                    .unwrap_or(&[])
                    .iter()
                    .map(own(PolicyType::Session)),
            )
    }
}
