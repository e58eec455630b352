//! What is set about an instance as a whole, and policies as they reach an account, through the whole edge.

use atrium_directory::SETTLING;
use atrium_testkit::{Answer, Credentials, Options, Server, on_both_engines};
use serde_json::{Value, json};

use crate::world::REGION;

on_both_engines!(Options::dev(); issuers_are_made_tagged_and_removed, an_instance_goes_to_another_region,
    attributes_are_configured, permission_sets_are_switched_on, effective_policies_are_each_accounts_own);

const KEY: &str = "arn:aws:kms:us-east-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const THERE: &str = "eu-west-1";

fn named(account: &str) -> Credentials {
    Credentials::new(account, account, "anything")
}

fn management() -> Credentials {
    named("111111111111")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A caller of one service in one Region.
struct By<'a> {
    server: &'a Server,
    who: Credentials,
    region: &'static str,
    service: &'static str,
}

impl By<'_> {
    async fn call(&self, operation: &str, input: Value) -> Answer {
        self.server
            .call(&self.who, self.region, self.service, operation, input)
            .await
    }

    async fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input).await.ok()
    }

    async fn refused(&self, operation: &str, input: Value) -> String {
        self.call(operation, input).await.refused().to_owned()
    }
}

fn sso<'a>(server: &'a Server, who: Credentials, region: &'static str) -> By<'a> {
    By {
        server,
        who,
        region,
        service: "sso-admin",
    }
}

fn organizations(server: &Server, who: Credentials) -> By<'_> {
    By {
        server,
        who,
        region: REGION,
        service: "organizations",
    }
}

/// An organization with a member and an instance: the member's id, the instance's ARN.
async fn organization(server: &Server) -> (String, String) {
    let by = organizations(server, management());
    by.ok("CreateOrganization", json!({})).await;
    let member = json!({"Email": "member@example.com", "AccountName": "member"});
    let made = by.ok("CreateAccount", member).await;
    let member = text(&made["CreateAccountStatus"]["AccountId"]);
    server
        .call(&by.who, REGION, "atrium", "StartSSO", json!({}))
        .await
        .ok();
    let found = sso(server, management(), REGION)
        .ok("ListInstances", json!({}))
        .await;
    (member, text(&found["Instances"][0]["InstanceArn"]))
}

