//! AWS in memory: an HTTP connector that answers from a [`World`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

use crate::world::{MANAGEMENT, World, WorldInstance};

#[derive(Clone, Debug)]
pub struct Fake(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    world: World,
    delay: Duration,
    calls: AtomicU64,
    flying: AtomicUsize,
    most: AtomicUsize,
}

/// What AWS says to calls that account instances do not have.
const NOT_FOR_ACCOUNTS: &str = "The operation is not supported for this Identity Center instance";

type Answer = Result<Value, &'static str>;

impl Fake {
    pub fn new(world: World, delay: Duration) -> Self {
        let (calls, flying, most) = Default::default();
        Self(Arc::new(Inner {
            world,
            delay,
            calls,
            flying,
            most,
        }))
    }

    /// How a client in the given account is configured.
    pub fn config(&self, account: &str) -> SdkConfig {
        let credentials = Credentials::new(format!("KEY{account}"), "secret", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(self.clone())
            .build()
    }

    pub fn calls(&self) -> u64 {
        self.0.calls.load(Ordering::Relaxed)
    }

    pub fn most_in_flight(&self) -> usize {
        self.0.most.load(Ordering::Relaxed)
    }
}

impl HttpClient for Fake {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Fake {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let inner = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let call = inner.calls.fetch_add(1, Ordering::Relaxed) + 1;
            let flying = inner.flying.fetch_add(1, Ordering::Relaxed) + 1;
            inner.most.fetch_max(flying, Ordering::Relaxed);
            tokio::time::sleep(inner.delay).await;
            inner.flying.fetch_sub(1, Ordering::Relaxed);
            let throttled = inner
                .world
                .throttle_every
                .is_some_and(|every| call.is_multiple_of(every));
            Ok(answer(&inner.world, &request, throttled))
        })
    }
}

fn answer(world: &World, request: &HttpRequest, throttled: bool) -> HttpResponse {
    let signed = request.headers().get("authorization").unwrap_or_default();
    let scope: Vec<&str> = signed
        .split("Credential=KEY")
        .nth(1)
        .unwrap_or_default()
        .split('/')
        .collect();
    let (account, region) = (scope[0], scope[2]);
    let body = request.body().bytes().unwrap_or_default();
    let response = |status: u16, text: String| {
        HttpResponse::new(status.try_into().unwrap(), SdkBody::from(text))
    };
    if let Some(target) = request.headers().get("x-amz-target") {
        let operation = target.split('.').next_back().unwrap();
        let input: Value = serde_json::from_slice(body).unwrap();
        let answer = if throttled {
            Err("ThrottlingException")
        } else {
            json_call(world, operation, account, region, &input)
        };
        return match answer {
            Ok(output) => response(200, output.to_string()),
            Err(code) => {
                let text = if code == "ValidationException" {
                    NOT_FOR_ACCOUNTS
                } else {
                    "no"
                };
                response(400, json!({ "__type": code, "Message": text }).to_string())
            }
        };
    }
    if request.uri().ends_with("/listRegions") {
        if throttled {
            return response(
                429,
                json!({ "code": "TooManyRequestsException", "message": "no" }).to_string(),
            );
        }
        let off = json!({ "RegionName": "xx-off-1", "RegionOptStatus": "DISABLED" });
        let on = world
            .regions
            .iter()
            .map(|name| json!({ "RegionName": name, "RegionOptStatus": "ENABLED" }));
        return response(
            200,
            json!({ "Regions": on.chain([off]).collect::<Vec<_>>() }).to_string(),
        );
    }
    let form = std::str::from_utf8(body).unwrap();
    let error = |status, code: &str| {
        response(
            status,
            format!(
                "<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
            ),
        )
    };
    if throttled {
        return error(400, "Throttling");
    }
    if form.contains("Action=GetCallerIdentity") {
        return response(
            200,
            format!(
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>{account}</Account><Arn>arn:aws:iam::{account}:user/auditor</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>"
            ),
        );
    }
    let role_account = form.split("iam%3A%3A").nth(1).unwrap()[..12].to_owned();
    if world.closed.contains(&role_account) {
        return error(403, "AccessDenied");
    }
    response(
        200,
        format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>KEY{role_account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        ),
    )
}

