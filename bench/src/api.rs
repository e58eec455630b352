use serde_json::{Value, json};

/// How a call says what it is.
#[derive(Clone, Debug)]
pub(crate) enum Protocol {
    /// awsJson 1.1, with `X-Amz-Target`.
    Json(&'static str),
    /// awsQuery.
    Query,
    /// restJson1, with its path and query.
    Rest(String),
}

/// One call of an AWS API, before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct ApiCall {
    /// The name the service signs with.
    pub(crate) service: &'static str,
    pub(crate) protocol: Protocol,
    pub(crate) body: String,
}

fn identity_store(target: &'static str, body: &Value) -> ApiCall {
    ApiCall {
        service: "identitystore",
        protocol: Protocol::Json(target),
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
        protocol: Protocol::Json(
            "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
        ),
        body: json!({ "LookupAttributes": attributes }).to_string(),
    }
}

/// `CreateEventDataStore`: one for events from elsewhere.
pub(crate) fn create_event_data_store() -> ApiCall {
    let category = json!({ "Field": "eventCategory", "Equals": ["ActivityAuditLog"] });
    let body = json!({
        "Name": "bench",
        "AdvancedEventSelectors": [{ "FieldSelectors": [category] }],
    });
    lake(
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.CreateEventDataStore",
        &body,
    )
}

/// `CreateChannel` to an event data store.
pub(crate) fn create_channel(event_data_store: &str) -> ApiCall {
    let body = json!({
        "Name": "bench",
        "Source": "Custom",
        "Destinations": [{ "Type": "EVENT_DATA_STORE", "Location": event_data_store }],
    });
    lake(
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.CreateChannel",
        &body,
    )
}

/// `StartQuery`.
pub(crate) fn start_query(statement: &str) -> ApiCall {
    let body = json!({ "QueryStatement": statement });
    lake(
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.StartQuery",
        &body,
    )
}

/// `GetQueryResults`.
pub(crate) fn get_query_results(query: &str) -> ApiCall {
    let body = json!({ "QueryId": query });
    lake(
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.GetQueryResults",
        &body,
    )
}

fn lake(target: &'static str, body: &Value) -> ApiCall {
    ApiCall {
        service: "cloudtrail",
        protocol: Protocol::Json(target),
        body: body.to_string(),
    }
}

/// What happens in a shop.
const SALES: [&str; 4] = ["Sell", "Refund", "OpenTill", "CloseTill"];

/// `PutAuditEvents`: so many events of an account, numbered from `first`.
pub(crate) fn put_audit_events(channel: &str, account: &str, first: u64, count: u64) -> ApiCall {
    let events = (first..first + count).map(|number| {
        let data = json!({
            "version": "1",
            "userIdentity": {
                "type": "person",
                "principalId": format!("person-{}", number % 4001),
                "details": { "department": format!("department-{}", number % 23) },
            },
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "eventSource": "shop.example",
            "eventName": SALES[usize::try_from(number % 4).unwrap_or(0)],
            "eventTime": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "UID": format!("sale-{number:012}"),
            "requestParameters": { "goods": [{ "name": "tea", "price": number % 997 }], "till": number % 61 },
            "sourceIPAddress": format!("203.0.113.{}", number % 251),
            "recipientAccountId": account,
        });
        json!({ "id": format!("{number}"), "eventData": data.to_string() })
    });
    let body = json!({ "auditEvents": events.collect::<Vec<_>>() });
    let pairs = [("channelArn", channel)];
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    ApiCall {
        service: "cloudtrail-data",
        protocol: Protocol::Rest(format!("/PutAuditEvents?{query}")),
        body: body.to_string(),
    }
}

/// `ListInstances` of IAM Identity Center.
pub(crate) fn list_instances() -> ApiCall {
    ApiCall {
        service: "sso",
        protocol: Protocol::Json("SWBExternalService.ListInstances"),
        body: "{}".to_owned(),
    }
}

fn sso(target: &'static str, body: &Value) -> ApiCall {
    ApiCall {
        service: "sso",
        protocol: Protocol::Json(target),
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
        protocol: Protocol::Query,
        body,
    }
}

fn user_name(number: u64) -> String {
    format!("person-{number:07}")
}

fn email(number: u64) -> String {
    format!("person-{number:07}@bench.example")
}