async fn issuers_are_made_tagged_and_removed(server: Server) {
    let (member, instance) = organization(&server).await;
    let (by, stranger) = (
        sso(&server, management(), REGION),
        sso(&server, named(&member), REGION),
    );
    let configuration = json!({"OidcJwtConfiguration": {"IssuerUrl": "https://issuer.example", "ClaimAttributePath": "email",
        "IdentityStoreAttributePath": "emails.value", "JwksRetrievalOption": "OPEN_ID_DISCOVERY"}});
    let new = |name: &str, token: &str| {
        json!({"InstanceArn": instance, "Name": name, "TrustedTokenIssuerType": "OIDC_JWT", "ClientToken": token,
            "TrustedTokenIssuerConfiguration": configuration, "Tags": [{"Key": "team", "Value": "a"}]})
    };
    let made = by.ok("CreateTrustedTokenIssuer", new("one", "t1")).await;
    let again = by.ok("CreateTrustedTokenIssuer", new("one", "t1")).await;
    assert_eq!(made, again, "the same client token makes nothing more");
    let arn = text(&made["TrustedTokenIssuerArn"]);
    assert!(
        arn.starts_with("arn:aws:sso::111111111111:trustedTokenIssuer/ssoins-"),
        "{arn}"
    );
    assert_eq!(
        by.refused("CreateTrustedTokenIssuer", new("one", "t2"))
            .await,
        "ConflictException"
    );
    let mut empty = new("two", "t3");
    empty["TrustedTokenIssuerConfiguration"] = json!({});
    assert_eq!(
        by.refused("CreateTrustedTokenIssuer", empty).await,
        "SerializationException"
    );
    by.ok("CreateTrustedTokenIssuer", new("two", "t4")).await;

    let this = json!({"TrustedTokenIssuerArn": arn});
    let shown = by.ok("DescribeTrustedTokenIssuer", this.clone()).await;
    assert_eq!(shown["TrustedTokenIssuerConfiguration"], configuration);
    let change = json!({"TrustedTokenIssuerArn": arn, "Name": "uno",
        "TrustedTokenIssuerConfiguration": {"OidcJwtConfiguration": {"ClaimAttributePath": "sub"}}});
    by.ok("UpdateTrustedTokenIssuer", change.clone()).await;
    let shown = by.ok("DescribeTrustedTokenIssuer", this.clone()).await;
    assert_eq!(shown["Name"], "uno");
    let kept = &shown["TrustedTokenIssuerConfiguration"]["OidcJwtConfiguration"];
    assert_eq!(
        (&kept["ClaimAttributePath"], &kept["IssuerUrl"]),
        (&json!("sub"), &json!("https://issuer.example"))
    );

    let mut names = Vec::new();
    let mut list = json!({"InstanceArn": instance, "MaxResults": 1});
    for _ in 0..3 {
        let page = by.ok("ListTrustedTokenIssuers", list.clone()).await;
        names.extend(
            page["TrustedTokenIssuers"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| text(&one["Name"])),
        );
        if page["NextToken"].is_null() {
            break;
        }
        list["NextToken"] = page["NextToken"].clone();
    }
    names.sort();
    assert_eq!(names, ["two", "uno"]);

    let tags = json!({"ResourceArn": arn, "Tags": [{"Key": "stage", "Value": "test"}]});
    by.ok("TagResource", tags.clone()).await;
    by.ok(
        "UntagResource",
        json!({"ResourceArn": arn, "TagKeys": ["team"]}),
    )
    .await;
    let shown = by
        .ok("ListTagsForResource", json!({"ResourceArn": arn}))
        .await;
    assert_eq!(shown["Tags"], json!([{"Key": "stage", "Value": "test"}]));

    for (operation, input) in [
        ("CreateTrustedTokenIssuer", new("three", "t5")),
        ("DescribeTrustedTokenIssuer", this.clone()),
        ("UpdateTrustedTokenIssuer", change),
        ("DeleteTrustedTokenIssuer", this.clone()),
        ("ListTrustedTokenIssuers", json!({"InstanceArn": instance})),
        ("TagResource", tags),
    ] {
        let got = stranger.refused(operation, input).await;
        assert_eq!(got, "AccessDeniedException", "{operation} by a member");
    }

    by.ok("DeleteTrustedTokenIssuer", this.clone()).await;
    for (operation, input) in [
        ("DescribeTrustedTokenIssuer", this.clone()),
        ("DeleteTrustedTokenIssuer", this),
        ("ListTagsForResource", json!({"ResourceArn": arn})),
    ] {
        let got = by.refused(operation, input).await;
        assert_eq!(got, "ResourceNotFoundException", "{operation}");
    }
}

