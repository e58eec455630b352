//! Something of every kind in an account.

use atrium_testkit::{Server, sign};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::input::{IDENTITY_PROVIDER, channel_policy};
use crate::world::{Account, REGION, text};

/// Puts something of every kind into an account.
pub async fn fill(server: &Server, account: &mut Account, label: &str) {
    identity_center(server, account, label).await;
    iam(server, account, label).await;
    let bucket = format!("{label}-bucket");
    for path in [format!("/{bucket}"), format!("/{bucket}/secret.txt")] {
        let request = Request::put(format!("{}{path}", server.endpoint()));
        let body = if path.ends_with("txt") {
            "the secret of the owner"
        } else {
            ""
        };
        let request = request.body(Bytes::from(body)).unwrap();
        let now = atrium_api::Clock::now(server.clock());
        let answer = server
            .send(sign(request, &account.admin, REGION, "s3", now))
            .await;
        assert!(answer.status().is_success(), "{path}: {answer:?}");
    }
    trail(server, account, label, &bucket).await;
    lake(server, account, label).await;
    lake_from_elsewhere(server, account, label, &bucket).await;
    account.names.insert("Bucket", bucket);
}

/// A trail that logs, with tags and insights.
async fn trail(server: &Server, account: &mut Account, label: &str, bucket: &str) {
    let admin = account.admin.clone();
    let call = async |operation: &str, input: Value| {
        server
            .call(&admin, REGION, "cloudtrail", operation, input)
            .await
            .ok()
    };
    let tags = json!([{"Key": "secret", "Value": label}]);
    let made = json!({"Name": format!("{label}-trail"), "S3BucketName": bucket, "TagsList": tags});
    let arn = text(&call("CreateTrail", made).await["TrailARN"]);
    let insights =
        json!({"TrailName": arn, "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}]});
    call("PutInsightSelectors", insights).await;
    call("StartLogging", json!({ "Name": arn })).await;
    account.names.insert("TrailARN", arn);
}

/// An event data store with tags, and a query over it, which nobody answers.
async fn lake(server: &Server, account: &mut Account, label: &str) {
    let admin = account.admin.clone();
    let call = async |operation: &str, input: Value| {
        server
            .call(&admin, REGION, "cloudtrail", operation, input)
            .await
            .ok()
    };
    let tags = json!([{"Key": "secret", "Value": label}]);
    let made = json!({"Name": format!("{label}-store"), "TagsList": tags});
    let arn = text(&call("CreateEventDataStore", made).await["EventDataStoreArn"]);
    let id = arn.rsplit('/').next().unwrap().to_owned();
    let statement = format!("SELECT eventName FROM {id} -- of {label}");
    let query = call("StartQuery", json!({ "QueryStatement": statement })).await;
    account.names.insert("QueryId", text(&query["QueryId"]));
    account.names.insert("QueryStatement", statement);
    account.names.insert("EventDataStoreArn", arn);
}

/// An import, which is stopped, and a channel with a policy.
async fn lake_from_elsewhere(server: &Server, account: &mut Account, label: &str, bucket: &str) {
    let admin = account.admin.clone();
    let call = async |service: &str, operation: &str, input: Value| {
        server
            .call(&admin, REGION, service, operation, input)
            .await
            .ok()
    };
    let role = format!("{label}-importer");
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    let made = json!({"RoleName": role, "AssumeRolePolicyDocument": trust.to_string()});
    let arn = text(&call("iam", "CreateRole", made).await["Role"]["Arn"]);
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*"}]});
    let policy =
        json!({"RoleName": role, "PolicyName": "read", "PolicyDocument": policy.to_string()});
    call("iam", "PutRolePolicy", policy).await;
    let import = json!({"Destinations": [account.names["EventDataStoreArn"]], "ImportSource": {"S3": {
        "S3LocationUri": format!("s3://{bucket}/"), "S3BucketRegion": REGION, "S3BucketAccessRoleArn": arn}}});
    let import = text(&call("cloudtrail", "StartImport", import).await["ImportId"]);
    call("cloudtrail", "StopImport", json!({ "ImportId": import })).await;
    account.names.insert("ImportId", import);

    let selector =
        json!({"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]});
    let store = json!({"Name": format!("{label}-elsewhere"), "AdvancedEventSelectors": [selector]});
    let store = call("cloudtrail", "CreateEventDataStore", store).await;
    let store = text(&store["EventDataStoreArn"]);
    let channel = json!({"Name": format!("{label}-channel"), "Source": "Custom",
        "Tags": [{"Key": "secret", "Value": label}],
        "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": store}]});
    let channel = text(&call("cloudtrail", "CreateChannel", channel).await["ChannelArn"]);
    let policy = json!({"ResourceArn": channel, "ResourcePolicy": channel_policy(&channel)});
    call("cloudtrail", "PutResourcePolicy", policy).await;
    account.names.insert("ChannelStoreArn", store);
    account.names.insert("ChannelArn", channel);
}

async fn identity_center(server: &Server, account: &mut Account, label: &str) {
    let admin = account.admin.clone();
    let call = async |service: &str, operation: &str, input: Value| {
        server
            .call(&admin, REGION, service, operation, input)
            .await
            .ok()
    };
    if account
        .names
        .get("Management")
        .is_none_or(|id| id != account.id())
    {
        call("sso-admin", "CreateInstance", json!({"Name": label})).await;
    }
    let instances = call("sso-admin", "ListInstances", json!({})).await;
    let owned = instances["Instances"].as_array().unwrap().iter();
    let instance = owned
        .clone()
        .find(|found| found["OwnerAccountId"] == account.id());
    let instance =
        instance.unwrap_or_else(|| panic!("no instance of {} in {instances}", account.id()));
    let (arn, store) = (
        text(&instance["InstanceArn"]),
        text(&instance["IdentityStoreId"]),
    );
    let user = json!({"IdentityStoreId": store, "UserName": format!("{label}-person"), "DisplayName": "Ann",
        "Name": {"GivenName": "Ann", "FamilyName": "Person"},
        "Emails": [{"Value": format!("{label}@people.example"), "Primary": true}]});
    let user = text(&call("identitystore", "CreateUser", user).await["UserId"]);
    let group = json!({"IdentityStoreId": store, "DisplayName": format!("{label}-people")});
    let group = text(&call("identitystore", "CreateGroup", group).await["GroupId"]);
    let membership =
        json!({"IdentityStoreId": store, "GroupId": group, "MemberId": {"UserId": user}});
    let membership = call("identitystore", "CreateGroupMembership", membership).await;
    let application = json!({"InstanceArn": arn, "Name": format!("{label}-application"),
        "ApplicationProviderArn": "arn:aws:sso::aws:applicationProvider/custom"});
    let application =
        text(&call("sso-admin", "CreateApplication", application).await["ApplicationArn"]);
    let assignment =
        json!({"ApplicationArn": application, "PrincipalId": user, "PrincipalType": "USER"});
    call("sso-admin", "CreateApplicationAssignment", assignment).await;
    let tags = json!({"ResourceArn": arn, "Tags": [{"Key": "secret", "Value": label}]});
    call("sso-admin", "TagResource", tags).await;
    if account
        .names
        .get("Management")
        .is_some_and(|id| id == account.id())
    {
        permission_set(server, account, &arn, &user, label).await;
    }
    let create = atrium_wire::find("sso-admin", "CreateTrustedTokenIssuer").unwrap();
    if server.services().registry.offers(create) {
        let issuer = json!({"InstanceArn": arn, "Name": label, "TrustedTokenIssuerType": "OIDC_JWT",
            "TrustedTokenIssuerConfiguration": {"OidcJwtConfiguration": {"IssuerUrl": format!("https://{label}.example"),
                "ClaimAttributePath": "email", "IdentityStoreAttributePath": "emails.value",
                "JwksRetrievalOption": "OPEN_ID_DISCOVERY"}}});
        let issuer = call("sso-admin", "CreateTrustedTokenIssuer", issuer).await;
        let issuer = text(&issuer["TrustedTokenIssuerArn"]);
        account.names.insert("TrustedTokenIssuerArn", issuer);
    }
    let names = &mut account.names;
    names.insert("InstanceId", arn.rsplit('/').next().unwrap().to_owned());
    names.insert("InstanceArn", arn);
    names.insert("StoreDigits", store.trim_start_matches("d-").to_owned());
    names.insert("IdentityStoreId", store);
    names.insert("Person", format!("{label}-person"));
    names.insert("People", format!("{label}-people"));
    names.insert("UserId", user);
    names.insert("GroupId", group);
    names.insert("MembershipId", text(&membership["MembershipId"]));
    names.insert("ApplicationArn", application);
}

/// A permission set, assigned to a person in a member account.
async fn permission_set(
    server: &Server,
    account: &mut Account,
    instance: &str,
    user: &str,
    label: &str,
) {
    let admin = account.admin.clone();
    let call = async |operation: &str, input: Value| {
        server
            .call(&admin, REGION, "sso-admin", operation, input)
            .await
            .ok()
    };
    let set = json!({"InstanceArn": instance, "Name": format!("{label}-set")});
    let set = call("CreatePermissionSet", set).await;
    let set = text(&set["PermissionSet"]["PermissionSetArn"]);
    let assignment = json!({"InstanceArn": instance, "PermissionSetArn": set, "TargetType": "AWS_ACCOUNT",
        "TargetId": account.names["AccountId"], "PrincipalType": "USER", "PrincipalId": user});
    let made = call("CreateAccountAssignment", assignment).await;
    let request = text(&made["AccountAssignmentCreationStatus"]["RequestId"]);
    let ask =
        json!({"InstanceArn": instance, "AccountAssignmentCreationRequestId": request.clone()});
    // It is done in the background; nothing may move any more once the world is built.
    for _ in 0..1000 {
        let status = call("DescribeAccountAssignmentCreationStatus", ask.clone()).await;
        if status["AccountAssignmentCreationStatus"]["Status"] == "SUCCEEDED" {
            let names = &mut account.names;
            names.insert("PermissionSetArn", set);
            names.insert("AssignmentRequestId", request);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the assignment isn't made");
}

async fn iam(server: &Server, account: &mut Account, label: &str) {
    let admin = account.admin.clone();
    let call = async |operation: &str, input: Value| {
        server
            .call(&admin, REGION, "iam", operation, input)
            .await
            .ok()
    };
    let (user, role) = (format!("{label}-user"), format!("{label}-role"));
    let (group, policy) = (format!("{label}-group"), format!("{label}-managed"));
    call("CreateUser", json!({"UserName": user})).await;
    let key = call("CreateAccessKey", json!({"UserName": user})).await;
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"AWS": format!("arn:aws:iam::{}:root", account.id())}, "Action": "sts:AssumeRole"}]});
    let made = call(
        "CreateRole",
        json!({"RoleName": role, "AssumeRolePolicyDocument": trust.to_string()}),
    )
    .await;
    call("CreateGroup", json!({"GroupName": group})).await;
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]});
    let document = document.to_string();
    let managed = call(
        "CreatePolicy",
        json!({"PolicyName": policy, "PolicyDocument": document}),
    )
    .await;
    let inline = format!("{label}-inline");
    for (operation, holder, name) in [
        ("PutUserPolicy", "UserName", &user),
        ("PutRolePolicy", "RoleName", &role),
        ("PutGroupPolicy", "GroupName", &group),
    ] {
        call(
            operation,
            json!({holder: name, "PolicyName": inline, "PolicyDocument": document}),
        )
        .await;
    }
    call(
        "CreateAccountAlias",
        json!({"AccountAlias": format!("{label}-alias")}),
    )
    .await;
    let saml = json!({"Name": format!("{label}-saml"), "SAMLMetadataDocument": IDENTITY_PROVIDER.metadata()});
    let saml = call("CreateSAMLProvider", saml).await;
    let oidc = json!({"Url": format!("https://{label}.example/tokens"), "ClientIDList": ["sts.amazonaws.com"]});
    let oidc = call("CreateOpenIDConnectProvider", oidc).await;
    let names = &mut account.names;
    names.insert("SAMLProviderArn", text(&saml["SAMLProviderArn"]));
    names.insert(
        "OpenIDConnectProviderArn",
        text(&oidc["OpenIDConnectProviderArn"]),
    );
    names.insert("UserName", user);
    names.insert("RoleName", role);
    names.insert("GroupName", group);
    names.insert("PolicyName", inline);
    names.insert("AccountAlias", format!("{label}-alias"));
    names.insert("PolicyArn", text(&managed["Policy"]["Arn"]));
    names.insert("AccessKeyId", text(&key["AccessKey"]["AccessKeyId"]));
    names.insert("RoleArn", text(&made["Role"]["Arn"]));
    names.insert("RoleUniqueId", text(&made["Role"]["RoleId"]));
}
