//! The tree of an organization, what is attached to it, and what that allows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use atrium_testkit::{Options, Server, on_both_engines};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{By, fresh_account, named, pick, sequences, text};

on_both_engines!(Options::dev(); the_tree_holds_and_its_policies_decide);

const SERVICE: &str = "organizations";
const NAMES: [&str; 4] = ["one", "two", "three", "four"];
const KIND: &str = "SERVICE_CONTROL_POLICY";
const FULL: &str = "p-FullAWSAccess";
/// Levels of units below the root.
const DEEPEST: usize = 5;
const ACTIONS: [&str; 3] = ["ListUsers", "ListRoles", "ListGroups"];

/// What a policy says, and to which of the actions.
type Says = fn(&str) -> bool;

/// Statements of policies: the document's, and what it allows and denies.
fn contents() -> [(Value, Says, Says); 5] {
    let none: Says = |_| false;
    let allow = |action: Value| json!({"Effect": "Allow", "Action": action, "Resource": "*"});
    let deny = |action: &str| json!({"Effect": "Deny", "Action": action, "Resource": "*"});
    [
        (json!([allow(json!("*"))]), |_| true, none),
        (json!([deny("iam:ListUsers")]), none, |action| {
            action == "ListUsers"
        }),
        (
            json!([allow(json!(["iam:ListUsers", "iam:ListRoles"]))]),
            |action| action != "ListGroups",
            none,
        ),
        (
            json!([allow(json!("iam:List*")), deny("iam:*Roles")]),
            |_| true,
            |action| action == "ListRoles",
        ),
        (
            json!([{"Effect": "Allow", "NotAction": "iam:ListGroups", "Resource": "*"}]),
            |action| action != "ListGroups",
            none,
        ),
    ]
}

#[derive(Clone, Debug)]
enum Step {
    CreateUnit {
        parent: usize,
        name: usize,
    },
    RenameUnit {
        unit: usize,
        name: usize,
    },
    DeleteUnit {
        unit: usize,
    },
    CreateAccount,
    Move {
        account: usize,
        source: Option<usize>,
        destination: usize,
    },
    CreatePolicy {
        name: usize,
        content: usize,
    },
    ChangePolicy {
        policy: usize,
        content: usize,
    },
    DeletePolicy {
        policy: usize,
    },
    Attach {
        policy: usize,
        target: usize,
    },
    Detach {
        policy: usize,
        target: usize,
    },
    Decide {
        account: usize,
        action: usize,
    },
    List {
        size: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let any = || 0..60usize;
    let name = || 0..NAMES.len();
    let content = || 0..contents().len();
    prop_oneof![
        5 => (any(), name()).prop_map(|(parent, name)| Step::CreateUnit { parent, name }),
        1 => (any(), name()).prop_map(|(unit, name)| Step::RenameUnit { unit, name }),
        2 => any().prop_map(|unit| Step::DeleteUnit { unit }),
        2 => Just(Step::CreateAccount),
        4 => (any(), proptest::option::weighted(0.2, any()), any())
            .prop_map(|(account, source, destination)| Step::Move { account, source, destination }),
        3 => (name(), content()).prop_map(|(name, content)| Step::CreatePolicy { name, content }),
        1 => (any(), content()).prop_map(|(policy, content)| Step::ChangePolicy { policy, content }),
        1 => any().prop_map(|policy| Step::DeletePolicy { policy }),
        8 => (any(), any()).prop_map(|(policy, target)| Step::Attach { policy, target }),
        4 => (any(), any()).prop_map(|(policy, target)| Step::Detach { policy, target }),
        8 => (any(), 0..ACTIONS.len()).prop_map(|(account, action)| Step::Decide { account, action }),
        1 => (1..6usize).prop_map(|size| Step::List { size }),
    ]
}

struct Model {
    root: String,
    management: String,
    /// Parent and name of each unit.
    units: BTreeMap<String, (String, String)>,
    /// Parent of each account.
    accounts: BTreeMap<String, String>,
    /// Name and content of each policy but the managed one.
    policies: BTreeMap<String, (String, usize)>,
    /// Policies of each root, unit and account.
    attached: BTreeMap<String, BTreeSet<String>>,
    /// Ids of all units, accounts and policies that ever were.
    ever: [Vec<String>; 3],
}

impl Model {
    fn is_parent(&self, id: &str) -> bool {
        id == self.root || self.units.contains_key(id)
    }