async fn an_instance_goes_to_another_region(server: Server) {
    let (member, instance) = organization(&server).await;
    let (home, there) = (
        sso(&server, management(), REGION),
        sso(&server, management(), THERE),
    );
    let this = json!({"InstanceArn": instance});
    let to = json!({"InstanceArn": instance, "RegionName": THERE});
    // AWS's own key is in one Region only.
    assert_eq!(
        home.refused("AddRegion", to.clone()).await,
        "ValidationException"
    );
    let encryption = |kind: &str| json!({"InstanceArn": instance, "EncryptionConfiguration": {"KeyType": kind, "KmsKeyArn": KEY}});
    home.ok("UpdateInstance", encryption("CUSTOMER_MANAGED_KEY"))
        .await;
    let status = async || {
        let shown = home.ok("DescribeInstance", this.clone()).await;
        text(&shown["EncryptionConfigurationDetails"]["EncryptionStatus"])
    };
    assert_eq!(status().await, "UPDATING");
    let back = json!({"InstanceArn": instance, "EncryptionConfiguration": {"KeyType": "AWS_OWNED_KMS_KEY"}});
    assert_eq!(
        home.refused("UpdateInstance", back).await,
        "ConflictException"
    );
    server.clock().advance(SETTLING);
    assert_eq!(status().await, "ENABLED");

    assert_eq!(
        there.ok("ListInstances", json!({})).await["Instances"],
        json!([])
    );
    assert_eq!(home.ok("AddRegion", to.clone()).await["Status"], "ADDING");
    assert_eq!(
        home.refused("AddRegion", to.clone()).await,
        "ConflictException"
    );
    assert_eq!(
        home.ok("DescribeRegion", to.clone()).await["Status"],
        "ADDING"
    );
    server.clock().advance(SETTLING);
    let regions = home.ok("ListRegions", this.clone()).await;
    let shown: Vec<_> = regions["Regions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                text(&one["RegionName"]),
                text(&one["Status"]),
                one["IsPrimaryRegion"] == true,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (THERE.to_owned(), "ACTIVE".to_owned(), false),
            (REGION.to_owned(), "ACTIVE".to_owned(), true)
        ]
    );

    // There it is seen and read, and has applications; all else is changed at home.
    let listed = there.ok("ListInstances", json!({})).await;
    assert_eq!(listed["Instances"][0]["InstanceArn"], instance);
    assert_eq!(listed["Instances"][0]["PrimaryRegion"], REGION);
    there.ok("DescribeInstance", this.clone()).await;
    let name = json!({"InstanceArn": instance, "Name": "elsewhere"});
    assert_eq!(
        there.refused("UpdateInstance", name).await,
        "ValidationException"
    );
    assert_eq!(
        there.refused("RemoveRegion", to.clone()).await,
        "ValidationException"
    );
    let store = text(&listed["Instances"][0]["IdentityStoreId"]);
    let group = json!({"IdentityStoreId": store, "DisplayName": "group"});
    let refused = server
        .call(&management(), THERE, "identitystore", "CreateGroup", group)
        .await;
    assert_eq!(refused.refused(), "ValidationException");
    let application = json!({"InstanceArn": instance, "Name": "app",
        "ApplicationProviderArn": "arn:aws:sso::aws:applicationProvider/custom"});
    let made = there.ok("CreateApplication", application).await;
    let shown = there
        .ok(
            "DescribeApplication",
            json!({"ApplicationArn": made["ApplicationArn"]}),
        )
        .await;
    assert_eq!(shown["CreatedFrom"], THERE);
    let stranger = sso(&server, named(&member), REGION);
    for operation in ["AddRegion", "RemoveRegion", "DescribeRegion", "ListRegions"] {
        let input = if operation == "ListRegions" {
            &this
        } else {
            &to
        };
        assert_eq!(
            stranger.refused(operation, input.clone()).await,
            "AccessDeniedException",
            "{operation} by a member"
        );
    }

    let primary = json!({"InstanceArn": instance, "RegionName": REGION});
    assert_eq!(
        home.refused("RemoveRegion", primary).await,
        "ValidationException"
    );
    assert_eq!(
        home.ok("RemoveRegion", to.clone()).await["Status"],
        "REMOVING"
    );
    assert_eq!(
        there.ok("ListInstances", json!({})).await["Instances"],
        json!([])
    );
    server.clock().advance(SETTLING);
    assert_eq!(
        home.refused("DescribeRegion", to).await,
        "ResourceNotFoundException"
    );
}

async fn attributes_are_configured(server: Server) {
    let (member, instance) = organization(&server).await;
    let by = sso(&server, management(), REGION);
    let operation = |verb: &str| format!("{verb}InstanceAccessControlAttributeConfiguration");
    let this = json!({"InstanceArn": instance});
    let with = |key: &str| {
        json!({"InstanceArn": instance, "InstanceAccessControlAttributeConfiguration": {
            "AccessControlAttributes": [{"Key": key, "Value": {"Source": ["${path:enterprise.costCenter}"]}}]}})
    };
    for verb in ["Describe", "Delete"] {
        let got = by.refused(&operation(verb), this.clone()).await;
        assert_eq!(got, "ResourceNotFoundException", "{verb}");
    }
    by.ok(&operation("Create"), with("costs")).await;
    assert_eq!(
        by.refused(&operation("Create"), with("costs")).await,
        "ConflictException"
    );
    by.ok(&operation("Update"), with("team")).await;
    let shown = by.ok(&operation("Describe"), this.clone()).await;
    assert_eq!(shown["Status"], "ENABLED");
    let kept = "InstanceAccessControlAttributeConfiguration";
    assert_eq!(shown[kept], with("team")[kept]);

    let stranger = sso(&server, named(&member), REGION);
    let got = stranger.refused(&operation("Describe"), this.clone()).await;
    assert_eq!(got, "AccessDeniedException");
    let own = stranger.ok("CreateInstance", json!({})).await;
    let refused = stranger.call(&operation("Describe"), own).await;
    assert_eq!(
        (refused.refused(), refused.message()),
        (
            "ValidationException",
            "This operation is not supported for account instances of IAM Identity Center"
        )
    );
    by.ok(&operation("Delete"), this).await;
}

