//! Resource control policies bind the resources of member accounts, whoever asks.

use atrium_testkit::{Answer, Credentials, Options, SamlClaims, Server, on_both_engines, sign};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::federation::{Saml, unsigned};
use crate::input::IDENTITY_PROVIDER;
use crate::world::{REGION, World, assume, text};

on_both_engines!(Options::default(); resources_are_guarded_while_the_type_is_enabled, only_denials_are_kept,
    roles_are_guarded_from_people_of_providers_too);

const TYPE: &str = "RESOURCE_CONTROL_POLICY";
const DENIED: &str = "with an explicit deny in a resource control policy";

struct Guard<'a> {
    server: &'a Server,
    by: &'a Credentials,
    root: String,
}

impl<'a> Guard<'a> {
    async fn of(server: &'a Server, by: &'a Credentials) -> Self {
        let roots = server
            .call(by, REGION, "organizations", "ListRoots", json!({}))
            .await
            .ok();
        let root = text(&roots["Roots"][0]["Id"]);
        Self { server, by, root }
    }

    async fn call(&self, operation: &str, input: Value) -> Answer {
        self.server
            .call(self.by, REGION, "organizations", operation, input)
            .await
    }

    async fn enable(&self) {
        let input = json!({"RootId": self.root, "PolicyType": TYPE});
        self.call("EnablePolicyType", input).await.ok();
    }

    async fn create(&self, statement: Value) -> Answer {
        let content = json!({"Version": "2012-10-17", "Statement": [statement]});
        let input = json!({"Name": "guard", "Description": "", "Type": TYPE, "Content": content.to_string()});
        self.call("CreatePolicy", input).await
    }
}

/// What becomes of reading an object: the status, and the error's text.
pub async fn read(server: &Server, by: &Credentials, path: &str) -> (u16, String) {
    let request = Request::get(format!("{}{path}", server.endpoint()));
    let request = request.body(Bytes::new()).unwrap();
    let now = atrium_api::Clock::now(server.clock());
    let answer = server.send(sign(request, by, REGION, "s3", now)).await;
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    (answer.status().as_u16(), text)
}

async fn resources_are_guarded_while_the_type_is_enabled(server: Server) {
    let world = World::build(&server).await;
    let (management, member) = (&world.a.management, &world.a.members[0]);
    let guard = Guard::of(&server, &management.admin).await;
    guard.enable().await;
    let object =
        |account: &crate::world::Account| format!("/{}/secret.txt", account.names["Bucket"]);
    let (theirs, own) = (object(member), object(management));
    assert_eq!(read(&server, &member.admin, &theirs).await.0, 200);

    let statement = json!({"Effect": "Deny", "Principal": "*", "Action": ["s3:GetObject", "sts:AssumeRole"],
        "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceOrgID": member.names["OrganizationId"]}}});
    let made = guard.create(statement).await.ok();
    let policy = text(&made["Policy"]["PolicySummary"]["Id"]);
    let attach = json!({"PolicyId": policy, "TargetId": guard.root});
    guard.call("AttachPolicy", attach.clone()).await.ok();

    let (status, told) = read(&server, &member.admin, &theirs).await;
    assert!(status == 403 && told.contains(DENIED), "{status} {told}");
    let assuming = async |by: &Credentials, account: &crate::world::Account| {
        let role = format!(
            "arn:aws:iam::{}:role/OrganizationAccountAccessRole",
            account.id()
        );
        let input = json!({"RoleArn": role, "RoleSessionName": "tests"});
        server.call(by, REGION, "sts", "AssumeRole", input).await
    };
    let refused = assuming(&management.admin, member).await;
    assert_eq!(refused.refused(), "AccessDenied");
    assert!(refused.message().ends_with(DENIED), "{}", refused.message());
    // Strangers aren't told why.
    let refused = assuming(&world.b.management.admin, member).await;
    assert!(!refused.message().contains("deny"), "{}", refused.message());
    // Resources of the management account, of other organizations and of other services are free.
    for (case, by, path) in [
        ("the management account", &management.admin, &own),
        (
            "another organization",
            &world.b.members[0].admin,
            &object(&world.b.members[0]),
        ),
        (
            "an account alone",
            &world.alone.admin,
            &object(&world.alone),
        ),
    ] {
        assert_eq!(read(&server, by, path).await.0, 200, "{case}");
    }
    let users = server
        .call(&member.admin, REGION, "iam", "ListUsers", json!({}))
        .await;
    assert!(users.is_ok(), "{}", users.text);

    // One account is let through by a unit of its own that carries nothing less: a deny of the root still counts.
    let moved = json!({"AccountId": member.id(), "SourceParentId": guard.root,
        "DestinationParentId": member.names["OrganizationalUnitId"]});
    guard.call("MoveAccount", moved).await.ok();
    assert_eq!(read(&server, &member.admin, &theirs).await.0, 403);
    guard.call("DetachPolicy", attach.clone()).await.ok();
    assert_eq!(read(&server, &member.admin, &theirs).await.0, 200);
    let to_unit = json!({"PolicyId": policy, "TargetId": member.names["OrganizationalUnitId"]});
    guard.call("AttachPolicy", to_unit).await.ok();
    assert_eq!(read(&server, &member.admin, &theirs).await.0, 403);
    let sibling = &world.a.members[1];
    assert_eq!(read(&server, &sibling.admin, &object(sibling)).await.0, 200);
    assume(
        &server,
        &management.admin,
        sibling.id(),
        "OrganizationAccountAccessRole",
    )
    .await;

    let disable = json!({"RootId": guard.root, "PolicyType": TYPE});
    guard.call("DisablePolicyType", disable).await.ok();
    assert_eq!(read(&server, &member.admin, &theirs).await.0, 200);
    assume(
        &server,
        &management.admin,
        member.id(),
        "OrganizationAccountAccessRole",
    )
    .await;
}

