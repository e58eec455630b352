//! Records of our own making, such as an organization's accounts produce: the same for the same seed.

use std::fmt::Write as _;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

/// A source of records.
pub struct Trail {
    random: ChaCha8Rng,
    time: i64,
}

const READS: &[(&str, &str)] = &[
    ("sso", "ListInstances"),
    ("sso", "DescribeInstance"),
    ("sso", "ListPermissionSets"),
    ("identitystore", "ListUsers"),
    ("identitystore", "DescribeGroup"),
    ("organizations", "ListAccounts"),
    ("iam", "GetRole"),
    ("sts", "AssumeRole"),
];
const WRITES: &[(&str, &str)] = &[
    ("sso", "CreateInstance"),
    ("sso", "DeleteInstance"),
    ("sso", "CreateAccountAssignment"),
    ("sso", "CreatePermissionSet"),
    ("identitystore", "CreateUser"),
    ("identitystore", "CreateGroupMembership"),
    ("connect", "CreateInstance"),
    ("iam", "CreateRole"),
];
const AGENTS: &[&str] = &[
    "aws-cli/2.31.3 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython exec-env/CloudShell",
    "Boto3/1.40.21 md/Botocore#1.40.21 ua/2.1 os/linux#5.10.0 md/arch#aarch64 lang/python#3.12.3 md/pyimpl#CPython cfg/retry-mode#standard",
    "APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io) terraform-provider-aws/5.70.0 (+https://registry.terraform.io/providers/hashicorp/aws)",
    "AWS Internal",
];

impl Trail {
    pub fn new(seed: u64) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
            time: 1_767_603_662,
        }
    }

    /// The next record's text, some seconds later.
    pub fn record(&mut self) -> String {
        self.value().to_string()
    }

    pub fn value(&mut self) -> Value {
        self.time += self.random.random_range(0..20);
        let time = jiff::Timestamp::from_second(self.time).unwrap().to_string();
        let person = self.skewed(400);
        let account = format!("{:012}", 100_000_000_000_u64 + self.skewed(60) * 7_919_101);
        let write = self.random.random_bool(0.2);
        let calls = if write { WRITES } else { READS };
        let (source, name) = calls[self.skewed(calls.len() as u64) as usize];
        let identity = self.identity(person, &account, &time);
        let failed = self.random.random_bool(0.05);
        let request_id = self.uuid();
        let (parameters, response) = if write {
            self.parameters(name, failed)
        } else {
            (self.reading(), Value::Null)
        };
        let region = ["us-east-1", "eu-west-1", "ap-southeast-2"][self.skewed(3) as usize];
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": identity,
            "eventTime": time,
            "eventSource": format!("{source}.amazonaws.com"),
            "eventName": name,
            "awsRegion": region,
            "sourceIPAddress": format!("203.0.{}.{}", person / 200, person % 200),
            "userAgent": AGENTS[(person % 4) as usize],
        });
        if failed {
            record["errorCode"] = json!("AccessDeniedException");
            record["errorMessage"] = json!(format!(
                "User: arn:aws:sts::{account}:assumed-role/Admin/person{person} is not authorized to perform: {source}:{name} on resource: *"
            ));
        }
        record["requestParameters"] = parameters;
        record["responseElements"] = response;
        record["requestID"] = json!(request_id);
        record["eventID"] = json!(self.uuid());
        record["readOnly"] = json!(!write);
        record["eventType"] = json!("AwsApiCall");
        record["managementEvent"] = json!(true);
        record["recipientAccountId"] = json!(account);
        record["eventCategory"] = json!("Management");
        record["tlsDetails"] = json!({
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": format!("{source}.us-east-1.amazonaws.com"),
        });
        record
    }

    fn identity(&mut self, person: u64, account: &str, time: &str) -> Value {
        let role = ["Admin", "ReadOnly", "Billing", "Pipeline"][(person % 4) as usize];
        let principal = format!("AROA{:016X}", person * 0x9E37_79B9 + 77);
        let key = format!("ASIA{:016X}", person * 0x85EB_CA6B + self.skewed(3));
        let mut identity = json!({
            "type": "AssumedRole",
            "principalId": format!("{principal}:person{person}@example.com"),
            "arn": format!("arn:aws:sts::{account}:assumed-role/{role}/person{person}@example.com"),
            "accountId": account,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role", "principalId": principal,
                    "arn": format!("arn:aws:iam::{account}:role/{role}"), "accountId": account, "userName": role,
                },
                "attributes": { "creationDate": format!("{}T09:00:00Z", &time[..10]), "mfaAuthenticated": "false" },
            },
        });
        if person.is_multiple_of(3) {
            identity["onBehalfOf"] = json!({
                "userId": format!("{person:08x}-aaaa-bbbb-cccc-0123456789ab"),
                "identityStoreArn": "arn:aws:identitystore::100000000000:identitystore/d-9067aaaaaa",
            });
        }
        identity
    }

    fn reading(&mut self) -> Value {
        if self.random.random_bool(0.3) {
            return Value::Null;
        }
        json!({ "instanceArn": format!("arn:aws:sso:::instance/ssoins-7223{:012x}", self.skewed(40)), "maxResults": 100 })
    }

    fn parameters(&mut self, name: &str, failed: bool) -> (Value, Value) {
        let instance = format!("arn:aws:sso:::instance/ssoins-7223{:012x}", self.skewed(40));
        let parameters = match name {
            "CreateInstance" => {
                json!({ "name": format!("sandbox-{}", self.skewed(90)), "clientToken": self.uuid() })
            }
            "CreateAccountAssignment" => json!({
                "instanceArn": instance, "targetId": format!("{:012}", self.skewed(60)), "targetType": "AWS_ACCOUNT",
                "permissionSetArn": format!("{instance}/ps-{:016x}", self.skewed(30)),
                "principalType": "USER", "principalId": self.uuid(),
            }),
            _ => {
                json!({ "instanceArn": instance, "tags": [{ "key": "team", "value": format!("t{}", self.skewed(12)) }] })
            }
        };
        let response = if failed {
            Value::Null
        } else {
            json!({ "instanceArn": instance })
        };
        (parameters, response)
    }

    /// Low numbers often, high ones seldom, as callers are.
    fn skewed(&mut self, end: u64) -> u64 {
        let share: f64 = self.random.random();
        ((share * share * share) * end as f64) as u64
    }

    fn uuid(&mut self) -> String {
        let bits: u128 = self.random.random();
        let mut text = format!("{bits:032x}");
        for place in [20, 16, 12, 8] {
            text.insert(place, '-');
        }
        text
    }
}

/// Many records as lines.
pub fn lines(seed: u64, count: usize) -> String {
    let mut trail = Trail::new(seed);
    let mut lines = String::new();
    for _ in 0..count {
        writeln!(lines, "{}", trail.record()).unwrap();
    }
    lines
}
