use std::fmt;

use crate::{
    condition::Clause,
    decision::{Decision, PolicyType, Reason, Source},
    evaluate::{evaluate, evaluate_trust},
    policy::Policy,
    request::Request,
    set::PolicySet,
    statement::{Effect, Mismatch, Statement},
};

/// Every statement that bears on a request and what came of it, in the order of evaluation. `Display` writes it as
/// text for a person.
#[derive(Clone, Debug)]
pub struct Explanation<'a> {
    /// The action that was asked for.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// What [`evaluate`] or [`evaluate_trust`] decides.
    pub decision: Decision<'a>,
    /// The statements considered.
    pub steps: Vec<Step<'a>>,
}

/// One statement and how it compares with the request.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// The statement and where it stands.
    pub source: Source<'a>,
    /// How it compares.
    pub outcome: Outcome,
}

/// Whether a statement matches, or what in it doesn't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every element fits.
    Matched,
    /// The request's action isn't meant.
    Action,
    /// The caller isn't meant.
    Principal,
    /// The request's resource isn't meant.
    Resource,
    /// A condition doesn't hold.
    Condition {
        /// The operator, such as `StringEquals`.
        operator: String,
        /// The condition key.
        key: String,
        /// The values in the policy.
        wanted: Vec<String>,
        /// The values in the request; none if the key is missing.
        found: Vec<String>,
    },
}

/// Tells how [`evaluate`] comes to its decision.
pub fn explain<'a>(request: &Request<'_>, set: &PolicySet<'a>) -> Explanation<'a> {
    let resource = set.resource.map(|policy| (PolicyType::Resource, policy));
    collect(request, set, resource, evaluate(request, set))
}

/// Tells how [`evaluate_trust`] comes to its decision.
pub fn explain_trust<'a>(
    request: &Request<'_>,
    trust: &'a Policy,
    set: &PolicySet<'a>,
) -> Explanation<'a> {
    collect(
        request,
        set,
        Some((PolicyType::RoleTrust, trust)),
        evaluate_trust(request, trust, set),
    )
}

fn collect<'a>(
    request: &Request<'_>,
    set: &PolicySet<'a>,
    resource: Option<(PolicyType, &'a Policy)>,
    decision: Decision<'a>,
) -> Explanation<'a> {
    let mut steps = Vec::new();
    for layer in set.layers(resource) {
        for (index, statement) in layer.policy.statements().iter().enumerate() {
            let (policy_type, level, policy) = (layer.policy_type, layer.level, layer.policy);
            let source = Source {
                policy_type,
                level,
                policy,
                statement,
                index,
            };
            steps.push(Step {
                source,
                outcome: outcome(statement, request),
            });
        }
    }
    Explanation {
        action: request.action.to_owned(),
        resource: request.resource.to_owned(),
        decision,
        steps,
    }
}

fn outcome(statement: &Statement, request: &Request<'_>) -> Outcome {
    let condition = |clause: &Clause| Outcome::Condition {
        operator: clause.operator().to_owned(),
        key: clause.key().to_owned(),
        wanted: clause.values().map(str::to_owned).collect(),
        found: request
            .context
            .get(clause.key())
            .iter()
            .map(|value| value.to_string())
            .collect(),
    };
    match statement.check(request) {
        Ok(_) => Outcome::Matched,
        Err(Mismatch::Action) => Outcome::Action,
        Err(Mismatch::Principal) => Outcome::Principal,
        Err(Mismatch::Resource) => Outcome::Resource,
        Err(Mismatch::Condition(clause)) => condition(clause),
    }
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.policy_type)?;
        if !self.policy.name().is_empty() {
            write!(f, " {}", self.policy.name())?;
        }
        if let Some(level) = self.level {
            write!(f, " at {level}")?;
        }
        write!(f, ", statement {}", self.index + 1)?;
        match self.statement.sid() {
            Some(sid) if !sid.is_empty() => write!(f, " ({sid})"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matched => f.write_str("matches"),
            Self::Action => f.write_str("does not match: the action is another"),
            Self::Principal => f.write_str("does not match: the caller is not meant"),
            Self::Resource => f.write_str("does not match: the resource is another"),
            Self::Condition {
                operator,
                key,
                wanted,
                found,
            } => {
                let found = match found.is_empty() {
                    true => "is not in the request".to_owned(),
                    false => format!("is {}", found.join(", ")),
                };
                let wanted = wanted.join(", ");
                write!(
                    f,
                    "does not match: {key} {found}, the condition is {operator} {wanted}"
                )
            }
        }
    }
}

impl fmt::Display for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed { by: Some(source) } => write!(f, "allowed by {source}"),
            Self::Allowed { by: None } => {
                f.write_str("allowed: the caller is the account's root user")
            }
            Self::Denied(Reason::ExplicitDeny(source)) => write!(f, "denied by {source}"),
            Self::Denied(Reason::NotAllowed {
                policy_type,
                level: Some(level),
            }) => {
                write!(f, "denied: no {policy_type} at {level} allows it")
            }
            Self::Denied(Reason::NotAllowed {
                policy_type,
                level: None,
            }) => {
                write!(f, "denied: no {policy_type} allows it")
            }
        }
    }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} on {}: {}", self.action, self.resource, self.decision)?;
        for Step { source, outcome } in &self.steps {
            let mark = match (outcome, source.statement.effect()) {
                (Outcome::Matched, Effect::Allow) => '+',
                (Outcome::Matched, Effect::Deny) => '-',
                _ => ' ',
            };
            writeln!(
                f,
                "{mark} {}: {}, {outcome}",
                source,
                source.statement.effect()
            )?;
        }
        Ok(())
    }
}