    fn parent(&self, id: &str) -> Option<&String> {
        self.units
            .get(id)
            .map(|(parent, _)| parent)
            .or_else(|| self.accounts.get(id))
    }

    /// The node and all above it.
    fn path<'a>(&'a self, id: &'a str) -> Vec<&'a str> {
        let mut path = vec![id];
        while let Some(parent) = self.parent(path[path.len() - 1]) {
            path.push(parent);
        }
        path
    }

    fn children(&self, of: &str) -> BTreeSet<String> {
        let units = self
            .units
            .iter()
            .filter(|(_, (parent, _))| parent == of)
            .map(|(id, _)| id);
        let accounts = self
            .accounts
            .iter()
            .filter(|(_, parent)| *parent == of)
            .map(|(id, _)| id);
        units.chain(accounts).cloned().collect()
    }

    fn is_taken(&self, parent: &str, name: &str, but: Option<&str>) -> bool {
        let mut units = self.units.iter().filter(|(id, _)| but != Some(id.as_str()));
        units.any(|(_, (p, n))| p == parent && n == name)
    }

    fn is_allowed(&self, account: &str, action: &str) -> bool {
        if account == self.management {
            return true;
        }
        let all = contents();
        let says = |policy: &String| {
            let content = self.policies.get(policy).map_or(0, |(_, content)| *content);
            (all[content].1(action), all[content].2(action))
        };
        self.path(account).into_iter().all(|level| {
            let policies: Vec<_> = self.attached[level].iter().map(says).collect();
            policies.iter().any(|(allows, _)| *allows)
                && !policies.iter().any(|(_, denies)| *denies)
        })
    }

    fn targets(&self) -> Vec<String> {
        let mut all = vec![self.root.clone()];
        all.extend(self.ever[0].iter().chain(&self.ever[1]).cloned());
        all
    }
}

async fn the_tree_holds_and_its_policies_decide(server: Server) {
    let server = &server;
    sequences(20, step(), 1..110, |steps| async move {
        let mut run = Run::begin(server).await;
        for step in steps {
            run.step(step).await;
        }
        for account in run.model.accounts.keys() {
            for action in ACTIONS {
                run.decide(account, action).await;
            }
        }
        run.list(2).await;
        run.list(20).await;
    });
}

struct Run<'a> {
    by: By<'a>,
    model: Model,
}

impl<'a> Run<'a> {
    async fn begin(server: &'a Server) -> Self {
        let by = By {
            server,
            who: fresh_account(),
        };
        by.ok(SERVICE, "CreateOrganization", json!({"FeatureSet": "ALL"}))
            .await;
        let root = text(&by.ok(SERVICE, "ListRoots", json!({})).await["Roots"][0]["Id"]);
        by.ok(
            SERVICE,
            "EnablePolicyType",
            json!({"RootId": root, "PolicyType": KIND}),
        )
        .await;
        let management = by.who.account.to_string();
        let full = BTreeSet::from([FULL.to_owned()]);
        let model = Model {
            accounts: [(management.clone(), root.clone())].into(),
            attached: [(root.clone(), full.clone()), (management.clone(), full)].into(),
            ever: [Vec::new(), vec![management.clone()], vec![FULL.to_owned()]],
            units: BTreeMap::new(),
            policies: BTreeMap::new(),
            root,
            management,
        };
        let mut run = Self { by, model };
        run.create_account().await;
        run
    }

