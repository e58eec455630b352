//! Permission sets, assignments, and the roles that come of them in the background.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use atrium_testkit::{Options, Server, on_both_engines};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{By, fresh_account, named, pick, sequences, text};

on_both_engines!(Options::dev(); assignments_come_to_roles);

const SERVICE: &str = "sso-admin";
const NAMES: [&str; 3] = ["reader", "Reader", "writer"];
const MANAGED: [&str; 3] = [
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:iam::aws:policy/AdministratorAccess",
    "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
];
const ACTIONS: [&str; 2] = ["s3:GetObject", "iam:ListUsers"];
const GONE: &str = "ResourceNotFoundException";
const CONFLICT: &str = "ConflictException";
/// Far longer than anything takes; only what never comes gets here.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(2);
const STATES: [&str; 2] = [
    "LATEST_PERMISSION_SET_PROVISIONED",
    "LATEST_PERMISSION_SET_NOT_PROVISIONED",
];

#[derive(Clone, Debug)]
enum Step {
    CreateSet {
        name: usize,
    },
    DeleteSet {
        set: usize,
    },
    PutInline {
        set: usize,
        action: usize,
    },
    DeleteInline {
        set: usize,
    },
    Attach {
        set: usize,
        policy: usize,
    },
    Detach {
        set: usize,
        policy: usize,
    },
    Assign {
        set: usize,
        account: usize,
        principal: usize,
    },
    Unassign {
        set: usize,
        account: usize,
        principal: usize,
    },
    Provision {
        set: usize,
        account: Option<usize>,
    },
    DeletePrincipal {
        principal: usize,
    },
    List {
        size: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let any = || 0..12usize;
    let (policy, action) = (|| 0..MANAGED.len(), || 0..ACTIONS.len());
    prop_oneof![
        5 => (0..NAMES.len()).prop_map(|name| Step::CreateSet { name }),
        2 => any().prop_map(|set| Step::DeleteSet { set }),
        2 => (any(), action()).prop_map(|(set, action)| Step::PutInline { set, action }),
        1 => any().prop_map(|set| Step::DeleteInline { set }),
        3 => (any(), policy()).prop_map(|(set, policy)| Step::Attach { set, policy }),
        1 => (any(), policy()).prop_map(|(set, policy)| Step::Detach { set, policy }),
        9 => (any(), any(), any()).prop_map(|(set, account, principal)| Step::Assign { set, account, principal }),
        5 => (any(), any(), any()).prop_map(|(set, account, principal)| Step::Unassign { set, account, principal }),
        3 => (any(), proptest::option::of(any())).prop_map(|(set, account)| Step::Provision { set, account }),
        1 => any().prop_map(|principal| Step::DeletePrincipal { principal }),
        1 => (1..4usize).prop_map(|size| Step::List { size }),
    ]
}

/// What a permission set says.
#[derive(Clone, Debug, Default, PartialEq)]
struct Content {
    inline: Option<usize>,
    managed: BTreeSet<usize>,
    /// How often it was changed.
    revision: usize,
}

#[derive(Default)]
struct Model {
    sets: BTreeMap<String, (String, Content)>,
    /// Account, set and principal of each.
    assignments: BTreeSet<(String, String, String)>,
    /// What each account and set have of the set's content.
    provisioned: BTreeMap<(String, String), Content>,
    /// Ids, and whether they are still there.
    principals: Vec<(String, &'static str, bool)>,
    /// All sets that ever were.
    ever: Vec<String>,
}

impl Model {
    /// Takes away what nobody is assigned any more.
    fn tidy(&mut self) {
        let assignments = &self.assignments;
        self.provisioned.retain(|(account, set), _| {
            assignments.iter().any(|(a, s, _)| a == account && s == set)
        });
    }

