//! Two organizations and an account that stands alone, each account with something of every kind.

use std::collections::BTreeMap;

use atrium_testkit::{Credentials, Server, encode};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::contents::fill;

pub const REGION: &str = "us-east-1";
const ROLE: &str = "OrganizationAccountAccessRole";

/// What an account has, by the name of the member that names it in requests.
pub type Names = BTreeMap<&'static str, String>;

/// One account with its administrator.
#[derive(Clone, Debug)]
pub struct Account {
    pub admin: Credentials,
    pub names: Names,
}

impl Account {
    pub fn id(&self) -> &str {
        self.admin.account.as_str()
    }

    /// Texts that nobody else gives away: ids of the account and of what is its own.
    pub fn marks(&self) -> Vec<String> {
        let own = [
            "InstanceId",
            "StoreDigits",
            "UserId",
            "GroupId",
            "MembershipId",
            "Person",
            "People",
            "UserName",
            "RoleName",
            "RoleUniqueId",
            "AccessKeyId",
            "AccountAlias",
            "Bucket",
        ];
        let mut marks: Vec<String> = own
            .iter()
            .filter_map(|name| self.names.get(name).cloned())
            .collect();
        marks.push(self.id().to_owned());
        if self
            .names
            .get("Management")
            .is_some_and(|id| id == self.id())
        {
            let organization = [
                "PermissionSetArn",
                "AssignmentRequestId",
                "OrganizationId",
                "OrganizationalUnitId",
                "PolicyId",
                "HandshakeId",
                "TransferId",
            ];
            marks.extend(organization.iter().map(|name| self.names[name].clone()));
        }
        marks
    }
}

/// A management account and two members.
#[derive(Clone, Debug)]
pub struct Organization {
    pub management: Account,
    pub members: [Account; 2],
}

#[derive(Clone, Debug)]
pub struct World {
    pub a: Organization,
    pub b: Organization,
    pub alone: Account,
}

impl World {
    pub async fn build(server: &Server) -> Self {
        let a = organization(server, server.admin().clone(), "a").await;
        let second = server.new_account("555500000001").await;
        server
            .call(
                &second,
                REGION,
                "organizations",
                "CreateOrganization",
                json!({}),
            )
            .await
            .ok();
        server
            .call(&second, REGION, "atrium", "StartSSO", json!({}))
            .await
            .ok();
        let b = organization(server, second, "b").await;
        let admin = server.new_account("777700000001").await;
        let mut alone = Account {
            admin,
            names: Names::new(),
        };
        fill(server, &mut alone, "alone").await;
        alone.names.insert("AccountId", alone.id().to_owned());
        let start = next_month(server).to_string();
        alone.names.insert("TransferStart", start);
        Self { a, b, alone }
    }
}

