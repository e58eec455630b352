//! A principal without any policy is refused every operation, in AWS's own words.

use atrium_testkit::{Answer, Credentials, Options, Server, on_both_engines};
use atrium_wire::OperationMeta;
use serde_json::json;

use crate::input;
use crate::operations::offered;
use crate::world::{REGION, World};

on_both_engines!(Options::default(); nobody_may_do_nothing);

/// Operations that answer nobody, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("sts", "GetCallerIdentity", "needs no permission"),
    ("sts", "GetSessionToken", "needs no permission"),
];

/// A user of the account without any policy.
pub async fn nobody(server: &Server, admin: &Credentials) -> Credentials {
    let user = json!({"UserName": "nobody"});
    server
        .call(admin, REGION, "iam", "CreateUser", user.clone())
        .await
        .ok();
    let key = server
        .call(admin, REGION, "iam", "CreateAccessKey", user)
        .await
        .ok();
    Credentials::from_answer(&admin.account, &key)
}

async fn nobody_may_do_nothing(server: Server) {
    let world = World::build(&server).await;
    let account = &world.a.management;
    let nobody = nobody(&server, &account.admin).await;
    let before = server.database().rows();
    let mut faults = Vec::new();
    for operation in offered(&server) {
        let excused = EXCEPTIONS.iter().any(|(service, name, _)| {
            *service == operation.service.name && *name == operation.name
        });
        // Who comes without a signature is let in by something else than policies.
        if excused || operation.unsigned {
            continue;
        }
        let input = input::own(operation, &account.names, 0);
        let answer = server
            .call_operation(&nobody, REGION, operation, &input.value)
            .await;
        if let Some(fault) = fault(operation, &answer, &nobody) {
            faults.push(format!(
                "{operation:?} {fault}\n    {}\n    {} {}",
                input.value, answer.status, answer.text
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    assert_eq!(before, server.database().rows());
}

fn fault(operation: &OperationMeta, answer: &Answer, by: &Credentials) -> Option<String> {
    let code = answer.code().unwrap_or_default();
    if code != "AccessDenied" && code != "AccessDeniedException" {
        return Some("isn't denied".to_owned());
    }
    let prefix = match operation.service.name {
        "sso-admin" | "atrium" => "sso",
        "sso-oidc" => "sso-oauth",
        other => other,
    };
    let action = format!("{prefix}:{}", operation.name);
    let begin = format!(
        "User: arn:aws:iam::{}:user/nobody is not authorized to perform: {action}",
        by.account
    );
    let end = format!(" because no identity-based policy allows the {action} action");
    let Some(rest) = answer.message().strip_prefix(&begin) else {
        return Some(format!("doesn't say `{begin}`"));
    };
    // Why not is nobody's business who may not know whether the role is there.
    let silent = operation.name == "AssumeRole" && !rest.contains("because");
    let resource = if silent {
        Some(rest)
    } else {
        rest.strip_suffix(&end)
    };
    let Some(resource) = resource else {
        return Some(format!("doesn't say `{end}`"));
    };
    (!resource.is_empty() && !resource.starts_with(" on resource: "))
        .then(|| format!("says `{resource}`"))
}