    fn state(&self, account: &str, set: &str) -> Option<&'static str> {
        let has = self
            .provisioned
            .get(&(account.to_owned(), set.to_owned()))?;
        Some(STATES[usize::from(has.revision != self.sets[set].1.revision)])
    }
}

async fn assignments_come_to_roles(server: Server) {
    let server = &server;
    sequences(16, step(), 1..60, |steps| async move {
        let mut run = Run::begin(server).await;
        for step in steps {
            run.step(step).await;
        }
        run.list(1).await;
        run.list(50).await;
        run.roles().await;
    });
}

struct Run<'a> {
    by: By<'a>,
    instance: String,
    store: String,
    accounts: Vec<String>,
    model: Model,
}

impl<'a> Run<'a> {
    async fn begin(server: &'a Server) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let by = By {
            server,
            who: fresh_account(),
        };
        by.ok("organizations", "CreateOrganization", json!({}))
            .await;
        by.ok("atrium", "StartSSO", json!({})).await;
        let instances = by.ok(SERVICE, "ListInstances", json!({})).await;
        let instance = &instances["Instances"][0];
        let mut run = Self {
            instance: text(&instance["InstanceArn"]),
            store: text(&instance["IdentityStoreId"]),
            accounts: vec![by.who.account.to_string()],
            by,
            model: Model::default(),
        };
        for _ in 0..2 {
            let email = format!("place{}@made.example", MADE.fetch_add(1, Ordering::Relaxed));
            let input = json!({"AccountName": "place", "Email": email});
            let made = run.by.ok("organizations", "CreateAccount", input).await;
            let ask = json!({"CreateAccountRequestId": made["CreateAccountStatus"]["Id"]});
            let status = run
                .by
                .ok("organizations", "DescribeCreateAccountStatus", ask)
                .await;
            run.accounts
                .push(text(&status["CreateAccountStatus"]["AccountId"]));
        }
        for name in ["ann", "bob"] {
            let name = json!({"UserName": name, "DisplayName": name, "Name": {"GivenName": "A", "FamilyName": "B"}});
            let made = run.directory("CreateUser", name).await;
            run.model
                .principals
                .push((text(&made["UserId"]), "USER", true));
        }
        let made = run
            .directory("CreateGroup", json!({"DisplayName": "people"}))
            .await;
        run.model
            .principals
            .push((text(&made["GroupId"]), "GROUP", true));
        run
    }

    async fn directory(&self, operation: &str, mut input: Value) -> Value {
        input["IdentityStoreId"] = json!(self.store);
        self.by.ok("identitystore", operation, input).await
    }

    async fn call(&self, operation: &str, mut input: Value) -> Result<Value, String> {
        input["InstanceArn"] = json!(self.instance);
        self.by.call(SERVICE, operation, input).await
    }

    /// Calls, and sees that the answer is a success or the code that holds first.
    async fn expect(&self, operation: &str, input: Value, cases: &[(bool, &str)]) -> Option<Value> {
        let want = cases
            .iter()
            .find(|(holds, _)| *holds)
            .map(|(_, code)| (*code).to_owned());
        let shown = input.to_string();
        match (self.call(operation, input).await, want) {
            (Ok(value), None) => Some(value),
            (Err(code), Some(want)) if code == want => None,
            (answer, want) => panic!("{operation} answers {answer:?}, not {want:?}, to {shown}"),
        }
    }

    /// Waits until a request is done, and sees that it ends as it must.
    async fn done(&self, begun: &Value, kind: &str, operation: &str, member: &str, succeeds: bool) {
        let id = &begun[kind]["RequestId"];
        let want = if succeeds { "SUCCEEDED" } else { "FAILED" };
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let status = self.call(operation, json!({ member: id })).await.unwrap();
            let status = &status[kind];
            if status["Status"] != "IN_PROGRESS" {
                assert_eq!(status["Status"], want, "{operation}: {status}");
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{operation} has no end");
    }

    async fn step(&mut self, step: Step) {
        let ever = self.model.ever.clone();
        let of = |set: usize| pick(&ever, set).cloned();
        let is_gone = |model: &Model, set: &String| !model.sets.contains_key(set);
        match step {
            Step::CreateSet { name } => {
                let name = NAMES[name];
                let taken = self.model.sets.values().any(|(own, _)| own == name);
                let made = self
                    .expect(
                        "CreatePermissionSet",
                        json!({"Name": name}),
                        &[(taken, CONFLICT)],
                    )
                    .await;
                if let Some(made) = made {
                    let arn = text(&made["PermissionSet"]["PermissionSetArn"]);
                    self.model
                        .sets
                        .insert(arn.clone(), (name.to_owned(), Content::default()));
                    self.model.ever.push(arn);
                }
            }
            Step::DeleteSet { set } => {
                let Some(set) = of(set) else { return };
                let used = self.model.provisioned.keys().any(|(_, s)| *s == set);
                let cases = [(is_gone(&self.model, &set), GONE), (used, CONFLICT)];
                let input = json!({"PermissionSetArn": set});
                if self
                    .expect("DeletePermissionSet", input, &cases)
                    .await
                    .is_some()
                {
                    self.model.sets.remove(&set);
                }
            }
            Step::PutInline { set, action } => {
                let Some(set) = of(set) else { return };
                let input = json!({"PermissionSetArn": set, "InlinePolicy": inline(action)});
                let cases = [(is_gone(&self.model, &set), GONE)];
                if self
                    .expect("PutInlinePolicyToPermissionSet", input, &cases)
                    .await
                    .is_some()
                {
                    self.change(&set, |content| content.inline = Some(action));
                }
            }
            Step::DeleteInline { set } => {
                let Some(set) = of(set) else { return };
                let cases = [(is_gone(&self.model, &set), GONE)];
                let input = json!({"PermissionSetArn": set});
                if self
                    .expect("DeleteInlinePolicyFromPermissionSet", input, &cases)
                    .await
                    .is_some()
                {
                    self.change(&set, |content| content.inline = None);
                }
            }
            Step::Attach { set, policy } => {
                let Some(set) = of(set) else { return };
                let has = self
                    .model
                    .sets
                    .get(&set)
                    .is_some_and(|(_, content)| content.managed.contains(&policy));
                let cases = [(is_gone(&self.model, &set), GONE), (has, CONFLICT)];
                let input = json!({"PermissionSetArn": set, "ManagedPolicyArn": MANAGED[policy]});
                if self
                    .expect("AttachManagedPolicyToPermissionSet", input, &cases)
                    .await
                    .is_some()
                {
                    self.change(&set, |content| _ = content.managed.insert(policy));
                }
            }
            Step::Detach { set, policy } => {
                let Some(set) = of(set) else { return };
                let has = self
                    .model
                    .sets
                    .get(&set)
                    .is_some_and(|(_, content)| content.managed.contains(&policy));
                let input = json!({"PermissionSetArn": set, "ManagedPolicyArn": MANAGED[policy]});
                if self
                    .expect(
                        "DetachManagedPolicyFromPermissionSet",
                        input,
                        &[(!has, GONE)],
                    )
                    .await
                    .is_some()
                {
                    self.change(&set, |content| _ = content.managed.remove(&policy));
                }
            }
            Step::Assign {
                set,
                account,
                principal,
            } => {
                let Some(set) = of(set) else { return };
                let account = pick(&self.accounts, account).unwrap().clone();
                let (principal, kind, known) =
                    pick(&self.model.principals, principal).unwrap().clone();
                let cases = [(is_gone(&self.model, &set), GONE)];
                let input = assignment(&set, &account, &principal, kind);
                let Some(begun) = self.expect("CreateAccountAssignment", input, &cases).await
                else {
                    return;
                };
                let (status, member) = (
                    "AccountAssignmentCreationStatus",
                    "AccountAssignmentCreationRequestId",
                );
                self.done(
                    &begun,
                    status,
                    "DescribeAccountAssignmentCreationStatus",
                    member,
                    known,
                )
                .await;
                if known {
                    let content = self.model.sets[&set].1.clone();
                    let place = (account.clone(), set.clone());
                    self.model.provisioned.entry(place).or_insert(content);
                    self.model.assignments.insert((account, set, principal));
                }
            }
            Step::Unassign {
                set,
                account,
                principal,
            } => {
                let Some(set) = of(set) else { return };
                let account = pick(&self.accounts, account).unwrap().clone();
                let (principal, kind, _) = pick(&self.model.principals, principal).unwrap().clone();
                let cases = [(is_gone(&self.model, &set), GONE)];
                let input = assignment(&set, &account, &principal, kind);
                let Some(begun) = self.expect("DeleteAccountAssignment", input, &cases).await
                else {
                    return;
                };
                let there = self.model.assignments.remove(&(account, set, principal));
                let (status, member) = (
                    "AccountAssignmentDeletionStatus",
                    "AccountAssignmentDeletionRequestId",
                );
                self.done(
                    &begun,
                    status,
                    "DescribeAccountAssignmentDeletionStatus",
                    member,
                    there,
                )
                .await;
                self.model.tidy();
            }
            Step::Provision { set, account } => {
                let Some(set) = of(set) else { return };
                let account = account.map(|account| pick(&self.accounts, account).unwrap().clone());
                let cases = [(is_gone(&self.model, &set), GONE)];
                let mut input =
                    json!({"PermissionSetArn": set, "TargetType": "ALL_PROVISIONED_ACCOUNTS"});
                if let Some(account) = &account {
                    input["TargetType"] = json!("AWS_ACCOUNT");
                    input["TargetId"] = json!(account);
                }
                let Some(begun) = self.expect("ProvisionPermissionSet", input, &cases).await else {
                    return;
                };
                let content = self.model.sets[&set].1.clone();
                let places = self.model.provisioned.iter_mut();
                let mut places: Vec<_> = places
                    .filter(|((a, s), _)| {
                        *s == set && account.as_ref().is_none_or(|account| a == account)
                    })
                    .collect();
                let succeeds = account.is_none() || !places.is_empty();
                places
                    .iter_mut()
                    .for_each(|(_, has)| **has = content.clone());
                let (status, member) = (
                    "PermissionSetProvisioningStatus",
                    "ProvisionPermissionSetRequestId",
                );
                self.done(
                    &begun,
                    status,
                    "DescribePermissionSetProvisioningStatus",
                    member,
                    succeeds,
                )
                .await;
            }
            Step::DeletePrincipal { principal } => {
                let at = principal % self.model.principals.len();
                let (id, kind, known) = self.model.principals[at].clone();
                if !known {
                    return;
                }
                match kind {
                    "USER" => self.directory("DeleteUser", json!({"UserId": id})).await,
                    _ => self.directory("DeleteGroup", json!({"GroupId": id})).await,
                };
                // What they were assigned stays, as it does at AWS, until somebody takes it back.
                self.model.principals[at].2 = false;
            }
            Step::List { size } => self.list(size).await,
        }
    }

    /// Changes what a set says; nothing happens to it where that is what it said before.
    fn change(&mut self, set: &str, change: impl FnOnce(&mut Content)) {
        let content = &mut self.model.sets.get_mut(set).unwrap().1;
        let before = content.clone();
        change(content);
        if *content != before {
            content.revision += 1;
        }
    }

    async fn all(
        &self,
        operation: &str,
        mut input: Value,
        member: &str,
        size: usize,
    ) -> Vec<Value> {
        input["InstanceArn"] = json!(self.instance);
        let found = self.by.list(SERVICE, operation, input, member, size).await;
        found.unwrap_or_else(|code| panic!("{operation} answers {code}"))
    }

    /// Compares every list with what must be in it.
    async fn list(&self, size: usize) {
        let model = &self.model;
        let texts = |found: Vec<Value>| -> BTreeSet<String> { found.iter().map(text).collect() };
        let sets = texts(
            self.all("ListPermissionSets", json!({}), "PermissionSets", size)
                .await,
        );
        assert_eq!(sets, model.sets.keys().cloned().collect());
        for account in &self.accounts {
            for state in STATES {
                let input = json!({"AccountId": account, "ProvisioningStatus": state});
                let found = self
                    .all(
                        "ListPermissionSetsProvisionedToAccount",
                        input,
                        "PermissionSets",
                        size,
                    )
                    .await;
                let want = model
                    .sets
                    .keys()
                    .filter(|set| model.state(account, set) == Some(state));
                assert_eq!(
                    texts(found),
                    want.cloned().collect(),
                    "{state} in {account}"
                );
            }
            for set in model.sets.keys() {
                let input = json!({"AccountId": account, "PermissionSetArn": set});
                let found = self
                    .all("ListAccountAssignments", input, "AccountAssignments", size)
                    .await;
                let found: BTreeSet<_> = found
                    .iter()
                    .map(|found| text(&found["PrincipalId"]))
                    .collect();
                let want = model
                    .assignments
                    .iter()
                    .filter(|(a, s, _)| a == account && s == set);
                assert_eq!(
                    found,
                    want.map(|(_, _, principal)| principal.clone()).collect()
                );
            }
        }
        for set in model.sets.keys() {
            for state in STATES {
                let input = json!({"PermissionSetArn": set, "ProvisioningStatus": state});
                let found = self
                    .all(
                        "ListAccountsForProvisionedPermissionSet",
                        input,
                        "AccountIds",
                        size,
                    )
                    .await;
                let want = self
                    .accounts
                    .iter()
                    .filter(|account| model.state(account, set) == Some(state));
                assert_eq!(texts(found), want.cloned().collect(), "{state} of {set}");
            }
        }
        for (principal, kind, known) in &model.principals {
            if *known {
                let input = json!({"PrincipalId": principal, "PrincipalType": kind});
                let operation = "ListAccountAssignmentsForPrincipal";
                let found = self.all(operation, input, "AccountAssignments", size).await;
                let found = found
                    .iter()
                    .map(|found| (text(&found["AccountId"]), text(&found["PermissionSetArn"])));
                let want = model.assignments.iter().filter(|(_, _, p)| p == principal);
                let want = want.map(|(account, set, _)| (account.clone(), set.clone()));
                assert_eq!(
                    found.collect::<BTreeSet<_>>(),
                    want.collect(),
                    "of {principal}"
                );
            }
        }
    }

    /// Compares the roles in the accounts, and what they may do, with what was provisioned.
    async fn roles(&self) {
        for account in &self.accounts {
            let by = By {
                server: self.by.server,
                who: named(account),
            };
            let input = json!({"PathPrefix": "/aws-reserved/sso.amazonaws.com/"});
            let roles = by.ok("iam", "ListRoles", input).await;
            let mut found = Vec::new();
            for role in roles["Roles"].as_array().unwrap() {
                let role = json!({"RoleName": role["RoleName"]});
                let name = text(&role["RoleName"]);
                let name = name.strip_prefix("AWSReservedSSO_").unwrap();
                let set = name[..name.len() - 17].to_owned();
                let attached = by.ok("iam", "ListAttachedRolePolicies", role.clone()).await;
                let attached = attached["AttachedPolicies"].as_array().unwrap();
                let attached: BTreeSet<_> = attached
                    .iter()
                    .map(|policy| text(&policy["PolicyArn"]))
                    .collect();
                let own = by.ok("iam", "ListRolePolicies", role).await;
                found.push((set, attached, own["PolicyNames"].as_array().unwrap().len()));
            }
            found.sort();
            let own = self
                .model
                .provisioned
                .iter()
                .filter(|((a, _), _)| a == account);
            let mut want: Vec<_> = own
                .map(|((_, set), content)| {
                    let managed = content
                        .managed
                        .iter()
                        .map(|policy| MANAGED[*policy].to_owned());
                    let inline = usize::from(content.inline.is_some());
                    (
                        self.model.sets[set].0.clone(),
                        managed.collect::<BTreeSet<_>>(),
                        inline,
                    )
                })
                .collect();
            want.sort();
            assert_eq!(found, want, "roles of {account}");
        }
    }
}

fn inline(action: usize) -> String {
    let statement = json!([{"Effect": "Allow", "Action": ACTIONS[action], "Resource": "*"}]);
    json!({"Version": "2012-10-17", "Statement": statement}).to_string()
}

fn assignment(set: &str, account: &str, principal: &str, kind: &str) -> Value {
    json!({"PermissionSetArn": set, "TargetType": "AWS_ACCOUNT", "TargetId": account, "PrincipalType": kind,
        "PrincipalId": principal})
}
