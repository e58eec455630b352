//! The IAM policy language: parse, check, evaluate and explain policies as AWS does. Pure functions over plain values:
//! no I/O, no async, no clock, no look-ups. Whoever calls gathers the policies and fills in the request's context.
//!
//! ```
//! use std::sync::Arc;
//!
//! use atrium_policy::{Context, Level, Policy, PolicyKind, PolicySet, Principal, Request, evaluate};
//!
//! let full_access = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
//! let no_instances = r#"{"Version": "2012-10-17", "Statement": [{
//!     "Sid": "DenyCreateAccountInstances", "Effect": "Deny", "Action": ["sso:CreateInstance"], "Resource": "*",
//!     "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ["444455556666"]}}
//! }]}"#;
//! let scps = [
//!     Arc::new(Policy::parse(full_access, PolicyKind::ServiceControl)?.named("p-FullAWSAccess")),
//!     Arc::new(Policy::parse(no_instances, PolicyKind::ServiceControl)?.named("p-0a1b2c3d")),
//! ];
//! let identity = [Arc::new(Policy::parse(full_access, PolicyKind::Managed)?)];
//!
//! let arn = "arn:aws:iam::111122223333:user/ana";
//! let request = Request {
//!     action: "sso:CreateInstance",
//!     resource: "*",
//!     principal: Principal::User { account: "111122223333", arn, id: "AIDA1111222233334444" },
//!     context: Context::new().with("aws:PrincipalAccount", "111122223333"),
//! };
//! let levels = [Level { target: "r-ab12", policies: &scps }];
//! let set = PolicySet { scp_levels: &levels, identity: &identity, ..PolicySet::default() };
//!
//! let decision = evaluate(&request, &set);
//! assert_eq!(
//!     decision.message(arn, request.action, request.resource).as_deref(),
//!     Some(
//!         "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sso:CreateInstance on resource: * \
//!          with an explicit deny in a service control policy"
//!     )
//! );
//! # Ok::<(), atrium_policy::PolicyError>(())
//! ```

mod arn;
mod check;
mod condition;
mod context;
mod date;
mod decision;
mod document;
mod error;
mod evaluate;
mod explain;
mod glob;
mod json;
mod kind;
mod number;
mod operator;
mod policy;
mod principal;
mod principal_pattern;
mod render;
mod request;
mod resource_control;
mod set;
mod statement;
mod template;

pub use condition::Clause;
pub use context::Context;
pub use decision::{Decision, PolicyType, Reason, Source};
pub use error::PolicyError;
pub use evaluate::{evaluate, evaluate_trust};
pub use explain::{Explanation, Outcome, Step, explain, explain_trust};
pub use kind::*;
pub use policy::Policy;
pub use principal::Principal;
pub use principal_pattern::{PrincipalPattern, PrincipalType};
pub use request::Request;
pub use resource_control::is_resource_controlled;
pub use set::{Level, PolicySet};
pub use statement::{Effect, Statement};
