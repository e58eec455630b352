//! `--dev`: any signature, keys that name accounts, accounts from their first use; policies hold as ever.

use atrium_api::Clock as _;
use atrium_testkit::{Answer, Credentials, Options, Server, on_both_engines, sign};
use serde_json::{Value, json};

use crate::world::{REGION, request};

on_both_engines!(Options::dev(); keys_name_accounts, nothing_is_made_beforehand, any_signature_is_good,
    real_keys_stay_what_they_are, policies_of_the_organization_hold, unsigned_requests_are_refused);

fn named(account: &str) -> Credentials {
    Credentials::new(account, account, "anything")
}

async fn organizations(server: &Server, by: &Credentials, operation: &str, input: Value) -> Answer {
    server
        .call(by, REGION, "organizations", operation, input)
        .await
}

async fn keys_name_accounts(server: Server) {
    let cases = [
        ("twelve digits", "000000000042", "000000000042"),
        ("eleven digits", "00000000004", "123456789012"),
        ("a word", "test", "123456789012"),
        ("like a real key", "AKIAIOSFODNN7EXAMPLE", "123456789012"),
    ];
    for (case, key, account) in cases {
        let who = Credentials::new("000000000042", key, "secret");
        let answer = server
            .call(&who, REGION, "sts", "GetCallerIdentity", json!({}))
            .await
            .ok();
        assert_eq!(answer["Account"], account, "{case}");
        assert_eq!(
            answer["Arn"],
            format!("arn:aws:iam::{account}:root"),
            "{case}"
        );
    }
}

async fn nothing_is_made_beforehand(server: Server) {
    let who = named("000000000042");
    let answer = organizations(&server, &who, "DescribeOrganization", json!({})).await;
    assert_eq!(answer.refused(), "AWSOrganizationsNotInUseException");
    let found = server
        .call(&who, REGION, "sso-admin", "ListInstances", json!({}))
        .await
        .ok();
    assert_eq!(found["Instances"], json!([]));
    let made = server
        .call(&who, REGION, "sso-admin", "CreateInstance", json!({}))
        .await
        .ok();
    let found = server
        .call(&who, REGION, "sso-admin", "ListInstances", json!({}))
        .await
        .ok();
    assert_eq!(found["Instances"][0]["InstanceArn"], made["InstanceArn"]);
    let other = named("000000000043");
    let found = server
        .call(&other, REGION, "sso-admin", "ListInstances", json!({}))
        .await
        .ok();
    assert_eq!(found["Instances"], json!([]));
    let input = json!({"InstanceArn": made["InstanceArn"]});
    let answer = server
        .call(&other, REGION, "sso-admin", "DeleteInstance", input)
        .await;
    assert!((400..500).contains(&answer.status), "{}", answer.text);
}

async fn any_signature_is_good(server: Server) {
    let who = named("000000000042");
    let good = || {
        let plain = request(&server, "sts", "GetCallerIdentity", &json!({}));
        sign(plain, &who, REGION, "sts", server.clock().now())
    };
    let mut changed = good();
    let value = changed.headers()["authorization"].to_str().unwrap();
    let (before, _) = value.split_once("Signature=").unwrap();
    let value = format!("{before}Signature={}", "0".repeat(64));
    changed
        .headers_mut()
        .insert("authorization", value.parse().unwrap());
    let mut old = good();
    old.headers_mut()
        .insert("x-amz-date", "20010101T000000Z".parse().unwrap());
    let value = old.headers()["authorization"].to_str().unwrap().to_owned();
    let today = value.split('/').nth(1).unwrap().to_owned();
    old.headers_mut().insert(
        "authorization",
        value.replace(&today, "20010101").parse().unwrap(),
    );
    for (case, request) in [("changed", changed), ("old", old)] {
        let answer = server.send(request).await;
        assert!(answer.status().is_success(), "{case}: {answer:?}");
    }
}

async fn real_keys_stay_what_they_are(server: Server) {
    let root = named("000000000042");
    let iam = async |operation: &str, input: Value| {
        server
            .call(&root, REGION, "iam", operation, input)
            .await
            .ok()
    };
    let user = json!({"UserName": "ann"});
    iam("CreateUser", user.clone()).await;
    let key = Credentials::from_answer(&root.account, &iam("CreateAccessKey", user).await);
    let who = Credentials {
        secret_access_key: "wrong".to_owned(),
        ..key
    };
    let answer = server
        .call(&who, REGION, "sts", "GetCallerIdentity", json!({}))
        .await
        .ok();
    assert_eq!(answer["Arn"], "arn:aws:iam::000000000042:user/ann");
    let answer = server
        .call(&who, REGION, "iam", "ListUsers", json!({}))
        .await;
    assert_eq!(answer.refused(), "AccessDenied");
    iam(
        "UpdateAccessKey",
        json!({"UserName": "ann", "AccessKeyId": who.access_key_id, "Status": "Inactive"}),
    )
    .await;
    let answer = server
        .call(&who, REGION, "sts", "GetCallerIdentity", json!({}))
        .await;
    assert_eq!(answer.refused(), "InvalidClientTokenId");
}

async fn policies_of_the_organization_hold(server: Server) {
    let management = named("111111111111");
    let call = async |operation: &str, input: Value| {
        organizations(&server, &management, operation, input)
            .await
            .ok()
    };
    call("CreateOrganization", json!({"FeatureSet": "ALL"})).await;
    let root = call("ListRoots", json!({})).await["Roots"][0]["Id"].clone();
    call(
        "EnablePolicyType",
        json!({"RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY"}),
    )
    .await;
    let made = call(
        "CreateAccount",
        json!({"AccountName": "m", "Email": "m@made.example"}),
    )
    .await;
    let id = json!({"CreateAccountRequestId": made["CreateAccountStatus"]["Id"]});
    let status = call("DescribeCreateAccountStatus", id).await;
    let member = named(status["CreateAccountStatus"]["AccountId"].as_str().unwrap());
    let deny = json!({"Version": "2012-10-17", "Statement":
        [{"Effect": "Deny", "Action": "sso:CreateInstance", "Resource": "*"}]});
    let policy = json!({"Name": "none", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": deny.to_string()});
    let policy = call("CreatePolicy", policy).await["Policy"]["PolicySummary"]["Id"].clone();
    call(
        "AttachPolicy",
        json!({"PolicyId": policy, "TargetId": root}),
    )
    .await;
    let create = async |who: &Credentials| {
        server
            .call(who, REGION, "sso-admin", "CreateInstance", json!({}))
            .await
    };
    let answer = create(&member).await;
    assert_eq!(answer.refused(), "AccessDeniedException");
    let message = answer.message();
    let begin = format!(
        "User: arn:aws:iam::{}:root is not authorized to perform: sso:CreateInstance",
        member.account
    );
    assert!(message.starts_with(&begin), "{message}");
    assert!(
        message.contains("with an explicit deny in a service control policy"),
        "{message}"
    );
    call(
        "DetachPolicy",
        json!({"PolicyId": policy, "TargetId": root}),
    )
    .await;
    let answer = create(&member).await;
    assert!(
        !answer.message().contains("service control policy"),
        "{}",
        answer.message()
    );
    // One that stands alone is under no such policy.
    create(&named("222222222222")).await.ok();
}

async fn unsigned_requests_are_refused(server: Server) {
    let plain = request(&server, "sts", "GetCallerIdentity", &json!({}));
    let operation = atrium_wire::find("sts", "GetCallerIdentity").unwrap();
    let answer = Answer::read(operation, server.send(plain).await);
    assert_eq!(answer.refused(), "MissingAuthenticationToken");
}