    /// Calls, and sees that the answer is a success or the code that holds first.
    async fn expect(&self, operation: &str, input: Value, cases: &[(bool, &str)]) -> Option<Value> {
        let want = cases
            .iter()
            .find(|(holds, _)| *holds)
            .map(|(_, code)| (*code).to_owned());
        let shown = input.to_string();
        match (self.by.call(SERVICE, operation, input).await, want) {
            (Ok(value), None) => Some(value),
            (Err(code), Some(want)) if code == want => None,
            (answer, want) => panic!("{operation} answers {answer:?}, not {want:?}, to {shown}"),
        }
    }

    async fn create_account(&mut self) {
        static MADE: AtomicU64 = AtomicU64::new(0);
        if self.model.accounts.len() > 6 {
            return;
        }
        let email = format!(
            "member{}@made.example",
            MADE.fetch_add(1, Ordering::Relaxed)
        );
        let made = self
            .by
            .ok(
                SERVICE,
                "CreateAccount",
                json!({"AccountName": "member", "Email": email}),
            )
            .await;
        let request = json!({"CreateAccountRequestId": made["CreateAccountStatus"]["Id"]});
        let status = self
            .by
            .ok(SERVICE, "DescribeCreateAccountStatus", request)
            .await;
        let id = text(&status["CreateAccountStatus"]["AccountId"]);
        self.model
            .accounts
            .insert(id.clone(), self.model.root.clone());
        self.model
            .attached
            .insert(id.clone(), [FULL.to_owned()].into());
        self.model.ever[1].push(id);
    }

