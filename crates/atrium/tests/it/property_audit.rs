//! Random small organizations, built through the public API of a server: what `atrium audit` writes about them is what
//! a brute-force computation over the generator's own records gives.

use std::path::Path;

use atrium_testkit::{Credentials, Database, Options, Server, wait};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::run::atrium;

// The auditor's own tests compute with the same, over an AWS in memory.
#[allow(dead_code, reason = "the generator makes no permission sets")]
#[path = "../../../audit/tests/it/brute.rs"]
mod brute;
#[allow(dead_code, reason = "only the fake AWS needs all of it")]
#[path = "../../../audit/tests/it/world.rs"]
mod world;

use world::{World, WorldApplication, WorldGroup, WorldInstance, WorldUser};

const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];

/// What an instance is to hold.
#[derive(Clone, Debug)]
struct Content {
    /// Whether the e-mail address is there, and how it is spelt.
    users: Vec<Option<&'static str>>,
    groups: Vec<Vec<Index>>,
    /// Whether anyone may use it, and who is assigned: group or user.
    applications: Vec<(bool, Vec<(bool, Index)>)>,
}

/// A member account: in which Region its instance is, what is in it, and whether the account is closed at last.
type Member = (usize, Option<Content>, bool);

fn content() -> impl Strategy<Value = Content> {
    // Within a store an address is unique without regard to letter case.
    let spelt = select(vec![
        "ann@a.example",
        "Ann@A.example",
        "ANN@a.example",
        "bob@a.example",
        "Bob@a.example",
        "eve@b.example",
    ]);
    let users = vec(prop::option::weighted(0.85, spelt), 0..5);
    let groups = vec(vec(any::<Index>(), 0..4), 0..3);
    let applications = vec(
        (any::<bool>(), vec((any::<bool>(), any::<Index>()), 0..4)),
        0..3,
    );
    (users, groups, applications).prop_map(|(users, groups, applications)| {
        let mut seen = Vec::new();
        let users = users.into_iter().map(|email| {
            let key = email?.to_lowercase();
            let new = !seen.contains(&key);
            seen.push(key);
            email.filter(|_| new)
        });
        Content {
            users: users.collect(),
            groups,
            applications,
        }
    })
}

fn organizations() -> impl Strategy<Value = (Content, Vec<Member>)> {
    let member = (
        0..2usize,
        prop::option::weighted(0.8, content()),
        prop::bool::weighted(0.15),
    );
    (content(), vec(member, 0..4))
}

struct Builder<'a> {
    server: &'a Server,
    world: World,
}

impl Builder<'_> {
    async fn call(&self, by: &Credentials, region: &str, operation: &str, input: Value) -> Value {
        let (service, operation) = operation.split_once(':').unwrap();
        self.server
            .call(by, region, service, operation, input)
            .await
            .ok()
    }

    async fn organization(&mut self, content: Content, members: Vec<Member>) {
        let admin = self.server.admin().clone();
        self.world
            .accounts
            .push((admin.account.to_string(), "ACTIVE"));
        self.instance(&admin, REGIONS[0], content, true).await;
        for (n, (region, content, closed)) in members.into_iter().enumerate() {
            let new =
                json!({"AccountName": format!("m{n}"), "Email": format!("m{n}@made.example")});
            let made = self
                .call(&admin, REGIONS[0], "organizations:CreateAccount", new)
                .await;
            let id = json!({"CreateAccountRequestId": made["CreateAccountStatus"]["Id"]});
            let operation = "organizations:DescribeCreateAccountStatus";
            let status = self.call(&admin, REGIONS[0], operation, id).await;
            let account = text(&status["CreateAccountStatus"]["AccountId"]);
            let role = format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
            let ask = json!({"RoleArn": role, "RoleSessionName": "builder"});
            let session = self.call(&admin, REGIONS[0], "sts:AssumeRole", ask).await;
            let member = Credentials::from_answer(&account.parse().unwrap(), &session);
            if let Some(content) = content {
                let region = REGIONS[region];
                self.call(&member, region, "sso-admin:CreateInstance", json!({}))
                    .await;
                self.instance(&member, region, content, false).await;
            }
            if closed {
                let id = json!({"AccountId": account});
                self.call(&admin, REGIONS[0], "organizations:CloseAccount", id)
                    .await;
            }
            self.world
                .accounts
                .push((account, if closed { "SUSPENDED" } else { "ACTIVE" }));
        }
    }

    async fn instance(
        &mut self,
        by: &Credentials,
        region: &str,
        content: Content,
        organizational: bool,
    ) {
        let found = self
            .call(by, region, "sso-admin:ListInstances", json!({}))
            .await;
        let mut all = found["Instances"].as_array().unwrap().iter();
        let found = all
            .find(|instance| instance["OwnerAccountId"] == by.account.as_str())
            .unwrap();
        let (arn, store) = (text(&found["InstanceArn"]), text(&found["IdentityStoreId"]));
        let id = arn.rsplit('/').next().unwrap().to_owned();
        let mut instance = WorldInstance {
            owner: by.account.to_string(),
            region: region.to_owned(),
            ids: Some((id, store.clone())),
            organizational,
            ..WorldInstance::default()
        };
        for (n, email) in content.users.iter().enumerate() {
            let name = format!("user{n}");
            let mut input = json!({"IdentityStoreId": store, "UserName": name, "DisplayName": name,
                "Name": {"GivenName": "A", "FamilyName": "B"}});
            if let Some(email) = email {
                input["Emails"] = json!([{"Value": email, "Primary": true}]);
            }
            let made = self
                .call(by, region, "identitystore:CreateUser", input)
                .await;
            instance.users.push(WorldUser {
                id: text(&made["UserId"]),
                name: Some(name),
                email: email.map(str::to_owned),
                disabled: false,
            });
        }
        for (n, members) in content.groups.iter().enumerate() {
            let name = format!("Group {n}");
            let input = json!({"IdentityStoreId": store, "DisplayName": name});
            let id = text(
                &self
                    .call(by, region, "identitystore:CreateGroup", input)
                    .await["GroupId"],
            );
            let mut group = WorldGroup {
                id: id.clone(),
                name,
                members: Vec::new(),
            };
            for user in members
                .iter()
                .filter_map(|index| pick(index, &instance.users))
            {
                if group.members.contains(&user.id) {
                    continue;
                }
                let input = json!({"IdentityStoreId": store, "GroupId": id, "MemberId": {"UserId": user.id}});
                self.call(by, region, "identitystore:CreateGroupMembership", input)
                    .await;
                group.members.push(user.id.clone());
            }
            instance.groups.push(group);
        }
        for (n, (open, assigned)) in content.applications.iter().enumerate() {
            let name = format!("Application {n}");
            let input = json!({"InstanceArn": arn, "Name": name,
                "ApplicationProviderArn": "arn:aws:sso::aws:applicationProvider/custom"});
            let made = self
                .call(by, region, "sso-admin:CreateApplication", input)
                .await;
            let mut application = WorldApplication {
                arn: text(&made["ApplicationArn"]),
                name: Some(name),
                account: by.account.to_string(),
                open: *open,
                assignments: Vec::new(),
            };
            let input = json!({"ApplicationArn": application.arn, "AssignmentRequired": !open});
            let operation = "sso-admin:PutApplicationAssignmentConfiguration";
            self.call(by, region, operation, input).await;
            for (group, index) in assigned {
                let principal = if *group {
                    pick(index, &instance.groups).map(|group| ("GROUP", group.id.clone()))
                } else {
                    pick(index, &instance.users).map(|user| ("USER", user.id.clone()))
                };
                let Some((kind, id)) = principal else {
                    continue;
                };
                if application.assignments.contains(&(kind, id.clone())) {
                    continue;
                }
                let input = json!({"ApplicationArn": application.arn, "PrincipalType": kind, "PrincipalId": id});
                let operation = "sso-admin:CreateApplicationAssignment";
                self.call(by, region, operation, input).await;
                application.assignments.push((kind, id));
            }
            instance.applications.push(application);
        }
        self.world.instances.push(instance);
    }
}

