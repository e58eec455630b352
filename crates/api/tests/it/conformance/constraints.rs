//! The walk over all operations and all their cases.

use std::collections::{BTreeMap, BTreeSet};

use atrium_directory::SETTLING;
use atrium_testkit::{Credentials, Options, Server, on_both_engines};
use futures::StreamExt as _;
use serde_json::Value;

use super::bases::Bases;
use super::cases::{Case, Cases};
use super::model::{Model, Operation, SERVICES};
use super::reach::constraints;
use super::reply::Reply;
use super::request::send;
use super::rules::{Fault, Rules, refusal};
use crate::input;
use crate::world::World;

/// Requests at a time, of those that change nothing.
const AT_ONCE: usize = 8;

/// What looks wrong and isn't: the beginning of an operation, what is told, and why.
const EXCUSED: &[(&str, &str, &str)] = &[
    (
        "iam:",
        "PermissionsBoundaryType` breaks a rule",
        "IAM answers `Policy`, whatever its model says",
    ),
    (
        "sso-admin:GetInlinePolicyForPermissionSet",
        "`.InlinePolicy` breaks a rule",
        "the text is empty where there is no policy",
    ),
    (
        "iam:UpdateAccessKey",
        "is called invalid",
        "the third value of the enumeration is for credentials that expire, which keys don't",
    ),
];

/// Operations after which little is left.
const LAST: &[&str] = &[
    "CloseAccount",
    "DeleteInstance",
    "DeleteOrganization",
    "LeaveOrganization",
    "RemoveAccountFromOrganization",
];

/// What belongs to something else, and goes before it.
const OF_SOMETHING: &[&str] = &[
    "AccessKey",
    "AccessScope",
    "Assignment",
    "AuthenticationMethod",
    "Boundary",
    "Configuration",
    "FromPermissionSet",
    "Grant",
    "GroupPolicy",
    "LoginProfile",
    "Membership",
    "RolePolicy",
    "UserPolicy",
    "Version",
];

/// Operations that no request here succeeds with, and why.
const NEVER: &[(&str, &str)] = &[
    (
        "atrium:AllowAccountInstances",
        "is for instances older than any that can be made here",
    ),
    (
        "organizations:TerminateResponsibilityTransfer",
        "is for transfers that both sides agreed to, and here one side only asks",
    ),
    (
        "sts:AssumeRoleWithSAML",
        "is for what a provider signs anew each time",
    ),
    (
        "sts:AssumeRoleWithWebIdentity",
        "is for what an issuer signs anew each time",
    ),
    ("iam:DeleteLoginProfile", "users have no passwords"),
    ("iam:GetLoginProfile", "users have no passwords"),
];

/// The longest body that the server reads, in bytes.
const BODY: usize = 1 << 20;

/// What is made here over and over must not use up the room for what is restored.
fn roomy() -> Options {
    let mut options = Options::default();
    options.settings.quotas.lake.stores = 1_000;
    options
}

on_both_engines!(roomy(); constraints_are_told_and_answers_keep_their_shapes);

/// Operations in an order that leaves something to do for each: those that make something, those that change it,
/// those that only look, those that take something off, those that end it.
fn rank(name: &str) -> usize {
    let begins = |with: &[&str]| with.iter().any(|begin| name.starts_with(begin));
    let ends = |with: &[&str]| with.iter().any(|end| name.ends_with(end));
    if LAST.contains(&name) {
        5
    } else if begins(&["Detach", "Untag", "Remove", "Disable", "Deregister"])
        || (begins(&["Delete"]) && ends(OF_SOMETHING))
    {
        3
    } else if begins(&["Delete", "Cancel"]) {
        4
    } else if begins(&[
        "Get", "List", "Describe", "Is", "Simulate", "Lookup", "Assume",
    ]) {
        2
    } else if begins(&[
        "Create", "Put", "Attach", "Tag", "Add", "Enable", "Register",
    ]) {
        0
    } else {
        1
    }
}

