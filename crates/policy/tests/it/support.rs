use std::sync::Arc;

use atrium_policy::{
    Context, Decision, Policy, PolicyKind, PolicySet, Principal, Request, evaluate,
};

pub const ACCOUNT: &str = "111122223333";
pub const OTHER: &str = "444455556666";
pub const ANA_ARN: &str = "arn:aws:iam::111122223333:user/ana";
pub const ANA: Principal<'_> = Principal::User {
    account: ACCOUNT,
    arn: ANA_ARN,
    id: "AIDA1111222233334444",
};
pub const DEV: Principal<'_> = Principal::Role {
    account: ACCOUNT,
    arn: "arn:aws:iam::111122223333:role/team/dev",
    session_arn: "arn:aws:sts::111122223333:assumed-role/dev/bob",
    id: "AROA1111222233334444",
};
pub const ROOT: Principal<'_> = Principal::Root { account: ACCOUNT };

/// A policy of one or more statements, version 2012-10-17.
pub fn policy(kind: PolicyKind, statements: &str) -> Arc<Policy> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#);
    match Policy::parse(&text, kind) {
        Ok(policy) => Arc::new(policy),
        Err(error) => panic!("{error}: {} in {text}", error.detail()),
    }
}

pub fn allow_all(kind: PolicyKind) -> Arc<Policy> {
    policy(
        kind,
        r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#,
    )
}

pub fn request<'a>(action: &'a str, resource: &'a str) -> Request<'a> {
    Request {
        action,
        resource,
        principal: ANA,
        context: Context::new(),
    }
}

/// Whether one identity policy, taken by itself, allows the request.
pub fn allows(policy: &Arc<Policy>, request: &Request<'_>) -> bool {
    let identity = [Arc::clone(policy)];
    evaluate(
        request,
        &PolicySet {
            identity: &identity,
            ..PolicySet::default()
        },
    )
    .is_allowed()
}

/// The clause that AWS's message ends with.
pub fn clause(decision: &Decision<'_>) -> String {
    match decision.message("U", "s:A", "R") {
        None => "allowed".to_owned(),
        Some(text) => text
            .strip_prefix("User: U is not authorized to perform: s:A on resource: R ")
            .expect("start")
            .to_owned(),
    }
}