async fn organization(server: &Server, admin: Credentials, label: &str) -> Organization {
    let mut management = Account {
        admin,
        names: Names::new(),
    };
    let by = management.admin.clone();
    let call = async |operation: &str, input: Value| {
        server
            .call(&by, REGION, "organizations", operation, input)
            .await
            .ok()
    };
    let mut shared = Names::new();
    let found = call("DescribeOrganization", json!({})).await;
    shared.insert("OrganizationId", text(&found["Organization"]["Id"]));
    shared.insert("Management", by.account.to_string());
    let roots = call("ListRoots", json!({})).await;
    let root = text(&roots["Roots"][0]["Id"]);
    let mut members = Vec::new();
    for number in 1..=2 {
        let request = json!({"AccountName": format!("{label}{number}"), "Email": format!("{label}{number}@made.example")});
        let made = call("CreateAccount", request).await;
        let request = text(&made["CreateAccountStatus"]["Id"]);
        let status = call(
            "DescribeCreateAccountStatus",
            json!({"CreateAccountRequestId": request}),
        )
        .await;
        let id = text(&status["CreateAccountStatus"]["AccountId"]);
        shared.insert("CreateAccountRequestId", request);
        shared.insert("AccountId", id.clone());
        members.push(id);
    }
    let unit = call(
        "CreateOrganizationalUnit",
        json!({"ParentId": root, "Name": format!("{label}-unit")}),
    )
    .await;
    shared.insert(
        "OrganizationalUnitId",
        text(&unit["OrganizationalUnit"]["Id"]),
    );
    let enabled = json!({"RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY"});
    call("EnablePolicyType", enabled).await;
    let content = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let policy = json!({"Name": format!("{label}-policy"), "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": content.to_string()});
    let policy = call("CreatePolicy", policy).await;
    let policy = text(&policy["Policy"]["PolicySummary"]["Id"]);
    call(
        "AttachPolicy",
        json!({"PolicyId": policy, "TargetId": members[1]}),
    )
    .await;
    shared.insert("PolicyId", policy);
    let tags = json!({"ResourceId": members[1], "Tags": [{"Key": "secret", "Value": label}]});
    call("TagResource", tags).await;
    call(
        "EnableAWSServiceAccess",
        json!({"ServicePrincipal": "sso.amazonaws.com"}),
    )
    .await;
    let invited = if label == "a" {
        "888800000001"
    } else {
        "888800000002"
    };
    server.new_account(invited).await;
    let invitation = json!({"Target": {"Id": invited, "Type": "ACCOUNT"}});
    let handshake = call("InviteAccountToOrganization", invitation).await;
    shared.insert("HandshakeId", text(&handshake["Handshake"]["Id"]));
    let start = next_month(server);
    let asked = json!({"Type": "BILLING", "Target": {"Id": invited, "Type": "ACCOUNT"}, "StartTimestamp": start,
        "SourceName": format!("{label}-bills")});
    let asked = call("InviteOrganizationToTransferResponsibility", asked).await;
    let transfer = text(&asked["Handshake"]["Resources"][0]["Value"]);
    shared.insert("TransferId", transfer);
    shared.insert("TransferStart", start.to_string());
    shared.insert("RootId", root);
    // Already allowed where the instance is new.
    server
        .call(&by, REGION, "atrium", "AllowAccountInstances", json!({}))
        .await;
    management.names = shared.clone();
    fill(server, &mut management, &format!("{label}-management")).await;
    let mut made = Vec::new();
    for (n, id) in members.into_iter().enumerate() {
        let admin = assume(server, &by, &id, ROLE).await;
        let mut member = Account {
            admin,
            names: shared.clone(),
        };
        fill(server, &mut member, &format!("{label}-member{n}")).await;
        member.names.insert("AccountId", id);
        made.push(member);
    }
    Organization {
        management,
        members: made.try_into().unwrap(),
    }
}

/// The beginning of the first month that is more than two days ahead, in seconds.
fn next_month(server: &Server) -> i64 {
    let now = atrium_api::Clock::now(server.clock()).as_seconds();
    let soon = jiff::Timestamp::from_second(now + 2 * 24 * 3600).unwrap();
    let day = jiff::tz::TimeZone::UTC.to_datetime(soon).date();
    let next = day.last_of_month().tomorrow().unwrap();
    let begin = jiff::tz::TimeZone::UTC.to_timestamp(next.at(0, 0, 0, 0));
    begin.unwrap().as_second()
}

/// Credentials of a role's session.
pub async fn assume(server: &Server, by: &Credentials, account: &str, role: &str) -> Credentials {
    let role = format!("arn:aws:iam::{account}:role/{role}");
    let input = json!({"RoleArn": role, "RoleSessionName": "tests"});
    let answer = server
        .call(by, REGION, "sts", "AssumeRole", input)
        .await
        .ok();
    Credentials::from_answer(&account.parse().unwrap(), &answer)
}

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
        .to_owned()
}

/// A request of an operation, not signed yet.
pub fn request(server: &Server, service: &str, operation: &str, input: &Value) -> Request<Bytes> {
    encode(
        server.endpoint(),
        atrium_wire::find(service, operation).unwrap(),
        input,
    )
}