async fn roles_are_guarded_from_people_of_providers_too(server: Server) {
    let world = World::build(&server).await;
    let (management, member) = (&world.a.management, &world.a.members[0]);
    let guard = Guard::of(&server, &management.admin).await;
    guard.enable().await;
    let saml = Saml::of(&server, &member.admin).await;
    let response = || {
        let now = atrium_api::Clock::now(server.clock());
        saml.input(&IDENTITY_PROVIDER.response(&SamlClaims::new(now, "jane", &[&saml.pair])))
    };
    let assuming = async || unsigned(&server, "AssumeRoleWithSAML", &response()).await;
    assert!(assuming().await.is_ok());

    let statement = json!({"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithSAML", "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceAccount": member.id()}}});
    let made = guard.create(statement).await.ok();
    let policy = text(&made["Policy"]["PolicySummary"]["Id"]);
    let attach = json!({"PolicyId": policy, "TargetId": guard.root});
    guard.call("AttachPolicy", attach.clone()).await.ok();
    assert_eq!(assuming().await.refused(), "AccessDenied");
    guard.call("DetachPolicy", attach).await.ok();
    assert!(assuming().await.is_ok());
}

async fn only_denials_are_kept(server: Server) {
    let admin = server.admin().clone();
    let guard = Guard::of(&server, &admin).await;
    guard.enable().await;
    let cases = [
        (
            "it allows",
            json!({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}),
        ),
        (
            "no service",
            json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}),
        ),
        (
            "any service",
            json!({"Effect": "Deny", "Principal": "*", "Action": "*:*", "Resource": "*"}),
        ),
        (
            "NotAction",
            json!({"Effect": "Deny", "Principal": "*", "NotAction": "s3:*", "Resource": "*"}),
        ),
        (
            "one principal",
            json!({"Effect": "Deny", "Principal": {"AWS": "111122223333"}, "Action": "s3:*", "Resource": "*"}),
        ),
    ];
    for (case, statement) in cases {
        let refused = guard.create(statement).await;
        assert_eq!(
            refused.refused(),
            "MalformedPolicyDocumentException",
            "{case}"
        );
    }
    let fine = json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "NotResource": "arn:aws:s3:::open/*"});
    guard.create(fine).await.ok();
}
