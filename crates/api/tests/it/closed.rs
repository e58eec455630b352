//! A closed account calls nothing any more, and nobody does anything in it; its organization still governs its place.

use std::collections::BTreeSet;

use atrium_testkit::{Answer, Credentials, Options, Server, on_both_engines};
use atrium_wire::OperationMeta;
use serde_json::json;

use crate::guarded::read;
use crate::input;
use crate::operations::offered;
use crate::world::{Account, REGION, World, assume};

on_both_engines!(Options::default(); closed_accounts_are_closed);

/// Operations of the management account that succeed though they name a closed account, and why.
const GOVERNED: &[(&str, &str, &str)] = &[
    ("organizations", "DescribeAccount", "it is shown, as closed"),
    ("organizations", "ListParents", "it has its place"),
    ("organizations", "ListTagsForResource", "it has its tags"),
    (
        "organizations",
        "TagResource",
        "its tags are the organization's",
    ),
    (
        "organizations",
        "UntagResource",
        "its tags are the organization's",
    ),
    (
        "organizations",
        "ListPoliciesForTarget",
        "its policies are the organization's",
    ),
    (
        "organizations",
        "AttachPolicy",
        "its policies are the organization's",
    ),
    (
        "organizations",
        "DetachPolicy",
        "its policies are the organization's",
    ),
    (
        "organizations",
        "MoveAccount",
        "its place is the organization's",
    ),
    (
        "organizations",
        "ListDelegatedServicesForAccount",
        "there are none",
    ),
    (
        "organizations",
        "RemoveAccountFromOrganization",
        "it takes nothing along",
    ),
    (
        "organizations",
        "InviteOrganizationToTransferResponsibility",
        "an invitation tells nothing of who is invited",
    ),
    ("sts", "GetAccessKeyInfo", "the id of a key says it anyway"),
    (
        "cloudtrail",
        "LookupEvents",
        "a key id selects among the caller's own events",
    ),
    ("account", "ListRegions", "its Regions are shown"),
    ("account", "GetRegionOptStatus", "its Regions are shown"),
    ("account", "GetAccountInformation", "its name is shown"),
    (
        "sso-admin",
        "CreateAccountAssignment",
        "the request's status tells the failure, which is looked at",
    ),
    (
        "sso-admin",
        "DeleteAccountAssignment",
        "what is left of an assignment is taken back",
    ),
];