fn pick<'a, T>(index: &Index, all: &'a [T]) -> Option<&'a T> {
    (!all.is_empty()).then(|| index.get(all))
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
        .to_owned()
}

/// The chosen columns of the rows that pass, as a set; there must be no row twice.
fn columns(
    folder: &Path,
    file: &str,
    wanted: &[&str],
    pass: impl Fn(&csv::StringRecord) -> bool,
) -> brute::Rows {
    let mut reader = csv::Reader::from_path(folder.join(file)).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &&str| header.iter().position(|cell| cell == *name).unwrap();
    let places: Vec<usize> = wanted.iter().map(at).collect();
    let mut rows = brute::Rows::new();
    for record in reader.records().map(Result::unwrap).filter(pass) {
        let row = places.iter().map(|at| record[*at].to_owned()).collect();
        assert!(rows.insert(row), "{file} has a row twice: {record:?}");
    }
    rows
}

proptest! {
    // Each case boots a server and runs the binary.
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_report_equals_brute_force((content, members) in organizations()) {
        let folder = tempfile::tempdir().unwrap();
        let world = wait(async {
            let server = Server::start(Database::sqlite(), Options::default()).await;
            let world = World { regions: REGIONS.map(str::to_owned).to_vec(), ..World::default() };
            let mut builder = Builder { server: &server, world };
            builder.organization(content, members).await;
            let world = builder.world;
            let admin = server.admin();
            let variables = [
                ("AWS_ENDPOINT_URL", server.endpoint()),
                ("AWS_ACCESS_KEY_ID", &admin.access_key_id),
                ("AWS_SECRET_ACCESS_KEY", &admin.secret_access_key),
                ("AWS_REGION", REGIONS[0]),
            ];
            let regions = REGIONS.join(",");
            let line = ["audit", "--output", "report", "--format", "csv", "--regions", &regions, "--exit-zero"];
            let ended = tokio::task::block_in_place(|| atrium(folder.path(), &variables, &line));
            assert_eq!(ended.status, 0, "{}\n{}", ended.out, ended.err);
            world
        });
        let report = folder.path().join("report");
        let found = columns(&report, "identity_center_instances.csv", &["AccountId", "IdentityCenterInstance", "InstanceArn", "InstanceType", "Region"], |_| true);
        prop_assert_eq!(found, brute::instance_rows(&world));
        let by_email = |row: &csv::StringRecord| ["exact", "normalised"].contains(&&row[2]);
        let found = columns(&report, "duplicated_users.csv", &["User_email", "IdentityStoreId", "MatchKind"], by_email);
        prop_assert_eq!(found, brute::email_rows(&world));
        let found = columns(&report, "application_assignment.csv", &["AccountId", "ApplicationArn", "PrincipalType", "PrincipalId", "UserId", "Via"], |_| true);
        prop_assert_eq!(found, brute::application_rows(&world));
    }
}
