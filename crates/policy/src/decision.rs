use std::fmt;

use crate::{policy::Policy, statement::Statement};

/// The part a policy plays in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    /// A resource control policy of the organization.
    ResourceControl,
    /// A service control policy of the organization.
    ServiceControl,
    /// The policy attached to the resource.
    Resource,
    /// The trust policy of the role to assume.
    RoleTrust,
    /// An inline or managed policy of the caller.
    Identity,
    /// The caller's permissions boundary.
    PermissionsBoundary,
    /// A session policy.
    Session,
}

impl PolicyType {
    /// AWS's words, as after "because no".
    pub fn name(self) -> &'static str {
        match self {
            Self::ResourceControl => "resource control policy",
            Self::ServiceControl => "service control policy",
            Self::Resource => "resource-based policy",
            Self::RoleTrust => "role trust policy",
            Self::Identity => "identity-based policy",
            Self::PermissionsBoundary => "permissions boundary",
            Self::Session => "session policy",
        }
    }

    fn article(self) -> &'static str {
        match self {
            Self::RoleTrust => "the",
            Self::Identity => "an",
            _ => "a",
        }
    }
}

impl fmt::Display for PolicyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A statement that decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source<'a> {
    /// The part its policy plays.
    pub policy_type: PolicyType,
    /// The id of the root, unit or account the policy is attached to, for policies of the organization.
    pub level: Option<&'a str>,
    /// The policy; [`Policy::name`] tells which.
    pub policy: &'a Policy,
    /// The statement.
    pub statement: &'a Statement,
    /// Its place in the policy, from 0.
    pub index: usize,
}

/// Why a request is denied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason<'a> {
    /// A statement with `Deny` matches.
    ExplicitDeny(Source<'a>),
    /// Nothing of a type that must allow the request does.
    NotAllowed {
        /// The type.
        policy_type: PolicyType,
        /// The root, unit or account where no policy allows the request, for policies of the organization.
        level: Option<&'a str>,
    },
}

impl Reason<'_> {
    /// The type of policy that AWS names in its message.
    pub fn policy_type(&self) -> PolicyType {
        match self {
            Self::ExplicitDeny(source) => source.policy_type,
            Self::NotAllowed { policy_type, .. } => *policy_type,
        }
    }

    /// Whether a statement with `Deny` matches.
    pub fn is_explicit(&self) -> bool {
        matches!(self, Self::ExplicitDeny(_))
    }

    /// AWS's text for the caller: `User: … is not authorized to perform: … on resource: … because no …`.
    pub fn message(&self, user_arn: &str, action: &str, resource: &str) -> String {
        let policy_type = self.policy_type();
        let start = format!(
            "User: {user_arn} is not authorized to perform: {action} on resource: {resource}"
        );
        match self.is_explicit() {
            true => format!(
                "{start} with an explicit deny in {} {policy_type}",
                policy_type.article()
            ),
            false => format!("{start} because no {policy_type} allows the {action} action"),
        }
    }
}

/// What comes of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision<'a> {
    /// It may go on.
    Allowed {
        /// The statement of an identity-based, resource-based or trust policy that grants it; `None` for a root user
        /// in its own account.
        by: Option<Source<'a>>,
    },
    /// It may not.
    Denied(Reason<'a>),
}

impl<'a> Decision<'a> {
    /// Whether the request may go on.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// Why the request is denied, if it is.
    pub fn reason(&self) -> Option<Reason<'a>> {
        match self {
            Self::Allowed { .. } => None,
            Self::Denied(reason) => Some(*reason),
        }
    }

    /// AWS's text for a caller that is denied, see [`Reason::message`]; `None` if the request is allowed.
    pub fn message(&self, user_arn: &str, action: &str, resource: &str) -> Option<String> {
        self.reason()
            .map(|reason| reason.message(user_arn, action, resource))
    }
}
