//! Organizations through the whole edge, with a `--dev` server in-process.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use atrium_store::{Store, Vault};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{Services, Settings, SystemClock, SystemRandom, router};

const MANAGEMENT: &str = "111111111111";
const STRANGER: &str = "999999999999";

struct Server {
    services: Arc<Services>,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
        let settings = Settings {
            dev: true,
            ..Settings::default()
        };
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let services = Services::new(store, Vault::new([7; 32]), clock, random, settings);
        Self {
            services: Arc::new(services),
            _folder: folder,
        }
    }

    /// The answer's members, or its error code and `Reason`.
    async fn call(&self, account: &str, operation: &str, input: Value) -> Result<Value, String> {
        let scope = format!("{account}/20261101/us-east-1/organizations/aws4_request");
        let request = Request::post("/")
            .header("host", "localhost")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-date", "20261101T000000Z")
            .header("x-amz-target", format!("AWSOrganizationsV20161128.{operation}"))
            .header(
                "authorization",
                format!(
                    "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date;x-amz-target, Signature={}",
                    "0".repeat(64)
                ),
            )
            .extension(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 4080))))
            .body(Body::from(input.to_string()))
            .expect("a request");
        let answer = router(Arc::clone(&self.services))
            .oneshot(request)
            .await
            .expect("an answer");
        let status = answer.status();
        let body = answer
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(body);
        }
        let code = body["__type"]
            .as_str()
            .unwrap_or_default()
            .rsplit('#')
            .next()
            .unwrap_or_default();
        match body["Reason"].as_str() {
            Some(reason) => Err(format!("{code} {reason}")),
            None => Err(code.to_owned()),
        }
    }

    async fn ok(&self, account: &str, operation: &str, input: Value) -> Value {
        match self.call(account, operation, input).await {
            Ok(answer) => answer,
            Err(error) => panic!("{operation}: {error}"),
        }
    }

    async fn member(&self, name: &str) -> String {
        let input = json!({"Email": format!("{name}@example.com"), "AccountName": name});
        let made = self.ok(MANAGEMENT, "CreateAccount", input).await;
        let status = &made["CreateAccountStatus"];
        assert_eq!(status["State"], "SUCCEEDED", "{made}");
        status["AccountId"].as_str().expect("an account").to_owned()
    }
}

