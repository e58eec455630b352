//! Each operation refuses strangers properly: nothing of another account is shown or changed, whatever names of its
//! things a request carries.

use std::collections::BTreeSet;

use atrium_testkit::{Answer, Options, Server, on_both_engines};
use atrium_wire::OperationMeta;
use serde_json::json;

use crate::input::{self, Input};
use crate::operations::offered;
use crate::world::{Account, REGION, World};

on_both_engines!(Options::default(); strangers_see_and_change_nothing);

/// Operations that succeed for a stranger who names something foreign, and why that is as it should be.
const ANSWERED: &[(&str, &str, &str)] = &[
    (
        "sts",
        "GetAccessKeyInfo",
        "tells the account of any key id: the id says it anyway",
    ),
    (
        "organizations",
        "InviteAccountToOrganization",
        "an invitation begins with a stranger's account",
    ),
    (
        "organizations",
        "InviteOrganizationToTransferResponsibility",
        "so does this",
    ),
    (
        "cloudtrail",
        "LookupEvents",
        "a key id only selects among the caller's own events",
    ),
    (
        "sso-admin",
        "DeleteApplicationAssignment",
        "what isn't assigned to the caller's own application needs no deleting",
    ),
    (
        "sso-admin",
        "CreateAccountAssignment",
        "the request's status tells the failure, which is looked at",
    ),
    (
        "sso-admin",
        "DeleteAccountAssignment",
        "the request's status tells the failure, which is looked at",
    ),
];

struct Walk<'a> {
    server: &'a Server,
    stranger: &'a Account,
    victim: &'a Account,
    case: String,
    /// Rows that told of the victim after the last call.
    rows: BTreeSet<String>,
    /// Requests that were taken for work in the background.
    requests: Vec<(&'static str, String)>,
    faults: Vec<String>,
}