async fn permission_sets_are_switched_on(server: Server) {
    let organization = organizations(&server, management());
    organization.ok("CreateOrganization", json!({})).await;
    let without = json!({"PermissionSetsEnabled": false});
    let made = server
        .call(&management(), REGION, "atrium", "StartSSO", without)
        .await
        .ok();
    let this = json!({"InstanceArn": made["InstanceArn"]});
    let by = sso(&server, management(), REGION);
    let set = json!({"InstanceArn": made["InstanceArn"], "Name": "set"});
    let shown = by.ok("DescribeInstance", this.clone()).await;
    assert_eq!(shown["PermissionSetsEnabled"], false);
    let refused = by.call("CreatePermissionSet", set.clone()).await;
    assert_eq!(
        (refused.refused(), refused.message()),
        (
            "ValidationException",
            "Permission sets are not enabled for this instance of IAM Identity Center."
        )
    );
    let got = by.refused("ListPermissionSets", this.clone()).await;
    assert_eq!(got, "ValidationException");
    let change = |more: Value| {
        let mut change = this.clone();
        change
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        change
    };
    let owned = json!({"KeyType": "AWS_OWNED_KMS_KEY"});
    for (case, more) in [
        ("off", json!({"PermissionSetsEnabled": false})),
        (
            "two at once",
            json!({"PermissionSetsEnabled": true, "EncryptionConfiguration": owned}),
        ),
    ] {
        let got = by.refused("UpdateInstance", change(more)).await;
        assert_eq!(got, "ValidationException", "{case}");
    }
    by.ok(
        "UpdateInstance",
        change(json!({"PermissionSetsEnabled": true})),
    )
    .await;
    by.ok("CreatePermissionSet", set).await;
    let shown = by.ok("DescribeInstance", this).await;
    assert_eq!(shown["PermissionSetsEnabled"], true);
}

