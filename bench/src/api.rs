use serde_json::{Value, json};

/// One call of an AWS API, before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct ApiCall {
    /// The name the service signs with.
    pub(crate) service: &'static str,
    /// `X-Amz-Target`; none for the Query protocol.
    pub(crate) target: Option<&'static str>,
    pub(crate) body: String,
}

fn identity_store(target: &'static str, body: &Value) -> ApiCall {
    ApiCall {
        service: "identitystore",
        target: Some(target),
        body: body.to_string(),
    }
}

/// `LookupEvents` by an attribute and its value, or the newest.
pub(crate) fn lookup_events(attribute: Option<(&str, &str)>) -> ApiCall {
    let attributes: Vec<Value> = attribute
        .map(|(key, value)| json!({ "AttributeKey": key, "AttributeValue": value }))
        .into_iter()
        .collect();
    ApiCall {
        service: "cloudtrail",
        target: Some("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"),
        body: json!({ "LookupAttributes": attributes }).to_string(),
    }
}

/// `ListInstances` of IAM Identity Center.
pub(crate) fn list_instances() -> ApiCall {
    ApiCall {
        service: "sso",
        target: Some("SWBExternalService.ListInstances"),
        body: "{}".to_owned(),
    }
}

fn sso(target: &'static str, body: &Value) -> ApiCall {
    ApiCall {
        service: "sso",
        target: Some(target),
        body: body.to_string(),
    }
}

/// `CreatePermissionSet`: the permission set of this number.
pub(crate) fn create_permission_set(instance: &str, number: usize) -> ApiCall {
    let body = json!({ "InstanceArn": instance, "Name": format!("bench-{number:04}") });
    sso("SWBExternalService.CreatePermissionSet", &body)
}

/// `ListPermissionSets`, a page of 100.
pub(crate) fn list_permission_sets(instance: &str, token: Option<&str>) -> ApiCall {
    let mut body = json!({ "InstanceArn": instance, "MaxResults": 100 });
    if let Some(token) = token {
        body["NextToken"] = json!(token);
    }
    sso("SWBExternalService.ListPermissionSets", &body)
}

/// A permission set in an account.
pub(crate) struct Assigned<'a> {
    pub(crate) instance: &'a str,
    pub(crate) account: &'a str,
    pub(crate) permission_set: &'a str,
}

/// `CreateAccountAssignment` of a user.
pub(crate) fn create_account_assignment(assigned: &Assigned<'_>, user: &str) -> ApiCall {
    let body = json!({
        "InstanceArn": assigned.instance,
        "TargetId": assigned.account,
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": assigned.permission_set,
        "PrincipalType": "USER",
        "PrincipalId": user,
    });
    sso("SWBExternalService.CreateAccountAssignment", &body)
}

/// `ListAccountAssignments`, a page of this size.
pub(crate) fn list_account_assignments(
    assigned: &Assigned<'_>,
    size: usize,
    token: Option<&str>,
) -> ApiCall {
    let mut body = json!({
        "InstanceArn": assigned.instance,
        "AccountId": assigned.account,
        "PermissionSetArn": assigned.permission_set,
        "MaxResults": size,
    });
    if let Some(token) = token {
        body["NextToken"] = json!(token);
    }
    sso("SWBExternalService.ListAccountAssignments", &body)
}

/// `ListAccountAssignmentCreationStatus` of requests in this state.
pub(crate) fn list_creation_status(instance: &str, status: &str) -> ApiCall {
    let body = json!({ "InstanceArn": instance, "Filter": { "Status": status } });
    sso(
        "SWBExternalService.ListAccountAssignmentCreationStatus",
        &body,
    )
}

/// `CreateUser`: the user of this number.
pub(crate) fn create_user(store: &str, number: u64) -> ApiCall {
    let body = json!({
        "IdentityStoreId": store,
        "UserName": user_name(number),
        "DisplayName": format!("Person {number}"),
        "Name": { "GivenName": "Person", "FamilyName": format!("Number {number}") },
        "Emails": [{ "Value": email(number), "Type": "work", "Primary": true }],
    });
    identity_store("AWSIdentityStore.CreateUser", &body)
}

/// `DescribeUser`.
pub(crate) fn describe_user(store: &str, user: &str) -> ApiCall {
    let body = json!({ "IdentityStoreId": store, "UserId": user });
    identity_store("AWSIdentityStore.DescribeUser", &body)
}

/// `GetUserId` by the e-mail address of the user of this number.
pub(crate) fn get_user_id_by_email(store: &str, number: u64) -> ApiCall {
    get_user_id(store, "emails.value", &email(number))
}

/// `GetUserId` by the name of the user of this number.
pub(crate) fn get_user_id_by_name(store: &str, number: u64) -> ApiCall {
    get_user_id(store, "userName", &user_name(number))
}

fn get_user_id(store: &str, path: &str, value: &str) -> ApiCall {
    let unique = json!({ "AttributePath": path, "AttributeValue": value });
    let body =
        json!({ "IdentityStoreId": store, "AlternateIdentifier": { "UniqueAttribute": unique } });
    identity_store("AWSIdentityStore.GetUserId", &body)
}

/// `ListUsers`, a page of 100.
pub(crate) fn list_users(store: &str, token: Option<&str>) -> ApiCall {
    let mut body = json!({ "IdentityStoreId": store, "MaxResults": 100 });
    if let Some(token) = token {
        body["NextToken"] = json!(token);
    }
    identity_store("AWSIdentityStore.ListUsers", &body)
}

/// `GetCallerIdentity`.
pub(crate) fn get_caller_identity() -> ApiCall {
    query(
        "sts",
        &[("Action", "GetCallerIdentity"), ("Version", "2011-06-15")],
    )
}

/// `CreateRole` with a role that everybody in the account may assume who is allowed to.
pub(crate) fn create_role(account: &str, name: &str) -> ApiCall {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{account}:root") },
            "Action": "sts:AssumeRole",
        }],
    });
    query(
        "iam",
        &[
            ("Action", "CreateRole"),
            ("Version", "2010-05-08"),
            ("RoleName", name),
            ("AssumeRolePolicyDocument", &trust.to_string()),
        ],
    )
}

/// `AssumeRole`.
pub(crate) fn assume_role(role_arn: &str) -> ApiCall {
    query(
        "sts",
        &[
            ("Action", "AssumeRole"),
            ("Version", "2011-06-15"),
            ("RoleArn", role_arn),
            ("RoleSessionName", "bench"),
        ],
    )
}

fn query(service: &'static str, pairs: &[(&str, &str)]) -> ApiCall {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    ApiCall {
        service,
        target: None,
        body,
    }
}

fn user_name(number: u64) -> String {
    format!("person-{number:07}")
}

fn email(number: u64) -> String {
    format!("person-{number:07}@bench.example")
}