async fn strangers_see_and_change_nothing(server: Server) {
    let world = World::build(&server).await;
    let (a, b) = (&world.a, &world.b);
    let pairs = [
        ("another management account", &b.management, &a.management),
        (
            "another management account, of a member",
            &b.management,
            &a.members[0],
        ),
        (
            "another organization's member",
            &b.members[0],
            &a.members[0],
        ),
        ("a sibling", &a.members[1], &a.members[0]),
        ("an account alone", &world.alone, &a.management),
        ("a member, of an account alone", &a.members[1], &world.alone),
    ];
    let mut faults = Vec::new();
    for (case, stranger, victim) in pairs {
        let mut walk = Walk {
            server: &server,
            stranger,
            victim,
            case: case.to_owned(),
            rows: BTreeSet::new(),
            requests: Vec::new(),
            faults: Vec::new(),
        };
        walk.rows = walk.victims_rows();
        for (number, operation) in offered(&server).into_iter().enumerate() {
            // Accounts of one organization are no strangers to its tree.
            let family = stranger.names.get("OrganizationId") == victim.names.get("OrganizationId");
            if !(family && operation.service.name == "organizations") {
                walk.operation(operation, number).await;
            }
        }
        walk.finish().await;
        faults.extend(walk.faults);
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

impl Walk<'_> {
    async fn operation(&mut self, operation: &'static OperationMeta, number: usize) {
        let (own, foreign) = (&self.stranger.names, &self.victim.names);
        let Some(whole) = input::mixed(operation, own, foreign, None, number) else {
            return;
        };
        let members = whole.global.clone();
        self.call(operation, whole, true).await;
        if members.len() > 1 {
            for member in &members {
                let only = BTreeSet::from([*member]);
                if let Some(mixed) = input::mixed(operation, own, foreign, Some(&only), number) {
                    self.call(operation, mixed, false).await;
                }
            }
        }
    }

    async fn call(&mut self, operation: &'static OperationMeta, input: Input, whole: bool) {
        let by = &self.stranger.admin;
        let answer = self
            .server
            .call_operation(by, REGION, operation, &input.value)
            .await;
        let mut faults = Vec::new();
        if !input.global.is_empty() {
            faults.extend(refusal(operation, &answer, whole));
        } else if answer.status >= 500 {
            faults.push(format!("answers {}", answer.status));
        }
        let given = input.value.to_string();
        let marks = self.victim.marks().into_iter();
        let shown = marks.filter(|mark| !given.contains(mark) && answer.text.contains(mark));
        if operation.name != "GetAccessKeyInfo" {
            faults.extend(shown.map(|mark| format!("shows {mark}")));
        }
        for kind in ["Creation", "Deletion"] {
            let status = &answer.value[format!("AccountAssignment{kind}Status")];
            self.requests
                .extend(status["RequestId"].as_str().map(|id| (kind, id.to_owned())));
        }
        // What comes late, from work in the background, is found with a later call.
        let after = self.victims_rows();
        if self.rows != after && !operation.name.starts_with("Invite") {
            let changed: Vec<_> = self.rows.symmetric_difference(&after).collect();
            faults.push(format!("changes {changed:?}"));
        }
        self.rows = after;
        let (case, text) = (&self.case, &answer.text);
        let told = faults.into_iter().map(|fault| {
            format!(
                "{case}: {operation:?} {fault}\n    {given}\n    {} {text}",
                answer.status
            )
        });
        self.faults.extend(told);
    }

    /// Sees that what was taken for work in the background came to nothing.
    async fn finish(&mut self) {
        for (kind, request) in std::mem::take(&mut self.requests) {
            let status = self.status(kind, &request).await;
            if status != "FAILED" {
                let fault = format!("{}: {kind} {request} is {status}", self.case);
                self.faults.push(fault);
            }
        }
        let after = self.victims_rows();
        if self.rows != after {
            let changed: Vec<_> = self.rows.symmetric_difference(&after).collect();
            self.faults.push(format!(
                "{}: work in the background changes {changed:?}",
                self.case
            ));
        }
    }

    /// How the creation or deletion of an assignment ended.
    async fn status(&self, kind: &str, request: &str) -> String {
        let instance = &self.stranger.names["InstanceArn"];
        let ask =
            json!({"InstanceArn": instance, format!("AccountAssignment{kind}RequestId"): request});
        let operation = format!("DescribeAccountAssignment{kind}Status");
        for _ in 0..1000 {
            let by = &self.stranger.admin;
            let answer = self
                .server
                .call(by, REGION, "sso-admin", &operation, ask.clone())
                .await
                .ok();
            let status = answer[format!("AccountAssignment{kind}Status")]["Status"]
                .as_str()
                .unwrap();
            if status != "IN_PROGRESS" {
                return status.to_owned();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        "IN_PROGRESS".to_owned()
    }

    /// Rows that tell of the victim, besides those of requests that name it.
    fn victims_rows(&self) -> BTreeSet<String> {
        let marks = self.victim.marks();
        let mut rows = self.server.database().rows();
        rows.retain(|row| {
            !row.starts_with("access_request ") && marks.iter().any(|mark| row.contains(mark))
        });
        rows
    }
}

/// What is wrong with the answer to a request that names something foreign, or (`whole`) nothing else.
fn refusal(operation: &OperationMeta, answer: &Answer, whole: bool) -> Option<String> {
    let known = |(service, name, _): &&(&str, &str, &str)| {
        *service == operation.service.name && *name == operation.name
    };
    if answer.is_ok() {
        // A list or a question may answer with nothing; what it shows is looked at apart.
        let asks = operation.name.starts_with("List") || operation.name.starts_with("IsMember");
        let excused = ANSWERED.iter().any(|entry| known(&entry));
        return (!(excused || (asks && !whole))).then(|| "succeeds".to_owned());
    }
    if !(400..500).contains(&answer.status) {
        return Some(format!("answers {}", answer.status));
    }
    let Some(code) = answer.code() else {
        return Some("names no error".to_owned());
    };
    let declared = operation.error(code).is_some();
    let common = [
        "AccessDenied",
        "AccessDeniedException",
        "ValidationException",
        "ValidationError",
        // The model of IAM has it for most operations, and IAM for all.
        "NoSuchEntity",
    ];
    if !declared && !common.contains(&code) {
        return Some(format!("refuses with {code}, which the model doesn't have"));
    }
    answer
        .message()
        .is_empty()
        .then(|| "refuses without a message".to_owned())
}