/// Whether something in a request, not all of it, is a structure without members.
fn has_empty_structure(input: &Value) -> bool {
    let empty = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
    match input {
        Value::Object(members) => members
            .values()
            .any(|value| empty(value) || has_empty_structure(value)),
        Value::Array(items) => items
            .iter()
            .any(|value| empty(value) || has_empty_structure(value)),
        _ => false,
    }
}

struct Walk<'a> {
    server: &'a Server,
    by: &'a Credentials,
    rules: Rules,
    faults: Vec<String>,
    accepted: BTreeMap<String, usize>,
    /// The first refusal of each operation.
    refused: BTreeMap<String, String>,
    counts: [usize; 3],
}

async fn constraints_are_told_and_answers_keep_their_shapes(server: Server) {
    let world = World::build(&server).await;
    let account = &world.a.management;
    let bases = Bases::prepare(&server, account).await;
    let models: Vec<Model> = SERVICES.into_iter().map(Model::read).collect();
    let mut offered: Vec<Operation<'_>> = Vec::new();
    for operation in models.iter().flat_map(Model::operations) {
        let known = atrium_wire::find(operation.model.service, operation.name);
        let known = known.unwrap_or_else(|| panic!("{} is unknown", operation.name));
        if server.services().registry.offers(known) {
            offered.push(operation);
        }
    }
    assert!(
        offered.len() > 150,
        "only {} operations are offered",
        offered.len()
    );
    offered.sort_by_key(|operation| rank(operation.name));
    let mut walk = Walk {
        server: &server,
        by: &account.admin,
        rules: Rules::default(),
        faults: Vec::new(),
        accepted: BTreeMap::new(),
        refused: BTreeMap::new(),
        counts: [0; 3],
    };
    for (n, operation) in offered.into_iter().enumerate() {
        let known = atrium_wire::find(operation.model.service, operation.name).unwrap();
        let base = input::own(known, &account.names, 100_000 + n).value;
        // What takes time is done by then.
        server.clock().advance(SETTLING);
        walk.by = bases.caller(operation).unwrap_or(&account.admin);
        walk.operation(operation, &bases.input(operation, base))
            .await;
    }
    walk.report();
}