async fn effective_policies_are_each_accounts_own(server: Server) {
    let (member, _) = organization(&server).await;
    let by = organizations(&server, management());
    let its_own = organizations(&server, named(&member));
    let root = text(&by.ok("ListRoots", json!({})).await["Roots"][0]["Id"]);
    let operation = "DescribeEffectivePolicy";
    let of = |target: &str| json!({"PolicyType": "TAG_POLICY", "TargetId": target});
    assert_eq!(
        by.refused(operation, of(&member)).await,
        "EffectivePolicyNotFoundException"
    );
    by.ok(
        "EnablePolicyType",
        json!({"RootId": root, "PolicyType": "TAG_POLICY"}),
    )
    .await;
    let content = json!({"tags": {"Team": {"tag_key": {"@@assign": "Team"}, "tag_value": {"@@assign": ["a"]}}}});
    let policy = json!({"Name": "tags", "Description": "", "Type": "TAG_POLICY", "Content": content.to_string()});
    let policy = text(&by.ok("CreatePolicy", policy).await["Policy"]["PolicySummary"]["Id"]);
    by.ok(
        "AttachPolicy",
        json!({"PolicyId": policy, "TargetId": root}),
    )
    .await;
    let want = json!({"tags": {"team": {"tag_key": "Team", "tag_value": ["a"]}}});
    for (case, caller, input) in [
        ("of a member", &by, of(&member)),
        ("its own, named", &its_own, of(&member)),
        ("its own", &its_own, json!({"PolicyType": "TAG_POLICY"})),
    ] {
        let shown = caller.ok(operation, input).await;
        let policy = &shown["EffectivePolicy"];
        assert_eq!(policy["TargetId"], member, "{case}");
        let content: Value = serde_json::from_str(&text(&policy["PolicyContent"])).unwrap();
        assert_eq!(content, want, "{case}");
    }
    let invalid = "ListAccountsWithInvalidEffectivePolicy";
    let errors = "ListEffectivePolicyValidationErrors";
    let kind = json!({"PolicyType": "TAG_POLICY"});
    let about = |account: &str| json!({"PolicyType": "TAG_POLICY", "AccountId": account});
    let shown = by.ok(invalid, kind.clone()).await;
    assert_eq!(
        (&shown["Accounts"], &shown["PolicyType"]),
        (&json!([]), &json!("TAG_POLICY"))
    );
    let shown = by.ok(errors, about(&member)).await;
    assert_eq!(shown["EffectivePolicyValidationErrors"], json!([]));
    let content = json!({"tags": {"team": {"enforced_for": {"@@assign": ["nosuch:thing", "s3:bucket", "sqs:topic"]}}}});
    let policy = json!({"Name": "more", "Description": "", "Type": "TAG_POLICY", "Content": content.to_string()});
    let more = text(&by.ok("CreatePolicy", policy).await["Policy"]["PolicySummary"]["Id"]);
    by.ok(
        "AttachPolicy",
        json!({"PolicyId": more, "TargetId": member}),
    )
    .await;
    let shown = by.ok(invalid, kind.clone()).await;
    let accounts = shown["Accounts"].as_array().unwrap();
    assert_eq!((accounts.len(), &accounts[0]["Id"]), (1, &json!(member)));
    let mut input = about(&member);
    input["MaxResults"] = json!(1);
    let mut found = Vec::new();
    for _ in 0..5 {
        let page = by.ok(errors, input.clone()).await;
        assert!(
            text(&page["Path"]).ends_with(&format!("/{member}/")),
            "{page}"
        );
        assert!(page["EvaluationTimestamp"].is_number(), "{page}");
        found.extend(
            page["EffectivePolicyValidationErrors"]
                .as_array()
                .unwrap()
                .clone(),
        );
        if page["NextToken"].is_null() {
            break;
        }
        input["NextToken"] = page["NextToken"].clone();
    }
    let told: Vec<_> = found
        .iter()
        .map(|one| (&one["ErrorCode"], &one["PathToError"]))
        .collect();
    let code = json!("RESOURCE_TYPE_INVALID");
    assert_eq!(
        told,
        [
            (&code, &json!("$.tags.team.enforced_for[0]")),
            (&code, &json!("$.tags.team.enforced_for[2]"))
        ]
    );
    assert_eq!(found[0]["ContributingPolicies"], json!([more]));
    for (case, caller, operation, input, want) in [
        (
            "a member",
            &its_own,
            invalid,
            kind.clone(),
            "AccessDeniedException",
        ),
        (
            "a member, its own",
            &its_own,
            errors,
            about(&member),
            "AccessDeniedException",
        ),
        (
            "outside",
            &by,
            errors,
            about("999999999999"),
            "AccountNotFoundException",
        ),
        (
            "not enabled",
            &by,
            invalid,
            json!({"PolicyType": "BACKUP_POLICY"}),
            "EffectivePolicyNotFoundException",
        ),
    ] {
        assert_eq!(caller.refused(operation, input).await, want, "{case}");
    }
    let nobody = organizations(&server, named("999999999999"));
    for (case, caller, input, want) in [
        (
            "another's",
            &its_own,
            of("111111111111"),
            "AccessDeniedException",
        ),
        ("a root", &by, of(&root), "InvalidInputException"),
        (
            "outside",
            &by,
            of("999999999999"),
            "TargetNotFoundException",
        ),
        (
            "by an account alone",
            &nobody,
            of(&member),
            "AWSOrganizationsNotInUseException",
        ),
    ] {
        assert_eq!(caller.refused(operation, input).await, want, "{case}");
    }
}