#[tokio::test]
async fn an_organization_is_set_up_as_terraform_does_it() {
    let server = Server::start();
    let made = server
        .ok(
            MANAGEMENT,
            "CreateOrganization",
            json!({"FeatureSet": "ALL"}),
        )
        .await;
    let organization = &made["Organization"];
    assert_eq!(organization["MasterAccountId"], MANAGEMENT);
    assert_eq!(organization["FeatureSet"], "ALL");
    let found = server
        .ok(MANAGEMENT, "DescribeOrganization", json!({}))
        .await;
    assert_eq!(found["Organization"], *organization);
    let again = server
        .call(MANAGEMENT, "CreateOrganization", json!({}))
        .await;
    assert_eq!(again, Err("AlreadyInOrganizationException".into()));

    let roots = server.ok(MANAGEMENT, "ListRoots", json!({})).await;
    let root = roots["Roots"][0]["Id"].as_str().expect("a root").to_owned();
    let enabled = json!({"RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY"});
    let answer = server.ok(MANAGEMENT, "EnablePolicyType", enabled).await;
    assert_eq!(answer["Root"]["PolicyTypes"][0]["Status"], "ENABLED");
    let unit = json!({"ParentId": root, "Name": "Work", "Tags": [{"Key": "k", "Value": "v"}]});
    let unit = server
        .ok(MANAGEMENT, "CreateOrganizationalUnit", unit)
        .await;
    let unit = unit["OrganizationalUnit"]["Id"]
        .as_str()
        .expect("a unit")
        .to_owned();
    let member = server.member("one").await;
    let moved = json!({"AccountId": member, "SourceParentId": root, "DestinationParentId": unit});
    server.ok(MANAGEMENT, "MoveAccount", moved).await;
    let found = server
        .ok(MANAGEMENT, "DescribeAccount", json!({"AccountId": member}))
        .await;
    let path = format!(
        "{}/{root}/{unit}/{member}/",
        organization["Id"].as_str().expect("an id")
    );
    assert_eq!(found["Account"]["Paths"], json!([path]));
    assert_eq!(found["Account"]["State"], "ACTIVE");
    let parents = server
        .ok(MANAGEMENT, "ListParents", json!({"ChildId": member}))
        .await;
    assert_eq!(
        parents["Parents"],
        json!([{"Id": unit, "Type": "ORGANIZATIONAL_UNIT"}])
    );
    for (kind, id) in [
        ("ACCOUNT", MANAGEMENT),
        ("ORGANIZATIONAL_UNIT", unit.as_str()),
    ] {
        let input = json!({"ParentId": root, "ChildType": kind});
        let children = server.ok(MANAGEMENT, "ListChildren", input).await;
        assert_eq!(children["Children"], json!([{"Id": id, "Type": kind}]));
    }

    let deny = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]});
    let policy = json!({"Name": "Stay", "Description": "", "Type": "SERVICE_CONTROL_POLICY",
        "Content": deny.to_string()});
    let policy = server.ok(MANAGEMENT, "CreatePolicy", policy).await;
    let policy = policy["Policy"]["PolicySummary"]["Id"]
        .as_str()
        .expect("a policy")
        .to_owned();
    let attach = json!({"PolicyId": policy, "TargetId": unit});
    server.ok(MANAGEMENT, "AttachPolicy", attach.clone()).await;
    let again = server
        .call(MANAGEMENT, "AttachPolicy", attach.clone())
        .await;
    assert_eq!(again, Err("DuplicatePolicyAttachmentException".into()));
    let refused = server.call(&member, "LeaveOrganization", json!({})).await;
    assert_eq!(
        refused,
        Err("AccessDeniedException".into()),
        "the SCP binds the member's root user"
    );
    server.ok(MANAGEMENT, "DetachPolicy", attach).await;
    let refused = server.call(&member, "LeaveOrganization", json!({})).await;
    assert_eq!(
        refused,
        Err("ConstraintViolationException WAIT_PERIOD_ACTIVE".into())
    );
    let tags = server
        .ok(
            MANAGEMENT,
            "ListTagsForResource",
            json!({"ResourceId": unit}),
        )
        .await;
    assert_eq!(tags["Tags"], json!([{"Key": "k", "Value": "v"}]));
    let last = json!({"PolicyId": "p-FullAWSAccess", "TargetId": unit});
    let refused = server.call(MANAGEMENT, "DetachPolicy", last).await;
    let want = "ConstraintViolationException MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED";
    assert_eq!(refused, Err(want.into()));
    let listed = server
        .ok(
            MANAGEMENT,
            "ListPolicies",
            json!({"Filter": "SERVICE_CONTROL_POLICY"}),
        )
        .await;
    assert_eq!(listed["Policies"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn lists_go_on_with_their_own_tokens_only() {
    let server = Server::start();
    server.ok(MANAGEMENT, "CreateOrganization", json!({})).await;
    for name in ["one", "two"] {
        server.member(name).await;
    }
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    for _ in 0..3 {
        let input = json!({"MaxResults": 1, "NextToken": token});
        let page = server.ok(MANAGEMENT, "ListAccounts", input).await;
        seen.push(page["Accounts"][0]["Id"].clone());
        token = page["NextToken"].clone();
    }
    assert_eq!(token, Value::Null);
    seen.dedup();
    assert_eq!(seen.len(), 3);
    let page = server
        .ok(MANAGEMENT, "ListAccounts", json!({"MaxResults": 1}))
        .await;
    for (operation, token) in [
        ("ListAccounts", json!("made up")),
        ("ListRoots", page["NextToken"].clone()),
        ("ListCreateAccountStatus", page["NextToken"].clone()),
    ] {
        let refused = server
            .call(MANAGEMENT, operation, json!({"NextToken": token}))
            .await;
        assert_eq!(
            refused,
            Err("InvalidInputException INVALID_NEXT_TOKEN".into()),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn an_account_is_invited_and_joins() {
    let server = Server::start();
    server.ok(MANAGEMENT, "CreateOrganization", json!({})).await;
    let input = json!({"Target": {"Id": STRANGER, "Type": "ACCOUNT"}, "Notes": "come"});
    let sent = server
        .ok(MANAGEMENT, "InviteAccountToOrganization", input.clone())
        .await;
    let again = server
        .call(MANAGEMENT, "InviteAccountToOrganization", input)
        .await;
    assert_eq!(again, Err("DuplicateHandshakeException".into()));
    let handshake = &sent["Handshake"];
    assert_eq!(
        (&handshake["State"], &handshake["Action"]),
        (&json!("OPEN"), &json!("INVITE"))
    );
    assert_eq!(
        handshake["Parties"][1],
        json!({"Id": STRANGER, "Type": "ACCOUNT"})
    );
    let found = server
        .ok(STRANGER, "ListHandshakesForAccount", json!({}))
        .await;
    assert_eq!(found["Handshakes"][0], *handshake);
    let input = json!({"HandshakeId": handshake["Id"]});
    let refused = server
        .call("888888888888", "AcceptHandshake", input.clone())
        .await;
    assert_eq!(refused, Err("HandshakeNotFoundException".into()));
    let done = server.ok(STRANGER, "AcceptHandshake", input.clone()).await;
    assert_eq!(done["Handshake"]["State"], "ACCEPTED");
    let again = server.call(STRANGER, "AcceptHandshake", input).await;
    assert_eq!(again, Err("HandshakeAlreadyInStateException".into()));
    let found = server
        .ok(
            MANAGEMENT,
            "DescribeAccount",
            json!({"AccountId": STRANGER}),
        )
        .await;
    assert_eq!(found["Account"]["JoinedMethod"], "INVITED");
    for (target, reason) in [
        (
            json!({"Id": "x@y", "Type": "EMAIL"}),
            "INVALID_EMAIL_ADDRESS_TARGET",
        ),
        (
            json!({"Id": "12", "Type": "ACCOUNT"}),
            "INVALID_PATTERN_TARGET_ID",
        ),
        (
            json!({"Id": "o", "Type": "ORGANIZATION"}),
            "INVALID_PARTY_TYPE_TARGET",
        ),
    ] {
        let input = json!({"Target": target});
        let refused = server
            .call(MANAGEMENT, "InviteAccountToOrganization", input)
            .await;
        assert_eq!(refused, Err(format!("InvalidInputException {reason}")));
    }
    server.ok(STRANGER, "LeaveOrganization", json!({})).await;
    server.ok(MANAGEMENT, "DeleteOrganization", json!({})).await;
}

/// Every operation about an organization with input that passes the model, and whether a delegated administrator
/// may call it.
fn operations(organization: &str, root: &str, member: &str) -> Vec<(&'static str, Value, bool)> {
    let sso = json!({"ServicePrincipal": "sso.amazonaws.com"});
    let delegate = json!({"AccountId": member, "ServicePrincipal": "sso.amazonaws.com"});
    let scp = "SERVICE_CONTROL_POLICY";
    let unit = format!("ou-{}-00000000", root.trim_start_matches("r-"));
    let policy = json!({"PolicyId": "p-00000000"});
    let attachment = json!({"PolicyId": "p-FullAWSAccess", "TargetId": member});
    assert!(organization.starts_with("o-"));
    vec![
        (
            "CreateAccount",
            json!({"Email": "x@example.com", "AccountName": "x"}),
            false,
        ),
        (
            "CreateOrganizationalUnit",
            json!({"ParentId": root, "Name": "x"}),
            false,
        ),
        (
            "UpdateOrganizationalUnit",
            json!({"OrganizationalUnitId": unit}),
            false,
        ),
        (
            "DeleteOrganizationalUnit",
            json!({"OrganizationalUnitId": unit}),
            false,
        ),
        (
            "MoveAccount",
            json!({"AccountId": member, "SourceParentId": root, "DestinationParentId": root}),
            false,
        ),
        (
            "InviteAccountToOrganization",
            json!({"Target": {"Id": STRANGER, "Type": "ACCOUNT"}}),
            false,
        ),
        (
            "RemoveAccountFromOrganization",
            json!({"AccountId": member}),
            false,
        ),
        ("RegisterDelegatedAdministrator", delegate.clone(), false),
        ("DeregisterDelegatedAdministrator", delegate, false),
        ("EnableAWSServiceAccess", sso.clone(), false),
        ("DisableAWSServiceAccess", sso, false),
        ("EnableAllFeatures", json!({}), false),
        ("PutResourcePolicy", json!({"Content": "{}"}), false),
        ("DeleteResourcePolicy", json!({}), false),
        ("CloseAccount", json!({"AccountId": member}), false),
        ("DeleteOrganization", json!({}), false),
        (
            "CreatePolicy",
            json!({"Content": "{}", "Description": "", "Name": "x", "Type": scp}),
            false,
        ),
        ("UpdatePolicy", policy.clone(), false),
        ("DeletePolicy", policy.clone(), false),
        ("AttachPolicy", attachment.clone(), false),
        ("DetachPolicy", attachment, false),
        (
            "EnablePolicyType",
            json!({"RootId": root, "PolicyType": scp}),
            false,
        ),
        (
            "DisablePolicyType",
            json!({"RootId": root, "PolicyType": scp}),
            false,
        ),
        (
            "TagResource",
            json!({"ResourceId": member, "Tags": []}),
            false,
        ),
        (
            "UntagResource",
            json!({"ResourceId": member, "TagKeys": []}),
            false,
        ),
        ("DescribeAccount", json!({"AccountId": member}), true),
        (
            "DescribeOrganizationalUnit",
            json!({"OrganizationalUnitId": unit}),
            true,
        ),
        ("DescribePolicy", policy.clone(), true),
        (
            "DescribeCreateAccountStatus",
            json!({"CreateAccountRequestId": "car-00000000"}),
            true,
        ),
        ("DescribeResourcePolicy", json!({}), true),
        ("ListAccounts", json!({}), true),
        ("ListAccountsForParent", json!({"ParentId": root}), true),
        ("ListRoots", json!({}), true),
        (
            "ListChildren",
            json!({"ParentId": root, "ChildType": "ACCOUNT"}),
            true,
        ),
        ("ListParents", json!({"ChildId": member}), true),
        (
            "ListOrganizationalUnitsForParent",
            json!({"ParentId": root}),
            true,
        ),
        ("ListCreateAccountStatus", json!({}), true),
        ("ListPolicies", json!({"Filter": scp}), true),
        (
            "ListPoliciesForTarget",
            json!({"TargetId": member, "Filter": scp}),
            true,
        ),
        ("ListTargetsForPolicy", policy, true),
        ("ListDelegatedAdministrators", json!({}), true),
        (
            "ListDelegatedServicesForAccount",
            json!({"AccountId": member}),
            true,
        ),
        ("ListAWSServiceAccessForOrganization", json!({}), true),
        ("ListHandshakesForOrganization", json!({}), true),
        ("ListTagsForResource", json!({"ResourceId": member}), true),
    ]
}

#[tokio::test]
async fn every_operation_knows_whose_it_is() {
    let server = Server::start();
    let made = server.ok(MANAGEMENT, "CreateOrganization", json!({})).await;
    let organization = made["Organization"]["Id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let roots = server.ok(MANAGEMENT, "ListRoots", json!({})).await;
    let root = roots["Roots"][0]["Id"].as_str().expect("a root").to_owned();
    let (member, delegate) = (server.member("one").await, server.member("two").await);
    let sso = json!({"ServicePrincipal": "sso.amazonaws.com"});
    server.ok(MANAGEMENT, "EnableAWSServiceAccess", sso).await;
    let input = json!({"AccountId": delegate, "ServicePrincipal": "sso.amazonaws.com"});
    server
        .ok(MANAGEMENT, "RegisterDelegatedAdministrator", input)
        .await;

    let denied = || Err("AccessDeniedException".to_owned());
    for (operation, input, reads) in operations(&organization, &root, &member) {
        let alone = server.call(STRANGER, operation, input.clone()).await;
        assert_eq!(
            alone,
            Err("AWSOrganizationsNotInUseException".into()),
            "{operation} alone"
        );
        let by_member = server.call(&member, operation, input.clone()).await;
        assert_eq!(by_member, denied(), "{operation} by a member");
        let by_delegate = server.call(&delegate, operation, input.clone()).await;
        assert_eq!(
            by_delegate == denied(),
            !reads,
            "{operation} by a delegate: {by_delegate:?}"
        );
    }
    let found = server.ok(&member, "DescribeOrganization", json!({})).await;
    assert_eq!(found["Organization"]["Id"], organization.as_str());
    let refused = server
        .call(MANAGEMENT, "LeaveOrganization", json!({}))
        .await;
    assert_eq!(
        refused,
        Err("MasterCannotLeaveOrganizationException".into())
    );

    // The delegation policy lets a member do what it names, and nothing else.
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"AWS": format!("arn:aws:iam::{member}:root")},
        "Action": ["organizations:ListRoots", "organizations:TagResource"], "Resource": "*"}]});
    server
        .ok(
            MANAGEMENT,
            "PutResourcePolicy",
            json!({"Content": policy.to_string()}),
        )
        .await;
    server.ok(&member, "ListRoots", json!({})).await;
    let tags = json!({"ResourceId": member, "Tags": [{"Key": "k", "Value": "v"}]});
    server.ok(&member, "TagResource", tags).await;
    assert_eq!(
        server.call(&member, "ListAccounts", json!({})).await,
        denied()
    );
    // What is the management account's alone can't be delegated.
    assert_eq!(
        server.call(&member, "DeleteOrganization", json!({})).await,
        denied()
    );
}