/// A page of a list; the token is the place of its first entry.
fn paged(world: &World, input: &Value, name: &str, all: Vec<Value>) -> Answer {
    let from: usize = input["NextToken"]
        .as_str()
        .map_or(0, |token| token.parse().unwrap());
    let size = world
        .page
        .max(1)
        .min(input["MaxResults"].as_u64().unwrap_or(100) as usize);
    let to = (from + size).min(all.len());
    let mut output = json!({ name: all[from..to] });
    if to < all.len() {
        output["NextToken"] = json!(to.to_string());
    }
    Ok(output)
}

fn json_call(world: &World, operation: &str, account: &str, region: &str, input: &Value) -> Answer {
    if let Some(code) = world.refused.get(operation) {
        return Err(code);
    }
    let list = |name, all| paged(world, input, name, all);
    let accounts = || {
        world.accounts.iter().map(|(id, status)| {
        json!({ "Id": id, "Name": format!("name-{id}"), "Email": format!("root@{id}"), "Status": status, "JoinedTimestamp": 1_600_000_000 })
    })
    };
    match operation {
        "DescribeOrganization" if world.standalone => Err("AWSOrganizationsNotInUseException"),
        "DescribeOrganization" => {
            Ok(json!({ "Organization": { "Id": "o-test", "MasterAccountId": MANAGEMENT } }))
        }
        "ListAccounts" => list("Accounts", accounts().collect()),
        "ListDelegatedAdministrators" => list(
            "DelegatedAdministrators",
            world
                .delegates
                .iter()
                .map(|id| json!({ "Id": id }))
                .collect(),
        ),
        "ListRoots" => {
            let types = match world.policies.len() {
                0 => json!([]),
                _ => json!([{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }]),
            };
            let root = json!({ "Id": "r-root", "Name": "Root", "PolicyTypes": types });
            list("Roots", vec![root])
        }
        "ListPolicies" => list(
            "Policies",
            world
                .policies
                .iter()
                .map(|(id, ..)| json!({ "Id": id, "Name": format!("name-{id}") }))
                .collect(),
        ),
        "DescribePolicy" | "ListTargetsForPolicy" => {
            let found = world
                .policies
                .iter()
                .find(|(id, ..)| input["PolicyId"] == *id);
            let (id, content, targets) = found.ok_or("PolicyNotFoundException")?;
            if operation == "DescribePolicy" {
                let summary = json!({ "Id": id });
                return Ok(json!({ "Policy": { "PolicySummary": summary, "Content": content } }));
            }
            let targets = targets.iter().map(|id| json!({ "TargetId": id }));
            list("Targets", targets.collect())
        }
        "ListOrganizationalUnitsForParent" if input["ParentId"] == "r-root" => list(
            "OrganizationalUnits",
            vec![json!({ "Id": "ou-work", "Name": "Workloads" })],
        ),
        "ListOrganizationalUnitsForParent" => list("OrganizationalUnits", vec![]),
        "ListAccountsForParent" => {
            let at_root = input["ParentId"] == "r-root";
            list(
                "Accounts",
                accounts()
                    .filter(|account| (account["Id"] == MANAGEMENT) == at_root)
                    .collect(),
            )
        }
        "ListInstances" => list(
            "Instances",
            world
                .visible(account, region)
                .into_iter()
                .map(described)
                .collect(),
        ),
        _ => in_instance(world, operation, account, region, input),
    }
}

fn described(instance: &WorldInstance) -> Value {
    json!({
        "InstanceArn": instance.arn(), "IdentityStoreId": instance.store(), "OwnerAccountId": instance.owner,
        "Status": "ACTIVE", "CreatedDate": 1_500_000_000 + instance.number,
    })
}