    async fn step(&mut self, step: Step) {
        let model = &self.model;
        let mut parents = vec![model.root.clone()];
        parents.extend(model.ever[0].iter().cloned());
        let [units, accounts, policies] = model.ever.clone();
        match step {
            Step::CreateUnit { parent, name } => {
                let (parent, name) = (pick(&parents, parent).unwrap(), NAMES[name]);
                let made = self
                    .expect(
                        "CreateOrganizationalUnit",
                        json!({"ParentId": parent, "Name": name}),
                        &[
                            (!model.is_parent(parent), "ParentNotFoundException"),
                            (
                                model.path(parent).len() > DEEPEST,
                                "ConstraintViolationException",
                            ),
                            (
                                model.is_taken(parent, name, None),
                                "DuplicateOrganizationalUnitException",
                            ),
                        ],
                    )
                    .await;
                if let Some(made) = made {
                    let id = text(&made["OrganizationalUnit"]["Id"]);
                    self.model
                        .units
                        .insert(id.clone(), (parent.clone(), name.to_owned()));
                    self.model
                        .attached
                        .insert(id.clone(), [FULL.to_owned()].into());
                    self.model.ever[0].push(id);
                }
            }
            Step::RenameUnit { unit, name } => {
                let (Some(unit), name) = (pick(&units, unit), NAMES[name]) else {
                    return;
                };
                let parent = model.units.get(unit).map(|(parent, _)| parent.clone());
                let taken = parent
                    .as_ref()
                    .is_some_and(|parent| model.is_taken(parent, name, Some(unit)));
                let cases = [
                    (parent.is_none(), "OrganizationalUnitNotFoundException"),
                    (taken, "DuplicateOrganizationalUnitException"),
                ];
                let input = json!({"OrganizationalUnitId": unit, "Name": name});
                if self
                    .expect("UpdateOrganizationalUnit", input, &cases)
                    .await
                    .is_some()
                {
                    self.model.units.get_mut(unit).unwrap().1 = name.to_owned();
                }
            }
            Step::DeleteUnit { unit } => {
                let Some(unit) = pick(&units, unit) else {
                    return;
                };
                let cases = [
                    (
                        !model.units.contains_key(unit),
                        "OrganizationalUnitNotFoundException",
                    ),
                    (
                        !model.children(unit).is_empty(),
                        "OrganizationalUnitNotEmptyException",
                    ),
                ];
                let input = json!({"OrganizationalUnitId": unit});
                if self
                    .expect("DeleteOrganizationalUnit", input, &cases)
                    .await
                    .is_some()
                {
                    self.model.units.remove(unit);
                    self.model.attached.remove(unit);
                }
            }
            Step::CreateAccount => self.create_account().await,
            Step::Move {
                account,
                source,
                destination,
            } => {
                let account = pick(&accounts, account).unwrap();
                let from = &model.accounts[account];
                let source = source.map_or(from, |source| pick(&parents, source).unwrap());
                let destination = pick(&parents, destination).unwrap();
                let input = json!({"AccountId": account, "SourceParentId": source, "DestinationParentId": destination});
                let cases = [
                    (
                        !model.is_parent(destination),
                        "DestinationParentNotFoundException",
                    ),
                    (from == destination, "DuplicateAccountException"),
                    (from != source, "SourceParentNotFoundException"),
                ];
                if self.expect("MoveAccount", input, &cases).await.is_some() {
                    self.model
                        .accounts
                        .insert(account.clone(), destination.clone());
                }
            }
            Step::CreatePolicy { name, content } => {
                let name = NAMES[name];
                let taken = model.policies.values().any(|(own, _)| own == name);
                let input = json!({"Name": name, "Description": "", "Type": KIND, "Content": document(content)});
                let made = self
                    .expect(
                        "CreatePolicy",
                        input,
                        &[(taken, "DuplicatePolicyException")],
                    )
                    .await;
                if let Some(made) = made {
                    let id = text(&made["Policy"]["PolicySummary"]["Id"]);
                    self.model
                        .policies
                        .insert(id.clone(), (name.to_owned(), content));
                    self.model.ever[2].push(id);
                }
            }
            Step::ChangePolicy { policy, content } => {
                let policy = pick(&policies, policy).unwrap();
                let cases = [
                    (policy == FULL, "InvalidInputException"),
                    (
                        !model.policies.contains_key(policy),
                        "PolicyNotFoundException",
                    ),
                ];
                let input = json!({"PolicyId": policy, "Content": document(content)});
                if self.expect("UpdatePolicy", input, &cases).await.is_some() {
                    self.model.policies.get_mut(policy).unwrap().1 = content;
                }
            }
            Step::DeletePolicy { policy } => {
                let policy = pick(&policies, policy).unwrap();
                let cases = [
                    (policy == FULL, "InvalidInputException"),
                    (
                        !model.policies.contains_key(policy),
                        "PolicyNotFoundException",
                    ),
                    (
                        model.attached.values().any(|all| all.contains(policy)),
                        "PolicyInUseException",
                    ),
                ];
                if self
                    .expect("DeletePolicy", json!({"PolicyId": policy}), &cases)
                    .await
                    .is_some()
                {
                    self.model.policies.remove(policy);
                }
            }
            Step::Attach { policy, target } => {
                let targets = model.targets();
                let (policy, target) = (
                    pick(&policies, policy).unwrap(),
                    pick(&targets, target).unwrap(),
                );
                let attached = model.attached.get(target);
                let cases = [
                    (
                        policy != FULL && !model.policies.contains_key(policy),
                        "PolicyNotFoundException",
                    ),
                    (attached.is_none(), "TargetNotFoundException"),
                    (
                        attached.is_some_and(|all| all.contains(policy)),
                        "DuplicatePolicyAttachmentException",
                    ),
                ];
                let input = json!({"PolicyId": policy, "TargetId": target});
                if self.expect("AttachPolicy", input, &cases).await.is_some() {
                    self.model
                        .attached
                        .get_mut(target)
                        .unwrap()
                        .insert(policy.clone());
                }
            }
            Step::Detach { policy, target } => {
                let targets = model.targets();
                let (policy, target) = (
                    pick(&policies, policy).unwrap(),
                    pick(&targets, target).unwrap(),
                );
                let attached = model.attached.get(target);
                let cases = [
                    (
                        policy != FULL && !model.policies.contains_key(policy),
                        "PolicyNotFoundException",
                    ),
                    (attached.is_none(), "TargetNotFoundException"),
                    (
                        attached.is_some_and(|all| !all.contains(policy)),
                        "PolicyNotAttachedException",
                    ),
                    (
                        attached.is_some_and(|all| all.len() == 1),
                        "ConstraintViolationException",
                    ),
                ];
                let input = json!({"PolicyId": policy, "TargetId": target});
                if self.expect("DetachPolicy", input, &cases).await.is_some() {
                    self.model.attached.get_mut(target).unwrap().remove(policy);
                }
            }
            Step::Decide { account, action } => {
                self.decide(pick(&accounts, account).unwrap(), ACTIONS[action])
                    .await;
            }
            Step::List { size } => self.list(size).await,
        }
    }

