use crate::{
    decision::{Decision, PolicyType, Reason, Source},
    policy::Policy,
    principal::Principal,
    principal_pattern::Grant,
    request::Request,
    set::{Layer, Level, PolicySet},
    statement::Effect,
};

/// Decides a request the way AWS does.
///
/// A matching `Deny` anywhere wins. Then each of these must allow the request: a resource control policy on every
/// level, a service control policy on every level, the resource-based policy if the caller is from another account,
/// the identity policies, the permissions boundary, the session policies.
///
/// Within one account a resource-based policy that names the caller itself, not just its account, replaces the
/// identity policies; one that names a user or a session also reaches past boundary and session policies. A root user
/// needs no identity policy. A caller without an account (a service, anonymous) needs the resource-based policy alone.
///
/// Source: "Policy evaluation logic" in the IAM User Guide.
pub fn evaluate<'a>(request: &Request<'_>, set: &PolicySet<'a>) -> Decision<'a> {
    decide(
        request,
        set,
        set.resource.map(|policy| (PolicyType::Resource, policy)),
    )
}

/// Decides whether the caller may assume a role: `sts:AssumeRole` and its siblings on the role's ARN.
///
/// As [`evaluate`], with `trust` in place of the resource's policy and always needed. `set.resource_account` is the
/// role's account. From another account the caller's identity policies must allow the action as well; within the
/// account they must if the trust policy names only the account.
pub fn evaluate_trust<'a>(
    request: &Request<'_>,
    trust: &'a Policy,
    set: &PolicySet<'a>,
) -> Decision<'a> {
    decide(request, set, Some((PolicyType::RoleTrust, trust)))
}

/// What one group of policies says about a request.
#[derive(Clone, Copy, Default)]
struct Verdict<'a> {
    allow: Option<(Source<'a>, Grant)>,
}

impl<'a> Verdict<'a> {
    /// Looks at one more policy. The most direct grant is kept; a `Deny` ends everything.
    fn add(&mut self, request: &Request<'_>, layer: Layer<'a>) -> Result<(), Source<'a>> {
        let Layer {
            policy_type,
            level,
            policy,
        } = layer;
        for (index, statement) in policy.statements().iter().enumerate() {
            let better = |grant| self.allow.is_none_or(|(_, best)| grant > best);
            // An Allow that could not add anything needn't be looked at.
            let done = self
                .allow
                .is_some_and(|(_, best)| best == Grant::Session || statement.principal.is_none());
            if statement.effect() == Effect::Allow && done {
                continue;
            }
            let Ok(grant) = statement.check(request) else {
                continue;
            };
            let source = Source {
                policy_type,
                level,
                policy,
                statement,
                index,
            };
            match statement.effect() {
                Effect::Deny => return Err(source),
                Effect::Allow if better(grant) => self.allow = Some((source, grant)),
                Effect::Allow => {}
            }
        }
        Ok(())
    }
}

fn decide<'a>(
    request: &Request<'_>,
    set: &PolicySet<'a>,
    resource: Option<(PolicyType, &'a Policy)>,
) -> Decision<'a> {
    match verdicts(request, set, resource) {
        Ok(verdicts) => verdicts.decide(request, set, resource.map(|(policy_type, _)| policy_type)),
        Err(source) => Decision::Denied(Reason::ExplicitDeny(source)),
    }
}

/// Everything that is known once no `Deny` matched.
#[derive(Default)]
struct Verdicts<'a> {
    /// The first level without an allowing policy.
    unallowed: Option<Reason<'a>>,
    resource: Verdict<'a>,
    identity: Verdict<'a>,
    boundary: Verdict<'a>,
    session: Verdict<'a>,
}

fn verdicts<'a>(
    request: &Request<'_>,
    set: &PolicySet<'a>,
    resource: Option<(PolicyType, &'a Policy)>,
) -> Result<Verdicts<'a>, Source<'a>> {
    let mut found = Verdicts::default();
    let of_organization = [
        (PolicyType::ResourceControl, set.rcps()),
        (PolicyType::ServiceControl, set.scps()),
    ];
    for (policy_type, levels) in of_organization {
        for &Level { target, policies } in levels {
            let (level, mut verdict) = (Some(target), Verdict::default());
            for policy in policies {
                verdict.add(
                    request,
                    Layer {
                        policy_type,
                        level,
                        policy,
                    },
                )?;
            }
            if verdict.allow.is_none() && found.unallowed.is_none() {
                found.unallowed = Some(Reason::NotAllowed { policy_type, level });
            }
        }
    }
    let own = PolicySet {
        scp_levels: &[],
        rcp_levels: &[],
        ..*set
    };
    for layer in own.layers(resource) {
        let verdict = match layer.policy_type {
            PolicyType::Identity => &mut found.identity,
            PolicyType::PermissionsBoundary => &mut found.boundary,
            PolicyType::Session => &mut found.session,
            _ => &mut found.resource,
        };
        verdict.add(request, layer)?;
    }
    Ok(found)
}

impl<'a> Verdicts<'a> {
    fn decide(
        self,
        request: &Request<'_>,
        set: &PolicySet<'a>,
        resource_type: Option<PolicyType>,
    ) -> Decision<'a> {
        let not_allowed = |policy_type| {
            Decision::Denied(Reason::NotAllowed {
                policy_type,
                level: None,
            })
        };
        let resource_type = resource_type.unwrap_or(PolicyType::Resource);
        if let Some(reason) = self.unallowed {
            return Decision::Denied(reason);
        }
        let granted = self.resource.allow;
        let Some(account) = request.principal.account() else {
            return match granted {
                Some((source, _)) => Decision::Allowed { by: Some(source) },
                None => not_allowed(resource_type),
            };
        };
        let own_account = set.resource_account.is_none_or(|owner| owner == account);
        if granted.is_none() && (!own_account || resource_type == PolicyType::RoleTrust) {
            return not_allowed(resource_type);
        }
        // A grant that names the caller itself stands on its own within the account.
        let direct = granted.filter(|(_, grant)| own_account && *grant > Grant::Account);
        let past_limits = direct.is_some_and(|(_, grant)| {
            grant == Grant::Session || matches!(request.principal, Principal::User { .. })
        });
        let by = match (direct, self.identity.allow) {
            (Some((source, _)), _) | (None, Some((source, _))) => Some(source),
            (None, None) if request.principal.is_root() => None,
            (None, None) => return not_allowed(PolicyType::Identity),
        };
        if !past_limits {
            if set.boundary.is_some() && self.boundary.allow.is_none() {
                return not_allowed(PolicyType::PermissionsBoundary);
            }
            if set.session.is_some() && self.session.allow.is_none() {
                return not_allowed(PolicyType::Session);
            }
        }
        Decision::Allowed { by }
    }
}