fn in_instance(
    world: &World,
    operation: &str,
    account: &str,
    region: &str,
    input: &Value,
) -> Answer {
    let list = |name, all| paged(world, input, name, all);
    let here = || {
        world
            .instances
            .iter()
            .filter(|instance| instance.region == region)
    };
    let may_read = |instance: &&WorldInstance| {
        instance.owner == account
            || (instance.organizational && world.delegates.iter().any(|id| id == account))
    };
    let text = |name: &str| input[name].as_str().unwrap_or_default();
    let found = here().filter(may_read).find(|instance| {
        instance.arn() == text("InstanceArn")
            || instance.store() == text("IdentityStoreId")
            || instance
                .applications
                .iter()
                .any(|application| application.arn == text("ApplicationArn"))
    });
    let instance = found.ok_or("AccessDeniedException")?;
    let application = instance
        .applications
        .iter()
        .find(|one| one.arn == text("ApplicationArn"));
    let set = instance
        .permission_sets
        .iter()
        .find(|one| one.arn == text("PermissionSetArn"));
    match operation {
        "DescribeInstance" => Ok(described(instance)),
        "ListUsers" => list("Users", instance.users.iter().map(|user| {
            let emails: Vec<Value> = user.email.iter().map(|value| json!({ "Value": value, "Primary": true })).collect();
            json!({
                "IdentityStoreId": instance.store(), "UserId": user.id, "UserName": user.name, "Emails": emails,
                "UserStatus": if user.disabled { "DISABLED" } else { "ENABLED" },
            })
        }).collect()),
        "ListGroups" => list("Groups", instance.groups.iter().map(|group| {
            json!({ "IdentityStoreId": instance.store(), "GroupId": group.id, "DisplayName": group.name })
        }).collect()),
        "ListGroupMemberships" => {
            let group = instance.groups.iter().find(|group| group.id == text("GroupId")).ok_or("ResourceNotFoundException")?;
            list("GroupMemberships", group.members.iter().map(|id| {
                json!({ "IdentityStoreId": instance.store(), "GroupId": group.id, "MemberId": { "UserId": id } })
            }).collect())
        }
        "ListApplications" => list("Applications", instance.applications.iter().map(|one| {
            json!({ "ApplicationArn": one.arn, "Name": one.name, "ApplicationAccount": one.account, "InstanceArn": instance.arn() })
        }).collect()),
        "GetApplicationAssignmentConfiguration" => {
            Ok(json!({ "AssignmentRequired": !application.ok_or("ResourceNotFoundException")?.open }))
        }
        "ListApplicationAssignments" => {
            let one = application.ok_or("ResourceNotFoundException")?;
            list("ApplicationAssignments", one.assignments.iter().map(|(kind, id)| {
                json!({ "ApplicationArn": one.arn, "PrincipalType": kind, "PrincipalId": id })
            }).collect())
        }
        // Everything below is about permission sets, which account instances do not have.
        _ if !instance.organizational => Err("ValidationException"),
        "ListPermissionSets" => list("PermissionSets", instance.permission_sets.iter().map(|set| json!(set.arn)).collect()),
        "DescribePermissionSet" => {
            let set = set.ok_or("ResourceNotFoundException")?;
            Ok(json!({ "PermissionSet": { "Name": set.name, "PermissionSetArn": set.arn, "SessionDuration": "PT1H" } }))
        }
        "ListManagedPoliciesInPermissionSet" => list("AttachedManagedPolicies", vec![]),
        "ListAccountsForProvisionedPermissionSet" => {
            let mut ids: Vec<&String> = set.ok_or("ResourceNotFoundException")?.assignments.iter().map(|one| &one.0).collect();
            ids.sort();
            ids.dedup();
            list("AccountIds", ids.into_iter().map(|id| json!(id)).collect())
        }
        "ListAccountAssignments" => {
            let set = set.ok_or("ResourceNotFoundException")?;
            let of_account = set.assignments.iter().filter(|one| one.0 == text("AccountId"));
            list("AccountAssignments", of_account.map(|(id, kind, principal)| {
                json!({ "AccountId": id, "PermissionSetArn": set.arn, "PrincipalType": kind, "PrincipalId": principal })
            }).collect())
        }
        _ => Err("UnknownOperationException"),
    }
}