impl Walk<'_> {
    async fn operation(&mut self, operation: Operation<'_>, base: &Value) {
        let json = operation.model.protocol() != "query";
        let mut cases = Cases {
            rules: &mut self.rules,
            json,
            made: Vec::new(),
        };
        match operation.input() {
            Some(shape) => cases.all(shape, base),
            None => cases.made.push(Case {
                what: "as it is".to_owned(),
                input: base.clone(),
                unreadable: false,
            }),
        }
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for case in cases.made {
            let faults = match operation.input() {
                Some(shape) if !case.unreadable => self.rules.faults(shape, &case.input),
                _ => Vec::new(),
            };
            if case.unreadable || !faults.is_empty() {
                outside.push((case, faults));
            } else {
                inside.push(case);
            }
        }
        let mut left = operation.input().map(constraints).unwrap_or_default();
        for fault in outside.iter().flat_map(|(_, faults)| faults) {
            left.remove(&(fault.path.clone(), fault.kind()));
        }
        // A form has no place for what isn't there, and takes three bytes for one.
        let too_long = |case: &Case| case.input.to_string().len() > BODY / 3;
        outside.retain(|(case, _)| json || !(has_empty_structure(&case.input) || too_long(case)));
        inside.retain(|case| json || !too_long(case));
        left.retain(|(path, kind)| json || *kind != "required" || !path.ends_with(".member"));
        let name = operation.name;
        let told = left
            .iter()
            .map(|(path, kind)| format!("{name}: nothing breaks `{path}` {kind}"));
        self.faults.extend(told);
        self.counts[1] += outside.len();
        self.counts[0] += inside.len();
        let server = self.server;
        let by = self.by;
        let answers = futures::stream::iter(outside).map(|(case, faults)| async move {
            let answer = send(server, by, operation, &case.input).await;
            (case, faults, answer)
        });
        let answers: Vec<_> = answers.buffer_unordered(AT_ONCE).collect().await;
        for (case, faults, answer) in answers {
            let reply = Reply::read(operation, answer, &mut self.rules);
            let wrong = if case.unreadable {
                unread(operation, &reply)
            } else {
                self.untold(operation, &faults, &reply)
            };
            self.note(operation, &case, &reply, wrong);
        }
        for (n, case) in inside.into_iter().enumerate() {
            // A new name each time: names that are taken would be refused.
            let text = case
                .input
                .to_string()
                .replace("fresh1", &format!("fresh{n}x1"));
            let input = serde_json::from_str(&text).unwrap();
            let answer = send(server, by, operation, &input).await;
            let reply = Reply::read(operation, answer, &mut self.rules);
            let mut wrong = Vec::new();
            if reply.message.contains("validation error") {
                wrong.push("is called invalid".to_owned());
            }
            let name = format!("{}:{}", operation.model.service, operation.name);
            *self.accepted.entry(name.clone()).or_default() += usize::from(reply.is_ok());
            if !reply.is_ok() {
                let told = || format!("{} {}\n        {input}", reply.status, reply.text);
                self.refused.entry(name).or_insert_with(told);
            }
            self.note(operation, &Case { input, ..case }, &reply, wrong);
        }
    }

    fn untold(&self, operation: Operation<'_>, faults: &[Fault], reply: &Reply) -> Vec<String> {
        let (code, message, members) = refusal(operation, faults);
        let mut wrong = Vec::new();
        if reply.code.as_deref() != Some(code) || reply.status != 400 {
            wrong.push(format!("isn't {code} 400"));
        }
        if reply.message != message {
            wrong.push(format!("doesn't say {message}"));
        }
        for (name, value) in members.as_object().into_iter().flatten() {
            if &reply.value[name] != value {
                wrong.push(format!("says {name} is {}, not {value}", reply.value[name]));
            }
        }
        wrong
    }

    fn note(&mut self, operation: Operation<'_>, case: &Case, reply: &Reply, wrong: Vec<String>) {
        self.counts[2] += 1;
        let (service, name, what) = (operation.model.service, operation.name, &case.what);
        let cut = |text: &str| text.chars().take(600).collect::<String>();
        let full = format!("{service}:{name}");
        for fault in reply.faults.iter().chain(&wrong) {
            let excuses = |(begin, told, _): &(&str, &str, &str)| {
                full.starts_with(begin) && fault.contains(told)
            };
            if EXCUSED.iter().any(excuses) {
                continue;
            }
            self.faults.push(format!(
                "{service}:{name} {what}: {}\n    {}\n    {} {}",
                cut(fault),
                cut(&case.input.to_string()),
                reply.status,
                cut(&reply.text)
            ));
        }
    }

    fn report(self) {
        let [inside, outside, all] = self.counts;
        let never: BTreeSet<&str> = self
            .accepted
            .iter()
            .filter(|(_, count)| **count == 0)
            .map(|(name, _)| name.as_str())
            .collect();
        let excused: BTreeSet<&str> = NEVER.iter().map(|(name, _)| *name).collect();
        let accepted: usize = self.accepted.values().sum();
        eprintln!(
            "{inside} requests keep the rules, of which {accepted} are accepted; {outside} break them"
        );
        assert!(
            self.faults.is_empty(),
            "{} faults in {all} answers:\n{}",
            self.faults.len(),
            self.faults.join("\n")
        );
        let why = |name: &&str| format!("{name}\n    {}", self.refused[*name]);
        let why: Vec<String> = never.difference(&excused).map(why).collect();
        assert!(
            why.is_empty(),
            "nothing succeeds with {} operations:\n{}",
            why.len(),
            why.join("\n")
        );
        assert_eq!(never, excused, "excused, and succeeds");
    }
}

/// What is wrong with the answer to a request that can't be read.
fn unread(operation: Operation<'_>, reply: &Reply) -> Vec<String> {
    let code = match operation.model.protocol() {
        "query" => "MalformedInput",
        _ => "SerializationException",
    };
    match reply.code.as_deref() == Some(code) && reply.status == 400 {
        true => Vec::new(),
        false => vec![format!("isn't {code} 400")],
    }
}