/// Credentials of every kind in an account: a role's session, an IAM user's key, a session of that.
async fn principals(server: &Server, account: &Account) -> Vec<(&'static str, Credentials)> {
    let by = &account.admin;
    let user = json!({"UserName": "operator"});
    let policy =
        json!({"UserName": "operator", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    let call =
        async |operation: &str, input| server.call(by, REGION, "iam", operation, input).await.ok();
    call("CreateUser", user.clone()).await;
    call("AttachUserPolicy", policy).await;
    let key = Credentials::from_answer(&by.account, &call("CreateAccessKey", user).await);
    let session = server
        .call(&key, REGION, "sts", "GetSessionToken", json!({}))
        .await
        .ok();
    let session = Credentials::from_answer(&by.account, &session);
    let role = &account.names["RoleName"];
    let chained = assume(server, &key, account.id(), role).await;
    vec![
        ("the administrator's session", by.clone()),
        ("a user", key),
        ("a user's session", session),
        ("a role", chained),
    ]
}

async fn closed_accounts_are_closed(server: Server) {
    let world = World::build(&server).await;
    let (management, closed) = (&world.a.management, &world.a.members[0]);
    let principals = principals(&server, closed).await;
    let close = json!({"AccountId": closed.id()});
    let by = &management.admin;
    server
        .call(by, REGION, "organizations", "CloseAccount", close.clone())
        .await
        .ok();
    let again = server
        .call(by, REGION, "organizations", "CloseAccount", close.clone())
        .await;
    assert_eq!(again.refused(), "AccountAlreadyClosedException");
    let shown = server
        .call(by, REGION, "organizations", "DescribeAccount", close)
        .await
        .ok();
    assert_eq!(
        (&shown["Account"]["Status"], &shown["Account"]["State"]),
        (&json!("SUSPENDED"), &json!("CLOSED"))
    );

    let trust = json!({"ServicePrincipal": "account.amazonaws.com"});
    server
        .call(by, REGION, "organizations", "EnableAWSServiceAccess", trust)
        .await
        .ok();
    let (mut faults, none) = (Vec::new(), BTreeSet::new());
    let before = server.database().rows();
    for (number, operation) in offered(&server).into_iter().enumerate() {
        let only = Some(&none);
        let input = input::mixed(operation, &closed.names, &management.names, only, number);
        let input = input.unwrap();
        for (who, by) in &principals {
            let answer = server
                .call_operation(by, REGION, operation, &input.value)
                .await;
            let code = answer.code().unwrap_or_default();
            let unknown = ["UnrecognizedClientException", "InvalidClientTokenId"];
            // Nobody looks at the signatures of calls that need none.
            if answer.is_ok() || !(unknown.contains(&code) || operation.unsigned) {
                faults.push(format!(
                    "{who}: {operation:?} answers {} {}",
                    answer.status, answer.text
                ));
            }
        }
    }
    assert_eq!(
        before,
        server.database().rows(),
        "a closed account changes something"
    );

    let path = format!("/{}/secret.txt", closed.names["Bucket"]);
    for (who, by) in &principals {
        let (status, told) = read(&server, by, &path).await;
        assert!(
            status == 403 && told.contains("InvalidAccessKeyId"),
            "{who}: {status} {told}"
        );
    }

    let rows = || {
        let marks: Vec<&String> = [
            "InstanceId",
            "StoreDigits",
            "UserName",
            "RoleUniqueId",
            "Bucket",
        ]
        .iter()
        .map(|name| &closed.names[name])
        .collect();
        let mut rows = server.database().rows();
        rows.retain(|row| marks.iter().any(|mark| row.contains(*mark)));
        rows
    };
    let mut before = rows();
    let mut named = management.names.clone();
    named.extend(closed.names.clone());
    for (number, operation) in offered(&server).into_iter().enumerate() {
        // What the organization is about as a whole is no account's.
        let ends = ["CloseAccount", "LeaveOrganization", "DeleteOrganization"];
        if ends.contains(&operation.name) {
            continue;
        }
        let input = input::own(operation, &named, number);
        let given = input.value.to_string();
        if input.global.is_empty() || !names(closed, &given) {
            continue;
        }
        let answer = server
            .call_operation(by, REGION, operation, &input.value)
            .await;
        faults.extend(fault(operation, &answer).map(|fault| {
            format!(
                "{operation:?} {fault}\n    {given}\n    {} {}",
                answer.status, answer.text
            )
        }));
        let after = rows();
        if before != after {
            let changed: Vec<_> = before.symmetric_difference(&after).collect();
            faults.push(format!("{operation:?} changes {changed:?}"));
        }
        before = after;
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    assignments_fail(&server, management, closed).await;
}

/// Whether a request names the account or something of its own.
fn names(account: &Account, request: &str) -> bool {
    let shared: BTreeSet<&str> = [
        "OrganizationId",
        "Management",
        "RootId",
        "OrganizationalUnitId",
        "PolicyId",
        "HandshakeId",
        "CreateAccountRequestId",
        "TransferId",
        "TransferStart",
    ]
    .into();
    account
        .names
        .iter()
        .any(|(name, value)| !shared.contains(name) && request.contains(value.as_str()))
}

fn fault(operation: &OperationMeta, answer: &Answer) -> Option<String> {
    let governed = GOVERNED
        .iter()
        .any(|(service, name, _)| *service == operation.service.name && *name == operation.name);
    if answer.status >= 500 {
        return Some("fails".to_owned());
    }
    (answer.is_ok() && !governed).then(|| "succeeds".to_owned())
}

/// An assignment in a closed account is taken for work and fails.
async fn assignments_fail(server: &Server, management: &Account, closed: &Account) {
    let call = async |operation: &str, input| {
        let by = &management.admin;
        server.call(by, REGION, "sso-admin", operation, input).await
    };
    let ask = json!({"InstanceArn": management.names["InstanceArn"], "TargetId": closed.id(),
        "TargetType": "AWS_ACCOUNT", "PermissionSetArn": management.names["PermissionSetArn"],
        "PrincipalType": "USER", "PrincipalId": management.names["UserId"]});
    let made = call("CreateAccountAssignment", ask).await;
    if !made.is_ok() {
        return;
    }
    let request = &made.value["AccountAssignmentCreationStatus"]["RequestId"];
    let ask = json!({"InstanceArn": management.names["InstanceArn"],
        "AccountAssignmentCreationRequestId": request});
    for _ in 0..1000 {
        let status = call("DescribeAccountAssignmentCreationStatus", ask.clone())
            .await
            .ok();
        let status = &status["AccountAssignmentCreationStatus"];
        if status["Status"] != "IN_PROGRESS" {
            assert_eq!(status["Status"], "FAILED", "{status}");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the assignment is neither made nor refused");
}