    /// Asks as the account itself, which only the organization's policies can refuse.
    async fn decide(&self, account: &str, action: &str) {
        let by = By {
            server: self.by.server,
            who: named(account),
        };
        let answer = by.call("iam", action, json!({})).await.err();
        let want = (!self.model.is_allowed(account, action)).then(|| "AccessDenied".to_owned());
        let attached: Vec<_> = self
            .model
            .path(account)
            .iter()
            .map(|level| &self.model.attached[*level])
            .collect();
        assert_eq!(
            answer, want,
            "{action} in {account} under {attached:?} of {:?}",
            self.model.policies
        );
    }

    /// Compares every list with what must be in it.
    async fn list(&self, size: usize) {
        let model = &self.model;
        let all =
            async |operation: &str, input: Value, member: &str, id: &str| -> BTreeSet<String> {
                let found = self.by.list(SERVICE, operation, input, member, size).await;
                let found = found.unwrap_or_else(|code| panic!("{operation} answers {code}"));
                found.iter().map(|entry| text(&entry[id])).collect()
            };
        let accounts = all("ListAccounts", json!({}), "Accounts", "Id").await;
        assert_eq!(accounts, model.accounts.keys().cloned().collect());
        let policies = all("ListPolicies", json!({"Filter": KIND}), "Policies", "Id").await;
        let own = model.policies.keys().cloned().chain([FULL.to_owned()]);
        assert_eq!(policies, own.collect());
        for parent in model.units.keys().chain([&model.root]) {
            let mut found = BTreeSet::new();
            for (operation, member) in [
                ("ListOrganizationalUnitsForParent", "OrganizationalUnits"),
                ("ListAccountsForParent", "Accounts"),
            ] {
                found.extend(all(operation, json!({"ParentId": parent}), member, "Id").await);
            }
            assert_eq!(found, model.children(parent), "below {parent}");
            let mut children = BTreeSet::new();
            for kind in ["ACCOUNT", "ORGANIZATIONAL_UNIT"] {
                let input = json!({"ParentId": parent, "ChildType": kind});
                children.extend(all("ListChildren", input, "Children", "Id").await);
            }
            assert_eq!(children, found, "below {parent}");
        }
        for (target, policies) in &model.attached {
            let input = json!({"TargetId": target, "Filter": KIND});
            assert_eq!(
                &all("ListPoliciesForTarget", input, "Policies", "Id").await,
                policies,
                "of {target}"
            );
            if *target != model.root {
                let parents = all("ListParents", json!({"ChildId": target}), "Parents", "Id").await;
                assert_eq!(
                    parents,
                    model.parent(target).into_iter().cloned().collect(),
                    "of {target}"
                );
            }
        }
        for policy in model.policies.keys() {
            let found = all(
                "ListTargetsForPolicy",
                json!({"PolicyId": policy}),
                "Targets",
                "TargetId",
            )
            .await;
            let holding = model
                .attached
                .iter()
                .filter(|(_, all)| all.contains(policy));
            assert_eq!(
                found,
                holding.map(|(target, _)| target.clone()).collect(),
                "of {policy}"
            );
        }
    }
}

fn document(content: usize) -> String {
    json!({"Version": "2012-10-17", "Statement": contents()[content].0}).to_string()
}
